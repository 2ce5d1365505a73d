package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A carrier keeps a folder alike on several machines as Syncthing, Nextcloud and
// Dropbox do, by way of what all of them know: each file by itself, in any order, now or
// much later. It writes under another name first, and is broken off; or it writes the
// file itself, of which there is a half until it goes on. Where two machines changed one
// file it keeps both, the one under a name of its own.
type carrier struct {
	*testing.T
	folders []string            // of the machines
	dice    *rand.Rand          // nil: it brings everything, at once
	rename  func(string) string // names a copy that is in conflict
	known   map[string]string   // what there is, by name; what is gone is missing
	agreed  []map[string]string // by machine: what it had of each file when it was last alike
	halves  []map[string]string // by machine: what was written of a file, if not all of it
	copies  int
}

func newCarrier(t *testing.T, rename func(string) string, folders ...string) *carrier {
	c := &carrier{T: t, folders: folders, rename: rename, known: map[string]string{}}
	for range folders {
		c.agreed = append(c.agreed, map[string]string{})
		c.halves = append(c.halves, map[string]string{})
	}
	return c
}

// syncthing and nextcloud name the copies of what is in conflict.
func syncthing(name string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + ".sync-conflict-20261130-083000-K5QOGWB" + ext
}

func nextcloud(name string) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + " (conflicted copy 2026-11-30 083000)" + ext
}

// chance is whether something happens that happens once in n times.
func (c *carrier) chance(n int) bool { return c.dice != nil && c.dice.IntN(n) == 0 }

// visit brings to a machine, and takes from it, some of what changed; all of it without
// dice. It reports whether anything did.
func (c *carrier) visit(machine int) (changed bool) {
	local := c.read(machine)
	names := map[string]bool{}
	for _, files := range []map[string]string{local, c.known, c.agreed[machine]} {
		for name := range files {
			names[name] = true
		}
	}
	order := slices.Sorted(maps.Keys(names))
	if c.dice != nil {
		c.dice.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
	}
	for _, name := range order {
		if !c.chance(3) {
			changed = c.carry(machine, name, local) || changed
		}
	}
	return changed
}

// carry brings one file up to date.
func (c *carrier) carry(machine int, name string, local map[string]string) bool {
	agreed := c.agreed[machine]
	here, isHere := local[name]
	if half, writing := c.halves[machine][name]; writing && here == half { // nobody else touched it
		here, isHere = agreed[name], false
		_, isHere = agreed[name]
	}
	there, isThere := c.known[name]
	was, existed := agreed[name]
	mine := isHere != existed || here != was
	theirs := isThere != existed || there != was
	_, writing := c.halves[machine][name]
	switch {
	case !mine && !theirs && !writing, mine && theirs && isHere == isThere && here == there:
		c.agree(machine, name, isThere, there)
		return false
	case !mine, mine && theirs && !isHere:
		c.bring(machine, name, isThere, there)
	case !theirs, !isThere:
		c.take(machine, name, isHere, here)
	default: // both have changed it
		c.copies++
		copied := c.rename(name)
		if _, twice := c.known[copied]; twice {
			copied = fmt.Sprint(c.copies, "-", path.Base(copied))
			copied = path.Join(path.Dir(name), copied)
		}
		c.write(machine, copied, here)
		c.bring(machine, name, true, there)
	}
	return true
}

func (c *carrier) agree(machine int, name string, exists bool, text string) {
	delete(c.halves[machine], name)
	if delete(c.agreed[machine], name); exists {
		c.agreed[machine][name] = text
	}
}

// take takes a file from a machine.
func (c *carrier) take(machine int, name string, exists bool, text string) {
	if delete(c.known, name); exists {
		c.known[name] = text
	}
	c.agree(machine, name, exists, text)
}

// bring brings a file to a machine, or a part of it.
func (c *carrier) bring(machine int, name string, exists bool, text string) {
	at := filepath.Join(c.folders[machine], filepath.FromSlash(name))
	switch {
	case !exists:
		if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
			c.Fatal(err)
		}
	case c.chance(4): // broken off, under a name of its own
		c.write(machine, path.Join(path.Dir(name), ".syncthing."+path.Base(name)+".tmp"), text[:len(text)/2])
		return
	case c.chance(4): // broken off
		c.halves[machine][name] = text[:c.dice.IntN(len(text)+1)]
		c.write(machine, name, c.halves[machine][name])
		return
	default:
		aside := path.Join(path.Dir(name), ".~"+path.Base(name)+".3f2a")
		c.write(machine, aside, text)
		if err := os.Rename(filepath.Join(c.folders[machine], filepath.FromSlash(aside)), at); err != nil {
			c.Fatal(err)
		}
	}
	c.agree(machine, name, exists, text)
}

func (c *carrier) write(machine int, name, text string) {
	at := filepath.Join(c.folders[machine], filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, []byte(text), 0o600)); err != nil {
		c.Fatal(err)
	}
}

// read is what a machine has in its folder, without what is hidden.
func (c *carrier) read(machine int) map[string]string {
	all := map[string]string{}
	folder := c.folders[machine]
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		text, err := os.ReadFile(at)
		name, _ := filepath.Rel(folder, at)
		all[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	return all
}

// settle brings everything everywhere. It reports whether there was anything to bring.
func (c *carrier) settle() (any bool) {
	dice := c.dice
	c.dice = nil
	for again := true; again; any = any || again {
		again = false
		for machine := range c.folders {
			again = c.visit(machine) || again
		}
	}
	c.dice = dice
	return any
}

// A carrier that has its way makes folders alike, and loses no version of a file.
func TestCarrier(t *testing.T) {
	t.Parallel()
	folders := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	c := newCarrier(t, syncthing, folders...)
	c.dice = rand.New(rand.NewPCG(1, 2))
	versions := map[string]bool{}
	for n := range 60 {
		machine := c.dice.IntN(3)
		if c.chance(2) {
			text := fmt.Sprint("version ", n, strings.Repeat(".", n))
			versions[text] = true
			c.write(machine, fmt.Sprintf("d/%d.seg", n%20), text)
		}
		c.visit(machine)
	}
	c.settle()
	for machine := range folders {
		if got := c.read(machine); !maps.Equal(got, c.known) {
			t.Errorf("machine %d has %q, want %q", machine, got, c.known)
		}
	}
	if c.copies == 0 {
		t.Error("nothing was in conflict")
	}
	for name, text := range c.known {
		if !versions[text] {
			t.Errorf("%s is %q, which nobody wrote", name, text)
		}
	}
}
