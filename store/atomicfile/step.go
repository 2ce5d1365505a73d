package atomicfile

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Step puts files in their places together with a change of something else,
// such as a database: after whatever interrupts it there is all of both, or
// nothing of either.
//
// The files are written into a folder beside their places ([Step.Add],
// [Step.Replace]) and brought to disk with a list of them in the journal
// ([Step.Seal]). Then the other change is made, with the step's ID in it: that it
// is there decides, at one moment, for all. After it [Step.Finish] renames the
// files, before it [Step.Undo] removes them. Whatever of that is left undone is
// done by [Recover].
type Step struct {
	ID string

	file  *os.File // the journal, locked
	first int64    // length of its first line
	entry header
	plan  plan
	place *os.Root // the folder that the files are for
	aside *os.Root // the folder in it where they are until then
}

// The journal's two lines. Of one that was not written to its end nothing is done.
type (
	header struct {
		Kartei string `json:"kartei"` // journalKind
		ID     string `json:"id"`
		Folder string `json:"folder"`         // absolute
		Aside  string `json:"aside"`          // within Folder
		Made   string `json:"made,omitempty"` // the outermost folder that was made for Folder
	}
	plan struct {
		Files   []planned `json:"files"`
		Decided bool      `json:"decided,omitempty"` // by the journal itself; see Place
	}
	planned struct {
		Name string `json:"name"`          // slash-separated, in both folders
		Was  string `json:"was,omitempty"` // the sum of what it replaces; empty: nothing
	}
)

const (
	journalKind = "step"
	stepEnd     = ".step" // not asideEnd: what is decided is for Recover, not for Sweep
	maxJournal  = 64 << 20
)

var (
	// ErrUnderWay is the error of a second step of the same journal.
	ErrUnderWay = errors.New("another one is under way, or was not ended")

	// ErrNoJournal is the error of a step whose journal cannot be made.
	ErrNoJournal = errors.New("it cannot be written down what is to be done")

	// ErrOther is the error of adding a file where another one is.
	ErrOther = errors.New("another one is there already")
)

// Begin begins a step that puts files into a folder, which it makes if it is not
// there.
func Begin(journal, folder string) (s *Step, err error) {
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	id := strings.ToLower(rand.Text())
	s = &Step{ID: id, entry: header{journalKind, id, folder, asideBegin + id + stepEnd, outermostNew(folder)}}
	if s.file, err = createJournal(journal); err != nil {
		return nil, err
	}
	if err := s.begin(); err != nil {
		return nil, errors.Join(err, s.Undo())
	}
	return s, nil
}

func createJournal(name string) (*os.File, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, Private)
		switch {
		case errors.Is(err, fs.ErrExist):
			return nil, fmt.Errorf("%s: %w", name, ErrUnderWay)
		case err != nil:
			return nil, fmt.Errorf("%w: %w", ErrNoJournal, err)
		case claim(f):
			return f, nil
		}
		f.Close() // another took it for one that was left
	}
}

func (s *Step) begin() error {
	err := s.note(s.entry)
	if err != nil {
		return err
	}
	if s.first, err = s.file.Seek(0, io.SeekCurrent); err != nil {
		return err
	}
	if err := SyncFolder(filepath.Dir(s.file.Name())); err != nil {
		return err
	}
	if err := MakeFolder(s.entry.Folder, 0o777); err != nil {
		return err
	}
	if err := s.openPlace(); err != nil {
		return err
	}
	if err := s.place.Mkdir(s.entry.Aside, 0o700); err != nil {
		return err
	}
	return s.openAside()
}

// note writes a line of the journal, durably.
func (s *Step) note(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := s.file.Write(append(text, '\n')); err != nil {
		return err
	}
	return s.file.Sync()
}

func (s *Step) openPlace() (err error) {
	s.place, err = os.OpenRoot(s.entry.Folder)
	return err
}

func (s *Step) openAside() (err error) {
	s.aside, err = s.place.OpenRoot(s.entry.Aside)
	return err
}

// outermostNew is the outermost folder that must be made for a folder; empty if
// it is there.
func outermostNew(folder string) (outermost string) {
	for {
		if _, err := os.Lstat(folder); err == nil {
			return outermost
		}
		outermost = folder
		parent := filepath.Dir(folder)
		if parent == folder {
			return outermost
		}
		folder = parent
	}
}

// Aside is where the files are until the step is finished.
func (s *Step) Aside() fs.FS { return s.aside.FS() }

// Add writes a file aside. The name is slash-separated. One that is in its place
// already stays; where another one is the error is [ErrOther].
func (s *Step) Add(name string, write func(io.Writer) error) error {
	return s.add(name, false, write)
}

// Replace is Add, but replaces another one. If that is edited before the step is
// finished, it is left alone.
func (s *Step) Replace(name string, write func(io.Writer) error) error {
	return s.add(name, true, write)
}

func (s *Step) add(name string, replace bool, write func(io.Writer) error) error {
	if !localName(name) {
		return fmt.Errorf("%q is not a name for a file", name)
	}
	if _, err := s.place.Stat(filepath.Dir(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // a link that leads out of the folder: better now than when all is decided
	}
	is, err := s.write(name, write)
	if err != nil {
		return err
	}
	was, err := sumOf(s.place, name)
	switch {
	case err != nil:
		return err
	case was == is:
		return s.aside.Remove(name)
	case was != "" && !replace:
		return fmt.Errorf("%s: %w", filepath.Join(s.entry.Folder, name), ErrOther)
	}
	s.plan.Files = append(s.plan.Files, planned{name, was})
	return nil
}

// write writes a file aside, and gives its sum.
func (s *Step) write(name string, write func(io.Writer) error) (sum string, err error) {
	if err := s.aside.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", err
	}
	f, err := s.aside.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, Shared)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	w := bufio.NewWriter(io.MultiWriter(f, h))
	err = errors.Join(write(w), w.Flush(), f.Close())
	return formatSum(h), err
}

func formatSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// localName reports whether a step may make a file of this name: below its
// folder, and nothing that is hidden there.
func localName(name string) bool {
	return filepath.IsLocal(name) && !strings.HasPrefix(name, ".") && !strings.Contains(name, "/.") &&
		!strings.Contains(name, `\`)
}

// sumOf returns the sum of a file; empty if there is none.
func sumOf(folder *os.Root, name string) (string, error) {
	info, err := folder.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s: %w", name, ErrNotPlain)
	}
	f, err := folder.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return formatSum(h), err
}

// Seal brings to disk what is aside and what has to be done with it. From then
// on what has the step's ID in it may become durable.
func (s *Step) Seal() error {
	if err := s.syncAside(); err != nil {
		return err
	}
	return s.note(s.plan)
}

// syncing is how many files are brought to disk at once: a disk does several in
// hardly more time than one.
const syncing = 8

func (s *Step) syncAside() error {
	folders := map[string]bool{".": true}
	jobs, results := make(chan string), make(chan error)
	for range syncing {
		go func() {
			var all error
			for name := range jobs {
				all = errors.Join(all, Sync(filepath.Join(s.aside.Name(), name)))
			}
			results <- all
		}()
	}
	for _, f := range s.plan.Files {
		jobs <- f.Name
		folderOf(f.Name, folders)
	}
	close(jobs)
	var err error
	for range syncing {
		err = errors.Join(err, <-results)
	}
	for folder := range folders {
		err = errors.Join(err, SyncFolder(filepath.Join(s.aside.Name(), folder)))
	}
	return errors.Join(err, SyncFolder(s.entry.Folder))
}

// folderOf adds the folders that a file is in.
func folderOf(name string, folders map[string]bool) {
	for folder := filepath.Dir(name); !folders[folder]; folder = filepath.Dir(folder) {
		folders[folder] = true
	}
}

// Place puts several files that belong together in their places in a folder: all of
// them, once the journal is on disk, or none. Nothing else decides.
func Place(journal, folder string, add func(*Step) error) (Outcome, error) {
	s, err := Begin(journal, folder)
	if err != nil {
		return Outcome{}, err
	}
	if err = add(s); err == nil {
		s.plan.Decided = true
		err = s.Seal()
	}
	if err != nil {
		return Outcome{}, errors.Join(err, s.unseal(), s.Undo())
	}
	return s.Finish()
}

// unseal takes back what the journal says beyond its first line, before what that
// tells of is removed one by one.
func (s *Step) unseal() error {
	return errors.Join(s.file.Truncate(s.first), s.file.Sync())
}

// An Outcome tells what became of a step.
type Outcome struct {
	Journal string   // that told of it
	Folder  string   // that the files are for
	Done    bool     // else it was undone
	Placed  int      // files that have been put in their places now
	Left    []string // files that were edited since, and are as they were
}

// Finish puts the files in their places. If it fails, [Recover] goes on with it.
func (s *Step) Finish() (Outcome, error) {
	out := Outcome{Journal: s.file.Name(), Folder: s.entry.Folder, Done: true}
	folders := map[string]bool{".": true}
	for _, f := range s.plan.Files {
		folderOf(f.Name, folders)
	}
	if s.aside != nil {
		if err := s.makeFolders(folders); err != nil {
			return out, errors.Join(err, s.close())
		}
	}
	for _, f := range s.plan.Files {
		if err := s.put(f, &out); err != nil {
			return out, errors.Join(err, s.close())
		}
	}
	for folder := range folders {
		err := SyncFolder(filepath.Join(s.entry.Folder, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // its file was there, and its folder has gone since
			return out, errors.Join(err, s.close())
		}
	}
	return out, s.end()
}

// makeFolders makes the folders that files go into, durably: what is renamed into a
// folder that a power cut takes is nowhere.
func (s *Step) makeFolders(folders map[string]bool) error {
	for folder := range folders {
		if err := s.place.MkdirAll(folder, 0o777); err != nil {
			return err
		}
	}
	for folder := range folders {
		if folder == "." {
			continue
		}
		if err := SyncFolder(filepath.Join(s.entry.Folder, filepath.Dir(folder))); err != nil {
			return err
		}
	}
	return nil
}

// put renames a file, unless it has been already or what it replaces is not
// there any more.
func (s *Step) put(f planned, out *Outcome) error {
	is, err := s.sumAside(f.Name)
	if err != nil || is == "" {
		return err
	}
	now, err := sumOf(s.place, f.Name)
	switch {
	case err != nil:
		return err
	case now == is:
		return nil
	case now != "" && now != f.Was:
		out.Left = append(out.Left, f.Name)
		return nil
	}
	if now != "" {
		if err := s.keepMode(f.Name); err != nil {
			return err
		}
	}
	out.Placed++
	return s.place.Rename(filepath.Join(s.entry.Aside, f.Name), f.Name)
}

// keepMode gives a file that is aside the mode of the one that it replaces.
func (s *Step) keepMode(name string) error {
	info, err := s.place.Stat(name)
	if err != nil {
		return err
	}
	return s.aside.Chmod(name, info.Mode().Perm())
}

func (s *Step) sumAside(name string) (string, error) {
	if s.aside == nil {
		return "", nil
	}
	return sumOf(s.aside, name)
}

// Undo removes what is aside, and the folders that were made for it as far as
// nothing else is in them.
func (s *Step) Undo() error {
	if err := s.removeAside(); err != nil {
		return errors.Join(err, s.close())
	}
	if made := s.entry.Made; made != "" {
		for folder := s.entry.Folder; strings.HasPrefix(folder, made); folder = filepath.Dir(folder) {
			if info, err := os.Lstat(folder); err != nil || !info.IsDir() || os.Remove(folder) != nil {
				break
			}
		}
	}
	return s.end()
}

// removeAside removes the folder that is aside, with what is in it, and gives up
// both folders: Windows removes nothing that is open.
func (s *Step) removeAside() error {
	if s.aside != nil {
		s.aside.Close()
		s.aside = nil
	}
	if s.place == nil {
		return nil
	}
	if err := s.place.RemoveAll(s.entry.Aside); err != nil {
		return err
	}
	s.place.Close()
	s.place = nil
	return nil
}

// end removes what is left of a step; the journal is the last.
func (s *Step) end() error {
	if err := s.removeAside(); err != nil {
		return errors.Join(err, s.close())
	}
	name := s.file.Name()
	if err := os.Remove(name); err != nil { // on Windows it must be closed first
		s.file.Close()
		if again := os.Remove(name); again != nil {
			return errors.Join(err, s.close())
		}
	}
	return s.close()
}

// Leave ends nothing: [Recover] decides.
func (s *Step) Leave() error { return s.close() }

// close gives up the journal and the folders.
func (s *Step) close() error {
	for _, folder := range []*os.Root{s.aside, s.place} {
		if folder != nil {
			folder.Close()
		}
	}
	if err := s.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
