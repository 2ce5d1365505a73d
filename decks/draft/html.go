package draft

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What of a page holds no sentences of its document.
var skippedTags = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Nav: true, atom.Footer: true, atom.Aside: true, atom.Table: true, atom.Figure: true, atom.Form: true,
	atom.Button: true, atom.Select: true, atom.Noscript: true, atom.Svg: true, atom.Pre: true, atom.Sup: true, atom.Template: true,
	atom.Iframe: true, atom.Textarea: true, atom.Figcaption: true, atom.Object: true, atom.Audio: true, atom.Video: true, atom.Math: true,
}

// What begins a paragraph, or ends one.
var blockTags = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true,
	atom.Dd: true, atom.Blockquote: true, atom.Br: true, atom.Hr: true, atom.Body: true, atom.Header: true, atom.Address: true, atom.Li: true,
}

var headingTags = map[atom.Atom]int{atom.H1: 1, atom.H2: 2, atom.H3: 3, atom.H4: 4, atom.H5: 5, atom.H6: 6}

var termTags = map[atom.Atom]bool{atom.Code: true, atom.B: true, atom.Strong: true, atom.Dfn: true, atom.Kbd: true}

// readHTML makes sections of a page: its headings, paragraphs and lists, without
// menus, tables, forms and scripts. Where the page says which part is its article,
// the rest is left out.
func (d *Document) readHTML(text string) {
	r := &htmlReader{builder: builder{doc: d}}
	r.scan(text)
	d.Text = r.builder.text.String()
	if len(d.Text) < len(text)/100 && r.plain.Len() > 10*len(d.Text) {
		d.Sections = nil
		d.readText(clean(r.plain.String())) // a plain text in a page
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
			if t := z.Token(); blockTags[t.DataAtom] && r.skip == 0 {
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
	switch level := headingTags[t.DataAtom]; {
	case skippedTags[t.DataAtom] || (t.DataAtom == atom.Div || t.DataAtom == atom.Ul) && isTool(t):
		if t.DataAtom != atom.Sup {
			r.flush()
		}
		r.skip, r.depth = t.DataAtom, 1
	case level > 0:
		r.flush()
		r.level = level
	case blockTags[t.DataAtom]:
		r.flush()
		r.mark = ""
		if t.DataAtom == atom.Li {
			r.mark = "-"
		}
	case termTags[t.DataAtom]:
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
	case headingTags[t.DataAtom] > 0, blockTags[t.DataAtom]:
		r.flush()
	case termTags[t.DataAtom] && r.term > 0:
		if term := oneLine(r.open.String()[min(r.term-1, r.open.Len()):]); term != "" && len(term) < 60 {
			r.terms = append(r.terms, strings.Trim(term, ": "))
		}
		r.term = 0
	}
}

// toolNames are the classes and ids that widely used sites give to what is no
// part of the text.
var toolNames = wordSet(`mw-editsection reference noprint navbox toc hatnote reflist catlinks mw-jump-link mw-jump sidebar thumb printfooter
breadcrumb breadcrumbs cookie cookie-banner mw-navigation siteSub contentSub jump-to-nav mw-panel mw-head footer vector-toc mw-references-wrap metadata
comment comments comment-list commentlist comment-body respond disqus_thread related related-posts share social social-share newsletter author-bio
ambox infobox sistersitebox vector-header-container vector-column-start vector-page-toolbar mw-portlet navigation-not-searchable portal`)

// isTool reports whether an element is part of the page's machinery.
func isTool(t html.Token) bool {
	for _, a := range t.Attr {
		switch {
		case a.Key == "class" || a.Key == "id":
			for name := range strings.FieldsSeq(a.Val) {
				if toolNames[name] {
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
