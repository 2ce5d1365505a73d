package store

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

// someCards puts a deck into a collection and gives the ids of its cards.
func someCards(t *testing.T, s *Store) (ids []string) {
	t.Helper()
	d := deck("numbers", 4)
	apply(t, s, d)
	for _, f := range d.Facts {
		ids = append(ids, f.Cards[0].ID)
	}
	return ids
}

func cardOf(t *testing.T, s *Store, id string) Card {
	t.Helper()
	c, err := s.Card(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// graded are answers of another program to a card, a day apart from a day on.
func graded(day int, grades ...scheduler.Grade) (past Entries) {
	for i, g := range grades {
		past = append(past, journal.Entry{Moment: at(day+i, 0), Kind: journal.KindGrade, Mode: journal.ModeReview, Grade: g, Days: 1, Duration: 2 * time.Second,
			State: scheduler.Review, Detail: journal.Detail{Foreign: &journal.Foreign{Origin: journal.Origin{Program: "anki"}, Kind: 1, Interval: 1, Factor: 600}}})
	}
	return past
}

func importHistory(t *testing.T, s *Store, day int, cards ...CardHistory) HistoryReport {
	t.Helper()
	r, err := s.ImportHistory(t.Context(), cards, at(day, 0), at(day, 0))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A learner comes from another program: cards stand where it says, the log has
// every answer at its time, and a second import changes nothing.
func TestImportHistory(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	place := &scheduler.ImportedState{State: scheduler.Review, DueDay: at(30, 0).Day, Interval: 20, Last: at(3, 0).At, LastDay: at(3, 0).Day,
		Reps: 3, Lapses: 1, Stability: 17.25, Difficulty: 6.5}
	first := CardHistory{Card: ids[0], Past: graded(1, 3, 1, 3), Place: place, Flag: 2}
	second := CardHistory{Card: ids[1], Suspended: true}
	r := importHistory(t, s, 10, first, second, CardHistory{Card: "nowhere", Suspended: true})
	if diff := cmp.Diff(HistoryReport{Cards: 2, Grades: 3, Rows: 6, Unknown: 1}, r); diff != "" {
		t.Errorf("report: %s", diff)
	}
	card := cardOf(t, s, ids[0])
	if card.Stability != 17.25 || card.Difficulty != 6.5 || card.DueDay != place.DueDay || card.Reps != 3 || card.Lapses != 1 || card.Flag != 2 ||
		card.LastDay != place.LastDay || card.FirstDay != at(1, 0).Day {
		t.Errorf("the card stands at %+v", card.CardState)
	}
	if !cardOf(t, s, ids[1]).Suspended {
		t.Error("a suspended card is not")
	}
	healthy(t, s)
	if r := importHistory(t, s, 11, first, second); r.Rows != 0 || r.Known != 2 {
		t.Errorf("the second import: %+v", r)
	}
	if _, err := s.Undo(t.Context(), at(11, 0)); err == nil {
		t.Error("undo takes the answers of another program back")
	}
}

// A program that keeps no log says where a card stands: the later answer counts, there
// or here, and what was done here beside answers stays.
func TestImportPlacesAgain(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	stands := func(day int) CardHistory {
		return CardHistory{Card: ids[0], Place: &scheduler.ImportedState{State: scheduler.Review, DueDay: at(day+20, 0).Day,
			Interval: 20, Last: at(day, 0).At, LastDay: at(day, 0).Day, Ease: 2.5}}
	}
	importHistory(t, s, 10, stands(5))
	act := func(kind journal.Kind, day int) {
		if _, err := s.Append(t.Context(), journal.Entry{Kind: kind, Card: ids[0], Moment: at(day, 0)}, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	act(journal.KindSuspend, 11)
	if r := importHistory(t, s, 12, stands(5)); r.Rows != 0 || r.Known != 1 {
		t.Errorf("the same again: %+v", r)
	}
	if r := importHistory(t, s, 16, stands(15)); r.Rows != 1 || r.Cards != 1 {
		t.Errorf("answered there since: %+v", r)
	}
	if c := cardOf(t, s, ids[0]); c.DueDay != at(35, 0).Day || !c.Suspended {
		t.Errorf("answered there since: %+v", c.CardState)
	}
	if r := importHistory(t, s, 17, stands(15)); r.Rows != 0 {
		t.Errorf("and the same again: %+v", r)
	}
	act(journal.KindUnsuspend, 18)
	grade(t, s, ids[0], scheduler.Good, at(20, 0))
	if r := importHistory(t, s, 21, stands(19)); r.Rows != 0 {
		t.Errorf("answered here since: %+v", r)
	}
	act(journal.KindReset, 22)
	if r := importHistory(t, s, 23, stands(21)); r.Rows != 0 {
		t.Errorf("reset here since: %+v", r)
	}
	healthy(t, s)
}

// Who says by which days another program counts moves what an earlier import placed by
// others, unless it was answered since.
func TestImportPlacesAnew(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	due := func(card, day int, anew bool) CardHistory {
		return CardHistory{Card: ids[card], Past: graded(1, 3), Anew: anew, Place: &scheduler.ImportedState{State: scheduler.Review,
			DueDay: at(day, 0).Day, Interval: 20, Last: at(2, 0).At, LastDay: at(2, 0).Day, Stability: 17.25, Difficulty: 6.5}}
	}
	importHistory(t, s, 10, due(0, 30, false), due(1, 30, false))
	grade(t, s, ids[1], scheduler.Good, at(11, 0))
	answered := cardOf(t, s, ids[1]).DueDay
	if r := importHistory(t, s, 12, due(0, 29, false), due(1, 29, false)); r.Rows != 0 {
		t.Errorf("nothing was said of days: %+v", r)
	}
	if r := importHistory(t, s, 12, due(0, 29, true), due(1, 29, true)); r.Rows != 1 || r.Cards != 1 || r.Known != 1 {
		t.Errorf("days were named: %+v", r)
	}
	if got := cardOf(t, s, ids[0]); got.DueDay != at(29, 0).Day || got.Stability != 17.25 {
		t.Errorf("the card stands at %+v", got.CardState)
	}
	if got := cardOf(t, s, ids[1]); got.DueDay != answered {
		t.Errorf("a card that was answered since is due on day %d, not %d", got.DueDay, answered)
	}
	if r := importHistory(t, s, 13, due(0, 29, true), due(1, 29, true)); r.Rows != 0 {
		t.Errorf("and the same again: %+v", r)
	}
	healthy(t, s)
}

// A card that another program buried because it asked a sibling comes without an answer: it
// waits here, too, while that day lasts.
func TestImportBuriesSiblings(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	plain := CardHistory{Card: ids[0], Past: graded(1, 3), Place: &scheduler.ImportedState{State: scheduler.Review,
		DueDay: at(9, 0).Day, Interval: 7, Last: at(2, 0).At, LastDay: at(2, 0).Day, Stability: 7, Difficulty: 6.5}}
	importHistory(t, s, 8, plain)
	buried := plain
	buried.Buried = true
	for i, test := range []struct{ made, now, rows int }{{9, 10, 0}, {10, 10, 1}, {10, 10, 0}} {
		r, err := s.ImportHistory(t.Context(), []CardHistory{buried}, at(test.made, 0), at(test.now, 5))
		if err != nil || r.Rows != test.rows || r.Cards != test.rows {
			t.Errorf("import %d: %+v, %v", i, r, err)
		}
	}
	if c := cardOf(t, s, ids[0]); c.Buried != at(10, 0).Day || c.DueDay != at(9, 0).Day {
		t.Errorf("the card stands at %+v", c.CardState)
	}
	healthy(t, s)
}

// Answers there and here are replayed in the order in which they were given, and
// a card stands where the program says that asked it last.
func TestImportHistoryAmongOwn(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	place := func(day int) *scheduler.ImportedState {
		m := at(day, 0)
		return &scheduler.ImportedState{State: scheduler.Review, DueDay: m.Day + 9, Interval: 9, Last: m.At, LastDay: m.Day, Reps: 4, Stability: 9, Difficulty: 5}
	}
	importHistory(t, s, 5, CardHistory{Card: ids[0], Past: graded(1, 3, 3), Place: place(2)})
	grade(t, s, ids[0], scheduler.Good, at(12, 0))
	own := cardOf(t, s, ids[0])

	r := importHistory(t, s, 13, CardHistory{Card: ids[0], Past: graded(1, 3, 3, 3), Place: place(3)})
	if diff := cmp.Diff(HistoryReport{Grades: 1, Rows: 1, Behind: 1}, r); diff != "" {
		t.Errorf("an older answer: %s", diff)
	}
	if card := cardOf(t, s, ids[0]); card.Last != own.Last || card.Reps != own.Reps+1 && card.Reps != own.Reps {
		t.Errorf("an older answer moved the card from %+v to %+v", own.CardState, card.CardState)
	}
	healthy(t, s)

	r = importHistory(t, s, 21, CardHistory{Card: ids[0], Past: graded(20, 4), Place: place(20)})
	if diff := cmp.Diff(HistoryReport{Cards: 1, Grades: 1, Rows: 2}, r); diff != "" {
		t.Errorf("a newer answer: %s", diff)
	}
	if card := cardOf(t, s, ids[0]); card.DueDay != at(29, 0).Day {
		t.Errorf("due on %v, want day 29", card.DueDay)
	}
	grade(t, s, ids[0], scheduler.Again, at(29, 0))
	healthy(t, s)
	var rows, before int
	err := s.Retrace(t.Context(), func(step journal.Step) error {
		rows++
		if step.Row.Moment.At < int64(before) && step.Row.Kind == journal.KindGrade {
			t.Errorf("an answer of %d is replayed after one of %d", step.Row.Moment.At, before)
		}
		if step.Row.Kind == journal.KindGrade {
			before = int(step.Row.Moment.At)
		}
		return nil
	})
	if err != nil || rows != 8 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// Rows later than the clock here are a slip of a clock, within a day; others are
// left out.
func TestImportHistoryOfTheFuture(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	soon := graded(10, 3)
	soon[0].Moment.At += 2000
	place := &scheduler.ImportedState{State: scheduler.Learning, Left: 1, Due: at(10, 0).At + 60_000, DueDay: at(10, 0).Day, Reps: 1, Last: soon[0].Moment.At, LastDay: at(10, 0).Day}
	r := importHistory(t, s, 10, CardHistory{Card: ids[0], Past: append(soon, graded(400, 3)...), Place: place})
	if r.Future != 1 || r.Grades != 1 {
		t.Errorf("report: %+v", r)
	}
	if card := cardOf(t, s, ids[0]); card.State != scheduler.Learning || card.Memory.Due != place.Due {
		t.Errorf("the card stands at %+v", card.CardState)
	}
	healthy(t, s)
}

// What the file of a stranger says of a card leaves a card that can be studied.
func TestImportHistoryOfNonsense(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	for i, p := range []scheduler.ImportedState{
		{State: scheduler.Review, Stability: math.MaxFloat64, Difficulty: 1e9, DueDay: 1_000_000, Interval: 1_000_000},
		{State: scheduler.Relearning, Left: 255, Due: 1 << 55, Reps: math.MaxUint32 - 1},
		{State: scheduler.Review, Ease: 1e300, Interval: 1},
	} {
		importHistory(t, s, 10, CardHistory{Card: ids[i], Place: &p})
	}
	healthy(t, s)
	for _, id := range ids[:3] {
		grade(t, s, id, scheduler.Good, at(11, 0))
	}
	healthy(t, s)
}

func TestChanged(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("d", 2))
	d := deck("d", 2)
	d.Facts[1].Cards[0].Note = "new"
	apply(t, s, d) // at the same time: later all the same
	then := at(0, 0).At / 1000
	changed := func() map[string]int64 {
		found, err := s.Deck(t.Context(), "d")
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]int64{}
		for f, err := range s.Facts(t.Context(), found) {
			if err != nil {
				t.Fatal(err)
			}
			all[f.Key] = f.Changed
		}
		return all
	}
	if diff := cmp.Diff(map[string]int64{"fact-0": then, "fact-1": then + 1}, changed()); diff != "" {
		t.Error(diff)
	}
	d.Sources = []decks.Citation{{Name: "atlas", Text: "World Atlas"}}
	apply(t, s, d)
	if diff := cmp.Diff(map[string]int64{"fact-0": then + 1, "fact-1": then + 2}, changed()); diff != "" {
		t.Error("a new citation:", diff)
	}
}
