package anki

import (
	"errors"
	"fmt"
	"slices"

	"kartei/decks"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
)

// errShared is of a sentence that a field holds with deletions of other facts, in another way
// than it came.
var errShared = errors.New("its sentence has deletions of other cards in Anki, and was edited where they begin or end; edit it there")

// A piece is a stretch of a sentence that a fact of one card has of a field with
// deletions of others, which lose their braces there.
type piece struct {
	full, own, size int  // where it begins in both, and how long it is
	answer          bool // it is what a deletion of another card hides
}

// sharedSentence is the field of a sentence, as the fact language has it, with what was edited in the
// sentence of a fact. It is not shared if the field has no deletions but those of the
// fact's cards, or the fact has them all.
func (o *Origin) sharedSentence(f *decks.Fact, field string) (text string, shared bool, err error) {
	for _, media := range mediaFolders(f.File) {
		full := compiled(line{key: syntax.Cloze, value: newConverter(media).markdown(field, true)}).Text
		own, _ := ownSentence(full, o.Cards)
		switch o.said(Front) {
		case textSum([]string{full}):
			return "", false, nil
		case textSum([]string{own}):
			text, ok := inPiece(full, f.Cards[0].Text, o.Cards)
			if !ok {
				return "", true, errShared
			}
			return text, true, nil
		}
		shared = shared || full != own
	}
	if shared {
		err = errShared
	}
	return "", shared, err
}

// ownSentence is a sentence in which deletions of other cards lose their braces, and those of
// several cards the others' numbers.
func ownSentence(full string, cards []OriginCard) (own string, pieces []piece) {
	at := 0
	add := func(end int, answer bool) {
		pieces = append(pieces, piece{at, len(own), end - at, answer})
		own += full[at:end]
	}
	for _, d := range syntax.Deletions(full) {
		mine := slices.IndexFunc(cards, func(c OriginCard) bool { return d.Has(c.Ordinal + 1) })
		switch {
		case mine < 0:
			add(d.Start, false)
			at = d.Answer.Start
			add(d.Answer.End, true)
			at = d.End
		case len(d.More) > 0 && len(cards) == 1:
			add(d.Start, false)
			at = d.Answer.Start
			own += fmt.Sprintf("{{%d::", cards[mine].Ordinal+1)
		}
	}
	add(len(full), false)
	return own, pieces
}

// inPiece is a sentence with what was edited in it as a fact of some of its cards has it, if
// the edit lies in one piece, and the fact says then what it is to say.
func inPiece(full, is string, cards []OriginCard) (string, bool) {
	own, pieces := ownSentence(full, cards)
	start, end := edited(own, is)
	found := -1
	for i, p := range pieces {
		if p.own <= start && len(own)-end <= p.own+p.size && (found < 0 || !p.answer) {
			found = i
		}
	}
	if found < 0 {
		return "", false
	}
	p := pieces[found]
	text := full[:p.full+start-p.own] + is[start:len(is)-end] + full[p.full+len(own)-end-p.own:]
	says, _ := ownSentence(text, cards)
	return text, says == is
}

// edited is how much two texts have in common in front and behind.
func edited(was, is string) (front, behind int) {
	for front < min(len(was), len(is)) && was[front] == is[front] {
		front++
	}
	for behind < min(len(was), len(is))-front && was[len(was)-1-behind] == is[len(is)-1-behind] {
		behind++
	}
	return front, behind
}

// compiled is the card of a fact of the fact language; without texts where it has errors.
func compiled(lines ...line) decks.Card {
	var scratch deckFileMaker
	scratch.fact(lines)
	c, err := decks.Compile(memfs.Files{"fact.md": []byte(scratch.out.String())})
	if err != nil || len(c.Decks) == 0 || len(c.Decks[0].Facts) == 0 || len(c.Decks[0].Facts[0].Cards) == 0 {
		return decks.Card{}
	}
	return c.Decks[0].Facts[0].Cards[0]
}
