package anki

import (
	"context"
	"database/sql"
	"strings"
)

// An inserter inserts rows, many with each statement.
type inserter struct {
	tx     *sql.Tx
	table  string // "notes"
	row    string // "(?,?,0)"
	width  int    // places in row
	values []any
	full   *sql.Stmt // inserts rowsAtOnce rows
}

// rowsAtOnce is how many rows a statement inserts: more brings nothing.
const rowsAtOnce = 50

// newInserter inserts rows of values and constants, such as "(?,?,0)".
func newInserter(tx *sql.Tx, table, row string) *inserter {
	return &inserter{tx: tx, table: table, row: row, width: strings.Count(row, "?")}
}

func (i *inserter) statement(rows int) string {
	return "INSERT INTO " + i.table + " VALUES " + strings.TrimSuffix(strings.Repeat(i.row+",", rows), ",")
}

func (i *inserter) add(ctx context.Context, values ...any) (err error) {
	i.values = append(i.values, values...)
	if len(i.values) < i.width*rowsAtOnce {
		return nil
	}
	if i.full == nil {
		if i.full, err = i.tx.PrepareContext(ctx, i.statement(rowsAtOnce)); err != nil {
			return err
		}
	}
	_, err = i.full.ExecContext(ctx, i.values...)
	i.values = i.values[:0]
	return err
}

// flush inserts what is left.
func (i *inserter) flush(ctx context.Context) error {
	if len(i.values) == 0 {
		return nil
	}
	_, err := i.tx.ExecContext(ctx, i.statement(len(i.values)/i.width), i.values...)
	i.values = nil
	return err
}
