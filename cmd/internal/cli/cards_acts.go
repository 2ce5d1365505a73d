package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// A cardAct is what a command does to cards.
type cardAct struct {
	name, done, short string
	kind              journal.Kind
	detail            func(now scheduler.Moment) journal.Detail
	// already reports whether a card is so.
	already func(c store.Card, now scheduler.Moment) bool
}

// fewCards is up to how many cards of a search nobody is asked.
const fewCards = 20

// cardActs are the commands that do something to cards.
func cardActs(e *env) []*cobra.Command {
	none := func(scheduler.Moment) journal.Detail { return journal.Detail{} }
	until := func(now scheduler.Moment) journal.Detail { return journal.Detail{Until: &now.Day} }
	buried := func(c store.Card, now scheduler.Moment) bool { return c.Buried >= now.Day }
	acts := []cardAct{
		{"suspend", "suspended", "Put cards away until they are unsuspended", journal.KindSuspend, none,
			func(c store.Card, _ scheduler.Moment) bool { return c.Suspended }},
		{"unsuspend", "unsuspended", "Bring suspended cards back", journal.KindUnsuspend, none,
			func(c store.Card, _ scheduler.Moment) bool { return !c.Suspended }},
		{"bury", "buried until tomorrow", "Put cards off until tomorrow", journal.KindBury, until, buried},
		{"unbury", "unburied", "Bring buried cards back today", journal.KindUnbury, none,
			func(c store.Card, now scheduler.Moment) bool { return !buried(c, now) }},
		{"reset", "made new", "Make cards new again; their history stays in the log", journal.KindReset, none,
			func(c store.Card, _ scheduler.Moment) bool { return c.State == scheduler.New && c.Reps == 0 }},
	}
	all := []*cobra.Command{newCardsShowCmd(e)}
	for _, act := range acts {
		all = append(all, newCardActCmd(e, func() (cardAct, error) { return act, nil }))
	}
	return append(all, newCardsFlagCmd(e))
}

func newCardActCmd(e *env, act func() (cardAct, error)) *cobra.Command {
	var yes bool
	named, _ := act()
	cmd := &cobra.Command{
		Use:   named.name + " ID…|SEARCH",
		Short: named.short,
		Long: named.short + `.

The cards are named by their ids, or are those that a search finds (kartei cards
--help explains searches). It says how many they are, and asks first if a search
finds more than ` + strconv.Itoa(fewCards) + `. kartei undo takes all of it back at once.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           fmt.Sprintf("  kartei cards %s 'deck:nato-en tag:nato'", named.name),
		ValidArgsFunction: cardWords(e.opener),
		Args:              nArgs(1, -1, "the id of a card, or a search (kartei cards lists what it finds)"),
		RunE: func(cmd *cobra.Command, words []string) error {
			act, err := act()
			if err != nil {
				return err
			}
			return runCardAct(cmd.Context(), e, act, words, yes)
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask, however many the search finds")
	return cmd
}

func newCardsFlagCmd(e *env) *cobra.Command {
	flag := 1
	cmd := newCardActCmd(e, func() (cardAct, error) {
		act := cardAct{"flag", "flagged", "Flag cards, to find them again with is:flagged", journal.KindFlag,
			func(scheduler.Moment) journal.Detail { return journal.Detail{Flag: flag} },
			func(c store.Card, _ scheduler.Moment) bool { return c.Flag == flag }}
		if flag == 0 {
			act.done = "without a flag"
		}
		if flag < 0 || flag > 7 {
			return act, fault.Usagef("kartei cards flag --as 3 ID", "a flag is 0 (none) to 7, not %d", flag)
		}
		return act, nil
	})
	cmd.Flags().IntVar(&flag, "as", 1, "which flag, 1 to 7; 0 takes it off")
	return cmd
}

// runCardAct does something to cards: all of it is one act, which undo takes back.
func runCardAct(ctx context.Context, e *env, act cardAct, words []string, yes bool) error {
	return e.with(ctx, func(st *store.Store) error {
		now := e.Moment()
		cards, searched, err := cardsNamed(ctx, st, now, words)
		if err != nil {
			return err
		}
		found := len(cards)
		cards = slices.DeleteFunc(cards, func(c store.Card) bool { return act.already(c, now) })
		if searched && len(cards) > fewCards && !yes {
			if ok, err := allowsMany(ctx, e.Console, act, len(cards), words); err != nil || !ok {
				return err
			}
		}
		if err := appendAct(ctx, st, act, now, cards); err != nil {
			return err
		}
		return sayActed(e.Console, act, cards, found, searched)
	})
}

// cardsNamed are the cards of these ids, or those that a search finds.
func cardsNamed(
	ctx context.Context, st *store.Store, now scheduler.Moment, words []string,
) (cards []store.Card, searched bool, err error) {
	if slices.ContainsFunc(words, store.LooksLikeQuery) {
		q, err := parseQuery(words)
		if err != nil {
			return nil, true, err
		}
		for card, err := range st.Cards(ctx, q, now) {
			if err != nil {
				return nil, true, err
			}
			cards = append(cards, card)
		}
		if len(cards) == 0 {
			return nil, true, nothingFound(ctx, st, words)
		}
		return cards, true, nil
	}
	for _, id := range words {
		card, err := findCard(ctx, st, id)
		if err != nil {
			return nil, false, err
		}
		if !slices.ContainsFunc(cards, func(c store.Card) bool { return c.ID == card.ID }) {
			cards = append(cards, card)
		}
	}
	return cards, false, nil
}

// allowsMany asks whether so many cards are meant. Where nobody is there to be asked,
// --yes has to say so.
func allowsMany(ctx context.Context, con *console.Console, act cardAct, n int, words []string) (yes bool, err error) {
	if !con.AtTerminal() {
		return false, fault.Failf(fmt.Sprintf("kartei cards %s --yes %s", act.name, shellWords(words)),
			"these are %s, and nobody is here to be asked", plural.Count(n, "card"))
	}
	asker, closeAsker, err := con.Asker(false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	yes, err = asker.Confirm(ctx, fmt.Sprintf("These are %s. %s?", plural.Count(n, "card"),
		strings.ToUpper(act.name[:1])+act.name[1:]+" them all"), false)
	return yes, ask.QuitIsFine(err)
}

// appendAct records what is done to all of the cards.
func appendAct(ctx context.Context, st *store.Store, act cardAct, now scheduler.Moment, cards []store.Card) error {
	if len(cards) == 0 {
		return nil
	}
	entries := make([]journal.Entry, len(cards))
	for i, card := range cards {
		entries[i] = journal.Entry{Moment: now, Kind: act.kind, Card: card.ID, Detail: act.detail(now)}
	}
	_, err := st.Append(ctx, entries[0], scheduler.Memory{}, entries[1:]...)
	return err
}

// sayActed says what was done, card by card for a few, and to how many.
func sayActed(con *console.Console, act cardAct, cards []store.Card, found int, searched bool) error {
	for _, card := range cards[:min(len(cards), fewCards)] {
		if _, err := fmt.Fprintf(con.Out, "%s: %s\n", act.kind,
			show.Cut(show.Line(card.Prompt), con.Width()-len(act.kind)-2)); err != nil {
			return err
		}
	}
	if more := len(cards) - fewCards; more > 0 {
		fmt.Fprintf(con.Out, "… and %d more\n", more)
	}
	if !searched && found == len(cards) {
		return nil
	}
	line := fmt.Sprintf("%s %s", plural.Count(len(cards), "card"), act.done)
	switch before := found - len(cards); {
	case before == 1:
		line += "; 1 was so before"
	case before > 1:
		line += fmt.Sprintf("; %d were so before", before)
	}
	fmt.Fprintln(con.Out, line)
	if len(cards) > 0 {
		con.Say("kartei undo takes it back")
	}
	return nil
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
		{"question", c.Prompt}, {"answer", answerText(c.Card)}, {"hint", c.Hint}, {"note", c.Note},
		{"source", c.Source},
		{"state", stateName(c)}, {"card", c.ID}, {"formerly", strings.Join(formerly[c.ID], " ")},
		{"fact", c.Deck + "/" + c.Fact}, {"place", fmt.Sprintf("%s:%d", c.File, c.Line)},
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
