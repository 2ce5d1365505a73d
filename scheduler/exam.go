package scheduler

// Waiting is what a deck holds at the beginning of a day.
type Waiting struct {
	Unseen int // cards never answered
	Due    int // reviews
}

const (
	// examStretch is how many times its limits a day may bring before an exam.
	examStretch = 3

	// catchUp is in how many days a backlog of reviews is to be done before an exam.
	catchUp = 5

	// examSlack is at most how many days before it must be the last card is met,
	// and as a share of the days that are left: what is forgotten on the way
	// takes its time.
	examSlack, examSlackShare = 7, 4
)

// Needs is what a day has to bring of the cards that wait for an exam, 0 if
// none is ahead or the options keep to the limits: new cards so that the last
// is met a few days before it is too late for three spaced sessions, and so
// many reviews that none is left undone on the eve.
func (o Options) Needs(today Day, w Waiting) (newCards, reviews int) {
	left := int(o.Exam) - int(today)
	if o.Exam == 0 || left < 1 || o.Pace != PacePlan {
		return 0, 0
	}
	if days := left - examSessions; days > 0 {
		newCards = ceilDiv(w.Unseen, max(1, days-min(examSlack, left/examSlackShare)))
	}
	return newCards, ceilDiv(w.Due, min(left, catchUp))
}

// Stretch is a limit of a day that needs more.
func Stretch(limit, needed int) int { return max(limit, min(needed, examStretch*limit)) }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// examSessions is how many spaced sessions a card is to be recalled in before
// an exam.
const examSessions = 3

// examined moves a window so that the card meets the goal on the day of the
// exam. While sessions are missing they are spread over the days that are
// left. A review that might come too late is taken before the exam, at most as
// long before it as recall then keeps above the goal.
func (a *answer) examined(t target, w window) window {
	if !a.examAhead() {
		return w
	}
	left := int(a.options.Exam) - int(a.now.Day)
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

// examAhead reports whether an exam leaves days to plan for.
func (a *answer) examAhead() bool {
	return a.options.Exam != 0 && int(a.options.Exam)-int(a.now.Day) >= 2
}

func (w window) atMost(days int) window {
	return window{low: min(w.low, days), high: min(w.high, days), interval: min(w.interval, float64(days))}
}
