package scheduler

import (
	"fmt"
	"testing"
)

func BenchmarkPreview(b *testing.B) {
	p := benchPolicy(b)
	now := Moment{At: 1_795_000_000_000, Day: 20775}
	m := p.Apply("card", Memory{}, Easy, now, Load{}).Memory
	now.At, now.Day = now.At+8*dayMilliseconds, now.Day+8
	load := Load{First: now.Day, Due: make([]int, 100)}
	b.ReportAllocs()
	for b.Loop() {
		p.Preview("card", m, now, load)
	}
}

// BenchmarkReplay replays a log of 500,000 reviews of 20,000 cards.
func BenchmarkReplay(b *testing.B) {
	type row struct {
		card  int
		grade Grade
		at    Moment
		days  int
	}
	const cards, reviews = 20_000, 25
	p := benchPolicy(b)
	names := make([]string, cards)
	var log []row
	for c := range cards {
		names[c] = fmt.Sprintf("abcdefghijklmno%05d", c)
		var m Memory
		now := Moment{At: 1_795_000_000_000, Day: 20775}
		for r := range reviews {
			g := Good
			if d := Dice(names[c], uint64(r)); d < 0.1 {
				g = Again
			} else if d < 0.2 {
				g = Hard
			} else if d > 0.9 {
				g = Easy
			}
			o := p.Apply(names[c], m, g, now, Load{})
			log = append(log, row{c, g, now, o.Days})
			m = o.Memory
			now.At += o.Wait(now).Milliseconds()
			now.Day = o.DueDay
		}
	}
	memory := make([]Memory, cards)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		clear(memory)
		for _, r := range log {
			memory[r.card] = p.Replay(names[r.card], memory[r.card], r.grade, r.at, r.days)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/log")
}

func benchPolicy(b *testing.B) *Policy {
	b.Helper()
	p, err := NewPolicy(Defaults(), DefaultCalendar)
	if err != nil {
		b.Fatal(err)
	}
	return p
}
