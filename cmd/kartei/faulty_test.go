package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/store"
	"kartei/store/atomicfile"
	"kartei/store/backup"
	"kartei/store/highwater"
)

// A faulty command is one that is interrupted: its calls fail, it is killed, the
// power is cut, the disk is full.
type faulty struct {
	name    string
	args    []string
	stdin   string
	prepare func(l *learner) // makes what the command finds
	// check looks at what it left; done is whether it said that all went well.
	check func(l *learner, home, said string, done bool) error
}

// copied makes a copy of the learner's home, always in the same place.
func (l *learner) copied() (home string, done func()) {
	l.Helper()
	home = filepath.Join(l.home+"-try", "home")
	done = func() { os.RemoveAll(filepath.Dir(home)) }
	done()
	if err := os.CopyFS(home, os.DirFS(l.home)); err != nil {
		l.Fatal(err)
	}
	return home, done
}

// fewCuts is how many power cuts are enough when nobody asks for more.
const fewCuts = 4

// powerCuts is how many power cuts each command has to take; KARTEI_CUTS sets it.
func powerCuts(t *testing.T) int {
	text := os.Getenv("KARTEI_CUTS")
	if text == "" {
		return depth(2, fewCuts)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An outcome is what a command did under a fault.
type outcome struct {
	calls []string
	said  string
	done  bool
	err   error // what is wrong with what it left
}

// judge says what is wrong with what a command said and left.
func (c *faulty) judge(l *learner, home string, o outcome) error {
	if !o.done && (!strings.Contains(o.said, "kartei: error: ") || strings.Contains(o.said, "internal:") || !strings.Contains(o.said, "kartei: hint: ")) {
		return fmt.Errorf("it ended without saying why and what to do")
	}
	err := filepath.WalkDir(home, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".part") || strings.Contains(filepath.Base(path), "all.json.") {
			return fmt.Errorf("it left %s", path)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.check(l, home, o.said, o.done)
}

func everyFault() bool { return os.Getenv("KARTEI_FAULTS") == "all" }

func collectionOf(home string) string {
	return filepath.Join(home, inCollection)
}

// examined lets the doctor look at a collection, which must be whole.
func (l *learner) examined(path string) (digest string, err error) {
	said, err := l.doctor(path)
	return digestOf(said), err
}

// counted is examined, but tells only how many cards and rows there are: devices
// have names of their own in each run.
func (l *learner) counted(path string) (counts string, err error) {
	said, err := l.doctor(path)
	_, counts, found := strings.Cut(said, "healthy: ")
	if err == nil && !found {
		err = fmt.Errorf("the doctor does not say that it is healthy: %s", said)
	}
	counts, _, _ = strings.Cut(counts, "\n")
	return counts, err
}

func (l *learner) doctor(path string) (said string, err error) {
	out, err := l.command("--collection", path, "doctor", "--full").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("the collection is damaged: %s", out)
	}
	return string(out), nil
}

// oldOrNew checks that a collection is what it was before or, always when the
// command says that it is done, what it is afterwards.
func oldOrNew(path string) func(*learner, string, string, bool) error {
	return oldOrNewOf(func(l *learner, home string) (string, error) { return l.examined(filepath.Join(home, path)) })
}

// oldOrNewOf checks it of whatever look tells. The first look is at what there was
// before, the second at what a command has done without a fault; see prepared.
func oldOrNewOf(look func(l *learner, home string) (string, error)) func(*learner, string, string, bool) error {
	var states []string
	return func(l *learner, home, said string, done bool) error {
		now, err := look(l, home)
		switch {
		case err != nil:
			return err
		case len(states) < 2:
			states = append(states, now)
		case now != states[1] && (done || now != states[0]):
			return fmt.Errorf("done: %v; it is neither the old one nor the new one:\n%s\nbut\n%s\nwas before, and would be\n%s", done, now, states[0], states[1])
		}
		return nil
	}
}

// prepared makes what a command finds, and looks at it.
func (c *faulty) prepared(t *testing.T) *learner {
	t.Helper()
	l := newLearner(t)
	c.prepare(l)
	home, done := l.copied()
	defer done()
	if err := c.check(l, home, "", false); err != nil {
		t.Fatal(err)
	}
	return l
}

// filesOf looks at what is in files and folders of a home.
func filesOf(names ...string) func(*learner, string) (string, error) {
	return func(_ *learner, home string) (string, error) {
		all := "files"
		for _, name := range names {
			err := filepath.WalkDir(filepath.Join(home, name), func(path string, d fs.DirEntry, err error) error {
				if errors.Is(err, fs.ErrNotExist) {
					return nil
				}
				if err != nil || d.IsDir() || atomicfile.IsAside(path) { // what is aside still goes when something is written there again
					return err
				}
				text, err := os.ReadFile(path)
				all += fmt.Sprintf(" %s=%x", strings.TrimPrefix(path, home), sha256.Sum256(text))
				return err
			})
			if err != nil {
				return "", err
			}
		}
		return all, nil
	}
}

// imported looks at what an import left, once the next command has been given:
// the collection and the files are of one step, and nothing else is there.
func imported(l *learner, home string) (string, error) {
	counts, err := l.counted(collectionOf(home))
	if err != nil {
		return "", err
	}
	files, err := filesOf("out")(l, home)
	if _, err := os.Lstat(collectionOf(home) + "-step"); err == nil {
		return "", errors.New("the journal of the import is there still")
	}
	if strings.Contains(files, "/.kartei-") {
		return "", fmt.Errorf("something of the import is aside still: %s", files)
	}
	return counts + " " + files, err
}

const threeAnswers = "\n3\n\n4\n\n1\nq\n"

func faultyCommands() []faulty {
	// A deck of twelve cards, two answers, and today's backup.
	begun := func(l *learner) {
		l.drill()
		review := l.command("review", "drill", "--plain")
		review.Stdin = strings.NewReader("\n3\n\n3\nq\n")
		if out, err := review.CombinedOutput(); err != nil {
			l.Fatalf("%v: %s", err, out)
		}
	}
	edited := func(l *learner) {
		begun(l)
		deck, err := os.ReadFile("testdata/decks/drill.md")
		if err == nil {
			err = os.WriteFile(filepath.Join(l.home, "drill.md"), bytes.ReplaceAll(deck, []byte("A: "), []byte("A: now ")), 0o600)
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	// A small collection, for commands that write all of it.
	small := func(l *learner) {
		unpackSample(l, collectionOf(l.home))
		l.run("doctor")
		l.run("backup", "back.db")
		s, err := store.Open(l.Context(), collectionOf(l.home), store.Config{Calendar: scheduler.DefaultCalendar})
		if err != nil {
			l.Fatal(err)
		}
		defer s.Close()
		f, err := os.Create(filepath.Join(l.home, "all.json"))
		if err == nil {
			err = errors.Join(s.Export(l.Context(), f), f.Close())
		}
		if err == nil {
			_, err = s.Undo(l.Context(), scheduler.DefaultCalendar.Moment(time.Now()))
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	quizFiles := []func(*learner, string, string, bool) error{oldOrNewOf(filesOf("exam.form")), oldOrNewOf(filesOf("exam.key"))}
	return []faulty{
		{name: "grade", args: []string{"review", "drill", "--plain"}, stdin: threeAnswers, prepare: begun,
			check: func(l *learner, home, said string, done bool) error {
				if _, err := l.examined(collectionOf(home)); err != nil {
					return err
				}
				log, err := l.command("--collection", collectionOf(home), "log", "--json").Output()
				answers := bytes.Count(log, []byte(`"kind":"grade"`))
				recorded := max(0, strings.Count(said, "\n"+questionShown)-1) // the last question was not answered, or in vain
				if err == nil && (answers < 2+recorded || answers > 2+3) {
					err = fmt.Errorf("%d answers were there, %d more were shown as recorded, the log has %d", 2, recorded, answers)
				}
				return err
			}},
		{name: "undo", args: []string{"undo"}, prepare: begun, check: oldOrNew(inCollection)},
		{name: "compile", args: []string{"compile", "--take-over", "drill.md"}, prepare: edited, check: oldOrNew(inCollection)},
		{name: "backup", args: []string{"backup"}, prepare: small, check: func(l *learner, home, said string, done bool) error {
			all, err := backup.List(collectionOf(home))
			for _, b := range all {
				if err := store.Verify(l.Context(), b.Path, store.Config{}); err != nil {
					return err
				}
			}
			if err == nil && done && len(all) != 2 { // one was made before the migration
				err = fmt.Errorf("it says that it made a backup, and there are %d", len(all))
			}
			if err == nil {
				_, err = l.examined(collectionOf(home))
			}
			return err
		}},
		{name: "export", args: []string{"export", "--format", "json", "-o", "all.json"}, prepare: func(l *learner) {
			begun(l)
			if err := os.WriteFile(filepath.Join(l.home, "all.json"), []byte("old"), 0o600); err != nil {
				l.Fatal(err)
			}
		}, check: oldOrNewOf(filesOf("all.json"))},
		{name: "import", args: []string{"--collection", "new.db", "import", "all.json"}, prepare: small, check: oldOrNew("new.db")},
		{name: "anki", args: []string{"import", "geo.apkg", "-o", "out", "--deck", "anki"}, prepare: func(l *learner) {
			begun(l)
			ankiPackage(l)
		}, check: oldOrNewOf(imported)},
		{name: "questions", args: []string{"import", "q.gift", "--update", "q.md"}, prepare: func(l *learner) {
			begun(l)
			write := func(text string) {
				if err := os.WriteFile(filepath.Join(l.home, "q.gift"), []byte(text), 0o600); err != nil {
					l.Fatal(err)
				}
			}
			write("::one::What is one? {=1}\n\n::two::What is two? {=3}\n")
			l.run("import", "q.gift", "-o", "q.md")
			write("::one::What is one? {=1}\n\n::two::What is two? {=2}\n\n::three::What is three? {=3}\n")
		}, check: oldOrNewOf(func(l *learner, home string) (string, error) {
			if _, err := l.counted(collectionOf(home)); err != nil {
				return "", err
			}
			return filesOf("q.md", "imports")(l, home)
		})},
		{name: "fmt", args: []string{"fmt", "-w", "drill.md"}, prepare: func(l *learner) {
			text := "---\ndeck:   drill\n---\nQ: one  \nA:   two\n"
			if err := os.WriteFile(filepath.Join(l.home, "drill.md"), []byte(text), 0o600); err != nil {
				l.Fatal(err)
			}
		}, check: oldOrNewOf(filesOf("drill.md"))},
		{name: "config", args: []string{"config", "key.good", "j"}, prepare: begun, check: oldOrNewOf(filesOf(".config"))},
		{name: "options", args: []string{"decks", "options", "drill", "--new", "3"}, prepare: begun, check: oldOrNewOf(func(l *learner, home string) (string, error) {
			if _, err := l.examined(collectionOf(home)); err != nil {
				return "", err
			}
			said, err := l.command("--collection", collectionOf(home), "decks", "options", "drill").Output()
			return string(said), err
		})},
		{name: "quiz", args: []string{"quiz", "make", "drill", "--questions", "3", "--seed", "1", "-o", "exam.form", "--key", "exam.key"}, prepare: begun,
			check: func(l *learner, home, said string, done bool) error {
				if err := quizFiles[0](l, home, said, done); err != nil {
					return err
				}
				return quizFiles[1](l, home, said, done)
			}},
		{name: "mend", args: []string{"restore", "back.db"}, prepare: func(l *learner) { // the collection is damaged
			small(l)
			f, err := os.OpenFile(collectionOf(l.home), os.O_RDWR, 0)
			if err == nil {
				_, err = f.WriteAt(make([]byte, 4096), 0)
				err = errors.Join(err, f.Close())
			}
			if err != nil {
				l.Fatal(err)
			}
		}, check: oldOrNewOf(func(l *learner, home string) (string, error) {
			is, err := filesOf(inCollection)(l, home)
			if counts, sound := l.counted(collectionOf(home)); sound == nil {
				return "healthy: " + counts, err
			}
			return "damaged: " + is, err
		})},
		{name: "restore", args: []string{"restore", "back.db"}, prepare: small, check: oldOrNew(inCollection)},
		{name: "sync", args: []string{"sync", "join", "place"}, prepare: func(l *learner) {
			begun(l)
			desktop(l)
		}, check: joined},
		{name: "migration", args: []string{"doctor"}, prepare: func(l *learner) {
			unpackSample(l, collectionOf(l.home))
		}, check: func(l *learner, home, said string, done bool) error {
			all, err := backup.List(collectionOf(home))
			for _, b := range all {
				if err := store.Verify(l.Context(), b.Path, store.Config{}); err != nil {
					return err
				}
			}
			if err == nil {
				_, err = l.examined(collectionOf(home)) // it is migrated now if it was not before
			}
			return err
		}},
	}
}

// different are commands of which each writes in a way of its own; the others write
// as one of these does.
func different() []faulty {
	return slices.DeleteFunc(faultyCommands(), func(c faulty) bool {
		return !slices.Contains([]string{"grade", "compile", "anki", "import", "restore", "export", "fmt", "config"}, c.name)
	})
}

// tried are the commands that TestFaults and TestPowerCut look at: in go test -short
// only different ones.
func tried() []faulty {
	if testing.Short() {
		return different()
	}
	return faultyCommands()
}

// unpackSample puts a collection of the first schema to path.
func unpackSample(l *learner, path string) {
	f, err := os.Open("../../store/testdata/schema-1.db.gz")
	if err != nil {
		l.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		l.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(path, text, 0o600)
	}
	if err == nil { // that of the collection which was there says nothing of this one
		err = os.RemoveAll(highwater.Path(path))
	}
	if err != nil {
		l.Fatal(err)
	}
}

// ankiPackage makes a package of Anki's with pictures and a history, in the home of
// a learner whose collection knows nothing of it.
func ankiPackage(l *learner) {
	l.Helper()
	elsewhere := newLearner(l.T)
	deck := "---\ndeck: geo\n---\n"
	for i := range 12 {
		deck += fmt.Sprintf("Q: Where is place %d?\nA: There, ![a map](map-%d.png)\n\n", i, i)
		var picture bytes.Buffer
		err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8+i, 8)))
		if err == nil {
			err = os.WriteFile(filepath.Join(elsewhere.home, fmt.Sprintf("map-%d.png", i)), picture.Bytes(), 0o600)
		}
		if err != nil {
			l.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(elsewhere.home, "geo.md"), []byte(deck), 0o600); err != nil {
		l.Fatal(err)
	}
	elsewhere.run("compile", "geo.md")
	review := elsewhere.command("review", "geo", "--plain")
	review.Stdin = strings.NewReader(threeAnswers)
	if out, err := review.CombinedOutput(); err != nil {
		l.Fatalf("%v: %s", err, out)
	}
	elsewhere.run("export", "geo", "--format", "anki-apkg", "--history", "-o", filepath.Join(l.home, "geo.apkg"))
}
