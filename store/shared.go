package store

import (
	"context"
	"slices"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// sharedRows reads the rows of one of the kinds that [table.IsShared] finds, but for
// those that were taken back, in the order of a replay.
func (tx *readTx) sharedRows(ctx context.Context, kind journal.Kind) ([]journal.Row, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+
		` WHERE `+table.IsShared+` AND l.kind = ?`, kind)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	all = slices.DeleteFunc(all, func(r journal.Row) bool { return r.Undone || r.Check() != nil })
	slices.SortFunc(all, func(a, b journal.Row) int { return journal.Compare(&a, &b) })
	return all, err
}
