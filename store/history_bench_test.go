package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"kartei/store/journal"
	"kartei/store/sqlite"
)

// learned makes a collection of n cards and so many answers, of a learner who was
// there every day. The rows are of the log's shape, not chained: benchmarks only read.
func learned(b *testing.B, n, answers int) string {
	b.Helper()
	path := filled(b, n)
	s := openPlain(b, path)
	defer s.Close()
	err := s.write(b.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.ExecContext(b.Context(), fmt.Sprintf(`WITH RECURSIVE i (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < %d - 1),
			met (n, card) AS (SELECT row_number() OVER (ORDER BY c.id) - 1, c.card FROM cards c WHERE c.fresh = 0)
			INSERT INTO log (device, seq, at, zone, day, clock, kind, card, mode, grade, duration, state, days, detail, item, prev, hash)
			SELECT (SELECT max(id) FROM devices), i + 1, ?1 + i * 60000, 0, ?2 + (i * 60000) / 86400000, ?1 + i * 60000, 'grade', m.card, 'review',
				CASE WHEN i * 7919 %% 10 = 0 THEN 1 WHEN i %% 7 = 0 THEN 2 ELSE 3 END, 3000 + i * 31 %% 9000, 2, 10 + i %% 40, '{"format":"recall"}', 'hash', zeroblob(32), zeroblob(32)
			FROM i JOIN met m ON m.n = i %% (SELECT count(*) FROM met)`, answers), at(-400, 0).At, at(-400, 0).Day)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return filepath.Clean(path)
}

func BenchmarkReviews(b *testing.B) {
	path := learned(b, 20_000, 500_000)
	s := openPlain(b, path)
	defer s.Close()
	for b.Loop() {
		n := 0
		if err := s.Reviews(b.Context(), "", func(int64, *journal.Row) { n++ }); err != nil || n != 500_000 {
			b.Fatal(n, err)
		}
	}
}
