package store

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/fsrs"
	"kartei/store/journal"
)

// fittedTo are parameters of a learner who forgets so many times as fast.
func fittedTo(model string, times float64) journal.Fitted {
	w := fsrs.Defaults(model)
	for i := range 4 {
		w[i] /= times
	}
	return journal.Fitted{Model: model, Parameters: w, Answers: 500, Items: 300, Before: 0.4, After: 0.39}
}

// dues are the days on which the cards are due, by their ids.
func dues(t *rapid.T, s *Store) map[string]scheduler.Memory {
	t.Helper()
	all := map[string]scheduler.Memory{}
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		all[c.ID] = c.Memory
	}
	return all
}

// sameDues compares when cards are due, on a day or within it.
func sameDues(t *rapid.T, what string, before, after map[string]scheduler.Memory) {
	t.Helper()
	for card, m := range before {
		if n := after[card]; n.State != m.State || n.Due != m.Due || n.DueDay != m.DueDay {
			t.Fatalf("%s moved card %s from day %v (%d, state %d) to day %v (%d, state %d)", what, card, m.DueDay, m.Due,
				m.State, n.DueDay, n.Due, n.State)
		}
	}
}

// replayed holds that what is kept of the cards is what the log comes to.
func replayedAlike(t *rapid.T, s *Store) {
	t.Helper()
	have := dues(t, s)
	err := s.read(t.Context(), func(tx *readTx) error {
		replay, err := tx.fullReplay(t.Context(), nil, nil)
		if err != nil {
			return err
		}
		for card, m := range have {
			if diff := cmp.Diff(replay.State(card).Memory, m); diff != "" {
				t.Fatalf("card %s (-replay +kept):\n%s", card, diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Answers, fits, options, reschedules, undo and moves to another machine in any
// order: what is kept is bit for bit what the log comes to; a fit moves no due day, come
// or gone; and a card is due on the day that its button said.
func TestFitsKeepTheirPromises(t *testing.T) {
	folder := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		open := func() *Store {
			run++
			s, err := Open(t.Context(), filepath.Join(folder, fmt.Sprint(run, ".db")), Config{Calendar: scheduler.DefaultCalendar})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.db.ExecContext(t.Context(), `PRAGMA synchronous = OFF`); err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := open()
		defer func() { s.Close() }()
		one, two := deck("lang/one", 3), deck("lang/two", 3)
		if _, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{one, two}, Whole: true}, at(0, 0)); err != nil {
			t.Fatal(err)
		}
		cards := []string{}
		for _, d := range []*decks.Deck{one, two} {
			for _, f := range d.Facts {
				cards = append(cards, f.Cards[0].ID)
			}
		}
		day, second := 0, 0
		now := func() scheduler.Moment {
			second++
			return at(day, time.Duration(second)*time.Second)
		}
		scopes := rapid.SampledFrom([]string{"", "lang", "lang/one"})
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { replayedAlike(t, s) },
			"grade": func(t *rapid.T) {
				card := rapid.SampledFrom(cards).Draw(t, "card")
				row, err := tryGrade(t.Context(), s, card, scheduler.Grade(rapid.IntRange(1, 4).Draw(t, "grade")), now())
				if err != nil {
					t.Fatal(err)
				}
				if m := dues(t, s)[card]; int(m.DueDay-row.Moment.Day) != row.Days {
					t.Fatalf("the button said %d days, the card is due in %d", row.Days, m.DueDay-row.Moment.Day)
				}
			},
			"days": func(*rapid.T) { day += rapid.IntRange(1, 40).Draw(t, "days") },
			"fit": func(t *rapid.T) {
				before := dues(t, s)
				model := rapid.SampledFrom([]string{fsrs.FSRS6, fsrs.FSRS6, fsrs.FSRS7}).Draw(t, "model")
				f := fittedTo(model, rapid.SampledFrom([]float64{0.5, 1, 3}).Draw(t, "times"))
				if rapid.IntRange(0, 4).Draw(t, "given up") == 0 {
					f = journal.Fitted{}
				}
				f.Auto = rapid.Bool().Draw(t, "auto")
				if err := s.Fit(t.Context(), scopes.Draw(t, "scope"), f, now()); err != nil {
					t.Fatal(err)
				}
				sameDues(t, "a fit", before, dues(t, s))
			},
			"undo": func(t *rapid.T) {
				before := dues(t, s)
				rows, err := s.Undo(t.Context(), now())
				if err != nil && !errors.Is(err, ErrNothing) {
					t.Fatal(err)
				}
				if len(rows) > 0 && rows[0].Kind == journal.KindFit {
					sameDues(t, "the end of a fit", before, dues(t, s))
				}
			},
			"max-interval": func(t *rapid.T) {
				before, scope := dues(t, s), scopes.Draw(t, "scope")
				value := rapid.SampledFrom([]string{"3", "30", ""}).Draw(t, "longest")
				if err := s.Set(t.Context(), scope, map[string]string{"max-interval": value}, now()); err != nil {
					t.Fatal(err)
				}
				sameDues(t, "an option", before, dues(t, s))
			},
			"retention": func(t *rapid.T) {
				value := rapid.SampledFrom([]string{"0.8", "0.95", ""}).Draw(t, "retention")
				if err := s.Set(t.Context(), scopes.Draw(t, "scope"), map[string]string{"retention": value}, at(0, 0)); err != nil {
					t.Fatal(err)
				}
			},
			"steps": func(t *rapid.T) {
				name := rapid.SampledFrom([]string{"steps", "relearning"}).Draw(t, "name")
				value := rapid.SampledFrom([]string{"none", "10m 1d", ""}).Draw(t, "steps")
				before, scope := dues(t, s), scopes.Draw(t, "scope")
				if err := s.Set(t.Context(), scope, map[string]string{name: value}, now()); err != nil {
					t.Fatal(err)
				}
				sameDues(t, "new steps", before, dues(t, s))
			},
			"parameters": func(t *rapid.T) {
				value := rapid.SampledFrom([]string{"none", ""}).Draw(t, "parameters")
				if err := s.Set(t.Context(), scopes.Draw(t, "scope"), map[string]string{"parameters": value}, at(0, 0)); err != nil {
					t.Fatal(err)
				}
			},
			"reschedule": func(t *rapid.T) {
				scope := scopes.Draw(t, "scope")
				moves, err := s.Reschedule(t.Context(), scope, now())
				if err != nil {
					t.Fatal(err)
				}
				after := dues(t, s)
				for _, m := range moves {
					if after[m.Card].DueDay != m.To {
						t.Fatalf("%+v was announced, it is due on %v", m, after[m.Card].DueDay)
					}
				}
				if again, err := s.Moves(t.Context(), scope); err != nil || len(again) > 0 {
					t.Fatalf("after a reschedule %v would move again (%v)", again, err)
				}
			},
			"move": func(t *rapid.T) {
				var text bytes.Buffer
				if err := s.Export(t.Context(), &text); err != nil {
					t.Fatal(err)
				}
				before, other := dues(t, s), open()
				if err := other.Import(t.Context(), &text); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before, dues(t, other)); diff != "" {
					t.Fatalf("on another machine:\n%s", diff)
				}
				s.Close()
				s = other
			},
		})
		report, err := s.Doctor(t.Context(), true)
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("the doctor found %v %v", err, report.Findings)
		}
	})
}

// Which parameters hold for a deck: those set by hand, else those fitted for it, else
// those of the folder around it.
func TestFitsAreResolved(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("lang/one", 1), deck("lang/two", 1), deck("else", 1))
	names := map[string]string{}
	for i, scope := range []string{"", "lang", "lang/one"} {
		f := fittedTo(fsrs.FSRS6, 1.5+float64(i))
		names[scope] = f.Name()
		if err := s.Fit(t.Context(), scope, f, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(deck, fitted string) {
		t.Helper()
		o, err := s.Options(t.Context(), deck)
		if err != nil || o.Fitted != fitted || (fitted == "") != (o.Parameters == nil) {
			t.Errorf("%s: fitted %q, %v, %v; want %q", deck, o.Fitted, o.Parameters, err, fitted)
		}
	}
	want("else", names[""])
	want("lang/two", names["lang"])
	want("lang/one", names["lang/one"])
	if err := s.Set(t.Context(), "lang", map[string]string{"parameters": "none"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	want("lang/two", "")
	want("lang/one", names["lang/one"])
	if err := s.Fit(t.Context(), "lang/one", journal.Fitted{}, at(1, 0)); err != nil {
		t.Fatal(err)
	}
	want("lang/one", "")
	fits, err := s.Fits(t.Context())
	if err != nil || len(fits) != 2 || fits[0].Scope != "" || fits[1].Scope != "lang" || fits[0].Answers != 500 || fits[0].Rows != 4 {
		t.Errorf("%+v, %v", fits, err)
	}
	for _, bad := range []journal.Fitted{
		{Model: "fsrs-5", Parameters: fsrs.Defaults(fsrs.FSRS6)}, {Model: fsrs.FSRS6}, {Model: fsrs.FSRS6, Parameters: []float64{1}},
		{Model: fsrs.FSRS6, Parameters: append(fsrs.Defaults(fsrs.FSRS6)[:20], math.NaN())},
	} {
		if err := s.Fit(t.Context(), "", bad, at(2, 0)); err == nil {
			t.Errorf("%+v was kept", bad)
		}
	}
	healthy(t, s)
}

// A card that was graded says itself when it is due, under any fit and any options, and
// takes no row more; nor does one that was planned anew.
func TestFitKeepsDueDays(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	if err := s.Set(t.Context(), "", map[string]string{"steps": "none", "fuzz": "no", "balance": "no"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	card := func(i int) string { return d.Facts[i].Cards[0].ID }
	for i, g := range []scheduler.Grade{scheduler.Easy, scheduler.Good} {
		grade(t, s, card(i), g, at(0, time.Duration(i)*time.Minute))
	}
	due := func(i int) scheduler.Day {
		c, err := s.Card(t.Context(), card(i))
		if err != nil {
			t.Fatal(err)
		}
		return c.DueDay - at(0, 0).Day
	}
	keeps := func() (n int) {
		if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM log WHERE kind = 'keep'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	want := func(what string, easy, good scheduler.Day, rows int) {
		t.Helper()
		if due(0) != easy || due(1) != good || keeps() != rows {
			t.Errorf("%s: due in %d and %d days, %d rows that keep; want %d, %d, %d", what, due(0), due(1), keeps(), easy, good, rows)
		}
	}
	want("graded", 8, 2, 0)
	if err := s.Fit(t.Context(), "", fittedTo(fsrs.FSRS6, 0.25), at(0, time.Hour)); err != nil {
		t.Fatal(err)
	}
	want("fitted", 8, 2, 0)
	if _, err := s.Undo(t.Context(), at(0, 2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	want("undone", 8, 2, 0)
	if err := s.Set(t.Context(), "", map[string]string{"retention": "0.8"}, at(0, 2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	want("with less recall asked for", 8, 2, 0)
	moves, err := s.Reschedule(t.Context(), "", at(0, 3*time.Hour))
	easy, good := due(0), due(1)
	if err != nil || len(moves) != 2 || easy <= 8 || good <= 2 {
		t.Fatalf("planned anew they are due in %d and %d days (%v)", easy, good, err)
	}
	if err := s.Fit(t.Context(), "", fittedTo(fsrs.FSRS6, 0.25), at(0, 3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	want("fitted after that", easy, good, 0)
	for range 2 { // the fit, the plan
		if _, err := s.Undo(t.Context(), at(0, 4*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	want("undone", 8, 2, 0)
	healthy(t, s)
}

// A card that is due at a time within the day stays due then, whatever steps are set and
// whichever fit comes or goes; one that was given whole days stays on its day.
func TestFitKeepsTimesWithinTheDay(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 2)
	apply(t, s, d)
	set := func(value string) {
		t.Helper()
		if err := s.Set(t.Context(), "", map[string]string{"steps": value, "relearning": value}, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	lapsed, learned := d.Facts[0].Cards[0].ID, d.Facts[1].Cards[0].ID
	set("none")
	grade(t, s, lapsed, scheduler.Easy, at(0, 0))
	set("10m 1d")
	grade(t, s, lapsed, scheduler.Again, at(5, 0))
	grade(t, s, learned, scheduler.Good, at(5, time.Minute))
	stand := func(card string) [4]int64 {
		t.Helper()
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		return [4]int64{int64(c.State), int64(c.Step), c.Memory.Due, int64(c.DueDay)}
	}
	was := [2][4]int64{stand(lapsed), stand(learned)}
	if was[0][0] != int64(scheduler.Relearning) || was[1][0] != int64(scheduler.Learning) {
		t.Fatalf("with steps they stand at %v", was)
	}
	same := func(what string) {
		t.Helper()
		if now := [2][4]int64{stand(lapsed), stand(learned)}; now != was {
			t.Errorf("%s: they stand at %v, before at %v", what, now, was)
		}
		healthy(t, s)
	}
	if err := s.Fit(t.Context(), "", fittedTo(fsrs.FSRS6, 0.25), at(5, time.Hour)); err != nil {
		t.Fatal(err)
	}
	same("fitted")
	if _, err := s.Undo(t.Context(), at(5, 2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	same("undone")
	set("none")
	same("without steps")
	grade(t, s, lapsed, scheduler.Again, at(6, 0))
	grade(t, s, learned, scheduler.Again, at(6, time.Minute))
	if err := s.Fit(t.Context(), "", fittedTo(fsrs.FSRS6, 0.25), at(6, time.Hour)); err != nil {
		t.Fatal(err)
	}
	was = [2][4]int64{stand(lapsed), stand(learned)}
	set("10m 1d")
	same("with other steps")
	if err := s.Fit(t.Context(), "", journal.Fitted{}, at(6, 2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	same("given up")
}

// What was learned from is noted; a fit that nobody asked for is not what undo takes
// back.
func TestTaught(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 1)
	apply(t, s, d)
	want := func(answers, since int64) {
		t.Helper()
		if r, n, err := s.Untaught(t.Context()); r != answers || n != since || err != nil {
			t.Errorf("%d answers, %d since, %v; want %d, %d", r, n, err, answers, since)
		}
	}
	want(0, 0)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	want(1, 1)
	if err := s.Taught(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(1, 0)
	f := fittedTo(fsrs.FSRS6, 2)
	f.Auto = true
	if err := s.Fit(t.Context(), "", f, at(0, time.Minute)); err != nil {
		t.Fatal(err)
	}
	want(1, 0) // a fit is no answer
	card := d.Facts[0].Cards[0].ID
	c, err := s.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Move(t.Context(), []Move{{Card: card, From: c.DueDay, To: c.DueDay + 3, Last: c.Last}}, at(0, time.Minute)); err != nil {
		t.Fatal(err)
	}
	want(1, 0)
	if rows, err := s.Undo(t.Context(), at(0, time.Minute)); err != nil || rows[0].Kind != journal.KindDue {
		t.Errorf("undo took %v back (%v)", rows, err)
	}
	if rows, err := s.Undo(t.Context(), at(0, 2*time.Minute)); err != nil || rows[0].Kind != journal.KindGrade {
		t.Errorf("undo took %v back (%v)", rows, err)
	}
	grade(t, s, card, scheduler.Good, at(1, 0))
	want(2, 1)
	for _, text := range []string{"2", "99 1"} { // of an earlier version, of a longer log
		if _, err := s.db.ExecContext(t.Context(), `UPDATE settings SET value = ? WHERE name = 'taught'`, text); err != nil {
			t.Fatal(err)
		}
		want(2, map[string]int64{"2": 1, "99 1": 2}[text])
	}
	healthy(t, s)
}

// The rows of a deck that tell how its cards were remembered, and no others.
func TestReviews(t *testing.T) {
	s := newStore(t)
	one, two := deck("lang/one", 2), deck("else", 1)
	apply(t, s, one, two)
	grade(t, s, one.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	grade(t, s, two.Facts[0].Cards[0].ID, scheduler.Good, at(0, time.Minute))
	grade(t, s, one.Facts[1].Cards[0].ID, scheduler.Good, at(0, 2*time.Minute))
	if _, err := s.Undo(t.Context(), at(0, 3*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, e := range []journal.Entry{
		{Moment: at(1, 0), Kind: journal.KindFlag, Card: one.Facts[0].Cards[0].ID, Detail: journal.Detail{Flag: 1}},
		{Moment: at(1, 0), Kind: journal.KindGrade, Mode: journal.ModeCram, Grade: scheduler.Good, Card: one.Facts[0].Cards[0].ID},
		{Moment: at(2, 0), Kind: journal.KindReset, Card: one.Facts[0].Cards[0].ID},
	} {
		if _, err := s.Append(t.Context(), e, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(deck string) (kinds []journal.Kind) {
		if err := s.Reviews(t.Context(), deck, func(_ int64, r *journal.Row) { kinds = append(kinds, r.Kind) }); err != nil {
			t.Fatal(err)
		}
		return kinds
	}
	if diff := cmp.Diff([]journal.Kind{journal.KindGrade, journal.KindReset}, read("lang")); diff != "" {
		t.Error(diff)
	}
	if all := read(""); len(all) != 3 {
		t.Errorf("%v", all)
	}
}
