// Package foreign says what a foreign format is: how another program keeps
// questions, and how decks come from it and go to it.
//
// Each package that reads or writes such a format has it as a [Format], and the
// command line has one list of them. Help, flags, completion and the recognition
// of files follow from that list. A format takes readers and writers and opens no
// files; what it reads comes from strangers.
package foreign

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks"
)

// A Format is how another program keeps questions.
type Format struct {
	Name       string   // as users type it
	Extensions []string // of its files, in lower case with the dot: they decide where the text does not

	ReadHelp  string // what is read, in lines of at most 64 characters; empty: the format is only written
	WriteHelp string // what is written, likewise; empty: the format is only read

	ReadFlags  []Flag
	WriteFlags []Flag

	// Sniff says how likely a file that begins with head is of this format.
	Sniff func(head []byte) Likeness

	// Read reads a file. It returns an error only for a file of which nothing can be
	// read, such as one that is too large; what else is not taken is in the [Reading].
	// Nil: more than the file is needed for it.
	Read func(r io.Reader, o ReadOptions) (*Reading, error)

	// Write writes decks into one file and returns what it left out. An error is one of
	// the facts or of w. Nil: more than the decks is needed for it.
	Write func(w io.Writer, o WriteOptions, all ...Contents) ([]Left, error)
}

// A Likeness is how sure it is that a file is of a format.
type Likeness int

// How sure it is.
const (
	No      Likeness = iota
	Perhaps          // some other kinds of text look like this
	Likely
	Certain // nothing else begins like this
)

// Sniff returns the index of a file's format by its beginning, or by its name where
// that says nothing, or -1. Of formats that are equally likely it is the first.
func Sniff(all []Format, name string, head []byte) int {
	best, how := -1, No
	for i, f := range all {
		if f.Sniff == nil {
			continue
		}
		if like := f.Sniff(head); like > how {
			best, how = i, like
		}
	}
	ext := strings.ToLower(filepath.Ext(name))
	if best < 0 {
		best = slices.IndexFunc(all, func(f Format) bool { return slices.Contains(f.Extensions, ext) })
	}
	return best
}

// A Flag is one that the commands have for a format. Formats may share one.
type Flag struct {
	Name    string
	Switch  bool   // it is on or off, and has no value else
	Default string // of what has a value
	Help    string // may name the value, in `backquotes`
}

// Flags are the values of flags that were given; a switch that is on is "true".
type Flags map[string]string

// On reports whether a switch is on.
func (f Flags) On(name string) bool { return f[name] == "true" }

// Trim returns the beginning of a text without what stands before its first word:
// a byte order mark and space.
func Trim(head []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff")))
}

// IsOffice reports whether a file begins as those of spreadsheets and word processors
// do: an archive whose first file is one of theirs, or an old one of Microsoft's.
func IsOffice(head []byte) bool {
	const nameAt, longest = 30, 64 // of the first file's name in an archive
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return true
	}
	if !bytes.HasPrefix(head, []byte("PK")) || len(head) < nameAt {
		return false
	}
	name := head[nameAt:min(len(head), nameAt+longest)]
	for _, begin := range []string{"[Content_Types].xml", "_rels/", "docProps/", "xl/", "word/",
		"mimetypeapplication/vnd.oasis", "mimetypeapplication/epub"} {
		if bytes.HasPrefix(name, []byte(begin)) {
			return true
		}
	}
	return false
}

// ReadOptions are what a reader may want to know.
type ReadOptions struct {
	File  string // its name, for places
	Media string // the folder that pictures and sounds will be put into, as deck files name it: "geo-media/"
	Flags Flags

	// Show is shown how a file is about to be read that does not say so itself. An
	// error ends the reading. Nil: what is not certain is an error.
	Show func(Guess) error
}

// A Guess is how a file is about to be read.
type Guess struct {
	Rows   []string // the first rows, as they would be read
	Flags  Flags    // that say the same
	Unsure []string // what is not certain, as "which column answers"
}

// A Reading is what a file holds.
type Reading struct {
	Decks []*decks.Deck // a deck file each; one alone needs no name
	Media []Medium      // pictures and sounds that the decks show, named once each
	Left  []Left

	// Body is text in the fact language, behind the header of the only deck: tables with
	// their templates, which have so many rows.
	Body []byte
	Rows int

	Remarks []string // what else a person should know, in a line each
	Settled Flags    // by which the file is read the same again
}

// A Medium is a picture or a sound.
type Medium struct {
	Name string // of the file within [ReadOptions.Media]: a plain name
	Open func() (io.ReadCloser, error)
}

// A Left is what stayed behind: a question, or a part of one.
type Left struct {
	File string
	Line int    // from 1; 0: it has no place
	Err  error  // the reason
	Part bool   // the rest of the question was taken
	Text string // what of it is nowhere else now, where that can be said
}

func (l Left) Error() string {
	if l.Line == 0 {
		return fmt.Sprintf("%s: %v", l.File, l.Err)
	}
	return fmt.Sprintf("%s:%d: %v", l.File, l.Line, l.Err)
}

func (l Left) Unwrap() error { return l.Err }

// LeftCard is a card that is not written.
func LeftCard(f *decks.Fact, err error) Left { return Left{File: f.File, Line: f.Line, Err: err} }

// SortLeft sorts by place.
func SortLeft(all []Left) {
	slices.SortStableFunc(all, func(a, b Left) int { return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
}

// One is the reading of a file that is one deck.
func One(deck *decks.Deck, left []Left, err error) (*Reading, error) {
	if err != nil {
		return nil, err
	}
	return &Reading{Decks: []*decks.Deck{deck}, Left: left}, nil
}

// Each writes decks one after another.
func Each(all []Contents, write func(Contents) ([]Left, error)) (left []Left, err error) {
	for _, c := range all {
		more, err := write(c)
		left = append(left, more...)
		if err != nil {
			return left, err
		}
	}
	return left, nil
}

// WriteOptions are what a writer may want to know.
type WriteOptions struct{ Flags Flags }

// Contents are a deck to be written, and its facts in the order in which new
// cards appear.
type Contents struct {
	Deck  *decks.Deck // its own Facts are not read, so that large decks need no memory
	Facts iter.Seq2[*decks.Fact, error]
	Files fs.FS // the folder that was compiled, with the deck's pictures; may be nil
}

// Of returns a deck with the facts that it holds.
func Of(deck *decks.Deck) Contents {
	return Contents{Deck: deck, Facts: func(yield func(*decks.Fact, error) bool) {
		for i := range deck.Facts {
			if !yield(&deck.Facts[i], nil) {
				return
			}
		}
	}}
}
