package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The rooms know each other in one direction only: cmd → store → {decks,
// scheduler}. What decides about decks and days does no input and output, and
// knows neither database nor terminal.
func TestImportDirections(t *testing.T) {
	t.Parallel()
	for _, rule := range []struct {
		room      string
		forbidden []string
		why       string
	}{
		{"kartei/decks/...", []string{"kartei/scheduler", "kartei/store", "kartei/cmd"}, "decks know nothing of schedules and collections"},
		{"kartei/scheduler/...", []string{"kartei/decks", "kartei/store", "kartei/cmd", "os", "database/sql", "github.com", "golang.org", "modernc.org"}, "the scheduler is pure, with the standard library only"},
		{"kartei/store/...", []string{"kartei/cmd"}, "the store does not know who asks"},
		{"kartei/decks", []string{"os", "database/sql", "net"}, "a deck is data: it can open nothing"},
		{"kartei/decks/library", []string{"kartei"}, "the library is only text"},
	} {
		own := strings.TrimSuffix(rule.room, "/...")
		for _, p := range packages(t) {
			if p.ImportPath != own && !(strings.HasSuffix(rule.room, "/...") && below(p.ImportPath, own)) {
				continue
			}
			for _, dep := range p.Imports {
				if !below(dep, own) && slices.ContainsFunc(rule.forbidden, func(f string) bool { return below(dep, f) }) {
					t.Errorf("%s imports %s: %s", p.ImportPath, dep, rule.why)
				}
			}
		}
	}
}

// The rooms of the store stand on each other: each imports only what is before it
// here. A new room is given its place.
func TestRoomsOfTheStore(t *testing.T) {
	t.Parallel()
	rooms := []string{
		"plainfile", "atomicfile", "progress", "journal", // no SQL
		"place", "place/folder", "place/placetest", "place/s3", "place/sealed",
		"sqlite", "migrations", "table", "content", "edition", "highwater", // no collection
		"queue", "backup", "doctor", "transfer", "segment", "exchange",
		"", // the collection
	}
	floor := func(path string) int {
		return slices.Index(rooms, strings.TrimPrefix(strings.TrimPrefix(path, "kartei/store"), "/"))
	}
	seen := 0
	for _, p := range packages(t) {
		if !below(p.ImportPath, "kartei/store") {
			continue
		}
		seen++
		here := floor(p.ImportPath)
		if here < 0 {
			t.Errorf("%s is a room without a place: give it one in this test", p.ImportPath)
		}
		for _, dep := range p.Imports {
			if below(dep, "kartei/store") && floor(dep) >= here {
				t.Errorf("%s imports %s, which stands on it or beside it", p.ImportPath, dep)
			}
		}
		if slices.Contains(p.Imports, "database/sql") && here < floor("kartei/store/sqlite") {
			t.Errorf("%s imports database/sql, and is below the room that opens databases", p.ImportPath)
		}
	}
	inner := []string{"sqlite", "migrations", "table", "content", "edition", "highwater"} // of the store alone
	for _, p := range packages(t) {
		for _, dep := range p.Imports {
			if below(p.ImportPath, "kartei/cmd") && slices.Contains(inner, strings.TrimPrefix(dep, "kartei/store/")) {
				t.Errorf("%s imports %s, which is the store's own", p.ImportPath, dep)
			}
		}
	}
	if seen != len(rooms) {
		t.Errorf("the store has %d rooms, %d of them have a place", seen, len(rooms))
	}
}

// What libraries drag in counts, too: it is in the program.
func TestLibrariesDragInNothingElse(t *testing.T) {
	t.Parallel()
	network := []string{"net/http", "crypto/tls", "github.com/minio"}
	for _, rule := range []struct {
		room      string
		forbidden []string
		why       string
	}{
		{"kartei/cmd/kartei", []string{"net/rpc", "plugin", "expvar", "testing", "go/types"}, "the program serves and loads nothing, and these are large"},
		{"kartei/store", network, "only a place that the user named is asked over a network"},
		{"kartei/cmd/internal/review", network, "only a place that the user named is asked over a network"},
		{"kartei/store/place/folder", network, "a folder is not in a network, as far as we know"},
		{"kartei/decks", []string{"net", "database/sql", "os/exec", "html/template", "text/template", "modernc.org"}, "a deck is data: it can open and run nothing"},
		{"kartei/scheduler/session", []string{"net", "database/sql", "os/exec", "github.com", "golang.org", "modernc.org"}, "the scheduler needs the standard library only"},
		{"kartei/store/journal", []string{"net", "database/sql", "os/exec", "github.com", "golang.org", "modernc.org"}, "the log is pure"},
		{"kartei/store/queue", []string{"kartei/decks", "github.com/yuin", "github.com/clipperhouse"}, "a queue knows no texts"},
		{"kartei/store/doctor", []string{"kartei/decks", "github.com/yuin", "github.com/clipperhouse"}, "the doctor asks the collection about texts"},
	} {
		for dep, by := range dependencies(t, rule.room) {
			if dep == "kartei/decks/shorthash" { // which makes names, of anything
				continue
			}
			if slices.ContainsFunc(rule.forbidden, func(f string) bool { return below(dep, f) }) {
				t.Errorf("%s depends on %s by way of %s: %s", rule.room, dep, strings.Join(by, " → "), rule.why)
			}
		}
	}
}

// below reports whether a package is another, or in a folder below it.
func below(path, outer string) bool { return path == outer || strings.HasPrefix(path, outer+"/") }

// A goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
	ImportMap  map[string]string // where an import is another than it seems
}

// packages are all that the program and the rooms consist of, by their paths.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if len(all) < 100 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	return all
}

var listed = sync.OnceValues(func() (map[string]goPackage, error) {
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,ImportMap", "kartei/...").Output()
	if err != nil {
		return nil, err
	}
	all := map[string]goPackage{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
})

// dependencies are the packages on which a package depends, with a way to each.
func dependencies(t *testing.T, of string) map[string][]string {
	t.Helper()
	all := packages(t)
	ways := map[string][]string{of: nil}
	for next := []string{of}; len(next) > 0; next = next[1:] {
		p := all[next[0]]
		for _, dep := range p.Imports {
			if to := p.ImportMap[dep]; to != "" {
				dep = to
			}
			if _, ok := ways[dep]; !ok {
				ways[dep] = append(slices.Clone(ways[p.ImportPath]), p.ImportPath)
				next = append(next, dep)
			}
		}
	}
	if len(ways) < 2 {
		t.Fatalf("%s depends on nothing", of)
	}
	return ways
}

// No replacement of a module: it would break `go install`.
func TestNoReplace(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-m", "-f", "{{if .Replace}}{{.Path}}{{end}}", "all").CombinedOutput()
	if err != nil {
		t.Fatalf("go list -m all: %v\n%s", err, out)
	}
	if replaced := strings.TrimSpace(string(out)); replaced != "" {
		t.Errorf("replaced: %s", replaced)
	}
}
