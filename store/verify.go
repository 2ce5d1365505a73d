package store

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"kartei/store/doctor"
	"kartei/store/migrations"
	"kartei/store/sqlite"
)

// Limits on a collection file that may come from anywhere.
const (
	maxStored     = 64 << 20 // bytes of a text: many times what a deck file may hold
	verifyAtLeast = 30 * time.Second
	verifyBytes   = 1 << 20 // for so many more bytes there is another second
)

// Verify examines a collection file that nobody uses, and that may come from
// anywhere: its schema, its structure, its references, what its tables hold as text,
// and the chain of its log.
// Nothing that the file brings is run: its schema must be, to the letter, the one
// that this program makes. Values have a limit of size, and the whole one of time.
func Verify(ctx context.Context, path string, config Config) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, verifyAtLeast+time.Duration(info.Size()/verifyBytes)*time.Second)
	defer cancel()
	return sqlite.Explain("verify the file", verify(limited, path, config))
}

func verify(ctx context.Context, path string, config Config) error {
	config.Progress.Tell("checking", 0, 0)
	if err := examineForeign(ctx, path, config, (*examination).known); err != nil {
		return err
	}
	// What is slow goes on side by side, each with a connection of its own: SQLite's
	// look at every entry of every index, and the log row by row.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	chain := make(chan error, 1)
	go func() {
		chain <- examineForeign(ctx, path, config, (*examination).references, (*examination).contents, (*examination).gaps, (*examination).undos, (*examination).chain)
	}()
	structure := examineForeign(ctx, path, config, (*examination).structure)
	if structure != nil {
		cancel()
	}
	return cmp.Or(structure, <-chain)
}

// examineForeign looks at a file through a connection of its own. What was found
// is an error.
func examineForeign(ctx context.Context, path string, config Config, checks ...func(*examination, context.Context) error) error {
	db, err := sqlite.OpenForeign(ctx, path, maxStored)
	if err != nil {
		return err
	}
	defer db.Close()
	s := &Store{db: db, config: config}
	e := &examination{Examination: &doctor.Examination{}, foreign: true}
	e.Full = true
	err = s.read(ctx, func(tx *readTx) error {
		e.tx = tx
		for _, check := range checks {
			if err := check(e, ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(e.Findings) == 0 {
		return err
	}
	f := e.Findings[0]
	return fmt.Errorf("%w: %s: %s: %s", ErrDamaged, f.Check, f.Where, f.What)
}

// known refuses a file that this program did not make, before anything in it is used.
func (e *examination) known(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	if !have.IsCollection() {
		return fmt.Errorf("%w: it is no collection", ErrNotDatabase)
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
	texts := map[string]string{"decks": "content", "facts": "section", "cards": "content", "log": "detail", "options": "value"}
	if schema >= 2 {
		texts["quiz_forms"], texts["quiz_events"] = "text", "detail"
	}
	for table, column := range texts {
		var longest int64
		if err := q.QueryRowContext(ctx, fmt.Sprintf(`SELECT coalesce(max(octet_length(%s)), 0) FROM %s`, column, table)).Scan(&longest); err != nil {
			return err
		}
		if longest > maxStored {
			return fmt.Errorf("%w: a %s of the table %s has %d bytes", ErrDamaged, column, table, longest)
		}
	}
	return nil
}
