package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/content"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// A Deck is a deck of the collection, as compiled but for its facts, which
// [Store.Facts] gives one by one.
type Deck struct {
	decks.Deck
	Root     string // the folder it was compiled from
	Missing  bool   // its files are gone from there
	Archived bool   // the learner wants no more of it; see [Store.Archive]

	id int64
}

const selectDecks = `SELECT id, deck, name, root, content, retired, shelved FROM decks`

func scanDeck(rows *sql.Rows) (d Deck, err error) {
	var text string
	if err = rows.Scan(&d.id, &d.ID, &d.Name, &d.Root, &text, &d.Missing, &d.Archived); err != nil {
		return d, err
	}
	return d, content.ReadDeck(&d.Deck, text)
}

// Decks returns all decks in the order of [decks.CompareNames], retired ones too.
func (s *Store) Decks(ctx context.Context) ([]Deck, error) {
	rows, err := s.db.Query(ctx, selectDecks+` ORDER BY name, retired`)
	all, err := sqlite.Collect(rows, err, scanDeck)
	slices.SortStableFunc(all, func(a, b Deck) int { return decks.CompareNames(a.Name, b.Name) })
	return all, sqlite.Explain("list the decks", err)
}

// A Section is a part of a deck that has facts: its headings, outermost first; none
// where facts stand above the first.
type Section struct {
	Deck string // name
	Path []string
}

// Sections returns the sections of all decks that are not retired, by deck and in
// the order of its files.
func (s *Store) Sections(ctx context.Context) ([]Section, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT d.name, f.section FROM decks d JOIN facts f ON f.deck = d.id
		WHERE d.retired = 0 AND f.retired = 0 GROUP BY d.id, f.section ORDER BY d.name, min(f.position)`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (found Section, err error) {
		var section string
		if err = rows.Scan(&found.Deck, &section); err != nil {
			return found, err
		}
		return found, readSection(section, &found.Path)
	})
	return all, sqlite.Explain("list the sections", err)
}

// InSections asks for the cards of sections, and of those below them.
func InSections(all []Section) Query {
	return Query{&term{finds: func(c *Card) bool {
		return slices.ContainsFunc(all, func(s Section) bool { return s.Deck == c.Deck && decks.Within(c.Section, s.Path) })
	}}}
}

// A DeckSize counts what a deck holds.
type DeckSize struct{ Facts, Cards int }

// Sizes counts, by name of the deck, what the decks hold that are not retired.
func (s *Store) Sizes(ctx context.Context) (map[string]DeckSize, error) {
	sizes := map[string]DeckSize{}
	rows, err := s.db.QueryContext(ctx, `SELECT d.name, count(DISTINCT c.fact), count(*)
		FROM decks d JOIN cards c ON c.deck = d.id WHERE d.retired = 0 AND c.retired = 0 GROUP BY d.id`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var name string
		var size DeckSize
		err := rows.Scan(&name, &size.Facts, &size.Cards)
		sizes[name] = size
		return err
	})
	return sizes, sqlite.Explain("count the cards", err)
}

// Deck finds a deck by name. The error wraps [ErrNotFound] if there is none; of
// a retired deck and one that took its name it gives the latter.
func (s *Store) Deck(ctx context.Context, name string) (Deck, error) {
	rows, err := s.db.QueryContext(ctx, selectDecks+` WHERE name = ? ORDER BY retired LIMIT 1`, name)
	found, err := sqlite.Collect(rows, err, scanDeck)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Deck{}, sqlite.Explain("find deck "+name, err)
	}
	return found[0], nil
}

// Live reports whether the deck's cards are asked.
func (d *Deck) Live() bool { return !d.Missing && !d.Archived }

// Archive puts a deck away until it is brought back: its cards are not asked, and
// it goes on being compiled.
func (s *Store) Archive(ctx context.Context, d Deck, archived bool, now scheduler.Moment) error {
	err := s.record(ctx, func(tx *tx) error {
		var is bool
		if err := tx.Scan(ctx, `SELECT shelved FROM decks WHERE id = ?`, []any{d.id}, &is); err != nil || is == archived {
			return err
		}
		return tx.pushArchived(ctx, now, journal.Archived{Deck: d.ID, Away: archived})
	})
	return sqlite.Explain("archive deck "+d.Name, err)
}

// Passages returns a deck with what stands between its facts.
func (s *Store) Passages(ctx context.Context, d Deck) (Deck, error) {
	var text string
	err := s.db.Read(ctx, func(tx *sqlite.ReadTx) error {
		return tx.Scan(ctx, `SELECT prose FROM decks WHERE id = ?`, []any{d.id}, &text)
	})
	if err == nil {
		err = content.ReadProse(&d.Deck, text)
	}
	return d, sqlite.Explain("read deck "+d.Name, err)
}

// Facts returns a deck's facts with their cards, as compiled, in authored order, and
// when each changed. Facts under the same headings share them. Other methods may be
// called in between.
func (s *Store) Facts(ctx context.Context, d Deck) iter.Seq2[*decks.Fact, error] {
	return func(yield func(*decks.Fact, error) bool) {
		for next := 0; ; {
			page, err := s.facts(ctx, d.id, next, factPage)
			if err != nil {
				yield(nil, sqlite.Explain("read deck "+d.Name, err))
				return
			}
			for i := range page {
				if !yield(&page[i].Fact, nil) {
					return
				}
			}
			if len(page) < factPage {
				return
			}
			next = page[len(page)-1].position + 1
		}
	}
}

// factPage is how many facts are read at a time.
const factPage = 500

type positionedFact struct {
	decks.Fact
	id       int64
	position int
}

// facts reads so many live facts from a position on.
func (s *Store) facts(ctx context.Context, deck int64, from, limit int) ([]positionedFact, error) {
	rows, err := s.db.Query(ctx, `SELECT id, key, written, cell, file, line, section, position FROM facts
		WHERE deck = ? AND retired = 0 AND position >= ? ORDER BY position LIMIT ?`, deck, from, limit)
	page := make([]positionedFact, 0, limit)
	var before string // the section of the last fact: that of most
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var f positionedFact
		var section string
		if err := rows.Scan(&f.id, &f.Key, &f.Written, &f.Cell, &f.File, &f.Line, &section, &f.position); err != nil {
			return err
		}
		if len(page) > 0 && section == before {
			f.Section = page[len(page)-1].Section
		} else if err := readSection(section, &f.Section); err != nil {
			return err
		}
		page, before = append(page, f), section
		return nil
	})
	if err != nil || len(page) == 0 {
		return nil, err
	}
	byID := make(map[int64]*positionedFact, len(page))
	for i := range page {
		byID[page[i].id] = &page[i]
	}
	rows, err = s.db.Query(ctx, `SELECT c.fact, c.changed, `+cardColumnList+` FROM facts f JOIN cards c ON c.fact = f.id
		WHERE f.deck = ? AND f.retired = 0 AND c.retired = 0 AND f.position BETWEEN ? AND ? ORDER BY c.position`,
		deck, page[0].position, page[len(page)-1].position)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var fact, changed int64
		card, err := scanCard(rows, &fact, &changed)
		if f := byID[fact]; f != nil {
			f.Cards, f.Changed = append(f.Cards, card), max(f.Changed, changed)
		}
		return err
	})
	return page, err
}

func readSection(column string, section *[]string) error {
	if err := json.Unmarshal([]byte(column), section); err != nil {
		return fmt.Errorf("%w: the headings of a fact cannot be read", ErrDamaged)
	}
	return nil
}

const cardColumnList = `c.card, c.name, c.kind, c.hash, c.tags, c.content`

// scanCard reads what stands before cardColumnList, and the card.
func scanCard(rows *sql.Rows, before ...any) (card decks.Card, err error) {
	var tags, text string
	if err = rows.Scan(append(before, &card.ID, &card.Name, &card.Kind, &card.Hash, &tags, &text)...); err != nil {
		return card, err
	}
	return card, content.ReadCard(&card, text, tags)
}

// Keys are those of a deck's live facts.
func (s *Store) Keys(ctx context.Context, d Deck) (map[string]bool, error) {
	keys := map[string]bool{}
	rows, err := s.db.QueryContext(ctx, `SELECT key FROM facts WHERE deck = ? AND retired = 0`, d.id)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		keys[key] = true
		return err
	})
	return keys, sqlite.Explain("read the keys of deck "+d.Name, err)
}

// CardIDs returns the ids of a deck's cards, in authored order.
func (s *Store) CardIDs(ctx context.Context, d Deck) ([]string, error) {
	rows, err := s.db.Query(ctx, `SELECT card FROM cards WHERE deck = ? AND retired = 0 ORDER BY position`, d.id)
	ids, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
	return ids, sqlite.Explain("read deck "+d.Name, err)
}
