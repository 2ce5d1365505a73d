//go:build unix

package screentest_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"kartei/cmd/internal/screentest"
)

func shell(script string) *exec.Cmd { return exec.Command("/bin/sh", "-c", script) }

func TestSession(t *testing.T) {
	s := screentest.Start(t, 40, 10, shell(`printf 'name? '; read name; echo "hello $name"; stty size; exit 3`))
	s.WaitFor("name?")
	s.Send("Ada", screentest.Enter)
	s.WaitMatch("^hello Ada$")
	if code := s.Exit(); code != 3 {
		t.Errorf("exit code %d", code)
	}
	if got, want := s.Screen(), "name? Ada\nhello Ada\n10 40\n"; got != want {
		t.Errorf("the screen is %q, want %q", got, want)
	}
	if !strings.Contains(string(s.Raw()), "hello Ada\r\n") {
		t.Errorf("raw is %q", s.Raw())
	}
	if !s.Restored() {
		t.Error("a terminal that was left alone is not as it was")
	}
}

func TestSessionIsNotRestored(t *testing.T) {
	for _, script := range []string{"stty -echo", `printf '\033[?7l'`, `printf '\033[?25l'`, `printf '\033[?2004h'`} {
		s := screentest.Start(t, 40, 10, shell(script))
		s.Exit()
		if s.Restored() {
			t.Errorf("%s goes unnoticed", script)
		}
	}
}

func TestSessionResize(t *testing.T) {
	s := screentest.Start(t, 40, 10, shell(`trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.01; done`))
	s.WaitFor("ready")
	s.Resize(33, 7)
	s.WaitFor("7 33")
	s.Exit()
}

func TestSessionSignalAndHangup(t *testing.T) {
	s := screentest.Start(t, 40, 10, shell(`trap 'echo caught; exit 4' TERM; echo ready; while :; do sleep 0.01; done`))
	s.WaitFor("ready")
	s.Signal(syscall.SIGTERM)
	if code := s.Exit(); code != 4 {
		t.Errorf("exit code %d", code)
	}
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("the shell that is to be hung up would ignore it, too: these tests run under nohup or the like")
	}
	s = screentest.Start(t, 40, 10, shell(`echo ready; read line`))
	s.WaitFor("ready")
	s.Hangup()
	if code := s.Exit(); code != -1 {
		t.Errorf("exit code %d after the terminal was closed", code)
	}
}

func TestRun(t *testing.T) {
	s := screentest.Run(t, 40, 10, func(tty *os.File) error {
		line, err := bufio.NewReader(tty).ReadString('\n')
		fmt.Fprintf(tty, "got %q\n", line)
		return err
	})
	s.Send("abc\r")
	s.WaitFor(`got "abc\n"`)
	if err := s.End(); err != nil {
		t.Error(err)
	}
}
