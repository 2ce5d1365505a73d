package anki

import (
	"slices"
	"strconv"
	"strings"

	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// ownNote writes a note of one of our own types, whose fields say what each
// part of it is, so that a deck comes back from Anki as it went there.
func (im *importer) ownNote(n foreignNote) bool {
	values := n.values(n.cards[0])
	n.placeOwn()
	if n.kind.id == clozeType {
		return im.sentence(n, values["Text"], im.extras(values)...)
	}
	front, back := values["Front"], values["Back"]
	card := named{n.cards[0], "card"}
	lines := im.extras(values)
	if n.kind.id == typedType {
		lines = append(lines, typedLine(true))
	}
	switch question, options, ok := im.choice(front, back); {
	case ok:
		front = question
		lines = append(lines, line{key: syntax.Question, value: im.text(question), items: options,
			mark: func(int) string { return "- " }})
	default:
		if items, ordered := html.List(back); ordered && len(items) > 1 {
			front = withoutItems(front, items)
		}
		lines = append(lines, line{key: syntax.Question, value: im.text(front)}, im.answer(face{answer: im.text(back), answerHTML: back}))
	}
	for _, l := range lines {
		if len(l.value) > maxText {
			im.losses.add("card that is too long", n.label())
			return false
		}
		if l.key == syntax.Question && l.value == "" {
			im.losses.add("card without a question", n.label())
			return false
		}
		if l.key == syntax.Answer && l.value == "" && l.items == nil {
			im.losses.add("question without an answer", n.label())
			return false
		}
	}
	return im.write(n, n.cards[0].deck, lines, card)
}

// placeOwn says which part each field is.
func (n *foreignNote) placeOwn() {
	own := []Part{Front, Back, Hint, Extra, Source}
	if n.kind.id == clozeType {
		own = []Part{Front, Hint, Extra, Source}
	}
	for i, part := range own {
		n.places = append(n.places, Place{Part: part, Field: i})
	}
}

// extras are hint, source and what follows the answer, see extra.
func (im *importer) extras(values map[string]string) []line {
	lines := []line{{key: syntax.Hint, value: im.text(values["Hint"])},
		{key: syntax.Source, value: oneLine(im.text(values["Source"]))}}
	var note []string
	for part := range strings.SplitSeq(values["Extra"], "<br>") {
		if accept, ok := strings.CutPrefix(part, "= "); ok && note == nil {
			answers := strings.Split(im.text(accept), "; ")
			for i, a := range answers {
				answers[i] = strings.ReplaceAll(a, "|", `\|`)
			}
			lines = append(lines, line{key: syntax.Accept, value: strings.Join(answers, " | ")})
			continue
		}
		if miss, ok := strings.CutPrefix(part, "≠ "); ok && note == nil {
			lines = append(lines, line{key: syntax.Not, value: im.reason(miss)})
			continue
		}
		note = append(note, part)
	}
	return append(lines, line{key: syntax.Note, value: im.text(strings.Join(note, "<br>"))})
}

// reason turns "text – why" around.
func (im *importer) reason(source string) string {
	text, why, found := strings.Cut(source, " – ")
	if !found {
		return im.text(source)
	}
	return im.text(text) + " -- " + im.text(why)
}

var (
	itemTag    = lazyregexp.New(`(?i)</?li>`)
	lettered   = lazyregexp.New(`(?s)^(.*)<ol type="A">(.*?)</ol>$`)
	numberedLi = lazyregexp.New(`(?s)<li value="(\d+)">(.*?)</li>`)
)

// choice reads the options of a question that basic wrote.
func (im *importer) choice(front, back string) (question string, options []string, ok bool) {
	if !strings.HasSuffix(front, "</ol>") {
		return "", nil, false
	}
	at := lettered.FindStringSubmatch(front)
	answers := lettered.FindStringSubmatch(back)
	if at == nil || answers == nil || answers[1] != "" {
		return "", nil, false
	}
	marks := map[string]string{}
	for _, li := range numberedLi.FindAllStringSubmatch(answers[2], -1) {
		marks[li[1]] = li[2]
	}
	number, right := 0, false
	for _, item := range itemTag.Split(at[2], -1) {
		if blank(item) {
			continue
		}
		number++
		mark, marked := marks[strconv.Itoa(number)]
		switch inner, bold := strings.CutPrefix(mark, "<b>"); {
		case marked && bold:
			right = true
			options = append(options, "[x] "+im.reason(strings.TrimSuffix(inner, "</b>")))
		case marked:
			options = append(options, "[ ] "+im.reason(mark))
		default:
			options = append(options, "[ ] "+im.text(item))
		}
	}
	return at[1], options, right
}

// withoutItems takes the shuffled items of a sequence out of its question.
func withoutItems(front string, items []string) string {
	start := strings.LastIndex(front, "<ul>")
	if start < 0 {
		return front
	}
	shown, _ := html.List(front[start:])
	slices.Sort(shown)
	if !slices.Equal(shown, slices.Sorted(slices.Values(items))) {
		return front
	}
	return front[:start]
}
