package session

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kartei/scheduler"
)

// crowd is a collection of three decks, two below one, with reviews and new
// cards, so many cards to a fact.
func crowd(t *rapid.T, perFact int) (*collection, []Deck) {
	mix := rapid.SampledFrom([]scheduler.Mix{scheduler.Mixed, scheduler.NewFirst, scheduler.NewLast}).Draw(t, "mix")
	options := func(name string) *scheduler.Policy {
		return policy(t, func(o *scheduler.Options) {
			o.Mix = mix
			o.New = rapid.IntRange(0, 20).Draw(t, name+" new")
			o.Reviews = rapid.IntRange(0, 20).Draw(t, name+" reviews")
		})
	}
	most := rapid.SampledFrom([]int{60, 120}).Draw(t, "most days since")
	c := new(collection)
	decks := []Deck{{ID: 1, Policy: options("1")}, {ID: 2, Parent: 1, Policy: options("2")}, {ID: 3, Policy: options("3"), Random: true}}
	for _, d := range decks {
		c.fill(d.ID, rapid.IntRange(0, 15).Draw(t, "new cards"), perFact)
		for i := range rapid.IntRange(0, 25).Draw(t, "reviews") {
			card := review(fmt.Sprintf("r%d-%03d", d.ID, i), rapid.IntRange(0, most).Draw(t, "days since"), 10, rapid.Float64Range(1, 50).Draw(t, "stability"), 5)
			card.Deck, card.Fact, card.Position = d.ID, d.ID*1_000_000+int64(i/perFact), int64(1000+i)
			c.add(card)
		}
	}
	return c, decks
}

// A session that defers its plan begins as one that does not, promises as much, and asks as
// many: the same, but that which cards have the lane of those that wait for long
// depends on what stands before them. Where there are siblings it takes its time.
func TestADeferredSessionAsksTheSameDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perFact := rapid.IntRange(1, 2).Draw(t, "siblings")
		c, decks := crowd(t, perFact)
		calm := open(t, c, decks, Settings{}, at(start))
		deferred := open(t, c, decks, Settings{Defer: 1}, at(start))
		if left := calm.Left(); left.Total() > 1 && perFact == 1 && !deferred.Deferred() {
			t.Fatalf("%+v are left, and nothing is deferred", left)
		}
		one, other := next(t, calm, at(start)), next(t, deferred, at(start))
		if one.Card.Card != other.Card.Card {
			t.Fatalf("begins with %q, deferred with %q", one.Card.Card, other.Card.Card)
		}
		if calm.Left() != deferred.Left() {
			t.Fatalf("%+v are left, deferred %+v", calm.Left(), deferred.Left())
		}
		if _, err := deferred.Fetch(context.Background()); err != nil {
			t.Fatal(err)
		}
		if after := next(t, deferred, at(start)); other.Kind == Ask && after.Card.Card != other.Card.Card {
			t.Fatalf("asks %q, and when the day is planned %q", other.Card.Card, after.Card.Card)
		}
		if calm.Left() != deferred.Left() {
			t.Fatalf("%+v are left, when the day is planned %+v", calm.Left(), deferred.Left())
		}
		a, b := asked(calm), asked(deferred)
		slices.Sort(a)
		slices.Sort(b)
		long := slices.ContainsFunc(c.cards, func(it *item) bool {
			return it.Memory.State == scheduler.Review && it.Memory.DueDay <= at(start).Day-overdueDays
		})
		if !long && !slices.Equal(a, b) {
			t.Fatalf("asks %v, deferred %v", a, b)
		}
	})
}

// asked are the cards of the queue, answered in the session alone.
func asked(s *Session) (ids []string) {
	for now := at(start); ; now.At += 1000 {
		step := s.Next(now)
		for step.Kind == Fetch {
			if _, err := s.Fetch(context.Background()); err != nil {
				panic(err)
			}
			step = s.Next(now)
		}
		if step.Kind != Ask || step.Repeat {
			return ids
		}
		a, err := s.Grade(scheduler.Easy, now, time.Second)
		if err != nil {
			panic(err)
		}
		if err := s.Commit(a); err != nil {
			panic(err)
		}
		ids = append(ids, a.Card.Card)
	}
}

// The first card needs the heads of the decks, not all that they give today.
func TestADeferredSessionReadsOnlyHeads(t *testing.T) {
	c := new(collection)
	var decks []Deck
	for d := range int64(10) {
		c.fill(d+1, 100, 1)
		for i := range 300 {
			card := review(fmt.Sprintf("r%d-%03d", d, i), 20, 10, 10+float64(i), 5)
			card.Deck, card.Fact = d+1, 5_000_000+d*1000+int64(i)
			c.add(card)
		}
		decks = append(decks, Deck{ID: d + 1, Policy: policy(t, nil)})
	}
	s := open(t, c, decks, Settings{Defer: 200}, at(start))
	if c.longest > 3 {
		t.Errorf("%d cards were read of one deck for the first", c.longest)
	}
	if left := s.Left(); left != (Left{New: 200, Due: 2000}) {
		t.Errorf("left: %+v", left)
	}
	if cards := len(drain(t, s, c, scheduler.Easy, at(start))); cards != 2200 {
		t.Errorf("%d cards were asked", cards)
	}
}

// The first card may be put off before the day is planned, and that taken back
// afterwards: it has kept its place all the while.
func TestACardPutOffBeforeThePlanKeepsItsPlace(t *testing.T) {
	now := at(start)
	for _, first := range []struct {
		name string
		card Candidate
	}{
		{"new", Candidate{Card: "first"}},
		{"in its steps", Candidate{Card: "first", Memory: scheduler.Memory{
			State: scheduler.Learning, Stability: 1, Difficulty: 5,
			LastDay: now.Day - 1, Last: now.At - 86_400_000, DueDay: now.Day, Due: now.At - 1,
		}}},
	} {
		t.Run(first.name, func(t *testing.T) {
			c := new(collection)
			first.card.Deck, first.card.Fact = 1, 9
			c.add(first.card)
			for i, fact := range []int64{1, 2, 3, 4} {
				c.add(Candidate{Card: fmt.Sprint("new", i), Fact: fact, Deck: 1, Position: int64(i + 1)})
			}
			limit := policy(t, func(o *scheduler.Options) { o.New, o.Steps = 2, nil })
			decks := []Deck{{ID: 1, Policy: limit}}
			calm := asked(open(t, c, decks, Settings{}, now))
			s := open(t, c, decks, Settings{Defer: 1}, now)
			step := s.Next(now)
			if !s.Deferred() || step.Card.Card != "first" {
				t.Fatalf("begins with %+v", step)
			}
			c.append(entry{card: c.byID["first"], now: now, kind: Buried}, scheduler.Memory{})
			if err := s.Bury("first", now); err != nil {
				t.Fatal(err)
			}
			if step := next(t, s, now); s.Deferred() || step.Kind != Ask {
				t.Fatalf("goes on with %+v", step)
			}
			c.undo()
			s.Undo()
			if got := asked(s); !slices.Equal(got, calm) {
				t.Errorf("asks %v, without deferring %v", got, calm)
			}
		})
	}
}
