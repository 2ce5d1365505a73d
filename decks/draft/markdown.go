package draft

import (
	"strings"

	"kartei/decks/factfile"
	"kartei/decks/lazyregexp"
)

var (
	atxHeading  = lazyregexp.New(`^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	setext      = lazyregexp.New(`^ {0,3}(=+|-+)\s*$`)
	fenceMark   = lazyregexp.New("^ *(`{3,}|~{3,})")
	listMark    = lazyregexp.New(`^\s*(?:[-*+•]|\d{1,3}[.)]|[a-z]{1,2}\))\s+`)
	tableLine   = lazyregexp.New(`^\s*\|`)
	quoteMark   = lazyregexp.New(`^\s*(?:>\s?)+`)
	codeSpan    = lazyregexp.New("`([^`\n]{1,60})`")
	strongSpan  = lazyregexp.New(`\*\*([^*\n]{2,60})\*\*|__([^_\n]{2,60})__`)
	imageOrHTML = lazyregexp.New(`!\[[^\]]*\]\([^)]*\)|<!--.*?-->|</?[a-zA-Z][^>]*>`)
	indented    = lazyregexp.New(`^(?: {4}|\t)`)
)

// readMarkdown makes sections of Markdown, line by line: headings, paragraphs and
// lists. Code, tables and pictures hold no sentences.
func (d *Document) readMarkdown(text string) {
	m := &markdownReader{builder: builder{doc: d}}
	lines := strings.Split(text, "\n")
	for i := frontMatter(lines); i < len(lines); i++ {
		m.line(lines[i])
	}
	m.flush()
	d.Text = m.text.String()
}

// frontMatter steps over a header between lines of dashes, or of keys.
func frontMatter(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i := 1; i < min(len(lines), 100); i++ {
		if strings.TrimSpace(lines[i]) == "---" {
			return i + 1
		}
	}
	return 0
}

// A markdownReader holds the paragraph that is being read.
type markdownReader struct {
	builder
	open  []string
	mark  string // of the item that is open
	list  bool   // the last paragraph was one
	fence string // what closes the code that is being passed over
}

func (m *markdownReader) line(line string) {
	if m.fence != "" {
		if strings.HasPrefix(strings.TrimSpace(line), m.fence) {
			m.fence = ""
		}
		return
	}
	line = quoteMark.ReplaceAllString(line, "")
	if f := fenceMark.FindStringSubmatch(line); f != nil {
		m.flush()
		m.fence = f[1]
		return
	}
	bare := strings.TrimSpace(line)
	switch h := atxHeading.FindStringSubmatch(line); {
	case h != nil:
		m.flush()
		m.heading(len(h[1]), inline(h[2]))
	case bare == "":
		m.flush()
	case setext.MatchString(line) && len(m.open) == 1 && m.mark == "":
		level := 2
		if bare[0] == '=' {
			level = 1
		}
		title := inline(m.open[0])
		m.open = nil
		m.heading(level, title)
	case setext.MatchString(line) || tableLine.MatchString(line):
		m.flush()
	case listMark.MatchString(line):
		m.flush()
		m.mark = strings.TrimSpace(listMark.FindString(line))
		m.open = append(m.open, listMark.ReplaceAllString(line, ""))
	case len(m.open) == 0 && indented.MatchString(line) && !m.list: // code
	default:
		m.open = append(m.open, bare)
	}
	m.hardBreak(line)
}

// hardBreak ends the paragraph behind a line that ends with a backslash, or with two
// spaces: a page shows what follows on a line of its own.
func (m *markdownReader) hardBreak(line string) {
	bare := strings.TrimSpace(line)
	if len(m.open) == 0 || !strings.HasSuffix(bare, `\`) && !(strings.HasSuffix(line, "  ") && finished(bare)) {
		return
	}
	last := len(m.open) - 1
	m.open[last] = strings.TrimRight(strings.TrimSuffix(m.open[last], `\`), " ")
	mark := m.mark
	m.flush()
	m.mark = mark
}

// flush adds the open paragraph.
func (m *markdownReader) flush() {
	if len(m.open) == 0 {
		return
	}
	source := strings.Join(m.open, "\n")
	p := Paragraph{Text: inline(source), Mark: m.mark}
	for _, span := range codeSpan.FindAllStringSubmatch(source, 20) {
		p.Terms = append(p.Terms, oneLine(span[1]))
	}
	for _, span := range strongSpan.FindAllStringSubmatch(source, 20) {
		p.Terms = append(p.Terms, strings.Trim(inline(span[1]+span[2]), ": "))
	}
	m.say(p)
	m.list = m.mark != ""
	m.open, m.mark = nil, ""
}

// inline returns the words of a paragraph without its marks.
func inline(source string) string {
	return oneLine(factfile.Plain(imageOrHTML.ReplaceAllString(source, " ")))
}
