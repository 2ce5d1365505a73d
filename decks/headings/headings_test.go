package headings

import (
	"testing"

	"kartei/decks/internal/notebookcase"
)

func TestHeadings(t *testing.T) { notebookcase.Run(t, &Format, "testdata/*.txtar") }
