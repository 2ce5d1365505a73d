package scheduler

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func examPolicy(t *testing.T, settings map[string]string) (*Policy, Moment) {
	t.Helper()
	now := moment(t, "2026-11-23 12:00 +0100")
	s := map[string]string{"exam": "2026-12-23"} // in 30 days
	for k, v := range settings {
		s[k] = v
	}
	return policy(t, s), now
}

func TestExamPlanMeetsTheGoal(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"new": "20"})
	plan, err := p.PlanExam(make([]Memory, 200), nil, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("recall %.3f, %d of %d cards ready, days %v", plan.Recall, plan.Ready, plan.Cards, plan.Days)
	if !plan.Met() || plan.Recall < 0.95 || len(plan.Remedies) != 0 {
		t.Errorf("recall %v, late %d, undone %d, remedies %v", plan.Recall, plan.Late, plan.Undone, plan.Remedies)
	}
	if len(plan.Days) != 30 || plan.Days[0].Day != now.Day || plan.Days[29].Day != plan.Exam-1 {
		t.Errorf("%d days planned from %v", len(plan.Days), plan.Days[0].Day)
	}
	for i, d := range plan.Days {
		if want := map[bool]int{true: 20}[i < 10]; d.New != want {
			t.Errorf("%d new cards on day %d, want %d", d.New, i, want)
		}
	}
}

// A learner who never fails brings every card to the goal on the day, each
// with three spaced sessions behind it, however the days are counted down.
func TestExamBringsEveryCardToTheGoal(t *testing.T) {
	for _, model := range []string{"fsrs-6", "fsrs-7"} {
		for _, days := range []Day{4, 5, 7, 10, 14, 30, 61, 180} {
			p, now := examPolicy(t, map[string]string{"model": model})
			p.options.Exam = now.Day + days
			first := now
			for card := range 50 {
				now := first
				name := string(rune('a' + card))
				m := Memory{}
				for ; now.Day < p.options.Exam; now.Day, now.At = now.Day+1, now.At+dayMilliseconds {
					for m.State == New || m.DueDay <= now.Day {
						m = p.Apply(name, m, Good, now, Load{}).Memory
					}
				}
				if m.Sessions < examSessions {
					t.Errorf("%s: %d sessions in %d days", model, m.Sessions, days)
				}
				// In less than a week there is no room for intervals that would do.
				if r := p.Recall(m, now); days >= 7 && r < p.options.Goal {
					t.Errorf("%s: recall %v after %d days", model, r, days)
				}
			}
		}
	}
}

// Whatever is put off to the exam or beyond stands at the goal on that day.
func TestReviewsBeforeTheExam(t *testing.T) {
	for left := Day(2); left < 80; left++ {
		p, now := examPolicy(t, nil)
		p.options.Exam = now.Day + left
		exam := Moment{At: now.At + int64(left)*dayMilliseconds, Day: p.options.Exam}
		for stability := 1.0; stability < 300; stability *= 1.07 {
			m := reviewCard(now, int(stability), stability)
			lower := 0
			for _, o := range p.Preview(fmt.Sprint(left, stability), m, now, Load{}) {
				if o.Days < lower {
					t.Errorf("%d days left, stability %v: %d days after %d for the grade below", left, stability, o.Days, lower)
				}
				lower = o.Days
				if o.State == Review && o.DueDay >= p.options.Exam && p.Recall(o.Memory, exam) < p.options.Goal {
					t.Errorf("%d days left, stability %v: due %d days later with recall %v at the exam", left, stability, o.Days, p.Recall(o.Memory, exam))
				}
			}
		}
	}
}

func TestLastReviewsAreSpread(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"exam": "2027-01-12"}) // in 50 days
	m := reviewCard(now, 40, 40)
	m.Difficulty = 9
	days := spread(p, m, now, Load{})
	if len(days) < 20 {
		t.Errorf("cards that need one more review before the exam use %d days: %v", len(days), days)
	}
	for d := range days {
		if d >= 50 || d < 20 {
			t.Errorf("a review %d days before the exam", 50-d)
		}
	}
}

func TestPlanTakesTheMostUrgentFirst(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"reviews": "1"})
	r := rehearsal{Policy: p, today: now.Day, names: []string{"0", "1", "2"}, memory: []Memory{
		reviewCard(now, 10, 10), reviewCard(now, 10, 2), reviewCard(now, 10, 30),
	}}
	if day, left, _ := r.live(now, []int{0, 1, 2}); day.Reviews != 1 || !slices.Equal(left, []int{0, 2}) {
		t.Errorf("%d reviews, cards %v left; want card 1 reviewed", day.Reviews, left)
	}
}

func TestExamNeedsMoreNewCards(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"new": "4"})
	cards := make([]Memory, 400)
	plan, err := p.PlanExam(cards, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Met() || plan.Late != 400-27*3*4 {
		t.Errorf("late %d, remedies %v", plan.Late, plan.Remedies)
	}
	wantCure(t, p, plan, cards, now, "new")
}

// Too few reviews a day are cured by the exam's own pace, or where that does not
// reach by a higher limit.
func TestExamNeedsMoreReviews(t *testing.T) {
	for cure, set := range map[string]map[string]string{
		"exam-pace": {"new": "50", "reviews": "30", "exam-pace": "limit"},
		"reviews":   {"new": "50", "reviews": "10"},
	} {
		t.Run(cure, func(t *testing.T) {
			p, now := examPolicy(t, set)
			cards := make([]Memory, 300)
			plan, err := p.PlanExam(cards, nil, now)
			if err != nil {
				t.Fatal(err)
			}
			if plan.Met() || plan.Undone == 0 {
				t.Errorf("undone %d", plan.Undone)
			}
			wantCure(t, p, plan, cards, now, cure)
		})
	}
}

// At its own pace the plan meets the goal with limits that would not.
func TestExamStretchesTheLimits(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"new": "10", "reviews": "60"})
	cards := make([]Memory, 400)
	plan, err := p.PlanExam(cards, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	most := PlannedDay{}
	for _, d := range plan.Days {
		most.New, most.Reviews = max(most.New, d.New), max(most.Reviews, d.Reviews)
	}
	t.Logf("recall %.3f, at most %d new cards and %d reviews a day", plan.Recall, most.New, most.Reviews)
	if !plan.Met() || most.New <= 10 || most.New > 30 || most.Reviews > 180 {
		t.Errorf("met %v, late %d, undone %d", plan.Met(), plan.Late, plan.Undone)
	}
	p.options.Pace = PaceLimit
	if plan, err = p.PlanExam(cards, nil, now); err != nil || plan.Met() {
		t.Errorf("within the limits: met %v, error %v", plan.Met(), err)
	}
}

// The limits of the decks around the exam's hold for its plan, too, stretched as
// they are, and where they keep the goal away, the remedies name them.
func TestExamWithinTheLimitsAround(t *testing.T) {
	for _, test := range []struct {
		name          string
		around        []Limits
		pace          Pace
		cards         int
		news, reviews int // at most, a day
		met           bool
		cures         []string
	}{
		{"wide enough", []Limits{{100, 500}}, PaceLimit, 200, 20, 200, true, nil},
		{"stretched", []Limits{{100, 500}, {6, 70}}, PacePlan, 300, 15, 200, true, nil},
		{"few new cards", []Limits{{100, 500}, {5, 200}}, PaceLimit, 200, 5, 200, false, []string{"exam-pace plan"}},
		{"far too few new cards", []Limits{{2, 200}, {1, 200}}, PacePlan, 400, 3, 200, false, []string{"1: new 15", "2: new 15"}},
		{"few reviews", []Limits{{20, 12}}, PacePlan, 400, 20, 36, false, []string{"1: reviews 9*"}},
		{"none at all", []Limits{{0, 0}}, PacePlan, 40, 0, 0, false, []string{"1: new 2", "1: reviews 9*"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, now := examPolicy(t, map[string]string{"exam-pace": string(test.pace)})
			cards := make([]Memory, test.cards)
			plan, err := p.PlanExam(cards, nil, now, test.around...)
			if err != nil {
				t.Fatal(err)
			}
			most := PlannedDay{}
			for _, d := range plan.Days {
				most.New, most.Reviews = max(most.New, d.New), max(most.Reviews, d.Reviews)
			}
			if most.New > test.news || most.Reviews > test.reviews || plan.Met() != test.met {
				t.Errorf("at most %d new cards and %d reviews a day, met %t", most.New, most.Reviews, plan.Met())
			}
			var cures []string
			for _, r := range plan.Remedies {
				cure := r.Option + " " + r.Value
				if r.Around > 0 {
					cure = fmt.Sprintf("%d: %s", r.Around, cure)
				}
				cures = append(cures, cure)
			}
			t.Logf("%d late, %d undone, remedies %q", plan.Late, plan.Undone, cures)
			if !slices.EqualFunc(cures, test.cures, func(got, want string) bool {
				begin, open := strings.CutSuffix(want, "9*")
				return got == want || open && strings.HasPrefix(got, begin)
			}) {
				t.Errorf("remedies %q, want %q", cures, test.cures)
			}
			if !test.met {
				wantCure(t, p, plan, cards, now, "", test.around...)
			}
		})
	}
}

func TestNeedsOfAnExam(t *testing.T) {
	o := Defaults()
	o.Exam = 130
	for _, test := range []struct {
		name          string
		today         Day
		waiting       Waiting
		news, reviews int
	}{
		{"a month ahead", 100, Waiting{400, 50}, 20, 10}, // 400 over 30-3-7 days
		{"nothing left", 100, Waiting{}, 0, 0},
		{"the last day to begin", 126, Waiting{10, 4}, 10, 1},
		{"too late to begin", 127, Waiting{10, 4}, 0, 2},
		{"the eve", 129, Waiting{10, 40}, 0, 40},
		{"the day itself", 130, Waiting{10, 40}, 0, 0},
		{"over", 140, Waiting{10, 40}, 0, 0},
	} {
		if news, reviews := o.Needs(test.today, test.waiting); news != test.news || reviews != test.reviews {
			t.Errorf("%s: %d new cards and %d reviews, want %d and %d", test.name, news, reviews, test.news, test.reviews)
		}
	}
	o.Pace = PaceLimit
	if news, reviews := o.Needs(100, Waiting{400, 50}); news != 0 || reviews != 0 {
		t.Errorf("within the limits: %d new cards and %d reviews", news, reviews)
	}
	if Stretch(20, 30) != 30 || Stretch(20, 100) != 60 || Stretch(20, 5) != 20 || Stretch(0, 100) != 0 {
		t.Error("limits are not stretched to at most three times what they are")
	}
}

func TestExamTooNear(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"exam": "2026-11-25"})
	cards := make([]Memory, 100)
	plan, err := p.PlanExam(cards, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Met() || plan.Late != 100 {
		t.Errorf("late %d", plan.Late)
	}
	wantCure(t, p, plan, cards, now, "exam")
}

// wantCure checks that the remedies of a plan, taken together, meet the goal,
// and that the option is among them, if one is named.
func wantCure(t *testing.T, p *Policy, plan ExamPlan, cards []Memory, now Moment, option string, around ...Limits) {
	t.Helper()
	o, named, wider := p.Options(), option == "", slices.Clone(around)
	for _, r := range plan.Remedies {
		if r.Around > 0 {
			l := Options{New: wider[r.Around-1].New, Reviews: wider[r.Around-1].Reviews}
			if err := l.Set(r.Option, r.Value); err != nil {
				t.Fatal(err)
			}
			wider[r.Around-1] = Limits{l.New, l.Reviews}
		} else if err := o.Set(r.Option, r.Value); err != nil {
			t.Fatal(err)
		}
		named = named || r.Option == option
	}
	better, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	cured, err := better.PlanExam(cards, nil, now, wider...)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("remedies %v lead to recall %.3f", plan.Remedies, cured.Recall)
	if !named || !cured.Met() {
		t.Errorf("remedies %v leave recall %v, late %d, undone %d", plan.Remedies, cured.Recall, cured.Late, cured.Undone)
	}
}

func TestPlanIsTheSameUntilSomethingIsAnswered(t *testing.T) {
	p, now := examPolicy(t, nil)
	cards := make([]Memory, 50)
	for i := range cards[:20] {
		cards[i] = reviewCard(now, 5+i, float64(5+i))
		cards[i].DueDay = now.Day + Day(i) - 10
	}
	a, err := p.PlanExam(cards, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := p.PlanExam(cards, nil, now)
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("two plans differ:\n%s", d)
	}
	if a.Days[0].Reviews != 11 {
		t.Errorf("%d reviews today, want the 11 that are due or overdue", a.Days[0].Reviews)
	}
}

func TestNoPlanWithoutAnExamAhead(t *testing.T) {
	now := moment(t, "2026-11-23 12:00 +0100")
	if _, err := policy(t, nil).PlanExam(nil, nil, now); !errors.Is(err, ErrNoExam) {
		t.Errorf("error %v", err)
	}
	for day, says := range map[string]string{"2026-11-22": "is over", "2026-11-23": "is today", "2050-01-01": "more than ten years away"} {
		if _, err := policy(t, map[string]string{"exam": day}).PlanExam(nil, nil, now); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("exam on %s: error %v", day, err)
		}
	}
}

func BenchmarkPlanExam(b *testing.B) {
	o := Defaults()
	now := Moment{At: 1_795_000_000_000, Day: 20775}
	o.Exam, o.New = now.Day+120, 100
	p, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		b.Fatal(err)
	}
	cards := make([]Memory, 5000)
	for b.Loop() {
		if _, err := p.PlanExam(cards, nil, now); err != nil {
			b.Fatal(err)
		}
	}
}

// Cards of one fact come on different days, as in sessions, and what was answered
// today is no longer ahead.
func TestExamPlanKeepsSiblingsApart(t *testing.T) {
	p, now := examPolicy(t, map[string]string{"new": "40"})
	cards, facts := make([]Memory, 60), make([]int64, 60)
	for i := range facts {
		facts[i] = int64(i / 2)
	}
	plan, err := p.PlanExam(cards, facts, now)
	if err != nil {
		t.Fatal(err)
	}
	if d := plan.Days; d[0].New != 30 || d[1].New+d[1].Reviews != 30 || !plan.Met() {
		t.Errorf("days %v, late %d, undone %d", d[:2], plan.Late, plan.Undone)
	}
	for i := 0; i < len(cards); i += 2 {
		for cards[i].DueDay <= now.Day {
			cards[i] = p.Apply("card", cards[i], Good, now, Load{}).Memory
		}
	}
	if plan, err = p.PlanExam(cards, facts, now); err != nil || plan.Days[0] != (PlannedDay{Day: now.Day}) {
		t.Errorf("after this day's answers %v more of them, error %v", plan.Days[0], err)
	}
	cards = cards[:30:30]
	for i := range cards {
		cards[i], facts[i] = Memory{}, int64(i/10)
	}
	for days := Day(1); days < 15; days++ { // ten cards of each fact are too many for most
		p.options.Exam = now.Day + days
		plan, err := p.PlanExam(cards, facts[:30], now)
		if err != nil {
			t.Fatal(err)
		}
		better := p.options
		for _, r := range plan.Remedies {
			if err := better.Set(r.Option, r.Value); err != nil {
				t.Fatal(err)
			}
		}
		if cured, err := p.with(better).PlanExam(cards, facts[:30], now); err != nil || !cured.Met() {
			t.Errorf("exam in %d days: remedies %v leave late %d, undone %d, recall %.2f, error %v",
				days, plan.Remedies, cured.Late, cured.Undone, cured.Recall, err)
		}
	}
}
