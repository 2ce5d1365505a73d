package draft

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"kartei/decks/plural"
	"kartei/decks/textfile"
	"kartei/decks/wordset"
)

// MaxDocument is how much of a document is read, in bytes.
const MaxDocument = 64 << 20

// ErrNoText is for documents in which there is nothing to read, such as scanned
// pages.
var ErrNoText = errors.New("there is no text in it")

// A Document is what could be read of a file.
type Document struct {
	Title    string
	Lang     Lang
	Sections []Section
	Text     string   // all that was read: every piece of evidence stands in it
	Losses   []string // what could not be read or was left out, in words
}

// A Section is what stands below a heading.
type Section struct {
	Titles     []string // of the headings above it, outermost first
	Paragraphs []Paragraph
}

// A Paragraph is a paragraph of prose, or an item of a list.
type Paragraph struct {
	Text  string
	Raw   string   // as it stands in the document, with its line ends
	Page  int      // on which it begins; 0 without pages
	Mark  string   // of an item of a list, as "1." or "a)" or "-"; else empty
	Terms []string // that the document marks, as code or by emphasis
}

// Read reads a document; its name says by the ending what it is, and its first
// bytes do where the name does not.
func Read(name string, data []byte) (*Document, error) {
	losses := []string{}
	if len(data) > MaxDocument {
		data = data[:MaxDocument]
		losses = append(losses, fmt.Sprintf("only the first %d MiB were read", MaxDocument>>20))
	}
	text, more, err := textfile.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d := &Document{Losses: append(losses, more...)}
	switch format(name, text) {
	case "html":
		d.readHTML(text)
	case "markdown":
		d.readMarkdown(text)
	default:
		d.readText(text)
	}
	d.finish(name)
	if strings.TrimSpace(d.Text) == "" {
		return nil, fmt.Errorf("%s: %w", name, ErrNoText)
	}
	return d, nil
}

func format(name, text string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".md", ".markdown", ".mkd":
		return "markdown"
	case ".html", ".htm", ".xhtml":
		return "html"
	}
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 1000)]))
	if strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html") {
		return "html"
	}
	return "text"
}

// finish leaves out what holds no facts, and settles title and language.
func (d *Document) finish(name string) {
	kept := d.Sections[:0]
	left := 0
	for _, s := range d.Sections {
		switch {
		case len(s.Paragraphs) == 0:
		case s.apparatus():
			left++
		default:
			kept = append(kept, s)
		}
	}
	d.Sections = kept
	if left > 0 {
		d.Losses = append(d.Losses, plural.Count(left, "section")+" of contents, references or imprint left out")
	}
	if d.Title == "" && len(kept) > 0 && len(kept[0].Titles) > 0 {
		d.Title = kept[0].Titles[0]
	}
	if d.Title = oneLine(d.Title); d.Title == "" || utf8.RuneCountInString(d.Title) > 150 {
		base := filepath.Base(name)
		d.Title = oneLine(strings.TrimSuffix(base, filepath.Ext(base)))
	}
	d.Lang = languageOf(d.sample())
}

// sample is so much of the document as tells its language.
func (d *Document) sample() string {
	const enough = 100 << 10
	var b strings.Builder
	for _, s := range d.Sections {
		for _, p := range s.Paragraphs {
			if b.Len() > enough {
				return b.String()
			}
			b.WriteString(p.Text)
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Title is the nearest heading.
func (s *Section) Title() string {
	if len(s.Titles) == 0 {
		return ""
	}
	return s.Titles[len(s.Titles)-1]
}

// apparatusTitles are headings of what is about the document and not its matter.
var apparatusTitles = phraseSet(`
contents|table of contents|references|bibliography|further reading|see also|external links|notes|footnotes|endnotes|citations|sources|index|acknowledgements|acknowledgments|imprint|credits|copyright|license|licence|about the author|about the authors|list of figures|list of tables|works cited|copyright notice|status of this memo|terms of use|disclaimer|appendix: references|
inhalt|inhaltsverzeichnis|literatur|literaturverzeichnis|einzelnachweise|weblinks|siehe auch|quellen|quellenverzeichnis|anmerkungen|fußnoten|endnoten|impressum|danksagung|abbildungsverzeichnis|tabellenverzeichnis|sachregister|stichwortverzeichnis|über den autor|über die autoren|über die autorin|nachweise|lizenz|urheberrecht|haftungsausschluss|nutzungsbedingungen|rechtliche hinweise|datenschutz`)

func (s *Section) apparatus() bool {
	for _, title := range s.Titles {
		if apparatusTitles.Has(strings.ToLower(strings.Trim(title, " .:0123456789"))) {
			return true
		}
	}
	return false
}

// A builder puts sections together.
type builder struct {
	doc    *Document
	text   strings.Builder // becomes the document's text, where it is not the file's
	titles []string
	levels []int
}

// heading opens a section.
func (b *builder) heading(level int, title string) {
	if title = oneLine(textfile.Clean(title)); title == "" {
		return
	}
	for len(b.levels) > 0 && b.levels[len(b.levels)-1] >= level {
		b.levels, b.titles = b.levels[:len(b.levels)-1], b.titles[:len(b.titles)-1]
	}
	b.levels = append(b.levels, level)
	b.titles = append(b.titles[:len(b.titles):len(b.titles)], shorten(title, 120))
	b.doc.Sections = append(b.doc.Sections, Section{Titles: b.titles})
	b.text.WriteString(title + "\n\n")
}

// longestParagraph is how much of a paragraph is used, in bytes: far more than any
// has that a person wrote.
const longestParagraph = 1 << 20

// add puts a paragraph into the open section.
func (b *builder) add(p Paragraph) {
	if p.Text == "" {
		return
	}
	if len(p.Text) > longestParagraph || len(p.Raw) > 2*longestParagraph {
		b.doc.Losses = append(b.doc.Losses, "a paragraph of "+strconv.Itoa(len(p.Text)>>20)+
			" MiB, of which the first is read")
		p.Text, p.Raw = firstBytes(p.Text, longestParagraph), firstBytes(p.Raw, 2*longestParagraph)
	}
	if len(b.doc.Sections) == 0 {
		b.doc.Sections = append(b.doc.Sections, Section{})
	}
	s := &b.doc.Sections[len(b.doc.Sections)-1]
	s.Paragraphs = append(s.Paragraphs, p)
}

// say is add for a paragraph that the document's text is to hold, too.
func (b *builder) say(p Paragraph) {
	p.Text = textfile.Clean(p.Text) // marks and entities may have stood between the signs that clean leaves out
	p.Raw = p.Text
	b.add(p)
	if p.Text != "" {
		b.text.WriteString(p.Text)
		b.text.WriteString("\n\n")
	}
}

// firstBytes cuts a text after at most n bytes, between characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// oneLine makes every run of white space one blank.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten cuts a text at a word, to at most n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n]
	short := string(r)
	if i := strings.LastIndexByte(short, ' '); i > n/2 {
		short = short[:i]
	}
	return short + "…"
}

// phraseSet is a set of phrases that bars or line ends part.
func phraseSet(text string) *wordset.Set { return wordset.Split(text, phrases) }

func phrases(text string) (all []string) {
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == '\n' }) {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return all
}
