package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Ease is how much less there should be to do on a weekday.
type Ease uint8

// The eases of a weekday.
const (
	Normal  Ease = iota
	Reduced      // about half
	Minimum      // as little as can be
)

var easeNames = [...]string{"normal", "reduced", "minimum"}

// easeWeights are the load balancer's weights (Anki rslib load_balancer.rs).
var easeWeights = [...]float64{1, 0.5, 0.0001}

// EasyDays are the eases of the weekdays, from Sunday.
type EasyDays [7]Ease

var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// String writes the days that are not normal, from Monday, or "none".
func (e EasyDays) String() string {
	var words []string
	for i := range 7 {
		day := (time.Monday + time.Weekday(i)) % 7
		if e[day] != Normal {
			words = append(words, weekdays[day]+"="+easeNames[e[day]])
		}
	}
	return orNone(len(words) > 0, strings.Join(words, " "))
}

// MarshalText writes the days as [EasyDays.String] does.
func (e EasyDays) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads "sat=reduced sun=minimum", "sat,sun" (reduced), or "none".
func (e *EasyDays) UnmarshalText(text []byte) error {
	var read EasyDays
	for _, word := range strings.FieldsFunc(strings.ToLower(string(text)),
		func(r rune) bool { return r == ',' || r == ' ' }) {
		if word == none {
			continue
		}
		name, ease, given := strings.Cut(word, "=")
		if !given {
			ease = easeNames[Reduced]
		}
		day, err := parseWeekday(name)
		if err != nil {
			return err
		}
		level := slices.Index(easeNames[:], ease)
		if level < 0 {
			return fmt.Errorf("%q is none of %s", ease, strings.Join(easeNames[:], ", "))
		}
		read[day] = Ease(level)
	}
	*e = read
	return nil
}

// parseWeekday reads "sun" or "sunday".
func parseWeekday(name string) (time.Weekday, error) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name == weekdays[day] || name == strings.ToLower(day.String()) {
			return day, nil
		}
	}
	return 0, fmt.Errorf("%q is not a weekday: write %s", name, strings.Join(weekdays[:], ", "))
}

func (e EasyDays) weight(day Day) float64 { return easeWeights[min(e[day.Weekday()], Minimum)] }
