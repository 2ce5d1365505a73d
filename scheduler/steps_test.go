package scheduler

import (
	"fmt"
	"testing"
	"time"
)

// Every row is a card before an answer and the four buttons that Anki shows.
func TestStepsByAnkisRules(t *testing.T) {
	now := moment(t, "2026-11-23 12:00 +0100")
	learning := func(step uint8) Memory {
		return Memory{State: Learning, Step: step, Reps: 1, Stability: 2.3065, Difficulty: 2.1, Last: now.At - 600_000, LastDay: now.Day, FirstDay: now.Day}
	}
	relearning := func(step uint8) Memory {
		m := learning(step)
		m.State, m.Lapses, m.FirstDay = Relearning, 1, now.Day-10
		return m
	}
	for _, c := range []struct {
		name, steps, relearning string
		before                  Memory
		want                    string
	}{
		{"new", "1m 10m", "10m", Memory{}, "[1m 6m 10m 8d]"},
		{"first step", "1m 10m", "10m", learning(0), "[1m 6m 10m 4d]"},
		{"last step", "1m 10m", "10m", learning(1), "[1m 10m 2d 4d]"},
		{"a step that is no longer there", "1m 10m", "10m", learning(7), "[1m 10m 2d 4d]"},
		{"new, one step", "4m", "10m", Memory{}, "[4m 6m 2d 8d]"},
		{"new, one long step", "4d", "10m", Memory{}, "[4d 5d 5d 8d]"},
		{"three steps", "1m 10m 1h", "10m", learning(1), "[1m 10m 1h 4d]"},
		{"relearning", "1m 10m", "10m", relearning(0), "[10m 15m 2d 4d]"},
		{"relearning, two steps", "1m 10m", "10m 1h", relearning(0), "[10m 35m 1h 4d]"},
		{"new, the model's own times", "none", "none", Memory{}, "[5h 1d 2d 8d]"},
		{"review", "1m 10m", "10m", reviewCard(now, 10, 10), "[10m 23d 1.1mo 1.7mo]"},
		{"review without steps", "1m 10m", "none", reviewCard(now, 10, 10), "[1d 23d 1.1mo 1.7mo]"},
	} {
		p := policy(t, map[string]string{"fuzz": "off", "steps": c.steps, "relearning": c.relearning})
		var buttons [4]string
		for i, o := range p.Preview("card", c.before, now, Load{}) {
			buttons[i] = FormatInterval(o.Wait(now))
		}
		if got := fmt.Sprint(buttons); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLapseRelearnsAndReturns(t *testing.T) {
	p := policy(t, map[string]string{"fuzz": "off"})
	now := moment(t, "2026-11-23 12:00 +0100")
	m := reviewCard(now, 10, 10)
	lapse := p.Apply("card", m, Again, now, Load{})
	if !lapse.Lapse || lapse.State != Relearning || lapse.Lapses != 1 || lapse.Sessions != m.Sessions {
		t.Fatalf("after Again: %+v", lapse)
	}
	later := DefaultCalendar.Moment(now.Time().Add(10 * time.Minute))
	back := p.Apply("card", lapse.Memory, Good, later, Load{})
	if back.State != Review || back.Days < 1 || back.Days >= 10 || back.Lapses != 1 {
		t.Fatalf("after Good: %+v", back)
	}
	if back.Sessions != m.Sessions {
		t.Error("a recall after a failure on the same day is not a session")
	}
}

func TestSessionsCountDays(t *testing.T) {
	p := policy(t, nil)
	now := moment(t, "2026-11-23 12:00 +0100")
	var m Memory
	for range 3 { // new, and twice more on its first day
		m = p.Apply("card", m, Good, now, Load{}).Memory
	}
	if m.Sessions != 0 {
		t.Errorf("%d sessions on the first day", m.Sessions)
	}
	for i := range Day(3) {
		later := now
		later.Day += 10 * (i + 1)
		m = p.Apply("card", m, Good, later, Load{}).Memory
	}
	if m.Sessions != 3 {
		t.Errorf("%d sessions on three later days", m.Sessions)
	}
}

func TestFormatInterval(t *testing.T) {
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{
		-time.Second:                    "0s",
		0:                               "0s",
		45 * time.Second:                "45s",
		59*time.Second + 600*1e6:        "1m",
		time.Minute:                     "1m",
		5*time.Minute + 30*time.Second:  "6m",
		59*time.Minute + 40*time.Second: "1h",
		4 * time.Hour:                   "4h",
		23*time.Hour + 45*time.Minute:   "1d",
		3 * day:                         "3d",
		30 * day:                        "30d",
		730*time.Hour + 30*time.Minute:  "1mo",
		36 * day:                        "1.2mo",
		61 * day:                        "2mo",
		365 * day:                       "12mo",
		365*day + 6*time.Hour:           "1y",
		366 * day:                       "1y",
		767 * day:                       "2.1y",
		36500 * day:                     "99.9y",
	} {
		if got := FormatInterval(d); got != want {
			t.Errorf("%v is shown as %s, want %s", d, got, want)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	p := policy(t, map[string]string{"easy-days": "sun", "exam": "2027-03-01"})
	now := moment(t, "2026-11-23 12:00 +0100")
	m := reviewCard(now, 10, 10)
	load := Load{First: now.Day, Due: make([]int, 90), Siblings: []Day{now.Day + 12}}
	n := testing.AllocsPerRun(100, func() {
		p.Preview("card", m, now, load)
		o := p.Apply("card", m, Good, now, load)
		p.Replay("card", m, Good, now, o.Days)
		p.Replay("card", m, Good, now, 9999)
		p.Recall(m, now)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
