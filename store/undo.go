package store

import (
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Undo takes the learner's last act back: an answer, a suspension and so on,
// with all that came with it. It may be repeated, also in a later session, to
// the very first act. The log keeps what was undone; memory is as if it had
// never happened. It gives the rows that it took back, the act first.
//
// The error wraps [ErrNothing] if there is nothing left to undo.
func (s *Store) Undo(ctx context.Context, now scheduler.Moment) ([]journal.Row, error) {
	var undone []journal.Row
	err := s.record(ctx, func(tx *tx) error {
		var err error
		if undone, err = tx.lastAct(ctx); err != nil {
			return err
		}
		cards := map[string]bool{}
		for i := range undone {
			card, err := tx.void(ctx, &undone[i], now)
			if err != nil {
				return err
			}
			cards[card] = true
			if undone[i].Kind == journal.KindFit {
				return tx.refit(ctx, "", now)
			}
		}
		for card := range cards {
			if err := tx.recall(ctx, card); err != nil {
				return err
			}
		}
		if k := undone[0].Kind; k == journal.KindOption || k == journal.KindArchive {
			return tx.shareAnew(ctx, now)
		}
		return nil
	})
	if err == nil && undone[0].Kind == journal.KindOption {
		err = s.useCalendar(ctx)
	}
	return undone, sqlite.Explain("undo", err)
}

// shareAnew makes the tables what rows about no card come to, after some were taken
// back. The cards stay due when they are.
func (tx *tx) shareAnew(ctx context.Context, now scheduler.Moment) error {
	if err := tx.shareLog(ctx); err != nil {
		return err
	}
	return tx.refit(ctx, "", now)
}

var findLastAct = `SELECT ` + table.RowColumns + ` FROM ` + table.RowTables + `
	WHERE v.own = 1 AND l.kind NOT IN ('undo', 'alias', 'follow', 'origin', 'keep', 'edition', 'shown', 'branch')
	AND NOT (l.kind IN ('fit', 'option', 'archive') AND l.detail LIKE '%"auto":true%') AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id)
	ORDER BY l.id DESC LIMIT 1`

// lastAct returns the rows of the last act that still stands.
func (tx *readTx) lastAct(ctx context.Context) ([]journal.Row, error) {
	rows, err := tx.QueryContext(ctx, findLastAct)
	last, err := sqlite.Collect(rows, err, table.ScanRow)
	if err != nil {
		return nil, err
	}
	if len(last) == 0 {
		return nil, ErrNothing
	}
	if last[0].Detail.Cause == 0 {
		return last, nil
	}
	moves, err := table.Branched(ctx, tx)
	if err != nil {
		return nil, err
	}
	cause := moves.Cause(&last[0])
	rows, err = tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+`
		WHERE v.name = ? AND l.seq BETWEEN ? AND ? ORDER BY l.seq`, cause.Device, cause.Seq, last[0].Seq)
	act, err := sqlite.Collect(rows, err, table.ScanRow)
	act = slices.DeleteFunc(act, func(r journal.Row) bool {
		return r.Undone || r.Ref() != cause && r.Detail.Cause != last[0].Detail.Cause
	})
	return act, err
}

// void writes the row that takes another back, and gives the present name of
// the card that it is about.
func (tx *tx) void(ctx context.Context, r *journal.Row, now scheduler.Moment) (card string, err error) {
	if err := tx.Scan(ctx, `SELECT `+table.PresentName+` FROM log l WHERE l.id = ?`, []any{r.ID}, &card); err != nil {
		return "", err
	}
	if err := tx.readBranched(ctx); err != nil {
		return "", err
	}
	if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindUndo, Card: card,
		Detail: journal.Detail{Undone: tx.branched.Written(r)}}); err != nil {
		return "", err
	}
	r.Undone, r.Now = true, card
	_, err = tx.exec(ctx, `INSERT INTO voided (id) VALUES (?)`, r.ID)
	return card, err
}
