package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store"
	"kartei/store/queue"
)

func newDecksCmd(e *env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "decks",
		Short: "List the decks and what they have for today",
		Long: `Decks lists the decks of the collection, each with the decks below it, and the
folders of decks. New, learning and due are the
cards that a review of the deck would still ask today, within its limits: never
answered, in their steps or missed, and due for review.` + exitStatus(fault.Done, fault.Failed),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDecks(cmd.Context(), e, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.AddCommand(newDeckOptionsCmd(e), newDecksCopyCmd(e))
	cmd.AddCommand(newArchiveCmds(e)...)
	return cmd
}

func runDecks(ctx context.Context, e *env, asJSON bool) error {
	return withFresh(ctx, e, func(st *store.Store) error {
		status, err := st.Status(ctx, e.Moment(), 0)
		if err != nil {
			return err
		}
		if asJSON {
			return show.JSON(e.Out, newStatusJSON(e.Clock, status))
		}
		rows, err := withFolders(ctx, st, e.Moment(), status.Decks)
		if err != nil {
			return err
		}
		err = printDecks(e.Console, rows)
		sayPutAway(e.Console, status.Decks)
		return err
	})
}

// sayPutAway names decks that were put away, a few of many: no table has them.
func sayPutAway(con *console.Console, all []queue.DeckStatus) {
	var away []string
	for _, d := range all {
		if d.Archived && d.Cards > 0 {
			away = append(away, d.Name)
		}
	}
	if len(away) == 0 {
		return
	}
	const few = 3
	if more := len(away) - few; more > 0 {
		away = append(away[:few], fmt.Sprintf("and %d more", more))
	}
	con.Say("put away: %s; kartei decks unarchive DECK takes one back", strings.Join(away, ", "))
}

// printDecks prints decks as a table.
func printDecks(con *console.Console, rows []queue.DeckStatus) error {
	t := show.Table{Columns: []show.Column{
		{Title: "deck", Whole: true}, {Title: "new", Right: true}, {Title: "learning", Right: true}, {Title: "due", Right: true},
		{Title: "cards", Right: true}, {Title: "title"},
	}}
	number := func(n int) show.Cell { return show.Cell{Text: strconv.Itoa(n)} }
	for _, d := range rows {
		t.Rows = append(t.Rows, []show.Cell{
			{Text: d.Name, Style: show.Bold}, number(d.New), number(d.Learning), number(d.Due), number(d.Cards), {Text: d.Title},
		})
	}
	return con.PrintTable(t)
}
