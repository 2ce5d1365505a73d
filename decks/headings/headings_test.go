package headings

import (
	"testing"

	"kartei/decks/internal/notebookcase"
)

func TestHeadings(t *testing.T) { notebookcase.Run(t, &Format, "testdata/*.txtar") }

func FuzzHeadings(f *testing.F) { notebookcase.Fuzz(f, &Format, "testdata/*.txtar") }
