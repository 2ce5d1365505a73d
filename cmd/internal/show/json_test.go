package show

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// TestJSONShowsWhatItHolds puts every character into a string: what comes out
// reads back the same, on one line, and a terminal shows all of it.
func TestJSONShowsWhatItHolds(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r < 0xd800 || r > 0xdfff {
			all.WriteRune(r)
		}
	}
	var out bytes.Buffer
	if err := JSON(&out, map[string]string{all.String()[:1]: all.String()}); err != nil {
		t.Fatal(err)
	}
	line, ok := strings.CutSuffix(out.String(), "\n")
	if !ok || strings.Contains(line, "\n") {
		t.Error("it is not one line")
	}
	for _, r := range line {
		if r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%U is in the output", r)
		}
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["\x00"] != all.String() {
		t.Errorf("it reads back as something else, error %v", err)
	}
}
