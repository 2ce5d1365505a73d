// Package segment is the form in which machines exchange what they have, as objects
// of a place: segments of a device's log, heads that say how far it goes, and what the
// place is for. PLACE.md describes it.
package segment

import (
	"bufio"
	"bytes"
	_ "embed" // PLACE.md
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"kartei/decks/shorthash"
	"kartei/store/journal"
	"kartei/store/transfer"
)

// Form describes, for its users, what lies in a place. The types of this package are
// this form.
//
//go:embed PLACE.md
var Form string

// version is that of the form.
const version = 1

// MaxRows is how many rows a segment has at most, so that nobody needs much memory for
// one; MaxSize how many bytes, packed; and maxText, unpacked.
const (
	MaxRows = 5000
	MaxSize = 16 << 20
	maxText = 64 << 20
)

// A Segment is a part of the log of one device: rows that follow on each other.
type Segment struct {
	Device string
	Prev   journal.Hash // of the row before the first; zero if there is none
	Rows   []journal.Row
}

// First is the number of the first row.
func (s *Segment) First() int64 { return s.Rows[0].Seq }

// Last is the number of the last row.
func (s *Segment) Last() int64 { return s.Rows[len(s.Rows)-1].Seq }

// A header is the first line of a segment.
type header struct {
	Kartei  string `json:"kartei"` // "segment"
	Version int    `json:"version"`
	Device  string `json:"device"`
	First   int64  `json:"first"`
	Last    int64  `json:"last"`
	Prev    string `json:"prev"`
}

// Encode writes a segment: its header, then a line a row, as in an export.
func (s *Segment) Encode() ([]byte, error) {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	err := lines.Encode(header{"segment", version, s.Device, s.First(), s.Last(), s.Prev.String()})
	if err != nil {
		return nil, err
	}
	for i := range s.Rows {
		if err := transfer.WriteRow(lines, &s.Rows[i]); err != nil {
			return nil, err
		}
	}
	return seal(text.Bytes())
}

// Decode reads a segment, and checks that its rows are rows, of one device, and follow
// on each other. The error wraps [ErrNotWhole], [ErrTooLarge] or [ErrNewer] if it is
// one of those.
func Decode(data []byte) (*Segment, error) {
	text, err := open(data, maxText)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	var h header
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &h) != nil || h.Kartei != "segment" {
		return nil, fmt.Errorf("%w: it does not begin as a segment does", ErrNotWhole)
	}
	if h.Version != version {
		return nil, ErrNewer
	}
	n := h.Last - h.First + 1
	if CheckDevice(h.Device) != nil || h.First < 1 || n < 1 || n > MaxRows {
		return nil, fmt.Errorf("%w: it says that it holds what no segment does", ErrNotWhole)
	}
	s := &Segment{Device: h.Device, Rows: make([]journal.Row, 0, n)}
	if s.Prev, err = journal.ParseHash(h.Prev); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	tip := journal.Tip{Seq: h.First - 1, Hash: s.Prev}
	for lines.Scan() {
		r, err := transfer.ReadRow(lines.Bytes())
		if err == nil {
			err = tip.Follow(&r)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: row %d: %w", ErrNotWhole, tip.Seq+1, err)
		}
		if r.Device != h.Device {
			return nil, fmt.Errorf("%w: row %d is another device's", ErrNotWhole, r.Seq)
		}
		s.Rows = append(s.Rows, r)
	}
	if int64(len(s.Rows)) != n {
		return nil, fmt.Errorf("%w: it has %d rows, not %d", ErrNotWhole, len(s.Rows), n)
	}
	return s, lines.Err()
}

// CheckDevice refuses what is not the name of a device.
func CheckDevice(name string) error {
	if len(name) < 8 || len(name) > 32 || strings.Trim(name, shorthash.Digits) != "" {
		return fmt.Errorf("%q is not the name of a device", name)
	}
	return nil
}

// Folder is what the names of a device's objects begin with.
func Folder(device string) string { return "d/" + device + "/" }

// Name is that of the object that holds rows of a device.
func Name(device string, first, last int64) string {
	return fmt.Sprintf("%s%d-%d.seg", Folder(device), first, last)
}

// ParseName tells which rows an object holds, by its name.
func ParseName(name string) (first, last int64, ok bool) {
	_, file, _ := strings.Cut(strings.TrimPrefix(name, "d/"), "/")
	span, ok := strings.CutSuffix(file, ".seg")
	from, to, cut := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(to, 10, 64)
	ok = ok && cut && err1 == nil && err2 == nil && 0 < first && first <= last && last-first < MaxRows &&
		file == fmt.Sprintf("%d-%d.seg", first, last)
	return first, last, ok
}
