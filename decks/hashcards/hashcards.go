// Package hashcards reads decks of hashcards: Markdown files of blocks "Q:" and "A:",
// "T:" and "D:", and sentences "C:" with gaps in brackets; and its database, which
// keeps a review log and states of FSRS by the hash of what a card says.
//
// What is a card and what its hash is of follows the parser of version 0.5.0.
package hashcards

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// databaseName is the file that hashcards keeps beside its decks.
const databaseName = "hashcards.db"

// Format is that of hashcards.
var Format = notebook.Format{
	Format: foreign.Format{
		Name:       "hashcards",
		Extensions: []string{".md"},
		ReadHelp: `a folder of hashcards' decks, or one of them, with the history
in its hashcards.db`,
		ReadFlags: []foreign.Flag{notebook.DatabaseFlag},
	},
	Signs: []string{databaseName},
	Marks: marks,
	Read:  read,
}

var (
	gap   = lazyregexp.New(`(?:^|[^!\\\]])\[[^\]\[]+\](?:[^(]|$)`)
	named = lazyregexp.New(`(?m)\A---[ \t]*\n(?:.*\n)*?name *= *["'].*\n(?:.*\n)*?---`)
)

// marks counts sentences whose gaps are in brackets, and front matter that names the
// deck as TOML does.
func marks(_, text string) (n int) {
	for line := range strings.SplitSeq(text, "\n") {
		if rest, ok := strings.CutPrefix(line, "C:"); ok && !strings.Contains(rest, "{{") && gap.MatchString(rest) {
			n++
		}
	}
	if named.MatchString(text) {
		n++
	}
	return n
}

// read reads all decks.
func read(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	cards := map[string][]card{} // by hash
	all, hashed := readMacros(s), int64(0)
	data, err := s.Database(databaseName)
	if err != nil {
		return nil, err
	}
	for name, text := range s.Texts {
		p := &parser{page: notebook.NewPage(name), seen: map[string]bool{}, macros: all, known: data != nil, hashed: &hashed}
		p.parse(text)
		if len(p.cards) == 0 && !slices.ContainsFunc(p.left, func(l foreign.Left) bool { return !l.Part }) {
			continue // a note or a README
		}
		for _, c := range p.cards {
			c.page = p.page
			cards[c.hash] = append(cards[c.hash], c)
		}
		r.Pages, r.Left = append(r.Pages, p.page), append(r.Left, p.left...)
	}
	if data == nil {
		return r, nil
	}
	h, err := readHistory(ctx, data, s.Zone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", databaseName, err)
	}
	h.add(r, cards)
	return r, nil
}

// A card is one as hashcards counts them.
type card struct {
	page *notebook.Page
	at   notebook.Place
	hash string
}
