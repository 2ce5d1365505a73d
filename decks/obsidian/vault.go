package obsidian

import (
	"io/fs"
	"net/url"
	"path"
	"strings"

	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/syntax"
)

// A vault finds the files that notes name without their folders.
type vault struct {
	source *notebook.Source
	files  map[string]string // paths by name; of several the shortest
}

// mostEntries bounds how many files a vault is searched for.
const mostEntries = 200_000

// find returns the path of a file that a note calls name, "" if there is none. As in
// Obsidian a name without a folder may lie anywhere in the vault.
func (v *vault) find(name string) string {
	if v.files == nil {
		v.files = map[string]string{}
		v.index()
	}
	return v.files[strings.ToLower(path.Base(name))]
}

func (v *vault) index() {
	seen := 0
	_ = fs.WalkDir(v.source.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if seen++; err != nil || seen > mostEntries {
			return fs.SkipDir
		}
		base := path.Base(name)
		if entry.IsDir() && name != "." && strings.HasPrefix(base, ".") {
			return fs.SkipDir
		}
		if key := strings.ToLower(base); entry.Type().IsRegular() {
			if known, ok := v.files[key]; !ok || len(name) < len(known) {
				v.files[key] = name
			}
		}
		return nil
	})
}

// What Obsidian writes otherwise than Markdown.
var (
	embed     = lazyregexp.New(`!\[\[([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|([^\[\]\n]*))?\]\]`)
	wiki      = lazyregexp.New(`\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]`)
	barIn     = lazyregexp.New(`(\[\[[^\[\]|\\\n]+)\\\|`) // within a table
	highlight = lazyregexp.New(`==([^=\n]+)==`)
	hidden    = lazyregexp.New(`(?s)%%.*?%%|<!--.*?-->`)
	breaks    = lazyregexp.New(`(?i)[ \t]*<br\s*/?>[ \t]*\n?`)
	size      = lazyregexp.New(`^[0-9]+(?:x[0-9]+)?$`)
)

// markdown writes what stands in a note as Markdown: pictures and links of wikis,
// marked words, comments.
func (v *vault) markdown(note, text string) string {
	if !strings.ContainsAny(text, "[=%<") {
		return strings.TrimSpace(text)
	}
	text = barIn.ReplaceAllString(text, "$1|")
	var out strings.Builder
	for piece := range syntax.Pieces(text) {
		part := text[piece.Start:piece.End]
		if piece.Kind == syntax.Words {
			part = v.words(note, part)
		}
		out.WriteString(part)
	}
	return strings.TrimSpace(out.String())
}

func (v *vault) words(note, text string) string {
	text = hidden.ReplaceAllString(text, "")
	text = embed.ReplaceAllStringFunc(text, func(whole string) string {
		m := embed.FindStringSubmatch(whole)
		words := strings.TrimSpace(m[2])
		if size.MatchString(words) {
			words = ""
		}
		name := strings.TrimSpace(m[1])
		if path.Ext(name) == "" {
			return m[1] // a note within a note
		}
		return "![" + words + "](" + v.address(note, name) + ")"
	})
	text = wiki.ReplaceAllStringFunc(text, func(whole string) string {
		m := wiki.FindStringSubmatch(whole)
		if words := strings.TrimSpace(m[2]); words != "" {
			return words
		}
		name, heading, _ := strings.Cut(m[1], "#")
		if name == "" {
			return strings.TrimLeft(heading, "^")
		}
		return path.Base(strings.TrimSpace(name))
	})
	text = highlight.ReplaceAllString(text, "**$1**")
	return breaks.ReplaceAllString(text, "\\\n")
}

// address is how a note names a file of the vault.
func (v *vault) address(note, name string) string {
	found := v.find(name)
	if found == "" {
		found = path.Join(path.Dir(note), name)
	}
	up := strings.Repeat("../", strings.Count(note, "/"))
	if dir := path.Dir(note); dir != "." && strings.HasPrefix(found, dir+"/") {
		up, found = "", strings.TrimPrefix(found, dir+"/")
	}
	return up + (&url.URL{Path: found}).EscapedPath()
}

var header = lazyregexp.New(`\A---[ \t]*\n((?:.*\n)*?)---[ \t]*(?:\n|\z)`)

// split parts a note into what is between lines of dashes at its head and the rest,
// and says how many lines the first has.
func split(text string) (front, rest string, lines int) {
	m := header.FindStringSubmatchIndex(text)
	if m == nil {
		return "", text, 0
	}
	return text[m[2]:m[3]], text[m[1]:], strings.Count(text[:m[1]], "\n")
}

var (
	tagLine = lazyregexp.New(`(?i)^tags?\s*:(.*)$`)
	tagItem = lazyregexp.New(`^\s*-\s+(.*)$`)
)

// frontTags are the tags that the head of a note gives, without number signs.
func frontTags(front string) (tags []string) {
	within := false
	for line := range strings.SplitSeq(front, "\n") {
		if m := tagLine.FindStringSubmatch(line); m != nil {
			within = strings.TrimSpace(m[1]) == ""
			tags = append(tags, tagWords(m[1])...)
			continue
		}
		m := tagItem.FindStringSubmatch(line)
		if within = within && m != nil; within {
			tags = append(tags, tagWords(m[1])...)
		}
	}
	return tags
}

func tagWords(text string) []string {
	return syntax.SplitTags(strings.Map(func(r rune) rune {
		if strings.ContainsRune("[](){}\"'`|;\\", r) {
			return ' '
		}
		return r
	}, text))
}

var heading = lazyregexp.New(`^(#{1,6})[ \t]+(.*?)[ \t#]*$`)

// A trail is the headings above a line, outermost first.
type trail struct {
	levels []int
	words  []string
}

// take takes a line, and reports whether it is a heading.
func (t *trail) take(line string) bool {
	m := heading.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	level := len(m[1])
	for n := len(t.levels); n > 0 && t.levels[n-1] >= level; n-- {
		t.levels, t.words = t.levels[:n-1], t.words[:n-1]
	}
	if words := strings.TrimSpace(m[2]); words != "" {
		t.levels, t.words = append(t.levels, level), append(t.words, words)
	}
	return true
}

// section is the headings of now.
func (t *trail) section() []string { return append([]string(nil), t.words...) }
