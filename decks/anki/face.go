package anki

import (
	"slices"
	"strings"
	"unicode"
)

// A face is a card as it is shown.
type face struct {
	card             foreignCard
	prompt, answer   string
	note             string // what is said with the answer; may be empty
	hint             string
	typed            bool
	answerHTML, html string
	hintHTML         string
	noteHTML         string
}

// faces renders the cards of a note that can be asked.
func (im *importer) faces(n foreignNote) []face {
	values := n.values(n.cards[0])
	var faces []face
	for _, card := range n.cards {
		if card.ordinal < 0 || card.ordinal >= len(n.kind.templates) {
			im.losses.add("card without a template", n.label())
			continue
		}
		n.addCard(values, card)
		f, err := im.face(n.kind.templates[card.ordinal], values)
		f.card = card
		switch {
		case err != nil:
			im.losses.add("card that is too long", n.label())
		case f.prompt == "":
			im.losses.add("card without a question", n.label())
		case max(len(f.prompt), len(f.answer), len(f.hint), len(f.note)) > maxText:
			im.losses.add("card that is too long", n.label())
		default:
			switch f.answer {
			case "":
				im.losses.add("question without an answer", f.prompt)
				f.answer = "—"
			case f.prompt:
				im.losses.add("card whose answer says the same as its question", f.prompt)
			}
			faces = append(faces, f)
		}
	}
	return faces
}

// face renders a card.
func (im *importer) face(t template, values map[string]string) (face, error) {
	front, err := render(t.question, values, scene{front: true})
	if err != nil {
		return face{}, err
	}
	back, err := render(t.answer, values, scene{})
	if err != nil {
		return face{}, err
	}
	above, below := parted(back.html, front.html)
	f := face{html: front.html, answerHTML: below, prompt: im.text(front.html), answer: im.text(below)}
	f.hintHTML = strings.Join(slices.Concat(front.hints, back.hints), "<br>")
	f.hint = im.text(f.hintHTML)
	if !blank(above) {
		f.note, f.noteHTML = unsaid(im.text(above), f.prompt), above
	}
	if f.answer == "" {
		f.answer, f.note, f.answerHTML = f.note, "", above
	}
	if front.typed != "" {
		im.typeIn(&f, typedText(values[front.typed]))
	}
	return f, nil
}

// typeIn makes a card one whose answer is typed: right is what Anki compares with it,
// and what the back says beside is the note.
func (im *importer) typeIn(f *face, field string) {
	expected := im.text(field)
	if expected == "" {
		return
	}
	said := unsaid(f.answer, expected, f.prompt)
	if f.note != "" && said != "" {
		f.note += "\n\n"
	}
	f.note, f.noteHTML = f.note+said, f.noteHTML+f.answerHTML
	f.typed, f.answer, f.answerHTML = true, expected, field
}

// unsaid are the lines of a text that do more than repeat other texts or lines of them.
func unsaid(text string, others ...string) string {
	said := map[string]bool{}
	for _, other := range others {
		said[letters(other)] = true
		for line := range strings.SplitSeq(other, "\n") {
			said[letters(line)] = true
		}
	}
	delete(said, "") // pictures and signs
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return said[letters(line)] })
	return strings.TrimSuffix(strings.Trim(strings.Join(lines, "\n"), " \n"), "\\")
}

// letters are the signs of a text without its markup, and without the colon or so with
// which it ends.
func letters(text string) string {
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*_`\\", r) {
			return -1
		}
		return r
	}, text), ":.;,–—-")
}
