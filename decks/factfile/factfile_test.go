package factfile_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/syntax"
)

func write(t interface{ Fatal(...any) }, d *decks.Deck) string {
	var b bytes.Buffer
	if err := factfile.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func compile(t interface{ Fatal(...any) }, text string) *decks.Deck {
	c, err := decks.Compile(fstest.MapFS{"notes.md": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Decks) != 1 {
		var b bytes.Buffer
		decks.Render(&b, c.Diagnostics)
		t.Fatal(fmt.Sprintf("does not compile:\n%s\n%s", b.String(), text))
	}
	return c.Decks[0]
}

// content is what a card asks and answers, without what compiling adds.
func content(d *decks.Deck) [][]decks.Card {
	var all [][]decks.Card
	for _, f := range d.Facts {
		var cards []decks.Card
		for _, c := range f.Cards {
			c.ID, c.Name, c.Hash, c.Tags, c.Pool = "", "", "", nil, ""
			cards = append(cards, c)
		}
		all = append(all, cards)
	}
	return all
}

func one(c decks.Card) *decks.Deck {
	return &decks.Deck{Name: "notes", Facts: []decks.Fact{{Cards: []decks.Card{c}}}}
}

func TestGolden(t *testing.T) {
	d := &decks.Deck{Name: "import/one", Title: "A\ntitle", Lang: "de", Tags: []string{"x", "y"}, Facts: []decks.Fact{
		{Key: "first", Section: []string{"Part"}, Cards: []decks.Card{{Kind: decks.Recall, Prompt: "Two\nlines?", Answer: "5", Accept: []string{"a|b", "V"}, Tolerance: &decks.Tolerance{Amount: .5}, Note: "n\n\nm"}}},
		{Section: []string{"Part", "Deeper"}, Cards: []decks.Card{{Kind: decks.Choice, Prompt: "Which?\n- [x] not this", Options: []decks.Option{{Text: "a -- b", Right: true}, {Text: "c", Why: "why -- not"}}}}},
		{Section: []string{"Part", "Deeper"}, Cards: []decks.Card{{Kind: decks.Set, Prompt: "All?", Items: []string{"[x] one", "two\nlines"}}}},
		{Section: []string{"Part", "Deeper"}, Cards: []decks.Card{{Kind: decks.Sequence, Prompt: "Order?", Items: []string{"one", "two"}}}},
		{Cards: []decks.Card{{Name: "forward", Kind: decks.Recall, Prompt: "term", Answer: "A: definition"}, {Name: "reverse", Kind: decks.Recall, Prompt: "A: definition", Answer: "term"}}},
	}}
	const want = `---
deck: import/one
title: A title
lang: de
tags: x y
---

## Part

Q: Two
  lines?
A: 5
Accept: a\|b
Accept: V
Note: n

  m
Id: first
Tolerance: ± 0.5

## Part

### Deeper

Q: Which?
    - [x] not this
- [x] a – b
- [ ] c -- why -- not
Id: x-not

Q: All?
A:
- \[x] one
- two
  lines
Id: all

Q: Order?
A:
1. one
2. two
Id: order

T: term
D: A: definition
Id: term
`
	got := write(t, d)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	compile(t, got)
}

// texts hold what the fact language or Markdown could take for something else.
var texts = []string{
	"plain", "two\nlines", "para\n\ngraph", "Q: x", "a\nQ: b", "a\nA: b", "a\nSorce: b", "# heading", "a\n# heading", "a\n---", "---", "| a | b |", "a\n| b |\n|---|",
	"- item", "a\n- item", "a\n- [x] item", "a\n1. item", "1. item", "[x] y", "```\ncode\n  Q: x\n```", "a\n```\ncode\n```\nb", "~~~", "``` unclosed", "`{a|b}`", "`a", "$x|y$", "$5 and $6",
	"{{a}}", "{a}", `\{a\}`, `a\|b`, `C:\new\folder`, `\`, `\\`, `\\\{`, "a -- b", "--", "-- a", "a --", "--flag", "<!-- kartei: allow x -->", "a\n<!-- x -->\nb", "<b>bold</b>", "&amp; &lt;", "*em*", "_em_", "snake_case_name", "2 * 3 * 4", "2*3*4",
	"[a](b)", "![a](b)", "a\x1bb", "a\x00b", "\u202eabc", "e\u0301", "zero\u200bwidth", "a\tb", "  spaced  ", "\ufeffbom", "C: {{c1::x}}", "T: x", "Not: x", "id: x", "A\\", "$$", "$$x", "a|b|c", "é", "日本語", "Id: q",
	strings.Repeat("\u0301", 20), "a" + strings.Repeat("\u0301", 20), "x\n\n\n\ny", "x\n  indented\n    more",
}

var text = rapid.OneOf(rapid.SampledFrom(texts), rapid.StringOf(rapid.RuneFrom([]rune("ab \n-|\\{}[]x*_`$#:.1<>&QA~"))))

// Whatever a card says, its notes compile, and to a card of the same words.
func TestEveryTextCompiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string { return factfile.Literal("x" + text.Draw(t, name)) }
		c := decks.Card{Prompt: draw("prompt"), Note: draw("note"), Source: draw("source"), Hint: draw("hint")}
		c.Kind = rapid.SampledFrom([]decks.Kind{decks.Recall, decks.Choice, decks.Set, decks.Sequence}).Draw(t, "kind")
		for i := range 3 {
			item := fmt.Sprint(i, draw("item"))
			switch c.Kind {
			case decks.Recall:
				c.Answer = item
				c.Accept = append(c.Accept, fmt.Sprint(i, strings.TrimSpace(draw("accept"))))
			case decks.Choice:
				c.Options = append(c.Options, decks.Option{Text: item, Right: i == 0, Why: draw("why")})
			default:
				c.Items = append(c.Items, item)
			}
		}
		text := write(t, one(c))
		back := compile(t, text)
		words := cmp.Transformer("words", func(s string) string {
			s = strings.NewReplacer("–", "--", `\[`, "[").Replace(factfile.Plain(s))
			return strings.Join(strings.Fields(s), " ")
		})
		clean := func(s string) string { // as notes leave out what decks may not hold
			var b bytes.Buffer
			factfile.Write(&b, one(decks.Card{Kind: decks.Recall, Prompt: s, Answer: "a"}))
			return compile(t, b.String()).Facts[0].Cards[0].Prompt
		}
		c.Prompt, c.Note, c.Source, c.Hint, c.Answer = clean(c.Prompt), clean(c.Note), clean(c.Source), clean(c.Hint), clean(c.Answer+"y")
		c.Answer = strings.TrimSuffix(c.Answer, "y")
		for _, list := range [][]string{c.Items, c.Accept} {
			for i := range list {
				list[i] = clean(list[i])
			}
		}
		for i := range c.Options {
			c.Options[i].Text, c.Options[i].Why = clean(c.Options[i].Text), clean(c.Options[i].Why)
		}
		if diff := cmp.Diff(content(one(c)), content(back), words, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("-card +compiled:\n%s\n%s", diff, text)
		}
	})
}

// A sentence with gaps compiles to the cards that it was written from: numbers stand
// only where they say something.
func TestSentences(t *testing.T) {
	for source, want := range map[string]string{
		"{{Vienna}} on the {{Danube::river}}":  "C: {{Vienna}} on the {{Danube::river}}",
		"{{1::sun}} and {{1::moon}}":           "C: {{1::sun}} and {{1::moon}}",
		"{{2::b}} {{1::a}}":                    "C: {{2::b}} {{1::a}}",
		`\{\{x\}\} is {{not \{one\}}} \| here`: `C: \{\{x\}\} is {{not \{one\}}}`,
		"$\\frac{1}{{2}}$ is {{$x$}}":          "C: $\\frac{1}{{2}}$ is {{$x$}}",
	} {
		first := compile(t, "---\ndeck: notes\n---\n\nC: "+source+"\n")
		text := write(t, first)
		if !strings.Contains(text, want) {
			t.Errorf("%q became\n%s", source, text)
		}
		if diff := cmp.Diff(content(first), content(compile(t, text))); diff != "" {
			t.Errorf("-first +written:\n%s\n%s", diff, text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.StringOfN(rapid.SampledFrom([]rune("ab :|é\n")), 0, 8, -1)
		source := "x" + syntax.Quote(piece.Draw(t, "before"), '{', '}') + "{{" + "y" + syntax.Quote(piece.Draw(t, "gap"), '{', '}', ':') + "}}" +
			syntax.Quote(piece.Draw(t, "after"), '{', '}')
		c, err := decks.Compile(fstest.MapFS{"notes.md": {Data: []byte("C: " + strings.ReplaceAll(source, "\n", "\n  ") + "\n")}})
		if err != nil || len(c.Decks) != 1 || len(c.Decks[0].Facts) != 1 {
			t.Skip("no sentence")
		}
		text := write(t, c.Decks[0])
		words := cmp.Transformer("words", func(s string) string { return strings.Join(strings.Fields(s), " ") })
		if diff := cmp.Diff(content(c.Decks[0]), content(compile(t, text)), words); diff != "" {
			t.Fatalf("-first +written:\n%s\n%q\n%s", diff, source, text)
		}
	})
}

// A lone sign opens nothing with those of the reason behind it, also after a
// backslash that is one itself.
func TestLoneSigns(t *testing.T) {
	for _, sign := range []string{"`", `\\` + "`", "$", `\\$`} {
		options := []decks.Option{{Text: "x" + sign, Right: true, Why: "y" + sign}, {Text: "z"}}
		back := compile(t, write(t, one(decks.Card{Kind: decks.Choice, Prompt: "q", Options: options}))).Facts[0].Cards[0].Options
		for i := range back {
			if got, want := factfile.Plain(back[i].Text+"|"+back[i].Why), factfile.Plain(options[i].Text)+"|"+factfile.Plain(options[i].Why); got != want {
				t.Errorf("%q: got %q, want %q", sign, got, want)
			}
		}
	}
}

// Code keeps the space at the head of its lines, wherever it begins.
func TestCode(t *testing.T) {
	code := "```py\nif x:\n    y\n```"
	for _, answer := range []string{code, "as in\n" + code} {
		var out bytes.Buffer
		d := decks.Deck{Name: "d", Facts: []decks.Fact{{Key: "f", Cards: []decks.Card{{Name: "card", Kind: decks.Recall, Prompt: "q", Answer: answer}}}}}
		if err := factfile.Write(&out, &d); err != nil {
			t.Fatal(err)
		}
		c, err := decks.Compile(fstest.MapFS{"d.md": {Data: out.Bytes()}}, "d.md")
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Decks[0].Facts[0].Cards[0].Answer; got != answer {
			t.Errorf("%q became %q by way of\n%s", answer, got, out.String())
		}
	}
}

// Literal text reads as it is written, and comes back from Markdown.
func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"snake_case": "snake_case", "2 * 3 * 4": "2 * 3 * 4", "a*b*c": `a\*b\*c`, "*one": "*one", "$5": "$5", "$5 or $6": `\$5 or \$6`, "C:\\new": `C:\new`, `a\*`: `a\\*`,
		"a < b": "a < b", "<b>": `\<b>`, "R&D": `R\&D`, "a & b": "a & b", "- a": "- a", "a\n- b": "a\n\\- b", "a\n1. b": "a\n1\\. b", "a\n* b": "a\n\\* b", "a\n# b": "a\n\\# b", "a\n#b": "a\n#b", "# a": "# a", "a\n> b": "a\n\\> b", "> a": "> a", "a\n---": "a\n\\---", "4. April": "4. April", "`x`": "\\`x\\`", "[1]": "[1]", "[1](x)": `\[1](x)`,
	} {
		if got := factfile.Literal(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("ab -|\\{}[]()x*_`$#:.1<>&;!~+"))), 1, 3).Draw(t, "lines")
		for i := range lines {
			lines[i] = strings.Join(strings.Fields(lines[i]), " ")
		}
		text := strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == "" }), "\n")
		if got := factfile.Plain(factfile.Literal(text)); got != text {
			t.Fatalf("%q became %q, by way of %q", text, got, factfile.Literal(text))
		}
	})
}

func TestPlain(t *testing.T) {
	for markdown, want := range map[string]string{
		"*em* and **strong**": "em and strong", "`a*b*`": "a*b*", "[a](b)": "a", "![a](b)": "a", "a\nb": "a\nb", "a\n\n- b\n- c": "a\n\n- b\n- c", "```\nx\n```": "```\nx\n```"[4:5], `\*`: "*", "4. April": "4. April",
	} {
		if got := factfile.Plain(markdown); got != want {
			t.Errorf("%q: got %q, want %q", markdown, got, want)
		}
	}
}
