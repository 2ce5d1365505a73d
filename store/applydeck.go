package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A deckApply is the work of bringing one deck's facts and cards to what
// was compiled. It compares in memory and writes only what differs.
type deckApply struct {
	*tx
	deck     int64
	added    bool // nothing is kept of the deck yet
	follows  bool // another machine compiled it, and gave cards their names by rows
	rows     *deckRows
	written  func() // is called for every card
	now      int64  // Unix seconds
	plan     DeckPlan
	names    bool // changes are wanted
	changes  []CardChange
	was      map[string]formerly    // by name: where a card was that has another name now
	learned  int                    // retired cards of which the log says something
	before   int                    // live cards before
	leaves   map[string]*decks.Deck // by name now: in which deck a card is that has another name now
	aside    map[string]string      // by key: what it was before another fact had that
	came     map[string]int         // by permanent identity of another deck: cards that came from it
	firstNew int64                  // cards with this row id or a greater one are new
	from     map[int64]bool         // decks that restored cards come from
	moved    map[int64]cardColumns  // by fact: a card of it, where it is now
	oldFacts map[string]*storedFact // by key
	oldCards map[string]*storedCard // by card id
	factIDs  map[string]int64       // by key
	digest   journal.Hash           // of the text: see package edition
}

type storedFact struct {
	id      int64
	columns factColumns
	retired bool
	kept    bool
}

type factColumns struct {
	written  bool
	cell     bool
	file     string
	line     int
	section  string
	position int
}

type storedCard struct {
	cardRef
	columns cardColumns
	kept    bool
}

type cardColumns struct {
	fact     int64
	deck     int64
	position int
	name     string
	text     cardText
}

// cardText is the part of a card's row that makes it edited when it changes.
type cardText struct {
	kind, hash, tags, content string
}

// applyTo makes the deck's rows, and applies them.
func (a *deckApply) applyTo(
	ctx context.Context, root string, d *decks.Deck, source []byte, aliases []decks.Alias, now scheduler.Moment,
) (err error) {
	a.plan = DeckPlan{Name: d.Name, Facts: len(d.Facts), Cards: cardCount(d)}
	if a.rows, err = rowsOf(d); err != nil {
		return err
	}
	if a.deck, a.added, err = a.upsertDeck(ctx, root, source, a.rows, now); err != nil {
		return err
	}
	return a.apply(ctx, aliases, now)
}

// apply brings the deck's rows to what was compiled.
func (a *deckApply) apply(ctx context.Context, aliases []decks.Alias, now scheduler.Moment) error {
	encoding, cancel := context.WithCancel(ctx)
	defer cancel()
	feed := a.rows.feed(encoding)
	if err := a.load(ctx, aliases); err != nil {
		return err
	}
	if err := a.facts(ctx); err != nil {
		return err
	}
	if err := a.cards(ctx, feed); err != nil {
		return err
	}
	if err := a.retire(ctx); err != nil {
		return err
	}
	if err := a.nameFrom(ctx); err != nil {
		return err
	}
	return a.recallNew(ctx, now)
}

// nameFrom names the other decks that restored cards come from.
func (a *deckApply) nameFrom(ctx context.Context) error {
	for deck := range a.from {
		var name string
		if err := a.Scan(ctx, `SELECT name FROM decks WHERE id = ?`, []any{deck}, &name); err != nil {
			return err
		}
		a.plan.From = append(a.plan.From, name)
	}
	slices.Sort(a.plan.From)
	return nil
}

// load reads what is kept of the deck, and the cards that come to it from other
// decks under new names.
func (a *deckApply) load(ctx context.Context, aliases []decks.Alias) error {
	a.oldFacts, a.oldCards, a.from, a.came = map[string]*storedFact{}, map[string]*storedCard{}, map[int64]bool{},
		map[string]int{}
	if !a.added {
		if err := errors.Join(a.loadFacts(ctx), a.loadCards(ctx, `c.deck = ?`, a.deck)); err != nil {
			return err
		}
	}
	for name, to := range a.leaves {
		if to != a.rows.deck {
			delete(a.oldCards, name) // it is not gone, and is written there
		}
	}
	if a.follows {
		return a.loadElsewhere(ctx)
	}
	if len(aliases) == 0 {
		return nil
	}
	present := map[string]bool{}
	for i := range a.rows.deck.Facts {
		for _, c := range a.rows.deck.Facts[i].Cards {
			present[c.ID] = true
		}
	}
	for _, alias := range aliases {
		if a.oldCards[alias.To] == nil && present[alias.To] {
			if err := a.loadCards(ctx, `c.card = ?`, alias.To); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *deckApply) loadFacts(ctx context.Context) error {
	rows, err := a.QueryContext(ctx, `SELECT key, id, written, cell, file, line, section, position, retired FROM facts WHERE deck = ?`, a.deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var key string
		var f storedFact
		c := &f.columns
		err := rows.Scan(&key, &f.id, &c.written, &c.cell, &c.file, &c.line, &c.section, &c.position, &f.retired)
		a.oldFacts[key] = &f
		return err
	})
	return err
}

func (a *deckApply) loadCards(ctx context.Context, where string, arg any) error {
	rows, err := a.QueryContext(ctx, `SELECT c.id, c.deck, c.card, c.retired, c.fresh, c.fact, c.deck, c.position, c.name, c.kind, c.hash, c.tags, c.content
		FROM cards c WHERE `+where, arg)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var s storedCard
		p, c, t := &s.cardRef, &s.columns, &s.columns.text
		err := rows.Scan(&p.card, &p.deck, &p.name, &p.retired, &p.fresh, &c.fact, &c.deck, &c.position, &c.name,
			&t.kind, &t.hash, &t.tags, &t.content)
		a.oldCards[p.name] = &s
		return err
	})
	return err
}

// facts writes the deck's facts. Facts that are gone stay, retired.
func (a *deckApply) facts(ctx context.Context) error {
	a.factIDs = make(map[string]int64, len(a.rows.facts))
	next, err := a.nextID(ctx, "facts")
	if err != nil {
		return err
	}
	added := sqlite.NewBatch(a.tx.sql, table.InsertFacts, table.FactWidth)
	for i := range a.rows.facts {
		f := &a.rows.facts[i]
		c := &f.columns
		old := a.oldFacts[f.key]
		if old == nil {
			a.factIDs[f.key] = next
			err = added.Add(ctx, next, a.deck, f.key, c.written, c.cell, c.file, c.line, c.section, c.position, false)
			next++
		} else {
			a.factIDs[f.key], old.kept = old.id, true
			if old.columns != *c || old.retired {
				_, err = a.exec(ctx, `UPDATE facts SET written = ?, cell = ?, file = ?, line = ?, section = ?, position = ?, retired = 0 WHERE id = ?`,
					c.written, c.cell, c.file, c.line, c.section, c.position, old.id)
			}
		}
		if err != nil {
			return err
		}
	}
	return added.Flush(ctx)
}

// cards writes the deck's cards, counts what became of them, and keeps the
// digest of the whole.
func (a *deckApply) cards(ctx context.Context, feed *cardFeed) error {
	next, err := a.nextID(ctx, "cards")
	if err != nil {
		return err
	}
	a.firstNew = next
	added := sqlite.NewBatch(a.tx.sql, table.InsertCards, table.CardWidth)
	for portion := range feed.portions {
		for i := range portion {
			card := &portion[i]
			c := cardColumns{a.factIDs[card.fact], a.deck, card.position, card.name, card.text}
			if old := a.oldCards[card.id]; old != nil {
				err = a.update(ctx, old, card, c)
			} else if err = a.note(ctx, IsNew, card, nil); err == nil {
				a.plan.New++
				err = added.Add(ctx, next, card.id, c.fact, c.deck, c.position, c.name, c.text.kind, c.text.hash,
					c.text.tags, c.text.content, false, true, a.now)
				next++
			}
			if err != nil {
				return err
			}
			a.written()
		}
	}
	if err := errors.Join(feed.err, added.Flush(ctx)); err != nil {
		return err
	}
	a.digest = feed.digest
	_, err = a.exec(ctx, `UPDATE decks SET digest = ? WHERE id = ?`, feed.digest[:], a.deck)
	return err
}

func (a *deckApply) update(ctx context.Context, old *storedCard, card *cardRow, c cardColumns) error {
	old.kept = true
	var fate Fate
	switch {
	case old.retired:
		fate = IsReturned
		a.plan.Returned++
		if old.deck != a.deck {
			a.from[old.deck] = true
		}
	case old.columns.text != c.text:
		fate = IsEdited
		a.plan.Edited++
	case a.followed(card):
		fate = IsFollowed
		a.plan.Followed++
	default:
		a.plan.Unchanged++
	}
	if was, moved := a.was[card.id]; moved && was.deck != a.rows.deck.ID {
		a.came[was.deck]++
	}
	if fate != "" {
		if err := a.note(ctx, fate, card, old); err != nil {
			return err
		}
	}
	if old.columns == c && !old.retired {
		return nil
	}
	var changed any
	if old.columns.text != c.text {
		changed = a.now
	}
	_, err := a.exec(ctx, `UPDATE cards SET fact = ?, deck = ?, position = ?, name = ?, kind = ?, hash = ?, tags = ?, content = ?, retired = 0,
		changed = coalesce(max(?, changed + 1), changed),
		fresh = NOT EXISTS (SELECT 1 FROM memory m WHERE m.card = cards.id AND (`+table.IsMet("m.")+` OR m.suspended = 1)) WHERE id = ?`,
		c.fact, c.deck, c.position, c.name, c.text.kind, c.text.hash, c.text.tags, c.text.content, changed, old.card)
	if err != nil {
		return err
	}
	if old.columns.fact != c.fact {
		a.moved[old.columns.fact] = c
	}
	if old.retired || old.deck != c.deck {
		_, err = a.exec(ctx, `UPDATE memory SET deck = ?, hidden = suspended WHERE card = ?`, c.deck, old.card)
	}
	return err
}

// retire retires what the deck no longer has.
func (a *deckApply) retire(ctx context.Context) error {
	for _, old := range a.oldCards {
		if !old.retired && old.deck == a.deck {
			a.before++
		}
		if old.kept || old.retired {
			continue
		}
		a.plan.Retired++
		if err := a.noteRetired(ctx, old); err != nil {
			return err
		}
		if _, err := a.exec(ctx, `UPDATE cards SET retired = 1, fresh = 0 WHERE id = ?`, old.card); err != nil {
			return err
		}
		result, err := a.exec(ctx, `UPDATE memory SET hidden = 1 WHERE card = ?`, old.card)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n > 0 {
			a.learned++
		}
	}
	for _, old := range a.oldFacts {
		if old.kept || old.retired {
			continue
		}
		if _, err := a.exec(ctx, `UPDATE facts SET retired = 1 WHERE id = ?`, old.id); err != nil {
			return err
		}
	}
	return nil
}

// recallNew gives new cards the history that the log has of them. A name that
// another card had before begins anew.
func (a *deckApply) recallNew(ctx context.Context, now scheduler.Moment) error {
	if a.plan.New == 0 || a.tip.Clock == 0 {
		return nil
	}
	rows, err := a.QueryContext(ctx, `SELECT c.card, EXISTS (SELECT 1 FROM aliases a WHERE a.old = c.card)
		FROM cards c WHERE c.id >= ? AND EXISTS (SELECT 1 FROM log l WHERE l.card = c.card)`, a.firstNew)
	type known struct {
		card    string
		aliased bool
	}
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (k known, err error) { return k, rows.Scan(&k.card, &k.aliased) })
	if err != nil {
		return err
	}
	names := make([]string, len(all))
	for i, k := range all {
		names[i] = k.card
		if k.aliased && !a.follows {
			if err := a.reuse(ctx, k.card, now); err != nil {
				return err
			}
		}
	}
	return a.recallThose(ctx, names)
}

// nextID is the first free id of a table; the transaction keeps others out.
func (tx *readTx) nextID(ctx context.Context, table string) (id int64, err error) {
	err = tx.Scan(ctx, `SELECT coalesce(max(id), 0) + 1 FROM `+table, nil, &id)
	return id, err
}
