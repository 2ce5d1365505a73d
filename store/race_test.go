package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
)

func TestEightFirstStartsAtOnce(t *testing.T) {
	for round := range 5 {
		path := filepath.Join(t.TempDir(), "new", "folder", "collection.db")
		devices := make([]string, 8)
		var all sync.WaitGroup
		for i := range devices {
			all.Go(func() {
				out, err := helper(t, "open", path, 0).CombinedOutput()
				if err != nil {
					t.Errorf("round %d, start %d: %v: %s", round, i, err, out)
				}
				devices[i] = string(out)
			})
		}
		all.Wait()
		for _, d := range devices {
			if d != devices[0] {
				t.Errorf("one collection has the devices %q and %q", devices[0], d)
			}
		}
	}
}

// contention is how long writers and readers contend; KARTEI_CONTENTION sets it.
func contention(t testing.TB) time.Duration {
	text := os.Getenv("KARTEI_CONTENTION")
	if text == "" {
		return 2 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestContention lets four processes answer the same cards, while four others
// read everything and one compiles: no call may fail, no answer may be lost, no
// card may be asked by two at once.
func TestContention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openTest(t, path)
	apply(t, s, learner(0))
	end := time.Now().Add(contention(t))
	t.Setenv("KARTEI_STORE_END", end.Format(time.RFC3339Nano))

	var all sync.WaitGroup
	var mu sync.Mutex
	written, reads := map[string]string{}, 0
	for i := range 4 {
		all.Go(func() {
			cmd := helper(t, "contend", path, uint64(i+1))
			failed := stderrOf(cmd)
			for line := range lines(t, cmd) {
				var seq, hash string
				if n, _ := fmt.Sscanf(line, "row %s %s", &seq, &hash); n == 2 {
					mu.Lock()
					if other := written[seq]; other != "" {
						t.Errorf("row %s was written twice", seq)
					}
					written[seq] = hash
					mu.Unlock()
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("a writer: %v: %s", err, failed)
			}
		})
		all.Go(func() {
			n, err := readAll(t.Context(), path, end)
			if err != nil {
				t.Errorf("a reader: %v", err)
			}
			mu.Lock()
			reads += n
			mu.Unlock()
		})
	}
	all.Go(func() {
		for edition := 1; time.Now().Before(end); edition++ {
			if _, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{learner(edition)}}, at(0, 0)); err != nil {
				t.Errorf("a compile: %v", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
	all.Wait()

	kept := map[string]string{}
	for r, err := range s.Log(t.Context(), LogQuery{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		kept[fmt.Sprint(r.Seq)] = r.Hash.String()
	}
	for seq, hash := range written {
		if kept[seq] != hash {
			t.Errorf("row %s is lost", seq)
		}
	}
	if len(written) == 0 || reads == 0 {
		t.Error("nobody got anything done")
	}
	t.Logf("%v: %d answers of 4 writers, all kept; %d full reads of 4 readers; no error", contention(t), len(written), reads)
}

// readAll reads the whole collection in every way until the end.
func readAll(ctx context.Context, path string, end time.Time) (n int, err error) {
	for ; time.Now().Before(end); n++ {
		s, err := Open(ctx, path, Config{Calendar: scheduler.DefaultCalendar})
		if err != nil {
			return n, err
		}
		var b strings.Builder
		_, err = s.Status(ctx, at(1, 0), 30)
		for _, cardErr := range s.Cards(ctx, Query{}, at(1, 0)) {
			err = errors.Join(err, cardErr)
		}
		report, doctorErr := s.Doctor(ctx, true)
		for _, f := range report.Findings {
			err = errors.Join(err, fmt.Errorf("%s: %s", f.Check, f.What))
		}
		if err := errors.Join(err, doctorErr, s.Export(ctx, &b), s.Close()); err != nil {
			return n, err
		}
	}
	return n, nil
}

// helpContend answers cards that no other process is asking. To prove that, it
// creates a file for the time of the question, which must not exist.
func helpContend(path string, dice *rand.Rand) error {
	end, err := time.Parse(time.RFC3339Nano, os.Getenv("KARTEI_STORE_END"))
	if err != nil {
		return err
	}
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	d := learner(0)
	for i := 0; time.Now().Before(end); i++ {
		card := d.Facts[dice.IntN(8)].Cards[0].ID
		now := at(i/50, time.Duration(i)*time.Second)
		ok, err := s.Claim(ctx, card, scheduler.DefaultCalendar.Moment(time.Now()))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		asked := filepath.Join(filepath.Dir(path), "asked-"+card)
		f, err := os.OpenFile(asked, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("a card is asked twice: %w", err)
		}
		row, err := tryGrade(ctx, s, card, scheduler.Grade(1+dice.IntN(4)), now)
		if err != nil {
			return err
		}
		fmt.Println("row", row.Seq, row.Hash)
		if err := errors.Join(f.Close(), os.Remove(asked)); err != nil {
			return err
		}
	}
	_, err = s.Claim(ctx, "", at(0, 0))
	return errors.Join(err, s.Close())
}
