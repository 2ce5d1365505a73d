package review

import (
	"fmt"
	"strings"

	"kartei/cmd/internal/show"
)

// text prints a text of the card, and draws its pictures below it where the
// terminal can.
func (q *question) text(markdown string) {
	q.Page.text(markdown)
	if !strings.Contains(markdown, "![") {
		return
	}
	pictures := show.Pictures(markdown)
	if q.Draw == nil {
		if len(pictures) > 0 && q.View != nil {
			q.Page.words(show.Dim, q.keyFor(Open)+" opens the picture")
		}
		return
	}
	for _, picture := range pictures {
		if err := q.Draw(q.card, picture.Address, q.Page.measure()); err != nil {
			q.Page.words(show.Dim, pictureFault(picture, err))
		}
	}
}

func pictureFault(p show.Picture, err error) string {
	return fmt.Sprintf("the picture %s %v", p.Address, err)
}

// view opens the pictures that can be seen by now: those of the answer not
// before it is shown.
func (q *question) view(asking bool) {
	texts := []string{q.card.Prompt}
	if !asking {
		texts = append(texts, q.card.Answer, q.card.Note)
	}
	var pictures []show.Picture
	for _, text := range texts {
		pictures = append(pictures, show.Pictures(text)...)
	}
	switch {
	case len(pictures) == 0:
		q.Page.note(show.Dim, "There is no picture here.")
		return
	case q.View == nil:
		q.Page.note(show.Dim, "Pictures are not opened here.")
		return
	}
	for _, p := range pictures {
		if err := q.View(q.card, p.Address); err != nil {
			q.Page.note(show.Red, pictureFault(p, err))
		}
	}
}
