package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"kartei/store/place"
	"kartei/store/segment"
)

// readHeads reads the newest head of every device that has one which is not known.
func (x *exchanger) readHeads(ctx context.Context) error {
	if x.state.Peers == nil {
		x.state.Peers = map[string]Peer{}
	}
	for _, device := range slices.Sorted(maps.Keys(x.there)) {
		s, known := x.there[device], x.state.Peers[device]
		if device == x.current {
			continue
		}
		if n := s.newest(); n > 0 && n < known.Count && !known.Back {
			x.report.Back = append(x.report.Back, known.Name)
			known.Back = true
			x.state.Peers[device] = known
		}
		for _, count := range slices.Backward(s.heads) {
			if count <= known.Count {
				break
			}
			h, err := x.readHead(ctx, device, count)
			if errors.Is(err, place.ErrNotFound) {
				continue // it was the newest a moment ago
			}
			if isBroken(err) {
				x.left(segment.HeadName(device, count), device, err)
				continue
			}
			if err != nil {
				return err
			}
			x.state.Peers[device] = x.peer(h)
			if err := x.checkTip(ctx, h); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// checkTip looks whether the newest row that a machine says it wrote is the one that is
// here.
func (x *exchanger) checkTip(ctx context.Context, h *segment.Head) error {
	tip, ours := h.Tips[h.Device], x.ends[h.Device]
	if tip.Seq < 1 || tip.Seq > ours.Seq {
		return nil
	}
	hash, err := x.Hash(ctx, h.Device, tip.Seq)
	switch {
	case err != nil || hash.String() == tip.Hash:
		return err
	case ours.Own:
		return &fork{h.Device}
	}
	x.left(segment.Folder(h.Device), h.Device, ErrForked)
	return nil
}

func (x *exchanger) readHead(ctx context.Context, device string, count int64) (*segment.Head, error) {
	data, err := x.place.Get(ctx, segment.HeadName(device, count), segment.MaxHead)
	if err != nil {
		return nil, err
	}
	h, err := segment.DecodeHead(data, device)
	if err == nil && h.Set != x.state.Set {
		if err = CheckSet(ctx, x.place, x.state.Set); err == nil {
			err = ErrAnotherSet
		}
	}
	return h, err
}

// peer is what a head tells.
func (x *exchanger) peer(h *segment.Head) Peer {
	p := Peer{Name: h.Name, Count: h.Count, At: h.At, Seq: h.Tips[h.Device].Seq, Own: h.Own, Files: h.Files, Quizzes: h.Quizzes, Has: map[string]int64{}}
	for device, tip := range h.Tips {
		if x.ends[device].Own {
			p.Has[device] = tip.Seq
		}
	}
	return p
}

// isBroken reports whether an object will be as it is until its writer or whoever
// carries it makes it whole.
func isBroken(err error) bool {
	return errors.Is(err, segment.ErrNotWhole) || errors.Is(err, segment.ErrTooLarge) ||
		errors.Is(err, segment.ErrNewer) || errors.Is(err, place.ErrTooLarge) || errors.Is(err, place.ErrBroken) ||
		errors.Is(err, ErrAnotherSet)
}

// merge takes the rows that the place has and the collection has not. It reports whether
// there is more to take now: rows of a device turned out to be other ones there, and
// became those of a new device.
func (x *exchanger) merge(ctx context.Context) (again bool, err error) {
	for x.spoilt = true; x.spoilt; {
		x.spoilt = false
		if again, err = x.mergeOnce(ctx); again || err != nil {
			return again, err
		}
	}
	return false, nil
}

func (x *exchanger) mergeOnce(ctx context.Context) (again bool, err error) {
	var in []Delivery
	for _, device := range slices.Sorted(maps.Keys(x.there)) {
		d, err := x.fetch(ctx, x.there[device])
		if err != nil {
			return false, err
		}
		if len(d.Segments) > 0 {
			in = append(in, d)
		}
	}
	if len(in) == 0 {
		return false, nil
	}
	out, err := x.Merge(ctx, in)
	if err != nil {
		return false, err
	}
	x.came(out)
	for _, m := range out {
		s := x.there[m.Device]
		at := slices.IndexFunc(s.spans, func(p span) bool { return p.first == m.First && p.last == m.Last })
		switch {
		case errors.Is(m.Stopped, ErrForked) && x.ends[m.Device].Own:
			return false, &fork{m.Device}
		case at >= 0 && errors.Is(m.Stopped, ErrMoved): // others may have rows that follow
			x.useless(s.spans[at].name, s.spans[at].size)
			s.drop(s.spans[at])
			x.spoilt = true
		case at >= 0 && errors.Is(m.Stopped, ErrForked):
			x.left(s.spans[at].name, m.Device, m.Stopped)
			s.drop(s.spans[at])
			x.spoilt = true
		case m.Stopped != nil && !isBroken(m.Stopped) && !errors.Is(m.Stopped, ErrMoved): // else it was said
			x.left(segment.Folder(m.Device), m.Device, m.Stopped)
		}
	}
	before := x.ends
	if err := x.readEnds(ctx); err != nil {
		return false, err
	}
	for device, e := range before {
		again = again || x.ends[device].Seq < e.Seq
	}
	return again, nil
}

// useless remembers that an object need not be looked into again.
func (x *exchanger) useless(name string, size int64) {
	if x.state.Strays == nil {
		x.state.Strays = map[string]int64{}
	}
	x.state.Strays[name] = size
}

// atOnce is how many segments are read before the next are looked for.
const atOnce = 64

// fetch reads the segments of a device that go on where the collection ends. Where one
// is not whole another that has the same rows is taken.
func (x *exchanger) fetch(ctx context.Context, s *shelf) (Delivery, error) {
	d := Delivery{Device: s.device}
	at := x.ends[s.device].Seq
	for chain := s.cover(at); len(chain) > 0; {
		some := chain[:min(len(chain), atOnce)]
		chain = chain[len(some):]
		got, err := x.getAll(ctx, some)
		if err != nil {
			return d, err
		}
		for i, data := range got {
			if data == nil { // it is not whole, or gone
				s.drop(some[i])
				chain = s.cover(at)
				break
			}
			d.Segments = append(d.Segments, func() (*segment.Segment, error) { return x.unpack(s, some[i], data) })
			at = some[i].last
		}
	}
	return d, nil
}

// unpack decodes a segment. One that is not what its name says is forgotten, and others
// are looked for that have the same rows.
func (x *exchanger) unpack(s *shelf, p span, data []byte) (*segment.Segment, error) {
	seg, err := segment.Decode(data)
	if err == nil && (seg.Device != s.device || seg.First() != p.first || seg.Last() != p.last) {
		err = fmt.Errorf("%w: it does not hold what its name says", segment.ErrNotWhole)
	}
	if err != nil {
		s.drop(p)
		x.left(p.name, s.device, err)
		x.spoilt = true
	}
	return seg, err
}

// inFlight is how many objects are read at a time.
const inFlight = 4

// getAll reads segments, several at a time. One that is not whole, or that is gone, is
// nil and named in the report.
func (x *exchanger) getAll(ctx context.Context, all []span) ([][]byte, error) {
	data, errs := make([][]byte, len(all)), make([]error, len(all))
	var group sync.WaitGroup
	next := make(chan int)
	for range min(inFlight, len(all)) {
		group.Go(func() {
			for i := range next {
				data[i], errs[i] = x.place.Get(ctx, all[i].name, segment.MaxSize)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range errs {
		if err == nil && !segment.IsWhole(data[i]) {
			err = segment.ErrNotWhole
		}
		switch {
		case err == nil:
			continue
		case isBroken(err):
			x.left(all[i].name, "", err)
		case !errors.Is(err, place.ErrNotFound):
			return nil, err
		}
		data[i] = nil
	}
	return data, nil
}

// lookIntoStrays looks into what lies beside the segments of devices under other names:
// a program that carries files makes copies of what it takes for a conflict. Those that
// are whole segments are as good as any. Each is looked into once.
func (x *exchanger) lookIntoStrays(ctx context.Context) error {
	for _, s := range x.there {
		for _, o := range s.strays {
			c, known := x.state.Copies[o.Name]
			if !known {
				seg, err := x.readStray(ctx, s, o)
				if err != nil {
					return err
				}
				if seg == nil {
					continue
				}
				if x.state.Copies == nil {
					x.state.Copies = map[string][2]int64{}
				}
				c = [2]int64{seg.First(), seg.Last()}
				x.state.Copies[o.Name] = c
			}
			s.spans = append(s.spans, span{c[0], c[1], o.Name, o.Size, true})
		}
	}
	return nil
}

// readStray reads one; nil if it is none, or not whole.
func (x *exchanger) readStray(ctx context.Context, s *shelf, o place.Object) (*segment.Segment, error) {
	data, err := x.place.Get(ctx, o.Name, segment.MaxSize)
	if errors.Is(err, place.ErrNotFound) {
		return nil, nil
	}
	if err != nil && !isBroken(err) {
		return nil, err
	}
	var seg *segment.Segment
	if err == nil {
		if _, err := segment.DecodeHead(data, s.device); err == nil {
			x.useless(o.Name, o.Size)
			return nil, nil
		}
		seg, err = segment.Decode(data)
	}
	if err == nil && seg.Device == s.device {
		return seg, nil
	}
	if err == nil {
		err = fmt.Errorf("%w: it is another device's", segment.ErrNotWhole)
	}
	x.left(o.Name, s.device, err)
	x.useless(o.Name, o.Size)
	return nil, nil
}
