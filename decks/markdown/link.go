package markdown

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// LinksOut reports whether an address may become a link in anything that
// Kartei writes: it leads into the web or to a mailbox. What any other scheme
// does is up to the program that shows it, so that of others only the words
// remain.
func LinksOut(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto")
}

// OnTheWeb reports whether an address is that of a page or picture on the web.
func OnTheWeb(address string) bool {
	return LinksOut(address) && !strings.HasPrefix(strings.ToLower(address), "mailto:")
}

// Address returns where an automatic link leads: "<a@b.org>" to a mailbox.
func Address(n *ast.AutoLink, source []byte) string {
	address := string(n.URL(source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	return address
}
