package store

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kartei/store/doctor"
	"kartei/store/journal"
)

// unusable are texts of a collection that fail the commands that need them, though
// the file and its log are sound.
var unusable = []struct{ name, statement, want string }{
	{"a card that is not JSON", `UPDATE cards SET content = '{' WHERE id = 3`, ""}, // no export is made of it
	{"a prompt that is a number", `UPDATE cards SET content = '{"prompt":5}' WHERE id = 3`, "the content of card"},
	{"a card of an unknown kind", `UPDATE cards SET kind = 'banana' WHERE id = 3`, "is of no known kind"},
	{"a title that is a list", `UPDATE decks SET content = '{"title":[]}'`, ""}, // no export is made of it
	{"headings that are a number", `UPDATE facts SET section = '7' WHERE id = 2`, "the headings of fact"},
	{"an option that cannot be", `INSERT INTO options VALUES ('maths', '', 'new', 'banana')`, "not those of its log"},
	{"an option out of range", `INSERT INTO options VALUES ('', '', 'retention', '9e99')`, "not those of its log"},
	{"parameters without end", `INSERT INTO options VALUES ('', '', 'parameters', '` + strings.Repeat("1e308 ", 21) + `')`, "not those of its log"},
	{"a day that begins nowhere", `INSERT INTO options VALUES ('', '', 'day-start', 'zzz')`, "a day begins at"},
	{"a quiz without a form", `INSERT INTO quiz_forms VALUES (9, 'x', 'no form', zeroblob(32)); INSERT INTO quizzes VALUES (9, 9, 0, 0, 'test')`, "the form of a quiz"},
}

// TestNothingUnusableComesIn holds that what would fail commands is refused where
// it would come in, by an import, a restore and the check of a backup, and that
// the plain doctor finds it.
func TestNothingUnusableComesIn(t *testing.T) {
	unraced(t)
	for _, u := range unusable {
		t.Run(u.name, func(t *testing.T) {
			path, _ := used(t)
			forge(t, path, strings.Split(u.statement, "; ")...)
			s, err := openDamaged(path)
			if err == nil {
				defer s.Close()
				expectFound(t, s)
				expectNoImport(t, s, u.want)
				copied := filepath.Join(t.TempDir(), "copy.db")
				if err := s.BackupTo(t.Context(), copied); !errors.Is(err, ErrDamaged) {
					t.Errorf("a backup of it: %v", err)
				}
			} else if !errors.Is(err, ErrDamaged) {
				t.Fatal(err)
			}
			other, _ := used(t)
			if _, err := Restore(t.Context(), other, path, Config{}, at(0, 0)); !errors.Is(err, ErrDamaged) {
				t.Errorf("a restore of it: %v", err)
			}
		})
	}
}

// TestDoctorOfLongTexts holds that the doctor says what a restore would refuse, and
// does not read it.
func TestDoctorOfLongTexts(t *testing.T) {
	path, _ := used(t)
	forge(t, path, fmt.Sprintf(`UPDATE cards SET content = hex(zeroblob(%d)) WHERE id = 3`, 32<<20+1)) // twice as many bytes, and a text has at most 64 MB
	s := openPlain(t, path)
	report, err := s.Doctor(t.Context(), false)
	if err != nil || len(report.Findings) != 1 || !strings.Contains(report.Findings[0].What, "a content of the table cards has") {
		t.Errorf("the doctor says %v, %+v", err, report.Findings)
	}
}

func expectFound(t *testing.T, s *Store) {
	t.Helper()
	report, err := s.Doctor(t.Context(), false)
	if err != nil || !report.Damaged() {
		t.Errorf("the plain doctor finds nothing: %v", err)
	}
}

func expectNoImport(t *testing.T, s *Store, want string) {
	t.Helper()
	var all bytes.Buffer
	if err := s.Export(t.Context(), &all); err != nil {
		if want != "" {
			t.Errorf("an export of it: %v", err)
		}
		return
	}
	empty := newStore(t)
	if err := empty.Import(t.Context(), &all); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("an import of it: %v, want something about %q", err, want)
	}
	if report := healthy(t, empty); report.Rows+report.Cards > 0 {
		t.Errorf("the import left %d rows and %d cards", report.Rows, report.Cards)
	}
}

// TestUndoOfNothingIsRefused imports and restores a log in which a row takes one
// back that is not there, its chain sound.
func TestUndoOfNothingIsRefused(t *testing.T) {
	path, card := used(t)
	s := openPlain(t, path)
	nowhere := journal.Undone{Ref: journal.Ref{Device: "nowhere", Seq: 7}}
	err := s.record(t.Context(), func(tx *tx) error {
		_, err := tx.push(t.Context(), journal.Entry{Moment: at(30, 0), Kind: journal.KindUndo, Card: card, Detail: journal.Detail{Undone: &nowhere}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	expectNoImport(t, s, "takes a row back that is not there")
	s.Close()
	other, _ := used(t)
	if _, err := Restore(t.Context(), other, path, Config{}, at(0, 0)); err == nil || !strings.Contains(err.Error(), "takes a row back that is not there") {
		t.Errorf("a restore of it: %v", err)
	}
}

// forceOptions sets options of deck maths as another version might, which takes what
// this one refuses.
func forceOptions(t *testing.T, s *Store, values map[string]string) {
	t.Helper()
	err := s.record(t.Context(), func(tx *tx) error {
		for name, value := range values {
			set := journal.Setting{Deck: "maths", Name: name, Value: value}
			if _, err := tx.pushOption(t.Context(), at(0, 0), set, 0); err != nil {
				return err
			}
		}
		return tx.newPolicies(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestUnknownOptions keeps an option that a newer version may have set, through
// everything, and ignores it.
func TestUnknownOptions(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	forceOptions(t, s, map[string]string{"hyper": "1"})
	want := []Setting{{"maths", "hyper", "1"}}
	expect := func(s *Store) {
		t.Helper()
		got, err := s.UnknownSettings(t.Context())
		if err != nil || len(got) != 1 || got[0] != want[0] {
			t.Errorf("the unknown options are %v, %v", got, err)
		}
		if _, err := s.Options(t.Context(), "maths"); err != nil {
			t.Error(err)
		}
		if err := s.Set(t.Context(), "maths", map[string]string{"new": "7"}, at(0, 0)); err != nil {
			t.Error(err)
		}
		notes := slices.DeleteFunc(healthy(t, s).Notes, func(f doctor.Finding) bool { return f.Check != "options" })
		if len(notes) != 1 || notes[0].Remedy != (doctor.Remedy{Act: doctor.UnsetOption, Deck: "maths", Option: "hyper"}) {
			t.Errorf("the doctor notes %+v", notes)
		}
	}
	expect(s)
	var all bytes.Buffer
	if err := s.Export(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	imported := newStore(t)
	if err := imported.Import(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	expect(imported)
	if _, err := s.Backup(t.Context(), "asked", at(0, 0)); err != nil {
		t.Error(err)
	}
	if err := s.Set(t.Context(), "maths", map[string]string{"hyper": "2"}, at(0, 0)); err == nil {
		t.Error("an unknown option was set")
	}
	if err := s.Set(t.Context(), "maths", map[string]string{"hyper": ""}, at(0, 0)); err != nil {
		t.Error(err)
	}
	if left, err := s.UnknownSettings(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}

// TestWrongOptionsCanBeTakenAway takes options that cannot be away one by one, and
// then the cards are planned.
func TestWrongOptionsCanBeTakenAway(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	forceOptions(t, s, map[string]string{"new": "banana", "retention": "9", "max-interval": "3"})
	expectNoImport(t, s, "option new")
	if err := s.Set(t.Context(), "maths", map[string]string{"new": "5"}, at(0, 0)); err == nil {
		t.Error("a value was set while another is wrong")
	}
	for _, name := range []string{"retention", "new"} {
		if err := s.Set(t.Context(), "maths", map[string]string{name: ""}, at(0, 0)); err != nil {
			t.Errorf("take %s away: %v", name, err)
		}
	}
	if o, err := s.Options(t.Context(), "maths"); err != nil || o.MaxInterval != 3 {
		t.Errorf("the options are %+v, %v", o, err)
	}
	healthy(t, s)
}
