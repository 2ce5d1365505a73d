package decks

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"kartei/decks/parallel"
	"kartei/decks/syntax"
)

// Compile reads the deck sources that the paths name, files or folders of
// fsys, and turns them into decks. Without a path it reads all of fsys. In a
// folder it reads the files whose names end in ".md", in subfolders too, but
// none whose name begins with a dot. A file that is named alone is joined by
// the files beside it that name the same deck.
//
// What is wrong with a file becomes a diagnostic. The error is for what keeps
// Compile from looking: fsys can not be read, or a path does not exist.
func Compile(fsys fs.FS, paths ...string) (*Compilation, error) {
	return CompileWith(fsys, Options{}, paths...)
}

// Options say how [CompileWith] goes about it.
type Options struct {
	// Known are the stamps of a tree that was compiled before: a deck whose files
	// are all as they say is not parsed, and named in [Compilation.Unchanged].
	Known []Stamp

	// Progress, if not nil, is called now and then with the number of files that
	// have been read.
	Progress func(done, total int)
}

// CompileWith is Compile with options.
func CompileWith(fsys fs.FS, options Options, paths ...string) (*Compilation, error) {
	found, folders, err := find(fsys, paths)
	if err != nil {
		return nil, err
	}
	c := &compiler{out: &Compilation{Seen: folders}, progress: options.Progress,
		problems: map[*syntax.File][]syntax.Problem{}}
	c.read(fsys, found)
	same, dirty := changed(c.sources, options.Known)
	c.parse(same, dirty)
	c.join()
	c.leave(options.Known)
	c.finish()
	return c.out, nil
}

// A compiler holds what is being compiled.
type compiler struct {
	out      *Compilation
	progress func(done, total int)
	sources  []*inputFile
	problems map[*syntax.File][]syntax.Problem // found by the compiler itself
	unread   []string                          // files and folders that could not be read
}

// A inputFile is a file on its way to a deck.
type inputFile struct {
	path     string
	text     []byte
	sum      string // see [Stamp]
	seen     Sight  // the zero one: it was not opened
	was      string // the deck it belonged to when its stamp was made
	fault    *Diagnostic
	file     *syntax.File
	deck     string // the name
	facts    []Fact
	from     [][]Origin
	passages []Passage
	prose    int              // bytes of them
	cut      bool             // there are more
	problems []syntax.Problem // found while making facts
}

// read reads all files. What can not be read has a diagnostic at once.
func (c *compiler) read(fsys fs.FS, found []finding) {
	all := make([]*inputFile, len(found))
	parallel.Each(len(found), nil, func(i int) {
		s := &inputFile{path: found[i].path, fault: found[i].fault}
		if s.fault == nil {
			s.text, s.seen, s.fault = readSource(fsys, s.path)
			s.sum = sum(s.text)
		}
		all[i] = s
	})
	for _, s := range all {
		if s.seen != (Sight{}) {
			c.out.Seen = append(c.out.Seen, s.seen)
		}
		if s.fault == nil {
			c.sources = append(c.sources, s)
			continue
		}
		c.out.Diagnostics = append(c.out.Diagnostics, *s.fault)
		if s.fault.Severity == Error {
			c.unread = append(c.unread, s.path)
		}
	}
}

// parse parses the sources that want says, and those that share a deck with
// one of them; then it makes their facts.
func (c *compiler) parse(unchanged map[*inputFile]string, dirty map[string]bool) {
	c.parseWhere(dirty, func(s *inputFile) bool { _, same := unchanged[s]; return !same })
	for n := -1; n != len(dirty); {
		n = len(dirty)
		c.parseWhere(dirty, func(s *inputFile) bool { return dirty[unchanged[s]] })
		c.findRivals(unchanged, dirty)
	}
	for _, s := range c.sources {
		if name := unchanged[s]; s.file == nil && name != "" {
			c.out.Unchanged = append(c.out.Unchanged, name)
		}
	}
	c.sources = slices.DeleteFunc(c.sources, func(s *inputFile) bool { return s.file == nil })
	parallel.Each(len(c.sources), nil, func(i int) { c.sources[i].build() })
	for _, s := range c.sources {
		c.out.Files = append(c.out.Files, s.file)
	}
}

// parseWhere parses those sources that want says, and names their decks.
func (c *compiler) parseWhere(dirty map[string]bool, want func(*inputFile) bool) {
	todo := slices.DeleteFunc(slices.Clone(c.sources), func(s *inputFile) bool { return s.file != nil || !want(s) })
	parallel.Each(len(todo), c.progress, func(i int) {
		s := todo[i]
		s.file = syntax.Parse(s.path, s.text)
		s.text = nil
		s.deck = deckName(s.file)
	})
	for _, s := range todo {
		if s.deck != "" {
			dirty[s.deck] = true
		}
	}
}

// findRivals adds the unchanged decks that claim to be one of those that were
// parsed to the dirty ones: a copy of a file, say, whose header has the id of
// the original still. Neither may take the other's place.
func (c *compiler) findRivals(unchanged map[*inputFile]string, dirty map[string]bool) {
	deckByID := map[string]string{}
	for _, s := range c.sources {
		if s.file != nil {
			deckByID[idOf(s.file.Header, s.deck)] = s.deck
		}
	}
	if len(deckByID) == 0 {
		return
	}
	for _, s := range c.sources {
		name := unchanged[s]
		if s.file != nil || name == "" || dirty[name] {
			continue
		}
		if rival := deckByID[idOf(syntax.ParseHeader(s.path, s.text), name)]; rival != "" {
			dirty[name] = true
		}
	}
}

// idOf returns the identity of a deck as one of its files gives it: its name if
// the file says nothing else.
func idOf(h *syntax.Header, name string) string {
	if e := h.Get("id"); e != nil {
		return e.Value.Text
	}
	return name
}

// leave adds the decks that can not be seen this time to the broken ones: those
// that unreadable files are named after, or held at the last compile. They must
// not seem gone.
func (c *compiler) leave(known []Stamp) {
	for _, file := range c.unread {
		if name := nameAfter(file); name != "" {
			c.out.Broken = append(c.out.Broken, name)
		}
		for _, stamp := range known {
			if stamp.Deck != "" && (stamp.File == file || strings.HasPrefix(stamp.File, file+"/")) {
				c.out.Broken = append(c.out.Broken, stamp.Deck)
			}
		}
	}
}

// deckName returns the name of the deck that a file belongs to: as its header
// says, else as the file is called. It is empty if neither gives a name.
func deckName(f *syntax.File) string {
	if e := f.Header.Get("deck"); e != nil {
		return e.Value.Text
	}
	return nameAfter(f.Name)
}

// nameAfter returns the name of a deck that is called after its file.
func nameAfter(file string) string {
	base := path.Base(file)
	return syntax.DeckWord(strings.TrimSuffix(base, path.Ext(base)))
}

// finish turns problems into diagnostics and sorts everything.
func (c *compiler) finish() {
	for _, s := range c.sources {
		problems := slices.Clone(s.file.Problems)
		if !s.file.Unmerged { // what else is wrong comes of that
			problems = append(problems, c.problems[s.file]...)
		}
		c.out.Diagnostics = append(c.out.Diagnostics, Diagnose(s.file, problems)...)
	}
	SortDiagnostics(c.out.Diagnostics)
	slices.Sort(c.out.Broken)
	c.out.Broken = slices.Compact(c.out.Broken)
	slices.SortFunc(c.out.Seen, func(a, b Sight) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(c.out.Unchanged)
	c.out.Unchanged = slices.Compact(c.out.Unchanged)
}

func (c *compiler) report(f *syntax.File, p syntax.Problem) {
	c.problems[f] = append(c.problems[f], p)
}
