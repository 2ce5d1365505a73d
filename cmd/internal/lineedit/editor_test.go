package lineedit_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/lineedit"
	"kartei/cmd/internal/screentest"
)

// edit types input and returns the screen as it was before the last key, and
// the line.
func edit(t testing.TB, columns int, input string) (grid *screentest.Grid, line string, err error) {
	t.Helper()
	grid = screentest.NewGrid(columns, 5)
	e := lineedit.Editor{
		Keys:   keys.NewReader(strings.NewReader(input), nil),
		Out:    grid,
		Width:  func() int { return columns },
		Prompt: "答え> ",
	}
	line, err = e.Read(t.Context())
	return grid, line, err
}

func TestEditorScreen(t *testing.T) {
	left := func(n int) string { return strings.Repeat(screentest.Left, n) }
	tests := []struct {
		name, keys string
		screen     string
		x          int // of the cursor, before the line ends
	}{
		{"empty", "", "答え>", 6},
		{"typed", "Norfolk", "答え> Norfolk", 13},
		{"in the middle", "Norfolk" + left(2), "答え> Norfolk", 11},
		{"wide, changed", "東京都\x7f市" + left(2) + "北", "答え> 東北京市", 10},
		{"accent", "cafe\u0301!", "答え> cafe\u0301!", 11},
		{"scrolled to its end", "abcdefghijklmnopqrstuvwxyz", "答え> ‹pqrstuvwxyz", 18},
		{"scrolled to its start", "abcdefghijklmnopqrstuvwxyz\x01", "答え> abcdefghijkl›", 6},
		{"scrolled to its middle", "abcdefghijklmnopqrstuvwxyz" + left(12), "答え> ‹klmnopqrstu›", 11},
		{"a wide one at the edge", "東京都東京都東京都", "答え> ‹京都東京都", 17},
		{"pasted", screentest.Paste("two\nlines"), "答え> two lines", 15},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			grid, _, err := edit(t, 20, test.keys)
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			if got := grid.String(); got != test.screen+"\n" {
				t.Errorf("the screen is\n%s, want\n%s", got, test.screen)
			}
			if x, y, _ := lastCursor(t, 20, test.keys); x != test.x || y != 0 {
				t.Errorf("the cursor is at %d, %d, want %d, 0", x, y, test.x)
			}
		})
	}
}

// lastCursor is where the cursor was before the line ended.
func lastCursor(t testing.TB, columns int, input string) (x, y int, visible bool) {
	grid := screentest.NewGrid(columns, 5)
	out := &withoutEnd{grid}
	e := lineedit.Editor{Keys: keys.NewReader(strings.NewReader(input), nil), Out: out, Width: func() int { return columns }, Prompt: "答え> "}
	e.Read(t.Context())
	return grid.Cursor()
}

// What is typed as a secret reaches nobody's eyes, nor the log of a terminal.
func TestEditorHidden(t *testing.T) {
	var out strings.Builder
	e := lineedit.Editor{Keys: keys.NewReader(strings.NewReader("secrx\x7fet\r"), nil), Out: &out, Width: func() int { return 40 }, Prompt: "passphrase> ", Hidden: true}
	got, err := e.Read(t.Context())
	if err != nil || got != "secret" || strings.ContainsAny(strings.ReplaceAll(out.String(), "passphrase", ""), "cetx•*") {
		t.Errorf("%q was typed, and %q drawn: %v", got, out.String(), err)
	}
}

type withoutEnd struct{ io.Writer }

func (w *withoutEnd) Write(p []byte) (int, error) {
	if string(p) == "\r\n" {
		return len(p), nil
	}
	return w.Writer.Write(p)
}

func TestEditorKeys(t *testing.T) {
	tests := []struct{ name, keys, want string }{
		{"enter", "ab\rcd\r", "ab"},
		{"word motions", "one two\x1bbX\x1b[1;5DY\r", "one YXtwo"},
		{"kill and yank", "one two\x17\x01\x19\r", "twoone "},
		{"delete key", "abc\x1b[H\x1b[3~\r", "bc"},
		{"ctrl-d deletes", "abc\x01\x04\r", "bc"},
		{"ten thousand and no more", strings.Repeat("x", 10_010) + "\r", strings.Repeat("x", 10_000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, got, err := edit(t, 80, test.keys)
			if err != nil || got != test.want {
				t.Errorf("got %.40q (%d), %v, want %.40q", got, len(got), err, test.want)
			}
		})
	}
}

func TestEditorLeave(t *testing.T) {
	left := errors.New("left")
	e := lineedit.Editor{
		Keys:  keys.NewReader(strings.NewReader("ab\x1b[11~"), nil),
		Out:   io.Discard,
		Width: func() int { return 80 },
		Leave: func(k keys.Key, empty bool) error {
			if k == "f1" && !empty {
				return left
			}
			return nil
		},
	}
	if line, err := e.Read(t.Context()); line != "" || !errors.Is(err, left) {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestEditorStopsWhereItCannotDraw(t *testing.T) {
	in, out := io.Pipe()
	in.Close()
	e := lineedit.Editor{Keys: keys.NewReader(strings.NewReader("a\r"), nil), Out: out, Width: func() int { return 80 }}
	if _, err := e.Read(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

// FuzzEditor: whatever is typed at whatever width, nothing but the one row is
// drawn on, and no control but ours is written.
func FuzzEditor(f *testing.F) {
	f.Add("Nörfolk 東京\x1b[D\x7f\x01X", 20)
	f.Add("e\u0301\u0301🇩🇪👩‍👩‍👧\x02\x02\x02a", 12)
	f.Fuzz(func(t *testing.T, input string, columns int) {
		columns = 12 + (columns%60+60)%60
		var raw strings.Builder
		grid := screentest.NewGrid(columns, 5)
		e := lineedit.Editor{
			Keys:   keys.NewReader(strings.NewReader(input), nil),
			Out:    io.MultiWriter(&raw, grid),
			Width:  func() int { return columns },
			Prompt: "> ",
		}
		e.Read(t.Context())
		if stray := screentest.Stray([]byte(raw.String())); stray != nil {
			t.Errorf("stray controls %q", stray)
		}
		if x, y, _ := grid.Cursor(); x != 0 || y != 1 {
			t.Errorf("the line ended at %d, %d:\n%s", x, y, grid)
		}
	})
}

// BenchmarkKey is the time from a key to the painted line.
func BenchmarkKey(b *testing.B) {
	for _, length := range []int{10, 10_000} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			in, keyboard := io.Pipe()
			painted := make(chan struct{}, 1)
			e := lineedit.Editor{
				Keys:   keys.NewReader(in, nil),
				Out:    signalling{painted},
				Width:  func() int { return 80 },
				Prompt: "> ",
			}
			go e.Read(b.Context())
			<-painted
			for range length {
				keyboard.Write([]byte("x"))
				<-painted
			}
			for b.Loop() {
				keyboard.Write([]byte("\x02"))
				<-painted
			}
			keyboard.Close()
		})
	}
}

type signalling struct{ c chan struct{} }

func (s signalling) Write(p []byte) (int, error) {
	s.c <- struct{}{}
	return len(p), nil
}
