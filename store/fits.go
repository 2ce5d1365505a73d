package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// fits are the parameters that were fitted and are in use, by the deck or folder
// that they are for; "" is all decks.
type fits map[string]*fit

type fit struct {
	journal.Fitted
	row  journal.Row
	name string
}

// Name names the parameters.
func (f *fit) Name() string { return f.name }

// over lays the parameters over the settings of their deck.
func (f *fit) over(level map[string]string) map[string]string {
	level = maps.Clone(level)
	if level == nil {
		level = map[string]string{}
	}
	words := make([]string, len(f.Parameters))
	for i, w := range f.Parameters {
		words[i] = strconv.FormatFloat(w, 'g', -1, 64)
	}
	level["model"], level["parameters"] = f.Model, strings.Join(words, " ")
	return level
}

// inScope is the condition that a deck is ?1 or below it.
const inScope = `(?1 = '' OR name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '/')`

// readFits reads the newest fit of each deck or folder. Those of decks that are not
// here, and such as no model takes, are left out.
func readFits(ctx context.Context, q sqlite.Reader) (fits, error) {
	// Most collections have none, and this is asked at each start: to prepare a query
	// of whole rows takes longer than the answer.
	var any bool
	if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log WHERE kind = 'fit')`).Scan(&any); err != nil ||
		!any {
		return nil, err
	}
	all, err := standingRows(ctx, q, `l.kind = 'fit'`)
	if err != nil {
		return nil, err
	}
	found := fits{}
	for _, r := range all {
		if r.Detail.Fitted == nil {
			continue
		}
		f := &fit{Fitted: *r.Detail.Fitted, row: r, name: r.Detail.Fitted.Name()}
		scope := f.Folder
		if f.Deck != "" {
			err := q.QueryRowContext(ctx, `SELECT name FROM decks WHERE deck = ?`, f.Deck).Scan(&scope)
			if err == sql.ErrNoRows {
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		if _, err := fsrs.New(f.Model, f.Parameters); err != nil {
			delete(found, scope)
			continue
		}
		found[scope] = f
	}
	return found, nil
}

// A Fit is a set of fitted parameters in use.
type Fit struct {
	Scope string // the deck or folder that it is for; "" is all decks
	journal.Fitted
	At   scheduler.Moment
	Rows int64 // of the log that came after it
}

// Fits returns the fitted parameters in use, those of all decks first.
func (s *Store) Fits(ctx context.Context) ([]Fit, error) {
	var all []Fit
	err := s.read(ctx, func(tx *readTx) error {
		found, err := readFits(ctx, tx)
		if err != nil {
			return err
		}
		newest, err := table.NewestRow(ctx, tx)
		for _, scope := range slices.Sorted(maps.Keys(found)) {
			f := found[scope]
			all = append(all, Fit{Scope: scope, Fitted: f.Fitted, At: f.row.Moment, Rows: newest - f.row.ID})
		}
		return err
	})
	return all, sqlite.Explain("read the fits", err)
}

// answered are the rows of the log that are answers; those taken back since are, too.
const answered = `kind = 'grade' AND mode = 'review'`

// Untaught returns how many answers the log has, and how many of them came since the
// parameters of all decks were last fitted to it, or that was tried: see [Store.Taught].
func (s *Store) Untaught(ctx context.Context) (answers, since int64, err error) {
	err = s.read(ctx, func(tx *readTx) error {
		newest, err := table.NewestRow(ctx, tx)
		if err != nil {
			return err
		}
		var text string
		err = tx.Scan(ctx, `SELECT value FROM settings WHERE name = 'taught'`, nil, &text)
		if err != nil && err != sql.ErrNoRows {
			return err
		}
		last, count, counted := strings.Cut(text, " ")
		taught, _ := strconv.ParseInt(last, 10, 64) // never: 0
		if taught > newest {
			taught = 0 // the log is another one
		}
		if err := tx.Scan(ctx, `SELECT count(*) FROM log WHERE id > ? AND `+answered, []any{taught}, &since); err != nil {
			return err
		}
		switch {
		case taught == 0:
		case counted:
			answers, _ = strconv.ParseInt(count, 10, 64)
		default: // an earlier version noted the row alone
			if err := tx.Scan(ctx, `SELECT count(*) FROM log WHERE id <= ? AND `+answered, []any{taught}, &answers); err != nil {
				return err
			}
		}
		answers += since
		return nil
	})
	return answers, since, sqlite.Explain("read the log", err)
}

// Taught notes that all of the log was learned from: its newest row, and how many
// answers it has, which to count takes longer than a session's end should.
func (s *Store) Taught(ctx context.Context) error {
	err := s.record(ctx, func(tx *tx) error {
		_, err := tx.exec(ctx, `INSERT OR REPLACE INTO settings (name, value)
			SELECT 'taught', coalesce(max(id), 0) || ' ' || (SELECT count(*) FROM log WHERE `+answered+`) FROM log`)
		return err
	})
	return sqlite.Explain("note what was learned from", err)
}

// Fit puts fitted parameters in use for a deck, a folder of decks, or with "" all
// decks, where none were set by hand. Deck and Folder of f are filled in. What is
// known of each card is computed anew; the day on which it is due stays. Undo takes
// the fit back, and moves no day either; one that nobody asked for is not an act.
func (s *Store) Fit(ctx context.Context, deck string, f journal.Fitted, now scheduler.Moment) error {
	defer s.config.Progress.Over()
	err := s.record(ctx, func(tx *tx) error {
		of, err := scopeOf(ctx, tx, deck)
		if err != nil {
			return err
		}
		f.Deck, f.Folder = of.Deck, of.Folder
		if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindFit,
			Detail: journal.Detail{Fitted: &f}}); err != nil {
			return err
		}
		return tx.refit(ctx, deck, now)
	})
	return sqlite.Explain("keep the fitted parameters", err)
}

// refit computes the memory of the cards of a deck anew, after a fit came or went.
// A card stays due when it was, on its day or within it: where its last answer does
// not say so itself, a row of the log does from now on.
func (tx *tx) refit(ctx context.Context, deck string, now scheduler.Moment) error {
	type waiting struct {
		card string
		journal.Planned
	}
	rows, err := tx.QueryContext(ctx, `SELECT c.card, m.state, m.step, m.due, m.due_day, m.last FROM memory m JOIN cards c ON c.id = m.card
		WHERE m.state != ? AND c.deck IN (SELECT id FROM decks WHERE `+strings.ReplaceAll(inScope, "?1", "?2")+`) ORDER BY c.card`, scheduler.New, deck)
	before, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (w waiting, err error) {
		return w, rows.Scan(&w.card, &w.State, &w.Step, &w.At, &w.Due, &w.Last)
	})
	if err != nil {
		return err
	}
	if err := tx.newPolicies(ctx); err != nil {
		return err
	}
	replay, err := tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	for _, w := range before {
		st := replay.State(w.card)
		switch {
		case st.State == scheduler.New || st.Last != w.Last,
			st.State == w.State && st.Due == w.At && st.DueDay == w.Due:
			continue
		case st.State == scheduler.Review && w.State == scheduler.Review:
			w.State = scheduler.New // the day says it all
		}
		r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindKeep, Card: w.card,
			Detail: journal.Detail{Planned: &w.Planned}})
		if err != nil {
			return err
		}
		if err := replay.Take(&r, nil); err != nil {
			return err
		}
	}
	return tx.remember(ctx, replay, `c.deck IN (SELECT id FROM decks WHERE `+inScope+`)`, deck)
}

// A Move puts a card on another day.
type Move struct {
	Card     string
	From, To scheduler.Day
	Last     int64 // Unix milliseconds of its last answer; after another one the move is void
}

// Moves are the cards of a deck that would be due on another day, were their last
// answers given under the present options and parameters.
func (s *Store) Moves(ctx context.Context, deck string) ([]Move, error) {
	defer s.config.Progress.Over()
	var moves []Move
	err := s.read(ctx, func(tx *readTx) (err error) {
		moves, err = tx.moves(ctx, deck)
		return err
	})
	return moves, sqlite.Explain("plan the cards anew", err)
}

func (tx *readTx) moves(ctx context.Context, deck string) ([]Move, error) {
	policyOf, err := tx.policyOfCard(ctx)
	if err != nil {
		return nil, err
	}
	anew := map[string]scheduler.Memory{}
	replay, err := tx.fullReplay(ctx, nil, func(step journal.Step) error {
		r := step.Row
		if r.Kind != journal.KindGrade || r.Mode != journal.ModeReview {
			return nil
		}
		policy, err := policyOf(step.Card)
		if err == nil {
			anew[step.Card] = policy.Replan(r.Card, step.Before.Memory, r.Grade, r.Moment, r.Days)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT card FROM cards WHERE retired = 0 AND deck IN (SELECT id FROM decks WHERE `+inScope+`) ORDER BY card`, deck)
	var moves []Move
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		if err := rows.Scan(&card); err != nil {
			return err
		}
		st, to := replay.State(card), anew[card]
		if st.State == scheduler.Review && to.State == scheduler.Review && st.Last == to.Last &&
			st.DueDay != to.DueDay {
			moves = append(moves, Move{Card: card, From: st.DueDay, To: to.DueDay, Last: st.Last})
		}
		return nil
	})
	return moves, err
}

// Reschedule plans the cards of a deck anew: see [Store.Moves], which it returns.
// Undo takes it back as a whole.
func (s *Store) Reschedule(ctx context.Context, deck string, now scheduler.Moment) ([]Move, error) {
	defer s.config.Progress.Over()
	var moves []Move
	err := s.record(ctx, func(tx *tx) (err error) {
		if moves, err = tx.moves(ctx, deck); err != nil {
			return err
		}
		return tx.move(ctx, moves, now, 0)
	})
	return moves, sqlite.Explain("plan the cards anew", err)
}

// Move puts cards in review on other days. Undo takes it back as a whole.
func (s *Store) Move(ctx context.Context, moves []Move, now scheduler.Moment) error {
	err := s.record(ctx, func(tx *tx) error { return tx.move(ctx, moves, now, 0) })
	return sqlite.Explain("move the cards", err)
}

// move moves cards as part of the act that began with the row number cause, or as one
// of their own if that is 0.
func (tx *tx) move(ctx context.Context, moves []Move, now scheduler.Moment, cause int64) error {
	for _, m := range moves {
		e := journal.Entry{Moment: now, Kind: journal.KindDue, Card: m.Card,
			Detail: journal.Detail{Planned: &journal.Planned{Due: m.To, Last: m.Last}, Cause: cause}}
		r, err := tx.push(ctx, e)
		if err != nil {
			return err
		}
		if cause == 0 {
			cause = r.Seq
		}
		if err := tx.recall(ctx, m.Card); err != nil {
			return err
		}
	}
	return nil
}
