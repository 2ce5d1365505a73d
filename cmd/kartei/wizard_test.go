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
	t.Parallel()
	l := newLearner(t)
	s := l.start(80, 30, "new", "capitals.md")
	s.WaitFor("{{words}} to fill in")
	s.Golden("wizard-kinds")
	s.Send(screentest.Down, screentest.Down, screentest.Enter)
	s.WaitFor("Question:")
	s.Send("Which is the capital of Côte d'Ivoire?", screentest.Enter)
	s.WaitFor("Right answer 1")
	s.Send("Yamoussoukro", screentest.Enter, screentest.Enter)
	s.WaitFor("Wrong answer 1")
	s.Send("Abidjan -- the largest city", screentest.Enter, "Bouaké", screentest.Enter, screentest.Enter)
	s.WaitFor("Note:")
	s.Send(screentest.Enter, "atlas 12", screentest.Enter, "africa", screentest.Enter)
	s.WaitFor("n  No")
	s.Golden("wizard-card")
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

// In a window of 40 columns every kind of fact can be read: no label leaves an
// answer without room, and the card is shown as it will be asked.
func TestWizardInANarrowWindow(t *testing.T) {
	t.Parallel()
	for i, c := range []struct {
		kind  string
		parts [][2]string // what is asked for, and the answer
	}{
		{"question", [][2]string{{"Question:", "Which river flows through Vienna, Budapest and Belgrade?"}, {"Answer:", "the Danube"}}},
		{"term", [][2]string{{"Term:", "meander"}, {"Definition:", "a bend in a river that winds through a plain"}}},
		{"choice", [][2]string{{"Question:", "Which river rises in the Black Forest?"}, {"Right answer 1:", "the Danube"}, {"Right answer 2:", ""},
			{"Wrong answer 1:", "the Rhine -- it rises in the Alps"}, {"Wrong answer 2:", "the Elbe"}, {"Wrong answer 3:", ""}}},
		{"set", [][2]string{{"Question:", "Which two headstreams make the Danube?"}, {"Part 1:", "Brigach"}, {"Part 2:", "Breg"}, {"Part 3:", ""}}},
		{"sequence", [][2]string{{"Question:", "Which capitals does the Danube pass, in order?"}, {"Part 1:", "Vienna"}, {"Part 2:", "Bratislava"}, {"Part 3:", ""}}},
		{"gaps", [][2]string{{"Sentence:", "The {{Danube}} flows into the {{Black Sea::which sea?}}."}}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			l := newLearner(t)
			s := l.start(40, 30, "new")
			s.WaitFor("Deck file:")
			s.Send("rivers-of-europe", screentest.Enter)
			s.WaitFor("{{words}} to fill in") // the last of the kinds
			if i == 0 {
				s.Golden("wizard-kinds-40")
			}
			s.Send(string(rune('a' + i)))
			for _, part := range append(c.parts, [2]string{"Note:", ""}, [2]string{"Source:", "atlas 7"}, [2]string{"Tags:", ""}) {
				s.WaitFor(part[0])
				s.Send(part[1], screentest.Enter)
			}
			s.WaitFor("n  No")
			s.Golden("wizard-" + c.kind + "-40")
			s.Send("n")
			s.WaitFor("▸ n  No") // what is proposed to "Another one?"
			s.Send("n")
			if code := s.Exit(); code != 0 {
				t.Errorf("exit code %d\n%s", code, s.History())
			}
		})
	}
}
