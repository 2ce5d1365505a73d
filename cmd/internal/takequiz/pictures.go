package takequiz

import (
	"fmt"
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks/quiz"
)

// text prints a text of the form, and draws its pictures below it where the
// terminal can.
func (s *Run) text(markdown string) {
	s.Page.text(markdown)
	s.pictures(markdown, "")
}

// pictures draws the pictures of a text, with a label before them; where the
// terminal draws none it says how to open them.
func (s *Run) pictures(markdown, label string) {
	found := s.find(markdown)
	switch {
	case len(found) == 0:
		return
	case s.Draw == nil && s.View != nil && label == "":
		if s.Plain {
			s.Page.words(show.Dim, s.Say(":picture opens the pictures"))
		} else {
			s.Page.words(show.Dim, s.Say("Ctrl-G opens the pictures"))
		}
	case s.Draw == nil:
		return
	}
	if label != "" && s.Draw != nil {
		s.Page.words(show.Dim, label)
	}
	for _, p := range found {
		if s.Draw == nil {
			break
		}
		if err := s.Draw(p, s.Page.layout().Width); err != nil {
			s.Page.words(show.Dim, fmt.Sprintf("%s: %v", p.Name, err))
		}
	}
}

// find returns the pictures of a text that the form carries.
func (s *Run) find(markdown string) (found []*quiz.Picture) {
	if !strings.Contains(markdown, "![") {
		return nil
	}
	for _, p := range show.Pictures(markdown) {
		if picture := s.Attempt.Form.Picture(p.Address); picture != nil {
			found = append(found, picture)
		}
	}
	return found
}

// open opens the pictures of the open question.
func (s *Run) open() {
	q := s.Attempt.Question()
	found := s.find(strings.Join(append([]string{q.Prompt}, q.Options...), "\n\n"))
	if s.View == nil || len(found) == 0 {
		s.Page.words(show.Dim, s.Say("There is no picture to open here."))
		return
	}
	for _, p := range found {
		if err := s.View(p); err != nil {
			s.Page.words(show.Red, fmt.Sprintf("%s: %v", p.Name, err))
		}
	}
}
