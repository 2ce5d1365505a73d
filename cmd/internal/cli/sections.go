package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/decks"
	"kartei/store"
)

// sectionsOf are the sections of some decks and of those below them; of all decks, if
// none is named.
func sectionsOf(ctx context.Context, st *store.Store, names []string) ([]store.Section, error) {
	all, err := st.Sections(ctx)
	if len(names) == 0 {
		return all, err
	}
	return slices.DeleteFunc(all, func(s store.Section) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return within(s.Deck, name) })
	}), err
}

// findSections finds those that are named: below a heading of that name or, if there
// is none, below one with these words.
func findSections(all []store.Section, name string) ([]store.Section, error) {
	for _, is := range []func([]string, string) bool{decks.SectionIs, decks.SectionHas} {
		found := slices.DeleteFunc(slices.Clone(all), func(s store.Section) bool { return !is(s.Path, name) })
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, fault.Failf(nearestSection(all, name), "there is no section %q", name)
}

// nearestSection is a hint that names the section which was probably meant.
func nearestSection(all []store.Section, name string) string {
	names := sectionNames(all)
	if near := fault.Nearest(name, names); len(near) > 0 {
		for i := range near {
			near[i] = fault.ShellWord(near[i])
		}
		return "did you mean: " + strings.Join(near, ", ")
	}
	if len(names) == 0 {
		return "there are no headings above the facts"
	}
	const few = 6
	if len(names) > few {
		names = append(slices.Clone(names[:few]), "…")
	}
	return "there are: " + strings.Join(names, ", ")
}

// inSections asks for the cards of some sections, which are named; nothing named asks
// for all cards.
func inSections(all []store.Section, names []string) (store.Query, error) {
	if len(names) == 0 {
		return store.Query{}, nil
	}
	var wanted []store.Section
	for _, name := range names {
		found, err := findSections(all, name)
		if err != nil {
			return store.Query{}, err
		}
		wanted = append(wanted, found...)
	}
	return store.InSections(wanted), nil
}

// sectionNames are names for sections, each once and in their order: a heading, with
// those above it where a deck has it twice. A title above all of a deck is no section.
func sectionNames(all []store.Section) (names []string) {
	paths := headingsOf(all)
	for _, p := range paths {
		last := len(p.Path) - 1
		name := p.Path[last]
		for i := last - 1; i >= 0 && isTwice(paths, p, name); i-- {
			name = p.Path[i] + " " + decks.SectionSeparator + " " + name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// headingsOf are the headings of sections, outermost first, without titles.
func headingsOf(all []store.Section) (paths []store.Section) {
	titles := map[string]string{} // by deck; empty: there is none
	for _, s := range all {
		first := ""
		if len(s.Path) > 0 {
			first = s.Path[0]
		}
		if before, known := titles[s.Deck]; known && before != first {
			first = ""
		}
		titles[s.Deck] = first
	}
	known := map[string]bool{}
	for _, s := range all {
		for n := range s.Path {
			path := store.Section{Deck: s.Deck, Path: s.Path[:n+1]}
			key := s.Deck + "\x00" + strings.Join(path.Path, "\x00")
			if known[key] || n == 0 && titles[s.Deck] == s.Path[0] && hasSubsections(all, s.Deck) {
				continue
			}
			known[key] = true
			paths = append(paths, path)
		}
	}
	return paths
}

// hasSubsections reports whether a deck has headings below its first.
func hasSubsections(all []store.Section, deck string) bool {
	return slices.ContainsFunc(all, func(s store.Section) bool { return s.Deck == deck && len(s.Path) > 1 })
}

// isTwice reports whether another section of a deck goes by a name.
func isTwice(paths []store.Section, p store.Section, name string) bool {
	return slices.ContainsFunc(paths, func(other store.Section) bool {
		return other.Deck == p.Deck && !decks.Within(other.Path, p.Path) && decks.SectionIs(other.Path, name)
	})
}

// sectionNamesFor completes the names of sections of the decks that were named before.
func sectionNamesFor(o *opener) completer {
	return func(cmd *cobra.Command, before []string, begun string) ([]string, cobra.ShellCompDirective) {
		return completeFrom(o, func(cmd *cobra.Command, st *store.Store) ([]string, error) {
			all, err := st.Sections(cmd.Context())
			if err != nil {
				return nil, err
			}
			named := slices.DeleteFunc(slices.Clone(before), func(word string) bool {
				return !slices.ContainsFunc(all, func(s store.Section) bool { return within(s.Deck, word) })
			})
			all, err = sectionsOf(cmd.Context(), st, named)
			return sectionNames(all), err
		})(cmd, before, begun)
	}
}

// sectionTerms are the sections of all decks as terms of a search.
func sectionTerms(o *opener, cmd *cobra.Command) []string {
	names, _ := sectionNamesFor(o)(cmd, nil, "")
	for i, name := range names {
		names[i] = sectionTerm(name)
	}
	return names
}
