package orgmode

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/notebook"
)

// While a text with gaps becomes Markdown, its gaps stand between two signs that no
// text has.
const (
	gapOpen = "\ue000"
	gapShut = "\ue001"
)

// A gap is what is known of a hidden part beside its text.
type gap struct {
	number int // from 1; 0: none is written
	hint   string
}

// markGaps puts the signs around the gaps that an expression finds, of which part says
// what it is; a part of no text is none, and none begins in what shut finds, if given.
func markGaps(lines []string, re *regexp.Regexp, shut func(string) [][2]int,
	part func(m []string) (text string, g gap, ok bool)) (out []string, gaps []gap) {
	whole := strings.NewReplacer(gapOpen, "", gapShut, "").Replace(strings.Join(lines, "\n"))
	var b strings.Builder
	var closed [][2]int
	if shut != nil {
		closed = shut(whole)
	}
	from := 0
	for _, at := range re.FindAllStringSubmatchIndex(whole, -1) {
		for len(closed) > 0 && closed[0][1] <= at[0] {
			closed = closed[1:]
		}
		if len(closed) > 0 && closed[0][0] <= at[0] {
			continue
		}
		m := make([]string, len(at)/2)
		for i := range m {
			if at[2*i] >= 0 {
				m[i] = whole[at[2*i]:at[2*i+1]]
			}
		}
		text, g, ok := part(m)
		if !ok || at[0] < from || inLink(whole, at[0]) {
			continue
		}
		b.WriteString(whole[from:at[0]] + gapOpen + text + gapShut)
		gaps = append(gaps, g)
		from = at[1]
	}
	b.WriteString(whole[from:])
	return strings.Split(b.String(), "\n"), gaps
}

// inLink reports whether what begins at a place is a part of a link:
// "[[target][words]]".
func inLink(s string, at int) bool { return at > 0 && (s[at-1] == '[' || s[at-1] == ']') }

// pieces cuts Markdown at the signs of gaps. Where no gap has a number each is a card of
// its own; together makes one card of all.
func pieces(markdown string, gaps []gap, together bool) []notebook.Piece {
	all := []notebook.Piece{}
	for n := 0; ; n++ {
		before, rest, ok := strings.Cut(markdown, gapOpen)
		all = append(all, notebook.Piece{Text: strings.ReplaceAll(before, gapShut, "")})
		if !ok || n == len(gaps) {
			return all
		}
		inner, after, _ := strings.Cut(rest, gapShut)
		number := gaps[n].number
		switch {
		case together:
			number = 1
		case number == 0:
			number = n + 1
		}
		bare := strings.TrimSpace(inner) // space at the edge of a gap is for the eye
		if strings.HasSuffix(inner, " ") && startsWord(after) {
			after = " " + after
		}
		all = append(all, notebook.Piece{Text: bare, Number: number, Hint: gaps[n].hint})
		markdown = after
	}
}

func startsWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
