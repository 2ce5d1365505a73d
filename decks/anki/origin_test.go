package anki

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
)

// TestOrigins holds that origins come back as they were written, whatever a
// stranger's guids and names are.
func TestOrigins(t *testing.T) {
	written := []Origin{
		{Fact: "kenya", Sum: "0a", GUID: `z7CO&Oc;_]"#`, Notetype: "Basic (and reversed card)", AnkiDeck: "Geo & more::Africa"},
		{Fact: "cairo", Sum: "0b", GUID: "#a", Notetype: "Lückentext", Cloze: true, AnkiDeck: "地理"},
		{Fact: "delta", Sum: "0c", GUID: "tab\tand\nline"},
	}
	var out bytes.Buffer
	if err := WriteOrigins(&out, slices.Values(written)); err != nil {
		t.Fatal(err)
	}
	want := map[string]Origin{}
	for _, o := range written {
		o.GUID = strings.NewReplacer("\t", " ", "\n", " ").Replace(o.GUID)
		want[o.Fact] = o
	}
	read, err := ReadOrigins(&out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
	for _, bad := range []string{"kenya", "kenya\tsum\tbasic\t\tBasic\tGeo", "\tsum\tbasic\tguid\tBasic\tGeo", strings.Repeat("x", 1<<20)} {
		if got, err := ReadOrigins(strings.NewReader(bad)); err == nil {
			t.Errorf("%.40q is read as %v", bad, got)
		}
	}
}

// TestFactSum holds that the sum of a fact is what it was in every version: files
// of origins have it.
func TestFactSum(t *testing.T) {
	f := &decks.Fact{Key: "f", Cards: []decks.Card{
		{Kind: decks.Choice, Prompt: "Q", Options: []decks.Option{{Text: "a", Right: true}, {Text: "b", Why: "c"}}},
		{Kind: decks.Set, Prompt: "Q", Items: []string{"a", "b"}, Accept: []string{"x"}, Note: "n", Hint: "h", Source: "s"},
		{Kind: decks.Cloze, Text: "{{1::a}}"},
	}}
	if got, want := FactSum(f), "bd90fca26ab44c477c92"; got != want {
		t.Errorf("the sum is %s and was %s", got, want)
	}
	before := FactSum(f)
	f.Cards[1].Items = []string{"ab"}
	if FactSum(f) == before {
		t.Error("an edit changes nothing")
	}
}
