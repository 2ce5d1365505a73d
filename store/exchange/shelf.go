package exchange

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"kartei/store/place"
	"kartei/store/segment"
)

// A shelf is what a place has of one device.
type shelf struct {
	device string
	heads  []int64 // their numbers, rising
	spans  []span
	broken []span         // own segments that are not whole any more
	strays []place.Object // under names that no machine gives
}

// A span is a segment, by its name.
type span struct {
	first, last int64
	name        string
	size        int64
	copied      bool // it is under a name that a syncer gave it
}

// compare is the order of their first rows, those that go furthest first.
func (p span) compare(q span) int {
	if n := cmp.Or(cmp.Compare(p.first, q.first), cmp.Compare(q.last, p.last)); n != 0 || p.copied == q.copied {
		return n
	}
	if p.copied {
		return 1
	}
	return -1
}

// arrange puts objects on the shelves of their devices, but for those that are known to
// be of no use, by name and size.
func arrange(objects []place.Object, useless map[string]int64) map[string]*shelf {
	all := map[string]*shelf{}
	for _, o := range objects {
		device, _, ok := strings.Cut(strings.TrimPrefix(o.Name, "d/"), "/")
		size, known := useless[o.Name]
		if !ok || segment.CheckDevice(device) != nil || known && size == o.Size {
			continue
		}
		s := all[device]
		if s == nil {
			s = &shelf{device: device}
			all[device] = s
		}
		first, last, isSegment := segment.ParseName(o.Name)
		count, isHead := segment.ParseHeadName(o.Name)
		switch {
		case isSegment:
			s.spans = append(s.spans, span{first, last, o.Name, o.Size, false})
		case isHead:
			s.heads = append(s.heads, count)
		default:
			s.strays = append(s.strays, o)
		}
	}
	for _, s := range all {
		slices.Sort(s.heads)
	}
	return all
}

// newest is the number of the newest head; 0 if there is none.
func (s *shelf) newest() int64 {
	if len(s.heads) == 0 {
		return 0
	}
	return s.heads[len(s.heads)-1]
}

// cover are the segments, no more than it takes, that hold all rows after one, as far as
// there are any without a gap.
func (s *shelf) cover(after int64) []span {
	if s == nil {
		return nil
	}
	return cover(s.spans, after)
}

// cover are those of some segments that hold all rows after one, as far as there are any
// without a gap: of those that go on there always the one that goes furthest.
func cover(spans []span, after int64) (all []span) {
	slices.SortFunc(spans, span.compare)
	for rest := spans; ; {
		var best span
		for len(rest) > 0 && rest[0].first <= after+1 {
			if rest[0].last > best.last {
				best = rest[0]
			}
			rest = rest[1:]
		}
		if best.last <= after {
			return all
		}
		all, after = append(all, best), best.last
	}
}

// reach is how far the segments go without a gap.
func (s *shelf) reach(after int64) int64 {
	if all := s.cover(after); len(all) > 0 {
		return all[len(all)-1].last
	}
	return after
}

// resumes is the first row of a segment after a gap that begins after a row; beyond all
// rows if there is none.
func (s *shelf) resumes(after int64) int64 {
	first := int64(math.MaxInt64)
	for i := 0; s != nil && i < len(s.spans); i++ {
		if s.spans[i].first > after {
			first = min(first, s.spans[i].first)
		}
	}
	return first
}

// drop forgets a segment that is not whole, or is gone.
func (s *shelf) drop(p span) {
	s.spans = slices.DeleteFunc(s.spans, func(q span) bool { return q == p })
}
