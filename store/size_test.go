//go:build unix

package store

import (
	"flag"
	"fmt"
	"syscall"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
)

var million = flag.Bool("million", false, "benchmark also a deck of 1,000,000 cards, which takes a minute to make")

// sizes are the sizes of the one deck of the collections, of which nine tenths
// are in review.
func sizes() []int {
	if *million {
		return []int{1_000, 100_000, 1_000_000}
	}
	return []int{1_000, 100_000}
}

// BenchmarkFirstCard is what stands between a command and its first question:
// of 200 reviews and 20 new cards.
func BenchmarkFirstCard(b *testing.B) {
	for _, n := range sizes() {
		path := filled(b, n)
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			began := processorTime()
			for b.Loop() {
				firstCard(b, path)
			}
			b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// BenchmarkGradeBySize grades card after card, each durable before the next.
func BenchmarkGradeBySize(b *testing.B) {
	for _, n := range sizes() {
		s := openPlain(b, filled(b, n))
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			i := 0
			began := processorTime()
			for b.Loop() {
				i++
				grade(b, s, decks.CardID("maths", fmt.Sprint("fact-", i*7919%n), "card"), scheduler.Good, at(100, time.Duration(i)*time.Second))
			}
			b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
		s.Close()
	}
}

// processorTime gives what the process has used, so that a busy machine does
// not count.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
