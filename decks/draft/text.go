package draft

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/plural"
)

// readText makes sections of plain text, as programs for PDF files give it: in
// lines, with words divided at their ends, form feeds between pages, and what
// stands at the head and foot of each page in between.
func (d *Document) readText(text string) {
	d.Text = text
	r := &textReader{builder: builder{doc: d}, text: text, joined: map[string]bool{}}
	for _, w := range withHyphen.FindAllString(text, -1) {
		r.joined[strings.ToLower(w)] = true
	}
	r.split()
	r.dropRunning()
	r.group()
	r.join()
	for i := range r.groups {
		r.emit(i)
	}
	if r.notes > 0 {
		d.Losses = append(d.Losses, plural.Count(r.notes, "footnote")+" left out")
	}
}

// A textLine is a line of a text and its place.
type textLine struct {
	start, end int // in the text, without white space
	page       int // 0 if the text has none
	edge       bool
}

// A group is lines without a blank one between them: a paragraph, or part of one.
type group struct {
	lines []textLine
	text  string // joined, words made whole
	note  bool   // a footnote
	tail  *group // the paragraph goes on there
	taken bool   // it is the tail of another
}

type textReader struct {
	builder
	joined map[string]bool // words with a hyphen that stand within a line
	text   string
	lines  []textLine // blank ones have no extent
	groups []group
	notes  int
}

func (r *textReader) line(l textLine) string { return r.text[l.start:l.end] }

// split cuts the text into lines and pages.
func (r *textReader) split() {
	pages := strings.Count(r.text, "\f") > 0
	page, from := 1, 0
	for from <= len(r.text) {
		end := len(r.text)
		if i := strings.IndexAny(r.text[from:], "\n\f"); i >= 0 {
			end = from + i
		}
		line := r.text[from:end]
		left := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
		l := textLine{start: from + left, end: from + left + len(strings.TrimSpace(line))}
		if pages {
			l.page = page
		}
		r.lines = append(r.lines, l)
		if end < len(r.text) && r.text[end] == '\f' {
			page++
			r.lines = append(r.lines, textLine{start: end, end: end, page: l.page})
		}
		from = end + 1
	}
	r.markEdges()
	r.countBlank()
}

// countBlank says which pages have no text: they may be scanned.
func (r *textReader) countBlank() {
	letters, last := map[int]bool{}, 0
	for _, l := range r.lines {
		if l.page > last {
			last = l.page
		}
		if strings.ContainsFunc(r.line(l), unicode.IsLetter) {
			letters[l.page] = true
		}
	}
	var blank []string
	for page := 1; page < last; page++ { // behind the last form feed there is none
		if !letters[page] {
			blank = append(blank, strconv.Itoa(page))
		}
	}
	const named = 10
	switch {
	case len(blank) > named:
		r.doc.Losses = append(r.doc.Losses, fmt.Sprintf("%d of %d pages without text, such as page %s: are they scanned?", len(blank), last-1, blank[0]))
	case len(blank) > 0:
		r.doc.Losses = append(r.doc.Losses, fmt.Sprintf("no text on page %s of %d: scanned?", strings.Join(blank, ", "),
			last-1))
	}
}

// markEdges marks the first and the last two lines of every page, where heads and
// feet stand.
func (r *textReader) markEdges() {
	const depth = 2
	mark := func(from, step int) {
		for i, n := from, 0; i >= 0 && i < len(r.lines) && n < depth &&
			r.lines[i].page == r.lines[from].page; i += step {
			if r.lines[i].start < r.lines[i].end {
				r.lines[i].edge = true
				n++
			}
		}
	}
	for i := range r.lines {
		if r.lines[i].page == 0 {
			return
		}
		if i == 0 || r.lines[i-1].page != r.lines[i].page {
			mark(i, 1)
		}
		if i+1 == len(r.lines) || r.lines[i+1].page != r.lines[i].page {
			mark(i, -1)
		}
	}
}

var (
	withHyphen = lazyregexp.New(`\p{L}+(?:-\p{L}+)+`)
	digits     = lazyregexp.New(`\d+`)
	tocLine    = lazyregexp.New(`(?:[.·…]\s?){4,}\s*[\divxIVX]*\s*$`)
	pageLine   = lazyregexp.New(`^(?:-\s*)?(?:(?:Seite|Page|S\.|p\.)\s*)?\d{1,4}(?:\s*(?:/|von|of)\s*\d{1,4})?(?:\s*-)?$`)
	noteLine   = lazyregexp.New(`^(\d{1,3})\s+[\p{Lu}\d»„“"]`)
	itemMark   = lazyregexp.New(`^(?:[-•*–▪◦‣·]|\(?\d{1,2}[.)]|\(?[a-z]{1,2}\))\s+`)
	underline  = lazyregexp.New(`^(?:={3,}|-{3,}|~{3,}|\*{3,})$`)
)

// dropRunning blanks the lines that come back on page after page but for their
// number, numbers of pages, and lines of a table of contents.
func (r *textReader) dropRunning() {
	seen := map[string]int{}
	key := func(l textLine) string { return digits.ReplaceAllString(r.line(l), "#") }
	numbered := func(l textLine) bool { return l.edge || digits.MatchString(r.line(l)) }
	for _, l := range r.lines {
		if l.end > l.start && l.end-l.start < 120 && numbered(l) {
			seen[key(l)]++
		}
	}
	for i, l := range r.lines {
		if l.start == l.end {
			continue
		}
		line := r.line(l)
		running := numbered(l) && l.end-l.start < 120 && seen[key(l)] >= 3 && (l.edge || r.alone(i)) &&
			strings.ContainsFunc(line, unicode.IsLetter)
		if running || tocLine.MatchString(line) || pageLine.MatchString(line) && (l.edge || r.alone(i)) {
			r.lines[i].end = l.start
		}
	}
}

// alone reports whether a line has a blank one above or below it.
func (r *textReader) alone(i int) bool {
	blank := func(i int) bool { return i < 0 || i >= len(r.lines) || r.lines[i].start == r.lines[i].end }
	return blank(i-1) || blank(i+1)
}

// group makes groups of the lines, a new one at each item of a list.
func (r *textReader) group() {
	var open []textLine
	listed := false
	flush := func() {
		if len(open) > 0 {
			r.groups = append(r.groups, group{lines: open, text: r.whole(open)})
		}
		open = nil
	}
	for _, l := range r.lines {
		line := r.line(l)
		switch {
		case line == "":
			flush()
			listed = false
			continue
		case itemMark.MatchString(line) && (len(open) == 0 || listed ||
			strings.HasSuffix(r.line(open[len(open)-1]), ":")):
			flush()
			listed = true
		case noteLine.MatchString(line) && len(open) > 0 && noteLine.MatchString(r.line(open[0])):
			flush()
		}
		open = append(open, l)
	}
	flush()
	r.markNotes()
}

// whole joins lines, and the words that were divided at their ends.
func (r *textReader) whole(lines []textLine) string {
	var b []byte
	for i, l := range lines {
		line := r.line(l)
		if i > 0 {
			before := r.line(lines[i-1])
			b = append(b, between(before, line)...)
			if divided(before, line) && !r.compound(before, line) {
				b = b[:len(b)-len("-")]
			}
		}
		b = append(b, line...)
	}
	return oneLine(string(b))
}

// between is what stands between two lines of one paragraph: nothing behind a
// hyphen that divides or joins.
func between(before, line string) string {
	if strings.HasSuffix(before, "-") && !strings.HasSuffix(before, " -") && !hangs(line) {
		return ""
	}
	return " "
}

// hangs reports whether the hyphen before this line stands for a part of a word
// that follows later: "Vor- und Nachteile".
func hangs(line string) bool {
	first, _, _ := strings.Cut(line, " ")
	switch first {
	case "und", "oder", "bzw.", "sowie", "and", "or", "to", "bis":
		return true
	}
	return false
}

// divided reports whether the hyphen at the end of before only divides a word.
func divided(before, line string) bool {
	if !strings.HasSuffix(before, "-") || hangs(line) || len(before) < 2 {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(before[:len(before)-1])
	next, _ := utf8.DecodeRuneInString(line)
	return unicode.IsLetter(r) && unicode.IsLower(next)
}

// compound reports whether a word that a line's end parts has its hyphen elsewhere,
// too, or has a small word before it: "out-of-area".
func (r *textReader) compound(before, line string) bool {
	head := before[strings.LastIndexByte(before, ' ')+1:]
	tail, _ := nextWord(line)
	parts := strings.Split(strings.TrimSuffix(head, "-"), "-")
	return len(parts) > 1 && small.Has(parts[len(parts)-1]) || r.joined[strings.ToLower(head+tail)]
}

// markNotes finds the footnotes: their numbers follow each other through the text,
// and each is a sentence or two.
func (r *textReader) markNotes() {
	next := 1
	for i := range r.groups {
		g := &r.groups[i]
		m := noteLine.FindStringSubmatch(r.line(g.lines[0]))
		if m == nil {
			continue
		}
		n := 0
		for _, c := range m[1] {
			n = 10*n + int(c-'0')
		}
		if n < next || n > next+2 || len(g.lines) == 1 && !finished(g.text) && len(g.text) < 80 {
			continue
		}
		g.note, next = true, n+1
		r.notes++
	}
}

// finished reports whether a paragraph ends as one does.
func finished(text string) bool {
	text = strings.TrimRight(text, `»"”“)]0123456789 `)
	r, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?:;…", r)
}

// join puts the paragraphs together that a page's end, a column's end or a note
// broke apart.
func (r *textReader) join() {
	var last *group
	for i := range r.groups {
		g := &r.groups[i]
		if g.note {
			continue
		}
		if last != nil && r.goesOn(last, g) {
			last.tail, g.taken = g, true
		}
		last = g
	}
}

// goesOn reports whether a group goes on in another.
func (r *textReader) goesOn(a, b *group) bool {
	if itemMark.MatchString(r.line(a.lines[0])) && !strings.HasSuffix(a.text, "-") {
		return false // what is below a list may end the sentence that is above it
	}
	if finished(a.text) || itemMark.MatchString(r.line(b.lines[0])) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(b.text)
	if strings.HasSuffix(a.text, "-") || unicode.IsLower(first) {
		return !r.headingLike(a) || strings.HasSuffix(a.text, "-")
	}
	const long = 150
	return len(a.text) > long && len(b.lines) > 1 && len(a.lines) > 2 && len(b.text) > long
}

// headingLike reports whether a group may be a heading by its form.
func (r *textReader) headingLike(g *group) bool {
	const longest = 110
	first, _ := utf8.DecodeRuneInString(itemMark.ReplaceAllString(g.text, ""))
	if len(g.lines) > 3 || len(g.text) > longest || unicode.IsLower(first) || strings.ContainsAny(g.text, "@") ||
		strings.Contains(g.text, "://") {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(g.text)
	letters := 0
	for _, c := range g.text {
		if unicode.IsLetter(c) {
			letters++
		}
	}
	return !strings.ContainsRune(".,;:!-…", last) && 2*letters > len(g.text) && !itemSign(g.text)
}

// itemSign reports whether a text begins with the sign of a list without numbers.
func itemSign(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("-•*–▪◦‣·", r)
}

// longTitle is from how many bytes on a line above a list more likely begins the
// list's sentence than a section.
const longTitle = 25

// emit adds a group, with those in which it goes on, to the document.
func (r *textReader) emit(i int) {
	g := &r.groups[i]
	if g.note || g.taken {
		return
	}
	n := len(g.lines)
	switch {
	case n > 1 && underline.MatchString(r.line(g.lines[n-1])):
		r.heading(1, r.whole(g.lines[:n-1]))
		return
	case g.tail == nil && r.headingLike(g) && !(len(g.text) > longTitle && i+1 < len(r.groups) &&
		itemMark.MatchString(r.line(r.groups[i+1].lines[0]))):
		r.heading(2, strings.TrimLeft(g.text, "# "))
		return
	}
	lines, last := g.lines, g
	for last.tail != nil {
		last = last.tail
		lines = append(lines[:len(lines):len(lines)], last.lines...)
	}
	text := r.whole(lines)
	item := itemMark.FindString(r.line(g.lines[0]))
	r.add(Paragraph{
		Text: strings.TrimPrefix(text, strings.TrimSpace(item)+" "),
		Raw:  r.text[lines[0].start:lines[len(lines)-1].end],
		Page: lines[0].page,
		Mark: strings.TrimSpace(item),
	})
}
