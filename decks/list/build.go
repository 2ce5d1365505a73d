package list

import (
	"cmp"
	"fmt"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/plural"
	"kartei/decks/syntax"
)

// A builder makes a table of rows.
type builder struct {
	file   string
	layout layout
	deck   decks.Deck
	rows   []tableRow
	seen   map[string]int // lines by what they ask and answer
	left   []foreign.Left
	html   *htmlReader

	remarks []string
}

// A tableRow is a row of the table in the making, or a fact of its own.
type tableRow struct {
	line  int
	cells []string // by column of the list, as Markdown
	alone bool     // it does not fit into a table
}

func newBuilder(file string, l layout) *builder {
	return &builder{file: file, layout: l, seen: map[string]int{}, html: newHTMLReader()}
}

func (b *builder) leave(line int, part bool, text, format string, args ...any) {
	b.left = append(b.left, foreign.Left{File: b.file, Line: line, Err: fmt.Errorf(format, args...), Part: part,
		Text: text})
}

// longest is how long a cell may be to stand in a table, in bytes.
const longest = 300

// row takes one row of the list.
func (b *builder) row(r record) {
	l := &b.layout
	whole := strings.Join(r.cells, " ")
	for len(r.cells) > l.width && strings.TrimSpace(r.cells[len(r.cells)-1]) == "" {
		r.cells = r.cells[:len(r.cells)-1]
	}
	if len(r.cells) > l.width {
		b.leave(r.line, false, whole, "this row has %s, and the others have %d", plural.Count(len(r.cells), "cell"),
			l.width)
		return
	}
	row := tableRow{line: r.line, cells: make([]string, l.width)}
	for i, cell := range r.cells {
		row.cells[i] = b.cell(r.line, cell)
		row.alone = row.alone || strings.Contains(row.cells[i], "\n") || len(row.cells[i]) > longest
	}
	for _, role := range []Role{Front, Back} {
		if row.cells[l.columns[role]] == "" {
			b.leave(r.line, false, whole, "its %s is empty", role)
			return
		}
	}
	says := row.cells[l.columns[Front]] + "\x00" + row.cells[l.columns[Back]]
	if before, twice := b.seen[says]; twice {
		b.leave(r.line, true, whole, "it says the same as line %d", before)
		return
	}
	b.seen[says] = r.line
	b.rows = append(b.rows, row)
}

// cell makes Markdown of a cell.
func (b *builder) cell(line int, text string) string {
	text = strings.TrimSpace(unguard(text))
	if looksLikeHTML(text) {
		return strings.TrimSpace(b.html.text(text, func(kind string) { b.leave(line, true, "", "lost: %s", kind) }))
	}
	return factfile.Literal(factfile.Tidy(text))
}

// renamed names the columns that cannot be called as they were.
func (b *builder) renamed() {
	for i, name := range b.columnNames() {
		was := factfile.OneLine(b.layout.names[i])
		if role := b.layout.role(i); was != "" && name != was && (role == None || role == Front || role == Back) {
			b.leave(1, true, was, "the column %q is called %q here", was, name)
		}
	}
}

// reading is what all rows make.
func (b *builder) reading() (*foreign.Reading, error) {
	b.renamed()
	b.nameRows()
	b.split()
	body, err := b.acceptedTable()
	if err != nil {
		return nil, err
	}
	refused, err := factfile.Accept(&b.deck, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range refused {
		b.leave(r.Fact.Line, false, r.Fact.Cards[0].Prompt+" "+r.Fact.Cards[0].Answer, "%v", r.Err)
	}
	foreign.SortLeft(b.left)
	reading := &foreign.Reading{Remarks: b.remarks, Decks: []*decks.Deck{&b.deck}, Body: body, Rows: len(b.rows),
		Left: b.left}
	if shown := b.unshown(); len(shown) > 0 {
		reading.Remarks = append(reading.Remarks, "in the table, but on no card: "+strings.Join(shown, ", "))
	}
	return reading, nil
}

// nameRows settles which ids the rows have: their own, where these are ids, differ
// and do not merely count; else ids made of what they say.
func (b *builder) nameRows() {
	if i, ok := b.layout.columns[ID]; ok {
		seen := map[string]bool{}
		counting := true
		for _, r := range b.rows {
			id := r.cells[i]
			if !syntax.IsID(id) || seen[id] {
				counting = true
				break
			}
			seen[id] = true
			counting = counting && strings.Trim(id, "0123456789") == ""
		}
		if len(b.rows) > 0 && !counting {
			return
		}
		delete(b.layout.columns, ID)
	}
	wordings := make([]syntax.Wording, len(b.rows))
	for i, r := range b.rows {
		front, back := r.cells[b.layout.columns[Front]], r.cells[b.layout.columns[Back]]
		wordings[i] = syntax.Wording{Words: []string{front}, Question: front, Whole: front + "\x00" + back}
	}
	for i, id := range syntax.TextIDs(wordings, syntax.NewNames()) {
		b.rows[i].cells = append(b.rows[i].cells, id)
	}
	b.layout.names = append(b.layout.names, "")
	b.layout.columns[ID] = b.layout.width
	b.layout.width++
}

// split makes facts of the rows that no table can hold.
func (b *builder) split() {
	kept := b.rows[:0]
	for _, r := range b.rows {
		if !r.alone {
			kept = append(kept, r)
			continue
		}
		b.deck.Facts = append(b.deck.Facts, b.fact(r))
	}
	b.rows = kept
}

func (b *builder) fact(r tableRow) decks.Fact {
	of := func(role Role) string {
		if i, ok := b.layout.columns[role]; ok {
			return r.cells[i]
		}
		return ""
	}
	card := decks.Card{Name: "card", Kind: decks.Recall, Prompt: of(Front), Answer: of(Back), Note: of(Note),
		Hint: of(Hint), Source: factfile.OneLine(of(Source)),
		Evidence: of(Evidence), AsOf: of(AsOf), Tags: strings.Fields(tagsCell(of(Tags)))}
	for i, cell := range r.cells {
		if b.layout.role(i) == None && cell != "" {
			b.leave(r.line, true, cell, "a row that is too long for a table keeps no column without a use: %s",
				factfile.OneLine(cell))
		}
	}
	f := decks.Fact{Key: of(ID), File: b.file, Line: r.line, Cards: []decks.Card{card}}
	if b.layout.both {
		reverse := card
		f.Cards[0].Name, reverse.Name = "forward", "reverse"
		reverse.Prompt, reverse.Answer = card.Answer, card.Prompt
		f.Cards = append(f.Cards, reverse)
	}
	return f
}

// unshown are the columns that no card shows.
func (b *builder) unshown() (names []string) {
	if len(b.rows) == 0 {
		return nil
	}
	for i, name := range b.columnNames() {
		if b.layout.role(i) == None {
			names = append(names, name)
		}
	}
	return names
}

// columnNames are the names of the table's columns, by column of the list.
func (b *builder) columnNames() []string {
	names := make([]string, b.layout.width)
	taken := map[string]bool{}
	for _, r := range allRoles {
		taken[string(r)] = r != Front && r != Back
	}
	for i := range names {
		role := b.layout.role(i)
		if role != None && role != Front && role != Back {
			names[i] = string(role)
			continue
		}
		name := strings.TrimRight(strings.TrimSpace(strings.Map(func(r rune) rune {
			if strings.ContainsRune(`{}|\[]<>*_$`+"`", r) {
				return -1
			}
			return r
		}, factfile.OneLine(b.layout.names[i]))), ":")
		lower := strings.ToLower(name)
		if name == "" || len(name) > 60 || taken[lower] || strings.HasPrefix(lower, "accept ") ||
			strings.HasPrefix(lower, "not ") || !strings.ContainsFunc(name, isWordRune) {
			name = cmp.Or(string(role), fmt.Sprintf("column %d", i+1))
		}
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s %d", cmp.Or(string(role), "column"), n)
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}
