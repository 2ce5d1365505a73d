package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A Card is a card with its place in the collection and what the log says of it.
type Card struct {
	decks.Card
	journal.CardState
	Deck     string       // name
	Lang     string       // of the deck
	Typed    decks.Typing // of the deck
	Strict   bool         // of the deck
	Fact     string       // key
	File     string
	Line     int
	Section  []string
	Root     string // File is relative to it
	Position int    // in the deck, from 0
	Retired  bool

	FactID int64 // as in session.Candidate
	DeckID int64

	rowID int64
}

// Changed reports whether the card asks or answers something else since the
// learner last saw it.
func (c *Card) Changed() bool { return c.Seen != "" && c.Seen != c.Hash }

// Row is the card's row in this collection file, for [kartei/store/queue.Only].
func (c *Card) Row() int64 { return c.rowID }

// Due is when the card is asked next; false for cards that no one waits for.
func (c *Card) Due() (day scheduler.Day, ok bool) {
	return c.DueDay, c.State != scheduler.New && !c.Suspended && !c.Retired
}

var selectCards = `SELECT ` + wholeCard

var wholeCard = `c.id, d.id, d.name, coalesce(json_extract(d.content, '$.lang'), ''), coalesce(json_extract(d.content, '$.typed'), ''), coalesce(json_extract(d.content, '$.strict'), 0), d.root, f.id, f.key, f.file, f.line, f.section,
	c.position, c.retired, ` + table.CardState.OrEmpty("m.") + `, ` + cardColumnList + `
	FROM cards c JOIN facts f ON f.id = c.fact JOIN decks d ON d.id = c.deck LEFT JOIN memory m ON m.card = c.id`

func scanWholeCard(rows *sql.Rows) (c Card, err error) { return scanCardAfter(rows) }

// scanCardAfter scans what stands before a card, and the card.
func scanCardAfter(rows *sql.Rows, before ...any) (c Card, err error) {
	var section string
	before = append(before, &c.rowID, &c.DeckID, &c.Deck, &c.Lang, &c.Typed, &c.Strict, &c.Root, &c.FactID, &c.Fact,
		&c.File, &c.Line, &section, &c.Position, &c.Retired)
	if c.Card, err = scanCard(rows, table.CardState.Targets(&c.CardState, before...)...); err != nil {
		return c, err
	}
	return c, readSection(section, &c.Section)
}

// Card finds a card by its id, also by one that it had before. The error wraps
// [ErrNotFound] if there is none.
func (s *Store) Card(ctx context.Context, id string) (Card, error) {
	for _, query := range []string{
		selectCards + ` WHERE c.card = ?`,
		selectCards + ` WHERE c.card = (SELECT card FROM aliases WHERE old = ? ORDER BY since DESC LIMIT 1)`,
	} {
		rows, err := s.db.Query(ctx, query, id)
		found, err := sqlite.Collect(rows, err, scanWholeCard)
		if err != nil {
			return Card{}, sqlite.Explain("find card "+id, err)
		}
		if len(found) > 0 {
			s.ask(&found[0])
			return found[0], nil
		}
	}
	return Card{}, fmt.Errorf("find card %s: %w", id, ErrNotFound)
}

// Memories returns what the log made of the cards of a deck, by their ids; none of those
// that were never answered.
func (s *Store) Memories(ctx context.Context, deckID string) (map[string]scheduler.Memory, error) {
	memories := map[string]scheduler.Memory{}
	rows, err := s.db.QueryContext(ctx, `SELECT c.card, `+table.Memory.OrEmpty("m.")+`
		FROM decks d JOIN memory m ON m.deck = d.id JOIN cards c ON c.id = m.card WHERE d.deck = ? AND c.retired = 0`, deckID)
	var id string
	var m scheduler.Memory
	targets := table.Memory.Targets(&m, &id)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if m.State != scheduler.New {
			memories[id] = m
		}
		return nil
	})
	return memories, sqlite.Explain("read what is known of the cards", err)
}

// cardPage is how many cards are read at a time.
const cardPage = 500

// Cards returns the cards that a query asks for (see [ParseQuery]), by deck and
// position. Other methods may be called in between.
func (s *Store) Cards(ctx context.Context, q Query, now scheduler.Moment) iter.Seq2[Card, error] {
	return func(yield func(Card, error) bool) {
		all, err := s.Decks(ctx)
		if err != nil {
			yield(Card{}, err)
			return
		}
		for _, d := range all {
			options, err := s.Options(ctx, d.Name)
			if err != nil {
				yield(Card{}, err)
				return
			}
			if !s.cardsOf(ctx, d, q, now, options.Leech, yield) {
				return
			}
		}
	}
}

// A foundCard is a card with which conditions of a query hold of it.
type foundCard struct {
	Card
	known string
}

// cardsOf yields the cards of one deck, page by page.
func (s *Store) cardsOf(
	ctx context.Context, d Deck, q Query, now scheduler.Moment, leeches int, yield func(Card, error) bool,
) bool {
	condition, args := q.where(now, leeches)
	known, first := q.known(now, leeches)
	matches := q.matcher()
	position, row := -1, int64(0)
	for {
		rows, err := s.db.QueryContext(ctx, `SELECT `+known+`, `+wholeCard+` WHERE c.deck = ? AND (c.position, c.id) > (?, ?) AND `+condition+`
			ORDER BY c.position, c.id LIMIT ?`, slices.Concat(first, []any{d.id, position, row}, args, []any{cardPage})...)
		page, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (f foundCard, err error) {
			f.Card, err = scanCardAfter(rows, &f.known)
			return f, err
		})
		if err != nil {
			yield(Card{}, sqlite.Explain("search the cards", err))
			return false
		}
		for i := range page {
			if matches(&page[i].Card, page[i].known) && !yield(page[i].Card, nil) {
				return false
			}
		}
		if len(page) < cardPage {
			return true
		}
		position, row = page[len(page)-1].Position, page[len(page)-1].rowID
	}
}

// Tags lists the tags that live cards carry, in order.
func (s *Store) Tags(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT DISTINCT tags FROM cards WHERE retired = 0`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (tags string, err error) { return tags, rows.Scan(&tags) })
	if err != nil {
		return nil, sqlite.Explain("list the tags", err)
	}
	tags := strings.Fields(strings.Join(all, " "))
	slices.Sort(tags)
	return slices.Compact(tags), nil
}
