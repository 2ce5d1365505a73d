package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/sqlite"
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

// TestEightMigrationsAtOnce lets eight processes find a collection of the first
// schema: one migrates it, all back it up before, under one name even.
func TestEightMigrationsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	unpack(t, samplePath(1), path)
	before := sampleLog(t)
	devices := make([]string, 8)
	var all sync.WaitGroup
	for i := range devices {
		all.Go(func() {
			out, err := helper(t, "open", path, 0).CombinedOutput()
			if err != nil {
				t.Errorf("start %d: %v: %s", i, err, out)
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
	if diff := cmp.Diff(before, logOf(t, path)); diff != "" {
		t.Errorf("the log changed: %s", diff)
	}
	entries, err := os.ReadDir(backup.Folder(path))
	if err != nil || len(entries) == 0 {
		t.Errorf("no backup was made: %v", err)
	}
	for _, e := range entries {
		if err := Verify(t.Context(), filepath.Join(backup.Folder(path), e.Name()), Config{}); err != nil {
			t.Errorf("backup %s: %v", e.Name(), err)
		}
	}
	healthy(t, openTest(t, path))
}

// sampleLog is the log of the sample of the first schema.
func sampleLog(t *testing.T) []string {
	path := filepath.Join(t.TempDir(), "collection.db")
	unpack(t, samplePath(1), path)
	return logOf(t, path)
}

// TestReadersNeverWait reads everything while another connection is in the
// middle of a change that it never ends.
func TestReadersNeverWait(t *testing.T) {
	path, _ := used(t)
	writer := openPlain(t, path)
	defer writer.Close()
	err := writer.write(t.Context(), func(tx *sqlite.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `UPDATE cards SET content = 'not for others to see'`); err != nil {
			return err
		}
		if err := readOnce(t.Context(), path); err != nil {
			t.Errorf("a reader: %v", err)
		}
		s := openPlain(t, path)
		defer s.Close()
		if _, err := s.Backup(t.Context(), "asked", at(0, 0)); err != nil {
			t.Errorf("a backup: %v", err)
		}
		return errDryRun
	})
	if !errors.Is(err, errDryRun) {
		t.Error(err)
	}
}

// fairShare is how many answers each writer gives before the contention ends;
// KARTEI_LAWS sets it.
func fairShare() int { return laws(100) }

// TestContention lets four processes answer the same cards, while four others
// read everything and one compiles: no call may fail, no answer may be lost, no
// card may be asked by two at once, and nobody may be kept out for ever.
func TestContention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openTest(t, path)
	apply(t, s, learner(0))
	c := &contest{t: t, path: path, written: map[string]string{}, over: make(chan struct{})}
	c.more = sync.NewCond(&c.mu)
	c.shares.Add(9)
	for i := range 4 {
		c.all.Go(func() { c.write(uint64(i + 1)) })
		c.all.Go(func() { c.read() })
	}
	compiles := 0
	c.all.Go(func() {
		c.until(1, func() error {
			compiles++
			_, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{learner(compiles)}}, at(0, 0))
			c.others(fairShare() / 4)
			return err
		})
	})
	start := time.Now()
	c.shares.Wait()
	c.end()
	took := time.Since(start)
	c.all.Wait()

	kept := map[string]string{}
	for r, err := range s.Log(t.Context(), LogQuery{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		kept[fmt.Sprint(r.Seq)] = r.Hash.String()
	}
	for seq, hash := range c.written {
		if kept[seq] != hash {
			t.Errorf("row %s is lost", seq)
		}
	}
	t.Logf("%.1f s: %d answers of 4 writers, all kept; %d full reads of 4 readers; %d compiles; no error", took.Seconds(), len(c.written), c.reads, compiles)
}

// A contest goes on until it is over; that is not before everyone has had a
// share. Who fails ends at once.
type contest struct {
	t      *testing.T
	path   string
	all    sync.WaitGroup
	shares sync.WaitGroup
	over   chan struct{}

	mu      sync.Mutex
	more    *sync.Cond        // when more is written, or it is over
	written map[string]string // hash by seq
	reads   int
	ended   bool
}

// others waits until others have written so many rows, or it is over.
func (c *contest) others(rows int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for until := len(c.written) + rows; len(c.written) < until && !c.ended; {
		c.more.Wait()
	}
}

// end lets everyone come to an end.
func (c *contest) end() {
	close(c.over)
	c.stopWaiting()
}

// stopWaiting lets nobody wait for rows any more.
func (c *contest) stopWaiting() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	c.more.Broadcast()
}

// until acts again and again until the contest is over. The first share times
// are this one's share.
func (c *contest) until(share int, act func() error) {
	ended := sync.OnceFunc(c.shares.Done)
	defer ended()
	for n := 1; ; n++ {
		if err := act(); err != nil {
			c.t.Error(err)
			c.stopWaiting()
			return
		}
		if n == share {
			ended()
		}
		select {
		case <-c.over:
			return
		default:
		}
	}
}

func (c *contest) read() {
	c.until(1, func() error {
		c.mu.Lock()
		c.reads++
		c.mu.Unlock()
		if err := readOnce(c.t.Context(), c.path); err != nil {
			return fmt.Errorf("a reader: %w", err)
		}
		return nil
	})
}

// write lets another process answer until its input ends, and keeps what it
// says was written.
func (c *contest) write(seed uint64) {
	cmd := helper(c.t, "contend", c.path, seed)
	failed := stderrOf(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Error(err)
		c.shares.Done()
		return
	}
	said := lines(c.t, cmd)
	c.until(fairShare(), func() error {
		line, ok := <-said
		if !ok {
			return fmt.Errorf("a writer ended: %s", failed)
		}
		return c.note(line)
	})
	in.Close()
	for line := range said {
		if err := c.note(line); err != nil {
			c.t.Error(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		c.t.Errorf("a writer: %v: %s", err, failed)
	}
}

func (c *contest) note(line string) error {
	var seq, hash string
	if _, err := fmt.Sscanf(line, "row %s %s", &seq, &hash); err != nil {
		return fmt.Errorf("a writer says %q", line)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written[seq] != "" {
		return fmt.Errorf("row %s was written twice", seq)
	}
	c.written[seq] = hash
	c.more.Broadcast()
	return nil
}

// readOnce reads the whole collection in every way.
func readOnce(ctx context.Context, path string) error {
	s, err := Open(ctx, path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		return err
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
	return errors.Join(err, doctorErr, s.Export(ctx, &b), s.Close())
}

// helpContend answers cards that no other process is asking, until its input
// ends. To prove that, it creates a file for the time of the question, which
// must not exist.
func helpContend(path string, dice *rand.Rand) error {
	var over atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		over.Store(true)
	}()
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	d := learner(0)
	for i := 0; !over.Load(); i++ {
		card := d.Facts[dice.IntN(8)].Cards[0].ID
		now := at(i/50, time.Duration(i)*time.Second)
		ok, err := s.Claim(ctx, card, scheduler.DefaultCalendar.Moment(time.Now()))
		if errors.Is(err, ErrBusy) {
			continue // a claim is not waited for
		}
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
	if _, err = s.Claim(ctx, "", at(0, 0)); errors.Is(err, ErrBusy) {
		err = nil // it ends with the process
	}
	return errors.Join(err, s.Close())
}
