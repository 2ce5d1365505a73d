package session

import (
	"context"
	"errors"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

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
	if got := s.Summary().Answers; got != 0 {
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

func TestPreviewWithoutSchedule(t *testing.T) {
	c, decks := one(t, 1, nil)
	s := open(t, c, decks, Settings{}, at(start))
	if got := s.Preview(at(start)); got != ([4]scheduler.Outcome{}) {
		t.Errorf("preview without a card: %+v", got)
	}
	s = open(t, c, decks, Settings{Cram: true}, at(start))
	ask(t, s, at(start), "d1-0000")
	if got := s.Preview(at(start)); got != ([4]scheduler.Outcome{}) {
		t.Errorf("preview while cramming: %+v", got)
	}
}

func TestUndoAfterTheLastCard(t *testing.T) {
	c, decks := one(t, 1, nil)
	s := open(t, c, decks, Settings{}, at(start))
	drain(t, s, c, scheduler.Easy, at(start))
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
	if got, want := s.Left(), (Left{New: 2}); got != want {
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
	edited := c.byID["d1-0000"]
	edited.Card, edited.Fact = "renamed", 77
	c.byID["renamed"], c.byID["d1-0001"].retired = edited, true
	if err := s.Replace("d1-0000", Candidate{Card: "renamed", Fact: 77, Deck: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Drop("d1-0001", at(start)); err != nil {
		t.Fatal(err)
	}
	ask(t, s, at(start), "d1-0002")
	if last, _ := s.Last(); last.Card.Card != "renamed" {
		t.Errorf("undo would take back %s", last.Card.Card)
	}
	c.undo()
	if undone, ok := s.Undo(); !ok || undone.Card.Card != "renamed" {
		t.Errorf("undone %+v", undone)
	}
	if step := next(t, s, at(start)); step.Card.Card != "renamed" || step.Card.Fact != 77 || step.Card.Memory.State != scheduler.New {
		t.Errorf("asked %+v", step.Card)
	}
	if got, want := s.Left(), (Left{New: 2}); got != want {
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
		if next(t, s, at(start)).Kind != Ask {
			t.Fatal("the session ended early")
		}
		answer(t, s, c, g, at(start), 2*time.Second)
	}
	want := Summary{
		Answers: 6, Correct: 3, Cards: 3, New: 2, Time: 12 * time.Second,
		Missed: []string{"d1-0000", "d1-0001"},
	}
	got := s.Summary()
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNothingToDo(t *testing.T) {
	s := open(t, new(collection), nil, Settings{}, at(start))
	end(t, s, at(start), Finished)
}

func TestLeftByDeck(t *testing.T) {
	c := new(collection)
	c.fill(1, 2, 1)
	c.fill(2, 3, 1)
	c.add(review("x", 30, 20, 20, 5))
	decks := []Deck{{ID: 1, Policy: policy(t, nil)}, {ID: 2, Parent: 1, Policy: policy(t, nil)}}
	got := open(t, c, decks, Settings{}, at(start)).LeftByDeck()
	want := map[int64]Left{1: {New: 2, Due: 1}, 2: {New: 3}}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEstimate(t *testing.T) {
	c, decks := one(t, 20, nil)
	s := open(t, c, decks, Settings{}, at(start))
	if d, ok := s.TimeLeft(); ok {
		t.Errorf("guessed %v from nothing", d)
	}
	if d, ok := open(t, c, decks, Settings{Pace: 10_000}, at(start)).TimeLeft(); !ok || d != 480*time.Second {
		t.Errorf("20 cards of two steps of 10 s with a fifth asked once more: %v %v, want 8m", d, ok)
	}
	for i := range 10 {
		next(t, s, at(start))
		took := 10 * time.Second
		if i == 4 {
			took = time.Hour // at the kettle
		}
		answer(t, s, c, scheduler.Easy, at(start), took)
	}
	d, ok := s.TimeLeft()
	if !ok || d < 200*time.Second || d > 240*time.Second {
		t.Errorf("10 cards of two steps of 10 s: %v %v", d, ok)
	}
	c.add(review("due", 30, 20, 20, 5))
	c.fill(2, 200, 1)
	decks = append(decks, Deck{ID: 2, Policy: policy(t, func(o *scheduler.Options) { o.New = 200 })})
	s = open(t, c, decks, Settings{}, at(start))
	drain(t, s, c, scheduler.Easy, at(start))
	if d, ok := s.TimeLeft(); !ok || d != 0 {
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
	for fail := range 7 {
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

func (b *brokenSource) Done(ctx context.Context, day scheduler.Day) ([]Answered, error) {
	d, _ := b.collection.Done(ctx, day)
	return d, b.next()
}

func (b *brokenSource) Heads(context.Context, []int64) (map[int64]Head, error) {
	return map[int64]Head{1: {Steps: true, New: true, Due: 1}}, b.next()
}

func (b *brokenSource) Learning(ctx context.Context, q Query) ([]Candidate, error) {
	return nil, b.next()
}

func (b *brokenSource) Due(ctx context.Context, q Query) ([]Candidate, error) { return nil, b.next() }

func (b *brokenSource) New(ctx context.Context, q Query) ([]Candidate, error) { return nil, b.next() }

func (b *brokenSource) Load(ctx context.Context, first scheduler.Day, days int) ([]int, error) {
	return nil, b.next()
}
