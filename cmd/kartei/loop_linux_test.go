package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A loop is a disk in a file, mounted where the home of a learner is.
type loop struct {
	*testing.T
	folder, image, home string
}

// newLoop makes a disk that holds a copy of a home.
func newLoop(l *learner) *loop {
	d := &loop{T: l.T, folder: l.TempDir()}
	d.image, d.home = filepath.Join(d.folder, "disk"), filepath.Join(d.folder, "mounted")
	if err := errors.Join(os.Mkdir(d.home, 0o700), os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, 32<<20)); err != nil {
		l.Fatal(err)
	}
	if out, err := exec.Command("mkfs.ext4", "-q", "-F", d.image).CombinedOutput(); err != nil {
		l.Skipf("no disk can be made in a file: %v %s", err, out)
	}
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.home).CombinedOutput(); err != nil {
		l.Skipf("no disk in a file can be mounted (it takes root): %v %s", err, out)
	}
	l.Cleanup(func() { syscall.Unmount(d.home, syscall.MNT_DETACH) })
	if err := os.CopyFS(d.kartei(), os.DirFS(l.home)); err != nil {
		l.Fatal(err)
	}
	d.unmount()
	return d
}

// kartei is the home on the disk.
func (d *loop) kartei() string { return filepath.Join(d.home, "home") }

func (d *loop) mount(image string) {
	d.Helper()
	if out, err := exec.Command("mount", "-o", "loop", image, d.home).CombinedOutput(); err != nil {
		d.Fatalf("mount: %v %s", err, out)
	}
}

func (d *loop) unmount() {
	d.Helper()
	var err error
	for range 100 {
		if err = syscall.Unmount(d.home, 0); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond) // a killed program is going
	}
	d.Fatal(err)
}

// copy copies a disk as it is.
func (d *loop) copy(from, name string) (to string) {
	d.Helper()
	in, err := os.Open(from)
	if err != nil {
		d.Fatal(err)
	}
	defer in.Close()
	to = filepath.Join(d.folder, name)
	out, err := os.Create(to)
	if err == nil {
		_, err = io.Copy(out, in)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		d.Fatal(err)
	}
	return to
}

// cut runs a command, and cuts the power after a while or, if that is 0, when it
// has ended. The disk is then as it was at that moment.
func (d *loop) cut(cmd *exec.Cmd, stdin string, after time.Duration) (said string, took time.Duration, done bool) {
	d.Helper()
	running := d.copy(d.image, "running")
	d.mount(running)
	cmd.Dir, cmd.Env = d.kartei(), append(cmd.Env, "HOME="+d.kartei())
	var out voice
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		d.Fatal(err)
	}
	if after > 0 {
		defer time.AfterFunc(after, func() { cmd.Process.Kill() }).Stop()
	}
	done = cmd.Wait() == nil
	took = time.Since(began)
	cut := d.copy(running, "cut") // before anything else is brought to the disk
	d.unmount()
	d.mount(cut)
	return out.text.String(), took, done
}

// A voice is what a program says.
type voice struct {
	sync.Mutex
	text bytes.Buffer
}

func (v *voice) Write(p []byte) (int, error) {
	v.Lock()
	defer v.Unlock()
	return v.text.Write(p)
}

// TestPowerCutOfADisk cuts the power on a real file system: the disk is a file,
// which is copied at the moment of the cut and mounted anew. What was not brought
// to the disk by then is not in it.
func TestPowerCutOfADisk(t *testing.T) {
	t.Parallel()
	unraced(t, "hundreds of programs run, one after the other")
	if testing.Short() {
		t.Skip("power cuts of recorded disks are short")
	}
	dice := rand.New(rand.NewPCG(2, 0))
	commands := faultyCommands()
	if powerCuts(t) <= fewCuts {
		commands = different()
	}
	for _, c := range commands {
		t.Run(c.name, func(t *testing.T) {
			l := c.prepared(t)
			d := newLoop(l)
			said, whole, done := d.cut(l.command(c.args...), c.stdin, 0)
			if err := c.check(l, d.kartei(), said, done); err != nil || !done {
				t.Fatalf("a power cut after its end: %v\n%s", err, said)
			}
			d.unmount()
			n := powerCuts(t) / 4 // each takes its time
			for range n {
				after := time.Duration((0.05 + 1.1*dice.Float64()) * float64(whole))
				said, _, done := d.cut(l.command(c.args...), c.stdin, after)
				if err := c.check(l, d.kartei(), said, done); err != nil {
					t.Errorf("a power cut after %v: done: %v: %v\n%s", after, done, err, said)
				}
				d.unmount()
			}
			if !t.Failed() {
				t.Logf("%d power cuts within %v; nothing was lost or damaged", 1+n, whole.Round(time.Millisecond))
			}
		})
	}
}
