package fit

import (
	"context"
	"fmt"
	"math"
	"slices"

	"kartei/scheduler/fsrs"
	"kartei/scheduler/internal/portable"
)

const (
	// Least is how many answers of later days it takes to learn anything.
	Least = 64
	// leastFirst are those that it takes to train first stabilities.
	leastFirst = 8
	// worthwhile is the least gain in log loss for which anything is changed.
	worthwhile = 0.001
	// unseenShare is the newest part that judges: one answer of so many.
	unseenShare = 5
)

// Options say what to fit.
type Options struct {
	Model      string    // a name of package fsrs; none: FSRS-6
	Present    []float64 // the parameters in use; none: the model's defaults
	Seen       int64     // Unix milliseconds: the parameters in use were fitted to the answers until then; 0: to none
	Relearning int       // steps after a lapse, which limit FSRS-6's same-day parameters
	Processors int       // to compute on; 0: all. The result does not depend on it
}

// The candidates for a learner's parameters.
const (
	Present  = "present"  // those in use
	Defaults = "defaults" // those of the model
	First    = "first"    // defaults with first stabilities from the log; FSRS-6 only
	All      = "all"      // all parameters trained
)

// A Candidate are parameters that were judged.
type Candidate struct {
	Name string
	Loss float64 // log loss of the newest answers, which the candidate had not seen
	Seen bool    // but it had seen some of them: its loss is too low to compare with
}

// A Result is what a log teaches.
type Result struct {
	Model      string
	Answers    int         // in the log
	Items      int         // of them, those that a model can predict
	Missing    int         // items that it would take to learn anything; 0: there are enough
	Unseen     int         // the newest items, which judged
	Candidates []Candidate // in the order of their names above
	Chosen     string      // the name of the best one
	Parameters []float64   // its parameters, fitted on the whole log; those in use if they are the best
	Before     float64     // log loss of the newest answers with the parameters in use
	After      float64     // with those chosen
}

// Changed reports whether other parameters than those in use were chosen.
func (r *Result) Changed() bool { return r.Chosen != Present && r.Missing == 0 }

// Fit learns parameters from a log. Each candidate is trained on the older
// part of it and judged on the newest fifth, and the best is trained anew on
// everything; so the parameters in use are given up for clearly better ones only.
// Parameters that were fitted to answers of the newest fifth cannot be judged on it:
// they give way to such as are clearly better than the defaults.
//
// It fails if ctx ends first, or if there is no such model. Parameters in use
// that are none of the model's count as its defaults.
func Fit(ctx context.Context, l *Log, o Options) (*Result, error) {
	t, err := newTrainer(ctx, l, o)
	if err != nil {
		return nil, err
	}
	defer t.team.dismiss()
	r, err := t.fit(t.items)
	if err != nil {
		return nil, err
	}
	r.Answers = l.Len()
	return r, nil
}

// fit is [Fit] on some items.
func (t *trainer) fit(items []item) (*Result, error) {
	r := &Result{Model: t.name, Items: len(items), Parameters: slices.Clone(t.present), Chosen: Present}
	if r.Items < Least {
		r.Missing = Least - r.Items
		return r, nil
	}
	r.Unseen = r.Items / unseenShare
	older := items[:r.Items-r.Unseen]
	tried, err := t.candidates(older)
	if err != nil {
		return nil, err
	}
	seen := t.seen >= items[len(older)].at && t.seen > 0
	var base []float64 // losses of the items that judge, by what is to be beaten
	least := 0.0
	for _, c := range tried {
		losses, err := t.losses(c.parameters, items[len(older):])
		if err != nil {
			return nil, err
		}
		loss := mean(losses)
		r.Candidates = append(r.Candidates, Candidate{c.name, loss, seen && c.name == Present})
		switch {
		case c.name == Present:
			r.Before, r.After = loss, loss
			base, least = losses, loss
		case c.name == Defaults && seen:
			base, least = losses, loss
		case loss < least && better(losses, base):
			r.After, r.Chosen, least = loss, c.name, loss
		}
	}
	if r.Parameters, err = t.train(r.Chosen, items); err != nil {
		return nil, err
	}
	if slices.Equal(r.Parameters, t.present) { // nothing new came since they were fitted
		r.Chosen, r.After = Present, r.Before
	}
	return r, nil
}

// better reports whether losses are lower than those of the parameters in use
// by enough to be worth a change, and by more than half of what chance does.
func better(losses, present []float64) bool {
	sum, squares, n := 0.0, 0.0, float64(len(losses))
	for i, loss := range losses {
		gain := present[i] - loss
		sum += gain
		squares += float64(gain * gain)
	}
	gain := sum / n
	chance := math.Sqrt(max(0, squares/n-float64(gain*gain)) / n) // its standard error
	return gain > max(worthwhile, chance/2)
}

// A trainer trains candidates on parts of one log.
type trainer struct {
	*histories
	name       string
	present    []float64
	seen       int64
	relearning int
	method     *method
	origin     []float64 // where training begins; none: where it is pulled to
	team       *team
}

// newTrainer returns a trainer with a team of its own, to be dismissed.
func newTrainer(ctx context.Context, l *Log, o Options) (*trainer, error) {
	team := newTeam(ctx, o.Processors)
	t, err := newTrainerWith(team, l, o)
	if err != nil {
		team.dismiss()
		return nil, err
	}
	return t, nil
}

func newTrainerWith(team *team, l *Log, o Options) (*trainer, error) {
	t := &trainer{name: o.Model, relearning: o.Relearning, seen: o.Seen, team: team}
	switch o.Model {
	case fsrs.FSRS6, "":
		t.name, t.method = fsrs.FSRS6, sixMethod()
	case fsrs.FSRS7:
		t.method = sevenMethod()
	default:
		return nil, fmt.Errorf("unknown memory model %q", o.Model)
	}
	model, err := modelOf(t.name, o.Present)
	if err != nil {
		model, err = modelOf(t.name, nil)
	}
	if err != nil {
		return nil, err
	}
	t.present = model.Parameters()
	t.histories = l.histories(model.WholeDays())
	return t, nil
}

// from is a trainer that goes on from parameters trained on a part of the log a
// little shorter.
func (t *trainer) from(w []float64) *trainer {
	c, m := *t, *t.method
	m.epochs, m.steps, m.rate = 1, 0, m.rate/2
	c.method, c.origin = &m, w
	return &c
}

type candidate struct {
	name       string
	parameters []float64
}

// candidates are trained on some items, those in use first.
func (t *trainer) candidates(items []item) ([]candidate, error) {
	names := []string{Present, Defaults, First, All}
	if t.name != fsrs.FSRS6 {
		names = []string{Present, Defaults, All}
	}
	var all []candidate
	for _, name := range names {
		w, err := t.train(name, items)
		if err != nil {
			return nil, err
		}
		all = append(all, candidate{name, w})
	}
	return all, nil
}

// train returns the parameters of a candidate after some items.
func (t *trainer) train(name string, items []item) ([]float64, error) {
	switch {
	case name == Present:
		return slices.Clone(t.present), nil
	case name == Defaults:
		return fsrs.Defaults(t.name), nil
	case t.name == fsrs.FSRS7:
		return t.trainSeven(items)
	}
	return t.trainSix(items, name == First)
}

// trainSix is compute_parameters of fsrs-rs.
func (t *trainer) trainSix(items []item, firstOnly bool) ([]float64, error) {
	groups, outliers := t.firstIntervals(items)
	var learned []item
	recalled, ended := 0, 0
	for _, it := range items {
		if outliers[t.begin(it.card)] {
			continue
		}
		learned = append(learned, it)
		if t.reviews[it.review].Grade > fsrs.Again {
			recalled++
		}
		if t.firsts[it.card] == it.review {
			ended++
		}
	}
	start := fsrs.Defaults(fsrs.FSRS6)
	if len(learned) < leastFirst {
		return start, nil
	}
	first, count := firstStabilities(groups, float64(recalled)/float64(len(learned)))
	first = fill(first, count)
	copy(start, first[:])
	if firstOnly || len(learned) < Least || len(learned) == ended {
		return start, nil
	}
	weights := t.method.weights(len(learned))
	w, err := t.training(start, t.limitSix).train(t.lessons(learned, weights))
	if err != nil {
		return nil, err
	}
	first = fill([4]float64(w[:4]), count)
	copy(w, first[:])
	return w, nil
}

func (t *trainer) trainSeven(items []item) ([]float64, error) {
	limit := func(w []float64) { fsrs.Limit(fsrs.FSRS7, w) }
	return t.training(fsrs.Defaults(fsrs.FSRS7), limit).train(t.lessons(items, t.method.weights(len(items))))
}

func (t *trainer) training(start []float64, limit func([]float64)) *training {
	return &training{method: t.method, model: t.name, start: start, origin: t.origin, limit: limit, team: t.team}
}

// limitSix keeps parameters within their bounds, and within those by which
// several steps after a lapse do not lift stability above what it was before
// (fsrs-rs parameter_clipper.rs).
func (t *trainer) limitSix(w []float64) {
	fsrs.Limit(fsrs.FSRS6, w)
	w[19] = max(w[19], 0.01)
	if t.relearning > 1 {
		lifted := portable.Log(w[11]) + portable.Log(portable.Pow(2, w[13])-1) + float64(w[14]*0.3)
		highest := math.Sqrt(max(0.01, -lifted/float64(t.relearning)))
		w[17], w[18] = min(w[17], highest), min(w[18], highest)
	}
}
