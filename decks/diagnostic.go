package decks

import (
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"kartei/decks/syntax"
)

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

	syntax.Span `json:"-"`    // bytes of the file's text that it is about; see [syntax.Problem]
	Other       *syntax.Place `json:"-"` // what else the message speaks of, or nil

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

// Diagnose places the problems of a file. Warnings that a comment in the file
// silences are left out.
func Diagnose(f *syntax.File, problems []syntax.Problem) []Diagnostic {
	var out []Diagnostic
	for _, p := range problems {
		if f.Allowed(p) {
			continue
		}
		d := Diagnostic{File: f.Name, Span: p.Span, Severity: p.Severity, Rule: p.Rule, Message: p.Message,
			Hint: p.Hint, Other: p.Other}
		if f.Lines() > 0 {
			d.Line, d.Column = f.Position(p.Start)
			d.snip(f, p.Span)
		}
		out = append(out, d)
	}
	return out
}

// SortDiagnostics sorts by file, line, column and rule.
func SortDiagnostics(all []Diagnostic) {
	slices.SortStableFunc(all, func(a, b Diagnostic) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		if a.Column != b.Column {
			return a.Column - b.Column
		}
		return strings.Compare(a.Rule, b.Rule)
	})
}

// A snippet shows up to so many graphemes of a line: before the place, and in
// all.
const (
	snippetBefore = 60
	snippetLength = 100
)

// snip cuts the snippet out of the line and measures where the place is in it.
func (d *Diagnostic) snip(f *syntax.File, at syntax.Span) {
	line := f.Line(d.Line - 1)
	at.Start = max(line.Start, min(at.Start, line.End))
	at.End = max(at.Start, min(at.End, line.End))
	before := lastGraphemes(f.Text[max(line.Start, at.Start-8*snippetBefore):at.Start], snippetBefore)
	after := f.Text[at.Start:min(line.End, at.Start+8*snippetLength)]
	head, width := visible(before, 0)
	rest, _ := visible(firstGraphemes(after, snippetLength-snippetBefore), width)
	mark, _ := visible(firstGraphemes(f.Text[at.Start:min(at.End, at.Start+len(after))], snippetLength-snippetBefore),
		width)
	d.Snippet = head + rest
	d.Caret = width
	d.Width = max(1, displaywidth.String(mark))
}

func firstGraphemes(s string, n int) string {
	end := 0
	for g := displaywidth.StringGraphemes(s); n > 0 && g.Next(); n-- {
		end += len(g.Value())
	}
	return s[:end]
}

func lastGraphemes(s string, n int) string {
	total := 0
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		total++
	}
	for g := displaywidth.StringGraphemes(s); total > n && g.Next(); total-- {
		s = s[len(g.Value()):]
	}
	return s
}
