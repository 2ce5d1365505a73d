package html

import (
	"net/url"
	"path"
	"strings"

	"kartei/decks/markdown"
)

// image writes a picture: beside the deck it is shown, on the web a link leads to
// it.
func (w *writer) image(n *node) {
	source := w.restore(n.attribute("src"))
	alt := strings.Join(strings.Fields(w.restore(n.attribute("alt"))), " ")
	class := n.attribute("class")
	switch {
	case alt != "" && (strings.Contains(class, "tex") || strings.Contains(class, "math-fallback") ||
		class == "equation_image" || strings.Contains(class, "Wirisformula")):
		if tex := texOf(alt); tex != "" {
			w.tex(tex, false)
			return
		}
	case source == "":
		w.words(alt, w.currentLook())
		return
	}
	if markdown.OnTheWeb(source) {
		w.lost("picture on the web", source)
		if alt == "" {
			alt = "picture"
		}
		w.linkTo(escapeURL(source), alt)
		return
	}
	f := File{}
	if w.File != nil {
		f = w.File(Picture, source)
	}
	switch {
	case f.Path == "":
		if !f.Told {
			w.lost("picture", shortSource(source))
		}
		w.words(alt, w.currentLook())
	case f.Link:
		if alt == "" {
			alt = f.Label
		}
		w.linkTo(f.Path, alt)
	default:
		w.spans = append(w.spans, span{"![" + escapeWords(alt, true, true) + "](" + f.Path + ")", verbatim})
	}
}

// texOf is the TeX of the words for a picture of a formula; empty where they seem
// to be none.
func texOf(alt string) string {
	alt = strings.TrimSpace(alt)
	for _, around := range []string{`{\displaystyle`, `{\textstyle`} {
		if rest, ok := strings.CutPrefix(alt, around); ok {
			return strings.TrimSpace(strings.TrimSuffix(rest, "}"))
		}
	}
	alt = strings.Trim(alt, "$")
	if strings.ContainsAny(alt, `\^_=`) {
		return alt
	}
	return ""
}

// shortSource is the address of a picture without what it holds itself.
func shortSource(source string) string {
	if strings.HasPrefix(source, "data:") {
		kind, _, _ := strings.Cut(source, ",")
		return kind
	}
	return source
}

// media writes a sound or a film as a link, or names it.
func (w *writer) media(n *node) {
	source := n.attribute("src")
	if source == "" {
		source = n.attribute("data")
	}
	for _, kid := range n.kids {
		if source == "" && kid.name == "source" {
			source = kid.attribute("src")
		}
	}
	if !w.linkFile(Sound, source, "") {
		w.lost(n.name, shortSource(source))
	}
}

// sound writes "[sound:name]".
func (w *writer) sound(name string) {
	if !w.linkFile(Sound, name, name) {
		w.lost("sound", name)
		w.words(name, 0)
	}
}

// linkFile writes a link to a file beside the deck or on the web; it returns false
// if there is none.
func (w *writer) linkFile(kind FileKind, source, label string) bool {
	if source == "" {
		return false
	}
	if markdown.OnTheWeb(source) {
		w.lost("sound or film on the web", source)
		w.linkTo(escapeURL(source), baseName(source))
		return true
	}
	if w.File == nil {
		return false
	}
	f := w.File(kind, source)
	if f.Path == "" {
		return f.Told
	}
	if label == "" {
		label = f.Label
	}
	w.linkTo(f.Path, label)
	return true
}

func baseName(address string) string {
	if u, err := url.Parse(address); err == nil && path.Base(u.Path) != "." && path.Base(u.Path) != "/" {
		return path.Base(u.Path)
	}
	return address
}

func (w *writer) linkTo(destination, label string) {
	if w.code != nil || w.link != "" { // a link within a link, or in code, is words
		w.words(label, 0)
		return
	}
	w.beforeLink()
	w.spans = append(w.spans, span{"[" + escapeWords(label, true, true) + "](" + destination + ")", verbatim})
}

// beforeLink parts a link from a "!", which would make a picture of it.
func (w *writer) beforeLink() {
	if last := len(w.spans) - 1; last >= 0 && strings.HasSuffix(w.spans[last].text, "!") &&
		w.spans[last].look&verbatim == 0 {
		w.spans[last].text += " "
	}
}

func escapeURL(address string) string {
	return strings.NewReplacer(" ", "%20", "(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "\n", "", "\t", "", "\\",
		"%5C",
		string(DeletionOpen), "", string(DeletionClose), "", string(DeletionSplit),
		"").Replace(strings.TrimSpace(address))
}

// anchor writes a link into the web, or to a file beside the deck. Of others the
// words remain.
func (w *writer) anchor(n *node) {
	address := strings.TrimSpace(w.restore(n.attribute("href")))
	destination := ""
	switch {
	case address == "" || w.link != "" || w.code != nil || strings.HasPrefix(address, "#"):
	case markdown.LinksOut(address):
		destination = escapeURL(address)
	case w.File != nil:
		f := w.File(Linked, address)
		destination = f.Path
		if destination != "" && n.blank() {
			w.linkTo(destination, f.Label)
			return
		}
		if destination == "" && !f.Told {
			w.lost("link", address)
		}
	default:
		w.lost("link", address)
	}
	if destination == "" || n.blank() || n.has("img", "br", "div", "p", "ul", "ol", "table", "pre", "audio", "video") {
		w.children(n)
		if destination != "" && markdown.LinksOut(address) && !n.blank() {
			w.words(" ", 0)
			w.linkTo(destination, baseName(address))
		}
		return
	}
	w.beforeLink()
	w.link = destination
	w.spans = append(w.spans, span{"[", verbatim | glued})
	w.children(n)
	w.endLink()
}

func (w *writer) endLink() {
	if w.link != "" {
		w.spans = append(w.spans, span{"](" + w.link + ")", verbatim})
	}
	w.link = ""
}
