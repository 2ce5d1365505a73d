package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
)

// A Hash names a log row and, through the chain, all rows before it.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what [Hash.String] wrote.
func ParseHash(text string) (h Hash, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return h, fmt.Errorf("%q is not a hash", text)
	}
	return Hash(b), nil
}

// rowEncoding begins every row's encoding. A new encoding gets a new number;
// rows once written are never encoded otherwise.
const rowEncoding = "kartei log row 1"

// Sum is the SHA-256 of the row's encoding, which is, in this order:
//
//	rowEncoding, prev, device, seq, at, zone, day, clock, kind, card, mode,
//	grade, duration, state, days, detail, item
//
// Numbers are 8 bytes, big-endian, two's complement. Texts and prev are their
// length as such a number and then their bytes, so that no two rows have one
// encoding. Detail is the JSON text as written, not as this program would write it.
func (r *Row) Sum() Hash {
	b := make([]byte, 0, 512)
	text := func(s string) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	number := func(n int64) { b = binary.BigEndian.AppendUint64(b, uint64(n)) }

	text(rowEncoding)
	text(string(r.Prev[:]))
	text(r.Device)
	number(r.Seq)
	number(r.Moment.At)
	number(int64(r.Moment.Zone))
	number(int64(r.Moment.Day))
	number(r.Clock)
	text(string(r.Kind))
	text(r.Card)
	text(string(r.Mode))
	number(int64(r.Grade))
	number(r.Duration.Milliseconds())
	number(int64(r.State))
	number(int64(r.Days))
	text(r.Written)
	text(r.Item)
	return sha256.Sum256(b)
}

// A Tip is where a device's log ends: its newest row, and the newest clock of all
// devices. The zero value is that of a log without rows.
type Tip struct {
	Seq   int64
	Hash  Hash
	Clock int64
}

// ErrChain is the error of a row that does not follow on the one before.
var ErrChain = errors.New("it does not follow on the one before, or was changed")

// Follow takes a row that came from elsewhere, whose hash is known and whose Prev is
// not: the row after the tip. It refuses one that is none.
func (t *Tip) Follow(r *Row) error {
	if err := r.Check(); err != nil {
		return err
	}
	r.Prev = t.Hash
	if r.Hash != r.Sum() || r.Seq != t.Seq+1 || r.Clock <= t.Clock {
		return ErrChain
	}
	if r.Clock > LastClock {
		return errors.New("it is later than any can be")
	}
	*t = r.Tip()
	return nil
}

// LastClock is as late as rows from elsewhere may be: after one that is as late as
// a number can say, no row could come that counts as later. The rows after it may
// be laterRows later.
const (
	LastClock = 1 << 62
	laterRows = 1 << 40
)

// A Chain checks rows one by one, each device's in their order. It holds the tips of
// the logs by the devices' names.
type Chain map[string]Tip

// Fault takes the next row. It returns what is wrong with it in words, "" if it
// follows on the one before.
func (c Chain) Fault(r *Row) string {
	before, any := c[r.Device]
	c[r.Device] = r.Tip()
	switch {
	case r.Sum() != r.Hash:
		return "the row is not what was written"
	case !any && (r.Seq != 1 || r.Prev != Hash{}):
		return "rows before it are missing"
	case any && (r.Seq != before.Seq+1 || r.Prev != before.Hash):
		return fmt.Sprintf("it does not follow on row %d", before.Seq)
	case r.Clock > LastClock+laterRows:
		return "it is later than any can be"
	}
	return ""
}
