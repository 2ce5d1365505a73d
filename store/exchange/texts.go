package exchange

import (
	"context"
	"errors"

	"kartei/store/place"
	"kartei/store/segment"
)

// readTexts reads which texts stand, and which are here, unless that is known.
func (x *exchanger) readTexts(ctx context.Context) (err error) {
	if x.texts == nil {
		x.texts, err = x.Texts(ctx)
	}
	return err
}

// takeTexts takes the texts of decks that stand and are not here.
func (x *exchanger) takeTexts(ctx context.Context) error {
	if err := x.readTexts(ctx); err != nil {
		return err
	}
	for i, t := range x.texts {
		if t.Text == t.Here {
			continue
		}
		x.Progress().Tell("taking decks", int64(i), int64(len(x.texts)))
		lines, err := x.getText(ctx, t)
		if errors.Is(err, place.ErrNotFound) || isBroken(err) {
			x.left(segment.TextName(t.Text), "", err)
			continue
		}
		if err != nil {
			return err
		}
		name, err := x.TakeText(ctx, t, lines)
		if isBroken(err) {
			x.left(segment.TextName(t.Text), "", err)
			continue
		}
		if err != nil {
			return err
		}
		if name != "" {
			x.report.Decks = append(x.report.Decks, name)
			x.report.from(t.Device, x.state.Machine(t.Device)).Decks++
		}
	}
	return nil
}

func (x *exchanger) getText(ctx context.Context, t Text) ([]byte, error) {
	if t.Text == "" {
		return nil, nil
	}
	data, err := x.place.Get(ctx, segment.TextName(t.Text), segment.MaxText)
	if err != nil {
		return nil, err
	}
	return segment.DecodeText(data)
}

// putTexts puts the texts that are here, before the rows that name them, and before others
// take their place: which of them stands is not known before all rows have come. With a
// text go its pictures, and they go, too, when they change and the text does not.
func (x *exchanger) putTexts(ctx context.Context) error {
	x.texts = nil
	if err := x.readTexts(ctx); err != nil {
		return err
	}
	marks, err := x.MediaMarks(ctx)
	if err != nil {
		return err
	}
	for i, t := range x.texts {
		if t.Here == "" {
			continue
		}
		other := x.state.Texts[t.Deck] != t.Here
		if other || x.asked[segment.TextName(t.Here)] {
			x.Progress().Tell("sending decks", int64(i), int64(len(x.texts)))
			if err := x.putText(ctx, t); err != nil {
				return err
			}
		}
		mark, here := marks[t.Deck]
		if !here { // they may be again
			mark = x.state.Marks[t.Deck]
		}
		if other || x.state.Marks[t.Deck] != mark || x.isAsked("m/") || x.isAsked("f/") {
			if err := x.putMedia(ctx, t.Deck); err != nil {
				return err
			}
		}
		x.state.has(t.Deck, t.Here, mark)
	}
	return nil
}

func (x *exchanger) putText(ctx context.Context, t Text) error {
	lines, err := x.Edition(ctx, t.Deck)
	if err != nil {
		return err
	}
	data, err := segment.EncodeText(lines)
	if err != nil {
		return err
	}
	_, err = x.putObject(ctx, segment.TextName(t.Here), data)
	return err
}

// has remembers that the place has a text of a deck, and its pictures as they look now.
func (s *State) has(deck, text, mark string) {
	if s.Texts == nil {
		s.Texts = map[string]string{}
	}
	if s.Marks == nil {
		s.Marks = map[string]string{}
	}
	s.Texts[deck], s.Marks[deck] = text, mark
}
