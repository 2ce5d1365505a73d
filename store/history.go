package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"

	"kartei/scheduler"
)

// A CardHistory is what another program knows of a card.
type CardHistory struct {
	Card      string               // decks.Card.ID
	Past      []Entry              // grades, resets and placements, the oldest first; they need no Card
	Place     *scheduler.Placement // where the card stands; nil: where Past leads to
	Suspended bool
	Buried    bool
	Flag      int // 0 to 7
}

// A HistoryReport tells what an import of histories came to.
type HistoryReport struct {
	Cards   int // that stand now where the other program says
	Grades  int // answers that are new to the log
	Rows    int // in the log, all kinds
	Known   int // cards of which the log knew all already
	Behind  int // cards that were answered here since: the answers are kept, the schedule too
	Unknown int // cards that the collection does not have
	Future  int // entries that are left out, for they are later than now
}

// ImportHistory writes what another program's log knows of cards into the log,
// as that of a device of its own: all of it, or nothing. Rows are in their
// place in time, so answers here and there are replayed in the order in which
// they were given. What is there stays as it is, and what the log knows already
// (an answer to a card at one time) is not written again: to import the same
// twice changes nothing.
//
// A card is placed where the other program says, unless its newest answer is one
// of this collection.
func (s *Store) ImportHistory(ctx context.Context, cards []CardHistory, now scheduler.Moment) (HistoryReport, error) {
	var report HistoryReport
	err := s.record(ctx, func(w *writer) error {
		h := &historian{writer: w, now: now, report: &report}
		cards, err := h.read(ctx, cards)
		if err != nil {
			return err
		}
		for i := range cards {
			h.take(&cards[i])
		}
		if len(h.rows) == 0 {
			return nil
		}
		if err := h.write(ctx); err != nil {
			return err
		}
		k, err := w.reckon(ctx, nil)
		if err != nil {
			return err
		}
		return w.remember(ctx, k, `1`)
	})
	return report, explain("import the history", err)
}

// A historian compares histories with the log, and writes what is new.
type historian struct {
	*writer
	now    scheduler.Moment
	report *HistoryReport
	known  map[string]*knownCard // by present name; nil: no such card
	rows   []datedEntry
}

type knownCard struct {
	since  int64          // clock from which on the name is the card's
	last   int64          // Unix milliseconds of the last grade
	any    bool           // the log has rows about it
	graded map[int64]bool // times of grades, resets and placements
	Standing
}

// A datedEntry is one with the least clock that its row may have.
type datedEntry struct {
	Entry
	clock int64
}

// farAhead is how much later than now an answer may be: clocks differ.
const farAhead = 24 * 60 * 60 * 1000

// read finds out what the log knows of the cards. It gives those that there are,
// under their present names.
func (h *historian) read(ctx context.Context, cards []CardHistory) ([]CardHistory, error) {
	h.known = make(map[string]*knownCard, len(cards))
	present := make([]CardHistory, 0, len(cards))
	for _, c := range cards {
		p, st, err := h.standing(ctx, c.Card)
		if errors.Is(err, ErrNotFound) {
			h.report.Unknown++
			continue
		}
		if err != nil {
			return nil, err
		}
		c.Card = p.name
		present = append(present, c)
		h.known[c.Card] = &knownCard{Standing: st}
	}
	return present, h.readLog(ctx)
}

// readLog finds out what the log says of the cards.
func (h *historian) readLog(ctx context.Context) error {
	rows, err := h.tx.QueryContext(ctx, `SELECT old, max(since) FROM aliases WHERE old = card GROUP BY old`)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var card string
		var since int64
		err = rows.Scan(&card, &since)
		if k := h.known[card]; k != nil {
			k.since = since
		}
		return none, err
	})
	if err != nil {
		return err
	}
	rows, err = h.tx.QueryContext(ctx, `SELECT `+presentName+`, l.at, l.kind FROM log l WHERE l.kind NOT IN ('undo', 'alias')`)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var card string
		var at int64
		var kind Kind
		err = rows.Scan(&card, &at, &kind)
		if k := h.known[card]; k != nil {
			k.saw(kind, at)
		}
		return none, err
	})
	return err
}

func (k *knownCard) saw(kind Kind, at int64) {
	k.any = true
	if kind != KindGrade && kind != KindReset && kind != KindPlace {
		return
	}
	if k.graded == nil {
		k.graded = map[int64]bool{}
	}
	k.graded[at] = true
	if kind == KindGrade {
		k.last = max(k.last, at)
	}
}

// take compares one history with the log.
func (h *historian) take(c *CardHistory) {
	k := h.known[c.Card]
	newest, added, end := int64(0), 0, h.now.At
	for _, e := range c.Past {
		switch {
		case k.graded[e.Moment.At]:
			continue
		case e.Moment.At > h.now.At+farAhead:
			h.report.Future++
			continue
		}
		e.Card = c.Card
		h.add(k, e, 0)
		added, end = added+1, max(end, e.Moment.At)
		if e.Kind == KindGrade {
			h.report.Grades++
			newest = max(newest, e.Moment.At)
		}
	}
	switch {
	case !k.any || added > 0 && newest >= k.last:
		h.stand(k, c, end)
	case added > 0:
		h.report.Behind++
	default:
		h.report.Known++
	}
}

// stand makes a card stand where the other program says, from a clock on: that
// of the newest answer, where that is later than now.
func (h *historian) stand(k *knownCard, c *CardHistory, clock int64) {
	h.report.Cards++
	e := Entry{Moment: h.now, Card: c.Card}
	act := func(when bool, kind Kind, detail Detail) {
		if when {
			e.Kind, e.Detail = kind, detail
			h.add(k, e, clock)
		}
	}
	act(c.Place != nil, KindPlace, Detail{Placed: c.Place})
	act(c.Suspended && !k.Suspended, KindSuspend, Detail{})
	act(!c.Suspended && k.Suspended, KindUnsuspend, Detail{})
	act(c.Buried, KindBury, Detail{Until: &h.now.Day})
	act(c.Flag != k.Flag, KindFlag, Detail{Flag: c.Flag})
}

func (h *historian) add(k *knownCard, e Entry, clock int64) {
	h.rows = append(h.rows, datedEntry{e, max(e.Moment.At, k.since+1, clock)})
}

// write appends the rows to the log, as that of a device of its own.
func (h *historian) write(ctx context.Context) error {
	slices.SortStableFunc(h.rows, func(a, b datedEntry) int { return int(min(max(a.clock-b.clock, -1), 1)) })
	var name [10]byte
	if _, err := io.ReadFull(h.s.config.Random, name[:]); err != nil {
		return fmt.Errorf("name the device: %w", err)
	}
	device := deviceEncoding.EncodeToString(name[:])
	// An id below those that are there: the collection goes on writing as itself.
	var id int64
	if err := h.scan(ctx, `SELECT min(id) - 1 FROM devices`, nil, &id); err != nil {
		return err
	}
	if _, err := h.exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, 0)`, id, device); err != nil {
		return err
	}
	rows := newBatch(h.writer, insertRow, 17)
	var last head
	for i := range h.rows {
		last.clock = max(last.clock, h.rows[i].clock-1)
		r, err := seal(h.rows[i].Entry, device, last)
		if err != nil {
			return err
		}
		err = rows.add(ctx, id, r.Seq, r.Moment.At, r.Moment.Zone, r.Moment.Day, r.Clock, r.Kind, r.Card, r.Mode,
			r.Grade, r.Duration.Milliseconds(), r.State, r.Days, r.detail, r.Item, r.Prev[:], r.Hash[:])
		if err != nil {
			return err
		}
		last = head{r.Seq, r.Hash, r.Clock}
	}
	h.report.Rows = len(h.rows)
	return rows.flush(ctx)
}
