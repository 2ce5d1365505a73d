package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/store/backup"
	"kartei/store/highwater"
	"kartei/store/sqlite"
)

// kills is how many processes are killed; KARTEI_KILLS sets it.
func kills(t testing.TB) int {
	text := os.Getenv("KARTEI_KILLS")
	if text == "" {
		if testing.Short() {
			return 20
		}
		return 200
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// perLog is how many kills one collection has to take: examining it grows with
// its log.
const perLog = 20

// TestKill kills sessions and compiles at random moments with SIGKILL. Whatever
// was said to be on disk must be there, and nothing may be damaged. (It proves
// nothing about power loss: the system survives.)
func TestKill(t *testing.T) {
	unraced(t)
	dice := rand.New(rand.NewPCG(6, 0))
	acknowledged, editions := 0, 0
	for first := 0; first < kills(t); first += perLog {
		k := &killing{path: filepath.Join(t.TempDir(), "collection.db"), rows: map[string]string{}, undone: map[string]bool{}}
		s := openPlain(t, k.path)
		apply(t, s, learner(0))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for i := first; i < min(first+perLog, kills(t)); i++ {
			k.kill(t, i, dice)
		}
		if wrong := k.lost(t); wrong > 0 {
			t.Errorf("%d of %d acknowledged answers are lost or changed", wrong, k.acknowledged)
		}
		acknowledged, editions = acknowledged+k.acknowledged, editions+k.editions
	}
	t.Logf("%d kills: %d acknowledged answers and undos, %d compiles; 0 lost, 0 damaged", kills(t), acknowledged, editions)
}

// A killing is a collection whose processes are killed, and what they said.
type killing struct {
	path                   string
	rows                   map[string]string // hash by seq
	undone                 map[string]bool   // seq
	acknowledged, editions int
}

// kill kills the i-th process, and examines what it left.
func (k *killing) kill(t *testing.T, i int, dice *rand.Rand) {
	name, about := "learn", 70.0
	if i%8 == 7 {
		name, about = "compile", 3
	}
	for _, line := range killed(t, name, k.path, about, soon, dice) {
		var a, b string
		if n, _ := fmt.Sscanf(line, "row %s %s", &a, &b); n == 2 {
			k.rows[a] = b
			k.acknowledged++
		} else if n, _ := fmt.Sscanf(line, "undone %s", &a); n == 1 {
			k.undone[a] = true
			k.acknowledged++
		} else if strings.HasPrefix(line, "edition") {
			k.editions++
		}
	}
	s := openPlain(t, k.path)
	report, err := s.Doctor(t.Context(), i%10 == 0)
	if err != nil || len(report.Findings) > 0 {
		t.Fatalf("after kill %d of %s: %v %v", i, name, err, report.Findings)
	}
	oneEdition(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// lost counts what was said to be on disk and is not there, or not as it was.
func (k *killing) lost(t *testing.T) (wrong int) {
	for r, err := range openTest(t, k.path).Log(t.Context(), LogQuery{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		seq := fmt.Sprint(r.Seq)
		if want := k.rows[seq]; want != "" && want != r.Hash.String() || k.undone[seq] && !r.Undone {
			wrong++
		}
		delete(k.rows, seq)
		delete(k.undone, seq)
	}
	return wrong + len(k.rows) + len(k.undone)
}

// soon is within what a process does next.
const soon = 12 * time.Millisecond

// killed runs a helper, kills it at a random moment after it has said about as
// many lines as given, within about the given time, and gives what it said
// until then.
func killed(t *testing.T, name, path string, about float64, within time.Duration, dice *rand.Rand) (said []string) {
	t.Helper()
	cmd := helper(t, name, path, dice.Uint64())
	failed := stderrOf(cmd)
	all := lines(t, cmd)
	if first, ok := <-all; first != "ready" {
		t.Fatalf("%s did not begin: %q %v: %s", name, first, ok, failed)
	}
	enough := int(dice.ExpFloat64() * about)
	kill := func() {
		time.AfterFunc(time.Duration(dice.Float64()*1.1*float64(within)), func() { cmd.Process.Kill() })
	}
	if enough == 0 {
		kill()
	}
	for line := range all {
		if said = append(said, line); len(said) == enough {
			kill()
		}
	}
	mayEnd := name == "import" || name == "repair"
	if err := cmd.Wait(); failed.Len() > 0 || err == nil && !mayEnd {
		t.Fatalf("%s ended before it was killed: %v: %s", name, err, failed)
	}
	return said
}

// oneEdition fails the test if a compile was applied in part.
func oneEdition(t *testing.T, s *Store) {
	t.Helper()
	notes := map[string]bool{}
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		notes[c.Note] = true
	}
	if len(notes) != 1 {
		t.Fatalf("the deck is of several editions: %v", notes)
	}
}

func TestKillImport(t *testing.T) {
	unraced(t)
	folder := t.TempDir()
	full := openPlain(t, filepath.Join(folder, "full.db"))
	apply(t, full, deck("maths", 400))
	for i := range 30 {
		grade(t, full, learner(0).Facts[i].Cards[0].ID, 3, at(i, 0))
	}
	want := healthy(t, full).Digest
	path := filepath.Join(folder, "collection.db")
	f, err := os.Create(path + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(full.Export(t.Context(), f), f.Close(), full.Close()); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(7, 0))
	whole := undisturbed(t, "import", path)
	empty, complete := 0, 0
	for range max(10, kills(t)/10) {
		removeDatabase(path)
		killed(t, "import", path, 0, whole, dice)
		s := openPlain(t, path)
		all, err := s.Decks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			empty++
		} else {
			complete++
			if diff := cmp.Diff(want, healthy(t, s).Digest); diff != "" {
				t.Errorf("an interrupted import left another collection: %s", diff)
			}
		}
		s.Close()
	}
	t.Logf("%d imports of %v killed: %d left nothing, %d were done; none left a part", empty+complete, whole, empty, complete)
}

// undisturbed is how long a helper takes from its first line to its last.
func undisturbed(t *testing.T, name, path string) time.Duration {
	t.Helper()
	cmd := helper(t, name, path, 0)
	failed := stderrOf(cmd)
	var start, end time.Time
	for line := range lines(t, cmd) {
		if end = time.Now(); line == "ready" {
			start = end
		}
	}
	if err := cmd.Wait(); err != nil || !end.After(start) {
		t.Fatalf("%s took from %v to %v: %v: %s", name, start, end, err, failed)
	}
	return end.Sub(start)
}

// TestKillHistory kills imports of histories: each is in the log whole or not at
// all, and one that was said to be there is.
func TestKillHistory(t *testing.T) {
	unraced(t)
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(8, 0))
	said, between, n := 0, 0, max(6, kills(t)/20)
	for i := range n {
		for _, line := range killed(t, "history", path, 0.5, 8*soon, dice) {
			fmt.Sscanf(line, "answers %d", &said)
		}
		s := openPlain(t, path)
		report, err := s.Doctor(t.Context(), i == n-1)
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("after kill %d: %v %v", i, err, report.Findings)
		}
		var answers int
		if err := s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM log WHERE kind = 'grade'`).Scan(&answers); err != nil {
			t.Fatal(err)
		}
		if answers%inHistory != 0 || answers < said || answers > said+inHistory {
			t.Fatalf("kill %d left %d answers, where %d were said to be there, %d at a time", i, answers, said, inHistory)
		}
		if answers > said {
			between++
		}
		said = answers
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d imports of histories killed, %d of them done and not yet said so: %d answers, none in part", n, between, said)
}

func TestKillBackupAndRestore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	for i := range 30 {
		grade(t, s, learner(0).Facts[i].Cards[0].ID, 3, at(i, 0))
	}
	want := healthy(t, s).Digest
	s.Close()
	dice := rand.New(rand.NewPCG(9, 0))
	backups, n := 0, max(10, kills(t)/10)
	for i := range n {
		for _, line := range killed(t, "restore", path, 3, soon, dice) {
			if strings.HasPrefix(line, "backup ") {
				backups++
			}
		}
		s := openPlain(t, path)
		if diff := cmp.Diff(want, healthy(t, s).Digest); diff != "" {
			t.Fatalf("kill %d left another collection: %s", i, diff)
		}
		s.Close()
		all, err := backup.List(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range all {
			if err := Verify(t.Context(), b.Path, Config{}); err != nil {
				t.Fatalf("kill %d left a backup that is none: %v", i, err)
			}
			os.Remove(b.Path)
		}
	}
	t.Logf("%d kills during backup and restore, after %d backups: the collection was always whole, and so was every backup", n, backups)
}

// TestKillRepair kills the repair of a collection with damaged caches and a
// shortened log: the log stays as it was found, the damaged collection is saved
// before anything in it changes, and the next repair does what is left.
func TestKillRepair(t *testing.T) {
	unraced(t)
	path, _ := used(t)
	forge(t, path,
		`UPDATE memory SET stability = stability + 1`, `DELETE FROM voided`, `DELETE FROM aliases`, `UPDATE load SET cards = cards + 1`,
		`UPDATE facts SET line = line + 1`, `DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)`)
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	if err := errors.Join(sqlite.CopyFile(path, damaged), sqlite.CopyFile(highwater.Path(path), highwater.Path(damaged))); err != nil {
		t.Fatal(err)
	}
	found, log := examined(t, damaged)
	if found < 6 {
		t.Fatalf("this test needs more damage than %d findings", found)
	}
	dice := rand.New(rand.NewPCG(10, 0))
	whole := undisturbed(t, "repair", path)
	before, partly, done, n := 0, 0, 0, max(10, kills(t)/10)
	for i := range n {
		removeDatabase(path)
		os.RemoveAll(backup.Folder(path))
		if err := errors.Join(sqlite.CopyFile(damaged, path), sqlite.CopyFile(highwater.Path(damaged), highwater.Path(path))); err != nil {
			t.Fatal(err)
		}
		killed(t, "repair", path, 0, whole, dice)
		left, after := examined(t, path)
		if !slices.Equal(log, after) {
			t.Fatalf("kill %d left another log:\n%s", i, cmp.Diff(log, after))
		}
		switch left {
		case found:
			before++
		case 0:
			done++
		default:
			partly++
		}
		saved, err := backup.List(path)
		if err != nil || left < found && (len(saved) != 1 || saved[0].Reason != "repair") {
			t.Fatalf("kill %d: of %d findings %d are left, and saved is %v: %v", i, found, left, saved, err)
		}
		s, err := openDamaged(path)
		if err != nil {
			t.Fatal(err)
		}
		report, err := s.Doctor(t.Context(), true)
		if err == nil {
			_, err = s.Repair(t.Context(), report, at(41, 0))
		}
		if err != nil {
			t.Fatalf("repair after kill %d: %v", i, err)
		}
		healthy(t, s)
		s.Close()
	}
	t.Logf("%d repairs of %d findings and %v killed: %d had changed nothing, %d something, %d all; the log was always as before, and the next repair ended it", n, found, whole, before, partly, done)
}

// examined counts what a full examination finds, and gives the hashes of the log.
func examined(t *testing.T, path string) (findings int, log []string) {
	t.Helper()
	s, err := openDamaged(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	report, err := s.Doctor(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range s.Log(t.Context(), LogQuery{}, at(40, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, fmt.Sprint(row.Ref(), row.Hash))
	}
	return len(report.Findings), log
}
