package obsidian

import (
	"strings"

	"kartei/decks/lazyregexp"
)

// The ways in which a card is written.
type form int

const (
	none form = iota
	basic
	reversed
	many
	manyBack
	gaps
)

// A block is the lines of a card.
type block struct {
	form  form
	lines []string
	first int // from 0
}

var codeFence = lazyregexp.New("^(?:`{3,}|~{3,})")

// A blockParser finds the cards of a note line by line, as the plugin does.
type blockParser struct {
	*options
	lines  []string
	blocks []block

	at    int
	form  form
	text  []string // of the card that grows
	first int
}

// parse finds the cards of a note without its head.
func (o *options) parse(text string) []block {
	p := &blockParser{options: o, lines: strings.Split(text, "\n")}
	for ; p.at < len(p.lines); p.at++ {
		p.line(p.lines[p.at])
	}
	p.end()
	return p.blocks
}

func (p *blockParser) line(line string) {
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(line, "<!--") && !strings.HasPrefix(line, "<!--SR:") {
		for ; p.at+1 < len(p.lines) && !strings.Contains(p.lines[p.at], "-->"); p.at++ {
		}
		return
	}
	if trimmed == "" && (p.End == "" || p.form == none) || p.End != "" && trimmed == p.End {
		p.end()
		return
	}
	if len(p.text) == 0 {
		p.first = p.at
	}
	p.text = append(p.text, strings.TrimRight(line, " \t"))
	one := p.inline(line)
	switch {
	case one != none:
		p.text, p.first, p.form = []string{line}, p.at, one
		p.schedule()
		p.end()
	case p.Many != "" && trimmed == p.Many:
		p.turn(many)
	case p.ManyBack != "" && trimmed == p.ManyBack:
		p.turn(manyBack)
	case codeFence.MatchString(line):
		p.fence(codeFence.FindString(line))
	case p.form == none && p.hasGap(line):
		p.form = gaps
	}
}

// turn begins the answer, if there is a question.
func (p *blockParser) turn(to form) {
	if len(p.text) > 1 {
		p.form = to
	}
}

// fence takes the lines up to the end of code.
func (p *blockParser) fence(mark string) {
	for p.at+1 < len(p.lines) {
		p.at++
		p.text = append(p.text, p.lines[p.at])
		if strings.HasPrefix(p.lines[p.at], mark) {
			return
		}
	}
}

// schedule takes the comment below a card of one line, which may stand in a callout.
func (p *blockParser) schedule() {
	inside := false
	for p.at+1 < len(p.lines) {
		next := p.lines[p.at+1]
		begins := strings.HasPrefix(next, "<!--SR:")
		inside = strings.HasPrefix(next, metadata) || inside && strings.HasPrefix(next, ">")
		if !begins && !inside {
			return
		}
		p.text = append(p.text, next)
		p.at++
		if strings.Contains(next, "<!--SR:") {
			return
		}
	}
}

// metadata begins the callout in which newer versions keep schedules.
const metadata = "> [!sr|card-metadata]"

// end closes a card.
func (p *blockParser) end() {
	if p.form != none {
		p.blocks = append(p.blocks, block{p.form, p.text, p.first})
	}
	p.form, p.text = none, nil
}

// inline is the form of a card of one line. The longer sign is looked for first.
func (p *blockParser) inline(line string) form {
	signs, forms := []string{p.Basic, p.Reversed}, []form{basic, reversed}
	if len(p.Reversed) >= len(p.Basic) {
		signs, forms = []string{p.Reversed, p.Basic}, []form{reversed, basic}
	}
	for i, sign := range signs {
		if at := strings.Index(line, sign); sign != "" && at >= 0 && !inCode(line, at, at+len(sign)) {
			return forms[i]
		}
	}
	return none
}

// inCode reports whether a stretch of a line stands between backquotes.
func inCode(line string, from, to int) bool {
	return strings.Count(line[:from], "`")%2 == 1 && strings.Count(line[to:], "`")%2 == 1
}

func (p *blockParser) hasGap(line string) bool {
	for _, pair := range p.signs() {
		if from := strings.Index(line, pair[0]); from >= 0 {
			if to := strings.Index(line[from+len(pair[0]):], pair[1]); to > 0 {
				return true
			}
		}
	}
	return false
}
