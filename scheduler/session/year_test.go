package session

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kartei/scheduler"
)

// A year of a learner with 5,000 cards, 14 new ones a day and whatever is due,
// whose memory is as the model says: each recall is a throw of the dice with the
// model's probability. The retention reached must be the one asked for. It stays
// behind a little: a card that was forgotten often falls below the asked recall
// within the day, and no interval is shorter than that.
func TestYear(t *testing.T) {
	for _, asked := range []float64{0.85, 0.9, 0.95} {
		t.Run(fmt.Sprint(asked), func(t *testing.T) {
			y := liveYear(t, asked)
			t.Logf("retention asked %.1f %%, reached %.2f %% (%d reviews, mean recall when asked %.2f %%; %.2f %% if all that wait for more than a day met what was asked)",
				100*asked, 100*y.retention(), y.reviews, 100*y.expected/float64(y.reviews), 100*y.possible/float64(y.reviews))
			t.Logf("answers a day by month: %v; median %d, busiest %d", y.months(), y.quantile(0.5), y.quantile(1))
			t.Logf("%d of %d cards introduced, %d lapses, %d leeches", y.introduced, len(y.cards), y.reviews-y.recalled, y.leeches)
			if off := math.Abs(y.retention() - y.possible/float64(y.reviews)); off > 0.005 || math.Abs(y.retention()-asked) > 0.012 {
				t.Errorf("retention is %.2f points off what days allow", 100*off)
			}
			if y.introduced != len(y.cards) {
				t.Errorf("%d cards introduced", y.introduced)
			}
			if busiest, usual := y.quantile(1), y.quantile(0.5); busiest > 2*usual {
				t.Errorf("%d answers on the busiest day, %d on a usual one", busiest, usual)
			}
		})
	}
}

// A year is what a simulated learner did.
type year struct {
	collection
	reviews, recalled int     // first answers of a day to cards in review
	expected          float64 // recalled, by the model
	possible          float64 // the same, had all but those after one day met the retention asked for
	introduced        int
	leeches           int
	days              []int // answers
}

func liveYear(t *testing.T, retention float64) *year {
	y := &year{days: make([]int, 365)}
	y.fill(1, 5000, 1)
	decks := []Deck{{ID: 1, Policy: policy(t, func(o *scheduler.Options) { o.Retention, o.New, o.Reviews = retention, 14, 9999 })}}
	dice := rand.New(rand.NewPCG(1, uint64(1000*retention)))
	for day := range y.days {
		y.live(t, decks, day, dice)
	}
	return y
}

// live lets a day pass.
func (y *year) live(t *testing.T, decks []Deck, day int, dice *rand.Rand) {
	p, clock := decks[0].Policy, start.Add(time.Duration(day)*24*time.Hour)
	for s := open(t, &y.collection, decks, Settings{}, at(clock)); ; {
		step := next(t, s, at(clock))
		if step.Kind == Wait {
			clock = time.UnixMilli(step.Due).UTC()
			continue
		}
		if step.Kind == End {
			break
		}
		grade := y.recall(p, step.Card.Memory, at(clock), dice)
		answer(t, s, &y.collection, grade, at(clock), 8*time.Second)
		y.days[day]++
		clock = clock.Add(8 * time.Second)
	}
	y.log = y.log[len(y.log)-min(len(y.log), 2*y.days[day]):]
}

// What learners answer to a new card, and to one that they recall: the shares
// that the simulator of fsrs-rs takes from Anki's users (src/simulation.rs).
var (
	firstGrades  = []float64{0.24, 0.094, 0.495, 0.171}
	recallGrades = []float64{0, 0.224, 0.631, 0.145}
)

// recall throws the dice for an answer and keeps count.
func (y *year) recall(p *scheduler.Policy, m scheduler.Memory, now scheduler.Moment, dice *rand.Rand) scheduler.Grade {
	if m.State == scheduler.New {
		y.introduced++
		return throw(firstGrades, dice)
	}
	recall := p.Recall(m, now)
	recalled := dice.Float64() < recall
	if m.State == scheduler.Review && m.LastDay < now.Day {
		y.reviews++
		y.expected += recall
		if now.Day-m.LastDay > 1 {
			recall = p.Options().Retention
		}
		y.possible += recall
		if recalled {
			y.recalled++
		} else if m.Lapses+1 == 8 {
			y.leeches++
		}
	}
	if !recalled {
		return scheduler.Again
	}
	return throw(recallGrades, dice)
}

func throw(shares []float64, dice *rand.Rand) scheduler.Grade {
	point := dice.Float64()
	for i, share := range shares {
		if point -= share; point < 0 {
			return scheduler.Again + scheduler.Grade(i)
		}
	}
	return scheduler.Good
}

func (y *year) retention() float64 { return float64(y.recalled) / float64(y.reviews) }

func (y *year) months() []int {
	var out []int
	for month := range slices.Chunk(y.days, 30) {
		sum := 0
		for _, n := range month {
			sum += n
		}
		out = append(out, sum/len(month))
	}
	return out
}

func (y *year) quantile(q float64) int {
	sorted := slices.Sorted(slices.Values(y.days))
	return sorted[int(q*float64(len(sorted)-1))]
}
