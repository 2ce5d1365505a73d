package store

import (
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Shown returns the introductions of a deck, by its permanent identity, that its
// learner saw on any machine: each once, as it was shown last.
func (s *Store) Shown(ctx context.Context, deck string) ([]journal.Shown, error) {
	var shown []journal.Shown
	err := s.read(ctx, func(tx *readTx) (err error) {
		shown, err = tx.shown(ctx, deck)
		return err
	})
	return shown, sqlite.Explain("read which introductions were shown", err)
}

func (tx *readTx) shown(ctx context.Context, deck string) (shown []journal.Shown, err error) {
	rows, err := standingRows(ctx, tx, table.IsShared+` AND l.kind = 'shown'`)
	for _, r := range rows {
		if now := r.Detail.Shown; now.Deck == deck {
			shown = append(slices.DeleteFunc(shown, func(s journal.Shown) bool { return s.Is(now.Section) }), *now)
		}
	}
	return shown, err
}

// MarkShown notes that introductions were shown. Those of which the log says so
// already, with the same text, get no row.
func (s *Store) MarkShown(ctx context.Context, now scheduler.Moment, introductions ...journal.Shown) error {
	err := s.record(ctx, func(tx *tx) error {
		for _, i := range introductions {
			before, err := tx.shown(ctx, i.Deck)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(before, func(b journal.Shown) bool { return b.Is(i.Section) && b.Text == i.Text }) {
				continue
			}
			if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindShown,
				Detail: journal.Detail{Shown: &i}}); err != nil {
				return err
			}
		}
		return nil
	})
	return sqlite.Explain("note which introductions were shown", err)
}
