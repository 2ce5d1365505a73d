package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// structure lets SQLite look at its own pages.
func (e *Examination) structure(ctx context.Context) error {
	pragma := "quick_check"
	if e.Full {
		pragma = "integrity_check"
	}
	if !e.foreign { // else the chain tells how far it is meanwhile
		e.Progress.Tell("looking at every page", 0, 0)
	}
	// SQLite looks at all pages before it looks at rows, and stops at the first
	// fault: rows below a page that is reached twice may have no end.
	lines, err := e.pragma(ctx, pragma+"(1)")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "2nd reference") }) {
		return sqlite.ErrCircle
	}
	if !slices.Equal(lines, []string{"ok"}) {
		limited, cancel := context.WithTimeout(ctx, verifyAtLeast)
		defer cancel()
		more, err := e.pragma(limited, fmt.Sprintf("%s(%d)", pragma, maxFindings))
		switch {
		case limited.Err() != nil && ctx.Err() == nil:
			return sqlite.ErrCircle
		case err != nil:
			return err
		}
		lines = more
		for _, line := range lines {
			e.Found("structure", "the file", line)
		}
	}
	e.Looked("the structure of the file")
	return nil
}

func (e *Examination) pragma(ctx context.Context, name string) ([]string, error) {
	rows, err := e.tx.QueryContext(ctx, "PRAGMA "+name)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (line string, err error) { return line, rows.Scan(&line) })
}

// sizes looks for texts that are too long to be read, without reading them.
func (e *Examination) sizes(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	err = checkSizes(ctx, e.tx, have.Schema)
	if errors.Is(err, sqlite.ErrDamaged) {
		e.Wrong("sizes", "the file", err)
		return nil
	}
	return err
}

// schema looks whether the tables and what guards them are as they were made.
func (e *Examination) schema(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	_, err = migrations.CheckSchema(ctx, e.tx, have.Schema)
	if errors.Is(err, sqlite.ErrDamaged) {
		e.Found("schema", "the file", err.Error())
		err = nil
	}
	e.Looked("the tables")
	return err
}

// references looks for rows that point nowhere.
func (e *Examination) references(ctx context.Context) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var table, parent string
		var row int64
		if err = rows.Scan(&table, &row, &parent); err == nil {
			check := "references"
			if table == "memory" || table == "voided" || table == "load" {
				check = "memory" // a cache
			}
			e.Found(check, fmt.Sprintf("%s, row %d", table, row), "it belongs to a row of "+parent+" that is not there")
		}
		return err
	})
	e.Looked("the references between its tables")
	return err
}

func (e *Examination) counts(ctx context.Context) error {
	return e.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM cards)`).Scan(&e.Rows,
		&e.Cards)
}

// gaps counts rows that are gone between others. Those that came from another
// device, by an import, have no mark of their own, and the chain does not show
// that its end is missing; but every row has the next id, so that each row that
// is gone leaves a gap, but for the newest of all, which the mark names.
func (e *Examination) gaps(ctx context.Context) error {
	var rows, newest int64
	err := e.tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(id), 0) FROM log`).Scan(&rows, &newest)
	if err == nil && rows != newest {
		e.Found("chain", "the log", fmt.Sprintf("of %d rows %d are missing", newest, newest-rows))
	}
	return err
}

// mark looks whether the log is shorter than it was.
func (e *Examination) mark(ctx context.Context) error {
	err := highwater.Check(ctx, e.tx, e.highest)
	if errors.Is(err, sqlite.ErrDamaged) {
		e.Found("mark", "the end of the log", err.Error())
		err = nil
	}
	e.Looked("that the log is as long as it was")
	return err
}

// chain follows every device's log from row to row. Rows of one device come in
// their order, so that one pass over the table, as it lies on disk, sees them all.
func (e *Examination) chain(ctx context.Context) error {
	names, err := table.DeviceNames(ctx, e.tx)
	if err != nil {
		return err
	}
	total, err := table.NewestRow(ctx, e.tx)
	if err != nil {
		return err
	}
	columns, err := table.Log.In(ctx, e.tx, "log") // a backup before a migration is of the schema before
	if err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT device, `+columns.Names("")+` FROM log ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var r journal.Row
	var device int64
	links, targets := e.links(), columns.Targets(&r, &device)
	told := e.Progress
	for n := int64(0); rows.Next(); n++ {
		told.Row("checking", n, total)
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("%w: a row of the log: %w", sqlite.ErrDamaged, err)
		}
		r.Device = names[device]
		links(&r)
	}
	told.Tell("checking", total, total)
	e.Looked("the chain of the log")
	return rows.Err()
}

// links returns a check that is to see every device's rows in their order.
func (e *Examination) links() func(*journal.Row) {
	chain := journal.Chain{}
	return func(r *journal.Row) {
		if fault := chain.Fault(r); fault != "" {
			e.Found("chain", fmt.Sprintf("log of %s, row %d", r.Device, r.Seq), fault)
		}
	}
}

// undos looks for acts that were taken back and are not there.
func (e *Examination) undos(ctx context.Context) error {
	lost, err := table.LostUndos(ctx, e.tx)
	for _, ref := range lost {
		e.Found("chain", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "it takes a row back that is not there")
	}
	return err
}

// strangers notes what speaks of cards and decks that are not here. A log that
// came from elsewhere may do so, and it does no harm.
func (e *Examination) strangers(ctx context.Context) error {
	var rows, options int
	err := e.tx.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM log l WHERE card <> '' AND card NOT IN (SELECT card FROM cards) AND card NOT IN (SELECT old FROM aliases)),
		(SELECT count(*) FROM options WHERE deck <> '' AND deck NOT IN (SELECT deck FROM decks) OR folder <> '' AND NOT EXISTS
			(SELECT 1 FROM decks WHERE name = folder OR substr(name, 1, length(folder) + 1) = folder || '/'))`).Scan(&rows, &options)
	for what, n := range map[string]int{"rows of the log are about cards that are not here": rows,
		"options are of decks that are not here": options} {
		if n > 0 {
			e.Note(Finding{Check: "strangers", Where: "the collection", What: fmt.Sprint(n, " ", what),
				Means: "they are kept, and used when the deck is compiled", Remedy: Remedy{Act: CompileDeck}})
		}
	}
	return err
}
