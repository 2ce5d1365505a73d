package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
)

// snapshot copies a collection's files as they are.
func snapshot(t testing.TB, from, to string) {
	t.Helper()
	removeDatabase(to)
	for _, part := range []string{"", "-wal", "-mark"} {
		text, err := os.ReadFile(from + part)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to+part, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// checkpointed and uncheckpointed make a collection whose log is in the
// database file, or still in the write-ahead log, and give the log.
func checkpointed(t testing.TB) (path string, log []string) {
	path, _ = used(t)
	s := openPlain(t, path)
	apply(t, s, learner(0))
	for i := range 400 {
		grade(t, s, learner(0).Facts[i%40].Cards[0].ID, scheduler.Grade(2+i%3), at(20+i, 0))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, logOf(t, path)
}

func uncheckpointed(t testing.TB) (path string, log []string) {
	live, _ := used(t)
	s := openTest(t, live)
	if _, err := s.db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		grade(t, s, learner(0).Facts[1+i%4].Cards[0].ID, scheduler.Good, at(20+i, 0))
	}
	path = filepath.Join(t.TempDir(), "snapshot.db")
	snapshot(t, live, path)
	return path, logOf(t, live)
}

func logOf(t testing.TB, path string) (log []string) {
	t.Helper()
	s, err := Open(t.Context(), path, Config{Calendar: scheduler.DefaultCalendar, Damaged: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	log, err = tryLog(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func tryLog(ctx context.Context, s *Store) (log []string, err error) {
	for r, err := range s.Log(ctx, LogQuery{}, at(0, 0)) {
		if err != nil {
			return nil, err
		}
		r.Detail = Detail{} // its text says the same
		log = append(log, fmt.Sprintf("%d %s %+v %s", r.Seq, r.Hash, r.Entry, r.detail))
	}
	return log, nil
}

// noticed tells whether opening or examining a collection finds anything.
func noticed(ctx context.Context, path string) (bool, []string) {
	s, err := Open(ctx, path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		return true, nil
	}
	defer s.Close()
	report, err := s.Doctor(ctx, true)
	if err != nil || report.Damaged() {
		return true, nil
	}
	log, err := tryLog(ctx, s)
	return err != nil, log
}

// trials is how often a fault is tried.
func trials(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// TestFlippedBits flips one bit anywhere in the files. A collection that then
// passes the full examination must have its whole log, unchanged.
func TestFlippedBits(t *testing.T) {
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for part, make := range map[string]func(testing.TB) (string, []string){"": checkpointed, "-wal": uncheckpointed} {
		t.Run("database"+part, func(t *testing.T) {
			path, log := make(t)
			hurt := filepath.Join(t.TempDir(), "hurt.db")
			found, n := 0, trials(300)
			for range n {
				snapshot(t, path, hurt)
				at, bit := flip(t, hurt+part, dice)
				seen, got := noticed(t.Context(), hurt)
				if seen {
					found++
				} else if diff := cmp.Diff(log, got); diff != "" {
					t.Fatalf("bit %d of byte %d was flipped, the log is another, and nothing was noticed:\n%s", bit, at, diff)
				}
			}
			t.Logf("%d bits flipped in the %s: %d noticed, the log whole in all others", n, "database"+part, found)
		})
	}
}

// flip flips a random bit of a file.
func flip(t testing.TB, path string, dice *rand.Rand) (at, bit int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at, bit = dice.IntN(len(text)), dice.IntN(8)
	text[at] ^= 1 << bit
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return at, bit
}

// TestTruncatedWAL cuts the write-ahead log short. SQLite then opens a shorter
// log without a word; the mark must tell.
func TestTruncatedWAL(t *testing.T) {
	path, log := uncheckpointed(t)
	hurt := filepath.Join(t.TempDir(), "hurt.db")
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	short, n := 0, trials(300)
	for range n {
		snapshot(t, path, hurt)
		size := dice.Int64N(info.Size())
		if err := os.Truncate(hurt+"-wal", size); err != nil {
			t.Fatal(err)
		}
		left := logOf(t, hurt)
		if diff := cmp.Diff(log[len(log)-len(left):], left); diff != "" {
			t.Fatalf("cut to %d bytes, the log is no beginning of what it was:\n%s", size, diff)
		}
		seen, _ := noticed(t.Context(), hurt)
		if seen != (len(left) < len(log)) {
			t.Errorf("cut to %d bytes, the log has %d of %d rows, noticed: %v", size, len(left), len(log), seen)
		}
		if seen {
			short++
		}
	}
	t.Logf("write-ahead log cut at %d random places: %d logs became shorter, all noticed at open", n, short)
}
