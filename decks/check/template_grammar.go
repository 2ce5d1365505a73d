package check

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks"
	"kartei/decks/syntax"
)

var templateGrammar = Rule{
	Name:     "template-grammar",
	Title:    "the sentence of a table does not fit this row",
	Severity: decks.Warning,
	Text: `
A template is one sentence for all rows. With "the {river}" one cell must not be "the Danube", with
"a {animal}" not "elephant", and where {country} opens the sentence "the Netherlands" begins it in small
letters. Put the article into every cell and none into the template, or give the template words that fit
all: "Into which sea does this river flow: {river}?".

Only what can be seen without a grammar is found: two articles, a word twice, "a" before a vowel and
"an" before none, two full stops or question marks, a small article at the beginning.`,
	Bad: `
| river      | sea       |
|------------|-----------|
| Rhine      | North Sea |
| the Danube | Black Sea |

Q: Into which sea does the {river} flow?
A: {sea}`,
	Good: `
| river      | sea       |
|------------|-----------|
| the Rhine  | North Sea |
| the Danube | Black Sea |

Q: Into which sea does {river} flow?
A: {sea}`,
	card: func(it *item) {
		if it.origin.Row == nil {
			return
		}
		field := it.origin.Fact.Fields[0]
		if field.Key == syntax.Term {
			return
		}
		text := field.Value.Text
		for _, slot := range syntax.Slots(text) {
			column := it.origin.Table.Column(slot.Name)
			if column < 0 || it.origin.Table.Columns[column].List {
				continue
			}
			cell := strings.TrimSpace(it.origin.Row.Cells[column].Text)
			if wrong := misfit(text[:slot.Start], cell, text[slot.End:]); cell != "" && wrong != "" {
				it.report(spot{part: inColumn, index: column}, "with this cell the question reads "+wrong,
					"word the template so that it fits all rows, or the cells alike")
				return
			}
		}
	},
}

// misfit says how a cell reads wrongly between what a template says before and after it.
func misfit(before, cell, after string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	word, _, _ := strings.Cut(cell, " ")
	article := isArticle(word)
	if strings.TrimSpace(before) == "" {
		if article && unicode.IsLower(first) && strings.TrimSpace(after) != "" {
			return quote(clipped(cell+after)) + ": it begins with a small letter"
		}
		return ""
	}
	if last, _ := utf8.DecodeLastRuneInString(cell); strings.ContainsRune(".?!", last) && strings.HasPrefix(after, string(last)) &&
		!(last == '.' && strings.HasPrefix(after, "..")) {
		return quote(tail(cell) + string(last))
	}
	if !strings.HasSuffix(before, " ") {
		return ""
	}
	fields := strings.Fields(before)
	previous := fields[len(fields)-1]
	switch {
	case !isWord(previous) || !isWord(word):
		return ""
	case strings.EqualFold(previous, word) && unicode.IsLower(first),
		isArticle(previous) && article && unicode.IsLower(first):
		return quote(previous + " " + word + " …")
	case strings.EqualFold(previous, "a") && strings.ContainsRune("aei", first),
		strings.EqualFold(previous, "a") && first == 'o' && !strings.HasPrefix(word, "one") && !strings.HasPrefix(word, "once"),
		strings.EqualFold(previous, "an") && strings.ContainsRune("bcdfgjklmnpqrstvwxyz", first):
		return quote(previous + " " + word)
	}
	return ""
}

func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' })
}

func isArticle(word string) bool { return articles.has(english|german, strings.ToLower(word)) }

// tail is the last word of a text.
func tail(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }
