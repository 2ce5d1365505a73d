package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// An ankiLearner uses the real Anki beside Kartei.
type ankiLearner struct {
	*learner
	python, script, folder string
	steps                  int
}

// An ankiStep is what they do there, as both_ways.py reads it.
type ankiStep struct {
	Import  []string    `json:"import"`
	Replace [][2]string `json:"replace"`
	First   int         `json:"first"`
	Export  string      `json:"export"`
}

// ankiHas is what their collection has then.
type ankiHas struct {
	Updated int               `json:"updated"`
	Answers int               `json:"answers"`
	Notes   map[string][2]any `json:"notes"` // fields and tags by guid
	Cards   [][]any           `json:"cards"`
}

// step does something in Anki and exports a package.
func (l *ankiLearner) step(s ankiStep) (pkg string, has ankiHas) {
	l.Helper()
	l.steps++
	s.Export = l.path(fmt.Sprintf("from-anki-%d.apkg", l.steps))
	s.First = l.steps % 3
	if s.Import == nil {
		s.Import = []string{}
	}
	if s.Replace == nil {
		s.Replace = [][2]string{}
	}
	out, err := exec.Command(l.python, l.script, l.folder, l.json("step.json", s)).CombinedOutput()
	if err != nil {
		l.Fatalf("%v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &has); err != nil {
		l.Fatalf("%v\n%s", err, out)
	}
	return s.Export, has
}

// graded counts the answers in the log of Kartei.
func (l *learner) graded() (n int) {
	l.Helper()
	return strings.Count(l.run("export", "--format", "json", "-o", "-"), `"kind":"grade"`)
}

func withAnkis(t *testing.T, test func(*ankiLearner)) {
	t.Parallel()
	scripts, pythons := ankis(t)
	for _, python := range pythons {
		l := newGeographer(t)
		test(&ankiLearner{learner: l, python: python, script: filepath.Join(scripts, "both_ways.py"), folder: t.TempDir()})
	}
}

// TestAnkiThreeRoundsOfAnswers makes a deck here and learns it in both programs: in three
// rounds, in which facts are edited here, no answer is lost and none counts twice.
func TestAnkiThreeRoundsOfAnswers(t *testing.T) {
	withAnkis(t, func(l *ankiLearner) {
		l.at(48 * time.Hour)
		l.run("compile", "deck")
		l.answer("3", "4", "1", "3")
		l.at(0)
		l.run("export", "geo/europe", "geo", "--format", "anki-apkg", "--history", "-o", "to-anki.apkg")
		own := l.graded()
		send := "to-anki.apkg"
		var has ankiHas
		for round := range 3 {
			var pkg string
			pkg, has = l.step(ankiStep{Import: []string{l.path(send)}})
			if round > 0 && has.Updated != 2 { // a term is two notes
				l.Errorf("round %d: %d notes were updated, want 2", round, has.Updated)
			}
			before := l.graded()
			said := l.run("import", pkg)
			if !strings.Contains(said, "geo, geo/europe: went to Anki from here, so the deck files stay as they are") {
				l.Errorf("round %d: it says\n%s", round, said)
			}
			if after := l.graded(); after-before <= 0 {
				l.Errorf("round %d: no answer came home\n%s", round, said)
			}
			if said := l.run("import", pkg); !strings.Contains(said, "history: nothing new") {
				l.Errorf("round %d: the same again says\n%s", round, said)
			}
			before = l.graded()
			l.answer("3", "3")
			own += l.graded() - before
			l.write("deck/europe.md", strings.Replace(facts, "a river's mouth", fmt.Sprintf("a river's mouth, seen %d times", round+1), 1))
			l.run("compile", "deck")
			send = "edited.txt"
			l.run("export", "geo/europe", "geo", "--format", "anki-csv", "--own-types", "-o", send)
		}
		// Anki has the answers that went there at first, and those that were given there.
		const went = 4
		if got, want := l.graded(), own+has.Answers-went; got != want {
			l.Errorf("the log has %d answers: %d were given here, %d in Anki", got, own, has.Answers-went)
		}
		l.run("doctor", "--full")
		if files := l.files("deck"); len(files) != 2 {
			l.Errorf("the folder of the deck has %q", files)
		}
	})
}

// TestAnkiThreeRoundsOfEdits edits notes of Anki's here and there, and learns them in both:
// in three rounds both have every edit, no field that nobody touched changes, and no
// answer is lost.
func TestAnkiThreeRoundsOfEdits(t *testing.T) {
	withAnkis(t, func(l *ankiLearner) {
		askAnki(t, l.python, filepath.Join(filepath.Dir(l.script), "verify_anki.py"), "make", l.folder)
		l.at(0)
		pkg, has := l.step(ankiStep{})
		l.run("import", pkg, "-o", "in")
		const file, deck = "in/geo-more-africa.md", "geo-more/africa"
		rounds := []struct{ here, there, both [2]string }{
			{here: [2]string{"A: Akra", "A: Accra"}, there: [2]string{"Capital of Togo?", "What is the capital of <u>Togo</u>?"}},
			{here: [2]string{"A: Lome", "A: Lomé\nNote: on the *gulf*"}, there: [2]string{"Longest river?", "The longest <sub>river</sub>?"}},
			{here: [2]string{"A: Nil\n", "A: the Nile\n"}, there: [2]string{">Kenya<", ">Kenya, 1963<"}},
		}
		own := 0
		for i, r := range rounds {
			text := string(l.read(file))
			if !strings.Contains(text, r.here[0]) {
				l.Fatalf("round %d: there is no %q in\n%s", i, r.here[0], text)
			}
			l.write(file, strings.Replace(text, r.here[0], r.here[1], 1))
			l.run("compile", "in")
			before := l.graded()
			l.answerIn(deck, "3", "3")
			own += l.graded() - before
			said := l.run("export", deck, "--format", "anki-csv", "--back", "-o", "home.txt")
			if !strings.Contains(said, "1 note to update, 0 new notes") {
				l.Errorf("round %d: %s", i, said)
			}
			was := has
			pkg, has = l.step(ankiStep{Import: []string{l.path("home.txt")}, Replace: [][2]string{r.there}})
			if has.Updated != 1 {
				l.Errorf("round %d: %d notes were updated, want 1", i, has.Updated)
			}
			if changed := differing(was, has); changed != 2 {
				l.Errorf("round %d: %d fields differ in Anki, want the one edited here and the one edited there", i, changed)
			}
			said = l.run("import", pkg, "--update", "in")
			if strings.Contains(said, "kept ") || !strings.Contains(said, "1 changed") {
				l.Errorf("round %d: %s", i, said)
			}
			if said := l.run("export", deck, "--format", "anki-csv", "--back", "-o", "home.txt"); !strings.Contains(said, "nothing to send home") {
				l.Errorf("round %d, after it came home: %s", i, said)
			}
		}
		text := string(l.read(file))
		for _, r := range rounds {
			if !strings.Contains(text, r.here[1]) {
				l.Errorf("the deck file has no %q\n%s", r.here[1], text)
			}
		}
		if got, want := l.graded(), own+has.Answers; got != want {
			l.Errorf("the log has %d answers: %d were given here, %d in Anki", got, own, has.Answers)
		}
		l.run("doctor", "--full")
	})
}

// differing counts the fields that are not the same.
func differing(a, b ankiHas) (n int) {
	for guid, note := range b.Notes {
		was, _ := a.Notes[guid][0].([]any)
		is, _ := note[0].([]any)
		for i := range is {
			if i >= len(was) || was[i] != is[i] {
				n++
			}
		}
	}
	return n
}

// answerIn grades cards of a deck.
func (l *learner) answerIn(deck string, grades ...string) {
	l.Helper()
	cmd := l.command("review", deck, "--plain")
	cmd.Stdin = strings.NewReader("\n" + strings.Join(slices.Clone(grades), "\n\n") + "\nq\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		l.Fatalf("review: %v\n%s", err, out)
	}
}
