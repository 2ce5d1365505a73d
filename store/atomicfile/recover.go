package atomicfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Recover ends the step that a journal tells of, if nobody is at work on it:
// decided reports whether the change with this ID is there. It returns nil if
// there is nothing to do, which takes microseconds to see.
func Recover(journal string, decided func(id string) (bool, error)) (*Outcome, error) {
	info, err := os.Lstat(journal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxJournal {
		return nil, errors.Join(err, fmt.Errorf("%s is not a journal", journal))
	}
	f, err := os.OpenFile(journal, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if free, err := lock(f); err != nil || !free || !inPlace(f) { // another does it, or has done it
		return nil, errors.Join(err, f.Close())
	}
	s := &Step{file: f}
	out, err := s.recover(decided)
	return out, errors.Join(err, s.close())
}

func (s *Step) recover(decided func(id string) (bool, error)) (*Outcome, error) {
	whole, err := s.read()
	if err != nil {
		return nil, err
	}
	if s.entry.Folder == "" { // nothing had been made yet
		return nil, s.end()
	}
	done := whole && s.plan.Decided
	if whole && !done {
		if done, err = decided(s.ID); err != nil {
			return nil, err
		}
	}
	err = s.openPlace()
	if err == nil {
		err = s.openAside()
	}
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist), done && s.place == nil:
		return &Outcome{Journal: s.file.Name(), Folder: s.entry.Folder, Done: done}, err
	case done:
		out, err := s.Finish()
		return &out, err
	}
	return &Outcome{Journal: s.file.Name(), Folder: s.entry.Folder}, s.Undo()
}

// read reads the journal, and reports whether it was written to its end.
func (s *Step) read() (whole bool, err error) {
	text, err := io.ReadAll(io.LimitReader(s.file, maxJournal))
	if err != nil {
		return false, err
	}
	first, rest, ok := bytes.Cut(text, []byte("\n"))
	if !ok {
		return false, nil
	}
	if json.Unmarshal(first, &s.entry) != nil || !s.entry.sound() {
		return false, fmt.Errorf("%s is not a journal", s.file.Name())
	}
	s.ID = s.entry.ID
	second, _, ok := bytes.Cut(rest, []byte("\n"))
	if !ok || json.Unmarshal(second, &s.plan) != nil {
		return false, nil
	}
	for _, f := range s.plan.Files {
		if !localName(f.Name) {
			return false, fmt.Errorf("%s is not a journal", s.file.Name())
		}
	}
	return true, nil
}

// sound reports whether a header is one that Begin writes: a journal may come
// from a stranger.
func (h header) sound() bool {
	made := h.Made == "" || h.Folder == h.Made || strings.HasPrefix(h.Folder, h.Made+string(filepath.Separator))
	return h.Kartei == journalKind && filepath.IsAbs(h.Folder) && filepath.Clean(h.Folder) == h.Folder &&
		h.ID != "" && h.Aside == asideBegin+h.ID+stepEnd && filepath.IsLocal(h.Aside) &&
		filepath.Base(h.Aside) == h.Aside && made
}
