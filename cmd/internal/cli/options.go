package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
)

type deckOptions struct {
	deck   string            // "" is all decks
	values map[string]string // by option name; "" takes a setting away
	asJSON bool
}

func newDeckOptionsCmd(e *env) *cobra.Command {
	opts := deckOptions{values: map[string]string{}}
	cmd := &cobra.Command{
		Use:   "options [DECK]",
		Short: "Show or set how a deck is scheduled",
		Long: `Options shows the options of a deck and where each comes from: set for the deck
itself, inherited from the deck around it, or the default. With flags it sets
them. Without a DECK they hold for all decks. An empty value ("--retention=")
takes a setting away.

Options are the learner's and stay in the collection; a deck file has none.
After a change the cards are planned anew from the log, which stays as it is.` + exitStatus(exitDone, exitFailed, exitUsage),
		Example:           "  kartei decks options nato-en --new 10 --retention 0.92\n  kartei decks options nato-en --exam 2026-12-15 --goal 0.95",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: e.deckNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			cmd.Flags().Visit(func(f *pflag.Flag) {
				if name, ok := optionName(f.Name); ok {
					opts.values[name] = f.Value.String()
				}
			})
			return runDeckOptions(cmd.Context(), e, opts)
		},
	}
	for _, name := range scheduler.Names() {
		cmd.Flags().String(flagName(name), "", scheduler.Describe(name))
	}
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

func flagName(option string) string { return strings.ReplaceAll(option, "_", "-") }

func optionName(flag string) (string, bool) {
	name := strings.ReplaceAll(flag, "-", "_")
	return name, slices.Contains(scheduler.Names(), name)
}

func runDeckOptions(ctx context.Context, e *env, opts deckOptions) error {
	return e.with(ctx, func(st *store.Store) error {
		if opts.deck != "" {
			if _, err := findDecks(ctx, st, []string{opts.deck}); err != nil {
				return err
			}
		}
		if len(opts.values) > 0 {
			if err := st.Set(ctx, opts.deck, opts.values); err != nil {
				return &failure{exitUsage, err, "kartei decks options --help explains each option"}
			}
		}
		options, err := st.Options(ctx, opts.deck)
		if err != nil {
			return err
		}
		if opts.asJSON {
			return writeJSON(e.out, options)
		}
		own, err := st.Settings(ctx, opts.deck)
		if err != nil {
			return err
		}
		names := scheduler.Names()
		if len(opts.values) > 0 {
			names = slices.DeleteFunc(names, func(name string) bool { _, set := opts.values[name]; return !set })
		}
		if err := e.printOptions(names, options, own); err != nil {
			return err
		}
		return e.printExam(ctx, st, opts.deck, options)
	})
}

func (e *env) printOptions(names []string, o scheduler.Options, own map[string]string) error {
	t := show.Table{Columns: []show.Column{{Title: "option"}, {Title: "value"}, {Title: "set"}, {Title: "what it is for"}}}
	defaults := scheduler.Defaults()
	for _, name := range names {
		value, err := o.Get(name)
		if err != nil {
			return err
		}
		standard, err := defaults.Get(name)
		if err != nil {
			return err
		}
		where := "default"
		if _, ok := own[name]; ok {
			where = "here"
		} else if value != standard {
			where = "above"
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: flagName(name), Style: show.Bold}, {Text: value}, {Text: where, Style: show.Dim}, {Text: scheduler.Describe(name), Style: show.Dim}})
	}
	return e.printTable(t)
}

// printTable prints a table: as wide as the terminal, or for a program, whole.
func (e *env) printTable(t show.Table) error {
	width := math.MaxInt32
	if isTerminal(e.out) {
		width = e.width()
	}
	for _, l := range (show.Page{Width: width, Palette: e.palette()}).Table(t) {
		if _, err := fmt.Fprintln(e.out, l); err != nil {
			return err
		}
	}
	return nil
}
