package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store"
	"kartei/store/queue"
)

// A selection is what a learner wants to review, as typed: decks and folders of them,
// files, and a search.
type selection struct {
	decks []string // names
	words []string // of the search
}

// pathy reports whether a word is written as a path: it has a slash, or is that of a
// deck file.
func pathy(word string) bool {
	return strings.ContainsRune(word, '/') || strings.ContainsRune(word, filepath.Separator) ||
		strings.HasSuffix(strings.ToLower(word), ".md") || word == "." || word == ".."
}

// sortOut finds out what each word is: a deck, if one has that name; else a path; else
// a part of a search. What could be two things is said.
func sortOut(ctx context.Context, e *env, st *store.Store, words []string) (sel selection, err error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return sel, err
	}
	isDeck := func(word string) bool {
		return slices.ContainsFunc(all, func(d store.Deck) bool { return !d.Missing && within(d.Name, word) })
	}
	var paths []string
	for _, word := range words {
		_, missing := os.Stat(word)
		switch {
		case isDeck(word):
			sel.decks = append(sel.decks, word)
			if pathy(word) && missing == nil {
				e.Say("%s is taken for the deck of that name; the file or folder is: kartei review %s", show.Line(word),
					fault.ShellWord("./"+word))
			}
		case pathy(word) && missing == nil:
			paths = append(paths, word)
		case store.LooksLikeQuery(word):
			sel.words = append(sel.words, word)
		default:
			return sel, notToBeFound(word, missing == nil, all)
		}
	}
	for _, path := range paths {
		names, err := decksAt(ctx, e, st, all, path)
		if err != nil {
			return sel, err
		}
		sel.decks = append(sel.decks, names...)
	}
	slices.Sort(sel.decks)
	sel.decks = slices.Compact(sel.decks)
	return sel, nil
}

// notToBeFound is the error of a word that is nothing which could be reviewed.
func notToBeFound(word string, there bool, all []store.Deck) error {
	if there {
		return fault.Failf("the file or folder of that name is: kartei review "+fault.ShellWord("./"+word),
			"there is no deck %q", word)
	}
	otherwise := "kartei decks lists them; a word to search for stands in quotes: kartei review " +
		fault.ShellWord(`"`+word+`"`)
	if pathy(word) {
		otherwise = "kartei decks lists the decks"
	}
	hint := fault.DidYouMean("", word, deckNamesOf(all), otherwise)
	if pathy(word) {
		return fault.Failf(hint, "there is no deck and no file %q", word)
	}
	return fault.Failf(hint, "there is no deck %q", word)
}

// deckNamesOf are the names of decks that are not missing.
func deckNamesOf(all []store.Deck) (names []string) {
	for _, d := range all {
		if !d.Missing {
			names = append(names, d.Name)
		}
	}
	return names
}

// decksAt returns the names of the decks in a file or folder. What the collection does
// not know yet is compiled, as far as nothing about it is in doubt.
func decksAt(ctx context.Context, e *env, st *store.Store, all []store.Deck, path string) ([]string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if names := knownAt(all, abs); len(names) > 0 {
		return names, nil
	}
	folders, err := folderAround(ctx, st, abs, path)
	if err != nil {
		return nil, err
	}
	defer deckfolder.CloseAll(folders)
	var sum compiler.Result
	opts := compiler.Options{Paths: []string{path}, Unasked: true}
	for _, f := range folders {
		one, err := compiler.Compile(ctx, e.Console, e.Clock, st, f, opts)
		if err != nil {
			return nil, err
		}
		sum.Add(one)
	}
	sum.LeaveOutUnchanged()
	wrong := compiler.Say(ctx, e.Console, sum, opts)
	var names []string
	for _, name := range sum.Decks() {
		if _, err := st.Deck(ctx, name); err == nil {
			names = append(names, name)
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, cmp.Or(wrong, fault.Failf("kartei compile "+fault.ShellWord(path),
			"%s has no cards to review", path))
	}
	if wrong != nil { // the decks that are there are asked as they are
		fault.Report(e.Err, wrong)
	}
	return names, nil
}

// knownAt are the names of the decks with a file at a path, or below it.
func knownAt(all []store.Deck, abs string) (names []string) {
	for _, d := range all {
		if d.Missing || d.Root == deckfolder.BuiltIn {
			continue
		}
		if slices.ContainsFunc(d.Files, func(file string) bool {
			at := filepath.Join(d.Root, filepath.FromSlash(file))
			return at == abs || strings.HasPrefix(at,
				strings.TrimSuffix(abs, string(filepath.Separator))+string(filepath.Separator))
		}) {
			names = append(names, d.Name)
		}
	}
	return names
}

// folderAround opens what is at a path: a file of a folder that is known as a file of
// that, so that its deck has the name that it has there.
func folderAround(ctx context.Context, st *store.Store, abs, path string) ([]deckfolder.Folder, error) {
	roots, err := st.Roots(ctx)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return nil, err
	}
	for _, r := range roots {
		below, err := filepath.Rel(r.Path, abs)
		if err != nil || info.IsDir() || !filepath.IsLocal(below) {
			continue
		}
		root, err := os.OpenRoot(r.Path)
		if err != nil {
			continue
		}
		return []deckfolder.Folder{{Root: r.Path, FS: root.FS(), Files: []string{filepath.ToSlash(below)},
			Close: root.Close}}, nil
	}
	return deckfolder.Open([]string{path})
}

// search finds the cards of a search and of the sections that are named, within the
// decks if there are any.
func (s *selection) search(ctx context.Context, e *env, st *store.Store, sections []string) (only queue.Only, err error) {
	if len(s.words)+len(sections) == 0 {
		return only, nil
	}
	q, err := parseQuery(s.words)
	if err != nil {
		return only, err
	}
	all, err := sectionsOf(ctx, st, s.decks)
	if err != nil {
		return only, err
	}
	among, err := inSections(all, sections)
	if err != nil {
		return only, err
	}
	return s.find(ctx, e, st, q.And(among))
}

// find finds the cards of a query.
func (s *selection) find(ctx context.Context, e *env, st *store.Store, q store.Query) (only queue.Only, err error) {
	among := s.decks
	only.Found, s.decks = []int64{}, nil
	suspended := 0
	for card, err := range st.Cards(ctx, q, e.Moment()) {
		if err != nil {
			return only, err
		}
		if len(among) > 0 && !slices.ContainsFunc(among, func(deck string) bool { return within(card.Deck, deck) }) {
			continue
		}
		if card.Suspended {
			suspended++
		}
		only.Found = append(only.Found, card.Row())
		if n := len(s.decks); n == 0 || s.decks[n-1] != card.Deck {
			s.decks = append(s.decks, card.Deck)
		}
	}
	query := fault.ShellWord(strings.Join(s.words, " "))
	switch {
	case len(only.Found) == 0:
		return only, nothingFound(ctx, st, s.words)
	case suspended == len(only.Found) && len(s.words) == 0:
		return only, fault.Failf("kartei cards is:suspended", "all cards there are suspended, and not asked")
	case suspended == len(only.Found):
		return only, fault.Failf("kartei cards unsuspend "+query,
			"what is like that is suspended, and not asked: %s", strings.Join(s.words, " "))
	}
	return only, nil
}
