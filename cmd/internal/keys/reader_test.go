package keys_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/keys"
)

// read returns the names of all keys that input stands for, pasted text with
// what was pasted.
func read(t testing.TB, input string) []string {
	t.Helper()
	r := keys.NewReader(strings.NewReader(input), nil)
	var names []string
	for {
		e, err := r.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		name := e.Key.String()
		if e.Key == keys.Paste {
			name += " " + e.Text
		}
		names = append(names, name)
	}
}

func TestNext(t *testing.T) {
	tests := []struct {
		name, input string
		want        string // keys, "|" between them
	}{
		{"text", "aé東👩", "a|é|東|👩"},
		{"enter, however it is sent", "\r\n\x1bOM", "enter|enter|enter"},
		{"controls", "\x00\x01\x03\x04\x1a\x1c\x1f\t\b\x7f", "ctrl-space|ctrl-a|ctrl-c|ctrl-d|ctrl-z|ctrl-\\|ctrl-_|tab|backspace|backspace"},
		{"arrows", "\x1b[A\x1b[B\x1bOC\x1bOD", "up|down|right|left"},
		{"editing keys", "\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "home|end|home|end|insert|delete|pgup|pgdn"},
		{"modifiers", "\x1b[1;5C\x1b[1;3D\x1b[3;5~\x1b[Z\x1bb\x1b\x7f\x1bé", "ctrl-right|alt-left|ctrl-delete|shift-tab|alt-b|alt-backspace|alt-é"},
		{"function keys", "\x1bOP\x1b[15~\x1b[24~", "f1|f5|f12"},
		{"escape alone", "\x1b\x1ba", "esc|alt-a"},
		{"paste", "\x1b[200~two\nlines \x1b[31m\x1b[201~x", "paste two\nlines \x1b[31m|x"},
		{"broken paste end", "\x1b[200~\x1b\x1b[201~x", "paste \x1b|x"},
		{"unknown sequences", "\x1b[99~a\x1b[1;99Xb\x1b[?1;2cc\x1b[12;40Rd", "a|b|c|d"},
		{"replies", "\x1b]11;rgb:0/0/0\x07a\x1bP1$r0m\x1b\\b", "a|b"},
		{"mouse", "\x1b[M !!a\x1b[<0;1;1Mb", "a|b"},
		{"broken UTF-8", "\xffa\xc3(\xe6\x9db", "a|(|b"},
		{"C1", "\u009ba", "a"},
		{"broken sequence", "\x1b[1\x03", "ctrl-c"},
		{"endless sequence", "\x1b[" + strings.Repeat("1", 64) + "a", "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(read(t, test.input), "|")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLoneEscape(t *testing.T) {
	in, out := io.Pipe()
	r := keys.NewReader(in, nil)
	go io.WriteString(out, "\x1b")
	if e, err := r.Next(t.Context()); err != nil || e.Key != keys.Escape {
		t.Fatalf("got %v, %v", e, err)
	}
	go io.WriteString(out, "a")
	if e, err := r.Next(t.Context()); err != nil || e.Key != "a" {
		t.Fatalf("got %v, %v", e, err)
	}
}

func TestCancelledWaitLosesNothing(t *testing.T) {
	in, out := io.Pipe()
	r := keys.NewReader(in, nil)
	cause := errors.New("time is up")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		io.WriteString(out, "\xe6\x9d") // the beginning of a character
		cancel(cause)
	}()
	if _, err := r.Next(ctx); !errors.Is(err, cause) {
		t.Fatalf("got %v, want %v", err, cause)
	}
	go io.WriteString(out, "\xb1b")
	for _, want := range []keys.Key{"東", "b"} {
		if e, err := r.Next(t.Context()); err != nil || e.Key != want {
			t.Fatalf("got %v, %v, want %s", e, err, want)
		}
	}
}

func TestResize(t *testing.T) {
	in, out := io.Pipe()
	resized := make(chan os.Signal, 1)
	r := keys.NewReader(in, resized)
	resized <- syscall.SIGTERM // any signal will do
	if e, err := r.Next(t.Context()); err != nil || e.Key != keys.Resize {
		t.Fatalf("got %v, %v", e, err)
	}
	go io.WriteString(out, "a")
	if e, err := r.Next(t.Context()); err != nil || e.Key != "a" {
		t.Fatalf("got %v, %v", e, err)
	}
}

func TestTypeAheadStays(t *testing.T) {
	in := strings.NewReader("abc")
	r := keys.NewReader(in, nil)
	if _, err := r.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Millisecond)
	if in.Len() != 2 {
		t.Errorf("%d bytes left for others, want 2", in.Len())
	}
}

func TestParse(t *testing.T) {
	for _, name := range []string{"a", "?", "é", "space", "enter", "ctrl-u", "ctrl-right", "alt-b", "shift-tab", "f1", "f12", "esc"} {
		k, err := keys.Parse(name)
		if err != nil {
			t.Errorf("Parse(%q): %v", name, err)
		}
		if k.String() != name {
			t.Errorf("Parse(%q) is called %q", name, k)
		}
	}
	for _, name := range []string{"", "\x1b", "return", "f0", "f13", "f01", "ctrl-", "ctrl-é", "strg-c"} {
		if k, err := keys.Parse(name); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", name, k)
		}
	}
}

// FuzzNext: whatever a terminal sends, keys are read to its end, each is
// printable, and the text of a key is the key.
func FuzzNext(f *testing.F) {
	f.Add("a\x1b[A\x1b[200~x\x1b[201~\xff\x1b]0;t\x07")
	f.Fuzz(func(t *testing.T, input string) {
		r := keys.NewReader(strings.NewReader(input), nil)
		for range len(input) + 1 {
			e, err := r.Next(t.Context())
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil || e.Key == "" {
				t.Fatalf("%v, %v", e, err)
			}
			if e.Key.Types() != (e.Text != "" && e.Key != keys.Paste) {
				t.Errorf("%q types %q", e.Key, e.Text)
			}
			if strings.ContainsFunc(string(e.Key), func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
				t.Errorf("a control in %q", e.Key)
			}
		}
		t.Errorf("more keys than bytes in %q", input)
	})
}
