package review

import (
	"fmt"
	"slices"
	"strings"

	"kartei/cmd/internal/picture"
	"kartei/cmd/internal/show"
)

// PictureRows is how high a picture may be, so that its question stays on the
// screen.
const PictureRows = 14

// text prints a text of the card, draws its pictures below it where the terminal
// can, and says what opens them, and what plays sound and video.
func (q *question) text(style show.Style, markdown string) {
	q.Page.text(style, markdown)
	if !strings.Contains(markdown, "](") {
		return
	}
	pictures, recordings := show.Pictures(markdown), recordingsOf(markdown)
	if q.Draw != nil {
		for _, p := range pictures {
			if err := q.Draw(q.card, p.Address, q.Page.measure()); err != nil {
				q.Page.words(show.Dim, openingFault("picture", p, err))
			}
			q.Page.rows += PictureRows
		}
	}
	switch {
	case q.View == nil:
	case len(recordings) > 0:
		q.Page.words(show.Dim, q.keyFor(Open)+" plays it")
	case len(pictures) > 0 && q.Draw == nil:
		q.Page.words(show.Dim, q.keyFor(Open)+" opens the picture")
	}
}

// recordingsOf returns the sounds and videos of a text, in order.
func recordingsOf(markdown string) []show.Picture {
	return slices.DeleteFunc(show.Links(markdown), func(l show.Picture) bool { return !picture.IsRecording(l.Address) })
}

func openingFault(what string, p show.Picture, err error) string {
	return fmt.Sprintf("the %s %s %v", what, p.Address, err)
}

// view opens the pictures, sounds and videos that can be seen by now: those of the
// answer not before it is shown. Sounds are heard one after the other, those of the
// question first.
func (q *question) view(asking bool) {
	texts := []string{q.card.Prompt}
	if !asking {
		texts = append(append(texts, q.card.Answer), q.card.Items...)
		texts = append(texts, q.card.Note)
	}
	var recordings []string
	found := false
	for _, text := range texts {
		found = q.viewAll(show.Pictures(text)) || found
		for _, r := range recordingsOf(text) {
			if !slices.Contains(recordings, r.Address) { // what the answer repeats is heard once
				recordings = append(recordings, r.Address)
			}
		}
	}
	switch {
	case !found && recordings == nil:
		q.Page.note(show.Dim, "There is no picture, sound or video here.")
	case q.View == nil:
		q.Page.note(show.Dim, "Pictures, sounds and videos are not opened here.")
	case recordings != nil:
		if err := q.Play(q.card, recordings); err != nil {
			q.Page.note(show.Red, fmt.Sprintf("the recording %v", err))
		}
	}
}

// viewAll opens each of some pictures, and reports whether there are any.
func (q *question) viewAll(all []show.Picture) bool {
	for _, p := range all {
		if q.View == nil {
			break
		}
		if err := q.View(q.card, p.Address); err != nil {
			q.Page.note(show.Red, openingFault("picture", p, err))
		}
	}
	return len(all) > 0
}
