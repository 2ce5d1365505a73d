package decks

import (
	"io/fs"
	"path"
	"strings"
)

// ignored are the patterns of .gitignore files, by the folder of each, as far as
// they are about folders: what git leaves out is not the author's.
type ignored struct {
	fsys     fs.FS
	patterns map[string][]string // by folder; those of a folder that was looked at
}

// folder reports whether git leaves a folder out. The last pattern that fits counts,
// of the nearest file first; "!" takes back.
func (g *ignored) folder(p string) bool {
	for dir := path.Dir(p); ; dir = path.Dir(dir) {
		rest := strings.TrimPrefix(p, dir+"/")
		patterns := g.in(dir)
		for i := len(patterns) - 1; i >= 0; i-- {
			pattern, back := strings.CutPrefix(patterns[i], "!")
			if fits(pattern, rest) {
				return !back
			}
		}
		if dir == "." {
			return false
		}
	}
}

// in reads the patterns of a folder, once.
func (g *ignored) in(dir string) []string {
	if known, ok := g.patterns[dir]; ok {
		return known
	}
	var patterns []string
	name := path.Join(dir, ".gitignore")
	info, err := fs.Stat(g.fsys, name)
	if err != nil || !info.Mode().IsRegular() { // to open a pipe is to wait for it
		g.patterns[dir] = nil
		return nil
	}
	if text, _, err := readUpTo(g.fsys, name, maxIgnored); err == nil {
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				patterns = append(patterns, line)
			}
		}
	}
	g.patterns[dir] = patterns
	return patterns
}

// maxIgnored is how many bytes of a .gitignore are read.
const maxIgnored = 1 << 20

// fits reports whether a pattern is about a folder: one without a slash, but at its
// end, about a folder of the name anywhere below.
func fits(pattern, folder string) bool {
	pattern = strings.TrimSuffix(pattern, "/")
	if anywhere, ok := strings.CutPrefix(pattern, "**/"); ok {
		pattern = anywhere
	} else if strings.Contains(pattern, "/") {
		fit, err := path.Match(strings.TrimPrefix(pattern, "/"), folder)
		return err == nil && fit
	}
	fit, err := path.Match(pattern, path.Base(folder))
	return err == nil && fit
}
