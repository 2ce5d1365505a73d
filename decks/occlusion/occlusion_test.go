package occlusion

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"
)

// painted is a blue picture as a file.
func painted(t testing.TB, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = [4]uint8{0, 0, 0xff, 0xff}[i%4]
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, data []byte) *Picture {
	t.Helper()
	p, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// drawn is a picture with its covers.
func drawn(t testing.TB, p *Picture, c Covers, shown bool) image.Image {
	t.Helper()
	var out bytes.Buffer
	if err := p.Draw(&out, c, shown); err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(&out)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func covered(img image.Image, x, y int) bool {
	return color.RGBAModel.Convert(img.At(x, y)) != color.RGBA{0, 0, 0xff, 0xff}
}

// TestShapes holds which pixels the shapes of Anki cover, of which only some are asked for.
func TestShapes(t *testing.T) {
	const width, height = 200, 100
	for source, want := range map[string]struct{ in, out []image.Point }{
		"rect:left=.1:top=.2:width=.2:height=.4":             {[]image.Point{{21, 21}, {59, 59}}, []image.Point{{15, 30}, {70, 30}, {30, 70}}},
		"rect:left=.5:top=.5:width=.2:height=.1:angle=2500":  {[]image.Point{{95, 60}, {92, 85}}, []image.Point{{120, 55}, {105, 55}}}, // a quarter turn, of pixels
		"ellipse:left=.25:top=.25:rx=.25:ry=.25":             {[]image.Point{{100, 50}, {55, 50}, {100, 27}}, []image.Point{{55, 28}, {145, 72}}},
		"polygon:left=.5:top=0:points=.2,.5 .7,.5 .7,1":      {[]image.Point{{190, 40}}, []image.Point{{110, 45}, {60, 60}}}, // points count among themselves
		"rect:left=-5:top=NaN:width=Inf:height=1e300":        {[]image.Point{{0, 0}, {199, 99}}, nil},
		"rect:left=.9:top=.9:width=-.2:height=-.2":           {[]image.Point{{150, 80}}, []image.Point{{190, 95}}},
		`text:left=.1:top=.1:text=rect\:left=0`:              {nil, []image.Point{{25, 12}}},
		"star:left=.1:top=.1:width=1:height=1":               {nil, []image.Point{{25, 12}}},
		"rect:left=.1:top=.1:width=0:height=.1":              {nil, []image.Point{{20, 12}}},
		"polygon:left=0:top=0:points=":                       {nil, []image.Point{{0, 0}}},
		"ellipse:left=x:top=y:rx=.5:ry=.5:fill=#ff0000:fs=9": {[]image.Point{{100, 50}}, []image.Point{{2, 2}}},
	} {
		shapes, err := Parse("{{c3::image-occlusion:"+source+"}}<br>", width, height)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		img := drawn(t, open(t, painted(t, width, height)), Of(shapes, 3), false)
		for _, p := range want.in {
			if !covered(img, p.X, p.Y) {
				t.Errorf("%s: %v is not covered", source, p)
			}
		}
		for _, p := range want.out {
			if covered(img, p.X, p.Y) {
				t.Errorf("%s: %v is covered", source, p)
			}
		}
	}
}

// TestOf tells what a card asks for from what it hides beside.
func TestOf(t *testing.T) {
	const rect = "image-occlusion:rect:left=.1:top=.1:width=.1:height=.1"
	shapes, err := Parse("{{c1::"+rect+":oi=1}}{{c2::"+rect+"}}{{c1,3::"+rect+"}}{{c0::"+rect+":oi=1}}", 10, 10)
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[int][2]int{1: {2, 1}, 2: {1, 2}, 3: {1, 2}, 4: {0, 2}} {
		if c := Of(shapes, number); len(c.Asked) != want[0] || len(c.Other) != want[1] {
			t.Errorf("card %d asks for %d and hides %d, want %v", number, len(c.Asked), len(c.Other), want)
		}
	}
}

// TestWhere says in words where something is covered.
func TestWhere(t *testing.T) {
	for text, want := range map[string]string{
		"left=0:top=0": "at the top left", "left=.9:top=.4": "on the right", "left=.45:top=.45": "in the middle", "left=.4:top=2": "at the bottom",
	} {
		shapes, err := Parse("{{c1::image-occlusion:rect:"+text+":width=.1:height=.1}}", 10, 10)
		if got := Where(shapes); err != nil || got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// TestParseSVG reads the drawings of the add-on, within groups and moved.
func TestParseSVG(t *testing.T) {
	const width, height = 200, 100
	for body, want := range map[string]struct{ in, out []image.Point }{
		`<g><title>Masks</title><rect class="qshape" x="20" y="20" width="40" height="40"/></g>`:         {[]image.Point{{30, 30}}, []image.Point{{70, 30}}},
		`<g class="qshape" transform="translate(100, 0)"><rect x="20" y="20" width="9" height="9"/></g>`: {[]image.Point{{124, 24}}, []image.Point{{24, 24}}},
		`<rect class="qshape" x="100" y="50" width="40" height="4" transform="rotate(90 100,50)"/>`:      {[]image.Point{{98, 80}}, []image.Point{{120, 52}}},
		`<ellipse class="qshape" cx="50" cy="50" rx="20" ry="10"/><circle cx="150" cy="50" r="9"/>`:      {[]image.Point{{50, 50}, {150, 50}}, []image.Point{{33, 42}}},
		`<polygon class="qshape" points="0,0 50,0 0,50"/><path d="M100 0 h40 v40 l-40-0 z"/>`:            {[]image.Point{{5, 5}, {120, 20}}, []image.Point{{45, 45}}},
		`<line x1="0" y1="0" x2="9" y2="9"/><text x="5" y="5">label</text>`:                              {nil, []image.Point{{5, 5}}},
	} {
		shapes, err := ParseSVG(fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d">%s</svg>`, width, height, body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		img := drawn(t, open(t, painted(t, width, height)), Of(shapes, 1), false)
		for _, p := range want.in {
			if !covered(img, p.X, p.Y) {
				t.Errorf("%s: %v is not covered", body, p)
			}
		}
		for _, p := range want.out {
			if covered(img, p.X, p.Y) {
				t.Errorf("%s: %v is covered", body, p)
			}
		}
	}
}

// TestHostileCovers refuses what is made to cost much, and drawings whose covers it
// cannot tell: nothing that ought to be covered may be seen.
func TestHostileCovers(t *testing.T) {
	const head = `<svg width="10" height="10">`
	for name, data := range map[string]string{
		"no drawing": "hello", "no size": `<svg><rect width="1" height="1"/></svg>`, "not closed": head,
		"a curve": head + `<path d="M0 0 C 1 1 2 2 3 3"/></svg>`, "an arc": head + `<path d="M0 0 A 1 1 0 0 0 3 3"/></svg>`,
		"a picture": head + `<image href="file:///etc/passwd"/></svg>`, "a use": head + `<use href="#a"/></svg>`,
		"a script": head + `<script>alert(1)</script></svg>`, "a foreign object": head + `<foreignObject/></svg>`,
		"an entity":   `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>` + head + `&b;</svg>`,
		"skewed":      head + `<rect transform="skewX(3)" width="1" height="1"/></svg>`,
		"deep":        head + strings.Repeat("<g>", 50) + strings.Repeat("</g>", 50) + `</svg>`,
		"many":        head + strings.Repeat(`<rect width="1" height="1"/>`, maxShapes+1) + `</svg>`,
		"long":        head + strings.Repeat(" ", maxSource) + `</svg>`,
		"many points": head + `<polygon points="` + strings.Repeat("1,1 ", maxPoints+1) + `"/></svg>`,
		"long path":   head + `<path d="M` + strings.Repeat("1 1 ", maxPoints+1) + `"/></svg>`,
	} {
		if shapes, err := ParseSVG([]byte(data)); err == nil {
			t.Errorf("%s: %d shapes", name, len(shapes))
		}
	}
	for name, field := range map[string]string{
		"long":        strings.Repeat(" ", maxSource+1),
		"many":        strings.Repeat("{{c1::image-occlusion:rect:left=0:top=0:width=1:height=1}}", maxShapes+1),
		"many points": "{{c1::image-occlusion:polygon:points=" + strings.Repeat("1,1 ", maxPoints+1) + "}}",
	} {
		if _, err := Parse(field, 10, 10); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLargestCovers draws as much as the limits allow.
func TestLargestCovers(t *testing.T) {
	p := open(t, painted(t, longest, longest))
	var c Covers
	for range maxShapes {
		s := Shape{}
		for i := range maxPoints {
			sin, cos := math.Sincos(float64(i) * 2.4)
			s.Outline = append(s.Outline, Point{0.5 + 100*cos, 0.5 + 100*sin})
		}
		c.Other = append(c.Other, s)
	}
	if cost := p.Cost(c); cost < maxShapes*longest*longest {
		t.Errorf("it costs %d pixels", cost)
	}
	c.Other = c.Other[:3]
	start := time.Now()
	drawn(t, p, c, false)
	t.Logf("three shapes of %d points: %v", maxPoints, time.Since(start).Round(time.Millisecond))
}

// TestPictures holds which pictures are covered, how large they become and which way up.
func TestPictures(t *testing.T) {
	if _, err := Open([]byte("<svg/>")); err == nil || !strings.Contains(err.Error(), "not a PNG, JPEG or GIF") {
		t.Error(err)
	}
	if _, err := Open(painted(t, 4100, 2100)); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
	if img := drawn(t, open(t, painted(t, 2000, 500)), Covers{}, false); img.Bounds().Dx() != longest || img.Bounds().Dy() != 400 || covered(img, 800, 200) {
		t.Errorf("%v", img.Bounds())
	}
	// A photograph that its camera turned: red above, blue below as it lies; a quarter
	// turn to the right brings what is above to the right.
	photo := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for i := 0; i < len(photo.Pix); i += 4 {
		upper := i < len(photo.Pix)/2
		copy(photo.Pix[i:], map[bool][]byte{true: {0xff, 0, 0, 0xff}, false: {0, 0, 0xff, 0xff}}[upper])
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, photo, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"
	data := append([]byte("\xff\xd8\xff\xe1\x00"+string(rune(len(exif)+2))+exif), out.Bytes()[2:]...)
	p := open(t, data)
	if p.Width != 32 || p.Height != 64 || p.Extension() != ".jpg" {
		t.Fatalf("%d by %d, %s", p.Width, p.Height, p.Extension())
	}
	img := drawn(t, p, Covers{}, false)
	if r, _, b, _ := img.At(28, 32).RGBA(); r < b {
		t.Error("what is above does not come to the right")
	}
	if r, _, b, _ := img.At(4, 32).RGBA(); b < r {
		t.Error("what is below does not come to the left")
	}
}

// FuzzCovers holds that no field and no drawing brings the program down, and that points
// are within reach.
func FuzzCovers(f *testing.F) {
	f.Add("{{c1::image-occlusion:rect:left=.1:top=.2:width=.3:height=.4:angle=9:oi=1}}")
	f.Add("{{c1,2::image-occlusion:polygon:left=.1:points=1,2 3,4}}")
	f.Add(`<svg width="9" height="9"><g transform="matrix(1 2 3 4 5 6)"><path class="qshape" d="M0 0 h1 v2 H3 V4 l-1-1z"/></g></svg>`)
	p := open(f, painted(f, 16, 9))
	f.Fuzz(func(t *testing.T, source string) {
		shapes, _ := Parse(source, 16, 9)
		drawing, _ := ParseSVG([]byte(source))
		for _, all := range [][]Shape{shapes, drawing} {
			c := Of(all, 1)
			if cost := p.Cost(c); cost < 0 {
				t.Errorf("it costs %d", cost)
			}
			drawn(t, p, c, true)
			Where(c.Asked)
		}
	})
}
