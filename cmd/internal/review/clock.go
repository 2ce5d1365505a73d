package review

import (
	"fmt"
	"time"

	"kartei/scheduler"
)

// smallStep is how far back a clock is set in silence: by a service that keeps
// it right.
const smallStep = time.Minute

// watchClock says that the clock was set back while the session was open. That it
// was set ahead looks like a learner who was away: a new day ends the session.
func (r *Run) watchClock(now scheduler.Moment) {
	back := time.Duration(r.latest-now.At) * time.Millisecond
	if r.latest = now.At; back < smallStep {
		return
	}
	at := time.UnixMilli(now.At).In(time.FixedZone("", int(now.Zone)))
	r.notice(fmt.Sprintf("The clock went back by %v, to %s. What you answered is kept; if the new time is right, "+
		"kartei undo --future takes back what lies after it.", scheduler.Delay(back.Round(time.Minute)),
		at.Format("2 January, 15:04")))
}
