package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"

	"kartei/store/sqlite"
)

// A dumpQuiz is an attempt at a quiz with all that was done in it.
type dumpQuiz struct {
	Form   string          `json:"form"`
	Text   string          `json:"text"`
	Mode   QuizMode        `json:"mode"`
	Began  int64           `json:"began"`
	Zone   int64           `json:"zone"`
	Events []dumpQuizEvent `json:"events,omitempty"`

	id int64
}

type dumpQuizEvent struct {
	At       int64           `json:"at"`
	Zone     int64           `json:"zone"`
	Kind     QuizEventKind   `json:"kind"`
	Question int             `json:"question"`
	Detail   json.RawMessage `json:"detail"`
}

// quizzes writes the quizzes that were taken, in order.
func (d *dumper) quizzes(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT q.id, f.form, f.text, q.mode, q.began, q.zone FROM quizzes q JOIN quiz_forms f ON f.id = q.form ORDER BY q.id`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (q dumpQuiz, err error) {
		return q, rows.Scan(&q.id, &q.Form, &q.Text, &q.Mode, &q.Began, &q.Zone)
	})
	if err != nil {
		return err
	}
	for _, q := range all {
		rows, err := d.tx.QueryContext(ctx, `SELECT at, zone, kind, question, detail FROM quiz_events WHERE quiz = ? ORDER BY seq`, q.id)
		q.Events, err = sqlite.Collect(rows, err, func(rows *sql.Rows) (e dumpQuizEvent, err error) {
			var detail string
			err = rows.Scan(&e.At, &e.Zone, &e.Kind, &e.Question, &detail)
			e.Detail = json.RawMessage(detail)
			return e, err
		})
		if err != nil {
			return err
		}
		d.end.Quizzes++
		if err := d.lines.Encode(dumpLine{Quiz: &q}); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a quiz that could not be shown.
func (q *dumpQuiz) check() error {
	events := make([]QuizEvent, len(q.Events))
	for i, e := range q.Events {
		events[i] = QuizEvent{Kind: e.Kind, Question: e.Question}
		if err := events[i].fill(compact(e.Detail)); err != nil {
			return err
		}
	}
	return checkQuiz(Quiz{Text: q.Text, Mode: q.Mode}, events)
}

func (u *undumper) takeQuiz(ctx context.Context, q *dumpQuiz) error {
	if err := q.check(); err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(q.Text))
	if _, err := u.tx.exec(ctx, `INSERT INTO quiz_forms (form, text, hash) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`, q.Form, q.Text, hash[:]); err != nil {
		return err
	}
	result, err := u.tx.exec(ctx, `INSERT INTO quizzes (form, began, zone, mode) SELECT id, ?, ?, ? FROM quiz_forms WHERE hash = ?`, q.Began, q.Zone, q.Mode, hash[:])
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	for i, e := range q.Events {
		if _, err := u.tx.exec(ctx, `INSERT INTO quiz_events (quiz, seq, at, zone, kind, question, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, i+1, e.At, e.Zone, e.Kind, e.Question, compact(e.Detail)); err != nil {
			return err
		}
	}
	u.got.Quizzes++
	return nil
}
