package session

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

// one is a collection of n new cards in one deck.
func one(t *testing.T, n int, change func(*scheduler.Options)) (*collection, []Deck) {
	t.Helper()
	c := new(collection)
	c.fill(1, n, 1)
	return c, []Deck{{ID: 1, Policy: policy(t, change)}}
}

func later(d time.Duration) scheduler.Moment { return at(start.Add(d)) }

func ask(t *testing.T, s *Session, now scheduler.Moment, want string) {
	t.Helper()
	if step := s.Next(now); step.Kind != Ask || step.Card.Card != want {
		t.Fatalf("next is %+v, want to be asked %s", step, want)
	}
}

func end(t *testing.T, s *Session, now scheduler.Moment, want Reason) {
	t.Helper()
	if step := s.Next(now); step.Kind != End || step.Reason != want {
		t.Fatalf("next is %+v, want the end for reason %d", step, want)
	}
}

func TestOneCorrectRecallIsEnough(t *testing.T) {
	c, decks := one(t, 3, nil)
	s := open(t, c, decks, Settings{}, at(start))
	got := drain(t, s, c, scheduler.Good, at(start))
	if diff := gocmp.Diff([]string{"d1-0000", "d1-0001", "d1-0002"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	end(t, s, at(start), Finished)
	if got, want := s.Summary(at(start)).Back, (Back{At: at(start).At + 600_000}); got != want {
		t.Errorf("come back at %+v, want %+v", got, want)
	}
	// Whoever is still there when the step is due is asked again.
	ask(t, s, later(10*time.Minute), "d1-0000")
	// And so is one who comes back a little early.
	ask(t, open(t, c, decks, Settings{}, later(time.Minute)), later(time.Minute), "d1-0000")
}

func TestMissedCardsComeAgainUntilRecalled(t *testing.T) {
	c, decks := one(t, 2, nil)
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	ask(t, s, at(start), "d1-0001")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	if got, want := s.Left(at(start)), (Left{Learning: 2}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	ask(t, s, at(start), "d1-0000") // ahead of its minute
	answer(t, s, c, scheduler.Hard, at(start), time.Second)
	ask(t, s, at(start), "d1-0001")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	if step := s.Next(at(start)); step.Kind != Ask || step.Card.Card != "d1-0001" || !step.Repeat {
		t.Fatalf("a missed card alone is asked at once, not %+v", step)
	}
	answer(t, s, c, scheduler.Good, at(start), time.Second)
	end(t, s, at(start), Finished)
}

// Without relearning steps a missed card waits for tomorrow; the session
// still does not let it go.
func TestMissedReviewWithoutStepsComesAgain(t *testing.T) {
	c := new(collection)
	c.add(review("x", 30, 20, 400, 5))
	decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Relearning = nil })}}
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "x")
	a := answer(t, s, c, scheduler.Again, at(start), time.Second)
	if a.Outcome.Days == 0 {
		t.Fatal("the case needs a lapse that is due on another day")
	}
	ask(t, s, at(start), "x")
	answer(t, s, c, scheduler.Good, at(start), time.Second)
	end(t, s, at(start), Finished)
}

func TestStepBeyondLearnAheadIsWaitedFor(t *testing.T) {
	c, decks := one(t, 1, func(o *scheduler.Options) { o.Steps = scheduler.Steps{scheduler.Hour} })
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	want := Step{Kind: Wait, Due: later(time.Hour).At}
	if diff := gocmp.Diff(want, s.Next(later(39*time.Minute))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	ask(t, s, later(40*time.Minute), "d1-0000")
}

func TestLearningComesFirstWhenDue(t *testing.T) {
	c, decks := one(t, 5, nil)
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	ask(t, s, later(30*time.Second), "d1-0001")
	answer(t, s, c, scheduler.Good, later(59*time.Second), time.Second)
	ask(t, s, later(time.Minute), "d1-0000")
}

// A card that is missed over and over does not hold up the others.
func TestHopelessCardHoldsUpNothing(t *testing.T) {
	c, decks := one(t, 5, nil)
	s := open(t, c, decks, Settings{}, at(start))
	clock, asked := start, map[string]int{}
	for range 20 {
		card := s.Next(at(clock)).Card.Card
		asked[card]++
		grade := scheduler.Again
		if card != "d1-0000" {
			grade = scheduler.Easy
		}
		answer(t, s, c, grade, at(clock), time.Second)
		clock = clock.Add(2 * time.Minute)
	}
	if len(asked) != 5 {
		t.Errorf("asked %v, want all five cards", asked)
	}
}

func TestLimitsCountOverSessionsAndDecks(t *testing.T) {
	c := new(collection)
	c.fill(1, 10, 1)
	c.fill(2, 10, 1)
	c.fill(3, 10, 1)
	limit := func(n int) *scheduler.Policy { return policy(t, func(o *scheduler.Options) { o.New = n }) }
	decks := []Deck{{ID: 1, Policy: limit(5)}, {ID: 2, Parent: 1, Policy: limit(3)}, {ID: 3, Parent: 1, Policy: limit(9)}}

	sub := Settings{Decks: []int64{2}}
	if got := drain(t, open(t, c, decks, sub, at(start)), c, scheduler.Easy, at(start)); len(got) != 3 {
		t.Errorf("the sub-deck gave %v, want its 3", got)
	}
	end(t, open(t, c, decks, sub, at(start)), at(start), Finished)
	if got := drain(t, open(t, c, decks, Settings{}, at(start)), c, scheduler.Easy, at(start)); len(got) != 2 {
		t.Errorf("all decks gave %v, want the 2 that their parent has left", got)
	}
	end(t, open(t, c, decks, Settings{Decks: []int64{3}}, at(start)), at(start), Finished)
	if got, want := open(t, c, decks, Settings{}, at(start)).Summary(at(start)).Back, (Back{Day: at(start).Day + 1}); got != want {
		t.Errorf("come back %+v, want %+v", got, want)
	}
	tomorrow := later(24 * time.Hour)
	if got := drain(t, open(t, c, decks, Settings{}, tomorrow), c, scheduler.Easy, tomorrow); len(got) != 5 {
		t.Errorf("the next day gave %v, want 5", got)
	}
}

func TestNewSettingIsForTheWholeDay(t *testing.T) {
	c, decks := one(t, 100, nil)
	n := 30
	for _, want := range []int{30, 0} {
		if got := drain(t, open(t, c, decks, Settings{New: &n}, at(start)), c, scheduler.Easy, at(start)); len(got) != want {
			t.Errorf("%d new cards, want %d", len(got), want)
		}
	}
	n = 0
	end(t, open(t, c, decks, Settings{New: &n}, later(24*time.Hour)), later(24*time.Hour), Finished)
}

func TestLimitCountsDifferentCards(t *testing.T) {
	c, decks := one(t, 9, nil)
	s := open(t, c, decks, Settings{Limit: 2}, at(start))
	for _, g := range []scheduler.Grade{scheduler.Again, scheduler.Good, scheduler.Again, scheduler.Good} {
		if s.Next(at(start)).Kind != Ask {
			t.Fatal("missed cards come again beyond the limit")
		}
		answer(t, s, c, g, at(start), time.Second)
	}
	end(t, s, at(start), Enough)
	if got, want := s.Left(at(start)), (Left{}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	if got := s.Summary(at(start)); got.Back.At != at(start).At {
		t.Errorf("there is more to ask now, not %+v", got.Back)
	}
}

func TestUntil(t *testing.T) {
	c, decks := one(t, 9, nil)
	s := open(t, c, decks, Settings{Until: later(time.Hour).At}, at(start))
	ask(t, s, later(time.Hour-1), "d1-0000")
	ask(t, s, later(2*time.Hour), "d1-0000") // the card being asked stays
	answer(t, s, c, scheduler.Good, later(2*time.Hour), time.Second)
	end(t, s, later(2*time.Hour), TimeUp)
}

func TestDayTurnsDuringSession(t *testing.T) {
	c, decks := one(t, 9, nil)
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	end(t, s, later(24*time.Hour), NewDay)
	ask(t, s, later(-24*time.Hour), "d1-0001") // a clock set back does not matter
}

func TestAhead(t *testing.T) {
	c := new(collection)
	c.add(review("today", 10, 10, 10, 5))
	c.add(review("tomorrow", 9, 10, 10, 5))
	c.add(review("in five days", 5, 10, 10, 5))
	answered := review("answered", 0, 2, 2, 5)
	c.add(answered)
	decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Reviews = 1 })}}
	got := drain(t, open(t, c, decks, Settings{Ahead: 3}, at(start)), c, scheduler.Good, at(start))
	if diff := gocmp.Diff([]string{"today", "tomorrow"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCramTouchesNoSchedule(t *testing.T) {
	c, decks := one(t, 3, nil)
	c.add(review("due", 30, 20, 20, 5))
	c.add(review("not due", 1, 20, 20, 5))
	before := make([]Candidate, 0, len(c.cards))
	for _, it := range c.cards {
		before = append(before, it.Candidate)
	}
	s := open(t, c, decks, Settings{Cram: true, Seed: 7}, at(start))
	if got, want := s.Left(at(start)), (Left{Due: 5}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	first := s.Next(at(start)).Card.Card
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	got := drain(t, s, c, scheduler.Good, at(start))
	if len(got) != 5 || got[4] != first {
		t.Errorf("after missing %s: %v", first, got)
	}
	var after []Candidate
	for _, it := range c.cards {
		after = append(after, it.Candidate)
	}
	if diff := gocmp.Diff(before, after); diff != "" {
		t.Errorf("cramming changed the schedule:\n%s", diff)
	}
	if left := open(t, c, decks, Settings{}, at(start)).Left(at(start)); left != (Left{New: 3, Due: 1}) {
		t.Errorf("cramming counts towards the day: left %+v", left)
	}
}

func TestBurySwitches(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*scheduler.Options)
		want   []string
	}{
		{"all", nil, []string{"left over", "due", "fresh"}},
		{"new", func(o *scheduler.Options) { o.BuryNew = false }, []string{"left over", "due", "fresh", "fresh, sibling of due", "fresh, sibling of fresh"}},
		{"reviews", func(o *scheduler.Options) { o.BuryReviews = false }, []string{"left over", "due", "due, sibling of due", "due, sibling of left over", "fresh"}},
		{"learning", func(o *scheduler.Options) { o.BuryLearning = false }, []string{"left over", "left over, sibling", "due", "fresh"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := new(collection)
			add := func(id string, fact, position int64, m scheduler.Memory) {
				c.add(Candidate{Card: id, Fact: fact, Deck: 1, Position: position, Memory: m})
			}
			yesterday := at(start).Day - 1
			steps := scheduler.Memory{State: scheduler.Learning, Reps: 1, Stability: 1, Difficulty: 5, LastDay: yesterday, DueDay: yesterday}
			due := review("d", 30, 20, 20, 5).Memory
			add("left over", 1, 1, steps)
			add("left over, sibling", 1, 2, steps)
			add("due, sibling of left over", 1, 9, due)
			add("due", 2, 3, due)
			add("due, sibling of due", 2, 4, due)
			add("fresh, sibling of due", 2, 6, scheduler.Memory{})
			add("fresh", 3, 5, scheduler.Memory{})
			add("fresh, sibling of fresh", 3, 7, scheduler.Memory{})
			decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) {
				o.Mix = scheduler.NewLast
				if test.change != nil {
					test.change(o)
				}
			})}}
			got := drain(t, open(t, c, decks, Settings{}, at(start)), c, scheduler.Easy, at(start))
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Many siblings in a row must not leave the day's share of new cards unfilled,
// nor make the source read the deck from end to end.
func TestSiblingsDoNotEatTheLimit(t *testing.T) {
	c := new(collection)
	c.fill(1, 5000, 40)
	decks := []Deck{{ID: 1, Policy: policy(t, nil)}}
	s := open(t, c, decks, Settings{}, at(start))
	if got := s.Left(at(start)).New; got != 20 {
		t.Errorf("%d new cards, want 20", got)
	}
	if c.longest > 4000 {
		t.Errorf("asked the source for %d cards at once", c.longest)
	}
}

func TestLeechIsReportedAndSuspended(t *testing.T) {
	c := new(collection)
	leech := review("leech", 30, 20, 20, 5)
	leech.Memory.Lapses = 7
	c.add(leech)
	decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.LeechSuspend = true })}}
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "leech")
	if a := answer(t, s, c, scheduler.Again, at(start), time.Second); !a.Outcome.Leech || !a.Outcome.Suspend {
		t.Errorf("outcome %+v", a.Outcome)
	}
	end(t, s, at(start), Finished)
	if got := s.Summary(at(start)).Leeches; !slices.Equal(got, []string{"leech"}) {
		t.Errorf("leeches %v", got)
	}
}

func TestGradeHappensOnlyWhenCommitted(t *testing.T) {
	c, decks := one(t, 2, nil)
	s := open(t, c, decks, Settings{}, at(start))
	if _, err := s.Grade(scheduler.Good, at(start), 0); !errors.Is(err, ErrNoCard) {
		t.Errorf("grade before any card: %v", err)
	}
	ask(t, s, at(start), "d1-0000")
	for _, g := range []scheduler.Grade{0, 5} {
		if _, err := s.Grade(g, at(start), 0); err == nil {
			t.Errorf("grade %d was taken", g)
		}
	}
	lost, err := s.Grade(scheduler.Good, at(start), 0)
	if err != nil {
		t.Fatal(err)
	}
	ask(t, s, at(start), "d1-0000") // nothing has happened yet
	if got := s.Summary(at(start)).Answers; got != 0 {
		t.Errorf("%d answers", got)
	}
	kept := answer(t, s, c, scheduler.Again, at(start), 0)
	s.Undo()
	for _, stale := range []Answer{lost, kept} {
		if err := s.Commit(stale); !errors.Is(err, ErrStale) {
			t.Errorf("commit of an answer that the session left behind: %v", err)
		}
	}
}

func TestUndoAfterTheLastCard(t *testing.T) {
	c, decks := one(t, 1, nil)
	s := open(t, c, decks, Settings{}, at(start))
	drain(t, s, c, scheduler.Good, at(start))
	end(t, s, at(start), Finished)
	c.undo()
	s.Undo()
	ask(t, s, at(start), "d1-0000")
	if got := s.Preview(at(start)); got[2].State != scheduler.Learning {
		t.Errorf("preview %+v", got[2])
	}
	if _, ok := s.Undo(); ok {
		t.Error("there is nothing more to undo")
	}
}

func TestReturnBringsBackACardOfAnEarlierSession(t *testing.T) {
	c, decks := one(t, 2, nil)
	drain(t, open(t, c, decks, Settings{Limit: 1}, at(start)), c, scheduler.Easy, at(start))
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0001")
	c.undo()
	if err := s.Return(c.byID["d1-0000"].Candidate); err != nil {
		t.Fatal(err)
	}
	ask(t, s, at(start), "d1-0000")
	if got, want := s.Left(at(start)), (Left{New: 2}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	got := drain(t, s, c, scheduler.Easy, at(start))
	if diff := gocmp.Diff([]string{"d1-0000", "d1-0001"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := s.Return(Candidate{Card: "x", Deck: 99}); err == nil {
		t.Error("returned a card of an unknown deck")
	}
}

func TestEditInSession(t *testing.T) {
	c, decks := one(t, 3, nil)
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	ask(t, s, at(start), "d1-0001")
	if err := s.Replace("d1-0000", Candidate{Card: "renamed", Fact: 77, Deck: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Retire("d1-0001", at(start)); err != nil {
		t.Fatal(err)
	}
	ask(t, s, at(start), "d1-0002")
	if last, _ := s.Last(); last.Card.Card != "renamed" {
		t.Errorf("undo would take back %s", last.Card.Card)
	}
	if undone, ok := s.Undo(); !ok || undone.Card.Card != "renamed" {
		t.Errorf("undone %+v", undone)
	}
	if step := s.Next(at(start)); step.Card.Card != "renamed" || step.Card.Fact != 77 || step.Card.Memory.State != scheduler.New {
		t.Errorf("asked %+v", step.Card)
	}
	if got, want := s.Left(at(start)), (Left{New: 2}); got != want {
		t.Errorf("left %+v, want %+v: what was retired stays so", got, want)
	}
	for name, err := range map[string]error{
		"unknown card":   s.Replace("nobody", Candidate{Card: "x", Deck: 1}),
		"unknown deck":   s.Replace("renamed", Candidate{Card: "x", Deck: 9}),
		"name of others": s.Replace("renamed", Candidate{Card: "d1-0002", Deck: 1}),
		"bury unknown":   s.Bury("nobody", at(start)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSummary(t *testing.T) {
	c, decks := one(t, 2, nil)
	c.add(review("due", 30, 20, 20, 5))
	s := open(t, c, decks, Settings{}, at(start))
	for _, g := range []scheduler.Grade{scheduler.Again, scheduler.Easy, scheduler.Again, scheduler.Again, scheduler.Easy, scheduler.Easy} {
		if s.Next(at(start)).Kind != Ask {
			t.Fatal("the session ended early")
		}
		answer(t, s, c, g, at(start), 2*time.Second)
	}
	want := Summary{
		Answers: 6, Correct: 3, Cards: 3, New: 2, Time: 12 * time.Second,
		Missed: []string{"d1-0000", "d1-0001"},
	}
	got := s.Summary(at(start))
	if got.Back.Day <= at(start).Day {
		t.Errorf("come back %+v, want another day", got.Back)
	}
	got.Back = Back{}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNothingToDo(t *testing.T) {
	s := open(t, new(collection), nil, Settings{}, at(start))
	end(t, s, at(start), Finished)
	if got := s.Summary(at(start)); got.Back != (Back{}) {
		t.Errorf("come back %+v, though nothing is planned", got.Back)
	}
	c := new(collection)
	c.add(review("x", 1, 20, 20, 5))
	s = open(t, c, []Deck{{ID: 1, Policy: policy(t, nil)}}, Settings{}, at(start))
	if got, want := s.Summary(at(start)).Back, (Back{Day: at(start).Day + 19}); got != want {
		t.Errorf("come back %+v, want %+v", got, want)
	}
}

func TestLeftByDeck(t *testing.T) {
	c := new(collection)
	c.fill(1, 2, 1)
	c.fill(2, 3, 1)
	c.add(review("x", 30, 20, 20, 5))
	decks := []Deck{{ID: 1, Policy: policy(t, nil)}, {ID: 2, Parent: 1, Policy: policy(t, nil)}}
	got := open(t, c, decks, Settings{}, at(start)).LeftByDeck(at(start))
	want := map[int64]Left{1: {New: 2, Due: 1}, 2: {New: 3}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEstimate(t *testing.T) {
	c, decks := one(t, 20, nil)
	s := open(t, c, decks, Settings{}, at(start))
	if d, ok := s.Estimate(at(start)); ok {
		t.Errorf("guessed %v from nothing", d)
	}
	if d, ok := open(t, c, decks, Settings{Pace: 10_000}, at(start)).Estimate(at(start)); !ok || d != 240*time.Second {
		t.Errorf("20 cards of 10 s with a fifth asked twice: %v %v, want 4m", d, ok)
	}
	for i := range 10 {
		s.Next(at(start))
		took := 10 * time.Second
		if i == 4 {
			took = time.Hour // at the kettle
		}
		answer(t, s, c, scheduler.Easy, at(start), took)
	}
	d, ok := s.Estimate(at(start))
	if !ok || d < 100*time.Second || d > 160*time.Second {
		t.Errorf("10 cards of about 10 s: %v %v", d, ok)
	}
	drain(t, s, c, scheduler.Easy, at(start))
	if d, ok := s.Estimate(at(start)); !ok || d != 0 {
		t.Errorf("nothing left: %v %v", d, ok)
	}
}

func TestOpenRefuses(t *testing.T) {
	p := policy(t, nil)
	below := -1
	for name, test := range map[string]struct {
		decks []Deck
		set   Settings
	}{
		"deck without policy": {decks: []Deck{{ID: 1}}},
		"deck twice":          {decks: []Deck{{ID: 1, Policy: p}, {ID: 1, Policy: p}}},
		"unknown parent":      {decks: []Deck{{ID: 1, Parent: 2, Policy: p}}},
		"deck in itself":      {decks: []Deck{{ID: 1, Parent: 2, Policy: p}, {ID: 2, Parent: 1, Policy: p}}},
		"unknown choice":      {set: Settings{Decks: []int64{3}}},
		"limit below zero":    {set: Settings{Limit: -1}},
		"new below zero":      {set: Settings{New: &below}},
		"ahead below zero":    {set: Settings{Ahead: -1}},
		"cram ahead":          {set: Settings{Ahead: 1, Cram: true}},
	} {
		if _, err := Open(context.Background(), new(collection), test.decks, test.set, at(start)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A source that fails at any question fails the opening with its error.
func TestOpenPassesOnTheErrorsOfItsSource(t *testing.T) {
	c, decks := one(t, 3, nil)
	for fail := range 6 {
		broken := &brokenSource{collection: c, fail: fail}
		_, err := Open(context.Background(), broken, decks, Settings{}, at(start))
		if !errors.Is(err, errBroken) {
			t.Errorf("question %d: %v", fail, err)
		}
	}
}

var errBroken = errors.New("broken")

// A brokenSource fails at one question.
type brokenSource struct {
	*collection
	fail int
}

func (b *brokenSource) next() error {
	b.fail--
	if b.fail == -1 {
		return errBroken
	}
	return nil
}

func (b *brokenSource) Done(ctx context.Context, day scheduler.Day) (Done, error) {
	d, _ := b.collection.Done(ctx, day)
	return d, b.next()
}

func (b *brokenSource) Learning(ctx context.Context, q Query) ([]Candidate, error) {
	return nil, b.next()
}

func (b *brokenSource) Due(ctx context.Context, q Query) ([]Candidate, error) { return nil, b.next() }

func (b *brokenSource) New(ctx context.Context, q Query) ([]Candidate, error) { return nil, b.next() }

func (b *brokenSource) Load(ctx context.Context, first scheduler.Day, days int) ([]int, error) {
	return nil, b.next()
}
