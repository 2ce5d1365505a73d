package quiz_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/quiz"
)

var update = flag.Bool("update", false, "write golden files anew")

func text(t *testing.T, f *quiz.Form) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGoldenForm(t *testing.T) {
	f := draw(t, quiz.Options{Title: "Mid-term", Questions: 20, Seed: quiz.SeedOf(5), Time: 20 * 60e9}, mixed(), capitals())
	got := text(t, f)
	const golden = "testdata/mixed.form"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-golden +written:\n%s", diff)
	}
	back, err := quiz.Parse(golden, bytes.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Errorf("-drawn +parsed:\n%s", diff)
	}
}

// A key that was cut off goes with its form and with no other.
func TestKeyCutOff(t *testing.T) {
	f := draw(t, quiz.Options{Seed: quiz.SeedOf(5)}, mixed())
	open := f.WithoutKey()
	if open.ID() != f.ID() {
		t.Error("the form has another name without its key")
	}
	for i := range open.Questions {
		if q := open.Questions[i]; !cmp.Equal(q.Key, quiz.Key{}) || q.Item() != f.Questions[i].Item() {
			t.Errorf("question %d shows its key", i+1)
		}
	}
	parsed, err := quiz.Parse("open.form", strings.NewReader(text(t, open)))
	if err != nil || parsed.Keyed {
		t.Fatalf("keyed %t, error %v", parsed.Keyed, err)
	}
	var key bytes.Buffer
	if err := f.WriteKey(&key); err != nil {
		t.Fatal(err)
	}
	both, err := quiz.ParseKey("exam.key", bytes.NewReader(key.Bytes()), parsed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, both); diff != "" {
		t.Error(diff)
	}
	if whole := text(t, open) + "\n" + key.String(); whole != text(t, f) {
		t.Error("form and key put together are not the whole")
	}
	other := draw(t, quiz.Options{Seed: quiz.SeedOf(6)}, mixed())
	if _, err := quiz.ParseKey("exam.key", bytes.NewReader(key.Bytes()), other); err == nil || !strings.Contains(err.Error(), "exam.key:2: this is the key of form") {
		t.Errorf("a key of another form: %v", err)
	}
}

// nasty texts are what a form file could take for something else.
var nasty = rapid.OneOf(
	rapid.SampledFrom([]string{
		"plain", "two\nlines", "a\n\nb", "key: 1", "kartei key 1", "kartei form 1", "a\nkartei key 1\nb", "a) b", "| bar", "a\n| b", "|", "\n\nx\n\n",
		"  spaced  ", "tab\there", "esc\x1b[31m", "nul\x00", "c1\u009b", "\xff\xfe", "line\u2028sep", "a\r\nb\rc", "```\n  code\n```", "# x", "::", ":", ")", "é e\u0301",
		"\u202eright to left", "why a: x", strings.Repeat("long ", 2000),
	}),
	rapid.StringN(1, 40, -1),
)

var letter = rapid.Custom(func(t *rapid.T) decks.Card {
	texts := rapid.SliceOfNDistinct(nasty, 3, 6, strings.TrimSpace)
	c := decks.Card{
		Name: "card", Kind: rapid.SampledFrom([]decks.Kind{decks.Recall, decks.Choice, decks.Set, decks.Sequence}).Draw(t, "kind"),
		Type: decks.AnswerTyped, Prompt: "x" + nasty.Draw(t, "prompt"), Note: nasty.Draw(t, "note"), Source: nasty.Draw(t, "source"),
	}
	for i, s := range texts.Draw(t, "texts") {
		c.Items = append(c.Items, "x"+s)
		c.Options = append(c.Options, decks.Option{Text: "x" + s, Right: i == 0, Why: nasty.Draw(t, "why")})
		c.Accept = append(c.Accept, "x"+s)
	}
	c.Answer = c.Items[0]
	c.Tolerance = rapid.SampledFrom([]*decks.Tolerance{nil, {Amount: 5}, {Amount: 0.125, Percent: true}}).Draw(t, "tolerance")
	return c
})

// Whatever the cards hold, a form that was written reads as the same form, and
// writes as the same text.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &decks.Deck{Name: "nasty", ID: "nasty", Lang: "en"}
		for i, c := range rapid.SliceOfN(letter, 1, 5).Draw(t, "cards") {
			d.Facts = append(d.Facts, fact(d, "nasty.md", i+1, []string{nasty.Draw(t, "section")}, c))
		}
		f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Title: "t", Seed: quiz.SeedOf(rapid.Uint64().Draw(t, "seed"))})
		if errors.Is(err, quiz.ErrNothing) {
			t.Skip("nothing that can be asked")
		}
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := quiz.Parse("x.form", bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if diff := cmp.Diff(f, back); diff != "" {
			t.Fatalf("-drawn +parsed:\n%s\n%s", diff, b.String())
		}
	})
}

func TestSyntaxErrors(t *testing.T) {
	const head = "kartei form 1\ntitle: T\n\n"
	const ask = head + "question: 1 choice\nask: What?\na) this\nb) that\n"
	const typed = head + "question: 1 typed\nask: What?\n\n"
	id := func(form string) string {
		f, err := quiz.Parse("", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		return "kartei key 1\nform: " + f.ID() + "\n\n"
	}
	key, typedKey := id(ask), id(typed)
	const open = "kartei form 2\ntitle: T\n\n"
	for _, c := range []struct{ form, want string }{
		{head, "3: this form has no questions"},
		{head + "nonsense\n", "4: this line has no name"},
		{head + "| more\n", "4: this line has no name"},
		{head + "titel: x\n", `4: "titel" does not belong here`},
		{head + "title: x\n", `4: a second "title"`},
		{head + "kartei form 1\n", ""},
		{head + "seed: -1\n", `4: "-1" is not a seed`},
		{head + "seed: 99999999999999999999\n", "is not a seed"},
		{head + "time: 3s400ms\n", "is not a time limit"},
		{head + "time: 25h\n", "is not a time limit"},
		{head + "deck: x\n", "4: a deck is written"},
		{head + "ask: x\n", `"ask" does not belong here`},
		{head + "question: 2 choice\n", `4: question 1 is called "2"`},
		{head + "question: 1 essay\n", `4: "essay" is not a kind`},
		{head + "question: 1 choice\na) x\nb) y\n", "6: question 1 asks nothing"},
		{head + "question: 1 choice\nask: x\na) x\n", "fewer than two options"},
		{head + "question: 1 choice\nask: x\nb) x\n", `6: option "b)" stands where "a)" should`},
		{head + "question: 1 choice\nask: x\na)\n", `6: option "a)" is empty`},
		{head + "question: 1 choice\nask:\n", `5: "ask" has no value`},
		{head + "question: 1 typed\nask: x\na) x\n", `6: "a)" does not belong here`},
		{head + "question: 1 set\nask: x\n", "does not say how many parts"},
		{head + "question: 1 set\nask: x\nparts: 99\n", "6: a set has 1 to 26 parts"},
		{head + "title\x1b: x\n", "4: a control character (U+001B)"},
		{head + "title: \xff\n", "4: this line is not UTF-8"},
		{head + "question: 1 typed\nask: " + strings.Repeat("x", 200<<10) + "\n", "5: this line has more than 128 KiB"},
		{head + "question: 1 typed\nask: x\n" + strings.Repeat("| "+strings.Repeat("x", 1000)+"\n", 200), "5: this value has more than 128 KiB"},
		{ask + "key: 1\n", "8: a key without the line"},
		{ask + "kartei key 1\nkey: 1\n", "9: this key does not say which form"},
		{ask + "kartei key 1\nform: other\n", "9: this is the key of form other, not of "},
		{ask + key, "10: there is no key for question 1"},
		{ask + key + "key: 2\n", `11: the key of question 1 is called "2"`},
		{ask + key + "key: 1\n", "11: the key of question 1 needs a right option"},
		{ask + key + "key: 1\nright: c\n", `12: "c" names no option`},
		{ask + key + "key: 1\nright: a a\n", `12: "a" names no option`},
		{ask + key + "key: 1\nright: a b\nexcused: no\n", `13: excused is yes or is left out`},
		{ask + key + "key: 1\nright: a\ncard: x\n", `13: "card" does not belong here`},
		{open + "seed: 7\n", `4: "seed" does not belong here`},
		{open + "deck: geo 3f7kq2xma5zvw4bd\n", "4: a deck is written as its name"},
		{open + "version: AB\n", `4: "AB" is not a version`},
		{open + "code: let me in\n", `4: "letmein" is not a code`},
		{open + "question: 1 typed\ncard: x\nask: x\n", `5: "card" does not belong here`},
		{open + "question: 1 typed\nask: x\n\npicture: x.png\n| iVBORw0KGgo=\n", `7: the picture "x.png" is another one`},
		{open + "question: 1 typed\nask: x\n\npicture: x.png\n| %%%\n", `7: the picture "x.png" is not whole`},
		{ask + key + "key: 1\nright: a\nwhy z: x\n", `13: "why z" names no option`},
		{ask + key + "key: 1\nright: a\nanswer: x\n", `13: "answer" does not belong here`},
		{ask + key + "key: 1\nright: a\nkey: 2\n", `13: a key for question "2", of 1`},
		{ask + key + "key: 1\nright: a\nquestion: 2 typed\n", "13: a question after the key"},
		{ask + key + "key: 1\nright: a\nkartei key 1\n", "13: a second key"},
		{typed + typedKey + "key: 1\nanswer: 5\ntolerance: many\n", `12: "many" is not a tolerance`},
		{typed + typedKey + "key: 1\naccept: 5\n", "needs an answer"},
	} {
		_, err := quiz.Parse("exam.form", strings.NewReader(c.form))
		if c.want == "" && err == nil {
			continue
		}
		var syntax *quiz.SyntaxError
		if !errors.As(err, &syntax) && !errors.Is(err, quiz.ErrNotForm) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.form[:min(len(c.form), 120)], err, c.want)
		}
	}
	if _, err := quiz.Parse("x", strings.NewReader("---\ndeck: x\n---\n")); !errors.Is(err, quiz.ErrNotForm) {
		t.Errorf("a deck is not a form: %v", err)
	}
	if _, err := quiz.Parse("x", strings.NewReader(head+strings.Repeat("title: xxxxxxx\n", 1<<21))); err == nil {
		t.Error("a file of 30 MiB was read")
	}
	large := head + "question: 1 choice\nask: x\n" + strings.Repeat("\n", quiz.MaxForm)
	if _, err := quiz.Parse("x", strings.NewReader(large)); err == nil || !strings.Contains(err.Error(), "more than 16 MiB") {
		t.Errorf("a file over the limit: %v", err)
	}
}

// Whatever a stranger's file holds, what was read from it writes and reads
// again as the same form.
func FuzzParse(f *testing.F) {
	golden, err := os.ReadFile("testdata/mixed.form")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add([]byte("kartei form 1\nquestion: 1 set\nparts: 2\nask: x\n|\n| y\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := quiz.Parse("x.form", bytes.NewReader(data))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := form.Write(&b); err != nil {
			t.Fatal(err)
		}
		back, err := quiz.Parse("x.form", bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if diff := cmp.Diff(form, back); diff != "" {
			t.Fatalf("%s\n%s", diff, b.String())
		}
	})
}
