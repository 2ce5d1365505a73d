package check

import (
	"index/suffixarray"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/lazyregexp"
)

var evidence = Rule{
	Name:     "evidence",
	Title:    "what should prove the fact does not stand in its source",
	Severity: decks.Warning,
	Text: `
With "kartei check --against NAME=FILE" each fact that cites NAME is looked up in that file, a plain
text: its Evidence must stand there word for word. White space, line ends, and hyphens at a line's
end do not count. A fact that cites NAME and gives no Evidence cannot be looked up, which is said
too.

The shortest token that proves the fact is the best: a number, a name, a date. Copy it from the
source, do not type it.`,
	card: func(it *item) {
		name, _, _ := strings.Cut(it.card.Source, " ")
		reference, ok := it.against[name]
		switch {
		case !ok:
		case it.card.Evidence == "":
			it.report(atFact, "this fact cites "+quote(name)+" and gives no evidence to look up",
				"add \"Evidence: …\" with the words that prove it")
		case !reference.Contains(it.card.Evidence):
			it.report(atEvidence, quote(it.card.Evidence)+" does not stand in "+quote(name),
				"copy the words that prove the fact from the source")
		}
	},
}

// A Reference is the text of a source, to look evidence up in.
type Reference struct{ index *suffixarray.Index }

// NewReference reads the text of a source, as a program for PDF files gives it:
// in lines, with words divided at their ends. How a hyphen at a line's end is
// meant cannot be told (divided, a compound, "pre- and post-war"), so all three
// are tried.
func NewReference(text string) *Reference {
	text = strings.ReplaceAll(norm.NFC.String(text), "\u00ad", "")
	var all strings.Builder
	for _, meant := range []string{"", "-", "- "} {
		all.WriteString(collapse(hyphenAtEnd.ReplaceAllString(text, meant)))
		all.WriteByte(0)
	}
	return &Reference{suffixarray.New([]byte(all.String()))}
}

var hyphenAtEnd = lazyregexp.New(`-[ \t]*\r?\n\s*`)

// Contains reports whether the words stand in the source. It takes time in
// proportion to the words, however long the source is.
func (r *Reference) Contains(words string) bool {
	words = collapse(norm.NFC.String(words))
	return words != "" && !strings.Contains(words, "\x00") && len(r.index.Lookup([]byte(words), 1)) > 0
}
