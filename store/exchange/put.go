package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/store/journal"
	"kartei/store/place"
	"kartei/store/segment"
)

// put writes into the place what it does not have: rows of whatever device, since who
// wrote them may never come back, and a head that says so.
func (x *exchanger) put(ctx context.Context) error {
	if x.state.Put == nil {
		x.state.Put = map[string]int64{}
	}
	for _, device := range slices.Sorted(maps.Keys(x.ends)) {
		if err := x.putLog(ctx, x.ends[device]); err != nil {
			return err
		}
	}
	return x.putHead(ctx)
}

// putLog puts the rows of a device that the place lacks, also such as it has lost.
func (x *exchanger) putLog(ctx context.Context, e End) error {
	s := x.shelf(e.Device)
	for at := s.reach(0); at < e.Seq; at = s.reach(at) {
		x.Progress().Tell("sending what is new", at, e.Seq)
		// Rows after the end were written meanwhile: the head does not know of them.
		sent, err := x.putRows(ctx, e.Device, at, min(e.Seq, s.resumes(at)-1))
		if err != nil {
			return err
		}
		if e.Own {
			x.report.Sent += answers(sent)
			x.report.Rows += len(sent)
		}
		at += int64(len(sent))
	}
	if e.Seq > 0 {
		x.state.Put[e.Device] = e.Seq
	}
	return nil
}

// shelf is what the place has of a device.
func (x *exchanger) shelf(device string) *shelf {
	if x.there[device] == nil {
		x.there[device] = &shelf{device: device}
	}
	return x.there[device]
}

// putRows puts a segment of rows of a device, those after one and up to another, or as
// many as a segment has, and returns them.
func (x *exchanger) putRows(ctx context.Context, device string, after, last int64) ([]journal.Row, error) {
	seg, err := x.Segment(ctx, device, after)
	if err != nil {
		return nil, err
	}
	if seg == nil || seg.First() != after+1 {
		return nil, fmt.Errorf("%s has no row %d", device, after+1)
	}
	seg.Rows = seg.Rows[:min(int64(len(seg.Rows)), last-after)]
	return seg.Rows, x.putSegment(ctx, seg, x.ends[device].Own)
}

// putSegment puts one. If there is one of that name it is the same, unless another
// collection writes as this one. One of an own device that is not whole makes way; beside
// one of another device the rows are put in halves.
func (x *exchanger) putSegment(ctx context.Context, seg *segment.Segment, own bool) error {
	data, err := seg.Encode()
	if err != nil {
		return err
	}
	s := x.shelf(seg.Device)
	p := span{seg.First(), seg.Last(), segment.Name(seg.Device, seg.First(), seg.Last()), int64(len(data)), false}
	err = x.place.Put(ctx, p.name, data)
	if errors.Is(err, place.ErrExists) {
		there, failed := x.read(ctx, s, p)
		switch err = failed; {
		case err != nil:
		case there != nil:
			err = x.agrees(p.name, seg, there)
		case own:
			err = x.replace(ctx, p.name, data)
		case len(seg.Rows) > 1:
			return x.putHalves(ctx, seg)
		}
	}
	if err != nil {
		return err
	}
	s.spans = append(s.spans, p)
	s.broken = slices.DeleteFunc(s.broken, func(q span) bool { return q.name == p.name })
	if own {
		x.know(p)
	}
	return nil
}

// replace puts what is there and not whole again.
func (x *exchanger) replace(ctx context.Context, name string, data []byte) error {
	if err := x.place.Delete(ctx, name); err != nil {
		return err
	}
	return x.place.Put(ctx, name, data)
}

func (x *exchanger) putHalves(ctx context.Context, seg *segment.Segment) error {
	half := len(seg.Rows) / 2
	for _, part := range []*segment.Segment{{Device: seg.Device, Prev: seg.Prev, Rows: seg.Rows[:half]},
		{Device: seg.Device, Prev: seg.Rows[half-1].Hash, Rows: seg.Rows[half:]}} {
		if err := x.putSegment(ctx, part, false); err != nil {
			return err
		}
	}
	return nil
}

// agrees begins again where what is there has other rows than were to be put.
func (x *exchanger) agrees(name string, seg, there *segment.Segment) error {
	end := segment.End{Seq: there.Last(), Hash: there.Rows[len(there.Rows)-1].Hash.String()}
	if end.Hash == seg.Rows[len(seg.Rows)-1].Hash.String() {
		return nil
	}
	return x.differs(name, seg.Device, end)
}

// differs begins again, once, as an object turned out to have rows that are not here.
func (x *exchanger) differs(name, device string, end segment.End) error {
	if x.unlike[name] {
		x.left(name, device, ErrForked)
		return nil
	}
	x.unlike[name] = true
	x.doubt(device, end)
	return errAgain
}

// answers counts those among rows.
func answers(rows []journal.Row) (n int) {
	for i := range rows {
		if rows[i].Kind == journal.KindGrade && rows[i].Mode == journal.ModeReview {
			n++
		}
	}
	return n
}

// told reports whether a head says what the last one said.
func (s *State) told(h *segment.Head) bool {
	return maps.Equal(h.Tips, s.Tips) && maps.Equal(h.Files, s.Told) && h.Name == s.ToldName && len(h.Quizzes) == s.ToldQuizzes &&
		slices.Equal(h.Lacks, s.Lacks)
}

// tell remembers what a head says.
func (s *State) tell(h *segment.Head) {
	s.Tips, s.Told, s.ToldName, s.ToldQuizzes, s.Lacks = h.Tips, h.Files, h.Name, len(h.Quizzes), h.Lacks
}

// putHead puts a head, if it says something new. Its number is remembered before it is
// there: a head of a greater one is another collection's.
func (x *exchanger) putHead(ctx context.Context) error {
	own := x.there[x.current]
	h := segment.Head{Set: x.state.Set, Device: x.current, Name: x.state.Name, Count: x.state.Count + 1, At: x.now, Tips: map[string]segment.End{}, Files: maps.Clone(x.state.Files), Own: x.former(), Quizzes: x.state.OwnQuizzes, Lacks: x.asks()}
	for _, e := range x.ends {
		if e.Seq > 0 {
			h.Tips[e.Device] = segment.End{Seq: e.Seq, Hash: e.Hash.String()}
		}
	}
	if own != nil && own.newest() == x.state.Count && x.state.Count > 0 && x.state.told(&h) {
		return nil
	}
	data, err := h.Encode()
	if err != nil {
		return err
	}
	x.state.tell(&h)
	x.state.Count, x.state.Head = h.Count, segment.DigestOf(data)
	if err := x.Keep(ctx, x.state); err != nil {
		return err
	}
	name := segment.HeadName(x.current, h.Count)
	err = x.place.Put(ctx, name, data)
	if errors.Is(err, place.ErrExists) { // it is another's, or the answer to this one's was lost
		there, failed := x.place.Get(ctx, name, segment.MaxHead)
		if err = failed; err == nil && segment.DigestOf(there) != x.state.Head {
			return x.renew(ctx)
		}
	}
	if err != nil || own == nil {
		return err
	}
	for _, count := range own.heads {
		if err := x.place.Delete(ctx, segment.HeadName(x.current, count)); err != nil {
			return err
		}
	}
	return nil
}
