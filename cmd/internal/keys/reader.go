package keys

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
	"unicode/utf8"
)

// Limits on what one key press may bring.
const (
	maxSequence = 64      // bytes of an escape sequence
	maxReply    = 4096    // bytes of an answer that the terminal sends unasked
	maxPaste    = 1 << 20 // bytes of pasted text; the rest is read and dropped
)

// How long the rest of a key may take to arrive. A lone Escape is known by
// nothing following it.
const (
	sequencePatience = 50 * time.Millisecond
	pastePatience    = time.Second
	patienceTurns    = 5
)

// An Event is a key press and what it types.
type Event struct {
	Key  Key
	Text string // the character of a key that types one, or the pasted text
}

// A Reader reads key presses. It is for one goroutine at a time.
type Reader struct {
	Tick time.Duration // while it is set, a key [Resize] comes after each such silence, so that a clock is drawn anew

	resized <-chan os.Signal
	want    chan struct{}
	got     chan input
	reading bool   // a byte is asked for and not yet delivered
	taken   []byte // of the key being read
	back    []byte // to be read again before anything new
	err     error  // why there will be no more bytes
}

type input struct {
	b   byte
	err error
}

var errPatience = errors.New("nothing followed")

// NewReader reads keys from in. A receive from resized, which may be nil,
// becomes the key [Resize].
func NewReader(in io.Reader, resized <-chan os.Signal) *Reader {
	r := &Reader{resized: resized, want: make(chan struct{}), got: make(chan input, 1)}
	go r.pump(in)
	return r
}

func (r *Reader) pump(in io.Reader) {
	var b [1]byte
	for range r.want {
		n, err := in.Read(b[:])
		for n == 0 && err == nil {
			n, err = in.Read(b[:])
		}
		if n == 1 {
			err = nil
		}
		r.got <- input{b[0], err}
		if err != nil {
			return
		}
	}
}

// Next waits for a key. When the context ends first its cause is returned and
// nothing that was typed is lost; a closed terminal is io.EOF, then and ever
// after.
func (r *Reader) Next(ctx context.Context) (Event, error) {
	for {
		r.taken = r.taken[:0]
		e, err := r.key(ctx)
		switch {
		case err == nil && e.Key != "":
			return e, nil
		case err != nil && ctx.Err() != nil:
			r.back = append(append([]byte{}, r.taken...), r.back...)
			return Event{}, context.Cause(ctx)
		case err != nil:
			return Event{}, io.EOF
		}
	}
}

// Interrupted waits for Ctrl-C, and returns true then; what else is typed meanwhile
// is read later. When the context ends first it returns false.
func (r *Reader) Interrupted(ctx context.Context) bool {
	var typed []byte
	defer func() { r.back = append(typed, r.back...) }()
	for {
		switch b, err := r.next(ctx, 0); {
		case err == errPatience: // a resize: whoever asks next sees the new size
		case err != nil:
			return false
		case b == interrupt:
			return true
		default:
			typed = append(typed, b)
		}
	}
}

// interrupt is what Ctrl-C sends.
const interrupt = 0x03

// key reads one key; the empty key is something that is not a key.
func (r *Reader) key(ctx context.Context) (Event, error) {
	b, err := r.next(ctx, 0)
	switch {
	case err == errPatience:
		return Event{Key: Resize}, nil
	case err != nil:
		return Event{}, err
	case b == 0x1b:
		return r.escape(ctx)
	case b < 0x20 || b == 0x7f:
		return Event{Key: control(b)}, nil
	}
	return r.character(ctx, b)
}

// next returns the following byte. With no patience it waits as long as it
// takes, and errPatience tells of a resize.
func (r *Reader) next(ctx context.Context, patience time.Duration) (byte, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if len(r.back) > 0 {
		b := r.back[0]
		r.back = r.back[1:]
		r.taken = append(r.taken, b)
		return b, nil
	}
	if r.err != nil {
		return 0, r.err
	}
	if !r.reading {
		r.want <- struct{}{}
		r.reading = true
	}
	if patience == 0 {
		return r.receive(ctx, r.Tick, r.resized)
	}
	// In turns, since a machine that is busy elsewhere lets the time pass without
	// letting the pump read what is long there; that costs one turn, not all.
	b, err := byte(0), errPatience
	for turn := 0; turn < patienceTurns && err == errPatience; turn++ {
		b, err = r.receive(ctx, patience/patienceTurns, nil)
	}
	return b, err
}

// receive waits for the byte that was asked for; with a limit of 0 as long as
// it takes.
func (r *Reader) receive(ctx context.Context, limit time.Duration, resized <-chan os.Signal) (byte, error) {
	var late <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case in := <-r.got:
		r.reading = false
		if r.err = in.err; r.err != nil {
			return 0, r.err
		}
		r.taken = append(r.taken, in.b)
		return in.b, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-late:
		return 0, errPatience
	case <-resized:
		return 0, errPatience
	}
}

// unread gives the last byte back.
func (r *Reader) unread() {
	n := len(r.taken) - 1
	r.back = append([]byte{r.taken[n]}, r.back...)
	r.taken = r.taken[:n]
}

func control(b byte) Key {
	switch b {
	case '\r', '\n': // before raw mode the terminal turns one into the other
		return Enter
	case '\t':
		return Tab
	case '\b', 0x7f:
		return Backspace
	case 0:
		return "ctrl-space"
	}
	if b <= 26 {
		return "ctrl-" + Key(rune('a'+b-1))
	}
	return "ctrl-" + Key(rune('@'+b))
}

// character reads the rest of a rune that begins with b. What is no UTF-8
// gives no key.
func (r *Reader) character(ctx context.Context, b byte) (Event, error) {
	rest := 0
	switch {
	case b >= 0xf0:
		rest = 3
	case b >= 0xe0:
		rest = 2
	case b >= 0xc0:
		rest = 1
	}
	raw := []byte{b}
	for range rest {
		c, err := r.next(ctx, sequencePatience)
		if err == errPatience {
			return Event{}, nil
		}
		if err != nil {
			return Event{}, err
		}
		if c&0xc0 != 0x80 {
			r.unread()
			return Event{}, nil
		}
		raw = append(raw, c)
	}
	c, _ := utf8.DecodeRune(raw)
	if c == utf8.RuneError || c >= 0x80 && c < 0xa0 {
		return Event{}, nil
	}
	return Event{Key: Key(raw), Text: string(raw)}, nil
}
