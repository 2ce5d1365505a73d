package show

import (
	"fmt"
	"strings"
)

// A Style is how a piece of text looks: any number of attributes and at most
// one colour, combined with |.
type Style uint8

// The attributes and the colours of the 16-colour palette that read well on
// light and dark backgrounds alike.
const (
	Bold Style = 1 << iota
	Dim
	Italic
	Underline
	Red    Style = 1 << 4
	Green  Style = 2 << 4
	Yellow Style = 3 << 4
	Cyan   Style = 4 << 4

	colours Style = 7 << 4
)

var colourCodes = map[Style]string{Red: "31", Green: "32", Yellow: "33", Cyan: "36"}

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
// (no-color.org leaves bold and its like alone).
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
	case getenv("NO_COLOR") != "":
		return Mono, nil
	}
	return Colour, nil
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
	for i, code := range []string{"1", "2", "3", "4"} {
		if style&(1<<i) != 0 {
			codes = append(codes, code)
		}
	}
	if code := colourCodes[style&colours]; code != "" && p.colours {
		codes = append(codes, code)
	}
	return strings.Join(codes, ";")
}
