package mediafile

import (
	"github.com/yuin/goldmark/ast"

	"kartei/decks/markdown"
)

// Named returns the addresses of the pictures in a text, and of what its words lead to,
// in order, but for those on the network.
func Named(text string) (addresses []string) {
	tree := markdown.Parse([]byte(text))
	if tree == nil {
		return nil
	}
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		address := ""
		switch n := n.(type) {
		case *ast.Image:
			address = string(n.Destination)
		case *ast.Link:
			address = string(n.Destination)
		}
		if entering && address != "" && !markdown.OnTheWeb(address) {
			addresses = append(addresses, address)
		}
		return ast.WalkContinue, nil
	})
	return addresses
}
