package store

import (
	"context"
	"errors"
	"strings"
	"sync"

	"kartei/scheduler"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Most answers are to the card that was read last, in a session that wrote the
// newest row of the log itself. What such an answer rests on is remembered, and one
// statement compares that with what is so and writes all of the answer or nothing. It
// takes about 1.1 times a bare commit, and [Store.record] about 1.5 times one: there
// go all other answers, and one of which the comparison fails.

// A logTip is the state of the log that the next row is to follow on.
type logTip struct {
	device   device
	tip      journal.Tip
	last     int64 // Row.ID of the newest row of all devices
	policies *policies
}

// A lastCard is the one that was read last, as it was then.
type lastCard struct {
	card  string // present name
	row   int64
	deck  int64
	state journal.CardState
}

// errTip is the error of an answer that does not fit the quick way.
var errTip = errors.New("the collection is not as it was remembered")

// The quick way is a view that only this connection sees, with a trigger that
// takes what is inserted into it apart. Its columns that begin with was_ are
// what the answer rests on; that nothing came into the log meanwhile, a
// suspension say, shows as its next id is free. What no answer changes is left
// out of the update, so that the indexes of it are not touched.
var (
	quickView = sync.OnceValue(func() string {
		return `CREATE TEMP VIEW IF NOT EXISTS answer AS SELECT NULL AS ` + strings.Join(quickNames(), ", NULL AS ")
	})
	quickInsert = sync.OnceValue(func() string {
		return `INSERT INTO answer VALUES (` + sqlite.Marks(len(quickNames())) + `)`
	})

	quickTrigger = sync.OnceValue(func() string {
		return `CREATE TEMP TRIGGER IF NOT EXISTS answered INSTEAD OF INSERT ON answer BEGIN
		UPDATE memory SET class = new.class, seen = new.log_item, ` + table.Memory.Each(`% = new.%`, `, `) + `
			WHERE card = new.was_row AND deck = new.was_deck AND ` + table.Memory.Each(`% = new.was_%`, ` AND `) + `;
		SELECT RAISE(ABORT, 'the answer rests on something else') WHERE changes() <> 1
			OR (SELECT name FROM devices WHERE own = 1 ORDER BY id DESC LIMIT 1) <> new.was_device
			OR CAST(coalesce((SELECT value FROM settings WHERE name = 'policies'), '0') AS INTEGER) <> new.was_policies
			OR NOT EXISTS (SELECT 1 FROM cards WHERE id = new.was_row AND card = new.log_card AND deck = new.was_deck AND retired = 0 AND fresh = 0);
		INSERT INTO log (id, device, ` + table.Log.Names("") + `)
			VALUES (new.was_newest + 1, new.log_device, ` + table.Log.Names("new.log_") + `);
	END`
	})
)

func quickNames() []string {
	return append([]string{"was_row", "was_deck", "was_newest", "was_device", "was_policies", "class"},
		strings.Split(strings.Join([]string{table.Memory.Names("was_"), table.Memory.Names(""),
			"log_device", table.Log.Names("log_")}, ", "), ", ")...)
}

// quick records an answer the quick way. The error is [errTip] where that
// cannot be, and then nothing was written.
func (s *Store) quick(ctx context.Context, e journal.Entry, after scheduler.Memory) (r journal.Row, err error) {
	f, c := s.remembered()
	if ctx.Err() != nil || f == nil || c == nil || c.card != e.Card || c.state.State == scheduler.New ||
		c.state.Suspended || e.Kind != journal.KindGrade || e.Mode != journal.ModeReview {
		return r, errTip
	}
	policy := f.policies.byDeck[c.deck]
	if policy == nil || after.Reps != c.state.Reps+1 {
		return r, errTip
	}
	if err := s.prepareQuick(ctx); err != nil {
		return r, errTip
	}
	e.Detail.Fit = policy.Fitted()
	if r, err = journal.Seal(e, f.device.name, f.tip); err != nil {
		return r, err
	}
	st := c.state
	st.Take(&e, policy.Replay(e.Card, st.Memory, e.Grade, e.Moment, e.Days))
	args := append(make([]any, 0, 64), c.row, c.deck, f.last, f.device.name, f.policies.version,
		table.Band(st.Stability))
	args = table.Memory.Values(&st.Memory, table.Memory.Values(&c.state.Memory, args...)...)
	args = table.Log.Values(&r, append(args, f.device.id)...)
	if _, err := s.db.Exec(ctx, quickInsert(), args...); err != nil {
		meaning := sqlite.Meaning(err)
		if meaning == ErrBusy {
			s.db.Waits(true) // as long as one try is
		}
		if meaning == nil || meaning == ErrBusy {
			err = errTip
		}
		return r, err
	}
	r.ID = f.last + 1
	s.remember(&logTip{f.device, r.Tip(), r.ID, f.policies}, &lastCard{c.card, c.row, c.deck, st})
	s.advance(highwater.Mark{Device: f.device.name, Seq: r.Seq, Hash: r.Hash})
	return r, s.stillThere()
}

// logTip is what the row after those of a transaction follows on; nil if the
// options that it depends on are not known.
func (tx *tx) logTip() *logTip {
	if tx.policies == nil || tx.ahead {
		return nil
	}
	return &logTip{tx.device, tx.tip, tx.last, tx.policies}
}

// remembered returns what the next answer can rest on; nil is nothing.
func (s *Store) remembered() (*logTip, *lastCard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tip, s.lastCard
}

func (s *Store) remember(f *logTip, c *lastCard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tip, s.lastCard = f, c
}

// ask remembers a card that was read.
func (s *Store) ask(c *Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastCard = &lastCard{c.ID, c.rowID, c.DeckID, c.CardState}
}

// prepareQuick gives the connection what quickInsert needs.
func (s *Store) prepareQuick(ctx context.Context) error {
	if s.db.IsPrepared(quickInsert()) {
		return nil
	}
	for _, query := range []string{quickView(), quickTrigger()} {
		if _, err := s.db.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return s.db.Prepare(ctx, quickInsert())
}
