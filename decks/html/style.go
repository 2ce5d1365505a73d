package html

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"kartei/decks/lazyregexp"
)

// style is the value of the first of some properties in an element's style, in
// lower case.
func (n *node) style(properties ...string) string {
	style := n.attribute("style")
	if style == "" {
		return ""
	}
	value := ""
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		name, v, _ := strings.Cut(declaration, ":")
		if isOneOf(strings.TrimSpace(name), properties...) {
			value = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "!important"))
		}
	}
	return value
}

// styledLook is the look that an element's style gives.
func (n *node) styledLook() (l look) {
	if n.attribute("style") == "" {
		return 0
	}
	switch weight := n.style("font-weight"); {
	case hasWord("bold bolder 600 700 800 900", weight):
		l |= bold
	}
	if s := n.style("font-style"); s == "italic" || s == "oblique" {
		l |= italic
	}
	if strings.HasPrefix(n.style("text-decoration", "text-decoration-line"), "underline") {
		l |= italic
	}
	return l
}

// unstyledLook is the look that an element has by its name and loses by its style,
// as in what was pasted from elsewhere.
func (n *node) unstyledLook() (l look) {
	if n.attribute("style") == "" {
		return 0
	}
	if w := n.style("font-weight"); w == "normal" || w == "400" {
		l |= bold
	}
	if n.style("font-style") == "normal" {
		l |= italic
	}
	return l
}

// hidden reports whether an element is not shown.
func (w *writer) hidden(n *node) bool {
	if len(n.attributes) == 0 {
		return false
	}
	if n.hasAttribute("hidden") || n.style("display") == "none" || n.style("visibility") == "hidden" {
		return true
	}
	if n.name == "input" && n.attribute("type") == "hidden" {
		return true
	}
	for _, hide := range []map[string]bool{w.Hide, w.hides} {
		for class := range strings.FieldsSeq(n.attribute("class")) {
			if hide["."+class] {
				return true
			}
		}
		if hide["#"+n.attribute("id")] {
			return true
		}
	}
	return false
}

var hidingRule = lazyregexp.New(`([^{}<>]+)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*\}`)
var simpleSelector = lazyregexp.New(`^[.#][A-Za-z_][\w-]*$`)

// HiddenBy returns the classes and ids that a style sheet hides wherever they
// stand, as [Converter] wants them.
func HiddenBy(css string) map[string]bool {
	var hide map[string]bool
	for _, rule := range hidingRule.FindAllStringSubmatch(css, -1) {
		for selector := range strings.SplitSeq(rule[1], ",") {
			if selector = strings.TrimSpace(selector); simpleSelector.MatchString(selector) {
				if hide == nil {
					hide = map[string]bool{}
				}
				hide[selector] = true
			}
		}
	}
	return hide
}

// A tint is a colour that tells text from other text: "" is none.
type tint string

const (
	noTint tint = ""
	faded  tint = "faded" // a light grey
)

// prepare notes what only a colour marks, and what looks are lost.
func (w *writer) prepare(root *node) {
	var letters map[tint]int
	w.tints(root, noTint, func(n *node, t tint) {
		if letters == nil {
			letters = map[tint]int{}
		}
		letters[t] += countLetters(n.text)
	})
	for t := range letters {
		if t != noTint {
			w.lost("colour", "")
			break
		}
	}
	if len(letters) < 2 {
		return
	}
	all := 0
	for _, count := range letters {
		all += count
	}
	marks := func(t tint) bool { return t != noTint && t != faded && letters[t]*3 < all*2 }
	if letters[faded] > 0 {
		w.unfaded(root)
	}
	w.tints(root, noTint, func(n *node, t tint) { n.strong = n.strong || marks(t) })
}

// tints calls f with each text and its tint, if any element has a colour.
func (w *writer) tints(n *node, around tint, f func(n *node, t tint)) {
	if n.name == "" && n.ends == nil && n.parent != nil {
		f(n, around)
		return
	}
	if len(n.attributes) > 0 || n.name == "mark" {
		if t, ok := n.tint(); ok {
			around = t
		}
	}
	for _, kid := range n.kids {
		if !w.hidden(kid) {
			w.tints(kid, around, f)
		}
	}
}

// tint is the colour that an element gives, if it gives one.
func (n *node) tint() (t tint, ok bool) {
	ground := n.style("background-color", "background")
	if ground == "" {
		ground = strings.ToLower(n.attribute("bgcolor"))
	}
	if n.name == "mark" && ground == "" {
		ground = "yellow"
	}
	if t := tintOf(ground); t != noTint && t != faded {
		return "on " + t, true
	}
	colour := n.style("color")
	if colour == "" && n.name == "font" {
		colour = strings.ToLower(strings.TrimSpace(n.attribute("color")))
	}
	if colour == "" || colour == "inherit" || strings.HasPrefix(colour, "var(") {
		return noTint, false
	}
	return tintOf(colour), true
}

var (
	rgb  = lazyregexp.New(`^rgba?\(\s*(\d+)\D+(\d+)\D+(\d+)`)
	hex3 = lazyregexp.New(`^#([0-9a-f])([0-9a-f])([0-9a-f])$`)
	hex6 = lazyregexp.New(`^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})`)
)

// tintOf reads a colour of a style sheet.
func tintOf(colour string) tint {
	switch colour {
	case "", "black", "white", "transparent", "none", "initial", "inherit", "unset", "currentcolor", "windowtext",
		"canvastext", "dimgray", "dimgrey", "gray", "grey":
		return noTint
	case "silver", "lightgray", "lightgrey", "darkgray", "darkgrey", "gainsboro":
		return faded
	}
	base := 10
	parts := rgb.FindStringSubmatch(colour)
	if parts == nil {
		base = 16
		if parts = hex6.FindStringSubmatch(colour); parts == nil {
			if parts = hex3.FindStringSubmatch(colour); parts != nil {
				for i := range parts {
					parts[i] += parts[i]
				}
			}
		}
	}
	if parts == nil {
		return tint(colour)
	}
	var c [3]int
	for i := range c {
		v, _ := strconv.ParseInt(parts[i+1], base, 32)
		c[i] = int(v)
	}
	if max(c[0], c[1], c[2])-min(c[0], c[1], c[2]) >= 40 {
		return tint(fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]))
	}
	if middle := (c[0] + c[1] + c[2]) / 3; middle >= 0xA0 && middle <= 0xF0 {
		return faded
	}
	return noTint
}

func countLetters(text string) (count int) {
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			count++
		}
	}
	return count
}

// optionMark is how a line begins that is one of several to choose from.
var optionMark = lazyregexp.New(`^\s*[A-Za-z0-9]{1,2}\s?[.):]`)

// unfaded makes bold what stands out because the other options are pale.
func (w *writer) unfaded(root *node) {
	type line struct {
		texts        []*node
		words        string
		pale, strong int // letters
		item         bool
	}
	lines := []*line{{}}
	var walk func(n *node, around tint)
	walk = func(n *node, around tint) {
		if n.name == "" && n.ends == nil && n.parent != nil {
			l := lines[len(lines)-1]
			l.texts = append(l.texts, n)
			if len(l.words) < 16 {
				l.words += n.text
			}
			if around == faded {
				l.pale += countLetters(n.text)
			} else {
				l.strong += countLetters(n.text)
			}
			return
		}
		if t, ok := n.tint(); ok {
			around = t
		}
		breaks := blocks.Has(n.name) || n.name == "br"
		if breaks {
			lines = append(lines, &line{item: n.name == "li"})
		}
		for _, kid := range n.kids {
			if !w.hidden(kid) {
				walk(kid, around)
			}
		}
		if breaks {
			lines = append(lines, &line{})
		}
	}
	walk(root, noTint)
	isOption := func(l *line) bool { return l.item || optionMark.MatchString(l.words) }
	pale := 0
	for _, l := range lines {
		if isOption(l) && l.pale > 0 && l.strong == 0 {
			pale++
		}
	}
	for _, l := range lines {
		if pale > 0 && isOption(l) && l.pale == 0 {
			for _, n := range l.texts {
				n.strong = true
			}
		}
	}
}
