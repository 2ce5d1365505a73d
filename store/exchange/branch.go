package exchange

import (
	"context"
	"errors"

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

// doubt remembers that others have a row of a device that is not here, though the log of
// the device goes as far here.
func (x *exchanger) doubt(device string, other segment.End) {
	if x.state.Doubts == nil {
		x.state.Doubts = map[string]segment.End{}
	}
	x.state.Doubts[device] = other
}

// settleDoubts forgets those of which the row has come.
func (x *exchanger) settleDoubts(ctx context.Context) error {
	for device, other := range x.state.Doubts {
		has, err := x.Has(ctx, device, other)
		if err != nil {
			return err
		}
		if has {
			delete(x.state.Doubts, device)
		}
	}
	return nil
}

// suspect reports whether segments of a device that end where the log here goes further
// may have other rows: two collections may have written as it.
func (x *exchanger) suspect(device string) bool {
	_, doubted := x.state.Doubts[device]
	return doubted || x.ends[device].Own
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
