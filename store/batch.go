package store

import (
	"context"
	"strings"
)

// A batch inserts many rows with few statements.
type batch struct {
	tx     *tx
	insert string
	row    string
	width  int
	args   []any
}

// batchRows is how many rows one statement inserts: more brings nothing.
const batchRows = 100

func newBatch(tx *tx, insert string, width int) *batch {
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	return &batch{tx: tx, insert: insert + " VALUES ", row: row, width: width, args: make([]any, 0, width*batchRows)}
}

func (b *batch) statement(rows int) string {
	return b.insert + strings.Repeat(b.row+", ", rows-1) + b.row
}

func (b *batch) add(ctx context.Context, values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) < b.width*batchRows {
		return nil
	}
	return b.flush(ctx)
}

// flush inserts what is left.
func (b *batch) flush(ctx context.Context) error {
	if len(b.args) == 0 {
		return nil
	}
	_, err := b.tx.exec(ctx, b.statement(len(b.args)/b.width), b.args...)
	b.args = b.args[:0]
	return err
}
