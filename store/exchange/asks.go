package exchange

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"kartei/store/place"
	"kartei/store/segment"
)

// A head asks for what its machine looked for and could not read. Nobody else may have
// noticed: whoever wrote an object does not read it again, and who has it already never.

// maxLacks is how many objects a head asks for at most.
const maxLacks = 100

// lack asks for an object that could not be read, if to put it again would help.
func (x *exchanger) lack(name string, why error) (asked bool) {
	_, _, isSegment := segment.ParseName(name)
	isObject := slices.ContainsFunc([]string{segment.TextName(""), segment.FilesName(""), segment.MediumName(""), segment.QuizName("")},
		func(kind string) bool { return strings.HasPrefix(name, kind) })
	isGone := slices.ContainsFunc([]error{segment.ErrNotWhole, segment.ErrTooLarge, place.ErrTooLarge, place.ErrBroken, place.ErrNotFound},
		func(kind error) bool { return errors.Is(why, kind) })
	if asked = (isSegment || isObject) && isGone; asked {
		x.lacks[name] = true
	}
	return asked
}

// asks are the objects that the head asks for.
func (x *exchanger) asks() []string {
	all := slices.Sorted(maps.Keys(x.lacks))
	return all[:min(len(all), maxLacks)]
}

// isAsked reports whether somebody lacks an object of a kind.
func (x *exchanger) isAsked(kind string) bool {
	for name := range x.asked {
		if strings.HasPrefix(name, kind) {
			return true
		}
	}
	return false
}

// heed looks into the segments that others could not read, of which the rows are here.
// What is not whole is put again then: see putLog.
func (x *exchanger) heed(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(x.asked)) {
		device, _, _ := strings.Cut(strings.TrimPrefix(name, "d/"), "/")
		s := x.there[device]
		if s == nil {
			continue
		}
		at := slices.IndexFunc(s.spans, func(p span) bool { return p.name == name })
		if at < 0 || s.spans[at].last > x.ends[device].Seq {
			continue
		}
		p := s.spans[at]
		seg, err := x.read(ctx, s, p)
		if err != nil {
			return err
		}
		if seg == nil && x.ends[device].Own {
			x.breaks(s, p)
		}
	}
	return nil
}

// breaks notes that a segment of an own device is not whole any more.
func (x *exchanger) breaks(s *shelf, p span) {
	s.broken = append(s.broken, p)
	p.size = -1 // whatever is there is to be read again
	x.know(p)
}
