package occlusion

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
)

// Limits of what is read as covers.
const (
	maxSource = 256 << 10 // bytes of a field or a drawing
	maxShapes = 500
	maxPoints = 200 // of a shape
)

// ErrLimit is the error of more shapes than anyone draws.
var ErrLimit = errors.New("its covers are too many or too large")

// A Point is a place in a picture, in parts of its width and height.
type Point struct{ X, Y float64 }

// A Shape covers a part of a picture, or is a label on it.
type Shape struct {
	Numbers []int   // of the cards that ask for it, from 1; none: it belongs to all
	Others  bool    // it is covered on the cards of other shapes, too
	Outline []Point // none for a label
	Text    string  // of a label
}

// Has reports whether a card asks for the shape.
func (s *Shape) Has(number int) bool { return slices.Contains(s.Numbers, number) }

// Covers says which shapes cover a picture.
type Covers struct {
	Asked []Shape // what the card asks for
	Other []Shape // what it hides beside
}

// Of returns what covers a picture that asks for a number, among its shapes.
func Of(shapes []Shape, number int) (c Covers) {
	for _, s := range shapes {
		switch {
		case len(s.Outline) == 0:
		case s.Has(number):
			c.Asked = append(c.Asked, s)
		case s.Others:
			c.Other = append(c.Other, s)
		}
	}
	return c
}

// field is a shape in a field of Anki's: "{{c1::image-occlusion:rect:left=.1:…}}".
var field = lazyregexp.New(`\{\{c(\d+(?:,\d+)*)::image-occlusion:((?:[^{}\\]|\\.)*)\}\}`)

// Parse reads the shapes of a field of Anki's about a picture of so many pixels: angles
// are those of pixels. What it does not know is left out.
func Parse(source string, width, height int) ([]Shape, error) {
	if len(source) > maxSource {
		return nil, ErrLimit
	}
	var shapes []Shape
	for _, m := range field.FindAllStringSubmatch(source, maxShapes+1) {
		s, err := parseShape(m[2], float64(width), float64(height))
		switch {
		case err != nil:
			return nil, err
		case len(s.Outline) == 0 && s.Text == "":
			continue
		case len(shapes) == maxShapes:
			return nil, ErrLimit
		}
		for number := range strings.SplitSeq(m[1], ",") {
			if n, err := strconv.Atoi(number); err == nil && n > 0 {
				s.Numbers = append(s.Numbers, n)
			}
		}
		shapes = append(shapes, s)
	}
	return shapes, nil
}

// parseShape reads "rect:left=.1:top=.2:width=.3:height=.4:angle=1250:oi=1".
func parseShape(text string, width, height float64) (s Shape, err error) {
	parts := splitEscaped(text)
	values := map[string]string{}
	for _, part := range parts[1:] {
		if name, value, ok := strings.Cut(part, "="); ok {
			values[name] = value
		}
	}
	number := func(name string) float64 { return number(values[name]) }
	s.Others = values["oi"] == "1"
	at := Point{number("left"), number("top")}
	switch parts[0] {
	case "rect":
		s.Outline = rectangle(at, number("width"), number("height"))
	case "ellipse":
		rx, ry := number("rx"), number("ry")
		s.Outline = ellipse(Point{at.X + rx, at.Y + ry}, rx, ry)
	case "polygon":
		if s.Outline, err = points(values["points"]); err != nil {
			return s, err
		}
		move(s.Outline, at) // its points count among themselves
		return s, nil
	case "text":
		s.Text = strings.Join(strings.Fields(values["text"]), " ")
		return s, nil
	default:
		return s, nil
	}
	const steps = 10_000 // of a whole turn
	turn(s.Outline, at, number("angle")/steps*2*math.Pi, width, height)
	return s, nil
}

// splitEscaped parts a text at its colons, of which those behind a backslash are text.
func splitEscaped(text string) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			part.WriteByte(text[i])
		case c == ':':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, part.String())
}

// number reads a number; what is none, or is beyond all pictures, is 0 or as far as can be.
func number(text string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), "px"), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || math.IsNaN(n) {
		return 0
	}
	return min(max(n, -1e5), 1e5)
}

func rectangle(at Point, width, height float64) []Point {
	if width == 0 || height == 0 {
		return nil
	}
	return []Point{at, {at.X + width, at.Y}, {at.X + width, at.Y + height}, {at.X, at.Y + height}}
}

func ellipse(middle Point, rx, ry float64) []Point {
	if rx == 0 || ry == 0 {
		return nil
	}
	const corners = 48
	outline := make([]Point, corners)
	for i := range outline {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		outline[i] = Point{middle.X + rx*cos, middle.Y + ry*sin}
	}
	return outline
}

// points reads "x,y x,y": numbers by twos, whatever parts them.
func points(text string) ([]Point, error) {
	numbers := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
	if len(numbers) > 2*maxPoints {
		return nil, ErrLimit
	}
	var outline []Point
	for i := 0; i+1 < len(numbers); i += 2 {
		outline = append(outline, Point{number(numbers[i]), number(numbers[i+1])})
	}
	return outline, nil
}

// move brings the upper left corner around an outline to a place.
func move(outline []Point, to Point) {
	corner := Point{math.Inf(1), math.Inf(1)}
	for _, p := range outline {
		corner = Point{min(corner.X, p.X), min(corner.Y, p.Y)}
	}
	for i := range outline {
		outline[i].X += to.X - corner.X
		outline[i].Y += to.Y - corner.Y
	}
}

// turn turns an outline around a point, by an angle of pixels.
func turn(outline []Point, around Point, angle, width, height float64) {
	if angle == 0 {
		return
	}
	sin, cos := math.Sincos(angle)
	for i, p := range outline {
		x, y := (p.X-around.X)*width, (p.Y-around.Y)*height
		outline[i] = Point{around.X + (x*cos-y*sin)/width, around.Y + (x*sin+y*cos)/height}
	}
}

// Where says in words where a picture is covered.
func Where(asked []Shape) string {
	var middle Point
	count := 0.0
	for _, s := range asked {
		for _, p := range s.Outline {
			middle.X, middle.Y, count = middle.X+p.X, middle.Y+p.Y, count+1
		}
	}
	if count == 0 {
		return ""
	}
	third := func(at float64) int { return min(max(int(at/count*3), 0), 2) }
	return [3][3]string{
		{"at the top left", "at the top", "at the top right"},
		{"on the left", "in the middle", "on the right"},
		{"at the bottom left", "at the bottom", "at the bottom right"},
	}[third(middle.Y)][third(middle.X)]
}
