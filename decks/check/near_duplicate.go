package check

import (
	"fmt"
	"math"

	"kartei/decks"
)

var nearDuplicate = Rule{
	Name:     "near-duplicate",
	Title:    "two cards ask for the same in almost the same words, so one of them is wasted work",
	Severity: decks.Warning,
	Text: `
Two facts have the same answer, and their questions have nine in ten words in common, words of
grammar left out. Most often one was written twice; if not, the second teaches nothing that the first
does not. Delete one. Where both are meant, ask from another side: a new context, not a new wording.

Questions that differ in a number or in code are different questions, and the cards of one table
column share their wording by design.`,
	Bad: `
Q: In which year did the Berlin Wall fall?
A: 1989

Q: When did the Berlin Wall fall?
A: 1989`,
	Good: `
Q: In which year did the Berlin Wall fall?
A: 1989

Q: In which year were the first free elections in Poland after the war?
A: 1989`,
	deck: func(s *survey) {
		answers := map[hash]int{}
		for v := range s.cards() {
			answers[v.answer]++
		}
		seen := map[hash][]*view{}
		for v := range s.cards() {
			if answers[v.answer] == 1 || len(v.topics) == 0 ||
				v.card.Kind == decks.Choice && rightOptions(v.card) == 0 {
				continue
			}
			reported := false
			for _, topic := range v.topics[:rarest(len(v.topics))] {
				key := v.answer.number(int(topic))
				for _, other := range seen[key] {
					if !reported && twins(v, other) {
						s.reportBeside(v, other, atRow,
							fmt.Sprintf("line %s asks for the same in almost the same words", other.line(v)),
							"delete one of the two, or ask from another side")
						reported = true
					}
				}
				if len(seen[key]) < fullBucket {
					seen[key] = append(seen[key], v)
				}
			}
		}
	},
}

// sameStem is the share of words that near-duplicates have in common at least.
const sameStem = 0.9

// mostTopics bounds the questions that are compared. A longer one is a rule of
// its own (long-stem).
const mostTopics = 64

// insideStem is the share from which a question that only adds words to another
// is a near-duplicate: one word more than three.
const insideStem = 0.75

// rarest is how many of n sorted topics must be looked up so that two sets
// with an overlap of [insideStem] meet in one of them (prefix filtering: Chaudhuri
// et al., ICDE 2006).
func rarest(n int) int { return n - int(math.Ceil(insideStem*float64(n))) + 1 }

func twins(a, b *view) bool {
	if a.fact == b.fact || a.card.Pool != "" && a.card.Pool == b.card.Pool {
		return false
	}
	if a.answer != b.answer {
		return false
	}
	shared := common(a.topics, b.topics)
	inside := shared == min(len(a.topics), len(b.topics))
	share := float64(shared) / float64(len(a.topics)+len(b.topics)-shared)
	return share >= sameStem || inside && share >= insideStem
}

// common is how many elements two sorted sets share.
func common(a, b []uint32) int {
	shared, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return shared
}
