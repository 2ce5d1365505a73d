package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/queue"
)

func TestOptionsAreInherited(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("geo", 1), deck("geo/europe", 1), deck("geology", 1))
	set := func(deck string, values map[string]string) {
		t.Helper()
		if err := s.Set(t.Context(), deck, values, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	news := func() (n [3]int) {
		t.Helper()
		for i, name := range []string{"geo", "geo/europe", "geology"} {
			o, err := s.Options(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			n[i] = o.New
		}
		return n
	}
	for _, step := range []struct {
		deck, value string
		want        [3]int
	}{
		{"", "7", [3]int{7, 7, 7}},
		{"geo", "5", [3]int{5, 5, 7}},
		{"geo/europe", "3", [3]int{5, 3, 7}},
		{"geo", "", [3]int{7, 3, 7}},
		{"", "", [3]int{20, 3, 20}},
	} {
		set(step.deck, map[string]string{"new": step.value})
		if diff := cmp.Diff(step.want, news()); diff != "" {
			t.Errorf("after setting %q to %q: %s", step.deck, step.value, diff)
		}
	}
	for _, wrong := range []map[string]string{{"retention": "2"}, {"colour": "red"}, {"new": "1", "steps": "soon"}} {
		if err := s.Set(t.Context(), "geo", wrong, at(0, 0)); err == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
	if diff := cmp.Diff([3]int{20, 3, 20}, news()); diff != "" {
		t.Errorf("a refused setting left %s", diff)
	}
}

func TestSettingsFollowARenamedDeck(t *testing.T) {
	s := newStore(t)
	d := deck("geo", 1)
	apply(t, s, d)
	if err := s.Set(t.Context(), "geo", map[string]string{"new": "3"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	d.Name = "geography"
	apply(t, s, d)
	if o, err := s.Options(t.Context(), "geography"); err != nil || o.New != 3 {
		t.Errorf("the renamed deck has %d new cards a day, want 3 (%v)", o.New, err)
	}
}

// Options act from the next answer on: whoever was told that a card is due in some days
// is not asked before. Another process that has the collection open with the old ones
// answers by the new.
func TestNewOptionsMoveNoDay(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 2)
	apply(t, s, d)
	card := d.Facts[0].Cards[0].ID
	for i := range 4 {
		grade(t, s, card, scheduler.Easy, at(40*i, 0))
	}
	interval := func() scheduler.Day {
		t.Helper()
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		return c.DueDay - c.LastDay
	}
	before := interval()
	other := openTest(t, s.Path())
	grade(t, other, d.Facts[1].Cards[0].ID, scheduler.Good, at(120, time.Minute)) // it knows the old options now
	limit := map[string]string{"max-interval": "10"}
	planned, err := s.SetAndMove(t.Context(), "", limit, at(121, 0), true)
	if err != nil || len(planned) != 1 || planned[0].Card != card || interval() != before {
		t.Fatalf("%+v would move, %v", planned, err)
	}
	if err := s.Set(t.Context(), "", limit, at(121, 0)); err != nil {
		t.Fatal(err)
	}
	if after := interval(); before <= 10 || after != before {
		t.Errorf("the interval was %d days, is %d", before, after)
	}
	grade(t, other, card, scheduler.Easy, at(130, 0))
	if after := interval(); after != 10 {
		t.Errorf("the next interval is %d days, want 10", after)
	}
	healthy(t, other)
}

// Where there are no steps, retention says how long a card waits within the day: it too
// acts from the next answer on.
func TestRetentionMovesNoCardWithoutSteps(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 1)
	apply(t, s, d)
	card := d.Facts[0].Cards[0].ID
	if err := s.Set(t.Context(), "", map[string]string{"steps": "none"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	grade(t, s, card, scheduler.Again, at(0, time.Minute))
	before, err := s.Card(t.Context(), card)
	if err != nil || before.State != scheduler.Learning || before.Memory.Due == 0 {
		t.Fatalf("%+v, %v: it is to wait within the day", before.Memory, err)
	}
	if err := s.Set(t.Context(), "maths", map[string]string{"retention": "0.95"}, at(0, 2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	after, err := s.Card(t.Context(), card)
	if err != nil || after.Memory != before.Memory {
		t.Errorf("it was %+v and is %+v, %v", before.Memory, after.Memory, err)
	}
	healthy(t, s)
}

// What was set, and what moved with it, is taken back together.
func TestUndoTakesOptionsBack(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	for i := range d.Facts {
		grade(t, s, d.Facts[i].Cards[0].ID, scheduler.Easy, at(0, 0))
	}
	kept := func() string {
		t.Helper()
		own, err := s.Settings(t.Context(), "maths")
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(own, s.Calendar().Rollover)
		for i := range d.Facts {
			c, err := s.Card(t.Context(), d.Facts[i].Cards[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			text += fmt.Sprint(" ", c.DueDay-at(0, 0).Day)
		}
		a := mustDeck(t, s, "maths")
		return text + fmt.Sprint(" ", a.Archived)
	}
	states := []string{kept()}
	for _, act := range []func() error{
		func() error {
			return s.Set(t.Context(), "maths", map[string]string{"new": "5", "retention": "0.8"}, at(1, 0))
		},
		func() error {
			moves, err := s.SetAndMove(t.Context(), "maths", map[string]string{"exam": at(6, 0).Day.String(), "fuzz": "no"}, at(1, time.Minute), false)
			if len(moves) == 0 {
				t.Error("an exam moves no card")
			}
			return err
		},
		func() error { return s.Archive(t.Context(), mustDeck(t, s, "maths"), true, at(1, 2*time.Minute)) },
		func() error { return s.Set(t.Context(), "maths", map[string]string{"new": ""}, at(1, 3*time.Minute)) },
		func() error {
			return s.SetCalendar(t.Context(), scheduler.Calendar{Rollover: 5 * time.Hour}, at(1, 4*time.Minute))
		},
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
		states = append(states, kept())
		healthy(t, s)
	}
	// What is so already is no act.
	if err := s.Set(t.Context(), "maths", map[string]string{"retention": "0.8"}, at(1, 5*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for n := len(states) - 2; n >= 0; n-- {
		rows, err := s.Undo(t.Context(), at(2, 0))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(states[n], kept()); diff != "" {
			t.Errorf("after %d acts were taken back, the last %s: %s", len(states)-1-n, rows[0].Kind, diff)
		}
		healthy(t, s)
	}
	if rows, err := s.Undo(t.Context(), at(2, 0)); err != nil || rows[0].Kind != journal.KindGrade {
		t.Errorf("then undo took back %v %v", rows, err)
	}
}

func TestStatus(t *testing.T) {
	s := newStore(t)
	geo, europe := deck("geo", 30), deck("geo/europe", 30)
	apply(t, s, geo, europe)
	for i := range 3 {
		grade(t, s, geo.Facts[i].Cards[0].ID, scheduler.Easy, at(-1, 0))
	}
	for i := range 4 {
		grade(t, s, europe.Facts[i].Cards[0].ID, scheduler.Good, at(0, time.Duration(i)*time.Second))
	}
	if _, err := s.Append(t.Context(), journal.Entry{Moment: at(0, 0), Kind: journal.KindSuspend, Card: geo.Facts[9].Cards[0].ID}, scheduler.Memory{}); err != nil {
		t.Fatal(err)
	}
	status, err := s.Status(t.Context(), at(0, time.Minute), 60)
	if err != nil {
		t.Fatal(err)
	}
	left := session.Count{Left: session.Left{New: 16, Learning: 4}}
	want := []queue.DeckStatus{
		{Name: "geo", Title: "The deck geo", Cards: 60, Count: left, Suspended: 1}, // 20 a day, of which 4 were asked below it
		{Name: "geo/europe", Title: "The deck geo/europe", Cards: 30, Count: left},
	}
	if diff := cmp.Diff(want, status.Decks); diff != "" {
		t.Error(diff)
	}
	var planned session.Left
	for _, day := range status.Forecast {
		planned.New, planned.Learning, planned.Due = planned.New+day.New, planned.Learning+day.Learning, planned.Due+day.Due
	}
	if diff := cmp.Diff([]int{4, 2}, []int{status.Reviewed, status.Streak}); diff != "" {
		t.Errorf("answers today, streak: %s", diff)
	}
	if want := (session.Left{New: 60 - 3 - 4 - 1 - 16, Due: 3}); planned != want { // all that today does not ask
		t.Errorf("planned %+v, want %+v", planned, want)
	}
	later, err := s.Status(t.Context(), at(100, 0), 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(queue.DeckStatus{Cards: 60, Count: left, Suspended: 1}, status.All); diff != "" {
		t.Errorf("all together: %s", diff)
	}
	if diff := cmp.Diff([]int{3, 0}, []int{later.Decks[0].Due, later.Streak}); diff != "" {
		t.Errorf("due later, streak then: %s", diff)
	}
}

// TestSessionOverTheStore asks everything that a day has, with the session
// machine, and opens the session anew in between.
func TestSessionOverTheStore(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("geo", 12), deck("geo/europe", 12))
	if err := s.Set(t.Context(), "geo", map[string]string{"new": "9"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	now, asked := at(0, 0), map[string]int{}
	for range 5 {
		tree, _, err := s.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		review, err := session.Open(t.Context(), s.Source(queue.Only{}), tree, session.Settings{Defer: 1}, now)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			step := review.Next(now)
			if step.Kind == session.Fetch {
				if _, err := review.Fetch(t.Context()); err != nil {
					t.Fatal(err)
				}
				step = review.Next(now)
			}
			if step.Kind != session.Ask {
				break
			}
			now.At += 30_000
			a, err := review.Grade(scheduler.Easy, now, 20*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Append(t.Context(), journal.Entry{Moment: now, Kind: journal.KindGrade, Card: a.Card.Card, Mode: journal.ModeReview, Grade: a.Grade,
				State: a.Card.Memory.State, Days: a.Outcome.Days}, a.Outcome.Memory)
			if err != nil {
				t.Fatal(err)
			}
			if err := review.Commit(a); err != nil {
				t.Fatal(err)
			}
			asked[a.Card.Card]++
		}
	}
	if len(asked) != 9 {
		t.Errorf("%d cards were asked in five sessions of a day, want the limit of 9", len(asked))
	}
}

// An exam ahead stretches the limits, in a session as in the glance.
func TestStatusCountsWhatAnExamNeeds(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("geo", 10), deck("geo/europe", 300), deck("maths", 300))
	if err := s.Set(t.Context(), "geo/europe", map[string]string{"exam": at(20, 0).Day.String()}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	status, err := s.Status(t.Context(), at(0, 0), 1)
	if err != nil {
		t.Fatal(err)
	}
	tree, names, err := s.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	review, err := session.Open(t.Context(), s.Source(queue.Only{}), tree, session.Settings{}, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	news := map[string]int{}
	for id, left := range review.LeftByDeck() {
		news[names[id]] = left.New
	}
	if diff := cmp.Diff(map[string]int{"geo/europe": 25, "maths": 20}, news); diff != "" {
		t.Errorf("session: %s", diff)
	}
	for _, d := range status.Decks {
		if want := map[string]int{"geo": 25, "geo/europe": 25, "maths": 20}[d.Name]; d.New != want {
			t.Errorf("glance: %d new cards in %s, want %d", d.New, d.Name, want)
		}
	}
}

// What stands beside a deck or a folder of decks is what a session of it asks:
// with the decks below it, within its limits and those of the decks around it.
func TestStatusCountsWhatASessionAsks(t *testing.T) {
	unraced(t)
	s := newStore(t)
	names := []string{"all", "all/a", "all/b", "all/b/c", "all-else", "else/d", "else/e", "else/deep/er/f", "else/deep/er/g"}
	dice := rand.New(rand.NewPCG(7, 8))
	learn(t, s, names, dice)
	if err := s.Archive(t.Context(), mustDeck(t, s, "all/b"), true, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	for trial := range 20 {
		now := at(trial, 0)
		limit(t, dice, append(names, "", "else", "else/deep", "else/deep/er"), s)
		status, err := s.Status(t.Context(), now, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range append(status.Decks, status.All) {
			if got := d.Left; d.Archived {
				continue
			} else if want := left(t, s, d.Name, now); got != want {
				t.Errorf("trial %d: %+v stands beside %q, a session asks %+v", trial, got, d.Name, want)
			}
		}
	}
}

// A folder with a limit is asked as if it had a deck file, and one with none
// limits nothing.
func TestLimitsOfFolders(t *testing.T) {
	unraced(t)
	names := []string{"geo/asia", "geo/europe", "geo/europe/alps", "geo/far/off/moon", "geo/far/off/mars", "geography"}
	folders := []string{"geo", "geo/far", "geo/far/off"}
	with, without := newStore(t), newStore(t)
	for _, s := range []*Store{with, without} {
		learn(t, s, names, rand.New(rand.NewPCG(17, 18)))
	}
	dice := rand.New(rand.NewPCG(19, 20))
	for trial := range 20 {
		now := at(trial, 0)
		limit(t, dice, append(append(names, folders...), ""), with, without)
		var files []*decks.Deck
		for _, folder := range folders {
			set, err := with.Settings(t.Context(), folder)
			if err != nil {
				t.Fatal(err)
			}
			if len(set) > 0 {
				files = append(files, deck(folder, 0))
			}
		}
		if _, err := with.Apply(t.Context(), Compiled{Root: "/folders", Decks: files, Whole: true}, now); err != nil {
			t.Fatal(err)
		}
		for _, name := range append(append(names, folders...), "") {
			if got, want := left(t, without, name, now), left(t, with, name, now); got != want {
				t.Errorf("trial %d: a session of %q asks %+v, if the folders have decks %+v", trial, name, got, want)
			}
		}
	}
}

// learn fills a store with decks of which half of the cards were answered.
func learn(t *testing.T, s *Store, names []string, dice *rand.Rand) {
	t.Helper()
	var compiled []*decks.Deck
	for _, name := range names {
		compiled = append(compiled, deck(name, 5+dice.IntN(20)))
	}
	apply(t, s, compiled...)
	for _, d := range compiled {
		for i := range d.Facts[:len(d.Facts)/2] {
			grade(t, s, d.Facts[i].Cards[0].ID, scheduler.Grade(1+dice.IntN(4)), at(-dice.IntN(4), time.Duration(i)*time.Second))
		}
	}
}

// limit sets random limits and exams for decks, folders and all, or none.
func limit(t *testing.T, dice *rand.Rand, scopes []string, stores ...*Store) {
	t.Helper()
	for _, scope := range scopes {
		set := map[string]string{"new": "", "reviews": "", "exam": ""}
		for _, name := range []string{"new", "reviews"} {
			if dice.IntN(2) == 0 {
				set[name] = fmt.Sprint(dice.IntN(20))
			}
		}
		if scope != "" && dice.IntN(5) == 0 {
			set["exam"] = at(dice.IntN(60), 0).Day.String()
		}
		for _, s := range stores {
			if err := s.Set(t.Context(), scope, set, at(0, 0)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func mustDeck(t *testing.T, s *Store, name string) Deck {
	t.Helper()
	d, err := s.Deck(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// left is what a session of a deck or folder, or of all, has to ask.
func left(t *testing.T, s *Store, deck string, now scheduler.Moment) session.Left {
	t.Helper()
	tree, names, err := s.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var settings session.Settings
	for id, name := range names {
		if within(name, deck) {
			settings.Decks = append(settings.Decks, id)
		}
	}
	review, err := session.Open(t.Context(), s.Source(queue.Only{}), tree, settings, now)
	if err != nil {
		t.Fatal(err)
	}
	return review.Left()
}

// The cards of a deck are counted by their positions, whatever compiles do.
func TestStatusCountsCardsThatComeAndGo(t *testing.T) {
	s := newStore(t)
	dice := rand.New(rand.NewPCG(9, 10))
	for trial := range 30 {
		var compiled []*decks.Deck
		want := map[string]int{}
		for _, name := range []string{"geo", "maths"} {
			d := deck(name, 0)
			for _, i := range dice.Perm(12)[:dice.IntN(12)] {
				addFact(d, fmt.Sprint("fact-", i), fmt.Sprintf("What is %d times %d?", i, trial/10), fmt.Sprint(i*trial/10))
			}
			compiled = append(compiled, d)
			want[name] = len(d.Facts)
		}
		if dice.IntN(4) == 0 {
			compiled, want["maths"] = compiled[:1], 0
		}
		apply(t, s, compiled...)
		status, err := s.Status(t.Context(), at(trial, 0), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range status.Decks {
			if d.Cards != want[d.Name] {
				t.Fatalf("trial %d: %s has %d cards, want %d", trial, d.Name, d.Cards, want[d.Name])
			}
		}
	}
}
