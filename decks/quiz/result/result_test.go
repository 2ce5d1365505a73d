package result_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/hostile"
	"kartei/decks/quiz"
	"kartei/decks/quiz/result"
)

// form has a question of every kind.
func form(t interface{ Fatal(...any) }) *quiz.Form {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	for i, c := range []decks.Card{
		{Kind: decks.Choice, Prompt: "one", Options: []decks.Option{{Text: "x", Right: true}, {Text: "y"}, {Text: "z"}}},
		{Kind: decks.Choice, Prompt: "several", Options: []decks.Option{{Text: "x", Right: true}, {Text: "y", Right: true}, {Text: "z"}}},
		{Kind: decks.Set, Prompt: "set", Items: []string{"red", "green", "blue"}},
		{Kind: decks.Sequence, Prompt: "order", Items: []string{"first", "second", "third"}},
		{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "typed", Answer: "word"},
	} {
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: i + 1, Cards: []decks.Card{c}})
	}
	f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Seed: quiz.SeedOf(1)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))

// full is a result with an answer to everything.
func full(f *quiz.Form) *result.Result {
	r := &result.Result{Student: "heron-42", Began: nine, Ended: nine.Add(20 * time.Minute), Limit: 20 * time.Minute, Texts: true, Marked: true, Responses: make([]quiz.Response, 5)}
	for i := range f.Questions {
		q, a := &f.Questions[i], &r.Responses[i]
		a.Took, a.Sure = time.Duration(i)*1500*time.Millisecond, i%4
		switch q.Kind {
		case quiz.Typed:
			a.Typed, a.Disputed = []string{"tab\there\nand \\ more"}, true
		case quiz.Set:
			a.Typed = []string{"red", "", "gren"}
		default:
			a.Chosen = q.Key.Right
		}
		r.Marks = append(r.Marks, q.Mark(*a))
	}
	return r
}

func write(t interface{ Fatal(...any) }, f *quiz.Form, r *result.Result) string {
	var b bytes.Buffer
	if err := result.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func read(f *quiz.Form, text string) (*result.Result, error) {
	return result.NewReader(f).Read("a.result", strings.NewReader(text))
}

// seal ends a file that was tampered with as if it had not been.
func seal(text string) string {
	sum := sha256.Sum256([]byte(text))
	return text + "code\t-\nend\t" + hex.EncodeToString(sum[:])[:32] + "\n"
}

var same = cmp.Options{cmpopts.EquateApproxTime(0), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(result.Result{}, "Digest", "Line"), cmpopts.IgnoreUnexported(result.Result{})}

func TestGoldenResult(t *testing.T) {
	f := form(t)
	got := write(t, f, full(f))
	const want = `kartei result 2
form	FORM
student	heron-42
began	2026-11-23T09:00:00+01:00
ended	2026-11-23T09:20:00+01:00
limit	20m0s
texts	kept
answer	1	ITEM	typed	0	wrong	0	-	yes	tab\there\nand \\ more
answer	2	ITEM	a,b	1	-	1500	1	-
answer	3	ITEM	typed	0.6667	typo	3000	2	-	red		gren
answer	4	ITEM	c	1	-	4500	3	-
answer	5	ITEM	a,b,c	1	-	6000	-	-
score	3.6667	5
`
	changes := []string{"\t" + f.ID(), "\tFORM"}
	for i := range f.Questions {
		changes = append(changes, f.Questions[i].Item(), "ITEM")
	}
	body, _, _ := strings.Cut(got, "code\t")
	if diff := cmp.Diff(want, strings.NewReplacer(changes...).Replace(body)); diff != "" {
		t.Error(diff)
	}
	if got != seal(body) {
		t.Error("the end record is not the digest of what stands before")
	}
}

// What was written reads as it was, whatever was typed; texts that are withheld
// are gone, and their marks stay.
func TestRoundTrip(t *testing.T) {
	f := form(t)
	rapid.Check(t, func(t *rapid.T) {
		r := full(f)
		r.Texts = rapid.Bool().Draw(t, "kept")
		for i := range f.Questions {
			q, a := &f.Questions[i], &r.Responses[i]
			a.Sure = rapid.IntRange(0, 3).Draw(t, "sure")
			a.Disputed = rapid.Bool().Draw(t, "disputed")
			a.Took = time.Duration(rapid.IntRange(0, 1<<31-1).Draw(t, "took")) * time.Millisecond
			if rapid.Bool().Draw(t, "skip") {
				a.Chosen, a.Typed = nil, nil
			}
			for j := range a.Typed {
				text := rapid.OneOf(rapid.SampledFrom([]string{"red", "word", "", "\t", "\n", "\\n", "\\", "end\tx", "\x1b[0m", "é", "\u009b"}), rapid.StringN(0, 20, -1)).Draw(t, "text")
				a.Typed[j] = strings.Map(func(r rune) rune {
					if r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 {
						return -1 // no keyboard types them
					}
					return r
				}, text)
			}
			r.Marks[i] = q.Mark(*a)
		}
		back, err := read(f, write(t, f, r))
		if err != nil {
			t.Fatalf("%v\n%s", err, write(t, f, r))
		}
		for i := range r.Responses {
			if !r.Texts {
				r.Responses[i].Typed = nil
				r.Marks[i].Share = back.Marks[i].Share // rounded in the file
			}
		}
		if diff := cmp.Diff(r, back, same); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The key of the form decides, not what the file says of its marks, where the
// form has a key and the answer is in the file.
func TestMarksAreWorkedOut(t *testing.T) {
	f := form(t)
	r := full(f)
	for i := range r.Marks {
		r.Marks[i] = quiz.Mark{Share: 1, Rule: answer.Exact}
	}
	back, err := read(f, write(t, f, r))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Score(r.Responses).Marks; !cmp.Equal(got, back.Marks) {
		t.Errorf("marks %v, want %v", back.Marks, got)
	}
	r.Marked, r.Marks = false, nil
	back, err = read(f, write(t, f, r))
	if err != nil || back.Marks[1].Share != 1 {
		t.Errorf("the answers to a form without its key: marks %v, error %v", back.Marks, err)
	}
}

// Each refusal names file and line.
func TestRefusals(t *testing.T) {
	f := form(t)
	good := write(t, f, full(f))
	body, _, _ := strings.Cut(good, "end\t")
	lines := strings.SplitAfter(body, "\n")
	swap := func(old, new string) string {
		if !strings.Contains(body, old) {
			t.Fatalf("%q is not in the file", old)
		}
		return seal(strings.Replace(body, old, new, 1))
	}
	item := f.Questions[3].Item()
	for _, c := range []struct{ about, text, want string }{
		{"another file", "---\ndeck: x\n", "a.result:1: this is not a result"},
		{"an empty file", "", "a.result:1: this is not a result"},
		{"cut short", good[:len(good)/2], "is missing"},
		{"a digit changed", strings.Replace(good, "\t4500\t", "\t4501\t", 1), "a.result:15: the file was changed"},
		{"more after the end", good + "answer\n", "a.result:16: something stands after the end"},
		{"another form", swap(f.ID(), "aaaaaaaaaaaaaaaa"), "a.result:2: this is a result of form aaaaaaaaaaaaaaaa, not of " + f.ID()},
		{"no limit", swap("20m0s", "soon"), `a.result:6: "soon" is not a time limit`},
		{"no name", swap("heron-42", ""), "a.result:3: a name has 1 to 64"},
		{"a name with a path", swap("heron-42", "../../etc"), "a.result:3: a name is of letters"},
		{"a name with an escape", swap("heron-42", "a\x1b[31m"), "a.result:3: a stray character"},
		{"a formula for a name", swap("heron-42", "=1+1"), "a.result:3: a name is of letters"},
		{"no time", swap("2026-11-23T09:00:00+01:00", "yesterday"), `a.result:4: "yesterday" is not a time`},
		{"backwards", swap("T09:20", "T08:20"), "a.result:5: it ended before it began"},
		{"texts", swap("texts\tkept", "texts\tboth"), "a.result:7: texts are kept or withheld"},
		{"texts said to be withheld", swap("texts\tkept", "texts\twithheld"), "a.result:8: a text stands here"},
		{"one question twice", seal(strings.Join(append(lines[:9:9], lines[8:]...), "")), `a.result:10: the answer to question "2" stands where that to 3`},
		{"one question not at all", seal(strings.Join(append(lines[:9:9], lines[10:]...), "")), `a.result:10: the answer to question "4"`},
		{"another item", swap(item, "aaaaaaaaaaaaaaaa"), "a.result:11: question 4 was shown otherwise"},
		{"no option", swap("\tc\t1\t", "\tz\t1\t"), "a.result:11: there is no option z"},
		{"two options", swap("\tc\t1\t", "\ta,c\t1\t"), "a.result:11: 2 options are chosen"},
		{"no letter", swap("\tc\t1\t", "\tC\t1\t"), `a.result:11: "C" names no option`},
		{"many options", swap("\tc\t1\t", "\t"+strings.Repeat("a,", 99)+"a\t1\t"), "names no option"},
		{"no mark", swap("\tc\t1\t", "\tc\tNaN\t"), `a.result:11: "NaN" is not a mark`},
		{"a mark of 2", swap("\tc\t1\t", "\tc\t2\t"), `a.result:11: "2" is not a mark`},
		{"unmarked among marked", swap("\tc\t1\t", "\tc\t-\t"), "a.result:11: some answers are marked"},
		{"no rule", swap("\tc\t1\t-", "\tc\t1\tluck"), `a.result:11: "luck" is not a rule`},
		{"no time taken", swap("\t4500\t", "\t-1\t"), `a.result:11: "-1" is not a time in`},
		{"no confidence", swap("\t4500\t3", "\t4500\t4"), `a.result:11: "4" is not a confidence`},
		{"an empty confidence", swap("\t4500\t3", "\t4500\t"), `a.result:11: "" is not a confidence`},
		{"no dispute", swap("\t4500\t3\t-", "\t4500\t3\tno"), "a.result:11: disputed is yes or -"},
		{"text for a choice", swap("\t4500\t3\t-", "\t4500\t3\t-\thi"), "a.result:11: 1 texts are typed where 0"},
		{"too many texts", swap("\tred\t\tgren", "\ta\tb\tc\td"), "a.result:10: 4 texts are typed where 3"},
		{"a thousand fields", swap("\tred\t\tgren", strings.Repeat("\ta", 1000)), "a.result:10: this line has too many fields"},
		{"nothing given, and texts", swap("\ttyped\t0.6667", "\t-\t0.6667"), `a.result:10: "-" is said to be given`},
		{"a long text", swap("\tgren", "\t"+strings.Repeat("x", 1001)), "a.result:10: a text of more than 1000 characters"},
		{"a bad escape", swap(`\there`, `\xhere`), "a.result:8: a stray character"},
		{"forged points", swap("score\t3.6667", "score\t5"), `a.result:13: a score of "5" is claimed, the marks add up to 3.6667`},
		{"forged count", swap("3.6667\t5", "3.6667\t4"), `a.result:13: "4" questions are counted, the form has 5`},
		{"a field too few", swap("score\t3.6667\t5", "score\t3.6667"), `a.result:13: "score" has 2 fields, not 3`},
		{"not UTF-8", "kartei result 2\n\xff", "a.result:1: the file is not UTF-8"},
		{"huge", "kartei result 2\n" + strings.Repeat("x", result.MaxSize), "a.result:1: the file has more than 8 MiB"},
	} {
		_, err := read(f, c.text)
		var syntax *quiz.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.about, err, c.want)
		}
	}
}

// Of texts that are withheld only the mark is known: it must be one that the
// rule gives.
func TestWithheldMarks(t *testing.T) {
	f := form(t)
	r := full(f)
	r.Texts = false
	body, _, _ := strings.Cut(write(t, f, r), "code\t")
	for _, c := range []struct{ old, new, want string }{
		{"typed\t0\twrong", "typed\t0.5\tcase", "can not have earned"},
		{"typed\t0\twrong", "typed\t0\texact", "can not have earned"},
		{"typed\t0\twrong", "-\t0\twrong", "can not have earned"},
	} {
		if _, err := read(f.WithoutKey(), seal(strings.Replace(body, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v", c.new, err)
		}
	}
	r.Marked = false
	if _, err := read(f, write(t, f, r)); err == nil || !strings.Contains(err.Error(), "a.result:8: a typed answer is neither marked nor kept") {
		t.Errorf("unmarked and withheld: %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	f := form(t)
	r := full(f)
	r.Student = "a/b"
	if err := result.Write(&bytes.Buffer{}, f, r); err == nil {
		t.Error("a path was taken for a name")
	}
	r = full(f)
	r.Responses = r.Responses[1:]
	if err := result.Write(&bytes.Buffer{}, f, r); err == nil {
		t.Error("4 answers to 5 questions were written")
	}
}

// Whatever a stranger sends, what is taken from it can be written and reads the
// same.
func FuzzRead(f *testing.F) {
	form := form(f)
	f.Add(write(f, form, full(form)))
	reached := hostile.Reached(f)
	f.Fuzz(func(t *testing.T, text string) {
		body, _, _ := strings.Cut(text, "code\t")
		r, err := read(form, seal(body))
		if err != nil {
			reached("refused")
			return
		}
		reached("taken")
		if r.Marked = r.Marked && r.Texts; !r.Texts {
			return
		}
		back, err := read(form, write(t, form, r))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back, same); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A result of the first format, of a form of the first format, still reads.
func TestOldFormat(t *testing.T) {
	open := func(name string) *os.File {
		f, err := os.Open("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	form, err := quiz.Parse("old.form", open("old.form"))
	if err == nil {
		form, err = quiz.ParseKey("old.key", open("old.key"), form)
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := result.NewReader(form).Read("old.result", open("old.result"))
	if err != nil {
		t.Fatal(err)
	}
	if score := form.Score(r.Responses); r.Student != "heron" || r.Coded() || r.Limit != 0 || score.Right != 1 || r.Line != 4 {
		t.Errorf("%s, line %d, %d right", r.Student, r.Line, score.Right)
	}
}

// A file shows that its writer knew a code, and never tells it; changed behind
// its writer's back it shows so no longer.
func TestProof(t *testing.T) {
	f := form(t)
	r := full(f)
	r.Code = quiz.SeedOf(1).Code(quiz.Allowance{Student: r.Student, Time: r.Limit})
	text := write(t, f, r)
	if tail := r.Code[len(r.Code)-9:]; strings.Contains(text, tail) {
		t.Errorf("the file tells its code %s", tail)
	}
	back, err := read(f, text)
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, claim := range back.Claims("A") {
		if back.Knows(quiz.SeedOf(1).Code(claim)) {
			known++
		}
		if back.Knows(quiz.SeedOf(2).Code(claim)) {
			t.Error("the code of another key is known")
		}
	}
	if known != 1 {
		t.Errorf("%d claims hold, want 1", known)
	}
	body, tail, _ := strings.Cut(text, "code\t")
	body = strings.Replace(body, "2026-11-23T09:20", "2026-11-23T09:19", 1)
	proof, _, _ := strings.Cut(tail, "\n")
	changed, err := read(f, strings.Replace(seal(body), "code\t-", "code\t"+proof, 1))
	if err != nil {
		t.Fatal(err)
	}
	if changed.Knows(r.Code) {
		t.Error("a changed file still shows that its writer knew the code")
	}
}
