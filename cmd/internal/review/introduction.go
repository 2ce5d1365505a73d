package review

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/reading"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// introduce shows what introduces the sections of a new card, once: before the first
// question about it, with time to read.
func (r *Run) introduce(ctx context.Context, card store.Card) error {
	if card.State != scheduler.New {
		return nil
	}
	unseen, err := r.unseen(ctx, card.DeckID)
	if err != nil {
		return err
	}
	var about []store.Introduction
	for _, i := range unseen {
		if decks.Within(card.Section, i.Section) {
			about = append(about, i)
		}
	}
	if len(about) == 0 {
		return nil
	}
	if err := r.showIntroductions(ctx, card, about); err != nil {
		return err
	}
	r.introductions[card.DeckID] = slices.DeleteFunc(unseen,
		func(i store.Introduction) bool { return decks.Within(card.Section, i.Section) })
	err = r.write(ctx, func(ctx context.Context) error { return r.Store.MarkIntroduced(ctx, r.Now(), about) })
	for _, reason := range []error{errUnrecorded, store.ErrFull, store.ErrBusy} {
		if errors.Is(err, reason) {
			return nil // it is shown once more in a later session
		}
	}
	return err
}

// unseen are the introductions of a deck that the learner has not seen yet.
func (r *Run) unseen(ctx context.Context, deck int64) ([]store.Introduction, error) {
	if found, known := r.introductions[deck]; known {
		return found, nil
	}
	found, err := r.Store.Introductions(ctx, deck)
	if r.introductions == nil {
		r.introductions = map[int64][]store.Introduction{}
	}
	r.introductions[deck] = found
	return found, err
}

// showIntroductions prints them and waits until they are read. Plain lines do not wait:
// what is read aloud is over when the question comes.
func (r *Run) showIntroductions(ctx context.Context, card store.Card, all []store.Introduction) error {
	for {
		if r.Clear {
			r.Page.clear()
		}
		r.say()
		for _, i := range all {
			r.printIntroduction(card, i)
		}
		if err := r.planDay(ctx); err != nil || r.Plain {
			return err
		}
		leave := r.Keys.leave(Undo, Quit)
		if _, taken := leave[redrawKey]; !taken {
			leave[redrawKey] = redraw
		}
		leave[keys.Continue] = resumed
		_, err := r.Ask.Menu(ctx, ask.Menu{
			Items: []ask.Item{{Label: "Go on", Detail: "to the question", Keys: r.Keys.show()}},
			Leave: leave,
		})
		switch {
		case errors.Is(err, redraw):
			r.Page.clear()
		case errors.Is(err, resumed):
		case errors.Is(err, ask.Command(Undo)):
			if err := r.undo(ctx); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

// longestIntroduction is how many characters of an introduction are shown before a
// question; the whole is to be read in its deck.
const longestIntroduction = 1500

func (r *Run) printIntroduction(card store.Card, i store.Introduction) {
	p := r.Page
	p.line(show.Blue, "%s", strings.Join(append([]string{card.Deck}, i.Section...), " › "))
	p.blank()
	room := longestIntroduction
	for n := range i.Passages {
		passage := i.Passages[n]
		more := shorten(&passage, room, n == 0)
		if passage.Text != "" || len(passage.Rows) > 0 {
			p.print(reading.Passage(p.layout(), &passage, nil))
			r.drawPictures(card, &passage)
			p.blank()
		}
		if more {
			p.note(show.Dim, "It goes on: "+readCommand(card.Deck, i.Section))
			return
		}
		room -= sizeOf(&passage)
	}
}

// shorten leaves of a passage what there is room for, so many characters, and reports
// whether that is not all. Of the first one a part is shown, of any other all or nothing.
func shorten(p *decks.Passage, room int, first bool) (more bool) {
	if sizeOf(p) <= room {
		return false
	}
	if !first {
		p.Text, p.Rows = "", nil
		return true
	}
	if text := []rune(p.Text); len(text) > room {
		p.Text = string(text[:room])
		p.Text = p.Text[:max(strings.LastIndexAny(p.Text, " \n"), 0)] + " …"
	}
	for n, row := range p.Rows {
		if room -= sizeOfRow(row); room < 0 && n > 0 {
			p.Rows = p.Rows[:n]
			break
		}
	}
	return true
}

// sizeOf is how many characters a passage has.
func sizeOf(p *decks.Passage) int {
	size := utf8.RuneCountInString(p.Text)
	for _, row := range p.Rows {
		size += sizeOfRow(row)
	}
	return size
}

func sizeOfRow(r decks.Row) (size int) {
	for _, cell := range r.Cells {
		size += utf8.RuneCountInString(cell)
	}
	return size
}

// readCommand is what shows a section as a whole.
func readCommand(deck string, section []string) string {
	command := "kartei read " + deck
	if len(section) > 0 {
		command += " " + fault.ShellWord(section[len(section)-1])
	}
	return command
}

// drawPictures draws the pictures of a passage, where the terminal can.
func (r *Run) drawPictures(card store.Card, passage *decks.Passage) {
	if r.Draw == nil || passage.IsTable() {
		return
	}
	card.File = passage.File
	for _, picture := range show.Pictures(passage.Text) {
		if err := r.Draw(card, picture.Address, r.Page.measure()); err != nil {
			r.Page.words(show.Dim, openingFault("picture", picture, err))
		}
	}
}
