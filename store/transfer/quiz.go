package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"kartei/store/sqlite"
)

// QuizLines are the quizzes that were taken, each as a line of an export. Quizzes that are
// not handed in are left out, unless all are wanted.
func QuizLines(ctx context.Context, tx *sqlite.ReadTx, all bool) (lines [][]byte, err error) {
	var text bytes.Buffer
	d := &exporter{tx: tx, lines: json.NewEncoder(&text)}
	d.lines.SetEscapeHTML(false)
	if err := d.quizzes(ctx); err != nil {
		return nil, err
	}
	for line := range bytes.Lines(text.Bytes()) {
		if all || bytes.Contains(line, []byte(`"kind":"hand-in"`)) {
			lines = append(lines, bytes.TrimSpace(line))
		}
	}
	return lines, nil
}

// TakeQuiz adds a quiz that was taken elsewhere, or what was done in it since it came
// last. One that is here already changes nothing.
func TakeQuiz(ctx context.Context, tx *sqlite.Tx, c Collection, line []byte) (taken bool, err error) {
	var l struct {
		Quiz *quizLine `json:"quiz"`
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return false, fmt.Errorf("%w: %w", sqlite.ErrDamaged, err)
	}
	if l.Quiz == nil {
		return false, fmt.Errorf("%w: the line is not a quiz", sqlite.ErrDamaged)
	}
	u := &importer{tx: tx, collection: c}
	if err := u.check(l.Quiz); err != nil {
		return false, err
	}
	hash := sha256.Sum256([]byte(l.Quiz.Text))
	var id int64
	var events int
	err = tx.Scan(ctx, `SELECT q.id, (SELECT count(*) FROM quiz_events WHERE quiz = q.id) FROM quizzes q JOIN quiz_forms f ON f.id = q.form
		WHERE f.hash = ? AND q.began = ? AND q.mode = ?`, []any{hash[:], l.Quiz.Began, l.Quiz.Mode}, &id, &events)
	if errors.Is(err, sql.ErrNoRows) {
		return true, u.takeQuiz(ctx, l.Quiz)
	}
	if err != nil || len(l.Quiz.Events) <= events {
		return false, err
	}
	return true, u.takeEvents(ctx, id, l.Quiz.Events, events)
}
