package main

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// powerCuts is how many power cuts each command has to take; KARTEI_CUTS sets it.
func powerCuts(t *testing.T) int {
	text := os.Getenv("KARTEI_CUTS")
	if text == "" {
		return 6
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPowerCut records what each command writes and syncs, SQLite's calls and ours,
// and cuts the power in between: of what was not synced by then nothing has reached
// the disk, or the beginning, or parts in any order, or all. The collection is
// whole and is the old or the new one, an answer that was shown as recorded is
// there, files are old or new, and what a command that had ended said is true.
func TestPowerCut(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 0))
	program := build(t)
	for _, c := range faultyCommands() {
		t.Run(c.name, func(t *testing.T) {
			l := newLearner(t)
			l.program = program
			c.prepare(l)
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
				at := len(r.disk.acts) // the first is right after its end
				if i > 0 {
					at = dice.IntN(len(r.disk.acts) + 1)
				}
				cut := r.disk.cutAt(at, keeping(i, dice))
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
			t.Logf("%d acts (%s): the power was cut in %d different ways; nothing was lost or damaged", len(r.disk.acts), r.disk.kinds(), len(seen))
		})
	}
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
