package html

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestHasLinkSign(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "a < b ! c [d] e": false, "<abbr>x</abbr>": false, "<image >": false, "x]": false, "]  (": false,
		"[a](b)": true, "[a] [b]": true, "]:": true, "x <A href=y>": true, "<IMG\nsrc=x>": true, "<Audio>": true, "!![": true,
		"[Sound:x]": true, "é<object": true, "[[!<video": true,
	} {
		if got := hasLinkSign(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
	anywhere := regexp.MustCompile(strings.TrimPrefix(linkSign.Regexp().String(), "^"))
	draw := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"]", "<", "[", "!", "(", " ", ":", "a", "IMG", "img", "A", "sound", "\n", "\t", "é", "<a", "![", "[sound:"}
	for range 3000 {
		var text string
		for range draw.IntN(12) {
			text += pieces[draw.IntN(len(pieces))]
		}
		if got, want := hasLinkSign(text), anywhere.MatchString(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
