package main

import (
	"os"
	"path/filepath"
	"strings"
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
	testscript.Main(m, map[string]func(){"kartei": main})
}

// The stories: one file each, a home of its own, a morning in November.
func TestScripts(t *testing.T) {
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
			return os.Mkdir(home, 0o700)
		},
	})
}

// morning is when the stories take place.
const morning = "2026-11-23T09:00:00+01:00"
