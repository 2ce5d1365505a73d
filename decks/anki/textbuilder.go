package anki

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/markdown"
)

// A textBuilder is card text in the making.
type textBuilder struct {
	*converter
	deletions bool
	formulas  []string

	out    strings.Builder // finished blocks
	lines  []string        // of the paragraph, without the last
	spans  []span          // of its last line
	look   []spanStyle     // of the elements around
	lists  []*openList
	code   *strings.Builder // within <pre>
	item   string           // what begins the next block: the mark of a list item
	last   blockKind
	single string // the text, while it is one line, which begins no list and needs no escape
	link   string // where the link around leads
}

type openList struct {
	ordered bool
	count   int
}

type blockKind int

const (
	noBlock blockKind = iota
	paragraph
	listItem
)

// write adds text to the line.
func (d *textBuilder) write(text string) {
	if d.code != nil {
		d.code.WriteString(text)
		return
	}
	l := spanStyle(0)
	for _, around := range d.look {
		l |= around
	}
	for strings.ContainsAny(text, "\uFDD5[") {
		at := formulaPlace().FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		d.words(text[:at[0]], l)
		if at[2] >= 0 {
			number, _ := strconv.Atoi(text[at[2]:at[3]])
			if number < len(d.formulas) {
				d.spans = append(d.spans, span{d.formulas[number], verbatim})
			}
			if at[1] < len(text) && '0' <= text[at[1]] && text[at[1]] <= '9' {
				d.words(" ", 0) // a digit after a dollar makes it money
			}
		} else {
			name := text[at[4]:at[5]]
			d.spans = append(d.spans, span{"[" + escapeWords(name, d.deletions) + "](" + d.file(name) + ")", verbatim})
		}
		text = text[at[1]:]
	}
	d.words(text, l)
}

// words adds plain text. Code that a deletion begins or ends in is no code.
func (d *textBuilder) words(text string, l spanStyle) {
	if l&inCode != 0 && strings.ContainsAny(text, string([]rune{markOpen, markSplit, markClose})) {
		d.losses.add("deletion within code", text)
		l &^= inCode
	}
	if text != "" {
		d.spans = append(d.spans, span{text, l})
	}
}

// file is the destination of a link to a file of the package.
func (d *textBuilder) file(name string) string {
	name = clean(name)
	d.used[name] = true
	destination := (&url.URL{Path: d.media + name}).EscapedPath()
	return parentheses.Replace(destination)
}

var parentheses = strings.NewReplacer("(", "%28", ")", "%29")

// tag does what a tag says.
func (d *textBuilder) tag(t token) {
	switch t.name {
	case "br":
		d.breakLine()
	case "b", "strong":
		d.style(bold, t.end)
	case "i", "em", "cite", "dfn":
		d.style(italic, t.end)
	case "code", "tt", "kbd", "samp":
		d.style(inCode, t.end)
	case "div", "tr", "summary", "section", "article", "figure", "dt", "dd":
		d.endLine()
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table", "blockquote", "details", "center", "dl":
		d.endBlock()
		if !t.end && (t.name == "table" || t.name == "blockquote") {
			d.losses.add(map[string]string{"table": "table", "blockquote": "quotation"}[t.name], "")
		}
	case "td", "th":
		if !t.end && len(d.spans) > 0 {
			d.words(" | ", 0)
		}
	case "ul", "ol":
		d.list(t)
	case "li":
		d.endBlock()
		d.item = ""
		if !t.end {
			d.beginItem()
		}
	case "pre":
		d.pre(t.end)
	case "img":
		d.image(t)
	case "a":
		d.anchor(t)
	case "u", "ins", "s", "strike", "del", "font", "span", "big", "small", "mark", "sub", "sup":
		d.lost(t)
	case "iframe", "video", "audio", "object", "embed", "svg", "canvas", "input", "button":
		if !t.end {
			d.losses.add(t.name, "")
		}
	}
}

// lost counts looks that card text does not have.
func (d *textBuilder) lost(t token) {
	if t.end {
		return
	}
	switch t.name {
	case "u", "ins":
		d.losses.add("underline", "")
	case "s", "strike", "del":
		d.losses.add("strike-through", "")
	case "sub", "sup":
		d.losses.add("index or exponent", "")
	case "font", "span", "mark", "big", "small":
		if t.attributes["style"] != "" || t.attributes["color"] != "" || t.name == "mark" {
			d.losses.add("colour, font or size", "")
		}
	}
}

func (d *textBuilder) style(l spanStyle, end bool) {
	if !end {
		if len(d.look) < 100 {
			d.look = append(d.look, l)
		}
		return
	}
	for i := len(d.look) - 1; i >= 0; i-- {
		if d.look[i] == l {
			d.look = slices.Delete(d.look, i, i+1)
			return
		}
	}
}

func (d *textBuilder) list(t token) {
	d.endBlock()
	if t.end {
		d.lists = d.lists[:max(0, len(d.lists)-1)]
		return
	}
	if len(d.lists) < 8 {
		d.lists = append(d.lists, &openList{ordered: t.name == "ol"})
	}
}

func (d *textBuilder) beginItem() {
	if len(d.lists) == 0 {
		d.lists = append(d.lists, &openList{})
	}
	l := d.lists[len(d.lists)-1]
	l.count++
	d.item = "- "
	if l.ordered {
		d.item = strconv.Itoa(l.count) + ". "
	}
}

// indent is the white space before what belongs to a list item.
func (d *textBuilder) indent(lists int) string {
	var b strings.Builder
	for _, l := range d.lists[:max(0, lists)] {
		b.WriteString("  ")
		if l.ordered {
			b.WriteString(strings.Repeat(" ", len(strconv.Itoa(l.count))))
		}
	}
	return b.String()
}

func (d *textBuilder) pre(end bool) {
	if !end {
		d.endBlock()
		d.code = &strings.Builder{}
		return
	}
	if d.code == nil {
		return
	}
	code := strings.Trim(d.code.String(), "\n")
	d.code = nil
	if code == "" {
		return
	}
	if strings.ContainsAny(code, string([]rune{markOpen, markSplit, markClose})) {
		d.losses.add("deletion within code", code)
		for line := range strings.SplitSeq(code, "\n") {
			d.write(line)
			d.endLine()
		}
		d.endBlock()
		return
	}
	code = formulaPlace().ReplaceAllStringFunc(code, func(place string) string {
		at := formulaPlace().FindStringSubmatch(place)
		if number, err := strconv.Atoi(at[1]); err == nil && number < len(d.formulas) {
			return d.formulas[number]
		}
		return place
	})
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	d.block(fence+"\n"+code+"\n"+fence, true)
}

func (d *textBuilder) image(t token) {
	source := t.attributes["src"]
	alt := strings.Join(strings.Fields(t.attributes["alt"]), " ")
	switch {
	case source == "":
		return
	case markdown.OnTheWeb(source):
		d.losses.add("picture on the web", source)
		if alt == "" {
			alt = "picture"
		}
		d.spans = append(d.spans, span{"[" + escapeWords(alt, d.deletions) + "](" + escapeURL(source) + ")", verbatim})
		return
	case strings.HasPrefix(source, "data:"):
		d.losses.add("picture within the text", "")
		return
	}
	if name, err := url.PathUnescape(source); err == nil {
		source = name
	}
	if !flat(source) {
		d.losses.add("picture with an unusable name", source)
		return
	}
	mark := "!["
	if d.picture != nil {
		source = clean(source)
		if problem := d.picture(source); problem != "" {
			if !d.missed[source] {
				d.losses.add(problem, source)
				d.missed[source] = true
			}
			mark = "["
			if alt == "" {
				alt = source
			}
		}
	}
	d.spans = append(d.spans, span{mark + escapeWords(alt, d.deletions) + "](" + d.file(source) + ")", verbatim})
}

func escapeURL(address string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\n", "", "\\", "%5C",
		string(markOpen), "", string(markClose), "", string(markSplit), "").Replace(address)
}

// anchor keeps the addresses of links into the web.
func (d *textBuilder) anchor(t token) {
	if t.end {
		if d.link != "" {
			d.spans = append(d.spans, span{"](" + d.link + ")", verbatim})
		}
		d.link = ""
		return
	}
	address := t.attributes["href"]
	if d.link == "" && markdown.LinksOut(address) {
		d.link = escapeURL(address)
		d.spans = append(d.spans, span{"[", verbatim})
	}
}

// breakLine ends a line; a second one in a row ends the paragraph.
func (d *textBuilder) breakLine() {
	if d.code != nil {
		d.code.WriteByte('\n')
		return
	}
	if len(tidySpans(d.spans)) == 0 {
		d.endBlock()
		return
	}
	d.endLine()
}

// endLine ends a line where there is one.
func (d *textBuilder) endLine() {
	if d.code != nil {
		return
	}
	if d.link != "" {
		d.anchor(token{end: true})
	}
	line := writeLine(d.spans, func(text string) string { return d.escape(text) })
	d.spans = nil
	if line != "" {
		d.lines = append(d.lines, line)
	}
}

// escape keeps "::" within a deletion from beginning a hint.
func (d *textBuilder) escape(text string) string {
	text = escapeWords(text, d.deletions)
	if d.deletions {
		text = strings.ReplaceAll(text, "::", `:\:`)
	}
	return text
}

// endBlock ends a paragraph.
func (d *textBuilder) endBlock() {
	if d.code != nil {
		d.pre(true)
	}
	d.endLine()
	lines := d.lines
	d.lines = nil
	if len(lines) > 0 {
		d.block(strings.Join(lines, "\\\n"), false)
	}
}

// block adds a finished block.
func (d *textBuilder) block(text string, fence bool) {
	d.single = ""
	if d.last == noBlock && !strings.Contains(text, "\n") {
		d.single = text
	}
	kind := paragraph
	first, rest := d.indent(len(d.lists)), d.indent(len(d.lists))
	if d.item != "" {
		kind = listItem
		first = d.indent(len(d.lists)-1) + d.item
		rest = d.indent(len(d.lists)-1) + strings.Repeat(" ", len(d.item))
		d.item = ""
	}
	switch {
	case d.last == noBlock:
	case kind == listItem:
		d.out.WriteByte('\n')
	default:
		d.out.WriteString("\n\n")
	}
	for i, line := range strings.Split(text, "\n") {
		switch {
		case i > 0:
			d.out.WriteByte('\n')
			if line != "" {
				d.out.WriteString(rest)
			}
		default:
			d.out.WriteString(first)
		}
		if !fence {
			line = escapeLine(line)
		}
		d.out.WriteString(line)
	}
	d.last = kind
}
