package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"kartei/decks/check"
	"kartei/decks/factfile"
	"kartei/decks/syntax"
	"kartei/decks/textfile"
)

// Limits of what a program may propose for a section.
const (
	MaxProposals     = 1 << 20  // bytes of its answer
	mostProposals    = 200      // of which so many count
	longestProposal  = 64 << 10 // bytes of a line
	proposedFirst    = 3.5      // the score of the first; the others follow
	shortestEvidence = 3        // letters and digits
)

// A Proposal is a line of what a program proposes: a question with an answer or
// several, a term with its definition, or a sentence with {{gaps}}; each with the
// words of the section that prove it.
type Proposal struct {
	Question   string  `json:"question"`
	Answer     answers `json:"answer"`
	Term       string  `json:"term"`
	Definition string  `json:"definition"`
	Cloze      string  `json:"cloze"`
	Evidence   string  `json:"evidence"`
}

// answers are one text, or a list of them.
type answers []string

func (a *answers) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*a = answers{one}
		return nil
	}
	var several []string
	err := json.Unmarshal(data, &several)
	*a = several
	return err
}

// Dropped counts what a program proposed and did not become a candidate.
type Dropped struct {
	Unproved int // without evidence in the section
	Unusable int // no JSON, or neither question nor term nor sentence with a gap
}

// Prompt is a section as a program reads it: its titles and its paragraphs, parted
// by blank lines.
func (s *Section) Prompt() string {
	var b strings.Builder
	if len(s.Titles) > 0 {
		b.WriteString("# " + strings.Join(s.Titles, " › ") + "\n\n")
	}
	for _, p := range s.Paragraphs {
		if p.Mark != "" {
			b.WriteString("- ")
		}
		b.WriteString(p.Text + "\n\n")
	}
	return b.String()
}

// ReadProposals makes candidates of what a program answers about a section, one
// JSON object a line, and counts in dropped what it cannot use. What has no evidence
// in the section is not used.
func ReadProposals(s *Section, output []byte, dropped *Dropped) (all []Candidate) {
	var raw strings.Builder
	for _, p := range s.Paragraphs {
		raw.WriteString(p.Raw + "\n\n" + p.Text + "\n\n")
	}
	reference := check.NewReference(raw.String())
	for line := range bytes.Lines(output[:min(len(output), MaxProposals)]) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		var p Proposal
		if len(all) >= mostProposals || len(line) > longestProposal || json.Unmarshal(line, &p) != nil {
			dropped.Unusable++
			continue
		}
		c, ok := p.candidate()
		switch evidence := factfile.OneLine(textfile.Clean(p.Evidence)); {
		case !ok:
			dropped.Unusable++
		case utf8.RuneCountInString(recordKey(evidence)) < shortestEvidence || len(evidence) > 2*mostEvidence ||
			!reference.Contains(evidence):
			dropped.Unproved++
		default:
			c.Kind, c.Section, c.Evidence = Proposed, s.Titles, evidence
			c.Page = s.pageOf(evidence)
			c.Score = proposedFirst - 0.05*float64(len(all))
			all = append(all, c)
		}
	}
	return all
}

// pageOf is the page of the paragraph in which the evidence stands.
func (s *Section) pageOf(evidence string) int {
	for _, p := range s.Paragraphs {
		if p.Page > 0 && (strings.Contains(p.Text, evidence) || check.NewReference(p.Raw).Contains(evidence)) {
			return p.Page
		}
	}
	return 0
}

// candidate is what a proposal asks, as far as it can be asked.
func (p *Proposal) candidate() (Candidate, bool) {
	line := func(s string) string { return factfile.OneLine(textfile.Clean(s)) }
	var list []string
	for _, a := range p.Answer {
		if a = line(a); a != "" {
			list = append(list, a)
		}
	}
	question, term, definition := line(p.Question), line(p.Term), line(p.Definition)
	const mostItems = 20
	switch {
	case p.Cloze != "":
		f, ok := gapped(line(p.Cloze))
		return Candidate{Fact: f, Sentence: f.Sentence}, ok
	case term != "" && definition != "":
		return Candidate{Fact: Fact{Term: term, Answers: []string{definition}}, Sentence: term + " = " + definition},
			true
	case question != "" && len(list) > 0 && len(list) <= mostItems:
		return Candidate{Fact: Fact{Question: question, Answers: list},
			Sentence: fmt.Sprint(question, " ", strings.Join(list, "; "))}, true
	}
	return Candidate{}, false
}

// gapped reads a sentence with gaps in the fact language's own braces.
func gapped(text string) (Fact, bool) {
	var f Fact
	from := 0
	var b strings.Builder
	for _, d := range syntax.Deletions(text) {
		b.WriteString(syntax.Plain(text[from:d.Start]))
		start := b.Len()
		b.WriteString(syntax.Plain(text[d.Answer.Start:d.Answer.End]))
		if b.Len() > start {
			f.Gaps = append(f.Gaps, Gap{start, b.Len()})
		}
		from = d.End
	}
	b.WriteString(syntax.Plain(text[from:]))
	f.Sentence = b.String()
	return f, len(f.Gaps) > 0 && strings.TrimSpace(f.Sentence) == f.Sentence
}
