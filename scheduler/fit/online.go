package fit

import (
	"math"

	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

// The features of an answer to come. Each is about 1 in size or less.
const (
	constant     = iota
	logitSix     // recall that FSRS-6 expects
	logitSeven   // recall that FSRS-7 expects
	surpriseFast // how much more was recalled than expected over the last answers,
	surpriseDay  // over some dozens,
	surpriseWeek // over some hundreds,
	surpriseCard // and of this card
	lastFailed   // the last answer to the card was Again
	lastHard     // or Hard
	lastEasy     // or Easy
	lapses       // times that the card was forgotten on a later day
	answers      // to the card
	sameDay      // of them on its last day
	failures     // share of Again among them
	pause        // days since the card was answered
	place        // in the sitting: answers given before
	minutes      // since the answer before, to any card
	seconds      // that the last answer to the card took
	morning      // hour of the day
	midday
	features
)

// The online model is a logistic regression that learns from every answer, by
// AdaGrad (Duchi 2011). FSRS foretells from a card's own history; this corrects
// it by what FSRS does not look at: how the learner has been doing lately, and
// how the answers went beside their grades.
type online struct {
	weights  [features]float64
	squares  [features]float64 // sums of squared slopes
	surprise [3]float64        // recall less what was expected, lately: fast, over a day, over weeks
	last     int64             // Unix milliseconds of the last answer
	sitting  float64           // answers since the last long pause
}

// A habit is how the answers to a card went.
type habit struct {
	day               int32 // of the last answer
	seconds           float32
	surprise          float32
	answers, failures uint32
	lapses, sameDay   uint32
	grade             fsrs.Grade
}

const (
	learningRate = 0.02
	trust        = 0.5   // weight of each model at the start,
	pullToTrust  = 0.05  // and by how much an answer pulls it back there
	pullToZero   = 0.003 // the same of the other weights
	longPause    = 30 * 60 * 1000
	cardRate     = 0.3 // how far an answer moves the surprise of a card
)

// surpriseRates are how far an answer moves the surprises.
var surpriseRates = [3]float64{0.1, 0.02, 0.004}

func newOnline() *online {
	o := &online{}
	o.weights[logitSix], o.weights[logitSeven] = trust, trust
	return o
}

// see takes the next answer of the log, to a card that so far went as h says.
// If it can be foretold, six and seven are the recalls that the models expect,
// and see returns its own, from what came before. Else see returns 0.
func (o *online) see(h *habit, a *answer, foretold bool, six, seven float64) (recall float64) {
	recalled := a.grade > fsrs.Again
	if foretold {
		x := o.look(h, a, six, seven)
		recall = o.recall(&x)
		o.learn(&x, recall, recalled)
		o.wonder(h, (x[logitSix]+x[logitSeven])/2, recalled)
		if !recalled {
			h.lapses++
		}
	}
	if o.last == 0 || a.at-o.last > longPause {
		o.sitting = 0
	}
	o.sitting++
	o.last = a.at
	h.note(a)
	return recall
}

// look returns the features of an answer.
func (o *online) look(h *habit, a *answer, six, seven float64) [features]float64 {
	x := [features]float64{
		constant:     1,
		logitSix:     logit(six),
		logitSeven:   logit(seven),
		surpriseFast: 3 * o.surprise[0],
		surpriseDay:  3 * o.surprise[1],
		surpriseWeek: 3 * o.surprise[2],
		surpriseCard: float64(h.surprise),
		lapses:       logOne(float64(h.lapses)),
		answers:      logOne(float64(h.answers)) / 2,
		sameDay:      logOne(float64(h.sameDay)),
		failures:     float64(h.failures) / float64(max(h.answers, 1)),
		pause:        logOne(float64(a.day)-float64(h.day)) / 3,
		place:        logOne(o.sitting) / 4,
		minutes:      logOne(float64(a.at-o.last)/60_000) / 4,
		seconds:      logOne(min(float64(h.seconds), 600)) / 3,
		morning:      hourWave[a.hour%24],
		midday:       hourWave[(a.hour+6)%24],
	}
	switch h.grade {
	case fsrs.Again:
		x[lastFailed] = 1
	case fsrs.Hard:
		x[lastHard] = 1
	case fsrs.Easy:
		x[lastEasy] = 1
	}
	return x
}

// recall is the probability that the features speak for.
func (o *online) recall(x *[features]float64) float64 {
	sum := 0.0
	for i, v := range x {
		sum += float64(o.weights[i] * v)
	}
	return chance(sum)
}

// learn moves the weights after an answer that was foretold.
func (o *online) learn(x *[features]float64, recall float64, recalled bool) {
	missed := recall - one(recalled)
	for i, v := range x {
		slope := float64(missed * v)
		o.squares[i] += float64(slope * slope)
		if i == logitSix || i == logitSeven {
			slope += float64(pullToTrust * (o.weights[i] - trust))
		} else {
			slope += float64(pullToZero * o.weights[i])
		}
		o.weights[i] -= float64(learningRate*slope) / math.Sqrt(o.squares[i]+0.01)
	}
}

// wonder moves the surprises. expected are the log odds that the models gave.
func (o *online) wonder(h *habit, expected float64, recalled bool) {
	more := one(recalled) - chance(expected)
	for i, rate := range surpriseRates {
		o.surprise[i] += float64(rate * (more - o.surprise[i]))
	}
	h.surprise += float32(cardRate * (more - float64(h.surprise)))
}

// note remembers an answer.
func (h *habit) note(a *answer) {
	if a.day != h.day {
		h.sameDay = 0
	}
	h.sameDay++
	h.answers++
	if a.grade == fsrs.Again {
		h.failures++
	}
	h.day, h.seconds, h.grade = a.day, a.seconds, a.grade
}

// logit is the logarithm of the odds, of nothing quite certain.
func logit(p float64) float64 {
	p = portable.Clamp(p, 0.001, 0.999)
	return portable.Log(p / (1 - p))
}

// chance is the probability with these log odds.
func chance(logit float64) float64 { return 1 / (1 + portable.Exp(-logit)) }

// logOne is ln(1+x), 0 for what is not positive.
func logOne(x float64) float64 { return portable.Log(1 + max(x, 0)) }

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// hourWave is the sine of the hour of the day, a turn in 24 hours.
var hourWave = func() (wave [24]float64) {
	rising := [7]float64{0, 0.2588190451025208, 0.5, 0.7071067811865476, 0.8660254037844386, 0.9659258262890683, 1}
	for i := range wave {
		quarter, rest := i/6, i%6
		if quarter%2 == 1 {
			rest = 6 - rest
		}
		wave[i] = rising[rest]
		if quarter >= 2 {
			wave[i] = -wave[i]
		}
	}
	return wave
}()
