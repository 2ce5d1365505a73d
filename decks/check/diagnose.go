package check

import (
	"strings"

	"kartei/decks"
)

func diagnose(p place) decks.Diagnostic {
	before := p.file.Text[:p.problem.Start]
	return decks.Diagnostic{File: p.file.Name, Line: 1 + strings.Count(before, "\n"), Column: p.problem.Start - strings.LastIndex(before, "\n"),
		Severity: p.problem.Severity, Rule: p.problem.Rule, Message: p.problem.Message, Hint: p.problem.Hint}
}
