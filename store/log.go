package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	"kartei/scheduler"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/plainfile"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// ErrStale is the error of a grade for a card that another session answered
// since it was asked.
var ErrStale = errors.New("the card was answered elsewhere in the meantime")

// Append writes an entry, and what came with it (a leech's suspension, its
// siblings' burial), to the log and brings the caches up to date. When Append
// returns without an error the rows are on disk. Undo takes them back together.
//
// After is the memory that the session expects of a grade; other kinds ignore
// it. What is stored is the replay of the row, which is the same unless another
// process changed the options meanwhile.
//
// The error wraps [ErrStale] for a grade that does not follow on the card's
// stored memory, [ErrNotFound] for an unknown card.
func (s *Store) Append(
	ctx context.Context, e journal.Entry, after scheduler.Memory, with ...journal.Entry,
) (journal.Row, error) {
	var first journal.Row
	var next *logTip
	var card *lastCard
	if len(with) == 0 {
		r, err := s.quick(ctx, e, after)
		if !errors.Is(err, errTip) {
			return r, sqlite.Explain("append to the log", err)
		}
	}
	err := s.record(ctx, func(tx *tx) error {
		ctx := context.WithoutCancel(ctx) // nothing is waited for any more, and watching a context costs
		var err error
		if first, err = tx.append(ctx, e, after); err != nil {
			return err
		}
		for _, e := range with {
			e.Detail.Cause = first.Seq
			if _, err := tx.append(ctx, e, scheduler.Memory{}); err != nil {
				return err
			}
		}
		next, card = tx.logTip(), tx.lastCard
		return nil
	})
	if err == nil {
		s.remember(next, card)
	}
	return first, sqlite.Explain("append to the log", err)
}

// A readTx sees one state of the collection, and has no method that changes it, nor
// the store.
type readTx struct {
	*sqlite.ReadTx
	config   *Config
	calendar scheduler.Calendar // of the collection, when the transaction began
	known    *policies          // of the transactions before; may be nil
	policies *policies          // nil until one is asked for
}

func (s *Store) newReadTx(in *sqlite.ReadTx) readTx {
	s.mu.Lock()
	defer s.mu.Unlock()
	return readTx{ReadTx: in, config: &s.config, calendar: s.calendar, known: s.policies}
}

// A tx is a transaction that appends to the log.
type tx struct {
	readTx
	sql      *sqlite.Tx
	device   device
	tip      journal.Tip
	ahead    bool              // other machines wrote rows that come after the next one
	last     int64             // Row.ID of the row written last
	lastCard *lastCard         // the card that it is about
	branched *journal.Branched // nil until it is asked for
}

func (tx *tx) readBranched(ctx context.Context) (err error) {
	if tx.branched == nil {
		tx.branched, err = table.Branched(ctx, tx)
	}
	return err
}

// exec changes something, by a statement that stays prepared.
func (tx *tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return tx.sql.Exec(ctx, query, args...)
}

// hot are the statements of a grade, prepared before the transaction.
var hot = []string{findTip, selectCard, findPolicies, table.InsertRow, saveMemory}

// record runs change in a transaction that knows the tip of the log.
func (s *Store) record(ctx context.Context, change func(*tx) error) error {
	if err := s.db.Prepare(ctx, hot...); err != nil {
		return err
	}
	var w *tx
	var before int64
	err := s.write(ctx, func(in *sqlite.Tx) error {
		w = &tx{readTx: s.newReadTx(&in.ReadTx), sql: in}
		if err := w.readTip(ctx); err != nil {
			return err
		}
		before = w.tip.Seq
		return change(w)
	})
	if err == nil && w.tip.Seq != before {
		s.advance(highwater.Mark{Device: w.device.name, Seq: w.tip.Seq, Hash: w.tip.Hash})
	}
	if err == nil && w.policies != nil {
		s.keepPolicies(w.policies)
	}
	return err
}

// read runs look in a transaction that sees one state of the collection and
// changes nothing. Others may write meanwhile.
func (s *Store) read(ctx context.Context, look func(*readTx) error) error {
	return s.readIn(ctx, s.db, look)
}

// readApart is read for what hands rows to the caller one by one: the caller may
// use s meanwhile, which has one connection, so this has another.
func (s *Store) readApart(ctx context.Context, look func(*readTx) error) error {
	db, err := sqlite.Open(s.source, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return s.readIn(ctx, db, look)
}

func (s *Store) readIn(ctx context.Context, db *sqlite.DB, look func(*readTx) error) error {
	return db.Read(ctx, func(in *sqlite.ReadTx) error {
		tx := s.newReadTx(in)
		return look(&tx)
	})
}

const findTip = `SELECT d.id, d.name, coalesce(l.seq, 0), coalesce(l.hash, zeroblob(32)),
	coalesce((SELECT max(clock) FROM (SELECT own, (SELECT clock FROM log WHERE device = d.id ORDER BY seq DESC LIMIT 1) AS clock FROM devices d) WHERE own OR clock <= ?1), 0),
	EXISTS (SELECT 1 FROM devices d WHERE NOT own AND (SELECT clock FROM log WHERE device = d.id ORDER BY seq DESC LIMIT 1) > ?1)
	FROM (SELECT id, name FROM devices WHERE own = 1 ORDER BY id DESC LIMIT 1) d
	LEFT JOIN log l ON l.device = d.id AND l.seq = (SELECT max(seq) FROM log WHERE device = d.id)`

// readTip reads the device anew with each transaction: another process may
// have restored a backup, and with it begun a new log. Rows of another machine whose
// clock is ahead move this one's no further than [aheadAtMost].
func (tx *tx) readTip(ctx context.Context) error {
	latest := tx.config.Now().UnixMilli() + aheadAtMost.Milliseconds()
	err := tx.Scan(ctx, findTip, []any{latest}, &tx.device.id, &tx.device.name, &tx.tip.Seq, sqlite.Blob(tx.tip.Hash[:]),
		&tx.tip.Clock, &tx.ahead)
	if err != nil || !tx.ahead {
		return err
	}
	before, err := tx.clockBefore(ctx, latest)
	tx.tip.Clock = max(tx.tip.Clock, before)
	return err
}

// clockBefore is the latest clock, up to one, of the machines whose newest rows are
// later than that. It looks into their logs where a search by halves does, since they
// may have many such rows, and this is asked before each answer.
func (tx *readTx) clockBefore(ctx context.Context, latest int64) (clock int64, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, (SELECT max(seq) FROM log WHERE device = d.id) FROM devices d
		WHERE NOT own AND (SELECT clock FROM log WHERE device = d.id ORDER BY seq DESC LIMIT 1) > ?`, latest)
	type end struct{ device, seq int64 }
	ends, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (e end, err error) { return e, rows.Scan(&e.device, &e.seq) })
	for _, e := range ends {
		sort.Search(int(e.seq), func(i int) bool { // rows of a device rise in their clocks
			var at int64
			failed := tx.Scan(ctx, `SELECT clock FROM log WHERE device = ? AND seq = ?`, []any{e.device, i + 1}, &at)
			err = errors.Join(err, failed)
			if at <= latest {
				clock = max(clock, at)
			}
			return at > latest
		})
	}
	return clock, err
}

// aheadAtMost is how much later than now rows of other machines may be and still count
// as earlier than the next one here.
const aheadAtMost = 24 * time.Hour

// push writes the next row of the chain, and nothing else.
func (tx *tx) push(ctx context.Context, e journal.Entry) (journal.Row, error) {
	r, err := journal.Seal(e, tx.device.name, tx.tip)
	if err != nil {
		return r, err
	}
	result, err := tx.exec(ctx, table.InsertRow, table.Log.Values(&r, tx.device.id)...)
	if err != nil {
		return r, err
	}
	tx.tip = r.Tip()
	r.ID, err = result.LastInsertId()
	tx.last = r.ID
	return r, err
}

// append writes a row about a card and what it does to the card.
func (tx *tx) append(ctx context.Context, e journal.Entry, after scheduler.Memory) (journal.Row, error) {
	switch e.Kind {
	case journal.KindUndo, journal.KindAlias, journal.KindFollow, journal.KindPlace, journal.KindOrigin,
		journal.KindFit, journal.KindDue, journal.KindKeep, journal.KindOption, journal.KindArchive,
		journal.KindEdition, journal.KindShown, journal.KindBranch:
		return journal.Row{}, fmt.Errorf("%s is not an act of the learner", e.Kind)
	}
	p, st, err := tx.findCard(ctx, e.Card)
	if err != nil {
		return journal.Row{}, err
	}
	if e.Kind == journal.KindGrade && e.Mode == journal.ModeReview {
		if after.Reps != st.Reps+1 {
			return journal.Row{}, fmt.Errorf("card %s: %w", e.Card, ErrStale)
		}
		policy, err := tx.policy(ctx, p.deck)
		if err != nil {
			return journal.Row{}, err
		}
		e.Detail.Fit = policy.Fitted()
		after = policy.Replay(e.Card, st.Memory, e.Grade, e.Moment, e.Days)
	}
	r, err := tx.push(ctx, e)
	if err != nil {
		return r, err
	}
	if tx.ahead { // some may be about this card
		return r, tx.recall(ctx, p.name)
	}
	st.Take(&e, after)
	tx.lastCard = &lastCard{p.name, p.card, p.deck, st}
	return r, tx.save(ctx, p, st)
}

// advance makes m the mark of the open collection. It is written to the file that was
// found, so that nobody puts another in its place.
func (s *Store) advance(m highwater.Mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.highWaterFile == nil {
		f, err := plainfile.Own(highwater.Path(s.path), os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			return
		}
		s.highWaterFile = f
	}
	_, _ = s.highWaterFile.WriteAt([]byte(m.String()), 0)
}
