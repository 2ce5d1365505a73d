package session

import (
	"context"
	"fmt"
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
	if step := next(t, s, now); step.Kind != Ask || step.Card.Card != want {
		t.Fatalf("next is %+v, want to be asked %s", step, want)
	}
}

func end(t *testing.T, s *Session, now scheduler.Moment, want Reason) {
	t.Helper()
	if step := next(t, s, now); step.Kind != End || step.Reason != want {
		t.Fatalf("next is %+v, want the end for reason %d", step, want)
	}
}

func TestStepsAreAskedWhenNothingElseIsLeft(t *testing.T) {
	c, decks := one(t, 3, nil)
	s := open(t, c, decks, Settings{}, at(start))
	got := drain(t, s, c, scheduler.Good, at(start))
	if diff := gocmp.Diff([]string{"d1-0000", "d1-0001", "d1-0002", "d1-0000", "d1-0001", "d1-0002"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	end(t, s, at(start), Finished)
	if left := open(t, c, decks, Settings{}, at(start)).Left(); left != (Left{}) {
		t.Errorf("the end is not the end: %+v are left", left)
	}
}

func TestMissedCardsComeAgainUntilRecalled(t *testing.T) {
	c, decks := one(t, 2, nil)
	s := open(t, c, decks, Settings{}, at(start))
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	ask(t, s, at(start), "d1-0001")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	if got, want := s.Left(), (Left{Learning: 2}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	ask(t, s, at(start), "d1-0000") // ahead of its minute
	answer(t, s, c, scheduler.Hard, at(start), time.Second)
	ask(t, s, at(start), "d1-0001")
	answer(t, s, c, scheduler.Again, at(start), time.Second)
	ask(t, s, at(start), "d1-0000")
	answer(t, s, c, scheduler.Easy, at(start), time.Second)
	if step := next(t, s, at(start)); step.Kind != Ask || step.Card.Card != "d1-0001" || !step.Repeat {
		t.Fatalf("a missed card alone is asked at once, not %+v", step)
	}
	answer(t, s, c, scheduler.Easy, at(start), time.Second)
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
	want := Step{Kind: Wait, Due: later(40 * time.Minute).At}
	if diff := gocmp.Diff(want, next(t, s, later(39*time.Minute))); diff != "" {
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

// What an earlier session left comes before what this one asked already.
func TestLeftOversComeBeforeRepeats(t *testing.T) {
	c, decks := one(t, 2, nil)
	first := open(t, c, decks, Settings{Limit: 1}, at(start))
	ask(t, first, at(start), "d1-0000")
	answer(t, first, c, scheduler.Good, at(start), time.Second) // due in ten minutes
	s := open(t, c, decks, Settings{}, later(time.Minute))
	ask(t, s, later(time.Minute), "d1-0001")
	answer(t, s, c, scheduler.Again, later(time.Minute), time.Second) // due in one
	ask(t, s, later(20*time.Minute), "d1-0000")
}

func TestNoCardTwiceInARowIfAnotherCanBeAsked(t *testing.T) {
	c, decks := one(t, 1, nil)
	c.add(review("due", 30, 20, 20, 5))
	decks[0].Policy = policy(t, func(o *scheduler.Options) { o.Mix = scheduler.NewLast })
	s := open(t, c, decks, Settings{}, at(start))
	for _, want := range []string{"due", "d1-0000", "due", "d1-0000", "due"} {
		ask(t, s, at(start), want) // due again in ten minutes, d1-0000 in one
		answer(t, s, c, scheduler.Again, at(start), time.Second)
	}
}

// A card that is missed over and over does not hold up the others.
func TestHopelessCardHoldsUpNothing(t *testing.T) {
	c, decks := one(t, 5, nil)
	s := open(t, c, decks, Settings{}, at(start))
	clock, asked := start, map[string]int{}
	for range 20 {
		card := next(t, s, at(clock)).Card.Card
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
	for _, g := range []scheduler.Grade{scheduler.Again, scheduler.Good} {
		if next(t, s, at(start)).Kind != Ask {
			t.Fatal("missed cards come again beyond the limit")
		}
		answer(t, s, c, g, at(start), time.Second)
	}
	if got, want := s.Left(), (Left{Learning: 2}); got != want {
		t.Errorf("left %+v, want %+v: the steps of the cards that were asked", got, want)
	}
	drain(t, s, c, scheduler.Good, at(start))
	end(t, s, at(start), Enough)
	if cards := s.Summary().Cards; cards != 2 {
		t.Errorf("%d cards were asked", cards)
	}
	if got, want := s.Left(), (Left{}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
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
	if got, want := s.Left(), (Left{Due: 5}); got != want {
		t.Errorf("left %+v, want %+v", got, want)
	}
	first := next(t, s, at(start)).Card.Card
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
	if got := s.Summary(); got.Answers != 6 || got.New != 0 {
		t.Errorf("summary %+v", got)
	}
	if left := open(t, c, decks, Settings{}, at(start)).Left(); left != (Left{New: 3, Due: 1}) {
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
		{"reviews", func(o *scheduler.Options) { o.BuryReviews = false }, []string{"left over", "due, sibling of left over", "due", "due, sibling of due", "fresh"}},
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
	if got := s.Left().New; got != 20 {
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
	end(t, s, later(time.Hour), Finished)
	if got := s.Summary().Leeches; !slices.Equal(got, []string{"leech"}) {
		t.Errorf("leeches %v", got)
	}
}

// Only the first cards are read whole when a session opens. What happens to
// the others until they are read is noticed then.
func TestCardsAreReadWhenTheirTurnComes(t *testing.T) {
	c := new(collection)
	for i := range 3 * fetched {
		card := review(fmt.Sprintf("%02d", i), 20, 20, 20+float64(i), 5)
		card.Fact = int64(i)
		card.Siblings = []scheduler.Day{7}
		c.add(card)
	}
	decks := []Deck{{ID: 1, Policy: policy(t, nil)}}
	s := open(t, c, decks, Settings{}, at(start))
	for i := range fetched {
		if step := s.Next(at(start)); step.Kind != Ask || step.Card.Partial || len(step.Card.Siblings) != 1 || step.Card.Memory.Reps != 3 {
			t.Fatalf("question %d: %+v", i, step)
		}
		answer(t, s, c, scheduler.Good, at(start), time.Second)
	}
	suspended, elsewhere := fmt.Sprintf("%02d", fetched), fmt.Sprintf("%02d", fetched+1)
	c.byID[suspended].suspended = true
	c.byID[elsewhere].Memory.LastDay++
	if step := s.Next(at(start)); step.Kind != Fetch {
		t.Fatalf("after the first %d cards: %+v", fetched, step)
	}
	if left := s.Left().Due; left != 2*fetched {
		t.Errorf("%d cards left, want %d", left, 2*fetched)
	}
	if gone, err := s.Fetch(context.Background()); err != nil || gone != 2 {
		t.Errorf("%d cards are gone, error %v", gone, err)
	}
	asked := drain(t, s, c, scheduler.Good, at(start))
	if len(asked) != 2*fetched-2 || slices.Contains(asked, suspended) || slices.Contains(asked, elsewhere) {
		t.Errorf("asked %v", asked)
	}
}

func TestUndoReadsACardThatWasBuriedUnread(t *testing.T) {
	c := new(collection)
	for i := range 2 * fetched {
		card := review(fmt.Sprintf("%02d", i), 20, 20, 20+float64(i), 5)
		card.Fact = int64(i)
		c.add(card)
	}
	s := open(t, c, []Deck{{ID: 1, Policy: policy(t, nil)}}, Settings{}, at(start))
	last := fmt.Sprintf("%02d", 2*fetched-1)
	if err := s.Bury(last, at(start)); err != nil {
		t.Fatal(err)
	}
	s.Undo()
	if step := next(t, s, at(start)); step.Card.Card != last || step.Card.Memory.Reps != 3 {
		t.Errorf("after the undo: %+v", step)
	}
}
