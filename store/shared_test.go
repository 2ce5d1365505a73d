package store

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/journal"
)

// A collection of the version before, and the export that it wrote: what was set there
// stands in rows of the log afterwards, and no card is due on another day or at
// another time.
func TestWhatWasSetBeforeIsInTheLog(t *testing.T) {
	dues, err := os.ReadFile("testdata/settings-8.dues")
	if err != nil {
		t.Fatal(err)
	}
	migrated := filepath.Join(t.TempDir(), "collection.db")
	unpack(t, "testdata/settings-8.db.gz", migrated)
	imported := newStore(t)
	f, err := os.Open("testdata/export-1.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(text, []byte(`"name":"retention","value":"0.85"`), []byte(`"name":"retention","value":"0.95"`), 1)
	if err := newStore(t).Import(t.Context(), bytes.NewReader(changed)); err == nil {
		t.Error("an export of before was imported that its digest does not fit")
	}
	if err := imported.Import(t.Context(), bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Store{"migrated": openTest(t, migrated), "imported": imported} {
		healthy(t, s)
		// A file of before does not say when cards are due that options had planned anew: where
		// chance had chosen, what it chooses from may have become another day since.
		slack := map[string]int{"imported": 1}[name]
		for line := range strings.Lines(string(dues)) {
			var id string
			var state, step, day int
			var due int64
			if _, err := fmt.Sscanf(line, "%s state %d step %d due %d day %d", &id, &state, &step, &due, &day); err != nil {
				t.Fatal(err)
			}
			c, err := s.Card(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if off := int(c.DueDay) - day; int(c.State) != state || int(c.Step) != step || c.Memory.Due != due || off < -slack || off > slack {
				t.Errorf("%s: %s is due %d, on day %d, in state %d; it was: %s", name, id, c.Memory.Due, c.DueDay, c.State, line)
			}
		}
		set := map[string]map[string]string{}
		for _, scope := range []string{"", "maths", "more", "more/letters"} {
			if set[scope], err = s.Settings(t.Context(), scope); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(map[string]map[string]string{
			"": {"new": "7", "retention": "0.8", "max-interval": "30"}, "maths": {"retention": "0.85"},
			"more": {"reviews": "30", "steps": "none"}, "more/letters": {"steps": "5m 1h"},
		}, set); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !mustDeck(t, s, "away").Archived || mustDeck(t, s, "maths").Archived {
			t.Errorf("%s: other decks are put away", name)
		}
		if s.Calendar().Rollover != 5*time.Hour {
			t.Errorf("%s: days turn at %v", name, s.Calendar().Rollover)
		}
		if rows, err := s.Undo(t.Context(), at(30, 0)); err != nil || rows[0].Kind == journal.KindOption || rows[0].Kind == journal.KindArchive {
			t.Errorf("%s: undo takes back what nobody did: %v %v", name, rows, err)
		}
	}
}

// What is set is a cache of the log: doctor finds what differs, and a repair mends it.
func TestSettingsAreWhatTheLogSays(t *testing.T) {
	for name, spoil := range map[string]string{
		"another value": `UPDATE options SET value = '6' WHERE name = 'new'`,
		"none":          `DELETE FROM options`,
		"one more":      `INSERT INTO options (deck, folder, name, value) VALUES ('', 'lang', 'new', '1')`,
		"archived":      `UPDATE decks SET shelved = 1 - shelved`,
	} {
		s := newStore(t)
		apply(t, s, deck("maths", 2), deck("away", 2))
		if err := s.Set(t.Context(), "maths", map[string]string{"new": "5"}, at(0, 0)); err != nil {
			t.Fatal(err)
		}
		if err := s.Archive(t.Context(), mustDeck(t, s, "away"), true, at(0, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.ExecContext(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		report, err := s.Doctor(t.Context(), false)
		if err != nil || len(report.Findings) == 0 || report.Findings[0].Check != "settings" {
			t.Fatalf("%s: %v %v", name, report.Findings, err)
		}
		if _, err := s.Repair(t.Context(), report, at(1, 0)); err != nil {
			t.Fatal(err)
		}
		healthy(t, s)
		if o, err := s.Options(t.Context(), "maths"); err != nil || o.New != 5 || !mustDeck(t, s, "away").Archived || mustDeck(t, s, "maths").Archived {
			t.Errorf("%s: mended to %v %v", name, o.New, err)
		}
	}
}

// Options go with a deck, whatever it is called, and wait for one that is not here yet.
func TestOptionsNameDecksByTheirIdentity(t *testing.T) {
	s := newStore(t)
	d := deck("geo", 1)
	apply(t, s, d, deck("lang/one", 1))
	set := func(scope string, values map[string]string) {
		t.Helper()
		if err := s.Set(t.Context(), scope, values, at(0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	set("geo", map[string]string{"new": "3"})
	set("lang", map[string]string{"new": "4"})
	if err := s.Archive(t.Context(), mustDeck(t, s, "geo"), true, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	if err := s.Export(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	// As on a machine that has the log and no deck of it.
	var log []string
	for _, line := range strings.SplitAfter(all.String(), "\n") {
		if strings.HasPrefix(line, `{"row"`) {
			log = append(log, line)
		}
	}
	if len(log) != 5 { // and the texts of two decks
		t.Fatalf("the log: %s", log)
	}
	d.Name = "geography"
	apply(t, s, d, deck("lang/one", 1))
	news := func(name string) int {
		t.Helper()
		o, err := s.Options(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return o.New
	}
	if news("geography") != 3 || news("lang/one") != 4 || news("geo") != scheduler.Defaults().New {
		t.Errorf("new cards: %d in the renamed deck, %d in a folder, %d in a deck that is none", news("geography"), news("lang/one"), news("geo"))
	}
	if !mustDeck(t, s, "geography").Archived {
		t.Error("the renamed deck is asked again")
	}
	healthy(t, s)
}
