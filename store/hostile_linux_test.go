package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/hostile"
	"kartei/scheduler"
	"kartei/store/backup"
	"kartei/store/doctor"
	"kartei/store/sqlite"
)

func init() { helpers["restore-from"] = helpRestoreFrom }

// helpRestoreFrom restores from the file that KARTEI_STORE_FROM names, and says
// why not.
func helpRestoreFrom(path string, _ *rand.Rand) error {
	_, err := Restore(context.Background(), path, os.Getenv("KARTEI_STORE_FROM"), Config{Calendar: scheduler.DefaultCalendar}, at(0, 0))
	fmt.Println(err)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, most, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int
	_, err = fmt.Sscan(most, &kilobytes)
	fmt.Println("memory", kilobytes)
	return err
}

// A cost is what a helper took.
type cost struct {
	cpu    time.Duration
	memory int64 // bytes at most
}

// restoreFrom lets another process restore a file.
func restoreFrom(t *testing.T, path, from string) (string, cost) {
	t.Helper()
	cmd := helper(t, "restore-from", path, 0)
	cmd.Env = append(cmd.Env, "KARTEI_STORE_FROM="+from)
	ctx := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer ctx.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(from), err, out)
	}
	said, memory, _ := strings.Cut(string(out), "\nmemory ")
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(memory), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return said, cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), kilobytes << 10}
}

// A hostile collection is a good one after some statements.
type hostileCollection struct {
	name, want string
	statements []string
}

const without = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT `

// hostileSchemas have tables that no collection has.
var hostileSchemas = []hostileCollection{
	{"an endless view", "that no collection has", []string{`DROP TABLE claims`, `CREATE VIEW claims AS ` + without + `i FROM n`}},
	{"a trigger", "that no collection has", []string{`CREATE TRIGGER spy AFTER INSERT ON cards BEGIN SELECT zeroblob(5e8); END`}},
	{"a computed column", "that no collection has", []string{`ALTER TABLE settings ADD COLUMN bomb TEXT AS (hex(zeroblob(500000000)))`}},
	{"a virtual table", "that no collection has", []string{`CREATE VIRTUAL TABLE v USING fts5(x)`}},
	{"an index that computes", "that no collection has", []string{`CREATE INDEX i ON cards (hex(zeroblob(1000)))`}},
	{"a missing guard", "lacks what every collection has", []string{`DROP TRIGGER log_keep_rows`}},
	{"an endless trigger", "that no collection has", []string{`CREATE TRIGGER spy BEFORE INSERT ON log BEGIN SELECT (` + without + `count(*) FROM n); END`}},
	{"options that never end", "that no collection has", []string{`PRAGMA legacy_alter_table = 1`, `ALTER TABLE options RENAME TO o`,
		`CREATE VIEW options AS ` + without + `'' AS scope, 'new' AS name, i AS value FROM n`}},
}

func (h hostileCollection) make(t *testing.T, good, to string) {
	t.Helper()
	if err := sqlite.CopyFile(good, to); err != nil {
		t.Fatal(err)
	}
	db, err := connect(sqlite.FileURL(to))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range h.statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(h.name, err)
		}
	}
}

// circled are tables whose pages name one another in TestHostileCollections.
var circled = []string{"log", "decks", "devices", "memory"}

// circle copies a collection and makes a table of it one without end.
func circle(t *testing.T, good, to, table string) {
	t.Helper()
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	db, err := connect(sqlite.FileURL(good, "mode=ro", "immutable=1"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var root int
	if err := db.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = ?`, table).Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, hostile.Endless(data, root, 4), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestHostileCollectionsAreNotOpened names hostile files as the collection, also
// to examine it: nothing is asked of them.
func TestHostileCollectionsAreNotOpened(t *testing.T) {
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	s := openPlain(t, good)
	apply(t, s, learner(0))
	grade(t, s, learner(0).Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	s.Close()
	expect := func(path, want string) {
		t.Helper()
		for _, damaged := range []bool{false, true} {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // which is not waited for
			s, err := Open(ctx, path, Config{Damaged: damaged})
			cancel()
			if damaged && errors.Is(err, nil) && strings.HasPrefix(want, "lacks") {
				s.Close() // it can be examined
				continue
			}
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want something about %q", filepath.Base(path), err, want)
			}
		}
	}
	for _, h := range hostileSchemas {
		path := filepath.Join(folder, h.name+".db")
		h.make(t, good, path)
		expect(path, h.want)
	}
	for _, table := range circled {
		path := filepath.Join(folder, table+" without end.db")
		circle(t, good, path, table)
		expect(path, "a page of it is reached twice")
	}
}

// TestDoctorOfCircles examines collections that were written here, and of which
// pages came to name one another afterwards.
func TestDoctorOfCircles(t *testing.T) {
	for _, table := range circled {
		for _, full := range []bool{false, true} {
			path, _ := used(t)
			circle(t, path, path, table)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			s, err := Open(ctx, path, Config{Damaged: true})
			if err == nil {
				var report doctor.Report
				report, err = s.Doctor(ctx, full)
				if len(report.Findings) > 0 {
					err = errors.New(report.Findings[0].What)
				}
				s.Close()
			}
			cancel()
			if err == nil || !strings.Contains(err.Error(), "a page of it is reached twice") {
				t.Errorf("table %s: %v", table, err)
			}
		}
	}
}

// TestHostileCollections offers files to restore from that somebody made to do
// harm. Each is refused with an error of its own, within a second of processor
// time and 100 MB more than a good file takes, and the collection stays.
func TestHostileCollections(t *testing.T) {
	unraced(t)
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	grade(t, s, learner(0).Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	want := healthy(t, s).Digest
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	if err := s.BackupTo(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, usual := restoreFrom(t, path, good)

	for _, test := range append(hostileSchemas, []hostileCollection{
		{"a text too long", "has 72000000 bytes", []string{`UPDATE cards SET content = hex(zeroblob(36000000)) WHERE id = 3`}},
		{"another program", "not a collection", []string{`PRAGMA application_id = 7`}},
		{"a future version", "newer version", []string{`PRAGMA user_version = 99`}},
		{"no version", "of which version", []string{`PRAGMA user_version = 0`}},
		{"a negative version", "of which version", []string{`PRAGMA user_version = -1`}},
		{"a forged answer", "is not what was written", []string{`DROP TRIGGER log_keep_rows`, `UPDATE log SET grade = 4`,
			"CREATE TRIGGER log_keep_rows BEFORE UPDATE ON log BEGIN\n    SELECT RAISE(ABORT, 'the log is append-only');\nEND"}},
		{"a lost fact", "not there", []string{`PRAGMA foreign_keys = 0`, `DELETE FROM facts WHERE id = 3`}},
	}...) {
		from := filepath.Join(folder, test.name+".db")
		test.make(t, good, from)
		expectRefused(t, path, from, test.want, usual)
	}
	for _, table := range circled {
		from := filepath.Join(folder, table+" without end.db")
		circle(t, good, from, table)
		expectRefused(t, path, from, "a page of it is reached twice", usual)
	}

	// Files that are not files.
	pipe := filepath.Join(folder, "a pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{pipe, "/dev/zero", folder} {
		expectRefused(t, path, from, "not a plain file", usual)
	}
	if diff := cmp.Diff(want, healthy(t, openTest(t, path)).Digest); diff != "" {
		t.Errorf("the collection is another: %s", diff)
	}
}

func expectRefused(t *testing.T, path, from, want string, usual cost) {
	t.Helper()
	said, took := restoreFrom(t, path, from)
	if !strings.Contains(said, want) {
		t.Errorf("%s: %q, want something about %q", filepath.Base(from), said, want)
	}
	more := took.memory - usual.memory
	if took.cpu > usual.cpu+time.Second || more > 100<<20 {
		t.Errorf("%s took %v and %d MB more than a good file", filepath.Base(from), took.cpu, more>>20)
	}
	t.Logf("%-22s refused after %3d ms of processor time, %d MB at most (a good file: %d ms, %d MB)", filepath.Base(from),
		took.cpu.Milliseconds(), took.memory>>20, usual.cpu.Milliseconds(), usual.memory>>20)
}

// TestDamagedCollections offers files that were cut short or changed. What is
// restored all the same has its whole log.
func TestDamagedCollections(t *testing.T) {
	path, log := checkpointed(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(2, 0))
	refused, n := 0, trials(100)
	for i := range n {
		hurt := bytes.Clone(text)
		if i%2 == 0 {
			hurt = hurt[:dice.IntN(len(hurt))]
		} else {
			hurt[dice.IntN(len(hurt))] ^= 1 << dice.IntN(8)
		}
		from, to := filepath.Join(t.TempDir(), "hurt.db"), filepath.Join(t.TempDir(), "collection.db")
		if err := os.WriteFile(from, hurt, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Restore(t.Context(), to, from, Config{Calendar: scheduler.DefaultCalendar}, at(0, 0))
		if err != nil {
			refused++
			if left, _ := filepath.Glob(to + "*"); len(left) > 0 {
				t.Errorf("a refused restore left %v", left)
			}
		} else if diff := cmp.Diff(log, logOf(t, to)); diff != "" {
			t.Errorf("a damaged file was restored with another log:\n%s", diff)
		}
	}
	t.Logf("%d files cut short or with a bit flipped: %d refused, the log whole in all others", n, refused)
}

// TestSidecarsAreNotRead restores a file beside which lies another that would
// change it. Where that is what a write-ahead log is for, nothing is restored:
// without its rows the learner's last answers would be lost in silence.
func TestSidecarsAreNotRead(t *testing.T) {
	path, _ := uncheckpointed(t) // the database file has 14 rows, its write-ahead log 60 more
	for _, kind := range []string{"-wal", "-journal"} {
		from, to := filepath.Join(t.TempDir(), "from.db"), filepath.Join(t.TempDir(), "collection.db")
		for name, beside := range map[string]string{path: "", path + "-wal": kind} {
			if err := sqlite.CopyFile(name, from+beside); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Restore(t.Context(), to, from, Config{Calendar: scheduler.DefaultCalendar}, at(0, 0))
		if kind == "-wal" {
			left, _ := filepath.Glob(to + "*")
			if !errors.Is(err, backup.ErrInParts) || len(left) > 0 {
				t.Errorf("a file with a write-ahead log beside it: %v, left %v", err, left)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := len(logOf(t, to)); n != 16 {
			t.Errorf("with a %s beside it, %d rows were restored, want the 16 of the file", kind, n)
		}
	}
}

// TestHostileExports imports files that are made to take all memory or time.
func TestHostileExports(t *testing.T) {
	const head = `{"kartei":"collection","version":1}` + "\n"
	nested := head + `{"deck":{"id":"x","name":"x","root":"x","content":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + "}}\n"
	for _, test := range []struct {
		name, want string
		from       io.Reader
	}{
		{"an endless line", "too long", io.MultiReader(strings.NewReader(head), endless{})},
		{"a line nested deeply", "max depth", strings.NewReader(nested)},
		{"a device without end", "says again what was said before", strings.NewReader(head + strings.Repeat(`{"device":{"name":"x","own":true}}`+"\n", 1<<20))},
		{"a card without a deck", "without a fact", strings.NewReader(head + `{"card":{"id":"x"}}` + "\n")},
	} {
		s := newStore(t)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var started, ended syscall.Rusage
		errs := errors.Join(syscall.Getrusage(syscall.RUSAGE_SELF, &started))
		err := s.Import(t.Context(), test.from)
		errs = errors.Join(errs, syscall.Getrusage(syscall.RUSAGE_SELF, &ended))
		runtime.ReadMemStats(&after)
		if errs != nil {
			t.Fatal(errs)
		}
		took := time.Duration(ended.Utime.Nano() - started.Utime.Nano())
		used := after.TotalAlloc - before.TotalAlloc
		if err == nil || !strings.Contains(err.Error(), test.want) || used > 100<<20 {
			t.Errorf("%s: %v, %d MB allocated", test.name, err, used>>20)
		}
		t.Logf("%-22s refused after %d ms of processor time, %d MB allocated", test.name, took.Milliseconds(), used>>20)
	}
}

// endless is a file that never ends, and has no line ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// TestPipesBesideACollection opens, and restores over, a collection beside which
// pipes have the names of files that SQLite opens.
func TestPipesBesideACollection(t *testing.T) {
	for _, rest := range []string{"-journal", "-wal", "-shm"} {
		path, _ := used(t)
		good, _ := used(t)
		if err := errors.Join(os.RemoveAll(path+rest), syscall.Mkfifo(path+rest, 0o600)); err != nil {
			t.Fatal(err)
		}
		for what, act := range map[string]func() error{
			"opening": func() error { _, err := Open(t.Context(), path, Config{}); return err },
			"reading": func() error { _, err := Open(t.Context(), path, Config{ReadOnly: true, Damaged: true}); return err },
			"restore": func() error { _, err := Restore(t.Context(), path, good, Config{}, at(0, 0)); return err },
		} {
			ended := make(chan error, 1)
			go func() { ended <- act() }()
			select {
			case err := <-ended:
				if !errors.Is(err, ErrBeside) {
					t.Errorf("%s with a pipe %s: %v", what, rest, err)
				}
			case <-time.After(2 * time.Minute):
				t.Errorf("%s with a pipe %s does not end", what, rest)
			}
		}
	}
}

// TestWhatIsNoPlainFile opens what must not even be opened: a pipe that nobody
// writes to would be waited for, and a device may do anything.
func TestWhatIsNoPlainFile(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", "/dev/null"} {
		for _, readOnly := range []bool{false, true} {
			ended := make(chan error, 1)
			go func() {
				s, err := Open(t.Context(), path, Config{ReadOnly: readOnly})
				if err == nil {
					err = errors.Join(errors.New("it was opened"), s.Close())
				}
				ended <- err
			}()
			select {
			case err := <-ended:
				if !errors.Is(err, ErrNotDatabase) {
					t.Errorf("%s: %v", path, err)
				}
			case <-time.After(2 * time.Minute):
				t.Errorf("%s, to be read only %v: opening it does not end", path, readOnly)
			}
		}
	}
}
