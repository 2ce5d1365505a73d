package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"slices"
)

// sixel draws with 216 colours, dithered, in bands of six rows: each colour of
// a band in turn paints its own pixels.
func sixel(b *bytes.Buffer, img image.Image) {
	size := img.Bounds().Size()
	flat := image.NewPaletted(image.Rectangle{Max: size}, palette.WebSafe)
	draw.FloydSteinberg.Draw(flat, flat.Rect, img, img.Bounds().Min)
	fmt.Fprintf(b, "\x1bP0;1;0q\"1;1;%d;%d", size.X, size.Y)
	used := map[uint8]bool{}
	for top := 0; top < size.Y; top += 6 {
		for i, index := range band(flat, img, top) {
			if i > 0 {
				b.WriteByte('$') // back to the band's beginning
			}
			if !used[index] {
				used[index] = true
				c := palette.WebSafe[index].(color.RGBA)
				fmt.Fprintf(b, "#%d;2;%d;%d;%d", index, percent(c.R), percent(c.G), percent(c.B))
			}
			fmt.Fprintf(b, "#%d", index)
			paint(b, flat, img, top, index)
		}
		b.WriteByte('-')
	}
	b.WriteString("\x1b\\")
}

func percent(c uint8) int { return (int(c)*100 + 127) / 255 }

// band returns the colours of six rows, in order.
func band(flat *image.Paletted, img image.Image, top int) []uint8 {
	var found [256]bool
	for y := top; y < min(top+6, flat.Rect.Max.Y); y++ {
		for x := range flat.Rect.Max.X {
			if opaque(img, x, y) {
				found[flat.ColorIndexAt(x, y)] = true
			}
		}
	}
	var colours []uint8
	for i, is := range found {
		if is {
			colours = append(colours, uint8(i))
		}
	}
	return slices.Clip(colours)
}

func opaque(img image.Image, x, y int) bool {
	at := img.Bounds().Min
	_, _, _, a := img.At(at.X+x, at.Y+y).RGBA()
	return a >= 0x8000
}

// paint writes one colour's pixels of a band, with runs counted.
func paint(b *bytes.Buffer, flat *image.Paletted, img image.Image, top int, index uint8) {
	last, run := byte(0), 0
	flush := func() {
		if run > 3 {
			fmt.Fprintf(b, "!%d%c", run, last)
		} else {
			b.Write(bytes.Repeat([]byte{last}, run))
		}
	}
	for x := range flat.Rect.Max.X {
		bits := byte(0)
		for y := range min(6, flat.Rect.Max.Y-top) {
			if flat.ColorIndexAt(x, top+y) == index && opaque(img, x, top+y) {
				bits |= 1 << y
			}
		}
		if six := '?' + bits; six != last {
			flush()
			last, run = six, 0
		}
		run++
	}
	flush()
}
