package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kartei/cmd/internal/screentest"
	"kartei/cmd/internal/show"
)

// sizes are the terminals that everything has to be read on.
var sizes = []struct{ columns, rows int }{{24, 8}, {40, 20}, {80, 24}, {120, 40}}

// Lists fit the terminal: the last column wraps, and what the next command takes is
// never cut.
func TestListsFitTheTerminal(t *testing.T) {
	t.Parallel()
	l := newLearner(t).drill()
	l.env = append(l.env, "PAGER=cat")
	l.write("deck/lang/de.md", "---\ndeck: lang/german\ntitle: German words that are longer than a line of a small terminal\nlang: de\n---\n\nQ: Which very long question about the fourth compromise of the second conference is asked here, and cut nowhere?\nA: This one\nId: long\n")
	l.run("compile", "deck")
	l.run("cards", "flag", "fact:long")
	l.run("undo")
	id := strings.Fields(l.run("cards", "fact:long"))[0]
	path := regexp.MustCompile(`\S+-asked\.db`).FindString(l.run("backup") + l.run("backup", "list"))
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size.columns, size.rows), func(t *testing.T) {
			var all strings.Builder
			for _, args := range [][]string{{"decks"}, {"cards", "fact:long"}, {"log"}, {"decks", "options", "lang/german"}, {"backup", "list"}} {
				s := l.start(size.columns, size.rows, args...)
				s.Exit()
				text := s.History()
				for line := range strings.Lines(text) {
					if w := show.Width(strings.TrimRight(line, "\n")); w > size.columns {
						t.Errorf("kartei %s: %d columns: %s", strings.Join(args, " "), w, line)
					}
				}
				fmt.Fprintf(&all, "$ kartei %s\n%s\n", strings.Join(args, " "), text)
			}
			text := strings.ReplaceAll(all.String(), l.home, "/home/me")
			for _, whole := range []string{id, "lang/german"} {
				if size.columns >= 24 && !strings.Contains(text, whole) {
					t.Errorf("%s is cut", whole)
				}
			}
			if joined := strings.ReplaceAll(all.String(), "\n", ""); !strings.Contains(joined, filepath.Base(path)) {
				t.Errorf("%s is cut", path)
			}
			text = regexp.MustCompile(`(?s)\$ kartei backup list.*`).ReplaceAllString(text, "")
			screentest.Golden(t, fmt.Sprintf("lists-%d", size.columns), text)
		})
	}
}

// What is longer than the screen goes through the pager, and Ctrl-C there is the pager's.
func TestPager(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	l.env = append(l.env, "PAGER=sh -c 'trap : INT; head -2; echo paged by $LESS; read key </dev/tty; echo left'")
	s := l.start(80, 24, "cards", "deck:nato-en")
	s.WaitFor("paged by FRX")
	s.Send("\x03\r")
	s.WaitFor("left")
	if code := s.Exit(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
	if n := strings.Count(s.History(), "new "); n != 2 {
		t.Errorf("%d cards are shown, want the two of the pager:\n%s", n, s.History())
	}
	l.env = append(l.env, "PAGER=/nowhere/pager")
	s = l.start(80, 24, "cards", "--limit", "3", "deck:nato-en")
	s.Exit()
	if n := strings.Count(s.History(), "new "); n != 3 {
		t.Errorf("without a pager: %s", s.History())
	}
	if out := l.run("cards", "--limit", "3"); strings.Contains(out, "paged") {
		t.Errorf("a pipe is paged: %s", out)
	}
}

// Who meets in a place can be read on a small terminal: when each was there is not cut.
func TestStatusOfSyncFitsTheTerminal(t *testing.T) {
	t.Parallel()
	laptop, _ := pair(t, t.TempDir())
	s := laptop.start(40, 20, "sync", "status")
	s.Exit()
	if text := s.History(); !regexp.MustCompile(`(?m)^desktop  \d{4}-\d\d-\d\d \d\d:\d\d +\d+$`).MatchString(text) {
		t.Errorf("at 40 columns:\n%s", text)
	}
}
