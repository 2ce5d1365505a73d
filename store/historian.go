package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kartei/decks/shorthash"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A historian compares histories with the log, and writes what is new.
type historian struct {
	*tx
	made    scheduler.Moment // when the other program wrote it
	now     scheduler.Moment
	report  *HistoryReport
	cards   []CardHistory         // that there are, under their present names
	known   map[string]*knownCard // by present name
	origins map[journal.Origin][]string
	rows    []datedEntry
	kept    int // of the rows: origins
}

type knownCard struct {
	since  int64          // clock from which on the name is the card's
	last   int64          // Unix milliseconds of the last grade
	placed int64          // clock of the last placement
	stood  int64          // Unix milliseconds of the last grade that placements tell of
	due    string         // day, by the last placement
	buried string         // day, the last one through which it was ever buried
	acted  int64          // Unix milliseconds of the last grade or reset
	any    bool           // the log has rows about it
	own    bool           // some of them were written here
	graded map[int64]bool // times of grades, resets and placements
	home   Entries        // that were on other cards

	suspended bool
	flag      int
}

// A datedEntry is one that will be made of a card, with the least clock that its
// row may have.
type datedEntry struct {
	clock int64
	card  int32 // index
	of    int32 // index of the card's past, and on into what came home; below 0: of the acts, from -1 down
}

// acts are the entries that make a card stand where the other program says.
var acts = []journal.Kind{journal.KindOrigin, journal.KindPlace, journal.KindSuspend, journal.KindUnsuspend,
	journal.KindBury, journal.KindFlag}

// What placements and burials are of: see [datedEntry].
const (
	placeOf = -2
	buryOf  = -5
)

// run takes rows back that are on wrong cards, and writes what is new.
func (h *historian) run(ctx context.Context, strays []stray) error {
	if err := h.takeBack(ctx, strays); err != nil {
		return err
	}
	if err := h.readLog(ctx); err != nil {
		return err
	}
	for i := range h.cards {
		h.take(i)
	}
	if len(h.rows) == 0 && len(strays) == 0 {
		return nil
	}
	if err := h.write(ctx); err != nil {
		return err
	}
	replay, err := h.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return h.remember(ctx, replay, `1`)
}

// entry makes an entry.
func (h *historian) entry(d datedEntry) journal.Entry {
	c := &h.cards[d.card]
	if d.of >= 0 {
		e := h.past(c, int(d.of))
		e.Card = c.Card
		if f := e.Detail.Foreign; f != nil && c.Origin.Note != "" {
			named := *f
			named.Origin, e.Detail.Foreign = c.Origin, &named
		}
		return e
	}
	e := journal.Entry{Moment: h.made, Card: c.Card, Kind: acts[-d.of-1]}
	switch e.Kind {
	case journal.KindOrigin:
		e.Detail.Foreign = &journal.Foreign{Origin: c.Origin}
	case journal.KindPlace:
		e.Detail.Placed = c.Place
	case journal.KindBury:
		e.Detail.Until = &h.made.Day
	case journal.KindFlag:
		e.Detail.Flag = c.Flag
	}
	return e
}

// past is one of the entries of a card, those that came home after its own.
func (h *historian) past(c *CardHistory, i int) journal.Entry {
	if n := pastLen(c.Past); i >= n {
		return h.known[c.Card].home[i-n]
	}
	return c.Past.Entry(i)
}

// farAhead is how much later than now an answer may be: clocks differ.
const farAhead = 24 * 60 * 60 * 1000

// read finds out which cards there are, and what the log knows of them.
func (h *historian) read(ctx context.Context, cards []CardHistory) error {
	if err := h.readCards(ctx, cards); err != nil {
		return err
	}
	h.cards = make([]CardHistory, 0, len(cards))
	for _, c := range cards {
		if h.known[c.Card] == nil { // it has another name by now, or there is none
			p, st, err := h.findCard(ctx, c.Card)
			if errors.Is(err, ErrNotFound) {
				h.report.Unknown++
				continue
			}
			if err != nil {
				return err
			}
			c.Card = p.name
			h.known[c.Card] = &knownCard{suspended: st.Suspended, flag: st.Flag}
		}
		h.cards = append(h.cards, c)
	}
	var err error
	h.origins, err = h.tx.origins(ctx)
	return err
}

// readCards finds the cards that still have their names, all at once.
func (h *historian) readCards(ctx context.Context, cards []CardHistory) error {
	names := make([]string, len(cards))
	for i, c := range cards {
		names[i] = c.Card
	}
	list, err := json.Marshal(names)
	if err != nil {
		return err
	}
	h.known = make(map[string]*knownCard, len(cards))
	rows, err := h.QueryContext(ctx, `SELECT c.card, coalesce(m.suspended, 0), coalesce(m.flag, 0)
		FROM json_each(?) j JOIN cards c ON c.card = j.value LEFT JOIN memory m ON m.card = c.id`, string(list))
	return sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var name string
		k := &knownCard{}
		err := rows.Scan(&name, &k.suspended, &k.flag)
		h.known[name] = k
		return err
	})
}

// readLog finds out what the log says of the cards.
func (h *historian) readLog(ctx context.Context) error {
	rows, err := h.QueryContext(ctx, `SELECT old, max(since) FROM aliases WHERE old = card GROUP BY old`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		var since int64
		err := rows.Scan(&card, &since)
		if k := h.known[card]; k != nil {
			k.since = since
		}
		return err
	})
	if err != nil {
		return err
	}
	// What was taken back as the row of another card is not known of this one.
	rows, err = h.QueryContext(ctx, `SELECT `+table.PresentName+`, l.at, l.clock, l.kind, v.own,
		CAST(coalesce(CASE l.kind WHEN 'place' THEN l.detail ->> '$.placed.last' END, 0) AS INTEGER),
		coalesce(CASE l.kind WHEN 'place' THEN l.detail ->> '$.placed.due_day' WHEN 'bury' THEN l.detail ->> '$.until' END, '') FROM `+table.RowTables+` WHERE l.kind NOT IN ('undo', 'alias', 'follow', 'origin')
		AND l.id NOT IN (SELECT x.id FROM voided x JOIN log y ON y.id = x.id JOIN devices v ON v.id = y.device WHERE v.own = 0)`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card, day string
		var at, clock, stood int64
		var kind journal.Kind
		var own bool
		err := rows.Scan(&card, &at, &clock, &kind, &own, &stood, &day)
		if k := h.known[card]; k != nil {
			k.saw(kind, at)
			k.own = k.own || own
			if kind == journal.KindPlace {
				if clock >= k.placed {
					k.placed, k.due = clock, day
				}
				k.stood = max(k.stood, stood)
			}
			if kind == journal.KindBury {
				k.buried = max(k.buried, day)
			}
		}
		return err
	})
	return err
}

func (k *knownCard) saw(kind journal.Kind, at int64) {
	k.any = true
	if kind != journal.KindGrade && kind != journal.KindReset && kind != journal.KindPlace {
		return
	}
	if k.graded == nil {
		k.graded = map[int64]bool{}
	}
	k.graded[at] = true
	if kind != journal.KindPlace {
		k.acted = max(k.acted, at)
	}
	if kind == journal.KindGrade {
		k.last = max(k.last, at)
	}
}

// partedBy is how many milliseconds later than here an answer may come back: where
// two were given in one, an export parts them.
const partedBy = 20

// knows reports whether the log has what happened at a time.
func (k *knownCard) knows(at int64) bool {
	if k.graded[at] || !k.own {
		return k.graded[at]
	}
	for earlier := at - partedBy; earlier < at; earlier++ {
		if k.graded[earlier] {
			return true
		}
	}
	return false
}

// take compares one card's history with the log.
func (h *historian) take(card int) {
	c := &h.cards[card]
	k := h.known[c.Card]
	h.takeOrigin(k, card)
	newest, added, end := int64(0), 0, h.made.At
	for i := range pastLen(c.Past) + len(k.home) {
		e := h.past(c, i)
		switch {
		case k.knows(e.Moment.At):
			continue
		case e.Moment.At > h.now.At+farAhead:
			h.report.Future++
			continue
		}
		h.add(k, datedEntry{e.Moment.At, int32(card), int32(i)})
		k.saw(e.Kind, e.Moment.At)
		added, end = added+1, max(end, e.Moment.At)
		if e.Kind == journal.KindGrade {
			newest = max(newest, e.Moment.At)
			if i < pastLen(c.Past) {
				h.report.Grades++
			}
		}
	}
	switch {
	case !k.any || added > 0 && newest >= k.last:
		h.stand(k, card, end)
	case added > 0:
		h.report.Behind++
	case c.answeredSince(k), c.standsElsewhere(k):
		h.add(k, datedEntry{max(end, k.placed+1), int32(card), placeOf})
		h.report.Cards++
	case c.Buried && h.made.Day >= h.now.Day && k.buried < h.made.Day.String(): // as one does whose sibling was answered
		h.add(k, datedEntry{max(end, k.placed+1), int32(card), buryOf})
		h.report.Cards++
	default:
		h.report.Known++
	}
}

// answeredSince reports whether a program that keeps no log tells of an answer after all
// that is known here.
func (c *CardHistory) answeredSince(k *knownCard) bool {
	return pastLen(c.Past) == 0 && c.Place != nil && c.Place.Last > max(k.acted, k.stood)
}

// standsElsewhere reports whether a card that nobody answered since an earlier import
// waits for another day than it is to wait for.
func (c *CardHistory) standsElsewhere(k *knownCard) bool {
	return c.Anew && c.Place != nil && c.Place.DueDay > 0 && k.placed > 0 && k.due != c.Place.DueDay.String() && k.acted <= c.acted()
}

// acted is when the last grade or reset was; 0: never.
func (c *CardHistory) acted() (last int64) {
	for i := range pastLen(c.Past) {
		if e := c.Past.Entry(i); e.Kind != journal.KindPlace {
			last = max(last, e.Moment.At)
		}
	}
	return last
}

// takeOrigin keeps where a card came from, once.
func (h *historian) takeOrigin(k *knownCard, card int) {
	c := &h.cards[card]
	if c.Origin.Note != "" && !slices.Contains(h.origins[c.Origin], c.Card) {
		h.add(k, datedEntry{h.made.At, int32(card), -1})
		h.origins[c.Origin] = append(h.origins[c.Origin], c.Card)
		h.kept++
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
	c := &h.cards[card]
	stands := pastLen(c.Past) > 0
	for i, kind := range acts {
		needed := false
		switch kind {
		case journal.KindPlace:
			needed = c.Place != nil
		case journal.KindSuspend:
			needed = c.Suspended && !k.suspended
		case journal.KindUnsuspend:
			needed = !c.Suspended && k.suspended
		case journal.KindBury:
			needed = c.Buried
		case journal.KindFlag:
			needed = c.Flag != k.flag
		}
		if needed {
			h.add(k, datedEntry{max(clock, h.made.At, k.placed+1), int32(card), int32(-i - 1)})
			stands = true
		}
	}
	if stands {
		h.report.Cards++
	}
}

func (h *historian) add(k *knownCard, d datedEntry) {
	d.clock = max(d.clock, k.since+1)
	h.rows = append(h.rows, d)
}

// write appends the rows to the log, as that of a device of its own.
func (h *historian) write(ctx context.Context) error {
	h.report.Rows = len(h.rows) - h.kept
	if len(h.rows) == 0 {
		return nil
	}
	slices.SortStableFunc(h.rows, func(a, b datedEntry) int { return int(min(max(a.clock-b.clock, -1), 1)) })
	device, err := h.deviceName(ctx)
	if err != nil {
		return err
	}
	// An id below those that are there: the collection goes on writing as itself.
	var id int64
	if err := h.Scan(ctx, `SELECT min(id) - 1 FROM devices`, nil, &id); err != nil {
		return err
	}
	if _, err := h.exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, 0)`, id, device); err != nil {
		return err
	}
	rows := sqlite.NewBatch(h.tx.sql, table.InsertRows, table.RowWidth)
	var last journal.Tip
	for i := range h.rows {
		h.config.Progress.Row("writing the history", int64(i), int64(len(h.rows)))
		last.Clock = max(last.Clock, h.rows[i].clock-1)
		r, err := journal.Seal(h.entry(h.rows[i]), device, last)
		if err != nil {
			return err
		}
		err = rows.Add(ctx, table.Log.Values(&r, id)...)
		if err != nil {
			return err
		}
		last = r.Tip()
	}
	return rows.Flush(ctx)
}

// deviceName names the device by the rows: the same import makes the same ones on
// every machine. A name is taken if the same rows were written and taken back.
func (h *historian) deviceName(ctx context.Context) (string, error) {
	sum := sha256.New()
	for i := range h.rows {
		e := h.entry(h.rows[i])
		fmt.Fprintln(sum, h.rows[i].clock, e.Moment, e.Kind, e.Card, e.Grade, e.Duration, e.Detail.Flag,
			e.Detail.Foreign)
		if e.Detail.Placed != nil {
			fmt.Fprintln(sum, *e.Detail.Placed)
		}
	}
	for n := 0; ; n++ {
		fmt.Fprintln(sum, n)
		name := shorthash.Encode(sum.Sum(nil)[:10])
		var taken bool
		if err := h.Scan(ctx, `SELECT EXISTS (SELECT 1 FROM devices WHERE name = ?)`, []any{name}, &taken); err != nil || !taken {
			return name, err
		}
	}
}
