package anki

import (
	"math/rand/v2"
	"testing"
)

// A field is found in the same places whether or not what stands around it is looked at
// before it is converted.
func TestShowsWithoutALook(t *testing.T) {
	draw := rand.New(rand.NewPCG(7, 8))
	pieces := []string{"a", "Ä", " ", "\n", "\x01", "<b>", "</b>", "<br>", "</div>", `<div class="x">`, `<i style="display:none">`, "<span hidden>",
		`<img src="a.png">`, "<table><tr><td>", "<select>", "<style>", "</style>", "<!--", "-->", "<", ">", `"`, "&nbsp;", "&auml;",
		"[sound:", "]", "[latex]", "[/latex]", `\(`, `\)`, "<svg>", "</svg>", "\u0301", "\ufdd5", "style=\"", "1. "}
	text := func() (text string) {
		for range draw.IntN(5) {
			text += pieces[draw.IntN(len(pieces))]
		}
		return text
	}
	found := 0
	for range 5000 {
		looks, blind := newImporter(ImportOptions{}), newImporter(ImportOptions{})
		blind.tells = func(string) bool { return false }
		source, field := text()+"casa"+text(), "casa"
		got, want := looks.shows(source, field), blind.shows(source, field)
		if got != want {
			t.Errorf("%q: %t, want %t", source, got, want)
		}
		if want {
			found++
		}
	}
	if found < 250 {
		t.Errorf("only %d are shown alone", found)
	}
}
