package syntax

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Format prints a deck source in its canonical form: keys in order, tables
// aligned, lines that belong to a value indented by two spaces, one blank line
// between blocks, NFC, no white space at line ends. What the source means does
// not change, and formatting again changes nothing.
//
// A source with errors can not be formatted: the error names the first.
func Format(src []byte) ([]byte, error) {
	return FormatWithIDs(src, nil)
}

// FormatWithIDs is Format that also gives an id to every fact and row without
// one, made of its words. It takes none that is taken, and then those in the file
// and those that it made are taken, too. With nil it makes none.
func FormatWithIDs(src []byte, taken *Names) ([]byte, error) {
	f, err := parseSound(src)
	if err != nil {
		return nil, err
	}
	if taken != nil {
		addIDs(f, taken)
	}
	return f.format(), nil
}

// FormatWithTextIDs is Format that also gives an id to every fact without one,
// made of its text alone: see [TextIDs].
func FormatWithTextIDs(src []byte) ([]byte, error) {
	f, err := parseSound(src)
	if err != nil {
		return nil, err
	}
	f.textIDs()
	return f.format(), nil
}

// parseSound parses a source; an error in it is an error.
func parseSound(src []byte) (*File, error) {
	f := Parse("", src)
	for _, p := range f.Problems {
		if p.Severity == Error {
			line, _ := f.Position(p.Start)
			return nil, fmt.Errorf("line %d: %s [%s]", line, p.Message, p.Rule)
		}
	}
	return f, nil
}

func (f *File) format() []byte {
	p := &printer{file: f}
	p.print()
	return p.out.Bytes()
}

// A printer writes a file in canonical form.
type printer struct {
	file *File
	out  bytes.Buffer
}

func (p *printer) print() {
	if h := p.file.Header; h != nil {
		p.header(h)
	} else if len(p.file.Blocks) > 0 {
		first := p.file.Slice(p.file.Blocks[0].Extent())
		if strings.HasPrefix(first, "---") || strings.HasPrefix(first, byteOrderMark) {
			p.out.WriteByte('\n') // else the line would open a header, or lose its first character
		}
	}
	for i, b := range p.file.Blocks {
		if i > 0 && !p.attached(p.file.Blocks[i-1], b) || i == 0 && p.file.Header != nil {
			p.out.WriteByte('\n')
		}
		p.block(b)
	}
}

// attached reports whether a block stays right below the one before it: prose
// below prose if it stood there, anything below a comment if it stood there.
func (p *printer) attached(above, below Block) bool {
	if p.file.LineAt(below.Extent().Start) != p.file.LineAt(above.Extent().End)+1 {
		return false
	}
	prose, ok := above.(*Prose)
	if !ok {
		return false
	}
	_, again := below.(*Prose)
	return again || prose.Verbatim && strings.HasPrefix(strings.TrimLeft(p.file.Slice(prose.Span), " "), "<!--")
}

func (p *printer) header(h *Header) {
	entries := slices.Clone(h.Entries)
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return slices.Index(headerKeys, a.Key) - slices.Index(headerKeys, b.Key)
	})
	p.line("---")
	for _, e := range entries {
		value := e.Value.Text
		if e.Key == "tags" {
			value = strings.Join(SplitTags(value), " ")
		}
		p.line(strings.TrimSpace(e.Key+" "+e.Name), ": ", value)
	}
	p.line("---")
}

func (p *printer) line(parts ...string) {
	for _, s := range parts {
		p.out.WriteString(s)
	}
	p.out.WriteByte('\n')
}

func (p *printer) lines(lines []string) {
	for _, line := range lines {
		p.line(line)
	}
}

func (p *printer) block(b Block) {
	switch b := b.(type) {
	case *Heading:
		p.heading(b)
	case *Fact:
		p.fact(b)
	case *Table:
		p.table(b)
	case *Prose:
		p.prose(b)
	}
}

// heading writes a heading; one whose text ends in number signs gets one more,
// which is not part of the text.
func (p *printer) heading(h *Heading) {
	title := h.Title
	if bare := strings.TrimRight(title, "#"); bare != title && (bare == "" || strings.HasSuffix(bare, " ")) {
		title += " #"
	}
	p.line(strings.TrimRight(strings.Repeat("#", h.Level)+" "+title, " "))
}

func (p *printer) prose(b *Prose) {
	for line := range strings.SplitSeq(p.file.Slice(b.Span), "\n") {
		if line = strings.TrimSuffix(line, "\r"); !b.Verbatim {
			line = strings.TrimRight(normal(line), " \t")
		}
		p.line(line)
	}
}

func (p *printer) fact(fact *Fact) {
	remarks := p.remarks(fact)
	fields := make([]*Field, len(fact.Fields))
	for i := range fact.Fields {
		fields[i] = &fact.Fields[i]
	}
	slices.SortStableFunc(fields, func(a, b *Field) int { return int(a.Key) - int(b.Key) })
	for _, f := range fields {
		if f.Start > fact.Start {
			p.lines(remarks[f.Start])
		}
		p.field(f, remarks)
	}
}

// remarks returns the comments inside of a fact by the start of the field or
// item that they stand above.
func (p *printer) remarks(fact *Fact) map[int][]string {
	remarks := map[int][]string{}
	for _, span := range fact.Remarks {
		at := fact.follows(span.Start).Start
		remarks[at] = append(remarks[at], strings.TrimSpace(p.file.Slice(span)))
	}
	return remarks
}

func (p *printer) field(f *Field, remarks map[int][]string) {
	text := fieldText(f)
	p.out.WriteString(f.Key.String())
	p.out.WriteByte(':')
	indent := "  "
	if f.Key == Question && hasOptionLine(text) {
		indent = "    " // else the line would be read as a choice
	}
	if inside := remarks[f.Start]; f.Key.Opens() && len(inside) > 0 {
		p.out.WriteByte('\n') // above the key they would be no part of the fact
		p.lines(inside)
		p.indented(text, indent)
	} else {
		p.text(text, indent)
	}
	for i := range f.Items {
		item := &f.Items[i]
		p.lines(remarks[item.Start])
		p.out.WriteString(f.List.mark(i, item.Right))
		if text := joinReason(item.Value.Text, item.Why); f.List == Bullets && itemForm("- "+text) == Options {
			p.below(text, "  ") // else its brackets would be read as a box
		} else {
			p.text(text, "  ")
		}
	}
}

// mark returns what stands before item i.
func (l List) mark(i int, right bool) string {
	switch {
	case l == Numbers:
		return strconv.Itoa(i+1) + "."
	case l == Options && right:
		return "- [x]"
	case l == Options:
		return "- [ ]"
	}
	return "-"
}

// text writes a value behind its key or mark. One that begins with a code fence
// or a table begins on the next line.
func (p *printer) text(text, indent string) {
	first, rest, more := strings.Cut(text, "\n")
	if _, n := openFence(first); more && (n > 0 || isRow(first)) || text == "" {
		p.below(text, indent)
		return
	}
	p.out.WriteString(" " + first)
	if !more {
		rest = ""
	}
	p.below(rest, indent)
}

// below writes lines on the lines below the present one.
func (p *printer) below(text, indent string) {
	p.out.WriteByte('\n')
	if text != "" {
		p.indented(text, indent)
	}
}

func (p *printer) indented(text, indent string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			line = indent + line
		}
		p.line(line)
	}
}

// hasOptionLine reports whether a line of a question's text, but the first, looks
// like a choice.
func hasOptionLine(text string) bool {
	_, rest, _ := strings.Cut(text, "\n")
	for line := range strings.SplitSeq(rest, "\n") {
		if itemForm(strings.TrimLeft(line, " ")) == Options {
			return true
		}
	}
	return false
}

// joinAlternatives returns an Accept with one space around each bar. Code that is
// fenced keeps its lines to itself.
func joinAlternatives(text string) string {
	var out strings.Builder
	closed := false // the part before ends with a fence
	for i, part := range Split(text, '|') {
		words := text[part.Start:part.End]
		before := text[strings.LastIndexByte(text[:part.Start], '\n')+1 : part.Start]
		_, n := openFence(restOfLine(words, 0))
		opened := n > 0 && strings.Trim(before, " ") == ""
		switch {
		case i == 0 && n > 0 && !opened:
			out.WriteString("| ") // else its mark would open a fence
		case i == 0:
		case closed && opened:
			out.WriteString("\n|\n")
		case closed:
			out.WriteString("\n| ")
		case opened:
			out.WriteString(" |\n")
		default:
			out.WriteString(" | ")
		}
		out.WriteString(words)
		closed = endsWithFence(words) && (opened || strings.Contains(words, "\n"))
	}
	return out.String()
}

// endsWithFence reports whether the last line of a text can close a code fence.
func endsWithFence(text string) bool {
	_, n := closingFence(strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:]))
	return n > 0
}

// joinReason puts a text and its reason together. Code that is fenced keeps its
// lines to itself.
func joinReason(text string, why *Value) string {
	if why.String() == "" {
		return text
	}
	before, after := " ", " "
	if endsWithFence(text) {
		before = "\n"
	}
	if _, fence := openFence(restOfLine(why.Text, 0)); fence > 0 && why.below {
		after = "\n"
	}
	return text + before + "--" + after + why.Text
}

// fieldText returns a value in its canonical spelling.
func fieldText(f *Field) string {
	text := f.Value.Text
	switch f.Key {
	case Not:
		return joinReason(text, f.Why)
	case Tags:
		return strings.Join(SplitTags(text), " ")
	case Accept:
		return joinAlternatives(text)
	case Cloze:
		return plainNumbers(text)
	case Tolerance:
		if _, _, ok := ParseTolerance(text); ok {
			return canonicalTolerance(text)
		}
	}
	return text
}

// plainNumbers writes Anki's {{c1::…}} as {{1::…}}; of several numbers the letter stays.
func plainNumbers(text string) string {
	var out strings.Builder
	from := 0
	for _, d := range Deletions(text) {
		if d.Written && text[d.Start+2] == 'c' && len(d.More) == 0 {
			out.WriteString(text[from : d.Start+2])
			from = d.Start + 3
		}
	}
	out.WriteString(text[from:])
	return out.String()
}

func canonicalTolerance(text string) string {
	_, percent, _ := ParseTolerance(text)
	digits := strings.Trim(text, "±+-/% \t\n")
	if percent {
		return "± " + digits + " %"
	}
	return "± " + digits
}
