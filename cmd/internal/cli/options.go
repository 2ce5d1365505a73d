package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/store"
)

type deckOptions struct {
	deck       string            // "" is all decks
	values     map[string]string // by option name; "" takes a setting away
	reschedule bool              // plan the cards anew by them
	yes        bool              // without asking
	asJSON     bool
}

func newDeckOptionsCmd(e *env) *cobra.Command {
	opts := deckOptions{values: map[string]string{}}
	var away string
	cmd := &cobra.Command{
		Use:   "options [DECK]",
		Short: "Show or set how a deck is scheduled",
		Long: `Options shows the options of a deck and where each comes from: set for the deck
itself, for the deck around it, for all decks, or the default. With flags it sets
them. Without a DECK they hold for all decks. An empty value ("--retention=")
takes a setting away.

The limits of a deck hold for it and the decks below it together, and so do those of
a folder of decks for which new, reviews or an exam is set. What is set for all
decks holds for each.

Options are the learner's and stay in the collection; a deck file has none.
They act from each card's next answer on: every card stays due on the day that you
were told. Naming an exam is another matter: it says which cards move, and asks; so
does --reschedule with any option. kartei undo takes back what was set, and what moved
with it.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei decks options nato-en --new 10 --retention 0.92\n  kartei decks options nato-en --exam 2026-12-15 --goal 0.95",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			cmd.Flags().Visit(func(f *pflag.Flag) {
				if scheduler.Known(f.Name) || f.Value.Type() == unknownOption {
					opts.values[f.Name] = f.Value.String()
				}
			})
			if away != "" {
				if len(opts.values) > 0 {
					return fault.Usagef("kartei plan --away "+fault.ShellWord(away), "--away goes alone")
				}
				return runPlan(cmd.Context(), e, planOptions{deck: opts.deck, away: away, yes: opts.yes, asJSON: opts.asJSON})
			}
			return runDeckOptions(cmd.Context(), e, opts)
		},
	}
	for _, name := range scheduler.Names() {
		cmd.Flags().String(name, "", scheduler.Describe(name))
		completeFlag(cmd, name, oneOfThese(optionValues[name]...))
	}
	cmd.Flags().StringVar(&away, "away", "", "the `days` on which you will not learn, 2026-12-20..2027-01-03: as kartei plan --away")
	cmd.Flags().BoolVar(&opts.reschedule, "reschedule", false, "plan the cards anew, by the options as they are then")
	cmd.Flags().BoolVar(&opts.yes, "yes", false, "do not ask before cards are moved")
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	takeUnknown(cmd)
	return cmd
}

// optionValues are the words that options take; other options take numbers and days.
var optionValues = map[string][]string{
	"order": {"urgent", "oldest", "shortest", "longest", "hardest", "easiest", "random"}, "new-order": {"deck", "authored", "random"},
	"mix": {"mixed", "new-first", "new-last"}, "exam": {"none"}, "exam-pace": {"plan", "limit"},
	"bury-new": {"on", "off"}, "bury-reviews": {"on", "off"}, "bury-learning": {"on", "off"},
	"leech-suspend": {"on", "off"}, "fuzz": {"on", "off"}, "balance": {"on", "off"}, "model": {"fsrs-6", "fsrs-7"},
}

// unknownOption is the type of a flag for an option that this version does not
// have: it takes no value but the empty one, which takes a setting away.
const unknownOption = "option"

type takenAway struct{ name string }

func (takenAway) String() string { return "" }
func (takenAway) Type() string   { return unknownOption }
func (t takenAway) Set(value string) error {
	if value == "" {
		return nil
	}
	return fmt.Errorf("unknown flag: --%s", t.name)
}

// takeUnknown makes flags, as they are met, of options that a newer version may
// have set, so that "--name=" takes them away.
func takeUnknown(cmd *cobra.Command) {
	flags := cmd.Flags()
	known := map[string]bool{"help": true, "json": true, "away": true, "reschedule": true, "yes": true}
	for _, name := range scheduler.Names() {
		known[name] = true
	}
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if !known[name] && cmd.Root().PersistentFlags().Lookup(name) == nil {
			known[name] = true
			flags.AddFlag(&pflag.Flag{Name: name, Value: takenAway{name}, Hidden: true})
		}
		return pflag.NormalizedName(name)
	})
}

// nameOf is the option that an error is about; empty if it is about none.
func nameOf(err error) string {
	var wrong *scheduler.OptionError
	if errors.As(err, &wrong) {
		return wrong.Name
	}
	return ""
}

func runDeckOptions(ctx context.Context, e *env, opts deckOptions) error {
	if err := refusePast(e.Clock, opts.values); err != nil {
		return err
	}
	return e.with(ctx, func(st *store.Store) error {
		if opts.deck != "" {
			if err := knowDeck(ctx, st, opts.deck); err != nil {
				return err
			}
		}
		if len(opts.values) > 0 || opts.reschedule {
			err := setOptions(ctx, e, st, opts)
			if errors.Is(err, errNotSet) {
				return nil
			}
			if _, given := opts.values[nameOf(err)]; given {
				return fault.WithHint(fault.Usage, err, "kartei decks options --help explains each option")
			}
			if err != nil {
				return err
			}
		}
		if err := sayUnknown(ctx, e.Console, st); err != nil {
			return err
		}
		options, err := st.Options(ctx, opts.deck)
		if err != nil {
			return err
		}
		if opts.asJSON {
			return show.JSON(e.Out, options)
		}
		from, err := origins(ctx, st, opts.deck)
		if err != nil {
			return err
		}
		if options.Fitted != "" {
			from["parameters"], from["model"] = "fitted", "fitted"
		}
		names := scheduler.Names()
		if len(opts.values) > 0 {
			names = slices.DeleteFunc(names, func(name string) bool { _, set := opts.values[name]; return !set })
		}
		if len(names) == 0 { // what was taken away is not an option here
			return nil
		}
		if err := printOptions(e.Console, names, options, from); err != nil {
			return err
		}
		if opts.values["retention"] != "" {
			e.Say("what a retention costs: %s", withScope("kartei simulate", opts.deck))
		}
		return printExam(ctx, e.Console, e.Clock, st, opts.deck, options)
	})
}

// errNotSet is the error of options that were not set after all.
var errNotSet = errors.New("nothing was set")

// setOptions sets the options. Where they name an exam, or the cards are to be planned
// anew, it says what moves, and asks.
func setOptions(ctx context.Context, e *env, st *store.Store, opts deckOptions) error {
	now := e.Moment()
	exam := opts.values["exam"]
	if !opts.reschedule && (exam == "" || exam == "none" || exam == "default") {
		if err := st.Set(ctx, opts.deck, opts.values, now); err != nil || !planning(opts.values) {
			return err
		}
		moves, err := st.Moves(ctx, opts.deck)
		if err == nil && len(moves) > 0 {
			e.Say("no card moves now; planned anew, %s would: %s --reschedule", show.Number(len(moves), "card"),
				withScope("kartei decks options", opts.deck))
		}
		return err
	}
	moves, err := st.SetAndMove(ctx, opts.deck, opts.values, now, true)
	if err != nil {
		return err
	}
	if len(moves) > 0 {
		anyway := withScope("kartei decks options", opts.deck) + " --reschedule --yes"
		if exam != "" {
			anyway = withScope("kartei decks options", opts.deck) + " --exam " + fault.ShellWord(exam) + " --yes"
		}
		yes, err := sayMoves(ctx, e, st, movesOptions{deck: opts.deck, yes: opts.yes, asJSON: opts.asJSON,
			question: "Move them?", anyway: anyway}, moves)
		if err == nil && !yes {
			e.Say("nothing was set")
			err = errNotSet
		}
		if err != nil {
			return err
		}
	}
	moves, err = st.SetAndMove(ctx, opts.deck, opts.values, now, false)
	switch {
	case err != nil:
	case len(moves) > 0:
		e.Say("%s moved; kartei undo takes it back", show.Number(len(moves), "card"))
	case opts.reschedule:
		e.Say("every card is due when it would be, planned anew")
	}
	return err
}

// planning reports whether some of the options choose when a card comes back.
func planning(values map[string]string) bool {
	return slices.ContainsFunc([]string{"retention", "max-interval", "easy-days", "exam", "goal", "model", "parameters", "steps", "relearning"},
		func(name string) bool { _, set := values[name]; return set })
}

// sayUnknown names the options that were kept for a newer version.
func sayUnknown(ctx context.Context, con *console.Console, st *store.Store) error {
	unknown, err := st.UnknownSettings(ctx)
	for _, u := range unknown {
		con.Say("%s", show.Line(fmt.Sprintf("left alone: the option %s (%s) of %s, which this version does not have; %s forgets it",
			u.Name, u.Value, cmp.Or(u.Deck, "all decks"), unsetCommand(u.Deck, u.Name))))
	}
	return err
}

// origins tells, by option name, where a deck's settings were set: "here", or
// the deck around it that has them.
func origins(ctx context.Context, st *store.Store, deck string) (map[string]string, error) {
	from := map[string]string{}
	for scope, where := deck, "here"; ; {
		own, err := st.Settings(ctx, scope)
		if err != nil {
			return nil, err
		}
		for name := range own {
			if from[name] == "" {
				from[name] = where
			}
		}
		if scope == "" {
			return from, nil
		}
		scope = scope[:max(0, strings.LastIndexByte(scope, '/'))]
		if where = scope; scope == "" {
			where = "all decks"
		}
	}
}

func printOptions(con *console.Console, names []string, o scheduler.Options, from map[string]string) error {
	t := show.Table{Columns: []show.Column{{Title: "option", Whole: true}, {Title: "value"}, {Title: "set"}, {Title: "what it is for"}}}
	for _, name := range names {
		value, err := o.Get(name)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: name, Style: show.Bold}, {Text: value},
			{Text: cmp.Or(from[name], "default"), Style: show.Dim}, {Text: scheduler.Describe(name), Style: show.Dim}})
	}
	return con.PrintTable(t)
}
