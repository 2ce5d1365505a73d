package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A wandering is what Anki says of its collection after each round of
// wander.py: cards are named by the mark that their note bears and their number
// in it.
type wandering []struct {
	Reviews map[string]string // cards by the time of the review
	Cards   map[string][2]int // repetitions and lapses by card
}

func wander(t *testing.T, python, scripts string, seed int) (folder string, w wandering) {
	t.Helper()
	folder = t.TempDir()
	askAnki(t, python, filepath.Join(scripts, "wander.py"), folder, strconv.Itoa(seed), "3")
	data, err := os.ReadFile(filepath.Join(folder, "wander.json"))
	if err == nil {
		err = json.Unmarshal(data, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return folder, w
}

var noteMark = regexp.MustCompile(`#(\d+)`)

// A collectedCard is a card of a collection with the answers that the log has of it.
type collectedCard struct {
	mark    string // of the note that its text names
	retired bool
	answers []string // times
}

// collected reads the log as a stranger would, from the form that is documented.
func (l *learner) collected() map[string]*collectedCard {
	l.Helper()
	type row struct {
		Device, Kind, Card string
		Seq, At            int64
		Detail             struct {
			To     string
			Undone struct {
				Device string
				Seq    int64
			}
		}
	}
	cards, names := map[string]*collectedCard{}, map[string]string{}
	var rows []row
	undone := map[[2]string]bool{}
	decode(l, l.run("export", "--format", "json", "-o", "-"), func(line []byte) error {
		var one struct {
			Card *struct {
				ID      string
				Retired bool
				Content json.RawMessage
			}
			Row *row
		}
		err := json.Unmarshal(line, &one)
		if c := one.Card; c != nil {
			if m := noteMark.FindSubmatch(c.Content); m != nil {
				cards[c.ID] = &collectedCard{mark: string(m[1]), retired: c.Retired}
			}
		}
		if r := one.Row; r != nil {
			rows = append(rows, *r)
			switch r.Kind {
			case "alias":
				names[r.Card] = r.Detail.To
			case "undo":
				undone[[2]string{r.Detail.Undone.Device, strconv.FormatInt(r.Detail.Undone.Seq, 10)}] = true
			}
		}
		return err
	})
	for _, r := range rows {
		for n := 0; names[r.Card] != "" && names[r.Card] != r.Card && n < 100; n++ {
			r.Card = names[r.Card]
		}
		if c := cards[r.Card]; c != nil && r.Kind == "grade" && !undone[[2]string{r.Device, strconv.FormatInt(r.Seq, 10)}] {
			c.answers = append(c.answers, strconv.FormatInt(r.At, 10))
		}
	}
	return cards
}

// TestAnkiNotesWander imports packages of one collection whose notes are deleted,
// added, reworded and moved in between, in each of the ways that there are, and
// asks Anki which card each review is of.
func TestAnkiNotesWander(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	ways := map[string]func(l *learner, file string, round int) (came int){
		"history": func(l *learner, file string, _ int) int {
			l.run("import", "--history", file)
			return 0
		},
		"update": func(l *learner, file string, round int) int {
			l.run("import", file, "--update", "in")
			return round
		},
		"anew": func(l *learner, file string, round int) int {
			l.remove("in")
			l.run("import", file, "-o", "in")
			return round
		},
		"in turn": func(l *learner, file string, round int) int {
			l.run("import", "--history", file)
			if round == 2 {
				l.edit("in")
				l.run("import", file, "--update", "in")
			}
			return 0 // a reverse that was added to a fact which its author edited is left out, and named
		},
	}
	for _, python := range pythons {
		for seed := range 3 {
			folder, w := wander(t, python, scripts, seed)
			for name, way := range ways {
				t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
					l := newLearner(t)
					l.at(0)
					l.run("import", filepath.Join(folder, "round0.apkg"), "-o", "in")
					l.everyReview(w, 0, 0)
					for round := 1; round < len(w); round++ {
						file := filepath.Join(folder, "round"+strconv.Itoa(round)+".apkg")
						came := way(l, file, round)
						l.everyReview(w, round, came)
						if said := l.run("import", "--history", file); !strings.Contains(said, "history: nothing new") {
							t.Errorf("round %d: once more says\n%s", round, said)
						}
					}
					l.run("doctor", "--full")
				})
			}
		}
	}
}

func (l *learner) remove(name string) {
	l.Helper()
	if err := os.RemoveAll(l.path(name)); err != nil {
		l.Fatal(err)
	}
}

// edit writes a remark of the author's into every other fact.
func (l *learner) edit(folder string) {
	l.Helper()
	files, err := filepath.Glob(l.path(folder + "/*.md"))
	if err != nil || len(files) == 0 {
		l.Fatal(files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			l.Fatal(err)
		}
		n := 0
		text := regexp.MustCompile(`(?m)^Id: `).ReplaceAllStringFunc(string(data), func(id string) string {
			if n++; n%2 == 0 {
				return id
			}
			return "Hint: mine\n" + id
		})
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			l.Fatal(err)
		}
	}
	l.run("compile", folder)
}

// everyReview holds that the log has every review up to a round, of cards that
// came in an earlier one, once and on the card that Anki says.
func (l *learner) everyReview(w wandering, round, came int) {
	l.Helper()
	place := map[string]string{} // marks of reviews
	for i := 0; i <= round; i++ {
		for at, card := range w[i].Reviews {
			place[at] = card
		}
	}
	found := map[string]bool{}
	for id, c := range l.collected() {
		for _, at := range c.answers {
			card := place[at]
			if mark, _, _ := cutCard(card); mark != c.mark {
				l.Errorf("round %d: the review %s of note %s stands on card %s of note %s", round, at, card, id, c.mark)
			}
			if c.retired { // it was reworded past recognition, or is gone
				continue
			}
			if found[at] {
				l.Errorf("round %d: the review %s stands twice", round, at)
			}
			found[at] = true
		}
	}
	for at, card := range w[round].Reviews {
		if _, known := w[came].Cards[card]; known && !found[at] {
			l.Errorf("round %d: the review %s of note %s is lost", round, at, card)
		}
	}
}

func cutCard(card string) (mark string, ordinal int, err error) {
	for i := range card {
		if card[i] == '/' {
			ordinal, err = strconv.Atoi(card[i+1:])
			return card[:i], ordinal, err
		}
	}
	return card, 0, nil
}

// TestAnkiAnswersComeHome sends a deck that was born here to Anki, where it is
// learned, and takes the answers home: each to its own card, and no second deck.
func TestAnkiAnswersComeHome(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	for _, python := range pythons {
		l := newGeographer(t)
		l.at(48 * time.Hour)
		l.run("compile", "deck")
		l.answer("3", "4", "1")
		l.run("export", "geo/europe", "geo", "--format", "anki-apkg", "--history", "-o", "out.apkg")
		askAnki(t, python, filepath.Join(scripts, "answer_all.py"), l.path("out.apkg"), l.path("home.apkg"), l.path("answers.json"))
		var answers map[string][2]any
		if err := json.Unmarshal(l.read("answers.json"), &answers); err != nil {
			t.Fatal(err)
		}
		// A term that went out gets an id, and so another name, before it comes home.
		l.mend()
		l.run("compile", "deck")
		l.at(0)
		if said := l.run("import", "home.apkg"); !strings.Contains(said, "geo, geo/europe: went to Anki from here") {
			t.Errorf("it says\n%s", said)
		}
		if _, err := os.Stat(l.path("home")); err == nil {
			t.Error("the deck has come home as a second one")
		}
		names, cards := map[string]string{}, map[string]string{}
		decode(l, l.run("export", "--format", "json", "-o", "-"), func(line []byte) error {
			var one struct {
				Card *struct{ ID, Name string }
				Row  *struct {
					Kind, Card string
					At         int64
				}
			}
			err := json.Unmarshal(line, &one)
			if c := one.Card; c != nil {
				names[c.ID] = c.Name
			}
			if r := one.Row; r != nil && r.Kind == "grade" {
				cards[strconv.FormatInt(r.At, 10)] = r.Card
			}
			return err
		})
		for at, a := range answers {
			card := cards[at]
			deletion := fmt.Sprint("cloze-", a[1].(float64)+1)
			if card == "" || card != a[0] && names[card] != deletion {
				t.Errorf("the answer %s of card %v of note %v is on card %q, %s", at, a[1], a[0], card, names[card])
			}
		}
		if len(answers) == 0 {
			t.Error("nothing was answered")
		}
		if said := l.run("import", "--history", "home.apkg"); !strings.Contains(said, "history: nothing new") {
			t.Errorf("once more says\n%s", said)
		}
		l.run("doctor", "--full")
	}
}
