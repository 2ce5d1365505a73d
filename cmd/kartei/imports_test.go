package main

import (
	"os/exec"
	"strings"
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
		{"kartei/scheduler/...", []string{"kartei/decks", "kartei/store", "kartei/cmd", "os", "database/sql", "github.com/", "golang.org/", "modernc.org/"}, "the scheduler is pure, with the standard library only"},
		{"kartei/store/...", []string{"kartei/cmd"}, "the store does not know who asks"},
		{"kartei/store/journal", []string{"database/sql", "os", "kartei/decks", "github.com/", "golang.org/", "modernc.org/"}, "what a row of the log means needs no SQL"},
		{"kartei/decks", []string{"os", "database/sql", "net"}, "a deck is data: it can open nothing"},
		{"kartei/decks/library", []string{"kartei/"}, "the library is only text"},
	} {
		for _, dep := range deps(t, rule.room) {
			for _, f := range rule.forbidden {
				own := strings.TrimSuffix(rule.room, "/...")
				if strings.HasPrefix(dep, own) {
					continue
				}
				if dep == f || strings.HasPrefix(dep, strings.TrimSuffix(f, "/")+"/") {
					t.Errorf("%s imports %s: %s", rule.room, dep, rule.why)
				}
			}
		}
	}
}

// The rooms of the store stand on floors: each knows only rooms below its own.
var storeFloors = [][]string{
	{"plainfile", "atomicfile", "progress", "journal"}, // files; what the log means, without SQL
	{"sqlite"}, // a database file, transactions, statements
	{"table", "migrations", "content", "highwater"}, // what the tables hold
	{"queue", "backup", "doctor", "transfer"},       // each with one job
	{""}, // the collection
}

func TestStoreFloors(t *testing.T) {
	t.Parallel()
	floors := map[string]int{}
	for floor, rooms := range storeFloors {
		for _, room := range rooms {
			floors[strings.TrimSuffix("kartei/store/"+room, "/")] = floor
		}
	}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "kartei/store/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		room := strings.Fields(line)
		floor, known := floors[room[0]]
		if !known {
			t.Errorf("%s stands on no floor of the store: say on which", room[0])
			continue
		}
		for _, dep := range room[1:] {
			if below, ok := floors[dep]; ok && below >= floor {
				t.Errorf("%s, on floor %d, imports %s, on floor %d", room[0], floor, dep, below)
			}
		}
	}
}

// deps are the packages of this module that a room imports, and what it imports
// itself of others.
func deps(t *testing.T, room string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{join .Imports \"\\n\"}}", room).CombinedOutput()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", room, err, out)
	}
	return strings.Fields(string(out))
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
