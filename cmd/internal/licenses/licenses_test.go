package licenses

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The notices in the program are those in the tree. That they are of all modules
// in go.mod is checked by .ci/run, which has the modules of every system.
func TestNoticesAreThoseInTheTree(t *testing.T) {
	var got bytes.Buffer
	if err := Write(&got); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("NOTICES.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("they differ: go generate ./cmd/internal/licenses")
	}
	for _, part := range []string{"==== modernc.org/sqlite ", "==== Go's standard library", "Redistribution and use"} {
		if !strings.Contains(got.String(), part) {
			t.Errorf("%q is not in it", part)
		}
	}
}
