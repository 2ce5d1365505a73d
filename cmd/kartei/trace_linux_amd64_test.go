package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A fault makes a system call of a program fail that writes, syncs or renames
// something below a folder. The program is the real one, and so are SQLite and
// the file system: a tracer (ptrace(2)) turns the call's result into an error.
type fault struct {
	nth   int // which of these calls, from 1; 0 is none
	errno syscall.Errno
	short bool // write only half; what a full disk does before it says so
	stays bool // all later ones fail too
}

func (f fault) String() string {
	what := f.errno.Error()
	if f.short {
		what = "short, then " + what
	}
	if f.stays {
		what += " from then on"
	}
	return fmt.Sprintf("call %d: %s", f.nth, what)
}

// writing are the system calls that can fail, and which of them give a count of
// bytes in their third argument.
var writing = map[uint64]struct {
	name    string
	counted bool
}{
	syscall.SYS_WRITE: {"write", true}, syscall.SYS_PWRITE64: {"pwrite", true}, syscall.SYS_WRITEV: {"writev", false},
	syscall.SYS_FSYNC: {"fsync", false}, syscall.SYS_FDATASYNC: {"fdatasync", false}, syscall.SYS_FTRUNCATE: {"ftruncate", false},
	syscall.SYS_FALLOCATE: {"fallocate", false}, syscall.SYS_RENAME: {"rename", false}, syscall.SYS_RENAMEAT: {"renameat", false},
	316: {"renameat2", false}, syscall.SYS_LINKAT: {"linkat", false}, 326: {"copy_file_range", false},
}

// A tracer lets a program run up to each system call, and back.
type tracer struct {
	folder string
	fault  fault
	calls  []string              // those that could fail, in order
	inside map[int]bool          // threads that are in a call
	fails  map[int]syscall.Errno // threads whose call is to fail
	ended  syscall.WaitStatus    // of the program
	record *recording            // of what reaches the disk; may be nil
}

// trace runs a program with a fault and tells what it called.
func trace(t *testing.T, cmd *exec.Cmd, folder string, f fault) *tracer {
	t.Helper()
	return (&tracer{folder: folder, fault: f}).trace(t, cmd)
}

func (tr *tracer) trace(t *testing.T, cmd *exec.Cmd) *tracer {
	t.Helper()
	runtime.LockOSThread() // ptrace knows the tracer by its thread
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true, Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Skipf("programs cannot be traced here: %v", err)
	}
	tr.inside, tr.fails = map[int]bool{}, map[int]syscall.Errno{}
	if err := tr.follow(cmd.Process.Pid); err != nil {
		cmd.Process.Kill()
		t.Fatal(err)
	}
	return tr
}

const ptraceExitKill = 0x100000 // the program ends with its tracer

func (tr *tracer) follow(pid int) error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, syscall.WALL, nil); err != nil {
		return err
	}
	if err := syscall.PtraceSetOptions(pid, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|ptraceExitKill); err != nil {
		return err
	}
	for id, signal := pid, 0; ; {
		// A thread may have gone in the meantime.
		if err := syscall.PtraceSyscall(id, signal); err != nil && err != syscall.ESRCH {
			return err
		}
		for {
			var err error
			id, err = syscall.Wait4(-pid, &status, // its group: this thread may have begun programs of other tests
				syscall.WALL|syscall.WNOTHREAD, nil)
			if err != nil && err != syscall.EINTR {
				return err
			}
			if err == nil && id == pid && !status.Stopped() {
				tr.ended = status
				return nil
			}
			if err == nil && status.Stopped() {
				break
			}
		}
		signal = tr.stopped(id, status)
	}
}

// stopped acts on a thread that has stopped, and returns the signal to go on with.
func (tr *tracer) stopped(id int, status syscall.WaitStatus) (signal int) {
	switch s := status.StopSignal(); s {
	case syscall.SIGTRAP | 0x80:
		tr.inside[id] = !tr.inside[id]
		if tr.inside[id] {
			tr.enter(id)
		} else {
			tr.leave(id)
		}
		return 0
	case syscall.SIGTRAP, syscall.SIGSTOP: // it has begun a thread, or is one
		return 0
	default:
		return int(s)
	}
}

// enter looks at a call that begins, and stops it from being made if it is the
// one to fail.
func (tr *tracer) enter(id int) {
	var r syscall.PtraceRegs
	if syscall.PtraceGetRegs(id, &r) != nil {
		return
	}
	if tr.record != nil {
		tr.record.enter(id, &r)
	}
	call, ok := writing[r.Orig_rax]
	if !ok {
		return
	}
	file := "a name"
	if !strings.HasPrefix(call.name, "rename") && call.name != "linkat" {
		fd := r.Rdi
		if call.name == "copy_file_range" {
			fd = r.Rdx
		}
		file, _ = os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", id, fd))
		if !strings.HasPrefix(file, tr.folder) {
			return
		}
	}
	tr.calls = append(tr.calls, call.name+" "+strings.TrimPrefix(file, tr.folder))
	n := len(tr.calls)
	switch {
	case tr.fault.nth == 0 || n < tr.fault.nth || n > tr.fault.nth && !tr.fault.stays:
		return
	case n == tr.fault.nth && tr.fault.short && call.counted && r.Rdx > 1:
		r.Rdx /= 2
	default:
		tr.fails[id] = tr.fault.errno
		r.Orig_rax = ^uint64(0) // no such call
	}
	syscall.PtraceSetRegs(id, &r)
}

// leave gives a call that was not made its result.
func (tr *tracer) leave(id int) {
	errno, failed := tr.fails[id]
	if !failed && (tr.record == nil || !tr.record.waits(id)) {
		return
	}
	delete(tr.fails, id)
	var r syscall.PtraceRegs
	if syscall.PtraceGetRegs(id, &r) != nil {
		return
	}
	if failed {
		r.Rax = uint64(-int64(errno))
		syscall.PtraceSetRegs(id, &r)
	}
	if tr.record != nil {
		tr.record.leave(id, &r)
	}
}
