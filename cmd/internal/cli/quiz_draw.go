package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/store"
)

// drawOptions say which questions a quiz asks.
type drawOptions struct {
	decks     []string
	questions int
	seed      string // empty: one that nobody knows
	personal  bool   // the learner's own wrong answers are offered again: no form for others
	kinds     []string
	tags      []string
	sections  []string
	from      string   // a blueprint
	figures   string   // file of the figures that difficulties are taken from
	not       []string // forms that were used
	time      time.Duration
	title     string
}

func (o *drawOptions) flags(cmd *cobra.Command, e *opener) {
	f := cmd.Flags()
	f.IntVar(&o.questions, "questions", 20, "ask at most `N` questions")
	f.StringVar(&o.seed, "seed", "", "the `number` that decides questions, options and their order (default another each time)")
	f.StringSliceVar(&o.kinds, "kinds", nil, "only these `kinds`: choice, typed, set, sequence")
	f.StringArrayVar(&o.tags, "tag", nil, "only cards with this `tag`; may be repeated")
	f.StringArrayVar(&o.sections, "section", nil, "only below the heading with this `name`, or with these words; may be repeated")
	f.StringVar(&o.from, "from", "", "a blueprint, in place of --questions: \"section:Ukraine=5, tag:core=10\" (`parts`)")
	f.StringVar(&o.figures, "figures", "", "where difficulty:easy and the like in --from are taken from: a `file` of kartei analyze --csv (default your own log)")
	f.StringArrayVar(&o.not, "not", nil, "leave out what this `form` asks; may be repeated")
	f.DurationVar(&o.time, "time", 0, "a time `limit`, such as 20m")
	f.StringVar(&o.title, "title", "", "the quiz's `title`")
	completeFlag(cmd, "kinds", cobra.FixedCompletions([]string{"choice", "typed", "set", "sequence"},
		cobra.ShellCompDirectiveNoFileComp))
	completeFlag(cmd, "section", sectionNamesFor(e))
	completeFlag(cmd, "tag", tagNames(e))
}

// draw makes a form of the collection's cards, and says what it leaves out.
func (o *drawOptions) draw(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store,
) (*quiz.Form, error) {
	d, err := o.prepare(ctx, con, clk, st)
	if err != nil {
		return nil, err
	}
	return d.draw(con)
}

// A bank is what a form is drawn from.
type bank struct {
	from    []*decks.Deck
	options quiz.Options
	asked   int
	left    []string // why cards that were drawn are not asked
	spared  int      // facts of an appendix
	naming  string   // how to name that appendix
}

// prepare finds the decks, and makes options of flags.
func (o *drawOptions) prepare(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store,
) (*bank, error) {
	kinds, err := o.wanted()
	if err != nil {
		return nil, err
	}
	found, roots, err := o.find(ctx, con, st)
	if err != nil {
		return nil, err
	}
	seed, err := o.chosenSeed(clk)
	if err != nil {
		return nil, err
	}
	d := &bank{from: found, options: quiz.Options{Title: o.title, Questions: o.questions, Seed: seed, Kinds: kinds,
		Time: o.time}}
	sections := &sectionFinder{}
	if sections.all, err = sectionsOf(ctx, st, o.decks); err != nil {
		return nil, err
	}
	if d.options.Parts, err = o.parts(ctx, st, sections); err != nil {
		return nil, err
	}
	if d.asked = o.questions; len(d.options.Parts) > 0 {
		d.asked = 0
	}
	if d.options.Keep, err = o.keeper(d, sections); err != nil {
		return nil, err
	}
	d.options.Picture = func(deck *decks.Deck, fact *decks.Fact, address string) ([]byte, error) {
		return readPicture(roots[deck.Name], fact.File, address)
	}
	d.options.LeftOut = func(card *decks.Card, place, why string) {
		d.left = append(d.left, fmt.Sprintf("%s: %q: %s", place, show.Inline(card.Prompt), why))
	}
	if o.personal {
		d.options.Confused, err = confusions(ctx, st)
	}
	return d, err
}

// draw draws, and says what came out short or is left out.
func (d *bank) draw(out *console.Console) (*quiz.Form, error) {
	d.left, d.spared = nil, 0
	form, short, err := quiz.DrawParts(d.from, d.options)
	if n := len(d.left); n > 0 {
		for _, line := range d.left[:min(n, deckfolder.MaxLeft)] {
			out.Warn("not asked: %s", line)
		}
		if n > deckfolder.MaxLeft {
			out.Warn("not asked: %d more", n-deckfolder.MaxLeft)
		}
	}
	if d.spared > 0 {
		out.Say("%s of an appendix left out; name it, as in %s, to have it asked", plural.Count(d.spared, "fact"), d.naming)
	}
	if errors.Is(err, quiz.ErrNothing) {
		return nil, fault.Failf("short answers, lists and tables can be asked; see kartei quiz --help", "%w", err)
	}
	for _, s := range short {
		if s.Part != "" {
			out.Warn("%s has %d of %s", s.Part, s.Made, plural.Count(s.Of, "question"))
		}
	}
	return form, err
}

// chosenSeed is the one that was given, or 128 bits that nobody can guess.
func (o *drawOptions) chosenSeed(clk *clock.Clock) (seed quiz.Seed, err error) {
	switch {
	case o.seed != "":
		if seed, err = quiz.ParseSeed(o.seed); err != nil {
			return seed, fault.Usagef("--seed 7", "%w", err)
		}
		return seed, nil
	case clk.Fixed:
		return quiz.SeedOf(clk.Seed), nil
	}
	_, err = rand.Read(seed[:])
	return seed, err
}

func (o *drawOptions) wanted() ([]quiz.Kind, error) {
	kinds, err := kindsOf(o.kinds)
	switch {
	case err != nil:
		return nil, err
	case o.questions < 1 || o.questions > quiz.MaxQuestions:
		return nil, fault.Usagef("--questions 20", "a quiz has 1 to %d questions", quiz.MaxQuestions)
	case o.time < 0 || o.time > 24*time.Hour || o.time%time.Second != 0:
		return nil, fault.Usagef("--time 20m", "%s is not a time limit", o.time)
	}
	return kinds, nil
}

func kindsOf(names []string) ([]quiz.Kind, error) {
	var kinds []quiz.Kind
	for _, name := range names {
		if !slices.Contains(quiz.Kinds, quiz.Kind(name)) {
			return nil, fault.Usagef("--kinds choice,typed,set,sequence", "%q is not a kind of question", name)
		}
		kinds = append(kinds, quiz.Kind(name))
	}
	return kinds, nil
}

// find returns the decks with their facts, and the folders they are from;
// without names all that are live. Decks that are not for quizzes are left out.
func (o *drawOptions) find(
	ctx context.Context, out *console.Console, st *store.Store,
) (all []*decks.Deck, roots map[string]string, err error) {
	found, err := o.named(ctx, st)
	if err != nil {
		return nil, nil, err
	}
	roots = map[string]string{}
	for _, d := range found {
		if d.NoQuiz {
			out.Say("%s is left out: its header says quiz: never", d.Name)
			continue
		}
		for fact, err := range st.Facts(ctx, d) {
			if err != nil {
				return nil, nil, err
			}
			d.Facts = append(d.Facts, *fact)
		}
		all = append(all, &d.Deck)
		roots[d.Name] = d.Root
	}
	return all, roots, nil
}

// named are the decks that were named, with those below them; a folder of decks
// goes by its name, too.
func (o *drawOptions) named(ctx context.Context, st *store.Store) (found []store.Deck, err error) {
	for _, name := range o.decks {
		if err := knowDeck(ctx, st, name); err != nil {
			return nil, err
		}
	}
	all, err := st.Decks(ctx)
	for _, d := range all {
		below := func(name string) bool { return within(d.Name, name) }
		if slices.Contains(o.decks, d.Name) || d.Live() && (len(o.decks) == 0 || slices.ContainsFunc(o.decks, below)) {
			found = append(found, d)
		}
	}
	return found, err
}

// A keeper reports whether a card may be asked.
type keeper = func(*decks.Deck, *decks.Fact, *decks.Card) bool

// keeper takes cards that have one of the tags, stand in one of the sections,
// and were not asked before. What stands in an appendix was put there in order
// not to be asked, unless it is named: by that word, or by a section that is nowhere else.
func (o *drawOptions) keeper(d *bank, sections *sectionFinder) (keeper, error) {
	used, err := o.used()
	if err != nil {
		return nil, err
	}
	var within []keeper
	for _, name := range o.sections {
		in, err := sections.find(name)
		if err != nil {
			return nil, err
		}
		within = append(within, in)
	}
	named := o.namesAppendix()
	spared := map[*decks.Fact]bool{}
	return func(deck *decks.Deck, fact *decks.Fact, card *decks.Card) bool {
		kept := !slices.ContainsFunc(fact.Cards, func(c decks.Card) bool { return used.asks(&c) }) &&
			(len(o.tags) == 0 || slices.ContainsFunc(o.tags,
				func(tag string) bool { return slices.Contains(card.Tags, tag) })) &&
			(len(within) == 0 || slices.ContainsFunc(within, func(in keeper) bool { return in(deck, fact, card) }))
		naming, spare := inAppendix(deck.Name, fact.Section)
		if !kept || named || !spare ||
			slices.ContainsFunc(sections.appended, func(in keeper) bool { return in(deck, fact, card) }) {
			return kept
		}
		if !spared[fact] {
			spared[fact] = true
			d.spared++
			d.naming = naming
		}
		return false
	}, nil
}

// A sectionFinder finds the sections that are named, and remembers which of the names
// are those of an appendix.
type sectionFinder struct {
	all      []store.Section
	appended []keeper
}

// find takes the cards of the sections that a name names.
func (f *sectionFinder) find(name string) (keeper, error) {
	found, err := findSections(f.all, name)
	in := func(deck *decks.Deck, fact *decks.Fact, _ *decks.Card) bool {
		return slices.ContainsFunc(found, func(s store.Section) bool {
			return s.Deck == deck.Name && slices.Equal(s.Path, fact.Section)
		})
	}
	elsewhere := func(s store.Section) bool {
		_, is := inAppendix(s.Deck, s.Path)
		return !is
	}
	if !slices.ContainsFunc(found, elsewhere) {
		f.appended = append(f.appended, in)
	}
	return in, err
}

// inAppendix reports whether a section of a deck is in an appendix, and how that is
// named.
func inAppendix(deck string, section []string) (naming string, is bool) {
	if slices.ContainsFunc(strings.Split(deck, "/"), decks.IsAppendix) {
		return fault.ShellWord(deck), true
	}
	i := slices.IndexFunc(section, decks.IsAppendix)
	if i < 0 {
		return "", false
	}
	return "--section " + fault.ShellWord(section[i]), true
}

func (o *drawOptions) namesAppendix() bool {
	return slices.ContainsFunc(append(append([]string{o.from}, o.decks...), o.sections...), decks.NamesAppendix)
}

// used are the questions of forms.
type used struct{ prompts, cards map[string]bool }

func (u used) asks(c *decks.Card) bool { return u.cards[c.ID] || u.prompts[quiz.AsAsked(c.Prompt)] }

// used reads the forms that --not names.
func (o *drawOptions) used() (used, error) {
	u := used{map[string]bool{}, map[string]bool{}}
	for _, name := range o.not {
		form, err := readForm(name)
		if err != nil {
			return u, err
		}
		for i := range form.Questions {
			q := &form.Questions[i]
			u.prompts[quiz.AsAsked(q.Prompt)] = true
			if q.Card != "" {
				u.cards[q.Card] = true
			}
		}
	}
	return u, nil
}
