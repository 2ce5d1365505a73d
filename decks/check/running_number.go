package check

import (
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

var runningNumber = Rule{
	Name:     "running-number",
	Title:    "a number that only counts names another fact as soon as one is put before it",
	Severity: decks.Warning,
	Text: `
The first cell of a row names it, and so does an id. A running number names whatever stands in its
place: once a row is put in, taken out or sorted and the rest is counted anew, each number stands over
another fact. Histories follow their texts then, but a row whose number was kept and whose text was
edited cannot be told from a new one. Leave the column out, put the word first, or write ids that say
what the fact is about: kartei fmt --ids -w makes them.`,
	Bad: `
| nr | word | german |
|----|------|--------|
| 1  | dog  | Hund   |
| 2  | cat  | Katze  |
| 3  | cow  | Kuh    |

Q: {word} in German?
A: {german}`,
	Good: `
| word | german |
|------|--------|
| dog  | Hund   |
| cat  | Katze  |
| cow  | Kuh    |

Q: {word} in German?
A: {german}`,
	file: func(s *examined) {
		var ids []syntax.Value
		for _, b := range s.file.Blocks {
			switch b := b.(type) {
			case *syntax.Table:
				s.countedRows(b)
			case *syntax.Fact:
				if f := b.Get(syntax.ID); f != nil {
					ids = append(ids, f.Value)
				}
			}
		}
		if counted(ids) {
			s.report(ids[0].Span, "the ids only count the facts",
				"write ids that say what each is about, or leave them out")
		}
	},
}

// countedRows reports a table whose rows are named by running numbers.
func (s *examined) countedRows(t *syntax.Table) {
	column, what := t.Role(syntax.RowID, ""), "the ids only count the rows"
	if column < 0 {
		column, what = 0, "the first column only counts the rows, and it names them"
	}
	var cells []syntax.Value
	for i := range t.Rows {
		if column < len(t.Rows[i].Cells) {
			cells = append(cells, t.Rows[i].Cells[column])
		}
	}
	if counted(cells) {
		s.report(t.Columns[column].Span, what, "put the word that a row is about first, and leave the numbers out")
	}
}

// counted reports whether three or more names count: they are alike but for a number,
// which is one more each time.
func counted(names []syntax.Value) bool {
	if len(names) < 3 {
		return false
	}
	first, from := splitNumber(names[0].Text)
	for i, name := range names {
		word, n := splitNumber(name.Text)
		if word != first || from < 0 || n != from+i || n > 1900 { // years are names
			return false
		}
	}
	return true
}

// splitNumber parts a name from the number at its end; -1 if there is none.
func splitNumber(name string) (word string, number int) {
	word = strings.TrimRight(strings.TrimSuffix(name, "."), "0123456789")
	n, err := strconv.Atoi(strings.TrimSuffix(name, ".")[len(word):])
	if err != nil {
		return word, -1
	}
	return word, n
}
