package obsidian

import (
	"testing"

	"kartei/decks/internal/notebookcase"
)

func TestSpacedRepetition(t *testing.T) {
	notebookcase.Run(t, &SpacedRepetition, "testdata/sr-*.txtar")
}

func TestToAnki(t *testing.T) { notebookcase.Run(t, &ToAnki, "testdata/anki-*.txtar") }
