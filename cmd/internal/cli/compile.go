package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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

type compileOptions struct {
	dryRun, verbose, asJSON, takeOver bool
	follow                            journal.Follow
	paths                             []string

	ask     bool // somebody is there who asked for it
	unasked bool // the program does it by itself: see update, and [store.Compiled.Unattended]
}

// names tells whether the plan is to say what happens to each card.
func (o compileOptions) names() bool { return o.dryRun || o.verbose || o.asJSON }

func newCompileCmd(e *env) *cobra.Command {
	var opts compileOptions
	var follow string
	cmd := &cobra.Command{
		Use:   "compile [PATH…]",
		Short: "Put decks into the collection",
		Long: `Compile turns deck files into cards of the collection. PATH is a file or a
folder; without one it compiles the decks that come with the program.

It prints its plan: what is new, edited (history kept), retired (gone from the
files, history kept) and unchanged; with -v and --dry-run each card by name. A deck
with errors is left as it was.

A history belongs to what was learned, a question with its answer, and follows it
under another id, into another file, and to another deck. Where an id stands over
another text now, of which neither side can be recognised, and you had learned the
card, a compile at a terminal asks; else the history follows the text. --follow ids
says that it stays with the id: now, or later, for what earlier compiles did. It
also asks before it retires more than a tenth of a deck that you have learned.

What was compiled once is compiled by itself when its files have changed, before
the next review, quiz, list or export: kartei config compile says how. Where more
than a tenth of a deck that you learn would go, that is left to you.

A folder may be moved. But a deck that another folder holds still, as after one
was copied, is left as that one has it; --take-over says that this one counts.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors, fault.Newer, fault.Damaged),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.paths, opts.follow = args, journal.Follow(follow)
			if follow != "" && opts.follow != journal.FollowText && opts.follow != journal.FollowIDs {
				return fault.Usagef("--follow text, or --follow ids", "a history follows neither text nor ids: %q", follow)
			}
			return runCompile(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.dryRun, "dry-run", false, "print the plan card by card, change nothing")
	cmd.Flags().BoolVarP(&opts.verbose, "verbose", "v", false, "print the plan card by card")
	cmd.Flags().StringVar(&follow, "follow", "", "`WHAT` a history follows where an id stands over another text: text or ids")
	cmd.Flags().BoolVar(&opts.takeOver, "take-over", false, "take decks that another folder holds, too")
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print the plan as one JSON object")
	return cmd
}

func runCompile(ctx context.Context, e *env, opts compileOptions) error {
	all := []deckfolder.Folder{deckfolder.Library()}
	if len(opts.paths) > 0 {
		var err error
		if all, err = deckfolder.Open(opts.paths); err != nil {
			return err
		}
		defer deckfolder.CloseAll(all)
	}
	opts.ask = e.AtTerminal() && !opts.asJSON && !opts.dryRun && opts.follow == ""
	return e.with(ctx, func(st *store.Store) error {
		var sum compiled
		for _, s := range all {
			one, err := compileFolder(ctx, e.Console, e.Clock, st, s, opts)
			if err != nil {
				return err
			}
			sum.add(one)
		}
		if opts.asJSON {
			if err := sum.countUnchanged(ctx, st); err != nil {
				return err
			}
		}
		return sayCompiled(ctx, e.Console, sum, opts)
	})
}

// compiled is what compiling one source came to.
type compiled struct {
	partial     map[string]int // by new deck: facts that are left out, because of errors
	began       time.Time      // when its files were looked at
	plan        store.Plan
	diagnostics []decks.Diagnostic
	broken      []string
	unchanged   []string
	files       map[string]string // deck by file
	drafts      map[string]int    // facts that are not asked, by file
}

func (c *compiled) add(o compiled) {
	c.plan.Decks = append(c.plan.Decks, o.plan.Decks...)
	c.plan.Held = append(c.plan.Held, o.plan.Held...)
	c.plan.Moved = append(c.plan.Moved, o.plan.Moved...)
	c.plan.Doubts = append(c.plan.Doubts, o.plan.Doubts...)
	c.plan.Shrunk = append(c.plan.Shrunk, o.plan.Shrunk...)
	c.plan.Left = append(c.plan.Left, o.plan.Left...)
	c.plan.Changes = append(c.plan.Changes, o.plan.Changes...)
	c.diagnostics = append(c.diagnostics, o.diagnostics...)
	c.broken = append(c.broken, o.broken...)
	c.unchanged = append(c.unchanged, o.unchanged...)
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

// countUnchanged adds the decks that were not compiled again to the plan.
func (c *compiled) countUnchanged(ctx context.Context, st *store.Store) error {
	if len(c.unchanged) == 0 {
		return nil
	}
	sizes, err := st.Sizes(ctx)
	for _, name := range c.unchanged {
		size := sizes[name]
		c.plan.Decks = append(c.plan.Decks, store.DeckPlan{Name: name, Facts: size.Facts, Cards: size.Cards, Unchanged: size.Cards})
	}
	return err
}

// compileFolder brings a source's decks into the collection, those without errors.
func compileFolder(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, s deckfolder.Folder, opts compileOptions) (compiled, error) {
	last, err := lastCompileOf(ctx, st, s.Root)
	if err != nil {
		return compiled{}, err
	}
	if opts.follow != "" { // it may take back what was followed before, though no file has changed
		for i := range last.stamps {
			last.stamps[i].Sum = ""
		}
		last.seen = nil
	}
	return compileFrom(ctx, con, clk, st, s, last, opts)
}

// compileFrom is compile, but for files that are as they were last.
func compileFrom(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, s deckfolder.Folder, last lastCompile, opts compileOptions) (compiled, error) {
	began := time.Now()
	c, err := readDecks(con, s, last.stamps, nil)
	if err != nil {
		return compiled{}, err
	}
	partial, err := admit(ctx, st, c)
	if err != nil {
		return compiled{}, err
	}
	one := summary(c)
	one.began, one.partial = began, partial
	err = applyCompiled(ctx, con, clk, st, s, &last, c, &one, opts)
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

// errorsOf gives the errors in the files of a deck.
func errorsOf(d *decks.Traced, found []decks.Diagnostic) (errors []decks.Diagnostic) {
	for _, f := range found {
		if f.Severity == decks.Error && slices.ContainsFunc(d.Files, func(file *syntax.File) bool { return file.Name == f.File }) {
			errors = append(errors, f)
		}
	}
	return errors
}

// readFolder compiles the files of a source, and keeps of that what is said later.
func readFolder(con *console.Console, s deckfolder.Folder, last lastCompile) (compiled, *decks.Compilation, error) {
	began := time.Now()
	c, err := readDecks(con, s, last.stamps, nil)
	if err != nil {
		return compiled{}, nil, err
	}
	one := summary(c)
	one.began = began
	return one, c, nil
}

// summary is what is told of decks that were read, without the plan. The trees of
// large decks are let go with it, before the store needs room.
func summary(c *decks.Compilation) compiled {
	one := compiled{diagnostics: c.Diagnostics, broken: slices.Clone(c.Broken), unchanged: c.Unchanged, files: map[string]string{}, drafts: c.Drafts()}
	for _, d := range c.Traced {
		for _, f := range d.Files {
			one.files[f.Name] = d.Deck.Name
		}
	}
	c.Traced, c.Files = nil, nil
	return one
}

// of gives the diagnostics of one deck.
func (c compiled) of(deck string) (found []decks.Diagnostic) {
	for _, d := range c.diagnostics {
		if c.files[d.File] == deck {
			found = append(found, d)
		}
	}
	return found
}

// readDecks compiles the decks of a source, those that are not known as they are,
// and applies the rules to them.
func readDecks(con *console.Console, s deckfolder.Folder, known []decks.Stamp, against map[string]*check.Reference) (*decks.Compilation, error) {
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

func sayCompiled(ctx context.Context, con *console.Console, c compiled, opts compileOptions) error {
	if opts.asJSON {
		if err := show.JSON(con.Out, c.json()); err != nil {
			return err
		}
	} else if err := printPlan(ctx, con, c, opts); err != nil {
		return err
	}
	if wrong := slices.DeleteFunc([]error{c.heldElsewhere(opts), c.withoutSome(), c.leftBroken()}, func(err error) bool { return err == nil }); len(wrong) > 0 {
		last := len(wrong) - 1
		for _, err := range wrong[:last] {
			fault.Report(con.Err, err)
		}
		return wrong[last]
	}
	if len(c.plan.Decks)+len(c.unchanged) == 0 && len(c.drafts) > 0 {
		return fault.Failf("read each draft, then delete its line \"Draft: yes\", or the fact", "there are only drafts in %s, of which no cards are made", strings.Join(opts.paths, ", "))
	}
	if len(c.plan.Decks)+len(c.plan.Left)+len(c.unchanged) == 0 {
		return fault.Failf("write lines like Q: and A: into a .md file; kartei new helps", "there are no facts in %s", strings.Join(opts.paths, ", "))
	}
	return nil
}

// withoutSome is the error that new decks went in without what has errors, or not
// at all; nil if there are none.
func (c compiled) withoutSome() error {
	var parts []string
	for _, deck := range slices.Sorted(maps.Keys(c.partial)) {
		if n := c.partial[deck]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s went in without %s, because of errors", deck, plural.Count(n, "fact")))
		} else {
			parts = append(parts, deck+" did not go in, because of errors")
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return fault.WithHint(fault.DeckErrors, errors.New(strings.Join(parts, "; ")), mendAndCompile)
}

// leftBroken is the error that decks stay as they were; nil if there are none.
func (c compiled) leftBroken() error {
	known := slices.DeleteFunc(slices.Clone(c.broken), func(name string) bool { _, new := c.partial[name]; return new })
	if len(known) == 0 {
		return nil
	}
	return fault.WithHint(fault.DeckErrors, fmt.Errorf("left as before, because of errors: %s", strings.Join(known, ", ")), mendAndCompile)
}

const mendAndCompile = "mend them, then compile again; kartei check --explain RULE tells more"

// heldElsewhere is the error that decks were left as other folders have them; nil
// if there are none.
func (c compiled) heldElsewhere(opts compileOptions) error {
	if len(c.plan.Held) == 0 {
		return nil
	}
	byRoot := map[string][]string{}
	for _, h := range c.plan.Held {
		byRoot[h.Root] = append(byRoot[h.Root], h.Deck)
	}
	var places []string
	for _, root := range slices.Sorted(maps.Keys(byRoot)) {
		where := "%s is in another folder, too: its cards go on coming from %s"
		if len(byRoot[root]) > 1 {
			where = "%s are in another folder, too: their cards go on coming from %s"
		}
		places = append(places, fmt.Sprintf(where, someOf(byRoot[root]), root))
	}
	hint := "to go back to the deck that comes with Kartei: kartei compile --take-over"
	if len(opts.paths) > 0 {
		path := opts.paths[0]
		if len(opts.paths) > 1 {
			path = "PATH"
		}
		hint = `to have both, write "deck: other-name" into the header of one; to go on with this one: kartei compile --take-over ` + path
	}
	return fault.WithHint(fault.DeckErrors, errors.New(strings.Join(places, "; ")), hint)
}

// someOf lists the first few names.
func someOf(names []string) string {
	if n := len(names) - 3; n > 1 {
		names = append(slices.Clone(names[:3]), fmt.Sprintf("%d more", n))
	}
	return strings.Join(names, ", ")
}

func printPlan(ctx context.Context, con *console.Console, c compiled, opts compileOptions) error {
	if err := decks.Render(con.Err, c.besidesDrafts()); err != nil {
		return err
	}
	if err := printPages(ctx, con, planPage(con, c)); err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(c.drafts)) {
		con.Say("%s: %s left out; kartei check lists them", show.Line(file), plural.Count(c.drafts[file], "draft"))
	}
	if !opts.ask {
		tellDoubts(con, c.plan, opts)
	}
	for _, l := range c.plan.Left {
		con.Say("%s: left as it was", l.Deck)
	}
	return nil
}

// besidesDrafts are the diagnostics but for those of drafts, which printPlan counts.
func (c compiled) besidesDrafts() []decks.Diagnostic {
	return slices.DeleteFunc(slices.Clone(c.diagnostics), func(d decks.Diagnostic) bool { return d.Rule == "draft" })
}

func (c compiled) json() compileJSON {
	j := compileJSON{Decks: []deckPlanJSON{}, Changes: changesJSON(c.plan.Changes), Doubts: doubtsJSON(c.plan.Doubts)}
	for _, d := range c.plan.Decks {
		bad, warn := tally(c.of(d.Name))
		j.Decks = append(j.Decks, deckPlanJSON{
			d.Name, d.Facts, d.Cards, d.New, d.Edited, d.Followed, d.Retired, d.Restored, d.Unchanged, bad, warn,
		})
	}
	for _, h := range c.plan.Held {
		j.Decks = append(j.Decks, deckPlanJSON{Name: h.Deck, Errors: 1})
	}
	for _, name := range c.broken {
		bad, warn := tally(c.of(name))
		j.Decks = append(j.Decks, deckPlanJSON{Name: name, Errors: bad, Warnings: warn})
	}
	return j
}
