package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/fault"
	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/store"
)

// drawOptions say which questions a quiz asks.
type drawOptions struct {
	decks     []string
	questions int
	seed      uint64
	seeded    bool // the seed was given
	personal  bool // the learner's own wrong answers are offered again: no form for others
	kinds     []string
	tags      []string
	sections  []string
	time      time.Duration
	title     string
}

func (o *drawOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&o.questions, "questions", 20, "ask at most `N` questions")
	f.Uint64Var(&o.seed, "seed", 0, "the `number` that decides questions, options and their order (default another each time)")
	f.StringSliceVar(&o.kinds, "kinds", nil, "only these `kinds`: choice, typed, set, sequence")
	f.StringArrayVar(&o.tags, "tag", nil, "only cards with this `tag`; may be repeated")
	f.StringArrayVar(&o.sections, "section", nil, "only below headings with these `words`; may be repeated")
	f.DurationVar(&o.time, "time", 0, "a time `limit`, such as 20m")
	f.StringVar(&o.title, "title", "", "the quiz's `title`")
	completeFlag(cmd, "kinds", cobra.FixedCompletions([]string{"choice", "typed", "set", "sequence"}, cobra.ShellCompDirectiveNoFileComp))
}

// draw makes a form of the collection's cards.
func (o *drawOptions) draw(ctx context.Context, clk *clock.Clock, st *store.Store) (*quiz.Form, error) {
	kinds, err := o.wanted()
	if err != nil {
		return nil, err
	}
	found, err := o.find(ctx, st)
	if err != nil {
		return nil, err
	}
	seed := o.seed
	if !o.seeded {
		seed = clk.Seed
	}
	var confused map[string][]string
	if o.personal {
		if confused, err = confusions(ctx, st); err != nil {
			return nil, err
		}
	}
	form, err := quiz.Draw(found, quiz.Options{
		Title: o.title, Questions: o.questions, Seed: seed, Kinds: kinds, Time: o.time, Keep: o.keep, Confused: confused,
	})
	if errors.Is(err, quiz.ErrNothing) {
		return nil, fault.Failf("short answers, lists and tables can be asked; see kartei quiz --help", "%w", err)
	}
	return form, err
}

func (o *drawOptions) wanted() ([]quiz.Kind, error) {
	var kinds []quiz.Kind
	for _, name := range o.kinds {
		if !slices.Contains(quiz.Kinds, quiz.Kind(name)) {
			return nil, fault.Usagef("--kinds choice,typed,set,sequence", "%q is not a kind of question", name)
		}
		kinds = append(kinds, quiz.Kind(name))
	}
	switch {
	case o.questions < 1 || o.questions > quiz.MaxQuestions:
		return nil, fault.Usagef("--questions 20", "a quiz has 1 to %d questions", quiz.MaxQuestions)
	case o.time < 0 || o.time > 24*time.Hour || o.time%time.Second != 0:
		return nil, fault.Usagef("--time 20m", "%s is not a time limit", o.time)
	}
	return kinds, nil
}

// find returns the decks with their facts; without names all that are live.
func (o *drawOptions) find(ctx context.Context, st *store.Store) ([]*decks.Deck, error) {
	found, err := findDecks(ctx, st, o.decks)
	if err == nil && len(o.decks) == 0 {
		found, err = st.Decks(ctx)
		found = slices.DeleteFunc(found, func(d store.Deck) bool { return !d.Live() })
	}
	if err != nil {
		return nil, err
	}
	var all []*decks.Deck
	for _, d := range found {
		for fact, err := range st.Facts(ctx, d) {
			if err != nil {
				return nil, err
			}
			d.Facts = append(d.Facts, *fact)
		}
		all = append(all, &d.Deck)
	}
	return all, nil
}

// keep reports whether a card has one of the tags and stands in one of the sections.
func (o *drawOptions) keep(_ *decks.Deck, fact *decks.Fact, card *decks.Card) bool {
	tagged := len(o.tags) == 0 || slices.ContainsFunc(o.tags, func(tag string) bool { return slices.Contains(card.Tags, tag) })
	return tagged && (len(o.sections) == 0 || slices.ContainsFunc(o.sections, func(words string) bool {
		return slices.ContainsFunc(fact.Section, func(title string) bool { return strings.Contains(strings.ToLower(title), strings.ToLower(words)) })
	}))
}
