package moodle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/syntax"
)

// Formulas go to Moodle's delimiters and come back; what only looks like one stays
// what it is.
func TestFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"$x_1*y$": `\\(x\_1\*y\\)`, "$$\\frac{1}{2}$$": `\\[\\frac{1}{2}\\]`, "`$x$` and $5": "`$x$` and $5", `\\(x\\)`: `\\\(x\\)`, `a \$b\$`: `a \$b\$`, `\(a_1\)`: `\\(a\_1\\)`, "$a<b$": `\\(a\<b\\)`,
	} {
		if got := forMoodle(text); got != want {
			t.Errorf("%q goes out as %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab $\\()[]*_<{}1\n"))).Draw(t, "text")
		for p := range syntax.Pieces(text) {
			if p.Kind == syntax.Math && strings.Contains(text[p.Start:p.End], "\n") || p.Kind == syntax.Math && strings.TrimSpace(strings.Trim(text[p.Start:p.End], "$")) != strings.Trim(text[p.Start:p.End], "$") {
				t.Skip("Moodle's delimiters have no space beside them")
			}
		}
		if strings.Contains(text, `\)`) || strings.Contains(text, `\]`) {
			t.Skip("no TeX has the end of a formula in it")
		}
		if strings.Contains(text, `\\(`) || strings.Contains(text, `\\[`) {
			t.Skip("where code begins may depend on it")
		}
		if got := fromMoodle(forMoodle(text)); got != text {
			t.Fatalf("%q came back as %q by %q", text, got, forMoodle(text))
		}
	})
}

// An answer that is a formula, a picture or several lines is never one to be typed.
func TestNeverTyped(t *testing.T) {
	for text, want := range map[string]Kind{
		"Rome": ShortAnswer, "5": Numerical, "$x$": Essay, "so $x^2$": Essay, "$5": ShortAnswer, "a\\\nb": Essay, "![a map](map.png)": Essay, "`f(x)`": ShortAnswer, "one two three four five": Essay,
	} {
		for _, insist := range []decks.AnswerType{"", decks.AnswerTyped} {
			f := &decks.Fact{Key: "f", Cards: []decks.Card{{Kind: decks.Recall, Prompt: "q", Answer: text, Type: insist}}}
			q, _, err := (&Maker{Lang: "en"}).Question(f, &f.Cards[0])
			if insist != "" && text == "one two three four five" {
				want = ShortAnswer
			}
			if err != nil || q.Kind != want {
				t.Errorf("%q %s is asked as %s, error %v; want %s", text, insist, q.Kind, err, want)
			}
		}
	}
}

// Pairs are known again below any question, with those that have no partner.
func TestPairs(t *testing.T) {
	all := []pair{{"a", "x"}, {"two\nlines", "y"}, {"", "z"}}
	for _, stem := range []string{"", "Match", "Match\n\n- not these"} {
		prompt, items := pairsOf(stem, all)
		back, got, ok := cutPairs(prompt, items)
		if diff := cmp.Diff(all, got, cmp.AllowUnexported(pair{})); !ok || back != stem || diff != "" {
			t.Errorf("%q came back as %q\n%s", stem, back, diff)
		}
	}
	if _, _, ok := cutPairs("Name two", []string{"a", "b → c"}); ok {
		t.Error("a set of words is taken for pairs")
	}
	if stem, got, ok := cutPairs("Which belong together?", []string{"a → b", "c → d"}); !ok || stem != "Which belong together?" || len(got) != 2 {
		t.Errorf("an author's own pairs are %q %v", stem, got)
	}
}

// Names of files are safe on any system, and tell files apart.
func TestNames(t *testing.T) {
	m := newMedia("m/")
	for _, c := range []struct{ name, data, want string }{
		{"a b.png", "1", "a-b.png"}, {"A B.PNG", "1", "a-b.png"}, {"a b.png", "2", "a-b-d4735e3a.png"}, {"../../etc/passwd", "3", "passwd"}, {`..\x.jpg`, "4", "x.jpg"}, {"nul.png", "5", "file-nul.png"},
		{"...", "6", "file-"}, {"é (1).gif", "7", "é--1.gif"}, {strings.Repeat("a", 300) + ".png", "8", strings.Repeat("a", 60) + ".png"}, {"x.p\x1bg", "9", "x"},
	} {
		k, err := m.keep(File{Name: c.name, Data: []byte(c.data)}, false)
		if want := strings.ReplaceAll(strings.ReplaceAll("m/"+c.want, "é", "%C3%A9"), " ", "%20"); err != nil || k.path != want {
			t.Errorf("%q is kept as %q, error %v; want %q", c.name, k.path, err, want)
		}
	}
	if len(m.all) != 9 {
		t.Errorf("%d files: the same bytes are one", len(m.all))
	}
}

// A bank that is too large is refused before anything is made of it.
func TestTooMany(t *testing.T) {
	b := NewBank(foreign.ReadOptions{File: "x"})
	var err error
	for i := 0; i <= 100_000 && err == nil; i++ {
		err = b.Add(&Question{Kind: TrueFalse, Stem: Text{Text: "q"}, Answers: []Answer{{Text: Text{Text: "true"}, Percent: 100}, {Text: Text{Text: "false"}}}})
	}
	if err == nil || !strings.Contains(err.Error(), "more than 100000 questions") {
		t.Error(err)
	}
}
