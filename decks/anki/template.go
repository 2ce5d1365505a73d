package anki

import (
	"errors"
	"strings"

	"kartei/decks/lazyregexp"
)

// A side is one side of a card, as a template of Anki's makes it of a note.
type side struct {
	html  string
	hints []string // fields shown on request
	typed bool     // there is a field to type in
	cloze string   // the name of the field with the deletions
	front bool     // it is the question's side
}

// maxSide is how many bytes of HTML a side may have: a template may name a
// long field many times.
const maxSide = 1 << 20

var errLongSide = errors.New("a side of this card is too long")

// render fills a template with a note's fields. Of Anki's language it knows
// fields, filters, sections "{{#Field}}…{{/Field}}" and inverted sections; what
// the answer repeats of the question is left out.
func render(template string, values map[string]string, front bool) (side, error) {
	s := side{front: front}
	var out strings.Builder
	hidden := 0 // sections around that are not shown
	var open []bool
	for {
		before, rest, found := strings.Cut(template, "{{")
		if hidden == 0 {
			out.WriteString(before)
		}
		if !found {
			break
		}
		tag, after, found := strings.Cut(rest, "}}")
		if !found {
			break
		}
		template = after
		tag = strings.TrimSpace(tag)
		if tag == "" {
			continue
		}
		name := strings.TrimSpace(tag[1:])
		switch tag[0] {
		case '#', '^':
			shown := filled(values, name) == (tag[0] == '#')
			open = append(open, shown)
			if !shown {
				hidden++
			}
		case '/':
			if n := len(open); n > 0 {
				if !open[n-1] {
					hidden--
				}
				open = open[:n-1]
			}
		case '!':
		default:
			if hidden == 0 {
				out.WriteString(s.field(tag, values))
			}
		}
		if out.Len() > maxSide {
			return side{}, errLongSide
		}
	}
	s.html = out.String()
	return s, nil
}

// filled says that a section is shown. Fields are by name; in cloze note types
// "c1" asks for a deletion, and all of them are shown here.
func filled(values map[string]string, name string) bool {
	value, known := values[name]
	return !known && strings.HasPrefix(name, "c") || !blank(value)
}

// field is what a tag "filter:filter:Field" shows.
func (s *side) field(tag string, values map[string]string) string {
	filters := strings.Split(tag, ":")
	name := strings.TrimSpace(filters[len(filters)-1])
	value := values[name]
	for _, filter := range filters[:len(filters)-1] {
		switch strings.TrimSpace(filter) {
		case "type":
			s.typed = true
			if s.front {
				return ""
			}
		case "cloze", "cloze-only":
			s.cloze = name
		case "hint":
			if !blank(value) {
				s.hints = append(s.hints, value)
			}
			return ""
		case "kanji":
			value = withoutReadings(value, "$1")
		case "kana":
			value = withoutReadings(value, "$2")
		case "furigana":
			value = withoutReadings(value, "$1（$2）")
		case "text":
			value = anyTag.ReplaceAllString(value, "")
		}
		if strings.HasPrefix(strings.TrimSpace(filter), "tts") {
			return ""
		}
	}
	return value
}

// reading is how a field says what stands above characters: " 行[い]く".
var reading = lazyregexp.New(` ?([^ >\[]+)\[([^\]]+)\]`)

// withoutReadings writes characters and their readings in another way. A terminal
// has no room above a line.
func withoutReadings(value, how string) string {
	return reading.ReplaceAllStringFunc(value, func(place string) string {
		if strings.Contains(place, "[sound:") {
			return place
		}
		return reading.ReplaceAllString(place, how)
	})
}

// answerRule is what parts the question from the answer on the back of a card.
var answerRule = lazyregexp.New(`(?i)<hr[^>]*\bid\s*=\s*["']?answer["']?[^>]*>`)

// afterRule is the answer alone.
func afterRule(back string) string {
	if at := answerRule.FindStringIndex(back); at != nil {
		return back[at[1]:]
	}
	return back
}
