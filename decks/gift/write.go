package gift

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
)

// Write writes a deck as a category of questions. It returns, as errors with
// the facts' places, the cards that GIFT has no question for; err is of facts
// or of w. Several decks may be written one after another.
func Write(w io.Writer, deck *decks.Deck, facts iter.Seq2[*decks.Fact, error]) (left []foreign.Left, err error) {
	out := &writer{w: bufio.NewWriter(w), lang: deck.Lang}
	fmt.Fprintf(out.w, "$CATEGORY: $course$/top/%s\n\n", category(deck.Name))
	for fact, err := range facts {
		if err != nil {
			return left, err
		}
		for i := range fact.Cards {
			c := &fact.Cards[i]
			question, err := out.question(c)
			if err != nil {
				left = append(left, foreign.LeftCard(fact, err))
				continue
			}
			name := fact.Key
			if len(fact.Cards) > 1 {
				name += "-" + c.Name
			}
			if _, err := fmt.Fprintf(out.w, "::%s::%s\n\n", escape(oneLine(name)), question); err != nil {
				return left, err
			}
		}
	}
	return left, out.w.Flush()
}

// category names a deck in Moodle, where "/" leads to sub-categories too.
func category(name string) string { return strings.ReplaceAll(oneLine(name), "//", "/") }

// A writer writes questions.
type writer struct {
	w    *bufio.Writer
	lang string
}

// Why a card is left out.
var (
	errSet     = errors.New("no question of GIFT asks for a set")
	errNoRight = errors.New("the card has no right answer that GIFT could hold")
	errMark    = errors.New(`the answer holds "&&058;" or its like, which Moodle would read as other characters`)
)

// question is all of a card but its name.
func (w *writer) question(c *decks.Card) (string, error) {
	switch c.Kind {
	case decks.Choice:
		return w.choice(c)
	case decks.Set:
		return "", errSet
	case decks.Sequence:
		return w.sequence(c)
	}
	if c.Answer == "" {
		return "", errNoRight
	}
	if c.Type == decks.AnswerRecall || len(strings.Fields(c.Answer)) > maxTyped && c.Type != decks.AnswerTyped || !answer.OneWay(c.Answer) {
		return stem(c) + "{" + feedback(strings.TrimSpace(c.Answer+"\n\n"+c.Note)) + "}", nil
	}
	if text, ok := w.numerical(c); ok {
		return text, nil
	}
	return w.short(c)
}

// maxTyped is the length of an answer that a short-answer question asks for,
// in words, as in package decks.
const maxTyped = 4

func stem(c *decks.Card) string { return "[markdown]" + markdown(c.Prompt) }

// feedback is what is said after any answer. It must be the last of a question.
func feedback(note string) string {
	if note == "" {
		return ""
	}
	return "####" + formatted(note)
}

// choice is a multiple choice: one right answer, or several that share the mark
// and wrong ones that take a share away.
func (w *writer) choice(c *decks.Card) (string, error) {
	right := 0
	for _, o := range c.Options {
		if o.Right {
			right++
		}
	}
	if right == 0 || len(c.Options) < 2 {
		return "", errNoRight
	}
	var b strings.Builder
	b.WriteString(stem(c) + "{\n")
	share := strconv.FormatFloat(100/float64(right), 'f', -1, 64)
	if len(share) > 8 {
		share = share[:8] // as Moodle lists its fractions: 33.33333
	}
	for _, o := range c.Options {
		text := formatted(o.Text)
		mark := "~"
		switch {
		case right > 1 && o.Right:
			mark = "~%" + share + "%"
		case right > 1:
			mark = "~%-" + share + "%"
		case o.Right:
			mark = "="
		case strings.HasPrefix(text, "%"):
			mark = "~%0%"
		}
		b.WriteString("\t" + mark + text)
		if o.Why != "" {
			b.WriteString("#" + formatted(o.Why))
		}
		b.WriteByte('\n')
	}
	return b.String() + tail(c), nil
}

// tail ends a question of several lines.
func tail(c *decks.Card) string {
	if f := feedback(c.Note); f != "" {
		return "\t" + f + "\n}"
	}
	return "}"
}

// sequence is a matching of each item with its place.
func (w *writer) sequence(c *decks.Card) (string, error) {
	if len(c.Items) < 2 {
		return "", errNoRight
	}
	var b strings.Builder
	b.WriteString(stem(c) + "{\n")
	for i, item := range c.Items {
		text, err := plain(item)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\t=%d -> %s\n", i+1, text)
	}
	return b.String() + tail(c), nil
}

// numerical is a question for a number without a unit; ok is false if some
// answer of the card is none.
func (w *writer) numerical(c *decks.Card) (text string, ok bool) {
	var b strings.Builder
	b.WriteString(stem(c) + "{#\n")
	for _, a := range append([]string{c.Answer}, c.Accept...) {
		value, unit, ok := answer.Value(a, w.lang)
		if !ok || unit != "" || math.Abs(value) > 1e15 {
			return "", false
		}
		fmt.Fprintf(&b, "\t=%s:%s\n", decimal(value), decimal(slack(value, c.Tolerance)))
	}
	return b.String() + tail(c), true
}

func slack(value float64, t *decks.Tolerance) float64 {
	switch {
	case t == nil:
		return 0
	case t.Percent:
		return math.Abs(value) * t.Amount / 100
	}
	return t.Amount
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// short is a short-answer question. An answer with "->" must be the only one
// and stand without "=", or Moodle takes the question for a matching.
func (w *writer) short(c *decks.Card) (string, error) {
	var answers []string
	for i, a := range append([]string{c.Answer}, c.Accept...) {
		text, err := plain(a)
		if err != nil && i == 0 {
			return "", err
		}
		if err != nil || i > 0 && strings.Contains(text, "->") {
			continue // an accepted answer less
		}
		answers = append(answers, strings.ReplaceAll(text, "*", `\\*`)) // "*" is any text to Moodle
	}
	for i, text := range answers {
		if strings.HasPrefix(text, "%") {
			answers[i] = "%100%" + text
		}
	}
	if strings.Contains(answers[0], "->") {
		return stem(c) + "{" + answers[0] + feedback(c.Note) + "}", nil
	}
	var b strings.Builder
	b.WriteString(stem(c) + "{\n")
	for _, text := range answers {
		b.WriteString("\t=" + text + "\n")
	}
	return b.String() + tail(c), nil
}

// plain is a text that Moodle compares or lists as it is written.
func plain(markdown string) (string, error) {
	read, _ := answer.Plain(markdown)
	text := oneLine(read)
	switch {
	case text == "":
		return "", errNoRight
	case placeholder.MatchString(text):
		return "", errMark
	}
	return escape(text), nil
}

// formatted is Markdown in a place where a "[html]" at its head would be read
// as its format.
func formatted(text string) string {
	if strings.HasPrefix(text, "[") {
		return "[markdown]" + markdown(text)
	}
	return markdown(text)
}

// Moodle writes "\{" as "&&123;" while it reads, and makes "{" of every such
// sign at the end, also of the author's own.
var placeholder = lazyregexp.New(`&&[01]`)

// markdown is a text in Markdown, which can keep two "&" apart.
func markdown(text string) string {
	text = strings.TrimSpace(text)
	for range 2 { // the second time for three in a row
		text = strings.ReplaceAll(text, "&&", `&\&`)
	}
	return escape(text)
}

var signs = strings.NewReplacer(`\`, `\\`, "#", `\#`, "=", `\=`, "~", `\~`, "{", `\{`, "}", `\}`, ":", `\:`, "\n", `\n`, "\r", "")

// escape puts a backslash before what means something to GIFT.
func escape(text string) string { return signs.Replace(text) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
