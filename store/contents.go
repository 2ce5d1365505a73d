package store

import (
	"context"
	"fmt"
	"strings"

	"kartei/decks/quiz"
)

// What the tables hold as text is read here as the commands read it, so that what
// passes an examination fails no command.

// checkQuiz refuses a quiz whose form or answers could not be shown.
func checkQuiz(q Quiz, events []QuizEvent) error {
	if q.Mode != QuizTest && q.Mode != QuizPretest {
		return fmt.Errorf("%w: a quiz is neither a test nor a pretest", ErrDamaged)
	}
	form, err := quiz.Parse("the form of a quiz", strings.NewReader(q.Text))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	_, err = ReplayQuiz(quiz.NewAttempt(form), events)
	return err
}

// checkOptions refuses options that would fail every command.
func (tx *readTx) checkOptions(ctx context.Context) error {
	if _, err := readCalendar(tx.QueryRowContext(ctx, findDayStart), tx.s.config.Calendar); err != nil {
		return err
	}
	return tx.checkScopes(ctx, "")
}
