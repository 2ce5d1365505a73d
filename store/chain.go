package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// A Hash names a log row and, through the chain, all rows before it.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Scan reads a hash from the database.
func (h *Hash) Scan(value any) error {
	b, ok := value.([]byte)
	if !ok || len(b) != len(h) {
		return fmt.Errorf("%w: a hash of the log has no %d bytes", ErrDamaged, len(h))
	}
	copy(h[:], b)
	return nil
}

// rowEncoding begins every row's encoding. A new encoding gets a new number;
// rows once written are never encoded otherwise.
const rowEncoding = "kartei log row 1"

// digest is the SHA-256 of the row's encoding, which is, in this order:
//
//	rowEncoding, prev, device, seq, at, zone, day, clock, kind, card, mode,
//	grade, duration, state, days, detail, item
//
// Numbers are 8 bytes, big-endian, two's complement. Texts and prev are their
// length as such a number and then their bytes, so that no two rows have one
// encoding. Detail is the JSON text as written, not as this program would write it.
func (r *Row) digest() Hash {
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
	text(r.detail)
	text(r.Item)
	return sha256.Sum256(b)
}
