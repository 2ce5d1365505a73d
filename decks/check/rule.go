package check

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"kartei/decks"
	"kartei/decks/syntax"
)

// A Rule is one thing in a deck that its author should mend. Rules of form are
// checked by the compiler and only explained here; all others are checked by
// [Run].
type Rule struct {
	Name     string         // "long-answer": in messages, in --explain, in `kartei: allow`
	Title    string         // the reason, in one line
	Text     string         // the page of help that --explain shows
	Bad      string         // a deck that breaks the rule
	Good     string         // the same deck, mended
	Severity decks.Severity // an error stops the deck, a warning never does
	Off      bool           // not run unless [Options] ask for all
	Form     bool           // found by the compiler

	card func(*item)     // looks at one card
	deck func(*survey)   // looks at a deck as a whole
	file func(*examined) // looks at a file as written

	fix func(f *syntax.File, at syntax.Span) (Fix, bool) // mends what was found there; nil if only the author can
}

// rules are the rules that [Run] applies, sorted by name.
var rules = []*Rule{
	&abbreviationOrder,
	&absoluteTerm,
	&allOfTheAbove,
	&ambiguousPrompt,
	&answerAndOptions,
	&articleCue,
	&askedElsewhere,
	&brokenImage,
	&clang,
	&closeSiblings,
	&clozeLoad,
	&clozeVisible,
	&danglingPronoun,
	&draft,
	&duplicateOption,
	&evidence,
	&imageWithoutAlt,
	&lengthCue,
	&listAsAnswer,
	&literalMarkup,
	&longAnswer,
	&longOption,
	&longStem,
	&longestIsRight,
	&nearDuplicate,
	&negativeStem,
	&noSource,
	&numericOrder,
	&numericOverlap,
	&optionCount,
	&rightAsWrong,
	&runningNumber,
	&sourceTypo,
	&templateGrammar,
	&twoPartAnswer,
	&unknownAllow,
	&vagueQuantifier,
	&volatile,
	&yesNo,
}

// all are the rules and the rules of form, sorted by name.
var all = sync.OnceValue(func() []*Rule {
	forms := slices.Concat(textForms, headerForms, factForms, tableForms)
	for _, r := range forms {
		r.Form = true
	}
	return slices.SortedFunc(slices.Values(slices.Concat(rules, forms)),
		func(a, b *Rule) int { return strings.Compare(a.Name, b.Name) })
})

// Rules returns all rules, sorted by name.
func Rules() []*Rule { return slices.Clone(all()) }

// Find returns the rule of that name.
func Find(name string) (*Rule, bool) {
	i, ok := slices.BinarySearchFunc(all(), name, func(r *Rule, name string) int { return strings.Compare(r.Name, name) })
	if !ok {
		return nil, false
	}
	return all()[i], true
}

// Explain is the page of help for the rule, as plain text: the reason, the
// text, and the two examples.
func (r *Rule) Explain() string {
	var b strings.Builder
	off := ""
	if r.Off {
		off = ", off by default"
	}
	fmt.Fprintf(&b, "%s (%s%s)\n%s\n\n%s\n", r.Name, r.Severity, off, r.Title, wrap(r.Text))
	for _, example := range []struct{ title, deck string }{{"Instead of", r.Bad}, {"write", r.Good}} {
		if example.deck != "" {
			fmt.Fprintf(&b, "\n%s\n\n%s\n", example.title, visible(indent(example.deck)))
		}
	}
	return b.String()
}

// pageWidth is what every terminal has.
const pageWidth = 80

// wrap breaks the paragraphs of a text anew.
func wrap(text string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			b.WriteString("\n\n")
		}
		column := 0
		for _, w := range strings.Fields(paragraph) {
			width := utf8.RuneCountInString(w)
			switch {
			case column == 0:
			case column+1+width > pageWidth:
				b.WriteByte('\n')
				column = 0
			default:
				b.WriteByte(' ')
				column++
			}
			b.WriteString(w)
			column += width
		}
	}
	return b.String()
}

// visible shows the characters of an example that a terminal would obey, or not
// show at all.
func visible(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || unicode.IsGraphic(r) && r != utf8.RuneError:
			b.WriteRune(r)
		case r == utf8.RuneError:
			fmt.Fprintf(&b, "‹0x%02X›", s[i])
		default:
			fmt.Fprintf(&b, "‹U+%04X›", r)
		}
	}
	return b.String()
}

func indent(s string) string {
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "    " + line
		}
	}
	return strings.Join(lines, "\n")
}
