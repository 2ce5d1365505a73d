package syntax

import (
	"fmt"
	"slices"
	"sort"
)

// maxPerRule limits how often one rule speaks about one file.
const maxPerRule = 100

func (p *parser) error(at Span, rule, message, hint string) {
	p.report(Problem{at, Error, rule, message, hint})
}

func (p *parser) warn(at Span, rule, message, hint string) {
	p.report(Problem{at, Warning, rule, message, hint})
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
			last.Message += fmt.Sprintf(" (and so do %d more places)", more)
		}
	}
	slices.SortStableFunc(p.file.Problems, func(a, b Problem) int { return a.Start - b.Start })
	p.cover()
}

// cover finds what begins on the line below each comment: the smallest item,
// field or block that does.
func (p *parser) cover() {
	if len(p.file.Allows) == 0 {
		return
	}
	begins := map[int]Span{}
	for _, b := range p.file.Blocks {
		s := b.Extent()
		if fact, ok := b.(*Fact); ok {
			p.coverFact(begins, fact)
		}
		begins[p.file.LineAt(s.Start)] = s
	}
	for i := len(p.file.Allows) - 1; i >= 0; i-- {
		a := &p.file.Allows[i]
		next := p.file.LineAt(a.Start) + 1
		a.Covers = begins[next]
		begins[next-1] = a.Covers // a comment above a comment reaches as far
	}
	p.file.silence()
}

func (p *parser) coverFact(begins map[int]Span, fact *Fact) {
	for i := range fact.Fields {
		field := &fact.Fields[i]
		for j := range field.Items {
			begins[p.file.LineAt(field.Items[j].Start)] = field.Items[j].Span
		}
		begins[p.file.LineAt(field.Start)] = field.Span
	}
}

// silence joins, for each rule, the spans in which it is silenced.
func (f *File) silence() {
	f.silent = map[string][]Span{}
	for _, a := range f.Allows {
		if a.Covers == (Span{}) {
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

// Allowed tells whether a comment in the file silences the problem. Errors are
// never silenced.
func (f *File) Allowed(problem Problem) bool {
	if problem.Severity == Error {
		return false
	}
	spans := f.silent[problem.Rule]
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > problem.Start })
	return i < len(spans) && spans[i].Start <= problem.Start
}
