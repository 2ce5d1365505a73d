package store

import (
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/migrations"
)

var update = flag.Bool("update", false, "write the sample of the newest schema anew")

// samplePath is where a collection of each schema is kept, for ever: "used"
// made it when its schema was the newest.
func samplePath(schema int) string { return fmt.Sprintf("testdata/schema-%d.db.gz", schema) }

func TestSamplesOfEverySchema(t *testing.T) {
	if *update {
		writeSample(t, samplePath(migrations.Newest()))
	}
	for schema := 1; schema <= migrations.Newest(); schema++ {
		path := filepath.Join(t.TempDir(), "collection.db")
		unpack(t, samplePath(schema), path)
		s := openTest(t, path)
		report := healthy(t, s)
		rows := 14
		switch {
		case schema < migrations.Shared:
			rows++ // which text of its deck stands
		case schema > 10:
			rows += 2 // its first text, and the one after
		}
		if diff := cmp.Diff([]int{rows, 5}, []int{report.Rows, report.Cards}); diff != "" {
			t.Errorf("schema %d, rows and cards: %s", schema, diff)
		}
		backups, err := backup.List(path)
		if err != nil {
			t.Fatal(err)
		}
		if migrated := schema < migrations.Newest(); migrated != (len(backups) == 1) {
			t.Errorf("schema %d: %d backups were made", schema, len(backups))
		}
	}
}

func writeSample(t *testing.T, to string) {
	t.Helper()
	path, _ := used(t)
	plain := filepath.Join(t.TempDir(), "sample.db")
	s := openPlain(t, path)
	if err := errors.Join(s.BackupTo(t.Context(), plain), s.Close()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	_, err = z.Write(text)
	if err := errors.Join(err, z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func unpack(t *testing.T, from, to string) {
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
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// later makes the program one of a later version, with further migrations, until the
// test ends or back is called.
func later(t *testing.T, further ...string) (back func()) {
	t.Helper()
	before := migrations.Files
	names, err := fs.Glob(before, "*")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		text, err := fs.ReadFile(before, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for i, text := range further {
		files[fmt.Sprintf("%04d_later.sql", migrations.Newest()+1+i)] = &fstest.MapFile{Data: []byte(text)}
	}
	migrations.Files = files
	t.Cleanup(func() { migrations.Files = before })
	return func() { migrations.Files = before }
}

func TestMigrationBacksUpFirstAndOldProgramsRefuse(t *testing.T) {
	path, _ := used(t)
	before := logOf(t, path)
	back := later(t, `CREATE TABLE later (a INTEGER) STRICT`, `INSERT INTO later VALUES (1)`)
	s := openPlain(t, path)
	healthy(t, s)
	s.Close()
	if diff := cmp.Diff(before, logOf(t, path)); diff != "" {
		t.Errorf("the log changed: %s", diff)
	}
	backups, err := backup.List(path)
	if err != nil || len(backups) != 1 || backups[0].Reason != "migration" {
		t.Fatalf("backups: %v %v", backups, err)
	}
	back()
	if _, err := Open(t.Context(), path, Config{}); !errors.Is(err, ErrNewer) {
		t.Errorf("an old program opens it: %v", err)
	}
	if _, err := Restore(t.Context(), path, backups[0].Path, Config{Calendar: scheduler.DefaultCalendar}, at(1, 0)); err != nil {
		t.Errorf("going back to the backup: %v", err)
	}
	healthy(t, openTest(t, path))
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	path, _ := used(t)
	back := later(t, `CREATE TABLE later (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1)`)
	if _, err := Open(t.Context(), path, Config{}); err == nil {
		t.Fatal("a migration that fails was taken for done")
	}
	back()
	healthy(t, openTest(t, path))
}
