package exchange

import (
	"context"

	"kartei/store/segment"
)

// writtenElsewhere looks whether another collection writes as this one: a copy of it,
// or that of which this is an old copy. Then this one goes on as a new device.
func (x *exchanger) writtenElsewhere(ctx context.Context) (bool, error) {
	own := x.there[x.current]
	if own == nil {
		return false, nil
	}
	if own.newest() > x.state.Count || own.last() > x.ends[x.current].Seq {
		return true, x.branch(ctx, x.current)
	}
	if own.last() <= x.state.Put[x.current] {
		return false, nil
	}
	// Either the last exchange was broken off after it put them, or somebody else did.
	after, err := x.fork(ctx, x.current)
	if err != nil || after >= own.reach(x.state.Put[x.current]) {
		return false, err
	}
	x.report.Branch = true
	return true, x.Branch(ctx, x.current, after)
}

// branch gives those rows of a device to a new one that are other rows in the place.
func (x *exchanger) branch(ctx context.Context, device string) error {
	after, err := x.fork(ctx, device)
	if err != nil {
		return err
	}
	x.report.Branch = true
	return x.Branch(ctx, device, after)
}

// fork finds the last row of a device up to which the collection and the place agree.
// Where the place goes no further than the collection that is its last one, and where
// it has other rows the one before these.
func (x *exchanger) fork(ctx context.Context, device string) (int64, error) {
	for at := x.state.Put[device]; ; at = 0 {
		after, linked, err := x.agree(ctx, device, min(at, x.ends[device].Seq))
		if err != nil || linked || at == 0 {
			return after, err
		}
	}
}

// agree compares rows after one. Linked is false if that one is not the same already.
func (x *exchanger) agree(ctx context.Context, device string, at int64) (after int64, linked bool, err error) {
	s := x.there[device]
	if s == nil {
		return x.ends[device].Seq, true, nil
	}
	for first := true; ; first = false {
		on := s.next(at)
		ours, err := x.Segment(ctx, device, at)
		if err != nil || ours == nil || len(on) == 0 {
			return x.ends[device].Seq, true, err
		}
		data, err := x.place.Get(ctx, on[0].name, segment.MaxSize)
		if err != nil && !isBroken(err) {
			return at, true, err
		}
		var theirs *segment.Segment
		if err == nil {
			theirs, err = segment.Decode(data)
		}
		if err != nil || theirs.Device != device {
			s.drop(on[0])
			continue
		}
		before := theirs.Prev
		rest := theirs.Rows
		if skip := at + 1 - theirs.First(); skip > 0 {
			before, rest = theirs.Rows[skip-1].Hash, theirs.Rows[skip:]
		}
		if first && before != ours.Prev {
			return at, false, nil
		}
		for i := range min(len(rest), len(ours.Rows)) {
			if rest[i].Hash != ours.Rows[i].Hash {
				return at, true, nil
			}
			at++
		}
	}
}
