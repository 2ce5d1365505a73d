package show

import (
	"fmt"
	"math"
	"testing"
)

// rgb is a colour of the cube and the greys of xterm's 256 (ctlseqs, "ISO-8613-6").
func rgb(index int) (r, g, b float64) {
	if index >= 232 {
		grey := float64(8 + 10*(index-232))
		return grey, grey, grey
	}
	levels, n := [...]float64{0, 95, 135, 175, 215, 255}, index-16
	return levels[n/36], levels[n/6%6], levels[n%6]
}

// luminance is the relative luminance of a colour, 0 to 1 (WCAG 2.2).
func luminance(index int) float64 {
	linear := func(c float64) float64 {
		if c /= 255; c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	r, g, b := rgb(index)
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// Whatever the background, each colour can be read on it.
func TestColoursOnLightAndDark(t *testing.T) {
	codes := map[string]string{"dim": quiet}
	for style := Red; style <= colours&^(1<<4-1) && colourCodes[style] != ""; style += 1 << 4 {
		codes[fmt.Sprint("style ", style)] = colourCodes[style]
	}
	if len(codes) != len(colourCodes)+1 {
		t.Fatalf("%d of %d colours are looked at", len(codes)-1, len(colourCodes))
	}
	for name, code := range codes {
		var index int
		if n, err := fmt.Sscanf(code, "38;5;%d", &index); n != 1 || err != nil || index < 16 {
			t.Errorf("%s is %q, which a theme may change", name, code)
			continue
		}
		l := luminance(index)
		if white, black := 1.05/(l+0.05), (l+0.05)/0.05; white < 4.5 || black < 4.5 {
			t.Errorf("%s (%d): %.2f to 1 on white, %.2f on black", name, index, white, black)
		}
	}
}

func TestDimIsAColourWhereThereAreColours(t *testing.T) {
	for _, c := range []struct {
		palette Palette
		style   Style
		want    string
	}{
		{Colour, Dim, "\x1b[38;5;243mx\x1b[0m"},
		{Mono, Dim, "\x1b[2mx\x1b[0m"},
		{Colour, Bold | Red, "\x1b[1;38;5;131mx\x1b[0m"},
		{Mono, Bold | Red, "\x1b[1mx\x1b[0m"},
		{Plain, Bold, "x"},
	} {
		if got := c.palette.Paint(c.style, "x"); got != c.want {
			t.Errorf("%v, %d: %q, want %q", c.palette, c.style, got, c.want)
		}
	}
	for term, want := range map[string]Palette{"xterm-256color": Colour, "vt220": Mono, "dumb": Plain, "": Plain} {
		if got, _ := NewPalette("auto", true, func(name string) string { return map[string]string{"TERM": term}[name] }); got != want {
			t.Errorf("TERM=%s: %v, want %v", term, got, want)
		}
	}
}
