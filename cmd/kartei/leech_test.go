package main

import (
	"strings"
	"testing"
)

// A card that is forgotten again and again is said to be a leech and, if the
// learner asked for that, set aside; both can be taken back with the answer.
func TestLeech(t *testing.T) {
	t.Parallel()
	for _, suspend := range []string{"off", "on"} {
		t.Run("suspend "+suspend, func(t *testing.T) {
			t.Parallel()
			l := newLearner(t)
			l.write("one.md", "---\ndeck: one\nlang: en\n---\n\nQ: Which bird lays its eggs in the nests of others?\nA: The cuckoo\n")
			l.run("compile", "one.md")
			l.run("decks", "options", "one", "--leech", "2", "--leech-suspend", suspend)
			l.sit("2026-01-05", " 4")
			l.sit("2026-03-05", " 1 3")

			l.env = append(l.env, "KARTEI_NOW=2026-06-05T09:00:00+01:00")
			s := l.start(40, 30, "review", "one")
			s.WaitFor("Show the answer")
			s.Send(" 1")
			if suspend == "on" {
				s.WaitFor("Leave")
			} else {
				s.WaitMatch(`leech(.|\n)*Show the answer`)
			}
			s.Send("q")
			s.Exit()
			said := strings.Join(strings.Fields(s.History()), " ")
			if want := map[string]string{
				"off": "Forgotten twice: that card is a leech. Rewording it, or a hint, helps more than repeating it.",
				"on":  "Forgotten twice: that card is a leech and set aside. Reword it, then: kartei cards unsuspend",
			}[suspend]; !strings.Contains(said, want) {
				t.Errorf("no %q in\n%s", want, s.History())
			}
			l.found("is:leech", true)
			l.found("is:suspended", suspend == "on")

			l.run("undo")
			l.found("is:leech", false)
			l.found("is:suspended", false)
			l.healthy(3)
		})
	}
}

// sit reviews on a day and types keys to the end of the session.
func (l *learner) sit(day, keys string) {
	l.Helper()
	l.env = append(l.env, "KARTEI_NOW="+day+"T09:00:00+01:00")
	s := l.start(40, 30, "review", "one")
	s.WaitFor("Show the answer")
	s.Send(keys)
	s.WaitFor("Leave")
	s.Send("q")
	s.Exit()
}

// found checks whether a query finds the one card.
func (l *learner) found(query string, want bool) {
	l.Helper()
	if out := l.run("cards", query); strings.Contains(out, "nests") != want {
		l.Errorf("kartei cards %s, want the card: %v\n%s", query, want, out)
	}
}
