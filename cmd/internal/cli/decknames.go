package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/store"
)

// findDecks finds decks by name; an unknown one has the nearest as its hint.
func findDecks(ctx context.Context, st *store.Store, names []string) ([]store.Deck, error) {
	var found []store.Deck
	for _, name := range names {
		d, err := st.Deck(ctx, name)
		if errors.Is(err, store.ErrNotFound) {
			return nil, unknownDeck(ctx, st, name)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, nil
}

// findWithin returns the decks that a name stands for, which may be a folder's: the
// deck, and those below it.
func findWithin(ctx context.Context, st *store.Store, name string) (found []store.Deck, err error) {
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if within(d.Name, name) && (!d.Missing || d.Name == name) {
			found = append(found, d)
		}
	}
	if len(found) == 0 {
		return nil, unknownDeck(ctx, st, name)
	}
	return found, nil
}

// within reports whether a deck is another, or below it.
func within(deck, outer string) bool { return deck == outer || strings.HasPrefix(deck, outer+"/") }

// knowDeck fails if no deck has a name, nor lies below it: a folder of decks
// goes by its name, too, without having a deck itself.
func knowDeck(ctx context.Context, st *store.Store, name string) error {
	all, err := st.Decks(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(d store.Deck) bool { return !d.Missing && within(d.Name, name) }) {
		return nil
	}
	return unknownDeck(ctx, st, name)
}

func unknownDeck(ctx context.Context, st *store.Store, name string) error {
	all, err := st.Decks(ctx)
	if err != nil {
		return err
	}
	return fault.Failf(fault.DidYouMean("", name, deckNamesOf(all), "kartei decks lists them"),
		"there is no deck %q", name)
}
