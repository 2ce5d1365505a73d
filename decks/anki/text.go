package anki

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// maxTextFile is how many bytes a text file may have.
const maxTextFile = 256 << 20

// ReadText reads a text file as Anki writes and reads it: headers, any of its
// separators, note type, deck and tags in columns of their own. Note types are
// known by their names in the more common languages and by our own ids; others
// are taken for a question, an answer and remarks. Text files hold no schedules.
func ReadText(r io.Reader, options ImportOptions) (*Import, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, err
	}
	t, err := readTable(data)
	if err != nil {
		return nil, err
	}
	im := newImporter(options)
	if t.tagsLast() {
		t.tagsColumn = stockFields + 1
		for _, row := range t.rows {
			if tags := column(row, t.tagsColumn); tags != "" {
				im.losses.add("third cell, which is tags to Anki", tags)
			}
		}
	}
	for _, row := range t.rows {
		im.names.hold(im.deckOf(t, row))
	}
	for _, line := range t.comments {
		im.losses.add(`line that begins with "#", a comment to Anki`, line)
	}
	ids := t.ids()
	for i, row := range t.rows {
		im.record(t, row, i+1, ids[i])
		if err := im.checkSize(len(data)); err != nil {
			return nil, err
		}
		if options.Progress != nil && i%progressEvery == 0 {
			options.Progress(i, len(t.rows))
		}
	}
	return im.textImport()
}

// stockFields are the fields of the commonest note types.
const stockFields = 2

// tagsLast reports whether a third column is tags though no header says so. To Anki it
// always is, where notes have two fields; here only if it looks so, as a column of
// remarks does not.
func (t *table) tagsLast() bool {
	kind := kindNamed(t.notetype)
	if t.guidColumn+t.notetypeColumn+t.deckColumn+t.tagsColumn != 0 ||
		kind == nil && t.notetype != "" && !strings.EqualFold(t.notetype, "Basic") || kind != nil && len(kind.fields) != stockFields {
		return false
	}
	some := false
	for _, row := range t.rows {
		tags := column(row, stockFields+1)
		if len(row) > stockFields+1 || len(strings.Fields(tags)) > maxTagsAlike || strings.ContainsAny(tags, `<>&[]{}().,;!?"`) {
			return false
		}
		some = some || tags != ""
	}
	return some
}

const maxTagsAlike = 4 // in a cell that looks like tags

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxTextFile+1))
	if err != nil {
		return nil, fmt.Errorf("read text: %w", err)
	}
	if len(data) > maxTextFile {
		return nil, fmt.Errorf("the file has more than %d MiB", maxTextFile>>20)
	}
	return data, nil
}

// textImport ends an import without schedules.
func (im *importer) textImport() (*Import, error) {
	result := im.finish()
	result.Cards = slices.DeleteFunc(result.Cards, func(c ImportedCard) bool { return c.Note == "" })
	if result.Notes+result.Skipped == 0 {
		return nil, errors.New("the file has no notes")
	}
	for name := range im.used {
		result.Media = append(result.Media, Medium{Path: im.options.Media + name, Name: name})
	}
	slices.SortFunc(result.Media, func(a, b Medium) int { return strings.Compare(a.Name, b.Name) })
	return result, nil
}

// The stock note types of Anki.
type stockType int

const (
	basic stockType = iota
	reversed
	optional
	typed
	cloze
)

const backSide = "{{FrontSide}}<hr id=answer>"

var (
	forwardCard = template{"Card 1", "{{Front}}", backSide + "{{Back}}"}
	stock       = map[stockType]*foreignType{
		basic: {fields: []string{"Front", "Back"}, templates: []template{forwardCard}},
		reversed: {fields: []string{"Front", "Back"},
			templates: []template{forwardCard, {"Card 2", "{{Back}}", backSide + "{{Front}}"}}},
		optional: {fields: []string{"Front", "Back", "Add Reverse"},
			templates: []template{forwardCard, {"Card 2", "{{Back}}", backSide + "{{Front}}"}}},
		typed: {fields: []string{"Front", "Back"},
			templates: []template{{"Card 1", "{{Front}}{{type:Back}}", backSide + "{{Back}}"}}},
		cloze: {cloze: true, fields: []string{"Text", "Back Extra"},
			templates: []template{{"Cloze", "{{cloze:Text}}", "{{cloze:Text}}<br>{{Back Extra}}"}}},
	}
)

// stockWords tell the stock note types apart by their names in nine languages,
// the more special ones first.
var stockWords = []struct {
	kind  stockType
	words []string
}{
	{typed, []string{"type in", "eintippen", "saisissez", "teclear", "digit", "typ het", "wpisywanie", "入力"}},
	{optional, []string{"option", "wahlweise", "opcional", "opzional", "optioneel", "opcjonal", "任意"}},
	{reversed, []string{"revers", "umgekehrt", "deux sens", "inverti", "inversa", "omgekeerd", "odwrotn", "反転"}},
	{cloze, []string{"cloze", "lückentext", "texte à trous", "respuesta anidada", "omissão", "luka", "穴埋め"}},
}

// kindNamed is the note type that a text file names, by name or id.
func kindNamed(name string) *foreignType {
	if id, err := strconv.ParseInt(name, 10, 64); err == nil {
		for _, own := range notetypes {
			if own.id == id {
				return &foreignType{id: own.id, cloze: own.cloze, fields: own.fields, templates: own.templates}
			}
		}
	}
	name = strings.ToLower(name)
	for _, s := range stockWords {
		if slices.ContainsFunc(s.words, func(word string) bool { return strings.Contains(name, word) }) {
			return stock[s.kind]
		}
	}
	return nil
}

var anyDeletion = lazyregexp.New(`\{\{c\d+::`)

// column is a cell of a row by its number from 1; empty without one.
func column(row []string, index int) string {
	if index < 1 || index > len(row) {
		return ""
	}
	return row[index-1]
}

// fields are the cells of a row that are fields of its note, as HTML.
func (t *table) fields(row []string) (fields []string) {
	for i, field := range row {
		if i+1 == t.guidColumn || i+1 == t.notetypeColumn || i+1 == t.deckColumn || i+1 == t.tagsColumn {
			continue
		}
		if !t.html {
			field = strings.ReplaceAll(escape(field), "\n", "<br>")
		}
		fields = append(fields, field)
	}
	return fields
}

// ids are for the facts of the rows that have no guid: of their own texts.
func (t *table) ids() []string {
	ids := make([]string, len(t.rows))
	var wordings []syntax.Wording
	var of []int
	for i, row := range t.rows {
		if len(row) > maxColumns || column(row, t.guidColumn) != "" {
			continue
		}
		if fields := t.fields(row); len(fields) > 0 {
			question := bareWords(fields[0])
			wordings = append(wordings, syntax.Wording{Words: []string{question}, Question: question,
				Whole: strings.Join(fields, "\x1f")})
			of = append(of, i)
		}
	}
	for i, id := range syntax.TextIDs(wordings, syntax.NewNames()) {
		ids[of[i]] = id
	}
	return ids
}

// record reads one note of a text file.
func (im *importer) record(t *table, row []string, number int, id string) {
	if len(row) > maxColumns {
		im.skip(fmt.Sprintf("record of more than %d columns", maxColumns), "record "+strconv.Itoa(number))
		return
	}
	n := foreignNote{guid: column(row, t.guidColumn), id: id,
		tags: append(strings.Fields(column(row, t.tagsColumn)), t.tags...)}
	n.fields = t.fields(row)
	for len(n.fields) > 0 && n.fields[len(n.fields)-1] == "" {
		n.fields = n.fields[:len(n.fields)-1]
	}
	if len(n.fields) == 0 || blank(n.fields[0]) {
		im.skip("record without a question", "record "+strconv.Itoa(number))
		return
	}
	name := column(row, t.notetypeColumn)
	if name == "" {
		name = t.notetype
	}
	n.kind, n.named = kindNamed(name), name
	if n.kind == nil {
		n.kind = stock[basic]
		if anyDeletion.MatchString(n.fields[0]) {
			n.kind = stock[cloze]
		}
	}
	deck := im.deckOf(t, row)
	n.kind = withRemarks(n.kind, len(n.fields))
	cards := len(n.kind.templates)
	if n.kind.cloze || n.kind.id != 0 || len(n.kind.fields) > 2 && n.kind.fields[2] == "Add Reverse" &&
		(len(n.fields) < 3 || blank(n.fields[2])) {
		cards = 1
	}
	n.cards = im.textCards(cards, deck)
	if n.kind.cloze {
		n.cards = im.deletionCards(n.fields[0], deck)
	}
	im.note(n)
}

// deckOf is the deck of a record, by Anki's name.
func (im *importer) deckOf(t *table, row []string) string {
	deck := t.deck
	if t.deckColumn > 0 && t.deckColumn <= len(row) {
		deck = cmp.Or(row[t.deckColumn-1], deck)
	}
	return cmp.Or(deck, im.options.Deck)
}

// withRemarks is a note type with a field more for each that it does not know,
// shown after the answer.
func withRemarks(t *foreignType, fields int) *foreignType {
	if fields <= len(t.fields) || t.id != 0 {
		return t
	}
	more := *t
	more.fields, more.templates = slices.Clone(t.fields), slices.Clone(t.templates)
	var remarks strings.Builder
	for len(more.fields) < fields {
		name := "Field " + strconv.Itoa(len(more.fields)+1)
		more.fields = append(more.fields, name)
		remarks.WriteString("<br><br>{{" + name + "}}")
	}
	for i := range more.templates {
		more.templates[i].answer += remarks.String()
	}
	return &more
}

// textCards are the cards of a note without schedules.
func (im *importer) textCards(count int, deck string) []foreignCard {
	cards := make([]foreignCard, count)
	for i := range cards {
		cards[i] = foreignCard{ordinal: i, deck: deck}
	}
	return cards
}

// deletionCards are the cards of a sentence: one for each number.
func (im *importer) deletionCards(source, deck string) []foreignCard {
	cards := im.textCards(1, deck)
	scratch := newConverter("")
	for i, d := range syntax.Deletions(scratch.markdown(source, true)) {
		if i == 0 {
			cards[0].ordinal = d.Number - 1
			continue
		}
		if !slices.ContainsFunc(cards, func(c foreignCard) bool { return c.ordinal == d.Number-1 }) {
			cards = append(cards, foreignCard{ordinal: d.Number - 1, deck: cards[0].deck})
		}
	}
	return cards
}
