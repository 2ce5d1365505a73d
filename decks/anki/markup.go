package anki

import (
	"html"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/lazy"
)

// A token is a piece of HTML: text, or a tag. Fields of Anki's are fragments
// written by an editor, by add-ons and by people; nothing about them is sure.
type token struct {
	text       string // unescaped; empty for tags
	name       string // of a tag, lower-case; empty for text
	end        bool   // an end tag
	attributes map[string]string
}

// tokens splits HTML. Comments and what scripts and styles hold are left out.
// What cannot be a tag is text: "a < b".
func tokens(source string) []token {
	var list []token
	text := func(s string) {
		if s != "" {
			list = append(list, token{text: unescape(s)})
		}
	}
	for {
		at := tagStart(source)
		if at < 0 {
			text(source)
			return list
		}
		text(source[:at])
		source = source[at:]
		if rest, ok := strings.CutPrefix(source, "<!"); ok {
			source = afterComment(rest)
			continue
		}
		tag, rest, ok := readTag(source)
		switch {
		case tag.name == "":
			text(source[:1])
			source = source[1:]
			continue
		case !ok: // it never ends, and no other tag after it can be told from its attributes
			text(source)
			return list
		}
		source = rest
		if !tag.end && (tag.name == "script" || tag.name == "style") {
			source = afterElement(source, tag.name)
			continue
		}
		list = append(list, tag)
	}
}

var reference = lazy.Regexp(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?`)

// unescape resolves character references. None of them makes a mark, a control
// character or half a letter: each is cleaned for itself.
func unescape(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	return norm.NFC.String(reference().ReplaceAllStringFunc(text, func(r string) string {
		return hide.Replace(clean(html.UnescapeString(r)))
	}))
}

// tagStart is where the next "<" stands that a tag or comment may follow.
func tagStart(s string) int {
	from := 0
	for {
		i := strings.IndexByte(s[from:], '<')
		if i < 0 || from+i+1 >= len(s) {
			return -1
		}
		from += i + 1
		c := s[from] | 0x20
		if 'a' <= c && c <= 'z' || s[from] == '/' || s[from] == '!' {
			return from - 1
		}
	}
}

func afterComment(s string) string {
	end := ">"
	if strings.HasPrefix(s, "--") {
		s, end = s[2:], "-->"
	}
	_, rest, _ := strings.Cut(s, end)
	return rest
}

// afterElement skips to behind an element's end tag.
func afterElement(s, name string) string {
	for {
		at := strings.Index(s, "</")
		if at < 0 {
			return ""
		}
		s = s[at+2:]
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			_, rest, _ := strings.Cut(s, ">")
			return rest
		}
	}
}

// readTag reads the tag at the beginning of s. It is false where the tag does
// not end.
func readTag(s string) (tag token, rest string, ok bool) {
	i := 1
	if s[i] == '/' {
		tag.end = true
		i++
	}
	from := i
	for i < len(s) && isNameByte(s[i]) {
		i++
	}
	tag.name = strings.ToLower(s[from:i])
	if tag.name == "" {
		return tag, "", false
	}
	for i < len(s) {
		switch c := s[i]; {
		case c == '>':
			return tag, s[i+1:], true
		case c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default:
			var name, value string
			name, value, i = readAttribute(s, i)
			if tag.attributes == nil {
				tag.attributes = map[string]string{}
			}
			if _, twice := tag.attributes[name]; !twice && len(tag.attributes) < 100 {
				tag.attributes[name] = unescape(value)
			}
		}
	}
	return tag, "", false
}

func isNameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == ':'
}

// readAttribute reads `name`, `name=value` or `name="value"` from i on.
func readAttribute(s string, i int) (name, value string, next int) {
	from := i
	for i++; i < len(s) && !strings.ContainsRune("=>/ \t\r\n", rune(s[i])); i++ {
	}
	name = strings.ToLower(s[from:i])
	j := i
	for j < len(s) && (s[j] == ' ' || s[j] == '\n') {
		j++
	}
	if j >= len(s) || s[j] != '=' {
		return name, "", i
	}
	for j++; j < len(s) && (s[j] == ' ' || s[j] == '\n'); j++ {
	}
	if j < len(s) && (s[j] == '"' || s[j] == '\'') {
		end := strings.IndexByte(s[j+1:], s[j])
		if end < 0 {
			return name, "", len(s)
		}
		return name, s[j+1 : j+1+end], j + end + 2
	}
	from = j
	for j < len(s) && !strings.ContainsRune("> \t\r\n", rune(s[j])) {
		j++
	}
	return name, s[from:j], j
}
