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
	"fmt"
	"io"
	"iter"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
)

const maxLine = 64 << 10 // bytes

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

// Read reads terms as a deck: each is asked both ways. It returns, as errors
// with file and line, lines that are not terms. Only a file that is too large, has
// too many terms or is not text gives err.
func Read(name string, r io.Reader) (deck *decks.Deck, left []foreign.Left, err error) {
	text, err := factfile.ReadFile(name, r)
	if err != nil {
		return nil, nil, err
	}
	if strings.Count(text, "\t") > factfile.MaxQuestions {
		return nil, nil, fmt.Errorf("%s: %w", name, factfile.ErrTooMany)
	}
	deck = &decks.Deck{}
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		cards, err := term(line)
		if err != nil {
			left = append(left, foreign.Left{File: name, Line: number, Err: err})
			continue
		}
		deck.Facts = append(deck.Facts, decks.Fact{File: name, Line: number, Cards: cards})
	}
	return deck, left, nil
}

// term makes the two cards of a line.
func term(line string) ([]decks.Card, error) {
	if len(line) > maxLine {
		return nil, fmt.Errorf("this line has more than %d KiB", maxLine>>10)
	}
	fields := strings.Split(line, "\t")
	switch {
	case len(fields) == 1:
		return nil, errors.New("there is no tab between a term and a definition")
	case len(fields) > 2:
		return nil, fmt.Errorf("%d tabs stand in this line, where one parts a term from its definition", len(fields)-1)
	}
	for i, f := range fields {
		if fields[i] = factfile.Literal(factfile.OneLine(f)); fields[i] == "" {
			return nil, fmt.Errorf("the %s is empty", [2]string{"term", "definition"}[i])
		}
	}
	return []decks.Card{
		{Name: "forward", Kind: decks.Recall, Prompt: fields[0], Answer: fields[1]},
		{Name: "reverse", Kind: decks.Recall, Prompt: fields[1], Answer: fields[0]},
	}, nil
}
