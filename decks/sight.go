package decks

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Sight is how a file looked when it was read, or a folder when it was listed:
// enough to tell later, without reading it again, that it is as it was.
type Sight struct {
	Path string // slash-separated, relative to the compiled folder
	Size int64  // in bytes; -1 is a folder
	Time int64  // when it was last changed, in Unix nanoseconds; 0: to be read again whatever it looks like
}

// isFolder is the size of a folder, in which only the time counts.
const isFolder = -1

// settling is for how long after a change a time says little: the next change may
// get the same. FAT counts in steps of two seconds.
const settling = 2 * time.Second

func sightOf(path string, info fs.FileInfo) Sight {
	s := Sight{Path: path, Size: info.Size(), Time: info.ModTime().UnixNano()}
	if info.IsDir() {
		s.Size = isFolder
	}
	return s
}

// Folder reports whether it is the sight of a folder.
func (s Sight) Folder() bool { return s.Size == isFolder }

// Again is the sight of what is to be read again whatever it looks like.
func (s Sight) Again() Sight {
	s.Time = 0
	return s
}

// Sights are those of what was compiled below one folder, sorted by path. With
// folders among them they are of a whole folder, in which new files count.
type Sights []Sight

// sightsHead begins written sights. What another version of the language wrote is
// to be read again.
const sightsHead = "sights 1, " + language

// String writes sights for [ParseSights].
func (s Sights) String() string {
	var b strings.Builder
	b.WriteString(sightsHead)
	for _, one := range s {
		b.WriteString(strconv.FormatInt(one.Size, 10))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatInt(one.Time, 10))
		b.WriteByte(' ')
		b.WriteString(one.Path)
		b.WriteByte(0) // the one byte that no path has
	}
	return b.String()
}

// ParseSights reads what String wrote; none if it is not that.
func ParseSights(text string) Sights {
	rest, ok := strings.CutPrefix(text, sightsHead)
	if !ok {
		return nil
	}
	all := make(Sights, 0, strings.Count(rest, "\x00"))
	for rest != "" {
		var line string
		line, rest, ok = strings.Cut(rest, "\x00")
		size, line, _ := strings.Cut(line, " ")
		time, path, _ := strings.Cut(line, " ")
		s := Sight{Path: path}
		var bad, worse error
		s.Size, bad = strconv.ParseInt(size, 10, 64)
		s.Time, worse = strconv.ParseInt(time, 10, 64)
		if !ok || path == "" || bad != nil || worse != nil {
			return nil
		}
		all = append(all, s)
	}
	return all
}

// Settled marks what had been changed only just when it was looked at as to be read
// again.
func (s Sights) Settled(looked time.Time) Sights {
	s = slices.Clone(s)
	for i, one := range s {
		if one.Time > looked.Add(-settling).UnixNano() {
			s[i] = one.Again()
		}
	}
	return s
}

// Whole reports whether the sights are of a whole folder.
func (s Sights) Whole() bool { return slices.ContainsFunc(s, Sight.Folder) }

// Of returns the sight of a path; one that says nothing if there is none.
func (s Sights) Of(path string) Sight {
	i, ok := s.find(path)
	if !ok {
		return Sight{Path: path}
	}
	return s[i]
}

// Has reports whether there is a sight of a path.
func (s Sights) Has(path string) bool {
	_, ok := s.find(path)
	return ok
}

func (s Sights) find(path string) (int, bool) {
	return slices.BinarySearchFunc(s, path, func(one Sight, path string) int { return strings.Compare(one.Path, path) })
}

// On returns the sights with others on top: those of a path that both have are the
// others'.
func (s Sights) On(top Sights) Sights {
	all := append(slices.Clone(top), s...)
	slices.SortStableFunc(all, func(a, b Sight) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(all, func(a, b Sight) bool { return a.Path == b.Path })
}

// Changes are the paths that do not look as they did.
type Changes struct {
	Edited  []string // files and folders that look otherwise, or are to be read again
	Emptied []string // files that are empty now
	Gone    []string // what is there no more
}

// Any reports whether there is a change.
func (c Changes) Any() bool { return len(c.Edited)+len(c.Emptied)+len(c.Gone) > 0 }

// Look compares sights with how the files look now. It costs one call of the
// system for each.
func (s Sights) Look(fsys fs.FS) (c Changes) {
	for _, was := range s {
		info, err := fs.Stat(fsys, was.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			c.Gone = append(c.Gone, was.Path)
		case err != nil:
			c.Edited = append(c.Edited, was.Path)
		case sightOf(was.Path, info) == was:
		case was.Size > 0 && !info.IsDir() && info.Size() == 0:
			c.Emptied = append(c.Emptied, was.Path)
		default:
			c.Edited = append(c.Edited, was.Path)
		}
	}
	return c
}
