package scheduler

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Delay is a time to wait, written "30s", "10m", "4h" or "1d".
type Delay time.Duration

// Units of delays.
const (
	Second Delay = Delay(time.Second)
	Minute       = 60 * Second
	Hour         = 60 * Minute
)

const (
	wholeDay = 24 * Hour
	maxDelay = 36500 * wholeDay
)

var delayUnits = []struct {
	unit   Delay
	letter string
}{{wholeDay, "d"}, {Hour, "h"}, {Minute, "m"}, {Second, "s"}}

// String writes the delay in the largest unit that divides it; parts of a
// second are dropped.
func (d Delay) String() string {
	for _, u := range delayUnits {
		if d%u.unit == 0 && d != 0 {
			return strconv.FormatInt(int64(d/u.unit), 10) + u.letter
		}
	}
	if d == 0 {
		return "0m"
	}
	return strconv.FormatInt(int64(d/Second), 10) + "s"
}

// MarshalText writes the delay as [Delay.String] does.
func (d Delay) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "30s", "10m", "4h", "1d"; a number alone is minutes.
func (d *Delay) UnmarshalText(text []byte) error {
	number, unit := string(text), Minute
	for _, u := range delayUnits {
		if n, ok := strings.CutSuffix(number, u.letter); ok {
			number, unit = n, u.unit
			break
		}
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || !(f >= 0 && f*float64(unit) < float64(maxDelay)) {
		return fmt.Errorf("%q is not a time to wait: write 30s, 10m, 4h or 1d", text)
	}
	*d = Delay(math.Round(f*float64(unit/Second))) * Second
	return nil
}

// Steps are the delays that a card passes before it waits for whole days.
type Steps []Delay

// String writes the steps as "1m 10m", or "none".
func (s Steps) String() string {
	words := make([]string, len(s))
	for i, d := range s {
		words[i] = d.String()
	}
	return orNone(len(s) > 0, strings.Join(words, " "))
}

// MarshalText writes the steps as [Steps.String] does.
func (s Steps) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads "1m 10m", "1m,10m" or "none".
func (s *Steps) UnmarshalText(text []byte) error {
	fields := strings.FieldsFunc(string(text), func(r rune) bool { return r == ',' || r == ' ' })
	if len(fields) == 1 && fields[0] == none {
		fields = nil
	}
	read := make(Steps, len(fields))
	for i, f := range fields {
		if err := read[i].UnmarshalText([]byte(f)); err != nil {
			return err
		}
	}
	*s = read
	return nil
}

func (s Steps) validate() error {
	if len(s) > 20 {
		return fmt.Errorf("%d steps are too many: at most 20", len(s))
	}
	for i, d := range s {
		if d < Second || d > 365*wholeDay {
			return fmt.Errorf("step %v is not between 1s and 365d", d)
		}
		if i > 0 && d < s[i-1] {
			return fmt.Errorf("step %v is shorter than %v before it", d, s[i-1])
		}
	}
	return nil
}

// at is the step with index i, the last one if the steps became fewer.
func (s Steps) at(i int) Delay { return s[min(i, len(s)-1)] }

// hard is the delay after Hard in step i: the step once more, but halfway to
// the second in the first step, or half again if there is no second (at most
// a day more).
func (s Steps) hard(i int) Delay {
	switch {
	case i > 0:
		return s.at(i)
	case len(s) == 1:
		return min(s[0]+s[0]/2, s[0]+wholeDay)
	}
	return (s[0] + s[1]) / 2
}

// longest is the longest delay that the steps, or the model in their place, lead to.
func (s Steps) longest() Delay {
	if len(s) == 0 {
		return wholeDay / 2
	}
	return max(s[len(s)-1], s.hard(0))
}

// LongestStep is the longest that a card waits for a step.
func (o *Options) LongestStep() Delay { return max(o.Steps.longest(), o.Relearning.longest()) }
