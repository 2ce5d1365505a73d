package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"kartei/cmd/internal/picture"
)

// Two pixels a cell; what is transparent shows the terminal's own ground.
func TestBlocks(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 3, 3))
	red, blue := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 250, 255}
	img.Set(0, 0, red)
	img.Set(0, 1, blue)
	img.Set(1, 0, red)
	img.Set(1, 1, blue)
	img.Set(2, 1, color.NRGBA{100, 100, 101, 255})
	img.Set(0, 2, red)
	for p, want := range map[picture.Protocol]string{
		picture.TrueBlocks: "  \x1b[0;38;2;255;0;0;48;2;0;0;250m▀▀\x1b[0;38;2;100;100;101m▄\x1b[0m\n  \x1b[0;38;2;255;0;0m▀\x1b[0m  \x1b[0m\n",
		picture.Blocks256:  "  \x1b[0;38;5;196;48;5;21m▀▀\x1b[0;38;5;241m▄\x1b[0m\n  \x1b[0;38;5;196m▀\x1b[0m  \x1b[0m\n",
	} {
		var out bytes.Buffer
		if err := picture.Draw(&out, p, img); err != nil {
			t.Error(err)
		}
		if got := out.String(); got != want {
			t.Errorf("%s: %q, want %q", p, got, want)
		}
	}
}

// No nearest colour is further away than the colours of the cube are from each other.
func TestNearestColours(t *testing.T) {
	for _, c := range []struct {
		colour color.NRGBA
		want   string
	}{
		{color.NRGBA{0, 0, 0, 255}, "38;5;16"}, {color.NRGBA{255, 255, 255, 255}, "38;5;231"},
		{color.NRGBA{8, 8, 8, 255}, "38;5;232"}, {color.NRGBA{238, 238, 238, 255}, "38;5;255"},
		{color.NRGBA{95, 135, 175, 255}, "38;5;67"}, {color.NRGBA{114, 0, 0, 255}, "38;5;52"}, {color.NRGBA{116, 0, 0, 255}, "38;5;88"},
	} {
		img := image.NewNRGBA(image.Rect(0, 0, 1, 1))
		img.Set(0, 0, c.colour)
		var out bytes.Buffer
		if err := picture.Draw(&out, picture.Blocks256, img); err != nil || !strings.Contains(out.String(), c.want+"m") {
			t.Errorf("%v: %q, want %s (%v)", c.colour, out.String(), c.want, err)
		}
	}
}
