package aiken_test

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/aiken"
	"kartei/decks/factfile"
)

func all(cards ...decks.Card) iter.Seq2[*decks.Fact, error] {
	return func(yield func(*decks.Fact, error) bool) {
		for i := range cards {
			if !yield(&decks.Fact{File: "d.md", Line: i + 1, Cards: cards[i : i+1]}, nil) {
				return
			}
		}
	}
}

func choice(prompt string, right int, options ...string) decks.Card {
	c := decks.Card{Name: "card", Kind: decks.Choice, Prompt: prompt}
	for i, text := range options {
		c.Options = append(c.Options, decks.Option{Text: text, Right: i == right})
	}
	return c
}

func Example() {
	card := choice("Which command plans for *Northern* Europe?", 0, "Norfolk", "Naples")
	var out strings.Builder
	left, err := aiken.Write(&out, all(card))
	fmt.Print(out.String(), len(left), " left out, error: ", err)
	// Output:
	// Which command plans for Northern Europe?
	// A. Norfolk
	// B. Naples
	// ANSWER: A
	//
	// 0 left out, error: <nil>
}

// moodle reads a file as Moodle's importer does: line by line, without looking
// ahead, dropping lines of one character.
type moodleQuestion struct {
	stem    string
	options []string
	answer  byte
}

var moodleOption = regexp.MustCompile(`^[A-Z][).][ \t]`)

func moodle(text string) (all []moodleQuestion) {
	var q moodleQuestion
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case len(line) < 2:
		case moodleOption.MatchString(line):
			q.options = append(q.options, strings.TrimSpace(line[2:]))
		case strings.HasPrefix(line, "ANSWER:"):
			q.answer = strings.TrimSpace(line[7:])[0]
			all, q = append(all, q), moodleQuestion{}
		default:
			q.stem = line
		}
	}
	return all
}

var nasty = rapid.OneOf(
	rapid.SampledFrom([]string{"A. b", "A) b", "ANSWER: A", "?", "é", "x", "a\nb", "a\n\nB. c", "*em*", "Q: A. b", "Q: x", "Q:", "`code`", "[x](y)", "A.", "ANSWER:", "B.\tx", "<b>", "// x", "a\tb", "\u202ex", "\x1b[0m"}),
	rapid.StringN(1, 20, -1),
	rapid.StringOf(rapid.RuneFrom([]rune("AB.): \n*x"))),
)

// line is what is left of a text in one plain line.
func line(s string) string {
	return strings.Join(strings.Fields(factfile.Tidy(factfile.Plain(s))), " ")
}

// Whatever cards say, Moodle and package aiken read back their words, except
// that a "Q: " may stand before a question that would be read as another line.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := rapid.SliceOfNDistinct(nasty, 2, 6, func(s string) string { return strings.Trim(strings.ToLower(line(s)), ". ") }).Draw(t, "options")
		right := rapid.IntRange(0, len(options)-1).Draw(t, "right")
		c := choice(nasty.Draw(t, "prompt"), right, options...)
		var b bytes.Buffer
		left, err := aiken.Write(&b, all(c))
		if err != nil {
			t.Fatal(err)
		}
		if len(left) > 0 {
			if line(c.Prompt) != "" && !func() bool {
				for _, o := range options {
					if line(o) == "" {
						return true
					}
				}
				return false
			}() {
				t.Fatal(left)
			}
			return
		}
		want := moodleQuestion{stem: line(c.Prompt), answer: byte('A' + right)}
		for _, o := range options {
			want.options = append(want.options, line(o))
		}
		got := moodle(b.String())
		if len(got) != 1 {
			t.Fatalf("Moodle reads %d questions from\n%s", len(got), b.String())
		}
		if got[0].stem == "Q: "+want.stem {
			got[0].stem = want.stem
		}
		if diff := cmp.Diff(want, got[0], cmp.AllowUnexported(moodleQuestion{})); diff != "" {
			t.Fatalf("-card +Moodle:\n%s\n%s", diff, b.String())
		}
		back, left, err := aiken.Read("x.txt", bytes.NewReader(b.Bytes()))
		if err != nil || len(left) > 0 || len(back.Facts) != 1 {
			t.Fatalf("%v %v\n%s", err, left, b.String())
		}
		card := back.Facts[0].Cards[0]
		if line(card.Prompt) != want.stem || !card.Options[right].Right {
			t.Fatalf("%q became %q", c.Prompt, card.Prompt)
		}
		for i, o := range card.Options {
			if line(o.Text) != want.options[i] || o.Right != (i == right) {
				t.Fatalf("option %q became %q", options[i], o.Text)
			}
		}
	})
}

func TestTraps(t *testing.T) {
	for prompt, want := range map[string]string{
		"A. Smith wrote which book?": "Q: A. Smith wrote which book?", "ANSWER: is it?": "Q: ANSWER: is it?", "?": "Q: ?", "Q: A. Smith": "Q: Q: A. Smith", "Two\nlines": "Two lines", "A.Smith": "Q: A.Smith",
	} {
		var b bytes.Buffer
		if _, err := aiken.Write(&b, all(choice(prompt, 0, "a", "b"))); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := strings.Cut(b.String(), "\n"); got != want {
			t.Errorf("%q is written as %q, want %q", prompt, got, want)
		}
	}
}

func TestLeftOut(t *testing.T) {
	several := choice("several", 0, "a", "b")
	several.Options[1].Right = true
	var b bytes.Buffer
	left, err := aiken.Write(&b, all(
		several,
		choice("none", -1, "a", "b"),
		decks.Card{Kind: decks.Recall, Prompt: "alone", Answer: "a"},
		decks.Card{Kind: decks.Set, Prompt: "set", Items: []string{"a"}},
		choice("many", 0, make([]string, 27)...),
		choice("empty", 0, "a", "\u200b"),
		decks.Card{Kind: decks.Recall, Prompt: "misconception", Answer: "a", Options: []decks.Option{{Text: "b"}}},
	))
	if err != nil || len(left) != 6 || moodle(b.String())[0].stem != "misconception" {
		t.Errorf("left out: %v, error %v, written:\n%s", left, err, b.String())
	}
	for i, l := range left {
		if !strings.HasPrefix(l.Error(), fmt.Sprintf("d.md:%d: ", i+1)) {
			t.Error(l)
		}
	}
}

// What Moodle takes for a question is one, formulas are formulas.
func TestAsMoodle(t *testing.T) {
	for text, want := range map[string]string{
		"A second good question\nA)Incorrect (No space)\nB)Correct (No space)\nANSWER: B": "A second good question|Incorrect (No space)|Correct (No space)*",
		"Two\nlines?\nA. \\(x^2\\)\nB. <b> & y\nANSWER:A":                                 "Two\\\nlines?|$x^2$*|<b> & y",
		"So?\nA) one\nB) two\nANSWER: B.":                                                 "So?|one|two*",
	} {
		d, left, err := aiken.Read("x.txt", strings.NewReader(text))
		if err != nil || len(left) > 0 || len(d.Facts) != 1 {
			t.Errorf("%q: %v, error %v", text, left, err)
			continue
		}
		got := d.Facts[0].Cards[0].Prompt
		for _, o := range d.Facts[0].Cards[0].Options {
			got += "|" + o.Text
			if o.Right {
				got += "*"
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"Q\nA. a\nB. b\n": "x.txt:1: this question has no ANSWER line",
		"\nQ\nA. a\nB. b\n\nR\nA. a\nB. b\nANSWER: A": "x.txt:2: this question has no ANSWER line",
		"A. a\n":                           "x.txt:1: an option without a question",
		"ANSWER: A\n":                      "x.txt:1: an ANSWER without a question",
		"Q\nA. a\nANSWER: A":               "x.txt:1: this question has fewer than two options",
		"Q\nA. a\nC. b\nANSWER: A":         "x.txt:3: option C stands where B should",
		"Q\nA. a\nB. b\nANSWER: C":         `x.txt:4: ANSWER names no option: "C"`,
		"Q\nA. a\nB. b\nANSWER: A, B":      `x.txt:4: one answer is right in Aiken: A counts, and ", B" is left out`,
		"Q\nA. a\nB. a\nANSWER: A":         "x.txt:1: this option is the same as number 1 [duplicate-option]",
		"Q\nA. a\nB. b\nANSWER:":           `x.txt:4: ANSWER names no option: ""`,
		strings.Repeat("x", 65<<10) + "\n": "x.txt:1: this question has more than 64 KiB",
		"Q\nA. a\nB. \u200b\nANSWER: A":    "x.txt:1: an option of this question is empty",
	} {
		_, left, err := aiken.Read("x.txt", strings.NewReader(text))
		if err != nil || len(left) == 0 || left[0].Error() != want {
			t.Errorf("%.40q: %v, error %v, want %q", text, left, err, want)
		}
	}
	for text, want := range map[string]string{"\xff": "not UTF-8", strings.Repeat("x", factfile.MaxFile+1): "more than 16 MiB"} {
		if _, _, err := aiken.Read("x.txt", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Whatever a stranger's file holds, its questions become notes that compile.
func FuzzRead(f *testing.F) {
	f.Add("Q\nA. a\nB) b\nANSWER: A\n\nTwo\r\nlines\rA. *a*\nB. - [x] b\nANSWER: B")
	f.Fuzz(func(t *testing.T, text string) {
		d, _, err := aiken.Read("x.txt", strings.NewReader(text))
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
