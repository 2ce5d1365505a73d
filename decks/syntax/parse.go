package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads a deck source. It never fails: what is wrong becomes a problem
// with its place, and reading goes on at the next fact. It takes time and space
// in proportion to the source.
func Parse(name string, src []byte) *File {
	p := newParser(name, src)
	p.run()
	return p.file
}

// ParseHeader reads only the header of a deck source; nil if there is none.
func ParseHeader(name string, src []byte) *Header {
	if len(src) > MaxFile {
		return nil
	}
	p := newParser(name, src)
	p.file.lines = splitLines(p.file.Text)
	p.header()
	return p.file.Header
}

// A parser is a machine over the lines of one file.
type parser struct {
	file    *File
	line    int            // the line to be read next
	nfc     bool           // the text is in NFC throughout
	crlf    bool           // CR LF has been reported
	fences  *fences        // nil until the first fence
	noEnd   bool           // no further "-->" in the file
	counts  map[string]int // problems by rule
	said    map[string]int // by rule: where the line ends of which it last spoke
	remarks []Span         // of the fact that is being read
	fields  []Field        // of the fact that was read last
	raw     []rawLine      // of the value that is being read
	last    lineMemo       // several readers ask about a line in turn

	deletions []Deletion // of the sentence that was read last
	read      int        // facts
	parted    bool       // a blank line may stand between the present key and its value
}

// A lineMemo is what was found out about the line that was last asked about.
type lineMemo struct {
	asked, classified int // the line, from 1
	text              string
	kind              lineKind
	key               keyLine
}

func newParser(name string, src []byte) *parser {
	return &parser{file: &File{Name: name, Text: string(src)}, counts: map[string]int{}, said: map[string]int{}}
}

func (p *parser) run() {
	text := p.file.Text
	if len(text) > MaxFile {
		p.error(Span{}, "file-too-long", fmt.Sprintf("the file has more than %d MiB", MaxFile>>20),
			"split it: several files may name one deck")
		return
	}
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		p.error(Span{}, "bad-utf8", "the file is UTF-16 text", "save the file as UTF-8")
		return
	}
	p.file.lines = splitLines(text)
	p.nfc = p.checkText()
	p.checkLineLengths()
	above := len(p.file.Problems)
	p.header()
	below := len(p.file.Problems)
	for p.line < len(p.file.lines) && p.read <= MaxFacts {
		p.block()
	}
	if p.read == 0 {
		p.forgiveHeader(p.file.Problems[above:below])
	}
	p.resolve()
	p.finish()
	p.findUnmerged()
}

func (p *parser) checkLineLengths() {
	for i := range p.file.lines {
		if l := p.file.Line(i); l.End-l.Start > MaxLine {
			p.error(Span{l.Start, l.Start}, "line-too-long", fmt.Sprintf("this line has more than %d KiB", MaxLine>>10),
				"break it into several lines")
		}
	}
}

// block reads what begins on the present line.
func (p *parser) block() {
	line := p.text(p.line)
	switch kind, k := p.classify(p.line); kind {
	case lineBlank:
		p.line++
	case lineComment:
		p.comment()
	case lineFence:
		p.fence()
	case lineHeading:
		p.add(heading(p.span(p.line), p.normal(line)))
		p.line++
	case lineTable:
		p.table()
	case lineKey:
		p.fact(k)
	default:
		p.prose()
	}
}

// A lineKind is what a line is by itself, outside of a fence or comment.
type lineKind uint8

const (
	lineText lineKind = iota
	lineBlank
	lineComment
	lineFence
	lineHeading
	lineBreak // "---"
	lineTable // a row of cells with a line of dashes below it
	lineKey   // a key of a fact, exact or misspelt beyond doubt
)

// classify tells what line i is. A key misspelt in prose is prose: only inside
// of a fact does it count.
func (p *parser) classify(i int) (lineKind, keyLine) {
	if p.last.classified != i+1 {
		p.last.kind, p.last.key = p.kindOf(i)
		p.last.classified = i + 1
	}
	return p.last.kind, p.last.key
}

func (p *parser) kindOf(i int) (lineKind, keyLine) {
	line := p.text(i)
	if line == "" {
		return lineBlank, keyLine{}
	}
	if isLetter(line[0]) {
		if k, ok := readKey(line); ok && (k.exact || k.close && k.word == k.key.String()) {
			return lineKey, k
		}
		return lineText, keyLine{}
	}
	trimmed := strings.TrimLeft(line, " ")
	if len(line)-len(trimmed) > 3 {
		return lineText, keyLine{}
	}
	switch {
	case strings.HasPrefix(trimmed, "<!--"):
		return lineComment, keyLine{}
	case trimmed[0] == '#' && headingLevel(line) > 0:
		return lineHeading, keyLine{}
	case trimmed[0] == '|' && p.tableAt(i):
		return lineTable, keyLine{}
	case isBreak(trimmed):
		return lineBreak, keyLine{}
	}
	if _, n := openFence(trimmed); n > 0 {
		return lineFence, keyLine{}
	}
	return lineText, keyLine{}
}

func heading(at Span, line string) *Heading {
	level := headingLevel(line)
	title := strings.Trim(line[level:], " \t")
	if bare := strings.TrimRight(title, "#"); bare == "" || strings.HasSuffix(bare, " ") {
		title = strings.TrimRight(bare, " \t")
	}
	return &Heading{Span: at, Level: level, Title: title}
}

// headingLevel counts the number signs of a heading; 0 if the line is none.
func headingLevel(line string) int {
	n := runLength(line, '#')
	if n == 0 || n > 6 || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return 0
	}
	return n
}

// isBreak recognises a line of three or more dashes, stars or underscores.
func isBreak(line string) bool {
	if line == "" || strings.IndexByte("-*_", line[0]) < 0 {
		return false
	}
	return len(line) >= 3 && strings.Trim(line, line[:1]) == ""
}

// prose reads a paragraph: lines up to a blank one or one that means something.
func (p *parser) prose() {
	first := p.line
	p.checkProse(first)
	for p.line++; p.line < len(p.file.lines); p.line++ {
		if kind, _ := p.classify(p.line); kind != lineText && kind != lineBreak {
			break
		}
		p.checkBareTable(p.line)
	}
	p.add(&Prose{Span: p.lines(first, p.line)})
}

// checkProse warns where a paragraph looks like a fact that misses its mark.
func (p *parser) checkProse(i int) {
	line := p.text(i)
	at := p.span(i)
	if mark := proseMark(line); mark > 0 {
		if k, ok := readKey(line[mark:]); ok && k.exact && k.key == Question {
			p.warn(Span{at.Start, at.Start + mark + len(k.word)}, "almost-a-fact",
				"this paragraph looks like a fact but is read as prose",
				fmt.Sprintf(`write "%s:" at the beginning of the line, and its other keys too`, k.key))
			return
		}
	}
	bare := strings.TrimLeft(line, "*_")
	if k, ok := guessKey(strings.Replace(bare, ":"+line[:len(line)-len(bare)], ":", 1)); ok && k.key.Opens() &&
		(k.close || len(bare) < len(line)) {
		word := Span{at.Start, at.Start + len(line) - len(bare) + len(k.word)}
		p.warn(word, "almost-a-fact", "this paragraph looks like a fact but is read as prose",
			fmt.Sprintf(`write "%s:" at the beginning of the line`, k.key))
		return
	}
	if i+1 < len(p.file.lines) && pairWithoutColons(line, p.text(i+1)) {
		p.warn(Span{at.Start, at.Start + 1}, "almost-a-fact", "this paragraph looks like a fact but is read as prose",
			`write "Q:" and "A:" at the beginning of the lines`)
		return
	}
	if strings.HasPrefix(line, "|") && i+1 < len(p.file.lines) && strings.HasPrefix(p.text(i+1), "|") {
		p.warn(Span{at.Start, at.Start + 1}, "almost-a-table", "these lines look like a table but are read as prose",
			`put a line of dashes below the first: "|---|---|"`)
		return
	}
	p.checkBareHeader(i)
	p.checkStrayItem(i)
}

// pairWithoutColons reports whether two lines begin with "Q" and "A" and the same
// other mark, or none.
func pairWithoutColons(line, next string) bool {
	return len(line) > 2 && len(next) > 2 && line[0]|0x20 == 'q' && next[0]|0x20 == 'a' && line[1] == next[1] &&
		strings.IndexByte(" .)-=", line[1]) >= 0
}

// proseMark returns the length of what a line of a list or a quotation begins with.
func proseMark(line string) int {
	bare := strings.TrimLeft(line, " >")
	_, n := itemMark(bare)
	return len(line) - len(bare) + n
}

// checkBareTable warns of a table without bars at the beginning of its lines,
// whose line of dashes is line i.
func (p *parser) checkBareTable(i int) {
	line, head := p.text(i), p.text(i-1)
	if strings.Trim(line, "|-: \t") != "" || strings.IndexByte(line, '|') <= 0 || strings.IndexByte(head, '|') < 0 ||
		!isRule("|"+line) {
		return
	}
	at := p.span(i - 1)
	p.warn(Span{at.Start, at.Start + 1}, "almost-a-table", "these lines look like a table but are read as prose",
		`begin each of them with a bar: "| "`)
}

// maxAboveHeader is how many blocks authors may have put above a header.
const maxAboveHeader = 4

// checkBareHeader warns of a header that is none, as it does not stand first.
func (p *parser) checkBareHeader(i int) {
	if p.file.Header != nil || len(p.file.Blocks) > maxAboveHeader || p.text(i) != "---" || i+1 == len(p.file.lines) {
		return
	}
	if key, _, _, ok := cutEntry(p.text(i + 1)); ok && slices.Contains(headerKeys, key) {
		p.warn(p.span(i), "almost-a-header", "these lines look like a header but are read as prose",
			"take out what stands above them: a header begins on the first line")
	}
}

// checkStrayItem reports a list item below the fact that it was meant for.
func (p *parser) checkStrayItem(i int) {
	form := formOf(p.text(i), itemMark)
	last := len(p.file.Blocks) - 1
	if form == NoList || last < 0 {
		return
	}
	fact, ok := p.file.Blocks[last].(*Fact)
	if !ok {
		return
	}
	at := Span{p.span(i).Start, p.span(i).Start + 1}
	switch end := &fact.Fields[len(fact.Fields)-1]; {
	case end.List == form:
		p.error(at, "stray-item", "this item stands apart from its fact",
			"take out the blank line above it, or write a sentence before the list")
	case p.opensList(end.Key, p.text(i), end.Value.Text == "") && p.takeBackNoAnswer(fact):
		p.error(at, "stray-item", "a blank line parts this list from its question", "take out the blank line above it")
	}
}

// takeBackNoAnswer takes back that a fact has no answer: it has one, in the
// wrong place. It reports whether that was said.
func (p *parser) takeBackNoAnswer(fact *Fact) bool {
	last := len(p.file.Problems) - 1
	if last < 0 || p.file.Problems[last].Rule != "no-answer" || p.file.Problems[last].Start < fact.Start {
		return false
	}
	p.file.Problems = p.file.Problems[:last]
	p.counts["no-answer"]--
	return true
}

// fence reads fenced code between facts.
func (p *parser) fence() {
	first := p.line
	if end := p.fenceEnd(first, 0); end > 0 {
		p.line = end
		p.add(&Prose{Span: p.lines(first, end), Verbatim: true})
		return
	}
	p.prose()
}

// fenceEnd returns the line after the fence that opens on line i, at column from
// of its text, or 0, with a problem, if it never closes.
func (p *parser) fenceEnd(i, from int) int {
	at := p.span(i)
	at.Start += from
	line := p.file.Slice(at)
	trimmed := strings.TrimLeft(line, " \t")
	char, n := openFence(trimmed)
	at.Start += len(line) - len(trimmed)
	if p.fences == nil {
		p.fences = findFences(p.file.Text)
	}
	if !p.fences.closed(char, n, at.Start) {
		if p.enough("unclosed-fence") {
			return 0
		}
		p.error(Span{at.Start, at.Start + n}, "unclosed-fence", "this code fence is never closed",
			fmt.Sprintf("write %s on a line of its own below the code", strings.Repeat(string(char), min(n, 8))))
		return 0
	}
	for j := i + 1; j < len(p.file.lines); j++ {
		if c, m := closingFence(strings.TrimLeft(p.text(j), " \t")); c == char && m >= n {
			return j + 1
		}
	}
	return 0
}

// comment reads an HTML comment between facts.
func (p *parser) comment() {
	first := p.line
	at := p.span(first)
	if p.allow(first) {
		p.add(&Prose{Span: at, Verbatim: true})
		p.line++
		return
	}
	end := -1
	if !p.noEnd {
		end = strings.Index(p.file.Text[at.Start:], "-->")
	}
	if end < 0 {
		p.noEnd = true
		p.error(Span{at.Start, at.Start + 4}, "unclosed-comment", "this comment is never closed",
			`write "-->" behind it`)
		p.prose()
		return
	}
	p.line = p.file.LineAt(at.Start+end) + 1
	p.add(&Prose{Span: p.lines(first, p.line), Verbatim: true})
}

// allow reads line i as a comment that silences rules.
func (p *parser) allow(i int) bool {
	body, ok := strings.CutPrefix(strings.TrimSpace(p.text(i)), "<!--")
	if !ok {
		return false
	}
	body, ok = strings.CutSuffix(body, "-->")
	if !ok || strings.Contains(body, "-->") {
		return false
	}
	body, ok = strings.CutPrefix(strings.TrimSpace(body), "kartei:")
	if !ok {
		return false
	}
	words := strings.FieldsFunc(body, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	if len(words) < 2 || words[0] != "allow" && words[0] != "allow-file" {
		p.warn(p.span(i), "bad-allow", "this comment to Kartei says nothing that Kartei knows",
			`write "<!-- kartei: allow NAME -->" with the name of a rule`)
		return true
	}
	p.file.Allows = append(p.file.Allows, Allow{Span: p.span(i), Rules: slices.Clone(words[1:]),
		File: words[0] == "allow-file"})
	return true
}

func (p *parser) add(b Block) { p.file.Blocks = append(p.file.Blocks, b) }

func (p *parser) span(i int) Span { return p.file.Line(i) }

// text returns line i without white space at its end: nothing if it has only that.
func (p *parser) text(i int) string {
	if p.last.asked != i+1 {
		p.last.text = trimEnd(p.file.Slice(p.file.Line(i)))
		p.last.asked = i + 1
	}
	return p.last.text
}

// trimEnd cuts the white space at the end of a line off.
func trimEnd(line string) string {
	n := len(line)
	for n > 0 && (line[n-1] == ' ' || line[n-1] == '\t' || line[n-1] == '\r') {
		n--
	}
	return line[:n]
}

// trimIndent cuts the white space at the beginning of a line off.
func trimIndent(line string) string {
	n := 0
	for n < len(line) && (line[n] == ' ' || line[n] == '\t') {
		n++
	}
	return line[n:]
}

// lines returns the span from line i up to, not including, line j.
func (p *parser) lines(i, j int) Span {
	return Span{p.span(i).Start, p.span(j - 1).End}
}
