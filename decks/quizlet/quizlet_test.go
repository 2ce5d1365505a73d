package quizlet_test

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/factfile"
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
		back, left, err := quizlet.Read("x.tsv", bytes.NewReader(b.Bytes()))
		if err != nil || len(left) > 0 || len(back.Facts) != 1 {
			t.Fatalf("%v, left out %v, of %q", err, left, b.String())
		}
		forward := back.Facts[0].Cards[0]
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

func TestProblems(t *testing.T) {
	d, left, err := quizlet.Read("x.tsv", strings.NewReader("\ufeffa\tb\r\n\r\nalone\rx\ty\tz\n\tb\na\t\u200b\n"+strings.Repeat("x", 65<<10)))
	want := []string{
		"x.tsv:3: there is no tab", "x.tsv:4: 2 tabs stand", "x.tsv:5: the term is empty", "x.tsv:6: the definition is empty", "x.tsv:7: this line has more than 64 KiB",
	}
	if err != nil || len(d.Facts) != 1 || d.Facts[0].Cards[0].Prompt != "a" || len(left) != len(want) {
		t.Fatalf("%d facts, left out %v, error %v", len(d.Facts), left, err)
	}
	for i, l := range left {
		if !strings.HasPrefix(l.Error(), want[i]) {
			t.Errorf("left out: %v, want %q", l, want[i])
		}
	}
	for text, want := range map[string]string{"\xff": "not UTF-8", strings.Repeat("x", factfile.MaxFile+1): "more than 16 MiB"} {
		if _, _, err := quizlet.Read("x.tsv", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Whatever a stranger's file holds, its terms become notes that compile.
func FuzzRead(f *testing.F) {
	f.Add("a\tb\n- [x] c\tA: d\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, _, err := quizlet.Read("x.tsv", strings.NewReader(text))
		if err != nil || len(d.Facts) == 0 {
			return
		}
		d.Name = "x"
		var b bytes.Buffer
		if err := factfile.Write(&b, d); err != nil {
			t.Fatal(err)
		}
		c, err := decks.Compile(fstest.MapFS{"x.md": {Data: b.Bytes()}})
		if err != nil || len(c.Broken) > 0 {
			t.Fatalf("does not compile: %v\n%s", err, b.String())
		}
	})
}
