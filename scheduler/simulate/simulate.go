package simulate

import (
	"context"
	"math/rand/v2"
	"strconv"

	"kartei/scheduler"
)

// A Plan is what to play.
type Plan struct {
	Options  scheduler.Options // with the retention to try
	Calendar scheduler.Calendar
	Cards    []scheduler.Memory // today; the zero Memory is a new card
	Today    scheduler.Moment
	Days     int
	Habits   *Habits
	Seed     uint64
}

// A Day is what a day brought.
type Day struct {
	Answers int
	New     int // cards met for the first time
	Seconds float64
}

// An Outcome is where the days lead.
type Outcome struct {
	Days   []Day
	Before float64 // cards that would be recalled today, in the mean
	Known  float64 // the same on the day after the last
	Seen   int     // cards met by then
	Waits  int     // cards due on the last day or before that the limits kept waiting
}

// Answers is how many there were.
func (o *Outcome) Answers() (n int) {
	for _, d := range o.Days {
		n += d.Answers
	}
	return n
}

// Hours is how long they took.
func (o *Outcome) Hours() (hours float64) {
	for _, d := range o.Days {
		hours += d.Seconds / 3600
	}
	return hours
}

// mostADay bounds the answers to one card on one day.
const mostADay = 20

// Run plays a plan. It fails if the options are not valid or ctx ends first.
func Run(ctx context.Context, p Plan) (*Outcome, error) {
	policy, err := scheduler.NewPolicy(p.Options, p.Calendar)
	if err != nil {
		return nil, err
	}
	r := run{
		Plan:   &p,
		policy: policy,
		cards:  append([]scheduler.Memory(nil), p.Cards...),
		due:    make([][]int32, p.Days+1),
		dice:   rand.New(rand.NewPCG(p.Seed, 1)),
	}
	if r.Habits == nil {
		r.Habits = &Habits{}
	}
	for i := range r.cards {
		r.names = append(r.names, strconv.Itoa(i))
		if r.cards[i].State == scheduler.New {
			r.fresh = append(r.fresh, int32(i))
		} else {
			r.put(int32(i), 0)
		}
	}
	o := &Outcome{Before: r.known(p.Today)}
	for day := range p.Days {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o.Days = append(o.Days, r.day(day))
	}
	o.Known = r.known(r.moment(p.Days))
	o.Seen = len(r.cards) - len(r.fresh)
	if p.Days > 0 {
		o.Waits = len(r.waiting)
	}
	return o, nil
}

// A run is a plan being played.
type run struct {
	*Plan
	policy  *scheduler.Policy
	cards   []scheduler.Memory
	names   []string
	fresh   []int32   // new cards, in their order
	due     [][]int32 // by day from today
	waiting []int32   // that were due before and did not have their turn
	dice    *rand.Rand
}

// moment is the hour of today on a day ahead.
func (r *run) moment(day int) scheduler.Moment {
	m := r.Today
	m.At += int64(day) * 86_400_000
	m.Day += scheduler.Day(day)
	return m
}

// put notes the day on which a card is due, at the earliest one day.
func (r *run) put(card int32, earliest int) {
	day := max(earliest, int(r.cards[card].DueDay)-int(r.Today.Day))
	if day < len(r.due) {
		r.due[day] = append(r.due[day], card)
	}
}

// day asks what is due, those that waited longest first, and then new cards.
func (r *run) day(day int) (d Day) {
	now := r.moment(day)
	queue := append(r.waiting, r.due[day]...)
	r.due[day] = nil
	r.waiting = nil
	reviews := 0
	for _, card := range queue {
		if r.cards[card].State == scheduler.Review {
			if reviews == r.Options.Reviews {
				r.waiting = append(r.waiting, card)
				continue
			}
			reviews++
		}
		r.ask(card, day, now, &d)
	}
	for range min(r.Options.New, len(r.fresh)) {
		r.ask(r.fresh[0], day, now, &d)
		r.fresh = r.fresh[1:]
		d.New++
	}
	return d
}

// ask asks a card until it is done for the day.
func (r *run) ask(card int32, day int, now scheduler.Moment, d *Day) {
	m := &r.cards[card]
	for range mostADay {
		s := situationOf(m.State)
		recalled := s == review && r.dice.Float64() < r.policy.Recall(*m, now)
		g := r.Habits.grade(s, recalled, r.dice)
		*m = r.policy.Apply(r.names[card], *m, g, now, scheduler.Load{}).Memory
		d.Answers++
		d.Seconds += r.Habits.time(s, g)
		if m.DueDay > now.Day || m.State == scheduler.Review {
			break
		}
		now.At = max(now.At, m.Due)
	}
	r.put(card, day+1)
}

// known is how many cards would be recalled at a moment, in the mean.
func (r *run) known(at scheduler.Moment) (sum float64) {
	for _, m := range r.cards {
		sum += r.policy.Recall(m, at)
	}
	return sum
}
