// Package notebooks lists the programs that keep cards in folders of text files, and
// recognises what they wrote.
package notebooks

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/hashcards"
	"kartei/decks/headings"
	"kartei/decks/mnemosyne"
	"kartei/decks/mochi"
	"kartei/decks/notebook"
	"kartei/decks/obsidian"
	"kartei/decks/orgmode"
	"kartei/decks/plural"
	"kartei/decks/repeater"
	"kartei/decks/supermemo"
)

// Formats are those programs' formats, in the order of the help. Of several that know
// the same marks in a folder, the first is taken.
func Formats() []*notebook.Format {
	return []*notebook.Format{
		&hashcards.Format,
		&repeater.Format,
		&mochi.Format,
		&mnemosyne.Format,
		&supermemo.Format,
		&obsidian.SpacedRepetition,
		&obsidian.ToAnki,
		&orgmode.Drill,
		&orgmode.FC,
		&headings.Format,
	}
}

// Find returns a format by its name.
func Find(name string) (*notebook.Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return nil, false
}

// A Sight is what a file or folder looks like.
type Sight struct {
	Path   string // as it was named
	Format *notebook.Format
	Marks  int    // cards that only this program writes so
	Files  int    // that have them
	First  string // the path of the first
}

// Say says what was recognised.
func (s Sight) Say() string {
	if s.Marks == 0 {
		return fmt.Sprintf("%s looks like one of %s", show.Line(s.Path), s.Format.Name)
	}
	return fmt.Sprintf("%s has cards of %s: %s, such as those of %s", show.Line(s.Path), s.Format.Name,
		plural.Count(s.Files, "file"), show.Line(s.First))
}

// Command is the command that takes it.
func (s Sight) Command() string {
	return fmt.Sprintf("kartei import %s --format %s -o %s", fault.ShellWord(s.Path), s.Format.Name, s.output())
}

// output is where the command writes to.
func (s Sight) output() string {
	if info, err := os.Stat(s.Path); err == nil && !info.IsDir() {
		base := filepath.Base(s.Path)
		return fault.ShellWord(strings.TrimSuffix(base, filepath.Ext(base)) + "-cards.md")
	}
	return "decks"
}

// Limits of a look: a folder may be a home.
const (
	mostFiles = 2000
	mostBytes = 32 << 20
	signMarks = 20 // what a sign counts for
)

// Recognize says what other program wrote what is in a file or a folder; false where
// nothing is known as one's.
func Recognize(path string) (Sight, bool) {
	sights := map[*notebook.Format]*Sight{}
	for _, f := range Formats() {
		sights[f] = &Sight{Path: path, Format: f}
	}
	left := lookAt(path, sights)
	best, most := Sight{}, 0
	for _, f := range Formats() {
		s := sights[f]
		weight := s.Marks
		if left[f] {
			weight += signMarks
		}
		if weight > most {
			best, most = *s, weight
		}
	}
	return best, most > 0
}

// lookAt counts marks, and returns the formats of which signs are there.
func lookAt(path string, sights map[*notebook.Format]*Sight) map[*notebook.Format]bool {
	signs := map[*notebook.Format]bool{}
	info, err := os.Stat(path)
	if err != nil {
		return signs
	}
	folder, file := path, ""
	if !info.IsDir() {
		folder, file = filepath.Dir(path), filepath.Base(path)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return signs
	}
	defer root.Close()
	for f, sight := range sights {
		for _, sign := range f.Signs {
			if _, err := fs.Stat(root.FS(), sign); err == nil && file == "" {
				signs[f] = true
			}
		}
		count(root.FS(), file, folder, sight)
	}
	return signs
}

// count counts the marks of one format.
func count(in fs.FS, file, folder string, sight *Sight) {
	source, err := notebook.Open(in, file, sight.Format.Extensions, "")
	if err != nil {
		return
	}
	read := 0
	for _, name := range source.Names[:min(len(source.Names), mostFiles)] {
		text, err := source.Text(name)
		if err != nil {
			text = "" // an archive or a database, known by its name
		}
		if n := sight.Format.Marks(name, text); n > 0 {
			if sight.Files++; sight.First == "" {
				sight.First = filepath.Join(folder, filepath.FromSlash(name))
			}
			sight.Marks += n
		}
		if read += len(text); read > mostBytes {
			return
		}
	}
}
