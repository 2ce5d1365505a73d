package anki

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"kartei/decks/syntax"
)

// putPlaceholders puts marks in the place of the braces and colons of deletions
// "{{1::answer::hint}}". One whose number is not among those of the fact's
// cards is not a deletion but braces that the author made literal.
func putPlaceholders(text string, numbers []int) string {
	var b strings.Builder
	from := 0
	for _, d := range syntax.Deletions(text) {
		if !d.Written || !slices.ContainsFunc(numbers, d.Has) {
			continue
		}
		b.WriteString(text[from:d.Start])
		fmt.Fprintf(&b, "%c%s%c%s", markOpen, strings.TrimPrefix(d.Numbers(), "c"), markSplit,
			text[d.Answer.Start:d.Answer.End])
		if d.Hint.Start < d.Hint.End {
			b.WriteRune(markSplit)
			b.WriteString(text[d.Hint.Start:d.Hint.End])
		}
		b.WriteRune(markClose)
		from = d.End
	}
	b.WriteString(text[from:])
	return b.String()
}

// seal writes marks as Anki wants them and takes the meaning from characters
// that Anki, not the text, would give one: a deletion's end and hint within a
// deletion, a deletion's start anywhere, sound, LaTeX and maths in prose.
func seal(text string) string {
	if strings.IndexFunc(text, begins) < 0 {
		return text
	}
	var b strings.Builder
	inside := false
	var before rune // the last character, 0 where it was written as a reference
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		reference := ""
		switch r {
		case markOpen:
			inside = true
			b.WriteString("{{c")
		case markSplit:
			b.WriteString("::")
		case markClose:
			inside = false
			b.WriteString("}}")
		case markSound:
			b.WriteByte('[')
		case markMath:
			b.WriteByte('\\')
		case '{':
			reference = when(before == '{' || after == markOpen, "&#123;")
		case '}':
			reference = when(inside && (before == '}' || after == markClose || after == markSplit), "&#125;")
		case ':':
			reference = when(inside && (before == ':' || before == markSplit || after == markSplit ||
				after == markClose), "&#58;")
		case '[':
			reference = when(command(text[i+1:]), "&#91;")
		case '(':
			reference = when(before == '\\', "<span>(</span>")
		}
		if r == '[' && before == '\\' {
			reference = "<span>[</span>"
		}
		switch {
		case reference != "":
			b.WriteString(reference)
			before = 0
		default:
			if !isMark(r) {
				b.WriteRune(r)
			}
			before = r
		}
	}
	return b.String()
}

// begins says that there is something to seal only where there is such a character.
func begins(r rune) bool {
	switch r {
	case '{', '[', '\\', markOpen, markSound, markMath:
		return true
	}
	return false
}

func when(condition bool, reference string) string {
	if condition {
		return reference
	}
	return ""
}

func isMark(r rune) bool {
	switch r {
	case markOpen, markSplit, markClose, markSound, markMath:
		return true
	}
	return false
}

// command says that "[" and what follows is an order to Anki.
func command(after string) bool {
	for _, name := range []string{"sound:", "anki:", "latex]", "$]", "$$]"} {
		if len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) {
			return true
		}
	}
	return false
}
