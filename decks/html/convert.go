package html

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

// A Converter makes card text of HTML. Its zero value takes nothing but words. It
// is for one goroutine.
type Converter struct {
	// File says what a picture or a sound of the HTML is here. Nil: nothing.
	File func(kind FileKind, source string) File

	// Lost is told what the text does not hold, by kind, with an example that may be
	// empty. Nil: nobody wants to know.
	Lost func(kind, example string)

	// Hide are the classes (".name") and ids ("#name") that a style sheet hides,
	// beside those that the HTML itself hides.
	Hide map[string]bool

	// Sounds takes "[sound:name]" for a sound, as Anki does.
	Sounds bool

	// Literal takes tags that HTML does not have for text: "#include <stdio.h>".
	Literal bool

	// Deletions reads the marks of deletions; see [DeletionOpen].
	Deletions bool

	macros map[string]macro // of formulas so far: MathJax keeps them for a whole page
}

// Marks of a deletion: open, its number, split, its text and perhaps split and a
// hint, close. They are punctuation, so that Markdown beside them is read as it is
// beside braces.
const (
	DeletionOpen  = '\u2983' // ⦃
	DeletionSplit = '\u2982' // ⦂
	DeletionClose = '\u2984' // ⦄
)

var marks = string([]rune{DeletionOpen, DeletionSplit, DeletionClose})

// A FileKind is what a file is to be.
type FileKind int

// The kinds of files.
const (
	Picture FileKind = iota
	Sound            // or a film: a link
	Linked           // a file that a link leads to
)

// A File is a picture or a sound beside the deck.
type File struct {
	Path  string // as a link of the deck names it; empty: there is none
	Label string // what it is called where the HTML has no words for it
	Link  bool   // a picture that cannot be shown: a link leads to it
	Told  bool   // that it is left out was told already
}

func (c *Converter) lost(kind, example string) {
	if c.Lost != nil {
		c.Lost(kind, example)
	}
}

// Text returns the card text of HTML.
func (c *Converter) Text(source string) string {
	if plain(source) {
		return strings.TrimSpace(source)
	}
	source = places.Replace(source)
	w := writer{Converter: c, brackets: hasLinkSign(source)}
	source = w.takeFormulas(source)
	root := parse(source, c.Literal)
	if strings.Contains(source, "<style") {
		w.hides = HiddenBy(source)
	}
	w.prepare(root)
	w.children(root)
	w.endBlock()
	if w.single != "" {
		return w.single
	}
	return w.out.String()
}

// places takes what stands for formulas out of a text: noncharacters, which none
// has a use for.
var places = strings.NewReplacer(string(placeOpen), "", string(placeClose), "")

// linkSign is what may stand beside or in a link.
var linkSign = lazyregexp.New(`^(?i:\]\s?[(\[:]|<a\s|<img\s|<audio|<video|<iframe|<embed|<object|\[sound:|!\[)`)

// hasLinkSign reports whether a text has a [linkSign]. It asks only where one may
// begin, and only of as much as the longest takes, which is much faster.
func hasLinkSign(text string) bool {
	for {
		at := strings.IndexAny(text, "]<[!")
		if at < 0 {
			return false
		}
		text = text[at:]
		if len(text) > 1 && (text[0] != '<' || strings.IndexByte("aAiIvVeEoO", text[1]) >= 0) &&
			linkSign.MatchString(text[:min(len(text), len("[sound:"))]) {
			return true
		}
		text = text[1:]
	}
}

// plain reports whether a text is one line of words with single spaces, none of
// which means anything to HTML or to Markdown. Most are.
func plain(text string) bool {
	if strings.ContainsAny(text, "<&\\*_`[]$\n\t\r#~|>") || strings.Contains(text, "  ") {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] >= 0x7f {
			return !strings.ContainsFunc(text, func(r rune) bool {
				return r < ' ' || r == 0x7f || unicode.IsSpace(r) && r != ' ' || strings.ContainsRune(marks, r) ||
					unicode.Is(unicode.Noncharacter_Code_Point, r)
			})
		}
	}
	return true
}

// Words returns the words that HTML shows, without markup and in one line, with a
// space where a tag stood. It ends soon after as many bytes as were asked for; 0
// asks for all.
func Words(source string, most int) string {
	if !strings.ContainsAny(source, "<&") {
		return source
	}
	var out strings.Builder
	tokens(source, func(t token) bool {
		if t.kind == textToken {
			out.WriteString(t.text)
		} else {
			out.WriteByte(' ')
		}
		return most == 0 || out.Len() <= most
	})
	return out.String()
}

// Speaks reports whether HTML shows a letter for all to see. Where it says no, only
// [Converter.Text], which costs much more, can tell.
func (c *Converter) Speaks(source string) (speaks bool) {
	if strings.ContainsAny(source, `\$`) || strings.Contains(source, "<style") {
		return false // what follows a macro or a style sheet may show nothing
	}
	w := writer{Converter: c}
	tokens(source, func(t token) bool {
		if t.kind != textToken {
			return transparent.Has(t.name) && !w.hidden(&node{name: t.name, attributes: t.attributes})
		}
		words, command := t.text, command.FindStringIndex(t.text)
		if command != nil {
			words = words[:command[0]]
		}
		speaks = strings.ContainsFunc(words, unicode.IsLetter)
		return !speaks && command == nil
	})
	return speaks
}

// command begins what is no text: a sound, a formula.
var command = lazyregexp.New(`\[(?:sound:|latex\]|tex\])`)

// transparent are elements that show all the text in them.
var transparent = wordset.New(`b big br center div em font h1 h2 h3 h4 h5 h6 hr i li ol p section small span strong
	table tbody td th tr u ul`)

// Attribute returns the first value of an attribute that the tags of a name have.
func Attribute(source, tag, attribute string) (value string) {
	tokens(source, func(t token) bool {
		if t.kind == startToken && t.name == tag {
			value = t.attribute(attribute)
		}
		return value == ""
	})
	return value
}

// List returns the items of HTML that is one list without lists in it and nothing
// else, each as HTML; nil for all other HTML. Lists whose items are called by
// letters, or by other numbers than their places, are texts.
func List(source string) (items []string, ordered bool) {
	if !strings.Contains(source, "<ul") && !strings.Contains(source, "<ol") && !strings.Contains(source, "<UL") &&
		!strings.Contains(source, "<OL") {
		return nil, false
	}
	root := parse(source, false)
	list := only(root)
	if list == nil || list.name != "ul" && (list.name != "ol" || listKind(list) != "1" || list.hasAttribute("start") ||
		hasValues(list)) {
		return nil, false
	}
	for _, kid := range list.kids {
		switch {
		case kid.name == "" && strings.TrimSpace(kid.text) == "":
		case kid.name != "li" || kid.has("ul", "ol"):
			return nil, false
		case !kid.blank():
			items = append(items, kid.source(source))
		}
	}
	return items, list.name == "ol"
}

// number writes the number of an item in the way of a list.
func number(kind string, n int) string {
	switch kind {
	case "a", "A":
		if n < 1 || n > 26*26 {
			break
		}
		text := string(rune('A' + (n-1)%26))
		if n > 26 {
			text = string(rune('A'+(n-1)/26-1)) + text
		}
		if kind == "a" {
			text = strings.ToLower(text)
		}
		return text
	case "i", "I":
		if n < 1 || n > 3999 {
			break
		}
		text := roman(n)
		if kind == "i" {
			text = strings.ToLower(text)
		}
		return text
	}
	return fmt.Sprint(n)
}

func roman(n int) string {
	var out strings.Builder
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	for i, letters := range []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"} {
		for ; n >= values[i]; n -= values[i] {
			out.WriteString(letters)
		}
	}
	return out.String()
}

func isOneOf(name string, names ...string) bool { return slices.Contains(names, name) }
