package hashcards

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kartei/decks/foreign"
	"kartei/decks/foreigndb"
	"kartei/decks/notebook"
	"kartei/decks/plural"
)

var schema = foreigndb.Schema{
	Program: "hashcards",
	Tables: map[string][]string{
		"cards":   {"card_hash", "last_reviewed_at", "stability", "difficulty", "interval_days", "due_date", "review_count"},
		"reviews": {"review_id", "card_hash", "reviewed_at", "grade", "interval_days"},
	},
	Needed: []string{"cards", "reviews"},
	Mend:   "sqlite3 hashcards.db .recover makes a new one of it",
}

// A memory is what the database knows of a card.
type memory struct {
	state   *notebook.State
	reviews []notebook.Review
}

// A history is the database.
type history struct {
	db      *foreigndb.DB
	zone    *time.Location
	known   map[string]*memory // by hash
	strange int                // rows that say nothing
}

// readHistory reads a database.
func readHistory(ctx context.Context, data []byte, zone *time.Location) (*history, error) {
	db, err := foreigndb.Open(ctx, data, schema)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	h := &history{db: db, zone: zone, known: map[string]*memory{}}
	if err := h.readCards(); err != nil {
		return nil, err
	}
	return h, h.readReviews()
}

func (h *history) readCards() error {
	return h.db.Query(func(row *sql.Rows) error {
		var hash string
		var last, due sql.NullString
		var stability, difficulty sql.NullFloat64
		var days sql.NullInt64
		var reps int
		if err := h.db.Scan(row, "cards", &hash, &last, &stability, &difficulty, &days, &due, &reps); err != nil {
			return err
		}
		m := &memory{}
		h.known[hash] = m
		if !due.Valid { // new
			return nil
		}
		day, err := time.ParseInLocation(time.DateOnly, due.String, h.zone)
		if err != nil {
			h.strange++
			return nil
		}
		m.state = &notebook.State{Due: notebook.Noon(day.Year(), day.Month(), day.Day(), h.zone), Interval: float64(days.Int64),
			Stability: stability.Float64, Difficulty: difficulty.Float64, Reps: reps}
		if at, err := h.moment(last.String); err == nil {
			m.state.Last = at
		}
		return nil
	}, `SELECT card_hash, last_reviewed_at, stability, difficulty, interval_days, due_date, review_count FROM cards NOT INDEXED`)
}

// grades are hashcards' words.
var grades = map[string]int{"forgot": 1, "hard": 2, "good": 3, "easy": 4}

func (h *history) readReviews() error {
	return h.db.Query(func(row *sql.Rows) error {
		var hash, at, grade string
		var days int64
		if err := h.db.Scan(row, "reviews", &hash, &at, &grade, &days); err != nil {
			return err
		}
		when, err := h.moment(at)
		m := h.known[hash]
		if err != nil || grades[grade] == 0 || m == nil {
			h.strange++
			return nil
		}
		if grades[grade] == 1 && m.state != nil && len(m.reviews) > 0 {
			m.state.Lapses++
		}
		m.reviews = append(m.reviews, notebook.Review{At: when, Grade: grades[grade], Interval: float64(days)})
		return nil
	}, `SELECT card_hash, reviewed_at, grade, interval_days FROM reviews NOT INDEXED ORDER BY reviewed_at, review_id`)
}

// moment reads a time, which hashcards keeps as the clock on the wall showed it.
func (h *history) moment(text string) (time.Time, error) {
	return time.ParseInLocation("2006-01-02T15:04:05.999", text, h.zone)
}

// add gives the pages what the database knows of their cards.
func (h *history) add(r *notebook.Reading, cards map[string][]card) {
	for hash, copies := range cards {
		m := h.known[hash]
		if m == nil || m.state == nil && len(m.reviews) == 0 {
			continue
		}
		for _, c := range copies {
			c.page.Histories = append(c.page.Histories,
				notebook.History{Place: c.at, Note: hash, Reviews: m.reviews, State: m.state})
		}
		delete(h.known, hash)
	}
	orphans := 0
	for hash, m := range h.known {
		if len(cards[hash]) == 0 && len(m.reviews) > 0 {
			orphans++
		}
	}
	if orphans > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("%s knows %s that no deck says any more, as hashcards forgets what is edited: left out", databaseName, plural.Count(orphans, "card")))
	}
	if h.strange > 0 {
		r.Left = append(r.Left, foreign.Left{File: databaseName, Part: true,
			Err: fmt.Errorf("%s with a date, a grade or a card that hashcards does not write", plural.Count(h.strange, "row"))})
	}
}
