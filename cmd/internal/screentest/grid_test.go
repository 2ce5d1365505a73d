package screentest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/screentest"
)

func TestGrid(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"lines", "a\r\nb", "a\nb"},
		{"overwrite", "abc\rX", "Xbc"},
		{"backspace", "abc\b\bX", "aXc"},
		{"tab", "a\tb", "a       b"},
		{"wrap", "abcdefghijkl", "abcdefghij\nkl"},
		{"the last column waits", "abcdefghij\r\nk", "abcdefghij\nk"},
		{"no wrap", "\x1b[?7labcdefghijkl", "abcdefghil"},
		{"wide at the edge", "abcdefghi東", "abcdefghi\n東"},
		{"half of a wide one", "東京\rX", "X 京"},
		{"other half of a wide one", "東京\x1b[3DX", " X京"},
		{"accent", "cafe\u0301!", "cafe\u0301!"},
		{"accent written later", "e\x00\u0301!", "e\u0301!"},
		{"erase to the end", "abcdef\x1b[3D\x1b[K", "abc"},
		{"erase to the start", "abcdef\x1b[3D\x1b[1K", "    ef"},
		{"erase the line", "abc\x1b[2K", ""},
		{"erase below", "a\r\nb\r\nc\x1b[2A\r\x1b[J", ""},
		{"erase all", "a\r\nb\x1b[2J", ""},
		{"move", "a\r\nb\x1b[AX\x1b[5CY\x1b[BZ\x1b[2DW", "aX     Y\nb      WZ"},
		{"column", "abc\x1b[2GX\x1b[HY", "YXc"},
		{"colour is not kept", "\x1b[1;31mred\x1b[0m", "red"},
		{"scroll", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"},
	}
	for _, test := range tests {
		for _, size := range []int{1, len(test.in)} { // byte by byte, and at once
			g := screentest.NewGrid(10, 4)
			for rest := test.in; rest != ""; rest = rest[size:] {
				g.Write([]byte(rest[:size]))
			}
			if diff := cmp.Diff(test.want+"\n", g.String()); diff != "" {
				t.Errorf("%s, %d bytes a write, -want +got:\n%s", test.name, size, diff)
			}
		}
	}
}

func TestGridHistory(t *testing.T) {
	g := screentest.NewGrid(10, 2)
	g.Write([]byte("1\r\n2\r\n3\r\n4"))
	if got := g.History(); got != "1\n2\n3\n4\n" {
		t.Errorf("got %q", got)
	}
}

func TestGridResize(t *testing.T) {
	g := screentest.NewGrid(10, 4)
	g.Write([]byte("abcdefg\r\nabc東d\r\n3\r\nlonger"))
	g.Resize(4, 4)
	if got, want := g.History(), "abcd\nefg\nabc\n東d\n3\nlong\ner\n"; got != want {
		t.Errorf("narrower: %q, want %q", got, want)
	}
	if x, y, _ := g.Cursor(); x != 2 || y != 3 {
		t.Errorf("the cursor is at %d, %d", x, y)
	}
	g.Resize(8, 5)
	g.Write([]byte("!!"))
	if got, want := g.String(), "東d\n3\nlong\ner!!\n"; got != want {
		t.Errorf("wider: %q, want %q", got, want)
	}
}

func TestStray(t *testing.T) {
	clean := "\x1b[1;31mred\x1b[0m\r\n\x1b[2K\x1b[J\x1b[3D\x1b[?7l\x1b[?2004h\b 東京 👩‍👩‍👧"
	if got := screentest.Stray([]byte(clean)); got != nil {
		t.Errorf("ours count as stray: %q", got)
	}
	for _, control := range []string{"\x07", "\x1b]0;x", "\x1bc", "\x1b[6n", "\x1b[?1049h", "\x9b31m", "\u009b", "\u202e", "\u2066", "\x7f", "\t", "\x00", "\U000e0041", "\xff"} {
		if got := screentest.Stray([]byte("a" + control + "b")); len(got) != 1 || !strings.HasPrefix(got[0], "1: ") {
			t.Errorf("%q gives %q", control, got)
		}
	}
}

// FuzzGrid: nothing that a program writes leaves the screen other than its size.
func FuzzGrid(f *testing.F) {
	f.Add("a\x1b[2J東\x1b[999B\x1b[?7l👩‍👩‍👧", 3, 2)
	f.Fuzz(func(t *testing.T, in string, columns, rows int) {
		columns, rows = 1+(columns%50+50)%50, 1+(rows%20+20)%20
		g := screentest.NewGrid(columns, rows)
		g.Write([]byte(in))
		g.Resize(1+columns/2, 1+rows/2)
		g.Write([]byte(in))
		x, y, _ := g.Cursor()
		if x < 0 || x > columns/2 || y < 0 || y > rows/2 {
			t.Errorf("the cursor is at %d, %d", x, y)
		}
		if n := strings.Count(g.String(), "\n"); n > 1+rows/2 {
			t.Errorf("%d lines", n)
		}
	})
}
