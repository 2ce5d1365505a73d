package cli

import (
	"context"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/store"
)

// paged prints what may be long through the learner's pager, where there is one. Ctrl-C
// is the pager's then.
func paged(e *env, wanted bool, print func() error) error {
	pager := e.Pager()
	if !wanted || pager == nil {
		return print()
	}
	e.interrupts.inEditor.Store(true)
	defer e.interrupts.inEditor.Store(false)
	return e.Paged(pager, print)
}

// nothingFound is the error of a search that finds no card, with the name that may have
// been meant as its hint.
func nothingFound(ctx context.Context, st *store.Store, words []string) error {
	hint, err := nearestTerm(ctx, st, words)
	if err != nil {
		return err
	}
	return fault.Failf(hint, "no card is like that: %s", strings.Join(words, " "))
}

// sayNothingFound is nothingFound for a list, which may be empty.
func sayNothingFound(ctx context.Context, e *env, st *store.Store, words []string) error {
	hint, err := nearestTerm(ctx, st, words)
	e.Say("no card is like that; %s", hint)
	return err
}

// nearestTerm finds the first tag or deck of a search that is not there, and its
// nearest.
func nearestTerm(ctx context.Context, st *store.Store, words []string) (hint string, err error) {
	hint = "kartei cards --help explains searches"
	for word := range strings.FieldsSeq(strings.Join(words, " ")) {
		key, value, _ := strings.Cut(strings.Trim(word, "-()"), ":")
		value = strings.Trim(value, `"`)
		var names []string
		switch key {
		case "tag":
			names, err = st.Tags(ctx)
		case "deck":
			var all []store.Deck
			all, err = st.Decks(ctx)
			names = deckNamesOf(all)
		}
		if err != nil {
			return hint, err
		}
		known := false
		for _, name := range names {
			known = known || name == value || within(name, value)
		}
		if !known && len(names) > 0 && !strings.ContainsAny(value, "*?") {
			return fault.DidYouMean(key+":", value, names, hint), nil
		}
	}
	return hint, nil
}
