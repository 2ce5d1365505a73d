package main

import (
	"math/rand/v2"
	"testing"
)

// TestPowerCut records what each command writes and syncs, SQLite's calls and ours,
// and cuts the power in between: of what was not synced by then nothing has reached
// the disk, or the beginning, or parts in any order, or all. The collection is
// whole and is the old or the new one, an answer that was shown as recorded is
// there, files are old or new, and what a command that had ended said is true.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	unraced(t, "hundreds of programs run, one after the other")
	dice := rand.New(rand.NewPCG(1, 0))
	for _, c := range tried() {
		t.Run(c.name, func(t *testing.T) {
			l := c.prepared(t)
			home, done := l.copied()
			defer done()
			r, err := record(home)
			if err != nil {
				t.Fatal(err)
			}
			o := l.traced(c, home, &tracer{folder: home, record: r})
			if r.err != nil {
				t.Fatalf("it could not be recorded: %v", r.err)
			}
			if o.err = c.judge(l, home, o); o.err != nil || !o.done {
				t.Fatalf("without a power cut: %v\n%s", o.err, o.said)
			}
			seen := map[string]bool{}
			for i := range powerCuts(t) {
				cut := r.disk.cutAt(moment(i, r.disk, dice), keeping(i, dice))
				if seen[cut.sum(r.disk)] {
					continue
				}
				seen[cut.sum(r.disk)] = true
				if err := cut.write(r.disk); err != nil {
					t.Fatal(err)
				}
				if err := c.check(l, home, cut.said, cut.done); err != nil {
					t.Errorf("%s: %v\n%s", cut.about, err, cut.said)
				}
			}
			if !t.Failed() {
				t.Logf("%d acts (%s): the power was cut in %d different ways; nothing was lost or damaged", len(r.disk.acts), r.disk.kinds(), len(seen))
			}
		})
	}
}

// moment is when the i-th power cut comes: the first right after the end, those that
// keep nothing right after something was synced, as what is said rests on that.
func moment(i int, d *disk, dice *rand.Rand) int {
	at := dice.IntN(len(d.acts) + 1)
	switch {
	case i == 0:
		return len(d.acts)
	case i%4 == 0:
		for at > 0 && d.acts[at-1].kind != synced {
			at--
		}
	}
	return at
}

// keeping says, of what was not synced, what is kept at the i-th power cut: nothing,
// the beginning, a random part, or all.
func keeping(i int, dice *rand.Rand) func(i, of int) bool {
	most := dice.Float64()
	switch i % 4 {
	case 1:
		return func(i, of int) bool { return float64(i) < most*float64(of) }
	case 2:
		return func(int, int) bool { return dice.Float64() < most }
	case 3:
		return func(int, int) bool { return true }
	}
	return func(int, int) bool { return false }
}
