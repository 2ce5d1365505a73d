package gift

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/moodle"
)

// Write writes a deck as a category of questions. It returns the cards, and the
// parts of cards, that GIFT has no question for; err is of facts or of w. Several
// decks may be written one after another.
func Write(w io.Writer, c foreign.Contents) (left []foreign.Left, err error) {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "$CATEGORY: $course$/top/%s\n\n", category(c.Deck.Name))
	maker := moodle.Maker{Lang: c.Deck.Lang, Files: c.Files}
	for fact, err := range c.Facts {
		if err != nil {
			return left, err
		}
		for i := range fact.Cards {
			q, lost, err := maker.Question(fact, &fact.Cards[i])
			text := ""
			if err == nil {
				text, err = format(q)
			}
			if err != nil {
				left = append(left, foreign.LeftCard(fact, err))
				continue
			}
			for _, l := range lost {
				part := foreign.LeftCard(fact, l)
				part.Part = true
				left = append(left, part)
			}
			if _, err := out.WriteString(text); err != nil {
				return left, err
			}
		}
	}
	return left, out.Flush()
}

// category names a deck in Moodle, where "/" leads to sub-categories too.
func category(name string) string { return strings.ReplaceAll(oneLine(name), "//", "/") }

// errMark is of a text that Moodle would read as another.
var errMark = errors.New(`the answer holds "&&058;" or its like, which Moodle would read as other characters`)

// format writes a question.
func format(q *moodle.Question) (string, error) {
	var b strings.Builder
	if len(q.Tags) > 0 {
		b.WriteString("//")
		for _, t := range q.Tags {
			b.WriteString(" [tag:" + strings.ReplaceAll(oneLine(t), "]", `\]`) + "]")
		}
		b.WriteByte('\n')
	}
	b.WriteString("::" + escape(oneLine(q.Name)) + "::[markdown]" + markdown(q.Stem.Text) + "{")
	switch q.Kind {
	case moodle.Essay:
	case moodle.TrueFalse:
		trueOrFalse(&b, q)
	case moodle.Choice:
		choice(&b, q)
	case moodle.Matching:
		for _, p := range q.Pairs {
			right, err := plain(p.Right.Text)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "\n\t=%s -> %s", strings.ReplaceAll(formatted(p.Left.Text), "->", `-\>`), right)
		}
		b.WriteByte('\n')
	case moodle.Numerical:
		b.WriteByte('#')
		for _, a := range q.Answers {
			fmt.Fprintf(&b, "\n\t=%s%s:%s%s", percent(a.Percent, 100), a.Text.Text, decimal(a.Slack), feedback(a))
		}
		b.WriteByte('\n')
	default:
		if err := short(&b, q); err != nil {
			return "", err
		}
	}
	if g := general(q); g != "" && strings.HasSuffix(b.String(), "\n") {
		b.WriteString("\t" + g + "\n")
	} else {
		b.WriteString(g)
	}
	b.WriteString("}\n\n")
	return b.String(), nil
}

// general is what is said after any answer. It must be the last of a question.
func general(q *moodle.Question) string {
	if q.General.Text == "" {
		return ""
	}
	return "####" + formatted(q.General.Text)
}

func feedback(a moodle.Answer) string {
	if a.Feedback.Text == "" {
		return ""
	}
	return "#" + formatted(a.Feedback.Text)
}

// trueOrFalse writes "T#said when wrong#said when right".
func trueOrFalse(b *strings.Builder, q *moodle.Question) {
	letter, right, wrong := "T", q.Answers[0], q.Answers[1]
	if wrong.Percent > 0 {
		letter, right, wrong = "F", wrong, right
	}
	b.WriteString(letter)
	if said := feedback(right); said != "" {
		b.WriteString("#" + strings.TrimPrefix(feedback(wrong), "#") + said)
	} else {
		b.WriteString(feedback(wrong))
	}
}

func choice(b *strings.Builder, q *moodle.Question) {
	for _, a := range q.Answers {
		text := formatted(a.Text.Text)
		switch {
		case !q.Single:
			b.WriteString("\n\t~" + percent(a.Percent, always) + text)
		case a.Percent == 100:
			b.WriteString("\n\t=" + text)
		case strings.HasPrefix(text, "%"):
			b.WriteString("\n\t~%0%" + text)
		default:
			b.WriteString("\n\t~" + text)
		}
		b.WriteString(feedback(a))
	}
	b.WriteByte('\n')
}

// always is a worth that no answer has.
const always = -1e9

// percent is the worth of an answer, unless it goes without saying.
func percent(p, unsaid float64) string {
	if p == unsaid {
		return ""
	}
	return "%" + strconv.FormatFloat(p, 'f', -1, 64) + "%"
}

// short writes the answers of a short-answer question. An answer with "->" must be
// the only one and stand without "=", or Moodle takes the question for a matching.
func short(b *strings.Builder, q *moodle.Question) error {
	var all []string
	for i, a := range q.Answers {
		text, err := plain(a.Text.Text)
		if err != nil && i == 0 {
			return err
		}
		if err != nil || i > 0 && strings.Contains(text, "->") {
			continue // an accepted answer less
		}
		text = strings.ReplaceAll(text, "*", `\\*`) // "*" is any text to Moodle
		if strings.HasPrefix(text, "%") || a.Percent != 100 {
			text = percent(a.Percent, always) + text
		}
		all = append(all, text+feedback(a))
	}
	if strings.Contains(all[0], "->") {
		b.WriteString(all[0])
		return nil
	}
	for _, text := range all {
		b.WriteString("\n\t=" + text)
	}
	b.WriteByte('\n')
	return nil
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// plain is a text that Moodle compares or lists as it is written.
func plain(text string) (string, error) {
	if placeholder.MatchString(text) {
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

var signs = strings.NewReplacer(`\`, `\\`, "#", `\#`, "=", `\=`, "~", `\~`, "{", `\{`, "}", `\}`, ":", `\:`, "\n", `\n`,
	"\r", "")

// escape puts a backslash before what means something to GIFT.
func escape(text string) string { return signs.Replace(text) }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
