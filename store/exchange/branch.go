package exchange

import (
	"context"
	"errors"
	"slices"

	"kartei/store/place"
	"kartei/store/segment"
)

// errAgain is the error of a step after which the exchange begins again.
var errAgain = errors.New("all is to be done again")

// checkHead looks whether another collection writes as this one: a copy of it, or that of
// which this is an old copy.
func (x *exchanger) checkHead(ctx context.Context) error {
	elsewhere, err := x.otherHead(ctx)
	if err != nil || !elsewhere {
		return err
	}
	return x.renew(ctx)
}

// renew makes the collection go on as a new device.
func (x *exchanger) renew(ctx context.Context) error {
	if err := x.Renew(ctx); err != nil {
		return err
	}
	x.report.Branch = true
	return errAgain
}

// otherHead reports whether the newest head is not the one that this collection put.
func (x *exchanger) otherHead(ctx context.Context) (bool, error) {
	own := x.there[x.current]
	if own == nil || own.newest() < x.state.Count {
		return false, nil
	}
	if own.newest() > x.state.Count {
		return true, nil
	}
	if x.state.Count == 0 {
		return false, nil
	}
	data, err := x.place.Get(ctx, segment.HeadName(x.current, x.state.Count), segment.MaxHead)
	if isBroken(err) || errors.Is(err, place.ErrNotFound) {
		return false, nil
	}
	return segment.IsWhole(data) && segment.DigestOf(data) != x.state.Head, err
}

// A Doubt is a row that others have, and this collection has none or another of its number,
// though the log of the device goes as far here.
type Doubt struct {
	Device string `json:"device"`
	segment.End
}

func (x *exchanger) doubt(device string, other segment.End) {
	if d := (Doubt{device, other}); !slices.Contains(x.state.Doubts, d) {
		x.state.Doubts = append(x.state.Doubts, d)
	}
}

// settleDoubts forgets those of which the row has come.
func (x *exchanger) settleDoubts(ctx context.Context) error {
	var open []Doubt
	for _, d := range x.state.Doubts {
		has, err := x.Has(ctx, d.Device, d.End)
		if err != nil {
			return err
		}
		if !has {
			open = append(open, d)
		}
	}
	x.state.Doubts = open
	return nil
}

// doubted reports whether any segment of a device may have other rows than it seems: two
// collections wrote as it.
func (x *exchanger) doubted(device string) bool {
	return x.gaps[device] || slices.ContainsFunc(x.state.Doubts, func(d Doubt) bool { return d.Device == device })
}

// known reports whether a segment was looked into, and is as it was.
func (x *exchanger) known(p span) bool {
	size, known := x.state.Segments[p.name]
	return known && size == p.size
}

// know remembers that the collection has what a segment has.
func (x *exchanger) know(p span) {
	if x.state.Segments == nil {
		x.state.Segments = map[string]int64{}
	}
	x.state.Segments[p.name] = p.size
}

// read reads a segment; nil if it is not whole, or not what its name says.
func (x *exchanger) read(ctx context.Context, s *shelf, p span) (*segment.Segment, error) {
	data, err := x.place.Get(ctx, p.name, segment.MaxSize)
	if err != nil && !isBroken(err) && !errors.Is(err, place.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		if seg, err := p.unpack(s.device, data); err == nil {
			return seg, nil
		}
	}
	s.drop(p)
	return nil, nil
}
