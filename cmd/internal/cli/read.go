package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/reading"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

type readOptions struct {
	deck     string // or a folder of decks, or a path
	sections []string
	asJSON   bool
	plain    bool
}

func newReadCmd(e *env) *cobra.Command {
	var opts readOptions
	cmd := &cobra.Command{
		Use:   "read [DECK|FOLDER|FILE [SECTION…]]",
		Short: "Read a deck as study notes",
		Long: `Read shows a deck as notes: what its author wrote between the facts, and the facts
in their place. A mark says what you know: ● you would recall it today, four times
out of five at least; ◐ a part of it, or less surely; ○ it is new to you.

SECTION is a heading in any case of letters, or a part of one; "Ukraine › Help" is
the one below the other. A file or folder that is not in your collection is read as
it is, without marks.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors),
		Example:           "  kartei read nato-en\n  kartei read nato-en Ukraine\n  kartei read ~/decks/rivers.md",
		ValidArgsFunction: decksThenSections(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck, opts.sections = args[0], append(opts.sections, args[1:]...)
			}
			return runRead(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&opts.sections, "section", nil, "only below the heading with this `name`, or with these words; may be repeated")
	f.BoolVar(&opts.asJSON, "json", false, "one JSON object a line: passages and facts in their order")
	f.BoolVar(&opts.plain, "plain", false, "one thing a line, marks as words, for pipes and screen readers")
	completeFlag(cmd, "section", sectionNamesFor(e.opener))
	return cmd
}

// decksThenSections completes a deck, and then its sections.
func decksThenSections(o *opener) completer {
	return func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(before) > 0 {
			return sectionNamesFor(o)(cmd, before[:1], begun)
		}
		if strings.HasPrefix(begun, ".") || strings.HasPrefix(begun, "/") || strings.HasPrefix(begun, "~") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		names, directive := deckNames(o)(cmd, before, begun)
		if len(names) == 0 {
			directive = cobra.ShellCompDirectiveDefault
		}
		return names, directive
	}
}

func runRead(ctx context.Context, e *env, opts readOptions) error {
	return withFresh(ctx, e, func(st *store.Store) error {
		if opts.deck == "" {
			deck, err := opts.pick(ctx, e, st)
			if err != nil {
				return ask.QuitIsFine(err)
			}
			opts.deck = deck
		}
		found, err := opts.find(ctx, e, st)
		if err != nil {
			return err
		}
		notes := make([]reading.Notes, len(found))
		for i := range found {
			if notes[i].Marks, err = found[i].marks(ctx, st, e.Moment()); err != nil {
				return err
			}
		}
		return paged(e, !opts.asJSON, func() error { return opts.write(e.Console, found, notes) })
	})
}

// pick lets the learner choose a deck.
func (o *readOptions) pick(ctx context.Context, e *env, st *store.Store) (deck string, err error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return "", err
	}
	if !e.AtTerminal() || len(all) == 0 || o.plain {
		return "", fault.Usagef("kartei decks lists them; then: kartei read DECK", "read which deck?")
	}
	asker, closeAsker, err := e.Asker(false)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	p := ask.Pick{Label: "Read which deck? Type a part of its name"}
	var names []string
	for _, d := range all {
		if !d.Missing {
			names = append(names, d.Name)
			p.Items = append(p.Items, ask.Item{Label: d.Name, Detail: d.Title})
		}
	}
	i, err := asker.Pick(ctx, p)
	if err != nil {
		return "", err
	}
	return names[i], nil
}

// A readDeck is a deck that is to be read, with the sections that are wanted.
type readDeck struct {
	*decks.Deck
	known bool // it is in the collection
	in    func(section []string) bool
}

// find finds what is to be read: decks of the collection, or what is at a path.
func (o *readOptions) find(ctx context.Context, e *env, st *store.Store) ([]readDeck, error) {
	found, err := o.inCollection(ctx, e, st)
	if err != nil {
		return nil, err
	}
	if found == nil {
		if found, err = compiledAt(e.Console, o.deck); err != nil {
			return nil, err
		}
	}
	return o.within(found)
}

// inCollection are the decks of the collection; none if a path is meant that it does
// not know.
func (o *readOptions) inCollection(ctx context.Context, e *env, st *store.Store) (found []readDeck, err error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	wanted := func(d store.Deck) bool { return within(d.Name, o.deck) }
	_, missing := os.Stat(o.deck)
	if !slices.ContainsFunc(all, func(d store.Deck) bool { return !d.Missing && wanted(d) }) {
		if !pathy(o.deck) || missing != nil {
			return nil, o.notToBeFound(ctx, st, missing == nil, all)
		}
		abs, err := filepath.Abs(o.deck)
		if err != nil {
			return nil, err
		}
		names := knownAt(all, abs)
		wanted = func(d store.Deck) bool { return slices.Contains(names, d.Name) }
	}
	for _, d := range all {
		if d.Missing || !wanted(d) {
			continue
		}
		if d, err = st.Passages(ctx, d); err != nil {
			return nil, err
		}
		for fact, err := range st.Facts(ctx, d) {
			if err != nil {
				return nil, err
			}
			d.Facts = append(d.Facts, *fact)
		}
		found = append(found, readDeck{Deck: &d.Deck, known: true})
	}
	return found, nil
}

// notToBeFound is the error of what is no deck: it may be a section.
func (o *readOptions) notToBeFound(ctx context.Context, st *store.Store, there bool, all []store.Deck) error {
	sections, err := st.Sections(ctx)
	if err != nil {
		return err
	}
	for _, s := range sections {
		if !there && !pathy(o.deck) && decks.SectionIs(s.Path, o.deck) {
			return fault.Failf("it is a section of "+s.Deck+": kartei read "+s.Deck+" "+fault.ShellWord(o.deck),
				"there is no deck %q", o.deck)
		}
	}
	switch {
	case there:
		return fault.Failf("the file or folder of that name is: kartei read "+fault.ShellWord("./"+o.deck),
			"there is no deck %q", o.deck)
	case pathy(o.deck):
		return fault.Failf("kartei decks lists the decks", "there is no deck and no file %q", o.deck)
	}
	return fault.Failf(fault.DidYouMean("", o.deck, deckNamesOf(all), "kartei decks lists them"), "there is no deck %q", o.deck)
}

// compiledAt are the decks in a file or folder that the collection does not know.
func compiledAt(con *console.Console, path string) (found []readDeck, err error) {
	folders, err := deckfolder.Open([]string{path})
	if err != nil {
		return nil, err
	}
	defer deckfolder.CloseAll(folders)
	broken := 0
	for _, f := range folders {
		c, err := compiler.ReadDecks(con, f, nil, nil)
		if err != nil {
			return nil, err
		}
		for _, t := range c.Traced {
			if t.Broken {
				broken++
			}
			found = append(found, readDeck{Deck: t.Deck})
		}
	}
	if broken > 0 {
		con.Warn("what has errors is left out; they are listed by: kartei check %s", fault.ShellWord(path))
	}
	if len(found) == 0 {
		return nil, fault.Failf("kartei check "+fault.ShellWord(path), "there are no facts in %s", show.Line(path))
	}
	return found, nil
}

// within finds the sections that are wanted, and leaves out the decks that have none
// of them.
func (o *readOptions) within(all []readDeck) (found []readDeck, err error) {
	if len(o.sections) == 0 {
		return all, nil
	}
	var sections []store.Section
	for _, d := range all {
		sections = append(sections, allSections(d.Deck)...)
	}
	var wanted []store.Section
	for _, name := range o.sections {
		some, err := findSections(sections, name)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, some...)
	}
	for _, d := range all {
		d.in = func(section []string) bool {
			return slices.ContainsFunc(wanted, func(s store.Section) bool {
				return s.Deck == d.Name && slices.Equal(s.Path, section)
			})
		}
		if slices.ContainsFunc(wanted, func(s store.Section) bool { return s.Deck == d.Name }) {
			found = append(found, d)
		}
	}
	return found, nil
}

// allSections are the sections of a deck, also those with prose alone.
func allSections(d *decks.Deck) (all []store.Section) {
	known := map[string]bool{}
	add := func(path []string) error {
		if key := strings.Join(path, "\x00"); !known[key] {
			known[key] = true
			all = append(all, store.Section{Deck: d.Name, Path: path})
		}
		return nil
	}
	_ = reading.Walk(d, nil, func(p *decks.Passage) error { return add(p.Section) },
		func(f *decks.Fact) error { return add(f.Section) })
	return all
}

// marks says how well each fact of the deck is known; nil of a deck that the
// collection does not have.
func (d *readDeck) marks(ctx context.Context, st *store.Store, now scheduler.Moment) (map[string]reading.Mark, error) {
	if !d.known {
		return nil, nil
	}
	options, err := st.Options(ctx, d.Name)
	if err != nil {
		return nil, err
	}
	policy, err := scheduler.NewPolicy(options, st.Calendar())
	if err != nil {
		return nil, err
	}
	memories, err := st.Memories(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	marks := map[string]reading.Mark{}
	for i := range d.Facts {
		f := &d.Facts[i]
		sum, met := 0.0, false
		for _, c := range f.Cards {
			if m, ok := memories[c.ID]; ok && m.State != scheduler.New {
				met = true
				sum += policy.Recall(m, now)
			}
		}
		switch {
		case sum/float64(len(f.Cards)) >= reading.KnownFrom:
			marks[f.Key] = reading.Known
		case met:
			marks[f.Key] = reading.Partly
		default:
			marks[f.Key] = reading.Unseen
		}
	}
	return marks, nil
}

// write writes decks one below the other.
func (o *readOptions) write(con *console.Console, all []readDeck, notes []reading.Notes) error {
	for i, d := range all {
		n := &notes[i]
		n.In = d.in
		if o.asJSON {
			if err := writeReadJSON(con, d.Deck, n); err != nil {
				return err
			}
			continue
		}
		n.Page = show.Page{Width: min(con.Width(), widestNotes), Palette: con.Palette()}
		if o.plain || !con.AtTerminal() {
			n.Page.Width, n.Page.Bare = 1<<20, true
		}
		if i > 0 {
			if err := printLines(con, ""); err != nil {
				return err
			}
		}
		if err := n.Write(con.Out, d.Deck); err != nil {
			return err
		}
	}
	return nil
}

// widestNotes is how wide notes are at most: longer lines are hard to read.
const widestNotes = 84
