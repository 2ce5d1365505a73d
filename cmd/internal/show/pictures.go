package show

import (
	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
)

// A Picture is one that a text of a card shows as "[picture: …]".
type Picture struct {
	Alt     string // clean, on one line
	Address string // as written; a path within the deck's folder, or a URL
}

// Pictures returns the pictures of a text, in order.
func Pictures(source string) []Picture {
	l := layout{source: []byte(source)}
	tree := markdown.Parse(l.source)
	if tree == nil {
		return nil
	}
	var pictures []Picture
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if image, ok := n.(*ast.Image); ok && entering {
			pictures = append(pictures, Picture{Line(l.alt(image)), string(image.Destination)})
		}
		return ast.WalkContinue, nil
	})
	return pictures
}
