package cli

import (
	"context"
	"os"

	"kartei/cmd/internal/ankiio"
	"kartei/decks/anki"
)

// importAnki imports a package or a text file of Anki's.
func importAnki(ctx context.Context, e *env, opts importOptions, f *os.File) error {
	target := opts.target
	if opts.update != "" {
		target = opts.refreshTarget
	}
	t, err := target()
	if err != nil {
		return err
	}
	in := ankiio.Importer{
		Console: e.Console, Clock: e.Clock, Open: e.with, File: opts.file, Target: t, Deck: opts.deck,
		Text: opts.format == anki.TextFormat.Name, Update: opts.update != "", History: opts.flags.On("history"),
		Compile: opts.compile,
	}
	if in.Text { // a package brings its history, and that is not to wait
		in.Refuse = opts.refuseLosses
	}
	return in.Import(ctx, f)
}
