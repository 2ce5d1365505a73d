package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/progress"
	"kartei/store/sqlite"
)

// A Collection is what an examination asks of the collection that it examines. It
// adds what it finds to the examination.
type Collection interface {
	// Contents reads every text as the commands read it.
	Contents(context.Context, *Examination) error

	// Decks compares the decks with their compile, and looks for their files.
	Decks(context.Context, *Examination) error

	// Imports looks for answers that an import put on wrong cards.
	Imports(context.Context, *Examination) error

	// Future looks for answers in the future.
	Future(context.Context, *Examination) error

	// Copies looks for what is in no copy, and for machines that write as this one.
	Copies(context.Context, *Examination) error

	// Replay replays the log; check sees every row first.
	Replay(ctx context.Context, check func(*journal.Row)) (*journal.Replay, error)

	// Digest is that of all that the collection holds.
	Digest(context.Context) (journal.Hash, error)
}

// Options say how to examine a collection.
type Options struct {
	Full     bool           // do everything
	Highest  highwater.Mark // read before the log is looked at, as it only grows
	Backup   string         // the path of the best backup, "" if there is none
	Progress progress.Func
}

// quickRows is up to how many rows the quick examination replays the log.
const quickRows = 200_000

// Examine examines a collection, for which read begins a transaction. The quick
// examination reads the file's structure and, up to [quickRows] rows of the log,
// replays it.
func Examine(
	ctx context.Context, read func(look func(*sqlite.ReadTx, Collection) error) error, o Options,
) (Report, error) {
	e := &Examination{Report: Report{Full: o.Full}, Progress: o.Progress, highest: o.Highest}
	err := read(func(tx *sqlite.ReadTx, c Collection) error {
		e.tx = tx
		return e.run(ctx, c)
	})
	if meaning := sqlite.Meaning(err); meaning == sqlite.ErrDamaged || meaning == sqlite.ErrNotDatabase ||
		errors.Is(err, sqlite.ErrDamaged) {
		e.Found("structure", "the file", err.Error())
		err = nil
	}
	e.advise(o.Backup)
	return e.Report, err
}

func (e *Examination) run(ctx context.Context, c Collection) error {
	defer e.rest()
	if err := e.all(ctx, e.structure, e.schema, e.sizes); err != nil || e.has("sizes") {
		return err
	}
	if err := e.all(ctx, e.references, e.counts, e.gaps, e.mark, e.ask(c.Future), e.ask(c.Copies), e.ask(c.Contents)); err != nil {
		return err
	}
	if e.has("options") || !e.Full && e.Rows > quickRows {
		return nil // without them nothing can be replayed
	}
	if err := e.log(ctx, c); err != nil || !e.Full {
		return err
	}
	if err := e.all(ctx, e.ask(c.Decks), e.strangers); err != nil {
		return err
	}
	e.Progress.Tell("computing the digest", 0, 0)
	var err error
	e.Digest, err = c.Digest(ctx)
	return err
}

// ask makes what the collection looks at a check.
func (e *Examination) ask(look func(context.Context, *Examination) error) func(context.Context) error {
	return func(ctx context.Context) error { return look(ctx, e) }
}

func (e *Examination) all(ctx context.Context, checks ...func(context.Context) error) error {
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// log follows the chains while it replays the log, and compares the caches.
func (e *Examination) log(ctx context.Context, c Collection) error {
	replay, err := c.Replay(ctx, e.links())
	if err != nil {
		return err
	}
	e.Looked("the chain of the log")
	if err := e.caches(ctx, replay); err != nil {
		return err
	}
	e.Looked("the memory of every card against a replay of the log")
	return c.Imports(ctx, e)
}

// maxFindings is how many findings of one check are told apart.
const maxFindings = 20

// An Examination collects findings.
type Examination struct {
	Report
	Progress progress.Func

	tx      *sqlite.ReadTx
	highest highwater.Mark
	every   bool // tell each finding, however many there are
	foreign bool // the file is a copy that nobody uses
	count   map[string]int
}

// Found adds a finding of a check.
func (e *Examination) Found(check, where, what string) {
	e.FoundWithRemedy(check, where, what, Remedy{})
}

// FoundWithRemedy adds a finding of a check for which there is a remedy of its own.
func (e *Examination) FoundWithRemedy(check, where, what string, r Remedy) {
	if e.count == nil {
		e.count = map[string]int{}
	}
	e.count[check]++
	if e.every || e.count[check] <= maxFindings {
		e.add(check, where, what, r)
	}
}

func (e *Examination) add(check, where, what string, r Remedy) {
	m := meanings[check]
	e.Findings = append(e.Findings, Finding{Check: check, Where: where, What: what, Means: m.means, Mend: m.mend,
		Remedy: r})
}

// has reports whether a check found something.
func (e *Examination) has(check string) bool { return e.count[check] > 0 }

// Wrong adds a finding of a check, if err is one.
func (e *Examination) Wrong(check, where string, err error) {
	if err != nil {
		e.Found(check, where, strings.TrimPrefix(err.Error(), sqlite.ErrDamaged.Error()+": "))
	}
}

// Note adds what is not damage, but good to know.
func (e *Examination) Note(f Finding) { e.Notes = append(e.Notes, f) }

// Looked says what was looked at.
func (e *Examination) Looked(at string) { e.Checked = append(e.Checked, at) }

// rest says how many findings were not told apart.
func (e *Examination) rest() {
	for _, check := range slices.Sorted(maps.Keys(e.count)) {
		if n := e.count[check] - maxFindings; n > 0 && !e.every {
			e.add(check, fmt.Sprintf("%d more places", n), "the same is wrong there", Remedy{})
		}
	}
}
