package html

import (
	"strconv"
	"strings"
	"unicode"
)

// A writer writes the card text of a tree.
type writer struct {
	*Converter
	formulas []formula       // that stand in the source as places
	dollars  int             // signs of the source that Markdown might take for those of a formula
	brackets bool            // links stand in the source, or what looks like one
	hides    map[string]bool // classes and ids that a style sheet in the source hides
	scripts  int             // how many indices and exponents are around

	out   strings.Builder // finished blocks
	lines []string        // of the paragraph, without the last
	spans []span          // of its last line
	looks [lookCount]int  // how many elements around give a look
	code  *strings.Builder
	link  string // where the link around leads
	boxes []box  // lists and quotes around
	label string // what begins the next line: the mark of an item that Markdown has no list for
	item  string // what begins the next block: the marks of items
	items int    // how many they are

	single string // the text, while it is one line: there nothing begins a list or a quote

	last struct { // block that was written
		kind  blockKind
		boxes int  // around it
		list  int  // boxes around the numbered list that ended there, plus one
		ruled bool // a rule stands behind it
	}
}

// A box is a list item or a quote around what is written.
type box struct {
	indent string // of the lines after the first
}

type blockKind int

const (
	noBlock blockKind = iota
	paragraph
	listItem
)

func (w *writer) children(n *node) {
	for _, kid := range n.kids {
		w.node(kid)
	}
}

func (w *writer) node(n *node) {
	switch {
	case n.ends != nil:
		w.look(n.ends, -1)
	case n.name == "":
		w.text(n)
	case w.hidden(n):
		if !n.blank() {
			w.lost("hidden text", n.example())
		}
	default:
		w.element(n)
	}
}

// example is how the words in a node begin.
func (n *node) example() string { return strings.TrimSpace(n.words(200)) }

// words are the words in a node, to soon after as many bytes as were asked for.
func (n *node) words(most int) string {
	var out strings.Builder
	n.addWords(&out, most)
	return out.String()
}

func (n *node) addWords(out *strings.Builder, most int) {
	out.WriteString(n.text)
	for _, kid := range n.kids {
		if out.Len() > most {
			return
		}
		if blocks.Has(kid.name) || kid.name == "br" {
			out.WriteByte(' ')
		}
		kid.addWords(out, most)
	}
}

// element does what an element says.
func (w *writer) element(n *node) {
	w.look(n, 1)
	defer func() {
		if !n.ended {
			w.look(n, -1)
		}
	}()
	switch n.name {
	case "br":
		w.breakLine()
	case "hr":
		w.rule()
	case "ul", "ol", "menu", "dir":
		w.list(n)
	case "li": // without a list
		w.listItems(&node{name: "ul", kids: []*node{n}, parent: n.parent}, "-", 0)
	case "pre", "listing", "xmp":
		w.pre(n)
	case "code", "tt", "kbd", "samp":
		w.inCode(n)
	case "table":
		w.table(n)
	case "blockquote":
		w.quote(n)
	case "sub", "sup":
		w.script(n)
	case "ruby":
		w.ruby(n)
	case "q":
		w.around("“", n, "”")
	case "s", "strike", "del":
		w.lost("strike-through", n.example())
		w.around("~~", n, "~~")
	case "a":
		w.anchor(n)
	case "img":
		w.image(n)
	case "audio", "video", "embed", "object", "iframe":
		w.media(n)
	case "math":
		w.mathML(n)
	case "svg", "canvas", "map":
		w.lost(n.name, "")
	case "script":
		w.lost("script", "")
	case "style", "template", "noscript", "noembed", "noframes", "title", "datalist", "param", "rp", "col", "source",
		"track", "meta", "link":
	case "select":
		w.choices(n)
	case "input", "button", "textarea":
		w.lost(n.name, n.attribute("value"))
		w.children(n)
	default:
		w.block(n)
	}
}

// block writes an element that is a line, a paragraph, or neither.
func (w *writer) block(n *node) {
	switch {
	case isOneOf(n.name, "p", "h1", "h2", "h3", "h4", "h5", "h6", "details", "center", "dl", "fieldset") && !w.alone(n):
		w.endBlock()
		w.children(n)
		w.endBlock()
	case blocks.Has(n.name):
		w.endLine()
		w.children(n)
		w.endLine()
	default:
		w.children(n)
	}
}

// alone reports whether a paragraph is all that is in its item or cell.
func (w *writer) alone(n *node) bool {
	return n.parent != nil && isOneOf(n.parent.name, "li", "td", "th", "dt", "dd", "figcaption", "caption") &&
		only(n.parent) == n
}

// text writes words, or code.
func (w *writer) text(n *node) {
	if w.code != nil {
		w.code.WriteString(w.restore(n.text))
		return
	}
	l := w.currentLook()
	if n.strong {
		l |= bold
	}
	w.write(n.text, l)
}

// around writes an element between two signs.
func (w *writer) around(before string, n *node, after string) {
	w.sign(before)
	w.children(n)
	w.sign(after)
}

func (w *writer) sign(text string) {
	if w.code != nil {
		w.code.WriteString(text)
		return
	}
	w.spans = append(w.spans, span{text, verbatim | glued})
}

// breakLine ends a line; a second one in a row ends the paragraph.
func (w *writer) breakLine() {
	switch {
	case w.code != nil:
		w.code.WriteByte('\n')
	case len(tidySpans(w.spans)) == 0 && w.label == "":
		w.endBlock()
	default:
		w.endLine()
	}
}

// endLine ends a line where there is one.
func (w *writer) endLine() {
	if w.code != nil {
		if text := w.code.String(); text != "" && !strings.HasSuffix(text, "\n") {
			w.code.WriteByte('\n')
		}
		return
	}
	if w.link != "" {
		w.endLink()
	}
	line := w.line(w.spans)
	w.spans = nil
	if line != "" {
		w.lines = append(w.lines, w.label+line)
		w.label = ""
	}
}

// line is spans as a line of Markdown.
func (w *writer) line(spans []span) string {
	return writeLine(spans, w.escape, w.lost)
}

// escape makes Markdown of words. Within a deletion "::" would begin a hint.
func (w *writer) escape(text string) string {
	text = escapeWords(text, w.dollars > 1, w.brackets)
	if w.Deletions {
		text = strings.ReplaceAll(text, "::", `:\:`)
	}
	return text
}

// endBlock ends a paragraph.
func (w *writer) endBlock() {
	w.endLine()
	if w.code != nil || len(w.lines) == 0 {
		return
	}
	lines := w.lines
	w.lines = nil
	first := lines[0]
	for i, line := range lines {
		lines[i] = escapeLine(line)
	}
	if w.last.kind == noBlock && len(lines) == 1 {
		first = strings.TrimPrefix(w.item, "- ") + first
	} else {
		first = ""
	}
	w.add(strings.Join(lines, "\\\n"))
	w.single = first
}

// add adds a finished block.
func (w *writer) add(text string) {
	w.single = ""
	all := w.indent(len(w.boxes))
	first, tight := all, false
	if w.item != "" {
		first = w.indent(len(w.boxes)-w.items) + w.item
		tight = w.last.kind == listItem || w.item == "- " || w.item == "1. " // others cannot follow a paragraph at once
	}
	if w.last.kind != noBlock {
		between := "\n" + strings.TrimRight(w.indent(min(len(w.boxes), w.last.boxes)), " ")
		if w.last.ruled {
			w.out.WriteString(between + "\n---")
			w.last.ruled = false
		}
		if !tight {
			w.out.WriteString(between)
		}
		w.out.WriteByte('\n')
	}
	for i, line := range strings.Split(text, "\n") {
		switch {
		case i == 0:
			w.out.WriteString(strings.TrimRight(first+line, " "))
		case line == "":
			w.out.WriteString("\n" + strings.TrimRight(all, " "))
		default:
			w.out.WriteString("\n" + all + line)
		}
	}
	w.last.kind, w.last.boxes = paragraph, len(w.boxes)
	if w.item != "" {
		w.last.kind, w.item, w.items = listItem, "", 0
	}
}

// indent is what stands before the lines within the first boxes.
func (w *writer) indent(boxes int) string {
	var out strings.Builder
	for _, b := range w.boxes[:max(0, boxes)] {
		out.WriteString(b.indent)
	}
	return out.String()
}

// maxBoxes is how deep lists and quotes nest; Markdown is read no deeper.
const maxBoxes = 8

// quote writes a quotation.
func (w *writer) quote(n *node) {
	w.endBlock()
	if w.code != nil || len(w.boxes) >= maxBoxes || w.wholeText(n) {
		w.children(n)
		w.endBlock()
		return
	}
	w.boxes = append(w.boxes, box{"> "})
	w.children(n)
	w.endBlock()
	w.boxes = w.boxes[:len(w.boxes)-1]
}

// wholeText reports whether an element is all that there is.
func (w *writer) wholeText(n *node) bool {
	for n.parent != nil {
		if only(n.parent) != n {
			return false
		}
		n = n.parent
	}
	return true
}

// rule writes a line between what is before and after it.
func (w *writer) rule() {
	w.endBlock()
	if w.code == nil && w.last.kind != noBlock && len(w.boxes) == 0 {
		w.last.ruled = true
	}
}

func (w *writer) list(n *node) {
	w.endBlock()
	mark, start := "-", 1
	if n.name == "ol" {
		mark = listKind(n)
		if n.hasAttribute("reversed") {
			start = countOf(n, "li")
		}
		if from, err := strconv.Atoi(strings.TrimSpace(n.attribute("start"))); err == nil {
			start = from
		}
	}
	if style := n.style("list-style", "list-style-type"); hasWord(style, "none") {
		mark = ""
	}
	w.listItems(n, mark, start)
	w.endBlock()
	w.last.list = 0
	if mark == "1" {
		w.last.list = len(w.boxes) + 1
	}
}

// listKind is how the items of a list are numbered: "1", "A", "a", "I" or "i".
func listKind(n *node) string {
	style := n.style("list-style", "list-style-type")
	for name, kind := range map[string]string{"upper-alpha": "A", "upper-latin": "A", "lower-alpha": "a",
		"lower-latin": "a", "upper-roman": "I", "lower-roman": "i"} {
		if hasWord(style, name) {
			return kind
		}
	}
	if kind := n.attribute("type"); isOneOf(kind, "A", "a", "I", "i") {
		return kind
	}
	return "1"
}

// listItems writes the items of a list. Markdown has bullets and running numbers; other
// marks are words.
func (w *writer) listItems(n *node, mark string, at int) {
	plainNumbers := mark == "1" && at >= 0 && !hasValues(n)
	dot := "."
	if plainNumbers && w.last.kind == listItem && w.last.list == len(w.boxes)+1 {
		dot = ")" // another list than the one before
	}
	for _, kid := range n.kids {
		if kid.name != "li" || w.hidden(kid) {
			w.node(kid)
			continue
		}
		if value, err := strconv.Atoi(strings.TrimSpace(kid.attribute("value"))); err == nil {
			at = value
		}
		switch {
		case w.code != nil || len(w.boxes) >= maxBoxes:
			w.endLine()
			w.children(kid)
			w.endLine()
		case mark == "-":
			w.listItem(kid, "- ")
		case plainNumbers:
			w.listItem(kid, strconv.Itoa(at)+dot+" ")
		default:
			w.lineItem(kid, mark, at)
		}
		if n.hasAttribute("reversed") {
			at--
		} else {
			at++
		}
	}
}

func hasValues(n *node) bool {
	for _, kid := range n.kids {
		if kid.hasAttribute("value") {
			return true
		}
	}
	return n.hasAttribute("reversed")
}

// listItem writes an item of a list of Markdown.
func (w *writer) listItem(n *node, mark string) {
	w.endBlock()
	w.item += mark
	w.items++
	w.boxes = append(w.boxes, box{strings.Repeat(" ", len(mark))})
	w.look(n, 1)
	w.children(n)
	w.endBlock()
	if !n.ended {
		w.look(n, -1)
	}
	if w.item != "" {
		w.add("") // an empty item counts
	}
	w.boxes = w.boxes[:len(w.boxes)-1]
}

// lineItem writes an item as a line that begins with its mark.
func (w *writer) lineItem(n *node, mark string, at int) {
	w.endLine()
	if mark != "" {
		w.label = number(mark, at) + ". "
	}
	w.look(n, 1)
	w.children(n)
	w.endLine()
	if !n.ended {
		w.look(n, -1)
	}
	w.label = ""
}

// choices writes what a menu offers.
func (w *writer) choices(n *node) {
	w.lost("menu", n.example())
	for _, kid := range n.kids {
		if kid.name == "option" || kid.name == "optgroup" {
			w.endLine()
			w.children(kid)
		}
	}
	w.endLine()
}

func isBlank(r rune) bool { return r == '\u00a0' || unicode.IsSpace(r) }
