package hashcards

import (
	"io/fs"
	"strconv"
	"strings"

	"kartei/decks/notebook"
)

// macrosName is the file with the macros of a collection's formulas.
const macrosName = "macros.tex"

// macros are shorthands of formulas, by their names with the backslash.
type macros map[string]string

// readMacros reads lines such as `\R \mathbb{R}`; those that begin with "%" are notes.
func readMacros(s *notebook.Source) macros {
	if _, err := fs.Stat(s.FS, macrosName); err != nil {
		return nil
	}
	text, err := s.Text(macrosName)
	if err != nil {
		return nil
	}
	m := macros{}
	for line := range strings.SplitSeq(text, "\n") {
		name, meaning, ok := strings.Cut(line, " ")
		if ok && len(name) > 1 && name[0] == '\\' && nameEnd(name, 0) == len(name) {
			m[name] = strings.TrimSpace(meaning)
		}
	}
	return m
}

// Limits on what macros may make of a text: they may name each other.
const (
	maxDepth    = 16
	maxExpanded = 32 << 10 // bytes
)

// expand writes macros out, but for those in code. What would become too long stays as
// it is.
func (m macros) expand(text string) string {
	if len(m) == 0 || !strings.Contains(text, `\`) {
		return text
	}
	if out, ok := m.within(text, 0); ok {
		return out
	}
	return text
}

func (m macros) within(text string, depth int) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '`':
			end := i + 1
			for end < len(text) && text[end] != '`' {
				end++
			}
			end = min(end+1, len(text))
			out.WriteString(text[i:end])
			i = end
		case text[i] == '\\':
			end := max(nameEnd(text, i), min(i+2, len(text)))
			meaning, ok := m[text[i:end]]
			if !ok || depth == maxDepth {
				out.WriteString(text[i:end])
				i = end
				continue
			}
			full, next := fill(meaning, text, end)
			inner, ok := m.within(full, depth+1)
			if !ok {
				return "", false
			}
			out.WriteString(inner)
			if next < len(text) && isLetter(text[next]) && inner != "" && isLetter(inner[len(inner)-1]) {
				out.WriteByte(' ')
			}
			i = next
		default:
			out.WriteByte(text[i])
			i++
		}
		if out.Len() > maxExpanded {
			return "", false
		}
	}
	return out.String(), true
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// nameEnd is where the letters behind a backslash end.
func nameEnd(text string, at int) int {
	at++
	for at < len(text) && isLetter(text[at]) {
		at++
	}
	return at
}

// fill puts what follows a macro, in braces or a character each, in the places #1, #2 of
// its meaning, and returns where the text goes on.
func fill(meaning, text string, at int) (full string, next int) {
	for n := 1; n <= 9 && strings.Contains(meaning, "#"+strconv.Itoa(n)); n++ {
		var argument string
		argument, at = argumentAt(text, at)
		meaning = strings.ReplaceAll(meaning, "#"+strconv.Itoa(n), argument)
		if len(meaning) > maxExpanded {
			return "", at
		}
	}
	return meaning, at
}

func argumentAt(text string, at int) (argument string, next int) {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	if at >= len(text) {
		return "", at
	}
	if text[at] != '{' {
		return text[at : at+1], at + 1
	}
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[at+1 : i], i + 1
			}
		}
	}
	return text[at:], len(text)
}
