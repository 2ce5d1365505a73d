package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/plural"
)

type checkOptions struct {
	asJSON  bool
	watch   bool
	fix     bool
	explain string
	against []string
	allow   []string
	paths   []string
}

func newCheckCmd(e *env) *cobra.Command {
	var opts checkOptions
	cmd := &cobra.Command{
		Use:   "check [PATH…]",
		Short: "Find every problem in deck files",
		Long: `Check reads deck files, a folder of them, or without a PATH the folder you are
in, and reports every problem with its place and what to do about it. Errors
keep a deck from being compiled; warnings never do. A warning is silenced where
it stands by a line above it:

  <!-- kartei: allow RULE -->

allow-file instead of allow silences it in all of the file, and --allow RULE for once.

--fix first makes the edits that the hints describe, where they leave nothing to
decide: a misspelt key, an invisible character, a blank line in a fact. Keep the
files in git, or look at them with --json first.

--against NAME=FILE looks every Evidence of the source NAME up in a document: text,
Markdown, HTML, or PDF where pdftotext is installed.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.paths = args
			if opts.explain != "" {
				return runExplain(e.Console, opts.explain)
			}
			return runCheck(cmd.Context(), e.Console, e.Clock, opts)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opts.asJSON, "json", false, "one JSON object a line, for editors")
	f.BoolVar(&opts.fix, "fix", false, "first mend what has a sure mend, in the files")
	f.BoolVar(&opts.watch, "watch", false, "check again whenever a file is saved, until Ctrl-C")
	f.StringVar(&opts.explain, "explain", "", "print the page of help for a `rule`")
	f.StringSliceVar(&opts.allow, "allow", nil, "leave out the warnings of a `rule`; may be repeated")
	f.StringArrayVar(&opts.against, "against", nil, "look evidence up: `NAME=FILE`; may be repeated")
	completeFlag(cmd, "explain", ruleNames)
	return cmd
}

func runExplain(con *console.Console, name string) error {
	rule, ok := check.Find(name)
	if !ok {
		return noRule("kartei check --explain ", name)
	}
	_, err := io.WriteString(con.Out, rule.Explain())
	return err
}

// noRule is the error of a rule that is not there.
func noRule(command, name string) error {
	var names []string
	for _, r := range check.Rules() {
		names = append(names, r.Name)
	}
	hint := fault.DidYouMean(command, name, names, "the rules are: "+strings.Join(names, ", "))
	return fault.Usagef(hint, "there is no rule %q", name)
}

func runCheck(ctx context.Context, con *console.Console, clk *clock.Clock, opts checkOptions) error {
	if len(opts.paths) == 0 {
		opts.paths = []string{"."}
	}
	against, err := readReferences(ctx, opts.against)
	if err != nil {
		return err
	}
	for _, name := range opts.allow {
		if _, ok := check.Find(name); !ok {
			return noRule("kartei check --allow ", name)
		}
	}
	if opts.fix && opts.watch {
		return fault.Usagef("kartei check --fix, and then kartei check --watch",
			"--fix and --watch exclude each other: an editor would not see what was changed below it")
	}
	if opts.fix {
		if err := fixFolders(con, opts.paths); err != nil {
			return err
		}
	}
	if opts.watch {
		return watchFolders(ctx, con, clk, opts, against)
	}
	sum, err := newChecker(con, against).check(opts.paths)
	if err != nil {
		return err
	}
	sum.found = slices.DeleteFunc(sum.found, func(d decks.Diagnostic) bool {
		return d.Severity != decks.Error && slices.Contains(opts.allow, d.Rule)
	})
	if err := printDiagnostics(con, sum.found, opts.asJSON); err != nil {
		return err
	}
	return sumUp(con, sum, opts)
}

// checked is what checking some paths came to.
type checked struct {
	found        []decks.Diagnostic
	facts, files int
}

// A checker checks paths, and when it checks them again only those decks that
// are not as they were.
type checker struct {
	con     *console.Console
	against map[string]*check.Reference
	known   map[string]examined // by root
	seen    sight               // of the files, when watching them
}

// examined is what is known of a folder's files.
type examined struct {
	stamps []decks.Stamp
	found  map[string][]decks.Diagnostic // by file
	facts  map[string]int                // by deck
}

func newChecker(con *console.Console, against map[string]*check.Reference) *checker {
	return &checker{con: con, against: against, known: map[string]examined{}}
}

func (k *checker) check(paths []string) (checked, error) {
	var sum checked
	all, err := deckfolder.Open(paths)
	if err != nil {
		return sum, err
	}
	defer deckfolder.CloseAll(all)
	for _, s := range all {
		before := k.known[s.Root]
		c, err := compiler.ReadDecks(k.con, s, before.stamps, k.against)
		if err != nil {
			return sum, err
		}
		now := examined{found: map[string][]decks.Diagnostic{}, facts: map[string]int{}}
		sum.add(now.keep(s, before, c))
		sum.add(now.take(c))
		k.known[s.Root] = now
	}
	decks.SortDiagnostics(sum.found)
	return sum, nil
}

func (c *checked) add(o checked) {
	c.found = append(c.found, o.found...)
	c.facts, c.files = c.facts+o.facts, c.files+o.files
}

// keep takes over what was known before of the decks that are as they were, and
// of files without facts.
func (x *examined) keep(s deckfolder.Folder, before examined, c *decks.Compilation) (sum checked) {
	parsed := map[string]bool{}
	for _, f := range c.Files {
		parsed[f.Name] = true
	}
	for _, deck := range c.Unchanged {
		x.facts[deck] = before.facts[deck]
		sum.facts += x.facts[deck]
	}
	for _, stamp := range before.stamps {
		if stamp.Deck == "" && (parsed[stamp.File] || !s.Has(stamp.File)) || stamp.Deck != "" && !c.Kept(stamp.Deck) {
			continue
		}
		x.stamps = append(x.stamps, stamp)
		x.found[stamp.File] = before.found[stamp.File]
		sum.found = append(sum.found, x.found[stamp.File]...)
		sum.files++
	}
	return sum
}

// take adds what was found now.
func (x *examined) take(c *decks.Compilation) checked {
	sum := checked{found: c.Diagnostics}
	x.stamps = append(x.stamps, c.Stamps...)
	files := map[string]bool{}
	for _, f := range c.Files {
		files[f.Name] = true
	}
	for _, d := range c.Diagnostics {
		x.found[d.File] = append(x.found[d.File], d)
		files[d.File] = true // also one that cannot be read
	}
	sum.files = len(files)
	for _, d := range c.Traced {
		x.facts[d.Deck.Name] = len(d.Deck.Facts)
		sum.facts += len(d.Deck.Facts)
	}
	return sum
}

// readReferences reads the documents that evidence is looked up in, as draft does.
func readReferences(ctx context.Context, against []string) (map[string]*check.Reference, error) {
	texts := map[string]*check.Reference{}
	for _, pair := range against {
		name, file, ok := strings.Cut(pair, "=")
		if !ok || name == "" || file == "" {
			return nil, fault.Usagef("--against fes=study.txt", "--against needs NAME=FILE, got %q", pair)
		}
		d, err := readDocument(ctx, file)
		if err != nil {
			return nil, err
		}
		texts[name] = check.NewReference(d.Text)
	}
	return texts, nil
}

func printDiagnostics(con *console.Console, all []decks.Diagnostic, asJSON bool) error {
	if !asJSON {
		return decks.Render(con.Out, all)
	}
	for _, d := range all {
		if err := show.JSON(con.Out, d); err != nil {
			return err
		}
	}
	return nil
}

// sumUp says how it went, and makes errors the command's failure.
func sumUp(con *console.Console, sum checked, opts checkOptions) error {
	bad, warn := compiler.Tally(sum.found)
	files := plural.Count(sum.files, "file")
	switch {
	case bad > 0:
		return fault.WithHint(fault.DeckErrors, fmt.Errorf("%s and %s in %s", plural.Count(bad, "error"),
			plural.Count(warn, "warning"), files), compiler.Mend(opts.paths, "kartei check --explain RULE tells more"))
	case sum.facts == 0 && !holdsDraft(sum.found):
		return compiler.NoFacts(opts.paths)
	case warn > 0:
		con.Say("%s in %s; kartei check --explain RULE tells more", plural.Count(warn, "warning"), files)
	default:
		con.Say("%s in %s: nothing to mend", plural.Count(sum.facts, "fact"), files)
	}
	return nil
}

// holdsDraft reports whether a draft is among what was found.
func holdsDraft(found []decks.Diagnostic) bool {
	return slices.ContainsFunc(found, func(d decks.Diagnostic) bool { return d.Rule == "draft" })
}
