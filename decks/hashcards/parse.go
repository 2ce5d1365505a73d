package hashcards

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"lukechampine.com/blake3"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

// A parser reads one deck. Where hashcards would stop with an error, what is wrong is
// left out and the rest is read.
type parser struct {
	page   *notebook.Page
	cards  []card
	seen   map[string]bool // hashes: the same card twice is one
	macros macros
	known  bool   // there is a database
	hashed *int64 // bytes of sentences, over all decks
	left   []foreign.Left

	parts []part // of the block that grows
	line  int    // its first
	stray bool   // the last line was text between cards
}

// A part of a block is what stands behind a key.
type part struct {
	key   byte
	lines []string
}

func (p *part) text() string { return strings.TrimSpace(strings.Join(p.lines, "\n")) }

var (
	key   = lazyregexp.New(`^[QATDC]:`)
	fence = lazyregexp.New("^(?:```|~~~)")
)

func (p *parser) parse(text string) {
	lines := strings.Split(text, "\n")
	first := p.header(lines)
	fenced := ""
	for i := first; i < len(lines); i++ {
		line := lines[i]
		if mark := fence.FindString(line); fenced != "" || mark != "" {
			switch {
			case fenced == "":
				fenced = mark
			case mark == fenced:
				fenced = ""
			}
			p.text(line, i+1)
			continue
		}
		switch {
		case key.MatchString(line):
			p.key(line[0], strings.TrimSpace(line[2:]), i+1)
		case strings.TrimSpace(line) == "---":
			p.end()
		default:
			p.text(line, i+1)
		}
	}
	p.end()
}

var deckName = lazyregexp.New(`^\s*name\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$`)

// header reads TOML between two lines of dashes, and returns where the rest begins.
func (p *parser) header(lines []string) int {
	if strings.TrimSpace(lines[0]) != "---" {
		return 0
	}
	for i, line := range lines[1:] {
		if strings.TrimSpace(line) == "---" {
			return i + 2
		}
		if m := deckName.FindStringSubmatch(line); m != nil {
			p.page.Deck.Title = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[1]) + m[2]
		}
	}
	return 0
}

// key begins a part, which may begin a block.
func (p *parser) key(k byte, text string, line int) {
	if second := len(p.parts) == 1 && (k == 'A' && p.parts[0].key == 'Q' || k == 'D' && p.parts[0].key == 'T'); !second {
		p.end()
		p.line = line
	}
	if len(p.parts) == 0 && (k == 'A' || k == 'D') {
		p.leave(line, "this answer has no question")
		p.parts = nil
		return
	}
	p.parts = append(p.parts, part{k, []string{text}})
}

// text goes on with a part.
func (p *parser) text(line string, number int) {
	if n := len(p.parts); n > 0 {
		p.parts[n-1].lines = append(p.parts[n-1].lines, line)
		p.stray = false
		return
	}
	if strings.TrimSpace(line) != "" && !p.stray {
		p.stray = true
		p.left = append(p.left, foreign.Left{File: p.page.Name, Line: number, Part: true,
			Err: errors.New("text between cards, which hashcards takes for a mistake"), Text: line})
	}
}

func (p *parser) leave(line int, why string) {
	p.left = append(p.left, foreign.Left{File: p.page.Name, Line: line, Err: errors.New(why)})
}

// end makes cards of a block.
func (p *parser) end() {
	parts := p.parts
	p.parts = nil
	if len(parts) == 0 {
		return
	}
	first := parts[0].text()
	switch {
	case parts[0].key == 'C':
		p.sentence(first)
	case len(parts) == 1:
		p.leave(p.line, "this question has no answer")
	case parts[1].text() == "":
		p.leave(p.line, "this question has an empty answer")
	case parts[0].key == 'T':
		p.term(first, parts[1].text())
	default:
		p.question(first, parts[1].text())
	}
}

func (p *parser) question(question, answer string) {
	hash := hashOf("Basic", question, answer)
	if p.twice(hash) {
		return
	}
	p.card(notebook.Place{Fact: p.page.Add(notebook.Question(p.written(question), p.written(answer)), p.line), Card: "card"}, hash)
}

// term adds two cards, which are gaps of one sentence to hashcards.
func (p *parser) term(term, definition string) {
	text := "Term: " + term + "\n\nDefinition: " + definition
	first := clozeHash(text, len("Term: "), len("Term: ")+len(term)-1)
	second := clozeHash(text, len(text)-len(definition), len(text)-1)
	if p.twice(first) {
		return
	}
	at := p.page.Add(notebook.Term(p.written(term), p.written(definition)), p.line)
	p.card(notebook.Place{Fact: at, Card: "reverse"}, first) // it hides the term
	p.card(notebook.Place{Fact: at, Card: "forward"}, second)
}

func (p *parser) card(at notebook.Place, hash string) {
	p.seen[hash] = true
	p.cards = append(p.cards, card{at: at, hash: hash})
}

// twice reports, and says, whether a deck has a card already.
func (p *parser) twice(hash string) bool {
	if p.seen[hash] {
		p.left = append(p.left, foreign.Left{File: p.page.Name, Line: p.line, Part: true,
			Err: errors.New("this card stands in the deck twice; hashcards takes it once, too")})
	}
	return p.seen[hash]
}

// sentence adds the cards of a sentence with gaps.
func (p *parser) sentence(source string) {
	text, gaps := readGaps(source)
	if len(gaps) == 0 {
		p.leave(p.line, "this sentence has no gap")
		return
	}
	if p.twice(clozeHash(text, gaps[0].start, gaps[0].end-1)) {
		return
	}
	var pieces []notebook.Piece
	from := 0
	for i, g := range gaps {
		pieces = append(pieces, notebook.Piece{Text: text[from:g.start]}, notebook.Piece{Text: text[g.start:g.end], Number: i + 1})
		from = g.end
	}
	pieces = append(pieces, notebook.Piece{Text: text[from:]})
	for i := range pieces {
		pieces[i].Text = p.written(pieces[i].Text)
	}
	if p.known { // else nothing is looked up by them
		*p.hashed += int64(len(text) * len(gaps))
	}
	places := p.page.Sentence(p.line, pieces...)
	if !p.known || *p.hashed > maxHashed {
		p.card(places[1], clozeHash(text, gaps[0].start, gaps[0].end-1))
		return
	}
	for i, g := range gaps {
		if at, ok := places[i+1]; ok {
			p.card(at, clozeHash(text, g.start, g.end-1))
		}
	}
}

// written is the text of a card as a deck file has it: paths from the root of a
// collection, "@/cat.png", become paths from the file, and macros are written out.
func (p *parser) written(text string) string {
	if strings.Contains(text, "](@/") {
		up := strings.Repeat("../", strings.Count(p.page.Name, "/"))
		text = strings.ReplaceAll(text, "](@/", "]("+up)
	}
	return p.macros.expand(text)
}

// maxHashed is how many bytes are hashed of sentences: each is for each of its gaps.
const maxHashed = 1 << 30

// A span is a gap in a text without its brackets.
type span struct{ start, end int }

// readGaps takes the brackets of gaps out of a sentence. Those of a picture and those
// behind a backslash are text. It goes byte by byte as hashcards does.
func readGaps(source string) (text string, gaps []span) {
	var out strings.Builder
	image, escaped, start := false, false, -1
	for i := range len(source) {
		next := byte(0)
		if i+1 < len(source) {
			next = source[i+1]
		}
		switch b := source[i]; {
		case b == '[' && !image && !escaped:
			start = out.Len()
		case b == ']' && !image && !escaped:
			if start >= 0 && out.Len() > start {
				gaps = append(gaps, span{start, out.Len()})
			}
			start = -1
		case b == '[':
			out.WriteByte(b)
			escaped = false
		case b == ']':
			out.WriteByte(b)
			image, escaped = false, escaped && image
		case b == '!':
			image = image || next == '['
			out.WriteByte(b)
		case b == '\\' && !escaped && (next == '[' || next == ']'):
			escaped = true
		case b == '\\' && escaped:
		default:
			out.WriteByte(b)
		}
	}
	return out.String(), gaps
}

func hashOf(parts ...string) string {
	h := blake3.New(32, nil)
	for _, part := range parts {
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// clozeHash is the hash of the card that hides a gap, by its first and last byte.
func clozeHash(text string, first, last int) string {
	place := binary.LittleEndian.AppendUint64(nil, uint64(first))
	place = binary.LittleEndian.AppendUint64(place, uint64(last))
	return hashOf("Cloze", text, string(place))
}
