package scheduler

// examSessions is how many spaced sessions a card is to be recalled in before
// an exam.
const examSessions = 3

// examined moves a window so that the card meets the goal on the day of the
// exam. While sessions are missing they are spread over the days that are
// left. A review that might come too late is taken before the exam, at most as
// long before it as recall then keeps above the goal.
func (a *answer) examined(t target, w window) window {
	left := int(a.options.Exam) - int(a.now.Day)
	if a.options.Exam == 0 || left < 2 {
		return w
	}
	if missing := examSessions - int(t.memory.Sessions); missing > 0 {
		w = w.atMost(max(1, left/(missing+1)))
	}
	if w.high < left {
		return w
	}
	reach := int(min(a.model.Interval(t.memory.state(), a.options.Goal), float64(left)))
	if reach >= left {
		return w
	}
	return window{low: left - max(1, reach), high: left - 1, interval: float64(left - 1)}
}

func (w window) atMost(days int) window {
	return window{low: min(w.low, days), high: min(w.high, days), interval: min(w.interval, float64(days))}
}
