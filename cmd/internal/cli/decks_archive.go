package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store"
)

// newArchiveCmds returns `decks archive` and `decks unarchive`, also under the names
// that they had.
func newArchiveCmds(e *env) []*cobra.Command {
	archive := archiving{short: "Put a deck away; its history stays", done: "put away", archived: true}
	unarchive := archiving{short: "Take a deck that was put away back", done: "asked again"}
	retire, restore := newArchiveCmd(e, "retire", archive), newArchiveCmd(e, "restore", unarchive)
	retire.Hidden, restore.Hidden = true, true
	return []*cobra.Command{newArchiveCmd(e, "archive", archive), newArchiveCmd(e, "unarchive", unarchive), retire,
		restore}
}

// An archiving is one of the two ways.
type archiving struct {
	short, done string
	archived    bool
}

func newArchiveCmd(e *env, name string, way archiving) *cobra.Command {
	return &cobra.Command{
		Use:               name + " DECK…",
		Short:             way.short,
		Long:              way.short + ". So it is with the decks below it." + exitStatus(fault.Done, fault.Failed, fault.Usage),
		ValidArgsFunction: deckNames(e.opener),
		Args:              nArgs(1, -1, "the name of a deck (kartei decks lists them)"),
		RunE:              func(cmd *cobra.Command, names []string) error { return runArchive(cmd.Context(), e, way, names) },
	}
}

func runArchive(ctx context.Context, e *env, way archiving, names []string) error {
	return e.with(ctx, func(st *store.Store) error {
		var all []store.Deck
		for _, name := range names {
			found, err := findWithin(ctx, st, name)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		for _, d := range all {
			if err := st.Archive(ctx, d, way.archived, e.Moment()); err != nil {
				return err
			}
			fmt.Fprintf(e.Out, "%s: %s\n", show.Line(d.Name), way.done)
		}
		return nil
	})
}
