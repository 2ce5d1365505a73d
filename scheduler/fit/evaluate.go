package fit

import (
	"context"
	"math"

	"kartei/scheduler/fsrs"
	"kartei/scheduler/stats"
)

// The ways to foretell answers that [Evaluate] compares.
const (
	Average   = "average"   // how much was recalled before, for every answer
	FSRS6     = "fsrs-6"    // with its default parameters
	InUse     = "in use"    // the parameters in use, which may have seen some of the answers
	Fitted    = "fitted"    // what [Fit] would have chosen before each fold
	FSRS7     = "fsrs-7"    // trained before each fold
	Predicted = "predictor" // the [Predictor], with FSRS-6 trained anew four times a fold
)

const (
	folds          = 5
	refits         = 4   // of the predictor's FSRS-6 in a fold
	leastPerFold   = 20  // items
	resamples      = 200 // of the bootstrap; of large logs, fewer
	largeResamples = 50
	largeLog       = 100_000 // items judged
)

// LeastToEvaluate is how many answers of later days an evaluation takes.
const LeastToEvaluate = leastPerFold * (folds + 1)

// LeastToRange is how many cards it takes to say how far off an estimate may be: of
// fewer, resamples are too much alike, and those of one card all the same.
const LeastToRange = 20

// An Evaluation says how well each method foretells a log.
type Evaluation struct {
	Answers int // in the log
	Items   int // of them, those of later days than the one before
	Missing int // items that an evaluation would still take; 0: there are enough
	Judged  int // items that were foretold: all but the first sixth
	Cards   int // that the items judged are about; of fewer than LeastToRange, estimates have no interval
	Methods []Method
	Curve   []Bin // of the predictor, by rising expectation; bins of few answers are left out
}

// A Method is one way to foretell, and how it did.
type Method struct {
	Name string
	Loss Estimate // log loss: lower is better
	RMSE Estimate // root mean square error over bins: how far off the expected recall is; lower is better
	AUC  Estimate // how well it tells what will be recalled from what will not: 0.5 is chance, 1 is perfect
}

// An Estimate has a 95 % interval, by bootstrap over cards, or none.
type Estimate struct{ Value, Low, High float64 }

// Ranged reports whether the estimate has an interval; else its ends are not numbers.
func (e Estimate) Ranged() bool { return !math.IsNaN(e.Low) }

// A Bin are answers of which about the same was expected.
type Bin struct {
	Expected float64     // mean
	Recalled stats.Share // of the answers in the bin
}

// Evaluate judges each method on five folds in time: everything before a fold
// may be learned from, nothing in it or after it. The first sixth of the log is
// only learned from. progress, if any, is told the share that is done.
func Evaluate(ctx context.Context, l *Log, o Options, progress func(share float64)) (*Evaluation, error) {
	e, err := newEvaluator(ctx, l, o)
	if err != nil {
		return nil, err
	}
	defer e.team.dismiss()
	result := &Evaluation{Answers: l.Len(), Items: len(e.six.items)}
	if result.Items < LeastToEvaluate {
		result.Missing = LeastToEvaluate - result.Items
		return result, nil
	}
	size := result.Items / (folds + 1)
	first := result.Items - folds*size
	if err := e.prepare(first); err != nil {
		return nil, err
	}
	for fold := range folds {
		start := first + fold*size
		if err := e.fold(start, start+size); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(float64(fold+1) / folds)
		}
	}
	judge := newJudge(e.six.histories, e.six.items[first:])
	result.Judged, result.Cards = len(judge.items), judge.cardCount
	for _, name := range []string{Average, FSRS6, InUse, Fitted, FSRS7, Predicted} {
		result.Methods = append(result.Methods, judge.method(name, e.expected[name]))
	}
	result.Curve = judge.curve(e.expected[Predicted])
	return result, nil
}

// An evaluator foretells the items of each fold by every method.
type evaluator struct {
	*trainer  // of the parameters in use
	log       *Log
	six       *trainer
	seven     *trainer
	sevenFrom []int32              // by item: how many of FSRS-7's come before it
	expected  map[string][]float64 // recall of the items of the folds, by method
	predictor replayed
	w6        []float64 // of the predictor's FSRS-6
	by7       []float64 // what FSRS-7 expects of each answer, by its defaults
}

func newEvaluator(ctx context.Context, l *Log, o Options) (e *evaluator, err error) {
	e = &evaluator{log: l, expected: map[string][]float64{}}
	if e.trainer, err = newTrainer(ctx, l, o); err != nil {
		return nil, err
	}
	if e.six, err = newTrainerWith(e.team, l, Options{Relearning: o.Relearning}); err == nil {
		e.seven, err = newTrainerWith(e.team, l, Options{Model: fsrs.FSRS7})
	}
	if err != nil {
		e.team.dismiss()
		return nil, err
	}
	n := int32(0)
	for _, it := range e.six.items {
		for e.seven.items[n].review != it.review {
			n++
		}
		e.sevenFrom = append(e.sevenFrom, n)
	}
	e.predictor = newReplayed(l, e.six.histories)
	return e, nil
}

// fold foretells items from start to end from those before.
func (e *evaluator) fold(start, end int) error {
	known := e.six.items[:start]
	recalled := 0
	for _, it := range known {
		if e.six.recalled(it) {
			recalled++
		}
	}
	for range end - start {
		e.expected[Average] = append(e.expected[Average], float64(recalled)/float64(len(known)))
	}
	r, err := e.six.fit(known)
	if err != nil {
		return err
	}
	if err := e.predict(start, end); err != nil {
		return err
	}
	w7, err := e.seven.train(All, e.seven.items[:e.sevenFrom[start]])
	if err != nil {
		return err
	}
	for name, by := range map[string]struct {
		model string
		w     []float64
	}{FSRS6: {fsrs.FSRS6, nil}, InUse: {e.name, e.present}, Fitted: {fsrs.FSRS6, r.Parameters},
		FSRS7: {fsrs.FSRS7, w7}} {
		recall, err := e.recall(by.model, by.w)
		if err != nil {
			return err
		}
		for _, it := range e.six.items[start:end] {
			e.expected[name] = append(e.expected[name], recall[it.review])
		}
	}
	return nil
}

// recall is what a model expects of each answer of the log.
func (e *evaluator) recall(model string, w []float64) ([]float64, error) {
	m, err := modelOf(model, w)
	if err != nil {
		return nil, err
	}
	if model == fsrs.FSRS7 {
		return e.seven.predict(m), nil
	}
	return e.six.predict(m), nil
}

// prepare lets the predictor learn from the items before the first fold, by the
// models' defaults.
func (e *evaluator) prepare(first int) error {
	by6, err := e.recall(fsrs.FSRS6, nil)
	if err != nil {
		return err
	}
	if e.by7, err = e.recall(fsrs.FSRS7, nil); err != nil {
		return err
	}
	e.predictor.advance(first, by6, e.by7)
	return nil
}

// predict foretells a fold by the predictor. FSRS-7 keeps its defaults: trained, it
// made the predictor no better.
func (e *evaluator) predict(start, end int) error {
	for i := range refits {
		from, to := start+i*(end-start)/refits, start+(i+1)*(end-start)/refits
		by6, err := e.refit(from, i == 0)
		if err != nil {
			return err
		}
		e.expected[Predicted] = append(e.expected[Predicted], e.predictor.advance(to, by6, e.by7)...)
	}
	return nil
}

// refit trains the predictor's FSRS-6 on the items before one, anew or on from the
// last time, and returns the recalls that it expects.
func (e *evaluator) refit(from int, anew bool) (by6 []float64, err error) {
	six := e.six
	if !anew {
		six = six.from(e.w6)
	}
	if e.w6, err = six.train(All, six.items[:from]); err != nil {
		return nil, err
	}
	return e.recall(fsrs.FSRS6, e.w6)
}

// A replayed is the online model on its way through a log.
type replayed struct {
	*online
	log    *Log
	h      *histories
	habits []habit
	next   []int32 // by card: its next answer in the histories
	at     int     // the next answer of the log
	item   int     // the next item
}

func newReplayed(l *Log, h *histories) replayed {
	r := replayed{online: newOnline(), log: l, h: h, habits: make([]habit, len(h.cards))}
	for _, s := range h.cards {
		r.next = append(r.next, s.start)
	}
	return r
}

// advance goes on to an item, and returns what was expected of those before it.
func (r *replayed) advance(to int, by6, by7 []float64) (expected []float64) {
	for ; r.item < to; r.at++ {
		if r.log.forgotten(r.at) {
			continue
		}
		a := &r.log.answers[r.at]
		place := r.next[a.card]
		r.next[a.card]++
		foretold := r.h.items[r.item].review == place
		recall := r.see(&r.habits[a.card], a, foretold, by6[place], by7[place])
		if foretold {
			expected = append(expected, recall)
			r.item++
		}
	}
	return expected
}
