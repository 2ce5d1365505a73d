package scheduler

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests name cities

	"pgregory.net/rapid"
)

// at is a moment by the clock on the wall of a city, with the default rollover.
func at(t *testing.T, city, wall string) Moment {
	t.Helper()
	location, err := time.LoadLocation(city)
	if err != nil {
		t.Fatal(err)
	}
	instant, err := time.ParseInLocation("2006-01-02 15:04", wall, location)
	if err != nil {
		t.Fatal(err)
	}
	return DefaultCalendar.Moment(instant)
}

// reviewed is a card in review that was answered at a moment and is due after
// days.
func reviewed(m Moment, days int) Memory {
	return Memory{
		State: Review, Reps: 3, Stability: float64(days), Difficulty: 5,
		DueDay: m.Day + Day(days), Last: m.At, LastDay: m.Day, FirstDay: m.Day,
	}
}

func wantDay(t *testing.T, what string, m Moment, want string) {
	t.Helper()
	if m.Day.String() != want {
		t.Errorf("%s is day %v, want %s", what, m.Day, want)
	}
}

func TestDayTurnsAtRollover(t *testing.T) {
	wantDay(t, "03:59", at(t, "Europe/Berlin", "2026-11-23 03:59"), "2026-11-22")
	wantDay(t, "04:00", at(t, "Europe/Berlin", "2026-11-23 04:00"), "2026-11-23")
	wantDay(t, "midnight", at(t, "Europe/Berlin", "2026-11-24 00:00"), "2026-11-23")
	// UTC+8: a calendar in UTC would turn at eight in the morning.
	wantDay(t, "07:00 in Singapore", at(t, "Asia/Singapore", "2026-11-23 07:00"), "2026-11-23")
	midnight := Calendar{}
	wantDay(t, "rollover at midnight", midnight.Moment(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)), "2026-11-23")
}

func TestDayOfSpringForward(t *testing.T) {
	// 29 March 2026: 02:00 becomes 03:00, the study day of the 28th has 23 hours.
	wantDay(t, "before the change", at(t, "Europe/Berlin", "2026-03-29 01:59"), "2026-03-28")
	wantDay(t, "after the change", at(t, "Europe/Berlin", "2026-03-29 03:00"), "2026-03-28")
	wantDay(t, "rollover", at(t, "Europe/Berlin", "2026-03-29 04:00"), "2026-03-29")
	wantOneDay(t, at(t, "Europe/Berlin", "2026-03-28 04:30"), at(t, "Europe/Berlin", "2026-03-29 04:30"))
}

func TestDayOfFallBack(t *testing.T) {
	// 25 October 2026: 03:00 becomes 02:00, the study day of the 24th has 25 hours.
	wantDay(t, "rollover", at(t, "Europe/Berlin", "2026-10-25 04:00"), "2026-10-25")
	wantDay(t, "before rollover", at(t, "Europe/Berlin", "2026-10-25 03:59"), "2026-10-24")
	wantOneDay(t, at(t, "Europe/Berlin", "2026-10-24 23:50"), at(t, "Europe/Berlin", "2026-10-25 23:50"))
	early, late := at(t, "Europe/Berlin", "2026-10-24 04:00"), at(t, "Europe/Berlin", "2026-10-25 03:59")
	if p := policy(t, nil); p.elapsed(reviewed(early, 5), late) != 0 {
		t.Error("the 25th hour of a study day is another day")
	}
}

// wantOneDay checks that a day lies between an answer and a later moment, by
// the scheduler's count.
func wantOneDay(t *testing.T, answered, later Moment) {
	t.Helper()
	if got := policy(t, nil).elapsed(reviewed(answered, 5), later); got != 1 {
		t.Errorf("%v days counted, want 1", got)
	}
}

func TestTravelWest(t *testing.T) {
	// Tokyo, Monday morning; nine hours later it is Sunday night in Los Angeles.
	p := policy(t, nil)
	tokyo := at(t, "Asia/Tokyo", "2026-11-23 09:00")
	angeles := at(t, "America/Los_Angeles", "2026-11-23 01:00")
	if angeles.At <= tokyo.At || angeles.Day >= tokyo.Day {
		t.Fatal("the journey should go forward in time and back in days")
	}
	m := reviewed(tokyo, 5)
	if got := p.elapsed(m, angeles); got != 0 {
		t.Errorf("%v days elapsed, want 0", got)
	}
	if r := p.Recall(m, angeles); r != 1 {
		t.Errorf("recall %v on the day of the answer, want 1", r)
	}
	if o := p.Apply("card", m, Good, angeles, Load{}); o.DueDay <= angeles.Day || o.LastDay != angeles.Day {
		t.Errorf("answered on %v, due %v", o.LastDay, o.DueDay)
	}
}

func TestTravelEast(t *testing.T) {
	p := policy(t, nil)
	angeles := at(t, "America/Los_Angeles", "2026-11-22 20:00")
	auckland := at(t, "Pacific/Auckland", "2026-11-24 09:00") // 16 hours later
	if got := p.elapsed(reviewed(angeles, 5), auckland); got != 2 {
		t.Errorf("%v days elapsed by the learner's calendar, want 2", got)
	}
}

func TestReplayElsewhereCountsTheSameDays(t *testing.T) {
	// The log has instant, zone and day; nothing of the replaying machine.
	p := policy(t, nil)
	first := at(t, "Asia/Tokyo", "2026-11-23 03:30")
	second := at(t, "Asia/Tokyo", "2026-11-26 23:30")
	o := p.Apply("card", Memory{}, Easy, first, Load{})
	m := p.Apply("card", o.Memory, Good, second, Load{})
	local := time.Local
	defer func() { time.Local = local }()
	for _, city := range []string{"UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		var err error
		if time.Local, err = time.LoadLocation(city); err != nil {
			t.Fatal(err)
		}
		replayed := p.Replay("card", Memory{}, Easy, first, o.Days)
		if replayed = p.Replay("card", replayed, Good, second, m.Days); replayed != m.Memory {
			t.Errorf("in %s: %+v, want %+v", city, replayed, m.Memory)
		}
	}
}

func TestClockSetBack(t *testing.T) {
	for _, model := range []string{"fsrs-6", "fsrs-7"} {
		p := policy(t, map[string]string{"model": model})
		future := at(t, "Europe/Berlin", "2027-11-23 12:00")
		now := at(t, "Europe/Berlin", "2026-11-23 12:00")
		m := reviewed(future, 10)
		if got := p.elapsed(m, now); got != 0 {
			t.Errorf("%s: %v days elapsed, want 0", model, got)
		}
		for _, o := range p.Preview("card", m, now, Load{}) {
			if o.LastDay != now.Day || o.DueDay < now.Day || o.DueDay > now.Day+100 {
				t.Errorf("%s: answered on %v, due %v; want a plan from the present day", model, o.LastDay, o.DueDay)
			}
		}
	}
}

func TestLeapDays(t *testing.T) {
	february := at(t, "Europe/Berlin", "2028-02-28 12:00")
	wantDay(t, "28 February 2028", february, "2028-02-28")
	if got := (february.Day + 1).String(); got != "2028-02-29" {
		t.Errorf("the day after is %s", got)
	}
	wantOneDay(t, february, at(t, "Europe/Berlin", "2028-02-29 12:00"))
	wantOneDay(t, at(t, "Europe/Berlin", "2028-02-29 12:00"), at(t, "Europe/Berlin", "2028-03-01 12:00"))
}

func TestYear2100(t *testing.T) {
	// No leap year; and beyond 32 bits of seconds.
	february := at(t, "Europe/Berlin", "2100-02-28 12:00")
	wantDay(t, "28 February 2100", february, "2100-02-28")
	if got := (february.Day + 1).String(); got != "2100-03-01" {
		t.Errorf("the day after is %s", got)
	}
	wantOneDay(t, february, at(t, "Europe/Berlin", "2100-03-01 12:00"))
	o := policy(t, nil).Apply("card", reviewed(at(t, "Europe/Berlin", "2099-02-28 12:00"), 365), Easy, february, Load{})
	if o.DueDay < february.Day+366 {
		t.Errorf("due %v", o.DueDay)
	}
}

func TestDaysBefore1970(t *testing.T) {
	wantDay(t, "31 December 1969", at(t, "UTC", "1969-12-31 12:00"), "1969-12-31")
}

func TestStepAcrossRollover(t *testing.T) {
	p := policy(t, map[string]string{"steps": "10m 26h"})
	now := at(t, "Europe/Berlin", "2026-11-24 03:55")
	o := p.Apply("card", Memory{}, Again, now, Load{})
	if o.Days != 1 || o.DueDay != now.Day+1 || o.Due != DefaultCalendar.Ends(now) {
		t.Errorf("10 minutes across the rollover: %d days, due %v at %v", o.Days, o.DueDay, time.UnixMilli(o.Due).UTC())
	}
	sharp := at(t, "Europe/Berlin", "2026-11-24 03:50")
	if o := p.Apply("card", Memory{}, Again, sharp, Load{}); o.Days != 1 {
		t.Errorf("10 minutes to the rollover: %d days, want 1", o.Days)
	}
	noon := at(t, "Europe/Berlin", "2026-11-24 12:00")
	if o := p.Apply("card", Memory{}, Good, noon, Load{}); o.Days != 1 || o.DueDay != noon.Day+1 {
		t.Errorf("26 hours from noon: %d days", o.Days)
	}
	if o := p.Apply("card", Memory{}, Good, now, Load{}); o.Days != 2 {
		t.Errorf("26 hours from 03:55: %d days, want 2", o.Days)
	}
	if o := p.Apply("card", Memory{}, Again, noon, Load{}); o.Days != 0 || o.Due != noon.At+10*60_000 {
		t.Errorf("10 minutes from noon: %d days, due at %v", o.Days, time.UnixMilli(o.Due).UTC())
	}
}

func TestDayEndsWhereTheNextBegins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{Rollover: time.Duration(rapid.IntRange(0, 23*60).Draw(t, "rollover")) * time.Minute}
		zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone"))
		m := c.Moment(time.UnixMilli(rapid.Int64Range(-5e12, 5e12).Draw(t, "at")).In(zone))
		ends := time.UnixMilli(c.Ends(m)).In(zone)
		if next := c.Moment(ends); next.Day != m.Day+1 {
			t.Fatalf("%v ends when %v begins", m.Day, next.Day)
		}
		if last := c.Moment(ends.Add(-time.Millisecond)); last.Day != m.Day || m.At > last.At {
			t.Fatalf("%v ends before %v", m.Day, m.Time())
		}
		if read, err := ParseDay(m.Day.String()); err != nil || read != m.Day {
			t.Fatalf("%v reads as %v, %v", m.Day, read, err)
		}
	})
}

func TestParseDayRejects(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "tomorrow", "2026-1-1", "20261215"} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("%q is read as %v", s, d)
		}
	}
}
