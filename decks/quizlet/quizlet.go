// Package quizlet carries terms in the tab-separated text that Quizlet, and
// many other programs, import and export:
//
//	Norfolk⇥plans for the North Atlantic
//
// One line is one term: the term, a tab, the definition. There is no way to
// write a tab or a line end in either, so they become spaces, and no
// formatting, so its signs are dropped.
package quizlet

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
)

var errEmpty = errors.New("nothing is left of a text in one plain line")

// Write writes one line for each card; a term and its definition, which are
// two cards, make one line. It returns, as errors with the facts' places, what
// is left out; err is of facts or of w.
func Write(w io.Writer, facts iter.Seq2[*decks.Fact, error]) (left []foreign.Left, err error) {
	out := bufio.NewWriter(w)
	for fact, err := range facts {
		if err != nil {
			return left, err
		}
		for i := range fact.Cards {
			c := &fact.Cards[i]
			if c.Name == "reverse" && len(fact.Cards) == 2 && fact.Cards[0].Name == "forward" {
				continue
			}
			term, definition := plain(c.Prompt), plain(answer(c))
			if term == "" || definition == "" {
				left = append(left, foreign.LeftCard(fact, errEmpty))
				continue
			}
			if _, err := out.WriteString(term + "\t" + definition + "\n"); err != nil {
				return left, err
			}
		}
	}
	return left, out.Flush()
}

// answer is what a card wants to hear, parts and right options side by side.
func answer(c *decks.Card) string {
	switch c.Kind {
	case decks.Set, decks.Sequence:
		return strings.Join(c.Items, "; ")
	case decks.Choice:
		var right []string
		for _, o := range c.Options {
			if o.Right {
				right = append(right, o.Text)
			}
		}
		return strings.Join(right, "; ")
	}
	return c.Answer
}

func plain(markdown string) string { return factfile.OneLine(factfile.Plain(markdown)) }
