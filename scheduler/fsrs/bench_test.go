package fsrs

import "testing"

// BenchmarkStep is one review: a step and the interval that follows.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{FSRS6, FSRS7} {
		b.Run(name, func(b *testing.B) {
			m, err := New(name, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var s State
			var days float64
			for i := range b.N {
				if i%10 == 0 {
					s = State{}
				}
				s = m.Step(s, Grade(1+i*7%4), days)
				days = float64(int(m.Interval(s, 0.9)))
			}
			if !(s.Stability > 0) {
				b.Fatal("no memory left")
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mreviews/s")
		})
	}
}
