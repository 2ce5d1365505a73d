package scheduler

import (
	"fmt"
	"maps"
	"slices"

	"kartei/scheduler/fsrs"
)

// Options are a learner's choices for a deck. Each has a name under which it
// is set and kept; see [Names].
type Options struct {
	New     int `json:"new"`     // new cards a day
	Reviews int `json:"reviews"` // reviews a day

	Retention   float64  `json:"retention"`    // recall asked for when a card is due
	MaxInterval int      `json:"max_interval"` // days
	Steps       Steps    `json:"steps"`        // of learning; none: the model decides
	Relearning  Steps    `json:"relearning"`   // after a lapse; none: the model decides
	LearnAhead  Delay    `json:"learn_ahead"`  // how early a step may be asked when nothing else is left
	AnswerCap   Delay    `json:"answer_cap"`   // how long an answer counts at most; the log keeps how long it took
	Order       Order    `json:"order"`        // of reviews
	NewOrder    NewOrder `json:"new_order"`    // of new cards
	Mix         Mix      `json:"mix"`          // of reviews and new cards

	BuryNew      bool `json:"bury_new"`      // keep new siblings of an answered card for another day
	BuryReviews  bool `json:"bury_reviews"`  // the same for siblings in review
	BuryLearning bool `json:"bury_learning"` // the same for siblings in steps of a day or more

	Leech        int  `json:"leech"`         // lapses that make a leech; 0: never
	LeechSuspend bool `json:"leech_suspend"` // take leeches out of the queue

	Fuzz     bool     `json:"fuzz"`      // spread intervals a little
	Balance  bool     `json:"balance"`   // spread them towards days with less to do
	EasyDays EasyDays `json:"easy_days"` // weekdays with less to do

	Exam Day     `json:"exam,omitzero"` // the day of the exam; 0: none
	Goal float64 `json:"goal"`          // recall asked for on that day
	Pace Pace    `json:"exam_pace"`     // of new cards and reviews until then

	Model      string    `json:"model"`                // a name of package fsrs
	Parameters []float64 `json:"parameters,omitempty"` // of the model; none: its defaults
	Fitted     string    `json:"fitted,omitempty"`     // names the fit that the parameters come from; empty: they were set, or are the defaults
}

// Order is the order in which reviews are asked.
type Order string

// The orders of reviews.
const (
	OrderUrgent   Order = "urgent"   // lowest recall first
	OrderOldest   Order = "oldest"   // longest overdue first
	OrderShortest Order = "shortest" // shortest interval first
	OrderLongest  Order = "longest"  // longest interval first
	OrderHardest  Order = "hardest"  // highest difficulty first
	OrderEasiest  Order = "easiest"  // lowest difficulty first
	OrderRandom   Order = "random"
)

// NewOrder is the order in which new cards are asked.
type NewOrder string

// The orders of new cards.
const (
	NewAsDeck   NewOrder = "deck"     // as the deck's header says
	NewAuthored NewOrder = "authored" // as they stand in the deck
	NewRandom   NewOrder = "random"
)

// Mix says where new cards stand among the reviews.
type Mix string

// The mixes.
const (
	Mixed    Mix = "mixed"
	NewFirst Mix = "new-first"
	NewLast  Mix = "new-last"
)

// Pace says how much a day may bring while an exam is ahead.
type Pace string

// The paces.
const (
	PacePlan  Pace = "plan"  // as much as the plan needs, at most three times the limits
	PaceLimit Pace = "limit" // no more than the limits
)

// Defaults are the options of a deck for which none were set.
func Defaults() Options {
	return Options{
		New:          20,
		Reviews:      200,
		Retention:    0.9,
		MaxInterval:  fsrs.MaxInterval,
		Steps:        Steps{Minute, 10 * Minute},
		Relearning:   Steps{10 * Minute},
		LearnAhead:   20 * Minute,
		AnswerCap:    60 * Second,
		Order:        OrderUrgent,
		NewOrder:     NewAsDeck,
		Mix:          Mixed,
		BuryNew:      true,
		BuryReviews:  true,
		BuryLearning: true,
		Leech:        8,
		Fuzz:         true,
		Balance:      true,
		Goal:         0.95,
		Pace:         PacePlan,
		Model:        fsrs.FSRS6,
	}
}

// An OptionError says which option cannot have its value, and why.
type OptionError struct {
	Name string
	Err  error
}

func (e *OptionError) Error() string { return e.Err.Error() }
func (e *OptionError) Unwrap() error { return e.Err }

func wrong(name string, err error) error {
	return &OptionError{name, fmt.Errorf("option %s: %w", name, err)}
}

// Validate checks every option, and those that depend on each other. Its
// errors name the option and the value.
func (o Options) Validate() error {
	for _, s := range settings {
		if s.check == nil {
			continue
		}
		if err := s.check(&o); err != nil {
			return wrong(s.name, err)
		}
	}
	if _, err := fsrs.New(o.Model, o.Parameters); err != nil {
		return wrong("parameters", err)
	}
	return nil
}

// Resolve lays settings over the defaults, those of the outermost deck first,
// and validates the result. A setting is a value for a name of [Names].
// Parameters belong to a model: naming another model drops those of the decks
// around.
func Resolve(settings ...map[string]string) (Options, error) {
	o := Defaults()
	for _, level := range settings {
		around := o.Model
		for _, name := range slices.Sorted(maps.Keys(level)) {
			if err := o.Set(name, level[name]); err != nil {
				return o, err
			}
		}
		if _, given := level["parameters"]; o.Model != around && !given {
			o.Parameters = nil
		}
	}
	return o, o.Validate()
}
