package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/sqlite"
)

// helpers are what the test binary does when it is started as another process:
// with KARTEI_STORE_HELPER set to one of these names. They say on stdout what
// they have been told is on disk.
var helpers = map[string]func(path string, dice *rand.Rand) error{
	"open":    helpOpen,
	"learn":   helpLearn,
	"compile": helpCompile,
	"import":  helpImport,
	"history": helpHistory,
	"restore": helpRestore,
	"repair":  helpRepair,
	"contend": helpContend,
}

func TestMain(m *testing.M) {
	if name := os.Getenv("KARTEI_STORE_HELPER"); name != "" {
		seed, _ := strconv.ParseUint(os.Getenv("KARTEI_STORE_SEED"), 10, 64)
		if err := helpers[name](os.Getenv("KARTEI_STORE_PATH"), rand.New(rand.NewPCG(seed, 0))); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// With the race detector every process that ends would sleep for a second first.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// helper prepares another process that does a helper's work.
func helper(t testing.TB, name, path string, seed uint64) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "KARTEI_STORE_HELPER="+name, "KARTEI_STORE_PATH="+path, "KARTEI_STORE_SEED="+strconv.FormatUint(seed, 10))
	return cmd
}

func helpOpen(path string, _ *rand.Rand) error {
	s, err := Open(context.Background(), path, Config{})
	if err != nil {
		return err
	}
	fmt.Println("device", s.Device())
	return s.Close()
}

func helpStore(path string) (*Store, error) {
	return Open(context.Background(), path, Config{Calendar: scheduler.DefaultCalendar})
}

// openDamaged opens a collection that is to be examined or mended.
func openDamaged(path string) (*Store, error) {
	return Open(context.Background(), path, Config{Calendar: scheduler.DefaultCalendar, Damaged: true})
}

// learner is the deck of the helpers.
func learner(edition int) *decks.Deck {
	d := deck("maths", 40)
	for i := range d.Facts {
		card := &d.Facts[i].Cards[0]
		card.Note = fmt.Sprint("edition ", edition)
	}
	return d
}

// helpLearn answers and undoes at random until it is killed, and says every row
// that Append or Undo called written: "row SEQ HASH".
func helpLearn(path string, dice *rand.Rand) error {
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	ctx := context.Background()
	d := learner(0)
	var day int
	if err := s.db.QueryRowContext(ctx, `SELECT coalesce(max(day) - ?, 0) FROM log`, at(0, 0).Day).Scan(&day); err != nil {
		return err
	}
	fmt.Println("ready")
	for i := 0; ; i++ {
		now := at(day, time.Duration(i)*time.Second)
		if dice.IntN(8) == 0 {
			undone, err := s.Undo(ctx, now)
			if err == nil {
				fmt.Println("undone", undone[0].Seq)
			} else if !errors.Is(err, ErrNothing) {
				return err
			}
			continue
		}
		row, err := tryGrade(ctx, s, d.Facts[dice.IntN(len(d.Facts))].Cards[0].ID, scheduler.Grade(1+dice.IntN(4)), now)
		if err != nil {
			return err
		}
		fmt.Println("row", row.Seq, row.Hash)
		if dice.IntN(20) == 0 {
			day++
		}
	}
}

// helpCompile applies edition after edition, and says each: "edition N".
func helpCompile(path string, dice *rand.Rand) error {
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for {
		edition := dice.IntN(1 << 30)
		if _, err := s.Apply(context.Background(), Compiled{Root: "/decks", Decks: []*decks.Deck{learner(edition)}}, at(0, 0)); err != nil {
			return err
		}
		fmt.Println("edition", edition)
	}
}

// helpImport imports the export beside path.
func helpImport(path string, _ *rand.Rand) error {
	f, err := os.Open(path + ".json")
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if err := s.Import(context.Background(), bufio.NewReader(f)); err != nil {
		return err
	}
	fmt.Println("imported")
	return s.Close()
}

// inHistory is how many answers each import of helpHistory has.
const inHistory = 40 * 5

// helpHistory imports one history of all cards after another, each of later days,
// and says how many answers are in the log: "answers N".
func helpHistory(path string, _ *rand.Rand) error {
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	var answers int
	if err := s.db.QueryRowContext(context.Background(), `SELECT count(*) FROM log WHERE kind = 'grade'`).Scan(&answers); err != nil {
		return err
	}
	fmt.Println("ready")
	for day := answers / inHistory * 5; ; day += 5 {
		var cards []CardHistory
		for i, f := range learner(0).Facts {
			due := at(day+5+i, 0).Day
			cards = append(cards, CardHistory{Card: f.Cards[0].ID, Past: graded(day, 3, 1, 3, 3, 4), Suspended: day%2 == 0,
				Place: &scheduler.ImportedState{State: scheduler.Review, DueDay: due, Interval: i + 1, Stability: 3.5, Difficulty: 5}})
		}
		r, err := s.ImportHistory(context.Background(), cards, at(day+4, time.Hour), at(day+4, time.Hour))
		if err != nil {
			return err
		}
		answers += r.Grades
		fmt.Println("answers", answers)
	}
}

// helpRestore makes backups and restores the newest, over and over.
func helpRestore(path string, _ *rand.Rand) error {
	s, err := helpStore(path)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	for i := 0; ; i++ {
		b, err := s.Backup(context.Background(), "asked", at(0, time.Duration(i)*time.Second))
		if err != nil {
			return err
		}
		fmt.Println("backup", b.Path)
		if _, err := Restore(context.Background(), path, b.Path, s.config, at(0, time.Duration(i)*time.Second+500*time.Millisecond)); err != nil {
			return err
		}
		fmt.Println("restored", b.Path)
	}
}

// helpRepair mends all that a full examination finds.
func helpRepair(path string, _ *rand.Rand) error {
	s, err := openDamaged(path)
	if err != nil {
		return err
	}
	report, err := s.Doctor(context.Background(), true)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := s.Repair(context.Background(), report, at(40, 0)); err != nil {
		return err
	}
	fmt.Println("repaired")
	return nil
}

// lines reads what a helper says, a line at a time.
func lines(t testing.TB, cmd *exec.Cmd) <-chan string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1000)
	go func() {
		defer close(said)
		for in := bufio.NewScanner(out); in.Scan(); {
			said <- in.Text()
		}
	}()
	return said
}

// stringsOf is a buffer for what a helper says on stderr.
func stderrOf(cmd *exec.Cmd) *strings.Builder {
	var b strings.Builder
	cmd.Stderr = &b
	return &b
}

// connect opens a database without what a store does.
func connect(source sqlite.Source) (*sql.DB, error) {
	db, err := sql.Open("sqlite", string(source))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func removeDatabase(path string) {
	for _, part := range []string{"", "-wal", "-shm", "-mark"} {
		os.Remove(path + part)
	}
}

// unraced skips a test when the race detector is in the program: it has one goroutine,
// or starts one program after the other, and the detector makes SQLite ten times
// slower. .ci/run runs it without.
func unraced(t testing.TB) {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("not with the race detector: nothing in it is concurrent")
	}
}
