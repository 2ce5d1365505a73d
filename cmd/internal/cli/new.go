package cli

import (
	"context"
	"errors"
	"fmt"
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
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/userfile"
	"kartei/decks"
	"kartei/decks/syntax"
	"kartei/store"
	"kartei/store/plainfile"
)

func newNewCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "new [PATH]",
		Short: "Write a fact into a deck file, question by question",
		Long: `New asks for the parts of a fact, shows the card, adds the fact to the file PATH
in canonical form and compiles it. Without PATH it asks for a file; a file that
is not there yet is made.

Nothing is written before you say yes. Ctrl-D leaves.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors, fault.Interrupted),
		Args: nArgs(0, 1, "one file"),
		RunE: func(cmd *cobra.Command, args []string) error { return runNew(cmd.Context(), e, args) },
	}
}

func runNew(ctx context.Context, e *env, args []string) (err error) {
	asker, closeAsker, err := e.Asker(!e.AtTerminal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	w := &wizard{env: e, ask: asker}
	err = w.run(ctx, args)
	if errors.Is(err, ask.ErrQuit) {
		e.Say("nothing was written")
		return nil
	}
	return err
}

// A wizard asks for the parts of a fact.
type wizard struct {
	*env
	ask ask.Asker
}

func (w *wizard) run(ctx context.Context, args []string) error {
	path, err := w.path(ctx, args)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fault.Failf("kartei new "+filepath.Join(path, "NAME.md"), "%s is a folder, not a deck file", path)
	}
	before, err := plainfile.Read(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the deck: %w", err)
	}
	for again := true; again; {
		fact, err := w.fact(ctx)
		if err != nil {
			return err
		}
		after, err := w.add(before, fact, path)
		if err != nil {
			return err
		}
		yes, err := w.ask.Confirm(ctx, "Add it to "+filepath.Base(path)+"?", true)
		if err != nil {
			return err
		}
		if yes {
			if err := saveFact(ctx, w.env, path, after); err != nil {
				return err
			}
			before = after
		}
		if again, err = w.ask.Confirm(ctx, "Another one?", false); err != nil && !errors.Is(err, ask.ErrQuit) {
			return err
		}
	}
	return nil
}

func (w *wizard) path(ctx context.Context, args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	w.tell("Which deck file? One that is not there yet is made, such as capitals.md.")
	name, err := w.line(ctx, "Deck file: ", true)
	if err != nil {
		return "", err
	}
	if filepath.Ext(name) == "" {
		name += ".md"
	}
	return name, nil
}

// line asks for a line of text; one that is needed is asked for again.
func (w *wizard) line(ctx context.Context, label string, needed bool) (string, error) {
	for {
		text, err := w.ask.Line(ctx, ask.Line{Label: label})
		if text = strings.TrimSpace(text); err != nil || text != "" || !needed {
			return text, err
		}
	}
}

// Tell prints what would leave no room for an answer beside it.
func (w *wizard) tell(text string) {
	page := show.Page{Width: w.Width(), Palette: w.Palette()}
	for _, l := range page.Text(0, text) {
		fmt.Fprintln(w.Out, l)
	}
}

// lines asks for lines until an empty one; at least low of them.
func (w *wizard) lines(ctx context.Context, label string, low int) ([]string, error) {
	var all []string
	for {
		text, err := w.line(ctx, fmt.Sprintf("%s %d: ", label, len(all)+1), len(all) < low)
		if err != nil {
			return nil, err
		}
		if text == "" {
			return all, nil
		}
		all = append(all, text)
	}
}

// kinds are the kinds of facts, and how each is asked for.
var kinds = []struct {
	label, detail string
	ask           func(*wizard, context.Context) ([]string, error)
}{
	{"question", "and its answer", (*wizard).question},
	{"term", "asked both ways", (*wizard).term},
	{"choice", "among wrong answers", (*wizard).choice},
	{"set", "parts in any order", (*wizard).set},
	{"sequence", "parts in their order", (*wizard).sequence},
	{"gaps", "{{words}} to fill in", (*wizard).gaps},
}

// fact asks for one fact and returns its lines in the fact language.
func (w *wizard) fact(ctx context.Context) (string, error) {
	m := ask.Menu{Label: "What kind of fact?"}
	labels := make([]string, len(kinds))
	for i, k := range kinds {
		labels[i] = k.label
	}
	m.Items = ask.Lettered(labels...)
	for i := range m.Items {
		m.Items[i].Detail = kinds[i].detail
	}
	i, err := w.ask.Menu(ctx, m)
	if err != nil {
		return "", err
	}
	lines, err := kinds[i].ask(w, ctx)
	if err != nil {
		return "", err
	}
	w.tell("The rest may stay empty.")
	for _, key := range []string{"Note", "Source", "Tags"} {
		text, err := w.line(ctx, key+": ", false)
		if err != nil {
			return "", err
		}
		if text != "" {
			lines = append(lines, key+": "+text)
		}
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// literal writes a text so that the fact language reads it as it is. In code and
// mathematics it does so without more.
func literal(text string) string {
	var out strings.Builder
	for p := range syntax.Pieces(text) {
		piece := text[p.Start:p.End]
		switch p.Kind {
		case syntax.Words:
			piece = braces.Replace(piece)
		case syntax.Escape:
			piece = `\\` + backslashes.Replace(piece[1:])
		}
		out.WriteString(piece)
	}
	return out.String()
}

var (
	braces      = strings.NewReplacer("{", `\{`, "}", `\}`)
	backslashes = strings.NewReplacer(`\`, `\\`, "{", `\{`, "}", `\}`)
)

func (w *wizard) pair(ctx context.Context, first, firstKey, second, secondKey string) ([]string, error) {
	a, err := w.line(ctx, first, true)
	if err != nil {
		return nil, err
	}
	b, err := w.line(ctx, second, true)
	return []string{firstKey + ": " + literal(a), secondKey + ": " + literal(b)}, err
}

func (w *wizard) question(ctx context.Context) ([]string, error) {
	return w.pair(ctx, "Question: ", "Q", "Answer: ", "A")
}

func (w *wizard) term(ctx context.Context) ([]string, error) {
	return w.pair(ctx, "Term: ", "T", "Definition: ", "D")
}

func (w *wizard) choice(ctx context.Context) ([]string, error) {
	q, err := w.line(ctx, "Question: ", true)
	if err != nil {
		return nil, err
	}
	w.tell("One right answer or more; an empty line ends them.")
	right, err := w.lines(ctx, "Right answer", 1)
	if err != nil {
		return nil, err
	}
	w.tell("Wrong answers; after -- you may say why: Abidjan -- the largest city")
	wrong, err := w.lines(ctx, "Wrong answer", 1)
	lines := []string{"Q: " + literal(q)}
	for _, r := range right {
		lines = append(lines, "- [x] "+literal(r))
	}
	for _, o := range wrong {
		lines = append(lines, "- [ ] "+literal(o))
	}
	return lines, err
}

func (w *wizard) parts(ctx context.Context, mark func(int) string) ([]string, error) {
	q, err := w.line(ctx, "Question: ", true)
	if err != nil {
		return nil, err
	}
	w.tell("Two parts or more; an empty line ends them.")
	parts, err := w.lines(ctx, "Part", 2)
	lines := []string{"Q: " + literal(q), "A:"}
	for i, p := range parts {
		lines = append(lines, mark(i)+literal(p))
	}
	return lines, err
}

func (w *wizard) set(ctx context.Context) ([]string, error) {
	return w.parts(ctx, func(int) string { return "- " })
}

func (w *wizard) sequence(ctx context.Context) ([]string, error) {
	return w.parts(ctx, func(i int) string { return fmt.Sprintf("%d. ", i+1) })
}

func (w *wizard) gaps(ctx context.Context) ([]string, error) {
	w.tell("Write each gap as {{answer}} or {{answer::hint}}.")
	for {
		text, err := w.line(ctx, "Sentence: ", true)
		if err != nil || strings.Contains(text, "{{") {
			return []string{"C: " + text}, err
		}
		w.tell("Put what is to be recalled between {{ and }}.")
	}
}

// Add shows the card that a fact makes and returns the file with it at its end.
func (w *wizard) add(before []byte, fact, path string) ([]byte, error) {
	taken := syntax.NewNames(syntax.Parse(path, before).IDs()...)
	named, err := syntax.FormatWithIDs([]byte(fact), taken)
	if err != nil {
		return nil, fmt.Errorf("write the fact: %w", err)
	}
	after, err := syntax.Format(append(append(slices.Clone(before), "\n\n"...), named...))
	if err != nil {
		return nil, fault.WithHint(fault.DeckErrors, fmt.Errorf("add to %s: %w", path, err), "kartei check "+path)
	}
	dir, err := os.MkdirTemp("", "kartei-new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "fact.md"), []byte(fact), 0o600); err != nil {
		return nil, err
	}
	c, err := decks.Compile(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	preview(w.Console, c)
	return after, nil
}

// preview prints the cards of a fact.
func preview(con *console.Console, c *decks.Compilation) {
	page := show.Page{Width: con.Width() - 2, Palette: con.Palette()}
	for _, d := range c.Decks {
		for _, f := range d.Facts {
			for i := range f.Cards {
				fmt.Fprintln(con.Out)
				for _, text := range []string{f.Cards[i].Prompt, answerList(&f.Cards[i])} {
					for _, l := range page.Markdown(text) {
						fmt.Fprintln(con.Out, "  "+l)
					}
				}
			}
		}
	}
	fmt.Fprintln(con.Out)
}

// answerList returns what a card wants to hear in Markdown: one thing of several in
// each line, and wrong options among the right ones.
func answerList(c *decks.Card) string {
	var list strings.Builder
	for _, o := range c.Options {
		mark := ""
		if o.Right {
			mark = "✓ "
		}
		fmt.Fprintf(&list, "- %s%s\n", mark, o.Text)
	}
	for i, item := range c.Items {
		if c.Kind == decks.Sequence {
			fmt.Fprintf(&list, "%d. %s\n", i+1, item)
		} else {
			fmt.Fprintf(&list, "- %s\n", item)
		}
	}
	if list.Len() > 0 {
		return list.String()
	}
	return c.AnswerText()
}

// saveFact writes the file and compiles it.
func saveFact(ctx context.Context, e *env, path string, text []byte) error {
	if err := userfile.ReplaceText(path, text); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	all, err := deckfolder.Open([]string{path})
	if err != nil {
		return err
	}
	defer deckfolder.CloseAll(all)
	return e.with(ctx, func(st *store.Store) error {
		sum, err := compiler.Compile(ctx, e.Console, e.Clock, st, all[0], compiler.Options{})
		if err != nil {
			return err
		}
		return compiler.Say(ctx, e.Console, sum, compiler.Options{Paths: []string{path}})
	})
}
