package show

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// A Picture is one that a text of a card shows as "[picture: …]".
type Picture struct {
	Alt     string // clean, on one line
	Address string // as written; a path within the deck's folder, or a URL
}

// Pictures gives the pictures of a text, in order.
func Pictures(source string) []Picture {
	if hostile(source) {
		return nil
	}
	l := layout{source: []byte(source)}
	var pictures []Picture
	ast.Walk(markdown().Parse(text.NewReader(l.source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if image, ok := n.(*ast.Image); ok && entering {
			pictures = append(pictures, Picture{Line(l.alt(image)), string(image.Destination)})
		}
		return ast.WalkContinue, nil
	})
	return pictures
}
