package exchange

import (
	"context"
	"slices"

	"kartei/store/segment"
)

// A device puts a segment whenever it has something new: ten thousand in ten years. So
// its segments are merged as they grow old: those at the end of its log, the newest left
// out, go into one as long as none is larger than all after it. Then each that remains is
// larger than all after it, so there are few; and whenever a row is put once more it is
// in a segment at least twice as large, so that is not often. One that is full stays.
//
// Only whoever writes as the device does this, from its log. The merged segment is there
// before its parts go, and nothing goes that has not been read and found to hold what the
// log has.

// tidy merges segments of the device as which the collection writes, and removes what is
// of no use any more.
func (x *exchanger) tidy(ctx context.Context) error {
	s := x.shelf(x.current)
	if first, last, ripe := ripe(s.cover(0)); ripe {
		if _, err := x.putRows(ctx, s.device, first-1, last); err != nil {
			return err
		}
	}
	if err := x.removeParts(ctx, s); err != nil {
		return err
	}
	for _, s := range x.there {
		for _, p := range s.broken {
			if p.last > x.ends[s.device].Seq {
				continue
			}
			if err := x.remove(ctx, s, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// ripe tells which rows go into one segment now.
func ripe(chain []span) (first, last int64, ripe bool) {
	if len(chain) == 0 {
		return 0, 0, false
	}
	var after int64
	old := chain[:len(chain)-1]
	for i, p := range slices.Backward(old) {
		size := p.last - p.first + 1
		if size == segment.MaxRows || i < len(old)-1 && size > after {
			break
		}
		first, after = p.first, after+size
		ripe = i < len(old)-1
	}
	if ripe {
		last = min(old[len(old)-1].last, first+segment.MaxRows-1)
	}
	return first, last, ripe
}

// maxRemoved is how many segments are removed in one exchange, so that none takes long.
const maxRemoved = 16

// removeParts removes segments whose rows are in others.
func (x *exchanger) removeParts(ctx context.Context, s *shelf) error {
	kept := map[span]bool{}
	for _, p := range s.cover(0) {
		kept[p] = true
	}
	removed := 0
	for _, p := range slices.Clone(s.spans) {
		if removed == maxRemoved || p.last > x.ends[s.device].Seq || kept[p] {
			continue
		}
		removed++
		_, known := x.state.Segments[p.name]
		part, err := x.read(ctx, s, p)
		if err != nil {
			return err
		}
		if part == nil {
			if known {
				x.breaks(s, p)
			}
			continue
		}
		end := segment.End{Seq: p.last, Hash: part.Rows[len(part.Rows)-1].Hash.String()} // which covers all before it
		has, err := x.Has(ctx, s.device, end)
		if err != nil {
			return err
		}
		if !has && !p.copied {
			delete(x.state.Segments, p.name)
			if err := x.differs(p.name, s.device, end); err != nil {
				return err
			}
		}
		if !has {
			continue
		}
		if err := x.remove(ctx, s, p); err != nil {
			return err
		}
	}
	return nil
}

func (x *exchanger) remove(ctx context.Context, s *shelf, p span) error {
	s.drop(p)
	delete(x.state.Segments, p.name)
	delete(x.state.Copies, p.name)
	return x.place.Delete(ctx, p.name)
}
