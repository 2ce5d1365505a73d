//go:build unix

package screentest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// Patience is how long a Session waits for what must come. It is long, since
// machines that run tests are slow, and slower still under the race detector;
// no test passes by waiting that long.
const Patience = 2 * time.Minute

// A Session is a program on a pseudo-terminal.
type Session struct {
	t     testing.TB
	tty   *os.File // the terminal's side
	cmd   *exec.Cmd
	modes *term.State   // before the program
	done  chan struct{} // closed when the program has ended and all is read
	err   error         // of the program

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change of the screen
	grid    *Grid
	raw     []byte
	closed  bool
}

// Start runs cmd on a terminal of the given size, as its controlling terminal.
// TERM is xterm-256color unless cmd.Env says otherwise. The program is killed
// at the end of the test.
func Start(t testing.TB, columns, rows int, cmd *exec.Cmd) *Session {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append([]string{"TERM=xterm-256color"}, cmd.Env...)
	s, inner := open(t, columns, rows)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = inner, inner, inner
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s on a terminal: %v", cmd.Path, err)
	}
	inner.Close()
	s.cmd = cmd
	go s.read(cmd.Wait)
	t.Cleanup(func() {
		cmd.Process.Kill()
		s.Hangup()
		<-s.done
	})
	return s
}

// Run runs f in this process with a terminal's other side for its input and
// output. f must return when the terminal is closed.
func Run(t testing.TB, columns, rows int, f func(tty *os.File) error) *Session {
	t.Helper()
	s, inner := open(t, columns, rows)
	ended := make(chan error, 1)
	go func() {
		err := f(inner)
		inner.Close()
		ended <- err
	}()
	go s.read(func() error { return <-ended })
	t.Cleanup(func() {
		s.Hangup()
		<-s.done
	})
	return s
}

// open returns a session without a program, and the program's side of it.
func open(t testing.TB, columns, rows int) (s *Session, inner *os.File) {
	t.Helper()
	outer, inner, err := pty.Open()
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	tty, err := interruptible(outer)
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	s = &Session{t: t, tty: tty, done: make(chan struct{}), changed: make(chan struct{}), grid: NewGrid(columns, rows)}
	s.setSize(columns, rows)
	s.modes = s.currentModes()
	return s, inner
}

// interruptible returns f as a file whose reads end when it is closed, as those
// of pty's files do not. From then on its descriptor is not to be asked for.
func interruptible(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := syscall.Dup(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// control does something with the terminal's descriptor.
func (s *Session) control(what string, f func(fd int) error) {
	s.t.Helper()
	connection, err := s.tty.SyscallConn()
	if err == nil {
		failed := connection.Control(func(fd uintptr) { err = f(int(fd)) })
		err = errors.Join(err, failed)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
}

func (s *Session) setSize(columns, rows int) {
	s.t.Helper()
	s.control("size the terminal", func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(columns), Row: uint16(rows)})
	})
}

// currentModes asks the terminal for its modes: echo, line editing and such.
func (s *Session) currentModes() (modes *term.State) {
	s.t.Helper()
	s.control("ask the terminal for its modes", func(fd int) (err error) {
		modes, err = term.GetState(fd)
		return err
	})
	return modes
}

// Restored reports whether the program has left the terminal as it found it: its
// modes, autowrap, the cursor and pasting.
func (s *Session) Restored() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.grid.noWrap && !s.grid.hidden && !s.grid.pasting && reflect.DeepEqual(s.currentModes(), s.modes)
}

func (s *Session) read(wait func() error) {
	buf := make([]byte, 32<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		s.raw = append(s.raw, buf[:n]...)
		s.grid.Write(buf[:n])
		s.change()
		s.mu.Unlock()
		if err != nil {
			break
		}
	}
	s.err = wait()
	close(s.done)
	s.mu.Lock()
	s.change()
	s.mu.Unlock()
}

func (s *Session) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Send types keys, all in one write.
func (s *Session) Send(keys ...string) {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, strings.Join(keys, "")); err != nil {
		s.t.Fatalf("type %q: %v", keys, err)
	}
}

// WaitFor waits until the screen holds text.
func (s *Session) WaitFor(text string) {
	s.t.Helper()
	s.Wait(text, func(screen string) bool { return strings.Contains(screen, text) })
}

// WaitMatch waits until the screen matches a regular expression, in which ^
// and $ match at lines.
func (s *Session) WaitMatch(expression string) {
	s.t.Helper()
	re := regexp.MustCompile("(?m)" + expression)
	s.Wait(expression, re.MatchString)
}

// Wait waits until the screen is as wanted; what describes that.
func (s *Session) Wait(what string, wanted func(screen string) bool) {
	s.t.Helper()
	late := time.After(Patience)
	for {
		s.mu.Lock()
		screen, changed := s.grid.String(), s.changed
		s.mu.Unlock()
		if wanted(screen) {
			return
		}
		select {
		case <-changed:
			continue
		case <-s.done:
			if screen := s.Screen(); !wanted(screen) {
				s.t.Fatalf("the program ended (%v) without %q on the screen:\n%s", s.err, what, screen)
			}
			return
		case <-late:
			s.t.Fatalf("no %q on the screen:\n%s", what, screen)
		}
	}
}

// Screen is what the screen shows now; see [Grid.String].
func (s *Session) Screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grid.String()
}

// History is Screen with the lines that have scrolled away before it.
func (s *Session) History() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grid.History()
}

// Cursor tells where the cursor is, from 0, and whether it shows.
func (s *Session) Cursor() (x, y int, visible bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.grid.Cursor()
}

// Raw is all that the program has written.
func (s *Session) Raw() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.raw)
}

// Resize changes the size of the window and tells the program.
func (s *Session) Resize(columns, rows int) {
	s.t.Helper()
	s.mu.Lock()
	s.grid.Resize(columns, rows)
	s.mu.Unlock()
	s.setSize(columns, rows)
}

// Signal sends a signal to the program that Start started.
func (s *Session) Signal(signal os.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatalf("send %v: %v", signal, err)
	}
}

// Hangup closes the terminal, as when its window is closed.
func (s *Session) Hangup() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.tty.Close()
		s.closed = true
	}
}

// End waits until the program has ended and returns its error; for a command
// that exits with a code other than 0, an *exec.ExitError.
func (s *Session) End() error {
	s.t.Helper()
	select {
	case <-s.done:
		return s.err
	case <-time.After(Patience):
		s.t.Fatalf("the program did not end; its screen:\n%s", s.Screen())
		return nil
	}
}

// Exit is End for the exit code of a command; -1 means that a signal ended it.
func (s *Session) Exit() int {
	s.t.Helper()
	err := s.End()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	s.t.Fatalf("run %s: %v", s.cmd.Path, err)
	return 0
}

// Golden waits until the screen is that of testdata/NAME.txt, as a terminal shows what
// is drawn line by line; with -update it writes the screen of now.
func (s *Session) Golden(name string) {
	s.t.Helper()
	want, err := readGolden(name)
	if *update || err != nil {
		Golden(s.t, name, s.Screen())
		return
	}
	s.Wait("what "+goldenFile(name)+" has", func(screen string) bool { return screen == string(want) })
}
