package anki

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
)

// A side is one side of a card, as a template of Anki's makes it of a note.
type side struct {
	html   string
	hints  []string // fields shown on request
	typed  string   // the name of the field that what is typed is compared with; empty: nothing is typed
	clozes []string // the names of the fields with the deletions
	scene
}

// A scene is what Anki fills a template with, beside the fields.
type scene struct {
	front    bool     // it is the question's side
	deletion int      // the number that the card asks for; 0 where the note type has none
	asked    []string // on the other side: the names of the fields with the deletions
}

// maxSide is how many bytes of HTML a side may have: a template may name a
// long field many times.
const maxSide = 1 << 20

var errLongSide = errors.New("a side of this card is too long")

// render fills a template with a note's fields. Of Anki's language it knows
// fields, filters, sections "{{#Field}}…{{/Field}}" and inverted sections; what
// the answer repeats of the question is left out.
func render(template string, values map[string]string, in scene) (side, error) {
	s := side{scene: in}
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
			shown := s.filled(values, name) == (tag[0] == '#')
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
// "c1" asks for the card of a deletion.
func (s *side) filled(values map[string]string, name string) bool {
	if value, known := values[name]; known {
		return !blank(value)
	}
	number, isNumber := strings.CutPrefix(name, "c")
	return isNumber && s.deletion > 0 && number == strconv.Itoa(s.deletion)
}

// conditional are the sections of single cards of a cloze note type.
var conditional = lazyregexp.New(`\{\{\s*[#^]\s*c\d+\s*\}\}`)

// field is what a tag "filter:filter:Field" shows.
func (s *side) field(tag string, values map[string]string) string {
	filters := strings.Split(tag, ":")
	name := strings.TrimSpace(filters[len(filters)-1])
	value := values[name]
	typed := false
	for _, filter := range filters[:len(filters)-1] {
		switch strings.TrimSpace(filter) {
		case "type":
			typed = true
		case "cloze", "cloze-only":
			s.clozes = append(s.clozes, name)
			switch {
			case s.front || typed:
			case slices.Contains(s.asked, name):
				return ""
			default:
				value = reveal(value)
			}
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
	if typed { // a box to type in, or what is compared with it
		if s.front && s.typed == "" && !blank(value) {
			s.typed = name
		}
		return ""
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

// parted is what the back of a card adds to its question: above the rule, where most
// repeat it, and below. What has no rule stands below.
func parted(back, front string) (above, below string) {
	if at := answerRule.FindStringIndex(back); at != nil {
		return withoutQuestion(back[:at[0]], front), back[at[1]:]
	}
	if below = withoutQuestion(back, front); blank(below) {
		below = back
	}
	return "", below
}

// withoutQuestion takes off the question with which a back begins.
func withoutQuestion(back, front string) string {
	front = strings.TrimSpace(front)
	rest, found := strings.CutPrefix(strings.TrimSpace(back), front)
	if front == "" || !found || rest != "" && rest[0] != '<' && rest[0] != '\n' && !strings.HasSuffix(front, ">") {
		return back
	}
	return breaks.ReplaceAllString(rest, "")
}

var breaks = lazyregexp.New(`^(?i:\s|<br ?/?>|<hr ?/?>)+`)

// typedText is what Anki compares with what is typed: the words of a field, in one line.
func typedText(field string) string {
	return strings.TrimSpace(lineEnds.ReplaceAllString(soundOrPicture.ReplaceAllString(field, ""), " "))
}

var (
	lineEnds       = lazyregexp.New(`(?i:\n|<br ?/?>|</?div[^>]*>|</?p[^>]*>)+`)
	soundOrPicture = lazyregexp.New(`\[sound:[^\]]*\]|<img[^>]*>`)
)
