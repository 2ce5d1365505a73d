package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// askedAnew are facts that said what another fact of the deck says, too, and ask something
// else now: their cards begin anew.
var askedAnew = map[string]bool{"fast-reaction": true, "why-democracy": true}

// A learner who used the decks of the library when each was one loses nothing by their
// being divided. The collection, and what was said of its cards that day, were made by
// the program of 30 November 2026: answers of two weeks, an exam, limits, and cards that
// were suspended, buried and flagged.
func TestLibraryDivided(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	l.env = append(l.env, "KARTEI_NOW=2026-11-13T09:00:00Z", "KARTEI_COLLECTION=old.db")
	unzip(t, "testdata/library-whole.db.gz", filepath.Join(l.home, "old.db"))
	type card struct {
		Deck      string  `json:"deck"`
		Fact      string  `json:"fact"`
		Card      string  `json:"card"`
		State     string  `json:"state"`
		Due       string  `json:"due"`
		Interval  int     `json:"interval_days"`
		Stability float64 `json:"stability"`
		Reps      int     `json:"reps"`
		Lapses    int     `json:"lapses"`
		Suspended bool    `json:"suspended"`
		Flag      int     `json:"flag"`
	}
	parse := func(text string) map[string]card {
		all := map[string]card{}
		for line := range strings.Lines(text) {
			var c card
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			if askedAnew[c.Fact] {
				continue
			}
			c.Deck, _, _ = strings.Cut(c.Deck, "/")
			all[strings.Join([]string{c.Deck, c.Fact, c.Card}, " ")] = c
		}
		return all
	}
	was, err := os.ReadFile("testdata/library-whole.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	now := l.run("cards", "--json", "deck:nato-* (-is:new or is:suspended or is:flagged or is:buried)")
	if diff := cmp.Diff(parse(string(was)), parse(now)); diff != "" {
		t.Errorf("cards before (-) and after (+):\n%s", diff)
	}
	var today struct {
		Decks []struct {
			Name                           string
			Cards, New, Due, Retired, Left int
		}
	}
	if err := json.Unmarshal([]byte(l.run("--json")), &today); err != nil {
		t.Fatal(err)
	}
	counts := map[string]string{}
	for _, d := range today.Decks {
		counts[d.Name] = fmt.Sprintf("%d new, %d due, %d retired", d.New, d.Due, d.Retired)
	}
	for deck, want := range map[string]string{"nato-en": "29 new, 20 due, 2 retired", "nato-de": "6 new, 2 due, 2 retired"} {
		if counts[deck] != want {
			t.Errorf("%s: %s; want %s", deck, counts[deck], want)
		}
	}
	var options struct {
		New     int
		Reviews int
		Exam    string
	}
	if err := json.Unmarshal([]byte(l.run("decks", "options", "nato-en/more", "--json")), &options); err != nil {
		t.Fatal(err)
	}
	if options.New != 12 || options.Reviews != 90 || options.Exam != "2026-12-15" {
		t.Errorf("the options of nato-en do not hold below it: %+v", options)
	}
	if said := l.run("doctor"); !strings.Contains(said, "healthy") {
		t.Errorf("doctor: %s", said)
	}
}

// unzip unpacks a compressed file.
func unzip(t *testing.T, from, to string) {
	t.Helper()
	f, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err := errors.Join(err, os.WriteFile(to, text, 0o600)); err != nil {
		t.Fatal(err)
	}
}
