package syntax

import (
	"fmt"
	"strings"
)

// The marks that git leaves in a file whose two versions it could not join, each
// at the head of a line: the beginning, the common ancestor (in its diff3 form),
// the middle and the end.
const (
	markOurs   = "<<<<<<<"
	markBase   = "|||||||"
	markMiddle = "======="
	markTheirs = ">>>>>>>"
)

// findUnmerged reports the conflicts that git left, outside of code fences. What
// else is wrong with such a file comes of them: it is not finished, and nothing of
// it is to be learned.
func (p *parser) findUnmerged() {
	if !strings.Contains(p.file.Text, markOurs) && !strings.Contains(p.file.Text, markTheirs) {
		return
	}
	found := p.unmerged()
	if len(found) == 0 {
		return
	}
	if more := len(found) - maxPerRule; more > 0 {
		found = found[:maxPerRule]
		found[maxPerRule-1].Message += fmt.Sprintf(" (and %d more like it)", more)
	}
	p.file.Problems, p.file.Unmerged = found, true
}

// unmerged returns a problem for each conflict: from its first mark to its last.
func (p *parser) unmerged() (found []Problem) {
	from := -1
	report := func(to int) {
		message := "git left the mark of a conflict here"
		if to > from {
			message = fmt.Sprintf("git left a conflict here, down to line %d", to+1)
		}
		found = append(found, Problem{Span: p.span(from), Severity: Error, Rule: "conflict-marker", Message: message,
			Hint: "keep what is right of the two versions, and delete the lines of marks"})
		from = -1
	}
	last := -1
	p.outside(func(i int, line string) {
		switch {
		case beginsMark(line, markOurs):
			if from >= 0 {
				report(last)
			}
			from, last = i, i
		case beginsMark(line, markTheirs):
			if from < 0 {
				from = i
			}
			report(i)
		case from >= 0 && (beginsMark(line, markMiddle) || beginsMark(line, markBase)):
			last = i
		}
	})
	if from >= 0 {
		report(last)
	}
	return found
}

// beginsMark reports whether a line begins with a mark that ends there: nothing or a
// space follows it.
func beginsMark(line, mark string) bool {
	rest, begins := strings.CutPrefix(line, mark)
	return begins && (rest == "" || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r')
}

// outside calls do for each line that is in no code fence.
func (p *parser) outside(do func(i int, line string)) {
	var fence byte
	length := 0
	for i := range p.file.lines {
		line := p.text(i)
		inner := strings.TrimLeft(line, " ")
		if length > 0 {
			if char, n := closingFence(inner); char == fence && n >= length {
				length = 0
			}
			continue
		}
		if char, n := openFence(inner); n > 0 && p.closes(i, char, n) {
			fence, length = char, n
			continue
		}
		do(i, line)
	}
}

// closes reports whether a fence that line i opens is closed.
func (p *parser) closes(i int, char byte, length int) bool {
	if p.fences == nil {
		p.fences = findFences(p.file.Text)
	}
	return p.fences.closed(char, length, p.span(i).Start)
}
