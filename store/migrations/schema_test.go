package migrations

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the digests of the schemas")

// TestSchemasAreKnown holds that opening a collection compares its schema with a
// digest that is written down; -update writes that of the newest.
func TestSchemasAreKnown(t *testing.T) {
	var want strings.Builder
	for version := 1; version <= Newest(); version++ {
		made, err := newSchema(t.Context(), version)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "%d %s\n", version, made.digest())
	}
	if *update {
		if err := os.WriteFile(digestsFile, []byte(want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := fs.ReadFile(embedded, digestsFile); err != nil || string(got) != want.String() {
		t.Errorf("%s is not up to date (%v): go test ./store/migrations -update", digestsFile, err)
	}
}
