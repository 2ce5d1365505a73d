package draft

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kartei/decks/textfile"
	"kartei/decks/wordset"
)

// isSkipped reports whether an element holds no sentences of the document.
func isSkipped(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Nav, atom.Footer, atom.Aside, atom.Table, atom.Figure, atom.Form,
		atom.Button, atom.Select, atom.Noscript, atom.Svg, atom.Pre, atom.Sup, atom.Template,
		atom.Iframe, atom.Textarea, atom.Figcaption, atom.Object, atom.Audio, atom.Video, atom.Math:
		return true
	}
	return false
}

// isBlock reports whether an element begins a paragraph, or ends one.
func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Ul, atom.Ol, atom.Dl, atom.Dt,
		atom.Dd, atom.Blockquote, atom.Br, atom.Hr, atom.Body, atom.Header, atom.Address, atom.Li:
		return true
	}
	return false
}

// headingLevel is the level of a heading's tag, 0 for others.
func headingLevel(tag atom.Atom) int {
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return int(tag.String()[1] - '0')
	}
	return 0
}

func isTerm(tag atom.Atom) bool {
	switch tag {
	case atom.Code, atom.B, atom.Strong, atom.Dfn, atom.Kbd:
		return true
	}
	return false
}

// readHTML makes sections of a page: its headings, paragraphs and lists, without
// menus, tables, forms and scripts. Where the page says which part is its article,
// the rest is left out.
func (d *Document) readHTML(text string) {
	r := &htmlReader{builder: builder{doc: d}}
	r.scan(text)
	d.Text = r.builder.text.String()
	if len(d.Text) < len(text)/100 && r.plain.Len() > 10*len(d.Text) {
		d.Sections = nil
		d.readText(textfile.Clean(r.plain.String())) // a plain text in a page
	}
}

// An htmlReader holds the paragraph that is being read.
type htmlReader struct {
	builder
	open    strings.Builder
	plain   strings.Builder // what is set as typed
	level   int             // of the heading that is open
	mark    string          // of the item that is open
	skip    atom.Atom       // what is passed over
	depth   int             // how often it is open
	title   bool
	term    int // where a marked term began in open, plus one
	terms   []string
	editing int       // depth of spans that are tools of the page
	only    atom.Atom // the element that holds the document; 0 is all of the page
	inside  int       // how often it is open
}

func (r *htmlReader) scan(text string) {
	for _, a := range []atom.Atom{atom.Main, atom.Article} {
		if strings.Contains(text, "<"+a.String()) && r.only == 0 {
			r.only = a
		}
	}
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(1 << 20)
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.flush()
			return
		case html.TextToken:
			r.words(string(z.Text()))
		case html.StartTagToken:
			r.start(z.Token())
		case html.SelfClosingTagToken:
			if t := z.Token(); isBlock(t.DataAtom) && r.skip == 0 {
				r.flush()
			}
		case html.EndTagToken:
			r.end(z.Token())
		}
	}
}

func (r *htmlReader) words(text string) {
	switch {
	case r.title:
		r.doc.Title += text
	case r.skip == atom.Pre:
		r.plain.WriteString(text)
	case r.skip == 0 && r.editing == 0 && (r.only == 0 || r.inside > 0):
		r.open.WriteString(text)
	}
}

func (r *htmlReader) start(t html.Token) {
	if t.DataAtom == atom.Title && r.doc.Title == "" {
		r.title = true
		return
	}
	if t.DataAtom == r.only {
		r.inside++
	}
	if r.skip != 0 {
		if t.DataAtom == r.skip {
			r.depth++
		}
		return
	}
	if r.editing > 0 || t.DataAtom == atom.Span && isTool(t) {
		if t.DataAtom == atom.Span {
			r.editing++
		}
		return
	}
	switch level := headingLevel(t.DataAtom); {
	case isSkipped(t.DataAtom) || (t.DataAtom == atom.Div || t.DataAtom == atom.Ul) && isTool(t):
		if t.DataAtom != atom.Sup {
			r.flush()
		}
		r.skip, r.depth = t.DataAtom, 1
	case level > 0:
		r.flush()
		r.level = level
	case isBlock(t.DataAtom):
		r.flush()
		r.mark = ""
		if t.DataAtom == atom.Li {
			r.mark = "-"
		}
	case isTerm(t.DataAtom):
		r.term = r.open.Len() + 1
	}
}

func (r *htmlReader) end(t html.Token) {
	if t.DataAtom == r.only {
		r.flush()
		r.inside--
	}
	switch {
	case t.DataAtom == atom.Title:
		r.title = false
	case r.skip != 0:
		if t.DataAtom == r.skip {
			if r.depth--; r.depth == 0 {
				r.skip = 0
			}
		}
	case r.editing > 0:
		if t.DataAtom == atom.Span {
			r.editing--
		}
	case headingLevel(t.DataAtom) > 0, isBlock(t.DataAtom):
		r.flush()
	case isTerm(t.DataAtom) && r.term > 0:
		if term := oneLine(r.open.String()[min(r.term-1, r.open.Len()):]); term != "" && len(term) < 60 {
			r.terms = append(r.terms, strings.Trim(term, ": "))
		}
		r.term = 0
	}
}

// toolNames are the classes and ids that widely used sites give to what is no
// part of the text.
var toolNames = wordset.New(`mw-editsection reference noprint navbox toc hatnote reflist catlinks mw-jump-link mw-jump sidebar thumb printfooter
breadcrumb breadcrumbs cookie cookie-banner mw-navigation siteSub contentSub jump-to-nav mw-panel mw-head footer vector-toc mw-references-wrap metadata
comment comments comment-list commentlist comment-body respond disqus_thread related related-posts share social social-share newsletter author-bio
ambox infobox sistersitebox vector-header-container vector-column-start vector-page-toolbar mw-portlet navigation-not-searchable portal`)

// isTool reports whether an element is part of the page's machinery.
func isTool(t html.Token) bool {
	for _, a := range t.Attr {
		switch {
		case a.Key == "class" || a.Key == "id":
			for name := range strings.FieldsSeq(a.Val) {
				if toolNames.Has(name) {
					return true
				}
			}
		case a.Key == "hidden", a.Key == "aria-hidden" && a.Val == "true", a.Key == "role" && a.Val == "navigation":
			return true
		}
	}
	return false
}

// flush adds what is open: a heading, or a paragraph.
func (r *htmlReader) flush() {
	text := oneLine(r.open.String())
	r.open.Reset()
	if r.level > 0 {
		if text != "" {
			r.heading(r.level, text)
		}
	} else {
		r.say(Paragraph{Text: text, Mark: r.mark, Terms: r.terms})
	}
	r.level, r.mark, r.term, r.terms = 0, "", 0, nil
}
