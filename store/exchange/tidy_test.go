package exchange

import (
	"math/bits"
	"math/rand/v2"
	"testing"

	"kartei/store/segment"
)

// Whatever a device does for ten years, three times a day, the place has tens of its
// segments, and each row is put no more often than a segment can double.
func TestSegmentsThatGrowOld(t *testing.T) {
	const doublings = 13 // from one row to a full segment
	if 1<<doublings < segment.MaxRows || bits.Len(segment.MaxRows) != doublings {
		t.Fatal("a segment doubles otherwise")
	}
	for what, size := range map[string]func(n int, dice *rand.Rand) int64{
		"one row":            func(int, *rand.Rand) int64 { return 1 },
		"the same each time": func(int, *rand.Rand) int64 { return 47 },
		"as a learner does":  func(_ int, dice *rand.Rand) int64 { return 1 + int64(dice.ExpFloat64()*40) },
		"much now and then":  func(n int, dice *rand.Rand) int64 { return 1 + int64(n%50/49*4000) + dice.Int64N(3) },
		"full ones":          func(n int, _ *rand.Rand) int64 { return 1 + int64(n%2)*(segment.MaxRows-1) },
	} {
		s, dice := &shelf{device: "aaaaaaaaaaaaaaaa"}, rand.New(rand.NewPCG(1, 1))
		var rows, again int64
		most := 0
		for n := 0; n < 3*3650 && rows < 1_000_000; n++ {
			next := size(n, dice)
			s.spans = append(s.spans, span{first: rows + 1, last: rows + next})
			rows += next
			if first, last, ripe := ripe(s.cover(0)); ripe {
				s.spans = append(s.spans, span{first: first, last: last})
				again += last - first + 1
			}
			s.spans = s.cover(0)
			most = max(most, len(s.spans))
			if s.reach(0) != rows {
				t.Fatalf("%s: after %d times the segments end at row %d of %d", what, n, s.reach(0), rows)
			}
		}
		if limit := 2*int(rows/segment.MaxRows) + doublings + 2; most > limit {
			t.Errorf("%s: of %d rows there were %d segments, more than %d", what, rows, most, limit)
		}
		if again > doublings*rows {
			t.Errorf("%s: %d rows were put %d times more", what, rows, again)
		}
		t.Logf("%s: %d rows, %d segments at most, each row put %.1f times", what, rows, most, float64(rows+again)/float64(rows))
	}
}
