package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/store/place"
	"kartei/store/place/placetest"
	"kartei/store/segment"
)

// A machine is a learner who meets others in a place.
type machine struct {
	*learner
	place string // where the place is, as it sees it
	now   time.Time
	said  int // answers that were acknowledged
}

const drillDeck = "testdata/decks/drill.md"

// newMachine has a deck that all machines have.
func newMachine(t *testing.T, place string) *machine {
	t.Helper()
	m := &machine{learner: newcomer(t), place: place}
	text, err := os.ReadFile(drillDeck)
	if err != nil {
		t.Fatal(err)
	}
	m.write("drill.md", string(text))
	m.later(0)
	m.run("compile", "drill.md")
	return m
}

// later is some time later.
func (m *machine) later(by time.Duration) {
	if m.now.IsZero() {
		m.now, _ = time.Parse(time.RFC3339, morning)
	}
	m.now = m.now.Add(by)
	m.env = append(m.env, "KARTEI_NOW="+m.now.Format(time.RFC3339))
}

// acknowledged begins what is said of an answer once it is kept.
const acknowledged = "\n  Good"

// answer answers up to n cards that are due or new, and cram n that need not be.
func (m *machine) answer(n int) {
	m.Helper()
	m.session(n, "--new", "3")
}

func (m *machine) cram(n int) {
	m.Helper()
	m.session(n, "--cram")
}

func (m *machine) session(n int, args ...string) {
	m.Helper()
	cmd := m.command(append([]string{"review", "drill", "--plain"}, args...)...)
	cmd.Stdin = strings.NewReader(strings.Repeat("\n3\n", n) + "q\n")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.Fatalf("%v\n%s", err, out)
	}
	m.said += strings.Count(string(out), acknowledged)
}

// meet brings all machines to the same, by as many visits as it takes: where they have
// one place each needs to be there twice, where a carrier goes between theirs until it
// has nothing more to bring.
func meet(t *testing.T, c *carrier, all []*machine) {
	t.Helper()
	for n := range 12 {
		for _, m := range all {
			m.run("sync")
		}
		if c == nil && n > 0 || c != nil && !c.settle() {
			return
		}
	}
	t.Errorf("after twelve rounds there is still something to bring")
}

// alike fails unless all machines are whole, know the same of all cards, and have every
// answer that was acknowledged on any.
func alike(t *testing.T, all []*machine) {
	t.Helper()
	answers := 0
	for _, m := range all {
		answers += m.said
	}
	year, _ := time.Parse(time.RFC3339, morning)
	year = year.AddDate(1, 0, 0)
	for _, m := range all {
		m.later(year.Sub(m.now))
	}
	for i, m := range all {
		m.run("doctor", "--full")
		if diff := cmp.Diff(all[0].run("cards", "--json", "deck:drill"), m.run("cards", "--json", "deck:drill")); diff != "" {
			t.Errorf("what the first machine knows, and machine %d:\n%s", i, diff)
		}
		if got := m.answers(); got != answers {
			t.Errorf("machine %d has %d answers of %d", i, got, answers)
		}
	}
}

// Machines whose folders a syncer keeps alike, in its own time and way, come to the
// same, and every answer counts once.
func TestCarriedPlaces(t *testing.T) {
	t.Parallel()
	for story := range depth(2, 6) {
		rename := []func(string) string{syncthing, nextcloud}[story%2]
		t.Run(strconv.Itoa(story), func(t *testing.T) {
			t.Parallel()
			carriedPlace(t, rename, story%3 > 0, uint64(story))
		})
	}
}

// carriedPlace tells a story of three machines; one may be a copy of another's home.
func carriedPlace(t *testing.T, rename func(string) string, cloned bool, seed uint64) {
	folders := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	c := newCarrier(t, rename, folders...)
	var all []*machine
	for i, folder := range folders {
		if i == 2 && cloned {
			all = append(all, all[0].cloned(folder))
			continue
		}
		m := newMachine(t, folder)
		m.run("sync", [...]string{"init", "join", "join"}[i], folder)
		all = append(all, m)
		c.settle()
	}
	if cloned { // both write rows of the same numbers
		all[0].answer(2)
		all[2].later(time.Hour)
		all[2].answer(2)
		if c.settle(); c.copies == 0 {
			t.Error("nothing was in conflict")
		}
	}
	c.dice = rand.New(rand.NewPCG(seed, 7))
	for range 20 {
		m := all[c.dice.IntN(len(all))]
		m.later(time.Duration(c.dice.IntN(20)) * time.Hour)
		switch c.dice.IntN(3) {
		case 0:
			m.answer(1 + c.dice.IntN(3))
		case 1:
			m.run("sync")
		}
		c.visit(c.dice.IntN(len(all)))
	}
	meet(t, c, all)
	alike(t, all)
	t.Logf("%d and %d and %d answers, %d files in conflict", all[0].said, all[1].said, all[2].said, c.copies)
}

// cloned is another machine with a copy of the whole home, and a folder of its own for
// the place.
func (m *machine) cloned(place string) *machine {
	m.Helper()
	other := &machine{learner: newcomer(m.learner.T), place: place, now: m.now}
	other.env = append(other.env, m.env[len(m.env)-1])
	if err := os.CopyFS(other.home, os.DirFS(m.home)); err != nil {
		m.Fatal(err)
	}
	other.run("sync", "leave")
	other.run("sync", "join", place)
	return other
}

// pair is a laptop that began a place and a desktop that joined it, with an answer each.
func pair(t *testing.T, where string) (laptop, desktop *machine) {
	t.Helper()
	laptop, desktop = newMachine(t, where), newMachine(t, where)
	for i, m := range []*machine{laptop, desktop} {
		m.run("config", "sync", "off")
		m.answer(1)
		m.run("sync", [...]string{"init", "join"}[i], where, "--name", [...]string{"laptop", "desktop"}[i])
	}
	meet(t, nil, []*machine{laptop, desktop})
	return laptop, desktop
}

// refused is what is said by a command that fails.
func (m *machine) refused(args ...string) string {
	m.Helper()
	out, err := m.command(args...).CombinedOutput()
	if err == nil {
		m.Errorf("kartei %s does not fail:\n%s", strings.Join(args, " "), out)
	}
	return string(out)
}

func expectSaid(t *testing.T, said string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("it says\n%s\nwithout %q", said, w)
		}
	}
}

// What can become of a place, and what each machine says then. Whatever it was, both
// come to the same in the end.
func TestPlacesThatGoWrong(t *testing.T) {
	t.Parallel()
	copyTo := func(t *testing.T, from, to string) {
		t.Helper()
		if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(from))); err != nil {
			t.Fatal(err)
		}
	}
	for name, story := range map[string]func(t *testing.T, place string, laptop, desktop *machine){
		"emptied": func(t *testing.T, place string, laptop, desktop *machine) {
			copyTo(t, t.TempDir(), place)
			laptop.answer(1)
			said := laptop.refused("sync")
			expectSaid(t, said, "it is not the place that this collection joined: there is no kartei-sync.json", "mount the disk")
			if all, err := os.ReadDir(place); err != nil || len(all) != 0 {
				t.Errorf("there is %v: %v", all, err)
			}
			laptop.run("sync", "init", place)
		},
		"gone": func(t *testing.T, place string, laptop, desktop *machine) {
			if err := os.Rename(place, place+"-away"); err != nil {
				t.Fatal(err)
			}
			laptop.answer(1)
			expectSaid(t, laptop.refused("sync"), "the place cannot be reached: there is no folder "+place, "hint: try again when it can; what is new here is safe")
			expectSaid(t, laptop.run("sync", "status"), "1 answer of this machine is in no copy")
			if err := os.Rename(place+"-away", place); err != nil {
				t.Fatal(err)
			}
		},
		"rolled back": func(t *testing.T, place string, laptop, desktop *machine) {
			before := t.TempDir()
			copyTo(t, place, before)
			laptop.answer(2)
			laptop.run("sync")
			desktop.run("sync")
			copyTo(t, before, place)
			desktop.answer(1)
			expectSaid(t, desktop.run("sync"), "the place went back: it has less of laptop than before; what it lost is put there again")
		},
		"a stranger's": func(t *testing.T, place string, laptop, desktop *machine) {
			mine := t.TempDir()
			copyTo(t, place, mine)
			copyTo(t, t.TempDir(), place)
			stranger := newMachine(t, place)
			stranger.answer(2)
			stranger.run("sync", "init", place)
			laptop.answer(1)
			expectSaid(t, laptop.refused("sync"), "it is not the place that this collection joined: another machine began this one")
			copyTo(t, mine, place)
		},
		"forgetful": func(t *testing.T, place string, laptop, desktop *machine) {
			laptop.answer(1)
			laptop.run("sync")
			segments, err := filepath.Glob(filepath.Join(place, "d", "*", "*.seg"))
			if err != nil || len(segments) < 3 {
				t.Fatalf("there are %v: %v", segments, err)
			}
			for _, name := range segments {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
			third := newMachine(t, place)
			third.run("sync", "join", place)
		},
		"with git's markers": func(t *testing.T, place string, laptop, desktop *machine) {
			laptop.answer(1)
			laptop.run("sync")
			segments, err := filepath.Glob(filepath.Join(place, "d", "*", "*.seg"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range segments {
				text, err := os.ReadFile(name)
				if err == nil {
					err = os.WriteFile(name, fmt.Appendf(nil, "<<<<<<< HEAD\n%s=======\n%s>>>>>>> theirs\n", text, text[:len(text)/2]), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			expectSaid(t, desktop.run("sync"), "left for later: d/", "it is not whole yet; a machine that has it puts it there again with its next sync")
			if said := laptop.run("sync"); strings.Contains(said, "warning") {
				t.Errorf("the machine that wrote them says\n%s", said)
			}
			if name := brokenObject(t, place); name != "" {
				t.Errorf("%s is there as it was", name)
			}
			if said := desktop.run("sync"); strings.Contains(said, "warning") {
				t.Errorf("and then the other says\n%s", said)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := filepath.Join(t.TempDir(), "place")
			laptop, desktop := pair(t, place)
			story(t, place, laptop, desktop)
			meet(t, nil, []*machine{laptop, desktop})
			alike(t, []*machine{laptop, desktop})
		})
	}
}

// Two machines meet in a bucket, which is encrypted. Whatever is wrong with it is said in
// a line, and a session goes on without it.
func TestS3Story(t *testing.T) {
	server := placetest.StartS3(t)
	where := server.In("notes")
	laptop, desktop := newMachine(t, where), newMachine(t, where)
	withKey := func(secret string) {
		for _, m := range []*machine{laptop, desktop} {
			m.env = append(m.env, "AWS_ACCESS_KEY_ID="+os.Getenv("AWS_ACCESS_KEY_ID"), "AWS_SECRET_ACCESS_KEY="+secret)
		}
	}
	typed := func(m *machine, line string, args ...string) string {
		cmd := m.command(args...)
		cmd.Stdin = strings.NewReader(line + "\n")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("kartei %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	expectSaid(t, laptop.refused("sync", "init", "s3://notes/kartei"), "s3://notes/kartei does not name its server: write s3://HOST/BUCKET/PREFIX")
	expectSaid(t, laptop.refused("sync", "init", where), "there is no key for", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	withKey("wrong")
	expectSaid(t, laptop.refused("sync", "init", where), "the secret in AWS_SECRET_ACCESS_KEY or ~/.aws/credentials is not that of its key")
	withKey(os.Getenv("AWS_SECRET_ACCESS_KEY"))
	expectSaid(t, laptop.refused("sync", "init", strings.Replace(where, "/kartei/", "/nothing/", 1)), `has no bucket "nothing"; make it there, or check its name`)

	laptop.answer(2)
	expectSaid(t, typed(laptop, "correct horse battery", "sync", "init", "--encrypt", where), "sent 2 answers")
	expectSaid(t, typed(desktop, "correct horse battery", "sync", "join", where), "2 answers")
	desktop.answer(2) // and sends them when it is over
	expectSaid(t, laptop.run("sync"), "2 answers")

	server.Stop(t)
	expectSaid(t, laptop.refused("sync"), "the place cannot be reached", "connection refused", "hint: try again when it can")
	review := laptop.command("review", "--plain")
	review.Stdin = strings.NewReader("\n3\nq\n")
	out, err := review.CombinedOutput()
	laptop.said += strings.Count(string(out), acknowledged)
	if n := strings.Count(string(out), "not synced"); err != nil || n != 1 || laptop.said != 3 {
		t.Errorf("offline: %v, said %d times that it is\n%s", err, n, out)
	}
	server.Again(t)
	meet(t, nil, []*machine{laptop, desktop})
	alike(t, []*machine{laptop, desktop})
}

// TestKilledSync kills exchanges through a folder at any moment, and TestS3Killed
// through a bucket: what is in the place is whole, and no answer is lost or counted
// twice.
func TestKilledSync(t *testing.T) {
	t.Parallel()
	killSyncs(t, t.TempDir(), nil)
}

func TestS3Killed(t *testing.T) {
	server := placetest.StartS3(t)
	killSyncs(t, server.Address, server)
}

func killSyncs(t *testing.T, where string, server *placetest.S3) {
	kills := depth(6, 20)
	if text := os.Getenv("KARTEI_KILLS"); text != "" {
		kills, _ = strconv.Atoi(text)
	}
	folder := where
	laptop, desktop := newMachine(t, where), newMachine(t, where)
	for _, m := range []*machine{laptop, desktop} {
		m.env = append(m.env, "AWS_ACCESS_KEY_ID="+os.Getenv("AWS_ACCESS_KEY_ID"), "AWS_SECRET_ACCESS_KEY="+os.Getenv("AWS_SECRET_ACCESS_KEY"))
		m.run("config", "sync", "off")
	}
	if server != nil {
		folder = filepath.Join(server.Folder, "kartei")
	}
	laptop.run("sync", "init", where)
	desktop.run("sync", "join", where)
	dice := rand.New(rand.NewPCG(5, 0))
	whole := took(func() { laptop.run("sync") })
	for n := range kills {
		m := []*machine{laptop, desktop}[n%2]
		m.later(time.Duration(dice.IntN(600)) * time.Minute)
		m.cram(1 + dice.IntN(2))
		killed(t, m.command("sync"), -1, time.Duration(dice.Float64()*1.2*float64(whole)))
		if name := brokenObject(t, folder); name != "" {
			t.Fatalf("kill %d left %s in the place, which is not whole", n, name)
		}
	}
	meet(t, nil, []*machine{laptop, desktop})
	alike(t, []*machine{laptop, desktop})
	t.Logf("%d exchanges killed within %v: %d answers, 0 lost, 0 twice; nothing in the place was a part", kills, whole.Round(time.Millisecond), laptop.said+desktop.said)
}

// took is how long something takes.
func took(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// brokenObject is the name of an object that is not whole.
func brokenObject(t *testing.T, folder string) (name string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") || entry.Name() == place.SetName {
			return err
		}
		data, err := os.ReadFile(at)
		if err == nil && !segment.IsWhole(data) {
			name = at
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// desktop is another collection of a learner, which has begun a place with two answers.
func desktop(l *learner) {
	l.Helper()
	l.env = append(l.env, "KARTEI_COLLECTION=desktop.db")
	l.drill()
	review := l.command("review", "drill", "--plain")
	review.Stdin = strings.NewReader("\n3\n\n3\nq\n")
	if out, err := review.CombinedOutput(); err != nil {
		l.Fatalf("%v: %s", err, out)
	}
	l.run("sync", "init", "place")
	l.env = l.env[:len(l.env)-1]
	if err := os.Remove(l.home + "/desktop.db"); err != nil {
		l.Fatal(err)
	}
}

// joined looks at what an interrupted join has left: what is in the place is whole; what
// the desktop did is there for whoever joins next, and what this machine did, if the
// command says so; and the same once more brings all to all.
func joined(l *learner, home, said string, done bool) error {
	if _, err := l.examined(collectionOf(home)); err != nil {
		return err
	}
	if name := brokenObject(l.T, filepath.Join(home, "place")); name != "" {
		return fmt.Errorf("%s is not whole", name)
	}
	answers := func(collection string) (int, error) {
		for _, args := range [][]string{{"sync", "join", "place"}, {"log", "--json"}} {
			cmd := l.command(append([]string{"--collection", collection}, args...)...)
			cmd.Dir, cmd.Env = home, append(cmd.Env, "HOME="+home)
			out, err := cmd.CombinedOutput()
			if err != nil {
				return 0, fmt.Errorf("kartei %s: %w: %s", strings.Join(args, " "), err, out)
			}
			if args[0] == "log" {
				return strings.Count(string(out), `"kind":"grade"`), nil
			}
		}
		return 0, nil
	}
	if n, err := answers("third.db"); err != nil || n < 2 || done && n != 4 {
		return fmt.Errorf("a third machine finds %d answers, done is %v: %w", n, done, err)
	}
	if n, err := answers(collectionOf(home)); err != nil || n != 4 {
		return fmt.Errorf("after another join there are %d answers: %w", n, err)
	}
	if n, err := answers("third.db"); err != nil || n != 4 {
		return fmt.Errorf("after both the third machine has %d answers: %w", n, err)
	}
	_, err := l.examined(collectionOf(home))
	return err
}
