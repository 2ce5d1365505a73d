package decks

import "kartei/decks/syntax"

// A Diagnostic is a problem as an author sees it: with its place in lines and
// columns and the line itself.
type Diagnostic struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`   // 1-based; 0 if it is about the file as a whole
	Column   int      `json:"column"` // 1-based, in graphemes; 0 without a line
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint"`

	Snippet string `json:"-"` // the line, or the part of a long one around the place; safe to print
	Caret   int    `json:"-"` // terminal columns of the snippet before the place
	Width   int    `json:"-"` // terminal columns that the problem takes up in the snippet, at least 1
}

// Severity says whether a problem stops its deck from being compiled.
type Severity = syntax.Severity

// An error stops the deck, a warning never does.
const (
	Warning = syntax.Warning
	Error   = syntax.Error
)
