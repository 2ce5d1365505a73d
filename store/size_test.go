//go:build unix

package store

import (
	"flag"
	"fmt"
	"strings"
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
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			path := filled(b, n)
			b.ReportAllocs()
			began := processorTime()
			for b.Loop() {
				firstCard(b, path)
			}
			b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// tenDecks are the names of ten decks, below one if it is given.
func tenDecks(parent string) (names []string) {
	if parent != "" {
		names = append(names, strings.TrimSuffix(parent, "/"))
	}
	for i := range 10 {
		names = append(names, fmt.Sprint(parent, "deck-", i))
	}
	return names
}

// BenchmarkFirstCardOfTen is the same with the cards in ten decks: each with its
// own limits, and together below one that limits them all.
func BenchmarkFirstCardOfTen(b *testing.B) {
	for _, shape := range []struct{ name, parent string }{{"apart", ""}, {"below-one", "all/"}} {
		for _, n := range sizes() {
			b.Run(fmt.Sprintf("%s/cards=%d", shape.name, n), func(b *testing.B) {
				path := filled(b, n, tenDecks(shape.parent)...)
				b.ReportAllocs()
				began := processorTime()
				for b.Loop() {
					firstCard(b, path)
				}
				b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
	}
}

// BenchmarkDecks counts what there is to do in so many decks, most of which have
// nothing for today: what a glance costs must not be much a deck.
func BenchmarkDecks(b *testing.B) {
	for _, n := range []int{1, 4, 50, 500} {
		b.Run(fmt.Sprintf("decks=%d", n), func(b *testing.B) {
			names := make([]string, n)
			for i := range names {
				names[i] = fmt.Sprintf("deck-%03d", i)
			}
			s := openPlain(b, filled(b, 2_000, names...))
			defer s.Close()
			began := processorTime()
			for b.Loop() {
				if _, err := s.Status(b.Context(), at(30, 0), 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// BenchmarkStatus is the first screen of `kartei` alone, from opening on.
func BenchmarkStatus(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			path := filled(b, n, tenDecks("all/")...)
			began := processorTime()
			for b.Loop() {
				s := openPlain(b, path)
				if _, err := s.Status(b.Context(), at(30, 0), 7); err != nil {
					b.Fatal(err)
				}
				s.Close()
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
