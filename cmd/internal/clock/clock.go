// Package clock is the time and the dice of one run of the program.
package clock

import (
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"kartei/cmd/internal/fault"
	"kartei/scheduler"
)

// A Clock is the time and the dice of one run of the program.
type Clock struct {
	Now      func() time.Time
	Seed     uint64
	Fixed    bool               // the seed was given
	Order    uint64             // of cards that come in random order: always the same, so that what is counted is what is asked
	Calendar scheduler.Calendar // of the collection, once it is open
}

// New returns the clock of the machine, and dice that were thrown now.
// KARTEI_NOW and KARTEI_SEED fix them, so that a session can be shown or a fault
// reported exactly.
func New() (*Clock, error) {
	c := &Clock{Now: time.Now, Seed: rand.Uint64(), Calendar: scheduler.DefaultCalendar}
	if s := os.Getenv("KARTEI_NOW"); s != "" {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, fault.Usagef("write it as 2026-11-23T09:00:00+01:00", "KARTEI_NOW is not a time: %q", s)
		}
		c.Now = func() time.Time { return t }
	}
	if s := os.Getenv("KARTEI_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, fault.Usagef("write a whole number from 0 on", "KARTEI_SEED is not a number: %q", s)
		}
		c.Seed, c.Order, c.Fixed = n, n, true
	}
	return c, nil
}

// Moment is now, as the learner lives it.
func (c *Clock) Moment() scheduler.Moment { return c.Calendar.Moment(c.Now()) }
