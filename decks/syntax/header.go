package syntax

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// headerKeys are the keys of a header in canonical order.
var headerKeys = []string{"deck", "id", "title", "author", "license", "lang", "tags", "source", "order", "typed",
	"strict", "quiz"}

// HeaderKeys returns the keys of a header in canonical order.
func HeaderKeys() []string { return slices.Clone(headerKeys) }

// maxHeader limits how many lines are searched for the end of a header.
const maxHeader = 1000

// header reads the lines between "---" and "---" at the head of the file.
func (p *parser) header() {
	if len(p.file.lines) == 0 || p.text(0) != "---" {
		return
	}
	end, closed := p.headerEnd()
	h := &Header{}
	for i := 1; i < end; i++ {
		if p.text(i) != "" {
			p.headerLine(h, i)
		}
	}
	p.line = end
	if closed {
		p.line++
	} else {
		p.error(p.span(0), "unclosed-header", "this header is never closed",
			`write "---" on a line of its own below its last line`)
	}
	h.Span = p.lines(0, p.line)
	p.file.Header = h
}

// forgiveHeader makes warnings of what is wrong in the header of a file without
// facts. It may be a note of another program's, with keys and lists of its own;
// where it names a deck, only its keys are.
func (p *parser) forgiveHeader(problems []Problem) {
	for i := range problems {
		problem := &problems[i]
		foreign := problem.Rule == "unknown-header-key"
		if problem.Rule == "unclosed-header" || !foreign && p.file.Header.Get("deck") != nil {
			continue
		}
		problem.Severity = Warning
		if !foreign || Nearest(p.file.Slice(problem.Span), headerKeys) == "" {
			problem.Hint = "it may stay as long as no facts stand below it"
		}
	}
}

// headerEnd finds the line that closes the header, or the first that can not
// belong to one.
func (p *parser) headerEnd() (line int, closed bool) {
	entries := 1 // the line after the last that looks like an entry
	for i := 1; i < len(p.file.lines) && i < maxHeader; i++ {
		line := p.text(i)
		if line == "---" {
			return i, true
		}
		if k, ok := readKey(line); ok && k.exact && k.key.Opens() || headingLevel(line) > 1 {
			break
		}
		if key, _, _, ok := cutEntry(line); ok && entries == i && slices.Contains(headerKeys, key) {
			entries = i + 1
		}
	}
	return entries, false
}

// cutEntry splits `key: value` and `source NAME: value`.
func cutEntry(line string) (key, name string, value int, ok bool) {
	colon := strings.IndexByte(line, ':')
	if colon <= 0 || isSpace(line[0]) {
		return "", "", 0, false
	}
	key, name, _ = strings.Cut(line[:colon], " ")
	name = strings.TrimSpace(name)
	value = colon + 1
	for value < len(line) && isSpace(line[value]) {
		value++
	}
	return key, name, value, true
}

func (p *parser) headerLine(h *Header, i int) {
	line, at := p.text(i), p.span(i)
	at.End = at.Start + len(line)
	key, name, from, ok := cutEntry(line)
	if !ok {
		p.error(at, "bad-header", "this line of the header is not `key: value`",
			`write one key on each line: "title: The future of NATO"`)
		return
	}
	word := Span{at.Start, at.Start + len(key)}
	if !slices.Contains(headerKeys, key) {
		p.error(word, "unknown-header-key", fmt.Sprintf("a header has no key %s", quote(key)), suggest(key, headerKeys))
		return
	}
	value := p.value(at.Start+from, []rawLine{{Span: Span{at.Start + from, at.End}, first: true}})
	entry := Entry{Span: at, Key: key, Name: p.normal(name), Value: value}
	if value.Text == "" || key == "tags" && len(SplitTags(value.Text)) == 0 {
		p.error(Span{at.Start, at.End}, "empty-value", fmt.Sprintf("the header's %s is empty", key),
			"write its value behind the colon, or delete the line")
		return
	}
	if p.checkEntry(h, &entry, word) {
		h.Entries = append(h.Entries, entry)
	}
}

func (p *parser) checkEntry(h *Header, e *Entry, word Span) bool {
	if e.Key == "source" {
		if !isName(e.Name) {
			p.error(word, "bad-header", "a source needs one short name before its colon",
				`write "source fes: Author, Title, Year" and refer to it as fes`)
			return false
		}
	} else if e.Name != "" {
		p.error(word, "bad-header", fmt.Sprintf("only sources have a name before the colon, %s has none", e.Key),
			fmt.Sprintf(`write "%s: %s"`, e.Key, quoteless(e.Value.Text)))
		return false
	}
	for i := range h.Entries {
		if h.Entries[i].Key == e.Key && h.Entries[i].Name == e.Name {
			p.error(word, "key-twice", fmt.Sprintf("the header gives %s twice", strings.TrimSpace(e.Key+" "+e.Name)),
				"delete one of the two lines")
			return false
		}
	}
	return p.checkHeaderValue(e)
}

func (p *parser) checkHeaderValue(e *Entry) bool {
	text := e.Value.Text
	switch e.Key {
	case "deck", "id":
		if !IsDeckName(text) {
			hint := `use lower-case letters, digits and "-", with "/" for decks within decks`
			if near := nearestDeckName(text); IsDeckName(near) {
				hint += fmt.Sprintf(": write %q", near)
			}
			p.error(e.Value.Span, "bad-deck-name", fmt.Sprintf("%s is not a deck name", quote(text)), hint)
			return false
		}
	case "lang":
		if !isLanguage(text) {
			p.error(e.Value.Span, "bad-header", fmt.Sprintf("%s is not a language tag", quote(text)),
				`write "en", "de" or "pt-BR"`)
			return false
		}
	case "tags":
		return p.checkTags(e.Value)
	case "order":
		return p.checkChoice(e, "authored", "random")
	case "typed":
		return p.checkChoice(e, "never", "short", "always")
	case "strict":
		return p.checkChoice(e, "yes", "no")
	case "quiz":
		return p.checkChoice(e, "never")
	}
	return true
}

func (p *parser) checkChoice(e *Entry, values ...string) bool {
	if slices.Contains(values, e.Value.Text) {
		return true
	}
	p.error(e.Value.Span, "bad-header", fmt.Sprintf("%s is not a value of %s", quote(e.Value.Text), e.Key),
		"write "+strings.Join(values, " or "))
	return false
}

// SplitTags returns the tags of a value: words parted by spaces or commas, each
// with or without a number sign.
func SplitTags(text string) []string {
	tags := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
	for i, tag := range tags {
		tags[i] = strings.TrimLeft(tag, "#")
	}
	return slices.DeleteFunc(tags, func(tag string) bool { return tag == "" })
}

func (p *parser) checkTags(v Value) bool {
	for _, tag := range SplitTags(v.Text) {
		if strings.ContainsAny(tag, "[](){}\"'`|;\\") {
			p.error(v.Span, "bad-tag", fmt.Sprintf("%s is not a tag", quote(tag)),
				"write words parted by spaces: politics security")
			return false
		}
	}
	return true
}

// IsDeckName reports whether a name is one a deck may have: words of a-z, 0-9 and
// "-", and of the lower-case letters and digits of other scripts than the Latin
// one, joined by "/". It is in Unicode's normal form NFC.
func IsDeckName(name string) bool {
	if len(name) > 200 || !norm.NFC.IsNormalString(name) {
		return false
	}
	for word := range strings.SplitSeq(name, "/") {
		if !isDeckWord(word) {
			return false
		}
	}
	return true
}

func isDeckWord(word string) bool {
	if word == "" || len(word) > maxDeckWord || utf8.RuneCountInString(word) > maxID || word[0] == '-' {
		return false
	}
	kept := false
	for _, r := range word {
		kept = isForeign(r) || kept && isAccent(r)
		if !kept && !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return true
}

// nearestDeckName returns the name that comes nearest to what an author wrote.
func nearestDeckName(text string) string {
	var words []string
	for part := range strings.SplitSeq(text, "/") {
		if word := DeckWord(part); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "/")
}

// IsID reports whether s may be a fact's id: [a-z0-9][a-z0-9-]{0,63}.
func IsID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if b := s[i]; !(b >= 'a' && b <= 'z' || isDigit(b) || b == '-') {
			return false
		}
	}
	return true
}

func isName(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsAny(s, " \t\\|{}\"")
}

// isLanguage checks the shape of a BCP 47 tag: subtags of letters and digits,
// the first of two or three letters.
func isLanguage(s string) bool {
	for i, sub := range strings.Split(s, "-") {
		if len(sub) < 1 || len(sub) > 8 || i == 0 && (len(sub) < 2 || len(sub) > 3) {
			return false
		}
		for j := range len(sub) {
			if b := sub[j] | 0x20; !(b >= 'a' && b <= 'z') && (i == 0 || !isDigit(sub[j])) {
				return false
			}
		}
	}
	return true
}

// suggest names the word that was probably meant, else all that there are.
func suggest(word string, known []string) string {
	if best := Nearest(word, known); best != "" {
		return fmt.Sprintf("write %s", quote(best))
	}
	if len(known) > 16 {
		known = append(slices.Clone(known[:16]), "…")
	}
	return "write one of: " + strings.Join(known, ", ")
}

// Nearest returns the one of some known words that a word was most likely meant
// for, or "" if none is near.
func Nearest(word string, known []string) string {
	best, least := "", 3
	if len(word) > 64 {
		return best
	}
	for _, k := range known {
		if strings.EqualFold(k, word) {
			return k
		}
		n, _ := slips(strings.ToLower(word), strings.ToLower(k))
		if n < least && n < len(k)-1 {
			best, least = k, n
		}
	}
	return best
}

// quote sets a word of the author's off, cut short where it is long.
func quote(s string) string { return `"` + quoteless(s) + `"` }

func quoteless(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return s
}
