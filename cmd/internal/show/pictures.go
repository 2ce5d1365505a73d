package show

import (
	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
)

// A Picture is one that a text of a card shows as "[picture: …]", or what its words
// lead to.
type Picture struct {
	Alt     string // clean, on one line
	Address string // as written; a path within the deck's folder, or a URL
}

// Pictures returns the pictures of a text, in order.
func Pictures(source string) []Picture {
	return find(source, func(l *layout, n ast.Node) (Picture, bool) {
		image, ok := n.(*ast.Image)
		if !ok {
			return Picture{}, false
		}
		return Picture{Line(l.alt(image)), string(image.Destination)}, true
	})
}

// Links returns what the words of a text lead to, in order.
func Links(source string) []Picture {
	return find(source, func(l *layout, n ast.Node) (Picture, bool) {
		link, ok := n.(*ast.Link)
		if !ok {
			return Picture{}, false
		}
		return Picture{Line(l.alt(link)), string(link.Destination)}, true
	})
}

func find(source string, want func(*layout, ast.Node) (Picture, bool)) []Picture {
	l := layout{source: []byte(source)}
	tree := markdown.Parse(l.source)
	if tree == nil {
		return nil
	}
	var found []Picture
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if p, ok := want(&l, n); ok && entering {
			found = append(found, p)
		}
		return ast.WalkContinue, nil
	})
	return found
}
