package decks

import (
	"slices"

	"kartei/decks/syntax"
)

// A Compilation is what a set of files compiles to.
type Compilation struct {
	Decks       []*Deck        // those without errors, by name; keys of facts without ids are empty until [Match]
	Broken      []string       // names of the decks with errors, sorted
	Unchanged   []string       // names of the decks that were not compiled again, sorted; see [CompileWith]
	Stamps      []Stamp        // of the files of Decks, and of files without facts, for the next [CompileWith]
	Seen        Sights         // of all files that could be opened, and of the folders that were listed, sorted by path
	Diagnostics []Diagnostic   // of all files, sorted by place
	Traced      []*Traced      // every deck that was compiled, also the broken ones, with what it was made from
	Files       []*syntax.File // every file that was parsed, in path order
}

// Drafts counts the facts that are drafts, of which no cards are made, by the
// file that they stand in.
func (c *Compilation) Drafts() map[string]int {
	counts := map[string]int{}
	for _, f := range c.Files {
		for _, block := range f.Blocks {
			if fact, ok := block.(*syntax.Fact); ok && fact.IsDraft() {
				counts[f.Name]++
			}
		}
	}
	return counts
}

// Kept reports whether a deck is one of the unchanged.
func (c *Compilation) Kept(deck string) bool {
	_, kept := slices.BinarySearch(c.Unchanged, deck)
	return kept
}

// A Traced is a deck as far as it could be compiled, beside its sources: what a
// rule of package check looks at.
type Traced struct {
	Deck    *Deck
	Files   []*syntax.File // in path order
	Origins [][]Origin     // Origins[i][j] is where Deck.Facts[i].Cards[j] comes from
	Broken  bool           // it has errors
}

// An Origin is the place of a card in the syntax tree.
type Origin struct {
	File  *syntax.File
	Fact  *syntax.Fact  // the fact, or the template
	Table *syntax.Table // of a template's card, else nil
	Row   *syntax.Row   // of a template's card, else nil
}
