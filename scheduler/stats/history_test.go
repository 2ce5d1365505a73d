package stats

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

const today = scheduler.Day(20_000)

func answer(card int64, ago, hour int, before scheduler.State, g scheduler.Grade, days int) Review {
	at := (today - scheduler.Day(ago)).Midnight().Add(time.Duration(hour) * time.Hour)
	return Review{Card: card, Moment: scheduler.DefaultCalendar.Moment(at), Before: before, Grade: g, Days: days, Took: 6 * time.Second}
}

// Recall is of first answers of a day to cards of an earlier day, young or mature by
// the interval that they waited for.
func TestRecall(t *testing.T) {
	h := NewHistory(today, 30)
	for _, r := range []Review{
		answer(1, 40, 9, scheduler.New, scheduler.Good, 0),       // begun
		answer(1, 40, 10, scheduler.Learning, scheduler.Good, 3), // the same day: begun
		answer(1, 37, 9, scheduler.Review, scheduler.Good, 30),   // young, in the year alone
		answer(1, 5, 9, scheduler.Review, scheduler.Again, 0),    // mature, missed, in 7 days
		answer(1, 5, 10, scheduler.Relearning, scheduler.Good, 1),
		answer(1, 0, 9, scheduler.Review, scheduler.Good, 4),
		answer(2, 0, 9, scheduler.New, scheduler.Good, 0),
		answer(2, 0, 10, scheduler.Learning, scheduler.Again, 0),
		answer(3, -2, 10, scheduler.New, scheduler.Again, 0), // of a clock that ran ahead
		{Card: 4, Grade: 9}, // is not a grade
	} {
		h.Add(r)
	}
	h.End()
	type counts [2]int
	got := map[int]map[Age]counts{}
	for _, w := range h.Windows {
		got[w.Days] = map[Age]counts{}
		for _, a := range []Age{Young, Mature} {
			if s := w.Share(a); s.Of > 0 {
				got[w.Days][a] = counts{s.Part, s.Of}
			}
		}
	}
	want := map[int]map[Age]counts{1: {Young: {1, 1}}, 7: {Young: {1, 1}, Mature: {0, 1}}, 30: {Young: {1, 1}, Mature: {0, 1}}, 365: {Young: {2, 2}, Mature: {0, 1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recall (-want +got):\n%s", diff)
	}
	if h.Total.Answers != 9 || h.Today() != (Work{3, 2, 18 * time.Second}) || h.Span().Answers != 5 {
		t.Errorf("total %+v, today %+v, span %+v", h.Total, h.Today(), h.Span())
	}
	if h.Hours[9].Answers != 3 || h.Hours[10].Right != 1 || h.Buttons[Begun][scheduler.Good-1] != 2 || h.Typical() != 6*time.Second {
		t.Errorf("hours %v, buttons %v, typical %v", h.Hours, h.Buttons, h.Typical())
	}
	if costs := h.Costliest(9); len(costs) != 2 || costs[0].Card != 1 || costs[0].Answers != 3 {
		t.Errorf("costs %+v", costs)
	}
	h.Reset(1)
	h.Add(answer(1, 0, 11, scheduler.New, scheduler.Good, 0))
	if h.Windows[0].Recall[Young].Answers != 1 {
		t.Error("the first answer after a reset counts as recall")
	}
}

func TestStreak(t *testing.T) {
	for _, c := range []struct {
		ago       []int
		now, best int
	}{
		{nil, 0, 0},
		{[]int{0}, 1, 1},
		{[]int{1, 2, 3}, 3, 3},
		{[]int{2, 3}, 0, 2},
		{[]int{0, 2, 3, 4}, 1, 3},
		{[]int{0, 1, 3, 4, 5, -1}, 2, 3}, // tomorrow does not count
	} {
		h := NewHistory(today, 30)
		for _, ago := range c.ago {
			h.Learnt(today - scheduler.Day(ago))
		}
		if now, best := h.Streak(); now != c.now || best != c.best {
			t.Errorf("%v: streak %d, best %d; want %d, %d", c.ago, now, best, c.now, c.best)
		}
	}
}

// Nine in ten is said of answers of which it was expected.
func TestSure(t *testing.T) {
	h := NewHistory(today, 30)
	for i := range 40 {
		h.Add(answer(1, 39-i, 9, scheduler.Review, scheduler.Good, 1))
		r := answer(2, 39-i, 9, scheduler.Review, scheduler.Good, 1)
		if r.Expected = 0.9; i%10 == 0 {
			r.Grade = scheduler.Again
		}
		h.Add(r)
	}
	h.End()
	if h.Sure.Of != 30 || h.Sure.Part != 27 || h.Sure.Expected < 0.899 || h.Sure.Expected > 0.901 || h.Sure.Low > 0.9 || h.Sure.High < 0.9 {
		t.Errorf("%+v", h.Sure)
	}
}

func TestSections(t *testing.T) {
	all := []Section{
		{"a", []string{"Title", "One", "x"}, 4, 4, 3.9}, {"a", []string{"Title", "One", "y"}, 4, 4, 2}, {"a", []string{"Title", "Two"}, 9, 2, 0},
		{"b", nil, 1, 0, 0}, {"b", []string{"One"}, 5, 0, 0},
	}
	short := WithoutTitles(all)
	got := Chapters(short, func(deck string) bool { return deck == "a" })
	want := []Section{{"a", []string{"One"}, 8, 8, 5.9}, {"a", []string{"Two"}, 9, 2, 0}, {"b", []string{}, 6, 0, 0}}
	for i := range got {
		got[i].Path = append([]string{}, got[i].Path...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chapters (-want +got):\n%s", diff)
	}
	if weak := Weakest(short, 3); len(weak) != 1 || weak[0].Path[1] != "y" {
		t.Errorf("weakest %+v", weak)
	}
	if bins := (Scale{1, 7}).Count([]float64{0.5, 1, 6.9, 7, 900}); !cmp.Equal(bins, []int{1, 2, 2}) {
		t.Errorf("bins %v", bins)
	}
}
