package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/store"
)

func newUndoCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "undo",
		Short: "Take the last answer back",
		Long: `Undo takes back the last thing that you did to a card: an answer, a suspension,
a flag. Repeat it to go further back, also to earlier sessions. The log keeps
what was undone; the card is as if it had never happened.` + exitStatus(exitDone, exitFailed),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runUndo(cmd.Context(), e) },
	}
}

func runUndo(ctx context.Context, e *env) error {
	return e.with(ctx, func(st *store.Store) error {
		rows, err := st.Undo(ctx, e.moment())
		if errors.Is(err, store.ErrNothing) {
			return failf("kartei log shows what there is", "there is nothing to undo")
		}
		if err != nil {
			return err
		}
		card, err := st.Card(ctx, rows[0].Card)
		if errors.Is(err, store.ErrNotFound) {
			fmt.Fprintf(e.out, "Taken back: %s of a card that is no longer here\n", review.Act(&rows[0]))
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "Taken back: %s of %q\n", review.Act(&rows[0]), show.Cut(show.Line(card.Prompt), 160))
		return nil
	})
}
