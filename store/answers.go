package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// An Answer is what the log says of one answer, under the name that its card
// has now.
type Answer struct {
	Card   string
	Day    scheduler.Day
	Grade  scheduler.Grade
	Detail journal.Detail
}

// Answers returns all answers that were not taken back, those of cram sessions
// too, in the order of a replay. Other methods may be called in between.
func (s *Store) Answers(ctx context.Context) iter.Seq2[Answer, error] {
	return s.gradesIn(ctx, ``)
}

// WrongAnswers returns those answers of which it is known that they were wrong:
// typed or picked, and graded Again.
func (s *Store) WrongAnswers(ctx context.Context) iter.Seq2[Answer, error] {
	return s.gradesIn(ctx, ` AND l.grade = 1 AND l.detail LIKE '%"right":false%'`)
}

func (s *Store) gradesIn(ctx context.Context, condition string) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		enough := false
		err := s.readApart(ctx, func(tx *readTx) error {
			rows, err := tx.QueryContext(ctx, `SELECT `+table.PresentName+`, l.day, l.grade, l.detail FROM `+table.RowTables+`
				WHERE l.kind = 'grade'`+condition+` AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id) ORDER BY l.clock, v.name, l.seq`)
			if err != nil {
				return err
			}
			defer rows.Close()
			for !enough && rows.Next() {
				a, err := scanAnswer(rows)
				if err != nil {
					return err
				}
				enough = !yield(a, nil)
			}
			return rows.Err()
		})
		if err != nil && !enough {
			yield(Answer{}, sqlite.Explain("read the log", err))
		}
	}
}

func scanAnswer(rows *sql.Rows) (a Answer, err error) {
	var detail string
	if err := rows.Scan(&a.Card, &a.Day, &a.Grade, &detail); err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(detail), &a.Detail); err != nil {
		return a, fmt.Errorf("%w: an answer to card %s cannot be read", ErrDamaged, a.Card)
	}
	return a, nil
}
