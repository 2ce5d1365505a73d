package store

import (
	"context"
	"slices"

	"kartei/scheduler"
)

// Undo takes the learner's last act back: an answer, a suspension and so on,
// with all that came with it. It may be repeated, also in a later session, to
// the very first act. The log keeps what was undone; memory is as if it had
// never happened. It gives the rows that it took back, the act first.
//
// The error wraps [ErrNothing] if there is nothing left to undo.
func (s *Store) Undo(ctx context.Context, now scheduler.Moment) ([]Row, error) {
	var undone []Row
	err := s.record(ctx, func(w *writer) error {
		var err error
		if undone, err = w.lastAct(ctx); err != nil {
			return err
		}
		for i := range undone {
			if err := w.void(ctx, &undone[i], now); err != nil {
				return err
			}
		}
		for i := range undone {
			if err := w.recall(ctx, undone[i].Card); err != nil {
				return err
			}
		}
		return nil
	})
	return undone, explain("undo", err)
}

const findLastAct = `SELECT ` + rowColumns + ` FROM ` + rowTables + `
	WHERE v.own = 1 AND l.kind NOT IN ('undo', 'alias') AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id)
	ORDER BY l.id DESC LIMIT 1`

// lastAct gives the rows of the last act that still stands.
func (w *writer) lastAct(ctx context.Context) ([]Row, error) {
	rows, err := w.tx.QueryContext(ctx, findLastAct)
	last, err := collect(rows, err, scanRow)
	if err != nil {
		return nil, err
	}
	if len(last) == 0 {
		return nil, ErrNothing
	}
	cause := last[0].Detail.Cause
	if cause == 0 {
		return last, nil
	}
	rows, err = w.tx.QueryContext(ctx, `SELECT `+rowColumns+` FROM `+rowTables+`
		WHERE v.name = ? AND l.seq BETWEEN ? AND ? ORDER BY l.seq`, last[0].Device, cause, last[0].Seq)
	act, err := collect(rows, err, scanRow)
	act = slices.DeleteFunc(act, func(r Row) bool { return r.Undone || r.Seq != cause && r.Detail.Cause != cause })
	return act, err
}

// void writes the row that takes another back.
func (w *writer) void(ctx context.Context, r *Row, now scheduler.Moment) error {
	ref := r.Ref()
	if _, err := w.push(ctx, Entry{Moment: now, Kind: KindUndo, Card: r.Card, Detail: Detail{Undone: &ref}}); err != nil {
		return err
	}
	r.Undone = true
	_, err := w.exec(ctx, `INSERT INTO voided (id) VALUES (?)`, r.ID)
	return err
}
