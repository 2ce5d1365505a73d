package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/store/journal"
)

// A Report is what Doctor found.
type Report struct {
	Full     bool
	Rows     int // of the log
	Cards    int
	Checked  []string // what was looked at, in words
	Findings []Finding
	Notes    []Finding    // what is no damage, but good to know; most of it if full
	Digest   journal.Hash // full: of all that the collection holds; equal for equal collections
}

// Damaged tells whether anything found is a loss or a wrong cache.
func (r *Report) Damaged() bool { return len(r.Findings) > 0 }

// A Finding is one thing that is wrong.
type Finding struct {
	Check string // such as "chain" or "memory"
	Where string
	What  string
	Means string // for the learner
	Mend  string // what [Store.Repair] will do about it; empty: nothing
	Help  string // a command to type
}

// meanings say of each check what a finding means to the learner, and what
// [Store.Repair] does about it.
var meanings = map[string]struct{ means, mend string }{
	"structure":  {"a part of the file was changed or lost", "build the indexes anew"},
	"schema":     {"another program changed the collection's tables", ""},
	"sizes":      {"another program wrote it, and it is too long to be read", ""},
	"references": {"a part of the collection is lost", ""},
	"mark":       {"answers that were recorded are lost here; a backup may have them", "go on with the answers that are left, in a log of a new device"},
	"chain":      {"an answer was changed or lost after it was recorded", ""},
	"decks":      {"a question or an answer may be wrong; no history is lost", "let the next compile write all cards anew"},
	"options":    {"how its cards are planned cannot be told, and commands that need that fail", ""},
	"quizzes":    {"it cannot be shown or scored; no review is lost", ""},
	"memory":     {"it may be asked too early or too late; no answer is lost", mendCaches},
	"names":      {"the card may seem to have lost its history; no answer is lost", mendCaches},
	"undone":     {"it may be asked too early or too late; no answer is lost", mendCaches},
	"load":       {"a forecast may be wrong; no answer is lost", mendCaches},
	"imports":    {"it is asked too early or too late, and so is the other one; no answer is lost", "give imported answers to the cards that they are about, by new rows of the log"},
}

const mendCaches = "compute what is known of every card from the log again"

// maxFindings is how many findings of one check are told apart.
const maxFindings = 20

// Doctor examines the collection. The quick examination reads the file's
// structure and, up to [quickRows] rows of the log, replays it; the full one
// does everything. It changes nothing.
func (s *Store) Doctor(ctx context.Context, full bool) (Report, error) {
	defer s.config.Progress.over()
	report := Report{Full: full}
	mark := readHighWater(s.path) // before the log is looked at, as it only grows
	err := s.read(ctx, func(tx *readTx) error {
		e := &examination{tx: tx, report: &report, highest: mark}
		return e.run(ctx)
	})
	if meaning := meaningOf(err); meaning == ErrDamaged || meaning == ErrNotDatabase || errors.Is(err, ErrDamaged) {
		report.add("structure", "the file", err.Error())
		err = nil
	}
	report.advise(s.path)
	return report, explain("examine the collection", err)
}

// Unreadable is the report of a collection that cannot be opened at all, given
// why not.
func Unreadable(path string, why error) Report {
	var r Report
	f := Finding{Check: "file", Where: "the file", What: why.Error(), Means: "nothing in it can be read; the backups are not touched", Help: restoreCommand(path)}
	if f.Help == "" {
		f.Means = "nothing in it can be read, and there is no backup"
		f.Help = fmt.Sprintf("keep it for somebody who knows SQLite, and begin anew: kartei --collection %q", path+".new")
	}
	r.Findings = []Finding{f}
	return r
}

// add notes a finding of a check.
func (r *Report) add(check, where, what string) {
	m := meanings[check]
	r.Findings = append(r.Findings, Finding{Check: check, Where: where, What: what, Means: m.means, Mend: m.mend})
}

// advise says of each finding which command helps.
func (r *Report) advise(path string) {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Help != "" {
			continue
		} else if f.Mend != "" {
			f.Help = "kartei doctor --repair"
		} else if f.Help = restoreCommand(path); f.Help == "" {
			f.Help = "there is no backup; keep what can be read: kartei log --json > log.json"
		}
	}
}

// restoreCommand goes back to the newest backup, but not to one that kept a
// state before it was mended or replaced, if there is another. It is empty if
// there is none.
func restoreCommand(path string) string {
	all, err := Backups(path)
	if err != nil || len(all) == 0 {
		return ""
	}
	sound := func(b Backup) bool { return b.Reason != "repair" && b.Reason != "restore" }
	best := all[max(slices.IndexFunc(all, sound), 0)]
	return fmt.Sprintf("kartei restore %q", best.Path)
}

// quickRows is up to how many rows the quick examination replays the log.
const quickRows = 200_000

// An examination collects findings.
type examination struct {
	tx      *readTx
	report  *Report
	highest highWater
	every   bool // tell each finding, however many there are
	foreign bool // the file is a copy that nobody uses
	count   map[string]int
}

func (e *examination) found(check, where, what string) {
	if e.count == nil {
		e.count = map[string]int{}
	}
	e.count[check]++
	if e.every || e.count[check] <= maxFindings {
		e.report.add(check, where, what)
	}
}

// rest says how many findings were not told apart.
func (e *examination) rest() {
	for _, check := range slices.Sorted(maps.Keys(e.count)) {
		if n := e.count[check] - maxFindings; n > 0 && !e.every {
			e.report.add(check, fmt.Sprintf("%d more places", n), "the same is wrong there")
		}
	}
}

func (e *examination) run(ctx context.Context) error {
	defer e.rest()
	if err := e.all(ctx, e.structure, e.schema, e.sizes); err != nil || e.count["sizes"] > 0 {
		return err
	}
	if err := e.all(ctx, e.references, e.counts, e.gaps, e.mark, e.future, e.contents); err != nil {
		return err
	}
	if e.count["options"] > 0 || !e.report.Full && e.report.Rows > quickRows {
		return nil // without them nothing can be replayed
	}
	if err := e.log(ctx); err != nil || !e.report.Full {
		return err
	}
	if err := e.all(ctx, e.decks, e.files, e.strangers); err != nil {
		return err
	}
	e.tx.s.config.Progress.tell("computing the digest", 0, 0)
	var err error
	e.report.Digest, err = e.tx.digest(ctx)
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

func (e *examination) checked(what string) { e.report.Checked = append(e.report.Checked, what) }

// structure lets SQLite look at its own pages.
func (e *examination) structure(ctx context.Context) error {
	pragma := "quick_check"
	if e.report.Full {
		pragma = "integrity_check"
	}
	if !e.foreign { // else the chain tells how far it is meanwhile
		e.tx.s.config.Progress.tell("looking at every page", 0, 0)
	}
	// SQLite looks at all pages before it looks at rows, and stops at the first
	// fault: rows below a page that is reached twice may have no end.
	lines, err := e.pragma(ctx, pragma+"(1)")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "2nd reference") }) {
		return errCircle
	}
	if !slices.Equal(lines, []string{"ok"}) {
		limited, cancel := context.WithTimeout(ctx, verifyAtLeast)
		defer cancel()
		more, err := e.pragma(limited, fmt.Sprintf("%s(%d)", pragma, maxFindings))
		switch {
		case limited.Err() != nil && ctx.Err() == nil:
			return errCircle
		case err != nil:
			return err
		}
		lines = more
		for _, line := range lines {
			e.found("structure", "the file", line)
		}
	}
	e.checked("the structure of the file")
	return nil
}

func (e *examination) pragma(ctx context.Context, name string) ([]string, error) {
	rows, err := e.tx.QueryContext(ctx, "PRAGMA "+name)
	return collect(rows, err, func(rows *sql.Rows) (line string, err error) { return line, rows.Scan(&line) })
}

// sizes looks for texts that are too long to be read, without reading them.
func (e *examination) sizes(ctx context.Context) error {
	have, err := readVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	err = checkSizes(ctx, e.tx, have.schema)
	if errors.Is(err, ErrDamaged) {
		e.wrong("sizes", "the file", err)
		return nil
	}
	return err
}

// schema looks whether the tables and what guards them are as they were made.
func (e *examination) schema(ctx context.Context) error {
	have, err := readVersion(ctx, e.tx)
	if err != nil {
		return err
	}
	_, err = checkSchema(ctx, e.tx, have.schema)
	if errors.Is(err, ErrDamaged) {
		e.found("schema", "the file", err.Error())
		err = nil
	}
	e.checked("the tables")
	return err
}

// references looks for rows that point nowhere.
func (e *examination) references(ctx context.Context) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT "table", coalesce(rowid, 0), parent FROM pragma_foreign_key_check`)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var table, parent string
		var row int64
		if err = rows.Scan(&table, &row, &parent); err == nil {
			check := "references"
			if table == "memory" || table == "voided" || table == "load" {
				check = "memory" // a cache
			}
			e.found(check, fmt.Sprintf("%s, row %d", table, row), "it belongs to a row of "+parent+" that is not there")
		}
		return none, err
	})
	e.checked("the references between its tables")
	return err
}

func (e *examination) counts(ctx context.Context) error {
	return e.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM log), (SELECT count(*) FROM cards)`).Scan(&e.report.Rows, &e.report.Cards)
}

// gaps counts rows that are gone between others. Those that came from another
// device, by an import, have no mark of their own, and the chain does not show
// that its end is missing; but every row has the next id, so that each row that
// is gone leaves a gap, but for the newest of all, which the mark names.
func (e *examination) gaps(ctx context.Context) error {
	var rows, newest int64
	err := e.tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(id), 0) FROM log`).Scan(&rows, &newest)
	if err == nil && rows != newest {
		e.found("chain", "the log", fmt.Sprintf("of %d rows %d are missing", newest, newest-rows))
	}
	return err
}

// mark looks whether the log is shorter than it was.
func (e *examination) mark(ctx context.Context) error {
	err := checkHighWater(ctx, e.tx, e.highest)
	if errors.Is(err, ErrDamaged) {
		e.found("mark", "the end of the log", err.Error())
		err = nil
	}
	e.checked("that the log is as long as it was")
	return err
}

// chain follows every device's log from row to row. Rows of one device come in
// their order, so that one pass over the table, as it lies on disk, sees them all.
func (e *examination) chain(ctx context.Context) error {
	names, err := e.tx.deviceNames(ctx)
	if err != nil {
		return err
	}
	total, err := e.tx.newestID(ctx)
	if err != nil {
		return err
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT device, `+sealedColumns+` FROM log ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	links, scan := e.links(), sealedScan()
	progress := e.tx.s.config.Progress
	for n := int64(0); rows.Next(); n++ {
		progress.row("checking", n, total)
		device, r, err := scan(rows)
		if err != nil {
			return err
		}
		r.Device = names[device]
		links(r)
	}
	progress.tell("checking", total, total)
	e.checked("the chain of the log")
	return rows.Err()
}

// links gives a check that is to see every device's rows in their order.
func (e *examination) links() func(*journal.Row) {
	chain := journal.Chain{}
	return func(r *journal.Row) {
		if fault := chain.Fault(r); fault != "" {
			e.found("chain", fmt.Sprintf("log of %s, row %d", r.Device, r.Seq), fault)
		}
	}
}

// log follows the chains while it replays the log, and compares the caches.
func (e *examination) log(ctx context.Context) error {
	replay, err := e.tx.fullReplay(ctx, e.links(), nil)
	if err != nil {
		return err
	}
	e.checked("the chain of the log")
	if err := e.caches(ctx, replay); err != nil {
		return err
	}
	e.checked("the memory of every card against a replay of the log")
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
	all, err := collect(rows, err, func(rows *sql.Rows) (d deck, err error) { return d, rows.Scan(&d.id, &d.name, &d.content, &d.digest) })
	for i, d := range all {
		e.tx.s.config.Progress.tell("comparing the decks", int64(i), int64(len(all)))
		var sum []byte
		if sum, err = e.tx.storedSum(ctx, d.id, d.name, d.content); err != nil {
			return err
		}
		if !bytes.Equal(sum, d.digest) {
			e.found("decks", "deck "+d.name, "its cards are not what was compiled")
		}
	}
	e.checked("the cards of every deck against their compile")
	return err
}

// files looks whether the files that decks were compiled from are still there.
func (e *examination) files(ctx context.Context) error {
	rows, err := e.tx.QueryContext(ctx, selectDecks+` WHERE retired = 0 ORDER BY name`)
	all, err := collect(rows, err, scanDeck)
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
				e.report.Notes = append(e.report.Notes, Finding{Check: "files", Where: "deck " + d.Name, What: path + " is gone or cannot be read",
					Means: "its cards stay and are asked, but cannot be edited", Help: fmt.Sprintf("put it back, or: kartei decks retire %s", d.Name)})
			}
		}
	}
	e.checked("the files of the decks")
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
			e.report.Notes = append(e.report.Notes, Finding{Check: "strangers", Where: "the collection", What: fmt.Sprint(n, " ", what),
				Means: "they are kept, and used when the deck is compiled", Help: "kartei compile FOLDER"})
		}
	}
	return err
}

// memories compares every card's memory with what the replay came to, bit for bit.
func (e *examination) memories(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT c.card, c.retired, c.fresh, coalesce(m.hidden, 0), coalesce(m.deck, c.deck) = c.deck, `+standingColumns+`
		FROM cards c LEFT JOIN memory m ON m.card = c.id`)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var card string
		var retired, fresh, hidden, home bool
		var st journal.CardState
		if err = rows.Scan(append([]any{&card, &retired, &fresh, &hidden, &home}, stateColumns(&st)...)...); err != nil {
			return none, err
		}
		want := replay.State(card)
		switch {
		case st != want:
			e.found("memory", "card "+card, journal.Difference(st, want))
		case fresh != (!retired && want.Fresh()), st != journal.CardState{} && hidden != (want.Suspended || retired), !home:
			e.found("memory", "card "+card, "the queue has it in the wrong place")
		}
		return none, err
	})
	return err
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
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var at key
		var card string
		err = rows.Scan(&at.old, &at.since, &card)
		if want[at] != card {
			e.found("names", "card "+at.old, fmt.Sprintf("it is known as %q, the log says %q", card, want[at]))
		}
		delete(want, at)
		return none, err
	})
	for at, card := range want {
		if at.since != 0 || at.old != card {
			e.found("names", "card "+at.old, fmt.Sprintf("that it is now called %q is forgotten", card))
		}
	}
	return err
}

func (e *examination) voided(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT v.name, l.seq FROM voided u JOIN log l ON l.id = u.id JOIN devices v ON v.id = l.device`)
	undone := map[journal.Ref]bool{}
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var ref journal.Ref
		err = rows.Scan(&ref.Device, &ref.Seq)
		undone[ref] = true
		return none, err
	})
	for ref := range replay.Undone {
		if !undone[ref] {
			e.found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "the log says that it was undone")
		}
	}
	for ref := range undone {
		if !replay.Undone[ref] {
			e.found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "the log does not say that it was undone")
		}
	}
	return err
}

// load compares the counts of the days ahead.
func (e *examination) load(ctx context.Context) error {
	const counted = `SELECT due_day AS day, deck, count(*) AS cards FROM memory WHERE state = 2 AND hidden = 0 GROUP BY due_day, deck`
	var wrong int
	err := e.tx.QueryRowContext(ctx, `SELECT count(*) FROM (
		SELECT * FROM (`+counted+` EXCEPT SELECT day, deck, cards FROM load)
		UNION ALL SELECT * FROM (SELECT day, deck, cards FROM load EXCEPT `+counted+`))`).Scan(&wrong)
	if wrong > 0 {
		e.found("load", "the days ahead", fmt.Sprintf("%d counts are wrong", wrong))
	}
	return err
}
