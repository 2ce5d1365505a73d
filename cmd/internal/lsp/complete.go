package lsp

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks/check"
	"kartei/decks/syntax"
)

// complete proposes what may stand at a place: keys, names of sources, tags,
// decks, columns, rules, files of pictures.
func (s *Server) complete(_ context.Context, d *document, p placeParams) (any, error) {
	offset := d.text.offset(p.Position)
	start := d.lineStart(offset)
	c := completer{s: s, d: d, offset: offset, before: d.text.content[start:offset],
		list: completionList{Items: []completionItem{}}}
	c.propose()
	return c.list, nil
}

// A completer knows what stands before the cursor in its line.
type completer struct {
	s      *Server
	d      *document
	offset int
	before string
	list   completionList
}

// propose finds out in what the cursor stands.
func (c *completer) propose() {
	switch {
	case c.inHeader():
		c.header()
	case c.inComment():
		c.rules()
	case c.picture():
	case c.column():
	case c.cell():
	case !strings.Contains(c.before, ":"):
		c.keys()
	default:
		c.value()
	}
}

func (c *completer) inHeader() bool {
	h := c.d.file.Header
	return h != nil && c.offset > h.Start && c.offset <= h.End
}

// header proposes the keys of a header, and the values that are known.
func (c *completer) header() {
	key, value, isValue := strings.Cut(c.before, ":")
	if !isValue {
		for _, k := range syntax.HeaderKeys() {
			if k == "source" || c.d.file.Header.Get(k) == nil {
				c.add(key, k, itemKeyword, "", k+map[bool]string{true: " ", false: ": "}[k == "source"])
			}
		}
		return
	}
	switch value = strings.TrimLeft(value, " "); strings.TrimSpace(key) {
	case "deck":
		c.addAll(value, itemReference, c.deckNames()...)
	case "tags":
		c.tags(value)
	case "order":
		c.addAll(value, itemEnum, "authored", "random")
	case "typed":
		c.addAll(value, itemEnum, "never", "short", "always")
	}
}

func (c *completer) inComment() bool {
	i := strings.LastIndex(c.before, "<!--")
	return i >= 0 && !strings.Contains(c.before[i:], "-->")
}

// rules proposes the names of the warnings that a comment can allow.
func (c *completer) rules() {
	_, after, ok := strings.Cut(c.before, "kartei: allow ")
	if !ok {
		return
	}
	word := lastWord(after)
	for _, r := range check.Rules() {
		if r.Severity.String() == "warning" {
			c.add(word, r.Name, itemEnum, r.Title, r.Name)
		}
	}
}

// picture proposes the files of pictures in a link: ![…](…
func (c *completer) picture() bool {
	i := strings.LastIndex(c.before, "](")
	if i < 0 || strings.Contains(c.before[i:], ")") || !strings.Contains(c.before[:i], "![") {
		return false
	}
	typed := c.before[i+2:]
	folder := path.Join(path.Dir(c.d.name), path.Dir(typed+"x"))
	root, err := os.OpenRoot(c.d.folder.root)
	if err != nil {
		return true
	}
	defer root.Close()
	dir, err := root.Open(filepath.FromSlash(folder))
	if err != nil {
		return true
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(mostSymbols)
	prefix, word := path.Split(typed)
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() && !strings.HasPrefix(name, ".") {
			name += "/"
		} else if !slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp",
			".svg"}, strings.ToLower(path.Ext(name))) {
			continue
		}
		c.add(word, name, itemFile, prefix+name, name)
	}
	return true
}

// column proposes the columns of the table above, within braces.
func (c *completer) column() bool {
	i := strings.LastIndexByte(c.before, '{')
	if i < 0 || strings.Contains(c.before[i:], "}") || strings.HasSuffix(c.before[:i], "{") {
		return false
	}
	table := c.tableAbove()
	if table == nil {
		return false
	}
	for k := range table.Columns {
		if col := &table.Columns[k]; col.Role != syntax.Accepts && col.Role != syntax.Rejects && col.Name != "" {
			c.add(c.before[i+1:], col.Name, itemField, "", col.Name)
		}
	}
	return true
}

// tableAbove is the last table before the cursor in its section.
func (c *completer) tableAbove() (table *syntax.Table) {
	for _, b := range c.d.file.Blocks {
		if b.Extent().Start > c.offset {
			break
		}
		switch b := b.(type) {
		case *syntax.Table:
			table = b
		case *syntax.Heading:
			table = nil
		}
	}
	return table
}

// cell proposes sources and tags in a table's columns of these names.
func (c *completer) cell() bool {
	table := c.d.tableAt(c.offset)
	if table == nil || !strings.HasPrefix(strings.TrimLeft(c.before, " "), "|") {
		return false
	}
	i := strings.Count(strings.ReplaceAll(c.before, `\|`, ""), "|") - 1
	value := strings.TrimLeft(c.before[strings.LastIndexByte(c.before, '|')+1:], " ")
	switch i {
	case table.Role(syntax.RowSource, ""):
		c.sources(value)
	case table.Role(syntax.RowTags, ""):
		c.tags(value)
	}
	return true
}

// keys proposes the keys that the fact around the cursor does not have yet.
func (c *completer) keys() {
	fact := c.d.file.FactAt(c.offset)
	if start := c.offset - len(c.before); fact == nil && start > 0 {
		fact = c.d.file.FactAt(start - 1) // the line would go on with the fact above it
	}
	for k := syntax.Question; k <= syntax.Draft; k++ {
		if k == syntax.Draft || fact == nil && !k.Opens() {
			continue
		}
		if fact != nil && (k.Opens() || fact.Get(k) != nil && !k.Repeats() || !c.goesWith(k, fact)) {
			continue
		}
		c.add(c.before, k.String(), itemKeyword, keyMeans[k], k.String()+": ")
	}
}

// goesWith reports whether a key may stand below the one that opens the fact.
func (c *completer) goesWith(k syntax.Key, fact *syntax.Fact) bool {
	switch k {
	case syntax.Answer:
		return fact.Fields[0].Key == syntax.Question
	case syntax.Definition:
		return fact.Fields[0].Key == syntax.Term
	}
	return true
}

// keyMeans says what a key is for.
var keyMeans = map[syntax.Key]string{
	syntax.Question: "a question", syntax.Answer: "its answer",
	syntax.Term: "a term: two cards, one each way", syntax.Definition: "its definition",
	syntax.Cloze:  "a sentence with {{deletions}}",
	syntax.Accept: "further right answers, parted by |", syntax.Not: "a misconception -- why it is wrong",
	syntax.Hint: "shown before the answer, on request", syntax.Note: "shown after the answer",
	syntax.Source: "where it can be checked", syntax.Evidence: "the words that prove it there",
	syntax.AsOf: "the date to which it holds", syntax.Tags: "words parted by spaces",
	syntax.ID: "a name that keeps the history", syntax.Type: "typed, choice or recall",
	syntax.Tolerance: "± 5 or ± 1 %",
}

// value proposes what a key can have.
func (c *completer) value() {
	key, value, _ := strings.Cut(c.before, ":")
	value = strings.TrimLeft(value, " ")
	switch key {
	case syntax.Source.String():
		c.sources(value)
	case syntax.Tags.String():
		c.tags(value)
	case syntax.Type.String():
		c.addAll(value, itemEnum, "typed", "choice", "recall")
	}
}

func (c *completer) sources(word string) {
	if c.d.file.Header == nil {
		return
	}
	for _, e := range c.d.file.Header.Entries {
		if e.Key == "source" && e.Name != "" {
			c.add(word, e.Name, itemReference, e.Value.Text, e.Name+" ")
		}
	}
}

// tags proposes the tags of all decks in the folder.
func (c *completer) tags(value string) {
	all := map[string]bool{}
	for _, state := range c.d.folder.decks {
		for _, tag := range state.tags {
			all[tag] = true
		}
	}
	if c.d.traced != nil {
		for _, tag := range c.d.traced.Deck.Tags {
			all[tag] = true
		}
	}
	c.addAll(lastWord(value), itemEnum, slices.Sorted(maps.Keys(all))...)
}

func (c *completer) deckNames() []string { return sortedKeys(c.d.folder.decks) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func (c *completer) addAll(word string, kind int, all ...string) {
	for _, one := range all {
		c.add(word, one, kind, "", one)
	}
}

// add proposes a word for the part of it that is typed already.
func (c *completer) add(typed, label string, kind int, detail, text string) {
	if !strings.HasPrefix(strings.ToLower(label), strings.ToLower(typed)) {
		return
	}
	edit := textEdit{c.d.text.textRange(c.offset-len(typed), c.offset), text}
	c.list.Items = append(c.list.Items, completionItem{Label: label, Kind: kind, Detail: detail, TextEdit: &edit})
}
