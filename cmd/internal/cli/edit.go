package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/editor"
	"kartei/decks"
	"kartei/store"
)

// editing returns what a session does to edit a card: nil where there is no
// terminal for an editor.
func editing(e *env, st *store.Store, asker ask.Asker) func(context.Context, store.Card) error {
	if !console.IsTerminal(e.In) || !console.IsTerminal(e.Out) {
		return nil
	}
	pause := func(edit func() error) error { return edit() }
	if t, ok := asker.(*ask.Terminal); ok {
		pause = t.Pause
	}
	return func(ctx context.Context, card store.Card) error {
		if card.Root == deckfolder.BuiltIn {
			var err error
			if card, err = offerCopy(ctx, e, st, asker, card); err != nil {
				return err
			}
		}
		if st.IsElsewhere(card.Root) {
			return errors.New("the file of this deck is on another of your machines; edit it there, or bring it here and compile it")
		}
		root, err := os.OpenRoot(card.Root)
		if err != nil {
			return fmt.Errorf("the folder of this deck is not there: %w", err)
		}
		defer root.Close()
		if err := pause(func() error { return openEditor(e, root, card.File, card.Line) }); err != nil {
			return err
		}
		return recompile(ctx, e.Console, e.Clock, st, root, card)
	}
}

// openEditor waits for the learner's editor. The file lies in the deck's
// folder, whatever links lead to.
func openEditor(e *env, root *os.Root, name string, line int) error {
	words, err := editor.Find(os.Getenv)
	if err != nil {
		return err
	}
	switch info, err := root.Stat(filepath.FromSlash(name)); {
	case err != nil:
		return fmt.Errorf("open the deck file: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("open the deck file: %s is not an ordinary file", name)
	}
	cmd := editor.Command(words, filepath.Join(root.Name(), filepath.FromSlash(name)), line)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = e.In, e.Out, e.Err
	e.interrupts.inEditor.Store(true)
	defer e.interrupts.inEditor.Store(false)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the editor failed, nothing is compiled: %s: %w", words[0], err)
	}
	return nil
}

// recompile brings the deck of an edited card up to date. Where the edit made
// errors the deck stays as it was, and the first of them is the error.
func recompile(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, root *os.Root, card store.Card,
) error {
	files, err := filesOf(ctx, st, root, card)
	if err != nil {
		return err
	}
	done, err := compiler.Compile(ctx, con, clk, st, deckfolder.Folder{Root: root.Name(), FS: root.FS(), Files: files},
		compiler.Options{})
	if err != nil {
		return err
	}
	if len(done.Broken) == 0 {
		return nil
	}
	i := slices.IndexFunc(done.Diagnostics, func(d decks.Diagnostic) bool { return d.Severity == decks.Error })
	if i < 0 {
		return fmt.Errorf("the deck stays as it was: it has errors")
	}
	d := done.Diagnostics[i]
	return fmt.Errorf("%s:%d:%d: %s; the deck stays as it was", d.File, d.Line, d.Column, d.Message)
}

// filesOf returns the files of a card's deck that are there.
func filesOf(ctx context.Context, st *store.Store, root *os.Root, card store.Card) ([]string, error) {
	deck, err := st.Deck(ctx, card.Deck)
	if err != nil {
		return nil, err
	}
	files := []string{card.File}
	for _, f := range deck.Files {
		if _, err := root.Stat(filepath.FromSlash(f)); err == nil && f != card.File {
			files = append(files, f)
		}
	}
	return files, nil
}
