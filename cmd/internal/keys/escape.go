package keys

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"
)

// escape reads what follows an Escape (ECMA-48 section 5.4; xterm's control
// sequences for the keys). Sequences that stand for no key are swallowed.
func (r *Reader) escape(ctx context.Context) (Event, error) {
	b, err := r.next(ctx, sequencePatience)
	switch {
	case err == errPatience:
		return Event{Key: Escape}, nil
	case err != nil:
		return Event{}, err
	}
	switch b {
	case '[':
		return r.sequence(ctx)
	case 'O':
		return r.single(ctx)
	case ']', 'P', '_', '^', 'X':
		return r.reply(ctx, b)
	case 0x1b:
		r.unread()
		return Event{Key: Escape}, nil
	}
	if b < 0x20 || b == 0x7f {
		return Event{Key: "alt-" + control(b)}, nil
	}
	e, err := r.character(ctx, b)
	if err != nil || e.Key == "" {
		return Event{}, err
	}
	return Event{Key: "alt-" + e.Key}, nil
}

// single reads the one byte after ESC O.
func (r *Reader) single(ctx context.Context) (Event, error) {
	b, err := r.next(ctx, sequencePatience)
	switch {
	case err == errPatience:
		return Event{Key: "alt-O"}, nil
	case err != nil:
		return Event{}, err
	case b >= 'P' && b <= 'S':
		return Event{Key: "f" + Key(rune(b-'P'+'1'))}, nil
	case b == 'M':
		return Event{Key: Enter}, nil
	}
	return Event{Key: letters[b]}, nil
}

var letters = map[byte]Key{
	'A': Up, 'B': Down, 'C': Right, 'D': Left, 'H': Home, 'F': End, 'Z': "shift-tab",
	'P': "f1", 'Q': "f2", 'R': "f3", 'S': "f4",
}

var numbers = map[string]Key{
	"1": Home, "2": Insert, "3": Delete, "4": End, "5": PageUp, "6": PageDown, "7": Home, "8": End,
	"11": "f1", "12": "f2", "13": "f3", "14": "f4", "15": "f5", "17": "f6", "18": "f7", "19": "f8",
	"20": "f9", "21": "f10", "23": "f11", "24": "f12",
}

// The modifiers, by the number that xterm sends for them.
var modifiers = map[string]Key{"2": "shift-", "3": "alt-", "5": "ctrl-"}

// sequence reads the rest of ESC [ … and returns the key that it stands for.
func (r *Reader) sequence(ctx context.Context) (Event, error) {
	var args []byte
	for len(args) < maxSequence {
		b, err := r.next(ctx, sequencePatience)
		switch {
		case err == errPatience && len(args) == 0:
			return Event{Key: "alt-["}, nil
		case err == errPatience:
			return Event{}, nil
		case err != nil:
			return Event{}, err
		case b < 0x20 || b > 0x7e: // broken off
			r.unread()
			return Event{}, nil
		case b < 0x40:
			args = append(args, b)
			continue
		}
		return r.named(ctx, string(args), b)
	}
	return Event{}, nil
}

func (r *Reader) named(ctx context.Context, args string, final byte) (Event, error) {
	number, modifier, _ := strings.Cut(args, ";")
	switch {
	case final == '~' && number == "200":
		return r.paste(ctx)
	case final == 'M' && args == "": // a mouse report: three bytes more
		for range 3 {
			if _, err := r.next(ctx, sequencePatience); err != nil && err != errPatience {
				return Event{}, err
			}
		}
		return Event{}, nil
	case final == 'R' && args != "" && number != "1": // where the cursor is
		return Event{}, nil
	}
	k := letters[final]
	if final == '~' {
		k = numbers[number]
	}
	if k == "" {
		return Event{}, nil
	}
	return Event{Key: modifiers[modifier] + k}, nil
}

// reply swallows an answer of the terminal: ESC, introducer, text, and BEL or
// ESC \ at its end. Alone, the introducer is a character typed with Alt.
func (r *Reader) reply(ctx context.Context, introducer byte) (Event, error) {
	var last byte
	for n := range maxReply {
		b, err := r.next(ctx, sequencePatience)
		switch {
		case err == errPatience && n == 0:
			return Event{Key: "alt-" + Key(rune(introducer))}, nil
		case err == errPatience, b == 7, last == 0x1b && b == '\\':
			return Event{}, nil
		case err != nil:
			return Event{}, err
		}
		last = b
	}
	return Event{}, nil
}

var endOfPaste = []byte("\x1b[201~")

// paste reads pasted text up to its end mark.
func (r *Reader) paste(ctx context.Context) (Event, error) {
	var text, tail []byte
	for {
		b, err := r.next(ctx, pastePatience)
		if err == errPatience {
			break
		}
		if err != nil {
			return Event{}, err
		}
		if tail = append(tail, b); bytes.Equal(tail, endOfPaste) {
			tail = nil
			break
		}
		for len(tail) > 0 && !bytes.HasPrefix(endOfPaste, tail) {
			text, tail = append(text, tail[0]), tail[1:]
		}
		if len(text) > maxPaste {
			text = text[:maxPaste]
		}
		r.taken = r.taken[:0] // kept in text; only a broken-off paste is lost
	}
	text = append(text, tail...)
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, nil)
	}
	return Event{Key: Paste, Text: string(text)}, nil
}
