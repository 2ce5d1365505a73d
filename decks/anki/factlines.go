package anki

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// maxText is how many bytes a text of a card may have, some less than a line of
// the fact language: one that is too long would spoil its whole deck.
const maxText = syntax.MaxLine - 1<<10

// hidden are the characters that the fact language takes for attacks on the
// reader, or for slips that nobody can see.
var hidden = lazyregexp.New("[\u0080-\u009f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\u180e\u3164\u00ad\U000e0000-\U000e007f]|(\\p{Mn}{8})\\p{Mn}+")

// readable takes hidden characters out of a text.
func readable(text string, losses *lossList) string {
	text = clean(text)
	if plain(text) || !hidden.MatchString(text) {
		return text
	}
	losses.add("hidden character", "")
	return hidden.ReplaceAllString(text, "$1")
}

// text converts HTML to the text of a card.
func (im *importer) text(source string) string {
	return readable(im.markdown(source, false), im.losses)
}

func (im *importer) skip(reason, example string) {
	im.losses.add(reason, example)
	im.skipped++
}

// note writes the facts of a note.
func (im *importer) note(n foreignNote) {
	if len(n.cards) == 0 {
		im.skip("note without cards", n.label())
		return
	}
	var ok bool
	switch {
	case n.kind.id == basicType || n.kind.id == typedType || n.kind.id == clozeType:
		ok = im.ownNote(n)
	case n.kind.cloze:
		ok = im.clozeNote(n)
	default:
		ok = im.plainNote(n)
	}
	if !ok {
		im.skipped++
		return
	}
	im.notes++
}

// label is by what its author knows a note: its first words, or its picture.
func (n foreignNote) label() string {
	for _, field := range n.fields {
		if words := oneLine(bareWords(field)); words != "" && !strings.HasPrefix(words, "image-occlusion") {
			return words
		}
		if name := html.Attribute(field, "img", "src"); name != "" {
			return name
		}
	}
	return n.guid
}

// values are a note's fields by name, with those that every note has.
func (n foreignNote) values() map[string]string {
	values := map[string]string{"Tags": strings.Join(n.tags, " "), "Type": n.kind.name, "Deck": n.cards[0].deck}
	for i, name := range n.kind.fields {
		if i < len(n.fields) {
			values[name] = n.fields[i]
		}
	}
	return values
}

// A face is a card as it is shown.
type face struct {
	card             foreignCard
	prompt, answer   string
	hint             string
	typed            bool
	answerHTML, html string
	hintHTML         string
}

// faces renders the cards of a note that can be asked.
func (im *importer) faces(n foreignNote) []face {
	values := n.values()
	var faces []face
	for _, card := range n.cards {
		if card.ordinal < 0 || card.ordinal >= len(n.kind.templates) {
			im.losses.add("card without a template", n.label())
			continue
		}
		t := n.kind.templates[card.ordinal]
		front, err := render(t.question, values, true)
		if err != nil {
			im.losses.add("card that is too long", n.label())
			continue
		}
		back, err := render(t.answer, values, false)
		if err != nil {
			im.losses.add("card that is too long", n.label())
			continue
		}
		f := face{card: card, typed: front.typed, html: front.html, answerHTML: afterRule(back.html)}
		f.prompt, f.answer = im.text(f.html), im.text(f.answerHTML)
		f.hintHTML = strings.Join(slices.Concat(front.hints, back.hints), "<br>")
		f.hint = im.text(f.hintHTML)
		switch {
		case f.prompt == "":
			im.losses.add("card without a question", n.label())
		case max(len(f.prompt), len(f.answer), len(f.hint)) > maxText:
			im.losses.add("card that is too long", n.label())
		default:
			switch f.answer {
			case "":
				im.losses.add("question without an answer", f.prompt)
				f.answer = "—"
			case f.prompt:
				im.losses.add("card whose answer says the same as its question", f.prompt)
			}
			faces = append(faces, f)
		}
	}
	return faces
}

// plainNote writes a note of any type but cloze: two cards that are each
// other's reverse as a term, all others as questions.
func (im *importer) plainNote(n foreignNote) bool {
	faces := im.faces(n)
	if len(faces) == 2 && faces[0].prompt == faces[1].answer && faces[0].answer == faces[1].prompt &&
		faces[0].card.deck == faces[1].card.deck {
		f := faces[0]
		im.placeFace(&n, f)
		return im.write(n, f.card.deck, []line{
			{key: syntax.Term, value: f.prompt}, {key: syntax.Definition, value: f.answer},
			{key: syntax.Hint, value: cmp.Or(f.hint, faces[1].hint)}, typedLine(f.typed || faces[1].typed),
		}, named{f.card, "forward"}, named{faces[1].card, "reverse"})
	}
	written := false
	for _, f := range faces {
		n.places = nil
		im.placeFace(&n, f)
		written = im.write(n, f.card.deck, append([]line{{key: syntax.Question, value: f.prompt},
			im.answer(f.answer, f.answerHTML)},
			line{key: syntax.Hint, value: f.hint}, typedLine(f.typed)), named{f.card, "card"}) || written
	}
	return written
}

// placeFace finds the fields that a fact of one face shows.
func (im *importer) placeFace(n *foreignNote, f face) {
	t := n.kind.templates[f.card.ordinal]
	im.place(n, Front, f.html, t.question)
	im.place(n, Back, f.answerHTML, t.answer)
	if f.hint != "" {
		im.place(n, Hint, f.hintHTML, t.question+t.answer)
	}
}

func typedLine(typed bool) line {
	if typed {
		return line{key: syntax.Type, value: "typed"}
	}
	return line{}
}

// answer writes an answer that is nothing but a list as a set or a sequence.
func (im *importer) answer(text, source string) line {
	list, ordered := html.List(source)
	if len(list) < 2 {
		return line{key: syntax.Answer, value: text}
	}
	l := line{key: syntax.Answer, mark: bullet}
	if ordered {
		l.mark = numbered
	}
	for _, item := range list {
		if item = im.text(item); item != "" {
			l.items = append(l.items, item)
		}
	}
	if len(l.items) < 2 {
		return line{key: syntax.Answer, value: text}
	}
	return l
}

func bullet(int) string     { return "- " }
func numbered(i int) string { return strconv.Itoa(i+1) + ". " }

// A named card is one with its name within its fact.
type named struct {
	card foreignCard
	name string
}

// write adds a fact and remembers where its cards stood. It returns false for one
// that the compiler would refuse, and its whole deck with it.
func (im *importer) write(n foreignNote, deck string, lines []line, cards ...named) bool {
	file := im.deckFile(deck)
	id := file.id(n, cards)
	tags := strings.Join(plainTags(n.tags, im.losses), " ")
	im.spent += int64(len(tags))
	lines = append(lines, line{key: syntax.Tags, value: tags}, line{key: syntax.ID, value: id})
	slices.SortStableFunc(lines, func(a, b line) int { return rank(a.key) - rank(b.key) })
	if problem := problemOf(lines); problem != "" {
		im.losses.add("card that would be an error: "+problem, n.label())
		return false
	}
	file.add(lines)
	if n.guid != "" {
		origin := Origin{Deck: file.deck, Fact: id, GUID: n.guid, Notetype: n.named, Cloze: n.kind.cloze, AnkiDeck: deck,
			Places: n.places}
		for _, c := range cards {
			origin.Cards = append(origin.Cards, OriginCard{c.name, c.card.ordinal})
		}
		im.origins = append(im.origins, origin)
		im.keep(n, file)
	}
	for _, c := range cards {
		if c.card.deck != deck {
			im.losses.add("card in another deck than its fact", n.label())
		}
		im.cards = append(im.cards, ImportedCard{Deck: file.deck, Fact: id, Card: c.name,
			Note: n.guid, Ordinal: c.card.ordinal, Schedule: c.card.schedule})
	}
	return true
}

// keep keeps a note as it came, once for each deck that it has facts in.
func (im *importer) keep(n foreignNote, in *deckFileMaker) {
	if in.kept == n.guid {
		return
	}
	in.kept = n.guid
	line := KeptNote{Tags: n.tags, Fields: n.fields}.line()
	im.spent += int64(len(line))
	im.kept[keptKey(n.guid)] = line
}

// rank puts the question before its answer and both before the rest, whose
// order formatting settles.
func rank(k syntax.Key) int {
	switch {
	case k.Opens():
		return 0
	case k == syntax.Answer || k == syntax.Definition:
		return 1
	}
	return 2
}

// bareWords is the text of HTML without markup, formulas and deletions' braces.
func bareWords(source string) string {
	words := html.Words(source, 400)
	if !strings.ContainsAny(words, "{}[") {
		return words
	}
	return clozeBraces.ReplaceAllString(words, " ")
}

var clozeBraces = lazyregexp.New(`\{\{c[\d,]+::|::[^}]*\}\}|\}\}|\[sound:[^\]]*\]`)

// clozeNote writes a note of deletions.
func (im *importer) clozeNote(n foreignNote) bool {
	values := n.values()
	t := n.kind.templates
	if len(t) == 0 {
		im.losses.add("card without a template", n.label())
		return false
	}
	front, err := render(t[0].question, values, true)
	if err != nil {
		im.losses.add("card that is too long", n.label())
		return false
	}
	name := front.cloze
	if name == "" || front.typed {
		if back, err := render(t[0].answer, values, false); err == nil {
			name = cmp.Or(name, back.cloze)
		}
	}
	field := values[name]
	if strings.Contains(field, "image-occlusion:") {
		im.losses.add("picture with hidden parts (image occlusion)", n.label())
		return false
	}
	if front.typed && !strings.Contains(front.html, field) { // "{{type:cloze:Text}}" shows nothing of its own
		front.html += field
	}
	// What the answer shows beside the sentence is the note.
	values[name] = ""
	around, err1 := render(t[0].question, values, true)
	back, err2 := render(t[0].answer, values, false)
	if err1 != nil || err2 != nil {
		im.losses.add("card that is too long", n.label())
		return false
	}
	extra := strings.TrimPrefix(strings.TrimSpace(back.html), strings.TrimSpace(around.html))
	note := im.text(extra)
	hints := strings.Join(slices.Concat(front.hints, back.hints), "<br>")
	hint := im.text(hints)
	im.place(&n, Front, front.html, t[0].question)
	im.place(&n, Extra, extra, t[0].answer)
	if hint != "" {
		im.place(&n, Hint, hints, t[0].question+t[0].answer)
	}
	return im.sentence(n, front.html, []line{{key: syntax.Note, value: note}, {key: syntax.Hint, value: hint},
		typedLine(front.typed)})
}

// sentence writes a fact with deletions.
func (im *importer) sentence(n foreignNote, source string, lines []line) bool {
	text := readable(im.markdown(source, true), im.losses)
	numbers := map[int]bool{}
	for _, d := range syntax.Deletions(text) {
		for _, n := range append([]int{d.Number}, d.More...) {
			numbers[n] = true
		}
	}
	switch {
	case len(numbers) == 0:
		im.losses.add("sentence without a deletion", text)
		return false
	case len(text) > maxText:
		im.losses.add("card that is too long", n.label())
		return false
	}
	var cards []named
	for _, c := range n.cards {
		if !numbers[c.ordinal+1] {
			im.losses.add("card whose deletion is gone", fmt.Sprintf("%s, number %d", n.label(), c.ordinal+1))
			continue
		}
		cards = append(cards, named{c, "cloze-" + strconv.Itoa(c.ordinal+1)})
	}
	return im.write(n, n.cards[0].deck, append([]line{{key: syntax.Cloze, value: text}}, lines...), cards...)
}
