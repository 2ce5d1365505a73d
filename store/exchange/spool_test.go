package exchange

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/store/journal"
	"kartei/store/segment"
)

// What does not wait in memory waits in a file, and is the same when its turn comes, as
// often as that is.
func TestSegmentsWaitInTheSpool(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	x := &exchanger{spool: file, held: inMemory - 1}
	const device = "abcdefgh"
	var want []*segment.Segment
	var pages []*page
	var tip journal.Tip
	for range 3 {
		seg := &segment.Segment{Device: device, Prev: tip.Hash}
		for range 10 {
			r, err := journal.Seal(journal.Entry{Kind: journal.KindSuspend, Card: "c"}, device, tip)
			if err != nil {
				t.Fatal(err)
			}
			tip = r.Tip()
			seg.Rows = append(seg.Rows, r)
		}
		data, err := seg.Encode()
		if err != nil {
			t.Fatal(err)
		}
		p, err := x.keep(device, span{first: seg.First(), last: seg.Last()}, data)
		if err != nil || p.data != nil {
			t.Fatalf("%v, and %d bytes in memory", err, len(p.data))
		}
		want, pages = append(want, seg), append(pages, p)
	}
	for range 2 {
		for i, p := range pages {
			got, err := p.take()
			if diff := cmp.Diff(want[i], got); err != nil || diff != "" {
				t.Errorf("segment %d: %v\n%s", i, err, diff)
			}
		}
	}
	pages[1].last++
	if _, err := pages[1].take(); !errors.Is(err, segment.ErrNotWhole) {
		t.Errorf("a segment that holds other rows than its name says: %v", err)
	}
	if err := x.let(); err != nil || x.held != 0 {
		t.Errorf("%v; %d bytes are held", err, x.held)
	}
	if _, err := pages[0].take(); err == nil {
		t.Error("the spool is still there")
	}
}
