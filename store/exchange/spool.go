package exchange

import (
	"fmt"
	"io"

	"kartei/store/segment"
)

// A Spool is a file for the time of an exchange, which is gone once it is closed.
type Spool interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
}

// inMemory is how many bytes of segments wait in memory; the rest waits in the spool.
const inMemory = 4 << 20

// A page is a segment that was read and waits for its turn.
type page struct {
	span
	device string
	data   []byte // nil: so many bytes are in the spool
	spool  io.ReaderAt
	at     int64
	length int
	coming chan unpacked // once it is being unpacked
	next   *page
}

type unpacked struct {
	*segment.Segment
	err error
}

// keep takes what was read of a segment, until its turn comes.
func (x *exchanger) keep(device string, p span, data []byte) (*page, error) {
	kept := &page{span: p, device: device}
	if x.held+len(data) <= inMemory {
		x.held += len(data)
		kept.data = data
		return kept, nil
	}
	if x.spool == nil {
		var err error
		if x.spool, err = x.Spool(); err != nil {
			return nil, err
		}
	}
	kept.spool, kept.at, kept.length = x.spool, x.spooled, len(data)
	x.spooled += int64(len(data))
	_, err := x.spool.WriteAt(data, kept.at)
	return kept, err
}

// let lets go of all that waits.
func (x *exchanger) let() (err error) {
	if x.spool != nil {
		err = x.spool.Close()
	}
	x.spool, x.spooled, x.held, x.rows, x.begun = nil, 0, 0, 0, 0
	return err
}

// begin begins to unpack a page, while others do something else.
func (p *page) begin() {
	if p.coming != nil {
		return
	}
	coming := make(chan unpacked, 1)
	p.coming = coming
	go func() { coming <- p.decode() }()
}

// take unpacks a page. It may be taken again.
func (p *page) take() (*segment.Segment, error) {
	p.begin()
	u := <-p.coming
	p.coming = nil
	return u.Segment, u.err
}

// decode unpacks it, and checks that it holds what its name says.
func (p *page) decode() unpacked {
	data := p.data
	if data == nil {
		data = make([]byte, p.length)
		if _, err := p.spool.ReadAt(data, p.at); err != nil {
			return unpacked{nil, err}
		}
	}
	seg, err := p.unpack(p.device, data)
	return unpacked{seg, err}
}

// unpack decodes a segment of a device, which is to be what its name says.
func (p span) unpack(device string, data []byte) (*segment.Segment, error) {
	seg, err := segment.Decode(data)
	if err == nil && (seg.Device != device || seg.First() != p.first || seg.Last() != p.last) {
		err = fmt.Errorf("%w: it does not hold what its name says", segment.ErrNotWhole)
	}
	return seg, err
}

// wait lets a page wait for its turn, after those of the parcel.
func (x *exchanger) wait(p *parcel, kept *page) {
	if p.last != nil {
		p.last.next = kept
	}
	p.last = kept
	p.spans = append(p.spans, kept.span)
	x.rows += kept.last - kept.first + 1
	p.Segments = append(p.Segments, func() (*segment.Segment, error) {
		seg, err := kept.take()
		if kept.next != nil {
			kept.next.begin() // on a processor that SQLite leaves idle
		}
		x.begun = min(x.begun+kept.last-kept.first+1, x.rows)
		x.Progress().Tell("taking what came", x.begun, x.rows)
		return seg, err
	})
}
