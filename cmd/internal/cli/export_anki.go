package cli

import (
	"context"

	"kartei/cmd/internal/ankiio"
	"kartei/store"
)

// exportAnki writes a text file for Anki, with the pictures and sounds beside it.
func exportAnki(ctx context.Context, e *env, st *store.Store, found []store.Deck, opts exportOptions) error {
	contents, done := contentsOf(ctx, st, found)
	defer done()
	x := ankiio.Exporter{Console: e.Console, Clock: e.Clock, Output: opts.output, Flags: opts.flags}
	return x.Text(ctx, st, found, contents)
}

// exportPackage writes a package for Anki.
func exportPackage(ctx context.Context, e *env, st *store.Store, found []store.Deck, opts exportOptions) error {
	contents, done := contentsOf(ctx, st, found)
	defer done()
	x := ankiio.Exporter{Console: e.Console, Clock: e.Clock, Output: opts.output, Flags: opts.flags}
	return x.Package(ctx, st, found, contents)
}
