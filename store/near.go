package store

import (
	"context"
	"database/sql"
	"unicode/utf8"

	"kartei/decks"
)

// Near gives the live facts around a card in its deck, at most limit, the
// card's own among them: where plausible wrong answers are found.
func (s *Store) Near(ctx context.Context, c Card, limit int) ([]decks.Fact, error) {
	var position int
	err := s.db.QueryRowContext(ctx, `SELECT position FROM facts WHERE id = ?`, c.FactID).Scan(&position)
	if err != nil {
		return nil, explain("find the facts near card "+c.ID, err)
	}
	page, err := s.facts(ctx, c.DeckID, max(0, position-limit/2), limit)
	if err != nil {
		return nil, explain("find the facts near card "+c.ID, err)
	}
	near := make([]decks.Fact, len(page))
	for i := range page {
		near[i] = page[i].Fact
	}
	return near, nil
}

// rivalReach is how many cards on either side of a card Rivals looks at: all of
// an ordinary deck.
const rivalReach = 10_000

// slack is by how many characters a rival's answer may be longer or shorter: a
// slip or two, and what folding takes away.
const slack = 4

// Rivals gives the answers of other cards of a card's deck, at most limit, that
// are about as long as one of the card's own: those that a slip of the finger
// might reach.
func (s *Store) Rivals(ctx context.Context, c Card, limit int) ([]string, error) {
	shortest := utf8.RuneCountInString(c.Answer)
	longest := shortest
	for _, a := range c.Accept {
		n := utf8.RuneCountInString(a)
		shortest, longest = min(shortest, n), max(longest, n)
	}
	rows, err := s.db.QueryContext(ctx, `SELECT DISTINCT answer FROM (
			SELECT json_extract(content, '$.answer') AS answer FROM cards
			WHERE deck = ? AND position BETWEEN ? AND ? AND retired = 0 AND id <> ? AND kind IN ('recall', 'cloze'))
		WHERE length(answer) BETWEEN ? AND ? LIMIT ?`,
		c.DeckID, c.Position-rivalReach, c.Position+rivalReach, c.rowID, shortest-slack, longest+slack, limit)
	answers, err := collect(rows, err, func(rows *sql.Rows) (answer string, err error) { return answer, rows.Scan(&answer) })
	return answers, explain("find the rivals of card "+c.ID, err)
}

// Pace is how long an answer took of late, in milliseconds; 0 if there is none.
func (s *Store) Pace(ctx context.Context) (pace int64, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT coalesce(cast(avg(min(duration, 60000)) AS INTEGER), 0) FROM
		(SELECT duration FROM log WHERE kind = 'grade' AND mode = 'review' ORDER BY id DESC LIMIT 100)`).Scan(&pace)
	return pace, explain("time the last answers", err)
}
