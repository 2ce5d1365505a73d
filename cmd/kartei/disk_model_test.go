package main

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A disk is a folder on a disk that keeps nothing but what was synced, and the acts
// that were done to it. What a file holds is on disk once the file is synced; the
// names in a folder, once the folder is. POSIX promises no more; real file systems
// keep more than that, in an order of their own.
type disk struct {
	folder  string // its path
	top     int    // its node
	durable map[int]*node
	acts    []diskAct
	nodes   int
}

// A node is a file or folder, whatever its names are.
type node struct {
	data    []byte
	entries map[string]int // of a folder
}

// A diskAct is one thing that was done.
type diskAct struct {
	kind   actKind
	node   int // 0, of a write: what the program said
	folder int // of the name, or the old name
	name   string

	toFolder int
	toName   string

	at   int64
	size int64
	data []byte
}

type actKind string

const (
	created   actKind = "create"
	renamed   actKind = "rename"
	unlinked  actKind = "unlink"
	wrote     actKind = "write"
	truncated actKind = "truncate"
	extended  actKind = "extend"
	synced    actKind = "sync"
)

func (a diskAct) String() string {
	return fmt.Sprintf("%s of node %d %s %s (%d bytes)", a.kind, a.node, a.name, a.toName, len(a.data))
}

// kinds counts the acts by their kind.
func (d *disk) kinds() string {
	counts := map[actKind]int{}
	for _, a := range d.acts {
		counts[a.kind]++
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(counts), "map["), "]")
}

func newDisk() *disk { return &disk{durable: map[int]*node{}} }

func (d *disk) add(folder bool) int {
	d.nodes++
	n := &node{}
	if folder {
		n.entries = map[string]int{}
	}
	d.durable[d.nodes] = n
	return d.nodes
}

func (d *disk) do(a diskAct) { d.acts = append(d.acts, a) }

// A cut is the disk after a power cut.
type cut struct {
	nodes map[int]*node
	said  string
	done  bool // the program had ended
	about string
}

// cutAt cuts the power before the act of that index. Of what was not synced until
// then, keep says what has reached the disk all the same, by its index among those.
func (d *disk) cutAt(at int, keep func(i, of int) bool) cut {
	c := cut{nodes: map[int]*node{}, done: at == len(d.acts)}
	for id, n := range d.durable {
		c.nodes[id] = &node{slices.Clone(n.data), maps.Clone(n.entries)}
	}
	var pending []diskAct
	for _, a := range d.acts[:at] {
		switch {
		case a.kind == wrote && a.node == 0:
			c.said += string(a.data)
		case a.kind == synced:
			pending = c.take(pending, func(p *diskAct) bool { return p.concerns(a.node) })
		default:
			pending = append(pending, a)
		}
	}
	i, unsynced := -1, len(pending)
	left := c.take(pending, func(*diskAct) bool { i++; return keep(i, unsynced) })
	c.about = fmt.Sprintf("power cut at act %d of %d, %d of %d unsynced acts kept", at, len(d.acts), unsynced-len(left), unsynced)
	if at < len(d.acts) {
		c.about += ", before the " + d.acts[at].String()
	}
	return c
}

// take applies some of what is pending, and returns what is pending still. What was
// done to a file's names before one that is applied is applied with it: they change
// one after the other.
func (c *cut) take(pending []diskAct, some func(*diskAct) bool) (rest []diskAct) {
	for _, a := range pending {
		if !some(&a) {
			rest = append(rest, a)
			continue
		}
		if a.named() {
			rest = slices.DeleteFunc(rest, func(b diskAct) bool {
				before := b.named() && b.node == a.node
				if before {
					c.apply(b)
				}
				return before
			})
		}
		c.apply(a)
	}
	return rest
}

// named reports whether an act is about a name.
func (a *diskAct) named() bool { return a.kind == created || a.kind == renamed || a.kind == unlinked }

// concerns reports whether an act is on disk once a node is synced.
func (a *diskAct) concerns(node int) bool {
	switch a.kind {
	case created, unlinked:
		return a.folder == node
	case renamed:
		return a.folder == node || a.toFolder == node
	}
	return a.node == node
}

func (c *cut) apply(a diskAct) {
	n := c.nodes[a.node]
	switch a.kind {
	case created:
		c.nodes[a.folder].entries[a.name] = a.node
	case unlinked:
		c.drop(a.folder, a.name, a.node)
	case renamed:
		c.drop(a.folder, a.name, a.node)
		c.nodes[a.toFolder].entries[a.toName] = a.node
	case wrote:
		n.grow(a.at + int64(len(a.data)))
		copy(n.data[a.at:], a.data)
	case extended:
		n.grow(a.size)
	case truncated:
		n.grow(a.size)
		n.data = n.data[:a.size]
	}
}

// drop takes a name away, if it is still that node's.
func (c *cut) drop(folder int, name string, node int) {
	if c.nodes[folder].entries[name] == node {
		delete(c.nodes[folder].entries, name)
	}
}

func (n *node) grow(size int64) {
	if more := size - int64(len(n.data)); more > 0 {
		n.data = append(n.data, make([]byte, more)...)
	}
}

// sum tells disks apart.
func (c *cut) sum(d *disk) string {
	h := sha256.New()
	fmt.Fprintln(h, c.done, len(c.said), c.said)
	c.sumBelow(h, d.top)
	return string(h.Sum(nil))
}

func (c *cut) sumBelow(h hash.Hash, id int) {
	for _, name := range slices.Sorted(maps.Keys(c.nodes[id].entries)) {
		n := c.nodes[c.nodes[id].entries[name]]
		fmt.Fprintln(h, name, n.entries != nil, len(n.data))
		h.Write(n.data)
		c.sumBelow(h, c.nodes[id].entries[name])
	}
	fmt.Fprintln(h)
}

// write makes the folder as the power cut left it.
func (c *cut) write(d *disk) error {
	if err := os.RemoveAll(d.folder); err != nil {
		return err
	}
	return c.writeBelow(d.folder, d.top)
}

func (c *cut) writeBelow(path string, id int) error {
	n := c.nodes[id]
	if n.entries == nil {
		return os.WriteFile(path, n.data, 0o600)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	for name, id := range n.entries {
		if err := c.writeBelow(filepath.Join(path, name), id); err != nil {
			return err
		}
	}
	return nil
}
