package ankiio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"kartei/cmd/internal/fault"
	"kartei/decks/anki"
	"kartei/store"
)

// Homes are where the facts of decks came from: of those that go home, and of the others in
// their folders, among which facts may have been moved.
type homes struct {
	known map[string]anki.Home // by the names of decks
	live  map[string]map[string]bool
	gone  []store.Deck // decks that went home once, and whose files are gone
}

// readHomes reads them. A fact that its author put into another deck of the folder is there
// what it was; it is not withdrawn.
func readHomes(ctx context.Context, st *store.Store, found []store.Deck) (*homes, error) {
	h := &homes{known: map[string]anki.Home{}, live: map[string]map[string]bool{}}
	all, err := st.Decks(ctx)
	if err != nil {
		return nil, err
	}
	chosen := func(d store.Deck) bool {
		return slices.ContainsFunc(found, func(f store.Deck) bool { return f.ID == d.ID })
	}
	for _, d := range all {
		if !slices.ContainsFunc(found, func(f store.Deck) bool { return f.Root == d.Root }) ||
			d.Missing && h.live[d.Name] != nil { // another deck took its name
			continue
		}
		if err := h.read(ctx, st, d); err != nil {
			return nil, err
		}
		if _, came := h.known[d.Name]; came && d.Missing && !chosen(d) {
			h.gone = append(h.gone, d)
		}
	}
	if len(h.known) == 0 {
		return nil, fault.Failf("leave --back out, and Anki gets new notes",
			"none of these decks knows notes of Anki's that it came from")
	}
	h.follow()
	return h, nil
}

// read reads where the facts of a deck came from, and which facts it has.
func (h *homes) read(ctx context.Context, st *store.Store, d store.Deck) error {
	origins, err := originsOf(d)
	var notes anki.KeptNotes
	if err == nil {
		notes, err = keptOf(d)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("read where %s came from: %w", d.Name, err)
	default:
		h.known[d.Name] = anki.Home{Origins: origins, Notes: notes}
	}
	h.live[d.Name], err = st.Keys(ctx, d)
	return err
}

// follow gives facts that are in another deck than they came into their homes there.
func (h *homes) follow() {
	moved := map[string]string{} // decks that facts were taken out of, by their keys
	for _, name := range slices.Sorted(maps.Keys(h.known)) {
		for key := range h.known[name].Origins {
			if !h.live[name][key] {
				moved[key] = name
			}
		}
	}
	if len(moved) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(h.live)) {
		for key := range h.live[name] {
			from, is := moved[key]
			if _, own := h.known[name].Origins[key]; is && !own {
				h.move(key, from, name)
			}
		}
	}
}

// move brings the origin of a fact from the home of one deck to that of another.
func (h *homes) move(key, from, to string) {
	home := h.known[to]
	if home.Origins == nil {
		home.Origins = map[string]anki.Origin{}
	}
	if home.Notes == nil {
		home.Notes = anki.KeptNotes{}
	}
	h.known[to] = home
	origin, there := h.known[from].Origins[key]
	if !there { // it is in a third deck as well
		return
	}
	home.Origins[key] = origin
	home.Notes.Take(h.known[from].Notes, origin.GUID)
	delete(h.known[from].Origins, key)
}
