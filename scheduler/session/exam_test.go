package session

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"kartei/scheduler"
)

// A learner sets the day of an exam, and studies each day until then what is
// asked, with a memory that is as the model says. Where the plan promises the
// goal, the day of the exam keeps it; where it does not, the learner knew.
func TestExam(t *testing.T) {
	for _, test := range []struct {
		name                     string
		cards, days, limit, goal int // goal in percent
		pace                     scheduler.Pace
		around                   int // limit of new cards of the deck around, if there is one
		met                      bool
	}{
		{"within the limits", 300, 30, 20, 95, scheduler.PacePlan, 0, true},
		{"at the plan's pace", 700, 30, 20, 90, scheduler.PacePlan, 0, true},
		{"a week", 100, 8, 20, 90, scheduler.PacePlan, 0, true},
		{"a week, within the limits", 200, 8, 20, 90, scheduler.PaceLimit, 0, false},
		{"tomorrow", 40, 1, 20, 90, scheduler.PacePlan, 0, false},
		{"within the limits around", 300, 30, 20, 95, scheduler.PaceLimit, 8, false},
		{"stretching the limits around", 300, 30, 20, 90, scheduler.PacePlan, 6, true},
		{"far too many", 3000, 20, 20, 90, scheduler.PacePlan, 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			goal := float64(test.goal) / 100
			p := policy(t, func(o *scheduler.Options) {
				o.Exam, o.Goal, o.Pace, o.New = at(start).Day+scheduler.Day(test.days), goal, test.pace, test.limit
			})
			decks, around := []Deck{{ID: 1, Policy: p}}, []scheduler.Limits(nil)
			if test.around > 0 {
				outer := Deck{ID: 2, Policy: policy(t, func(o *scheduler.Options) { o.New = test.around })}
				decks[0].Parent = outer.ID
				decks, around = append(decks, outer), []scheduler.Limits{{New: test.around, Reviews: outer.Policy.Options().Reviews}}
			}
			plan, err := p.PlanExam(make([]scheduler.Memory, test.cards), nil, at(start), around...)
			if err != nil {
				t.Fatal(err)
			}
			y := cramFor(t, decks, test.cards, test.days)
			exam := at(start.Add(time.Duration(test.days) * 24 * time.Hour))
			recall, sessions := 0.0, 0
			for _, it := range y.cards {
				recall += p.Recall(it.Memory, exam) / float64(test.cards)
				if it.Memory.Sessions >= 3 {
					sessions++
				}
			}
			answers, planned := 0, 0
			for i, d := range plan.Days {
				answers, planned = answers+y.days[i], planned+d.New+d.Reviews
			}
			t.Logf("planned: met %v, recall %.1f %%, %d cards asked; lived: recall %.1f %%, %d of %d cards recalled in three sessions, %d met, answers a day %v",
				plan.Met(), 100*plan.Recall, planned, 100*recall, sessions, test.cards, y.introduced, y.days)
			if plan.Met() != test.met {
				t.Errorf("plan: met %v, late %d, undone %d, recall %v", plan.Met(), plan.Late, plan.Undone, plan.Recall)
			}
			if math.Abs(plan.Recall-recall) > 0.03 {
				t.Errorf("%.1f %% will be recalled, %.1f %% were promised", 100*recall, 100*plan.Recall)
			}
			if !test.met {
				return
			}
			if recall < goal {
				t.Errorf("%.1f %% will be recalled", 100*recall)
			}
			if sessions < test.cards*97/100 || y.introduced != test.cards {
				t.Errorf("%d of %d cards met, %d recalled in three sessions", y.introduced, test.cards, sessions)
			}
		})
	}
}

// cramFor lets a learner study each day until an exam, in the first of the decks.
func cramFor(t *testing.T, decks []Deck, cards, days int) *year {
	y := &year{days: make([]int, days)}
	y.fill(1, cards, 1)
	dice := rand.New(rand.NewPCG(7, uint64(cards)))
	for day := range y.days {
		y.live(t, decks, day, dice)
	}
	return y
}

// An exam of a sub-deck stretches the limits around it, not those beside it.
func TestExamOfASubDeck(t *testing.T) {
	c := new(collection)
	c.fill(2, 300, 1)
	c.fill(3, 300, 1)
	exam := func(o *scheduler.Options) { o.Exam = at(start).Day + 20 }
	decks := []Deck{
		{ID: 1, Policy: policy(t, nil)},
		{ID: 3, Parent: 1, Policy: policy(t, nil)},
		{ID: 2, Parent: 1, Policy: policy(t, exam)},
	}
	s := open(t, c, decks, Settings{}, at(start))
	want := 300 / (20 - 3 - 5) // all within the limit around both, which the exam stretched
	if left := s.LeftByDeck(); left[2].New != want || left[3].New != 0 {
		t.Errorf("new cards %+v, want %d of the deck with the exam", left, want)
	}
	answered := drain(t, s, c, scheduler.Easy, at(start))
	if s := open(t, c, decks, Settings{}, at(start)); len(answered) != want || s.Left().Total() != 0 {
		t.Errorf("%d cards were answered, and later that day %+v are left", len(answered), s.Left())
	}
}
