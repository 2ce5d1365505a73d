package syntax

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
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

// addIDs gives an id to every fact and row without one, in the tree.
func addIDs(f *File, taken *Names) {
	for _, id := range f.IDs() {
		taken.Take(id)
	}
	for _, b := range f.Blocks {
		switch b := b.(type) {
		case *Fact:
			if b.Table == nil && b.Get(ID) == nil {
				b.Fields = append(b.Fields, Field{Span: Span{b.End, b.End}, Key: ID, Value: Value{Text: freeID(factWords(b), taken)}})
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
	base := ""
	for _, text := range texts {
		words := strings.Split(Slug(text), "-")
		if len(words) > maxIDWords {
			words = words[:maxIDWords]
		}
		if base = cutSlug(strings.Join(words, "-"), maxID-8); base != "" {
			break
		}
	}
	if base == "" {
		h := fnv.New32a()
		fmt.Fprint(h, texts)
		base = "f-" + strconv.FormatUint(uint64(h.Sum32()), 36)
	}
	return taken.New(base)
}

// maxAnswerWords is how long an answer may be to name its fact.
const maxAnswerWords = 4

// factWords gives the texts that an id may be made of, the best first: a short
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
	if len(words) > 0 && len(words) <= maxAnswerWords && strings.ContainsFunc(answer, unicode.IsLetter) && !emptyWords[strings.ToLower(answer)] {
		return []string{answer, meaningful(head)}
	}
	return []string{meaningful(head), head}
}

// emptyWords say nothing about a fact, in English and German.
var emptyWords = func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(`a an and are as at be by did do does for from had has have how in is it its name of on or
		that the their this to true false was were what when where which who whom whose why will with yes no you
		als am an auf aus bei das dem den der des die durch ein eine einem einen einer eines für hat heißen heißt im ist ja mit nach
		laut man nein nenne sich sind über und von vom wahr falsch wann war waren warum was welche welchem welchen welcher
		welches wer wie wo worauf zu zum zur`) {
		words[w] = true
	}
	return words
}()

func meaningful(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \n\t.,;:?!\"'()*_`", r) })
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return emptyWords[w] }), " ")
}
