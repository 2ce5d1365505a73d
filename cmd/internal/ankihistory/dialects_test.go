package ankihistory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/store"
)

// A saidCard is a card as Anki has it.
type saidCard struct {
	State                 scheduler.State
	Reps, Lapses          uint32
	Deck                  string
	Suspended, Buried     bool
	Answers               [][2]int64 // when, and the grade
	Due                   int64
	DueDay                int `json:"due_day"`
	Stability, Difficulty float64
}

// TestAnkiDialects lets Anki make collections of both of its schedulers, of every hour
// at which a day may turn, with filtered decks, resets that its log has and that it
// lacks, and buried cards. What an import comes to is what Anki makes of them.
func TestAnkiDialects(t *testing.T) {
	pythons := filepath.SplitList(os.Getenv("KARTEI_ANKI_PYTHON"))
	if len(pythons) == 0 {
		t.Skip("SKIPPED: the real Anki was not asked. .ci/anki installs it and runs this test; " +
			"or name a Python that has the package anki in KARTEI_ANKI_PYTHON")
	}
	for _, python := range pythons {
		folder := t.TempDir()
		make := exec.Command(python, "testdata/dialects.py", folder)
		make.Env = append(os.Environ(), "TZ=UTC")
		if out, err := make.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var said struct {
			Version  string
			Packages map[string]map[string]saidCard
		}
		data, err := os.ReadFile(filepath.Join(folder, "dialects.json"))
		if err == nil {
			err = json.Unmarshal(data, &said)
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range said.Packages {
			t.Run(filepath.Base(filepath.Dir(filepath.Dir(python)))+"/"+name, func(t *testing.T) {
				file, at, target := strings.Cut(name, " ")
				data, err := os.ReadFile(filepath.Join(folder, file))
				if err != nil {
					t.Fatal(err)
				}
				hour := 4
				fmt.Sscanf(name, "rollover%d", &hour)
				hours := []int{hour, 4, 23, 12}
				if target { // Anki's own import into one of that hour
					fmt.Sscan(at, &hour)
					hours = []int{hour}
				}
				for _, here := range hours {
					got := imported(t, data, here)
					if len(got) != len(want) {
						t.Errorf("%d cards, and Anki has %d", len(got), len(want))
					}
					for question, card := range want {
						card.DueDay += int(dayAt(here) - dayAt(hour)) // what is due on the next day is due on the next day
						if strings.HasPrefix(said.Version, "25.") || here != hour || target && hour != 4 {
							card.Stability = 0 // before 26 a Hard on the same day was another; other days are other days
						}
						compareCard(t, question, got[question], card)
					}
				}
			})
		}
	}
}

// dayAt is the day that it is where days turn at an hour.
func dayAt(hour int) scheduler.Day {
	return scheduler.Calendar{Rollover: time.Duration(hour) * time.Hour}.Moment(time.Now().UTC()).Day
}

// An importedCard is a card of a collection with the answers of its log.
type importedCard struct {
	store.Card
	answers [][2]int64
}

// imported takes a package into a new collection of a learner whose days turn at an
// hour, and returns its cards by their questions.
func imported(t *testing.T, data []byte, rollover int) map[string]*importedCard {
	t.Helper()
	im, err := anki.ReadPackage(t.Context(), bytes.NewReader(data), int64(len(data)), anki.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range im.DeckFiles {
		files[f.Name] = &fstest.MapFile{Data: f.Text}
	}
	compiled, err := decks.Compile(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	calendar := scheduler.Calendar{Rollover: time.Duration(rollover) * time.Hour}
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "collection.db"), store.Config{Calendar: calendar})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := calendar.Moment(time.Now().UTC())
	if _, err := st.Apply(t.Context(), store.Compiled{Root: "/d", Decks: compiled.Decks}, now); err != nil {
		t.Fatal(err)
	}
	if _, err := st.ImportHistory(t.Context(), FromAnki(im, Written, calendar, time.UTC), now, now); err != nil {
		t.Fatal(err)
	}
	cards := map[string]*importedCard{}
	for i := range im.Cards {
		c := &im.Cards[i]
		card, err := st.Card(t.Context(), Written(c)[0])
		if err != nil {
			t.Fatal(err)
		}
		one := &importedCard{Card: card}
		for _, r := range c.Schedule.Reviews {
			if r.Grade > 0 {
				one.answers = append(one.answers, [2]int64{r.At, int64(r.Grade)})
			}
		}
		cards[card.Prompt] = one
	}
	return cards
}

func compareCard(t *testing.T, question string, got *importedCard, want saidCard) {
	t.Helper()
	if got == nil {
		t.Errorf("%s did not come", question)
		return
	}
	is := func(what string, got, want any) {
		if got != want {
			t.Errorf("%s: %s is %v, and in Anki %v", question, what, got, want)
		}
	}
	is("state", got.State, want.State)
	is("count of repetitions", got.Reps, want.Reps)
	is("count of lapses", got.Lapses, want.Lapses)
	is("deck", got.Deck, strings.ReplaceAll(want.Deck, "::", "/"))
	is("suspended", got.Suspended, want.Suspended)
	is("buried", got.Buried > 0, want.Buried)
	switch {
	case want.State == scheduler.New:
	case want.Due > 0:
		is("due", got.Memory.Due, want.Due)
	default:
		is("due day", int(got.DueDay), want.DueDay)
	}
	if len(got.answers) != len(want.Answers) {
		is("number of answers", len(got.answers), len(want.Answers))
		return
	}
	for i := range want.Answers {
		is("an answer", got.answers[i], want.Answers[i])
	}
	if want.Stability > 0 && (math.Abs(got.Stability-want.Stability) > 0.004*want.Stability || math.Abs(got.Difficulty-want.Difficulty) > 0.01) {
		t.Errorf("%s: stability %.3f, difficulty %.2f, and in Anki %.3f and %.2f", question, got.Stability, got.Difficulty, want.Stability, want.Difficulty)
	}
}
