package exchange

import (
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
	strays []place.Object // under names that no machine gives
}

// A span is a segment, by its name.
type span struct {
	first, last int64
	name        string
	size        int64
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
			s.spans = append(s.spans, span{first, last, o.Name, o.Size})
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

// next are the segments that go on after a row, those that go furthest first.
func (s *shelf) next(after int64) []span {
	var on []span
	for _, p := range s.spans {
		if p.first <= after+1 && p.last > after {
			on = append(on, p)
		}
	}
	slices.SortStableFunc(on, func(a, b span) int { return int(min(max(b.last-a.last, -1), 1)) })
	return on
}

// reach is how far the segments go without a gap.
func (s *shelf) reach(after int64) int64 {
	if s == nil {
		return after
	}
	for {
		on := s.next(after)
		if len(on) == 0 {
			return after
		}
		after = on[0].last
	}
}
