package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// kills is how many processes are killed; KARTEI_KILLS sets it.
func kills(t testing.TB) int {
	text := os.Getenv("KARTEI_KILLS")
	if text == "" {
		if testing.Short() {
			return 40
		}
		return 200
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestKill kills sessions and compiles at random moments with SIGKILL. Whatever
// was said to be on disk must be there, and nothing may be damaged. (It proves
// nothing about power loss: the system survives.)
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	rows, undone, editions, acknowledged := map[string]string{}, map[string]bool{}, 0, 0
	for i := range kills(t) {
		name, about := "learn", 70.0
		if i%8 == 7 {
			name, about = "compile", 3
		}
		for _, line := range killed(t, name, path, about, dice) {
			var a, b string
			if n, _ := fmt.Sscanf(line, "row %s %s", &a, &b); n == 2 {
				rows[a] = b
				acknowledged++
			} else if n, _ := fmt.Sscanf(line, "undone %s", &a); n == 1 {
				undone[a] = true
				acknowledged++
			} else if strings.HasPrefix(line, "edition") {
				editions++
			}
		}
		again := openPlain(t, path)
		report, err := again.Doctor(t.Context(), i%10 == 0)
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("after kill %d of %s: %v %v", i, name, err, report.Findings)
		}
		oneEdition(t, again)
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wrong := 0
	for r, err := range openTest(t, path).Log(t.Context(), LogQuery{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		seq := fmt.Sprint(r.Seq)
		if want := rows[seq]; want != "" && want != r.Hash.String() || undone[seq] && !r.Undone {
			wrong++
		}
		delete(rows, seq)
		delete(undone, seq)
	}
	if wrong += len(rows) + len(undone); wrong > 0 {
		t.Errorf("%d of %d acknowledged answers are lost or changed", wrong, acknowledged)
	}
	t.Logf("%d kills: %d acknowledged answers and undos, %d compiles; 0 lost, 0 damaged", kills(t), acknowledged, editions)
}

// killed runs a helper, kills it at a random moment after it has said about as
// many lines as given, and gives what it said until then.
func killed(t *testing.T, name, path string, about float64, dice *rand.Rand) (said []string) {
	t.Helper()
	cmd := helper(t, name, path, dice.Uint64())
	failed := stderrOf(cmd)
	all := lines(t, cmd)
	if first, ok := <-all; first != "ready" {
		t.Fatalf("%s did not begin: %q %v: %s", name, first, ok, failed)
	}
	enough := int(dice.ExpFloat64() * about)
	kill := func() {
		time.AfterFunc(time.Duration(dice.ExpFloat64()*float64(5*time.Millisecond)), func() { cmd.Process.Kill() })
	}
	if enough == 0 {
		kill()
	}
	for line := range all {
		if said = append(said, line); len(said) == enough {
			kill()
		}
	}
	if err := cmd.Wait(); failed.Len() > 0 || err == nil && name != "import" {
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
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	empty, complete := 0, 0
	for range max(10, kills(t)/10) {
		removeDatabase(path)
		killed(t, "import", path, 0, dice)
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
	t.Logf("%d imports killed: %d left nothing, %d were done; none left a part", empty+complete, empty, complete)
}

// TestKillHistory kills imports of histories: each is in the log whole or not at
// all, and one that was said to be there is.
func TestKillHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "collection.db")
	s := openPlain(t, path)
	apply(t, s, learner(0))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	said, between, n := 0, 0, max(6, kills(t)/20)
	for i := range n {
		for _, line := range killed(t, "history", path, 0.5, dice) {
			fmt.Sscanf(line, "answers %d", &said)
		}
		s := openPlain(t, path)
		report, err := s.Doctor(t.Context(), i == n-1)
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("after kill %d: %v %v", i, err, report.Findings)
		}
		var answers int
		if err := s.db.QueryRow(`SELECT count(*) FROM log WHERE kind = 'grade'`).Scan(&answers); err != nil {
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
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	backups, n := 0, max(10, kills(t)/10)
	for i := range n {
		for _, line := range killed(t, "restore", path, 3, dice) {
			if strings.HasPrefix(line, "backup ") {
				backups++
			}
		}
		s := openPlain(t, path)
		if diff := cmp.Diff(want, healthy(t, s).Digest); diff != "" {
			t.Fatalf("kill %d left another collection: %s", i, diff)
		}
		s.Close()
		all, err := Backups(path)
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
