package ask

import (
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	const list = "\x1b[2K\r1 東京\n\x1b[2K\r2 Bern\n"
	tests := []struct {
		name  string
		write func(*screen)
		want  string
	}{
		{"a list, and the cursor back at the left", func(s *screen) { s.Write([]byte(list)) }, list + "\r"},
		{"no bell", func(s *screen) { s.Write([]byte("\x1b[K\x07\x01a")) }, "\x1b[Ka"},
		{"no echo", func(s *screen) { s.Write([]byte("typed")); s.Write([]byte(" \b")) }, ""},
		{"nothing once closed", func(s *screen) { s.Close(); s.Write([]byte("\x1b[J\x1b[2K\r")) }, ""},
		{"rows that a narrower window adds", func(s *screen) {
			s.Write([]byte(list))
			s.flow(3) // "1 東京" takes two rows, "2 Bern" two
		}, list + "\r\x1b[2A\x1b[J"},
		{"none that it does not", func(s *screen) { s.Write([]byte(list)); s.flow(6) }, list + "\r"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			test.write(&screen{out: &out, columns: 80})
			if out.String() != test.want {
				t.Errorf("wrote %q, want %q", out.String(), test.want)
			}
		})
	}
}
