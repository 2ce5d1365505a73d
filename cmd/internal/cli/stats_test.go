package cli

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"kartei/cmd/internal/clock"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/sqlite"
)

// BenchmarkStats is the report of 20,000 cards and 500,000 answers. The rows are of
// the log's shape, not chained, and memory is not theirs: both are only read.
func BenchmarkStats(b *testing.B) {
	clk, err := clock.New()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "collection.db")
	if err := fillLog(b, path, clk.Moment(), 20_000, 500_000); err != nil {
		b.Fatal(err)
	}
	st, err := store.Open(b.Context(), path, store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	b.ReportAllocs()
	for b.Loop() {
		r, err := newReport(b.Context(), clk, st, statsOptions{days: 365})
		if err != nil || r.History.Total.Answers != 500_000 || !r.Predicted {
			b.Fatal(err, r)
		}
	}
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(mem.HeapSys>>20), "MiB-heap")
}

func fillLog(b *testing.B, path string, now scheduler.Moment, cards, answers int) error {
	st, err := store.Open(b.Context(), path, store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		return err
	}
	d := &decks.Deck{ID: "big", Name: "big"}
	for i := range cards {
		key := fmt.Sprint("fact-", i)
		d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: "big.md", Line: i + 1, Section: []string{fmt.Sprint("Part ", i/500)},
			Cards: []decks.Card{{ID: decks.CardID("big", key, "card"), Name: "card", Kind: decks.Recall, Prompt: key, Answer: "a", Hash: key}}})
	}
	if _, err := st.Apply(b.Context(), store.Compiled{Root: "/big", Decks: []*decks.Deck{d}}, now); err != nil {
		return err
	}
	if err := st.Close(); err != nil {
		return err
	}
	db, err := sqlite.Open(sqlite.Own(path), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range []string{
		`INSERT INTO memory (card, deck, state, step, lapses, reps, sessions, stability, class, fast, difficulty,
				due, due_day, last, last_day, first_day, suspended, buried, flag, seen, hidden)
			SELECT id, deck, 2, 0, id % 9, 25, 2, 1 + id % 97, cast(4 * log2(1 + id % 97) AS INTEGER) + 4, 0, 1 + id % 9,
				0, ?1 + 1 + id * 7919 % 60, 0, ?1 - 1 - id % 50, ?1 - 350, 0, 0, 0, hash, 0 FROM cards`,
		fmt.Sprintf(`WITH RECURSIVE i (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < %d - 1),
			met (n, card) AS (SELECT row_number() OVER (ORDER BY id) - 1, card FROM cards)
			INSERT INTO log (device, seq, at, zone, day, clock, kind, card, mode, grade, duration, state, days, detail, item, prev, hash)
			SELECT (SELECT max(id) FROM devices), (SELECT max(seq) FROM log) + i + 1, ?2 + i * 60000, 0, ?1 - 350 + i / 1440, ?2 + i * 60000, 'grade', m.card, 'review',
				CASE WHEN i * 7919 %% 10 = 0 THEN 1 WHEN i %% 7 = 0 THEN 2 ELSE 3 END, 3000 + i * 31 %% 9000, 2, 10 + i %% 40,
				'{"format":"recall"}', 'hash', zeroblob(32), zeroblob(32)
			FROM i JOIN met m ON m.n = i %% %d`, answers, cards),
		`UPDATE cards SET fresh = 0`,
	} {
		if _, err := db.Exec(b.Context(), statement, now.Day, now.At-350*86_400_000); err != nil {
			return err
		}
	}
	return nil
}
