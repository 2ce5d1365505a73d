package fsrs

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"testing"
)

// golden holds reference vectors, without the columns that no
// test here reads.
type golden struct {
	Retentions []float64
	Parameters map[string][]float64
	Vectors    []struct {
		P    string       // the parameter set
		H    [][2]float64 // grade, elapsed days
		Want [][]float64
		TS   [][]float64 // FSRS-6: S, D and whole-day intervals of ts-fsrs
	}
}

func readGolden(t *testing.T, name string) golden {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.NewDecoder(z).Decode(&g); err != nil {
		t.Fatal(err)
	}
	return g
}

// check steps every history of g and compares what row says of each state, to
// a relative tolerance. The intervals, which end each row, were printed with
// fewer digits and may be off by half a unit of the last one as well.
func (g golden) check(
	t *testing.T, model string, tolerance, printed float64, row func(Model, State) []float64,
) (steps int, worst float64) {
	t.Helper()
	for i, v := range g.Vectors {
		m, err := New(model, g.Parameters[v.P])
		if err != nil {
			t.Fatalf("%s: %v", v.P, err)
		}
		var s State
		for j, h := range v.H {
			s = m.Step(s, Grade(h[0]), h[1])
			got := row(m, s)
			if len(got) != len(v.Want[j]) {
				t.Fatalf("vector %d: %d columns wanted, have %d", i, len(v.Want[j]), len(got))
			}
			for k, want := range v.Want[j] {
				off := math.Abs(got[k]-want) / math.Abs(want)
				allowed := tolerance
				if k >= len(got)-len(g.Retentions) {
					allowed += printed
				} else {
					worst = math.Max(worst, off)
				}
				if !(off <= allowed) {
					t.Errorf("%s vector %d step %d column %d: %.12g, want %.12g (off by %.1e)", v.P, i, j, k, got[k], want, off)
				}
			}
			steps++
		}
	}
	return steps, worst
}

func TestSixGolden(t *testing.T) {
	g := readGolden(t, "fsrs6.json.gz")
	steps, worst := g.check(t, FSRS6, 1e-10, 5e-10, func(m Model, s State) []float64 {
		row := []float64{s.Stability, s.Difficulty}
		for _, r := range g.Retentions {
			row = append(row, m.Interval(s, r))
		}
		return row
	})
	if len(g.Vectors) != 620 || steps != 5458 {
		t.Errorf("%d histories with %d steps, want 620 with 5458", len(g.Vectors), steps)
	}
	t.Logf("%d steps, off by at most %.1e", steps, worst)
}

func TestSevenGolden(t *testing.T) {
	g := readGolden(t, "fsrs7.json.gz")
	steps, worst := g.check(t, FSRS7, 1e-9, 5e-9, func(m Model, s State) []float64 {
		row := []float64{s.Stability, s.Fast, s.Difficulty, m.Recall(s, 0.01), m.Recall(s, 1), m.Recall(s, 30)}
		for _, r := range g.Retentions {
			row = append(row, m.Interval(s, r))
		}
		return row
	})
	if len(g.Vectors) != 250 {
		t.Errorf("%d histories, want 250", len(g.Vectors))
	}
	t.Logf("%d steps, off by at most %.1e", steps, worst)
}
