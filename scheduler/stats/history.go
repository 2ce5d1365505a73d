package stats

import (
	"cmp"
	"slices"
	"time"

	"kartei/scheduler"
)

// A Review is an answer in a review.
type Review struct {
	Card     int64 // any number that stands for the card
	Moment   scheduler.Moment
	Before   scheduler.State // of the card
	Grade    scheduler.Grade
	Days     int           // the interval that was chosen, 0 within the day
	Took     time.Duration // as long as it counts
	Expected float64       // recall that was foretold; 0: it was not
}

// Right reports whether the card was known.
func (r *Review) Right() bool { return r.Grade > scheduler.Again }

// Work is what some answers came to.
type Work struct {
	Answers int
	Right   int // not Again
	Time    time.Duration
}

func (w *Work) add(r *Review) {
	w.Answers++
	w.Time += r.Took
	if r.Right() {
		w.Right++
	}
}

// An Age is how far along a card was when it was answered.
type Age uint8

// The ages. A card that comes back on a later day is young until it has waited for
// scheduler.Mature days.
const (
	Begun Age = iota // new, or in its steps
	Young
	Mature
	Ages
)

// Recall counts first answers of a day to cards that were met on an earlier one, by
// the age of the card; Begun has none.
type Recall [Ages]Work

// A Window is the recall of the last days.
type Window struct {
	Days int // 1 is today alone
	Recall
}

// Share is the recall at an age.
func (w *Window) Share(a Age) Share { return ShareOf(w.Recall[a].Right, w.Recall[a].Answers) }

// windows are how many days back recall is shown for.
var windows = [4]int{1, 7, 30, 365}

// A Cost is what a card took.
type Cost struct {
	Card int64
	Work
}

// A History sums up the answers of a learner. [NewHistory] begins one.
type History struct {
	Days    []Work // the last of them is today
	Windows [len(windows)]Window
	Buttons [Ages][4]int // answers by age and grade
	Hours   [24]Work     // by the learner's clock
	Sure    Sure
	Total   Work // of the whole log, not only of the days

	today scheduler.Day
	cards map[int64]*past
	took  []int32 // tenths of a second of each answer of the days
	seen  map[scheduler.Day]bool
}

// past is what is known of a card's answers.
type past struct {
	last scheduler.Day // of the last answer
	days int32         // the interval that was chosen then
	cost Work
}

// Sure are answers of which about nine in ten were expected to be right.
type Sure struct {
	Share
	Expected float64 // mean
}

// What counts as about nine in ten.
const (
	sureFrom = 0.875
	sureTo   = 0.925
)

// NewHistory begins the history of so many days up to today.
func NewHistory(today scheduler.Day, days int) *History {
	h := &History{today: today, Days: make([]Work, days), cards: map[int64]*past{}, seen: map[scheduler.Day]bool{}}
	for i, n := range windows {
		h.Windows[i].Days = n
	}
	return h
}

// Reset says that a card begins anew.
func (h *History) Reset(card int64) {
	if p := h.cards[card]; p != nil {
		p.last, p.days = 0, 0
	}
}

// Place says that a card was learned elsewhere, and waits for so many days.
func (h *History) Place(card int64, last scheduler.Day, days int) {
	p := h.card(card)
	p.last, p.days = last, int32(days)
}

func (h *History) card(card int64) *past {
	p := h.cards[card]
	if p == nil {
		p = &past{}
		h.cards[card] = p
	}
	return p
}

// Learnt says that something else was answered on a day: it counts for the run.
func (h *History) Learnt(day scheduler.Day) { h.seen[day] = true }

// Add takes the next answer, in the order of the log. Those of later days than today
// count for no day.
func (h *History) Add(r Review) {
	if r.Grade < scheduler.Again || r.Grade > scheduler.Easy {
		return
	}
	p := h.card(r.Card)
	age, later := Begun, p.last != 0 && r.Moment.Day > p.last
	switch {
	case later && p.days >= scheduler.Mature:
		age = Mature
	case later, r.Before == scheduler.Review:
		age = Young
	}
	h.Total.add(&r)
	h.seen[r.Moment.Day] = true
	if back := int(h.today - r.Moment.Day); back >= 0 {
		h.recall(&r, age, back, later)
		h.count(&r, age, back, p)
	}
	p.last, p.days = r.Moment.Day, int32(r.Days)
}

// recall counts a first answer of a day.
func (h *History) recall(r *Review, age Age, back int, later bool) {
	if !later {
		return
	}
	for i := range h.Windows {
		if back < h.Windows[i].Days {
			h.Windows[i].Recall[age].add(r)
		}
	}
	if back < len(h.Days) && r.Expected >= sureFrom && r.Expected < sureTo {
		h.Sure.Of++
		h.Sure.Expected += r.Expected
		if r.Right() {
			h.Sure.Part++
		}
	}
}

// count counts an answer of the days that are looked at.
func (h *History) count(r *Review, age Age, back int, p *past) {
	if back >= len(h.Days) {
		return
	}
	h.Days[len(h.Days)-1-back].add(r)
	h.Buttons[age][r.Grade-1]++
	h.Hours[r.Moment.Time().Hour()].add(r)
	h.took = append(h.took, int32(r.Took/(time.Second/10)))
	p.cost.add(r)
}

// End ends the history: nothing may be added after it.
func (h *History) End() {
	if h.Sure.Of > 0 {
		h.Sure.Expected /= float64(h.Sure.Of)
		h.Sure.Share = ShareOf(h.Sure.Part, h.Sure.Of)
	}
	slices.Sort(h.took)
}

// Span is the sum of the days.
func (h *History) Span() (sum Work) {
	for _, w := range h.Days {
		sum.Answers += w.Answers
		sum.Right += w.Right
		sum.Time += w.Time
	}
	return sum
}

// Today is what the last of the days came to.
func (h *History) Today() Work { return h.Days[len(h.Days)-1] }

// Typical is the median time of an answer of the days, 0 without any.
func (h *History) Typical() time.Duration {
	if len(h.took) == 0 {
		return 0
	}
	return time.Duration(h.took[(len(h.took)-1)/2]) * (time.Second / 10)
}

// Learned is on how many of the last days something was answered.
func (h *History) Learned(days int) (n int) {
	for i := range days {
		if h.seen[h.today-scheduler.Day(i)] {
			n++
		}
	}
	return n
}

// Streak is how many days in a row up to today, or yesterday, had an answer, and how
// many the longest run had.
func (h *History) Streak() (now, best int) {
	days := make([]scheduler.Day, 0, len(h.seen))
	for d := range h.seen {
		if d <= h.today {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	run := 0
	for i, d := range days {
		if i == 0 || d != days[i-1]+1 {
			run = 0
		}
		run++
		best = max(best, run)
		if d >= h.today-1 {
			now = run
		}
	}
	return now, best
}

// Costliest are the cards that took longest in the days, the longest first.
func (h *History) Costliest(n int) []Cost {
	all := make([]Cost, 0, len(h.cards))
	for card, p := range h.cards {
		if p.cost.Answers > 0 {
			all = append(all, Cost{card, p.cost})
		}
	}
	slices.SortFunc(all, func(a, b Cost) int {
		return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.Answers-b.Right, a.Answers-a.Right),
			cmp.Compare(a.Card, b.Card))
	})
	return all[:min(n, len(all))]
}
