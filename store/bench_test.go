package store

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/progress"
	"kartei/store/queue"
	"kartei/store/sqlite"
	"kartei/store/table"
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
	review, err := session.Open(ctx, s.Source(queue.Only{}), tree, session.Settings{Defer: 200}, at(30, 0))
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
	small := deck("small", 100)
	oneNew := func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			addFact(small, fmt.Sprint("more-", b.Name(), i), fmt.Sprint("How much more is ", b.Name(), i), "a bit")
			if _, err := s.Apply(b.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{small}}, at(0, 0)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("one-new", oneNew)
	apply(b, s)
	b.Run("one-new-all-else-retired", oneNew)
}

// BenchmarkGrade measures a graded answer against a bare durable commit of one
// row in the same kind of file: of two columns, without an index, in a statement
// that is prepared and a context that cannot end. The metric is the ratio of both.
func BenchmarkGrade(b *testing.B) {
	s := openPlain(b, filled(b, 1_000))
	defer s.Close()
	bare, err := connect(sqlite.Own(filepath.Join(b.TempDir(), "bare.db")))
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
	var grading, committing []time.Duration
	m := c.Memory
	for i := 0; b.Loop(); i++ {
		now := at(40, time.Duration(i)*time.Minute)
		start := time.Now()
		out := policy.Apply(card, m, scheduler.Good, now, scheduler.Load{})
		if _, err := s.Append(b.Context(), journal.Entry{Moment: now, Kind: journal.KindGrade, Card: card, Mode: journal.ModeReview, Grade: scheduler.Good,
			State: m.State, Days: out.Days, Item: c.Hash, Detail: journal.Detail{Format: "recall"}}, out.Memory); err != nil {
			b.Fatal(err)
		}
		m = out.Memory
		grading = append(grading, time.Since(start))
		start = time.Now()
		if _, err := insert.Exec(i, "a row about as long as one that an answer writes to the log of a collection"); err != nil {
			b.Fatal(err)
		}
		committing = append(committing, time.Since(start))
	}
	// Medians: a disk that is busy with other things for a while says nothing.
	slices.Sort(grading)
	slices.Sort(committing)
	median := func(all []time.Duration) float64 { return float64(all[len(all)/2].Microseconds()) }
	b.ReportMetric(median(grading), "µs/grade")
	b.ReportMetric(median(grading)/median(committing), "ratio")
}

func openPlain(b testing.TB, path string) *Store {
	b.Helper()
	s, err := Open(b.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// filled makes a collection of n cards in one deck, or spread over some; a tenth
// of them are new, the others due over two months. Memory is written as a replay
// would leave it in shape, not in content: benchmarks only read it.
func filled(b *testing.B, n int, names ...string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), fmt.Sprintf("filled-%d.db", n))
	s := openPlain(b, path)
	defer s.Close()
	if len(names) == 0 {
		names = []string{"maths"}
	}
	for _, name := range names {
		d := deck(name, n/len(names))
		if _, err := s.Apply(b.Context(), Compiled{Root: "/" + name, Decks: []*decks.Deck{d}}, at(0, 0)); err != nil {
			b.Fatal(err)
		}
	}
	err := s.write(b.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.ExecContext(b.Context(), `INSERT INTO memory (card, deck, state, step, lapses, reps, sessions, stability, class, fast, difficulty,
				due, due_day, last, last_day, first_day, suspended, buried, flag, seen, hidden)
			SELECT id, deck, 2, 0, 0, 3, 2, 1 + id % 97, cast(4 * log2(1 + id % 97) AS INTEGER) + 4, 0, 1 + id % 9, 0, ?1 + id * 7919 % 60, 0, ?1 - 1 - id % 50, ?1 - 60, 0, 0, 0, hash, 0
			FROM cards WHERE id % 10 <> 1`, at(0, 0).Day)
		if err == nil {
			_, err = tx.ExecContext(b.Context(), `UPDATE cards SET fresh = 0 WHERE id % 10 <> 1`)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// bigPath is where the large collection is; it is made if it is not there.
var bigPath = flag.String("big", "", "run BenchmarkBig over the collection of 1,000,000 cards and 5,000,000 log rows at this `path`")

// BenchmarkBig measures what must not depend on a collection's size, and what
// must not take for ever.
func BenchmarkBig(b *testing.B) {
	if *bigPath == "" {
		b.Skip("-big PATH names the large collection")
	}
	if _, err := os.Stat(*bigPath); err != nil {
		makeBig(b, *bigPath)
	}
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			openPlain(b, *bigPath).Close()
		}
	})
	b.Run("first-card", func(b *testing.B) {
		for b.Loop() {
			firstCard(b, *bigPath)
		}
	})
	b.Run("status", func(b *testing.B) {
		s := openPlain(b, *bigPath)
		defer s.Close()
		for b.Loop() {
			if _, err := s.Status(b.Context(), at(30, 0), 30); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("grade", func(b *testing.B) {
		s := openPlain(b, *bigPath)
		defer s.Close()
		i := 0
		for b.Loop() {
			i++
			grade(b, s, decks.CardID(fmt.Sprint("deck-", i%10), fmt.Sprint("fact-", i%bigDeck), "card"), scheduler.Good, at(2000, time.Duration(i)*time.Second))
		}
	})
	b.Run("backup", func(b *testing.B) {
		s := openPlain(b, *bigPath)
		defer s.Close()
		for b.Loop() {
			if err := sqlite.Copy(b.Context(), sqlite.Shared(*bigPath), filepath.Join(b.TempDir(), "copy.db"), progress.Func(nil).Of("copying")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify", func(b *testing.B) {
		copied := filepath.Join(b.TempDir(), "copy.db")
		if err := sqlite.Copy(b.Context(), sqlite.Shared(*bigPath), copied, progress.Func(nil).Of("copying")); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := Verify(b.Context(), copied, Config{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("grade-during-backup", func(b *testing.B) { gradeDuringBackup(b, *bigPath) })
	b.Run("doctor", func(b *testing.B) {
		s := openPlain(b, *bigPath)
		defer s.Close()
		for b.Loop() {
			healthy(b, s)
		}
	})
}

// gradeDuringBackup answers cards while another connection makes a verified
// backup, and for comparison as many without one.
func gradeDuringBackup(b *testing.B, path string) {
	s, other := openPlain(b, path), openPlain(b, path)
	defer s.Close()
	defer other.Close()
	n := 0
	answer := func() time.Duration {
		n++
		start := time.Now()
		grade(b, s, decks.CardID(fmt.Sprint("deck-", n%10), fmt.Sprint("fact-", n%bigDeck), "card"), scheduler.Good, at(3000, time.Duration(n)*time.Second))
		return time.Since(start)
	}
	var during, alone []time.Duration
	for b.Loop() {
		done := make(chan error)
		go func() { done <- other.BackupTo(b.Context(), filepath.Join(b.TempDir(), "copy.db")) }()
	backup:
		for {
			during = append(during, answer())
			select {
			case err := <-done:
				if err != nil {
					b.Fatal(err)
				}
				break backup
			case <-time.After(20 * time.Millisecond): // a learner thinks, if not for long
			}
		}
	}
	for range during {
		alone = append(alone, answer())
		time.Sleep(time.Millisecond)
	}
	for name, all := range map[string][]time.Duration{"during": during, "alone": alone} {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-median-"+name)
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99-"+name)
	}
	b.ReportMetric(float64(len(during))/float64(b.N), "answers/backup")
}

// The large collection has ten decks of so many cards, each answered five times
// but for a tenth.
const (
	bigDecks   = 10
	bigDeck    = 100_000
	bigAnswers = 5_555_555 / (bigDecks * bigDeck)
)

func makeBig(b *testing.B, path string) {
	b.Helper()
	s := openPlain(b, path)
	defer s.Close()
	start := time.Now()
	for i := range bigDecks {
		apply := Compiled{Root: fmt.Sprint("/decks/", i), Decks: []*decks.Deck{deck(fmt.Sprint("deck-", i), bigDeck)}}
		if _, err := s.Apply(b.Context(), apply, at(0, 0)); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d cards applied in %v", bigDecks*bigDeck, time.Since(start))
	start = time.Now()
	if err := s.record(b.Context(), func(tx *tx) error { return bigLog(b.Context(), tx) }); err != nil {
		b.Fatal(err)
	}
	b.Logf("log written in %v", time.Since(start))
	start = time.Now()
	err := s.record(b.Context(), func(tx *tx) error {
		replay, err := tx.fullReplay(b.Context(), nil, nil)
		if err != nil {
			return err
		}
		return tx.recompute(b.Context(), replay)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("log replayed and memory written in %v", time.Since(start))
}

// bigLog answers card after card when it is due, over three years.
func bigLog(ctx context.Context, tx *tx) error {
	policy, err := scheduler.NewPolicy(scheduler.Defaults(), scheduler.DefaultCalendar)
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(1, 1))
	rows := sqlite.NewBatch(tx.sql, table.InsertRows, table.RowWidth)
	for i := range bigDecks * bigDeck {
		if i/bigDecks%10 == 9 {
			continue
		}
		card := decks.CardID(fmt.Sprint("deck-", i%bigDecks), fmt.Sprint("fact-", i/bigDecks), "card")
		var m scheduler.Memory
		now := at(-i%1000, 0)
		for n := bigAnswers + i%2; n > 0 || m.State != scheduler.Review; n-- {
			g := scheduler.Grade(1 + (dice.IntN(20)+5)/8)
			if n <= 0 {
				g = scheduler.Easy // few cards are in their steps at one time
			}
			out := policy.Apply(card, m, g, now, scheduler.Load{})
			r, err := journal.Seal(journal.Entry{Moment: now, Kind: journal.KindGrade, Card: card, Mode: journal.ModeReview, Grade: g, Duration: 4 * time.Second,
				State: m.State, Days: out.Days, Item: "abcdefghij234567", Detail: journal.Detail{Format: "recall"}}, tx.device.name, tx.tip)
			if err != nil {
				return err
			}
			tx.tip = r.Tip()
			err = rows.Add(ctx, table.Log.Values(&r, tx.device.id)...)
			if err != nil {
				return err
			}
			m = out.Memory
			wait := out.Wait(now)
			now = scheduler.DefaultCalendar.Moment(time.UnixMilli(now.At).Add(wait).In(time.FixedZone("", 3600)))
		}
	}
	return rows.Flush(ctx)
}

// BenchmarkReplay replays a log of 500,000 answers from disk.
func BenchmarkReplay(b *testing.B) {
	path := filepath.Join(b.TempDir(), "collection.db")
	s := openPlain(b, path)
	defer s.Close()
	apply(b, s, deck("maths", 20_000))
	err := s.record(b.Context(), func(tx *tx) error {
		policy, err := scheduler.NewPolicy(scheduler.Defaults(), scheduler.DefaultCalendar)
		if err != nil {
			return err
		}
		rows := sqlite.NewBatch(tx.sql, table.InsertRows, table.RowWidth)
		memories := make([]scheduler.Memory, 20_000)
		for i := range 500_000 {
			k := i % len(memories)
			card, now := decks.CardID("maths", fmt.Sprint("fact-", k), "card"), at(i/1000, time.Duration(i%1000)*time.Second)
			out := policy.Apply(card, memories[k], scheduler.Good, now, scheduler.Load{})
			r, err := journal.Seal(journal.Entry{Moment: now, Kind: journal.KindGrade, Card: card, Mode: journal.ModeReview, Grade: scheduler.Good, State: memories[k].State, Days: out.Days}, tx.device.name, tx.tip)
			if err != nil {
				return err
			}
			tx.tip, memories[k] = r.Tip(), out.Memory
			if err := rows.Add(b.Context(), table.Log.Values(&r, tx.device.id)...); err != nil {
				return err
			}
		}
		return rows.Flush(b.Context())
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := s.read(b.Context(), func(tx *readTx) error {
			replay, err := tx.fullReplay(b.Context(), nil, nil)
			if err == nil && replay.Rows != 500_000 {
				b.Errorf("%d rows were replayed", replay.Rows)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFacts reads all that a deck of 10,000 facts says, as an export does.
func BenchmarkFacts(b *testing.B) {
	s := openPlain(b, filled(b, 10_000))
	defer s.Close()
	d, err := s.Deck(b.Context(), "maths")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range s.Facts(b.Context(), d) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkExport writes whole collections as text: ten times the cards take ten
// times as long.
func BenchmarkExport(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint("cards=", n), func(b *testing.B) {
			s := openPlain(b, filled(b, n, "maths", "physics", "biology"))
			defer s.Close()
			for b.Loop() {
				if err := s.Export(b.Context(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/card")
		})
	}
}
