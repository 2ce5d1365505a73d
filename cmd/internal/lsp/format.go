package lsp

import (
	"context"
	"strings"

	"kartei/decks/check"
	"kartei/decks/syntax"
)

// format brings the document into the form of `kartei fmt`. One with errors
// stays as it is: what they are is said already.
func (s *Server) format(_ context.Context, d *document, _ documentParams) (any, error) {
	return d.textEdits(formatted(d.text.content)), nil
}

// formatRange is format of the blocks that the range touches.
func (s *Server) formatRange(_ context.Context, d *document, p rangeParams) (any, error) {
	from, to := d.text.offset(p.Range.Start), d.text.offset(p.Range.End)
	var edits []check.Edit
	for _, b := range d.file.Blocks {
		at := b.Extent()
		if at.End < from || at.Start > to {
			continue
		}
		if _, ok := b.(*syntax.Heading); ok {
			continue
		}
		old := strings.TrimRight(d.file.Slice(at), "\r\n")
		if strings.Contains(old, "\r") {
			continue // its line ends are for the whole file to have alike
		}
		for _, e := range formatted(old + "\n") {
			if e.End > len(old) { // the line end behind the block, which stays
				e.End, e.Text = len(old), strings.TrimSuffix(e.Text, "\n")
			}
			edits = append(edits, check.Edit{Span: syntax.Span{Start: at.Start + e.Start, End: at.Start + e.End},
				Text: e.Text})
		}
	}
	return d.textEdits(edits), nil
}

// formatted returns the edits that bring a text into canonical form; none if it
// has errors.
func formatted(text string) []check.Edit {
	out, err := syntax.Format([]byte(text))
	if err != nil {
		return nil
	}
	return changes(text, string(out))
}

func (d *document) textEdits(edits []check.Edit) []textEdit {
	all := []textEdit{}
	for _, e := range edits {
		all = append(all, textEdit{d.text.textRange(e.Start, e.End), e.Text})
	}
	return all
}
