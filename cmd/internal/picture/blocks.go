package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strings"
)

// blocksMargin is left of half blocks, as of a card's text.
const blocksMargin = 2

// blocks draws two pixels in a cell, one above the other: one is the half block, the
// other the ground behind it. What is transparent shows the terminal's own ground.
func blocks(b *bytes.Buffer, img image.Image, code func(color.NRGBA) string) {
	r := img.Bounds()
	pixel := func(x, y int) string {
		c := color.NRGBA{}
		if y < r.Max.Y {
			c = color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
		}
		if c.A < 0x80 {
			return ""
		}
		return code(c)
	}
	for y := r.Min.Y; y < r.Max.Y; y += 2 {
		b.WriteString(strings.Repeat(" ", blocksMargin))
		style := ""
		for x := r.Min.X; x < r.Max.X; x++ {
			next, glyph := block(pixel(x, y), pixel(x, y+1))
			if next != style {
				b.WriteString("\x1b[0" + next + "m")
			}
			b.WriteString(glyph)
			style = next
		}
		b.WriteString("\x1b[0m\n")
	}
}

// block is a cell of two pixels, and its style.
func block(upper, lower string) (style, glyph string) {
	switch {
	case upper == "" && lower == "":
		return "", " "
	case upper == "":
		return ";38;" + lower, "▄"
	case lower == "":
		return ";38;" + upper, "▀"
	}
	return ";38;" + upper + ";48;" + lower, "▀"
}

// anyColour names a colour as it is (ISO 8613-6).
func anyColour(c color.NRGBA) string { return fmt.Sprintf("2;%d;%d;%d", c.R, c.G, c.B) }

// nearest names that of xterm's 256 colours which comes nearest: of its cube, or of
// its greys.
func nearest(c color.NRGBA) string {
	cube := [3]int{}
	cubeFar := 0
	for i, v := range [3]uint8{c.R, c.G, c.B} {
		level := max(0, (int(v)-35)/40)
		cube[i] = level
		cubeFar += square(int(v) - cubeLevel(level))
	}
	step := min(23, max(0, (int(c.R)+int(c.G)+int(c.B))/3-3)/10)
	greyFar := 0
	for _, v := range [3]uint8{c.R, c.G, c.B} {
		greyFar += square(int(v) - (8 + 10*step))
	}
	if greyFar < cubeFar {
		return fmt.Sprintf("5;%d", 232+step)
	}
	return fmt.Sprintf("5;%d", 16+36*cube[0]+6*cube[1]+cube[2])
}

func cubeLevel(level int) int {
	if level == 0 {
		return 0
	}
	return 55 + 40*level
}

func square(n int) int { return n * n }
