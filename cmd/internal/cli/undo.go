package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
)

func newUndoCmd(e *env) *cobra.Command {
	var future bool
	cmd := &cobra.Command{
		Use:   "undo",
		Short: "Take the last answer back",
		Long: `Undo takes back the last thing that you did: an answer, a suspension, a flag, an
option with all that moved for it, a deck that was put away. Repeat it to go further
back, also to earlier sessions. The log keeps what was undone; all is as if it had
never happened.

--future takes back the answers that lie in the future: after the clock ran ahead
for a while, and only if it is right now. A backup is made before.` + exitStatus(fault.Done, fault.Failed),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if future {
				return undoFuture(cmd.Context(), e)
			}
			return runUndo(cmd.Context(), e)
		},
	}
	cmd.Flags().BoolVar(&future, "future", false, "take back all answers that are later than now")
	return cmd
}

// undoFuture takes back what was answered while the clock ran ahead. It keeps the
// collection as it was: where the clock is wrong now, that is all of it.
func undoFuture(ctx context.Context, e *env) error {
	return e.with(ctx, func(st *store.Store) error {
		f, err := st.Future(ctx, e.Moment())
		if err == nil && f.Answers == 0 {
			return fault.Failf("kartei undo takes the last answer back", "no answer lies in the future")
		}
		if err != nil {
			return err
		}
		b, err := st.Backup(ctx, "undo", e.Moment())
		if err != nil {
			return err
		}
		answers, err := st.UndoFuture(ctx, e.Moment())
		if err != nil {
			return err
		}
		fmt.Fprintf(e.Out, "Taken back: %s\n", plural.Count(len(answers), "answer"))
		e.Say("if the clock is wrong now, and was right then, set it and go back: kartei restore %s",
			fault.ShellWord(b.Path))
		return nil
	})
}

// sayFuture says that answers lie in the future, which no calendar could tell.
func sayFuture(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store) error {
	f, err := st.Future(ctx, clk.Moment())
	if err != nil || f.Answers == 0 {
		return err
	}
	now := clk.Now()
	lie := "lie"
	if f.Answers == 1 {
		lie = "lies"
	}
	con.Warn("%s %s in the future, the last on %s. If it is %s now, the clock was wrong then, and this takes them back: kartei undo --future. Else set the clock",
		plural.Count(f.Answers, "answer"), lie, time.UnixMilli(f.Last).In(now.Location()).Format("2 January 2006, 15:04"), now.Format("2 January 2006, 15:04"))
	return nil
}

func runUndo(ctx context.Context, e *env) error {
	return e.with(ctx, func(st *store.Store) error {
		rows, err := st.Undo(ctx, e.Moment())
		if errors.Is(err, store.ErrNothing) {
			return fault.Failf("kartei log shows what there is", "there is nothing to undo")
		}
		if err != nil {
			return err
		}
		if what := review.Taken(ctx, st, rows); what != "" {
			fmt.Fprintln(e.Out, "Taken back: "+what)
			return nil
		}
		if n := review.Same(rows); n > 1 {
			fmt.Fprintf(e.Out, "Taken back: %s of %s\n", review.Act(&rows[0]), plural.Count(n, "card"))
			return nil
		}
		card, err := st.Card(ctx, rows[0].Now)
		if errors.Is(err, store.ErrNotFound) {
			fmt.Fprintf(e.Out, "Taken back: %s of a card that is no longer here\n", review.Act(&rows[0]))
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.Out, "Taken back: %s of %q\n", review.Act(&rows[0]), show.Cut(show.Line(card.Prompt), 160))
		return nil
	})
}
