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
	Past      Past                 // nil: nothing
	Place     *scheduler.Placement // where the card stands; nil: where Past leads to
	Suspended bool
	Buried    bool
	Flag      int // 0 to 7
}

// A Past is what another program's log says of a card: grades, resets and
// placements, the oldest first, which need no Card. They are made when they are
// asked for, the same each time: a log is long, and entries are large.
type Past interface {
	Len() int
	Entry(i int) Entry
}

// Entries are a Past that is in memory.
type Entries []Entry

// Len is how many entries there are.
func (e Entries) Len() int { return len(e) }

// Entry is one of them, from 0.
func (e Entries) Entry(i int) Entry { return e[i] }

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
	defer s.config.Progress.over()
	var report HistoryReport
	err := s.record(ctx, func(w *writer) (err error) {
		report, err = w.importHistory(ctx, cards, now)
		return err
	})
	return report, explain("import the history", err)
}

func (w *writer) importHistory(ctx context.Context, cards []CardHistory, now scheduler.Moment) (report HistoryReport, err error) {
	h := &historian{writer: w, now: now, report: &report}
	if err := h.read(ctx, cards); err != nil {
		return report, err
	}
	for i := range h.cards {
		h.take(i)
	}
	if len(h.rows) == 0 {
		return report, nil
	}
	if err := h.write(ctx); err != nil {
		return report, err
	}
	k, err := w.reckon(ctx, nil)
	if err != nil {
		return report, err
	}
	return report, w.remember(ctx, k, `1`)
}

// A historian compares histories with the log, and writes what is new.
type historian struct {
	*writer
	now    scheduler.Moment
	report *HistoryReport
	cards  []CardHistory         // that there are, under their present names
	known  map[string]*knownCard // by present name
	rows   []datedEntry
}

type knownCard struct {
	since  int64          // clock from which on the name is the card's
	last   int64          // Unix milliseconds of the last grade
	any    bool           // the log has rows about it
	graded map[int64]bool // times of grades, resets and placements

	suspended bool
	flag      int
}

// A datedEntry is one that will be made of a card, with the least clock that its
// row may have.
type datedEntry struct {
	clock int64
	card  int32 // index
	of    int32 // index of the card's past; below 0: of the acts, from -1 down
}

// acts are the entries that make a card stand where the other program says.
var acts = []Kind{KindPlace, KindSuspend, KindUnsuspend, KindBury, KindFlag}

// entry makes an entry.
func (h *historian) entry(d datedEntry) Entry {
	c := &h.cards[d.card]
	if d.of >= 0 {
		e := c.Past.Entry(int(d.of))
		e.Card = c.Card
		return e
	}
	e := Entry{Moment: h.now, Card: c.Card, Kind: acts[-d.of-1]}
	switch e.Kind {
	case KindPlace:
		e.Detail.Placed = c.Place
	case KindBury:
		e.Detail.Until = &h.now.Day
	case KindFlag:
		e.Detail.Flag = c.Flag
	}
	return e
}

// farAhead is how much later than now an answer may be: clocks differ.
const farAhead = 24 * 60 * 60 * 1000

// read finds out which cards there are, and what the log knows of them.
func (h *historian) read(ctx context.Context, cards []CardHistory) error {
	h.known = make(map[string]*knownCard, len(cards))
	h.cards = make([]CardHistory, 0, len(cards))
	for _, c := range cards {
		p, st, err := h.standing(ctx, c.Card)
		if errors.Is(err, ErrNotFound) {
			h.report.Unknown++
			continue
		}
		if err != nil {
			return err
		}
		c.Card = p.name
		h.cards = append(h.cards, c)
		h.known[c.Card] = &knownCard{suspended: st.Suspended, flag: st.Flag}
	}
	return h.readLog(ctx)
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
	rows, err = h.tx.QueryContext(ctx, `SELECT `+presentName+`, l.at, l.kind FROM log l WHERE l.kind NOT IN ('undo', 'alias', 'follow')`)
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

// take compares one card's history with the log.
func (h *historian) take(card int) {
	c := &h.cards[card]
	k := h.known[c.Card]
	newest, added, end := int64(0), 0, h.now.At
	for i := range pastLen(c.Past) {
		e := c.Past.Entry(i)
		switch {
		case k.graded[e.Moment.At]:
			continue
		case e.Moment.At > h.now.At+farAhead:
			h.report.Future++
			continue
		}
		h.add(k, datedEntry{e.Moment.At, int32(card), int32(i)})
		added, end = added+1, max(end, e.Moment.At)
		if e.Kind == KindGrade {
			h.report.Grades++
			newest = max(newest, e.Moment.At)
		}
	}
	switch {
	case !k.any || added > 0 && newest >= k.last:
		h.stand(k, card, end)
	case added > 0:
		h.report.Behind++
	default:
		h.report.Known++
	}
}

func pastLen(p Past) int {
	if p == nil {
		return 0
	}
	return p.Len()
}

// stand makes a card stand where the other program says, from a clock on: that
// of the newest answer, where that is later than now.
func (h *historian) stand(k *knownCard, card int, clock int64) {
	h.report.Cards++
	c := &h.cards[card]
	for i, kind := range acts {
		needed := false
		switch kind {
		case KindPlace:
			needed = c.Place != nil
		case KindSuspend:
			needed = c.Suspended && !k.suspended
		case KindUnsuspend:
			needed = !c.Suspended && k.suspended
		case KindBury:
			needed = c.Buried
		case KindFlag:
			needed = c.Flag != k.flag
		}
		if needed {
			h.add(k, datedEntry{max(clock, h.now.At), int32(card), int32(-i - 1)})
		}
	}
}

func (h *historian) add(k *knownCard, d datedEntry) {
	d.clock = max(d.clock, k.since+1)
	h.rows = append(h.rows, d)
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
		h.s.config.Progress.row("writing the history", int64(i), int64(len(h.rows)))
		last.clock = max(last.clock, h.rows[i].clock-1)
		r, err := seal(h.entry(h.rows[i]), device, last)
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
