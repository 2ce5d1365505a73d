package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// cardActs are the commands that do something to cards named by id.
func cardActs(e *env) []*cobra.Command {
	act := func(use, short string, entry func(scheduler.Moment) journal.Entry) *cobra.Command {
		return &cobra.Command{
			Use:   use + " ID…",
			Short: short,
			Long:  short + ".\nkartei undo takes it back." + exitStatus(fault.Done, fault.Failed, fault.Usage),
			Args:  nArgs(1, -1, "the id of a card (kartei cards lists them)"),
			RunE: func(cmd *cobra.Command, ids []string) error {
				return runCardAct(cmd.Context(), e, ids, entry)
			},
		}
	}
	kind := func(k journal.Kind) func(scheduler.Moment) journal.Entry {
		return func(now scheduler.Moment) journal.Entry { return journal.Entry{Moment: now, Kind: k} }
	}
	return []*cobra.Command{
		newCardsShowCmd(e),
		act("suspend", "Put cards away until they are unsuspended", kind(journal.KindSuspend)),
		act("unsuspend", "Bring suspended cards back", kind(journal.KindUnsuspend)),
		act("bury", "Put cards off until tomorrow", func(now scheduler.Moment) journal.Entry {
			return journal.Entry{Moment: now, Kind: journal.KindBury, Detail: journal.Detail{Until: &now.Day}}
		}),
		act("unbury", "Bring buried cards back today", kind(journal.KindUnbury)),
		act("reset", "Make cards new again; their history stays in the log", kind(journal.KindReset)),
		newCardsFlagCmd(e),
	}
}

func newCardsFlagCmd(e *env) *cobra.Command {
	flag := 1
	cmd := &cobra.Command{
		Use:   "flag ID…",
		Short: "Flag cards, to find them again with is:flagged",
		Args:  nArgs(1, -1, "the id of a card (kartei cards lists them)"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			if flag < 0 || flag > 7 {
				return fault.Usagef("kartei cards flag --as 3 ID", "a flag is 0 (none) to 7, not %s", strconv.Itoa(flag))
			}
			return runCardAct(cmd.Context(), e, ids, func(now scheduler.Moment) journal.Entry {
				return journal.Entry{Moment: now, Kind: journal.KindFlag, Detail: journal.Detail{Flag: flag}}
			})
		},
	}
	cmd.Flags().IntVar(&flag, "as", 1, "which flag, 1 to 7; 0 takes it off")
	return cmd
}

func runCardAct(ctx context.Context, e *env, ids []string, entry func(scheduler.Moment) journal.Entry) error {
	return e.with(ctx, func(st *store.Store) error {
		for _, id := range ids {
			card, err := findCard(ctx, st, id)
			if err != nil {
				return err
			}
			act := entry(e.Moment())
			act.Card = card.ID
			if _, err := st.Append(ctx, act, scheduler.Memory{}); err != nil {
				return err
			}
			fmt.Fprintf(e.Out, "%s: %s\n", act.Kind, show.Cut(show.Line(card.Prompt), 90))
		}
		return nil
	})
}

func findCard(ctx context.Context, st *store.Store, id string) (store.Card, error) {
	card, err := st.Card(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return card, fault.Failf("kartei cards lists them", "there is no card %q", id)
	}
	return card, err
}

func newCardsShowCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "show ID…",
		Short: "Show cards with answers and history",
		Args:  nArgs(1, -1, "the id of a card (kartei cards lists them)"),
		RunE: func(cmd *cobra.Command, ids []string) error {
			return e.with(cmd.Context(), func(st *store.Store) error {
				for _, id := range ids {
					card, err := findCard(cmd.Context(), st, id)
					if err != nil {
						return err
					}
					if err := showCard(cmd.Context(), e.Console, e.Clock, st, card); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func showCard(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, c store.Card) error {
	page := show.Page{Width: con.Width(), Palette: con.Palette()}
	formerly, err := st.Formerly(ctx)
	if err != nil {
		return err
	}
	for _, part := range []struct{ name, text string }{
		{"question", c.Prompt}, {"answer", answerText(c.Card)}, {"hint", c.Hint}, {"note", c.Note}, {"source", c.Source},
		{"state", stateName(c)}, {"card", c.ID}, {"formerly", strings.Join(formerly[c.ID], " ")}, {"fact", c.Deck + "/" + c.Fact}, {"place", fmt.Sprintf("%s:%d", c.File, c.Line)},
	} {
		if part.text == "" {
			continue
		}
		fmt.Fprintln(con.Out, page.Palette.Paint(show.Dim, part.name))
		for _, l := range page.Markdown(part.text) {
			fmt.Fprintln(con.Out, "  "+l)
		}
	}
	heading := page.Palette.Paint(show.Dim, "history") + "\n"
	for r, err := range st.Log(ctx, store.LogQuery{Card: c.ID}, clk.Moment()) {
		if err != nil {
			return err
		}
		fmt.Fprint(con.Out, heading)
		heading = ""
		if err := printRow(ctx, con, st, r); err != nil {
			return err
		}
	}
	return nil
}
