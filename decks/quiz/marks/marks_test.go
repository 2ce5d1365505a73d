package marks_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/marks"
)

func roster(t *testing.T, text string) *marks.Roster {
	t.Helper()
	r, err := marks.ReadRoster("class.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Lists as people and platforms write them.
func TestRosters(t *testing.T) {
	for about, c := range map[string]struct {
		text string
		want []marks.Entry
	}{
		"by hand": {"pseudonym,name,section,time\nheron,Ann,a,90m\ncrane,Bob,b,\n", []marks.Entry{
			{Pseudonym: "heron", Name: "Ann", Section: "a", Time: 90 * time.Minute}, {Pseudonym: "crane", Name: "Bob", Section: "b"}}},
		"a German spreadsheet": {"\ufeffVorname;Nachname;E-Mail-Adresse;Gruppe;Zeit\r\nAnn;Öz;ann@x.org;Mo;1,5\r\n;;;;\r\n", []marks.Entry{
			{Pseudonym: "Ann Öz", Name: "Ann Öz", Email: "ann@x.org", Section: "Mo", Factor: 1.5}}},
		"Moodle": {"First name,Last name,ID number,Email address,Groups\nAnn,Lee,77,a@x.org,A\n", []marks.Entry{
			{Pseudonym: "Ann Lee", Name: "Ann Lee", ID: "77", Email: "a@x.org", Section: "A"}}},
		"Canvas": {"Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (12)\n    Points Possible,,,,,20\n\"Lee, Ann\",5,77,annl,Mon,\n\"Student, Test\",9,,x,Mon,\n", []marks.Entry{
			{Pseudonym: "annl", Name: "Lee, Ann", ID: "77", Login: "annl", Canvas: "5", Section: "Mon"}}},
		"tabs and per cent": {"username\ttime\nann\t150 %\n", []marks.Entry{{Pseudonym: "ann", Login: "ann", Factor: 1.5}}},
	} {
		if diff := cmp.Diff(c.want, roster(t, c.text).Students); diff != "" {
			t.Errorf("%s:\n%s", about, diff)
		}
	}
	for text, want := range map[string]string{
		"":                          "class.csv:1: this list is empty",
		"colour,shape\nred,round\n": "class.csv:1: no column of this list names students",
		"name,time\nann,soon\n":     `class.csv:2: "soon" is not a time`,
		"name,time\n\"a\nb\",100\n": `class.csv:2: "100" is not a factor`,
		"name,version\nann,third\n": `class.csv:2: "THIRD" is not a version`,
		"name\n\xff\xfe\n":          "class.csv:2: this line is not UTF-8",
		"name,time\nann,25h\n":      `class.csv:2: "25h" is not a time`,
	} {
		if _, err := marks.ReadRoster("class.csv", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestAllowed(t *testing.T) {
	for _, c := range []struct {
		entry marks.Entry
		want  time.Duration
	}{{marks.Entry{}, 0}, {marks.Entry{Time: 90 * time.Minute}, 90 * time.Minute}, {marks.Entry{Factor: 1.25}, 75 * time.Minute}} {
		if got := c.entry.Allowed(time.Hour); got != c.want {
			t.Errorf("%+v: %s, want %s", c.entry, got, c.want)
		}
	}
}

func TestScales(t *testing.T) {
	for _, c := range []struct {
		scale      string
		points, of float64
		want       string
	}{
		{"15", 10, 20, "7.5"}, {"15", 20, 20, "15"}, {"0.5", 1, 3, "0.17"}, {"90=A, 80=B, 0=F", 18, 20, "A"}, {"90=A, 80=B, 0=F", 17.99, 20, "B"},
		{"0=F,90=A,80=B", 0, 20, "F"}, {"50=pass", 9, 20, ""}, {"95%=1.0, 50%=4.0, 0%=5.0", 19, 20, "1.0"}, {"70=C", 7.0 / 3 * 3, 10, "C"}, {"15", 0, 0, ""},
	} {
		scale, err := marks.ParseScale(c.scale)
		if err != nil {
			t.Errorf("%q: %v", c.scale, err)
			continue
		}
		if got := scale.Mark(c.points, c.of); got != c.want {
			t.Errorf("%q: %g of %g is %q, want %q", c.scale, c.points, c.of, got, c.want)
		}
	}
	for _, bad := range []string{"", "A", "90", "-1", "90=", "=A", "101=A", "90=A,90=B", "NaN=A"}[3:] {
		if _, err := marks.ParseScale(bad); err == nil {
			t.Errorf("%q is a scale", bad)
		}
	}
}

func TestLate(t *testing.T) {
	for _, c := range []struct {
		rule string
		late time.Duration
		want float64
	}{
		{"keep", 99 * time.Hour, 0}, {"refuse", time.Second, 1}, {"refuse", 0, 0}, {"20%", time.Minute, 0.2}, {"20%", 99 * time.Hour, 0.2},
		{"10%/day", time.Minute, 0.1}, {"10%/day", 24 * time.Hour, 0.1}, {"10%/day", 24*time.Hour + 1, 0.2}, {"10%/day", 999 * time.Hour, 1}, {"1 %/min", 90 * time.Second, 0.02},
	} {
		rule, err := marks.ParseLate(c.rule)
		if err != nil {
			t.Errorf("%q: %v", c.rule, err)
			continue
		}
		if got := rule.Lost(c.late); got < c.want-1e-12 || got > c.want+1e-12 {
			t.Errorf("%q, %s late: %g, want %g", c.rule, c.late, got, c.want)
		}
	}
	for _, bad := range []string{"10", "0%", "101%", "10%/week", "-5%", "x%"} {
		if _, err := marks.ParseLate(bad); err == nil {
			t.Errorf("%q is a rule", bad)
		}
	}
}

// exam has a question of each kind.
func exam(t *testing.T) *quiz.Form {
	t.Helper()
	const text = `kartei form 2
title: T

question: 1 choice
ask: One?
a) this
b) that
c) other

question: 2 choices
ask: Several?
a) this
b) that
c) other

question: 3 typed
ask: Word?

question: 4 set
parts: 2
ask: Both?

question: 5 sequence
ask: Order?
a) second
b) first
c) third

kartei key 2
form: ID

key: 1
right: b

key: 2
right: a c

key: 3
answer: word

key: 4
part: red
part: green

key: 5
right: b a c
`
	open, err := quiz.Parse("x.form", strings.NewReader(text[:strings.Index(text, "kartei key")]))
	if err != nil {
		t.Fatal(err)
	}
	form, err := quiz.Parse("x.form", strings.NewReader(strings.Replace(text, "ID", open.ID(), 1)))
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// What stood on paper is marked as what was typed: a row for each student, or
// one for each answer.
func TestPaper(t *testing.T) {
	form := exam(t)
	wide := "student,section,1,2,3,4,5\nann,a,B,\"a, c\",Word,red; green,b a c\nbob,a,ab,AC,wrod,green,BCA\ncat,b,-,,,,\n"
	long := "Name;Frage;Antwort\nann;1;b\nann;2;ca\nann;3;Word\nann;4;green,red\nann;5;bac\nbob;q1;a b\nbob;2;AC\nbob;3;wrod\nbob;4;green\nbob;5;b,c,a\ncat;1;\n"
	want := map[string][]float64{"ann": {1, 1, 1, 1, 1}, "bob": {0, 1, 1, 0.5, 0}, "cat": {0, 0, 0, 0, 0}}
	for about, text := range map[string]string{"wide": wide, "long": long} {
		if !marks.IsSheet([]byte(text)) {
			t.Errorf("%s is not known as answer sheets", about)
		}
		sheets, err := marks.ReadSheets("paper.csv", strings.NewReader(text), []*quiz.Form{form})
		if err != nil || len(sheets) != 3 {
			t.Fatalf("%s: %d sheets, %v", about, len(sheets), err)
		}
		for _, s := range sheets {
			if s.Err != nil {
				t.Errorf("%s: %v", about, s.Err)
				continue
			}
			var got []float64
			for _, m := range s.Form.Score(s.Responses).Marks {
				got = append(got, m.Share)
			}
			if diff := cmp.Diff(want[s.Student], got); diff != "" {
				t.Errorf("%s, %s: %s", about, s.Student, diff)
			}
		}
	}
	versions := form.Versions(2)
	for text, want := range map[string]string{
		"student,1\nann,d\n":                          `paper.csv:2: "d" of ann does not name options of question 1, which has a to c`,
		"student,1\nann,bb\n":                         `paper.csv:2: "bb" of ann does not name options`,
		"student,1,9\nann,a,x\n":                      "paper.csv:2: there is no question 9",
		"student,question,answer\nann,x,b\n":          `paper.csv:2: "x" is not the number of a question`,
		"student,question,answer\nann,1,b\nann,1,a\n": "paper.csv:3: question 1 of ann is answered twice",
	} {
		sheets, err := marks.ReadSheets("paper.csv", strings.NewReader(text), versions[:1])
		if err != nil || len(sheets) != 1 || sheets[0].Err == nil || !strings.HasPrefix(sheets[0].Err.Error(), want) {
			t.Errorf("%q: %v, %+v, want %q", text, err, sheets, want)
		}
	}
	sheets, err := marks.ReadSheets("paper.csv", strings.NewReader("student,version,1\nann,b,a\nbob,,a\n"), versions)
	if err != nil || sheets[0].Form != versions[1] || sheets[1].Err == nil || !strings.Contains(sheets[1].Err.Error(), `version "" of bob is none of the forms`) {
		t.Errorf("versions: %v, %+v", err, sheets)
	}
	for _, text := range []string{"", "student\nann\n", "1,2\na,b\n"} {
		if _, err := marks.ReadSheets("paper.csv", strings.NewReader(text), versions); err == nil || marks.IsSheet([]byte(text)) {
			t.Errorf("%q passes for answer sheets", text)
		}
	}
}

// students are results as an analysis gives them.
func students(form *quiz.Form, names ...string) []analysis.Student {
	var all []analysis.Student
	for i, name := range names {
		all = append(all, analysis.Student{Name: name, File: fmt.Sprint(i, ".result"), Form: form, Of: 5, Marks: []float64{1, 0.5, 0, 0, 1}, Answered: []bool{true, true, true, false, true}})
	}
	return all
}

// Who is missing, unknown, meant twice or shares a name is told, and none of
// them goes to a platform.
func TestJoin(t *testing.T) {
	form := exam(t)
	list := roster(t, "pseudonym,name,email,username,id number\nheron,Ann,a@x,ann,1\ncrane,Bob,b@x,bob,2\nwren,Cat,c@x,cat,3\nowl,Dan,d@x,dan,4\nowl,Eve,e@x,eve,5\nrook,Fay,f@x,fay,6\n")
	all := students(form, "HERON ", "b@x", "owl", "stork", "robin", "robin", "fay", "rook")
	all[4].Twin, all[5].Twin = true, true
	l := marks.NewList(all, list, marks.Options{Title: "=T", Scale: marks.Scale{Points: 10}})
	for state, want := range map[marks.State][]string{
		marks.Fine: {"b@x", "HERON "}, marks.Missing: {"wren"}, marks.Unknown: {"stork"}, marks.Listed: {"owl"}, marks.Twin: {"fay", "robin", "robin", "rook"},
	} {
		if diff := cmp.Diff(want, l.In(state), cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
			t.Errorf("%q: %s", state, diff)
		}
	}
	if l.Doubtful() != 6 {
		t.Errorf("%d are doubtful", l.Doubtful())
	}
	var b bytes.Buffer
	if err := l.Write(&b, marks.Moodle); err != nil {
		t.Fatal(err)
	}
	if want := "Username,ID number,Email address,'=T,'=T (feedback)\r\nbob,2,b@x,5,2.5 of 5\r\nann,1,a@x,5,2.5 of 5\r\n"; b.String() != want {
		t.Errorf("moodle: %q, want %q", b.String(), want)
	}
	b.Reset()
	if err := l.Write(&b, marks.Canvas); err != nil {
		t.Fatal(err)
	}
	if want := "Student,ID,SIS User ID,SIS Login ID,Section,'=T\r\n\"    Points Possible\",,,,,10\r\nBob,,2,bob,,5\r\nAnn,,1,ann,,5\r\n"; b.String() != want {
		t.Errorf("canvas: %q, want %q", b.String(), want)
	}
	b.Reset()
	if err := l.Write(&b, marks.Own); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if want := "q1 q2 q3 q4 q5"; strings.Join(rows[0][len(rows[0])-5:], " ") != want {
		t.Errorf("columns %q", rows[0])
	}
}

// No name, title or file of a student begins a formula in any layout.
func TestNoFormula(t *testing.T) {
	form := exam(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("=+-@|%\t\n\"',;aé＝ "))).Draw(t, "text")
		all := students(form, text)
		all[0].File, all[0].Section = text, text
		for _, layout := range []marks.Layout{marks.Own, marks.Moodle, marks.Canvas} {
			var b bytes.Buffer
			if err := marks.NewList(all, nil, marks.Options{Title: text}).Write(&b, layout); err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(&b).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if first := strings.TrimLeft(cell, " \n"); first != "" && strings.ContainsRune("=+@|%＝", rune(first[0])) {
						t.Fatalf("%q: cell %q", layout, cell)
					}
				}
			}
		}
	})
}

func FuzzRoster(f *testing.F) {
	f.Add("pseudonym,name,time\nheron,Ann,1.5\n")
	f.Add("Student;ID;Zeit\nx;\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := marks.ReadRoster("x.csv", strings.NewReader(text))
		if err != nil {
			return
		}
		for i, s := range r.Students {
			if s.Allowed(time.Hour) < 0 || s.Pseudonym == "" {
				t.Fatalf("%+v", s)
			}
			found := false
			for _, at := range r.Find(s.Pseudonym) {
				found = found || at == i
			}
			if !found {
				t.Fatalf("%q is not found", s.Pseudonym)
			}
		}
	})
}
