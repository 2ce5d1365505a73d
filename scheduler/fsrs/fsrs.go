package fsrs

import "fmt"

// Grade is a learner's answer to a card.
type Grade uint8

// The four grades, as on the buttons and in the log.
const (
	Again Grade = 1 + iota
	Hard
	Good
	Easy
)

// String is the word on the grade's button.
func (g Grade) String() string {
	if g < Again || g > Easy {
		return fmt.Sprintf("grade %d", uint8(g))
	}
	return [...]string{"Again", "Hard", "Good", "Easy"}[g-Again]
}

// State is what a model remembers of one card. The zero value is a card that
// was never answered.
type State struct {
	Stability  float64 // days; 0 means no memory yet
	Fast       float64 // FSRS-7 only: the fast stability, days
	Difficulty float64 // 1 to 10
}

// A Model predicts recall and how it changes with an answer. Models are
// immutable and may be shared; none of their methods allocates.
type Model interface {
	// Name is the model's name as in the options: "fsrs-6".
	Name() string
	// Parameters returns a copy of the model's weights.
	Parameters() []float64
	// WholeDays says that elapsed times are counted in whole study days,
	// 0 for an answer on the same day; otherwise they are exact.
	WholeDays() bool
	// ShortTerm says that the model can plan reviews within the day.
	ShortTerm() bool
	// Step returns the state after an answer, days after the one before.
	// From the zero State it is the first answer and days is ignored.
	Step(s State, g Grade, days float64) State
	// Recall is the probability of recall, days after the last answer.
	// It is 0 for the zero State.
	Recall(s State, days float64) float64
	// Interval is the time in days after which recall falls to retention,
	// unrounded and not limited to MaxInterval.
	Interval(s State, retention float64) float64
	// FromSM2 estimates the state of a card that SM-2 scheduled with an ease
	// factor (2.5 is the usual one) and an interval in days, after which recall
	// is taken to be retention.
	FromSM2(ease, interval, retention float64) State
	// FromStability is the state of a card of which another program says in
	// how many days recall falls to 90 %, and how difficult it is (1 to 10; 0 is
	// unknown and becomes 5).
	FromStability(days, difficulty float64) State
}

// MaxInterval bounds intervals and stabilities, in days.
const MaxInterval = 36500

// The names of the models.
const (
	FSRS6 = "fsrs-6"
	FSRS7 = "fsrs-7" // experimental: no release upstream, its parameters may change
)

// New returns the model of a name with the given parameters, or with the
// default ones if there are none.
func New(name string, parameters []float64) (Model, error) {
	switch name {
	case FSRS6:
		return NewSix(parameters)
	case FSRS7:
		return NewSeven(parameters)
	}
	return nil, fmt.Errorf("unknown memory model %q: it is %s or %s", name, FSRS6, FSRS7)
}
