package doctor

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"kartei/store/migrations"
	"kartei/store/progress"
	"kartei/store/sqlite"
)

// Limits on a collection file that may come from anywhere.
const (
	maxStored     = 64 << 20 // bytes of a text: many times what a deck file may hold
	verifyAtLeast = 30 * time.Second
	verifyBytes   = 1 << 20 // for so many more bytes there is another second
)

// A Verifier examines collection files that nobody uses, and that may come from
// anywhere. Nothing that a file brings is run: its schema must be, to the letter, one
// that this program makes. Values have a limit of size, and the whole one of time.
type Verifier struct {
	Collection func(*sqlite.ReadTx) Collection // in the file
	Progress   progress.Func
}

// Verify examines the file at path: its schema, its structure, its references, what its
// tables hold as text, and the chain of its log.
func (v Verifier) Verify(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, verifyAtLeast+time.Duration(info.Size()/verifyBytes)*time.Second)
	defer cancel()
	return sqlite.Explain("verify the file", v.verify(ctx, path))
}

func (v Verifier) verify(ctx context.Context, path string) error {
	v.Progress.Tell("checking", 0, 0)
	known := func(e *Examination, _ Collection) error { return e.known(ctx) }
	if err := v.examine(ctx, path, known); err != nil {
		return err
	}
	// What is slow goes on side by side, each with a connection of its own: SQLite's
	// look at every entry of every index, and the log row by row.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := func(e *Examination, c Collection) error {
		return e.all(ctx, e.references, e.ask(c.Contents), e.gaps, e.undos, e.chain)
	}
	pages := func(e *Examination, _ Collection) error { return e.structure(ctx) }
	chain := make(chan error, 1)
	go func() { chain <- v.examine(ctx, path, rows) }()
	structure := v.examine(ctx, path, pages)
	if structure != nil {
		cancel()
	}
	return cmp.Or(structure, <-chain)
}

// examine looks at a file through a connection of its own. What was found is an error.
func (v Verifier) examine(ctx context.Context, path string, look func(*Examination, Collection) error) error {
	db, err := sqlite.OpenForeign(ctx, path, maxStored)
	if err != nil {
		return err
	}
	defer db.Close()
	e := &Examination{Report: Report{Full: true}, Progress: v.Progress, foreign: true}
	err = db.Read(ctx, func(tx *sqlite.ReadTx) error {
		e.tx = tx
		return look(e, v.Collection(tx))
	})
	if err != nil || len(e.Findings) == 0 {
		return err
	}
	f := e.Findings[0]
	return fmt.Errorf("%w: %s: %s: %s", sqlite.ErrDamaged, f.Check, f.Where, f.What)
}

// known refuses a file that this program did not make, before anything in it is used.
func (e *Examination) known(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	if !have.IsCollection() {
		return fmt.Errorf("%w: it is not a collection", sqlite.ErrNotDatabase)
	}
	if err := have.Check(); err != nil {
		return err
	}
	tables, err := migrations.CheckSchema(ctx, e.tx, have.Schema)
	if err != nil {
		return err
	}
	if err := sqlite.CheckTrees(ctx, e.tx, tables.Roots); err != nil {
		return err
	}
	return checkSizes(ctx, e.tx, have.Schema)
}

// checkSizes refuses texts that are too long to be read, without reading them.
func checkSizes(ctx context.Context, q sqlite.Reader, schema int) error {
	texts := map[string]string{"decks": "content", "facts": "section", "cards": "content", "log": "detail",
		"options": "value"}
	if schema >= 2 {
		texts["quiz_forms"], texts["quiz_events"] = "text", "detail"
	}
	for table, column := range texts {
		var longest int64
		if err := q.QueryRowContext(ctx, fmt.Sprintf(`SELECT coalesce(max(octet_length(%s)), 0) FROM %s`, column,
			table)).Scan(&longest); err != nil {
			return err
		}
		if longest > maxStored {
			return fmt.Errorf("%w: a %s of the table %s has %d bytes", sqlite.ErrDamaged, column, table, longest)
		}
	}
	return nil
}
