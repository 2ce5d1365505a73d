package sqlite

import (
	"context"
	"strings"
)

// A Batch inserts many rows with few statements.
type Batch struct {
	tx     *Tx
	insert string
	row    string
	width  int
	args   []any
}

// batchRows is how many rows one statement inserts: more brings nothing.
const batchRows = 100

// NewBatch begins to insert rows of so many values; insert is the statement up to
// VALUES.
func NewBatch(tx *Tx, insert string, width int) *Batch {
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	return &Batch{tx: tx, insert: insert + " VALUES ", row: row, width: width, args: make([]any, 0, width*batchRows)}
}

func (b *Batch) statement(rows int) string {
	return b.insert + strings.Repeat(b.row+", ", rows-1) + b.row
}

// Add inserts a row, sooner or later.
func (b *Batch) Add(ctx context.Context, values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) < b.width*batchRows {
		return nil
	}
	return b.Flush(ctx)
}

// Flush inserts what is left.
func (b *Batch) Flush(ctx context.Context) error {
	if len(b.args) == 0 {
		return nil
	}
	_, err := b.tx.Exec(ctx, b.statement(len(b.args)/b.width), b.args...)
	b.args = b.args[:0]
	return err
}
