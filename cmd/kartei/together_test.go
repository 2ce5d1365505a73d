package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// manyFacts is a deck of numbers, in many editions.
func manyFacts(edition int) string {
	var b strings.Builder
	b.WriteString("---\ndeck: many\nlang: en\n---\n")
	for i := range 400 {
		fmt.Fprintf(&b, "\nQ: Which number comes after %d?\nA: %d\nNote: edition %d\nId: after-%d\n", i, i+1, edition, i)
	}
	return b.String()
}

// crowd is a learner who uses the program as it is built, with that deck.
func crowd(t *testing.T) *learner {
	l := newLearner(t)
	l.write("many.md", manyFacts(0))
	l.run("compile", "many.md")
	return l
}

// Two learners answer the cards of one deck in two terminals, while a third
// compiles it again and again and a fourth exports everything. Nobody fails, no
// answer is lost, no card is asked by both.
func TestTwoTerminalsAtOnce(t *testing.T) {
	t.Parallel()
	l := crowd(t)
	const each = 40
	var sessions, others sync.WaitGroup
	over := make(chan struct{})
	for i := range 2 {
		sessions.Go(func() {
			review := l.command("review", "many", "--plain", "--new", "1000")
			review.Stdin = strings.NewReader(strings.Repeat("\n4\n", each) + "q\n")
			out, err := review.CombinedOutput()
			if err != nil || !strings.Contains(string(out), fmt.Sprint(each, " cards")) || strings.Contains(string(out), "answered elsewhere") {
				t.Errorf("session %d: %v\n%s", i, err, out)
			}
		})
	}
	counts := make([]int, 2)
	for i, act := range []func(int) *exec.Cmd{
		func(n int) *exec.Cmd {
			l.write("many.md", manyFacts(n))
			return l.command("compile", "many.md")
		},
		func(int) *exec.Cmd { return l.command("export", "--format", "json", "-o", "all.json") },
	} {
		others.Go(func() {
			for {
				counts[i]++
				if out, err := act(counts[i]).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
					return
				}
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	sessions.Wait()
	close(over)
	others.Wait()
	l.healthy(2 * each)
	cards := map[string]bool{}
	for _, m := range regexp.MustCompile(`"card":"([a-z0-9]+)"`).FindAllStringSubmatch(l.run("log", "--json"), -1) {
		if cards[m[1]] {
			t.Errorf("card %s was asked twice", m[1])
		}
		cards[m[1]] = true
	}
	if t.Failed() {
		return
	}
	t.Logf("2 sessions with %d answers each, %d compiles, %d exports: 0 failed, 0 lost, no card asked twice", each, counts[0], counts[1])
}

// Whoever only looks does not wait for somebody who is in the middle of a
// change and never ends it.
func TestLookingNeverWaits(t *testing.T) {
	t.Parallel()
	l := crowd(t)
	l.run("decks") // the day's backup
	db, err := sql.Open("sqlite", "file:"+l.home+"/"+inCollection+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	change, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer change.Rollback()
	if _, err := change.Exec(`UPDATE decks SET name = 'not for others to see'`); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"decks"}, {"cards", "deck:many"}, {"log"}, {"doctor"}, {"backup"}, {"backup", "list"}, {"export", "--format", "json", "-o", "all.json"}} {
		l.run(args...)
	}
}

// inCollection is where the collection is in a home.
const inCollection = ".local/share/kartei/collection.db"

// questionShown begins each question of a plain review.
const questionShown = "new "

// TestKilledProgram kills the program itself at random moments of reviews,
// compiles and imports. An answer after which the next question was shown is
// in the log; the collection is whole, and an import has done all or nothing.
func TestKilledProgram(t *testing.T) {
	t.Parallel()
	kills := depth(12, 40)
	if text := os.Getenv("KARTEI_KILLS"); text != "" {
		kills, _ = strconv.Atoi(text)
	}
	l := crowd(t)
	l.run("export", "--format", "json", "-o", "all.json")
	want := digestOf(l.run("doctor", "--full"))
	dice := rand.New(rand.NewPCG(3, 0))
	soon := func(about time.Duration) time.Duration { return time.Duration(dice.ExpFloat64() * float64(about)) }
	recorded, empty := 0, 0
	for i := range kills {
		switch i % 4 {
		case 2:
			l.write("many.md", manyFacts(i))
			killed(t, l.command("compile", "many.md"), -1, soon(30*time.Millisecond))
		case 3:
			for _, part := range []string{"", "-wal", "-shm", "-mark"} {
				os.Remove(l.home + "/new.db" + part)
			}
			killed(t, l.command("--collection", "new.db", "import", "all.json"), -1, soon(60*time.Millisecond))
			got := l.run("--collection", "new.db", "doctor", "--full")
			if strings.Contains(got, "healthy: 0 cards") {
				empty++
			} else if digestOf(got) != want {
				t.Errorf("a killed import left a part:\n%s", got)
			}
		default:
			review := l.command("review", "many", "--plain", "--new", "100000")
			review.Stdin = strings.NewReader(strings.Repeat("\n4\n", 400))
			recorded += max(0, killed(t, review, 1+dice.IntN(15), soon(3*time.Millisecond))-1)
		}
		l.run("doctor")
	}
	answers := l.answers()
	if answers < recorded || answers > recorded+kills/2 {
		t.Errorf("%d answers were shown as recorded, %d are in the log", recorded, answers)
	}
	t.Logf("%d kills: %d answers shown as recorded, %d in the log; %d of %d imports had done nothing; 0 lost, 0 damaged", kills, recorded, answers, empty, kills/4)
}

// killed starts the program, kills it some time after it has shown so many
// questions, or after its start if that is -1, and returns how many it showed.
func killed(t *testing.T, cmd *exec.Cmd, questions int, after time.Duration) (shown int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() { time.AfterFunc(after, func() { cmd.Process.Kill() }) }
	if questions < 0 {
		kill()
	}
	for in := bufio.NewScanner(out); in.Scan(); {
		if strings.HasPrefix(in.Text(), questionShown) {
			if shown++; shown == questions {
				kill()
			}
		}
	}
	_ = cmd.Wait() // it was killed, or was quicker
	return shown
}

// digestOf is what doctor --full prints of a collection.
func digestOf(report string) string {
	_, rest, _ := strings.Cut(report, "\ndigest   ")
	digest, _, _ := strings.Cut(rest, "\n")
	return digest
}
