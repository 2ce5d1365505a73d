package occlusion

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
)

var errNoDrawing = errors.New("its covers are not a drawing of shapes")

// ParseSVG reads the shapes of a drawing of the add-on Image Occlusion Enhanced: those
// of class "qshape" are asked for, with number 1. Rectangles, ellipses, circles, polygons
// and straight paths are shapes; a drawing with others is an error, for what they would
// cover would be seen.
func ParseSVG(data []byte) ([]Shape, error) {
	if len(data) > maxSource {
		return nil, ErrLimit
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = true
	var r svgReader
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && r.width > 0 && r.height > 0:
			return r.shapes, nil
		case err != nil:
			return nil, errNoDrawing
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			r.open = r.open[:len(r.open)-1]
		}
	}
}

// An svgReader reads elements one after the other.
type svgReader struct {
	width, height float64
	open          []group // elements around
	shapes        []Shape
}

// A group is an element with others in it.
type group struct {
	asked bool
	moves []func([]Point) // transforms, the outermost first
}

const maxDepth = 20 // of elements within elements

func (r *svgReader) start(e xml.StartElement) error {
	values := map[string]string{}
	for _, a := range e.Attr {
		values[a.Name.Local] = a.Value
	}
	g := group{asked: strings.Contains(values["class"], "qshape")}
	if n := len(r.open); n > 0 {
		g.asked = g.asked || r.open[n-1].asked
		g.moves = append(g.moves, r.open[n-1].moves...)
	}
	moves, err := transforms(values["transform"])
	if err != nil || len(r.open) == maxDepth {
		return errNoDrawing
	}
	g.moves = append(g.moves, moves...)
	r.open = append(r.open, g)
	outline, err := r.outline(e.Name.Local, values)
	if err != nil || len(outline) == 0 {
		return err
	}
	if len(r.shapes) == maxShapes || len(outline) > maxPoints {
		return ErrLimit
	}
	for i := len(g.moves) - 1; i >= 0; i-- {
		g.moves[i](outline)
	}
	for i := range outline {
		outline[i].X, outline[i].Y = outline[i].X/r.width, outline[i].Y/r.height
	}
	s := Shape{Outline: outline, Others: !g.asked}
	if g.asked {
		s.Numbers = []int{1}
	}
	r.shapes = append(r.shapes, s)
	return nil
}

// outline is the outline of an element, in pixels of the drawing; none of one that
// covers nothing.
func (r *svgReader) outline(name string, values map[string]string) ([]Point, error) {
	n := func(name string) float64 { return number(values[name]) }
	if name == "svg" {
		if r.width == 0 {
			r.width, r.height = n("width"), n("height")
		}
		return nil, nil
	}
	if r.width <= 0 || r.height <= 0 {
		return nil, errNoDrawing
	}
	switch name {
	case "rect":
		return rectangle(Point{n("x"), n("y")}, n("width"), n("height")), nil
	case "ellipse":
		return ellipse(Point{n("cx"), n("cy")}, n("rx"), n("ry")), nil
	case "circle":
		return ellipse(Point{n("cx"), n("cy")}, n("r"), n("r")), nil
	case "polygon", "polyline":
		return points(values["points"])
	case "path":
		return path(values["d"])
	case "g", "title", "desc", "defs", "metadata", "text", "tspan", "line":
		return nil, nil // lines and words are labels
	}
	return nil, errNoDrawing
}

// path reads a path of straight lines.
func path(d string) (outline []Point, err error) {
	var at Point
	for d = strings.TrimSpace(d); d != ""; {
		command := d[0]
		end := strings.IndexAny(d[1:], "MmLlHhVvZzCcSsQqTtAa")
		if end < 0 {
			end = len(d) - 1
		}
		steps, err := points(pairs(command, strings.ReplaceAll(d[1:1+end], "-", " -")))
		if err != nil || len(outline)+len(steps) > maxPoints {
			return nil, ErrLimit
		}
		for _, p := range steps {
			switch command {
			case 'M', 'L':
				at = p
			case 'm', 'l':
				at = Point{at.X + p.X, at.Y + p.Y}
			case 'H':
				at.X = p.X
			case 'h':
				at.X += p.X
			case 'V':
				at.Y = p.X
			case 'v':
				at.Y += p.X
			default:
				return nil, errNoDrawing
			}
			outline = append(outline, at)
		}
		if len(steps) == 0 && command != 'Z' && command != 'z' {
			return nil, errNoDrawing
		}
		d = strings.TrimSpace(d[1+end:])
	}
	return outline, nil
}

// pairs makes pairs of the single numbers of a path along one axis.
func pairs(command byte, numbers string) string {
	if strings.IndexByte("HhVv", command) < 0 {
		return numbers
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(numbers, ",", " ")), " 0 ") + " 0"
}

// transforms reads "translate(1,2) rotate(30 10,10) matrix(…)".
func transforms(text string) (moves []func([]Point), err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, " ,\n\t") {
		name, rest, open := strings.Cut(text, "(")
		inner, after, closed := strings.Cut(rest, ")")
		if !open || !closed || len(moves) == maxDepth {
			return nil, errNoDrawing
		}
		var n [6]float64
		numbers := strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ' ' })
		for i, one := range numbers[:min(len(numbers), len(n))] {
			n[i] = number(one)
		}
		switch strings.TrimSpace(name) {
		case "translate":
			moves = append(moves, matrix(1, 0, 0, 1, n[0], n[1]))
		case "rotate":
			sin, cos := math.Sincos(n[0] / 180 * math.Pi)
			x, y := n[1], n[2]
			moves = append(moves, matrix(cos, sin, -sin, cos, x-x*cos+y*sin, y-x*sin-y*cos))
		case "matrix":
			moves = append(moves, matrix(n[0], n[1], n[2], n[3], n[4], n[5]))
		default:
			return nil, errNoDrawing
		}
		text = after
	}
	return moves, nil
}

func matrix(a, b, c, d, e, f float64) func([]Point) {
	return func(outline []Point) {
		for i, p := range outline {
			outline[i] = Point{a*p.X + c*p.Y + e, b*p.X + d*p.Y + f}
		}
	}
}
