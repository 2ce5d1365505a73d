package moodlexml

import (
	"bufio"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/moodle"
)

// Write writes decks as categories of questions. It returns the cards, and the
// parts of cards, that Moodle has no question for; an error is of the facts or of w.
func Write(w io.Writer, _ foreign.WriteOptions, all ...foreign.Contents) (left []foreign.Left, err error) {
	out := &writer{Writer: bufio.NewWriter(w)}
	out.WriteString(xml.Header + "<quiz>\n")
	for _, c := range all {
		more, err := out.deck(c)
		left = append(left, more...)
		if err != nil {
			return left, err
		}
	}
	out.WriteString("</quiz>\n")
	return left, out.Flush()
}

type writer struct{ *bufio.Writer }

func (w *writer) deck(c foreign.Contents) (left []foreign.Left, err error) {
	w.WriteString(`<question type="category"><category><text>` +
		escape("$course$/top/"+strings.ReplaceAll(c.Deck.Name, "//", "/")) + "</text></category></question>\n")
	maker := moodle.Maker{Lang: c.Deck.Lang, Files: c.Files, Lists: true}
	for fact, err := range c.Facts {
		if err != nil {
			return left, err
		}
		for i := range fact.Cards {
			q, lost, err := maker.Question(fact, &fact.Cards[i])
			if err != nil {
				left = append(left, foreign.LeftCard(fact, err))
				continue
			}
			for _, l := range lost {
				part := foreign.LeftCard(fact, l)
				part.Part = true
				left = append(left, part)
			}
			w.question(q)
		}
	}
	return left, nil
}

// question writes a question; errors of writing are those of Flush.
func (w *writer) question(q *moodle.Question) {
	fmt.Fprintf(w, "<question type=\"%s\">\n", q.Kind)
	w.WriteString("<name><text>" + escape(q.Name) + "</text></name>\n")
	w.text("questiontext", q.Stem)
	w.text("generalfeedback", q.General)
	w.WriteString("<idnumber>" + escape(q.Number) + "</idnumber>\n")
	switch q.Kind {
	case moodle.Choice:
		fmt.Fprintf(w, "<single>%t</single>\n<shuffleanswers>1</shuffleanswers>\n", q.Single)
	case moodle.ShortAnswer:
		w.WriteString("<usecase>0</usecase>\n")
	case moodle.Essay:
		w.WriteString("<responseformat>editor</responseformat>\n")
	}
	for _, a := range q.Answers {
		w.answer(q, a)
	}
	for _, p := range q.Pairs {
		fmt.Fprintf(w, "<subquestion format=\"%s\"><text>%s</text>", p.Left.Format, escape(p.Left.Text))
		w.files(p.Left)
		w.WriteString("<answer><text>" + escape(p.Right.Text) + "</text></answer></subquestion>\n")
	}
	for _, h := range q.Hints {
		w.text("hint", h)
	}
	if len(q.Tags) > 0 {
		w.WriteString("<tags>")
		for _, t := range q.Tags {
			w.WriteString("<tag><text>" + escape(t) + "</text></tag>")
		}
		w.WriteString("</tags>\n")
	}
	w.WriteString("</question>\n")
}

func (w *writer) answer(q *moodle.Question, a moodle.Answer) {
	text := a.Text.Text
	switch q.Kind {
	case moodle.TrueFalse:
		text = strings.ToLower(text)
	case moodle.ShortAnswer:
		text = strings.ReplaceAll(text, "*", `\*`) // "*" is any text to Moodle
	}
	fmt.Fprintf(w, "<answer fraction=\"%s\" format=\"%s\"><text>%s</text>", strconv.FormatFloat(a.Percent, 'f', -1, 64),
		a.Text.Format, escape(text))
	w.files(a.Text)
	if q.Kind == moodle.Numerical {
		w.WriteString("<tolerance>" + strconv.FormatFloat(a.Slack, 'f', -1, 64) + "</tolerance>")
	}
	w.text("feedback", a.Feedback)
	w.WriteString("</answer>\n")
}

func (w *writer) text(name string, t moodle.Text) {
	if t.Text == "" {
		return
	}
	fmt.Fprintf(w, "<%s format=\"%s\"><text>%s</text>", name, t.Format, escape(t.Text))
	w.files(t)
	fmt.Fprintf(w, "</%s>\n", name)
}

func (w *writer) files(t moodle.Text) {
	for _, f := range t.Files {
		fmt.Fprintf(w, "<file name=\"%s\" path=\"/\" encoding=\"base64\">%s</file>", escape(f.Name),
			base64.StdEncoding.EncodeToString(f.Data))
	}
}

func escape(text string) string {
	var out strings.Builder
	xml.EscapeText(&out, []byte(text))
	return out.String()
}
