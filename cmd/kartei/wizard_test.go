package main

import (
	"os"
	"path/filepath"
	"testing"

	"kartei/cmd/internal/screentest"
)

// The wizard at a terminal: menus and typed lines, the card shown before it is
// written, and the file as a person would have written it.
func TestWizard(t *testing.T) {
	l := newLearner(t)
	s := l.start(80, 30, "new", "capitals.md")
	s.WaitFor("What kind of fact?")
	screentest.Golden(t, "wizard-kinds", s.Screen())
	s.Send(screentest.Down, screentest.Down, screentest.Enter)
	s.WaitFor("Question:")
	s.Send("Which is the capital of Côte d'Ivoire?", screentest.Enter)
	s.WaitFor("Right answer 1")
	s.Send("Yamoussoukro", screentest.Enter, screentest.Enter)
	s.WaitFor("Wrong answer 1")
	s.Send("Abidjan -- the largest city", screentest.Enter, "Bouaké", screentest.Enter, screentest.Enter)
	s.WaitFor("Note (may be empty)")
	s.Send(screentest.Enter, "atlas 12", screentest.Enter, "africa", screentest.Enter)
	s.WaitFor("Add it to capitals.md?")
	screentest.Golden(t, "wizard-card", s.Screen())
	s.Send("y")
	s.WaitFor("Another one?")
	s.Send("n")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.History())
	}
	got, err := os.ReadFile(filepath.Join(l.home, "capitals.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := `Q: Which is the capital of Côte d'Ivoire?
- [x] Yamoussoukro
- [ ] Abidjan -- the largest city
- [ ] Bouaké
Source: atlas 12
Tags: africa
Id: capital-cote-d-ivoire
`
	if string(got) != want {
		t.Errorf("the file holds\n%s\nwant\n%s", got, want)
	}
	l.healthy(0)
}
