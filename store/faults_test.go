package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
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
	for i := range 120 {
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
	if _, err := s.db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
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
	s, err := openDamaged(path)
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
		r.Detail = journal.Detail{} // its text says the same
		log = append(log, fmt.Sprintf("%d %s %+v %s", r.Seq, r.Hash, r.Entry, r.Written))
	}
	return log, nil
}

// noticed reports whether opening or examining a collection finds anything.
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
	unraced(t)
	dice := rand.New(rand.NewPCG(3, 0))
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

// TestHomeRemoved removes the collection while a session has it open, or puts
// another in its place. SQLite goes on writing to what nobody will find again;
// no such answer may be called recorded.
func TestHomeRemoved(t *testing.T) {
	card := learner(0).Facts[0].Cards[0].ID
	for name, remove := range map[string]func(path string) error{
		"folder":  func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
		"file":    os.Remove,
		"renamed": func(path string) error { return os.Rename(path, path+".old") },
		"replaced": func(path string) error {
			return errors.Join(sqlite.CopyFile(path, path+".new"), os.Rename(path+".new", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "home", "collection.db")
			s := openPlain(t, path)
			defer s.Close()
			apply(t, s, learner(0))
			grade(t, s, card, scheduler.Good, at(0, 0))
			if err := remove(path); err != nil {
				t.Skip(err) // some systems let nobody do that
			}
			if _, err := tryGrade(t.Context(), s, card, scheduler.Good, at(1, 0)); err == nil || name != "folder" && !errors.Is(err, ErrGone) {
				t.Errorf("an answer: %v", err)
			}
			if _, err := s.Status(t.Context(), at(1, 0), 7); err != nil {
				t.Errorf("what is still open cannot be read: %v", err)
			}
			_, err := Open(t.Context(), path, Config{})
			if begun := name == "folder" || name == "replaced"; begun != (err == nil) {
				t.Errorf("opening it again: %v", err)
			}
		})
	}
}

// TestTruncatedWAL cuts the write-ahead log short. SQLite then opens a shorter
// log in silence; the mark must tell.
func TestTruncatedWAL(t *testing.T) {
	path, log := uncheckpointed(t)
	hurt := filepath.Join(t.TempDir(), "hurt.db")
	dice := rand.New(rand.NewPCG(4, 0))
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
			t.Fatalf("cut to %d bytes, the log is not a beginning of what it was:\n%s", size, diff)
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

// TestClockJumps answers, undoes, compiles and backs up under a clock that is
// set back by a day, ahead by ten years and right again, that changes between
// summer and winter time, and that travels between the ends of the world. The
// log keeps its order, replays to what was stored, and comes out and back as it
// is.
func TestClockJumps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	defer func() { s.Close() }()
	d := learner(0)
	apply(t, s, d)
	dice := rand.New(rand.NewPCG(5, 0))
	right := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // the night in which summer time ends in Berlin
	shown, answers, undone, jumps := right, 0, 0, map[string]int{}
	travels := 0 // seconds east of home
	for i := range trials(400) {
		right = right.Add(time.Duration(dice.IntN(3600)) * time.Second)
		kind := []string{"right", "right", "right", "a day back", "ten years ahead", "an hour back", "in another zone", "as before"}[dice.IntN(8)]
		jumps[kind]++
		switch kind {
		case "right":
			shown = right
		case "a day back":
			shown = right.AddDate(0, 0, -1)
		case "ten years ahead":
			shown = right.AddDate(10, 0, 0)
		case "an hour back":
			shown = shown.Add(-time.Hour)
		case "in another zone":
			shown, travels = right, (dice.IntN(27)-13)*3600
		default:
			shown = shown.Add(time.Second)
		}
		zone := 3600 // winter time, and summer time until one in the morning UTC of that night
		if shown.Before(time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)) {
			zone = 7200
		}
		now := scheduler.DefaultCalendar.Moment(shown.In(time.FixedZone("", zone+travels)))
		switch dice.IntN(12) {
		case 0:
			if _, err := s.Undo(t.Context(), now); err == nil {
				undone++
			} else if !errors.Is(err, ErrNothing) {
				t.Fatalf("undo at %v: %v", shown, err)
			}
		case 1:
			if _, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{learner(i)}, Whole: true}, now); err != nil {
				t.Fatalf("compile at %v: %v", shown, err)
			}
		case 2:
			if _, err := s.DailyBackup(t.Context(), now); err != nil {
				t.Fatalf("backup at %v: %v", shown, err)
			}
		case 3:
			s.Close()
			s = openPlain(t, path)
		default:
			if _, err := tryGrade(t.Context(), s, d.Facts[dice.IntN(40)].Cards[0].ID, scheduler.Grade(1+dice.IntN(4)), now); err != nil {
				t.Fatalf("an answer at %v: %v", shown, err)
			}
			answers++
		}
		if _, err := s.Status(t.Context(), now, 30); err != nil {
			t.Fatalf("status at %v: %v", shown, err)
		}
	}
	var rows []journal.Row
	for r, err := range s.Log(t.Context(), LogQuery{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > 0 && r.Clock >= rows[len(rows)-1].Clock {
			t.Errorf("row %d is at %d, the one after it at %d", r.Seq, r.Clock, rows[len(rows)-1].Clock)
		}
		rows = append(rows, r)
	}
	if len(rows) < answers+undone {
		t.Errorf("%d answers and %d undos, but %d rows", answers, undone, len(rows))
	}
	var text bytes.Buffer
	copied := newStore(t)
	if err := errors.Join(s.Export(t.Context(), &text), copied.Import(t.Context(), &text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(healthy(t, s).Digest, healthy(t, copied).Digest); diff != "" {
		t.Errorf("the copy differs: %s", diff)
	}
	t.Logf("the clock was %v: %d answers, %d undos, all in their order; 0 errors, 0 damaged", jumps, answers, undone)
}
