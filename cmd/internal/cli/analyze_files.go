package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/marks"
	"kartei/store/plainfile"
)

// testFiles are the files of a test: its forms, their keys, and what students
// handed in.
type testFiles struct {
	forms, keys []string
	sheets      []string // tables of answer sheets
	results     []resultFile
	parsed      []*quiz.Form // the forms, where they were read
}

// A resultFile is one that a student handed in; section is its folder, as the
// class has it.
type resultFile struct{ name, section string }

// sortFiles tells forms, keys, tables and results apart by what is in them. A
// folder stands for the .result files in it and in its folders.
func sortFiles(names []string) (*testFiles, error) {
	set := &testFiles{}
	folders := 0
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			folders++
		}
	}
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fault.Failf("check the spelling", "there is no file or folder %s", name)
		case err != nil:
			return nil, fmt.Errorf("look at %s: %w", name, err)
		case info.IsDir():
			err = set.addFolder(name, folders > 1)
		default:
			set.addFile(name)
		}
		if err != nil {
			return nil, err
		}
		if n := len(set.results); n > maxResults {
			return nil, fmt.Errorf("%d files are more than a class has", n)
		}
	}
	return set, nil
}

// maxResults limits how many files a folder may hold.
const maxResults = analysis.MaxStudents

func (set *testFiles) addFile(name string) {
	head, err := headOf(name)
	switch {
	case err != nil:
		set.results = append(set.results, resultFile{name, ""}) // which says why
	case quiz.IsForm(head):
		set.forms = append(set.forms, name)
	case quiz.IsKey(head):
		set.keys = append(set.keys, name)
	case marks.IsSheet(head):
		set.sheets = append(set.sheets, name)
	default:
		set.results = append(set.results, resultFile{name, ""})
	}
}

// addFolder adds the results in a folder and below it; what students hand in is
// never taken for the form. A folder within is a section of the class, and so
// is the folder itself where it is one of several.
func (set *testFiles) addFolder(folder string, several bool) error {
	found := len(set.results)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("look at %s: %w", path, err)
		case path != folder && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || filepath.Ext(path) != ".result":
			return nil
		}
		section, err := filepath.Rel(folder, filepath.Dir(path))
		if section == "." {
			section = ""
		}
		if several {
			section = filepath.Join(filepath.Base(filepath.Clean(folder)), section)
		}
		set.results = append(set.results, resultFile{path, filepath.ToSlash(section)})
		return err
	})
	if err == nil && len(set.results) == found {
		return fault.Failf("kartei quiz results --export FILE writes one", "no .result file is in %s", folder)
	}
	return err
}

// read reads the forms.
func (set *testFiles) read() ([]*quiz.Form, error) {
	if len(set.forms) == 0 {
		return nil, fault.Usagef("kartei analyze exam.form exam.key class/", "no form is among the files")
	}
	names := map[string]string{} // of files, by form
	for _, name := range set.forms {
		form, err := readForm(name)
		if err != nil {
			return nil, err
		}
		if other, twice := names[form.ID()]; twice {
			return nil, fault.Usagef("name it once", "%s and %s are the same form", other, name)
		}
		names[form.ID()] = name
		for _, other := range set.parsed {
			if other.Version == form.Version {
				return nil, fault.Usagef("analyze one test at a time; its versions come from kartei quiz make --versions 2", "%s and %s are both forms, and no two versions of one test", set.forms[0], name)
			}
		}
		set.parsed = append(set.parsed, form)
	}
	return set.parsed, nil
}

// keyed reads the forms with their keys.
func (set *testFiles) keyed() ([]*quiz.Form, error) {
	forms, err := set.read()
	if err != nil {
		return nil, err
	}
	keyed := make([]*quiz.Form, len(forms))
	for i, form := range forms {
		if keyed[i], err = withKey(form, set.keys); err != nil {
			return nil, err
		}
	}
	return keyed, nil
}

// withKey finds the key of a form: in one of the files, or its own.
func withKey(form *quiz.Form, keys []string) (*quiz.Form, error) {
	var first error
	for _, name := range keys {
		keyed, err := readKey(name, form)
		if err == nil {
			return keyed, nil
		}
		if first == nil {
			first = err
		}
	}
	switch {
	case first != nil:
		return nil, first
	case !form.Keyed:
		return nil, fault.Failf("name the file with the key, too", "%w", analysis.ErrNoKey)
	}
	return form, nil
}

// openRegular opens a file that is no device, pipe or folder.
func openRegular(name string) (*os.File, error) {
	f, err := plainfile.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Failf("check the spelling", "there is no file %s", name)
	}
	return f, err
}

func headOf(name string) ([]byte, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, err := bufio.NewReaderSize(f, 1<<10).Peek(1 << 10)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}

func readForm(name string) (*quiz.Form, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return quiz.Parse(name, f)
}

func readKey(name string, form *quiz.Form) (*quiz.Form, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return quiz.ParseKey(name, f, form)
}

// readRoster reads a list of students.
func readRoster(name string) (*marks.Roster, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	roster, err := marks.ReadRoster(name, f)
	if err != nil {
		return nil, fault.Failf("a list is CSV with a header: pseudonym,name,section,time", "%w", err)
	}
	return roster, nil
}
