package decks

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Render prints diagnostics for people: the place, what is
// wrong, the line, and below it what to do. Nothing of a file reaches w that
// could steer a terminal.
func Render(w io.Writer, diagnostics []Diagnostic) error {
	out := bufio.NewWriter(w)
	for i := range diagnostics {
		diagnostics[i].render(out)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print diagnostics: %w", err)
	}
	return nil
}

func (d *Diagnostic) render(w *bufio.Writer) {
	file, _ := visible(d.File, 0)
	message, _ := visible(d.Message, 0)
	hint, _ := visible(d.Hint, 0)
	if d.Line == 0 {
		fmt.Fprintf(w, "%s: %s: %s [%s]\n", file, d.Severity, message, d.Rule)
		if hint != "" {
			fmt.Fprintf(w, "      | %s\n", hint)
		}
		return
	}
	fmt.Fprintf(w, "%s:%d:%d: %s: %s [%s]\n", file, d.Line, d.Column, d.Severity, message, d.Rule)
	fmt.Fprintf(w, "%s\n", strings.TrimRight(fmt.Sprintf("%5d | %s", d.Line, d.Snippet), " "))
	fmt.Fprintf(w, "%s\n", strings.TrimRight(fmt.Sprintf("      | %*s%s %s", d.Caret,
		"", strings.Repeat("^", d.Width), hint), " "))
}

// visible makes a line safe to print and gives its width on a terminal: tabs
// become spaces, controls and other invisible characters a sign that stands
// for them. The line begins at the given terminal column.
func visible(s string, column int) (string, int) {
	var out strings.Builder
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		part := g.Value()
		if part == "\t" {
			part = strings.Repeat(" ", 4-column%4)
		} else {
			part = printable(part)
		}
		out.WriteString(part)
		column += displaywidth.String(part)
	}
	return out.String(), column
}

// printable replaces what is not graphic in a grapheme. The joiners of scripts
// and emoji stay where something is before them.
func printable(grapheme string) string {
	clean := true
	for _, r := range grapheme {
		clean = clean && r != utf8.RuneError && unicode.IsGraphic(r)
	}
	if clean {
		return grapheme
	}
	var out strings.Builder
	for i, r := range grapheme {
		switch {
		case r < ' ':
			out.WriteRune('\u2400' + r)
		case r == 0x7f:
			out.WriteRune('\u2421')
		case i > 0 && (r == '\u200c' || r == '\u200d'), unicode.IsGraphic(r):
			out.WriteRune(r)
		default:
			out.WriteRune(utf8.RuneError)
		}
	}
	return out.String()
}
