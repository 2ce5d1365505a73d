package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// dayStart is the one setting of a collection as a whole. It lies among the
// options of all decks, so that copies of the collection carry it; options of
// the scheduler have other names.
const dayStart = "day-start"

const findDayStart = `SELECT value FROM options WHERE deck = '' AND folder = '' AND name = '` + dayStart + `'`

// Calendar is how the collection counts days: as it was set (see
// [Store.SetCalendar]), else as the store was opened.
func (s *Store) Calendar() scheduler.Calendar {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calendar
}

// SetCalendar changes when the collection's days turn, for good. What was
// answered keeps the day on which it was; of cards in their steps the day of the
// moment at which they are due is counted anew.
func (s *Store) SetCalendar(ctx context.Context, c scheduler.Calendar, now scheduler.Moment) error {
	defer s.config.Progress.Over()
	err := s.record(ctx, func(tx *tx) error {
		if c.Rollover < 0 || c.Rollover >= 24*time.Hour {
			return fmt.Errorf("a day cannot begin at %v", c.Rollover)
		}
		if _, err := tx.pushOption(ctx, now, journal.Setting{Name: dayStart, Value: c.Rollover.String()}, 0); err != nil {
			return err
		}
		if err := tx.newPolicies(ctx); err != nil {
			return err
		}
		return tx.replan(ctx, "")
	})
	if err == nil {
		err = s.useCalendar(ctx)
	}
	return sqlite.Explain("set the start of the day", err)
}

// useCalendar takes over what is set.
func (s *Store) useCalendar(ctx context.Context) error {
	c, err := readCalendar(s.db.QueryRowContext(ctx, findDayStart), s.config.Calendar)
	if err == nil {
		s.mu.Lock()
		s.calendar = c
		s.mu.Unlock()
	}
	return err
}

// readCalendar reads what is set, or gives the standard where nothing is.
func readCalendar(row *sql.Row, standard scheduler.Calendar) (scheduler.Calendar, error) {
	var text string
	err := row.Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return standard, nil
	}
	if err != nil {
		return standard, err
	}
	rollover, err := time.ParseDuration(text)
	if err != nil || rollover < 0 || rollover >= 24*time.Hour {
		return standard, fmt.Errorf("%w: a day begins at %q", ErrDamaged, text)
	}
	return scheduler.Calendar{Rollover: rollover}, nil
}
