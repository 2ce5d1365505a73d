package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/result"
)

// choices is a form of n choices with four options each; typed adds a question
// to type.
func choices(t testing.TB, n int, typed bool) *quiz.Form {
	d := &decks.Deck{Name: "d", ID: "d", Lang: "en"}
	for i := range n {
		c := decks.Card{Kind: decks.Choice, Prompt: fmt.Sprint("choice ", i), Options: []decks.Option{{Text: "right", Right: true}, {Text: "wrong one"}, {Text: "wrong two"}, {Text: "wrong three"}}}
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: 10 * (i + 1), Cards: []decks.Card{c}})
	}
	if typed {
		c := decks.Card{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "typed", Answer: "word"}
		d.Facts = append(d.Facts, decks.Fact{File: "d.md", Line: 9999, Cards: []decks.Card{c}})
	}
	f, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Title: "Class", Questions: n + 1, Seed: quiz.SeedOf(1)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var nine = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// file is the result file of a student who gave the responses.
func file(t testing.TB, f *quiz.Form, name string, began time.Time, responses []quiz.Response) string {
	r := &result.Result{Student: name, Began: began, Ended: began.Add(time.Hour), Texts: true, Marked: true, Responses: responses, Marks: f.Score(responses).Marks}
	var b bytes.Buffer
	if err := result.Write(&b, f, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A simulation is a class of students with known abilities and questions of
// known difficulty (Rasch), who choose among the wrong options by the dice.
type simulation struct {
	form       *quiz.Form // with the right key
	difficulty []float64
	responses  [][]quiz.Response // by student
}

func simulate(t testing.TB, students, questions int, seed uint64) *simulation {
	s := &simulation{form: choices(t, questions, false)}
	dice := rand.New(rand.NewPCG(seed, 1))
	for range questions {
		s.difficulty = append(s.difficulty, dice.NormFloat64())
	}
	for range students {
		ability := dice.NormFloat64()
		responses := make([]quiz.Response, questions)
		for j := range responses {
			right := s.form.Questions[j].Key.Right[0]
			choice := right
			if dice.Float64() > 1/(1+math.Exp(s.difficulty[j]-ability)) {
				choice = (right + 1 + dice.IntN(3)) % 4
			}
			responses[j] = quiz.Response{Chosen: []int{choice}, Sure: 1 + dice.IntN(3), Took: time.Duration(dice.IntN(60)) * time.Second}
		}
		s.responses = append(s.responses, responses)
	}
	return s
}

// class adds the students' files to a class that is marked by form f.
func (s *simulation) class(t testing.TB, f *quiz.Form) *analysis.Class {
	c, err := analysis.NewClass(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, responses := range s.responses {
		text := file(t, f, fmt.Sprint("student ", i), nine, responses)
		if err := c.Add(fmt.Sprint(i, ".result"), "", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func correlation(x, y []float64) float64 {
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(y))
	}
	var xy, xx, yy float64
	for i := range x {
		xy, xx, yy = xy+(x[i]-mx)*(y[i]-my), xx+(x[i]-mx)*(x[i]-mx), yy+(y[i]-my)*(y[i]-my)
	}
	return xy / math.Sqrt(xx*yy)
}

// The analysis of 200 students recovers the difficulties they were made with,
// and finds the two questions whose key was planted wrong, and no third.
func TestSimulatedClass(t *testing.T) {
	for seed := range uint64(5) {
		s := simulate(t, 200, 40, seed)
		r := s.class(t, s.form).Report(analysis.Options{})
		var estimated []float64
		for _, item := range r.Items {
			estimated = append(estimated, *item.Difficulty)
		}
		if c := correlation(s.difficulty, estimated); c < 0.95 {
			t.Errorf("seed %d: difficulties correlate %.3f with the truth", seed, c)
		}
		for _, f := range r.Flags {
			if f.Rule == "key" || f.Rule == "second-right" {
				t.Errorf("seed %d: a right key is doubted: %+v", seed, f)
			}
		}

		planted := *s.form
		planted.Questions = slices.Clone(planted.Questions)
		var want []int
		for _, j := range []int{7, 23} {
			q := &planted.Questions[j]
			q.Key.Right = []int{(q.Key.Right[0] + 1) % 4}
			want = append(want, j+1)
		}
		var doubted []int
		for _, f := range s.class(t, &planted).Report(analysis.Options{}).Flags {
			if f.Rule != "key" {
				continue
			}
			doubted = append(doubted, f.Question)
			truth := quiz.Letter(s.form.Questions[f.Question-1].Key.Right[0])
			if !strings.Contains(f.Message, "choose "+truth+" ") || f.Place != s.form.Questions[f.Question-1].Place {
				t.Errorf("seed %d: question %d should have the key %s: %+v", seed, f.Question, truth, f)
			}
		}
		if !slices.Equal(doubted, want) {
			t.Errorf("seed %d: keys doubted: %v, planted: %v", seed, doubted, want)
		}
	}
}

// The order in which files come changes nothing.
func TestOrderOfFiles(t *testing.T) {
	s := simulate(t, 40, 10, 1)
	a := s.class(t, s.form).Report(analysis.Options{})
	c, _ := analysis.NewClass(s.form)
	for i := len(s.responses) - 1; i >= 0; i-- {
		if err := c.Add(fmt.Sprint(i, ".result"), "", strings.NewReader(file(t, s.form, fmt.Sprint("student ", i), nine, s.responses[i]))); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(a, c.Report(analysis.Options{})); diff != "" {
		t.Error(diff)
	}
}

// What fewer results than needed cannot carry is left out, and a note says so.
func TestSmallClasses(t *testing.T) {
	for _, c := range []struct {
		students                 int
		small                    bool
		notes                    int
		discriminates, difficult bool
	}{
		{29, false, 2, false, false}, {30, false, 1, true, false}, {99, false, 1, true, false}, {100, false, 0, true, true}, {12, true, 0, true, true},
	} {
		s := simulate(t, c.students, 10, 1)
		r := s.class(t, s.form).Report(analysis.Options{Small: c.small})
		if len(r.Notes) != c.notes {
			t.Errorf("%d students: notes %q", c.students, r.Notes)
		}
		if got := r.Items[0].Discrimination != nil && r.Test.Alpha != nil && r.Items[0].Options[0].Correlation != nil; got != c.discriminates {
			t.Errorf("%d students: discrimination is given: %t", c.students, got)
		}
		if got := r.Items[0].Difficulty != nil; got != c.difficult {
			t.Errorf("%d students: difficulties are given: %t", c.students, got)
		}
		if r.Items[0].Facility == nil || r.Students != c.students {
			t.Errorf("%d students: %+v", c.students, r.Items[0])
		}
	}
	empty, _ := analysis.NewClass(choices(t, 3, false))
	if r := empty.Report(analysis.Options{}); len(r.Notes) != 1 || len(r.Items) != 0 {
		t.Errorf("an empty class: %+v", r)
	}
	if _, err := analysis.NewClass(choices(t, 3, false).WithoutKey()); err != analysis.ErrNoKey {
		t.Errorf("a form without its key: %v", err)
	}
}

// Duplicates and second attempts do not count, whichever comes first.
func TestDuplicates(t *testing.T) {
	f := choices(t, 2, false)
	answers := func(option int) []quiz.Response {
		return []quiz.Response{{Chosen: []int{option}}, {}}
	}
	first, second := file(t, f, "Ann", nine, answers(0)), file(t, f, "ann", nine.Add(time.Hour), answers(1))
	for _, order := range [][]string{{"first", "second", "first"}, {"second", "first", "second"}} {
		c, _ := analysis.NewClass(f)
		var errs []string
		for i, name := range order {
			text := first
			if name == "second" {
				text = second
			}
			if err := c.Add(fmt.Sprint(i, name), "", strings.NewReader(text)); err != nil {
				errs = append(errs, err.Error())
			}
		}
		if counted, refused := c.Size(); counted != 1 || refused != 2 {
			t.Errorf("%v: %d counted, %d refused", order, counted, refused)
		}
		r := c.Report(analysis.Options{})
		if *r.Items[0].Options[0].Students != 1 || *r.Items[1].Blank != 1 {
			t.Errorf("%v: the second attempt counts: %+v", order, r.Items)
		}
		if len(errs) != 2 || !strings.Contains(errs[0], "second:3: a second attempt of ") || !strings.Contains(errs[1], ":3: the same result as") {
			t.Errorf("%v: %q", order, errs)
		}
	}
}

// An answer that the key rejects and three students stand by is a candidate for
// Accept; two are not enough.
func TestDisputedAnswers(t *testing.T) {
	f := choices(t, 1, true)
	at := slices.IndexFunc(f.Questions, func(q quiz.Question) bool { return q.Kind == quiz.Typed })
	c, _ := analysis.NewClass(f)
	for i, text := range []string{"Lemma", " lemma", "LEMMA", "lemma", "term", "term", "word", ""} {
		responses := make([]quiz.Response, 2)
		responses[at] = quiz.Response{Typed: []string{text}, Disputed: i != 3}
		if err := c.Add(fmt.Sprint(i), "", strings.NewReader(file(t, f, fmt.Sprint("s", i), nine, responses))); err != nil {
			t.Fatal(err)
		}
	}
	r := c.Report(analysis.Options{})
	want := []analysis.Rejected{{Text: "Lemma", Students: 4, Disputed: 3}, {Text: "term", Students: 2, Disputed: 2}}
	if diff := cmp.Diff(want, r.Items[at].Rejected); diff != "" {
		t.Error(diff)
	}
	if len(r.Flags) != 1 || r.Flags[0].Rule != "missing-accept" || r.Flags[0].Place != "d.md:9999" || !strings.Contains(r.Flags[0].Message, `"Lemma" was rejected, and 3 students`) {
		t.Errorf("flags %+v", r.Flags)
	}
}

// Nothing in a shared report is about a group of one to nine students, and no
// such number follows from the others.
func TestSharedReport(t *testing.T) {
	for seed := range uint64(20) {
		s := simulate(t, 12+int(seed)*7, 12, seed)
		dice := rand.New(rand.NewPCG(seed, 9))
		for _, responses := range s.responses {
			for j := range responses {
				if dice.IntN(8) == 0 {
					responses[j] = quiz.Response{}
				}
			}
		}
		c := s.class(t, s.form)
		r := c.Report(analysis.Options{Shared: true})
		hiddenFacilities := 0
		for _, item := range r.Items {
			if item.Facility == nil {
				hiddenFacilities++
			} else if right := int(math.Round(item.Facility.Value * float64(r.Students))); right > 0 && right < 10 || r.Students-right > 0 && r.Students-right < 10 {
				t.Errorf("seed %d: question %d: %d of %d right", seed, item.Number, right, r.Students)
			}
			hidden := 0
			count := func(n *int) {
				if n == nil {
					hidden++
				} else if *n > 0 && *n < 10 {
					t.Errorf("seed %d: question %d: a group of %d", seed, item.Number, *n)
				}
			}
			count(item.Blank)
			for _, o := range item.Options {
				count(o.Students)
				if o.Right && o.Students == nil && item.Facility != nil || o.Right && o.Students != nil && item.Facility == nil {
					t.Errorf("seed %d: question %d: of facility and right answers one is hidden", seed, item.Number)
				}
			}
			if hidden == 1 {
				t.Errorf("seed %d: question %d: the one hidden count follows from the others", seed, item.Number)
			}
		}
		if hiddenFacilities == 1 {
			t.Errorf("seed %d: the one hidden facility follows from the mean", seed)
		}
	}
	s := simulate(t, 9, 5, 1)
	if r := s.class(t, s.form).Report(analysis.Options{Shared: true}); len(r.Items) != 0 || len(r.Notes) != 1 {
		t.Errorf("nine students: %+v", r)
	}
}

// The JSON of a report has no figure that JSON cannot say.
func TestJSON(t *testing.T) {
	f := choices(t, 3, true)
	c, _ := analysis.NewClass(f)
	for n := range 3 {
		if _, err := json.Marshal(c.Report(analysis.Options{Small: true})); err != nil {
			t.Errorf("%d students: %v", n, err)
		}
		name := fmt.Sprint("student ", n)
		if err := c.Add(name, "", strings.NewReader(file(t, f, name, nine, make([]quiz.Response, 4)))); err != nil {
			t.Fatal(err)
		}
	}
}

// A table for a spreadsheet holds no formula, whatever a deck says.
func TestSheet(t *testing.T) {
	r := &analysis.Report{Items: []analysis.Item{{Number: 1, Prompt: "=1+1", Section: "@x", Place: "-1"}}, Flags: []analysis.Flag{{Question: 1, Message: "+x, \"y\""}}}
	var b strings.Builder
	if err := r.WriteSheet(&b); err != nil {
		t.Fatal(err)
	}
	want := "1,,,'-1,'@x,'=1+1,,,,,,,,,,0.0,,0,\"'+x, \"\"y\"\"\",,,0.000000,,0.000000\r\n"
	if _, row, _ := strings.Cut(b.String(), "\n"); row != want {
		t.Errorf("row %q, want %q", row, want)
	}
}

// Ten thousand results of fifty questions: the issue allows 5 s and 200 MB.
func BenchmarkTenThousandResults(b *testing.B) {
	s := simulate(b, 10_000, 50, 1)
	files := make([]string, len(s.responses))
	for i, r := range s.responses {
		files[i] = file(b, s.form, fmt.Sprint("student ", i), nine, r)
	}
	s.responses = nil
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	for b.Loop() {
		c, _ := analysis.NewClass(s.form)
		for i, text := range files {
			if err := c.Add(fmt.Sprint(i), "", strings.NewReader(text)); err != nil {
				b.Fatal(err)
			}
		}
		if r := c.Report(analysis.Options{}); r.Students != 10_000 {
			b.Fatal(r.Students)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapSys-before.HeapSys)/(1<<20), "MB")
	}
}
