package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// learned is a collection with so many cards and answers, which it has written as one
// device.
func learned(b *testing.B, cards, answers int) (*Store, *decks.Deck) {
	b.Helper()
	s := openBench(b, filepath.Join(b.TempDir(), "collection.db"))
	d := deck("maths", cards)
	if _, err := s.Apply(b.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{d}, Whole: true}, at(0, 0)); err != nil {
		b.Fatal(err)
	}
	err := s.record(b.Context(), func(tx *tx) error {
		rows := sqlite.NewBatch(tx.sql, table.InsertRows, table.RowWidth)
		tip := tx.tip
		for i := range answers {
			e := journal.Entry{Moment: at(i/500-1000, time.Duration(i%500)*time.Second), Kind: journal.KindGrade, Mode: journal.ModeReview,
				Card: d.Facts[i%cards].Cards[0].ID, Grade: scheduler.Good, Duration: 3 * time.Second, Detail: journal.Detail{Format: "recall"},
				Item: d.Facts[i%cards].Cards[0].Hash}
			r, err := journal.Seal(e, tx.device.name, tip)
			if err != nil {
				return err
			}
			if err := rows.Add(b.Context(), table.Log.Values(&r, tx.device.id)...); err != nil {
				return err
			}
			tip = r.Tip()
		}
		if err := rows.Flush(b.Context()); err != nil {
			return err
		}
		replay, err := tx.fullReplay(b.Context(), nil, nil)
		if err != nil {
			return err
		}
		return tx.recompute(b.Context(), replay)
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, d
}

func openBench(b *testing.B, path string) *Store {
	b.Helper()
	s, err := Open(b.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkSyncNothingNew is an exchange with a folder in which nothing is new.
func BenchmarkSyncNothingNew(b *testing.B) {
	s, _ := learned(b, 1414, 10_000)
	p, _ := meet(b)
	member(b, s, p, "laptop")
	meets(b, s, p)
	for b.Loop() {
		meets(b, s, p)
	}
}

// BenchmarkSyncFiftyAnswers brings fifty answers from one machine to another.
func BenchmarkSyncFiftyAnswers(b *testing.B) {
	from, d := learned(b, 1414, 10_000)
	p, _ := meet(b)
	to := openBench(b, filepath.Join(b.TempDir(), "collection.db"))
	member(b, from, p, "laptop")
	member(b, to, p, "desktop")
	meets(b, from, p)
	meets(b, to, p)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		for i := range 50 {
			grade(b, from, d.Facts[i].Cards[0].ID, scheduler.Good, at(100+n, time.Duration(i)*time.Second))
		}
		b.StartTimer()
		meets(b, from, p)
		meets(b, to, p)
	}
}

// BenchmarkSyncJoin is the first exchange of a new machine.
func BenchmarkSyncJoin(b *testing.B) {
	for _, size := range []struct{ cards, answers int }{{1414, 10_000}, {20_000, 500_000}} {
		b.Run(fmt.Sprintf("answers=%d", size.answers), func(b *testing.B) {
			from, _ := learned(b, size.cards, size.answers)
			p, _ := meet(b)
			member(b, from, p, "laptop")
			meets(b, from, p)
			for b.Loop() {
				to := openBench(b, filepath.Join(b.TempDir(), "collection.db"))
				member(b, to, p, "desktop")
				if r := meets(b, to, p); len(r.Came) == 0 || len(r.Left) > 0 {
					b.Fatalf("%+v", r)
				}
			}
		})
	}
}

// BenchmarkMergeIntoMany merges a thousand rows into a collection of very many cards.
func BenchmarkMergeIntoMany(b *testing.B) {
	cards := 1_000_000
	if testing.Short() {
		cards = 50_000
	}
	from, d := learned(b, 2000, 0)
	to, _ := learned(b, cards, 0)
	for n := 0; b.Loop(); n++ {
		b.StopTimer()
		for i := range 1000 {
			grade(b, from, d.Facts[i].Cards[0].ID, scheduler.Good, at(1+n, time.Duration(i)*time.Second))
		}
		in := deliveriesOf(b.Context(), from)
		b.StartTimer()
		if _, err := to.Merge(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSyncOldPlace is an exchange in which nothing is new with a folder that has thirty
// thousand rows of a device: in ten thousand segments, one for each exchange, and merged
// as they are when they grow old.
func BenchmarkSyncOldPlace(b *testing.B) {
	const rows = 30_000
	for _, size := range []int{3, segment.MaxRows} {
		s, _ := learned(b, 1414, rows)
		p, path := meet(b)
		member(b, s, p, "laptop")
		plantSegments(b, s, path, size)
		meets(b, s, p)
		b.Run(fmt.Sprintf("segments=%d", rows/size), func(b *testing.B) {
			for b.Loop() {
				meets(b, s, p)
			}
		})
	}
}

// plantSegments puts the log of a collection's device into a folder, in segments of so many
// rows.
func plantSegments(b *testing.B, s *Store, path string, size int) {
	b.Helper()
	for after := int64(0); ; {
		all, err := s.Segment(b.Context(), s.Device(), after)
		if err != nil {
			b.Fatal(err)
		}
		if all == nil {
			return
		}
		after = all.Last()
		for part := range slices.Chunk(all.Rows, size) {
			data, err := (&segment.Segment{Device: s.Device(), Prev: part[0].Prev, Rows: part}).Encode()
			file := filepath.Join(path, filepath.FromSlash(segment.Name(s.Device(), part[0].Seq, part[len(part)-1].Seq)))
			if err := errors.Join(err, os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, data, 0o600)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
