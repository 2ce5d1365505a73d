package fault

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"review", "compile", "check", "completion", "config", "nato-en", "nato-de"}
	for word, want := range map[string]string{"reveiw": "review", "comp": "compile completion", "nato-em": "nato-en", "NATO-DE": "nato-de", "nato": "nato-en nato-de", "c": "compile check completion", "chekc": "check", "frobnicate": "", "": ""} {
		if got := strings.Join(Nearest(word, names), " "); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestKeystrokes(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "", 3}, {"kitten", "sitting", 3}} {
		if got := keystrokes(c.a, c.b); got != c.want || keystrokes(c.b, c.a) != c.want {
			t.Errorf("keystrokes(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
