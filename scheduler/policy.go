package scheduler

import (
	"math"
	"time"

	"kartei/scheduler/fsrs"
)

// A Policy decides when a card comes back: a memory model under a learner's
// options. It is immutable and may be shared.
type Policy struct {
	options  Options
	calendar Calendar
	model    fsrs.Model
}

// NewPolicy returns the policy of valid options.
func NewPolicy(o Options, c Calendar) (*Policy, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	model, err := fsrs.New(o.Model, o.Parameters)
	if err != nil {
		return nil, err
	}
	return &Policy{options: o, calendar: c, model: model}, nil
}

// Options returns the options of the policy.
func (p *Policy) Options() Options { return p.options }

// Fitted names the fit that the parameters come from, as [Options.Fitted].
func (p *Policy) Fitted() string { return p.options.Fitted }

// An Outcome is what a grade leads to.
type Outcome struct {
	Memory       // after the grade
	Days    int  // until the card is due, in study days; 0 means within the day
	Lapse   bool // the card was in Review and is forgotten
	Leech   bool // this lapse makes the card a leech, or once more
	Suspend bool // a leech that the options take out of the queue
}

// Wait is how long after now the card is due. For a card due in whole days
// it is that many times 24 hours.
func (o Outcome) Wait(now Moment) time.Duration {
	if o.Days > 0 {
		return time.Duration(o.Days) * 24 * time.Hour
	}
	return time.Duration(o.Due-now.At) * time.Millisecond
}

// A Load is the work already planned, for load balancing. The zero Load is
// unknown and balances nothing.
type Load struct {
	First    Day   // the day that Due begins with
	Due      []int // reviews due on First, First+1, …; days beyond are free
	Siblings []Day // due days of the other cards of the same fact
}

// Preview returns the outcomes of the four grades, Again first.
func (p *Policy) Preview(card string, m Memory, now Moment, load Load) [4]Outcome {
	var out [4]Outcome
	a := p.answer(card, m, now, load)
	for g := Again; g <= Easy; g++ {
		out[g-1] = a.next(g)
	}
	return out
}

// Apply returns the outcome of one grade: the same that Preview returns.
func (p *Policy) Apply(card string, m Memory, g Grade, now Moment, load Load) Outcome {
	return p.Preview(card, m, now, load)[min(max(g, Again), Easy)-1]
}

// Recall is the probability that the card is recalled now, 0 for a new card.
func (p *Policy) Recall(m Memory, now Moment) float64 {
	return p.model.Recall(m.state(), p.elapsed(m, now))
}

// Stability is the time in days until recall falls to 90 %, solved for models
// whose state does not say it; 0 for a new card.
func (p *Policy) Stability(m Memory) float64 {
	return p.model.Interval(m.state(), 0.9)
}

// elapsed is the time since the last answer in days, as the model counts it. A
// clock that was set back, or a flight to the west, makes it 0, never less.
func (p *Policy) elapsed(m Memory, now Moment) float64 {
	if p.model.WholeDays() {
		return math.Max(0, float64(now.Day)-float64(m.LastDay))
	}
	return math.Max(0, float64(now.At-m.Last)/dayMilliseconds)
}

// An answer is a card being graded. Its grades are asked for in rising order.
type answer struct {
	*Policy
	card    string
	before  Memory
	now     Moment
	load    Load
	elapsed float64
	below   int // days of the grade asked for last
}

func (p *Policy) answer(card string, m Memory, now Moment, load Load) answer {
	return answer{Policy: p, card: card, before: m, now: now, load: load, elapsed: p.elapsed(m, now)}
}

// next returns the outcome of the grade after the one asked for last.
func (a *answer) next(g Grade) Outcome {
	t := a.aim(g)
	o := Outcome{Memory: t.memory, Lapse: g == Again && a.before.State == Review}
	if t.within {
		a.wait(&o.Memory, t.delay)
		o.Days = int(o.DueDay - a.now.Day)
	} else {
		o.Days = a.draw(a.above(a.below, g, a.window(t, g)))
		o.DueDay = a.now.Day + Day(o.Days)
	}
	if o.Lapse {
		o.Leech = leech(o.Lapses, a.options.Leech)
		o.Suspend = o.Leech && a.options.LeechSuspend
	}
	a.below = o.Days
	return o
}

// leech reports whether a lapse is the one that makes a leech, or one of every
// half threshold after it (Anki rslib states/review.rs).
func leech(lapses uint32, threshold int) bool {
	if threshold <= 0 || lapses < uint32(threshold) {
		return false
	}
	return (lapses-uint32(threshold))%uint32((threshold+1)/2) == 0
}

// A target is what a grade aims at before any fuzz: a delay, or an interval in
// whole days.
type target struct {
	memory   Memory  // after the grade, the due date still open
	within   bool    // wait for delay; otherwise for interval
	delay    Delay   // of a step; may run into later days
	interval float64 // days, unrounded
}

// aim steps the memory and finds the way by Anki's rules: configured steps
// win; without steps an interval under half a day stays within the day, if
// the model knows about such times.
func (a *answer) aim(g Grade) target {
	m := a.remember(g)
	t := target{memory: m, interval: a.model.Interval(m.state(), a.options.Retention)}
	state, steps, step := Learning, a.options.Steps, int(a.before.Step)
	switch a.before.State {
	case Relearning:
		state, steps = Relearning, a.options.Relearning
	case Review:
		state, steps, step = Relearning, a.options.Relearning, 0
		if g > Again {
			return t.graduated()
		}
	case New:
		step = 0
	}
	if g == Easy {
		return t.graduated()
	}
	t.memory.State = state
	if len(steps) == 0 {
		if a.model.ShortTerm() && t.interval < 0.5 {
			t.within = true
			t.delay = max(Second, Delay(t.interval*float64(wholeDay)))
			return t
		}
		return t.graduated()
	}
	t.within = true
	switch {
	case g == Again:
		t.memory.Step = 0
		t.delay = steps[0]
	case g == Hard:
		t.memory.Step = uint8(min(step, len(steps)-1))
		t.delay = steps.hard(step)
	case step+1 < len(steps):
		t.memory.Step = uint8(step + 1)
		t.delay = steps[step+1]
	default:
		return t.graduated()
	}
	return t
}

func (t target) graduated() target {
	t.memory.State, t.memory.Step, t.within = Review, 0, false
	return t
}

// remember is the memory after the grade, all but where the card stands next.
func (a *answer) remember(g Grade) Memory {
	m := a.before
	s := a.model.Step(m.state(), g, a.elapsed)
	m.Stability, m.Fast, m.Difficulty = s.Stability, s.Fast, s.Difficulty
	m.Reps++
	switch {
	case a.before.State == New:
		m.FirstDay = a.now.Day
	case g > Again && a.now.Day > a.before.LastDay:
		m.Sessions++
	}
	if g == Again && a.before.State == Review {
		m.Lapses++
	}
	m.Last, m.LastDay = a.now.At, a.now.Day
	m.Due, m.DueDay, m.Step = 0, 0, 0
	return m
}

// wait makes the card due after a delay. A delay that ends on a later day
// waits for the beginning of that day.
func (a *answer) wait(m *Memory, d Delay) {
	due, ends := a.now.At+time.Duration(d).Milliseconds(), a.calendar.Ends(a.now)
	m.Due, m.DueDay = due, a.now.Day
	if due >= ends && ends > a.now.At {
		days := min((due-ends)/dayMilliseconds, int64(a.options.MaxInterval)-1)
		m.Due, m.DueDay = ends+days*dayMilliseconds, a.now.Day+Day(days)+1
	}
}
