package draft

import (
	"slices"
	"strings"

	"kartei/decks/factfile"
)

// Signs that no document holds, as they are left out when it is read: they stand
// for the braces of a gap while the words around it are made literal.
const (
	gapOpens  = "\ue000"
	gapCloses = "\ue001"
)

// String is the fact in the fact language, without the keys that say where it is
// from.
func (f *Fact) String() string {
	switch {
	case len(f.Gaps) > 0:
		return "C: " + f.sentence()
	case f.Term != "":
		return "T: " + literal(f.Term) + "\nD: " + literal(f.Answers[0])
	case len(f.Answers) == 1:
		return "Q: " + literal(f.Question) + "\nA: " + literal(f.Answers[0])
	}
	lines := "Q: " + literal(f.Question) + "\nA:"
	for _, a := range f.Answers {
		if a = literal(a); strings.HasPrefix(a, "[") {
			a = `\` + a // no box of a choice
		}
		lines += "\n- " + a
	}
	return lines
}

// sentence is the sentence with its gaps in braces.
func (f *Fact) sentence() string {
	var b strings.Builder
	from := 0
	for _, g := range f.Gaps {
		b.WriteString(f.Sentence[from:g.Start] + gapOpens + f.Sentence[g.Start:g.End] + gapCloses)
		from = g.End
	}
	b.WriteString(f.Sentence[from:])
	text := literal(b.String())
	for i, g := range f.Gaps {
		opens := "{{"
		if strings.Contains(f.Sentence[g.Start:g.End], "::") {
			opens = "{{" + string(rune('1'+i)) + "::" // else the words before would be a number, those after a hint
		}
		text = strings.Replace(text, gapOpens, opens, 1)
	}
	return strings.ReplaceAll(text, gapCloses, "}}")
}

// Asked is what the fact's cards ask for.
func (f *Fact) Asked() (all []string) {
	for _, g := range f.Gaps {
		all = append(all, f.Sentence[g.Start:g.End])
	}
	if f.Term != "" {
		all = append(all, f.Term)
	}
	return slices.Concat(all, f.Answers)
}

// literal writes a line of a document so that the fact language reads it as it is.
func literal(text string) string {
	return factfile.Escape(factfile.Literal(factfile.OneLine(text)), '{', '}')
}
