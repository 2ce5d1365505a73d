package exchange

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kartei/store/place"
	"kartei/store/segment"
)

// A fork says that another collection wrote as a device of this one.
type fork struct{ device string }

func (f *fork) Error() string { return ErrForked.Error() }
func (f *fork) Unwrap() error { return ErrForked }

// checkOwn looks whether another collection writes as this one, or did: a copy of it, or
// that of which this is an old copy. The error is a [fork] then.
func (x *exchanger) checkOwn(ctx context.Context) error {
	elsewhere, err := x.otherHead(ctx)
	if err == nil && elsewhere {
		err = &fork{x.current}
	}
	for _, device := range slices.Sorted(maps.Keys(x.there)) {
		if err == nil && x.ends[device].Own {
			err = x.checkSpans(ctx, x.there[device])
		}
	}
	return err
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

// checkSpans looks into the segments of an own device that this collection did not put, or
// that are of another size now. Either the last exchange was broken off after it put one,
// or somebody else did, or something has become of it.
func (x *exchanger) checkSpans(ctx context.Context, s *shelf) error {
	for _, p := range slices.Clone(s.spans) {
		size, known := x.state.Segments[p.name]
		if known && size == p.size || s.device != x.current && p.first > x.ends[s.device].Seq {
			continue
		}
		seg, err := x.read(ctx, s, p)
		if err != nil {
			return err
		}
		if seg == nil {
			if known {
				s.broken = append(s.broken, p)
			}
			continue
		}
		same, err := x.same(ctx, seg)
		switch {
		case err != nil:
			return err
		case same == p.last:
			x.state.holds(p)
		case s.device == x.current || same < min(p.last, x.ends[s.device].Seq):
			return &fork{s.device}
		}
	}
	return nil
}

// branch gives those rows of a device to a new one that are other rows in the place. It
// reports whether anything is otherwise now.
func (x *exchanger) branch(ctx context.Context, device string) (bool, error) {
	if err := x.readEnds(ctx); err != nil { // some rows may have come meanwhile
		return false, err
	}
	after, err := x.agree(ctx, device)
	if err != nil || device != x.current && after >= x.ends[device].Seq {
		return false, err
	}
	x.report.Branch = true
	return true, x.Branch(ctx, device, after)
}

// agree finds the last row of a device up to which the collection and the place agree:
// its last one here, where the place has no other rows.
func (x *exchanger) agree(ctx context.Context, device string) (at int64, err error) {
	at = x.ends[device].Seq
	s := x.there[device]
	if s == nil {
		return at, nil
	}
	for _, p := range slices.Clone(s.spans) {
		if p.first > at {
			continue
		}
		seg, err := x.read(ctx, s, p)
		if err != nil {
			return at, err
		}
		if seg == nil {
			continue
		}
		same, err := x.same(ctx, seg)
		if err != nil {
			return at, err
		}
		if same < p.last {
			at = min(at, same)
		}
	}
	return at, nil
}

// read reads a segment; nil if it is not whole, or not what its name says.
func (x *exchanger) read(ctx context.Context, s *shelf, p span) (*segment.Segment, error) {
	data, err := x.place.Get(ctx, p.name, segment.MaxSize)
	if err != nil && !isBroken(err) && !errors.Is(err, place.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		seg, err := segment.Decode(data)
		if err == nil && seg.Device == s.device && seg.First() == p.first && seg.Last() == p.last {
			return seg, nil
		}
	}
	s.drop(p)
	return nil, nil
}

// same is the last row of a segment that the collection has, too, or the one before its
// first.
func (x *exchanger) same(ctx context.Context, theirs *segment.Segment) (at int64, err error) {
	at = theirs.First() - 1
	ours, err := x.Segment(ctx, theirs.Device, at)
	if err != nil || ours == nil {
		return at, err
	}
	for i := range min(len(theirs.Rows), len(ours.Rows)) {
		if theirs.Rows[i].Hash != ours.Rows[i].Hash {
			break
		}
		at++
	}
	return at, nil
}
