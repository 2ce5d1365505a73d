package store

import (
	"context"
	"database/sql"

	"kartei/decks"
	"kartei/store/content"
	"kartei/store/sqlite"
)

// formerly is where a card's history was before a compile.
type formerly struct {
	deck  string // permanent identity
	key   string
	named bool // by an id that stood in the file
}

// formerly tells, by its name now, where each card was that takes another name.
func (m *matched) formerly() map[string]formerly {
	was := map[string]formerly{}
	if len(m.Aliases) == 0 {
		return was
	}
	to := make(map[string]string, len(m.Aliases))
	for _, a := range m.Aliases {
		to[a.From] = a.To
	}
	for i := range m.old {
		o := &m.old[i]
		for _, c := range o.Cards {
			if name := to[c.ID]; name != "" {
				was[name] = formerly{o.Deck, o.Key, o.Written && !o.Cell}
			}
		}
	}
	return was
}

// keysOf returns the facts of a deck that have another key now: the old one by the new.
func (m *matched) keysOf(deck string) map[string]string {
	was := map[string]string{}
	for _, k := range m.Keys {
		if k.Deck == deck {
			was[k.To] = k.From
		}
	}
	return was
}

// homes tells in which deck each card is that takes another name.
func (m *matched) homes(all []*decks.Deck) map[string]*decks.Deck {
	homes := map[string]*decks.Deck{}
	if len(m.Aliases) == 0 {
		return homes
	}
	renamed := make(map[string]bool, len(m.Aliases))
	for _, a := range m.Aliases {
		renamed[a.To] = true
	}
	for _, d := range all {
		for i := range d.Facts {
			for j := range d.Facts[i].Cards {
				if id := d.Facts[i].Cards[j].ID; renamed[id] {
					homes[id] = d
				}
			}
		}
	}
	return homes
}

// followed reports whether a card is under another id than before, or in
// another deck. A fact that is given its first id is not: nothing was followed.
func (a *deckApply) followed(card *cardRow) bool {
	was, moved := a.was[card.id]
	return moved && (was.deck != a.rows.deck.ID || was.named && was.key != card.fact)
}

// note writes down what happens to a card of the deck, if somebody wants to know.
func (a *deckApply) note(ctx context.Context, fate Fate, card *cardRow, old *storedCard) error {
	if !a.names {
		return nil
	}
	c := CardChange{Fate: fate, Deck: a.plan.Name, Card: card.id, Fact: card.fact}
	now, err := card.text.said(card.id)
	if err != nil {
		return err
	}
	c.Now = now
	if f := a.rows.fact(card.fact); f != nil {
		c.File, c.Line = f.columns.file, f.columns.line
	}
	if old != nil {
		if err := a.noteOld(ctx, &c, old); err != nil {
			return err
		}
		if was, moved := a.was[card.id]; moved && a.followed(card) {
			c.WasFact = was.key
			if was.deck != a.rows.deck.ID {
				c.WasDeck = was.deck
			}
		}
	}
	a.changes = append(a.changes, c)
	return nil
}

// noteRetired writes down that a card is gone.
func (a *deckApply) noteRetired(ctx context.Context, old *storedCard) error {
	if !a.names {
		return nil
	}
	c := CardChange{Fate: IsRetired, Deck: a.plan.Name, Card: old.name}
	for key, f := range a.oldFacts {
		if f.id == old.columns.fact {
			c.Fact, c.File, c.Line = key, f.columns.file, f.columns.line
			c.WasFact = a.aside[key]
		}
	}
	err := a.noteOld(ctx, &c, old)
	a.changes = append(a.changes, c)
	return err
}

// noteGone writes down that the cards of a deck are gone with it.
func (tx *tx) noteGone(ctx context.Context, d goneDeck, plan *Plan) error {
	rows, err := tx.QueryContext(ctx, `SELECT f.key, f.file, f.line, coalesce((SELECT reps FROM memory WHERE card = c.id), 0),
		c.card, c.kind, c.tags, c.content FROM cards c JOIN facts f ON f.id = c.fact WHERE c.deck = ? AND c.retired = 0 ORDER BY c.position, c.id`, d.id)
	gone, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (CardChange, error) {
		c := CardChange{Fate: IsRetired, Deck: d.name}
		var t cardText
		err := rows.Scan(&c.Fact, &c.File, &c.Line, &c.Answers, &c.Card, &t.kind, &t.tags, &t.content)
		if err == nil {
			c.Was, err = t.said(c.Card)
		}
		return c, err
	})
	plan.Changes = append(plan.Changes, gone...)
	return err
}

func (a *deckApply) noteOld(ctx context.Context, c *CardChange, old *storedCard) (err error) {
	if c.Was, err = old.columns.text.said(old.name); err != nil {
		return err
	}
	return a.Scan(ctx, `SELECT coalesce((SELECT reps FROM memory WHERE card = ?), 0)`, []any{old.card}, &c.Answers)
}

// said returns what a card asks and answers.
func (t *cardText) said(id string) (Text, error) {
	card := decks.Card{ID: id, Kind: decks.Kind(t.kind)}
	err := content.ReadCard(&card, t.content, t.tags)
	return textOf(&card), err
}

// fact finds a fact by its key.
func (r *deckRows) fact(key string) *factRow {
	if r.byKey == nil {
		r.byKey = make(map[string]*factRow, len(r.facts))
		for i := range r.facts {
			r.byKey[r.facts[i].key] = &r.facts[i]
		}
	}
	return r.byKey[key]
}
