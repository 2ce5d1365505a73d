package page

import (
	"html/template"
	"io"
	"strconv"

	"kartei/decks/quiz"
	"kartei/decks/quiz/words"
)

var (
	studentPage  = onceTemplate("student.html")
	studentStyle = onceStyle("student.css")
)

// A Taken is a test that a student took.
type Taken struct {
	Form      *quiz.Form // with its key
	Name      string
	Responses []quiz.Response
	Marks     []quiz.Mark // nil: by the key
	Mark      string      // on the instructor's scale; may be empty
}

// Student writes what a student answered, what is right, and why, in the
// language of the form.
func Student(w io.Writer, t *Taken) error {
	score := t.Form.Score(t.Responses)
	v := studentView{Taken: t, Form: t.Form, Style: studentStyle(), Words: words.In(t.Form.Lang()),
		Markup: Markup{Pictures: t.Form.Pictures}}
	points := score.Points
	if t.Marks != nil {
		points = 0
	}
	for i := range t.Form.Questions {
		q := &t.Form.Questions[i]
		m := score.Marks[i]
		if t.Marks != nil && !q.Key.Excused {
			m = t.Marks[i]
			points += m.Share
		}
		v.Answered = append(v.Answered, v.question(q, i, m))
	}
	v.Total = v.Say("%s of %d (%.0f %%)", short(points), score.Of, 100*points/float64(max(1, score.Of)))
	return execute(w, studentPage(), v)
}

type studentView struct {
	*Taken
	*quiz.Form
	words.Words
	Markup
	Style    Style
	Total    string
	Answered []answeredQuestion
}

// Facts are the line below the title.
func (v studentView) Facts() []string {
	facts := []string{v.Name}
	if v.Form.Version != "" {
		facts = append(facts, v.Say("version %s", v.Form.Version))
	}
	return append(facts, v.Say("form %s", v.Form.ID()))
}

type answeredQuestion struct {
	*quiz.Question
	Number  int
	Given   []template.HTML
	Right   []string
	Whys    []string
	Forgave string
	Points  string
	Full    bool
	Excused bool
}

func (v *studentView) question(q *quiz.Question, i int, m quiz.Mark) answeredQuestion {
	a := answeredQuestion{Question: q, Number: i + 1, Right: rightAnswers(q), Points: short(m.Share), Full: m.Right(),
		Excused: q.Key.Excused}
	if a.Excused {
		a.Points = v.Say("excused")
	}
	if forgave := m.Rule.Forgave(); forgave != "" && m.Right() {
		a.Forgave = v.Say("Right, but for %s.", v.Say(forgave))
	}
	if i >= len(v.Responses) {
		return a
	}
	r := &v.Responses[i]
	for _, text := range lettered(q, r.Chosen) {
		a.Given = append(a.Given, v.Markdown(text))
	}
	for _, text := range r.Typed {
		if text != "" {
			a.Given = append(a.Given, template.HTML(template.HTMLEscapeString(text)))
		}
	}
	for _, option := range r.Chosen {
		if option < len(q.Key.Why) && q.Key.Why[option] != "" {
			a.Whys = append(a.Whys, q.Key.Why[option])
		}
	}
	return a
}

// short writes points without needless decimals.
func short(points float64) string {
	return strconv.FormatFloat(float64(int(points*100+0.5))/100, 'f', -1, 64)
}
