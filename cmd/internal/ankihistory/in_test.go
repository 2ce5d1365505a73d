package ankihistory

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/store"
)

var berlin = time.FixedZone("", 3600)

// day is noon of a day in November, in Unix milliseconds.
func day(n int) int64 { return time.Date(2026, 11, n, 12, 0, 0, 0, berlin).UnixMilli() }

func epochDay(n int) int {
	return int(scheduler.DefaultCalendar.Moment(time.UnixMilli(day(n)).In(berlin)).Day)
}

// fromAnki are cards as an import finds them: every state, and every kind of row.
func fromAnki() []anki.ImportedCard {
	card := func(fact string, s anki.Schedule) anki.ImportedCard {
		return anki.ImportedCard{Deck: "d", Fact: fact, Card: "card", Schedule: s}
	}
	return []anki.ImportedCard{
		card("review", anki.Schedule{State: anki.Reviewing, DueDay: epochDay(28), Interval: 8, Stability: 9.5, Difficulty: 5.5, Retention: 0.9, Decay: 0.154,
			Last: day(20), Reps: 3, Lapses: 1, Flag: 2, Reviews: []anki.Review{
				{At: day(1), Kind: anki.LearnReview, Grade: 3, Interval: -600, Before: -60, Duration: 4000, Difficulty: 5.5},
				{At: day(2), Kind: anki.PlainReview, Grade: 1, Interval: -600, Before: 1, Duration: 5000, Difficulty: 6.4},
				{At: day(3), Kind: anki.ManualReview, Interval: 3, Before: 1, Difficulty: 6.4},
				{At: day(9), Kind: anki.ExtraReview, Grade: 3, Interval: 2, Before: 2, Duration: 10},
				{At: day(20), Kind: anki.RelearnReview, Grade: 3, Interval: 8, Before: -600, Difficulty: 5.5},
			}}),
		card("old", anki.Schedule{State: anki.Reviewing, DueDay: epochDay(25), Interval: 10, Ease: 2.1, Last: day(15), Reps: 1, Suspended: true,
			Reviews: []anki.Review{{At: day(15), Kind: anki.PlainReview, Grade: 3, Interval: 10, Before: 5, Ease: 2.1}}}),
		card("set", anki.Schedule{State: anki.Reviewing, DueDay: epochDay(25), Interval: 10, Ease: 1.95}), // by hand, without a log
		card("due date set", anki.Schedule{State: anki.Reviewing, DueDay: epochDay(40), Interval: 8, Stability: 9.5, Difficulty: 5.5, Retention: 0.9, Decay: 0.154,
			Last: day(20), Reps: 1, Reviews: []anki.Review{ // which leaves the interval
				{At: day(20), Kind: anki.LearnReview, Grade: 3, Interval: 8, Before: -600, Difficulty: 5.5},
				{At: day(21), Kind: anki.ManualReview, Interval: 8, Before: 8, Difficulty: 5.5},
			}}),
		card("learning", anki.Schedule{State: anki.Learning, Due: day(23) + 600_000, Steps: 1, Last: day(23), Reps: 1, Stability: 2, Difficulty: 4, Retention: 0.9, Decay: 0.154,
			Reviews: []anki.Review{{At: day(23), Kind: anki.LearnReview, Grade: 3, Interval: -600, Difficulty: 4}}}),
		card("forgotten", anki.Schedule{State: anki.New, Position: 3, Reviews: []anki.Review{
			{At: day(4), Kind: anki.LearnReview, Grade: 4, Interval: 4, Difficulty: 3.25},
			{At: day(5), Kind: anki.ManualReview},
		}}),
		card("new", anki.Schedule{Position: 1, Buried: true}),
		card("untouched", anki.Schedule{Position: 2}),
	}
}

// TestThereAndBack takes schedules of Anki's into a collection and out again.
func TestThereAndBack(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := scheduler.DefaultCalendar.Moment(time.UnixMilli(day(23) + 60_000).In(berlin))
	cards := fromAnki()
	d := &decks.Deck{Name: "d", ID: "d"}
	for _, c := range cards {
		card := decks.Card{ID: decks.CardID("d", c.Fact, "card"), Name: "card", Kind: decks.Recall, Prompt: c.Fact, Answer: "x"}
		d.Facts = append(d.Facts, decks.Fact{Key: c.Fact, Written: true, File: "d.md", Line: 1, Cards: []decks.Card{card}})
	}
	if _, err := st.Apply(t.Context(), store.Compiled{Root: "/d", Decks: []*decks.Deck{d}}, now); err != nil {
		t.Fatal(err)
	}
	report, err := st.ImportHistory(t.Context(), FromAnki(&anki.Import{Cards: cards}, Written, scheduler.DefaultCalendar, berlin), now, now)
	if err != nil || report.Grades != 8 || report.Cards != 7 {
		t.Fatalf("%+v, %v", report, err)
	}
	found, err := st.Deck(t.Context(), "d")
	if err != nil {
		t.Fatal(err)
	}
	begun, schedules, err := ToAnki(t.Context(), st, []store.Deck{found}, now)
	if err != nil || begun.Day != epochDay(1) || begun.Zone != 3600 || begun.Rollover != 4 {
		t.Fatalf("begun %+v, %v", begun, err)
	}
	for _, c := range cards {
		want := c.Schedule
		want.Position = 0 // new cards have the order of their deck
		switch c.Fact {
		case "old": // SM-2 becomes a memory
			want.Stability, want.Difficulty, want.Retention, want.Decay = 10, 6.0, 0.9, 0.154
		case "set":
			want.Stability, want.Difficulty, want.Retention, want.Decay = 10, 6.0, 0.9, 0.154
			want.Last = day(15) - 12*60*60*1000 + 60*60*1000 // the interval before it is due
		}
		got := anki.Schedule{}
		if s := schedules[decks.CardID("d", c.Fact, "card")]; s != nil {
			got = *s
		}
		if c.Fact == "old" || c.Fact == "set" {
			if got.Stability < 9.9 || got.Stability > 10.1 {
				t.Errorf("recall falls to 90 %% after %g days, not after the interval of 10", got.Stability)
			}
			got.Stability, got.Difficulty = want.Stability, want.Difficulty
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.005), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-went +came)\n%s", c.Fact, diff)
		}
	}
}

// TestRowsOfNonsense holds that what a stranger's log says is either kept as
// something that a log can hold, or left out.
func TestRowsOfNonsense(t *testing.T) {
	m := mover{calendar: scheduler.DefaultCalendar, zone: berlin}
	past := m.past([]anki.Review{
		{At: 0, Grade: 3}, {At: -5, Grade: 3}, {At: day(1), Grade: 9}, {At: day(1), Grade: -1},
		{At: day(2), Grade: 3, Kind: 77, Interval: 1 << 30, Duration: 1 << 60},
	})
	if past.Len() != 1 {
		t.Fatalf("%d rows", past.Len())
	}
	if e := past.Entry(0); e.Duration != longestAnswer || e.State != scheduler.Review {
		t.Errorf("%+v", e)
	}
	if p := m.placement(&anki.Schedule{State: anki.Reviewing, Last: 1<<63 - 2}); p.Last != 0 || p.LastDay != 0 {
		t.Errorf("a card was answered on day %d", p.LastDay)
	}
}

// TestResetsWithoutRows holds that a card which is learned anew was made new before,
// also where Anki's log has no row that says so.
func TestResetsWithoutRows(t *testing.T) {
	learn, review := anki.LearnReview, anki.PlainReview
	rows := func(kinds ...anki.ReviewKind) (rows []anki.Review) {
		for i, kind := range kinds {
			r := anki.Review{At: day(i + 1), Kind: kind, Grade: 3}
			if kind == anki.ManualReview {
				r.Grade = 0
			}
			rows = append(rows, r)
		}
		return rows
	}
	for _, test := range []struct {
		was, is []anki.ReviewKind
	}{
		{[]anki.ReviewKind{learn, learn, review}, []anki.ReviewKind{learn, learn, review}},
		{[]anki.ReviewKind{learn, review, learn, learn, review, learn}, []anki.ReviewKind{learn, review, unlogged, learn, learn, review, unlogged, learn}},
		{[]anki.ReviewKind{learn, review, anki.ManualReview, learn}, []anki.ReviewKind{learn, review, anki.ManualReview, learn}},
		{[]anki.ReviewKind{learn, anki.ExtraReview, learn}, []anki.ReviewKind{learn, anki.ExtraReview, learn}}, // crammed in between
		{[]anki.ReviewKind{review, learn}, []anki.ReviewKind{review, unlogged, learn}},
	} {
		var got []anki.ReviewKind
		last := int64(0)
		for _, r := range withResets(rows(test.was...)) {
			got = append(got, r.Kind)
			if r.At <= last {
				t.Errorf("%v: a row at %d comes after one at %d", test.was, r.At, last)
			}
			last = r.At
		}
		if !cmp.Equal(got, test.is) {
			t.Errorf("%v became %v, want %v", test.was, got, test.is)
		}
	}
}
