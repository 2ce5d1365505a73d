package ankihistory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// A parityRun is histories under one set of options, in Anki's words and in ours.
type parityRun struct {
	name      string
	histories int
	anki      string
	ours      map[string]string
}

var parityRuns = []parityRun{
	{"defaults", 160, `{"learn":[1,10],"relearn":[10],"retention":0.9,"parameters":[],"longest":36500}`, nil},
	{"own parameters", 100, `{"learn":[1,10],"relearn":[10],"retention":0.85,"longest":36500,"parameters":[0.3,1.1,3,10,6,0.7,2.5,0.01,1.7,0.2,0.9,1.5,0.1,0.3,1.7,0.5,1.9,0.6,0.1,0.1,0.2]}`,
		map[string]string{"retention": "0.85", "parameters": "0.3 1.1 3 10 6 0.7 2.5 0.01 1.7 0.2 0.9 1.5 0.1 0.3 1.7 0.5 1.9 0.6 0.1 0.1 0.2"}},
	{"many steps", 60, `{"learn":[1,10,1440],"relearn":[10,2880],"retention":0.97,"parameters":[],"longest":60}`,
		map[string]string{"retention": "0.97", "max-interval": "60", "steps": "1m 10m 1d", "relearning": "10m 2d"}},
	{"no steps", 80, `{"learn":[],"relearn":[],"retention":0.9,"parameters":[],"longest":36500}`,
		map[string]string{"steps": "none", "relearning": "none"}},
}

// Where a card stands, as Anki's scheduler says it.
type ankiState struct {
	Kind   string
	Days   int
	Secs   int64
	Left   int
	Lapses uint32
	S, D   float64
}

// An ankiAnswer is a card at the moment of an answer, and what each grade makes of it.
type ankiAnswer struct {
	History, Interval int
	Reps, Lapses      uint32
	Last, Now, Cutoff int64 // Unix seconds
	Before            ankiState
	Grades            [4]ankiState
}

// TestAnkiParity asks Anki's own scheduler about 400 random histories, answer by answer:
// states, steps, lapses, stability and difficulty are the same for each of the four
// grades, and the days that we choose lie in the window from which Anki chooses, but
// for the classes that the README's Anki page names.
func TestAnkiParity(t *testing.T) {
	pythons := filepath.SplitList(os.Getenv("KARTEI_ANKI_PYTHON"))
	if len(pythons) == 0 {
		t.Skip("SKIPPED: the real Anki was not asked. .ci/anki installs it and runs this test; " +
			"or name a Python that has the package anki in KARTEI_ANKI_PYTHON")
	}
	python := pythons[len(pythons)-1] // the newest
	p := &parity{T: t}
	for i, run := range parityRuns {
		for _, a := range askAnki(t, python, i, run) {
			p.compare(run, a)
		}
	}
	t.Logf("%d answers, %d intervals of days: in Anki's window %d; earlier, as Anki keeps grades a day apart, %d, by %.1f days; as late as a step %d",
		p.answers, p.days, p.inside, p.apart, float64(p.early)/float64(max(p.apart, 1)), p.stepped)
	if p.answers < 2000 || p.days < 2000 {
		t.Error("too few to say anything")
	}
}

func askAnki(t *testing.T, python string, seed int, run parityRun) (all []ankiAnswer) {
	t.Helper()
	ask := exec.Command(python, "testdata/parity.py", t.TempDir(), fmt.Sprint(11+seed), fmt.Sprint(run.histories), run.anki)
	ask.Env = append(os.Environ(), "TZ=UTC")
	var stderr bytes.Buffer
	ask.Stderr = &stderr
	out, err := ask.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", run.name, err, stderr.String())
	}
	for line := range strings.Lines(string(out)) {
		var a ankiAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

type parity struct {
	*testing.T
	answers, days, inside, apart, stepped int
	early                                 int // days by which those apart come earlier, in sum
}

var ankiKinds = map[string]scheduler.State{"new": scheduler.New, "learning": scheduler.Learning,
	"review": scheduler.Review, "relearning": scheduler.Relearning}

// memory is where Anki says that a card stands.
func (a *ankiAnswer) memory(o scheduler.Options) scheduler.Memory {
	m := scheduler.Memory{State: ankiKinds[a.Before.Kind], Reps: a.Reps, Lapses: a.Lapses, Stability: a.Before.S,
		Difficulty: a.Before.D}
	if m.State == scheduler.New {
		return m
	}
	last := scheduler.DefaultCalendar.Moment(time.Unix(a.Last, 0).UTC())
	m.Last, m.LastDay = last.At, last.Day
	switch m.State {
	case scheduler.Review:
		m.DueDay = last.Day + scheduler.Day(a.Interval)
	case scheduler.Learning:
		m.Step = uint8(len(o.Steps) - a.Before.Left)
	default:
		m.Step = uint8(len(o.Relearning) - a.Before.Left)
	}
	return m
}

func (p *parity) compare(run parityRun, a ankiAnswer) {
	p.Helper()
	o, err := scheduler.Resolve(run.ours)
	if err != nil {
		p.Fatal(err)
	}
	policy, err := scheduler.NewPolicy(o, scheduler.DefaultCalendar)
	if err != nil {
		p.Fatal(err)
	}
	now := scheduler.DefaultCalendar.Moment(time.Unix(a.Now, 0).UTC())
	ours := policy.Preview(fmt.Sprint("card", a.History), a.memory(o), now, scheduler.Load{})
	windows := a.windows(p.T, o)
	p.answers++
	for g, out := range ours {
		theirs := a.Grades[g]
		where := fmt.Sprintf("%s, history %d, answer %d, %s after %s", run.name, a.History, a.Reps, scheduler.Grade(g+1), a.Before.Kind)
		switch {
		case out.State != ankiKinds[theirs.Kind]:
			p.Errorf("%s: %+v, Anki says %+v", where, out, theirs)
			continue
		case out.Lapses != max(theirs.Lapses, a.Lapses):
			p.Errorf("%s: %d lapses, Anki says %d", where, out.Lapses, theirs.Lapses)
		case !near(out.Stability, theirs.S) || !near(out.Difficulty, theirs.D):
			p.Errorf("%s: S %v D %v, Anki says S %v D %v", where, out.Stability, out.Difficulty, theirs.S, theirs.D)
		}
		if out.State != scheduler.Review {
			p.step(where, a, o, out, theirs)
			continue
		}
		p.days++
		switch w := windows[g]; {
		case theirs.Days < w.low || theirs.Days > w.high && theirs.Days != o.MaxInterval+1: // by a rounding of Anki's
			p.Errorf("%s: Anki's %d days are not in its window %d to %d", where, theirs.Days, w.low, w.high)
		case out.Days >= w.low && out.Days <= w.high:
			p.inside++
		case out.Days < w.low && out.Days >= w.alone && g > 0:
			p.apart++ // Anki keeps the grades a day apart
			p.early += w.low - out.Days
		case g > 0 && out.Days == ours[g-1].Days && ours[g-1].State != scheduler.Review:
			p.stepped++ // the step of the grade below takes longer
		default:
			p.Errorf("%s: %d days, Anki's window is %d to %d (alone from %d), S %v, last %d", where, out.Days, w.low, w.high, w.alone, theirs.S, a.Interval)
		}
	}
}

// step compares a card in its steps.
func (p *parity) step(where string, a ankiAnswer, o scheduler.Options, out scheduler.Outcome, theirs ankiState) {
	p.Helper()
	steps := o.Steps
	if out.State == scheduler.Relearning {
		steps = o.Relearning
	}
	if int(out.Step) != max(0, len(steps)-theirs.Left) {
		p.Errorf("%s: step %d of %d, Anki has %d left", where, out.Step, len(steps), theirs.Left)
	}
	days := 0
	if left := a.Cutoff - a.Now; theirs.Secs >= left {
		days = int((theirs.Secs-left)/86400) + 1
	}
	if wait := (out.Due - a.Now*1000) / 1000; out.Days != days || days == 0 && max(wait-theirs.Secs, theirs.Secs-wait) > 1 {
		p.Errorf("%s: waits %d s, %d days; Anki %d s, %d days", where, wait, out.Days, theirs.Secs, days)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 2e-4+1e-3*math.Abs(b) }

// An ankiWindow is the days from which Anki may choose: whatever the grades before it
// came to, and alone, were there none.
type ankiWindow struct {
	low, high, alone int
	good             dayRange // of the interval unrounded, on which Easy goes on from the steps
}

type dayRange struct{ low, high int }

// windows are those of the four grades (rslib states/review.rs, learning.rs, fuzz.rs).
func (a *ankiAnswer) windows(t *testing.T, o scheduler.Options) (all [4]ankiWindow) {
	t.Helper()
	model, err := fsrs.New(o.Model, o.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	review := a.Before.Kind == "review"
	for g, s := range a.Grades {
		interval := model.Interval(fsrs.State{Stability: s.S, Difficulty: s.D}, o.Retention)
		least, most := 1, 1 // of an interval that Anki's 32 bits may make a little shorter or longer
		if review && g > 0 {
			least = max(1, leastFuzz(interval*(1-2e-4), a.Interval, o.MaxInterval))
			most = max(1, leastFuzz(interval*(1+2e-4), a.Interval, o.MaxInterval))
		}
		w := &all[g]
		w.good.low, w.good.high = ankiBounds(interval, 1, o.MaxInterval)
		if !review || g == 0 {
			interval = math.Max(1, math.Round(interval))
		}
		w.alone, _ = ankiBounds(interval, least, o.MaxInterval)
		_, w.high = ankiBounds(interval, max(least, most), o.MaxInterval)
		w.low = w.alone
		var below dayRange
		switch {
		case review && g > 1:
			below = dayRange{all[g-1].low, all[g-1].high}
		case !review && g == 3:
			below = all[2].good
		}
		if below.high > 0 {
			w.low, _ = ankiBounds(interval, max(least, below.low+1), o.MaxInterval)
			_, w.high = ankiBounds(interval, max(least, most, below.high+1), o.MaxInterval)
		}
	}
	return all
}

func leastFuzz(interval float64, last, longest int) int {
	_, high := ankiBounds(interval, 1, longest)
	switch {
	case int(math.Round(interval)) > last:
		return last + 1
	case last <= high:
		return last
	}
	return 0
}

func ankiBounds(interval float64, least, longest int) (low, high int) {
	least = min(least, longest)
	interval = min(max(interval, float64(least)), float64(longest))
	delta := 0.0
	if interval >= 2.5 {
		delta = 1 + 0.15*(min(interval, 7)-2.5) + 0.1*max(0, min(interval, 20)-7) + 0.05*max(0, interval-20)
	}
	// Anki counts in 32 bits: where a bound is half a day it may fall either way.
	slack := 2e-4 * interval
	low = min(max(int(math.Round(interval-delta-slack)), least), longest)
	high = min(max(int(math.Round(interval+delta+slack)), least), longest)
	if low == high && high > 2 && high < longest {
		high++
	}
	return low, high
}
