package obsidian

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// ToAnki is the format of the plugin Obsidian to Anki (src/note.ts of version 3.6):
// notes between START and END, and STARTI and ENDI within a line. Its users learn in
// Anki, so there is no history here.
var ToAnki = notebook.Format{
	Format: foreign.Format{
		Name:       "obsidian-to-anki",
		Extensions: []string{".md"},
		ReadHelp: `an Obsidian vault, or a note of it, with notes that the plugin
Obsidian to Anki finds`,
	},
	Signs: []string{toAnkiFolder},
	Marks: func(_, text string) int {
		if !strings.Contains(text, "START") {
			return 0
		}
		p := standardPatterns()
		return len(p.block.FindAllStringIndex(text, -1)) + len(p.inline.FindAllStringIndex(text, -1))
	},
	Read: readToAnki,
}

const toAnkiFolder = ".obsidian/plugins/obsidian-to-anki-plugin"

var (
	idLine     = lazyregexp.New(`(?m)^(?:<!--[ \t]*)?ID: \d+.*$`)
	targetDeck = lazyregexp.New(`(?m)^TARGET DECK(?:[ \t]*\n|:[ \t]*)(\S.*)$`)
	fileTags   = lazyregexp.New(`(?m)^FILE TAGS(?:[ \t]*\n|:[ \t]*)(\S.*)$`)
	ankiID     = lazyregexp.New(`^(?:<!--[ \t]*)?ID: \d+`)
	inlineID   = lazyregexp.New(`(?:<!--[ \t]*)?ID: \d+.*$`)
	noteTags   = lazyregexp.New(`^Tags: (.*)$`)
	inlineTags = lazyregexp.New(`Tags: (.*)$`)
	anyField   = lazyregexp.New(`^([A-Z][A-Za-z0-9 ]{0,30}): ?`)
)

// ankiTypes are Anki's own types of notes, with their fields.
var ankiTypes = map[string][]string{
	"Basic":                          {"Front", "Back"},
	"Basic (and reversed card)":      {"Front", "Back"},
	"Basic (optional reversed card)": {"Front", "Back", "Add Reverse"},
	"Basic (type in the answer)":     {"Front", "Back"},
	"Cloze":                          {"Text", "Back Extra", "Extra"},
}

// Patterns find notes in a text.
type patterns struct {
	block  *regexp.Regexp // the lines of a note
	inline *regexp.Regexp // its type, and the rest of it
	own    []ownPattern
}

// An ownPattern is an expression by which a vault finds notes of a type: its groups are
// their fields.
type ownPattern struct {
	kind string
	*regexp.Regexp
}

// An ankiSyntax is the words between which notes stand.
type ankiSyntax struct {
	Begin       string `json:"Begin Note"`
	End         string `json:"End Note"`
	BeginInline string `json:"Begin Inline Note"`
	EndInline   string `json:"End Inline Note"`
}

func standardSyntax() ankiSyntax { return ankiSyntax{"START", "END", "STARTI", "ENDI"} }

func standardPatterns() *patterns { return standardSyntax().patterns() }

func (a ankiSyntax) patterns() *patterns {
	q := regexp.QuoteMeta
	return &patterns{
		block:  regexp.MustCompile(`(?m)^` + q(a.Begin) + `\n((?:.*\n)*?)` + q(a.End) + `[ \t]*$`),
		inline: regexp.MustCompile(q(a.BeginInline) + `[ \t]+\[([^\]\n]+)\](.*?)` + q(a.EndInline)),
	}
}

// A toAnki reads vaults of the plugin.
type toAnki struct {
	*notebook.Reading
	*patterns
	vault *vault
	types map[string][]string
	notes int
}

func readToAnki(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	t := &toAnki{Reading: &notebook.Reading{}, patterns: standardPatterns(), vault: &vault{source: s}, types: ankiTypes}
	if err := t.settings(s); err != nil {
		return nil, err
	}
	for name, text := range s.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t.note(name, text)
	}
	if t.notes > 0 {
		t.Remarks = append(t.Remarks, "the answers to these cards are in Anki: kartei import brings them from a package or a collection of Anki's")
	}
	return t.Reading, nil
}

// settings reads how a vault writes its notes, and of which types they are.
func (t *toAnki) settings(s *notebook.Source) error {
	text, err := s.Text(toAnkiFolder + "/data.json")
	if err != nil {
		return nil // it is not kept with the vault
	}
	said := struct {
		Settings struct {
			Custom map[string]string `json:"CUSTOM_REGEXPS"`
			Syntax ankiSyntax        `json:"Syntax"`
		} `json:"settings"`
		Fields map[string][]string `json:"fields_dict"`
	}{}
	said.Settings.Syntax = standardSyntax()
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		return fmt.Errorf("%s/data.json: the settings of the plugin cannot be read: %w", toAnkiFolder, err)
	}
	t.types = maps.Clone(ankiTypes)
	for name, fields := range said.Fields {
		if len(fields) > 0 {
			t.types[name] = fields
		}
	}
	t.patterns = said.Settings.Syntax.patterns()
	for _, kind := range slices.Sorted(maps.Keys(said.Settings.Custom)) {
		if expression := strings.TrimSpace(said.Settings.Custom[kind]); expression != "" {
			t.addOwn(kind, expression)
		}
	}
	return nil
}

// longestPattern bounds an expression of a stranger's vault.
const longestPattern = 1000

// addOwn takes an expression. Those that the plugin proposes look back for the comments
// below notes, which are not in the text any more when it is searched.
func (t *toAnki) addOwn(kind, expression string) {
	re, err := regexp.Compile("(?m)" + strings.ReplaceAll(expression, "(?<!<!--)", ""))
	if err != nil || len(expression) > longestPattern {
		t.Remarks = append(t.Remarks, fmt.Sprintf("notes of type %s are found by an expression that cannot be read here, so they are not taken: %s", kind, expression))
		return
	}
	t.own = append(t.own, ownPattern{kind, re})
}

func (t *toAnki) note(name, text string) {
	p := notebook.NewPage(name)
	if m := targetDeck.FindStringSubmatch(text); m != nil {
		p.Deck.Title = strings.TrimSpace(m[1])
		p.Deck.Name = notebook.DeckName(strings.ReplaceAll(p.Deck.Title, "::", "/"))
	}
	if m := fileTags.FindStringSubmatch(text); m != nil {
		p.Deck.Tags = tagWords(m[1])
	}
	line := func(at int) int { return 1 + strings.Count(text[:at], "\n") }
	rest := []byte(text) // what no note has taken; of the same length
	take := func(from, to int) {
		for i := from; i < to; i++ {
			if rest[i] != '\n' {
				rest[i] = ' '
			}
		}
	}
	for _, at := range t.block.FindAllStringSubmatchIndex(text, -1) {
		t.lines(p, strings.Split(strings.TrimSpace(text[at[2]:at[3]]), "\n"), line(at[0]))
		take(at[0], at[1])
	}
	for _, at := range t.inline.FindAllStringSubmatchIndex(text, -1) {
		t.within(p, text[at[2]:at[3]], text[at[4]:at[5]], line(at[0]))
		take(at[0], at[1])
	}
	for _, at := range idLine.FindAllStringIndex(text, -1) {
		take(at[0], at[1])
	}
	for _, own := range t.own {
		for _, at := range own.FindAllSubmatchIndex(blankLines(rest), -1) {
			t.groups(p, own.kind, rest, at, line(at[0]))
			take(at[0], at[1])
		}
	}
	slices.SortStableFunc(p.Deck.Facts, func(a, b decks.Fact) int { return a.Line - b.Line })
	t.notes += len(p.Deck.Facts)
	t.Pages = append(t.Pages, p)
}

// blankLines empties the lines of spaces alone, but for as many line ends as keep every
// offset where it is.
func blankLines(text []byte) []byte {
	out := bytes.Clone(text)
	start := 0
	for i := 0; i <= len(out); i++ {
		if i < len(out) && out[i] != '\n' {
			continue
		}
		if len(bytes.TrimSpace(out[start:i])) == 0 {
			for j := start; j < i; j++ {
				out[j] = '\n'
			}
		}
		start = i + 1
	}
	return out
}

// groups reads a note that an expression found.
func (t *toAnki) groups(p *notebook.Page, kind string, text []byte, at []int, line int) {
	names := t.types[kind]
	var fields []field
	for i := 2; i+1 < len(at); i += 2 {
		f := field{name: fmt.Sprintf("Field %d", i/2)}
		if n := i/2 - 1; n < len(names) {
			f.name = names[n]
		}
		if at[i] >= 0 {
			f.text = string(text[at[i]:at[i+1]])
		}
		fields = append(fields, f)
	}
	t.fact(p, kind, fields, nil, line)
}

// lines reads the lines between START and END: a type, fields, tags, an id.
func (t *toAnki) lines(p *notebook.Page, lines []string, line int) {
	var tags []string
	if last := len(lines) - 1; last > 0 && ankiID.MatchString(lines[last]) {
		lines = lines[:last]
	}
	if last := len(lines) - 1; last > 0 {
		if m := noteTags.FindStringSubmatch(lines[last]); m != nil {
			tags, lines = tagWords(m[1]), lines[:last]
		}
	}
	kind := strings.TrimSpace(lines[0])
	names := t.types[kind]
	var fields []field
	for i, l := range lines[1:] {
		name, rest := fieldOf(l, names)
		if name != "" || i == 0 {
			fields = append(fields, field{cmp.Or(name, first(names)), rest})
			continue
		}
		fields[len(fields)-1].text += "\n" + l
	}
	t.fact(p, kind, fields, tags, line)
}

// within reads what stands between STARTI and ENDI.
func (t *toAnki) within(p *notebook.Page, kind, text string, line int) {
	var tags []string
	text = inlineID.ReplaceAllString(strings.TrimSpace(text), "")
	if m := inlineTags.FindStringSubmatchIndex(text); m != nil {
		tags, text = tagWords(text[m[2]:m[3]]), text[:m[0]]
	}
	names := t.types[kind]
	fields := []field{{name: first(names)}}
	for word := range strings.SplitSeq(text, " ") {
		if name, ok := strings.CutSuffix(word, ":"); ok && slices.Contains(names, name) {
			fields = append(fields, field{name: name})
			continue
		}
		fields[len(fields)-1].text += word + " "
	}
	t.fact(p, kind, fields, tags, line)
}

// A field is one of a note.
type field struct{ name, text string }

// fieldOf is the field that a line begins; of a type that nobody knows, what looks like
// one.
func fieldOf(line string, names []string) (name, rest string) {
	for _, n := range names {
		if rest, ok := strings.CutPrefix(line, n+":"); ok {
			return n, strings.TrimSpace(rest)
		}
	}
	if m := anyField.FindString(line); names == nil && m != "" {
		return strings.TrimRight(m, ": "), line[len(m):]
	}
	return "", line
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// fact makes a fact of a note.
func (t *toAnki) fact(p *notebook.Page, kind string, fields []field, tags []string, line int) {
	for i := range fields {
		fields[i].text = t.vault.markdown(p.Name, fields[i].text)
	}
	fields = slices.DeleteFunc(fields, func(f field) bool { return f.text == "" })
	before := len(p.Deck.Facts)
	switch {
	case len(fields) == 0:
	case strings.Contains(kind, "Cloze"):
		t.sentence(p, fields, line)
	case len(fields) < 2 || fields[0].name != "" && fields[0].name != first(t.types[kind]) && t.types[kind] != nil:
	default:
		p.Add(t.question(kind, fields), line)
	}
	if len(p.Deck.Facts) == before {
		t.Left = append(t.Left, foreign.Left{File: p.Name, Line: line, Err: errors.New("this note has no question or no answer")})
		return
	}
	for i := before; i < len(p.Deck.Facts); i++ {
		for j := range p.Deck.Facts[i].Cards {
			p.Deck.Facts[i].Cards[j].Tags = tags
		}
	}
}

// question is a fact of a note with a front and a back. What other fields say stands
// below the back, under their names.
func (t *toAnki) question(kind string, fields []field) decks.Fact {
	back := fields[1].text
	reverse := kind == "Basic (and reversed card)"
	for _, f := range fields[2:] {
		if f.name == "Add Reverse" {
			reverse = true
			continue
		}
		back += "\n\n" + f.name + ": " + f.text
	}
	if reverse {
		return notebook.Term(fields[0].text, back)
	}
	f := notebook.Question(fields[0].text, back)
	if kind == "Basic (type in the answer)" && f.Cards[0].Kind == decks.Recall {
		f.Cards[0].Type = decks.AnswerTyped
	}
	return f
}

var (
	ankiGap  = lazyregexp.New(`\{\{c(\d{1,3})::(.+?)(?:::([^:{}]+))?\}\}`)
	curlyGap = lazyregexp.New(`\{(?:c?(\d{1,3})[:|])?([^{}\n]+)\}`)
)

// sentence adds a sentence with gaps as Anki writes them, or with curly brackets,
// which the plugin numbers.
func (t *toAnki) sentence(p *notebook.Page, fields []field, line int) {
	text, gap := fields[0].text, ankiGap
	if !ankiGap.MatchString(text) {
		gap = curlyGap
	}
	var pieces []notebook.Piece
	from, next := 0, 0
	for _, m := range gap.FindAllStringSubmatchIndex(text, -1) {
		next++
		piece := notebook.Piece{Text: text[m[4]:m[5]], Number: next}
		if m[2] >= 0 {
			piece.Number, _ = strconv.Atoi(text[m[2]:m[3]])
		}
		if len(m) > 6 && m[6] >= 0 {
			piece.Hint = text[m[6]:m[7]]
		}
		piece.Number = max(piece.Number, 1)
		pieces = append(pieces, notebook.Piece{Text: text[from:m[0]]}, piece)
		from = m[1]
	}
	if pieces == nil {
		return
	}
	pieces = append(pieces, notebook.Piece{Text: text[from:]})
	at := len(p.Deck.Facts)
	p.Sentence(line, pieces...)
	for _, f := range fields[1:] {
		for i := at; i < len(p.Deck.Facts); i++ {
			for j := range p.Deck.Facts[i].Cards {
				c := &p.Deck.Facts[i].Cards[j]
				c.Note = strings.TrimSpace(c.Note + "\n\n" + f.text)
			}
		}
	}
}
