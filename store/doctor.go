package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/store/backup"
	"kartei/store/doctor"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Doctor examines the collection. The quick examination reads the file's
// structure and, up to [quickRows] rows of the log, replays it; the full one
// does everything. It changes nothing.
func (s *Store) Doctor(ctx context.Context, full bool) (doctor.Report, error) {
	defer s.config.Progress.Over()
	e := &examination{Examination: &doctor.Examination{}}
	e.Full = full
	e.highest = highwater.Read(s.path) // before the log is looked at, as it only grows
	err := s.read(ctx, func(tx *readTx) error {
		e.tx = tx
		return e.run(ctx)
	})
	if meaning := sqlite.Meaning(err); meaning == ErrDamaged || meaning == ErrNotDatabase || errors.Is(err, ErrDamaged) {
		e.Found("structure", "the file", err.Error())
		err = nil
	}
	e.Advise(backup.Sound(s.path))
	return e.Report, sqlite.Explain("examine the collection", err)
}

// quickRows is up to how many rows the quick examination replays the log.
const quickRows = 200_000

// An examination is one of a collection.
type examination struct {
	*doctor.Examination
	tx      *readTx
	highest highwater.Mark
	foreign bool // the file is a copy that nobody uses
}

func (e *examination) run(ctx context.Context) error {
	defer e.Rest()
	if err := e.all(ctx, e.structure, e.schema, e.sizes); err != nil || e.Has("sizes") {
		return err
	}
	if err := e.all(ctx, e.references, e.counts, e.gaps, e.mark, e.future, e.contents); err != nil {
		return err
	}
	if e.Has("options") || !e.Full && e.Rows > quickRows {
		return nil // without them nothing can be replayed
	}
	if err := e.log(ctx); err != nil || !e.Full {
		return err
	}
	if err := e.all(ctx, e.decks, e.files, e.strangers); err != nil {
		return err
	}
	e.tx.s.config.Progress.Tell("computing the digest", 0, 0)
	var err error
	e.Digest, err = e.tx.digest(ctx)
	return err
}

func (e *examination) all(ctx context.Context, checks ...func(context.Context) error) error {
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// structure lets SQLite look at its own pages.
func (e *examination) structure(ctx context.Context) error {
	pragma := "quick_check"
	if e.Full {
		pragma = "integrity_check"
	}
	if !e.foreign { // else the chain tells how far it is meanwhile
		e.tx.s.config.Progress.Tell("looking at every page", 0, 0)
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
		more, err := e.pragma(limited, fmt.Sprintf("%s(%d)", pragma, doctor.MaxFindings))
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

func (e *examination) pragma(ctx context.Context, name string) ([]string, error) {
	rows, err := e.tx.QueryContext(ctx, "PRAGMA "+name)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (line string, err error) { return line, rows.Scan(&line) })
}

// sizes looks for texts that are too long to be read, without reading them.
func (e *examination) sizes(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	err = checkSizes(ctx, e.tx, have.Schema)
	if errors.Is(err, ErrDamaged) {
		e.wrong("sizes", "the file", err)
		return nil
	}
	return err
}

// schema looks whether the tables and what guards them are as they were made.
func (e *examination) schema(ctx context.Context) error {
	have, err := migrations.ReadVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	_, err = migrations.CheckSchema(ctx, e.tx, have.Schema)
	if errors.Is(err, ErrDamaged) {
		e.Found("schema", "the file", err.Error())
		err = nil
	}
	e.Looked("the tables")
	return err
}

// references looks for rows that point nowhere.
func (e *examination) references(ctx context.Context) error {
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

func (e *examination) counts(ctx context.Context) error {
	return e.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM cards)`).Scan(&e.Rows, &e.Cards)
}

// gaps counts rows that are gone between others. Those that came from another
// device, by an import, have no mark of their own, and the chain does not show
// that its end is missing; but every row has the next id, so that each row that
// is gone leaves a gap, but for the newest of all, which the mark names.
func (e *examination) gaps(ctx context.Context) error {
	var rows, newest int64
	err := e.tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(id), 0) FROM log`).Scan(&rows, &newest)
	if err == nil && rows != newest {
		e.Found("chain", "the log", fmt.Sprintf("of %d rows %d are missing", newest, newest-rows))
	}
	return err
}

// mark looks whether the log is shorter than it was.
func (e *examination) mark(ctx context.Context) error {
	err := highwater.Check(ctx, e.tx, e.highest)
	if errors.Is(err, ErrDamaged) {
		e.Found("mark", "the end of the log", err.Error())
		err = nil
	}
	e.Looked("that the log is as long as it was")
	return err
}

// chain follows every device's log from row to row. Rows of one device come in
// their order, so that one pass over the table, as it lies on disk, sees them all.
func (e *examination) chain(ctx context.Context) error {
	names, err := table.DeviceNames(ctx, e.tx)
	if err != nil {
		return err
	}
	total, err := table.NewestRow(ctx, e.tx)
	if err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT device, `+table.Log.Names("")+` FROM log ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var r journal.Row
	var device int64
	links, targets := e.links(), table.Log.Targets(&r, &device)
	progress := e.tx.s.config.Progress
	for n := int64(0); rows.Next(); n++ {
		progress.Row("checking", n, total)
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("%w: a row of the log: %w", ErrDamaged, err)
		}
		r.Device = names[device]
		links(&r)
	}
	progress.Tell("checking", total, total)
	e.Looked("the chain of the log")
	return rows.Err()
}

// links gives a check that is to see every device's rows in their order.
func (e *examination) links() func(*journal.Row) {
	chain := journal.Chain{}
	return func(r *journal.Row) {
		if fault := chain.Fault(r); fault != "" {
			e.Found("chain", fmt.Sprintf("log of %s, row %d", r.Device, r.Seq), fault)
		}
	}
}

// log follows the chains while it replays the log, and compares the caches.
func (e *examination) log(ctx context.Context) error {
	replay, err := e.tx.fullReplay(ctx, e.links(), nil)
	if err != nil {
		return err
	}
	e.Looked("the chain of the log")
	if err := e.caches(ctx, replay); err != nil {
		return err
	}
	e.Looked("the memory of every card against a replay of the log")
	return e.imports(ctx)
}

// caches compares what is computed from the log with a replay of it.
func (e *examination) caches(ctx context.Context, replay *journal.Replay) error {
	compare := func(check func(context.Context, *journal.Replay) error) func(context.Context) error {
		return func(ctx context.Context) error { return check(ctx, replay) }
	}
	return e.all(ctx, compare(e.memories), compare(e.aliases), compare(e.voided), e.load)
}

// decks compares what the tables say of each deck with the digest of its compile.
func (e *examination) decks(ctx context.Context) error {
	type deck struct {
		id            int64
		name, content string
		digest        []byte
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT id, name, content, digest FROM decks WHERE digest <> x''`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d deck, err error) { return d, rows.Scan(&d.id, &d.name, &d.content, &d.digest) })
	for i, d := range all {
		e.tx.s.config.Progress.Tell("comparing the decks", int64(i), int64(len(all)))
		var sum []byte
		if sum, err = e.tx.storedSum(ctx, d.id, d.name, d.content); err != nil {
			return err
		}
		if !bytes.Equal(sum, d.digest) {
			e.Found("decks", "deck "+d.name, "its cards are not what was compiled")
		}
	}
	e.Looked("the cards of every deck against their compile")
	return err
}

// files looks whether the files that decks were compiled from are still there.
func (e *examination) files(ctx context.Context) error {
	rows, err := e.tx.QueryContext(ctx, selectDecks+` WHERE retired = 0 ORDER BY name`)
	all, err := sqlite.Collect(rows, err, scanDeck)
	if err != nil {
		return err
	}
	for _, d := range all {
		if !filepath.IsAbs(d.Root) {
			continue
		}
		for _, file := range d.Files {
			path := filepath.Join(d.Root, filepath.FromSlash(file))
			if _, err := os.Stat(path); err != nil {
				e.Note(doctor.Finding{Check: "files", Where: "deck " + d.Name, What: path + " is gone or cannot be read",
					Means: "its cards stay and are asked, but cannot be edited", Remedy: doctor.Remedy{Act: doctor.PutFilesBack, Deck: d.Name}})
			}
		}
	}
	e.Looked("the files of the decks")
	return nil
}

// strangers notes what speaks of cards and decks that are not here. A log that
// came from elsewhere may do so, and it does no harm.
func (e *examination) strangers(ctx context.Context) error {
	var rows, options int
	err := e.tx.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM log l WHERE card NOT IN (SELECT card FROM cards) AND card NOT IN (SELECT old FROM aliases)),
		(SELECT count(*) FROM options WHERE scope <> '' AND NOT EXISTS
			(SELECT 1 FROM decks WHERE name = scope OR substr(name, 1, length(scope) + 1) = scope || '/'))`).Scan(&rows, &options)
	for what, n := range map[string]int{"rows of the log are about cards that are not here": rows, "options are of decks that are not here": options} {
		if n > 0 {
			e.Note(doctor.Finding{Check: "strangers", Where: "the collection", What: fmt.Sprint(n, " ", what),
				Means: "they are kept, and used when the deck is compiled", Remedy: doctor.Remedy{Act: doctor.CompileDeck}})
		}
	}
	return err
}

// memories compares every card's memory with what the replay came to, bit for bit.
func (e *examination) memories(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT c.card, c.retired, c.fresh, coalesce(m.hidden, 0), coalesce(m.deck, c.deck) = c.deck, `+table.CardState.OrEmpty("m.")+`
		FROM cards c LEFT JOIN memory m ON m.card = c.id`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		var retired, fresh, hidden, home bool
		var st journal.CardState
		if err = rows.Scan(table.CardState.Targets(&st, &card, &retired, &fresh, &hidden, &home)...); err != nil {
			return err
		}
		want := replay.State(card)
		switch {
		case st != want:
			e.Found("memory", "card "+card, difference(&st, &want))
		case fresh != (!retired && want.Fresh()), st != journal.CardState{} && hidden != (want.Suspended || retired), !home:
			e.Found("memory", "card "+card, "the queue has it in the wrong place")
		}
		return err
	})
	return err
}

// difference says in words in what a stored state differs from the log's.
func difference(stored, want *journal.CardState) string {
	var parts []string
	table.CardState.Differences(stored, want, func(words string, is, to any) {
		parts = append(parts, fmt.Sprintf("%s is %v, by the log %v", words, is, to))
	})
	return strings.Join(parts, "; ")
}

func (e *examination) aliases(ctx context.Context, replay *journal.Replay) error {
	type key struct {
		old   string
		since int64
	}
	want := map[key]string{}
	for a := range replay.Names.Aliases() {
		want[key{a.Name, a.Since}] = a.Card
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT old, since, card FROM aliases`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var at key
		var card string
		err := rows.Scan(&at.old, &at.since, &card)
		if want[at] != card {
			e.Found("names", "card "+at.old, fmt.Sprintf("it is known as %q, the log says %q", card, want[at]))
		}
		delete(want, at)
		return err
	})
	for at, card := range want {
		if at.since != 0 || at.old != card {
			e.Found("names", "card "+at.old, fmt.Sprintf("that it is now called %q is forgotten", card))
		}
	}
	return err
}

func (e *examination) voided(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT v.name, l.seq FROM voided u JOIN log l ON l.id = u.id JOIN devices v ON v.id = l.device`)
	undone := map[journal.Ref]bool{}
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var ref journal.Ref
		err := rows.Scan(&ref.Device, &ref.Seq)
		undone[ref] = true
		return err
	})
	for ref := range replay.Undone {
		if !undone[ref] {
			e.Found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "the log says that it was undone")
		}
	}
	for ref := range undone {
		if !replay.Undone[ref] {
			e.Found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "the log does not say that it was undone")
		}
	}
	return err
}

// load compares the counts of the days ahead.
func (e *examination) load(ctx context.Context) error {
	counted := `SELECT due_day AS day, deck, count(*) AS cards FROM memory WHERE ` + table.Reviews("") + ` GROUP BY due_day, deck`
	var wrong int
	err := e.tx.QueryRowContext(ctx, `SELECT count(*) FROM (
		SELECT * FROM (`+counted+` EXCEPT SELECT day, deck, cards FROM load)
		UNION ALL SELECT * FROM (SELECT day, deck, cards FROM load EXCEPT `+counted+`))`).Scan(&wrong)
	if wrong > 0 {
		e.Found("load", "the days ahead", fmt.Sprintf("%d counts are wrong", wrong))
	}
	return err
}
