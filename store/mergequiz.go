package store

import (
	"context"
	"errors"
	"fmt"

	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// Quizzes are append-only, and a quiz is taken on one machine: their union is that of
// their events.

// QuizMark implements [exchange.Collection]: it is another one when something was done in
// a quiz.
func (x exchanging) QuizMark(ctx context.Context) (mark string, err error) {
	var quizzes, events int
	err = x.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM quizzes), (SELECT count(*) FROM quiz_events)`).Scan(&quizzes, &events)
	return fmt.Sprint(quizzes, " ", events), sqlite.Explain("count the quizzes", err)
}

// QuizLines implements [exchange.Collection].
func (x exchanging) QuizLines(ctx context.Context) (lines [][]byte, err error) {
	err = x.read(ctx, func(tx *readTx) error {
		lines, err = transfer.QuizLines(ctx, tx.ReadTx, false)
		return err
	})
	return lines, sqlite.Explain("read the quizzes", err)
}

// TakeQuiz implements [exchange.Collection].
func (x exchanging) TakeQuiz(ctx context.Context, line []byte) error {
	err := x.record(ctx, func(tx *tx) error {
		_, err := transfer.TakeQuiz(ctx, tx.sql, importing{tx}, line)
		if errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %w", segment.ErrNotWhole, err)
		}
		return err
	})
	return sqlite.Explain("take a quiz", err)
}
