package scheduler

// Replay returns the memory after a grade of the log. Days is the interval in study
// days that was chosen when the card was graded, 0 for one within the day: it stands,
// whatever the present options would choose. Options act from the next answer on. So
// the memory that [Policy.Apply] led to is what its log leads to under the same
// options; under others the card is remembered by their model and is still due when
// its learner was told. Where steps say when that is within the day, they are the
// present ones.
func (p *Policy) Replay(card string, m Memory, g Grade, at Moment, days int) Memory {
	a := p.answer(card, m, at, Load{})
	t := a.aim(g)
	due := at.Day + Day(days)
	if t.within {
		a.wait(&t.memory, t.delay)
		whole := int(t.delay / wholeDay)
		// A step is the same where the day turned at another hour.
		same := len(p.steps(t.memory.State)) > 0 && (days == whole || days == whole+1)
		if same || t.memory.DueDay == due {
			return t.memory
		}
		t = t.graduated()
		t.memory.Due = 0
	}
	t.memory.DueDay = due
	return t.memory
}

// Replan returns the memory after a grade of the log, had it been given under the
// present options. If these might choose the interval, too, it stands, whatever the
// load balancer saw then; otherwise the card is planned anew, without balancing.
//
// The card is named as it was when it was graded; its name seeds the fuzz.
func (p *Policy) Replan(card string, m Memory, g Grade, at Moment, days int) Memory {
	a := p.answer(card, m, at, Load{})
	t := a.aim(g)
	if t.within {
		a.wait(&t.memory, t.delay)
		return t.memory
	}
	if !a.possible(t, g, days) {
		return p.Apply(card, m, g, at, Load{}).Memory
	}
	t.memory.DueDay = at.Day + Day(days)
	return t.memory
}

// possible reports whether days may have been chosen for a target: whether it
// lies in the fuzz range, or above it where the lower grades may push it.
func (a *answer) possible(t target, g Grade, days int) bool {
	w := a.window(t, g)
	if days <= w.high {
		return w.low <= days
	}
	latest := 0
	for lower := Again; lower < g; lower++ {
		latest = max(latest, a.latest(lower))
	}
	return days <= a.above(latest, g, w).high
}

// latest is the highest number of days that a grade may wait.
func (a *answer) latest(g Grade) int {
	t := a.aim(g)
	if t.within {
		a.wait(&t.memory, t.delay)
		return int(t.memory.DueDay - a.now.Day)
	}
	return a.window(t, g).high
}
