package lineedit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"kartei/cmd/internal/show"
)

// A Buffer is a line with a cursor. The zero Buffer is empty and may hold
// [DefaultLimit] characters.
type Buffer struct {
	Limit  int // characters; 0 means DefaultLimit
	before []cell
	after  []cell // last one first, so that moving takes no copying
	runes  int
	killed string
}

// DefaultLimit is how many characters a line may hold.
const DefaultLimit = 10_000

// A cell is a grapheme as typed, as shown, and the columns that it takes.
type cell struct {
	text, shown string
	width       int
}

// String is the line as typed.
func (b *Buffer) String() string {
	var s strings.Builder
	for _, c := range b.before {
		s.WriteString(c.text)
	}
	for _, c := range slices.Backward(b.after) {
		s.WriteString(c.text)
	}
	return s.String()
}

// Cursor is how many bytes of the line are before the cursor.
func (b *Buffer) Cursor() (n int) {
	for _, c := range b.before {
		n += len(c.text)
	}
	return n
}

// Empty reports whether nothing is typed.
func (b *Buffer) Empty() bool { return b.runes == 0 }

// Insert puts text in at the cursor. White space of any kind becomes a space;
// characters that cannot be shown and what exceeds the limit are dropped.
func (b *Buffer) Insert(text string) {
	limit := b.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	var in strings.Builder
	for _, r := range text {
		if b.runes == limit {
			break
		}
		if unicode.IsSpace(r) {
			r = ' '
		}
		if typeable(r) {
			in.WriteRune(r)
			b.runes++
		}
	}
	if in.Len() > 0 {
		b.join(in.String())
	}
}

// join segments text together with its neighbours, which it may grow on to.
func (b *Buffer) join(text string) {
	left := ""
	if n := len(b.before); n > 0 {
		left = b.before[n-1].text
		b.before = b.before[:n-1]
	}
	right := ""
	if n := len(b.after); n > 0 {
		right = b.after[n-1].text
		b.after = b.after[:n-1]
	}
	var rest []cell
	cursor, at := len(left)+len(text), 0
	for g := displaywidth.StringGraphemes(left + text + right); g.Next(); {
		c := newCell(g.Value())
		if at < cursor {
			b.before = append(b.before, c)
		} else {
			rest = append(rest, c)
		}
		at += len(c.text)
	}
	slices.Reverse(rest)
	b.after = append(b.after, rest...)
}

func newCell(grapheme string) cell {
	shown := show.Clean(grapheme)
	return cell{grapheme, shown, show.Width(shown)}
}

// typeable reports whether r may be part of an answer: what shows, and the
// joiners and directions that scripts need.
func typeable(r rune) bool {
	switch r {
	case '\u200c', '\u200d', '\u200e', '\u200f', '\u061c':
		return true
	case utf8.RuneError:
		return false
	}
	return unicode.IsGraphic(r)
}

// Left and Right move by one grapheme, Home and End to the ends.
func (b *Buffer) Left()  { b.move(1) }
func (b *Buffer) Right() { b.move(-1) }
func (b *Buffer) Home()  { b.move(len(b.before)) }
func (b *Buffer) End()   { b.move(-len(b.after)) }

// WordLeft and WordRight move over the spaces and the word that follow.
func (b *Buffer) WordLeft()  { b.move(wordLength(b.before)) }
func (b *Buffer) WordRight() { b.move(-wordLength(b.after)) }

// Backspace and Delete take one grapheme away, before and after the cursor.
func (b *Buffer) Backspace() { b.cut(1) }
func (b *Buffer) Delete()    { b.cut(-1) }

// The kills take more than one grapheme away and keep it for Yank.
func (b *Buffer) KillWordLeft()  { b.killed = b.cut(wordLength(b.before)) }
func (b *Buffer) KillWordRight() { b.killed = b.cut(-wordLength(b.after)) }
func (b *Buffer) KillField()     { b.killed = b.cut(fieldLength(b.before)) }
func (b *Buffer) KillLeft()      { b.killed = b.cut(len(b.before)) }
func (b *Buffer) KillRight()     { b.killed = b.cut(-len(b.after)) }

// Yank puts in what was killed last.
func (b *Buffer) Yank() { b.Insert(b.killed) }

// move moves the cursor by n graphemes to the left, or -n to the right.
func (b *Buffer) move(n int) {
	from, to := &b.before, &b.after
	if n < 0 {
		from, to, n = to, from, -n
	}
	for range min(n, len(*from)) {
		last := len(*from) - 1
		*to = append(*to, (*from)[last])
		*from = (*from)[:last]
	}
}

// cut removes n graphemes left of the cursor, or -n right of it.
func (b *Buffer) cut(n int) string {
	cells, right := &b.before, n < 0
	if right {
		cells, n = &b.after, -n
	}
	keep := len(*cells) - min(n, len(*cells))
	gone := slices.Clone((*cells)[keep:])
	*cells = (*cells)[:keep]
	if right {
		slices.Reverse(gone)
	}
	var s strings.Builder
	for _, c := range gone {
		s.WriteString(c.text)
	}
	b.runes -= utf8.RuneCountInString(s.String())
	return s.String()
}

// wordLength counts the graphemes from the end of cells over one word.
func wordLength(cells []cell) int {
	return run(cells, func(c cell) bool { return !isWord(c) }, isWord)
}

// fieldLength counts the graphemes from the end of cells over all but spaces.
func fieldLength(cells []cell) int {
	space := func(c cell) bool { return c.text == " " }
	return run(cells, space, func(c cell) bool { return !space(c) })
}

// run counts the cells from the end that are first of one kind, then of the other.
func run(cells []cell, first, then func(cell) bool) int {
	n := len(cells)
	for n > 0 && first(cells[n-1]) {
		n--
	}
	for n > 0 && then(cells[n-1]) {
		n--
	}
	return len(cells) - n
}

func isWord(c cell) bool {
	r, _ := utf8.DecodeRuneInString(c.text)
	return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_'
}
