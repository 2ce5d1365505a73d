package compiler

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/cmd/internal/deckfolder"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/notebooks"
	"kartei/decks"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// NoFacts is the error that there are no facts in some paths. Where another program
// wrote them, it names the command that takes them; where there are cards
// as other programs write them, Question::Answer, it names the first one, and what
// takes them.
func NoFacts(paths []string) error {
	in := strings.Join(paths, ", ")
	for _, path := range paths {
		if s, ok := notebooks.Recognize(path); ok {
			return fault.Failf(s.Command(), "there are no facts in %s, but %s", in, s.Say())
		}
	}
	file, cards := colonCards(paths)
	if len(cards) == 0 {
		return fault.Failf("write lines like Q: and A: into a .md file; kartei new helps",
			"there are no facts in %s", in)
	}
	first := cards[0]
	return fault.Failf(takes(file, cards), "there are no facts in %s, but %s:%d is a card of another program: %s",
		in, file, first.line, begin(first.text))
}

// begin is the beginning of a line that may be long.
func begin(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// A colonCard is a line that has a question and an answer with colons between.
type colonCard struct {
	line                           int
	text, question, colons, answer string
}

// colonCards returns the cards of the first file that has any.
func colonCards(paths []string) (file string, cards []colonCard) {
	all, err := deckfolder.Open(paths)
	if err != nil {
		return "", nil // that was said when they were read
	}
	defer deckfolder.CloseAll(all)
	for _, s := range all {
		c, err := decks.Compile(s.FS, s.Files...)
		if err != nil {
			continue
		}
		for _, f := range c.Files {
			if cards := cardsIn(f); len(cards) > 0 {
				return pathBelow(s.Root, f.Name), cards
			}
		}
	}
	return "", nil
}

func cardsIn(f *syntax.File) (cards []colonCard) {
	for _, b := range f.Blocks {
		prose, ok := b.(*syntax.Prose)
		if !ok || prose.Verbatim {
			continue
		}
		number := f.LineAt(prose.Start)
		for line := range strings.SplitSeq(f.Slice(prose.Span), "\n") {
			number++
			if c, ok := cutColons(line); ok {
				c.line = number
				cards = append(cards, c)
			}
		}
	}
	return cards
}

// cutColons reads a line as a card. Neither code is one, nor what other programs
// keep of a note, "due:: 2024-01-01".
func cutColons(line string) (c colonCard, ok bool) {
	c.text = strings.TrimSpace(line)
	question, answer, ok := strings.Cut(c.text, "::")
	if c.colons = "::"; strings.HasPrefix(answer, ":") {
		c.colons, answer = ":::", answer[1:]
	}
	c.question, c.answer = strings.TrimSpace(question), strings.TrimSpace(answer)
	if !ok || c.question == "" || c.answer == "" || strings.Contains(answer, "::") || strings.Contains(line, "`") {
		return c, false
	}
	r, _ := utf8.DecodeRuneInString(question)
	field := unicode.IsLower(r) && !strings.Contains(question, " ") && answer != c.answer
	return c, !field
}

var listMark = lazyregexp.New(`^(?:(?:[-*+>]|[0-9]+[.)]) +)+`)

// takes is what makes facts of a file's cards: the import of lists, where all stand
// alike and at the beginning of their lines.
func takes(file string, cards []colonCard) string {
	first := cards[0]
	for _, c := range cards {
		if c.colons != first.colons || listMark.MatchString(c.question) {
			return fmt.Sprintf("write it as two lines: Q: %s, and below it A: %s",
				begin(listMark.ReplaceAllString(first.question, "")), begin(first.answer))
		}
	}
	both := ""
	if first.colons == ":::" {
		both = " --both"
	}
	return fmt.Sprintf("kartei import %s --format csv --separator %s --columns front=1,back=2 --header no --partial%s -o %s",
		fault.ShellWord(file), first.colons, both,
		fault.ShellWord(strings.TrimSuffix(file, filepath.Ext(file))+"-cards.md"))
}

// Mend is what to do about the errors in some paths: as it was to be said, or the
// command that takes them if another program wrote them.
func Mend(paths []string, otherwise string) string {
	for _, path := range paths {
		if s, ok := notebooks.Recognize(path); ok {
			return fmt.Sprintf("%s; to take them over: %s", s.Say(), s.Command())
		}
	}
	return otherwise
}
