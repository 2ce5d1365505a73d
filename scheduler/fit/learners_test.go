package fit

import (
	"math/rand/v2"
	"testing"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// A learner is simulated: who forgets as a memory model says, with parameters
// that may differ from card to card and from day to day.
type learner struct {
	name    string
	answers int                              // after so many the log ends
	fresh   int                              // new cards a day
	cram    int                              // more answers to a card on a day
	truth   func(card, day int) []float64    // parameters of FSRS-6
	grade   func(dice *rand.Rand) fsrs.Grade // of a recall; nil: mostly Good
}

// parameters are the defaults with first stabilities and growth changed.
func parameters(first, growth float64) []float64 {
	w := fsrs.Defaults(fsrs.FSRS6)
	for i := range 4 {
		w[i] *= first
	}
	w[8] += growth
	fsrs.Limit(fsrs.FSRS6, w)
	return w
}

func steady(w []float64) func(int, int) []float64 { return func(int, int) []float64 { return w } }

// learners are some kinds of them.
func learners() []learner {
	usual, forgetful, keen := parameters(1, 0), parameters(0.3, -0.6), parameters(3, 0.5)
	return []learner{
		{name: "usual", answers: 8000, fresh: 15, truth: steady(usual)},
		{name: "forgetful", answers: 8000, fresh: 15, truth: steady(forgetful)},
		{name: "keen", answers: 8000, fresh: 15, truth: steady(keen)},
		{name: "drifting", answers: 8000, fresh: 15, truth: func(_, day int) []float64 {
			return parameters(1/(1+float64(day)/60), -float64(day)/200)
		}},
		{name: "two unlike decks", answers: 8000, fresh: 15, truth: func(card, _ int) []float64 {
			if card%2 == 0 {
				return forgetful
			}
			return keen
		}},
		{name: "cramming", answers: 8000, fresh: 15, cram: 4, truth: steady(forgetful)},
		{name: "Easy too often", answers: 8000, fresh: 15, truth: steady(usual), grade: func(dice *rand.Rand) fsrs.Grade {
			return fsrs.Good + fsrs.Grade(dice.IntN(2))
		}},
		{name: "Hard for Again", answers: 8000, fresh: 15, truth: steady(usual), grade: func(dice *rand.Rand) fsrs.Grade {
			return fsrs.Hard + fsrs.Grade(dice.IntN(2))
		}},
		{name: "few answers", answers: 400, fresh: 5, truth: steady(forgetful)},
		{name: "fewer answers", answers: 150, fresh: 5, truth: steady(usual)},
	}
}

// log lets the learner study with the usual intervals.
func (l learner) log(t testing.TB, seed uint64) *Log {
	t.Helper()
	scheduled, err := fsrs.NewSix(nil)
	if err != nil {
		t.Fatal(err)
	}
	type card struct {
		due, last         int
		memory, scheduled fsrs.State
	}
	var cards []card
	var log Log
	dice := rand.New(rand.NewPCG(seed, 1))
	models := map[*float64]*fsrs.Six{}
	model := func(w []float64) *fsrs.Six {
		if models[&w[0]] == nil {
			m, err := fsrs.NewSix(w)
			if err != nil {
				t.Fatal(err)
			}
			models[&w[0]] = m
		}
		return models[&w[0]]
	}
	add := func(i, day, second int, g fsrs.Grade) {
		c := &cards[i]
		elapsed := float64(day - c.last)
		c.memory, c.scheduled = model(l.truth(i, day)).Step(c.memory, g, elapsed), scheduled.Step(c.scheduled, g, elapsed)
		c.last = day
		log.Add(Answer{
			Card:    int64(i),
			Moment:  scheduler.Moment{At: int64(day)*86_400_000 + int64(second)*1000, Day: scheduler.Day(day)},
			Grade:   g,
			Seconds: 3 + 10*dice.Float64(),
		})
	}
	for day := 0; log.Len() < l.answers; day++ {
		second := 18 * 3600
		for range l.fresh {
			cards = append(cards, card{due: day, last: day})
		}
		for i := range cards {
			c := &cards[i]
			if c.due > day {
				continue
			}
			g := fsrs.Good
			if l.grade != nil {
				g = l.grade(dice)
			}
			switch r := dice.Float64(); {
			case c.memory == fsrs.State{}:
				g = []fsrs.Grade{fsrs.Again, fsrs.Hard, fsrs.Good, fsrs.Good, fsrs.Easy}[dice.IntN(5)]
			case r > model(l.truth(i, day)).Recall(c.memory, float64(day-c.last)):
				g = fsrs.Again
			}
			add(i, day, second, g)
			second += 12
			for range l.cram {
				add(i, day, second, fsrs.Good)
				second += 5
			}
			if g == fsrs.Again && l.cram == 0 {
				add(i, day, second+600, fsrs.Good)
			}
			wait := scheduled.Interval(c.scheduled, 0.9)
			c.due = day + max(1, int(wait*(0.9+0.2*dice.Float64())+0.5))
		}
	}
	return &log
}

// head is the part of the log up to a share of its answers; tail are the items
// of the whole log that come after it.
func (l *Log) head(share float64) (head *Log, whole *histories, tail []item) {
	head = &Log{answers: l.answers[:int(share*float64(len(l.answers)))], cards: l.cards, from: l.from}
	whole = l.histories(true)
	return head, whole, whole.items[len(head.histories(true).items):]
}
