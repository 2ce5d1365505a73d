package anki

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/decks/foreign"
)

// schedules are the places where the cards of everyKind stand: every state, as
// Kartei would have them on 2026-11-20 in Berlin.
func schedules() (Beginning, map[string]Schedule) {
	begun := Beginning{Day: 20_400, Zone: 7200, Rollover: 4}
	at := func(day, hour int) int64 {
		return (begun.unix() + int64(day)*86_400 + int64(hour)*3_600) * 1000
	}
	reviews := []Review{
		{At: at(0, 5), Kind: LearnReview, Grade: 3, Interval: -600, Before: -60, Duration: 4200},
		{At: at(0, 6), Kind: LearnReview, Grade: 3, Interval: 3, Before: -600, Difficulty: 5.2, Duration: 3100},
		{At: at(3, 7), Kind: PlainReview, Grade: 2, Interval: 6, Before: 3, Difficulty: 6.1, Duration: 60_000},
		{At: at(9, 7), Kind: PlainReview, Grade: 1, Interval: -600, Before: 6, Difficulty: 7.7, Duration: 900},
		{At: at(9, 8), Kind: RelearnReview, Grade: 3, Interval: 2, Before: -600, Difficulty: 7.7, Duration: 2000},
	}
	memory := Schedule{Stability: 12.3456, Difficulty: 7.654, Retention: 0.9, Decay: 0.154, Last: at(9, 8), Reps: 5, Lapses: 1, Reviews: reviews}
	with := func(change func(*Schedule)) Schedule {
		s := memory
		change(&s)
		return s
	}
	shifted := func(ms int64) []Review {
		var later []Review
		for _, r := range reviews {
			r.At += ms
			later = append(later, r)
		}
		return later
	}
	return begun, map[string]Schedule{
		"capital/card": with(func(s *Schedule) { s.State, s.DueDay, s.Interval = Reviewing, begun.Day+400, 391 }),
		"delta/forward": with(func(s *Schedule) {
			s.State, s.DueDay, s.Interval, s.Suspended, s.Reviews = Reviewing, begun.Day+20, 11, true, shifted(10)
		}),
		"delta/reverse": with(func(s *Schedule) {
			s.State, s.DueDay, s.Interval, s.Flag, s.Reviews = Reviewing, begun.Day+30, 21, 3, shifted(20)
		}),
		"lisbon/cloze-1": with(func(s *Schedule) { s.State, s.Due, s.Steps, s.Reviews = Relearning, at(9, 9), 1, shifted(1) }),
		"lisbon/cloze-2": {},
		"largest/card":   {State: Learning, Due: at(0, 6), Steps: 1, Reps: 1, Last: at(0, 5) + 50, Reviews: shifted(50)[:1]},
		"benelux/card":   {Position: 7, Suspended: true},
	}
}

func packageOptions(d *decks.Deck) PackageOptions {
	begun, stands := schedules()
	byID := map[string]Schedule{}
	for _, f := range d.Facts {
		for _, c := range f.Cards {
			if s, ok := stands[f.Key+"/"+c.Name]; ok {
				byID[c.ID] = s
			}
		}
	}
	return PackageOptions{Begun: begun, Schedule: func(c *decks.Card) (Schedule, error) { return byID[c.ID], nil }}
}

func exportPackage(t *testing.T, d *decks.Deck, files fstest.MapFS) ([]byte, Report) {
	t.Helper()
	contents := foreign.Of(d)
	contents.Files = files
	var out bytes.Buffer
	report, err := WritePackage(t.Context(), &out, packageOptions(d), contents)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), report
}

func TestPackageIsTheSameEachTime(t *testing.T) {
	files := fstest.MapFS{"notes/img/seine.png": {Data: []byte("a picture")}}
	first, report := exportPackage(t, everyKind(), files)
	again, _ := exportPackage(t, everyKind(), files)
	if !bytes.Equal(first, again) {
		t.Error("two packages of one deck differ")
	}
	if report.Notes != 8 || report.Cards != 9 || len(report.Media) != 1 || len(report.Missing) != 0 {
		t.Errorf("report %+v", report)
	}
	_, report = exportPackage(t, everyKind(), nil)
	if len(report.Media) != 0 || len(report.Missing) != 1 || report.Missing[0].Path != "notes/img/seine.png" {
		t.Errorf("report without the picture %+v", report)
	}
}

// wantSchedule is a card as Anki shall have it.
type wantSchedule struct {
	GUID       string    `json:"guid"`
	Ordinal    int       `json:"ordinal"`
	Type       int       `json:"type"`
	Queue      int       `json:"queue"`
	Due        int64     `json:"due"` // review: days since 1970-01-01
	Numbers    []int     `json:"numbers"`
	Stability  float64   `json:"stability"`
	Difficulty float64   `json:"difficulty"`
	Last       int64     `json:"last"`
	Reviews    [][]int64 `json:"reviews"`
}

type wantPackage struct {
	wantCSV
	Begun     int            `json:"begun"`
	Days      int            `json:"days"`
	Media     map[string]int `json:"media"`
	Schedules []wantSchedule `json:"schedules"`
}

func TestAnkiReadsPackage(t *testing.T) {
	pythons(t)
	deck := everyKind()
	deck.Facts[0].Cards[0].Type = decks.AnswerTyped
	files := fstest.MapFS{"notes/img/seine.png": {Data: []byte("a picture")}}
	first, report := exportPackage(t, deck, files)

	begun, stands := schedules()
	today := int(time.Now().Add(-4*time.Hour).Unix() / 86_400)
	want := wantPackage{Begun: begun.Day, Days: today - begun.Day, Media: map[string]int{report.Media[0].Name: len("a picture")}}
	w := newNoteMaker(deck)
	for i := range deck.Facts {
		fact := &deck.Facts[i]
		notes, err := w.notes(fact)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range notes {
			note := wantNote{GUID: n.guid, Deck: "geo::europe", Tags: n.tags, Fields: n.ownFields()}
			for _, nt := range notetypes {
				if nt.id == n.ownType() {
					note.Notetype = nt.name
				}
			}
			for _, c := range n.cards {
				note.Ordinals = append(note.Ordinals, c.ordinal)
				want.Schedules = append(want.Schedules, wantedSchedule(n.guid, c.ordinal, begun, stands[fact.Key+"/"+c.card.Name]))
			}
			want.Notes = append(want.Notes, note)
		}
	}
	want.Rows = len(want.Notes)
	want.Changed = edit(deck)
	for i := 0; i < len(deck.Facts); i += 2 {
		deck.Facts[i].Changed = begun.unix() + 86_400
	}
	edited, _ := exportPackage(t, deck, files)
	edit(deck)
	text := exportCSV(t, CSVOptions{OwnNoteTypes: true}, deck)

	asked, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, data := range map[string][]byte{"first.apkg": first, "edited.apkg": edited, "edited.csv": text, "want.json": asked} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	verify(t, "package", filepath.Join(folder, "first.apkg"), filepath.Join(folder, "edited.apkg"),
		filepath.Join(folder, "edited.csv"), filepath.Join(folder, "want.json"))
}

func wantedSchedule(guid string, ordinal int, begun Beginning, s Schedule) wantSchedule {
	want := wantSchedule{
		GUID: guid, Ordinal: ordinal, Type: int(s.State), Numbers: []int{s.Interval, s.Reps, s.Lapses, s.Flag},
		Stability: s.Stability, Difficulty: s.Difficulty, Last: s.Last / 1000, Reviews: [][]int64{},
	}
	queues := map[State]int{New: 0, Learning: 1, Reviewing: 2, Relearning: 1}
	want.Queue = queues[s.State]
	want.Due = s.Due / 1000
	if s.State == Reviewing {
		want.Due = int64(s.DueDay)
	}
	if s.Suspended {
		want.Queue = -1
	}
	for _, r := range s.Reviews {
		factor := map[float64]int64{5.2: 567, 6.1: 667, 7.7: 844}[r.Difficulty]
		want.Reviews = append(want.Reviews, []int64{r.At, int64(r.Grade), int64(r.Interval), int64(r.Before), factor, r.Duration, int64(r.Kind)})
	}
	return want
}
