package scheduler

import (
	"fmt"
	"maps"
	"testing"
)

func TestFuzzRange(t *testing.T) {
	p := policy(t, nil)
	for _, c := range []struct {
		interval  float64
		low, high int
	}{
		{1, 1, 1}, {2.4, 2, 2}, {2.5, 2, 4}, {7, 5, 9}, {20, 17, 23}, {100, 93, 107}, {36500, 34673, 36500},
	} {
		w := p.fuzzed(c.interval, 1, 36500)
		if w.low != c.low || w.high != c.high {
			t.Errorf("fuzz range of %v days is %d..%d, want %d..%d", c.interval, w.low, w.high, c.low, c.high)
		}
	}
}

// Chance makes no interval shorter than the last one that the model lengthens in whole
// days: 2.15 days after 2 are 2, and 2.5 are 3. Where the last one is in the range of
// the new it is the shortest, and a card that comes into review is rounded first.
func TestShortestIntervals(t *testing.T) {
	p := policy(t, nil)
	for _, c := range []struct {
		interval float64
		last     int
		want     int
	}{
		{2.15, 2, 2}, {2.49, 2, 2}, {2.5, 2, 3}, {3.6, 2, 3}, {1.2, 1, 1}, {2.7269483, 4, 4}, {2.7269483, 5, 1}, {4.591988, 4, 5}, {10, 11, 11}, {10, 13, 1},
	} {
		if got := p.noShorter(c.interval, c.last); got != c.want {
			t.Errorf("%v days after %d are at least %d, want %d", c.interval, c.last, got, c.want)
		}
	}
	now := moment(t, "2026-11-23 12:00 +0000")
	learning := Memory{State: Learning, Step: 1, Reps: 1, LastDay: now.Day, Last: now.At}
	a := p.answer("", learning, now, Load{})
	if w := a.window(target{interval: 14.43, memory: Memory{State: Review}}, Good); w.low != 12 || w.high != 16 {
		t.Errorf("14.43 days out of the steps are %d to %d, want those of 14 days", w.low, w.high)
	}
}

// reviewCard is a card in review that is due on the day of now.
func reviewCard(now Moment, interval int, stability float64) Memory {
	return Memory{
		State: Review, Reps: 5, Stability: stability, Difficulty: 5, Sessions: 4,
		DueDay: now.Day, LastDay: now.Day - Day(interval), FirstDay: now.Day - 100,
		Last: now.At - int64(interval)*dayMilliseconds,
	}
}

// spread counts the days that Good gives to a thousand cards like m.
func spread(p *Policy, m Memory, now Moment, load Load) map[int]int {
	days := map[int]int{}
	for i := range 1000 {
		days[p.Apply(fmt.Sprint("card", i), m, Good, now, load).Days]++
	}
	return days
}

func TestFuzzSpreadsOverItsRange(t *testing.T) {
	p := policy(t, nil)
	now := moment(t, "2026-11-23 12:00 +0000")
	days := spread(p, reviewCard(now, 5, 5), now, Load{})
	if len(days) < 4 {
		t.Fatalf("only %d days used: %v", len(days), days)
	}
	for d, n := range days {
		if n < 500/len(days) || n > 2000/len(days) {
			t.Errorf("%d of 1000 cards on day %d: %v", n, d, days)
		}
	}
}

func TestBalancerPrefersFreeDays(t *testing.T) {
	p := policy(t, nil)
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 5, 5)
	load := Load{First: now.Day, Due: make([]int, 91)}
	for i := range load.Due {
		load.Due[i] = 50
	}
	a := p.answer("", m, now, Load{})
	free := a.window(a.aim(Good), Good)
	day := free.high - 1
	load.Due[day] = 5
	if n := spread(p, m, now, load)[day]; n < 900 {
		t.Errorf("%d of 1000 cards on the free day", n)
	}
	load.Due[day] = 50
	load.Siblings = []Day{now.Day + Day(day)}
	if n := spread(p, m, now, load)[day]; n > 5 {
		t.Errorf("%d of 1000 cards on the day of their sibling", n)
	}
	unbalanced := policy(t, map[string]string{"balance": "off"})
	if with, without := spread(unbalanced, m, now, load), spread(unbalanced, m, now, Load{}); !maps.Equal(with, without) {
		t.Errorf("without the balancer, a load makes %v of %v", with, without)
	}
}

func TestEasyDays(t *testing.T) {
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 10, 10)
	reduced := policy(t, map[string]string{"easy-days": "sat sun=minimum"})
	plain, easy := map[int]int{}, map[int]int{}
	for d, n := range spread(policy(t, nil), m, now, Load{}) {
		plain[int((now.Day + Day(d)).Weekday())] += n
	}
	for d, n := range spread(reduced, m, now, Load{}) {
		easy[int((now.Day + Day(d)).Weekday())] += n
	}
	if plain[0] == 0 || easy[0] > 2 {
		t.Errorf("%d of 1000 cards on a Sunday of least work, %d without the option", easy[0], plain[0])
	}
	if easy[6] == 0 || easy[6]*3 > plain[6]*2 {
		t.Errorf("%d of 1000 cards on a reduced Saturday, %d without the option", easy[6], plain[6])
	}
}

func TestLeeches(t *testing.T) {
	var leeches []uint32
	for lapses := range uint32(25) {
		if leech(lapses, 8) {
			leeches = append(leeches, lapses)
		}
	}
	if got := fmt.Sprint(leeches); got != "[8 12 16 20 24]" {
		t.Errorf("leeches at lapses %s, want at 8 and every 4 after", got)
	}
	if leech(8, 0) || !leech(1, 1) || !leech(2, 1) {
		t.Error("threshold 0 means never, 1 every lapse")
	}
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 5, 5)
	m.Lapses = 7
	p := policy(t, map[string]string{"leech-suspend": "on"})
	if o := p.Apply("card", m, Again, now, Load{}); !o.Leech || !o.Suspend || o.Lapses != 8 {
		t.Errorf("the eighth lapse: %+v", o)
	}
	if o := p.Apply("card", m, Hard, now, Load{}); o.Leech || o.Lapse || o.Lapses != 7 {
		t.Errorf("Hard is not a lapse: %+v", o)
	}
	if o := policy(t, map[string]string{"leech-suspend": "off"}).Apply("card", m, Again, now, Load{}); !o.Leech || o.Suspend {
		t.Errorf("a leech that is not to be suspended: %+v", o)
	}
	m.Lapses = 2
	if o := p.Apply("card", m, Again, now, Load{}); o.Leech || o.Suspend || o.Lapses != 3 {
		t.Errorf("the third lapse: %+v", o)
	}
	if o := p.Apply("card", Memory{}, Again, now, Load{}); o.Lapse || o.Lapses != 0 {
		t.Errorf("a new card that was not known: %+v", o)
	}
}

func TestDrawIsTheSameForOneCardAndRepetition(t *testing.T) {
	if Dice("card", 3) != Dice("card", 3) || Dice("card", 3) == Dice("card", 4) || Dice("card", 3) == Dice("cart", 3) {
		t.Error("the dice depend on card and repetition, and on nothing else")
	}
}

func TestDiceDifferByRepetition(t *testing.T) {
	p := policy(t, nil)
	now := moment(t, "2026-11-23 12:00 +0000")
	days := map[int]bool{}
	for reps := range uint32(50) {
		m := reviewCard(now, 10, 10)
		m.Reps = reps + 1
		days[p.Apply("card", m, Good, now, Load{}).Days] = true
	}
	if len(days) < 3 {
		t.Errorf("one card falls on %d different days in 50 repetitions", len(days))
	}
}

func TestGrowingIntervalsGrowByADay(t *testing.T) {
	p := policy(t, nil)
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 20, 20)
	m.DueDay, m.LastDay, m.Difficulty = now.Day+10, now.Day-10, 10 // early, and hard
	for i := range 200 {
		o := p.Apply(fmt.Sprint("card", i), m, Hard, now, Load{})
		if o.Stability <= 20 || o.Stability > 23 {
			t.Fatalf("stability %v: no case of a range that begins below the interval before", o.Stability)
		}
		if o.Days < 21 {
			t.Fatalf("%d days after an interval of 20 that the model lengthens to %v", o.Days, o.Stability)
		}
	}
}

func TestForgettingNeverLengthens(t *testing.T) {
	p := policy(t, map[string]string{"relearning": "none"})
	now := moment(t, "2026-11-23 12:00 +0000")
	m := reviewCard(now, 1, 400) // such as after a cut before an exam
	if o := p.Apply("card", m, Again, now, Load{}); o.Days > 1 {
		t.Errorf("Again waits %d days after an interval of 1", o.Days)
	}
}
