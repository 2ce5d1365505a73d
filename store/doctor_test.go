package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/doctor"
	"kartei/store/highwater"
)

// used makes a collection with a history: answers, undone ones, renamed cards.
func used(t testing.TB) (path string, card string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	defer s.Close()
	d := deck("maths", 5)
	apply(t, s, d)
	for i := range 12 {
		grade(t, s, d.Facts[i%5].Cards[0].ID, scheduler.Grade(2+i%3), at(i, 0))
	}
	if _, err := s.Undo(t.Context(), at(12, 0)); err != nil {
		t.Fatal(err)
	}
	from := d.Facts[0].Cards[0].ID
	d.Facts[0].Key, d.Facts[0].Cards[0].ID = "renamed", decks.CardID("maths", "renamed", "card")
	if _, err := s.applyAs(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{d}}, renames(decks.Alias{From: from, To: d.Facts[0].Cards[0].ID}), at(12, 0)); err != nil {
		t.Fatal(err)
	}
	takeQuiz(t, s)
	return path, d.Facts[2].Cards[0].ID
}

func TestDoctorFindsAndRepairs(t *testing.T) {
	unraced(t)
	for name, test := range map[string]struct {
		forge  string
		check  string
		repair bool
	}{
		"memory":          {`UPDATE memory SET stability = stability + 1 WHERE card = 3`, "memory", true},
		"lost memory":     {`DELETE FROM memory WHERE card = 2`, "memory", true},
		"queue":           {`UPDATE cards SET fresh = 1 WHERE id = 3`, "memory", true},
		"name":            {`DELETE FROM aliases`, "names", true},
		"undone":          {`DELETE FROM voided`, "undone", true},
		"days ahead":      {`UPDATE load SET cards = cards + 1`, "load", true},
		"changed answer":  {`UPDATE log SET grade = 1 WHERE seq = 4`, "chain", false},
		"changed detail":  {`UPDATE log SET detail = '{}' WHERE seq = 4`, "chain", false},
		"lost answer":     {`DELETE FROM log WHERE seq = 4`, "chain", false},
		"lost beginning":  {`DELETE FROM log WHERE seq < 4`, "chain", false},
		"changed card":    {`UPDATE cards SET content = replace(content, '7', '8') WHERE id = 3`, "decks", true},
		"changed fact":    {`UPDATE facts SET section = '["Letters"]' WHERE id = 3`, "decks", true},
		"changed deck":    {`UPDATE decks SET content = replace(content, 'The deck', 'A deck')`, "decks", true},
		"changed option":  {`INSERT INTO options VALUES ('maths', '', 'new', '5')`, "settings", true},
		"lost last":       {`DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)`, "mark", true},
		"lost fact":       {`DELETE FROM facts WHERE id = 2`, "references", false},
		"wrong deck":      {`INSERT INTO decks (deck, name, root, content, source, digest, retired) VALUES ('x', 'x', '/x', '{}', x'', x'', 0); UPDATE memory SET deck = 2 WHERE card = 3`, "memory", true},
		"lost card":       {`PRAGMA foreign_keys = 0; DELETE FROM cards WHERE id = 3; UPDATE decks SET digest = x''`, "memory", true},
		"rewritten chain": {`UPDATE log SET hash = prev WHERE seq = 14`, "chain", false},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := used(t)
			forge(t, path, test.forge)
			s, err := openDamaged(path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			report, err := s.Doctor(t.Context(), true)
			if err != nil {
				t.Fatal(err)
			}
			checks := map[string]bool{}
			for _, f := range report.Findings {
				checks[f.Check] = true
			}
			if !checks[test.check] {
				t.Fatalf("found %v, want %s", report.Findings, test.check)
			}
			if !test.repair {
				for _, f := range report.Findings {
					if f.Check == test.check && (f.Mend != "" || f.Means == "" || f.Remedy.Act == 0) {
						t.Errorf("of what cannot be mended it says: %+v", f)
					}
				}
				return
			}
			changes, err := s.Repair(t.Context(), report, at(13, 0))
			if err != nil {
				t.Fatal(err)
			}
			if len(changes) < 2 {
				t.Errorf("it says no more than %q", changes)
			}
			for _, f := range report.Findings {
				if f.Check == test.check && f.Mend == "" {
					t.Errorf("%s: %s was mended, and that was not announced", f.Check, f.What)
				}
			}
			healthy(t, s)
		})
	}
}

// TestIndexThatLacksRows makes an index that knows a deck by another root than
// the table does: only a full examination compares the two.
func TestIndexThatLacksRows(t *testing.T) {
	path, _ := used(t)
	forge(t, path, `PRAGMA writable_schema = 1;
		CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'decks_root';
		DELETE FROM sqlite_schema WHERE name = 'decks_root';
		PRAGMA writable_schema = RESET;
		UPDATE decks SET root = '/elsewhere';
		PRAGMA writable_schema = 1;
		INSERT INTO sqlite_schema SELECT * FROM kept;
		PRAGMA writable_schema = RESET`)
	s := openPlain(t, path)
	defer s.Close()
	quick, err := s.Doctor(t.Context(), false)
	if err != nil || len(quick.Findings) > 0 {
		t.Errorf("a quick look finds %v, %v", quick.Findings, err)
	}
	full, err := s.Doctor(t.Context(), true)
	if err != nil || len(full.Findings) == 0 || full.Findings[0].Check != "structure" {
		t.Fatalf("a full one finds %v, %v", full.Findings, err)
	}
	if _, err := s.Repair(t.Context(), full, at(13, 0)); err != nil {
		t.Fatal(err)
	}
	healthy(t, s)
}

// TestLostEndOfAnotherDevice takes the end of a log away that came by an import:
// its chain is whole, and the mark is about what this collection wrote itself.
func TestLostEndOfAnotherDevice(t *testing.T) {
	path, _ := used(t)
	s := openPlain(t, path)
	var export bytes.Buffer
	if err := errors.Join(s.Export(t.Context(), &export), s.Close()); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "imported.db")
	s = openPlain(t, path)
	if err := s.Import(t.Context(), &export); err != nil {
		t.Fatal(err)
	}
	grade(t, s, deck("maths", 5).Facts[2].Cards[0].ID, scheduler.Good, at(20, 0))
	healthy(t, s)
	s.Close()
	forge(t, path, `DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)`)
	s = openPlain(t, path)
	defer s.Close()
	report, err := s.Doctor(t.Context(), false)
	if err != nil || !slices.ContainsFunc(report.Findings, func(f doctor.Finding) bool {
		return f.Check == "chain" && strings.Contains(f.What, "rows 1 are missing")
	}) {
		t.Errorf("found %v %v", report.Findings, err)
	}
	if _, err := s.Backup(t.Context(), "asked", at(21, 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("a backup of it: %v", err)
	}
}

// TestRepairDoesOnlyWhatWasAnnounced forges two things, and repairs by a report
// that speaks of one.
func TestRepairDoesOnlyWhatWasAnnounced(t *testing.T) {
	path, _ := used(t)
	forge(t, path, `UPDATE facts SET line = 8 WHERE id = 3`, `DELETE FROM voided`, `UPDATE memory SET stability = stability + 1 WHERE card = 3`)
	s := openPlain(t, path)
	defer s.Close()
	report, err := s.Doctor(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	one := report
	one.Findings = slices.DeleteFunc(slices.Clone(report.Findings), func(f doctor.Finding) bool { return f.Check != "decks" })
	if _, err := s.Repair(t.Context(), one, at(13, 0)); err != nil {
		t.Fatal(err)
	}
	left, err := s.Doctor(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(report.Findings, func(f doctor.Finding) bool { return f.Check == "decks" })
	same := cmpopts.IgnoreFields(doctor.Finding{}, "Remedy")
	if diff := cmp.Diff(want, left.Findings, same); diff != "" {
		t.Errorf("after a repair of the decks (-announced +left):\n%s", diff)
	}
	changes, err := s.Repair(t.Context(), left, at(14, 0))
	if err != nil {
		t.Fatal(err)
	}
	// The backup, and each thing that was wrong in a cache.
	if len(changes) != 1+len(left.Findings) {
		t.Errorf("%d things were wrong, these were changed:\n%s", len(left.Findings), strings.Join(changes, "\n"))
	}
	healthy(t, s)
}

func TestDoctorMissesDeckFiles(t *testing.T) {
	path, _ := used(t)
	s, err := Open(t.Context(), path, Config{Calendar: scheduler.DefaultCalendar, Now: func() time.Time { return time.UnixMilli(at(100, 0).At) }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	report, err := s.Doctor(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if report.Damaged() || len(report.Notes) != 1 || !strings.Contains(report.Notes[0].What, "maths.md is gone") {
		t.Errorf("found %v, noted %v", report.Findings, report.Notes)
	}
}

func TestShortenedLogIsNoticedWhenOpening(t *testing.T) {
	path, _ := used(t)
	forge(t, path, `DELETE FROM log WHERE seq > 11`)
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "5 answers or other acts are lost") {
		t.Errorf("opening a log that lost its end: %v", err)
	}
	os.Remove(path)
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("opening where a collection was: %v", err)
	}
	if err := os.WriteFile(highwater.Path(path), []byte("half a mark"), 0o600); err != nil {
		t.Fatal(err)
	}
	openTest(t, path)
}

func TestLogIsAppendOnly(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	for _, statement := range []string{`UPDATE log SET grade = 4`, `DELETE FROM log`} {
		if _, err := s.db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
