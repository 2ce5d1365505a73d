// Package spreadsheet writes decks as a table for a spreadsheet: one row a card.
//
// The file is RFC 4180 with a header row. A cell that a spreadsheet would take
// for a formula gets an apostrophe in front, so the file is for reading and
// counting; it is never what [kartei/decks/anki] imports, where the apostrophe
// would become part of the card.
package spreadsheet

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks"
)

// columns are the names in the header row. Several values in a cell are
// separated by "; ".
var columns = []string{
	"id", "deck", "fact", "card", "kind", "question", "answer", "accepted", "wrong",
	"hint", "note", "source", "evidence", "as_of", "tags", "file", "line",
}

// Begin is how every table begins.
const Begin = "id,deck,fact,card,"

// A Writer writes one table.
type Writer struct {
	csv *csv.Writer
}

// NewWriter begins a table.
func NewWriter(w io.Writer) *Writer {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(columns)
	return &Writer{csv: out}
}

// Write adds the cards of a deck. An error is either of facts or of the file.
func (w *Writer) Write(deck *decks.Deck, facts iter.Seq2[*decks.Fact, error]) error {
	for fact, err := range facts {
		if err != nil {
			return err
		}
		for i := range fact.Cards {
			if err := w.csv.Write(row(deck, fact, &fact.Cards[i])); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close ends the table; it leaves the file open.
func (w *Writer) Close() error {
	w.csv.Flush()
	return w.csv.Error()
}

func row(deck *decks.Deck, fact *decks.Fact, card *decks.Card) []string {
	answer, wrong := answers(card)
	cells := []string{
		card.ID, deck.Name, fact.Key, card.Name, string(card.Kind), card.Prompt, answer, join(card.Accept), wrong,
		card.Hint, card.Note, card.Source, card.Evidence, card.AsOf, strings.Join(card.Tags, " "),
		fact.File, strconv.Itoa(fact.Line),
	}
	for i, cell := range cells {
		cells[i] = Guard(cell)
	}
	return cells
}

// answers are what is right and what is offered or known as wrong.
func answers(card *decks.Card) (right, wrong string) {
	answer := []string{card.Answer}
	switch card.Kind {
	case decks.Set, decks.Sequence:
		answer = card.Items
	case decks.Choice:
		answer = nil
	}
	var misses []string
	for _, option := range card.Options {
		if option.Right {
			answer = append(answer, option.Text)
		} else {
			misses = append(misses, option.Text)
		}
	}
	return join(answer), join(misses)
}

func join(values []string) string { return strings.Join(values, "; ") }

// Guard keeps a spreadsheet from taking a text for a formula or a command:
// CWE-1236, with the full-width forms that East Asian versions accept, also after
// spaces and characters that show nothing, which some programs drop.
func Guard(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠|%", firstSeen(cell)) {
		return cell
	}
	return "'" + cell
}

// firstSeen is the first character of a cell that is more than a space, or the
// tab or line end that it begins with.
func firstSeen(cell string) rune {
	if strings.ContainsRune("\t\r\n", rune(cell[0])) {
		return rune(cell[0])
	}
	rest := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	first, _ := utf8.DecodeRuneInString(rest)
	return first
}
