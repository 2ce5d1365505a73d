package store

import (
	"fmt"
	"strings"

	"kartei/decks/noun"
)

// A Plan is what applying a compile changes, or would change.
type Plan struct {
	Decks []DeckPlan
	Held  []Held // decks that stay as another root has them; see Compiled.There
}

// A Held deck was compiled, but another root holds it.
type Held struct{ Deck, Root string }

// A DeckPlan counts facts and cards as they are after the compile, and cards by
// what happened to them.
type DeckPlan struct {
	Name      string
	Facts     int
	Cards     int
	New       int // never seen before
	Edited    int // say something else now; history kept
	Retired   int // gone from the files; history kept
	Restored  int // back again, with their history
	Unchanged int

	From []string // names of other decks that restored cards were retired from, sorted
}

// String is the plan's line for people, such as
//
//	nato-en: 243 facts, 412 cards: 3 new, 2 edited (history kept), 1 retired, 406 unchanged
func (p DeckPlan) String() string {
	var changes []string
	add := func(n int, what string) {
		if n > 0 {
			changes = append(changes, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(p.New, "new")
	add(p.Edited, "edited (history kept)")
	add(p.Retired, "retired")
	if len(p.From) == 0 {
		add(p.Restored, "restored")
	} else {
		add(p.Restored, "restored (from "+strings.Join(p.From, ", ")+")")
	}
	add(p.Unchanged, "unchanged")
	if len(changes) == 0 {
		changes = []string{"nothing in it"}
	}
	return fmt.Sprintf("%s: %s, %s: %s", p.Name, noun.Count(p.Facts, "fact"), noun.Count(p.Cards, "card"), strings.Join(changes, ", "))
}
