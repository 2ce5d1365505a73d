package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// A room is where a step is tried: a journal, and a folder that is not there yet.
type room struct {
	*testing.T
	journal, folder string
}

func newRoom(t *testing.T) room {
	top := t.TempDir()
	return room{t, filepath.Join(top, "journal"), filepath.Join(top, "new", "decks")}
}

func (r room) begin() *Step {
	r.Helper()
	s, err := Begin(r.journal, r.folder)
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func (r room) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// files are the names and texts of all below the folder of the journal.
func (r room) files() string {
	r.Helper()
	var all []string
	top := filepath.Dir(r.journal)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path == top {
			return err
		}
		name, err := filepath.Rel(top, path)
		if err == nil && d.IsDir() {
			all = append(all, name+"/")
			return nil
		}
		text, err := os.ReadFile(path)
		all = append(all, fmt.Sprintf("%s=%s", name, text))
		return err
	})
	r.must(err)
	return strings.Join(all, " ")
}

func (r room) expect(want string) {
	r.Helper()
	if got := r.files(); got != want {
		r.Errorf("there is\n%s\nwant\n%s", got, want)
	}
}

func (r room) recover(decision bool) *Outcome {
	r.Helper()
	out, err := Recover(r.journal, func(string) (bool, error) { return decision, nil })
	r.must(err)
	return out
}

const both = "new/ new/decks/ new/decks/a.md=a new/decks/media/ new/decks/media/p.png=p"

func (r room) add(s *Step) {
	r.Helper()
	r.must(s.Add("media/p.png", text("p")))
	r.must(s.Add("a.md", text("a")))
}

func TestStep(t *testing.T) {
	r := newRoom(t)
	s := r.begin()
	r.add(s)
	if _, err := Begin(r.journal, r.folder); !errors.Is(err, ErrUnderWay) {
		t.Errorf("a second step: %v", err)
	}
	if out := r.recover(true); out != nil {
		t.Errorf("a step that somebody is at work on was ended: %v", out)
	}
	if got, err := fs.ReadFile(s.Aside(), "a.md"); err != nil || string(got) != "a" {
		t.Errorf("aside is %q: %v", got, err)
	}
	r.must(s.Seal())
	out, err := s.Finish()
	if err != nil || out.Placed != 2 || !out.Done || out.Folder != r.folder {
		t.Errorf("%+v %v", out, err)
	}
	r.expect(both)

	s = r.begin() // the same again, with one that is replaced
	r.add(s)
	if err := s.Add("a.md", text("b")); err == nil {
		t.Error("another file was added over one that was there")
	}
	r.must(s.Undo())
	r.expect(both)
	s = r.begin()
	r.must(s.Replace("a.md", text("b")))
	r.must(s.Seal())
	if out, err := s.Finish(); err != nil || out.Placed != 1 {
		t.Errorf("%+v %v", out, err)
	}
	r.expect(strings.Replace(both, "=a", "=b", 1))
}

func TestPlace(t *testing.T) {
	r := newRoom(t)
	add := func(s *Step) error { return errors.Join(s.Add("media/p.png", text("p")), s.Add("a.md", text("a"))) }
	if out, err := Place(r.journal, r.folder, add); err != nil || out.Placed != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	r.expect(both)
	r.must(os.Chmod(filepath.Join(r.folder, "a.md"), 0o640))
	no := errors.New("no")
	if _, err := Place(r.journal, r.folder, func(s *Step) error { return errors.Join(s.Replace("a.md", text("b")), no) }); !errors.Is(err, no) {
		t.Errorf("one that fails: %v", err)
	}
	r.expect(both)
	out, err := Place(r.journal, r.folder, func(s *Step) error { return s.Replace("a.md", text("b")) })
	if err != nil || out.Placed != 1 {
		t.Errorf("%+v %v", out, err)
	}
	expect(t, filepath.Join(r.folder, "a.md"), "b", 0o640)
}

func TestStepIsUndone(t *testing.T) {
	r := newRoom(t)
	s := r.begin()
	r.add(s)
	r.must(s.Undo())
	r.expect("")
	s = r.begin()
	r.add(s)
	r.must(os.WriteFile(filepath.Join(filepath.Dir(r.folder), "mine"), nil, 0o600))
	r.must(s.Undo())
	r.expect("new/ new/mine=")
}

// TestRecover stops steps at each of their moments, and lets the next run end
// them.
func TestRecover(t *testing.T) {
	half := func(r room, s *Step) { // one file is in its place, then it is killed
		r.add(s)
		r.must(s.Seal())
		r.must(s.makeFolders(map[string]bool{"media": true}))
		r.must(s.put(s.plan.Files[0], &Outcome{}))
	}
	for _, c := range []struct {
		name     string
		decision bool
		until    func(room, *Step)
		want     string
	}{
		{"begun", true, func(room, *Step) {}, ""},
		{"with files aside, not sealed", true, func(r room, s *Step) { r.add(s) }, ""},
		{"sealed, not decided", false, func(r room, s *Step) { r.add(s); r.must(s.Seal()) }, ""},
		{"decided", true, func(r room, s *Step) { r.add(s); r.must(s.Seal()) }, both},
		{"decided alone", false, func(r room, s *Step) { r.add(s); s.plan.Decided = true; r.must(s.Seal()) }, both},
		{"decided alone, and taken back", false, func(r room, s *Step) {
			r.add(s)
			s.plan.Decided = true
			r.must(s.Seal())
			r.must(s.unseal())
			r.must(s.aside.Remove("a.md"))
		}, ""},
		{"half in place", true, half, both},
		{"half in place and edited", true, func(r room, s *Step) {
			half(r, s)
			r.must(os.WriteFile(filepath.Join(r.folder, "media", "p.png"), []byte("edited"), 0o600))
		}, strings.Replace(both, "=p", "=edited", 1)},
		{"another is there meanwhile", true, func(r room, s *Step) {
			half(r, s)
			r.must(os.WriteFile(filepath.Join(r.folder, "a.md"), []byte("mine"), 0o600))
		}, strings.Replace(both, "=a", "=mine", 1)},
		{"all in place", true, func(r room, s *Step) {
			half(r, s)
			r.must(s.put(s.plan.Files[1], &Outcome{}))
			r.must(os.RemoveAll(filepath.Join(r.folder, s.entry.Aside)))
		}, both},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoom(t)
			s := r.begin()
			c.until(r, s)
			r.must(s.close())
			out := r.recover(c.decision)
			r.expect(c.want)
			if out == nil || out.Done != (c.want != "") || out.Folder != r.folder {
				t.Errorf("it tells %+v", out)
			}
			if edited := strings.Contains(c.want, "=mine"); edited != (len(out.Left) == 1) {
				t.Errorf("it left alone %v", out.Left)
			}
			if again := r.recover(c.decision); again != nil {
				t.Errorf("it was ended twice: %+v", again)
			}
		})
	}
}

// What the journal of a step without its folder, or of a torn one, tells is done
// as far as it can be.
func TestRecoverFromLittle(t *testing.T) {
	r := newRoom(t)
	s := r.begin()
	r.add(s)
	r.must(s.Seal())
	r.must(s.close())
	away := filepath.Join(filepath.Dir(r.journal), "away")
	r.must(os.Rename(r.folder, away))
	_, err := Recover(r.journal, func(string) (bool, error) { return true, nil })
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("files whose folder is not there: %v", err)
	}
	r.must(os.Rename(away, r.folder))
	r.recover(true)
	r.expect(both)
	r.must(os.WriteFile(r.journal, []byte(`{"kartei":"st`), 0o600))
	r.recover(true)
	r.expect(both)
}

// A stranger's journal moves and removes nothing but what a step has put aside.
func TestForeignJournal(t *testing.T) {
	for name, journal := range map[string]string{
		"not one":        "hello\n",
		"relative":       `{"kartei":"step","id":"x","folder":"decks","aside":".kartei-x.step"}`,
		"another folder": `{"kartei":"step","id":"x","folder":"TOP","aside":"mine"}`,
		"above":          `{"kartei":"step","id":"x/../mine","folder":"TOP","aside":".kartei-x/../mine.step"}`,
		"made elsewhere": `{"kartei":"step","id":"x","folder":"TOP/mine","aside":".kartei-x.step","made":"TOP/other"}`,
		"hidden name":    `{"kartei":"step","id":"x","folder":"TOP","aside":".kartei-x.step"}` + "\n" + `{"files":[{"name":".profile"}],"decided":true}`,
		"name above":     `{"kartei":"step","id":"x","folder":"TOP","aside":".kartei-x.step"}` + "\n" + `{"files":[{"name":"../mine"}],"decided":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			top := filepath.Dir(r.journal)
			r.must(os.MkdirAll(filepath.Join(top, "mine"), 0o700))
			r.must(os.WriteFile(r.journal, []byte(strings.ReplaceAll(journal, "TOP", top)+"\n"), 0o600))
			before := r.files()
			if out, err := Recover(r.journal, func(string) (bool, error) { return true, nil }); err == nil {
				t.Errorf("it was taken for a journal: %+v", out)
			}
			r.expect(before)
		})
	}
}

func TestNamesInSteps(t *testing.T) {
	r := newRoom(t)
	s := r.begin()
	for _, name := range []string{"", ".", "../a", "/a", ".a", "a/.b", `a\b`} {
		if err := s.Add(name, text("")); err == nil {
			t.Errorf("%q was made", name)
		}
	}
	outside := t.TempDir()
	r.must(os.Symlink(outside, filepath.Join(r.folder, "media")))
	if err := s.Add("media/a", text("")); err == nil {
		t.Error("a link led out of the folder")
	}
	r.must(s.Undo())
}

func BenchmarkNothingToRecover(b *testing.B) {
	journal := filepath.Join(b.TempDir(), "journal")
	for b.Loop() {
		if out, err := Recover(journal, nil); out != nil || err != nil {
			b.Fatal(out, err)
		}
	}
}
