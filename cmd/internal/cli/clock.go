package cli

import (
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"kartei/scheduler"
)

// A clock is the time and the dice of one run of the program.
type clock struct {
	now      func() time.Time
	seed     uint64
	order    uint64             // of cards that come in random order: always the same, so that what is counted is what is asked
	calendar scheduler.Calendar // of the collection, once it is open
}

// newClock returns the clock of the machine, and dice that were thrown now.
// KARTEI_NOW and KARTEI_SEED fix them, so that a session can be shown or a fault
// reported exactly.
func newClock() (*clock, error) {
	c := &clock{now: time.Now, seed: rand.Uint64(), calendar: scheduler.DefaultCalendar}
	if s := os.Getenv("KARTEI_NOW"); s != "" {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil, usagef("write it as 2026-11-23T09:00:00+01:00", "KARTEI_NOW is not a time: %q", s)
		}
		c.now = func() time.Time { return t }
	}
	if s := os.Getenv("KARTEI_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return nil, usagef("write a whole number from 0 on", "KARTEI_SEED is not a number: %q", s)
		}
		c.seed, c.order = n, n
	}
	return c, nil
}

// moment is now, as the learner lives it.
func (c *clock) moment() scheduler.Moment { return c.calendar.Moment(c.now()) }
