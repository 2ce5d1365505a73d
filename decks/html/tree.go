package html

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"kartei/decks/wordset"
)

// A token is a piece of HTML: text, with its references resolved, or a tag.
type token struct {
	kind       tokenKind
	text       string
	name       string // lower-case
	attributes []html.Attribute
	closed     bool // "<br/>"
	start, end int  // where it stands in the source
}

type tokenKind int

const (
	textToken tokenKind = iota
	startToken
	endToken
)

// maxAttributes is how many attributes of a tag are read.
const maxAttributes = 50

func (t *token) attribute(name string) string { return attribute(t.attributes, name) }

func attribute(all []html.Attribute, name string) string {
	for _, a := range all {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// simpleTokens reads text and tags as most are written, and returns where something
// else begins. A tokenizer costs more than most texts do.
func simpleTokens(source string, yield func(token) bool) (at int, more bool) {
	for at < len(source) {
		open := strings.IndexByte(source[at:], '<')
		if open < 0 {
			return at, yield(token{text: composed(html.UnescapeString(source[at:])), start: at, end: len(source)}) &&
				false
		}
		open += at
		t, ok := simpleTag(source, open)
		if !ok {
			return at, true
		}
		if open > at && !yield(token{text: composed(html.UnescapeString(source[at:open])), start: at, end: open}) ||
			!yield(t) {
			return at, false
		}
		at = t.end
	}
	return at, false
}

// simpleTag reads "<name>", "<name key="value"/>" or "</name>", in small letters, of an
// element whose text is text.
func simpleTag(source string, at int) (t token, ok bool) {
	t = token{kind: startToken, start: at}
	at++
	if at < len(source) && source[at] == '/' {
		t.kind = endToken
		at++
	}
	from := at
	for at < len(source) && ('a' <= source[at] && source[at] <= 'z' ||
		at > from && '0' <= source[at] && source[at] <= '9') {
		at++
	}
	if t.name = source[from:at]; t.name == "" || special.Has(t.name) {
		return t, false
	}
	for t.kind == startToken && len(t.attributes) < maxAttributes {
		a, end := simpleAttribute(source, at)
		if end == at {
			break
		}
		t.attributes, at = append(t.attributes, a), end
	}
	if rest := strings.TrimPrefix(source[at:], " "); t.kind == startToken && strings.HasPrefix(rest, "/>") {
		t.closed, at = true, len(source)-len(rest)+1
	}
	t.end = at + 1
	return t, at < len(source) && source[at] == '>'
}

// simpleAttribute reads " key="value"", without references, and returns where it ends:
// where it should begin if it is not one.
func simpleAttribute(source string, at int) (a html.Attribute, end int) {
	from := at
	for from < len(source) && source[from] == ' ' {
		from++
	}
	end = from
	for end < len(source) && ('a' <= source[end] && source[end] <= 'z' || source[end] == '-') {
		end++
	}
	key, rest := source[from:end], source[end:]
	if from == at || key == "" || !strings.HasPrefix(rest, `="`) && !strings.HasPrefix(rest, `='`) {
		return a, at
	}
	value, _, ended := strings.Cut(rest[2:], rest[1:2])
	if !ended || strings.ContainsAny(value, "&\r") {
		return a, at
	}
	return html.Attribute{Key: key, Val: composed(value)}, end + len(`=""`) + len(value)
}

// special are the elements whose text is not read as other text.
var special = wordset.New("script style iframe noembed noframes noscript title textarea plaintext xmp")

// tokens reads HTML until yield returns false. Comments are left out, and what
// scripts and styles hold is the text of no token. A tag that never ends is text:
// no browser shows it, but its author wrote it.
func tokens(source string, yield func(token) bool) {
	if at, more := simpleTokens(source, yield); more {
		allTokens(source, at, yield)
	}
}

// allTokens reads HTML from a place on as tokens does.
func allTokens(source string, at int, yield func(token) bool) {
	z := html.NewTokenizer(strings.NewReader(source[at:]))
	raw := "" // the element whose text is not text
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if rest := source[at:]; rest != "" && raw == "" && !strings.HasPrefix(rest, "<!--") {
				yield(token{kind: textToken, text: rest, start: at, end: len(source)})
			}
			return
		}
		t := token{start: at, end: at + len(z.Raw())}
		at = t.end
		switch kind {
		case html.TextToken:
			if raw != "" {
				continue
			}
			t.text = composed(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t.kind, t.closed = startToken, kind == html.SelfClosingTagToken
			t.readTag(z)
			if special.Has(t.name) && !isOneOf(t.name, "textarea", "plaintext", "xmp") {
				raw = t.name
			}
		case html.EndTagToken:
			t.kind = endToken
			t.readTag(z)
			if t.name == raw {
				raw = ""
			}
		default:
			continue
		}
		if !yield(t) {
			return
		}
	}
}

func (t *token) readTag(z *html.Tokenizer) {
	name, more := z.TagName()
	t.name = string(name)
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if len(t.attributes) < maxAttributes {
			t.attributes = append(t.attributes, html.Attribute{Key: string(key), Val: composed(string(value))})
		}
	}
}

// composed is a text in NFC: a reference may have been the accent of the letter
// before it.
func composed(text string) string { return norm.NFC.String(text) }

// A node is an element with what is in it, or text.
type node struct {
	name       string // of an element; empty for text
	text       string
	attributes []html.Attribute
	kids       []*node
	parent     *node
	ends       *node // an element that ends here, although others within it go on
	ended      bool
	start, end int  // of what is in it, in the source
	strong     bool // only a colour marks it
}

// maxDepth is how deep elements nest; those that are deeper are as if they were
// beside each other.
const maxDepth = 100

// A tree is being built.
type tree struct {
	stack []*node
	open  map[string]int // how many elements of a name are open
}

// parse makes a tree of HTML as browsers do, near enough: it closes what a tag
// closes unsaid, and goes on with bold and the like over the ends of blocks.
func parse(source string, literal bool) *node {
	root := &node{}
	b := tree{stack: []*node{root}, open: map[string]int{}}
	tokens(source, func(t token) bool {
		if literal && t.kind != textToken && !known.Has(t.name) {
			t = token{text: source[t.start:t.end]}
		}
		switch t.kind {
		case textToken:
			b.add(&node{text: t.text})
		case startToken:
			b.start(t)
		case endToken:
			b.finish(t)
		}
		return true
	})
	b.close(1, len(source))
	return root
}

func (b *tree) top() *node { return b.stack[len(b.stack)-1] }

func (b *tree) add(n *node) {
	top := b.top()
	n.parent = top
	top.kids = append(top.kids, n)
}

func (b *tree) push(n *node) {
	b.add(n)
	if len(b.stack) < maxDepth {
		b.stack = append(b.stack, n)
		b.open[n.name]++
	}
}

// close closes all elements from a depth on.
func (b *tree) close(depth, at int) {
	for len(b.stack) > depth {
		top := b.top()
		top.end = at
		if !top.ended {
			b.open[top.name]--
		}
		b.stack = b.stack[:len(b.stack)-1]
	}
}

var void = wordset.New("area base br col embed hr img input link meta param source track wbr")

// blocks are the elements that begin a new line.
var blocks = wordset.New(`address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption
	figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary
	table tbody td tfoot th thead tr caption ul legend`)

// known are the elements that HTML has, and what is often met with them.
var known = wordset.New(`a abbr acronym address algebra annotation applet area article aside audio b base basefont bdi bdo
	big blink blockquote body br button canvas caption center cite code col colgroup data datalist dd
	del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame
	frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li
	link listing main map mark marquee math menu menuitem meta meter mfrac mi mn mo mover mrow mspace
	mstyle msub msubsup msup mtable mtd mtext mtr munder munderover msqrt mroot semantics mfenced nav
	nobr noembed noframes noscript object ol optgroup option output p param picture plaintext pre
	progress q rb rp rt rtc ruby s samp script search section select slot small source span strike
	strong style sub summary sup svg table tbody td template tex textarea tfoot th thead time title tr
	track tt u ul var video wbr xmp o:p g path circle rect line text defs`)

// formatting are the elements that go on where a block around them ends.
var formatting = wordset.New("b big code em font i s small strike strong tt u")

// Closed by a tag that follows, unless one of the elements behind the colon stands
// between.
var closedBy = sync.OnceValue(func() map[string][2]string {
	return map[string][2]string{
		"li": {"li", "ul ol menu dir table"}, "dt": {"dt dd", "dl table"}, "dd": {"dt dd", "dl table"},
		"tr": {"tr td th caption", "table"}, "td": {"td th caption", "tr table"}, "th": {"td th caption", "tr table"},
		"tbody": {"tr td th thead tbody tfoot caption", "table"}, "thead": {"tr td th tbody caption", "table"},
		"tfoot":  {"tr td th tbody thead caption", "table"},
		"option": {"option", "select"}, "rt": {"rt rp rb", "ruby"}, "rp": {"rt rp rb", "ruby"},
		"rb": {"rt rp rb rtc", "ruby"}, "a": {"a", "table"},
	}
})

func (b *tree) start(t token) {
	if t.name == "html" || t.name == "head" || t.name == "body" {
		return
	}
	if rule, ok := closedBy()[t.name]; ok {
		b.imply(rule[0], rule[1], t.start)
	}
	if blocks.Has(t.name) && b.open["p"] > 0 {
		b.imply("p", "td th li table button", t.start)
	}
	n := &node{name: t.name, attributes: t.attributes, start: t.end, end: t.end}
	if void.Has(t.name) || t.closed && !htmlElement(t.name) {
		b.add(n)
		return
	}
	b.push(n)
}

// htmlElement reports whether "<name/>" begins an element all the same: of those
// that HTML knows it does.
func htmlElement(name string) bool {
	return blocks.Has(name) || formatting.Has(name) ||
		isOneOf(name, "a", "span", "sub", "sup", "ruby", "rt", "rp", "rb", "label", "q", "var", "kbd", "samp", "mark",
			"del", "ins")
}

// imply closes the outermost open element of a name that no other hides.
func (b *tree) imply(names, until string, at int) {
	found := 0
	for i := len(b.stack) - 1; i > 0 && !hasWord(until, b.stack[i].name); i-- {
		if hasWord(names, b.stack[i].name) {
			found = i
		}
	}
	if found > 0 {
		b.closeAndGoOn(found, at)
	}
}

func hasWord(words, word string) bool {
	at := strings.Index(words, word)
	return word != "" && at >= 0 && strings.Contains(" "+words+" ", " "+word+" ")
}

// maxOpened is how many formatting elements go on after a block.
const maxOpened = 8

// closeAndGoOn closes elements, and opens the formatting ones among them anew.
func (b *tree) closeAndGoOn(depth, at int) {
	var again []*node
	for _, n := range b.stack[depth+1:] {
		if formatting.Has(n.name) && len(again) < maxOpened {
			again = append(again, n)
		}
	}
	b.close(depth, at)
	for _, n := range again {
		b.push(&node{name: n.name, attributes: n.attributes, start: at, end: at})
	}
}

func (b *tree) finish(t token) {
	switch {
	case t.name == "br": // "</br>" is a break
		b.add(&node{name: "br"})
		return
	case t.name == "p" && b.open["p"] == 0:
		b.add(&node{name: "p"})
		return
	case b.open[t.name] == 0:
		return
	}
	depth := len(b.stack) - 1
	for b.stack[depth].name != t.name || b.stack[depth].ended {
		if isOneOf(b.stack[depth].name, "td", "th", "table") &&
			!isOneOf(t.name, "table", "tr", "tbody", "thead", "tfoot", "td", "th") {
			return // it may not reach out of its cell
		}
		depth--
	}
	if n := b.stack[depth]; !blocks.Has(t.name) &&
		slices.ContainsFunc(b.stack[depth+1:], func(n *node) bool { return blocks.Has(n.name) }) {
		b.add(&node{ends: n}) // and the block goes on
		n.ended = true
		b.open[t.name]--
		return
	}
	b.closeAndGoOn(depth, t.start)
}

// only is the element in which everything of n is, and which is not a box around
// another.
func only(n *node) *node {
	for {
		var one *node
		for _, kid := range n.kids {
			if kid.name == "" && strings.TrimSpace(kid.text) == "" && kid.ends == nil {
				continue
			}
			if one != nil || kid.name == "" {
				return nil
			}
			one = kid
		}
		if one == nil || one.name != "div" && one.name != "span" {
			return one
		}
		n = one
	}
}

// has reports whether an element of a name is within n.
func (n *node) has(names ...string) bool {
	for _, kid := range n.kids {
		if isOneOf(kid.name, names...) || kid.has(names...) {
			return true
		}
	}
	return false
}

// blank reports whether n shows nothing.
func (n *node) blank() bool {
	if n.name == "" {
		return strings.TrimSpace(n.text) == ""
	}
	if isOneOf(n.name, "img", "audio", "video", "math", "svg") {
		return false
	}
	for _, kid := range n.kids {
		if !kid.blank() {
			return false
		}
	}
	return true
}

// source is what is in n as it is written.
func (n *node) source(source string) string { return source[n.start:n.end] }

func (n *node) attribute(name string) string { return attribute(n.attributes, name) }

func (n *node) hasAttribute(name string) bool {
	for _, a := range n.attributes {
		if a.Key == name {
			return true
		}
	}
	return false
}
