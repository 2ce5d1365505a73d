package occlusion

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // is covered, too
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"
)

// Limits of the pictures that are covered.
const (
	MaxBytes  = 8 << 20
	maxPixels = 8 << 20
	longest   = 1600 // pixels of a side of a covered picture
)

// A Picture is one that covers are drawn on.
type Picture struct {
	Width, Height int // as it is shown
	data          []byte
	format        string
	turned        int // as its camera says
	pixels        *image.RGBA
}

// Open reads what a picture is: PNG, JPEG or GIF within limits.
func Open(data []byte) (*Picture, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, errors.New("the picture is not a PNG, JPEG or GIF")
	case len(data) > MaxBytes || config.Width < 1 || config.Height < 1 || config.Width > maxPixels/config.Height:
		return nil, errors.New("the picture is too large")
	}
	p := &Picture{Width: config.Width, Height: config.Height, data: data, format: format, turned: orientation(data)}
	if p.turned > 4 {
		p.Width, p.Height = p.Height, p.Width
	}
	return p, nil
}

// Check reports whether all of the picture can be read.
func (p *Picture) Check() error {
	_, err := p.base()
	return err
}

// Size is the picture without what it shows.
func (p *Picture) Size() *Picture {
	return &Picture{Width: p.Width, Height: p.Height, format: p.format}
}

// Extension is that of what [Picture.Draw] writes.
func (p *Picture) Extension() string {
	if p.format == "jpeg" {
		return ".jpg"
	}
	return ".png"
}

// Cost is how many pixels are looked at to cover the picture, as good as they can be told
// before.
func (p *Picture) Cost(c Covers) int64 {
	cost := 2.0
	for _, s := range slices.Concat(c.Asked, c.Other) {
		low, high := bounds(s.Outline)
		cost += (high.X - low.X) * (high.Y - low.Y)
	}
	w, h := p.size()
	return int64(cost * float64(w) * float64(h))
}

// bounds are the corners of the part of a picture that an outline lies in.
func bounds(outline []Point) (low, high Point) {
	low, high = Point{1, 1}, Point{}
	for _, p := range outline {
		low = Point{max(0, min(low.X, p.X)), max(0, min(low.Y, p.Y))}
		high = Point{min(1, max(high.X, p.X)), min(1, max(high.Y, p.Y))}
	}
	return low, Point{max(low.X, high.X), max(low.Y, high.Y)}
}

// size is that of the covered picture.
func (p *Picture) size() (width, height int) {
	scale := min(1, float64(longest)/float64(max(p.Width, p.Height)))
	return max(1, int(float64(p.Width)*scale)), max(1, int(float64(p.Height)*scale))
}

// Colours of covers: of what is asked for, of what is hidden beside it, and of their rims.
var (
	askedColour = color.RGBA{0xff, 0x8e, 0x8e, 0xff}
	otherColour = color.RGBA{0xff, 0xeb, 0xa2, 0xff}
	rimColour   = color.RGBA{0x21, 0x21, 0x21, 0xff}
	foundColour = color.RGBA{0xe0, 0x20, 0x20, 0xff}
)

// Draw writes the picture with its covers; open, it shows what is asked for with a rim
// around it.
func (p *Picture) Draw(w io.Writer, c Covers, open bool) error {
	base, err := p.base()
	if err != nil {
		return err
	}
	img := &image.RGBA{Pix: slices.Clone(base.Pix), Stride: base.Stride, Rect: base.Rect}
	b := brush{img, maxRims}
	for _, s := range c.Other {
		b.fill(s.Outline, otherColour)
		b.rim(s.Outline, rimColour, 1)
	}
	for _, s := range c.Asked {
		if open {
			b.rim(s.Outline, foundColour, max(2, img.Rect.Dx()/250))
			continue
		}
		b.fill(s.Outline, askedColour)
		b.rim(s.Outline, rimColour, 1)
	}
	if p.format == "jpeg" {
		return jpeg.Encode(w, img, &jpeg.Options{Quality: 80})
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, img)
}

// base is the picture without covers, as large as it is written.
func (p *Picture) base() (*image.RGBA, error) {
	if p.pixels != nil {
		return p.pixels, nil
	}
	img, _, err := image.Decode(bytes.NewReader(p.data))
	if err != nil {
		return nil, errors.New("the picture is damaged")
	}
	whole := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(whole, whole.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(whole, whole.Rect, img, img.Bounds().Min, draw.Over)
	p.pixels = scaled(upright(whole, p.turned), p.size)
	return p.pixels, nil
}

// scaled is a picture made smaller: each pixel is the mean of those that it stands for.
func scaled(img *image.RGBA, size func() (int, int)) *image.RGBA {
	width, height := size()
	if width >= img.Rect.Dx() && height >= img.Rect.Dy() {
		return img
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			r := image.Rect(x*img.Rect.Dx()/width, y*img.Rect.Dy()/height, (x+1)*img.Rect.Dx()/width, (y+1)*img.Rect.Dy()/height)
			small.SetRGBA(x, y, mean(img, r))
		}
	}
	return small
}

func mean(img *image.RGBA, r image.Rectangle) color.RGBA {
	r.Max.X, r.Max.Y = max(r.Max.X, r.Min.X+1), max(r.Max.Y, r.Min.Y+1)
	var sum [3]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			i := img.PixOffset(x, y)
			for k := range sum {
				sum[k] += int(img.Pix[i+k])
			}
		}
	}
	n := r.Dx() * r.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 0xff}
}

// A brush draws on a picture.
type brush struct {
	img  *image.RGBA
	left int // pixels of rims that it may still draw
}

const maxRims = 2 << 20

// fill colours what lies within an outline. Covers hide whole pixels.
func (b *brush) fill(outline []Point, c color.RGBA) {
	low, high := bounds(outline)
	corners := b.pixels(outline)
	width, height := b.img.Rect.Dx(), b.img.Rect.Dy()
	for y := int(low.Y * float64(height)); y < min(height, int(math.Ceil(high.Y*float64(height)))); y++ {
		for _, span := range crossings(corners, float64(y)+0.5) {
			for x := max(0, int(math.Floor(span[0]))); x <= min(width-1, int(math.Ceil(span[1]))); x++ {
				b.img.SetRGBA(x, y, c)
			}
		}
	}
}

// crossings are the stretches of a line that lie within a polygon.
func crossings(corners []Point, y float64) (spans [][2]float64) {
	var at []float64
	for i, p := range corners {
		q := corners[(i+1)%len(corners)]
		if (p.Y <= y) != (q.Y <= y) {
			at = append(at, p.X+(y-p.Y)/(q.Y-p.Y)*(q.X-p.X))
		}
	}
	slices.Sort(at)
	for i := 0; i+1 < len(at); i += 2 {
		spans = append(spans, [2]float64{at[i], at[i+1]})
	}
	return spans
}

// rim draws an outline, so many pixels wide.
func (b *brush) rim(outline []Point, c color.RGBA, width int) {
	corners := b.pixels(outline)
	for i, p := range corners {
		q := corners[(i+1)%len(corners)]
		steps := int(math.Hypot(q.X-p.X, q.Y-p.Y)) + 1
		if b.left -= steps * width * width; b.left < 0 {
			return
		}
		for s := range steps {
			part := float64(s) / float64(steps)
			x, y := int(p.X+part*(q.X-p.X)), int(p.Y+part*(q.Y-p.Y))
			dot := image.Rect(x, y, x+width, y+width).Sub(image.Pt(width/2, width/2)).Intersect(b.img.Rect)
			draw.Draw(b.img, dot, image.NewUniform(c), image.Point{}, draw.Src)
		}
	}
}

// pixels are the corners of an outline in the picture.
func (b *brush) pixels(outline []Point) []Point {
	const far = 2 // a point that lies farther beside the picture lies there
	width, height := float64(b.img.Rect.Dx()), float64(b.img.Rect.Dy())
	corners := make([]Point, len(outline))
	for i, p := range outline {
		corners[i] = Point{min(max(p.X, -far), far) * width, min(max(p.Y, -far), far) * height}
	}
	return corners
}
