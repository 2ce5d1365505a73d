package review

import (
	"fmt"
	"strings"

	"kartei/cmd/internal/show"
)

// text prints a text of the card, and draws its pictures below it where the
// terminal can.
func (t *turn) text(markdown string) {
	t.Page.text(markdown)
	if !strings.Contains(markdown, "![") {
		return
	}
	pictures := show.Pictures(markdown)
	if t.Draw == nil {
		if len(pictures) > 0 && t.View != nil {
			t.Page.words(show.Dim, t.reach(Open)+" opens the picture")
		}
		return
	}
	for _, picture := range pictures {
		if err := t.Draw(t.card, picture.Address, t.Page.measure()); err != nil {
			t.Page.words(show.Dim, pictureFault(picture, err))
		}
	}
}

func pictureFault(p show.Picture, err error) string {
	return fmt.Sprintf("the picture %s %v", p.Address, err)
}

// view opens the pictures that can be seen by now: those of the answer not
// before it is shown.
func (t *turn) view(asking bool) {
	texts := []string{t.card.Prompt}
	if !asking {
		texts = append(texts, t.card.Answer, t.card.Note)
	}
	var pictures []show.Picture
	for _, text := range texts {
		pictures = append(pictures, show.Pictures(text)...)
	}
	switch {
	case len(pictures) == 0:
		t.Page.note(show.Dim, "There is no picture here.")
		return
	case t.View == nil:
		t.Page.note(show.Dim, "Pictures are not opened here.")
		return
	}
	for _, p := range pictures {
		if err := t.View(t.card, p.Address); err != nil {
			t.Page.note(show.Red, pictureFault(p, err))
		}
	}
}
