package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"kartei/cmd/internal/screentest"
)

// asKartei makes this test binary be the program, for tests that start it on a
// terminal of their own.
const asKartei = "KARTEI_TEST_RUN_MAIN"

// raceExit lets a program with the race detector end at once: it would sleep for
// a second first, in each of the hundreds of times that it is started.
const raceExit = "GORACE=atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	os.Setenv("GORACE", strings.TrimPrefix(raceExit, "GORACE="))
	if len(os.Args) > 1 && os.Args[1] == asEditor {
		os.Exit(editFile(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == asMeter {
		os.Exit(meter(os.Args[2:]))
	}
	if filepath.Base(os.Args[0]) == asOpener {
		os.Exit(openFile(os.Args[1:]))
	}
	if os.Getenv(asKartei) != "" {
		main()
	}
	testscript.Main(sweeper{m}, map[string]func(){"kartei": main})
}

// A sweeper removes the scratch folder after the tests.
type sweeper struct{ *testing.M }

func (s sweeper) Run() int {
	flag.Parse()
	// Programs that run, and wait, are other processes.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var err error
	if scratch, err = os.MkdirTemp("", "kartei-test"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	return s.M.Run()
}

// The stories: one file each, a home of its own, a morning in November.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       screentest.Updating(),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			packages, err := filepath.Abs("../../decks/anki/testdata/packages")
			if err != nil {
				return err
			}
			e.Setenv("PACKAGES", packages) // that Anki made
			e.Setenv("HOME", home)
			e.Setenv("TERM", "xterm-256color")
			e.Setenv("KARTEI_NOW", morning)
			e.Setenv("KARTEI_SEED", "1")
			e.Vars = append(e.Vars, raceExit)
			if filepath.Base(e.WorkDir) == "script-first_run" {
				return os.Mkdir(home, 0o700)
			}
			return settle(home)
		},
	})
}

// usedHome is the home of a learner who has looked at the decks once. It is made
// once, for all tests.
var usedHome = sync.OnceValues(func() (home string, err error) {
	if home, err = os.MkdirTemp(scratch, "used"); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	first := exec.Command(self, "decks")
	first.Env = []string{"HOME=" + home, raceExit, "KARTEI_NOW=" + morning, "KARTEI_SEED=1", asKartei + "=1"}
	if out, err := first.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return home, nil
})

// settle puts the collection of usedHome into a home.
func settle(home string) error {
	used, err := usedHome()
	if err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(home, ".local"), os.DirFS(filepath.Join(used, ".local")))
}

// scratch is a folder that goes when all tests have ended.
var scratch string

// depth is how often a story is told whose depth is a matter of taste: few times in
// go test -short, some more without.
func depth(short, full int) int {
	if testing.Short() {
		return short
	}
	return full
}

// unraced skips a test when the race detector is in the program. Such a test starts
// one program after the other, and none of them does more at once than others do that
// run with the detector; .ci/run runs it without.
func unraced(t *testing.T, why string) {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skipf("not with the race detector: %s", why)
	}
}

// morning is when the stories take place.
const morning = "2026-11-23T09:00:00+01:00"
