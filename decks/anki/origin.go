package anki

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"kartei/decks"
)

// An Origin is the note of Anki's that a fact came from. Anki knows a note by its
// guid and updates it only from one of the same note type; what comes back under
// another guid is a second note.
type Origin struct {
	Deck, Fact string // as in decks.CardID, while the deck's id is its name
	GUID       string
	Notetype   string // by name; empty: one whose fields the fact does not fill
	Cloze      bool   // the note type is one of deletions
	AnkiDeck   string // the deck's name in Anki
	Sum        string // of the fact as it came, by [FactSum]

	Parts string // what Anki said when it was last brought up to date, as reimport.Sums; empty: as Sum says

	// The fact's cards. Files of earlier versions do not say which they are.
	Cards []OriginCard
}

// An OriginCard is a card of a fact, by its name there and its number in Anki's
// note, from 0.
type OriginCard struct {
	Name    string
	Ordinal int
}

// FactSum is a hash of all that a fact's cards say. It must never change for the
// same fact: what was not edited would be taken for edited, and overwrite a note
// that may hold what no fact file can.
func FactSum(f *decks.Fact) string {
	h := sha256.New()
	part := func(texts ...string) {
		for _, t := range texts {
			fmt.Fprintf(h, "%d %s", len(t), t)
		}
		h.Write([]byte{'\n'})
	}
	for i := range f.Cards {
		c := &f.Cards[i]
		part(string(c.Kind), c.Prompt, c.Answer, c.Text, c.Hint, c.Note, c.Source, c.AsOf)
		part(c.Items...)
		part(c.Accept...)
		for _, o := range c.Options {
			part(o.Text, fmt.Sprint(o.Right), o.Why)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:10])
}

// The first line of a file of origins, and what stands for note types.
const (
	originsHeader = "#kartei: the notes of Anki's that the facts of a deck came from, for export --back"
	clozeMark     = "cloze"
	basicMark     = "basic"
	foreignMark   = "other"
)

// WriteOrigins writes the origins of one deck's facts, one a line.
func WriteOrigins(w io.Writer, origins []Origin) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, originsHeader)
	for _, o := range origins {
		mark := basicMark
		switch {
		case o.Notetype == "":
			mark = foreignMark
		case o.Cloze:
			mark = clozeMark
		}
		cells := []string{o.Fact, o.Sum, mark, o.GUID, o.Notetype, o.AnkiDeck, cardCell(o.Cards), o.Parts}
		for i, cell := range cells {
			cells[i] = oneCell.Replace(cell)
		}
		fmt.Fprintln(out, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	return out.Flush()
}

// cardCell says which cards of a note the cards of a fact are: "forward=0 reverse=1".
func cardCell(cards []OriginCard) string {
	words := make([]string, len(cards))
	for i, c := range cards {
		words[i] = c.Name + "=" + strconv.Itoa(c.Ordinal)
	}
	return strings.Join(words, " ")
}

func readCardCell(cell string) (cards []OriginCard, err error) {
	for _, word := range strings.Fields(cell) {
		name, number, _ := strings.Cut(word, "=")
		ordinal, err := strconv.ParseUint(number, 10, 31)
		if err != nil {
			return nil, err
		}
		cards = append(cards, OriginCard{name, int(ordinal)})
	}
	return cards, nil
}

var oneCell = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// maxOrigins is how many bytes a file of origins may have.
const maxOrigins = 64 << 20

// ReadOrigins reads the origins of a deck's facts, by the facts' keys.
func ReadOrigins(r io.Reader) (map[string]Origin, error) {
	origins := map[string]Origin{}
	lines := bufio.NewScanner(io.LimitReader(r, maxOrigins))
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 4 || len(cells) > 8 || cells[0] == "" || cells[3] == "" {
			return nil, fmt.Errorf("line %d names no note of Anki's", number)
		}
		cells = append(cells, "", "", "", "")
		o := Origin{Parts: cells[7], Fact: cells[0], Sum: cells[1], Cloze: cells[2] == clozeMark, GUID: clean(cells[3])}
		var err error
		if o.Cards, err = readCardCell(cells[6]); err != nil {
			return nil, fmt.Errorf("line %d: %q are not cards of a note", number, cells[6])
		}
		if cells[2] != foreignMark {
			o.Notetype, o.AnkiDeck = clean(cells[4]), clean(cells[5])
		}
		origins[o.Fact] = o
	}
	return origins, lines.Err()
}

// edited leaves out and counts the facts that are as they came.
func edited(facts iter.Seq2[*decks.Fact, error], origins map[string]Origin, same *int) iter.Seq2[*decks.Fact, error] {
	if len(origins) == 0 {
		return facts
	}
	return func(yield func(*decks.Fact, error) bool) {
		for f, err := range facts {
			if err == nil && origins[f.Key].Sum == FactSum(f) {
				*same++
				continue
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// back turns the notes of an edited fact into the one that it came from. That
// note has all cards of a term, where a note of ours has one.
func (o Origin) back(f *factNotes) error {
	switch {
	case o.Notetype == "":
		return fmt.Errorf("fact %s: its note in Anki has a note type that a fact does not fill; edit it there", o.Fact)
	case len(f.notes) == 0:
		return nil // said why already
	case f.notes[0].cloze != o.Cloze:
		return fmt.Errorf("fact %s: Anki does not turn a note with deletions into one without, or back; write a fact of its own", o.Fact)
	}
	first := f.notes[0]
	for _, n := range f.notes[1:] {
		first.cards = append(first.cards, n.cards...)
	}
	first.guid, first.notetype, first.deck = o.GUID, o.Notetype, o.AnkiDeck
	f.notes = f.notes[:1]
	return nil
}
