package lsp

import (
	"path/filepath"

	"kartei/decks"
)

// translate places a diagnostic of a file in its folder for the client.
func (w *workspace) translate(t *text, f *folder, d decks.Diagnostic) diagnostic {
	end := max(d.End, d.Start)
	if end == d.Start { // something is missing there: let one character show it
		if p := t.position(d.Start); t.offset(position{p.Line, p.Character + 1}) > end {
			end = t.offset(position{p.Line, p.Character + 1})
		}
	}
	out := diagnostic{Range: t.textRange(d.Start, end), Severity: severityOf(d.Severity), Code: d.Rule,
		Source: "kartei", Message: d.Message}
	if d.Hint != "" {
		out.Message += "\n" + d.Hint
	}
	if d.Other != nil {
		line := position{Line: d.Other.Line - 1}
		out.Related = []relatedInformation{{
			Location: location{uriOf(filepath.Join(f.root, filepath.FromSlash(d.Other.File))), textRange{line, line}},
			Message:  "this is the other one",
		}}
	}
	return out
}
