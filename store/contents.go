package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/scheduler"
	"kartei/store/content"
	"kartei/store/doctor"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/sqlite"
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

// contents reads every text as the commands do: all but the log, which is checked
// as it is replayed.
func (e *examination) contents(ctx context.Context) error {
	for _, part := range []struct {
		check, query string
		read         func(name, text string, kind decks.Kind) error
	}{
		{"decks", `SELECT name, content, '' FROM decks`, func(name, text string, _ decks.Kind) error {
			return content.CheckDeck(name, text)
		}},
		{"decks", `SELECT key, section, '' FROM facts`, func(key, text string, _ decks.Kind) error {
			return content.CheckSection(key, text)
		}},
		{"decks", `SELECT card, content, kind FROM cards`, func(card, text string, kind decks.Kind) error {
			return content.CheckCard(card, kind, text)
		}},
	} {
		rows, err := e.tx.QueryContext(ctx, part.query)
		err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
			var name, text, kind string
			if err = rows.Scan(&name, &text, &kind); err == nil {
				e.wrong(part.check, "the decks", part.read(name, text, decks.Kind(kind)))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	e.Looked("that every card can be shown")
	return e.all(ctx, e.options, e.quizzes)
}

// wrong adds a finding, if err is one.
func (e *examination) wrong(check, where string, err error) {
	if err != nil {
		e.Found(check, where, strings.TrimPrefix(err.Error(), ErrDamaged.Error()+": "))
	}
}

func (e *examination) options(ctx context.Context) error {
	scope, err := e.tx.wrongScope(ctx, "")
	var option *scheduler.OptionError
	switch {
	case errors.As(err, &option):
		e.FoundWithRemedy("options", nameOfScope(scope), option.Error(), doctor.Remedy{Act: doctor.UnsetOption, Deck: scope, Option: option.Name})
	case err != nil:
		return err
	}
	all, err := readScopes(ctx, e.tx)
	if err != nil {
		return err
	}
	for _, u := range all.unknown() {
		e.Note(doctor.Finding{Check: "options", Where: nameOfScope(u.Deck),
			What:   fmt.Sprintf("its option %s is not one of this version's", u.Name),
			Means:  "a newer one may have set it; it is kept, and ignored here",
			Remedy: doctor.Remedy{Act: doctor.UnsetOption, Deck: u.Deck, Option: u.Name}})
	}
	e.Looked("the options of every deck")
	return nil
}

func (e *examination) quizzes(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil || have.Schema < 2 { // there were none yet
		return err
	}
	all, err := quizzesOf(ctx, e.tx)
	for _, q := range all {
		var events []QuizEvent
		if events, err = eventsOf(ctx, e.tx, q.ID); err == nil {
			err = checkQuiz(q, events)
		}
		if errors.Is(err, ErrDamaged) {
			e.wrong("quizzes", fmt.Sprintf("quiz %d", q.ID), err)
			err = nil
		}
		if err != nil {
			return err
		}
	}
	e.Looked("every quiz that was taken")
	return err
}

// undos looks for acts that were taken back and are not there.
func (e *examination) undos(ctx context.Context) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT v.name, l.seq FROM log l JOIN devices v ON v.id = l.device WHERE l.kind = 'undo' AND NOT EXISTS
		(SELECT 1 FROM log u JOIN devices d ON d.id = u.device WHERE d.name = l.detail ->> '$.undone.device' AND u.seq = l.detail ->> '$.undone.seq')`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var ref journal.Ref
		if err = rows.Scan(&ref.Device, &ref.Seq); err == nil {
			e.Found("chain", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "it takes a row back that is not there")
		}
		return err
	})
	return err
}
