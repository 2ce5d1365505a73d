package store

import (
	"context"
	"slices"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/queue"
	"kartei/store/sqlite"
)

// Tree returns all live decks in the order of [decks.CompareNames], as a session needs them: with their
// policies, and each below the nearest deck around it. Folders that limit their
// decks are among them, as decks without cards. Names are by deck id.
func (s *Store) Tree(ctx context.Context) (tree []session.Deck, names map[int64]string, err error) {
	all, tree, err := s.queueDecks(ctx)
	if err != nil {
		return nil, nil, err
	}
	names = map[int64]string{}
	for _, d := range all {
		if d.Live() {
			names[d.ID] = d.Name
		}
	}
	return tree, names, nil
}

// queueDecks returns the decks in their order, the folders that limit them among them, and
// the live ones of them as a session needs them.
func (s *Store) queueDecks(ctx context.Context) (all []queue.Deck, tree []session.Deck, err error) {
	list, err := s.Decks(ctx)
	if err != nil {
		return nil, nil, err
	}
	scopes, err := readScopes(ctx, s.db)
	if err != nil {
		return nil, nil, sqlite.Explain("read the options", err)
	}
	fits, err := readFits(ctx, s.db)
	if err != nil {
		return nil, nil, sqlite.Explain("read the options", err)
	}
	for _, d := range scopes.withFolders(list) {
		all = append(all, queue.Deck{ID: d.id, Name: d.Name, Title: d.Title, Random: d.Order == decks.Random,
			Missing: d.Missing, Archived: d.Archived})
	}
	tree, err = queue.Tree(all, func(deck string) (*scheduler.Policy, error) {
		options, err := scopes.resolve(deck, fits)
		if err != nil {
			return nil, err
		}
		policy, err := scheduler.NewPolicy(options, s.Calendar())
		return policy, sqlite.Explain("options of deck "+deck, err)
	})
	return all, tree, err
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
	slices.SortStableFunc(both, func(a, b Deck) int { return decks.CompareNames(a.Name, b.Name) })
	return both
}

// Candidate is the card as a session knows it.
func (c *Card) Candidate() session.Candidate {
	return session.Candidate{Card: c.ID, Fact: c.FactID, Deck: c.DeckID, Position: int64(c.Position), Memory: c.Memory}
}
