package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/queue"
)

// withFolders returns the decks that are asked, and the folders of several of them, by
// name: as a person sees them.
func withFolders(ctx context.Context, st *store.Store, now scheduler.Moment, all []queue.DeckStatus) ([]queue.DeckStatus, error) {
	inside := map[string]int{} // decks, by folder
	var rows []queue.DeckStatus
	for _, d := range all {
		if d.Cards == 0 || d.Archived {
			continue
		}
		rows = append(rows, d)
		for i, r := range d.Name {
			if r == '/' {
				inside[d.Name[:i]]++
			}
		}
	}
	known := func(name string) bool {
		return slices.ContainsFunc(rows, func(d queue.DeckStatus) bool { return d.Name == name })
	}
	for folder, decks := range inside {
		if decks < 2 || known(folder) {
			continue
		}
		count, err := st.Count(ctx, []string{folder}, now)
		if err != nil {
			return nil, err
		}
		row := queue.DeckStatus{Name: folder, Title: plural.Count(decks, "deck"), Count: count}
		for _, d := range rows {
			if within(d.Name, folder) && outermost(rows, d.Name, folder) {
				row.Cards += d.Cards
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b queue.DeckStatus) int { return decks.CompareNames(a.Name, b.Name) })
	return rows, nil
}

// outermost reports whether no row lies between a deck and a folder: a row counts the
// decks below it.
func outermost(rows []queue.DeckStatus, deck, folder string) bool {
	return !slices.ContainsFunc(rows, func(d queue.DeckStatus) bool {
		return d.Name != deck && d.Name != folder && within(deck, d.Name) && within(d.Name, folder)
	})
}

// A deckMenu lays decks out as the rows of a menu: names and counts, then as much of
// the titles as there is room for.
type deckMenu struct {
	counts []string // titles of the columns of counts
	widths []int
	name   int // width of the names
	titled bool
}

// newDeckMenu fits rows of decks into so many columns.
func newDeckMenu(decks []readyDeck, room int) deckMenu {
	m := deckMenu{counts: []string{"new", "learning", "due"}}
	switch {
	case room < 28:
		m.counts = []string{"cards"}
	case room < 52:
		m.counts = []string{"new", "step", "due"}
	}
	width := 0
	for _, c := range m.counts {
		m.widths = append(m.widths, max(len(c), 4))
		width += 2 + max(len(c), 4)
	}
	for _, d := range decks {
		m.name = max(m.name, show.Width(d.label()))
	}
	m.name = max(6, min(m.name, room-width))
	m.titled = room-width-m.name > 10
	return m
}

// head is the line above the rows, which begin after an indentation.
func (m deckMenu) head(label string, indent int) string {
	line := show.Pad(label, indent+m.name, false)
	for i, c := range m.counts {
		line += "  " + show.Pad(c, m.widths[i], true)
	}
	return line
}

// row is the row of a deck.
func (m deckMenu) row(d readyDeck) (label, detail string) {
	numbers := []int{d.New, d.Learning, d.Due}
	if len(m.counts) == 1 {
		numbers = []int{d.Total()}
	}
	parts := make([]string, len(numbers), len(numbers)+1)
	for i, n := range numbers {
		parts[i] = show.Pad(strconv.Itoa(n), m.widths[i], true)
	}
	if m.titled {
		parts = append(parts, show.Line(d.Title))
	}
	return show.Pad(show.Cut(show.Line(d.label()), m.name), m.name, false), strings.Join(parts, "  ")
}
