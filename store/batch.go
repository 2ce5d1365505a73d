package store

import (
	"context"
	"database/sql"
	"strings"
)

// A batch inserts many rows with few statements.
type batch struct {
	tx     *sql.Tx
	insert string
	row    string
	width  int
	args   []any
	full   *sql.Stmt
}

// batchRows is how many rows one statement inserts: more brings nothing.
const batchRows = 100

func newBatch(tx *sql.Tx, insert string, width int) *batch {
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	return &batch{tx: tx, insert: insert + " VALUES ", row: row, width: width, args: make([]any, 0, width*batchRows)}
}

func (b *batch) statement(rows int) string {
	return b.insert + strings.Repeat(b.row+", ", rows-1) + b.row
}

func (b *batch) add(ctx context.Context, values ...any) (err error) {
	b.args = append(b.args, values...)
	if len(b.args) < b.width*batchRows {
		return nil
	}
	if b.full == nil {
		if b.full, err = b.tx.PrepareContext(ctx, b.statement(batchRows)); err != nil {
			return err
		}
	}
	_, err = b.full.ExecContext(ctx, b.args...)
	b.args = b.args[:0]
	return err
}

// flush inserts what is left. The batch must not be used afterwards.
func (b *batch) flush(ctx context.Context) error {
	if b.full != nil {
		defer b.full.Close()
	}
	if len(b.args) == 0 {
		return nil
	}
	_, err := b.tx.ExecContext(ctx, b.statement(len(b.args)/b.width), b.args...)
	return err
}
