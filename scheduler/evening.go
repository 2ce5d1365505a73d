package scheduler

// An Evening is what one sitting before an exam does best: first what would be
// forgotten by then, after that as many new cards as there is room for.
type Evening struct {
	Weak   int     // met cards that would be recalled less than the goal asks for
	Ahead  int     // days ahead of today on which the last of them is due; 0: all are due
	New    int     // new cards, of as many facts
	Unseen int     // new cards that are left
	Before float64 // mean recall on the day of the exam without that sitting
	After  float64 // and with it
}

// newLooks is how many answers a new card takes on the day on which it is met.
const newLooks = 2

// PlanEvening plans a sitting of so many answers today for the exam of the options.
// Facts are those of the cards; of each only one new card is met.
func (p *Policy) PlanEvening(cards []Memory, facts []int64, now Moment, answers int) Evening {
	left := int64(p.options.Exam - now.Day)
	exam := Moment{At: now.At + left*dayMilliseconds, Zone: now.Zone, Day: p.options.Exam}
	after := func(m Memory) float64 { return p.Recall(p.Replay("", m, Good, now, 1), exam) }
	var e Evening
	for _, m := range cards {
		before := p.Recall(m, exam)
		e.Before += before
		e.After += before
		if m.State == New || before >= p.options.Goal || e.Weak >= answers {
			continue
		}
		e.Weak++
		e.Ahead = max(e.Ahead, int(m.DueDay-now.Day))
		e.After += max(0, after(m)-before)
	}
	answers -= e.Weak
	met := map[int64]bool{}
	for i, m := range cards {
		switch {
		case m.State != New:
		case met[facts[i]] || answers < newLooks:
			e.Unseen++
		default:
			met[facts[i]] = true
			answers -= newLooks
			e.New++
			e.After += after(m)
		}
	}
	if n := float64(len(cards)); n > 0 {
		e.Before, e.After = e.Before/n, e.After/n
	}
	return e
}
