package check_test

import (
	"strings"
	"testing"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/internal/study"
	"kartei/decks/library"
)

func TestReferenceContains(t *testing.T) {
	text := "Das Kommando in Nor-\nfolk plant für den Nord-\r\n  atlantik.\nVor-\nund Nachteile: die Sicherheits\u00adpolitik, 5 % des\n\n  Budgets. Cafe\u0301."
	r := check.NewReference(text)
	for words, want := range map[string]bool{
		"Norfolk": true, "Nor-folk": true, "in Norfolk plant": true, "Nordatlantik": true, "Vor- und Nachteile": true,
		"Sicherheitspolitik": true, "5 % des Budgets": true, "  5  %\tdes\nBudgets": true, "Café": true,
		"norfolk": false, "Nordsee": false, "6 %": false, "": false, " ": false, "\x00": false,
	} {
		if got := r.Contains(words); got != want {
			t.Errorf("Contains(%q) = %v", words, got)
		}
	}
}

// TestLibraryEvidence looks the evidence of the library's decks up in the study
// that they are about, see package study.
func TestLibraryEvidence(t *testing.T) {
	text := study.Text(t, "the evidence of the library stays unchecked")
	c, err := decks.Compile(library.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	options := check.Options{Against: map[string]*check.Reference{"fes": check.NewReference(text)}}
	for _, d := range check.Run(c, options) {
		t.Errorf("%s:%d: %s", d.File, d.Line, d.Message)
	}
	options.Against["fes"] = check.NewReference(strings.Repeat("something else ", 100))
	if found := check.Run(c, options); len(found) < 100 {
		t.Errorf("in another text only %d are missed", len(found))
	}
}

func BenchmarkReference(b *testing.B) {
	text := strings.Repeat("Das Kommando plant für den Nordatlantik und für Nordeuropa. ", 1<<14)
	b.Run("read 1 MB", func(b *testing.B) {
		for b.Loop() {
			check.NewReference(text)
		}
	})
	r := check.NewReference(text)
	b.Run("look up", func(b *testing.B) {
		for b.Loop() {
			r.Contains("für Nordamerika")
		}
	})
}
