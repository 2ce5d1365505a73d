package quizlet_test

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/quizlet"
)

func facts(all ...[]decks.Card) iter.Seq2[*decks.Fact, error] {
	return func(yield func(*decks.Fact, error) bool) {
		for i, cards := range all {
			if !yield(&decks.Fact{File: "d.md", Line: i + 1, Cards: cards}, nil) {
				return
			}
		}
	}
}

func term(prompt, answer string) []decks.Card {
	return []decks.Card{{Name: "forward", Kind: decks.Recall, Prompt: prompt, Answer: answer}, {Name: "reverse", Kind: decks.Recall, Prompt: answer, Answer: prompt}}
}

func Example() {
	var out strings.Builder
	left, err := quizlet.Write(&out, facts(
		term("*Norfolk*", "plans for the\nNorth Atlantic"),
		[]decks.Card{{Kind: decks.Set, Prompt: "The regions", Items: []string{"North", "Centre", "South"}}},
	))
	fmt.Print(out.String(), len(left), " left out, error: ", err)
	// Output:
	// Norfolk	plans for the North Atlantic
	// The regions	North; Centre; South
	// 0 left out, error: <nil>
}

var nasty = rapid.OneOf(
	rapid.SampledFrom([]string{"tab\there", "line\nend", "cr\rlf\r\n", "*em*", "`a\tb`", "- x", "a\n- b", "\u2028", "\t", "\ufeff", "é", "[x](y)", "Q: x", "=1+1", "{a}", `\{`, "a|b"}),
	rapid.StringN(1, 20, -1),
)

// line is what is left of a text in one plain line.
func line(s string) string {
	return strings.Join(strings.Fields(factfile.Tidy(factfile.Plain(s))), " ")
}

// Whatever cards say, each is one line with one tab, and reads back as the same
// words.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prompt, answer := nasty.Draw(t, "prompt"), nasty.Draw(t, "answer")
		var b bytes.Buffer
		left, err := quizlet.Write(&b, facts(term(prompt, answer)))
		if err != nil {
			t.Fatal(err)
		}
		if line(prompt) == "" || line(answer) == "" {
			if len(left) != 1 || b.Len() > 0 {
				t.Fatalf("%q and %q: left out %v, written %q", prompt, answer, left, b.String())
			}
			return
		}
		if want := line(prompt) + "\t" + line(answer) + "\n"; b.String() != want { // the independent reading: a line, a tab
			t.Fatalf("written %q, want %q", b.String(), want)
		}
		back, left, err := read(b.String())
		if err != nil || len(left) > 0 || len(back) != 1 || len(back[0].Cards) != 1 { // one card: nothing doubles
			t.Fatalf("%v, left out %v, of %q", err, left, b.String())
		}
		forward := back[0].Cards[0]
		if line(forward.Prompt) != line(prompt) || line(forward.Answer) != line(answer) {
			t.Fatalf("%q became %+v", b.String(), forward)
		}
	})
}

func TestWrite(t *testing.T) {
	var b bytes.Buffer
	left, err := quizlet.Write(&b, facts(
		[]decks.Card{{Kind: decks.Choice, Prompt: "which", Options: []decks.Option{{Text: "a", Right: true}, {Text: "b"}, {Text: "c", Right: true}}}},
		[]decks.Card{{Kind: decks.Choice, Prompt: "none", Options: []decks.Option{{Text: "a"}}}},
		[]decks.Card{{Name: "x", Kind: decks.Recall, Prompt: "one", Answer: "1"}, {Name: "reverse", Kind: decks.Recall, Prompt: "1", Answer: "one"}},
	))
	if want := "which\ta; c\none\t1\n1\tone\n"; err != nil || b.String() != want || len(left) != 1 || !strings.HasPrefix(left[0].Error(), "d.md:2: ") {
		t.Errorf("written %q, left out %v, error %v", b.String(), left, err)
	}
}

// read reads Quizlet's text as facts of a deck that compiles.
func read(text string) ([]decks.Fact, []foreign.Left, error) {
	r, err := quizlet.Format.Read(strings.NewReader(text), foreign.ReadOptions{File: "x.tsv"})
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	r.Decks[0].Name = "x"
	if err := factfile.WriteWith(&b, r.Decks[0], r.Body); err != nil {
		return nil, nil, err
	}
	c, err := decks.Compile(fstest.MapFS{"x.md": {Data: b.Bytes()}})
	if err != nil || len(c.Broken) > 0 {
		return nil, nil, fmt.Errorf("it does not compile: %v\n%s", err, b.String())
	}
	var facts []decks.Fact
	for _, d := range c.Decks {
		facts = append(facts, d.Facts...)
	}
	return facts, r.Left, nil
}

// A definition may have several lines; what has no term is named.
func TestRead(t *testing.T) {
	facts, left, err := read("\ufeffalone\r\na\tb\r\n\r\nc\t- d\r\n- e\n\tf\ng\t\u200b\nh\ti\tj\n")
	var got []string
	for _, f := range facts {
		got = append(got, f.Cards[0].Prompt+"="+factfile.Plain(f.Cards[0].Answer))
	}
	slices.Sort(got)
	if want := []string{"a=b", "c=- d\n- e", "h=i    j"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, error %v, want %q", got, err, want)
	}
	want := []string{"x.tsv:1: a definition without a term", "x.tsv:6: its front is empty", "x.tsv:7: its back is empty"}
	for i, l := range left {
		if i >= len(want) || l.Error() != want[i] {
			t.Errorf("left out: %v, want %q", l, want)
		}
	}
}

func TestReadProblems(t *testing.T) {
	for text, want := range map[string]string{"one word": "no line has a tab", strings.Repeat("x", factfile.MaxFile+1): "more than 16 MiB", "\x00\x01\x02\x03\x04": "not a text"} {
		if _, _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Whatever a stranger's file holds, its terms become a deck that compiles.
func FuzzRead(f *testing.F) {
	f.Add("a\tb\n- [x] c\tA: d\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := read(text); err != nil && strings.Contains(err.Error(), "compile") {
			t.Fatal(err)
		}
	})
}
