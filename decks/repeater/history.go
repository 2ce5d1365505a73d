package repeater

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
	Program: "repeater",
	Tables: map[string][]string{"cards": {"card_hash", "last_reviewed_at", "stability", "difficulty", "interval_raw",
		"due_date", "review_count"}},
	Needed: []string{"cards"},
	Mend:   "sqlite3 cards.db .recover makes a new one of it",
}

// learningReviews are the answers after which repeater plans by FSRS alone.
const learningReviews = 3

// addHistory gives pages what the database knows of their cards.
func addHistory(
	ctx context.Context, data []byte, zone *time.Location, r *notebook.Reading, cards map[string][]card,
) error {
	db, err := foreigndb.Open(ctx, data, schema)
	if err != nil {
		return err
	}
	defer db.Close()
	known, strange := 0, 0
	err = db.Query(func(row *sql.Rows) error {
		var hash string
		var last, due sql.NullString
		var stability, difficulty, days sql.NullFloat64
		var reps int
		if err := db.Scan(row, "cards", &hash, &last, &stability, &difficulty, &days, &due, &reps); err != nil {
			return err
		}
		if !due.Valid || len(cards[hash]) == 0 { // new, or of another folder: there is one database for all
			return nil
		}
		at, err1 := time.Parse(time.RFC3339Nano, due.String)
		before, err2 := time.Parse(time.RFC3339Nano, last.String)
		if err1 != nil || err2 != nil {
			strange++
			return nil
		}
		state := &notebook.State{Due: at.In(zone), Last: before.In(zone), Interval: days.Float64,
			Stability: stability.Float64, Difficulty: difficulty.Float64, Reps: reps}
		if days.Float64 < 1 {
			state.Phase = notebook.Relearning
			if reps < learningReviews {
				state.Phase = notebook.Learning
			}
		}
		known++
		for _, c := range cards[hash] {
			c.page.Histories = append(c.page.Histories, notebook.History{Place: c.at, Note: hash, State: state})
		}
		return nil
	}, `SELECT card_hash, last_reviewed_at, stability, difficulty, interval_raw, due_date, review_count FROM cards NOT INDEXED`)
	if known > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("where %s stood comes along; of the answers repeater keeps no log",
			plural.Count(known, "card")))
	}
	if strange > 0 {
		r.Left = append(r.Left, foreign.Left{File: "cards.db", Part: true,
			Err: fmt.Errorf("%s with a date that repeater does not write", plural.Count(strange, "row"))})
	}
	return err
}
