package scheduler

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// An ExamPlan is what the days until an exam will look like if the learner studies
// on each of them, and what recall they lead to.
type ExamPlan struct {
	Exam      Day
	Goal      float64      // recall asked for on the day of the exam
	Cards     int          // all cards planned
	LastStart Day          // last day to meet a new card and still recall it in three spaced sessions
	Days      []PlannedDay // today and on, the eve of the exam last
	Recall    float64      // mean recall to expect on the day of the exam
	Ready     int          // cards expected at the goal or above
	Late      int          // cards met after LastStart, or never, though no sibling kept them away on it
	Kept      int          // cards never met, as siblings come before them
	Undone    int          // reviews that the daily limit leaves undone on the eve
	Remedies  []Remedy     // what would meet the goal, all taken together; empty if nothing would, or need not
}

// A PlannedDay is the work of one day.
type PlannedDay struct {
	Day     Day
	New     int // cards met for the first time
	Reviews int // cards in review
}

// A Remedy is an option with the value that a goal needs.
type Remedy struct {
	Around int    // of which deck: 0 is that of the exam, 1 the first of those around it, …
	Option string // a name of [Names]
	Value  string // as [Options.Set] reads it
}

// Met reports whether the plan brings the cards to the goal: each is met in
// time, none is left undone, and mean recall reaches the goal.
func (p ExamPlan) Met() bool {
	return p.Late == 0 && p.Undone == 0 && (p.Cards == 0 || p.Recall >= p.Goal)
}

// Limits are what a day lets in of the cards of a deck with its sub-decks.
type Limits struct{ New, Reviews int }

// ErrNoExam is the error of planning without a day of an exam in the options.
var ErrNoExam = errors.New("no exam is set")

// longestPlan bounds the days that a plan simulates.
const longestPlan = 3660

// PlanExam plans what is left of today and the days after it, for cards that are
// all in one deck with its sub-decks, new cards in the order in which they will
// appear. Cards of one fact come on different days as far as the options say so;
// facts names that of each card, and nil that there are no siblings. The limits of
// the decks around it hold as well; what else lies in these takes none of their
// room. Reviews succeed as the memory model expects, by dice that depend on nothing
// but the cards' order, so that a plan is the same until something is answered.
//
// It fails with [ErrNoExam], and if the exam is not after today or more than
// ten years away.
func (p *Policy) PlanExam(cards []Memory, facts []int64, now Moment, around ...Limits) (ExamPlan, error) {
	o := p.options
	switch left := int(o.Exam) - int(now.Day); {
	case o.Exam == 0:
		return ExamPlan{}, ErrNoExam
	case left == 0:
		return ExamPlan{}, errors.New("the exam is today")
	case left < 0:
		return ExamPlan{}, fmt.Errorf("the exam of %v is over", o.Exam)
	case left > longestPlan:
		return ExamPlan{}, fmt.Errorf("the exam of %v is more than ten years away", o.Exam)
	}
	plan := p.simulate(cards, facts, now, around)
	if plan.Met() {
		return plan, nil
	}
	remedies, err := p.remedies(plan, cards, facts, now, around)
	plan.Remedies = remedies
	return plan, err
}

// remedies looks for options that meet the goal: the plan's own pace, else
// enough new cards a day, no more reviews a day than it then takes, and if days
// are too few, a later exam; then new cards beside their siblings; at last a lower
// goal. Limits around are raised as far as that takes.
func (p *Policy) remedies(plan ExamPlan, cards []Memory, facts []int64, now Moment, around []Limits) ([]Remedy, error) {
	o := p.options
	if o.Pace == PaceLimit {
		o.Pace = PacePlan
		if p.with(o).simulate(cards, facts, now, around).Met() {
			return []Remedy{{Option: "exam-pace", Value: string(PacePlan)}}, nil
		}
		o.Pace = PaceLimit
	}
	newCards := o.meetAll(plan, cards, now.Day)
	wider := make([]Limits, len(around))
	for i, l := range around {
		wider[i] = Limits{max(l.New, newCards), math.MaxInt32}
	}
	limit, reviews := o.Reviews, 0
	o.Reviews = math.MaxInt32
	better := p.with(o).simulate(cards, facts, now, wider)
	if !better.Met() && better.Kept > 0 {
		o.BuryNew = false
		better = p.with(o).simulate(cards, facts, now, wider)
	}
	for _, d := range better.Days {
		reviews = max(reviews, d.Reviews)
	}
	o.Reviews = max(limit, reviews)
	if !better.Met() {
		o.Goal = math.Floor(better.Recall*100) / 100
	}
	if o.Validate() != nil {
		return nil, nil // beyond what can be asked of anyone
	}
	found, err := p.changesTo(o)
	if err != nil {
		return nil, err
	}
	for i, l := range around {
		if wider[i].New > l.New {
			found = append(found, Remedy{i + 1, "new", strconv.Itoa(wider[i].New)})
		}
		if reviews > l.Reviews {
			found = append(found, Remedy{i + 1, "reviews", strconv.Itoa(reviews)})
		}
	}
	return found, nil
}

// meetAll changes options so that all cards are met in time: more new cards a day, or
// a later exam. It returns how many a day has to bring, 0 if none is late.
func (o *Options) meetAll(plan ExamPlan, cards []Memory, today Day) (newCards int) {
	if plan.Late == 0 {
		return 0
	}
	unseen := 0
	for _, m := range cards {
		if m.State == New {
			unseen++
		}
	}
	if o.New == 0 {
		o.New = Defaults().New
	}
	if plan.LastStart < today {
		o.Exam = today + Day((unseen-1)/o.New) + examSessions + 1
		return o.New
	}
	newCards = ceilDiv(unseen, int(plan.LastStart-today)+1)
	o.New = max(o.New, newCards)
	return newCards
}

// changesTo returns the options that have other values in o.
func (p *Policy) changesTo(o Options) (found []Remedy, err error) {
	for _, name := range []string{"exam", "new", "reviews", "bury-new", "goal"} {
		value, err := o.Get(name)
		if err != nil {
			return nil, err
		}
		if before, _ := p.options.Get(name); before != value {
			found = append(found, Remedy{Option: name, Value: value})
		}
	}
	return found, nil
}

// with is the policy with other options of the same model.
func (p *Policy) with(o Options) *Policy {
	return &Policy{options: o, calendar: p.calendar, model: p.model}
}

// A rehearsal simulates the days before an exam.
type rehearsal struct {
	*Policy
	around []Limits
	today  Day
	memory []Memory
	facts  []int64 // of the cards; nil if none has siblings
	names  []string
	due    [][]int // cards by the day they are due, counted from today
	load   []int   // the same as counts, for the load balancer
	unseen []int
	kept   map[int]bool // cards that a sibling kept away on the last day to begin one
	late   int          // cards met after it that were not
}

func (p *Policy) simulate(cards []Memory, facts []int64, now Moment, around []Limits) ExamPlan {
	left := int(p.options.Exam - now.Day)
	r := rehearsal{
		Policy: p, around: around, today: now.Day,
		memory: slices.Clone(cards), facts: facts, names: make([]string, len(cards)),
		due: make([][]int, left), load: make([]int, left),
		kept: make(map[int]bool),
	}
	for i, m := range cards {
		r.names[i] = strconv.Itoa(i)
		if m.State == New {
			r.unseen = append(r.unseen, i)
		} else {
			r.plan(i, m.DueDay)
		}
	}
	plan := ExamPlan{
		Exam: p.options.Exam, Goal: p.options.Goal, Cards: len(cards),
		LastStart: p.options.Exam - examSessions - 1,
	}
	var waiting []int
	for i := range left {
		moment := Moment{At: now.At + int64(i)*dayMilliseconds, Zone: now.Zone, Day: now.Day + Day(i)}
		var day PlannedDay
		day, waiting, plan.Undone = r.live(moment, append(waiting, r.due[i]...))
		plan.Days = append(plan.Days, day)
	}
	plan.Late = r.late
	for _, card := range r.unseen {
		if r.kept[card] {
			plan.Kept++
		} else {
			plan.Late++
		}
	}
	exam := Moment{At: now.At + int64(left)*dayMilliseconds, Zone: now.Zone, Day: p.options.Exam}
	for _, m := range r.memory {
		recall := p.Recall(m, exam)
		plan.Recall += recall / float64(len(cards))
		if recall >= plan.Goal {
			plan.Ready++
		}
	}
	return plan
}

// plan puts a card on the day it is due, today if it is overdue.
func (r *rehearsal) plan(card int, due Day) {
	if i := max(0, int(due-r.today)); i < len(r.due) {
		r.due[i] = append(r.due[i], card)
		r.load[i]++
	}
}

// live lets a day pass, or what is left of it: the most urgent reviews up to the
// limit, then new cards. It returns the reviews that wait for another day, and how
// many of them the limit leaves undone.
func (r *rehearsal) live(now Moment, due []int) (day PlannedDay, waiting []int, undone int) {
	day.Day = now.Day
	met, reviewed, asked := r.answered(now.Day)
	needNew, needReviews := r.options.Needs(now.Day, Waiting{len(r.unseen) + met, len(due) + reviewed})
	newCards, reviews := Stretch(r.options.New, needNew), Stretch(r.options.Reviews, needReviews)
	for _, l := range r.around {
		newCards, reviews = min(newCards, Stretch(l.New, needNew)), min(reviews, Stretch(l.Reviews, needReviews))
	}
	newCards, reviews = newCards-met, reviews-reviewed
	if len(due) > reviews {
		slices.SortStableFunc(due, func(a, b int) int {
			return cmp.Compare(r.Recall(r.memory[a], now), r.Recall(r.memory[b], now))
		})
	}
	for _, card := range due {
		switch {
		case day.Reviews >= reviews:
			waiting, undone = append(waiting, card), undone+1
		case r.keptAway(card, asked):
			waiting = append(waiting, card)
		default:
			r.study(card, now)
			day.Reviews++
		}
	}
	lastStart := r.options.Exam - examSessions - 1
	var unseen []int
	for i, card := range r.unseen {
		if day.New >= newCards {
			unseen = append(unseen, r.unseen[i:]...)
			break
		}
		if r.keptAway(card, asked) {
			unseen = append(unseen, card)
			r.kept[card] = r.kept[card] || now.Day == lastStart
			continue
		}
		r.study(card, now)
		day.New++
		if now.Day > lastStart && !r.kept[card] {
			r.late++
		}
	}
	r.unseen = unseen
	return day, waiting, undone
}

// answered tells how many cards were met today and reviewed today before the
// rehearsal, and which card of a fact was asked.
func (r *rehearsal) answered(day Day) (met, reviewed int, asked map[int64]int) {
	asked = make(map[int64]int)
	if day > r.today {
		return 0, 0, asked
	}
	for card, m := range r.memory {
		if m.State == New || m.LastDay != day {
			continue
		}
		if m.FirstDay == day {
			met++
		} else {
			reviewed++
		}
		if r.facts != nil {
			asked[r.facts[card]] = card
		}
	}
	return met, reviewed, asked
}

// keptAway reports whether a sibling keeps a card from the day; if none does it
// is the one that is asked.
func (r *rehearsal) keptAway(card int, asked map[int64]int) bool {
	if r.facts == nil {
		return false
	}
	apart := r.options.BuryLearning
	switch r.memory[card].State {
	case New:
		apart = r.options.BuryNew
	case Review:
		apart = r.options.BuryReviews
	}
	other, there := asked[r.facts[card]]
	if there && other != card && apart {
		return true
	}
	asked[r.facts[card]] = card
	return false
}

// study answers a card until it is done for the day.
func (r *rehearsal) study(card int, now Moment) {
	m := r.memory[card]
	grade := Good
	if m.State == Review && Dice(r.names[card], uint64(^m.Reps)) >= r.Recall(m, now) {
		grade = Again
	}
	load := Load{First: r.today, Due: r.load}
	for range 2 * 20 { // more than all steps take
		m = r.Apply(r.names[card], m, grade, now, load).Memory
		if m.DueDay > now.Day {
			break
		}
		grade = Good
	}
	r.memory[card] = m
	r.plan(card, m.DueDay)
}
