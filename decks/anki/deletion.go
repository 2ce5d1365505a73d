package anki

import (
	"strings"
	"unicode/utf8"
)

// mark puts marks in the place of the braces and colons of deletions
// "{{1::answer::hint}}". Braces within an answer come in pairs.
func mark(text string) string {
	var b strings.Builder
	for {
		start := strings.Index(text, "{{")
		if start < 0 {
			break
		}
		number, answer, hint, rest, ok := deletion(text[start:])
		if !ok {
			b.WriteString(text[:start+1])
			text = text[start+1:]
			continue
		}
		b.WriteString(text[:start])
		b.WriteRune(markOpen)
		b.WriteString(number)
		b.WriteRune(markSplit)
		b.WriteString(answer)
		if hint != "" {
			b.WriteRune(markSplit)
			b.WriteString(hint)
		}
		b.WriteRune(markClose)
		text = rest
	}
	b.WriteString(text)
	return b.String()
}

// deletion takes a text that begins with "{{" apart.
func deletion(text string) (number, answer, hint, rest string, ok bool) {
	digits := 2
	for digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
		digits++
	}
	if digits == 2 || digits > 6 || !strings.HasPrefix(text[digits:], "::") {
		return "", "", "", "", false
	}
	body := text[digits+2:]
	end := bodyEnd(body)
	if end < 0 {
		return "", "", "", "", false
	}
	answer, hint, _ = strings.Cut(body[:end], "::")
	return text[2:digits], answer, hint, body[end+2:], true
}

// bodyEnd is where the "}}" stands that closes a deletion: the first with every
// brace before it closed, else the first at all; -1 where there is none.
func bodyEnd(body string) int {
	depth := 0
	for i := 0; i+1 < len(body); i++ {
		switch {
		case body[i] == '{':
			depth++
		case body[i] == '}' && depth > 0:
			depth--
		case body[i] == '}' && body[i+1] == '}':
			return i
		}
	}
	return strings.Index(body, "}}")
}

// seal writes marks as Anki wants them and takes the meaning from characters
// that Anki, not the text, would give one: a deletion's end and hint within a
// deletion, a deletion's start anywhere, sound, LaTeX and maths in prose.
func seal(text string) string {
	if !strings.ContainsAny(text, "{[\\"+string([]rune{markOpen, markSound, markMath})) {
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
			reference = when(inside && (before == ':' || before == markSplit || after == markSplit || after == markClose), "&#58;")
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
