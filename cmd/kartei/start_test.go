package main

import (
	"fmt"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
)

// newCollector is a learner with ten decks of one card, beside those that come
// with the program.
func newCollector(t *testing.T) *learner {
	l := newLearner(t)
	for i := range 10 {
		l.write(fmt.Sprintf("decks/%02d.md", i), fmt.Sprintf("---\ndeck: shelf/d%02d\ntitle: Deck %d\nlang: en\n---\n\nQ: What is in deck %d?\nA: Nothing\n", i, i, i))
	}
	l.run("compile", "decks")
	return l
}

// From the glance one key starts: with a deck, with all, or by a search.
func TestStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, keys, see string }{
		{"enter", screentest.Enter, "nato-en/core ›"},
		{"a digit", "7", "What is in deck 1?"},
		{"a folder", "5", "new 10 "},
		{"search", "/d09" + screentest.Enter, "What is in deck 9?"},
		{"search by title and leave", "/" + screentest.Escape, ""},
		{"not now", "q", ""},
		{"end of input", screentest.CtrlD, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newCollector(t)
			s := &student{learner: l, Session: l.start(100, 50)}
			s.menu(`Start\?`, 22)
			if c.name == "enter" {
				s.Golden("start-many")
			}
			s.Send(c.keys)
			if c.see != "" {
				s.WaitFor(c.see)
				s.Send("q")
			}
			if code := s.Exit(); code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t", code, s.Restored())
			}
		})
	}
}

// A folder that limits its decks stands before them, in their language.
func TestStartWithAFolder(t *testing.T) {
	t.Parallel()
	l := newCollector(t)
	l.run("decks", "options", "shelf", "--new", "5")
	s := &student{learner: l, Session: l.start(100, 50)}
	s.menu(`Start\?`, 22)
	s.Send("5")
	s.WaitFor("new 5 · learning 0 · due 0")
	s.Send("q")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Without a deck named, review asks for one, with counts, at every width.
func TestPicker(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 120} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			l := newCollector(t)
			s := l.start(columns, 24, "review")
			s.WaitFor("Which deck?")
			s.WaitFor("shelf/d05")
			s.Send("d07")
			s.Wait("only one deck", func(screen string) bool {
				return strings.Contains(screen, "shelf/d07") && !strings.Contains(screen, "shelf/d06")
			})
			s.Golden(fmt.Sprintf("picker-%d", columns))
			s.Send(screentest.Enter)
			s.WaitFor("What is in deck 7?")
			s.Send(" 4q")
			s.Exit()
			l.healthy(1)
		})
	}
}

// The table of decks is the menu, on every terminal: the counts are never cut.
func TestStartOnEveryTerminal(t *testing.T) {
	t.Parallel()
	l := newCollector(t)
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size.columns, size.rows), func(t *testing.T) {
			s := l.start(size.columns, size.rows)
			s.WaitFor("Start?")
			s.WaitMatch(`1 +nato-en.* 20`)
			s.Golden(fmt.Sprintf("start-%dx%d", size.columns, size.rows))
			s.Send("q")
			if code := s.Exit(); code != 0 || !s.Restored() {
				t.Errorf("exit code %d, restored: %t", code, s.Restored())
			}
			if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
				t.Errorf("control characters on the screen: %q", stray)
			}
		})
	}
}
