package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"kartei/cmd/internal/screentest"
	"kartei/decks"
	"kartei/decks/library"
)

// A student learns a deck of the library, of which we know all cards: so the
// story finds its way whatever the first ones are.
type student struct {
	*learner
	*screentest.Session
	cards []*decks.Card
}

// study starts a review of a deck of the library.
func (l *learner) study(deck string, columns int) *student {
	l.Helper()
	file := deck + "/core.md"
	c, err := decks.Compile(library.FS, file)
	if err != nil || len(c.Decks) != 1 {
		l.Fatalf("compile %s: %v; broken: %v", file, err, c.Broken)
	}
	s := &student{learner: l}
	for _, f := range c.Decks[0].Facts {
		for i := range f.Cards {
			s.cards = append(s.cards, &f.Cards[i])
		}
	}
	l.run("decks") // puts the library into the collection
	s.Session = l.start(columns, 40, "review", deck, "--new", "100")
	return s
}

// What asks for the grade; what asks for an answer is another matter for each
// kind of card, and has a row for each item.
const showAnswer, howWell = "Show the answer", `How well did you know it|Right\. How easily|Not this time`

// menu waits for a menu of so many rows, drawn to its end: then the cursor is
// back where lines begin.
func (s *student) menu(label string, rows int) {
	s.Helper()
	drawn := regexp.MustCompile(`(` + label + `).*` + strings.Repeat(`\n +[▸ ] .+`, rows))
	s.Wait(label, func(screen string) bool {
		x, _, _ := s.Cursor()
		return x == 0 && drawn.MatchString(screen)
	})
}

// question waits for a menu of a review as menu does, and for the line of keys
// below it, which is drawn last.
func (s *student) question(label string, rows int) {
	s.Helper()
	s.menu(label, rows)
	asked := regexp.MustCompile(label)
	s.Wait("the keys below "+label, func(screen string) bool {
		at := asked.FindAllStringIndex(screen, -1)
		return at != nil && strings.Contains(screen[at[len(at)-1][1]:], "all keys")
	})
}

// asked is the card on the screen, behind what introduces its section.
func (s *student) asked() *decks.Card {
	s.Helper()
	const readOn = "Go on"
	for {
		s.WaitMatch(readOn + "|" + showAnswer + `|Which one\?|Put them in order`)
		if !strings.Contains(s.Screen(), readOn) {
			break
		}
		s.Send(screentest.Space)
		s.Wait("the question", func(screen string) bool { return !strings.Contains(screen, readOn) })
	}
	shown := squeezed(s.lastCard())
	var asked *decks.Card
	for _, c := range s.cards {
		if strings.Contains(shown, squeezed(c.Prompt)) && (asked == nil || len(c.Prompt) > len(asked.Prompt)) {
			asked = c
		}
	}
	if asked == nil {
		s.Fatalf("no card of the deck is on the screen:\n%s", s.lastCard())
	}
	return asked
}

// answer answers the card on the screen, a choice or a sequence by its first
// rows, and returns the screens: what is asked, and what is said to it.
func (s *student) answer() (*decks.Card, string) {
	s.Helper()
	c := s.asked()
	keys, said := screentest.Space, []string{c.Answer}
	switch c.Kind {
	case decks.Choice:
		s.question(`Which one\?`, len(c.Options))
		keys, said = "a", nil
		for _, o := range c.Options {
			if o.Right {
				said = append(said, o.Text)
			}
		}
	case decks.Sequence:
		s.question("Put them in order", len(c.Items))
		keys, said = "abcdefg"[:len(c.Items)]+screentest.Enter, c.Items
	case decks.Set:
		s.Send(screentest.Space)
		s.question("Tick those that you had", len(c.Items))
		keys, said = "a"+screentest.Enter, c.Items
	}
	if c.Kind == decks.Cloze {
		said = strings.Split(c.Answer, ", ")
	}
	screens := s.lastCard() + "\n\n"
	s.Send(keys)
	s.question(howWell, 4)
	shown := s.lastCard()
	for _, text := range append(said, c.Prompt, c.Note, c.Source) {
		if !strings.Contains(squeezed(shown), squeezed(text)) {
			s.Errorf("%q is not on the screen:\n%s", text, shown)
		}
	}
	s.Send(screentest.Enter)
	s.Wait("the next card", func(screen string) bool { return !strings.Contains(screen, "4  Easy") })
	return c, screens + shown
}

// lastCard is what was shown from the last status line on.
func (s *student) lastCard() string {
	shown := s.History()
	return shown[max(0, strings.LastIndex(shown, "\nnew ")+1):]
}

// squeezed is text without the space, which differs with the width, and without
// the stars of Markdown.
func squeezed(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "*", "")), "")
}

// The beginning of each deck of the library, at any width: a card of every
// kind, and all of each card within the lines.
func TestLibrary(t *testing.T) {
	t.Parallel()
	const cards = 30
	for _, deck := range []string{"nato-en", "nato-de"} {
		for _, columns := range []int{40, 80, 120} {
			t.Run(fmt.Sprintf("%s/%d", deck, columns), func(t *testing.T) {
				s := newLearner(t).study(deck, columns)
				first := map[decks.Kind]string{}
				for range cards {
					c, screens := s.answer()
					if first[c.Kind] == "" {
						first[c.Kind] = screens
					}
				}
				s.WaitMatch(showAnswer + `|Which one\?|Put them in order`)
				s.Send("q")
				if code := s.Exit(); code != 0 {
					t.Errorf("exit code %d", code)
				}
				var screens strings.Builder
				for _, k := range []decks.Kind{decks.Recall, decks.Cloze, decks.Choice, decks.Set, decks.Sequence} {
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
				s.healthy(cards)
			})
		}
	}
}
