package answer_test

import (
	"runtime"
	"strings"
	"testing"

	"kartei/decks/answer"
)

// TestPlainInProportion reads an answer of many code spans with memory in
// proportion to its length.
func TestPlainInProportion(t *testing.T) {
	allocated := func(spans int) uint64 {
		source := strings.Repeat("`x -y` ", spans)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		answer.Plain(source)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(1000), allocated(8000); many > 16*few {
		t.Errorf("1,000 spans take %d bytes, 8,000 take %d", few, many)
	}
}
