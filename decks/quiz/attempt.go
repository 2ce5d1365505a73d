package quiz

import "time"

// An Attempt is a student working on a form: any question may be visited,
// answered, changed and marked for a second look until the form is handed in.
type Attempt struct {
	Form      *Form
	Responses []Response // one for each question
	Flagged   []bool     // marked for a second look
	At        int        // the question that is open
}

// NewAttempt opens a form at its first question.
func NewAttempt(f *Form) *Attempt {
	n := len(f.Questions)
	return &Attempt{Form: f, Responses: make([]Response, n), Flagged: make([]bool, n)}
}

// Question is the open question.
func (a *Attempt) Question() *Question { return &a.Form.Questions[a.At] }

// Response is what was answered to the open question so far.
func (a *Attempt) Response() *Response { return &a.Responses[a.At] }

// Answer takes an answer to the open question in place of the one before; the
// time is added up. The error says why the question can not take it.
func (a *Attempt) Answer(r Response) error {
	r.Took += a.Response().Took
	if err := a.Question().Check(r); err != nil {
		return err
	}
	*a.Response() = r
	return nil
}

// Spend adds time that the open question was looked at without an answer.
func (a *Attempt) Spend(d time.Duration) { a.Response().Took += max(d, 0) }

// Flag marks the open question for a second look, or takes the mark away.
func (a *Attempt) Flag() { a.Flagged[a.At] = !a.Flagged[a.At] }

// Move opens the question that is so many further on; false at either end.
func (a *Attempt) Move(by int) bool {
	to := a.At + by
	if to < 0 || to >= len(a.Form.Questions) {
		return false
	}
	a.At = to
	return true
}

// Open returns the questions that have no answer yet.
func (a *Attempt) Open() []int {
	var open []int
	for i := range a.Responses {
		if !a.Responses[i].Answered() {
			open = append(open, i)
		}
	}
	return open
}

// A Score says how a form was answered.
type Score struct {
	Points   float64 // the sum of the marks
	Of       int     // questions that count
	Right    int     // questions with the full mark
	Marks    []Mark  // one for each question; nothing for one that is excused
	Sections []SectionScore
}

// A SectionScore is the part of a score that is about one section.
type SectionScore struct {
	Section string
	Points  float64
	Of      int
}

// Score marks responses, one for each question; an excused question counts for
// nobody. Sections come in the order in which the form first asks about them.
func (f *Form) Score(responses []Response) Score {
	s := Score{Marks: make([]Mark, len(f.Questions))}
	place := map[string]int{}
	for i := range f.Questions {
		q := &f.Questions[i]
		if q.Key.Excused {
			continue
		}
		s.Of++
		var m Mark
		if i < len(responses) {
			m = q.Mark(responses[i])
		}
		s.Marks[i] = m
		s.Points += m.Share
		if m.Right() {
			s.Right++
		}
		at, ok := place[q.Section]
		if !ok {
			at = len(s.Sections)
			place[q.Section] = at
			s.Sections = append(s.Sections, SectionScore{Section: q.Section})
		}
		s.Sections[at].Points += m.Share
		s.Sections[at].Of++
	}
	return s
}

// A Certainty says how often answers of one confidence were right.
type Certainty struct {
	Sure    int // 1 to 3
	Answers int
	Right   int
}

// Certainties give the calibration of a student who said how sure each answer
// was, for the levels that were used.
func (s *Score) Certainties(responses []Response) []Certainty {
	var all []Certainty
	for sure := 1; sure <= 3; sure++ {
		c := Certainty{Sure: sure}
		for i := range responses {
			if responses[i].Sure == sure && responses[i].Answered() {
				c.Answers++
				if s.Marks[i].Right() {
					c.Right++
				}
			}
		}
		if c.Answers > 0 {
			all = append(all, c)
		}
	}
	return all
}
