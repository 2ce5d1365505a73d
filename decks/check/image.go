package check

import (
	"strings"

	"kartei/decks"
)

// An image is one `![alt](address "title")` of a text.
type image struct{ alt, address string }

// images finds the images of a Markdown text, but for what stands in code.
func images(s string) []image {
	if !strings.Contains(s, "![") {
		return nil
	}
	var found []image
	sc := scanner{s: s}
	for sc.at < len(s) {
		switch {
		case s[sc.at] == '`':
			sc.whole(nil, sc.run('`'), code)
		case s[sc.at] == '\\':
			sc.at += 2
		case strings.HasPrefix(s[sc.at:], "!["):
			found = sc.image(found)
		default:
			sc.at++
		}
	}
	return found
}

func (sc *scanner) image(found []image) []image {
	from := sc.at + 2
	middle := sc.find(from, "](")
	end := -1
	if middle >= 0 {
		end = sc.find(middle+2, ")")
	}
	sc.at = from
	if end < 0 || strings.Contains(sc.s[from:middle], "\n\n") {
		return found
	}
	sc.at = end + 1
	address := strings.TrimSpace(sc.s[middle+2 : end])
	if inner, ok := strings.CutPrefix(address, "<"); ok {
		address, _, _ = strings.Cut(inner, ">")
	} else if before, _, ok := strings.Cut(address, " "); ok {
		address = before
	}
	return append(found, image{strings.TrimSpace(sc.s[from:middle]), address})
}

// texts calls f with every text of a card that may show an image, in the order
// in which they are shown.
func texts(c *decks.Card, f func(string)) {
	f(c.Prompt)
	f(c.Hint)
	f(c.Answer)
	for _, item := range c.Items {
		f(item)
	}
	for _, o := range c.Options {
		f(o.Text)
		f(o.Why)
	}
	f(c.Note)
}

// cardImages are the images of a card, in the order in which they are shown, at
// most [mostCompared].
func cardImages(c *decks.Card) []image {
	var found []image
	texts(c, func(s string) { found = append(found, images(s)...) })
	return found[:min(len(found), mostCompared)]
}
