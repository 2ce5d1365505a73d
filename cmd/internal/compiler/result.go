package compiler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/plural"
	"kartei/decks/syntax"
	"kartei/store"
	"kartei/store/journal"
)

// Options are what somebody asks of a compile; the zero value compiles what has
// changed and asks nothing.
type Options struct {
	DryRun, Verbose, AsJSON, TakeOver bool
	Follow                            journal.Follow
	Paths                             []string

	MayAsk  bool // somebody is there who asked for it
	Unasked bool // the program does it by itself, and does nothing that is in doubt: see [store.Compiled.Unattended]
}

// names reports whether the plan is to say what happens to each card.
func (o Options) names() bool { return o.DryRun || o.Verbose || o.AsJSON }

// A Result is what compiling folders came to.
type Result struct {
	partial     map[string]int // by new deck: facts that are left out, because of errors
	began       time.Time      // when its files were looked at
	Plan        store.Plan
	Diagnostics []decks.Diagnostic
	Broken      []string
	Unchanged   []string
	files       map[string]string // deck by file
	drafts      map[string]int    // facts that are not asked, by file
}

// Add adds what compiling another folder came to.
func (c *Result) Add(o Result) {
	c.Plan.Decks = append(c.Plan.Decks, o.Plan.Decks...)
	c.Plan.Conflicts = append(c.Plan.Conflicts, o.Plan.Conflicts...)
	c.Plan.Outdated = append(c.Plan.Outdated, o.Plan.Outdated...)
	c.Plan.Moved = append(c.Plan.Moved, o.Plan.Moved...)
	c.Plan.Doubts = append(c.Plan.Doubts, o.Plan.Doubts...)
	c.Plan.Shrunk = append(c.Plan.Shrunk, o.Plan.Shrunk...)
	c.Plan.Left = append(c.Plan.Left, o.Plan.Left...)
	c.Plan.Changes = append(c.Plan.Changes, o.Plan.Changes...)
	c.Diagnostics = append(c.Diagnostics, o.Diagnostics...)
	c.Broken = append(c.Broken, o.Broken...)
	c.Unchanged = append(c.Unchanged, o.Unchanged...)
	if c.partial == nil {
		c.partial = map[string]int{}
	}
	maps.Copy(c.partial, o.partial)
	if c.files == nil {
		c.files, c.drafts = map[string]string{}, map[string]int{}
	}
	maps.Copy(c.files, o.files)
	maps.Copy(c.drafts, o.drafts)
}

// LeaveErrors leaves out what is found that is not an error.
func (c *Result) LeaveErrors() {
	c.Diagnostics = slices.DeleteFunc(c.Diagnostics, func(d decks.Diagnostic) bool { return d.Severity != decks.Error })
}

// LeaveOutUnchanged takes decks that are as they were out of the plan: that they
// were compiled again says nothing to anybody.
func (c *Result) LeaveOutUnchanged() {
	c.Plan.Decks = slices.DeleteFunc(c.Plan.Decks, func(d store.DeckPlan) bool {
		same := d.Unchanged == d.Cards && d.Retired == 0
		if same {
			c.Unchanged = append(c.Unchanged, d.Name)
		}
		return same
	})
}

// CountUnchanged adds the decks that were not compiled again to the plan.
func (c *Result) CountUnchanged(ctx context.Context, st *store.Store) error {
	if len(c.Unchanged) == 0 {
		return nil
	}
	sizes, err := st.Sizes(ctx)
	for _, name := range c.Unchanged {
		size := sizes[name]
		c.Plan.Decks = append(c.Plan.Decks, store.DeckPlan{Name: name, Facts: size.Facts, Cards: size.Cards,
			Unchanged: size.Cards})
	}
	return err
}

// Compile brings a folder's decks into the collection, those without errors.
func Compile(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, s deckfolder.Folder, opts Options,
) (Result, error) {
	last, err := LastOf(ctx, st, s.Root)
	if err != nil {
		return Result{}, err
	}
	if opts.Follow != "" { // it may take back what was followed before, though no file has changed
		for i := range last.stamps {
			last.stamps[i].Sum = ""
		}
		last.seen = nil
	}
	return compileFrom(ctx, con, clk, st, s, last, opts)
}

// compileFrom is compile, but for files that are as they were last.
func compileFrom(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, s deckfolder.Folder, last Last,
	opts Options,
) (Result, error) {
	began := time.Now()
	c, err := ReadDecks(con, s, last.stamps, nil)
	if err != nil {
		return Result{}, err
	}
	partial, err := admit(ctx, st, c)
	if err != nil {
		return Result{}, err
	}
	one := summary(c)
	one.began, one.partial = began, partial
	err = Apply(ctx, con, clk, st, s, &last, c, &one, opts)
	return one, err
}

// admit lets decks in that the collection does not know yet, without the facts that
// have errors: nothing of theirs can be lost. It gives how many of each those are: 0
// of a deck that cannot go in. A deck that is known stays as it was.
func admit(ctx context.Context, st *store.Store, c *decks.Compilation) (partial map[string]int, err error) {
	if len(c.Broken) == 0 {
		return nil, nil
	}
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	partial = map[string]int{}
	for _, d := range c.Traced {
		broken := slices.Index(c.Broken, d.Deck.Name)
		if broken < 0 || slices.ContainsFunc(all, func(k store.Deck) bool { return k.ID == d.Deck.ID || k.Name == d.Deck.Name }) {
			continue
		}
		sound, n, ok := d.Without(errorsOf(d, c.Diagnostics))
		if !ok {
			partial[d.Deck.Name] = 0
			continue
		}
		c.Decks = append(c.Decks, sound)
		c.Broken = slices.Delete(c.Broken, broken, broken+1)
		partial[sound.Name] = n
	}
	slices.SortFunc(c.Decks, func(a, b *decks.Deck) int { return strings.Compare(a.Name, b.Name) })
	return partial, nil
}

// errorsOf returns the errors in the files of a deck.
func errorsOf(d *decks.Traced, found []decks.Diagnostic) (errors []decks.Diagnostic) {
	for _, f := range found {
		if f.Severity == decks.Error && slices.ContainsFunc(d.Files,
			func(file *syntax.File) bool { return file.Name == f.File }) {
			errors = append(errors, f)
		}
	}
	return errors
}

// Read compiles the files of a folder, and keeps of that what is said later.
func Read(con *console.Console, s deckfolder.Folder, last Last) (Result, *decks.Compilation, error) {
	began := time.Now()
	c, err := ReadDecks(con, s, last.stamps, nil)
	if err != nil {
		return Result{}, nil, err
	}
	one := summary(c)
	one.began = began
	return one, c, nil
}

// summary is what is told of decks that were read, without the plan. The trees of
// large decks are let go with it, before the store needs room.
func summary(c *decks.Compilation) Result {
	one := Result{Diagnostics: c.Diagnostics, Broken: slices.Clone(c.Broken), Unchanged: c.Unchanged,
		files: map[string]string{}, drafts: c.Drafts()}
	for _, d := range c.Traced {
		for _, f := range d.Files {
			one.files[f.Name] = d.Deck.Name
		}
	}
	c.Traced, c.Files = nil, nil
	return one
}

// of returns the diagnostics of one deck.
func (c Result) of(deck string) (found []decks.Diagnostic) {
	for _, d := range c.Diagnostics {
		if c.files[d.File] == deck {
			found = append(found, d)
		}
	}
	return found
}

// ReadDecks compiles the decks of a folder, those that are not known as they are,
// and applies the rules to them.
func ReadDecks(
	con *console.Console, s deckfolder.Folder, known []decks.Stamp, against map[string]*check.Reference,
) (*decks.Compilation, error) {
	p := con.Progress("%d files read")
	defer p.End()
	c, err := decks.CompileWith(s.FS, decks.Options{Known: known, Progress: p.At}, s.Files...)
	if err != nil {
		return nil, fmt.Errorf("read the decks in %s: %w", s.Root, err)
	}
	p.End()
	examine(con, c, s, against)
	return c, nil
}

// examine adds what the rules find; a deck in which they find an error is not
// compiled.
func examine(con *console.Console, c *decks.Compilation, s deckfolder.Folder, against map[string]*check.Reference) {
	p := con.Progress("%d decks checked")
	defer p.End()
	found := check.Run(c, check.Options{Images: s.FS, Against: against, Progress: p.At})
	if len(found) == 0 {
		return
	}
	c.Diagnostics = append(c.Diagnostics, found...)
	decks.SortDiagnostics(c.Diagnostics)
	broken := map[string]bool{}
	for _, d := range found {
		if d.Severity == decks.Error {
			broken[d.File] = true
		}
	}
	c.Decks = slices.DeleteFunc(c.Decks, func(d *decks.Deck) bool {
		bad := slices.ContainsFunc(d.Files, func(f string) bool { return broken[f] })
		if bad {
			c.Broken = append(c.Broken, d.Name)
			c.Stamps = slices.DeleteFunc(c.Stamps, func(s decks.Stamp) bool { return s.Deck == d.Name })
		}
		return bad
	})
}

// compileJSON is what `compile --json` prints.
type compileJSON struct {
	Decks   []deckPlanJSON `json:"decks"`
	Changes []changeJSON   `json:"changes"`
	Doubts  []doubtJSON    `json:"doubts"`
}

type deckPlanJSON struct {
	Name      string `json:"name"`
	Facts     int    `json:"facts"`
	Cards     int    `json:"cards"`
	New       int    `json:"new"`
	Edited    int    `json:"edited"`
	Followed  int    `json:"followed"`
	Retired   int    `json:"retired"`
	Restored  int    `json:"restored"`
	Unchanged int    `json:"unchanged"`
	Errors    int    `json:"errors"`
	Warnings  int    `json:"warnings"`
}

// Say prints what a compile came to, and returns what was wrong with the decks as
// an error.
func Say(ctx context.Context, con *console.Console, c Result, opts Options) error {
	if opts.AsJSON {
		if err := show.JSON(con.Out, c.json()); err != nil {
			return err
		}
	} else if err := printPlan(ctx, con, c, opts); err != nil {
		return err
	}
	if wrong := slices.DeleteFunc([]error{c.heldElsewhere(opts), c.outdated(opts), c.withoutSome(opts), c.leftBroken(opts)},
		func(err error) bool { return err == nil }); len(wrong) > 0 {
		last := len(wrong) - 1
		for _, err := range wrong[:last] {
			fault.Report(con.Err, err)
		}
		return wrong[last]
	}
	if len(c.Plan.Decks)+len(c.Unchanged) == 0 && len(c.drafts) > 0 {
		return fault.Failf("read each draft, then delete its line \"Draft: yes\", or the fact",
			"there are only drafts in %s, of which no cards are made", strings.Join(opts.Paths, ", "))
	}
	if len(c.Plan.Decks)+len(c.Plan.Left)+len(c.Unchanged) == 0 {
		return NoFacts(opts.Paths)
	}
	return nil
}

// withoutSome is the error that new decks went in without what has errors, or not
// at all; nil if there are none.
func (c Result) withoutSome(opts Options) error {
	var parts []string
	for _, deck := range slices.Sorted(maps.Keys(c.partial)) {
		if n := c.partial[deck]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s went in without %s, because of errors", deck,
				plural.Count(n, "fact")))
		} else {
			parts = append(parts, deck+" did not go in, because of errors")
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return fault.WithHint(fault.DeckErrors, errors.New(strings.Join(parts, "; ")), Mend(opts.Paths, mendAndCompile))
}

// leftBroken is the error that decks stay as they were; nil if there are none.
func (c Result) leftBroken(opts Options) error {
	known := slices.DeleteFunc(slices.Clone(c.Broken), func(name string) bool { _, new := c.partial[name]; return new })
	if len(known) == 0 {
		return nil
	}
	return fault.WithHint(fault.DeckErrors, fmt.Errorf("left as before, because of errors: %s",
		strings.Join(known, ", ")), Mend(opts.Paths, mendAndCompile))
}

const mendAndCompile = "mend them, then compile again; kartei check --explain RULE tells more"

// heldElsewhere is the error that decks were left as other folders have them; nil
// if there are none.
func (c Result) heldElsewhere(opts Options) error {
	if len(c.Plan.Conflicts) == 0 {
		return nil
	}
	byRoot := map[string][]string{}
	for _, h := range c.Plan.Conflicts {
		byRoot[h.Root] = append(byRoot[h.Root], h.Deck)
	}
	var places []string
	for _, root := range slices.Sorted(maps.Keys(byRoot)) {
		where := "%s is in another folder, too: its cards go on coming from %s"
		if len(byRoot[root]) > 1 {
			where = "%s are in another folder, too: their cards go on coming from %s"
		}
		places = append(places, fmt.Sprintf(where, show.SomeOf(byRoot[root]), root))
	}
	hint := "to go back to the deck that comes with Kartei: kartei compile --take-over"
	if len(opts.Paths) > 0 {
		path := opts.Paths[0]
		if len(opts.Paths) > 1 {
			path = "PATH"
		}
		hint = `to have both, write "deck: other-name" into the header of one; to go on with this one: kartei compile --take-over ` + path
	}
	return fault.WithHint(fault.DeckErrors, errors.New(strings.Join(places, "; ")), hint)
}

// outdated is the error that decks were left because another text of them stands; nil if
// there are none.
func (c Result) outdated(opts Options) error {
	if len(c.Plan.Outdated) == 0 {
		return nil
	}
	var parts []string
	for _, o := range c.Plan.Outdated {
		parts = append(parts, outdatedWords(o))
	}
	path := "PATH"
	if len(opts.Paths) == 1 {
		path = fault.ShellWord(opts.Paths[0])
	}
	return fault.WithHint(fault.DeckErrors, errors.New(strings.Join(parts, "; ")),
		"if what is in this folder counts: kartei compile --take-over "+path)
}

func outdatedWords(o store.Outdated) string {
	elsewhere, of := "elsewhere", ""
	if o.Machine != "" {
		name := show.Line(o.Machine)
		elsewhere, of = "on "+name, ", of "+name
	}
	if o.Apart {
		return o.Deck + " was edited here and " + elsewhere + ": its cards stay as they are"
	}
	return o.Deck + " is an older text here than the one that you learn" + of + ": its cards stay as they are"
}

func printPlan(ctx context.Context, con *console.Console, c Result, opts Options) error {
	if err := decks.Render(con.Err, c.besidesDrafts()); err != nil {
		return err
	}
	if err := printPages(ctx, con, planPage(con, c)); err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(c.drafts)) {
		con.Say("%s: %s left out; kartei check lists them", show.Line(file), plural.Count(c.drafts[file], "draft"))
	}
	if !opts.MayAsk {
		tellDoubts(con, c.Plan, opts)
	}
	for _, l := range c.Plan.Left {
		con.Say("%s: left as it was", l.Deck)
	}
	return nil
}

// besidesDrafts are the diagnostics but for those of drafts, which printPlan counts.
func (c Result) besidesDrafts() []decks.Diagnostic {
	return slices.DeleteFunc(slices.Clone(c.Diagnostics), func(d decks.Diagnostic) bool { return d.Rule == "draft" })
}

func (c Result) json() compileJSON {
	j := compileJSON{Decks: []deckPlanJSON{}, Changes: changesJSON(c.Plan.Changes), Doubts: doubtsJSON(c.Plan.Doubts)}
	for _, d := range c.Plan.Decks {
		bad, warn := Tally(c.of(d.Name))
		j.Decks = append(j.Decks, deckPlanJSON{
			d.Name, d.Facts, d.Cards, d.New, d.Edited, d.Followed, d.Retired, d.Returned, d.Unchanged, bad, warn,
		})
	}
	for _, h := range c.Plan.Conflicts {
		j.Decks = append(j.Decks, deckPlanJSON{Name: h.Deck, Errors: 1})
	}
	for _, o := range c.Plan.Outdated {
		j.Decks = append(j.Decks, deckPlanJSON{Name: o.Deck, Errors: 1})
	}
	for _, name := range c.Broken {
		bad, warn := Tally(c.of(name))
		j.Decks = append(j.Decks, deckPlanJSON{Name: name, Errors: bad, Warnings: warn})
	}
	return j
}

// Tally counts errors and warnings.
func Tally(all []decks.Diagnostic) (bad, warn int) {
	for _, d := range all {
		if d.Severity == decks.Error {
			bad++
		} else {
			warn++
		}
	}
	return bad, warn
}

// Decks are the names of all decks of the folder that the collection may have now.
func (c Result) Decks() (names []string) {
	for _, d := range c.Plan.Decks {
		names = append(names, d.Name)
	}
	for _, l := range c.Plan.Left {
		names = append(names, l.Deck)
	}
	names = slices.Concat(names, c.Unchanged, c.Broken)
	slices.Sort(names)
	return slices.Compact(names)
}
