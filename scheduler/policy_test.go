package scheduler

import (
	"testing"
	"time"
)

func moment(t *testing.T, s string) Moment {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", s)
	if err != nil {
		t.Fatal(err)
	}
	return DefaultCalendar.Moment(at)
}

func policy(t *testing.T, settings map[string]string) *Policy {
	t.Helper()
	o, err := Resolve(settings)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPolicy(o, DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestNewCardPassesItsSteps(t *testing.T) {
	p := policy(t, map[string]string{"fuzz": "off"})
	now := moment(t, "2026-11-23 12:00 +0100")
	var labels [4]string
	for i, o := range p.Preview("card", Memory{}, now, Load{}) {
		labels[i] = FormatInterval(o.Wait(now))
	}
	if want := [4]string{"1m", "6m", "10m", "8d"}; labels != want {
		t.Errorf("buttons of a new card are %v, want %v", labels, want)
	}
	m := p.Apply("card", Memory{}, Good, now, Load{}).Memory
	m = p.Apply("card", m, Good, DefaultCalendar.Moment(now.Time().Add(10*time.Minute)), Load{}).Memory
	if m.State != Review || m.DueDay != now.Day+2 {
		t.Errorf("after two times Good: state %d, due %v; want review, due in 2 days", m.State, m.DueDay)
	}
}
