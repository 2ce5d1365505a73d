package exchange

import (
	"context"
	"errors"

	"kartei/store/place"
	"kartei/store/segment"
)

// takeTexts takes the texts of decks that stand and are not here.
func (x *exchanger) takeTexts(ctx context.Context) error {
	all, err := x.Texts(ctx)
	if err != nil {
		return err
	}
	for i, t := range all {
		if t.Text == t.Here {
			continue
		}
		x.Progress().Tell("taking decks", int64(i), int64(len(all)))
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
// take their place: which of them stands is not known before all rows have come.
func (x *exchanger) putTexts(ctx context.Context) error {
	all, err := x.Texts(ctx)
	if err != nil {
		return err
	}
	for i, t := range all {
		if t.Here == "" || x.state.Texts[t.Deck] == t.Here {
			continue
		}
		x.Progress().Tell("sending decks", int64(i), int64(len(all)))
		lines, err := x.Edition(ctx, t.Deck)
		if err != nil {
			return err
		}
		data, err := segment.EncodeText(lines)
		if err != nil {
			return err
		}
		if err := x.place.Put(ctx, segment.TextName(t.Here), data); err != nil && !errors.Is(err, place.ErrExists) {
			return err
		}
		if err := x.putMedia(ctx, t.Deck); err != nil {
			return err
		}
		if x.state.Texts == nil {
			x.state.Texts = map[string]string{}
		}
		x.state.Texts[t.Deck] = t.Here
	}
	return nil
}
