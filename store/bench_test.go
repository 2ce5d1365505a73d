package store

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
)

func BenchmarkOpen(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		path := filled(b, n)
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			for b.Loop() {
				s, err := Open(b.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}

func BenchmarkFirstCard(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		path := filled(b, n)
		b.Run(fmt.Sprintf("cards=%d", n), func(b *testing.B) {
			for b.Loop() {
				firstCard(b, path)
			}
		})
	}
}

// firstCard does what stands between a command and its first question.
func firstCard(b *testing.B, path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	tree, _, err := s.Tree(ctx)
	if err != nil {
		b.Fatal(err)
	}
	review, err := session.Open(ctx, s.Source(), tree, session.Settings{}, at(30, 0))
	if err != nil {
		b.Fatal(err)
	}
	step := review.Next(at(30, 0))
	if step.Kind != session.Ask {
		b.Fatalf("nothing to ask: %+v", step)
	}
	if _, err := s.Card(ctx, step.Card.Card); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkApply(b *testing.B) {
	d := deck("maths", 100_000)
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			s := openPlain(b, filepath.Join(b.TempDir(), "collection.db"))
			b.StartTimer()
			apply(b, s, d)
			b.StopTimer()
			s.Close()
			b.StartTimer()
		}
	})
	s := openPlain(b, filepath.Join(b.TempDir(), "collection.db"))
	defer s.Close()
	apply(b, s, d)
	b.Run("same", func(b *testing.B) {
		for b.Loop() {
			apply(b, s, d)
		}
	})
	b.Run("one-edited", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			d.Facts[500].Cards[0].Answer = fmt.Sprint("edited ", i)
			apply(b, s, d)
		}
	})
}

// BenchmarkGrade measures a graded answer against a bare durable commit of one
// row in the same kind of file; the metric is the ratio of both.
func BenchmarkGrade(b *testing.B) {
	s := openPlain(b, filled(b, 1_000))
	defer s.Close()
	bare, err := connect(dsn(filepath.Join(b.TempDir(), "bare.db"), false))
	if err != nil {
		b.Fatal(err)
	}
	defer bare.Close()
	if _, err := bare.Exec(`CREATE TABLE t (a INTEGER, b TEXT) STRICT`); err != nil {
		b.Fatal(err)
	}
	insert, err := bare.Prepare(`INSERT INTO t VALUES (?, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	card := decks.CardID("maths", "fact-0", "card")
	c, err := s.Card(b.Context(), card)
	if err != nil {
		b.Fatal(err)
	}
	policy, err := scheduler.NewPolicy(scheduler.Defaults(), scheduler.DefaultCalendar)
	if err != nil {
		b.Fatal(err)
	}
	var grading, committing time.Duration
	m := c.Memory
	for i := 0; b.Loop(); i++ {
		now := at(40, time.Duration(i)*time.Minute)
		start := time.Now()
		out := policy.Apply(card, m, scheduler.Good, now, scheduler.Load{})
		if _, err := s.Append(b.Context(), Entry{Moment: now, Kind: KindGrade, Card: card, Mode: ModeReview, Grade: scheduler.Good,
			State: m.State, Days: out.Days, Item: c.Hash, Detail: Detail{Format: "recall"}}, out.Memory); err != nil {
			b.Fatal(err)
		}
		m = out.Memory
		grading += time.Since(start)
		start = time.Now()
		if _, err := insert.Exec(i, "a row about as long as one that an answer writes to the log of a collection"); err != nil {
			b.Fatal(err)
		}
		committing += time.Since(start)
	}
	b.ReportMetric(float64(grading.Microseconds())/float64(b.N), "µs/grade")
	b.ReportMetric(float64(grading)/float64(committing), "ratio")
}

func openPlain(b testing.TB, path string) *Store {
	b.Helper()
	s, err := Open(b.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// filled makes a collection of n cards, a tenth of them new; the others are due
// over two months. Memory is written as a replay would leave it in shape, not
// in content: benchmarks only read it.
func filled(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), fmt.Sprintf("filled-%d.db", n))
	s := openPlain(b, path)
	defer s.Close()
	apply(b, s, deck("maths", n))
	err := s.write(b.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO memory (card, deck, state, step, lapses, reps, sessions, stability, class, fast, difficulty,
				due, due_day, last, last_day, first_day, suspended, buried, flag, seen, hidden)
			SELECT id, deck, 2, 0, 0, 3, 2, 1 + id % 97, cast(4 * log2(1 + id % 97) AS INTEGER) + 4, 0, 1 + id % 9, 0, ?1 + id * 7919 % 60, 0, ?1 - 1 - id % 50, ?1 - 60, 0, 0, 0, hash, 0
			FROM cards WHERE id % 10 <> 1`, at(0, 0).Day)
		if err == nil {
			_, err = tx.Exec(`UPDATE cards SET fresh = 0 WHERE id % 10 <> 1`)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return path
}

var big = flag.Bool("big", false, "also run the benchmarks over 1,000,000 cards and 5,000,000 log rows")
