package exchange

import (
	"context"
	"errors"
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

// putLog puts the rows of a device that the place lacks.
func (x *exchanger) putLog(ctx context.Context, e End) error {
	at := x.there[e.Device].reach(0)
	for at < e.Seq {
		seg, err := x.Segment(ctx, e.Device, at)
		if err != nil || seg == nil {
			return err
		}
		if seg.Last() > e.Seq { // written meanwhile: the head does not know of them
			seg.Rows = seg.Rows[:e.Seq-at]
		}
		if err := x.putSegment(ctx, seg, e.Own); err != nil {
			return err
		}
		at = seg.Last()
	}
	if e.Seq > 0 {
		x.state.Put[e.Device] = e.Seq
	}
	return nil
}

// putSegment puts one. If there is one of that name it is the same, unless another
// collection writes as this one.
func (x *exchanger) putSegment(ctx context.Context, seg *segment.Segment, own bool) error {
	data, err := seg.Encode()
	if err != nil {
		return err
	}
	name := segment.Name(seg.Device, seg.First(), seg.Last())
	err = x.place.Put(ctx, name, data)
	if errors.Is(err, place.ErrExists) {
		err = x.compare(ctx, name, seg, own)
	}
	if err == nil && own {
		x.report.Sent += answers(seg.Rows)
		x.report.Rows += len(seg.Rows)
	}
	if err == nil && own && !slices.Contains(x.state.Spans, name) {
		x.state.Spans = append(x.state.Spans, name)
	}
	return err
}

// compare looks whether what is there is what was to be put. If it is not whole it
// makes way.
func (x *exchanger) compare(ctx context.Context, name string, seg *segment.Segment, own bool) error {
	data, err := x.place.Get(ctx, name, segment.MaxSize)
	if err != nil && !isBroken(err) {
		return err
	}
	if err == nil {
		var there *segment.Segment
		if there, err = segment.Decode(data); err == nil {
			if own && there.Rows[len(there.Rows)-1].Hash != seg.Rows[len(seg.Rows)-1].Hash {
				return &fork{seg.Device}
			}
			return nil
		}
	}
	if !own {
		return nil // its writer will see to it
	}
	if data, err = seg.Encode(); err != nil {
		return err
	}
	if err := x.place.Delete(ctx, name); err != nil {
		return err
	}
	return x.place.Put(ctx, name, data)
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

// putHead puts a head, if it says something new. Its number is remembered before it is
// there: a head of a greater one is another collection's.
func (x *exchanger) putHead(ctx context.Context) error {
	own := x.there[x.current]
	h := segment.Head{Set: x.state.Set, Device: x.current, Name: x.state.Name, Count: x.state.Count + 1, At: x.now, Tips: map[string]segment.End{}, Files: maps.Clone(x.state.Files), Quizzes: x.state.OwnQuizzes}
	for _, e := range x.ends {
		if e.Seq > 0 {
			h.Tips[e.Device] = segment.End{Seq: e.Seq, Hash: e.Hash.String()}
		}
		if e.Own && e.Device != x.current {
			h.Own = append(h.Own, e.Device)
		}
	}
	slices.Sort(h.Own)
	if own != nil && own.newest() == x.state.Count && x.state.Count > 0 && maps.Equal(h.Tips, x.state.Tips) && maps.Equal(h.Files, x.state.Told) && x.state.ToldQuizzes == len(h.Quizzes) {
		return nil
	}
	data, err := h.Encode()
	if err != nil {
		return err
	}
	x.state.ToldQuizzes = len(h.Quizzes)
	x.state.Count, x.state.Head, x.state.Tips, x.state.Told = h.Count, segment.DigestOf(data), h.Tips, h.Files
	if err := x.Keep(ctx, x.state); err != nil {
		return err
	}
	name := segment.HeadName(x.current, h.Count)
	err = x.place.Put(ctx, name, data)
	if errors.Is(err, place.ErrExists) { // it is another's, or the answer to this one's was lost
		there, failed := x.place.Get(ctx, name, segment.MaxHead)
		if err = failed; err == nil && segment.DigestOf(there) != x.state.Head {
			return &fork{x.current}
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
