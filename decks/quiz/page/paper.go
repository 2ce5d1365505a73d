package page

import (
	"fmt"
	"io"
	"time"

	"kartei/decks/quiz"
)

var (
	examPage  = onceTemplate("exam.html")
	examStyle = onceStyle("exam.css")
)

// Sheets say which sheets are printed after the questions.
type Sheets struct {
	Answers bool // an answer sheet to fill in
	Key     bool // the right answers, for the instructor; the form must have its key
}

// Exam writes a form for paper. Pictures stand as their descriptions.
func Exam(w io.Writer, f *quiz.Form, s Sheets) error {
	s.Key = s.Key && f.Keyed
	v := examView{Form: f, Sheets: s, ID: f.ID(), Style: examStyle()}
	for i := range f.Questions {
		v.Asked = append(v.Asked, examQuestion{&f.Questions[i], i + 1})
	}
	return execute(w, examPage(), v)
}

type examView struct {
	*quiz.Form
	Sheets
	ID    string
	Style style
	Asked []examQuestion
}

// Minutes is the time limit as people say it; empty without one.
func (v examView) Minutes() string {
	minutes := int(v.Time.Round(time.Minute).Minutes())
	switch {
	case v.Time == 0:
		return ""
	case v.Time < time.Minute:
		return v.Time.String()
	case minutes == 1:
		return "1 minute"
	}
	return fmt.Sprintf("%d minutes", minutes)
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

// Boxes tells whether options are ticked.
func (q examQuestion) Boxes() bool { return q.Kind == quiz.Choice }

// Right is the answer in a line.
func (q examQuestion) Right() []string {
	switch q.Kind {
	case quiz.Typed:
		return append([]string{q.Key.Answer}, q.Key.Accept...)
	case quiz.Set:
		return q.Key.Parts
	}
	var right []string
	for _, option := range q.Key.Right {
		right = append(right, quiz.Letter(option)+") "+q.Options[option])
	}
	return right
}
