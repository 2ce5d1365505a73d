package syntax

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/shorthash"
	"kartei/decks/wordset"
)

// IDs are the ids that stand in the file, of facts and rows.
func (f *File) IDs() []string {
	var ids []string
	for _, b := range f.Blocks {
		switch b := b.(type) {
		case *Fact:
			if id := b.Get(ID); id != nil {
				ids = append(ids, id.Value.Text)
			}
		case *Table:
			for i := range b.Rows {
				if j := b.Role(RowID, ""); j >= 0 && j < len(b.Rows[i].Cells) {
					ids = append(ids, b.Rows[i].Cells[j].Text)
				}
			}
		}
	}
	return ids
}

// addIDs returns an id to every fact and row without one, in the tree.
func addIDs(f *File, taken *Names) {
	for _, id := range f.IDs() {
		taken.Take(id)
	}
	for _, b := range f.Blocks {
		switch b := b.(type) {
		case *Fact:
			if b.Table == nil && b.Get(ID) == nil {
				b.Fields = append(b.Fields, Field{Span: Span{b.End, b.End}, Key: ID,
					Value: Value{Text: freeID(factWords(b), taken)}})
			}
		case *Table:
			if len(b.Templates) > 0 {
				addRowIDs(b, taken)
			}
		}
	}
}

func addRowIDs(t *Table, taken *Names) {
	column := t.Role(RowID, "")
	if column < 0 {
		column = 0
		t.Columns = slices.Insert(t.Columns, 0, Column{Value: Value{Text: "id"}, Role: RowID, Name: "id"})
		t.added = 1
		for i := range t.Rows {
			t.Rows[i].Cells = slices.Insert(t.Rows[i].Cells, 0, Value{})
		}
	}
	for i := range t.Rows {
		cell := &t.Rows[i].Cells[column]
		if cell.Text == "" {
			key, _ := t.RowKey(&t.Rows[i])
			cell.Text = freeID([]string{key}, taken)
		}
	}
}

// maxIDWords is how many words of a text make an id.
const maxIDWords = 5

// freeID makes an id of the first text that gives one: short, readable, and
// not taken.
func freeID(texts []string, taken *Names) string {
	base := idWords(texts)
	if base == "" {
		h := fnv.New32a()
		fmt.Fprint(h, texts)
		base = "f-" + strconv.FormatUint(uint64(h.Sum32()), 36)
	}
	return taken.New(base)
}

// idWords are the words that name a fact: of the first text that has any.
func idWords(texts []string) string {
	for _, text := range texts {
		words := strings.Split(Slug(text), "-")
		if len(words) > maxIDWords {
			words = words[:maxIDWords]
		}
		if id := cutSlug(strings.Join(words, "-"), maxID-8); id != "" {
			return id
		}
	}
	return ""
}

// A Wording is what a fact of another program says, where it has no id there.
type Wording struct {
	Words    []string // that may name it, the best first
	Question string
	Whole    string // question and answer
}

// idHash is how many characters of a hash tell texts apart whose words do not:
// five bits each.
const idHash = 8

// TextIDs makes an id for each wording, of it alone: those before it, and how many
// there are, have no part in it. Where several come to the same words, or to none
// that an id can hold, each has a hash of its question behind them, or, where
// questions are the same, of all that it says. Only what says the very same is
// counted. No id is made that is taken, and those that are made are taken then.
func TextIDs(all []Wording, taken *Names) []string {
	words, bases, questions := make([]string, len(all)), map[string]int{}, map[string]int{}
	for i, w := range all {
		words[i] = idWords(w.Words)
		bases[words[i]]++
		questions[w.Question]++
	}
	ids := make([]string, len(all))
	for i, w := range all {
		id := words[i]
		if id == "" || bases[id] > 1 || taken.Has(id) {
			text := w.Question
			if questions[text] > 1 {
				text = w.Whole
			}
			id = cmp.Or(cutSlug(id, maxID-idHash-8), "f") + "-" + hashText(text)
		}
		ids[i] = taken.New(id)
	}
	return ids
}

func hashText(text string) string {
	return shorthash.Of(norm.NFC.String(text), idHash)
}

// textIDs returns ids to the facts without one, made of their texts alone.
func (f *File) textIDs() {
	var facts []*Fact
	var wordings []Wording
	for _, b := range f.Blocks {
		if fact, ok := b.(*Fact); ok && fact.Table == nil && fact.Get(ID) == nil {
			facts, wordings = append(facts, fact), append(wordings, wording(fact))
		}
	}
	for i, id := range TextIDs(wordings, NewNames(f.IDs()...)) {
		b := facts[i]
		b.Fields = append(b.Fields, Field{Span: Span{b.End, b.End}, Key: ID, Value: Value{Text: id}})
	}
}

func wording(f *Fact) Wording {
	w := Wording{Words: factWords(f), Question: f.Fields[0].Value.Text}
	var whole strings.Builder
	for i, field := range f.Fields {
		if i > 0 && field.Key != Answer && field.Key != Definition {
			continue
		}
		whole.WriteString(field.Value.Text + "\n")
		for _, item := range field.Items {
			whole.WriteString(item.Value.Text + "\n")
		}
	}
	w.Whole = whole.String()
	return w
}

// maxAnswerWords is how long an answer may be to name its fact.
const maxAnswerWords = 4

// factWords returns the texts that an id may be made of, the best first: a short
// answer that says something, else the words of the question that do.
func factWords(f *Fact) []string {
	head := f.Fields[0].Value.Text
	switch f.Fields[0].Key {
	case Term:
		return []string{head}
	case Cloze:
		if d := Deletions(head); len(d) > 0 {
			return []string{head[d[0].Answer.Start:d[0].Answer.End], head}
		}
	}
	answer := f.Text(Answer)
	words := strings.Fields(answer)
	if len(words) > 0 && len(words) <= maxAnswerWords && strings.ContainsFunc(answer, unicode.IsLetter) &&
		!emptyWords.Has(strings.ToLower(answer)) {
		return []string{answer, meaningful(head)}
	}
	return []string{meaningful(head), head}
}

// emptyWords say nothing about a fact, in English and German.
var emptyWords = wordset.New(`a an and are as at be by did do does for from had has have how in is it its name of on or
		that the their this to true false was were what when where which who whom whose why will with yes no you
		als am an auf aus bei das dem den der des die durch ein eine einem einen einer eines für hat heißen heißt im ist ja mit nach
		laut man nein nenne sich sind über und von vom wahr falsch wann war waren warum was welche welchem welchen welcher
		welches wer wie wo worauf zu zum zur`)

func meaningful(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text),
		func(r rune) bool { return strings.ContainsRune(" \n\t.,;:?!\"'()*_`", r) })
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return emptyWords.Has(w) }), " ")
}
