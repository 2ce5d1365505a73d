package anki

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	Notetype   string // its id; its name where only a text file told it
	Cloze      bool   // the note type is one of deletions
	AnkiDeck   string // the deck's name in Anki
	Sum        string // of the fact as it came, by [FactSum]

	Said string // what Anki said when it was last brought up to date, as reimport.Sums; empty: as Sum says

	// The fact's cards. Files of earlier versions do not say which they are.
	Cards []OriginCard

	// Where the parts of the fact have their places in the note. Files of earlier
	// versions do not say it, and such a fact cannot go home.
	Places []Place

	Tags string // sum of the fact's tags as they came

	// Both is the sum of the fact when it said something else than Anki, which had
	// changed as well; empty where that is not so. It does not go home as it is.
	Both string
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
	var said []byte
	part := func(texts ...string) { said = append(appendTexts(said, texts...), '\n') }
	for i := range f.Cards {
		c := &f.Cards[i]
		part(string(c.Kind), c.Prompt, c.Answer, c.Text, c.Hint, c.Note, c.Source, c.AsOf)
		part(c.Items...)
		part(c.Accept...)
		for _, o := range c.Options {
			part(o.Text, strconv.FormatBool(o.Right), o.Why)
		}
	}
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:10])
}

// The first line of a file of origins, and what stands for note types.
const (
	originsHeader = "#kartei: the notes of Anki's that the facts of a deck came from, for export --back"
	clozeMark     = "cloze"
	basicMark     = "basic"
)

// WriteOrigins writes the origins of one deck's facts, one a line.
func WriteOrigins(w io.Writer, origins iter.Seq[Origin]) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, originsHeader)
	for o := range origins {
		mark := basicMark
		if o.Cloze {
			mark = clozeMark
		}
		cells := []string{o.Fact, o.Sum, mark, o.GUID, o.Notetype, o.AnkiDeck, cardCell(o.Cards), o.Said,
			placeCell(o.Places), o.Both, o.Tags}
		for i, cell := range cells {
			cells[i] = oneCell.Replace(cell)
		}
		for _, p := range o.Places {
			if p.Text != "" {
				cells = append(cells, string(p.Part)+"="+keptCell.Replace(p.Text))
			}
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

const (
	maxOrigins = 256 << 20 // bytes of a file of origins
	maxOrigin  = 8 << 20   // bytes of a line of it
)

// ReadOrigins reads the origins of a deck's facts, by the facts' keys.
func ReadOrigins(r io.Reader) (map[string]Origin, error) {
	origins := map[string]Origin{}
	lines := bufio.NewScanner(io.LimitReader(r, maxOrigins))
	lines.Buffer(nil, maxOrigin)
	for number := 1; lines.Scan(); number++ {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		o, err := readOrigin(strings.Split(line, "\t"))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		origins[o.Fact] = o
	}
	return origins, lines.Err()
}

// originCells are the cells of an origin without the texts of its parts.
const originCells = 11

func readOrigin(cells []string) (o Origin, err error) {
	if len(cells) < 4 || len(cells) > originCells+len(parts) || cells[0] == "" || cells[3] == "" {
		return o, errors.New("it names no note of Anki's")
	}
	cells = append(cells, make([]string, max(originCells-len(cells), 0))...)
	o = Origin{Fact: cells[0], Sum: cells[1], Cloze: cells[2] == clozeMark, GUID: clean(cells[3]),
		Notetype: clean(cells[4]), AnkiDeck: clean(cells[5]), Said: cells[7], Both: cells[9], Tags: cells[10]}
	if o.Cards, err = readCardCell(cells[6]); err != nil {
		return o, fmt.Errorf("%q are not cards of a note", cells[6])
	}
	if o.Places, err = readPlaceCell(cells[8]); err != nil {
		return o, fmt.Errorf("%q are not fields of a note", cells[8])
	}
	for _, cell := range cells[originCells:] {
		part, text, _ := strings.Cut(cell, "=")
		for i := range o.Places {
			if o.Places[i].Part == Part(part) {
				o.Places[i].Text = givenCell.Replace(text)
			}
		}
	}
	return o, nil
}
