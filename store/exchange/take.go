package exchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"kartei/store/place"
	"kartei/store/segment"
)

// readHeads reads the newest head of every device that has one which is not known.
func (x *exchanger) readHeads(ctx context.Context) error {
	if x.state.Peers == nil {
		x.state.Peers = map[string]Peer{}
	}
	if err := x.settleDoubts(ctx); err != nil {
		return err
	}
	for _, device := range slices.Sorted(maps.Keys(x.there)) {
		s, known := x.there[device], x.state.Peers[device]
		if device == x.current {
			continue
		}
		if n := s.newest(); n > 0 && n < known.Count && !known.Back {
			x.report.Back = append(x.report.Back, x.state.Machine(device))
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
			for _, name := range h.Lacks {
				x.asked[name] = true
			}
			if err := x.checkTips(ctx, h); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// checkTips looks whether the newest rows that a machine says it has are those that are
// here.
func (x *exchanger) checkTips(ctx context.Context, h *segment.Head) error {
	for device, tip := range h.Tips {
		if tip.Seq < 1 || tip.Seq > x.ends[device].Seq {
			continue
		}
		has, err := x.Has(ctx, device, tip)
		if err != nil {
			return err
		}
		if !has {
			x.doubt(device, tip)
		}
	}
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

// merge takes the rows that the place has and the collection has not.
func (x *exchanger) merge(ctx context.Context) error {
	for x.more = true; x.more; {
		x.more = false
		if err := x.mergeOnce(ctx); err != nil {
			return err
		}
	}
	x.report.Left = slices.DeleteFunc(x.report.Left, x.cameOtherwise)
	return nil
}

// cameOtherwise reports whether the rows of a segment that was left are here now.
func (x *exchanger) cameOtherwise(l Left) bool {
	_, last, ok := segment.ParseName(l.Object)
	device, _, _ := strings.Cut(strings.TrimPrefix(l.Object, "d/"), "/")
	return ok && l.Asked && last <= x.ends[device].Seq
}

// A parcel is a delivery, and where it lay.
type parcel struct {
	Delivery
	spans []span
	last  *page
}

func (x *exchanger) mergeOnce(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, x.let()) }()
	parcels, err := x.collect(ctx)
	if err != nil || len(parcels) == 0 {
		return err
	}
	var in []Delivery
	for _, p := range parcels {
		in = append(in, p.Delivery)
	}
	x.texts = nil
	out, err := x.Merge(ctx, in)
	if err != nil {
		return err
	}
	x.came(out)
	before, ends := x.current, x.ends
	if err := x.readEnds(ctx); err != nil {
		return err
	}
	x.more = !maps.Equal(x.ends, ends) // others may follow on what came
	for i, m := range out {
		x.taken(&parcels[i], &m)
	}
	if x.current != before {
		x.report.Branch = true
		return errAgain
	}
	return nil
}

// collect reads what may have new rows.
func (x *exchanger) collect(ctx context.Context) (all []parcel, err error) {
	var copies []parcel
	for _, device := range slices.Sorted(maps.Keys(x.there)) {
		s := x.there[device]
		p := parcel{Delivery: Delivery{Device: device}}
		if err := x.fetch(ctx, s, &p); err != nil {
			return nil, err
		}
		if all = append(all, p); len(p.spans) == 0 {
			all = all[:len(all)-1]
		}
		for _, c := range slices.Clone(s.spans) {
			if !c.copied || x.known(c) {
				continue
			}
			p := parcel{Delivery: Delivery{Device: device, Copy: true}}
			if err := x.get(ctx, s, []span{c}, &p); err != nil {
				return nil, err
			}
			if len(p.spans) > 0 {
				copies = append(copies, p)
			}
		}
	}
	return append(all, copies...), nil
}

// taken notes what became of a parcel.
func (x *exchanger) taken(p *parcel, m *Merged) {
	s := x.there[m.Device]
	for _, at := range p.spans[:m.Taken] {
		switch {
		case m.Apart && p.Copy:
			x.useless(at.name, at.size)
			s.drop(at)
		case p.Copy || x.ends[m.Device].Own || at.last > x.ends[m.Device].Seq:
			x.more = x.more || !x.known(at) // others may lie beside it
			x.know(at)
		}
	}
	switch {
	case m.Stopped == nil:
	case isBroken(m.Stopped): // others may have the same rows
		x.broken(s, p.spans[m.Taken], m.Stopped)
		x.more = true
	case errors.Is(m.Stopped, ErrGap) && !x.gaps[m.Device]: // it may follow on other rows than those here
		x.gaps[m.Device], x.more = true, true
	case !p.Copy:
		x.left(segment.Folder(m.Device), m.Device, m.Stopped)
	}
}

// useless remembers that an object need not be looked into again.
func (x *exchanger) useless(name string, size int64) {
	if x.state.Strays == nil {
		x.state.Strays = map[string]int64{}
	}
	x.state.Strays[name] = size
}

// atOnce is how many bytes of segments are read before any of them is looked at.
const atOnce = 4 << 20

// fitting is how many of segments are read at once: one at least.
func fitting(all []span) (n int) {
	for size := int64(0); n < len(all) && (n == 0 || size+all[n].size <= atOnce); n++ {
		size += all[n].size
	}
	return n
}

// fetch reads the segments of a device that go on where the collection ends, or, where
// others may have written as the device, all that were not looked into. Where one is not
// whole another that has the same rows is taken.
func (x *exchanger) fetch(ctx context.Context, s *shelf, p *parcel) error {
	at := x.ends[s.device].Seq
	for {
		some := x.ahead(s, at)
		if x.doubted(s.device) || x.ends[s.device].Own {
			some = x.others(s, p.spans)
		}
		if len(some) == 0 {
			return nil
		}
		if err := x.get(ctx, s, some[:fitting(some)], p); err != nil {
			return err
		}
		if n := len(p.spans); n > 0 {
			at = p.spans[n-1].last
		}
	}
}

// get reads segments into a parcel, up to the first that is not whole or gone.
func (x *exchanger) get(ctx context.Context, s *shelf, all []span, p *parcel) error {
	x.Progress().Tell("fetching what is new", 0, 0)
	got, errs := x.getAll(ctx, all)
	for i, at := range all {
		switch err := errs[i]; {
		case err == nil:
			kept, err := x.keep(s.device, at, got[i])
			if err != nil {
				return err
			}
			x.wait(p, kept)
			continue
		case isBroken(err):
			x.broken(s, at, err)
		case errors.Is(err, place.ErrNotFound):
			s.drop(at)
		default:
			return err
		}
		return nil
	}
	return nil
}

// broken forgets a segment that is not whole. An own one is put anew, of others it is
// said.
func (x *exchanger) broken(s *shelf, p span, why error) {
	s.drop(p)
	if _, put := x.state.Segments[p.name]; put && x.ends[s.device].Own {
		x.breaks(s, p)
		return
	}
	x.left(p.name, s.device, why)
}

// others are the segments of a device that may have rows of somebody else, and are not
// among some, in the order of their rows.
func (x *exchanger) others(s *shelf, but []span) (all []span) {
	for _, p := range s.spans {
		if (!x.known(p) || x.doubted(s.device)) && !p.copied && !slices.Contains(but, p) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, span.compare)
	return all
}

// ahead are the segments that go on after a row. The rows of those that were looked into
// are those of a branch: they only show the way.
func (x *exchanger) ahead(s *shelf, at int64) (all []span) {
	var fresh, known []span
	for _, p := range s.spans {
		switch {
		case p.copied:
		case x.known(p):
			known = append(known, p)
		default:
			fresh = append(fresh, p)
		}
	}
	for {
		some := cover(fresh, at)
		if all = append(all, some...); len(some) > 0 {
			at = some[len(some)-1].last
		}
		way := cover(known, at)
		if len(way) == 0 {
			return all
		}
		at = way[0].last
	}
}

// inFlight is how many objects are read at a time.
const inFlight = 4

// getAll reads segments, several at a time.
func (x *exchanger) getAll(ctx context.Context, all []span) ([][]byte, []error) {
	data, errs := make([][]byte, len(all)), make([]error, len(all))
	var group sync.WaitGroup
	next := make(chan int)
	for range min(inFlight, len(all)) {
		group.Go(func() {
			for i := range next {
				data[i], errs[i] = x.place.Get(ctx, all[i].name, segment.MaxSize)
				if errs[i] == nil && !segment.IsWhole(data[i]) {
					errs[i] = segment.ErrNotWhole
				}
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	group.Wait()
	return data, errs
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
