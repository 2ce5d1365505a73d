package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/editor"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/decks/draft"
	"kartei/decks/plural"
	"kartei/decks/syntax"
)

type draftOptions struct {
	output, with, source string
	best                 int
	asJSON               bool
	document             string
}

func newDraftCmd(e *env) *cobra.Command {
	var opts draftOptions
	cmd := &cobra.Command{
		Use:   "draft DOCUMENT [-o DECK.md]",
		Short: "Propose facts from a document, each with its evidence",
		Long: `Draft reads a document, text, Markdown, HTML, or PDF where pdftotext is
installed, and proposes facts for a deck: sentences of it with a gap, terms with
their definitions, lists. They are found by rules, in English and German, the best
first, each with its section, its page and the words that prove it.

Without -o it shows them. -o DECK.md adds them to that deck as drafts, and at a
terminal asks before it does. No cards are made of a draft. Read each; to accept
one, delete its line "Draft: yes"; to refuse it, delete the fact. DECK.drafts
beside the deck remembers what was proposed, so the same document proposes
nothing twice.

--with COMMAND asks a program of yours, too, such as a local language model. It is
run once for each section without a shell, gets the section's text on stdin and
answers in lines of JSON:

  {"question": "…", "answer": "…", "evidence": "words of the section"}
  {"term": "…", "definition": "…", "evidence": "…"}
  {"cloze": "a sentence with a {{gap}}", "evidence": "…"}

What has no evidence in the section is dropped and counted.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors),
		Example: "  kartei draft treaty.pdf\n  kartei draft treaty.pdf -o treaty.md --best 100\n  kartei draft treaty.pdf -o treaty.md --with './ask-model.sh'",
		Args:    nArgs(1, 1, "one document"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.document = args[0]
			return runDraft(cmd.Context(), e.Console, opts)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&opts.output, "output", "o", "", "the deck `file` to add drafts to; - is stdout")
	f.IntVar(&opts.best, "best", 50, "how many candidates at most")
	f.StringVar(&opts.with, "with", "", "a `command` that proposes facts, too")
	f.StringVar(&opts.source, "source", "", "the `name` by which the deck cites the document (default that of the file)")
	f.BoolVar(&opts.asJSON, "json", false, "show one JSON object a line")
	return cmd
}

func runDraft(ctx context.Context, con *console.Console, opts draftOptions) error {
	if opts.best < 1 {
		return fault.Usagef("kartei draft --best 50 "+opts.document,
			"--best takes a number from 1 on, got %d", opts.best)
	}
	if opts.source == "" {
		opts.source = sourceName(opts.document)
	}
	if syntax.Slug(opts.source) != opts.source {
		return fault.Usagef("kartei draft --source treaty "+opts.document,
			"a source is named by the letters a to z, digits and -, got %q", opts.source)
	}
	d, err := readDocument(ctx, opts.document)
	if err != nil {
		return err
	}
	for _, loss := range d.Losses {
		con.Say("%s: %s", show.Line(opts.document), show.Line(loss))
	}
	if d.Lang == "" {
		con.Say("%s: neither English nor German: only years, figures and abbreviations were looked for",
			show.Line(opts.document))
	}
	chosen, err := candidates(ctx, con, d, opts)
	if err != nil {
		return err
	}
	target, err := readTarget(opts.output)
	if err != nil {
		return err
	}
	text, added, err := draft.Add(target.deck, d, opts.source, chosen, target.record)
	if err != nil {
		return fault.WithHint(fault.DeckErrors, fmt.Errorf("add to %s: %w", opts.output, err),
			"kartei check "+opts.output)
	}
	if known := len(chosen) - len(added); known > 0 {
		con.Say("%s proposed before and left out", plural.Count(known, "candidate"))
	}
	if len(added) == 0 {
		return nothingNew(con, opts, len(chosen))
	}
	if opts.output == "-" {
		return con.WriteFile("-", func(w io.Writer) error { _, err := w.Write(text); return err })
	}
	if err := showCandidates(con, added, opts.asJSON); err != nil || opts.output == "" {
		return err
	}
	if yes, err := confirmDrafts(ctx, con, opts.output, len(added)); err != nil || !yes {
		return err
	}
	return saveDrafts(ctx, con, target, text, len(added))
}

// confirmDrafts asks a person who has seen the candidates whether to write them.
func confirmDrafts(ctx context.Context, con *console.Console, deck string, n int) (yes bool, err error) {
	if !con.AtTerminal() {
		return true, nil
	}
	asker, closeAsker, err := con.Asker(false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	yes, err = asker.Confirm(ctx, fmt.Sprintf("Add %s to %s?", plural.Count(n, "draft"), show.Line(deck)), true)
	if errors.Is(err, ask.ErrQuit) {
		yes, err = false, nil
	}
	if err == nil && !yes {
		con.Say("nothing was written")
	}
	return yes, err
}

// nothingNew says why nothing is shown or written.
func nothingNew(con *console.Console, opts draftOptions, chosen int) error {
	if chosen == 0 {
		return fault.Failf("a document with whole sentences, dates, figures and names gives more",
			"no facts were found in %s", opts.document)
	}
	con.Say("nothing new; --best %d looks further", 2*opts.best)
	return nil
}

// candidates are the best of what the rules and the author's program propose.
func candidates(
	ctx context.Context, con *console.Console, d *draft.Document, opts draftOptions,
) ([]draft.Candidate, error) {
	p := con.Progress("%d paragraphs read")
	all := draft.Propose(d, func(done, total int) bool {
		p.At(done, total)
		return ctx.Err() == nil
	})
	p.End()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opts.with != "" {
		proposed, err := askProgram(ctx, con, d, opts.with)
		if err != nil {
			return nil, err
		}
		all = append(proposed, all...)
	}
	const spare = 3 // some of the best are not sound
	sound, err := draft.Sound(d, all[:min(len(all), spare*opts.best+100)])
	if err != nil {
		return nil, err
	}
	return sound[:min(len(sound), opts.best)], nil
}

// sourceName is the name of a source that is called after a file.
func sourceName(document string) string {
	base := filepath.Base(document)
	return cmp.Or(syntax.Slug(strings.TrimSuffix(base, filepath.Ext(base))), "document")
}

// A draftTarget is the deck that drafts are added to, and what was proposed for it.
type draftTarget struct {
	path   string
	deck   []byte
	record *draft.Record
}

// recordPath is the file beside a deck that remembers what was proposed for it.
func recordPath(deck string) string {
	return strings.TrimSuffix(deck, filepath.Ext(deck)) + ".drafts"
}

// readTarget reads the deck and its record, where they are there already.
func readTarget(path string) (draftTarget, error) {
	t := draftTarget{path: path, record: draft.ReadRecord("")}
	if path == "" || path == "-" {
		return t, nil
	}
	if filepath.Ext(path) != ".md" {
		return t, fault.Usagef("kartei draft DOCUMENT -o "+strings.TrimSuffix(path, filepath.Ext(path))+".md",
			"a deck's name ends in .md, %s does not", path)
	}
	deck, err := readIfThere(path, syntax.MaxFile)
	if err != nil {
		return t, err
	}
	record, err := readIfThere(recordPath(path), draft.MaxDocument)
	t.deck, t.record = deck, draft.ReadRecord(string(record))
	return t, err
}

// readIfThere reads an ordinary file up to a limit; one that is not there is empty.
func readIfThere(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at %s: %w", path, err)
	case info.Size() > limit:
		return nil, fault.Failf("name another deck", "%s has more than %d MiB", path, limit>>20)
	}
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// saveDrafts writes the deck, then its record: where only the deck was written, the
// evidence of its facts says what was proposed.
func saveDrafts(ctx context.Context, con *console.Console, t draftTarget, text []byte, n int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(text) > syntax.MaxFile {
		return fault.Failf("name another deck with -o", "%s would have more than %d MiB", t.path, syntax.MaxFile>>20)
	}
	if err := userfile.ReplaceText(t.path, text); err != nil {
		return fmt.Errorf("write %s: %w", t.path, err)
	}
	if err := userfile.ReplaceText(recordPath(t.path), []byte(t.record.String())); err != nil {
		return fmt.Errorf("write %s: %w", recordPath(t.path), err)
	}
	con.Say("%s added to %s; read each, then delete its line \"Draft: yes\", or the fact", plural.Count(n, "draft"),
		show.Line(t.path))
	return nil
}

// candidateJSON is a line of `draft --json`.
type candidateJSON struct {
	Rank     int      `json:"rank"`
	Kind     string   `json:"kind"`
	Section  []string `json:"section"`
	Page     int      `json:"page,omitempty"`
	Fact     string   `json:"fact"` // in the fact language
	Evidence string   `json:"evidence"`
}

// showCandidates prints candidates, best first.
func showCandidates(con *console.Console, all []draft.Candidate, asJSON bool) error {
	page := show.Page{Width: con.Width() - 4, Palette: con.Palette()}
	for i, c := range all {
		if asJSON {
			if err := show.JSON(con.Out, candidateJSON{i + 1, string(c.Kind), c.Section, c.Page, c.Fact.String(), c.Evidence}); err != nil {
				return err
			}
			continue
		}
		where := string(c.Kind)
		if c.Page > 0 {
			where += fmt.Sprintf(" · page %d", c.Page)
		}
		if len(c.Section) > 0 {
			where += " · " + c.Section[len(c.Section)-1]
		}
		fmt.Fprintf(con.Out, "%3d %s\n", i+1, show.Cut(show.Line(where), max(con.Width()-4, 20)))
		for line := range strings.SplitSeq(c.Fact.String(), "\n") {
			for _, l := range page.Text(0, line) {
				fmt.Fprintln(con.Out, "    "+l)
			}
		}
		if len(c.Fact.Gaps) == 0 {
			for _, l := range page.Text(0, "evidence: "+c.Evidence) {
				fmt.Fprintln(con.Out, "    "+l)
			}
		}
		fmt.Fprintln(con.Out)
	}
	return nil
}

// splitCommand makes words of a command that no shell is to read.
func splitCommand(command string) ([]string, error) {
	words, err := editor.Split(command)
	if err != nil {
		return nil, fault.Usagef(`--with "PROGRAM ARGUMENT"`, "--with: %w", err)
	}
	return words, nil
}
