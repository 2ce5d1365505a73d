package store

import (
	"context"
	"encoding/json"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/store/sqlite"
)

// Neighbours returns the live facts around a card in its deck, at most limit, the
// card's own among them: where plausible wrong answers are found.
func (s *Store) Neighbours(ctx context.Context, c Card, limit int) ([]decks.Fact, error) {
	var position int
	err := s.db.QueryRowContext(ctx, `SELECT position FROM facts WHERE id = ?`, c.FactID).Scan(&position)
	if err != nil {
		return nil, sqlite.Explain("find the facts near card "+c.ID, err)
	}
	page, err := s.facts(ctx, c.DeckID, max(0, position-limit/2), limit)
	if err != nil {
		return nil, sqlite.Explain("find the facts near card "+c.ID, err)
	}
	near := make([]decks.Fact, len(page))
	for i := range page {
		near[i] = page[i].Fact
	}
	return near, nil
}

// reach is how many cards on either side of a card ConfusableAnswers looks at, and of
// each deck below its own: all of an ordinary deck.
const reach = 10_000

// A ConfusableAnswer is an answer of another card that could be taken for a card's own.
type ConfusableAnswer struct {
	Answer string // Markdown
	Prompt string // of the card that it is the answer of; empty if the author calls it wrong
}

// ConfusableAnswers returns the answers of other cards, of the card's deck and those below
// it, that a slip or a fold of [answer.Wanted] might lead to, at most limit, and
// what the card's author calls wrong.
func (s *Store) ConfusableAnswers(ctx context.Context, c Card, limit int) ([]ConfusableAnswer, error) {
	found := answer.NewRivals(&c.Card, c.Lang)
	rivals := make([]ConfusableAnswer, len(found.Texts))
	for i, text := range found.Texts {
		rivals[i].Answer = text
	}
	rows, err := s.db.QueryContext(ctx, `SELECT json_extract(c.content, '$.answer'), json_extract(c.content, '$.prompt'), coalesce(json_extract(c.content, '$.accept'), '[]')
		FROM cards c JOIN decks d ON d.id = c.deck
		WHERE (d.id = ? AND c.position BETWEEN ? AND ? OR d.name > ? || '/' AND d.name < ? || '0' AND c.position < ?)
			AND c.retired = 0 AND d.retired = 0 AND d.shelved = 0 AND c.id <> ? AND c.kind IN ('recall', 'cloze')`,
		c.DeckID, c.Position-reach, c.Position+reach, c.Deck, c.Deck, reach, c.rowID)
	if err != nil {
		return nil, sqlite.Explain("find the rivals of card "+c.ID, err)
	}
	defer rows.Close()
	for rows.Next() && len(rivals) < limit {
		var text, prompt, accept string
		if err := rows.Scan(&text, &prompt, &accept); err != nil {
			return nil, sqlite.Explain("find the rivals of card "+c.ID, err)
		}
		var also []string
		if accept != "[]" {
			if err := json.Unmarshal([]byte(accept), &also); err != nil {
				return nil, sqlite.Explain("find the rivals of card "+c.ID, err)
			}
		}
		for _, text := range append([]string{text}, also...) {
			if found.Add(text) {
				rivals = append(rivals, ConfusableAnswer{text, prompt})
			}
		}
	}
	return rivals, sqlite.Explain("find the rivals of card "+c.ID, rows.Err())
}

// AnsweredDays is on how many study days cards were reviewed; no more than most are
// counted.
func (s *Store) AnsweredDays(ctx context.Context, most int) (days int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT DISTINCT day FROM log WHERE kind = 'grade' AND mode = 'review' ORDER BY day LIMIT ?)`, most).Scan(&days)
	return days, sqlite.Explain("count the days of study", err)
}

// AnswerTime is how long an answer took of late, in milliseconds: the median, for which
// a card that was left open for an hour is one answer like any other; 0 if there
// is none.
func (s *Store) AnswerTime(ctx context.Context) (pace int64, err error) {
	err = s.db.QueryRowContext(ctx, `WITH recent AS (SELECT duration FROM log WHERE kind = 'grade' AND mode = 'review' ORDER BY id DESC LIMIT 100)
		SELECT coalesce((SELECT duration FROM recent ORDER BY duration LIMIT 1 OFFSET (SELECT max(0, count(*) - 1) FROM recent) / 2), 0)`).Scan(&pace)
	return pace, sqlite.Explain("time the last answers", err)
}
