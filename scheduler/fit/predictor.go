package fit

import (
	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// A Predictor says how likely it is that a card is recalled now. It learns from
// every answer: [Predictor.Add] a log to it in its order. Its state follows from
// the log and the parameters alone.
//
// Schedules do not come from it, for they need a curve over days; it serves what
// is shown.
type Predictor struct {
	online *online
	six    *fsrs.Six
	seven  *fsrs.Seven
	cards  map[int64]*foretold
}

// foretold is what a Predictor knows of a card.
type foretold struct {
	habit
	six, seven fsrs.State
	last       answer
}

// NewPredictor begins with an empty log. The parameters are those of FSRS-6 and
// FSRS-7 in use; none are the defaults, and so are such as are not valid. Fitted ones
// of FSRS-6 help; those of FSRS-7 may stay the defaults.
func NewPredictor(six, seven []float64) *Predictor {
	p := &Predictor{online: newOnline(), cards: map[int64]*foretold{}}
	var err error
	if p.six, err = fsrs.NewSix(six); err != nil {
		p.six, _ = fsrs.NewSix(nil)
	}
	if p.seven, err = fsrs.NewSeven(seven); err != nil {
		p.seven, _ = fsrs.NewSeven(nil)
	}
	return p
}

// Add takes the next answer of the log. It returns the recall that it expected
// of it, from what came before; ok is false for answers that it does not
// foretell: the first of a card, and those on the same day as the one before.
func (p *Predictor) Add(a Answer) (recall float64, ok bool) {
	if a.Grade < fsrs.Again || a.Grade > fsrs.Easy {
		return 0, false
	}
	c, now := p.cards[a.Card], packed(a, 0)
	if c == nil {
		c = &foretold{}
		p.cards[a.Card] = c
	}
	days, exact := elapsed(&c.last, &now, true), elapsed(&c.last, &now, false)
	ok = c.answers > 0 && days > 0
	recall = p.online.see(&c.habit, &now, ok, p.six.Recall(c.six, days), p.seven.Recall(c.seven, exact))
	c.six, c.seven = p.six.Step(c.six, now.grade, days), p.seven.Step(c.seven, now.grade, exact)
	c.last = now
	return recall, ok
}

// Reset says that a card begins anew.
func (p *Predictor) Reset(card int64) { delete(p.cards, card) }

// Recall is how likely it is that a card is recalled at a moment. ok is false
// for cards that were never answered.
func (p *Predictor) Recall(card int64, at scheduler.Moment) (recall float64, ok bool) {
	c := p.cards[card]
	if c == nil {
		return 0, false
	}
	now := packed(Answer{Moment: at, Grade: fsrs.Good}, 0)
	days, exact := elapsed(&c.last, &now, true), elapsed(&c.last, &now, false)
	seven := p.seven.Recall(c.seven, exact)
	if days == 0 {
		return seven, true // FSRS-6 knows nothing of the same day
	}
	x := p.online.look(&c.habit, &now, p.six.Recall(c.six, days), seven)
	return p.online.recall(&x), true
}
