package anki

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/memfs"
	"kartei/decks/shorthash"
	"kartei/decks/syntax"
)

// A DeckFile is a fact file in the language of package decks. Several may
// name one deck.
type DeckFile struct {
	Deck string // as the header names it
	Name string // for a file, without a folder: "geo-europe.md"
	Text []byte
}

// A deckFileMaker is the facts of one deck in the making.
type deckFileMaker struct {
	deck  string // in Kartei
	title string // in Anki
	anki  string // its name there
	taken *syntax.Names
	last  string // guid of the note that was kept last
	kept  []byte // notes, as WriteKept writes them
	parts [][]byte
	part  []byte          // the file that grows
	out   strings.Builder // its last facts, not yet in canonical form
}

const (
	maxPart  = syntax.MaxFile / 2 // how long a file grows: half of what the language allows
	maxDraft = 256 << 10          // how much is brought into canonical form at a time
)

func newDeckFileMaker(deck, title string) *deckFileMaker {
	return &deckFileMaker{deck: deck, title: title, taken: syntax.NewNames()}
}

// A line of a fact is a key and its value. An answer that is a list stands
// below its key, item by item.
type line struct {
	key   syntax.Key
	value string
	items []string
	mark  func(i int) string // of the items
}

// add writes a fact.
func (c *deckFileMaker) add(lines []line) {
	if c.out.Len() > 0 || len(c.part) > 0 {
		c.out.WriteByte('\n')
	} else {
		c.header()
	}
	c.fact(lines)
	if c.out.Len() > maxDraft {
		c.format()
	}
	if len(c.part) > maxPart {
		c.finish()
	}
}

// fact writes the lines of a fact.
func (c *deckFileMaker) fact(lines []line) {
	for _, l := range lines {
		if l.value == "" && l.items == nil {
			continue
		}
		c.out.WriteString(l.key.String() + ":")
		c.value(l.value)
		for i, item := range l.items {
			mark := l.mark(i)
			c.out.WriteString(mark)
			c.indented(item, strings.Repeat(" ", len(mark)))
		}
	}
}

// problemOf is what would make an error of a fact; empty for most, of which words
// alone say that they have none.
func problemOf(lines []line) string {
	if !slices.ContainsFunc(lines, suspicious) {
		return ""
	}
	var scratch deckFileMaker
	scratch.fact(lines)
	c, err := decks.Compile(memfs.Files{"fact.md": []byte(scratch.out.String())})
	if err != nil {
		return err.Error()
	}
	for _, d := range c.Diagnostics {
		if d.Severity == decks.Error {
			return d.Message
		}
	}
	return ""
}

// suspicious reports whether signs are in a line that the language acts on.
func suspicious(l line) bool {
	return l.key == syntax.Cloze || strings.ContainsAny(l.value, "{}~") || strings.Contains(l.value, "```") ||
		strings.Contains(l.value, "<!") ||
		slices.ContainsFunc(l.items, func(item string) bool { return strings.ContainsAny(item, "{}`~[") || item == "" })
}

// format brings the last facts into canonical form.
func (c *deckFileMaker) format() {
	text := []byte(c.out.String())
	c.out.Reset()
	if formatted, err := syntax.Format(text); err == nil {
		text = formatted
		if len(c.part) > 0 {
			c.part = append(c.part, '\n')
		}
	}
	c.part = append(c.part, text...)
}

func (c *deckFileMaker) header() {
	fmt.Fprintf(&c.out, "---\ndeck: %s\n", c.deck)
	if c.title != "" && len(c.parts) == 0 {
		fmt.Fprintf(&c.out, "title: %s\n", c.title)
	}
	c.out.WriteString("---\n\n")
}

// finish ends a file.
func (c *deckFileMaker) finish() {
	if c.out.Len() > 0 {
		c.format()
	}
	if len(c.part) > 0 {
		c.parts = append(c.parts, c.part)
		c.part = nil
	}
}

// value writes a value behind its key. What begins with code goes below it.
func (c *deckFileMaker) value(value string) {
	switch {
	case value == "":
		c.out.WriteByte('\n')
	case strings.HasPrefix(value, "```"):
		c.out.WriteString("\n  ")
		c.indented(value, "  ")
	default:
		c.out.WriteByte(' ')
		c.indented(value, "  ")
	}
}

// indented writes a text whose further lines belong to its first by indent:
// none of them can be taken for a key, a heading or a table.
func (c *deckFileMaker) indented(text, indent string) {
	for i, l := range strings.Split(text, "\n") {
		if i > 0 && l != "" {
			c.out.WriteString(indent)
		}
		c.out.WriteString(l + "\n")
	}
}

// id names a fact by the note that it comes from and the first of its cards: by
// what stays while the note is reworded and others come and go. A note of a text
// file that lacks a guid is named by its words.
func (c *deckFileMaker) id(n foreignNote, cards []named) string {
	id := n.id
	if n.guid != "" {
		id = noteID(n.guid)
	}
	if (!n.kind.cloze || n.apart) && len(cards) > 0 && cards[0].card.ordinal > 0 {
		id += "-" + strconv.Itoa(cards[0].card.ordinal+1)
	}
	return c.taken.New(id)
}

// noteID makes an id of a guid, which may have any characters.
func noteID(guid string) string {
	return "anki-" + shorthash.Of(guid, 12)
}

// files are the finished deck files.
func (c *deckFileMaker) files() []DeckFile {
	c.finish()
	base := strings.ReplaceAll(c.deck, "/", "-")
	var files []DeckFile
	for i, text := range c.parts {
		name := base + ".md"
		if i > 0 {
			name = base + "-" + strconv.Itoa(i+1) + ".md"
		}
		files = append(files, DeckFile{Deck: c.deck, Name: name, Text: text})
	}
	return files
}

// deckNames gives Anki's decks names that Kartei allows.
type deckNames struct {
	names  map[string]string // by Anki's
	taken  *syntax.Names
	rename string   // of the deck around all; empty leaves the names
	around []string // parts of its name in Anki; nil before any is known
}

// hold says that there is a deck of this name; of all decks the one around them
// can be renamed.
func (d *deckNames) hold(anki string) {
	parts := strings.Split(anki, "::")
	if d.around == nil {
		d.around = parts
	}
	same := 0
	for same < min(len(parts), len(d.around)) && parts[same] == d.around[same] {
		same++
	}
	d.around = d.around[:same]
}

func (d *deckNames) name(anki string) string {
	if name, ok := d.names[anki]; ok {
		return name
	}
	var parts []string
	inner := strings.Split(anki, "::")
	if d.rename != "" {
		inner = inner[min(len(d.around), len(inner)):]
		parts = append(parts, d.rename)
	}
	for _, part := range inner {
		word := syntax.DeckWord(part)
		if word == "" {
			word = "deck"
		}
		parts = append(parts, word)
	}
	base := strings.Join(parts, "/")
	for len(base) > 180 { // of the 200 bytes that a name may have
		base = base[:strings.LastIndexByte(base, '/')]
	}
	name := d.taken.New(base)
	d.names[anki] = name
	return name
}

// maxTags is how many tags of a note are kept: more no person gives.
const maxTags = 200

// plainTags are tags as the fact language has them: without brackets, quotes
// and commas.
func plainTags(tags []string, losses *lossList) []string {
	if len(tags) > maxTags {
		losses.add(fmt.Sprintf("tag beyond the first %d of a note", maxTags), tags[maxTags])
		tags = tags[:maxTags]
	}
	var plain []string
	for _, t := range tags {
		p := strings.TrimLeft(strings.Map(func(r rune) rune {
			if strings.ContainsRune("[](){}\"'`|;\\,", r) {
				return '-'
			}
			return r
		}, hidden.ReplaceAllString(tag(t), "")), "#")
		if p != t {
			losses.add("character in a tag", t)
		}
		if p != "" && !slices.Contains(plain, p) {
			plain = append(plain, p)
		}
	}
	return plain
}
