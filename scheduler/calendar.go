package scheduler

import (
	"fmt"
	"time"
)

const (
	daySeconds      = 24 * 60 * 60
	dayMilliseconds = daySeconds * 1000
)

// A Day counts a learner's study days: calendar days since 1970-01-01 of
// wherever the learner was, turning at the rollover (04:00 by default).
type Day int32

// ParseDay reads a day as "2026-12-15".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day: write it as 2026-12-15", s)
	}
	return Day(floorDiv(t.Unix(), daySeconds)), nil
}

// String writes the day as "2026-12-15".
func (d Day) String() string { return d.Midnight().Format(time.DateOnly) }

// Midnight is the day's first instant in UTC, for arithmetic with dates.
func (d Day) Midnight() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return d.Midnight().Weekday() }

// MarshalText writes the day as [Day.String] does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the day as [ParseDay] does.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// A Moment is an instant as a learner lived it. Zone and Day are kept beside
// the instant, so that a replay elsewhere counts the same days.
type Moment struct {
	At   int64 // Unix milliseconds
	Zone int32 // seconds east of UTC
	Day  Day
}

// Time is the instant with the learner's offset from UTC.
func (m Moment) Time() time.Time {
	return time.UnixMilli(m.At).In(time.FixedZone("", int(m.Zone)))
}

// A Calendar tells study days apart. Days turn by the clock on the wall, so
// that daylight saving and travel move them with the learner.
type Calendar struct {
	Rollover time.Duration // wall-clock time at which a day begins: 4 * time.Hour by default
}

// DefaultCalendar turns days at 04:00.
var DefaultCalendar = Calendar{Rollover: 4 * time.Hour}

// Moment is t as lived in t's location.
func (c Calendar) Moment(t time.Time) Moment {
	_, zone := t.Zone()
	at := t.UnixMilli()
	local := at + int64(zone)*1000 - c.Rollover.Milliseconds()
	return Moment{At: at, Zone: int32(zone), Day: Day(floorDiv(local, dayMilliseconds))}
}

// Ends is when m.Day ends, in Unix milliseconds, for one who stays in m.Zone.
func (c Calendar) Ends(m Moment) int64 {
	return (int64(m.Day)+1)*dayMilliseconds + c.Rollover.Milliseconds() - int64(m.Zone)*1000
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
