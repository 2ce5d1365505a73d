package anki

import (
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"kartei/decks"
)

// A Withdrawn is a fact that is no more, whose note Anki may have.
type Withdrawn struct {
	Fact  string
	Words string // with which it begins

	Tagged bool // in Anki, with WithdrawnTag
	row    *homeRow
}

// withdrawn are facts of a deck that are no more. Those whose note has other facts
// are named, and it goes on.
func withdrawn(gone map[string]Origin, home Home) []Withdrawn {
	live := map[string]bool{}
	for key, o := range home.Origins {
		if _, is := gone[key]; !is {
			live[o.GUID] = true
		}
	}
	var all []Withdrawn
	for _, key := range slices.Sorted(maps.Keys(gone)) {
		o := gone[key]
		n, have := home.Notes.Note(o.GUID)
		one := Withdrawn{Fact: key}
		if have && len(n.Fields) > 0 {
			one.Words = oneLine(bareWords(n.Fields[0]))
			one.Tagged = slices.Contains(n.Tags, WithdrawnTag)
			if !one.Tagged && !live[o.GUID] && !blank(n.Fields[0]) && utf8.ValidString(n.Fields[0]) {
				live[o.GUID] = true // said once
				one.row = &homeRow{o.GUID, o.Notetype, o.AnkiDeck, n.Fields[:1], nil, append(n.Tags, WithdrawnTag)}
			}
		}
		all = append(all, one)
	}
	return all
}

// WithdrawnOf are facts that were taken out of a deck which did not come from Anki, and
// which may have gone there.
func WithdrawnOf(deck *decks.Deck, facts []decks.Fact, options CSVOptions) (all []Withdrawn) {
	writer := newNoteMaker(deck)
	for i := range facts {
		notes, _ := writer.notes(&facts[i]) // what Anki cannot show never went there
		for _, n := range notes {
			row := &homeRow{n.guid, options.notetype(n), deckName(deck), options.fields(n)[:1], nil, append(n.tags, WithdrawnTag)}
			all = append(all, Withdrawn{Fact: facts[i].Key, Words: oneLine(bareWords(n.front)), row: row})
		}
	}
	return all
}

// WithdrawnTag is the tag of notes in Anki whose facts are no more.
const WithdrawnTag = "kartei::withdrawn"

// WriteWithdrawn writes a text file that tags the notes of withdrawn facts, with
// [WithdrawnTag], and changes nothing else. It returns how many there are; for none
// nothing is written.
func WriteWithdrawn(w io.Writer, facts []Withdrawn) (int, error) {
	var rows []*homeRow
	for _, f := range facts {
		if f.row != nil {
			rows = append(rows, f.row)
		}
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return len(rows), writeRows(w, rows)
}
