package reimport

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks/syntax"
)

// deckOf writes words as an import writes them.
func deckOf(words [][2]string) []byte {
	var b strings.Builder
	b.WriteString("---\ndeck: words\n---\n")
	for _, w := range words {
		fmt.Fprintf(&b, "\nT: %s\nD: %s\n", w[0], w[1])
	}
	text, err := syntax.FormatWithTextIDs([]byte(b.String()))
	if err != nil {
		panic(err)
	}
	return text
}

func baseOf(t interface{ Fatal(...any) }, text []byte) Base {
	base, err := BaseOf(text)
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func merge(t interface{ Fatal(...any) }, deck, source []byte, base Base) Result {
	r, err := Merge(deck, source, base)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// summary names what became of facts.
func summary(r Result) (all []string) {
	for _, c := range r.Changes {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s|%s %s", c.Kind, c.Old, c.New, c.Why)))
	}
	return all
}

var words = [][2]string{{"house", "дом"}, {"dog", "собака"}, {"cat", "кошка"}, {"mouth", "рот"}}

func TestMerge(t *testing.T) {
	for name, c := range map[string]struct {
		edit   func(string) string // by the author
		source [][2]string
		want   []string
		holds  string
	}{
		"the same":      {nil, words, nil, "D: дом\n"},
		"an answer":     {nil, [][2]string{{"house", "здание"}, words[1], words[2], words[3]}, []string{"changed house → дом|house → здание"}, "T: house\nD: здание\nId: house\n"},
		"a question":    {nil, [][2]string{{"home", "дом"}, words[1], words[2], words[3]}, []string{"changed house → дом|home → дом"}, "T: home\nD: дом\nId: house\n"},
		"put in front":  {nil, append([][2]string{{"mouse", "мышь"}}, words...), []string{"added |mouse → мышь"}, "---\n\nT: mouse\nD: мышь\nId: mouse\n\nT: house\n"},
		"put between":   {nil, [][2]string{words[0], {"mouse", "мышь"}, words[1], words[2], words[3]}, []string{"added |mouse → мышь"}, "Id: house\n\nT: mouse\nD: мышь\nId: mouse\n\nT: dog\n"},
		"put behind":    {nil, append(append([][2]string{}, words...), [2]string{"mouse", "мышь"}), []string{"added |mouse → мышь"}, "Id: mouth\n\nT: mouse\nD: мышь\nId: mouse\n"},
		"taken out":     {nil, words[1:], []string{"gone house → дом|"}, "---\n\nT: dog\n"},
		"turned around": {nil, [][2]string{words[3], words[2], words[1], words[0]}, nil, "Id: house\n\nT: dog\n"},
		"all replaced":  {nil, [][2]string{{"one", "раз"}}, []string{"added |one → раз", "gone house → дом|", "gone dog → собака|", "gone cat → кошка|", "gone mouth → рот|"}, "---\n\nT: one\nD: раз\nId: one\n"},
		"exchanged answers": {nil, [][2]string{{"house", "собака"}, {"dog", "дом"}, words[2], words[3]},
			[]string{"changed house → дом|house → собака", "changed dog → собака|dog → дом"}, "T: house\nD: собака\nId: house\n"},
		"a note of the author's": {replace("D: дом\n", "D: дом\nNote: big\n"), [][2]string{{"house", "здание"}, words[1], words[2], words[3]},
			[]string{"changed house → дом|house → здание"}, "T: house\nD: здание\nNote: big\nId: house\n"},
		"edited here": {replace("D: дом\n", "D: изба\n"), words, nil, "D: изба\n"},
		"edited here and there": {replace("D: дом\n", "D: изба\n"), [][2]string{{"house", "здание"}, words[1], words[2], words[3]},
			[]string{"kept house → изба|house → здание " + bothChanged}, "D: изба\n"},
		"edited here, gone there": {replace("D: дом\n", "D: изба\n"), words[1:], []string{"kept house → изба| " + goneButOwn}, "D: изба\n"},
		"mended here as there":    {replace("D: дом\n", "D: здание\n"), [][2]string{{"house", "здание"}, words[1], words[2], words[3]}, nil, "D: здание\n"},
		"a fact of the author's":  {replace("T: dog", "Q: Mine?\nA: Yes.\n\nT: dog"), words[1:], []string{"gone house → дом|"}, "Q: Mine?\nA: Yes.\n\nT: dog"},
		"prose and spaces":        {replace("T: dog", "Some   prose .\n\nT:   dog"), [][2]string{{"house", "здание"}, words[1], words[2], words[3]}, []string{"changed house → дом|house → здание"}, "Some   prose .\n\nT:   dog"},
		"another form here": {replace("T: house\nD: дом", "Q: house\nA: дом"), [][2]string{{"house", "здание"}, words[1], words[2], words[3]},
			[]string{"kept house → дом|house → здание " + otherForm}, "Q: house\nA: дом"},
		"a table here": {replace("T: house\nD: дом\nId: house\n", "| id | en | ru |\n|---|---|---|\n| h | house | дом |\n\nQ: {en}\nA: {ru}\n"), words, []string{"gone"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := deckOf(words)
			deck := before
			if c.edit != nil {
				deck = []byte(c.edit(string(before)))
				if bytes.Equal(deck, before) {
					t.Fatal("the author edits nothing")
				}
			}
			r := merge(t, deck, deckOf(c.source), baseOf(t, before))
			if name == "a table here" {
				if len(r.Changes) > 0 || r.Same != len(words) {
					t.Errorf("%v, %d the same", summary(r), r.Same)
				}
				return
			}
			if diff := cmp.Diff(c.want, summary(r)); diff != "" {
				t.Errorf("changes (-want +got)\n%s", diff)
			}
			if !strings.Contains(string(r.Text), c.holds) {
				t.Errorf("%q is missing in\n%s", c.holds, r.Text)
			}
			if again := merge(t, r.Text, deckOf(c.source), r.Base); len(again.Changes) > 0 || !bytes.Equal(again.Text, r.Text) {
				t.Errorf("again: %v\n%s", summary(again), again.Text)
			}
		})
	}
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// Without a base nothing is changed that may be the author's.
func TestMergeWithoutBase(t *testing.T) {
	r := merge(t, deckOf(words), deckOf([][2]string{{"house", "здание"}, words[1], {"mouse", "мышь"}}), nil)
	want := []string{"added |mouse → мышь", "kept house → дом|house → здание " + unknownBase}
	if diff := cmp.Diff(want, summary(r)); diff != "" {
		t.Errorf("changes (-want +got)\n%s", diff)
	}
	for _, text := range []string{"D: дом\n", "D: рот\n", "D: мышь\n"} {
		if !strings.Contains(string(r.Text), text) {
			t.Errorf("%q is missing in\n%s", text, r.Text)
		}
	}
}

// A base comes back as it was written.
func TestBase(t *testing.T) {
	base := baseOf(t, deckOf(words))
	var b bytes.Buffer
	if err := base.Write(&b); err != nil {
		t.Fatal(err)
	}
	read, err := ReadBase(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(base, read); diff != "" {
		t.Error(diff)
	}
	if _, err := ReadBase(strings.NewReader("house T=a")); err == nil {
		t.Error("a line without a tab is read")
	}
}

// Whatever becomes of a list, the deck that nobody edited says what the list says,
// and facts that are in both keep their ids.
func TestMergeFollows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"house", "дом", "犬", "x + 1", "What is it?", "a", "кошка", "long words of several kinds"})
		list := func(name string) [][2]string {
			return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) [2]string { return [2]string{word.Draw(t, "term"), word.Draw(t, "definition")} }),
				1, 8, func(w [2]string) [2]string { return w }).Draw(t, name)
		}
		before := deckOf(list("before"))
		deck, base := before, baseOf(t, before)
		for range 3 {
			source := deckOf(list("now"))
			r := merge(t, deck, source, base)
			want, got := said(t, source), said(t, r.Text)
			for whole := range want {
				if got[whole] == "" {
					t.Fatalf("%q is missing in\n%s\nof\n%s", whole, r.Text, source)
				}
			}
			if len(got) != len(want) {
				t.Fatalf("%d facts, of %d\n%s", len(got), len(want), r.Text)
			}
			for whole, id := range said(t, deck) {
				if got[whole] != "" && got[whole] != id {
					t.Fatalf("%q was %s and is %s", whole, id, got[whole])
				}
			}
			deck, base = r.Text, r.Base
		}
	})
}

// said returns the ids by what facts say.
func said(t interface{ Fatal(...any) }, text []byte) map[string]string {
	s, err := readSheet(text)
	if err != nil {
		t.Fatal(err, string(text))
	}
	all := map[string]string{}
	for _, f := range s.facts {
		all[f.whole()] = f.id
	}
	return all
}
