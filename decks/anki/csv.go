package anki

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/foreign"
)

// CSVOptions say how [WriteCSV] writes. The zero value is a file for every
// Anki that speaks English.
type CSVOptions struct {
	// Basic and Cloze are the note types, by name or by id; empty means
	// "Basic" and "Cloze". An Anki that was set up in another language knows
	// them under names of that language ("Einfach", "Lückentext") and reports
	// rows of an unknown type without importing them.
	Basic, Cloze string

	// OwnNoteTypes names the note types that [WritePackage] brings along, by ids
	// that hold in every language: once a package was imported, such files update
	// its notes and add to them. Basic and Cloze are then ignored.
	OwnNoteTypes bool

	// FactTags gives every note the tags of its fact in a column. Anki then
	// replaces all tags of a note at each import, the learner's own, "leech"
	// and "marked" among them. Without it the tags that all decks have in
	// common are added to whatever tags a note has.
	FactTags bool

	// Progress, if not nil, is called now and then with the number of notes that
	// were written; the total is unknown, 0.
	Progress func(done, total int)
}

// progressEvery is the number of notes between two reports of progress.
const progressEvery = 500

// A Report says what an export holds.
type Report struct {
	Notes, Cards int
	Reviews      int       // answers in the review log, by WritePackage
	Media        []Medium  // WriteCSV: to be copied into Anki's media folder; WritePackage: in the package
	Missing      []Medium  // WritePackage: not there, or too large
	Refused      []Refusal // facts that are not, or not wholly, in the export
}

func (r *Report) refuse(deck *decks.Deck, f factNotes) {
	if f.refused != nil {
		r.Refused = append(r.Refused, Refusal{deck.Name, f.fact.Key, f.fact.File, f.fact.Line, f.refused})
	}
}

// A Refusal is a fact that Anki could not show.
type Refusal struct {
	Deck, Fact string
	File       string
	Line       int
	Err        error
}

// WriteCSV writes decks as a text file that Anki's import understands without a
// question: tab-separated, HTML, with guid, note type and deck in columns of
// their own and the choices of the import dialog in the header. The headers
// "if matches" and "match scope" need Anki 2.1.58 or newer, the creation of
// missing decks needs 25.07.3.
//
// Anki takes a deck name of nothing but digits for a deck's number, so such a
// deck is an error, and nothing is written.
func WriteCSV(w io.Writer, options CSVOptions, contents ...foreign.Contents) (Report, error) {
	contents = slices.Clone(contents)
	// Anki makes a missing deck and its parents at the first row that names it,
	// but a parent that came about this way is not found by later rows of the
	// same file: "geo" after "geo::europe" becomes "geo+". So parents go first.
	slices.SortStableFunc(contents, func(a, b foreign.Contents) int { return cmp.Compare(a.Deck.Name, b.Deck.Name) })
	for _, c := range contents {
		if err := checkName(c.Deck.Name); err != nil {
			return Report{}, err
		}
	}
	out := bufio.NewWriter(w)
	writeHeader(out, options, contents)
	var report Report
	for _, c := range contents {
		if err := writeDeck(rowWriter{out}, options, c, &report); err != nil {
			return report, fmt.Errorf("export deck %s: %w", c.Deck.Name, err)
		}
	}
	return report, out.Flush()
}

func checkName(name string) error {
	if strings.Trim(name, "0123456789") == "" {
		return fmt.Errorf("deck %q: Anki takes a name of digits for the number of a deck", name)
	}
	return nil
}

func writeHeader(w io.Writer, options CSVOptions, contents []foreign.Contents) {
	io.WriteString(w, "#separator:tab\n#html:true\n"+
		"#if matches:update current\n#match scope:notetype\n"+
		"#guid column:1\n#notetype column:2\n#deck column:3\n")
	if options.FactTags {
		fmt.Fprintf(w, "#tags column:%d\n", 4+options.width())
		return
	}
	if tags := commonTags(contents); len(tags) > 0 {
		fmt.Fprintf(w, "#tags:%s\n", strings.Join(tags, " "))
	}
}

// commonTags are the tags that every deck of the file has: a header holds for
// all its rows.
func commonTags(contents []foreign.Contents) []string {
	var common []string
	for i, c := range contents {
		var tags []string
		for _, t := range c.Deck.Tags {
			if t = tag(t); t != "" && !slices.Contains(tags, t) && (i == 0 || slices.Contains(common, t)) {
				tags = append(tags, t)
			}
		}
		common = tags
	}
	return common
}

func writeDeck(rows rowWriter, options CSVOptions, c foreign.Contents, report *Report) error {
	writer := newNoteMaker(c.Deck)
	deck := deckName(c.Deck)
	for f, err := range writer.all(c.Facts) {
		if err != nil {
			return err
		}
		report.refuse(c.Deck, f)
		for _, n := range f.notes {
			row := append([]string{n.guid, options.notetype(n), deck}, options.fields(n)...)
			if options.FactTags {
				row = append(row, strings.Join(n.tags, " "))
			}
			if err := rows.write(row...); err != nil {
				return err
			}
			if report.Notes++; options.Progress != nil && report.Notes%progressEvery == 0 {
				options.Progress(report.Notes, 0)
			}
			report.Cards += len(n.cards)
		}
	}
	report.Media = append(report.Media, writer.media.list(c.Deck.Name)...)
	return nil
}

// deckName is a deck's name in Anki, where "::" leads to sub-decks.
func deckName(deck *decks.Deck) string {
	return strings.ReplaceAll(deck.Name, "/", "::")
}

func (o CSVOptions) notetype(n *note) string {
	switch {
	case o.OwnNoteTypes:
		return strconv.FormatInt(n.ownType(), 10)
	case n.cloze:
		return cmp.Or(o.Cloze, "Cloze")
	}
	return cmp.Or(o.Basic, "Basic")
}

// width is the number of fields of each row. All rows have the same, because
// Anki before 26.05 counts the fields of the first row only.
func (o CSVOptions) width() int {
	if o.OwnNoteTypes {
		return 5
	}
	return 2
}

func (o CSVOptions) fields(n *note) []string {
	if !o.OwnNoteTypes {
		return n.stockFields()
	}
	fields := n.ownFields()
	for len(fields) < o.width() {
		fields = append(fields, "")
	}
	return fields
}

// stockFields are the fields of the note types that every Anki has, Front and
// Back or Text and Back Extra: hint, remarks and source find their place in them.
func (n *note) stockFields() []string {
	front := n.front
	if n.hint != "" {
		front += framed(Hint, n.hint)
	}
	back := n.back
	if n.extra != "" {
		back += framed(Extra, n.extra)
	}
	if n.source != "" {
		back += framed(Source, n.source)
	}
	return []string{front, back}
}
