package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// interrupted is the command of the table that has this name, for a learner.
func interrupted(t *testing.T, name string) (*learner, faulty) {
	t.Helper()
	for _, c := range faultyCommands() {
		if c.name == name {
			return c.prepared(t), c
		}
	}
	t.Fatalf("there is no command %s", name)
	return nil, faulty{}
}

// TestKilledImportFromAnki kills imports of decks, pictures and history at random
// moments, and some of the commands after them: the next one finds all of the
// import or nothing of it, in the collection and in the folder alike.
func TestKilledImportFromAnki(t *testing.T) {
	t.Parallel()
	kills := depth(6, 24)
	if text := os.Getenv("KARTEI_KILLS"); text != "" {
		kills, _ = strconv.Atoi(text)
	}
	l, c := interrupted(t, "anki")
	run := func(home string, after time.Duration, args ...string) (out strings.Builder, took time.Duration, err error) {
		cmd := l.command(args...)
		cmd.Dir, cmd.Env = home, append(cmd.Env, "HOME="+home)
		cmd.Stdout, cmd.Stderr = &out, &out
		began := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if after > 0 {
			defer time.AfterFunc(after, func() { cmd.Process.Kill() }).Stop()
		}
		err = cmd.Wait()
		return out, time.Since(began), err
	}
	home, done := l.copied()
	defer done()
	said, whole, err := run(home, 0, c.args...)
	if err == nil {
		err = c.check(l, home, said.String(), true)
	}
	if err != nil {
		t.Fatalf("without a kill: %v\n%s", err, said.String())
	}
	dice := rand.New(rand.NewPCG(1, 0))
	random := func() time.Duration { return time.Duration((0.05 + 1.6*dice.Float64()) * float64(whole)) } // some are slower
	none, all, begun, twice := 0, 0, 0, 0
	for i := range kills {
		home, _ := l.copied()
		said, _, err := run(home, random(), c.args...)
		done := err == nil
		if _, err := os.Lstat(collectionOf(home) + "-step"); err == nil {
			begun++
			if i%3 == 0 { // what comes next is killed, too
				run(home, random()/4, "decks")
				twice++
			}
		}
		if err := c.check(l, home, said.String(), done); err != nil {
			t.Fatalf("kill %d: %v\n%s", i, err, said.String())
		}
		if files, err := filesOf("out")(l, home); err != nil {
			t.Fatal(err)
		} else if files == "files" {
			none++
		} else {
			all++
		}
	}
	t.Logf("%d imports of %v killed: of %d nothing is left, %d are complete, 0 are halves; %d were killed in mid-step, and so was the next command after %d",
		kills, whole.Round(time.Millisecond), none, all, begun, twice)
}

// After an import that was killed the next command says what became of it, and the
// same import again makes it whole.
func TestInterruptedImportIsSaid(t *testing.T) {
	t.Parallel()
	l, c := interrupted(t, "anki")
	journal := collectionOf(l.home) + "-step"
	folder := l.home + "/out"
	text := fmt.Sprintf(`{"kartei":"step","id":"x","folder":%q,"aside":".kartei-x.step"}`, folder)
	if err := os.WriteFile(journal, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "kartei: warning: an import into " + folder + " was interrupted; nothing of it is left, import it again\n"
	if said := l.run("decks"); !strings.Contains(said, want) {
		t.Errorf("the next command says\n%s", said)
	}
	if said := l.run("decks"); strings.Contains(said, "warning") {
		t.Errorf("the one after it says\n%s", said)
	}
	if said := l.run(c.args...); !strings.Contains(said, "anki: 12 facts, 12 cards: 12 new") {
		t.Errorf("the import again: %s", said)
	}
}
