package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// fact reads a block of fields. The present line holds its first key.
func (p *parser) fact(k keyLine) {
	if p.read++; p.read > MaxFacts {
		p.error(p.span(p.line), "too-many-cards", fmt.Sprintf("up to this one the file has %d facts, and nothing below is read", MaxFacts), "split it into several decks: \"deck: name/part\"")
		return
	}
	fact := new(Fact)
	fact.Fields = p.fields[:0]
	first := p.line
	for more := true; more; {
		fact.Fields = append(fact.Fields, Field{})
		last := len(fact.Fields) - 1
		f := &fact.Fields[last]
		p.field(f, k)
		if fact.Fields = fact.Fields[:last]; !p.surplus(fact, f) {
			fact.Fields = fact.Fields[:last+1]
		}
		next := p.afterRemarks(p.line)
		if k, more = p.nextKey(next); more {
			p.takeRemarks(next)
		}
	}
	p.fields = fact.Fields // to be used again: a tree holds no more room than it needs
	fact.Fields = slices.Clone(fact.Fields)
	fact.Span = p.lines(first, p.line)
	fact.Remarks, p.remarks = p.remarks, nil
	p.checkFact(fact)
	p.add(fact)
}

// maxRepeats is how often a fact may have a key that repeats, and how many options
// a choice may offer.
const maxRepeats = 100

// surplus reports a key that the fact has already. The tree keeps the first.
func (p *parser) surplus(fact *Fact, f *Field) bool {
	n := 0
	for i := range fact.Fields {
		if fact.Fields[i].Key == f.Key {
			n++
		}
	}
	switch {
	case n == 0 || f.Key.Repeats() && n < maxRepeats:
		return false
	case p.enough("key-twice"):
	case f.Key.Repeats():
		p.error(f.Name(), "key-twice", fmt.Sprintf(`this fact has "%s:" more than %d times`, f.Key, maxRepeats),
			"keep the ones that matter")
	default:
		p.error(f.Name(), "key-twice", fmt.Sprintf(`this fact has "%s:" twice`, f.Key),
			"join the two, or put a blank line and a new question between them")
	}
	return true
}

// nextKey reports whether line i goes on with the fact above it: with a key,
// exact or misspelt, that does not begin another.
func (p *parser) nextKey(i int) (keyLine, bool) {
	if i == len(p.file.lines) {
		return keyLine{}, false
	}
	kind, k := p.classify(i)
	if kind == lineText && isLetter(p.text(i)[0]) {
		k, _ = guessKey(p.text(i))
	}
	return k, (k.exact || k.close) && !k.key.Opens()
}

// afterRemarks returns the first line from i on that is not a comment.
func (p *parser) afterRemarks(i int) int {
	for i < len(p.file.lines) && p.isRemark(i) {
		i++
	}
	return i
}

// takeRemarks steps over the comments up to line end.
func (p *parser) takeRemarks(end int) {
	for ; p.line < end; p.line++ {
		p.allow(p.line)
		p.remarks = append(p.remarks, p.span(p.line))
	}
}

// isRemark reports whether line i is a comment and nothing else.
func (p *parser) isRemark(i int) bool { return isRemark(p.text(i)) }

func isRemark(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "<!--") && len(line) >= 7 && strings.Index(line, "-->") == len(line)-3
}

// field reads a key, its value and its list.
func (p *parser) field(f *Field, k keyLine) {
	at := p.span(p.line)
	first := p.line
	f.Start, f.Key, f.name = at.Start, k.key, uint8(len(k.word))
	p.checkKey(k, f.Name())
	p.parted = k.key == Answer || k.key == Definition || k.key == Cloze
	lines := p.gather(at.Start+k.rest, func(line string, indent int, empty bool) bool {
		return indent <= 3 && p.opensList(k.key, line, empty)
	})
	f.Value = p.value(min(at.Start+k.rest, at.End), lines)
	if k.key == Not {
		f.Value, f.Why = reason(f.Value)
	}
	if p.line < len(p.file.lines) {
		line := p.text(p.line)
		if bare := trimIndent(line); bare != "" && p.opensList(k.key, bare, f.Value.Text == "") &&
			columns(line[:len(line)-len(bare)]) <= 3 {
			p.list(f)
		}
	}
	f.Span = p.lines(first, p.line)
}

// reason splits a value at its "--".
func reason(v Value) (value Value, why *Value) {
	end, from := cutReason(v.Text)
	if from == len(v.Text) && end == from {
		return v, nil
	}
	rest := v.cut(from, len(v.Text))
	return v.cut(0, end), &rest
}

// opensList reports whether a line begins the answer list of a key: options
// below a question, any list below an answer that has no text yet.
func (p *parser) opensList(key Key, line string, empty bool) bool {
	switch key {
	case Question:
		return itemForm(line) == Options
	case Answer:
		return empty && itemForm(line) != NoList
	}
	return false
}

// itemForm returns the list that a line, without leading white space, belongs to.
func itemForm(line string) List { return formOf(line, looseMark) }

// formOf is itemForm with the marks that are taken for one.
func formOf(line string, mark func(string) (List, int)) List {
	form, text := mark(line)
	if form == NoList {
		return NoList
	}
	if rest := line[text:]; form == Bullets && (strings.HasPrefix(rest, "[x]") || strings.HasPrefix(rest, "[X]") ||
		strings.HasPrefix(rest, "[ ]") || strings.HasPrefix(rest, "[]")) {
		return Options
	}
	return form
}

// bullets are those that word processors write for "-".
var bullets = []string{"•", "·", "◦", "▪", "‣", "●", "○"}

// looseMark is itemMark that also takes the bullets of word processors, a dash before
// a box, and a box without the space before it.
func looseMark(line string) (List, int) {
	if form, n := itemMark(line); form != NoList {
		return form, n
	}
	boxed := func(rest string) bool {
		return strings.HasPrefix(rest, "[x]") || strings.HasPrefix(rest, "[X]") || strings.HasPrefix(rest, "[ ]")
	}
	if line != "" && strings.IndexByte("-*+", line[0]) >= 0 && boxed(line[1:]) {
		return Bullets, 1
	}
	for _, b := range append([]string{"–", "—"}, bullets...) {
		rest, ok := strings.CutPrefix(line, b)
		bare := strings.TrimLeft(rest, " \t\u00a0")
		if ok && (boxed(bare) || bare != rest && !strings.ContainsAny(b, "–—")) {
			return Bullets, len(line) - len(bare)
		}
	}
	return NoList, 0
}

// itemMark reads "- " or "1. " and gives where the item's text begins.
func itemMark(line string) (List, int) {
	form, n := NoList, 0
	if line != "" && strings.IndexByte("-*+", line[0]) >= 0 {
		form, n = Bullets, 1
	} else if n = digits(line); n > 0 && n <= 9 && n < len(line) && (line[n] == '.' || line[n] == ')') {
		form, n = Numbers, n+1
	}
	if form == NoList || n < len(line) && line[n] != ' ' && line[n] != '\t' {
		return NoList, 0
	}
	for n < len(line) && (line[n] == ' ' || line[n] == '\t') {
		n++
	}
	return form, n
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// gather reads the lines of a value, which hold until it is called again, from
// an offset in the present line up to the line that begins something else. The
// function stop tells, of a line without its indent, whether it does; empty is
// true while no text has come.
func (p *parser) gather(from int, stop func(line string, indent int, empty bool) bool) []rawLine {
	at := p.span(p.line)
	from = min(from, at.End)
	raw := p.rawLine(Span{from, at.End})
	raw.first, raw.indent = true, 0
	lines := append(p.raw[:0], raw)
	empty := raw.Start == raw.End
	if end := p.openedFence(p.line, raw); end > 0 {
		lines = p.fenced(lines, end)
	} else {
		p.line++
	}
	for p.line < len(p.file.lines) {
		if p.text(p.line) == "" {
			next := p.skipBlank(p.line)
			if empty && p.parted && next < len(p.file.lines) && p.goesOn(next) {
				p.line, p.parted = next, false
				continue
			}
			if next == len(p.file.lines) || p.rawLine(p.span(next)).indent < 2 {
				break
			}
			p.line = next
			if lines[len(lines)-1].Start < lines[len(lines)-1].End {
				lines = append(lines, rawLine{Span: Span{p.span(next - 1).Start, p.span(next - 1).Start}})
			}
			continue
		}
		if kind, _ := p.classify(p.line); kind == lineKey {
			break
		}
		raw := p.rawLine(p.span(p.line))
		bare := p.file.Slice(raw.Span)
		if raw.indent < 2 && p.isRemark(p.line) {
			next := p.afterRemarks(p.line)
			if next == len(p.file.lines) || p.text(next) == "" ||
				p.rawLine(p.span(next)).indent < 2 && p.endsValue(next, empty) {
				break
			}
			p.takeRemarks(next)
			continue
		}
		if raw.indent < 2 && p.endsValue(p.line, empty) || stop(bare, raw.indent, empty) {
			break
		}
		empty = false
		lines = append(lines, raw)
		if end := p.openedFence(p.line, raw); end > 0 {
			lines = p.fenced(lines, end)
			continue
		}
		p.line++
	}
	p.raw = lines
	return lines
}

// goesOn reports whether line i, below a key without a value and a blank line, can be
// nothing but its value.
func (p *parser) goesOn(i int) bool {
	kind, _ := p.classify(i)
	if kind == lineFence {
		return true
	}
	if kind != lineText || p.isRemark(i) {
		return false
	}
	k, _ := guessKey(p.text(i))
	return !k.close
}

// endsValue reports whether line i, which is not indented, begins something else
// than more of the value before it.
func (p *parser) endsValue(i int, empty bool) bool {
	switch kind, k := p.classify(i); kind {
	case lineKey, lineHeading, lineBreak:
		return true
	case lineTable:
		return !empty
	case lineText:
		k, _ = guessKey(p.text(i))
		if k.close {
			return true
		}
		p.checkWord(i, k)
	}
	return false
}

// checkWord warns of a word and a colon that look like a key and are none.
func (p *parser) checkWord(i int, k keyLine) {
	if k.word == "" || len(k.word) > 20 || k.word[0] < 'A' || k.word[0] > 'Z' {
		return
	}
	hint := "if it is text, indent the line by two spaces"
	if k.key != NoKey {
		hint = fmt.Sprintf(`write "%s:", or indent the line by two spaces if it is text`, k.key)
	}
	at := p.span(i)
	p.warn(Span{at.Start, at.Start + len(k.word)},
		"unknown-key", fmt.Sprintf("%s is not a key of a fact, so this line is read as text", quote(k.word)), hint)
}

// openedFence returns the line after the code fence that a raw line opens, or 0.
func (p *parser) openedFence(i int, raw rawLine) int {
	line := p.file.Slice(raw.Span)
	if _, n := openFence(line); n == 0 {
		return 0
	}
	return p.fenceEnd(i, raw.Start-p.span(i).Start)
}

// fenced adds the lines after the present one up to line end, which close the
// fence that the last of lines opened.
func (p *parser) fenced(lines []rawLine, end int) []rawLine {
	indent := lines[len(lines)-1].indent
	for p.line++; p.line < end; p.line++ {
		lines = append(lines, rawLine{Span: p.span(p.line), indent: indent, fenced: true})
	}
	return lines
}

// rawLine trims a span and measures its indent.
func (p *parser) rawLine(at Span) rawLine {
	line := p.file.Slice(at)
	bare := trimIndent(line)
	start := at.Start + len(line) - len(bare)
	return rawLine{
		Span:   Span{start, start + len(trimEnd(bare))},
		indent: columns(line[:len(line)-len(bare)]),
	}
}

// columns measures white space; tabs stop at every fourth column.
func columns(space string) int {
	n := 0
	for i := range len(space) {
		if n++; space[i] == '\t' {
			n = (n + 3) / 4 * 4
		}
	}
	return n
}

func (p *parser) skipBlank(i int) int {
	for i < len(p.file.lines) && p.text(i) == "" {
		i++
	}
	return i
}

// list reads the items of an answer list.
func (p *parser) list(f *Field) {
	line := p.text(p.line)
	margin := p.rawLine(p.span(p.line)).indent
	f.List = itemForm(strings.TrimLeft(line, " \t"))
	over := 0 // options that are too many, of which the first is reported
	for {
		next := p.afterRemarks(p.line)
		if next == len(p.file.lines) {
			return
		}
		raw := p.rawLine(p.span(next))
		line := p.file.Slice(raw.Span)
		form, text := looseMark(line)
		if form == NoList || raw.indent > margin+1 || isBreak(line) {
			return
		}
		p.takeRemarks(next)
		if strict, _ := itemMark(line); strict == NoList {
			p.warn(Span{raw.Start, raw.Start + text}, "lookalike",
				fmt.Sprintf("%s is not quite the mark of an item", quote(strings.TrimSpace(line[:text]))),
				`write "- "; "kartei fmt -w" does it`)
		}
		item := p.item(f.List, raw.Span, text, margin)
		if f.List == Options && len(f.Items) == maxRepeats {
			if over++; over == 1 {
				p.error(Span{raw.Start, raw.Start + text}, "too-many-options",
					fmt.Sprintf("this choice has more than %d options", maxRepeats),
					"keep the three or four that a learner could believe")
			}
			continue
		}
		f.Items = append(f.Items, item)
	}
}

// item reads one item and the lines that belong to it.
func (p *parser) item(list List, at Span, text, margin int) Item {
	line := p.file.Slice(at)
	item := Item{}
	form := itemForm(line)
	if form != list {
		p.error(Span{at.Start, at.Start + text}, "mixed-list", fmt.Sprintf("this item does not fit %s", list),
			list.hint())
	}
	if form == Options {
		mark := strings.IndexByte(line[text:], ']') + 1
		item.Right = strings.ContainsAny(line[text:text+mark], "xX")
		if end := text + mark; mark < 3 || end < len(line) && line[end] != ' ' && line[end] != '\t' {
			p.error(Span{at.Start + text, at.Start + end}, "bad-option", "this option is not marked clearly",
				`write "- [x] " for a right answer and "- [ ] " for a wrong one`)
		}
		text += mark
	}
	lines := p.gather(at.Start+text, func(line string, indent int, _ bool) bool {
		form, _ := looseMark(line)
		return form != NoList && indent <= margin+1
	})
	item.Value = p.value(at.End, lines)
	if list == Options {
		item.Value, item.Why = reason(item.Value)
	}
	if item.Value.Text == "" {
		p.error(at, "empty-item", "this item is empty", "write its text, or delete the line")
	}
	item.Span = Span{at.Start, max(at.End, item.Value.End)}
	if item.Why != nil {
		item.End = max(item.End, item.Why.End)
	}
	return item
}

// String names the form as an author would.
func (l List) String() string {
	switch l {
	case Options:
		return "a list of choices"
	case Bullets:
		return "a list of parts"
	case Numbers:
		return "a numbered list"
	}
	return "no list"
}

func (l List) hint() string {
	switch l {
	case Options:
		return `begin every choice with "- [x] " or "- [ ] "`
	case Bullets:
		return `begin every part with "- "`
	}
	return `begin every item with its number: "2. "`
}
