package syntax

import (
	"fmt"
	"slices"
	"sort"
)

// maxPerRule limits how often one rule speaks about one file.
const maxPerRule = 100

func (p *parser) error(at Span, rule, message, hint string) {
	p.report(Problem{Span: at, Severity: Error, Rule: rule, Message: message, Hint: hint})
}

func (p *parser) warn(at Span, rule, message, hint string) {
	p.report(Problem{Span: at, Severity: Warning, Rule: rule, Message: message, Hint: hint})
}

// heard reports whether a rule need not speak: it has spoken about this line, or
// often enough. Authors mend such things a line at a time.
func (p *parser) heard(rule string, offset int) bool {
	if p.enough(rule) {
		return true
	}
	if offset < p.said[rule] {
		return true
	}
	p.said[rule] = offset + len(restOfLine(p.file.Text, offset))
	return false
}

// enough tells, and counts, that a rule has spoken often enough about the file.
func (p *parser) enough(rule string) bool {
	if p.counts[rule] < maxPerRule {
		return false
	}
	p.counts[rule]++
	return true
}

func (p *parser) report(problem Problem) {
	p.counts[problem.Rule]++
	if p.counts[problem.Rule] <= maxPerRule {
		p.file.Problems = append(p.file.Problems, problem)
	}
}

// finish says how many problems were left out, sorts the rest, and settles
// what the comments that silence warnings cover.
func (p *parser) finish() {
	said := map[string]bool{}
	for i := len(p.file.Problems) - 1; i >= 0; i-- {
		last := &p.file.Problems[i]
		if more := p.counts[last.Rule] - maxPerRule; more > 0 && !said[last.Rule] {
			said[last.Rule] = true
			last.Message += fmt.Sprintf(" (and %d more like it)", more)
		}
	}
	slices.SortStableFunc(p.file.Problems, func(a, b Problem) int { return a.Start - b.Start })
	p.cover()
}

// cover settles what each comment that silences warnings covers: the block that
// begins on the next line, or, inside of a fact, the field or item that follows.
func (p *parser) cover() {
	if len(p.file.Allows) == 0 {
		return
	}
	blocks := map[int]Span{}  // by the line on which they begin
	remarks := map[int]Span{} // by their offset: what follows
	for _, b := range p.file.Blocks {
		blocks[p.file.LineAt(b.Extent().Start)] = b.Extent()
		if fact, ok := b.(*Fact); ok {
			for _, remark := range fact.Remarks {
				remarks[remark.Start] = fact.follows(remark.Start)
			}
		}
	}
	for i := len(p.file.Allows) - 1; i >= 0; i-- {
		a := &p.file.Allows[i]
		if a.File {
			a.Covers = Span{0, len(p.file.Text)}
			continue
		}
		if s, ok := remarks[a.Start]; ok {
			a.Covers = s
			continue
		}
		line := p.file.LineAt(a.Start)
		a.Covers = blocks[line+1]
		blocks[line] = a.Covers // a comment above a comment reaches as far
	}
	p.file.silence()
}

// follows returns the first field or item that begins after the offset, else the
// last one.
func (f *Fact) follows(offset int) Span {
	i := sort.Search(len(f.Fields), func(i int) bool { return f.Fields[i].Start > offset })
	if i > 0 {
		items := f.Fields[i-1].Items
		if j := sort.Search(len(items), func(j int) bool { return items[j].Start > offset }); j < len(items) {
			return items[j].Span
		} else if i == len(f.Fields) && j > 0 {
			return items[j-1].Span
		}
	}
	return f.Fields[min(i, len(f.Fields)-1)].Span
}

// silence joins, for each rule, the spans in which it is silenced.
func (f *File) silence() {
	f.silent = map[string][]Span{}
	for _, a := range f.Allows {
		if a.Covers == (Span{}) {
			continue
		}
		if a.File { // before those that reach less far
			for _, rule := range a.Rules {
				f.silent[rule] = []Span{a.Covers}
			}
			continue
		}
		for _, rule := range a.Rules {
			spans := f.silent[rule]
			if last := len(spans) - 1; last >= 0 && a.Covers.Start <= spans[last].End {
				spans[last].End = max(spans[last].End, a.Covers.End)
			} else {
				f.silent[rule] = append(spans, a.Covers)
			}
		}
	}
}

// Allowed reports whether a comment in the file silences the problem. Errors are
// never silenced.
func (f *File) Allowed(problem Problem) bool {
	if problem.Severity == Error {
		return false
	}
	spans := f.silent[problem.Rule]
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > problem.Start })
	return i < len(spans) && spans[i].Start <= problem.Start
}
