package anki

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"kartei/decks"
	"kartei/decks/foreign"
)

// A Home is what is known of where the facts of a deck came from.
type Home struct {
	Origins map[string]Origin // by the keys of facts
	Notes   KeptNotes
}

// BackOptions say how [WriteBack] writes.
type BackOptions struct {
	Homes map[string]Home // by the names of decks

	// Progress, if not nil, is called now and then with the number of facts that were
	// compared; the total is unknown, 0.
	Progress func(done, total int)
}

// A BackReport says what goes home.
type BackReport struct {
	Report
	Same      int         // facts that are as they came
	Updates   int         // notes that came from Anki and were edited since
	Retagged  int         // those of them whose tags were edited
	Lost      []Lost      // what of an edited field no fact can hold
	Withdrawn []Withdrawn // facts that are no more, whose notes Anki may have
}

// A Lost is a field that was edited and loses something by it.
type Lost struct {
	File   string
	Line   int
	Field  int // from 1
	Losses []Loss
}

// WriteBack writes what was edited in decks that came from Anki, as a text file for
// its import: each fact into the note that it came from, field by field, the others
// as Anki has them. Facts of which Anki knows none become new notes. Without any
// note nothing is written.
func WriteBack(w io.Writer, options BackOptions, contents ...foreign.Contents) (BackReport, error) {
	contents = slices.Clone(contents)
	slices.SortStableFunc(contents, func(a, b foreign.Contents) int { return cmp.Compare(a.Deck.Name, b.Deck.Name) })
	h := &homeward{options: options, notes: map[string]*homeNote{}}
	for _, c := range contents {
		if err := checkName(c.Deck.Name); err != nil {
			return h.report, err
		}
		if err := h.deck(c); err != nil {
			return h.report, fmt.Errorf("export deck %s: %w", c.Deck.Name, err)
		}
	}
	h.settle()
	if h.report.Notes == 0 {
		return h.report, nil
	}
	return h.report, writeRows(w, h.rows)
}

// A homeward gathers what goes home, note by note.
type homeward struct {
	options BackOptions
	report  BackReport
	seen    int // facts
	notes   map[string]*homeNote
	rows    []*homeRow
}

// A homeRow is a record of the file.
type homeRow struct {
	guid, notetype, deck string
	fields               []string // the first ones: those that follow stay
	others               []string // those that follow, as Anki has them
	tags                 []string // nil: they stay
}

// A homeNote is a note with what its facts make of it.
type homeNote struct {
	kept   KeptNote
	fields map[int]string // edited
	facts  []*editedFact
	tags   []string
	row    *homeRow
	clash  bool // two facts make two things of one field
}

// An editedFact is a fact that goes home.
type editedFact struct {
	Refusal // if it does not
	lost    []Lost
	cards   int
}

func (h *homeward) deck(c foreign.Contents) error {
	home := h.options.Homes[c.Deck.Name]
	writer := newNoteMaker(c.Deck)
	title := cmp.Or(home.deck(), deckName(c.Deck))
	gone := maps.Clone(home.Origins)
	for f, err := range c.Facts {
		if err != nil {
			return err
		}
		if h.seen++; h.options.Progress != nil && h.seen%progressEvery == 0 {
			h.options.Progress(h.seen, 0)
		}
		writer.media.fresh = writer.media.fresh[:0]
		origin, known := home.Origins[f.Key]
		delete(gone, f.Key)
		if !known {
			h.add(writer, f, title)
			continue
		}
		if err := h.update(writer, f, origin, home.Notes); err != nil {
			writer.media.forget()
			h.refuse(c.Deck, f, err)
		}
	}
	h.report.Withdrawn = append(h.report.Withdrawn, withdrawn(gone, home)...)
	h.report.Media = append(h.report.Media, writer.media.list(c.Deck.Name)...)
	return nil
}

// deck is the deck of Anki's that most of the facts came from; others were moved here.
func (h *Home) deck() (most string) {
	facts := map[string]int{}
	for _, o := range h.Origins {
		facts[o.AnkiDeck]++
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if facts[name] > facts[most] {
			most = name
		}
	}
	return most
}

func (h *homeward) refuse(deck *decks.Deck, f *decks.Fact, err error) {
	h.report.Refused = append(h.report.Refused, Refusal{deck.Name, f.Key, f.File, f.Line, fmt.Errorf("fact %s: %w", f.Key, err)})
}

// add makes new notes of a fact.
func (h *homeward) add(writer *noteMaker, f *decks.Fact, deck string) {
	notes, err := writer.notes(f)
	if err != nil {
		h.refuse(writer.deck, f, err)
	}
	for _, n := range notes {
		row := &homeRow{n.guid, CSVOptions{}.notetype(n), deck, n.stockFields(), nil, n.tags}
		h.rows = append(h.rows, row)
		h.report.Notes++
		h.report.Cards += len(n.cards)
	}
}

// update compares a fact with the note that it came from.
func (h *homeward) update(writer *noteMaker, f *decks.Fact, origin Origin, notes KeptNotes) error {
	sum, retagged := FactSum(f), origin.Tags != "" && tagSum(f) != origin.Tags
	if sum == origin.Sum && !retagged {
		h.report.Same++
		return nil
	}
	kept, have := notes.Note(origin.GUID)
	switch {
	case !have || len(origin.Places) == 0:
		return errors.New("it was imported when notes were not kept as Anki has them; bring its deck up to date first, with a package of it and import --update")
	case origin.Both == sum:
		return errors.New("changed here and in Anki; edit it so that it says what both shall, or import again with --conflicts here, or anki")
	}
	var tags []string
	if retagged {
		tags = editedTags(kept, f)
	}
	e := &editedFact{Refusal: Refusal{writer.deck.Name, f.Key, f.File, f.Line, nil}, cards: len(origin.Cards)}
	fields, err := e.fields(writer, f, &origin, kept)
	if err != nil {
		return err
	}
	if len(fields) == 0 && tags == nil {
		h.report.Same++
		return nil
	}
	n := h.notes[origin.GUID]
	if n == nil {
		n = &homeNote{kept: kept, fields: map[int]string{}, row: &homeRow{guid: origin.GUID, notetype: origin.Notetype, deck: origin.AnkiDeck}}
		h.notes[origin.GUID] = n
		h.rows = append(h.rows, n.row)
	}
	n.take(e, fields, tags)
	return nil
}

// take takes what a fact makes of fields and tags of its note.
func (n *homeNote) take(e *editedFact, fields map[int]string, tags []string) {
	n.facts = append(n.facts, e)
	for i, field := range fields {
		if other, taken := n.fields[i]; taken && other != field {
			n.clash = true
		}
		n.fields[i] = field
	}
	if tags != nil {
		if n.tags != nil && !slices.Equal(n.tags, tags) {
			n.clash = true
		}
		n.tags = tags
	}
}

// settle completes the rows, and takes out those that cannot go home.
func (h *homeward) settle() {
	for _, n := range h.notes {
		err := n.complete()
		for _, e := range n.facts {
			if err != nil {
				e.Err = fmt.Errorf("fact %s: %w", e.Fact, err)
				h.report.Refused = append(h.report.Refused, e.Refusal)
				continue
			}
			h.report.Lost = append(h.report.Lost, e.lost...)
			h.report.Cards += e.cards
		}
		if err == nil {
			h.report.Notes++
			h.report.Updates++
			if n.tags != nil {
				h.report.Retagged++
			}
		}
	}
	h.rows = slices.DeleteFunc(h.rows, func(r *homeRow) bool { return r.fields == nil })
	slices.SortStableFunc(h.report.Refused, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line)
	})
	slices.SortStableFunc(h.report.Lost, func(a, b Lost) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line, a.Field-b.Field)
	})
}

// complete fills the row of a note: its fields up to the last that was edited, as
// Anki has them where they were not.
func (n *homeNote) complete() error {
	if n.clash {
		return errors.New("its note has other facts, which make something else of the same field; let them agree")
	}
	fields := slices.Clone(n.kept.Fields)
	last := 0
	for i, field := range n.fields {
		for len(fields) <= i {
			fields = append(fields, "")
		}
		fields[i], last = field, max(last, i)
	}
	last = min(last+1, len(fields))
	if n.tags == nil { // tags stand behind all fields
		fields = fields[:last]
	}
	switch {
	case last == 0 || blank(fields[0]):
		return errors.New("a note whose first field is empty is refused by Anki")
	case slices.ContainsFunc(fields, func(s string) bool { return !utf8.ValidString(s) }):
		return errors.New("its note has bytes that are no text; edit it in Anki")
	}
	n.row.fields, n.row.others, n.row.tags = fields[:last:last], fields[last:], n.tags
	return nil
}

// writeRows writes the file. Each row has the fields up to the last that changes:
// Anki leaves the others, and the tags behind them, as they are. Where the tags change, too,
// the fields up to them are as Anki has them, for it would empty those of empty cells. The header
// of columns says how many there are, for Anki before 26.05 asks the first row.
func writeRows(w io.Writer, rows []*homeRow) error {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.fields))
	}
	out := bufio.NewWriter(w)
	io.WriteString(out, "#separator:tab\n#html:true\n"+
		"#if matches:update current\n#match scope:notetype\n"+
		"#guid column:1\n#notetype column:2\n#deck column:3\n")
	fmt.Fprintf(out, "#tags column:%d\n#columns:guid\tnotetype\tdeck", 4+width)
	for i := range width {
		fmt.Fprintf(out, "\tfield %d", i+1)
	}
	out.WriteString("\ttags\n")
	for _, r := range rows {
		row := append([]string{r.guid, r.notetype, r.deck}, r.fields...)
		if r.tags != nil {
			row = append(row, r.others[:min(len(r.others), width-len(r.fields))]...)
			row = append(row, make([]string, 3+width-len(row))...)
			row = append(row, strings.Join(r.tags, " "))
		}
		if err := (rowWriter{out}).write(row...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// home is the name of a picture or sound that a note of Anki's has already.
func (m *mediaNames) home(file string) (string, bool) {
	name := path.Base(file)
	for _, before := range []string{`"`, "'", "=", ":"} {
		if strings.Contains(m.kept, before+name) || strings.Contains(m.kept, before+escape(name)) {
			return name, true
		}
	}
	return "", false
}
