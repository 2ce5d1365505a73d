package store

import (
	"container/heap"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kartei/scheduler"
)

// A reckoning replays the whole log: what every table that is a cache must say.
type reckoning struct {
	tx        *readTx
	names     names
	voided    map[Ref]bool
	standings map[string]*reckoned // by present name
	rows      int
	total     int64            // rows there are
	check     func(*Row)       // sees every row first; may be nil
	show      func(Step) error // sees what rows do; may be nil
}

type reckoned struct {
	Standing
	policy *scheduler.Policy // nil: no such card was compiled here
}

// reckon replays the log.
func (tx *readTx) reckon(ctx context.Context, check func(*Row)) (*reckoning, error) {
	k := tx.newReckoning()
	k.check = check
	return k, k.run(ctx)
}

func (tx *readTx) newReckoning() *reckoning {
	return &reckoning{tx: tx, names: names{}, voided: map[Ref]bool{}, standings: map[string]*reckoned{}}
}

func (k *reckoning) run(ctx context.Context) error {
	if err := k.special(ctx); err != nil {
		return err
	}
	if err := k.known(ctx); err != nil {
		return err
	}
	return k.replay(ctx)
}

// special reads the rows that say how to read the others.
func (k *reckoning) special(ctx context.Context) error {
	rows, err := k.tx.QueryContext(ctx, `SELECT `+rowColumns+` FROM `+rowTables+` WHERE l.kind IN ('undo', 'alias')`)
	special, err := collect(rows, err, scanRow)
	if err != nil {
		return err
	}
	slices.SortFunc(special, func(a, b Row) int { return compareRows(&a, &b) })
	for i := range special {
		r := &special[i]
		switch {
		case r.Kind == KindAlias:
			k.names.alias(r.Card, r.Detail.To, r.Clock)
		case r.Detail.Undone != nil:
			k.voided[*r.Detail.Undone] = true
		}
	}
	return nil
}

// known finds the policies of the cards that have a memory.
func (k *reckoning) known(ctx context.Context) error {
	rows, err := k.tx.QueryContext(ctx, `SELECT c.card, c.deck FROM memory m JOIN cards c ON c.id = m.card`)
	type known struct {
		card string
		deck int64
	}
	all, err := collect(rows, err, func(rows *sql.Rows) (c known, err error) { return c, rows.Scan(&c.card, &c.deck) })
	if err != nil {
		return err
	}
	for _, c := range all {
		policy, err := k.tx.policy(ctx, c.deck)
		if err != nil {
			return err
		}
		k.standings[c.card] = &reckoned{policy: policy}
	}
	return nil
}

// standing finds what is known so far of a card.
func (k *reckoning) standing(ctx context.Context, card string) (*reckoned, error) {
	if st := k.standings[card]; st != nil {
		return st, nil
	}
	st := &reckoned{}
	k.standings[card] = st
	var deck int64
	err := k.tx.Scan(ctx, `SELECT deck FROM cards WHERE card = ?`, []any{card}, &deck)
	if errors.Is(err, sql.ErrNoRows) {
		return st, nil
	}
	if err != nil {
		return nil, err
	}
	st.policy, err = k.tx.policy(ctx, deck)
	return st, err
}

// replay goes through the devices' logs side by side, in the order of a replay.
func (k *reckoning) replay(ctx context.Context) error {
	open := k.tx.leanTapes
	if k.check != nil || k.show != nil {
		open = k.tx.tapes
	}
	all, err := open(ctx)
	if err != nil {
		return err
	}
	if k.total, err = k.tx.newestID(ctx); err != nil {
		return err
	}
	tapes, err := startTapes(ctx, all)
	for err == nil && len(tapes) > 0 {
		if err = k.take(ctx, tapes[0].pop()); err == nil {
			err = tapes.wind(ctx)
		}
	}
	return err
}

func (k *reckoning) take(ctx context.Context, r *Row) error {
	k.tx.s.config.Progress.row("replaying the log", int64(k.rows), k.total)
	k.rows++
	if k.check != nil {
		k.check(r)
	}
	if r.Kind == KindUndo || r.Kind == KindAlias || k.voided[r.Ref()] {
		return nil
	}
	card := k.names.present(r.Card, r.Clock)
	st, err := k.standing(ctx, card)
	if err != nil || st.policy == nil {
		return err
	}
	if k.show == nil {
		st.Standing.replay(r, st.policy)
		return nil
	}
	before := st.Standing
	st.Standing.replay(r, st.policy)
	return k.show(Step{Card: card, Row: r, Before: &before, After: &st.Standing})
}

// tapes is a heap of those that hold rows, with the one whose row comes first on
// top. A collection has a few, but one from a stranger may have many.
type tapes []*tape

func (t tapes) Len() int           { return len(t) }
func (t tapes) Less(i, j int) bool { return compareRows(t[i].first(), t[j].first()) < 0 }
func (t tapes) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *tapes) Push(x any)        { *t = append(*t, x.(*tape)) }
func (t *tapes) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

// startTapes reads the beginning of each.
func startTapes(ctx context.Context, all []*tape) (started tapes, err error) {
	for _, t := range all {
		r, err := t.peek(ctx)
		if err != nil {
			return nil, err
		}
		if r != nil {
			started = append(started, t)
		}
	}
	heap.Init(&started)
	return started, nil
}

// wind puts the top, of which a row was taken, where it belongs now.
func (t *tapes) wind(ctx context.Context) error {
	r, err := (*t)[0].peek(ctx)
	switch {
	case err != nil:
		return err
	case r == nil:
		heap.Pop(t)
	default:
		heap.Fix(t, 0)
	}
	return nil
}

// A tape reads a device's log page by page.
type tape struct {
	tx     *readTx
	device int64
	name   string // of the device
	query  string
	scan   func(*sql.Rows) (Row, error)
	seq    int64 // read up to here
	sheet  []Row // that pages are read to
	page   []Row // what is left of it
	end    bool
}

// tapePage is how many rows are read at a time.
const tapePage = 2000

// tapes opens the log of every device, with whole rows.
func (tx *readTx) tapes(ctx context.Context) ([]*tape, error) {
	return tx.open(ctx, rowColumns, scanRow)
}

// leanTapes opens the logs with what a replay needs, which is read in less than
// half the time: also because what nearly all rows have in common is NULL.
func (tx *readTx) leanTapes(ctx context.Context) ([]*tape, error) {
	return tx.open(ctx, `l.seq, l.clock, l.zone, l.day, l.grade, l.days, l.card, nullif(l.at, l.clock), nullif(l.item, ''),
		nullif(l.kind, 'grade'), nullif(l.mode, 'review'), CASE WHEN l.kind = 'grade' THEN NULL ELSE l.detail END`, leanScan())
}

// leanScan scans rows of leanTapes, all but the name of the device. Values are
// taken as they come: to convert them, database/sql writes each number as text.
func leanScan() func(*sql.Rows) (Row, error) {
	var numbers [6]int64
	var at sql.NullInt64
	var card string
	var item, kind, mode, detail any
	targets := []any{&numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4], &numbers[5], &card, &at, &item, &kind, &mode, &detail}
	text := func(value any, otherwise string) string {
		if text, ok := value.(string); ok {
			return text
		}
		return otherwise
	}
	return func(rows *sql.Rows) (r Row, err error) {
		if err := rows.Scan(targets...); err != nil {
			return r, err
		}
		r.Seq, r.Clock, r.Card, r.Days = numbers[0], numbers[1], card, int(numbers[5])
		r.Moment = scheduler.Moment{At: r.Clock, Zone: int32(numbers[2]), Day: scheduler.Day(numbers[3])}
		if at.Valid {
			r.Moment.At = at.Int64
		}
		r.Grade, r.Item = scheduler.Grade(numbers[4]), text(item, "")
		if m := r.Moment; int64(m.Zone) != numbers[2] || int64(m.Day) != numbers[3] || int64(r.Grade) != numbers[4] {
			return r, fmt.Errorf("%w: log row %d: no such zone, day or grade: %v", ErrDamaged, r.Seq, numbers[2:5])
		}
		r.Kind, r.Mode = Kind(text(kind, string(KindGrade))), Mode(text(mode, string(ModeReview)))
		if detail != nil {
			err = json.Unmarshal([]byte(text(detail, "")), &r.Detail)
		}
		return r, err
	}
}

func (tx *readTx) open(ctx context.Context, columns string, scan func(*sql.Rows) (Row, error)) ([]*tape, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, name FROM devices ORDER BY name`)
	return collect(rows, err, func(rows *sql.Rows) (*tape, error) {
		t := &tape{tx: tx, scan: scan, query: `SELECT ` + columns + ` FROM ` + rowTables + ` WHERE l.device = ? AND l.seq > ? ORDER BY l.seq LIMIT ?`}
		return t, rows.Scan(&t.device, &t.name)
	})
}

// peek gives the next row, or nil at the end. It is good until the next but one
// is asked for.
func (t *tape) peek(ctx context.Context) (*Row, error) {
	if len(t.page) == 0 && !t.end {
		if err := t.turn(ctx); err != nil {
			return nil, err
		}
	}
	if len(t.page) == 0 {
		return nil, nil
	}
	return t.first(), nil
}

// turn reads the next page over the one before.
func (t *tape) turn(ctx context.Context) error {
	rows, err := t.tx.QueryContext(ctx, t.query, t.device, t.seq, tapePage)
	if err != nil {
		return err
	}
	defer rows.Close()
	t.sheet = t.sheet[:0]
	for rows.Next() {
		r, err := t.scan(rows)
		if err != nil {
			return err
		}
		r.Device = t.name
		t.sheet = append(t.sheet, r)
	}
	t.page, t.end = t.sheet, len(t.sheet) < tapePage
	if !t.end {
		t.seq = t.page[len(t.page)-1].Seq
	}
	return rows.Err()
}

func (t *tape) first() *Row { return &t.page[0] }

func (t *tape) pop() *Row {
	r := t.first()
	t.page = t.page[1:]
	return r
}
