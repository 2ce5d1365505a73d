package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/foreign"
)

// Packages that are made to do harm are refused in a line, with little memory,
// and nothing is written: neither files nor rows.
func TestHostilePackagesAreRefused(t *testing.T) {
	t.Parallel()
	unraced(t, "the detector takes ten times the memory")
	good, err := os.ReadFile("../../decks/anki/testdata/packages/legacy.colpkg")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, says string
		data       []byte
	}{
		{"bomb", "unpacks to more than 100 times its size", zipped(t, func(z *zip.Writer) { zeros(t, z, "collection.anki2", 200) })},
		{"bomb as media", "unpacks to more than 100 times its size", with(t, good, func(z *zip.Writer) { zeros(t, z, "0", 200) }, "0")},
		{"a million entries", "its list of contents is longer than 8 MiB", millionEntries()},
		{"lying size", "unpack collection.anki2", zipped(t, func(z *zip.Writer) { lyingEntry(t, z, "collection.anki2", make([]byte, 8<<20)) })},
		{"truncated", "no Anki package", good[:len(good)*2/3]},
		{"flipped bit in the database", "unpack", flipped(good)},
		{"no database", "is not a database", zipped(t, func(z *zip.Writer) { entry(t, z, "collection.anki2", zip.Store, 0, []byte("hello")) })},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := t.TempDir()
			file := filepath.Join(home, "evil.apkg")
			if err := os.WriteFile(file, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(self, asMeter, self, "import", file)
			cmd.Dir, cmd.Env = home, append(os.Environ(), "HOME="+home, "XDG_DATA_HOME=", asKartei+"=1")
			out, err := cmd.CombinedOutput()
			said, figures, _ := strings.Cut(string(out), asMeter)
			if err == nil || !strings.Contains(said, test.says) || strings.Count(said, "\n") > 4 {
				t.Errorf("%v\n%s", err, out)
			}
			var megabytes, milliseconds int
			fmt.Sscan(figures, &megabytes, &milliseconds)
			t.Logf("refused after %d ms of the processor's time, with %d MB at most", milliseconds, megabytes)
			if megabytes == 0 || megabytes > 100 {
				t.Errorf("it took %d MB", megabytes)
			}
			filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
				if !d.IsDir() && path != file && !strings.Contains(path, "collection") {
					t.Errorf("%s was written", path)
				}
				return err
			})
		})
	}
}

// asMeter makes this test binary run a program, and say at the end how many
// megabytes of memory and milliseconds of the processor's time it took. The
// kernel counts in a child what its parent had, so the parent must be small.
const asMeter = "as-meter"

func meter(args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	p := cmd.ProcessState
	fmt.Fprintln(os.Stderr, asMeter, p.SysUsage().(*syscall.Rusage).Maxrss>>10, (p.UserTime() + p.SystemTime()).Milliseconds())
	if err != nil {
		return 1
	}
	return 0
}

// Names that lead elsewhere, links and devices become no files.
func TestNamesInPackagesStayInTheirFolder(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile("../../decks/anki/testdata/packages/legacy.colpkg")
	if err != nil {
		t.Fatal(err)
	}
	data := with(t, good, func(z *zip.Writer) {
		entry(t, z, "media", zip.Deflate, 0, []byte(`{"0":"map of africa.png","1":"../anthem.mp3","2":"/tmp/evil","3":"..\\evil","4":"NUL","5":"a/b"}`))
		for i := range 6 {
			entry(t, z, fmt.Sprint(i), zip.Store, fs.ModeSymlink, []byte("/etc/passwd"))
		}
	}, "media", "0", "1")
	l := newLearner(t)
	l.write("in/evil.colpkg", string(data))
	before := len(l.everything())
	said := l.run("import", "in/evil.colpkg", "-o", "in/decks")
	for _, want := range []string{"5 × picture or sound with an unusable name", "1 × picture that does not hold what .png says, such as map of africa.png"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
	for _, path := range l.everything()[before:] {
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
	if got := string(l.read("in/decks/media/map of africa.png")); got != "/etc/passwd" {
		t.Errorf("a link was followed: %.40q", got)
	}
	if entries, _ := os.ReadDir(l.path("in/decks/media")); len(entries) != 1 {
		t.Errorf("media: %v", entries)
	}
	if _, err := os.Lstat(l.path("in/anthem.mp3")); err == nil {
		t.Error("a name led out of the folder")
	}
}

// Long work says how far it is, at a terminal, and leaves no trace of that.
func TestProgressOfAnImport(t *testing.T) {
	t.Parallel()
	l := newLearner(t)
	d := &decks.Deck{Name: "large", ID: "large"}
	for i := range 8_000 {
		key := fmt.Sprint("fact-", i)
		card := decks.Card{ID: decks.CardID(d.ID, key, "card"), Name: "card", Kind: decks.Recall, Prompt: fmt.Sprint("What is number ", i, "?"), Answer: fmt.Sprint(i)}
		d.Facts = append(d.Facts, decks.Fact{Key: key, File: "large.md", Line: i, Cards: []decks.Card{card}})
	}
	var out bytes.Buffer
	if _, err := anki.WritePackage(t.Context(), &out, anki.PackageOptions{Begun: anki.Plain}, foreign.Of(d)); err != nil {
		t.Fatal(err)
	}
	l.write("large.apkg", out.String())
	s := l.start(80, 24, "import", "large.apkg")
	s.WaitFor("large: 8000 facts")
	if code := s.Exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	// A fast machine has read the notes before anybody waits, and says how far the rest is.
	if raw := s.Raw(); !regexp.MustCompile(`00 notes read of 8000|replaying the log \d+ %`).Match(raw) {
		t.Errorf("no progress in\n%q", raw)
	}
	if screen := s.Screen(); strings.Contains(screen, "notes read of") || !strings.Contains(screen, "8000 notes read, 0 notes left out") {
		t.Errorf("the screen is\n%s", screen)
	}
	if piped := l.run("import", "large.apkg"); strings.Contains(piped, "notes read of") {
		t.Errorf("progress goes into a pipe:\n%s", piped)
	}
}

// everything are the files of a learner.
func (l *learner) everything() (paths []string) {
	filepath.WalkDir(l.home, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	return paths
}

func zipped(t *testing.T, fill func(*zip.Writer)) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	fill(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func entry(t *testing.T, z *zip.Writer, name string, method uint16, mode fs.FileMode, data []byte) {
	t.Helper()
	h := &zip.FileHeader{Name: name, Method: method}
	h.SetMode(0o644 | mode)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = w.Write(data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// zeros adds an entry of nothing but zeros.
func zeros(t *testing.T, z *zip.Writer, name string, megabytes int) {
	t.Helper()
	w, err := z.Create(name)
	for range megabytes {
		if err == nil {
			_, err = w.Write(make([]byte, 1<<20))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// millionEntries is an archive whose list of contents says one file a million
// times.
func millionEntries() []byte {
	const count = 1_000_000
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	z.CreateRaw(&zip.FileHeader{Name: "0", Method: zip.Store})
	z.Close()
	one := out.Bytes()
	start := bytes.Index(one, []byte("PK\x01\x02"))
	record := one[start:bytes.Index(one, []byte("PK\x05\x06"))]
	data := append(bytes.Clone(one[:start]), bytes.Repeat(record, count)...)
	end := len(data)
	le := binary.LittleEndian
	data = append(data, "PK\x06\x06"...) // zip64: end of the list
	data = le.AppendUint64(data, 44)
	data = le.AppendUint32(data, 45<<16|45)
	data = append(data, make([]byte, 8)...)
	data = le.AppendUint64(le.AppendUint64(data, count), count)
	data = le.AppendUint64(le.AppendUint64(data, uint64(end-start)), uint64(start))
	data = append(data, "PK\x06\x07\x00\x00\x00\x00"...) // where that is
	data = le.AppendUint32(le.AppendUint64(data, uint64(end)), 1)
	data = append(data, "PK\x05\x06\x00\x00\x00\x00"...) // for old programs: see there
	return append(data, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00"...)
}

// lyingEntry says that it unpacks to ten bytes.
func lyingEntry(t *testing.T, z *zip.Writer, name string, data []byte) {
	t.Helper()
	packed := zipped(t, func(z *zip.Writer) { entry(t, z, name, zip.Deflate, 0, data) })
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	h := r.File[0].FileHeader
	h.UncompressedSize64 = 10
	raw, err := r.File[0].OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	w, err := z.CreateRaw(&h)
	if err == nil {
		_, err = io.Copy(w, raw)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// with is a package with some entries in the place of others.
func with(t *testing.T, data []byte, fill func(*zip.Writer), without ...string) []byte {
	t.Helper()
	return zipped(t, func(z *zip.Writer) {
		r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
	entries:
		for _, f := range r.File {
			for _, name := range without {
				if f.Name == name {
					continue entries
				}
			}
			if err := z.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		fill(z)
	})
}

// flipped is a package with one bit of its database changed.
func flipped(data []byte) []byte {
	data = bytes.Clone(data)
	data[bytes.Index(data, []byte("collection.anki21"))+2_000] ^= 4
	return data
}
