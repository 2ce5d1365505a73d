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

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
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
	title := deckName(c.Deck)
	for _, o := range home.Origins {
		title = cmp.Or(o.AnkiDeck, title) // all came from one
	}
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
		row := &homeRow{n.guid, CSVOptions{}.notetype(n), deck, n.stockFields(), n.tags}
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
		return errors.New("changed here and in Anki; edit it so that it says what both shall")
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
	switch fields = fields[:min(last+1, len(fields))]; {
	case len(fields) == 0 || blank(fields[0]):
		return errors.New("a note whose first field is empty is refused by Anki")
	case slices.ContainsFunc(fields, func(s string) bool { return !utf8.ValidString(s) }):
		return errors.New("its note has bytes that are no text; edit it in Anki")
	}
	n.row.fields, n.row.tags = fields, n.tags
	return nil
}

// fields are what an edited fact makes of fields of its note.
func (e *editedFact) fields(writer *noteMaker, f *decks.Fact, origin *Origin, kept KeptNote) (map[int]string, error) {
	writer.media.kept = strings.Join(kept.Fields, "\x1f")
	defer func() { writer.media.kept = "" }()
	n, err := origin.note(writer, f)
	if err != nil {
		return nil, err
	}
	places, html := settled(origin.Places, partSums(f)), n.parts()
	fields, inner := map[int]string{}, map[int]string{}
	for i := range places {
		p := &places[i]
		was := origin.said(p.Part)
		switch {
		case p.Sum == was:
			continue
		case p.Field == noField && was == "": // Anki has no place for it, and may show it with another
			p.Field = homeOf(p.Part, places)
		case p.Field == noField:
			if field, text, ok := innerEdit(origin.text(p.Part), partText(&f.Cards[0], p.Part), kept, p.Of); ok {
				inner[field] = page{media: writer.media, dir: path.Dir(f.File)}.html(text)
				continue
			}
		}
		if p.Field == noField {
			return nil, fmt.Errorf("its %s is made of several fields of its note, or of words of the template, and was edited in more than one field; edit it in Anki", p.Part.Name())
		}
		fields[p.Field] = ""
	}
	for i := range fields {
		fields[i] = compose(i, places, origin, html, kept)
	}
	for i, field := range inner {
		if other, taken := fields[i]; taken && other != field {
			return nil, errors.New("its question and its answer make two things of one field of its note; let them agree")
		}
		fields[i] = field
	}
	for i := range fields {
		e.lose(i, kept.field(i))
	}
	return fields, nil
}

// note makes the one note of a fact that its origin can be.
func (o *Origin) note(writer *noteMaker, f *decks.Fact) (*note, error) {
	notes, err := writer.notes(f)
	switch {
	case err != nil:
		return nil, err
	case o.Cloze && len(o.Cards) > 0 && !strings.HasPrefix(o.Cards[0].Name, "cloze-"):
		return nil, errors.New("its card is of a covered part of a picture or of a deletion elsewhere in the note, which Anki makes; edit it in Anki")
	case len(notes) == 0 || notes[0].cloze != o.Cloze:
		return nil, errors.New("no note with deletions becomes one without in Anki, or the other way round; write a fact of its own")
	case !o.Cloze && len(f.Cards) > max(len(o.Cards), 1):
		return nil, errors.New("its note has no place for more cards; write a fact of its own")
	}
	return notes[0], nil
}

// innerEdit finds the one field that was edited in a text that several make together:
// before and after it nothing is. Of are those that make it. It returns what the field says now.
func innerEdit(was, is string, kept KeptNote, of []int) (field int, text string, ok bool) {
	if was == "" || is == "" {
		return 0, "", false
	}
	start, end := 0, 0 // of what is the same in front and behind
	for start < min(len(was), len(is)) && was[start] == is[start] {
		start++
	}
	for end < min(len(was), len(is))-start && was[len(was)-1-end] == is[len(is)-1-end] {
		end++
	}
	found := noField
	for _, i := range of {
		if i >= len(kept.Fields) {
			break
		}
		said := asCompiled(newConverter("media/").markdown(kept.Fields[i], false))
		at := strings.Index(was, said)
		if said == "" || at < 0 {
			continue
		}
		if at > start || at+len(said) < len(was)-end {
			continue // the edit is not in it
		}
		if found != noField || strings.Count(was, said) > 1 {
			return 0, "", false // it cannot be told which
		}
		found, text = i, is[at:len(is)-(len(was)-at-len(said))]
	}
	return found, text, found != noField && utf8.ValidString(text) && strings.TrimSpace(text) != ""
}

// asCompiled is a text of the fact language as a card has it.
func asCompiled(text string) string {
	var scratch deckFileMaker
	scratch.fact([]line{{key: syntax.Question, value: strings.TrimSpace(text)}, {key: syntax.Answer, value: "—"}})
	c, err := decks.Compile(memfs.Files{"fact.md": []byte(scratch.out.String())})
	if err != nil || len(c.Decks) == 0 || len(c.Decks[0].Facts) == 0 {
		return ""
	}
	return c.Decks[0].Facts[0].Cards[0].Prompt
}

// Name is what users call a part.
func (p Part) Name() string {
	return map[Part]string{Front: "question", Back: "answer", Hint: "hint", Extra: "note", Source: "source"}[p]
}

// lose notes what an edited field loses that no fact can hold.
func (e *editedFact) lose(field int, was string) {
	c := newConverter("")
	c.markdown(was, true)
	if losses := c.losses.list(); len(losses) > 0 {
		e.lost = append(e.lost, Lost{e.File, e.Line, field + 1, losses})
	}
}

// Arrived reports whether what goes home of an edited fact is what its note says by
// now; was is the note as the fact came.
func Arrived(deck *decks.Deck, f *decks.Fact, o *Origin, was, is KeptNote) bool {
	if f == nil || len(o.Places) == 0 {
		return false
	}
	fields, err := (&editedFact{}).fields(newNoteMaker(deck), f, o, was)
	if err != nil || len(fields) == 0 {
		return false
	}
	for i := range is.Fields {
		want := ""
		if i < len(was.Fields) {
			want = was.Fields[i]
		}
		if field, edited := fields[i]; edited {
			want = field
		}
		if norm.NFC.String(want) != norm.NFC.String(is.Fields[i]) {
			return false
		}
	}
	return true
}

// Arrive says that a fact's edits are in its note: what has no place of its own there
// stands with another part. Before is where the parts had their places.
func (o *Origin) Arrive(f *decks.Fact, before Origin) {
	o.Sum, o.Tags, o.Both = FactSum(f), tagSum(f), ""
	o.Places = settled(before.Places, partSums(f))
	for i := range o.Places {
		if p := &o.Places[i]; p.Field == noField && before.said(p.Part) == "" {
			p.Field = homeOf(p.Part, o.Places)
		}
	}
}

// homeOf is the field that shows a part of which Anki knows nothing: hints stand with
// the question, all else with the answer.
func homeOf(part Part, places []Place) int {
	for _, with := range map[Part][]Part{Hint: {Front}, Extra: {Back, Source}, Source: {Extra, Back}}[part] {
		for _, p := range places {
			if p.Part == with && p.Field != noField {
				return p.Field
			}
		}
	}
	return noField
}

// parts are the parts of a note as HTML.
func (n *note) parts() map[Part]string {
	return map[Part]string{Front: n.front, Back: n.back, Hint: n.hint, Extra: n.extra, Source: n.source}
}

// compose is a field of the parts that stand in it. It stays as Anki has it, where
// something is only added to it.
func compose(field int, places []Place, origin *Origin, html map[Part]string, kept KeptNote) string {
	rewritten := slices.ContainsFunc(places, func(p Place) bool {
		was := origin.said(p.Part)
		return p.Field == field && was != "" && was != p.Sum
	})
	out := ""
	if !rewritten && field < len(kept.Fields) && !blank(kept.Fields[field]) {
		out = kept.Fields[field]
	}
	for _, p := range places {
		block := html[p.Part]
		switch {
		case p.Field != field || block == "" || !rewritten && origin.said(p.Part) != "":
		case out == "":
			out = block
		default:
			out += framed(p.Part, block)
		}
	}
	return out
}

// framed is a part that stands with another in a field.
func framed(part Part, html string) string {
	switch part {
	case Hint:
		return "<details><summary>…</summary>" + html + "</details>"
	case Extra:
		return "<div>" + html + "</div>"
	case Source:
		return "<div><small>" + html + "</small></div>"
	}
	return "<br>" + html
}

// editedTags are the tags of a note whose fact has other ones than it came with. Those
// that stayed are as Anki writes them.
func editedTags(kept KeptNote, f *decks.Fact) []string {
	tags := []string{}
	came := map[string]bool{}
	for _, t := range kept.Tags {
		plain := plainTags([]string{t}, newLossList())
		if len(plain) == 0 || slices.Contains(f.Cards[0].Tags, plain[0]) {
			tags = append(tags, t) // no fact can have it, or it has
		}
		if len(plain) > 0 {
			came[plain[0]] = true
		}
	}
	for _, t := range f.Cards[0].Tags {
		if !came[t] {
			tags = append(tags, tag(t))
		}
	}
	return tags
}

// writeRows writes the file. Each row has the fields up to the last that changes:
// Anki leaves the others, and the tags behind them, as they are. The header of
// columns says how many there are, for Anki before 26.05 asks the first row.
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
			row = append(row, make([]string, width-len(r.fields))...)
			row = append(row, strings.Join(r.tags, " "))
		}
		if err := (rowWriter{out}).write(row...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// A Withdrawn is a fact that is no more, whose note Anki may have.
type Withdrawn struct {
	Fact  string
	Words string // with which it begins

	Tagged bool // in Anki, with WithdrawnTag
	row    *homeRow
}

// withdrawn are facts of a deck that are no more. Those whose note has other facts
// are named, and it goes on.
func withdrawn(gone map[string]Origin, home Home) []Withdrawn {
	live := map[string]bool{}
	for key, o := range home.Origins {
		if _, is := gone[key]; !is {
			live[o.GUID] = true
		}
	}
	var all []Withdrawn
	for _, key := range slices.Sorted(maps.Keys(gone)) {
		o := gone[key]
		n, have := home.Notes.Note(o.GUID)
		one := Withdrawn{Fact: key}
		if have && len(n.Fields) > 0 {
			one.Words = oneLine(bareWords(n.Fields[0]))
			one.Tagged = slices.Contains(n.Tags, WithdrawnTag)
			if !one.Tagged && !live[o.GUID] && !blank(n.Fields[0]) && utf8.ValidString(n.Fields[0]) {
				live[o.GUID] = true // said once
				one.row = &homeRow{o.GUID, o.Notetype, o.AnkiDeck, n.Fields[:1], append(n.Tags, WithdrawnTag)}
			}
		}
		all = append(all, one)
	}
	return all
}

// WithdrawnOf are facts that were taken out of a deck which did not come from Anki, and
// which may have gone there.
func WithdrawnOf(deck *decks.Deck, facts []decks.Fact, options CSVOptions) (all []Withdrawn) {
	writer := newNoteMaker(deck)
	for i := range facts {
		notes, _ := writer.notes(&facts[i]) // what Anki cannot show never went there
		for _, n := range notes {
			row := &homeRow{n.guid, options.notetype(n), deckName(deck), options.fields(n)[:1], append(n.tags, WithdrawnTag)}
			all = append(all, Withdrawn{Fact: facts[i].Key, Words: oneLine(bareWords(n.front)), row: row})
		}
	}
	return all
}

// WithdrawnTag is the tag of notes in Anki whose facts are no more.
const WithdrawnTag = "kartei::withdrawn"

// WriteWithdrawn writes a text file that tags the notes of withdrawn facts, with
// [WithdrawnTag], and changes nothing else. It returns how many there are; for none
// nothing is written.
func WriteWithdrawn(w io.Writer, facts []Withdrawn) (int, error) {
	var rows []*homeRow
	for _, f := range facts {
		if f.row != nil {
			rows = append(rows, f.row)
		}
	}
	if len(rows) == 0 {
		return 0, nil
	}
	return len(rows), writeRows(w, rows)
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
