package show

import (
	"fmt"
	"strings"
)

// A Style is how a piece of text looks: any number of attributes and at most
// one colour, combined with |.
type Style uint8

// The attributes and the colours.
const (
	Bold Style = 1 << iota
	Dim
	Italic
	Underline
	Red     Style = 1 << 4
	Green   Style = 2 << 4
	Magenta Style = 3 << 4
	Blue    Style = 4 << 4

	colours Style = 7 << 4
)

// The colours are of the 256 of xterm, which no theme changes, and each stands out
// from white and from black by 4.5 to 1 at least (WCAG 2.2, 1.4.3), which none of
// the first 16 does. These are nearly all that there are; 29 is the only green.
var colourCodes = map[Style]string{Red: "38;5;131", Green: "38;5;29", Magenta: "38;5;163", Blue: "38;5;63"}

// quiet is dim where there are colours: how far the attribute darkens is the
// terminal's own affair.
const quiet = "38;5;243"

// A Palette writes styles. The zero Palette writes none: not one escape
// sequence.
type Palette struct {
	styles  bool // attributes
	colours bool
}

// The palettes, from none to all.
var (
	Plain  = Palette{}
	Mono   = Palette{styles: true}
	Colour = Palette{styles: true, colours: true}
)

// NewPalette chooses a palette. when is the value of --color: "always",
// "never", or "auto" (also ""), which writes styles to a terminal only, none
// where TERM is "dumb" or missing, and no colours where NO_COLOR is set
// (no-color.org leaves bold and its like alone) or the terminal has 16 at most.
func NewPalette(when string, terminal bool, getenv func(string) string) (Palette, error) {
	switch when {
	case "always":
		return Colour, nil
	case "never":
		return Plain, nil
	case "auto", "":
	default:
		return Plain, fmt.Errorf("--color is %q, not auto, always or never", when)
	}
	term := getenv("TERM")
	switch {
	case !terminal, term == "dumb", term == "":
		return Plain, nil
	case getenv("NO_COLOR") != "", fewColours(term):
		return Mono, nil
	}
	return Colour, nil
}

// fewColours reports whether a terminal has only 16 colours, or none.
func fewColours(term string) bool {
	return term == "ansi" || term == "cygwin" || term == "linux-16color" || strings.HasPrefix(term, "vt") ||
		strings.HasSuffix(term, "-mono")
}

// Escapes reports whether the palette writes anything at all.
func (p Palette) Escapes() bool { return p.styles }

// Paint gives text, which must be clean, the look of style.
func (p Palette) Paint(style Style, text string) string {
	if text == "" || !p.styles {
		return text
	}
	codes := p.codes(style)
	if codes == "" {
		return text
	}
	return "\x1b[" + codes + "m" + text + "\x1b[0m"
}

func (p Palette) codes(style Style) string {
	var codes []string
	colour := ""
	if p.colours {
		if colour = colourCodes[style&colours]; style&Dim != 0 && style&colours == 0 {
			style, colour = style&^Dim, quiet
		}
	}
	for i, code := range []string{"1", "2", "3", "4"} {
		if style&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	if colour != "" {
		codes = append(codes, colour)
	}
	return strings.Join(codes, ";")
}
