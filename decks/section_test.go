package decks_test

import (
	"regexp"
	"testing"

	"kartei/decks"
)

func TestSectionsAreNamedByHeadings(t *testing.T) {
	section := []string{"The *future*", "Ukraine, and Trump's return", "C++"}
	for _, c := range []struct {
		name    string
		is, has bool
	}{
		{"the future", true, true},
		{"UKRAINE and  trump’s return", true, true},
		{"ukraine-and-trump-s-return", true, true},
		{"Ukraine", false, true},
		{"c++", true, true},
		{"c", false, true},
		{"c#", false, false},
		{"The future › C++", true, true},
		{"Ukraine, and Trump's return › c++", true, true},
		{"future › c++", false, false}, // only the last is found by a part
		{"The future › ukraine", false, true},
		{"C++ › The future", false, false},
		{"", false, false},
		{"-", false, false},
		{"The future ›", false, false},
	} {
		if is, has := decks.SectionIs(section, c.name), decks.SectionHas(section, c.name); is != c.is || has != c.has {
			t.Errorf("%q: is %v, has %v; want %v, %v", c.name, is, has, c.is, c.has)
		}
	}
	if !decks.SectionMatches(section, regexp.MustCompile("^ukraine.*$")) {
		t.Error("a pattern finds no heading")
	}
	if got := decks.SectionWord("Ukraine, and Trump's *return*"); got != "ukraine-and-trump-s-return" {
		t.Error(got)
	}
}
