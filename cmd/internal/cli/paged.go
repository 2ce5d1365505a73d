package cli

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/decks"
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

// keyedTerm is a term of a search with a key and a value.
const keyedTerm = `([\pL]+):("[^"]*"|[^\s()]*)`

// headingsWith are the headings that have as many as possible of the words that a text
// begins with.
func headingsWith(all []store.Section, text string) (found []string) {
	for words := strings.Fields(text); len(words) > 0 && found == nil; words = words[:len(words)-1] {
		for _, s := range all {
			last := s.Path[len(s.Path)-1:]
			if decks.SectionHas(last, strings.Join(words, " ")) && !slices.Contains(found, last[0]) {
				found = append(found, last[0])
			}
		}
	}
	return found
}

// nearestHeading is a hint for a section of a search that is not there. What stands
// after it may be meant as a part of its name.
func nearestHeading(ctx context.Context, st *store.Store, name, after string) (hint string, ok bool, err error) {
	all, err := st.Sections(ctx)
	is := func(s store.Section) bool { return decks.SectionIs(s.Path, name) }
	if err != nil || strings.ContainsAny(name, "*?") || slices.ContainsFunc(all, is) {
		return "", false, err
	}
	near := headingsWith(headingsOf(all), name+after)
	if len(near) == 0 {
		near = fault.Nearest(name, sectionNames(all))
	}
	if len(near) == 0 {
		return "", false, nil
	}
	near = slices.Clone(near[:min(3, len(near))])
	for i, n := range near {
		near[i] = sectionTerm(n)
	}
	return "did you mean: " + strings.Join(near, ", "), true, nil
}

// sectionTerm is a section as a term of a search, which needs no quotes.
func sectionTerm(name string) string {
	parts := strings.Split(name, decks.SectionSeparator)
	for i, part := range parts {
		parts[i] = decks.SectionWord(part)
	}
	return "section:" + strings.Join(parts, decks.SectionSeparator)
}

// nearestTerm finds the first tag or deck of a search that is not there, and its
// nearest.
func nearestTerm(ctx context.Context, st *store.Store, words []string) (hint string, err error) {
	hint = "kartei cards --help explains searches"
	text := strings.Join(words, " ")
	for _, found := range regexp.MustCompile(keyedTerm).FindAllStringSubmatchIndex(text, -1) {
		key, value := strings.ToLower(text[found[2]:found[3]]), strings.Trim(text[found[4]:found[5]], `"`)
		var names []string
		switch key {
		case "section":
			if hint, ok, err := nearestHeading(ctx, st, value, text[found[5]:]); err != nil || ok {
				return hint, err
			}
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
