package draft

import (
	"math"
	"slices"
	"strings"

	"kartei/decks/lazyregexp"
)

// What laws and rules are made of.
var duties = lazyregexp.New(`(?i)\b(?:muss|müssen|darf|dürfen|verpflichtet|berechtigt|verboten|unzulässig|zulässig|gilt|gelten|must|shall|required|prohibited|entitled|default|standardmäßig)\b`)

// worth says how well a sentence would serve as a card, but for what it asks.
func (p *proposer) worth(s string, lang Lang, first bool) float64 {
	score := 1.5*p.centrality(s) - doubt(s, lang)
	n := len(strings.Fields(s))
	switch {
	case n < 6:
		score -= 0.9
	case n > 34:
		score -= 0.9
	case n > 26:
		score -= 0.4
	case n <= 20:
		score += 0.2
	}
	if first {
		score += 0.4
	}
	if duties.MatchString(s) {
		score += 0.35
	}
	if lang == "" {
		score--
	}
	if lang != p.doc.Lang {
		score -= 0.8 // a quotation, most often
	}
	return score
}

// centrality is between 0 and 1: how much a sentence speaks of what the document
// and its section speak of.
func (p *proposer) centrality(s string) float64 {
	sum, n := 0.0, 0
	for w := range strings.FieldsFuncSeq(s, notOfWord) {
		if t := topic(w); t != "" {
			sum += math.Log(1+float64(p.freq[t])) / math.Log(1+float64(p.most))
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n+1)
}

// ranked sorts the candidates, best first: by their scores, less for the fourth and
// fifth of a section than for the first of another, and less for a sentence that
// says what a better one said.
func (p *proposer) ranked() []Candidate {
	sorted := p.found
	better := func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return a.place - b.place
	}
	slices.SortStableFunc(sorted, better)
	inSection := map[string]int{}
	said := map[string]bool{}
	for i := range sorted {
		c := &sorted[i]
		section := strings.Join(c.Section, "\x00")
		c.Score -= 0.06 * float64(inSection[section])
		inSection[section]++
		key := strings.Join(topics(c.Sentence), " ")
		if said[key] {
			c.Score -= 3
		}
		said[key] = true
	}
	slices.SortStableFunc(sorted, better)
	return slices.DeleteFunc(sorted, func(c Candidate) bool { return c.Score < leastScore || c.weak && c.Score < leastWeak })
}

// What a candidate must score to be worth reading: more where no rule says what to
// ask for, and a noun is hidden for want of better.
const (
	leastScore = -1.2
	leastWeak  = 0.5
)

// topics are the words of a sentence that carry a topic, sorted, each once.
func topics(s string) (all []string) {
	for w := range strings.FieldsFuncSeq(s, notOfWord) {
		if t := topic(w); t != "" {
			all = append(all, t)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
