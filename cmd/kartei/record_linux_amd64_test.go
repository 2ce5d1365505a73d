package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A recording is what a program does to the files below a folder, and what it says,
// in order. It knows nothing of Kartei: it sees SQLite's writes as well as ours.
type recording struct {
	disk  *disk
	began map[int]*began    // calls that have not returned, by thread
	nodes map[[2]uint64]int // by device and inode
	err   error             // the first thing that could not be followed
}

// A began is what must be known of a call before it is made.
type began struct {
	number uint64
	args   [6]uint64
	path   string // absolute, of calls with a name
	to     string
	node   int  // at path
	there  bool // at path was something
}

// record begins a recording of a folder as it is; all of it is on disk.
func record(folder string) (*recording, error) {
	r := &recording{disk: newDisk(), began: map[int]*began{}, nodes: map[[2]uint64]int{}}
	return r, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		node := r.disk.add(d.IsDir())
		r.nodes[inode(info)] = node
		if path == folder {
			r.disk.top, r.disk.folder = node, folder
			return nil
		}
		r.disk.durable[r.nodeOf(filepath.Dir(path))].entries[d.Name()] = node
		if d.Type().IsRegular() {
			r.disk.durable[node].data, err = os.ReadFile(path)
		}
		return err
	})
}

func inode(info fs.FileInfo) [2]uint64 {
	st := info.Sys().(*syscall.Stat_t)
	return [2]uint64{st.Dev, st.Ino}
}

// nodeOf is the node at a path; 0 if it is not one of the recording.
func (r *recording) nodeOf(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return r.nodes[inode(info)]
}

// named are the calls with a name, and where it is among the arguments; those
// that end in "at" have the folder before it.
var named = map[uint64]int{
	syscall.SYS_OPEN: 0, syscall.SYS_CREAT: 0, syscall.SYS_OPENAT: 1, syscall.SYS_MKDIR: 0, syscall.SYS_MKDIRAT: 1,
	syscall.SYS_UNLINK: 0, syscall.SYS_UNLINKAT: 1, syscall.SYS_RMDIR: 0, syscall.SYS_TRUNCATE: 0,
	syscall.SYS_RENAME: 0, syscall.SYS_RENAMEAT: 1, renameat2: 1, syscall.SYS_LINKAT: 1,
}

// ofFile are the calls about an open file.
var ofFile = map[uint64]bool{
	syscall.SYS_WRITE: true, syscall.SYS_PWRITE64: true, syscall.SYS_WRITEV: true, syscall.SYS_FTRUNCATE: true, syscall.SYS_FALLOCATE: true,
	syscall.SYS_FSYNC: true, syscall.SYS_FDATASYNC: true, copyFileRange: true, syscall.SYS_SENDFILE: true,
}

// strange are calls that would change files unseen.
var strange = map[uint64]string{
	syscall.SYS_PWRITEV: "pwritev", syscall.SYS_LINK: "link", syscall.SYS_SYMLINK: "symlink", syscall.SYS_SYMLINKAT: "symlinkat",
}

const (
	renameat2     = 316
	copyFileRange = 326
)

// enter notes a call that begins.
func (r *recording) enter(id int, regs *syscall.PtraceRegs) {
	b := &began{number: regs.Orig_rax, args: [6]uint64{regs.Rdi, regs.Rsi, regs.Rdx, regs.R10, regs.R8, regs.R9}}
	if name := strange[b.number]; name != "" {
		r.fail(fmt.Errorf("a call of %s is not followed", name))
	}
	at, ok := named[b.number]
	if !ok && !ofFile[b.number] {
		return
	}
	r.began[id] = b
	if !ok {
		return
	}
	b.path = r.name(id, b.args[:], at)
	switch b.number {
	case syscall.SYS_RENAME:
		b.to = r.name(id, b.args[:], 1)
	case syscall.SYS_RENAMEAT, renameat2, syscall.SYS_LINKAT:
		b.to = r.name(id, b.args[:], 3)
	}
	if info, err := os.Lstat(b.path); err == nil {
		b.there, b.node = true, r.nodes[inode(info)]
	}
}

func (r *recording) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// name reads the name that is an argument.
func (r *recording) name(id int, args []uint64, at int) string {
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", id))
	if err != nil {
		r.fail(err)
		return ""
	}
	defer mem.Close()
	var text []byte
	for b := make([]byte, 1); ; text = append(text, b[0]) {
		if _, err := mem.ReadAt(b, int64(args[at])+int64(len(text))); err != nil {
			r.fail(err)
			return ""
		}
		if b[0] == 0 {
			break
		}
	}
	name := string(text)
	if filepath.IsAbs(name) {
		return name
	}
	in := fmt.Sprintf("/proc/%d/cwd", id)
	if at > 0 && int32(args[at-1]) >= 0 {
		in = fmt.Sprintf("/proc/%d/fd/%d", id, int32(args[at-1]))
	}
	folder, err := os.Readlink(in)
	if err != nil {
		r.fail(err)
	}
	return filepath.Join(folder, name)
}

// waits reports whether a thread is in a call that is followed.
func (r *recording) waits(id int) bool { return r.began[id] != nil }

// leave notes what a call has done.
func (r *recording) leave(id int, regs *syscall.PtraceRegs) {
	b := r.began[id]
	delete(r.began, id)
	n := int64(regs.Rax)
	if b == nil || n < 0 {
		return
	}
	if b.path != "" {
		r.didName(id, b, n)
		return
	}
	fd := b.args[0]
	if b.number == copyFileRange {
		fd = b.args[2]
	}
	r.didFile(id, fd, b, n)
}

// didName notes what became of a name.
func (r *recording) didName(id int, b *began, fd int64) {
	if !strings.HasPrefix(b.path, r.disk.folder+"/") {
		return
	}
	switch b.number {
	case syscall.SYS_OPEN, syscall.SYS_OPENAT, syscall.SYS_CREAT:
		r.opened(id, b, fd)
	case syscall.SYS_MKDIR, syscall.SYS_MKDIRAT:
		r.made(b.path, true)
	case syscall.SYS_UNLINK, syscall.SYS_UNLINKAT, syscall.SYS_RMDIR:
		r.disk.do(diskAct{kind: unlinked, folder: r.nodeOf(filepath.Dir(b.path)), name: filepath.Base(b.path), node: b.node})
	case syscall.SYS_RENAME, syscall.SYS_RENAMEAT, renameat2:
		r.disk.do(diskAct{kind: renamed, folder: r.nodeOf(filepath.Dir(b.path)), name: filepath.Base(b.path), node: b.node,
			toFolder: r.nodeOf(filepath.Dir(b.to)), toName: filepath.Base(b.to)})
	case syscall.SYS_LINKAT: // one more name, as a new file gets its first
		r.disk.do(diskAct{kind: created, folder: r.nodeOf(filepath.Dir(b.to)), name: filepath.Base(b.to), node: b.node})
	case syscall.SYS_TRUNCATE:
		r.disk.do(diskAct{kind: truncated, node: b.node, size: int64(b.args[1])})
	}
}

func (r *recording) opened(id int, b *began, fd int64) {
	flags := b.args[1]
	switch b.number {
	case syscall.SYS_OPENAT:
		flags = b.args[2]
	case syscall.SYS_CREAT:
		flags = syscall.O_CREAT | syscall.O_TRUNC
	}
	switch {
	case flags&syscall.O_CREAT != 0 && !b.there:
		r.made(fmt.Sprintf("/proc/%d/fd/%d", id, fd), false, b.path)
	case flags&syscall.O_TRUNC != 0 && flags&syscall.O_ACCMODE != 0:
		r.disk.do(diskAct{kind: truncated, node: b.node})
	}
}

// made notes a new file or folder.
func (r *recording) made(path string, folder bool, name ...string) {
	at := path
	if len(name) > 0 {
		at = name[0]
	}
	info, err := os.Stat(path)
	if err != nil {
		r.fail(err)
		return
	}
	node := r.disk.add(folder)
	r.nodes[inode(info)] = node
	r.disk.do(diskAct{kind: created, folder: r.nodeOf(filepath.Dir(at)), name: filepath.Base(at), node: node})
}

// didFile notes what was done to an open file.
func (r *recording) didFile(id int, fd uint64, b *began, n int64) {
	file := fmt.Sprintf("/proc/%d/fd/%d", id, fd)
	node := r.nodeOf(file)
	if node == 0 && fd != 1 && fd != 2 {
		return
	}
	switch b.number {
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		r.disk.do(diskAct{kind: synced, node: node})
	case syscall.SYS_FTRUNCATE:
		r.disk.do(diskAct{kind: truncated, node: node, size: int64(b.args[1])})
	case syscall.SYS_FALLOCATE:
		r.disk.do(diskAct{kind: extended, node: node, size: int64(b.args[2] + b.args[3])})
	default:
		if n == 0 {
			return
		}
		at := int64(b.args[3])
		if b.number != syscall.SYS_PWRITE64 {
			at = r.position(id, fd) - n
		}
		data, err := readBack(file, at, n)
		if err != nil {
			r.fail(err)
		}
		r.disk.do(diskAct{kind: wrote, node: node, at: at, data: data})
	}
}

// position is where the next write to an open file goes.
func (r *recording) position(id int, fd uint64) (at int64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", id, fd))
	if err == nil {
		_, err = fmt.Sscanf(string(text), "pos:\t%d", &at)
	}
	if err != nil {
		r.fail(err)
	}
	return at
}

func readBack(file string, at, n int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, n)
	_, err = f.ReadAt(data, at)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return data, err
}
