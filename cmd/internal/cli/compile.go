package cli

import (
	"context"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/store"
	"kartei/store/journal"
)

func newCompileCmd(e *env) *cobra.Command {
	var opts compiler.Options
	var follow string
	cmd := &cobra.Command{
		Use:   "compile [PATH…]",
		Short: "Put decks into the collection",
		Long: `Compile turns deck files into cards of the collection. PATH is a file or a
folder; without one it compiles the decks that come with the program.

It prints its plan: what is new, edited (history kept), retired (gone from the
files, history kept) and unchanged; with -v and --dry-run each card by name. A deck
with errors is left as it was.

A history belongs to what was learned, a question with its answer, and follows it
under another id, into another file, and to another deck. Where an id stands over
another text now, of which neither side can be recognised, and you had learned the
card, a compile at a terminal asks; else the history follows the text. --follow ids
says that it stays with the id: now, or later, for what earlier compiles did. It
also asks before it retires more than a tenth of a deck that you have learned.

What was compiled once is compiled by itself when its files have changed, before
the next review, quiz, list or export: kartei config compile says how. Where more
than a tenth of a deck that you learn would go, that is left to you.

A folder may be moved. But a deck that another folder holds still, as after one
was copied, is left as that one has it, and so is one of which a newer text was learned
already, from elsewhere; --take-over says that this one counts.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.DeckErrors, fault.Newer, fault.Damaged),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Paths, opts.Follow = args, journal.Follow(follow)
			if follow != "" && opts.Follow != journal.FollowText && opts.Follow != journal.FollowIDs {
				return fault.Usagef("--follow text, or --follow ids",
					"a history follows neither text nor ids: %q", follow)
			}
			return runCompile(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.DryRun, "dry-run", false, "print the plan card by card, change nothing")
	cmd.Flags().BoolVarP(&opts.Verbose, "verbose", "v", false, "print the plan card by card")
	cmd.Flags().StringVar(&follow, "follow", "", "`WHAT` a history follows where an id stands over another text: text or ids")
	cmd.Flags().BoolVar(&opts.TakeOver, "take-over", false, "take decks that another folder holds, too")
	cmd.Flags().BoolVar(&opts.AsJSON, "json", false, "print the plan as one JSON object")
	completeFlag(cmd, "follow", oneOfThese(string(journal.FollowText), string(journal.FollowIDs)))
	return cmd
}

func runCompile(ctx context.Context, e *env, opts compiler.Options) error {
	all := []deckfolder.Folder{deckfolder.Library()}
	if len(opts.Paths) > 0 {
		var err error
		if all, err = deckfolder.Open(opts.Paths); err != nil {
			return err
		}
		defer deckfolder.CloseAll(all)
	}
	opts.MayAsk = e.AtTerminal() && !opts.AsJSON && !opts.DryRun && opts.Follow == ""
	return e.with(ctx, func(st *store.Store) error {
		var sum compiler.Result
		for _, s := range all {
			one, err := compiler.Compile(ctx, e.Console, e.Clock, st, s, opts)
			if err != nil {
				return err
			}
			sum.Add(one)
		}
		if opts.AsJSON {
			if err := sum.CountUnchanged(ctx, st); err != nil {
				return err
			}
		}
		return compiler.Say(ctx, e.Console, sum, opts)
	})
}
