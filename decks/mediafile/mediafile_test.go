package mediafile_test

import (
	"testing"
	"testing/fstest"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/mediafile"
)

// A file has one name in whatever code points the deck, the disk, or an escape
// spells it.
func TestFind(t *testing.T) {
	const file = "Übung/café.png"
	for _, disk := range []norm.Form{norm.NFC, norm.NFD} {
		folder := fstest.MapFS{disk.String(file): {}}
		for _, deck := range []norm.Form{norm.NFC, norm.NFD} {
			if found := mediafile.Find(folder, deck.String(file)); found != disk.String(file) {
				t.Errorf("disk %d, deck %d: %q", disk, deck, found)
			}
			if missing := deck.String("Übung/cafe.png"); mediafile.Find(folder, missing) != missing {
				t.Errorf("a file that is not there was found for %q", missing)
			}
		}
	}
	both := fstest.MapFS{norm.NFC.String(file): {}, norm.NFD.String(file): {}}
	if found := mediafile.Find(both, norm.NFD.String(file)); found != norm.NFD.String(file) {
		t.Errorf("of two files the one of that very name was to be found, not %q", found)
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct{ address, name, fault string }{
		{"img/a.png", "sub/img/a.png", ""},
		{"../a%20b.png", "a b.png", ""},
		{"../../a.png", "", "is outside the folder"},
		{"%2e%2e/%2e%2e/a.png", "", "is outside the folder"},
		{`..\a.png`, "", "is outside the folder"},
		{"/a.png", "", "is outside the folder"},
		{"https://example.org/a.png", "", "is on the network, which Kartei never opens"},
	} {
		name, err := mediafile.Name("sub/deck.md", c.address)
		if name != c.name || (err != nil) != (c.fault != "") || err != nil && err.Error() != c.fault {
			t.Errorf("%s: %q, %v", c.address, name, err)
		}
	}
}
