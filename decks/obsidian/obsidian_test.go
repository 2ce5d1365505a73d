package obsidian

import (
	"testing"

	"kartei/decks/internal/notebookcase"
)

func TestSpacedRepetition(t *testing.T) {
	notebookcase.Run(t, &SpacedRepetition, "testdata/sr-*.txtar")
}

func TestToAnki(t *testing.T) { notebookcase.Run(t, &ToAnki, "testdata/anki-*.txtar") }

func FuzzSpacedRepetition(f *testing.F) {
	notebookcase.Fuzz(f, &SpacedRepetition, "testdata/sr-*.txtar")
}

func FuzzToAnki(f *testing.F) { notebookcase.Fuzz(f, &ToAnki, "testdata/anki-*.txtar") }
