package check

import (
	"fmt"
	"math"

	"kartei/decks"
)

// A share above chance is reported from twenty choices on and at one per cent:
// a deck without the fault is reported in one of a hundred.
const (
	enoughChoices = 20
	significant   = 0.01
)

var longestIsRight = Rule{
	Name:     "longest-is-right",
	Title:    "over the whole deck the right option is the longest far more often than by chance",
	Severity: decks.Warning,
	Text: `
Item by item the difference may be small, but over the deck it adds up: a learner who always takes
the longest option does better than chance. The rule counts the choices of the deck with one right
option, at least twenty, and reports when so many right options that are strictly the longest would
come about by chance in less than one deck of a hundred.`,
	deck: func(s *survey) {
		var first *view
		n, longest, expected := 0, 0, 0.0
		for v := range s.cards() {
			if v.card.Kind != decks.Choice || len(v.card.Options) < 2 || rightOptions(v.card) != 1 {
				continue
			}
			if first == nil {
				first = v
			}
			n++
			expected += 1 / float64(len(v.card.Options))
			if longestRight(v.card) {
				longest++
			}
		}
		if n >= enoughChoices && atLeast(longest, n, expected/float64(n)) < significant {
			s.report(first, atFact, fmt.Sprintf("in %d of %d choices of this deck the right option is the longest; chance gives %.0f", longest, n, expected),
				"shorten right options, or fill wrong ones out")
		}
	},
}

func rightOptions(c *decks.Card) int {
	n := 0
	for _, o := range c.Options {
		if o.Right {
			n++
		}
	}
	return n
}

// longestRight reports whether the right option is strictly the longest.
func longestRight(c *decks.Card) bool {
	right, wrong := 0, 0
	for _, o := range c.Options {
		if n := len([]rune(o.Text)); o.Right {
			right = n
		} else {
			wrong = max(wrong, n)
		}
	}
	return right > wrong
}

// atLeast is the probability of k or more successes in n trials of chance p.
func atLeast(k, n int, p float64) float64 {
	total := 0.0
	logs, _ := math.Lgamma(float64(n + 1))
	for i := k; i <= n; i++ {
		a, _ := math.Lgamma(float64(i + 1))
		b, _ := math.Lgamma(float64(n - i + 1))
		total += math.Exp(logs - a - b + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(total, 1)
}
