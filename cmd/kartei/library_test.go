package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"kartei/cmd/internal/screentest"
)

// prompts are the words with which a session asks for keys, each with the keys
// that our student gives to it. By them the story finds its way whatever the
// library's first cards are.
var prompts = []struct {
	words, keys string
	grade       bool
}{
	{words: "Show the answer", keys: screentest.Space},
	{words: "Which one?", keys: "a"},
	{words: "Tick those that you had", keys: "a" + screentest.Enter},
	{words: "Put them in order", keys: "abcd" + screentest.Enter},
	{words: "How well did you know it?", keys: "3", grade: true},
	{words: "Right. How easily did it come?", keys: "4", grade: true},
	{words: "Not this time.", keys: screentest.Enter, grade: true},
}

// prompt is the place in prompts of what a screen asks, or -1.
func prompt(screen string) int {
	for i, p := range prompts {
		if strings.Contains(screen, p.words) {
			return i
		}
	}
	return -1
}

// kind is how the card on a screen is asked, by what only such cards show.
func kind(card string) string {
	for _, sign := range [][2]string{
		{"Which one?", "choice"}, {" to name", "set"}, {"Put them in order", "sequence"}, {"[…]", "cloze"},
	} {
		if strings.Contains(card, sign[0]) {
			return sign[1]
		}
	}
	return "recall"
}

// lastCard is what a screen shows from the last status line on.
func lastCard(screen string) string {
	return screen[max(0, strings.LastIndex(screen, "\nnew ")+1):]
}

// study answers so many cards of a deck and leaves. It gives the session and
// the screens, question and answer, of the first card of each kind.
func (l *learner) study(deck string, columns, cards int) (s *screentest.Session, first map[string]string) {
	l.Helper()
	l.run("decks") // puts the library into the collection
	s = l.start(columns, 40, "review", deck, "--new", "100")
	first = map[string]string{}
	at := -1
	next := func() (card string) {
		s.Wait("another question", func(screen string) bool {
			p := prompt(screen)
			return p >= 0 && p != at
		})
		at = prompt(s.Screen())
		return lastCard(s.Screen())
	}
	for range cards {
		screens := next()
		k := kind(screens)
		for s.Send(prompts[at].keys); !prompts[at].grade; s.Send(prompts[at].keys) {
			screens += "\n\n" + next()
		}
		if first[k] == "" {
			first[k] = screens
		}
	}
	next()
	s.Send("q")
	s.WaitFor("Until next time")
	return s, first
}

// A student works through the beginning of each deck of the library, at any
// width, and meets cards of every kind.
func TestLibrary(t *testing.T) {
	const cards = 30
	for _, deck := range []string{"nato-en", "nato-de"} {
		for _, columns := range []int{40, 80, 120} {
			t.Run(fmt.Sprintf("%s/%d", deck, columns), func(t *testing.T) {
				l := newLearner(t)
				s, first := l.study(deck, columns, cards)
				if code := s.Exit(); code != 0 {
					t.Errorf("exit code %d", code)
				}
				var screens strings.Builder
				for _, k := range []string{"choice", "set", "sequence", "cloze", "recall"} {
					if first[k] == "" {
						t.Errorf("no %s among the first %d cards", k, cards)
					}
					fmt.Fprintf(&screens, "=== %s\n%s\n\n", k, first[k])
				}
				if columns == 80 {
					screentest.Golden(t, "library-"+deck, screens.String())
				}
				for line := range strings.SplitSeq(s.History(), "\n") {
					if utf8.RuneCountInString(line) > columns {
						t.Errorf("too wide: %q", line)
					}
				}
				if stray := screentest.Stray(s.Raw()); len(stray) > 0 {
					t.Errorf("control characters on the screen: %q", stray)
				}
				l.healthy(cards)
			})
		}
	}
}
