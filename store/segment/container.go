package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// ErrNotWhole is the error of what is cut, or is not what was written.
var ErrNotWhole = errors.New("it is not whole")

// ErrTooLarge is the error of what would take more memory than it may.
var ErrTooLarge = errors.New("it is larger than any may be")

// A frame that programs for zstd skip ends a file: its header, and what it holds.
const (
	skippable = 0x184D2A50
	endSize   = 8 + sha256.Size
	tailSize  = 8 + endSize
)

var encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault))
})

// seal packs bytes: compressed, then how many bytes that are and their SHA-256, so
// that whoever has a part knows it.
func seal(text []byte) ([]byte, error) {
	e, err := encoder()
	if err != nil {
		return nil, err
	}
	packed := e.EncodeAll(text, nil)
	sum := sha256.Sum256(packed)
	length := uint64(len(packed))
	packed = binary.LittleEndian.AppendUint32(packed, skippable)
	packed = binary.LittleEndian.AppendUint32(packed, endSize)
	packed = binary.BigEndian.AppendUint64(packed, length)
	return append(packed, sum[:]...), nil
}

// body is what was packed, without what says so; nil if it is not whole.
func body(packed []byte) []byte {
	n := len(packed) - tailSize
	if n < 1 {
		return nil
	}
	tail := packed[n:]
	sum := sha256.Sum256(packed[:n])
	if binary.LittleEndian.Uint32(tail) != skippable || binary.LittleEndian.Uint32(tail[4:]) != endSize ||
		binary.BigEndian.Uint64(tail[8:]) != uint64(n) || !bytes.Equal(tail[16:], sum[:]) {
		return nil
	}
	return packed[:n]
}

// open unpacks what seal packed, if it has at most so many bytes then.
func open(packed []byte, limit int) ([]byte, error) {
	if packed = body(packed); packed == nil {
		return nil, ErrNotWhole
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(limit)))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	text, err := d.DecodeAll(packed, nil)
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotWhole, err)
	}
	return text, nil
}

// IsWhole reports whether all is there of what was sealed.
func IsWhole(packed []byte) bool { return body(packed) != nil }
