package anki

import (
	"bytes"
	"fmt"
	"html"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/text/unicode/norm"

	"kartei/decks/markdown"
)

// Marks stand for characters that mean something to Anki until the text
// around them has been made safe. Those of deletions are punctuation, so that
// Markdown beside them is read as it is beside braces; [clean] has taken the
// noncharacters out of every text.
const (
	markOpen  = '\u2983' // {{c
	markSplit = '\u2982' // ::
	markClose = '\u2984' // }}
	markSound = '\uFDD3' // [
	markMath  = '\uFDD4' // \
)

// hide and unhide keep a mark's own character apart from the mark.
var (
	hide   = strings.NewReplacer("\u2983", "\uFDD0", "\u2982", "\uFDD1", "\u2984", "\uFDD2")
	unhide = strings.NewReplacer("\uFDD0", "\u2983", "\uFDD1", "\u2982", "\uFDD2", "\u2984")
)

// A page makes HTML of the texts of one fact.
type page struct {
	media *mediaNames
	dir   string // of the fact's file: what its paths start from
}

// html makes HTML of a card's text: safe to stand in any field of any note type,
// on one line, without a script or a tag that the text itself wrote.
func (p page) html(text string) string {
	if prose(text) {
		return escape(strings.TrimSpace(text))
	}
	return p.finish(p.render(hide.Replace(clean(text))))
}

// prose says that a text has nothing but words in it, as most have: neither
// Markdown nor what Anki would act on.
func prose(text string) bool {
	return plain(text) && !strings.ContainsAny(text, "\n\t*_`[]!<&\\${")
}

// cloze is html for a sentence with deletions "{{1::answer::hint}}" of the
// given numbers.
func (p page) cloze(text string, numbers []int) string {
	marked := putPlaceholders(hide.Replace(clean(text)), numbers)
	rendered := p.render(marked)
	for _, m := range []string{string(markOpen), string(markClose)} {
		if strings.Count(rendered, m) != strings.Count(marked, m) {
			rendered = literal(marked) // markup swallowed an end of a deletion
		}
	}
	return p.finish(rendered)
}

// literal takes a text as it is written.
func literal(text string) string {
	return strings.ReplaceAll(escape(strings.TrimSpace(text)), "\n", "<br>")
}

var (
	escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	tidy   = strings.NewReplacer("\u0338", "&#824;", "\t", " ", "&quot;", `"`)
)

// finish turns marks into what they stand for. A combining solidus would melt
// with the ">" of a tag before it when Anki normalises the field to NFC.
func (p page) finish(rendered string) string {
	return unhide.Replace(seal(norm.NFC.String(tidy.Replace(rendered))))
}

func (p page) render(text string) string {
	source := []byte(strings.Trim(text, "\n"))
	tree := markdown.Parse(source)
	if tree == nil {
		return literal(text)
	}
	var out output
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		return p.node(&out, source, n, entering), nil
	})
	return out.String()
}

// An output is what goldmark's writer of text writes to: a buffer that needs no
// other before it.
type output struct{ bytes.Buffer }

// Buffered is 0: all that was written is in the buffer.
func (*output) Buffered() int { return 0 }

// Flush has nothing to do.
func (*output) Flush() error { return nil }

func (p page) node(w *output, source []byte, n ast.Node, entering bool) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Paragraph:
		if entering && n.PreviousSibling() != nil && n.PreviousSibling().Kind() == ast.KindParagraph {
			w.WriteString("<br><br>")
		}
	case *ast.List:
		list(w, n, entering)
	case *ast.ListItem:
		if !single(n.Parent()) {
			w.WriteString(tags("li", entering))
		}
	case *ast.Heading:
		w.WriteString(tags("b", entering))
		if !entering && n.NextSibling() != nil {
			w.WriteString("<br>")
		}
	case *ast.ThematicBreak:
		w.WriteString(when(entering, "<hr>"))
	case *ast.Blockquote:
		w.WriteString(tags("blockquote", entering))
	case *ast.FencedCodeBlock:
		if entering {
			codeBlock(w, source, n)
		}
		return ast.WalkSkipChildren
	case *ast.CodeSpan:
		w.WriteString(tags("code", entering))
	case *ast.Emphasis:
		w.WriteString(tags([]string{"", "i", "b"}[n.Level], entering))
	case *ast.Link:
		return p.link(w, n, entering)
	case *ast.AutoLink:
		if entering {
			autoLink(w, source, n)
		}
		return ast.WalkSkipChildren
	case *ast.Image:
		if entering {
			p.image(w, string(n.Destination), plainText(n, source))
		}
		return ast.WalkSkipChildren
	case *markdown.Formula:
		if entering {
			writeFormula(w, n)
		}
	case *ast.Text:
		if entering {
			words(w, n, source)
		}
	case *ast.String:
		if entering {
			w.WriteString(escape(string(n.Value)))
		}
	}
	return ast.WalkContinue
}

func codeBlock(w *output, source []byte, n *ast.FencedCodeBlock) {
	w.WriteString("<pre><code>")
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		code(w, segment.Value(source), i+1 < n.Lines().Len())
	}
	w.WriteString("</code></pre>")
}

// single says that a list is one numbered item: "4. April 1949" at the start
// of a longer text.
func single(list ast.Node) bool {
	l, ok := list.(*ast.List)
	return ok && l.IsOrdered() && l.ChildCount() == 1
}

func list(w *output, n *ast.List, entering bool) {
	switch {
	case single(n):
		if entering {
			fmt.Fprintf(w, "%d%c ", n.Start, n.Marker)
		}
	case !n.IsOrdered():
		w.WriteString(tags("ul", entering))
	case entering && n.Start != 1:
		fmt.Fprintf(w, `<ol start="%d">`, n.Start)
	default:
		w.WriteString(tags("ol", entering))
	}
}

func tags(name string, entering bool) string {
	if entering {
		return "<" + name + ">"
	}
	return "</" + name + ">"
}

func words(w *output, n *ast.Text, source []byte) {
	value := n.Segment.Value(source)
	if n.Parent().Kind() == ast.KindCodeSpan {
		w.WriteString(escape(strings.ReplaceAll(string(value), "\n", " ")))
		return
	}
	goldmarkhtml.DefaultWriter.Write(w, value)
	switch {
	case n.HardLineBreak():
		w.WriteString("<br>")
	case n.SoftLineBreak() && !unspaced(value, source[n.Segment.Stop:]):
		w.WriteByte(' ')
	}
}

// unspaced says that a line goes on in the next without a space between, as
// Chinese and Japanese do.
func unspaced(line, next []byte) bool {
	before, _ := utf8.DecodeLastRune(bytes.TrimRight(line, " "))
	after, _ := utf8.DecodeRune(bytes.TrimLeft(next, " \n"))
	return wide(before) && wide(after)
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || '\u3000' <= r && r <= '\u303f' ||
		'\uff01' <= r && r <= '\uff60'
}

// code writes one line of a fence. Line ends become <br>, which HTML honours
// within <pre>, so that a note stays one line of the file.
func code(w *output, line []byte, more bool) {
	s := escape(strings.TrimSuffix(string(line), "\n"))
	w.WriteString(strings.ReplaceAll(s, "\t", "&#9;"))
	if more {
		w.WriteString("<br>")
	}
}

// writeFormula writes a formula in one line, as the file of a note has to be; to
// TeX the end of a line is a space.
func writeFormula(w *output, n *markdown.Formula) {
	left, right := "(", ")"
	if n.Display {
		left, right = "[", "]"
	}
	w.WriteString(string(markMath) + left + escape(strings.ReplaceAll(string(n.TeX), "\n",
		" ")) + string(markMath) + right)
}

// link writes links into the web; of others only the words remain, but sound
// files of the deck are played.
func (p page) link(w *output, n *ast.Link, entering bool) ast.WalkStatus {
	destination := string(n.Destination)
	if markdown.LinksOut(destination) {
		if entering {
			fmt.Fprintf(w, `<a href="%s">`, attribute(destination))
		} else {
			w.WriteString("</a>")
		}
		return ast.WalkContinue
	}
	if !isSound(destination) {
		return ast.WalkContinue
	}
	name, ok := p.media.name(p.dir, destination)
	if !ok {
		return ast.WalkContinue
	}
	if entering {
		w.WriteString(string(markSound) + "sound:" + name + "]")
	}
	return ast.WalkSkipChildren
}

// autoLink writes an address that is its own text, as a link where link would.
func autoLink(w *output, source []byte, n *ast.AutoLink) {
	label := escape(string(n.Label(source)))
	if address := markdown.Address(n, source); markdown.LinksOut(address) {
		label = fmt.Sprintf(`<a href="%s">%s</a>`, attribute(address), label)
	}
	w.WriteString(label)
}

func isSound(destination string) bool {
	switch strings.ToLower(path.Ext(destination)) {
	case ".mp3", ".ogg", ".oga", ".opus", ".wav", ".m4a", ".flac":
		return true
	}
	return false
}

// image writes pictures of the deck. What lies elsewhere is not fetched: its
// description stands in its place.
func (p page) image(w *output, destination, alt string) {
	name, ok := p.media.name(p.dir, destination)
	switch {
	case !ok:
		w.WriteString(escape(alt))
	case alt == "":
		fmt.Fprintf(w, `<img src="%s">`, name)
	default:
		fmt.Fprintf(w, `<img src="%s" alt="%s">`, name, attribute(alt))
	}
}

// attribute escapes a value that stands between double quotes, also from what
// Anki looks for in the whole field.
func attribute(value string) string {
	return strings.NewReplacer("[", "&#91;", `\`, "&#92;", "\n", " ", "\t", " ").Replace(html.EscapeString(value))
}

// plainText is the text under a node without its markup.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(n.Segment.Value(source))
				if n.SoftLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *markdown.Formula:
			if entering {
				b.Write(n.TeX)
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
