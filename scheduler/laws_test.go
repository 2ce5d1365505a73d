package scheduler

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A row is what a log keeps of an answer.
type row struct {
	grade Grade
	at    Moment
	days  int
}

// A life is a card under a policy, with the log of all its answers, each given
// in another state of the load.
type life struct {
	policy *Policy
	log    []row
	memory []Memory // before the first answer, and after each
	now    Moment   // of the next answer
	load   Load     // at that time
}

const lifeCard = "mfrggzdfmztwq2lknnwg"

func (l *life) last() Memory { return l.memory[len(l.memory)-1] }

func (l *life) answer(g Grade) {
	o := l.policy.Apply(lifeCard, l.last(), g, l.now, l.load)
	l.log = append(l.log, row{g, l.now, o.Days})
	l.memory = append(l.memory, o.Memory)
}

// replay reads the first n rows of the log.
func (l *life) replay(p *Policy, n int) Memory {
	var m Memory
	for _, r := range l.log[:n] {
		m = p.Replay(lifeCard, m, r.grade, r.at, r.days)
	}
	return m
}

var epoch = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// drawOptions draws settings that a learner might have.
func drawOptions(t *rapid.T) Options {
	o := Defaults()
	o.Retention = rapid.Float64Range(0.7, 0.99).Draw(t, "retention")
	o.Steps = rapid.SampledFrom([]Steps{o.Steps, {}, {5 * Minute}, {Minute, Hour, 26 * Hour}, {30 * Second, 3 * wholeDay}}).Draw(t, "steps")
	o.Relearning = rapid.SampledFrom([]Steps{o.Relearning, {}, {Minute, 2 * Hour}}).Draw(t, "relearning")
	o.MaxInterval = rapid.SampledFrom([]int{36500, 365, 30, 3}).Draw(t, "max interval")
	o.Fuzz = rapid.Bool().Draw(t, "fuzz")
	o.Balance = rapid.Bool().Draw(t, "balance")
	o.EasyDays = rapid.SampledFrom([]EasyDays{{}, {Reduced, 0, 0, 0, 0, 0, Minimum}}).Draw(t, "easy days")
	o.Model = rapid.SampledFrom([]string{"fsrs-6", "fsrs-6", "fsrs-7"}).Draw(t, "model")
	if rapid.IntRange(0, 3).Draw(t, "has exam") == 0 {
		o.Exam = DefaultCalendar.Moment(epoch).Day + Day(rapid.IntRange(1, 300).Draw(t, "exam"))
	}
	return o
}

// drawLife draws a card that was answered up to 20 times, mostly when due, by
// a learner who travels and whose clock is not always right.
func drawLife(t *rapid.T, o Options) *life {
	p, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	l := &life{policy: p, memory: []Memory{{}}}
	at, zone := epoch, time.UTC
	for n := rapid.IntRange(0, 20).Draw(t, "answers"); ; n-- {
		l.now = DefaultCalendar.Moment(at.In(zone))
		l.load = drawLoad(t, l.now.Day)
		if n == 0 {
			return l
		}
		l.answer(Grade(rapid.IntRange(1, 4).Draw(t, "grade")))
		m := l.last()
		wait := time.Duration(m.Interval()) * 24 * time.Hour
		if m.Due != 0 {
			wait = max(0, time.Duration(m.Due-l.now.At)*time.Millisecond)
		}
		switch rapid.IntRange(0, 9).Draw(t, "when") {
		case 0:
			wait = time.Duration(rapid.Int64Range(-48, 24*400).Draw(t, "hours")) * time.Hour
		case 1:
			zone = time.FixedZone("", rapid.IntRange(-12*4, 14*4).Draw(t, "zone")*900)
		}
		at = at.Add(wait)
	}
}

func drawLoad(t *rapid.T, today Day) Load {
	if rapid.Bool().Draw(t, "no load") {
		return Load{}
	}
	return Load{
		First:    today + Day(rapid.IntRange(-3, 3).Draw(t, "first")),
		Due:      rapid.SliceOfN(rapid.IntRange(0, 300), 0, 100).Draw(t, "due"),
		Siblings: []Day{today + Day(rapid.IntRange(0, 30).Draw(t, "sibling"))},
	}
}

func TestPreviewIsApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		shown := l.policy.Preview(lifeCard, l.last(), l.now, l.load)
		for g := Again; g <= Easy; g++ {
			done := l.policy.Apply(lifeCard, l.last(), g, l.now, l.load)
			if d := cmp.Diff(shown[g-1], done); d != "" {
				t.Fatalf("grade %d (-shown +done):\n%s", g, d)
			}
		}
	})
}

func TestReplayIsLive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		// Every prefix: an answer taken back never happened.
		for n := range l.memory {
			if d := cmp.Diff(l.memory[n], l.replay(l.policy, n)); d != "" {
				t.Fatalf("after %d answers (-live +replayed):\n%s", n, d)
			}
		}
	})
}

func TestReplayUnderOtherOptionsIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		other, err := NewPolicy(drawOptions(t), DefaultCalendar)
		if err != nil {
			t.Fatal(err)
		}
		planned := l.replay(other, len(l.log))
		if d := cmp.Diff(planned, l.replay(other, len(l.log))); d != "" {
			t.Fatalf("two replays differ:\n%s", d)
		}
		// Going on from the new plan keeps log and state together.
		l.policy = other
		l.memory = append(l.memory, planned)
		l.answer(Good)
		if d := cmp.Diff(l.last(), l.replay(other, len(l.log))); d != "" {
			t.Fatalf("after one more answer (-live +replayed):\n%s", d)
		}
	})
}

// A changed retention plans anew; an interval that it might have chosen too
// stands.
func TestReplanPlansAnew(t *testing.T) {
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 30, 30)
	lax, strict := policy(t, nil), policy(t, map[string]string{"retention": "0.97"})
	o := lax.Apply(lifeCard, m, Good, now, Load{})
	planned := strict.Apply(lifeCard, m, Good, now, Load{})
	if planned.Days >= o.Days {
		t.Fatalf("%d days at 97 %%, %d at 90 %%", planned.Days, o.Days)
	}
	if got := strict.Replan(lifeCard, m, Good, now, o.Days); got != planned.Memory {
		t.Errorf("replay at 97 %% keeps %d days, want %d", got.Interval(), planned.Days)
	}
	if got := lax.Replan(lifeCard, m, Good, now, planned.Days); got != o.Memory {
		t.Errorf("replay at 90 %% keeps %d days, want %d", got.Interval(), o.Days)
	}
	if got := lax.Replan(lifeCard, m, Good, now, o.Days-1).Interval(); got != o.Days-1 && got != o.Days {
		t.Errorf("a day less is replayed as %d days, planned were %d", got, o.Days)
	}
}

// Parameters may be such that Hard waits longer than Good would: then Good
// waits as long, beyond its own range. A plan anew, which knows no load, keeps that.
func TestReplanKeepsWhatALowerGradePushed(t *testing.T) {
	p := policy(t, map[string]string{"steps": "none", "parameters": "0.212 20 5 30 6.4133 0.8334 3.0194 0.001 1.8722 0.1666 0.796 " +
		"1.4835 0.0614 0.2629 1.6483 0.6014 1.8729 0.5425 0.0912 0.0658 0.1542"})
	now := moment(t, "2026-11-23 12:00 +0000")
	load := Load{First: now.Day, Due: make([]int, 90)}
	for i := range load.Due {
		load.Due[i] = 1000 - 10*i // the later the freer
	}
	for i := range 300 {
		card := fmt.Sprint("card", i)
		out := p.Preview(card, Memory{}, now, load)
		hard, good := out[Hard-1], out[Good-1]
		if a := p.answer(card, Memory{}, now, load); good.Days <= a.window(a.aim(Good), Good).high || good.Days != hard.Days {
			t.Fatalf("Hard waits %d days, Good %d", hard.Days, good.Days)
		}
		if got := p.Replan(card, Memory{}, Good, now, good.Days); got != good.Memory {
			t.Fatalf("replayed as %d days, chosen were %d", got.Interval(), good.Days)
		}
	}
}

func TestUndoneAnswerNeverHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		straight := l.policy.Preview(lifeCard, l.last(), l.now, l.load)
		before := len(l.log)
		l.answer(Grade(rapid.IntRange(1, 4).Draw(t, "mistaken")))
		back := l.replay(l.policy, before)
		if d := cmp.Diff(straight, l.policy.Preview(lifeCard, back, l.now, l.load)); d != "" {
			t.Fatalf("outcomes after undo (-straight +undone):\n%s", d)
		}
	})
}

func TestIntervalsRiseWithTheGrade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		l := drawLife(t, o)
		out := l.policy.Preview(lifeCard, l.last(), l.now, l.load)
		for g := Hard; g <= Easy; g++ {
			low, high := out[g-2], out[g-1]
			if o.Exam != 0 && low.State != Review {
				continue // a configured step of days may pass the exam, an interval not
			}
			if high.Wait(l.now) < low.Wait(l.now) {
				t.Fatalf("grade %d waits %v, the grade below %v", g, high.Wait(l.now), low.Wait(l.now))
			}
			a := l.policy.answer(lifeCard, l.last(), l.now, l.load)
			room := a.window(a.aim(g), g).high > low.Days
			if g > Hard && low.Days > 0 && high.State == Review && room && high.Days <= low.Days {
				t.Fatalf("grade %d waits %d days, the grade below %d", g, high.Days, low.Days)
			}
		}
	})
}

func TestAgainNeverLengthens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		l := drawLife(t, o)
		before := l.last()
		again := l.policy.Apply(lifeCard, before, Again, l.now, l.load)
		if before.State == Review && again.Days > max(1, before.Interval()) {
			t.Fatalf("Again waits %d days after an interval of %d", again.Days, before.Interval())
		}
		if before.State != New && again.Stability > before.Stability {
			t.Fatalf("Again raised stability from %v to %v", before.Stability, again.Stability)
		}
	})
}

func TestRecallFallsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		m, now := l.last(), l.now
		before := l.policy.Recall(m, now)
		if m.State == New && before != 0 {
			t.Fatalf("a new card is recalled with %v", before)
		}
		for range 20 {
			hours := rapid.Int64Range(0, 24*100).Draw(t, "hours")
			now = DefaultCalendar.Moment(now.Time().Add(time.Duration(hours) * time.Hour))
			after := l.policy.Recall(m, now)
			if after > before || after < 0 || after > 1 {
				t.Fatalf("recall went from %v to %v", before, after)
			}
			before = after
		}
	})
}

func TestRecallAfterTheStability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		days := l.policy.Stability(l.last())
		if l.last().State == New {
			if days != 0 {
				t.Fatalf("a new card is stable for %v days", days)
			}
			return
		}
		if r := l.policy.model.Recall(l.last().state(), days); days < 36500 && math.Abs(r-0.9) > 1e-9 {
			t.Fatalf("recall after the stability of %v days is %v", days, r)
		}
	})
}

func TestIntervalsKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := drawOptions(t)
		l := drawLife(t, o)
		for _, out := range l.policy.Preview(lifeCard, l.last(), l.now, l.load) {
			if out.Days < 0 || out.Days > o.MaxInterval {
				t.Fatalf("%d days, at most %d allowed", out.Days, o.MaxInterval)
			}
			if out.State == Review && out.Days < 1 {
				t.Fatal("a review within the day")
			}
			if out.DueDay != l.now.Day+Day(out.Days) {
				t.Fatalf("due on %v, %d days after %v", out.DueDay, out.Days, l.now.Day)
			}
		}
	})
}

// Whatever the load, a review stays in its fuzz range, or waits as long as the
// grade below if that lies beyond.
func TestBalancerKeepsTheFuzzRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t, drawOptions(t))
		out := l.policy.Preview(lifeCard, l.last(), l.now, drawLoad(t, l.now.Day))
		below := 0
		for g := Again; g <= Easy; g++ {
			o := out[g-1]
			a := l.policy.answer(lifeCard, l.last(), l.now, Load{})
			if o.State == Review {
				if w := a.window(a.aim(g), g); !w.holds(o.Days) && (below <= w.high || o.Days != below) {
					t.Fatalf("grade %d: %d days is not in %d..%d", g, o.Days, w.low, w.high)
				}
			}
			below = o.Days
		}
	})
}
