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

// TestPartSums holds that the sums of parts are what they were in every version.
func TestPartSums(t *testing.T) {
	options := []decks.Option{{Text: "a", Right: true}, {Text: "b", Why: "c"}}
	var got []string
	for _, c := range []decks.Card{
		{Kind: decks.Recall, Prompt: "Q", Answer: "A", Hint: "h", Note: "n", Accept: []string{"x"}, Options: options[1:], AsOf: "2026"},
		{Kind: decks.Choice, Prompt: "Q", Options: options, Note: "n"},
		{Kind: decks.Set, Prompt: "Q", Items: []string{"a", "b"}, Source: "s"},
		{Kind: decks.Sequence, Prompt: "Q", Items: []string{"a", "b"}},
		{Kind: decks.Cloze, Text: "{{1::a}}"},
	} {
		for _, part := range parts {
			got = append(got, partSum(&decks.Fact{Cards: []decks.Card{c}}, part))
		}
	}
	if want := "9ae0557cc004ac87 621c7f1e443b7ee7 f4926b3c9a617ae1 dff40c170cc97705 6e7b0adcd0158772 ca7551e214ab96d3 1d9d760156f2aefb  f90b91cfb2b4f36e  9ae0557cc004ac87 b54d081db23ad11c   af7d43b185a56a7a 1555f4ad4f90aa41 6f7e4c8da7ee07c9    9d68f1bc44a2e349    "; strings.Join(got, " ") != want {
		t.Errorf("the sums are\n%s\nand were\n%s", strings.Join(got, " "), want)
	}
}
