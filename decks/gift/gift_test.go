package gift_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/gift"
	"kartei/decks/syntax"
)

var update = flag.Bool("update", false, "write golden files anew")

func write(t interface{ Fatal(...any) }, d *decks.Deck) (string, []foreign.Left) {
	var b bytes.Buffer
	left, err := gift.Write(&b, foreign.Of(d))
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), left
}

func read(name, text string) (*decks.Deck, []foreign.Left, error) {
	r, err := gift.Read(strings.NewReader(text), foreign.ReadOptions{File: name, Media: "media/"})
	if err != nil {
		return nil, nil, err
	}
	return r.Decks[0], r.Left, nil
}

func one(c decks.Card) *decks.Deck {
	c.Name = "card"
	return &decks.Deck{Name: "d", Lang: "en", Facts: []decks.Fact{{Key: "f", File: "d.md", Line: 7, Cards: []decks.Card{c}}}}
}

// only reads the one question of a file as Moodle does.
func only(t interface{ Fatal(...any) }, text string) moodleQuestion {
	questions, _, err := moodleFile(text)
	if err != nil || len(questions) != 1 {
		t.Fatal(fmt.Sprintf("%d questions, error %v:\n%s", len(questions), err, text))
	}
	return questions[0]
}

// Each trap of Moodle's importer, and what it would make of a careless file.
func TestTraps(t *testing.T) {
	choice := func(prompt, right, wrong string) decks.Card {
		return decks.Card{Kind: decks.Choice, Prompt: prompt, Options: []decks.Option{{Text: right, Right: true}, {Text: wrong, Why: "why"}}}
	}
	short := func(prompt, answer string, accept ...string) decks.Card {
		return decks.Card{Kind: decks.Recall, Prompt: prompt, Answer: answer, Accept: accept}
	}
	for _, c := range []struct {
		trap string
		card decks.Card
		kind string
		stem string   // "" is the prompt
		want []string // answers
	}{
		{"signs", choice(`: # = { } ~ \ %`, "a=b", "{c}~d"), "multichoice", "", []string{"a=b", "{c}~d"}},
		{"a line that begins with //", choice("a\n// b\n//c", "x\n//y", "z"), "multichoice", "", []string{"x\n//y", "z"}},
		{"a stem that begins with //", choice("// b", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"an empty line", choice("a\n\nb", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"braces in the stem", choice("a {=b} c", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"an arrow in a short answer", short("to", "a -> b"), "shortanswer", "", []string{"a -> b"}},
		{"an arrow among accepted answers", short("to", "a", "b -> c", "d"), "shortanswer", "", []string{"a", "d"}},
		{"an arrow in a choice", choice("a -> b", "a -> b", "b -> a"), "multichoice", "", []string{"a -> b", "b -> a"}},
		{"a format at the head of a stem", choice("[html] <b>", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"a format at the head of an answer", choice("a", "[html]x", "[plain] z"), "multichoice", "", []string{"[html]x", "[plain] z"}},
		{"a worth at the head of an answer", choice("a", "%50%x", "%50%y"), "multichoice", "", []string{"%50%x", "%50%y"}},
		{"a worth at the head of a short answer", short("a", "%0%", "%5% x"), "shortanswer", "", []string{"%0%", "%5% x"}},
		{"a name in the stem", choice("::x:: y", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"a category for a stem", choice("$CATEGORY: x", "x", "z"), "multichoice", "", []string{"x", "z"}},
		{"true as a short answer", short("is it", "TRUE"), "shortanswer", "", []string{"TRUE"}},
		{"T as a short answer", short("which letter", "T", "t"), "shortanswer", "", []string{"T", "t"}},
		{"a backslash before n", short("a", `C:\new`), "shortanswer", "", []string{`C:\new`}},
		{"a wildcard", short("a", `2 * 3`), "shortanswer", "", []string{`2 \* 3`}},
		{"Markdown in a short answer", short("a", "*Die Zukunft*"), "shortanswer", "", []string{"Die Zukunft"}},
		{"a number sign at the head", short("a", "#x"), "shortanswer", "", []string{"#x"}},
		{"Moodle's own placeholders", choice("a &&123; b", "&&058;", "x"), "multichoice", `a &\&123; b`, []string{`&\&058;`, "x"}},
		{"a number", short("when", "1,949"), "numerical", "", []string{"1949:0"}},
		{"a negative fraction", short("how much", "-2.50", "2"), "numerical", "", []string{"-2.5:0", "2:0"}},
		{"a number with a unit", short("how far", "5 km"), "shortanswer", "", []string{"5 km"}},
	} {
		text, left := write(t, one(c.card))
		if len(left) > 0 {
			t.Errorf("%s: %v", c.trap, left)
			continue
		}
		q := only(t, text)
		if c.stem == "" {
			c.stem = c.card.Prompt
		}
		var got []string
		for _, a := range q.answers {
			got = append(got, a.text.text)
		}
		if q.kind != c.kind || q.name != "f" || q.stem != (moodleText{c.stem, "markdown"}) || !cmp.Equal(got, c.want) {
			t.Errorf("%s: Moodle reads %s %q, stem %+v, answers %q from\n%s", c.trap, q.kind, q.name, q.stem, got, text)
		}
	}
}

// What GIFT cannot hold is named with its place.
func TestLeftOut(t *testing.T) {
	for _, c := range []struct {
		card decks.Card
		want string
	}{
		{decks.Card{Kind: decks.Set, Prompt: "a", Items: []string{"x", "y"}}, "d.md:7: no question of Moodle can ask for a set"},
		{decks.Card{Kind: decks.Recall, Prompt: "a", Answer: "&&058;"}, `d.md:7: the answer holds "&&058;"`},
		{decks.Card{Kind: decks.Choice, Prompt: "a", Options: []decks.Option{{Text: "x"}, {Text: "y"}}}, "d.md:7: the card has no right answer"},
	} {
		text, left := write(t, one(c.card))
		if len(left) != 1 || !strings.Contains(left[0].Error(), c.want) || strings.Contains(text, "::") {
			t.Errorf("left out: %v, want %q; written:\n%s", left, c.want, text)
		}
	}
	broken := errors.New("broken")
	_, err := gift.Write(&bytes.Buffer{}, foreign.Contents{Deck: &decks.Deck{}, Facts: func(yield func(*decks.Fact, error) bool) { yield(nil, broken) }})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

var nasty = rapid.OneOf(
	rapid.SampledFrom([]string{
		"plain", "::a::", "{=a ~b}", "a\n\nb", "// x", "a\n//b", "####", "a -> b", "[html]<b>", "[markdown]", "[x](https://y.org)", "%50%", "%-100%x", `\n`, `\\`, `\`, `\{`, "&&123;", "&&0", "$CATEGORY: x", "T", "TRUE", "F#x",
		"#5", "1..3", "5:1", "=", "~", ":", "é", "<script>", "\n```\na {b}\n```", "*em*", "_x_", "a*b*c", "\u00a0x", "~=", "####x####y", "\\=", "a\\\nb",
	}),
	rapid.StringOf(rapid.RuneFrom([]rune(`ab\{}=~#:%->[]n &0;/*$1.`+"\n"))),
)

// text is a card's text: trimmed, and never nothing.
// text is what a card may say. Decks hold no space at a line's end (factfile.Tidy
// takes it off), so a text that has one is not the same afterwards, and a
// backslash before it becomes a line break.
var text = rapid.Custom(func(t *rapid.T) string {
	drawn := strings.NewReplacer(`\\(`, "(", `\\[`, "[", "~~~", "~").Replace(nasty.Draw(t, "nasty")) // which MathJax would take for a formula
	return strings.TrimSpace("x" + spaceAtEnd.ReplaceAllString(drawn, "\n"))
})

var spaceAtEnd = regexp.MustCompile(` +\n`)

// word is a short text that is not a number.
var word = rapid.Custom(func(t *rapid.T) string {
	s := strings.Join(strings.Fields(nasty.Draw(t, "nasty")), "")
	if s = strings.TrimSpace(factfile.Plain(s)); len([]rune(s)) > 20 || strings.Contains(s, "&&") {
		s = ""
	}
	return factfile.Literal("w" + s)
})

var card = rapid.Custom(func(t *rapid.T) decks.Card {
	c := decks.Card{Prompt: text.Draw(t, "prompt")}
	if rapid.Bool().Draw(t, "noted") {
		c.Note = text.Draw(t, "note")
	}
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		c.Kind, c.Answer = decks.Recall, word.Draw(t, "answer")
		for range rapid.IntRange(0, 2).Draw(t, "accepted") {
			if a := word.Draw(t, "accept"); !strings.Contains(c.Answer+a, "->") && a != c.Answer {
				c.Accept = append(c.Accept, a)
			}
		}
		if len(c.Accept) == 2 && c.Accept[0] == c.Accept[1] {
			c.Accept = c.Accept[:1]
		}
	case 1:
		c.Kind, c.Answer = decks.Recall, fmt.Sprint(rapid.IntRange(-1000, 1000).Draw(t, "number"))
		if rapid.Bool().Draw(t, "tolerant") {
			c.Tolerance = &decks.Tolerance{Amount: float64(rapid.IntRange(1, 99).Draw(t, "tolerance")) / 8}
		}
	case 2:
		c.Kind, c.Answer, c.Note = decks.Recall, "an answer of more than four words "+text.Draw(t, "answer"), ""
	case 3:
		c.Kind = decks.Sequence
		for range rapid.IntRange(2, 5).Draw(t, "items") {
			c.Items = append(c.Items, word.Draw(t, "item"))
		}
	default:
		c.Kind = decks.Choice
		right := rapid.IntRange(1, 3).Draw(t, "right")
		for i := range right + rapid.IntRange(1, 3).Draw(t, "wrong") {
			o := decks.Option{Text: fmt.Sprint(i) + text.Draw(t, "option"), Right: i < right}
			if rapid.Bool().Draw(t, "reasoned") {
				o.Why = text.Draw(t, "why")
			}
			c.Options = append(c.Options, o)
		}
	}
	return c
})

// apart keeps "&" from "&", as Markdown can.
func apart(s string) string {
	for strings.Contains(s, "&&") {
		s = strings.Replace(s, "&&", `&\&`, 1)
	}
	return s
}

// withMathJax writes formulas as Moodle's Markdown has them.
func withMathJax(s string) string {
	var out strings.Builder
	for p := range syntax.Pieces(s) {
		part := s[p.Start:p.End]
		if p.Kind == syntax.Math {
			dollars, open, shut := 1, `\\(`, `\\)`
			if strings.HasPrefix(part, "$$") {
				dollars, open, shut = 2, `\\[`, `\\]`
			}
			tex := part[dollars : len(part)-dollars]
			if strings.Trim(part, "$") != "" {
				part = open + strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "`", "\\`").Replace(tex) + shut
			}
		}
		out.WriteString(part)
	}
	return out.String()
}

// expected is what Moodle should make of a card.
func expected(c decks.Card) moodleQuestion {
	md := func(s string) moodleText {
		if s == "" {
			return moodleText{"", "markdown"}
		}
		return moodleText{apart(withMathJax(s)), "markdown"}
	}
	q := moodleQuestion{name: "f", stem: md(c.Prompt), general: md(c.Note)}
	plain := func(s string) moodleText {
		return moodleText{strings.Join(strings.Fields(strings.ReplaceAll(factfile.Plain(s), "*", `\*`)), " "), "markdown"}
	}
	right := 0
	for _, o := range c.Options {
		if o.Right {
			right++
		}
	}
	switch {
	case c.Kind == decks.Choice:
		q.kind, q.single = "multichoice", right == 1
		for _, o := range c.Options {
			a := moodleAnswer{text: md(o.Text), feedback: md(o.Why)}
			switch {
			case o.Right:
				a.percent = 100 / float64(right)
			case right > 1:
				a.percent = -100 / float64(right)
			}
			if o.Why == "" {
				a.feedback = moodleText{}
			}
			q.answers = append(q.answers, a)
		}
	case c.Kind == decks.Sequence:
		q.kind = "match"
		for i, item := range c.Items {
			q.pairs = append(q.pairs, [2]string{fmt.Sprint(i + 1), strings.Join(strings.Fields(factfile.Plain(item)), " ")})
		}
	case strings.HasPrefix(c.Answer, "an answer of"):
		q.kind, q.general = "essay", md(c.Answer)
	case strings.Trim(c.Answer, "-0123456789") == "":
		q.kind = "numerical"
		slack := 0.0
		if c.Tolerance != nil {
			slack = c.Tolerance.Amount
		}
		q.answers = []moodleAnswer{{text: moodleText{fmt.Sprintf("%s:%g", c.Answer, slack), "markdown"}, percent: 100}}
	default:
		q.kind = "shortanswer"
		for _, a := range append([]string{c.Answer}, c.Accept...) {
			q.answers = append(q.answers, moodleAnswer{text: plain(a), percent: 100})
		}
	}
	return q
}

// Whatever the cards say, Moodle reads what they say, and package gift reads
// the same cards back.
func TestRoundTrip(t *testing.T) {
	unexported := cmp.AllowUnexported(moodleQuestion{}, moodleAnswer{}, moodleText{})
	close := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-4 })
	rapid.Check(t, func(t *rapid.T) {
		c := card.Draw(t, "card")
		text, left := write(t, one(c))
		if len(left) > 0 {
			t.Fatal(left)
		}
		if diff := cmp.Diff(expected(c), only(t, text), unexported, close, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("-card +Moodle:\n%s\n%s", diff, text)
		}
		back, left, err := read("x.gift", text)
		if err != nil || len(left) > 0 || len(back.Facts) != 1 || back.Facts[0].Key != "f" {
			t.Fatalf("%v, %v, %d facts\n%s", err, left, len(back.Facts), text)
		}
		c.Name = "card"
		marks := cmp.Transformer("marks", func(s string) string { // the words and what they look like
			return strings.Join(strings.Fields(factfile.Plain(apart(s))), " ")
		})
		if diff := cmp.Diff(c, back.Facts[0].Cards[0], cmpopts.EquateEmpty(), marks); diff != "" {
			t.Fatalf("-card +read:\n%s\n%s", diff, text)
		}
	})
}

// What GIFT files of others hold becomes notes that compile.
func TestImport(t *testing.T) {
	in, err := os.ReadFile("testdata/moodle.gift")
	if err != nil {
		t.Fatal(err)
	}
	d, left, err := read("moodle.gift", string(in))
	if err != nil {
		t.Fatal(err)
	}
	d.Name = "moodle"
	var b bytes.Buffer
	if err := factfile.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	b.WriteString("\n<!-- left out\n")
	for _, l := range left {
		fmt.Fprintln(&b, l)
	}
	b.WriteString("-->\n")
	const golden = "testdata/moodle.md"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
	compiles(t, b.Bytes())
}

func compiles(t *testing.T, text []byte) {
	c, err := decks.Compile(fstest.MapFS{"notes.md": {Data: text}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Broken) > 0 {
		var b bytes.Buffer
		decks.Render(&b, c.Diagnostics)
		t.Fatalf("does not compile:\n%s\n%s", b.String(), text)
	}
}

func TestHostileFiles(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("x", factfile.MaxFile+1): "more than 16 MiB",
		"a {=b}\xff":                            "not UTF-8",
	} {
		if _, _, err := read("x.gift", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	for text, want := range map[string]string{
		"\n\na {=b":      "x.gift:3: the braces do not match",
		"a } b {":        "x.gift:1: the braces do not match",
		"a {~b ~c}":      "x.gift:1: no answer earns the full mark",
		"a {=b -> c =d}": "x.gift:1: \"d\" is not a pair",
		"a {#many}":      "x.gift:1: \"many\" is not a number",
		"words":          "x.gift:1: a description asks nothing",
		"a {}":           "x.gift:1: an essay without",
		"{=a}":           "x.gift:1: this question asks nothing",
		"a {" + strings.Repeat("~x", 40_000) + "}": "x.gift:1: this question has more than 64 KiB",
	} {
		d, left, err := read("x.gift", text)
		if err != nil || len(left) == 0 || !strings.Contains(left[0].Error(), want) || len(d.Facts) > 0 {
			t.Errorf("%.40q: left out %v, error %v, want %q", text, left, err, want)
		}
	}
}

// Whatever a stranger's file holds, its cards become notes that compile.
func FuzzRead(f *testing.F) {
	golden, err := os.ReadFile("testdata/moodle.gift")
	if err != nil {
		f.Fatal(err)
	}
	for _, block := range strings.Split(string(golden), "\n\n") {
		f.Add(block)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, _, err := read("x.gift", text)
		if err != nil || len(d.Facts) == 0 {
			return
		}
		d.Name = "x"
		var b bytes.Buffer
		if err := factfile.Write(&b, d); err != nil {
			t.Fatal(err)
		}
		compiles(t, b.Bytes())
	})
}

// A question is named by its own number or name, wherever it stands: by none that
// several have, and by none that only counts.
func TestNamesOfQuestions(t *testing.T) {
	const bank = `// question: 7  name: Rulers
// [id:ABC 12\]x] [tag:history]
::Rulers::Who rules? {=The people ~The king}

::Q 3::Who is larger? {=a ~b}

::Twice::Who is smaller? {=a ~b}

::Twice::Who is older? {=a ~b}

::Die größte Stadt::Which city? {=a ~b}

::one-2::Which river? {=a ~b}
`
	for _, text := range []string{bank, "::Question 1::Put in front? {=a ~b}\n\n" + bank} {
		deck, left, err := read("bank.gift", text)
		if err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
		got := map[string]string{}
		for _, f := range deck.Facts {
			got[f.Cards[0].Prompt] = f.Key
		}
		delete(got, "Put in front?")
		want := map[string]string{"Who rules?": "abc-12-x", "Who is larger?": "", "Who is smaller?": "", "Who is older?": "", "Which city?": "die-groesste-stadt", "Which river?": "one-2"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}
