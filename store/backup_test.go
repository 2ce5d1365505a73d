package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/atomicfile"
	"kartei/store/backup"
	"kartei/store/sqlite"
)

func TestBackupAndRestore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openTest(t, path)
	d := deck("maths", 20)
	apply(t, s, d)
	card := d.Facts[3].Cards[0].ID
	for i := range 5 {
		grade(t, s, card, scheduler.Good, at(i, 0))
	}
	before := healthy(t, s).Digest
	b, err := s.Backup(t.Context(), "asked", at(5, 0))
	if err != nil {
		t.Fatal(err)
	}
	device := s.Device()
	grade(t, s, card, scheduler.Again, at(6, 0))
	later := healthy(t, s).Digest

	// Another process has the collection open all the while.
	saved, err := Restore(t.Context(), path, b.Path, s.config, at(7, 0))
	if err != nil {
		t.Fatal(err)
	}
	again := openTest(t, path)
	if diff := cmp.Diff(before, healthy(t, again).Digest); diff != "" {
		t.Errorf("the restored collection is not the one that was saved: %s", diff)
	}
	if again.Device() == device {
		t.Error("the restored collection writes as the old device")
	}
	grade(t, again, card, scheduler.Hard, at(8, 0))
	if r := grade(t, s, card, scheduler.Good, at(8, time.Minute)); r.Device != again.Device() {
		t.Errorf("the process that was open all the while writes as %s, want %s", r.Device, again.Device())
	}

	// The present was saved and comes back too.
	if _, err := Restore(t.Context(), path, saved, s.config, at(9, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(later, healthy(t, openTest(t, path)).Digest); diff != "" {
		t.Errorf("the saved present is not what it was: %s", diff)
	}
}

func TestRestoreReplacesWhatIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, deck("maths", 3))
	b, err := s.Backup(t.Context(), "asked", at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	garbage := strings.Repeat("no database ", 1000)
	if err := os.WriteFile(path, []byte(garbage), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrNotDatabase) {
		t.Fatalf("opening garbage: %v", err)
	}
	saved, err := Restore(t.Context(), path, b.Path, Config{}, at(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	openTest(t, path)
	if text, err := os.ReadFile(saved); err != nil || string(text) != garbage {
		t.Errorf("the damaged file was not kept: %v", err)
	}
}

func TestVerifyRefusesWhatIsDamaged(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	grade(t, s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := s.BackupTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if err := s.BackupTo(t.Context(), copied); err == nil {
		t.Error("a file was overwritten")
	}
	forge(t, copied, `UPDATE log SET grade = 4`)
	if err := Verify(t.Context(), copied, Config{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("a forged answer: %v", err)
	}
	if _, err := Restore(t.Context(), s.path, copied, Config{}, at(1, 0)); !errors.Is(err, ErrDamaged) {
		t.Errorf("restoring a forged answer: %v", err)
	}
}

// forge changes a collection behind the program's back, but for its schema.
func forge(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := connect(sqlite.FileURL(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT sql FROM sqlite_schema WHERE name IN ('log_keep_rows', 'log_keep_all')`)
	guards, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) })
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range slices.Concat([]string{`DROP TRIGGER log_keep_rows`, `DROP TRIGGER log_keep_all`}, statements, guards) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDailyBackup makes none before the learner has done something. A clock that
// is set ten years ahead for a day changes nothing: backups are then made as
// before.
func TestDailyBackup(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	if made, err := s.DailyBackup(t.Context(), at(0, 0)); made || err != nil {
		t.Errorf("a backup of nothing: %v, %v", made, err)
	}
	if _, err := tryGrade(t.Context(), s, d.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	for i, day := range []int{0, 0, 3650, 1, 1, 2, -1} {
		made, err := s.DailyBackup(t.Context(), at(day, time.Duration(i)*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if again := i == 1 || i == 4; made == again {
			t.Errorf("command %d, on day %d: backup made: %v", i, day, made)
		}
	}
	all, err := backup.List(s.path)
	if err != nil || len(all) != 5 {
		t.Errorf("there are %d backups, %v", len(all), err)
	}
}

// TestKilledBackupsAreSweptAway finds the halves of two backups: one that nobody
// writes any more, one that somebody is at work on.
func TestKilledBackupsAreSweptAway(t *testing.T) {
	s := newStore(t)
	apply(t, s, deck("maths", 3))
	folder := backup.Folder(s.path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	half := func() *os.File {
		t.Helper()
		f, err := atomicfile.CreateFolder(folder)
		if err == nil {
			err = os.WriteFile(filepath.Join(f.Name(), "collection.db"), []byte("half"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	work := half()
	defer work.Close()
	gone := half()
	gone.Close()
	if _, err := s.Backup(t.Context(), "asked", at(0, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(gone.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half of a killed backup is still there: %v", err)
	}
	if _, err := os.Stat(work.Name()); err != nil {
		t.Errorf("a backup at work was swept away: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(folder, ".kartei-*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the backup left something of its own: %v %v", left, err)
	}
}

func TestKeep(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var all []backup.Backup
	for hours := 0; hours < 24*800; hours += 6 {
		all = append(all, backup.Backup{Time: now.Add(-time.Duration(hours) * time.Hour)})
	}
	var kept []string
	for i, keep := range backup.Keep(all, now) {
		if keep && i > 8 {
			kept = append(kept, all[i].Time.Format("01-02"))
		}
	}
	want := "11-21 11-20 11-19 11-18 11-17 11-16 11-15 11-08 11-01 10-31 10-25 10-18 10-11 10-04 09-30 08-31 07-31 06-30 05-31 04-30 03-31 02-28 01-31 12-31"
	if diff := cmp.Diff(want, strings.Join(kept, " ")); diff != "" {
		t.Errorf("older than two days (-want +got):\n%s", diff)
	}
	if n := fmt.Sprint(backup.Keep(all, now)[:9]); n != "[true true true true true true true true true]" {
		t.Errorf("of two days: %s", n)
	}
}
