package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// An OriginCard is a card that another program knows.
type OriginCard struct {
	ID   string // present
	Deck string // name
	Fact string // key

	Retired bool
}

// Origins returns the cards of the collection that a program knows, those that came
// last at the end: several decks may hold the card of one note, and what was
// reworded past recognition is a new card, while the old one is retired.
func (s *Store) Origins(ctx context.Context, program string) (map[journal.Origin][]OriginCard, error) {
	all := map[journal.Origin][]OriginCard{}
	err := s.read(ctx, func(tx *readTx) error {
		origins, err := tx.origins(ctx)
		if err != nil {
			return err
		}
		places, err := tx.originPlaces(ctx)
		for o, cards := range origins {
			for _, card := range cards {
				if place, ok := places[card]; ok && o.Program == program {
					all[o] = append(all[o], place)
				}
			}
		}
		return err
	})
	return all, sqlite.Explain("read where cards came from", err)
}

// FactOrigin is what a fact is known by of whose cards a program knows one: see
// [decks.Fact]. The first card counts, but for sentences with deletions, which are
// one note.
func FactOrigin(first journal.Origin, card string) string {
	if strings.HasPrefix(card, "cloze-") {
		first.Ordinal = -1
	}
	return fmt.Sprint(first.Program, "\x00", first.Note, "\x00", first.Ordinal)
}

// knowOrigins returns what tells old facts where they came from, if some of the
// compiled decks know it of theirs.
func (tx *readTx) knowOrigins(ctx context.Context, compiled []*decks.Deck) (func([]decks.OldFact), error) {
	if !slices.ContainsFunc(compiled, func(d *decks.Deck) bool {
		return slices.ContainsFunc(d.Facts, func(f decks.Fact) bool { return f.Origin != "" })
	}) {
		return func([]decks.OldFact) {}, nil
	}
	origins, err := tx.origins(ctx)
	byCard := map[string]journal.Origin{}
	for o, cards := range origins {
		for _, card := range cards {
			byCard[card] = o
		}
	}
	return func(old []decks.OldFact) {
		for i := range old {
			var first *journal.Origin
			name := ""
			for _, c := range old[i].Cards {
				if o, ok := byCard[c.ID]; ok && (first == nil || o.Ordinal < first.Ordinal) {
					first, name = &o, c.Name
				}
			}
			if first != nil {
				old[i].Origin = FactOrigin(*first, name)
			}
		}
	}, err
}

// originPlaces finds the cards that came from elsewhere, by present names.
func (tx *readTx) originPlaces(ctx context.Context) (map[string]OriginCard, error) {
	places := map[string]OriginCard{}
	rows, err := tx.QueryContext(ctx, `SELECT c.card, d.name, f.key, c.retired FROM cards c JOIN facts f ON f.id = c.fact JOIN decks d ON d.id = c.deck
		WHERE c.card IN (SELECT `+table.PresentName+` FROM log l WHERE l.kind = 'origin')`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var c OriginCard
		err := rows.Scan(&c.ID, &c.Deck, &c.Fact, &c.Retired)
		places[c.ID] = c
		return err
	})
	return places, err
}

// origins reads the rows that say where cards came from.
func (tx *readTx) origins(ctx context.Context) (map[journal.Origin][]string, error) {
	origins := map[journal.Origin][]string{}
	rows, err := tx.QueryContext(ctx, `SELECT `+table.PresentName+`, l.detail FROM log l
		WHERE l.kind = 'origin' AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id) ORDER BY l.clock, l.id`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card, text string
		var d journal.Detail
		if err := rows.Scan(&card, &text); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil || d.Foreign == nil {
			return fmt.Errorf("%w: a row that says where card %s came from", ErrDamaged, card)
		}
		if o := d.Foreign.Origin; !slices.Contains(origins[o], card) {
			origins[o] = append(origins[o], card)
		}
		return nil
	})
	return origins, err
}
