package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"kartei/decks/quiz"
	"kartei/store/sqlite"
)

// A Quiz is one attempt at a form.
type Quiz struct {
	ID    int64
	Form  string // quiz.Form.ID
	Text  string // the form as a file, with its key if it came with one
	Mode  QuizMode
	Began time.Time
	Ended time.Time // zero: not handed in
	Seen  time.Time // the last event; zero if nothing was done yet
}

// QuizMode says what a quiz is for.
type QuizMode string

// The modes of a quiz.
const (
	QuizTest    QuizMode = "test"    // scored
	QuizPretest QuizMode = "pretest" // before learning: answers are told at once, and nothing is scored
)

// A QuizEvent is something that was done in a quiz. What was shown, the options
// in their order and the version of the decks, is in the form's text.
type QuizEvent struct {
	At       time.Time
	Kind     QuizEventKind
	Question int            // from 0; -1 is the quiz as a whole
	Response *quiz.Response // answer and look: all of it, instead of the one before
	Item     string         // answer: quiz.Question.Item
	Mark     *quiz.Mark     // answer: what it was worth and by which rule; nil if the form has no key
}

// QuizEventKind says what was done.
type QuizEventKind string

// The kinds of events.
const (
	QuizAnswer  QuizEventKind = "answer"  // a question was answered, also anew
	QuizLook    QuizEventKind = "look"    // it was left as it was; its response has the time that this took
	QuizFlag    QuizEventKind = "flag"    // it was marked for a second look, or the mark was taken off
	QuizHandIn  QuizEventKind = "hand-in" // no answer counts after this
	QuizDispute QuizEventKind = "dispute" // a rejected answer is said to be right, or no longer
)

// BeginQuiz begins an attempt at a form.
func (s *Store) BeginQuiz(
	ctx context.Context, form *quiz.Form, text string, mode QuizMode, at time.Time,
) (Quiz, error) {
	q := Quiz{Form: form.ID(), Text: text, Mode: mode, Began: at}
	hash := sha256.Sum256([]byte(text))
	err := s.write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO quiz_forms (form, text, hash) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`, q.Form, text, hash[:]); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO quizzes (form, began, zone, mode) SELECT id, ?, ?, ? FROM quiz_forms WHERE hash = ?`,
			at.UnixMilli(), offset(at), mode, hash[:])
		if err != nil {
			return err
		}
		q.ID, err = result.LastInsertId()
		return err
	})
	return q, sqlite.Explain("begin the quiz", err)
}

// RecordQuiz appends what was done in a quiz. When it returns without an error
// it is on disk. After the quiz was handed in only disputes are taken.
func (s *Store) RecordQuiz(ctx context.Context, id int64, e QuizEvent) error {
	detail, err := json.Marshal(quizDetail{e.Response, e.Item, e.Mark})
	if err != nil {
		return err
	}
	err = s.write(ctx, func(tx *sqlite.Tx) error {
		result, err := tx.ExecContext(ctx, `INSERT INTO quiz_events (quiz, seq, at, zone, kind, question, detail)
			SELECT q.id, coalesce((SELECT max(seq) FROM quiz_events WHERE quiz = q.id), 0) + 1, ?, ?, ?, ?, ?
			FROM quizzes q WHERE q.id = ? AND (? = 'dispute' OR NOT EXISTS (SELECT 1 FROM quiz_events WHERE quiz = q.id AND kind = 'hand-in'))`,
			e.At.UnixMilli(), offset(e.At), e.Kind, e.Question, string(detail), id, e.Kind)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("quiz %d is unknown or handed in: %w", id, ErrNotFound)
		}
		return nil
	})
	return sqlite.Explain("record the quiz", err)
}

// A quizDetail is what stands in an event's row as JSON.
type quizDetail struct {
	*quiz.Response
	Item string     `json:"item,omitempty"`
	Mark *quiz.Mark `json:"mark,omitempty"`
}

// Quizzes returns the attempts, the newest first.
func (s *Store) Quizzes(ctx context.Context) ([]Quiz, error) {
	all, err := quizzesOf(ctx, s.db)
	return all, sqlite.Explain("list the quizzes", err)
}

func quizzesOf(ctx context.Context, q sqlite.Reader) ([]Quiz, error) {
	rows, err := q.QueryContext(ctx, `SELECT q.id, f.form, f.text, q.mode, q.began, q.zone, h.at, h.zone, l.at, l.zone
		FROM quizzes q JOIN quiz_forms f ON f.id = q.form
		LEFT JOIN quiz_events h ON h.quiz = q.id AND h.kind = 'hand-in'
		LEFT JOIN quiz_events l ON l.quiz = q.id AND l.seq = (SELECT max(seq) FROM quiz_events WHERE quiz = q.id)
		ORDER BY q.id DESC`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (q Quiz, err error) {
		var began, zone int64
		var ended, endedZone, seen, seenZone sql.NullInt64
		err = rows.Scan(&q.ID, &q.Form, &q.Text, &q.Mode, &began, &zone, &ended, &endedZone, &seen, &seenZone)
		q.Began = instant(began, zone)
		if ended.Valid {
			q.Ended = instant(ended.Int64, endedZone.Int64)
		}
		if seen.Valid {
			q.Seen = instant(seen.Int64, seenZone.Int64)
		}
		return q, err
	})
}

// QuizEvents returns what was done in a quiz, in order.
func (s *Store) QuizEvents(ctx context.Context, id int64) ([]QuizEvent, error) {
	all, err := eventsOf(ctx, s.db, id)
	return all, sqlite.Explain("read the quiz", err)
}

func eventsOf(ctx context.Context, q sqlite.Reader, id int64) ([]QuizEvent, error) {
	rows, err := q.QueryContext(ctx, `SELECT at, zone, kind, question, detail FROM quiz_events WHERE quiz = ? ORDER BY seq`, id)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (e QuizEvent, err error) {
		var at, zone int64
		var detail string
		if err := rows.Scan(&at, &zone, &e.Kind, &e.Question, &detail); err != nil {
			return e, err
		}
		e.At = instant(at, zone)
		return e, e.fill(detail)
	})
}

// fill reads the detail of an event.
func (e *QuizEvent) fill(detail string) error {
	d := quizDetail{}
	if e.Kind == QuizAnswer || e.Kind == QuizLook {
		d.Response = &quiz.Response{}
	}
	if json.Unmarshal([]byte(detail), &d) != nil {
		return fmt.Errorf("%w: an answer of a quiz cannot be read", ErrDamaged)
	}
	e.Response, e.Item, e.Mark = d.Response, d.Item, d.Mark
	return nil
}

// ReplayQuiz brings an attempt to where its events left it; done reports whether
// it was handed in.
func ReplayQuiz(a *quiz.Attempt, events []QuizEvent) (done bool, err error) {
	for _, e := range events {
		if e.Kind == QuizHandIn {
			done = true
			continue
		}
		if e.Question < 0 || e.Question >= len(a.Responses) {
			return done, fmt.Errorf("%w: question %d of a quiz with %d", ErrDamaged, e.Question+1, len(a.Responses))
		}
		switch e.Kind {
		case QuizAnswer, QuizLook:
			if err := a.Form.Questions[e.Question].Check(*e.Response); err != nil {
				return done, fmt.Errorf("%w: answer to question %d: %w", ErrDamaged, e.Question+1, err)
			}
			a.Responses[e.Question], a.At = *e.Response, e.Question
			if e.Kind == QuizAnswer {
				a.At = min(e.Question+1, len(a.Responses)-1)
			}
		case QuizFlag:
			a.Flagged[e.Question] = !a.Flagged[e.Question]
		case QuizDispute:
			a.Responses[e.Question].Disputed = true
		}
	}
	return done, nil
}

// offset is a time's offset from UTC in seconds.
func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

func instant(at, zone int64) time.Time {
	return time.UnixMilli(at).In(time.FixedZone("", int(zone)))
}

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
