package anki

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

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

// mayHide reports whether a character is one that [hidden] looks for: none of the
// letters of most languages is, and to look is much faster than to match.
func mayHide(r rune) bool {
	switch {
	case r < 0x300:
		return r >= 0x80 && r <= 0x9f || r == 0xad
	case r < 0x2000 || r > 0x206f && r < 0xe0000:
		return r == 0x3164 || r == 0xfeff || unicode.Is(unicode.Mn, r)
	}
	return true
}

// readable takes hidden characters out of a text.
func readable(text string, losses *lossList) string {
	text = clean(text)
	if plain(text) || !strings.ContainsFunc(text, mayHide) || !hidden.MatchString(text) {
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
	case n.kind.own():
		ok = im.ownNote(n)
	case n.kind.cloze:
		ok = im.clozeNote(n)
	case n.kind.ofAddOn():
		ok = im.addOnNote(n)
	default:
		ok = im.plainNote(n)
	}
	if !ok {
		im.skipped++
		return
	}
	im.notes++
}

// own reports whether a note type is one of Kartei's.
func (t *foreignType) own() bool { return t.id == basicType || t.id == typedType || t.id == clozeType }

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

// values are a note's fields by name, with what Anki adds of the note and of a card.
func (n foreignNote) values(card foreignCard) map[string]string {
	values := make(map[string]string, len(n.kind.fields)+6)
	for i, name := range n.kind.fields {
		values[name] = ""
		if i < len(n.fields) {
			values[name] = n.fields[i]
		}
	}
	n.addCard(values, card)
	return values
}

// addCard adds what Anki says of a note and of a card, but where a field has that name.
func (n foreignNote) addCard(values map[string]string, card foreignCard) {
	for _, name := range n.kind.special() {
		switch name {
		case "Tags":
			values[name] = strings.Join(n.tags, " ")
		case "Type":
			values[name] = n.kind.name
		case "Deck":
			values[name] = card.deck
		case "Subdeck":
			values[name] = card.deck[strings.LastIndexByte(card.deck, ':')+1:]
		case "CardFlag":
			values[name] = "flag" + strconv.Itoa(card.schedule.Flag)
		case "CardID":
			values[name] = strconv.FormatInt(card.id, 10)
		case "Card":
			template := card.ordinal
			if n.kind.cloze {
				template = 0
			}
			if template >= 0 && template < len(n.kind.templates) {
				values[name] = n.kind.templates[template].name
			}
		}
	}
}

// specials are the names by which templates show what Anki says of notes and cards.
var specials = []string{"Tags", "Type", "Deck", "Subdeck", "CardFlag", "CardID", "Card"}

// special are those that templates of a note type name.
func (t *foreignType) special() []string {
	if t.specials == nil {
		t.specials = []string{}
		for _, name := range specials {
			if !slices.Contains(t.fields, name) && slices.ContainsFunc(t.templates, func(c template) bool {
				return strings.Contains(c.question+c.answer, name)
			}) {
				t.specials = append(t.specials, name)
			}
		}
	}
	return t.specials
}

// plainNote writes a note of any type but cloze: two cards that are each
// other's reverse as a term, all others as questions.
func (im *importer) plainNote(n foreignNote) bool {
	faces := im.faces(n)
	if len(faces) == 2 && faces[0].prompt == faces[1].answer && faces[0].answer == faces[1].prompt &&
		faces[0].card.deck == faces[1].card.deck && faces[0].note+faces[1].note == "" {
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
		written = im.write(n, f.card.deck, []line{{key: syntax.Question, value: f.prompt}, im.answer(f),
			{key: syntax.Hint, value: f.hint}, {key: syntax.Note, value: f.note},
			typedLine(f.typed)}, named{f.card, "card"}) || written
	}
	return written
}

var typeTag = lazyregexp.New(`\{\{type:[^{}]*\}\}`)

// placeFace finds the fields that a fact of one face shows.
func (im *importer) placeFace(n *foreignNote, f face) {
	t := n.kind.templates[f.card.ordinal]
	im.place(n, Front, f.html, t.question)
	back := t.answer
	if f.typed { // it may stand on the front alone
		back += strings.Join(typeTag.FindAllString(t.question, -1), "")
	}
	im.place(n, Back, f.answerHTML, back)
	if f.hint != "" {
		im.place(n, Hint, f.hintHTML, t.question+t.answer)
	}
	if f.note != "" {
		im.place(n, Extra, f.noteHTML, t.answer)
	}
}

func typedLine(typed bool) line {
	if typed {
		return line{key: syntax.Type, value: "typed"}
	}
	return line{}
}

// answer writes an answer that is nothing but a list as a set or a sequence.
func (im *importer) answer(f face) line {
	list, ordered := html.List(f.answerHTML)
	if len(list) < 2 || f.typed {
		return line{key: syntax.Answer, value: f.answer}
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
		return line{key: syntax.Answer, value: f.answer}
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
			Places: im.shared(n.places)}
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
			Note: n.guid, Ordinal: c.card.ordinal, Own: n.kind.own(), Schedule: c.card.schedule})
	}
	return true
}

// keep keeps a note as it came, once for each deck that it has facts in.
func (im *importer) keep(n foreignNote, in *deckFileMaker) {
	if in.last == n.guid {
		return
	}
	in.last = n.guid
	if in.kept == nil {
		in.kept = []byte(keptHeader)
	}
	before := len(in.kept)
	in.kept = appendKept(in.kept, n.guid, KeptNote{Tags: n.tags, Fields: n.fields}.line())
	im.spent += int64(len(in.kept) - before)
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

// clozeNote writes a note of deletions: one fact, or one for each card where the
// template has sections of single cards and they say different things.
func (im *importer) clozeNote(n foreignNote) bool {
	if len(n.kind.templates) == 0 {
		im.losses.add("card without a template", n.label())
		return false
	}
	t := n.kind.templates[0]
	cards := n.cards
	if !conditional.MatchString(t.question) && !conditional.MatchString(t.answer) {
		cards = cards[:1]
	}
	blanks := make([]blanked, len(cards))
	for i, card := range cards {
		var err error
		if blanks[i], err = blankOut(t, n.values(card), card.ordinal+1); err != nil {
			im.losses.add("card that is too long", n.label())
			return false
		}
	}
	first := blanks[0]
	if strings.Contains(first.field, "image-occlusion:") {
		return im.occlusionNote(n, first)
	}
	if !slices.ContainsFunc(blanks, func(b blanked) bool { return b != first }) {
		im.placeCloze(&n, first)
		return im.sentence(n, first.front, im.beside(first)...)
	}
	written := false
	n.apart = true
	for i, card := range cards {
		one := n
		one.cards = []foreignCard{card}
		im.placeCloze(&one, blanks[i])
		im.only = card.ordinal + 1
		written = im.sentence(one, blanks[i].front, im.beside(blanks[i])...) || written
		im.only = 0
	}
	return written
}

// A blanked card is one of deletions as a template shows it, in HTML.
type blanked struct {
	field  string // with the deletions
	front  string
	around string // the front without the field
	back   string // likewise
	extra  string // what the answer shows beside the sentence
	hints  string
	typed  bool
}

// blankOut renders the card of a deletion.
func blankOut(t template, values map[string]string, deletion int) (b blanked, err error) {
	front, err := render(t.question, values, scene{front: true, deletion: deletion})
	if err != nil {
		return b, err
	}
	back, err := render(t.answer, values, scene{deletion: deletion, asked: front.clozes})
	if err != nil {
		return b, err
	}
	asked := front.clozes
	if len(asked) == 0 { // only the answer shows it
		if asked = back.clozes; len(asked) == 0 {
			return b, nil
		}
	}
	b.field, b.typed = values[asked[0]], slices.Contains(asked, front.typed)
	b.front, b.hints = front.html, strings.Join(slices.Concat(front.hints, back.hints), "<br>")
	if !strings.Contains(b.front, b.field) { // "{{type:cloze:Text}}" shows nothing of its own
		b.front += b.field
	}
	for _, name := range asked {
		values[name] = ""
	}
	around, err1 := render(t.question, values, scene{front: true, deletion: deletion})
	back, err2 := render(t.answer, values, scene{deletion: deletion, asked: asked})
	b.around, b.back = around.html, back.html
	b.extra = strings.TrimPrefix(strings.TrimSpace(back.html), strings.TrimSpace(around.html))
	return b, errors.Join(err1, err2)
}

// beside are the lines of a fact beside its sentence.
func (im *importer) beside(b blanked) []line {
	return []line{{key: syntax.Note, value: im.text(b.extra)}, {key: syntax.Hint, value: im.text(b.hints)},
		typedLine(b.typed)}
}

// placeCloze finds the fields that a sentence and what is said with it show.
func (im *importer) placeCloze(n *foreignNote, b blanked) {
	t := n.kind.templates[0]
	im.place(n, Front, b.front, t.question)
	im.place(n, Extra, b.extra, t.answer)
	if b.hints != "" {
		im.place(n, Hint, b.hints, t.question+t.answer)
	}
}

// sentence writes a fact with deletions.
func (im *importer) sentence(n foreignNote, source string, lines ...line) bool {
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
