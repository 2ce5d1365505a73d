package page

import (
	"io"
	"time"

	"kartei/decks/quiz"
	"kartei/decks/quiz/words"
)

var (
	examPage   = onceTemplate("exam.html")
	examStyles = map[Paper]func() Style{A4: onceStyle("exam.css"), Letter: onceStyle("exam.css", "size: A4", "size: letter")}
)

// Paper is the size of sheets.
type Paper string

// The sizes of paper.
const (
	A4     Paper = "a4"
	Letter Paper = "letter"
)

// Papers are all sizes, the usual one first.
var Papers = []Paper{A4, Letter}

// Sheets say which sheets are printed after the questions, and on what.
type Sheets struct {
	Answers bool  // an answer sheet to fill in
	Key     bool  // the right answers, for the instructor; the form must have its key
	Paper   Paper // empty: A4
}

// Exam writes a form for paper, in the language of its decks.
func Exam(w io.Writer, f *quiz.Form, s Sheets) error {
	s.Key = s.Key && f.Keyed
	v := examView{Form: f, Sheets: s, ID: f.ID(), Style: examStyles[A4](), Words: words.In(f.Lang()),
		Markup: Markup{Pictures: f.Pictures}}
	if style, ok := examStyles[s.Paper]; ok {
		v.Style = style()
	}
	for i := range f.Questions {
		v.Asked = append(v.Asked, examQuestion{&f.Questions[i], i + 1})
	}
	return execute(w, examPage(), v)
}

type examView struct {
	*quiz.Form
	Sheets
	words.Words
	Markup
	ID    string
	Style Style
	Asked []examQuestion
}

// Facts are the line below the title.
func (v examView) Facts() []string {
	facts := []string{v.Count(len(v.Asked), "1 question", "%d questions")}
	switch minutes := int(v.Form.Time.Round(time.Minute).Minutes()); {
	case v.Form.Time == 0:
	case v.Form.Time < time.Minute:
		facts = append(facts, v.Form.Time.String())
	default:
		facts = append(facts, v.Count(minutes, "1 minute", "%d minutes"))
	}
	return append(facts, v.Named()...)
}

// Named are the form and the version.
func (v examView) Named() []string {
	named := []string{v.Say("form %s", v.ID)}
	if v.Form.Version != "" {
		named = append([]string{v.Say("version %s", v.Form.Version)}, named...)
	}
	return named
}

type examQuestion struct {
	*quiz.Question
	Number int
}

// Letters name the options.
func (q examQuestion) Letters() []string {
	letters := make([]string, len(q.Options))
	for i := range letters {
		letters[i] = quiz.Letter(i)
	}
	return letters
}

// Lines are the lines to write on: one for each text to type, or item to order.
func (q examQuestion) Lines() []int {
	switch q.Kind {
	case quiz.Typed:
		return make([]int, 1)
	case quiz.Set:
		return make([]int, q.Parts)
	case quiz.Sequence:
		return make([]int, len(q.Options))
	}
	return nil
}

// Boxes reports whether options are ticked.
func (q examQuestion) Boxes() bool { return q.Kind == quiz.Choice }

// Ordered reports whether options are put in order.
func (q examQuestion) Ordered() bool { return q.Kind == quiz.Sequence }

// Right is the answer in a line.
func (q examQuestion) Right() []string { return rightAnswers(q.Question) }

func rightAnswers(q *quiz.Question) []string {
	switch q.Kind {
	case quiz.Typed:
		return append([]string{q.Key.Answer}, q.Key.Accept...)
	case quiz.Set:
		return q.Key.Parts
	}
	return lettered(q, q.Key.Right)
}

// lettered writes options with their letters.
func lettered(q *quiz.Question, options []int) []string {
	var texts []string
	for _, option := range options {
		texts = append(texts, quiz.Letter(option)+") "+q.Options[option])
	}
	return texts
}
