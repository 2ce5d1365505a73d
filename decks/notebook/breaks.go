package notebook

import (
	"strings"

	"kartei/decks"
	"kartei/decks/lazyregexp"
)

// blockStart is what begins a block, or nothing: no line goes on there.
var blockStart = lazyregexp.New("^\\s*(?:[-*+] |[0-9]{1,9}[.)] |#{1,6} |>|\\||```|~~~|\\$\\$|$)")

// hardBreaks writes line breaks that two spaces make, which a deck file does not keep,
// with a backslash.
func hardBreaks(text string) string {
	if !strings.Contains(text, "  \n") {
		return text
	}
	code := opaque(text)
	lines := strings.Split(text, "\n")
	at := 0
	for i, line := range lines[:len(lines)-1] {
		end := at + len(line)
		at = end + 1
		if strings.HasSuffix(line, "  ") && !code(end-1) && strings.TrimSpace(line) != "" &&
			!blockStart.MatchString(lines[i+1]) && !strings.HasPrefix(strings.TrimSpace(line), "|") {
			lines[i] = strings.TrimRight(line, " ") + `\`
		}
	}
	return strings.Join(lines, "\n")
}

// eachText does something with every text of a fact.
func eachText(f *decks.Fact, do func(string) string) {
	for i := range f.Cards {
		c := &f.Cards[i]
		if i > 0 && c.Kind == decks.Cloze { // they have one sentence and one note
			c.Text, c.Hint, c.Note = f.Cards[0].Text, f.Cards[0].Hint, f.Cards[0].Note
			continue
		}
		for _, text := range []*string{&c.Prompt, &c.Answer, &c.Text, &c.Hint, &c.Note} {
			*text = do(*text)
		}
		for j := range c.Items {
			c.Items[j] = do(c.Items[j])
		}
		for j := range c.Options {
			c.Options[j].Text = do(c.Options[j].Text)
		}
	}
}
