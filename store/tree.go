package store

import (
	"context"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/sqlite"
)

// Tree gives all live decks by name, as a session needs them: with their
// policies, and each below the nearest deck around it. Folders that limit their
// decks are among them, as decks without cards. Names are by deck id.
func (s *Store) Tree(ctx context.Context) (tree []session.Deck, names map[int64]string, err error) {
	all, scopes, err := s.deckTree(ctx)
	if err != nil {
		return nil, nil, err
	}
	names = map[int64]string{}
	for _, d := range all {
		if d.Live() {
			names[d.id] = d.Name
		}
	}
	tree, err = s.sessionDecks(all, scopes)
	return tree, names, err
}

// deckTree gives the decks by name, the folders that limit them among them, and
// what was set for all of these.
func (s *Store) deckTree(ctx context.Context) ([]Deck, scopes, error) {
	all, err := s.Decks(ctx)
	if err != nil {
		return nil, nil, err
	}
	scopes, err := readScopes(ctx, s.db)
	return scopes.withFolders(all), scopes, sqlite.Explain("read the options", err)
}

// sessionDecks gives the live ones of such decks as a session needs them.
func (s *Store) sessionDecks(all []Deck, scopes scopes) (tree []session.Deck, err error) {
	ids := map[string]int64{}
	for _, d := range all {
		if !d.Live() {
			continue
		}
		options, err := scopes.resolve(d.Name)
		if err != nil {
			return nil, err
		}
		policy, err := scheduler.NewPolicy(options, s.Calendar())
		if err != nil {
			return nil, sqlite.Explain("options of deck "+d.Name, err)
		}
		ids[d.Name] = d.id
		tree = append(tree, session.Deck{ID: d.id, Parent: around(ids, d.Name), Policy: policy, Random: d.Order == decks.Random})
	}
	return tree, nil
}

// ofTheWhole are the options that say how much of a deck a day brings, with the
// decks below it together.
var ofTheWhole = []string{"new", "reviews", "exam"}

// withFolders puts the folders for which such an option was set among decks by
// name: as decks without cards, whose ids are below zero. A folder has live decks
// in it and is none itself.
func (all scopes) withFolders(list []Deck) []Deck {
	known := map[string]bool{}
	for _, d := range list {
		known[d.Name] = known[d.Name] || d.Live()
	}
	both := slices.Clone(list)
	for _, d := range list {
		for i := range d.Name {
			folder := d.Name[:i]
			if !d.Live() || d.Name[i] != '/' || known[folder] {
				continue
			}
			known[folder] = true
			if slices.ContainsFunc(ofTheWhole, func(name string) bool { return all[folder][name] != "" }) {
				both = append(both, Deck{Deck: decks.Deck{Name: folder}, id: int64(len(list) - len(both) - 1)})
			}
		}
	}
	slices.SortStableFunc(both, func(a, b Deck) int { return strings.Compare(a.Name, b.Name) })
	return both
}

// around finds the nearest deck around another; decks come in order of name, so
// that it is known already.
func around(ids map[string]int64, name string) int64 {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '/' {
			if id := ids[name[:i]]; id != 0 {
				return id
			}
		}
	}
	return 0
}

// Candidate is the card as a session knows it.
func (c *Card) Candidate() session.Candidate {
	return session.Candidate{Card: c.ID, Fact: c.FactID, Deck: c.DeckID, Position: int64(c.Position), Memory: c.Memory}
}
