package syntax

import "testing"

// Code and mathematics begin at the first byte of a text as they do elsewhere,
// and not behind a backslash.
func TestOpaqueAtTheBeginning(t *testing.T) {
	for text, want := range map[string]PieceKind{"`a`": Code, "$a$": Math, `\$a$`: Words, "\\`a`": Words} {
		for p := range Pieces(text) {
			if p.Kind != want {
				t.Errorf("%s begins with piece kind %d, want %d", text, p.Kind, want)
			}
			break
		}
	}
}
