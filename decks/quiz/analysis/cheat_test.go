package analysis_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/result"
)

// seal makes a tampered result look as the program writes one: its digest is no
// secret. A proof of a code is kept as it is.
func seal(text string) string {
	body, tail, _ := strings.Cut(text, "code\t")
	proof, _, _ := strings.Cut(tail, "\n")
	sum := sha256.Sum256([]byte(body))
	return body + "code\t" + proof + "\nend\t" + hex.EncodeToString(sum[:])[:32] + "\n"
}

// A cheat is a result of an honest student, and what is done to it.
type cheat struct {
	about  string
	change func(r *result.Result)        // before it is written
	forge  func(text string) string      // after
	rules  func(r *analysis.Rules)       // what the instructor said
	also   func(r *result.Result) string // another file that is handed in, too
	want   []string                      // rules of remarks on heron; none: nothing can be seen
	refuse string                        // why the file is refused
}

// Each way to cheat that a reader of the format finds, and what is reported.
// Those in which nothing can be seen are named on the page about quizzes.
func TestCheats(t *testing.T) {
	form := choices(t, 3, true)
	form.Time = time.Hour
	code := func(a quiz.Allowance) string { return form.Seed.Code(a) }
	typed := slices.IndexFunc(form.Questions, func(q quiz.Question) bool { return q.Kind == quiz.Typed })
	for _, c := range []cheat{
		{about: "an honest result"},
		{about: "texts withheld, marks made up", change: func(r *result.Result) { r.Texts, r.Marked = false, true },
			forge: func(text string) string {
				text = strings.Replace(text, "typed\t0\twrong", "typed\t1\texact", 1)
				at := strings.Index(text, "score\t")
				return text[:at] + strings.Replace(text[at:], text[at+6:at+7], string(text[at+6]+1), 1)
			}, want: []string{"own-word"}},
		{about: "the same where texts are required", change: func(r *result.Result) { r.Texts, r.Marked = false, true },
			rules: func(r *analysis.Rules) { r.RequireTexts = true }, refuse: "its texts are withheld"},
		{about: "marks made up of an answer that is there", change: func(r *result.Result) { r.Marked = true },
			forge: func(text string) string { return strings.Replace(text, "typed\t0\twrong", "typed\t1\texact", 1) }, refuse: "the marks add up to"},
		{about: "a frozen clock", change: func(r *result.Result) {
			r.Ended = r.Began
			for i := range r.Responses {
				r.Responses[i].Took = 0
			}
		}, want: []string{"still-clock"}},
		{about: "times of answers taken out", change: func(r *result.Result) {
			for i := range r.Responses {
				r.Responses[i].Took = 0
			}
		}, want: []string{"still-clock"}},
		{about: "answers copied from a list", change: func(r *result.Result) {
			for i := range r.Responses {
				r.Responses[i].Took = 40 * time.Millisecond
			}
		}, want: []string{"quick"}},
		{about: "an end before the last answer", change: func(r *result.Result) { r.Ended = r.Began.Add(2 * time.Minute) }, want: []string{"moved-clock"}},
		{about: "more time than there was", change: func(r *result.Result) {
			r.Responses[0].Took = 80 * time.Minute
			r.Ended = r.Began.Add(100 * time.Minute)
		}, want: []string{"overtime"}},
		{about: "a break in which to read", change: func(r *result.Result) { r.Ended = r.Began.Add(3 * time.Hour) }, want: []string{"pause"}},
		{about: "a limit of one's own", change: func(r *result.Result) { r.Limit = 2 * time.Hour }, want: []string{"own-limit"}},
		{about: "a code made up", change: func(r *result.Result) { r.Code, r.Limit = "120m-aaaa-bbbb", 2*time.Hour }, want: []string{"wrong-code", "own-limit"}},
		{about: "the code of a friend", change: func(r *result.Result) { r.Code = code(quiz.Allowance{Student: "crane"}) }, want: []string{"wrong-code"}},
		{about: "a friend's code for more time", change: func(r *result.Result) {
			r.Code, r.Limit = code(quiz.Allowance{Student: "crane", Time: 2 * time.Hour}), 2*time.Hour
		}, want: []string{"wrong-code", "own-limit"}},
		{about: "the class's code, and a limit of one's own", change: func(r *result.Result) { r.Code, r.Limit = code(quiz.Allowance{}), 2*time.Hour }, want: []string{"own-limit"}},
		{about: "one's own code", change: func(r *result.Result) { r.Code = code(quiz.Allowance{Student: "Heron "}) }},
		{about: "one's own code for more time", change: func(r *result.Result) {
			r.Code, r.Limit = code(quiz.Allowance{Student: "heron", Time: 2 * time.Hour}), 2*time.Hour
			r.Responses[0].Took, r.Ended = 90*time.Minute, r.Began.Add(100*time.Minute)
		}},
		{about: "an answer changed below one's code", change: func(r *result.Result) { r.Code = code(quiz.Allowance{Student: "heron"}) },
			forge: func(text string) string { return strings.Replace(text, "T09:", "T08:", 1) }, want: []string{"wrong-code", "pause"}},
		{about: "no code where others have one", also: func(r *result.Result) string {
			other := *r
			other.Student, other.Code = "crane", code(quiz.Allowance{Student: "crane"})
			other.Responses = slices.Clone(r.Responses)
			other.Responses[0].Took += time.Millisecond
			return written(t, form, &other)
		}, want: []string{"no-code"}},
		{about: "no code where one is required", rules: func(r *analysis.Rules) { r.RequireCode = true }, refuse: "it does not show a code"},
		{about: "a friend's work under one's own name", also: func(r *result.Result) string {
			other := *r
			other.Student, other.Began, other.Ended = "crane", r.Began.Add(time.Minute), r.Ended.Add(time.Minute)
			return written(t, form, &other)
		}, want: []string{"copied"}},
		{about: "two at once under one name", also: func(r *result.Result) string {
			other := *r
			other.Began = r.Began.Add(time.Minute)
			other.Responses = slices.Clone(r.Responses)
			other.Responses[0].Took += time.Second
			return written(t, form, &other)
		}, want: []string{"one-name"}},
		{about: "begun before the test was opened", rules: func(r *analysis.Rules) { r.Opens = nine.Add(time.Minute) }, want: []string{"early"}},
		{about: "handed in late", rules: func(r *analysis.Rules) { r.Due = nine.Add(10 * time.Minute) }, want: []string{"late"}},
		{about: "more time puts the end off", rules: func(r *analysis.Rules) {
			r.Due, r.Time = nine.Add(10*time.Minute), map[string]time.Duration{"heron": 2 * time.Hour}
		}},
		{about: "handed in tomorrow", rules: func(r *analysis.Rules) { r.Now = nine }, want: []string{"future"}},
		{about: "someone else at the keyboard"}, // which no file shows
	} {
		r := honest(form, typed)
		if c.change != nil {
			c.change(r)
		}
		text := written(t, form, r)
		if c.forge != nil {
			text = seal(c.forge(text))
		}
		class, err := analysis.NewClass(form)
		if err != nil {
			t.Fatal(err)
		}
		if c.rules != nil {
			c.rules(&class.Rules)
		}
		err = class.Add("heron.result", "", strings.NewReader(text))
		if (err != nil) != (c.refuse != "") || err != nil && !strings.Contains(err.Error(), c.refuse) {
			t.Errorf("%s: error %v, want %q", c.about, err, c.refuse)
			continue
		}
		if c.also != nil {
			if err := class.Add("other.result", "", strings.NewReader(c.also(r))); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, remark := range class.Remarks() {
			if remark.File == "heron.result" {
				got = append(got, remark.Rule)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: remarks %v, want %v", c.about, got, c.want)
		}
	}
}

// honest is a result that took a quarter of an hour, with a wrong text.
func honest(f *quiz.Form, typed int) *result.Result {
	r := &result.Result{Student: "heron", Began: nine, Ended: nine.Add(15 * time.Minute), Limit: time.Hour, Texts: true, Responses: make([]quiz.Response, len(f.Questions))}
	for i := range r.Responses {
		r.Responses[i] = quiz.Response{Chosen: []int{0}, Took: time.Duration(100+i) * time.Second}
	}
	r.Responses[typed] = quiz.Response{Typed: []string{"nonsense"}, Took: 99 * time.Second}
	return r
}

func written(t *testing.T, f *quiz.Form, r *result.Result) string {
	t.Helper()
	r.Marks = f.Score(r.Responses).Marks
	var b bytes.Buffer
	if err := result.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Two versions of a test are one class: the figures are those of the answers,
// wherever a version has them.
func TestVersionsArePooled(t *testing.T) {
	s := simulate(t, 200, 10, 3)
	versions := s.form.Versions(2)
	whole := s.class(t, s.form).Report(analysis.Options{})
	class, err := analysis.NewClass(versions...)
	if err != nil {
		t.Fatal(err)
	}
	for i, responses := range s.responses {
		f := versions[i%2]
		order, ok := f.Same(s.form)
		if !ok {
			t.Fatal("the version asks something else")
		}
		moved := make([]quiz.Response, len(responses))
		for j, r := range responses {
			moved[order.Question[j]] = r
			moved[order.Question[j]].Chosen = []int{order.Option[j][r.Chosen[0]]}
		}
		if err := class.Add(fmt.Sprint(i, ".result"), "", strings.NewReader(file(t, f, fmt.Sprint("student ", i), nine, moved))); err != nil {
			t.Fatal(err)
		}
	}
	pooled := class.Report(analysis.Options{})
	for i := range pooled.Items {
		pooled.Items[i].Versions = nil
		if diff := cmp.Diff(whole.Items[i], pooled.Items[i]); diff != "" {
			t.Errorf("question %d: -one form +two versions\n%s", i+1, diff)
		}
	}
	if diff := cmp.Diff(whole.Test, pooled.Test); diff != "" {
		t.Error(diff)
	}
	if len(pooled.Groups) != 2 || pooled.Groups[0].Students != 100 || pooled.Groups[1].Difference == nil {
		t.Errorf("groups %+v", pooled.Groups)
	}
	// A key that is wrong in one version alone is found by the other.
	order, _ := versions[1].Same(s.form)
	easy := &versions[1].Questions[order.Question[8]]
	easy.Key.Right = []int{(easy.Key.Right[0] + 1) % 4}
	class, _ = analysis.NewClass(versions...)
	for i, responses := range s.responses {
		f := versions[i%2]
		order, _ := f.Same(s.form)
		moved := make([]quiz.Response, len(responses))
		for j, r := range responses {
			moved[order.Question[j]] = quiz.Response{Chosen: []int{order.Option[j][r.Chosen[0]]}}
		}
		if err := class.Add(fmt.Sprint(i, ".result"), "", strings.NewReader(file(t, f, fmt.Sprint("student ", i), nine, moved))); err != nil {
			t.Fatal(err)
		}
	}
	var flagged []int
	for _, f := range class.Report(analysis.Options{}).Flags {
		if f.Rule == "versions" {
			flagged = append(flagged, f.Question)
		}
	}
	if !slices.Equal(flagged, []int{9}) {
		t.Errorf("questions that differ: %v, want 9", flagged)
	}
}

// A mended key says what changed for whom, and an excused question counts for
// nobody.
func TestMended(t *testing.T) {
	form := choices(t, 3, false)
	right := form.Questions[0].Key.Right[0]
	other := (right + 1) % 4
	mended, err := quiz.Correct([]*quiz.Form{form}, quiz.Correction{Number: 1, Right: []int{right, other}})
	if err == nil {
		mended, err = quiz.Correct(mended, quiz.Correction{Number: 3, Excuse: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	class, _ := analysis.NewClass(mended...)
	class.Before(form)
	for name, chosen := range map[string]int{"right": right, "other": other, "wrong": (right + 2) % 4} {
		responses := []quiz.Response{{Chosen: []int{chosen}}, {}, {Chosen: form.Questions[2].Key.Right}}
		if err := class.Add(name, "", strings.NewReader(file(t, form, name, nine, responses))); err != nil {
			t.Fatal(err)
		}
	}
	want := []analysis.Change{
		{Student: "other", File: "other", Before: 1, After: 1, OfBefore: 3, Of: 2, Items: []analysis.ItemShift{{Number: 1, After: 1}, {Number: 3, Before: 1}}},
		{Student: "right", File: "right", Before: 2, After: 1, OfBefore: 3, Of: 2, Items: []analysis.ItemShift{{Number: 3, Before: 1}}},
		{Student: "wrong", File: "wrong", Before: 1, After: 0, OfBefore: 3, Of: 2, Items: []analysis.ItemShift{{Number: 3, Before: 1}}},
	}
	r := class.Report(analysis.Options{Small: true})
	if diff := cmp.Diff(want, r.Changes); diff != "" {
		t.Error(diff)
	}
	if r.Questions != 2 || len(r.Items) != 2 || !slices.Equal(r.Excused, []int{3}) || r.Notes[0] != "Question 3 is excused: it counts for nobody." {
		t.Errorf("%d questions, excused %v, notes %q", r.Questions, r.Excused, r.Notes)
	}
	if !form.Keyed || form.Questions[2].Key.Excused {
		t.Error("the form itself was mended")
	}
}

// Thousands of results under one name do not each name all others.
func TestOneNameForAll(t *testing.T) {
	const n = 5000
	form := choices(t, 1, false)
	class, err := analysis.NewClass(form)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if err := class.AddPaper("paper.csv", i+2, "", "ann", form, []quiz.Response{{Chosen: []int{0}}}); err != nil {
			t.Fatal(err)
		}
	}
	size := 0
	remarks := class.Remarks()
	for _, r := range remarks {
		size += len(r.Message)
	}
	if len(remarks) != n || size > 200*n || !strings.Contains(remarks[0].Message, fmt.Sprintf("and %d more", n-1-5)) {
		t.Errorf("%d remarks of %d bytes: %s", len(remarks), size, remarks[0].Message)
	}
	for _, s := range class.Students() {
		if !s.Twin {
			t.Fatalf("%s has the name alone", s.File)
		}
	}
}
