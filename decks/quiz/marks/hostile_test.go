package marks_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/quiz"
	"kartei/decks/quiz/marks"
)

// What steers a terminal or turns text around is in no name, whoever wrote the list.
func TestNamesSteerNothing(t *testing.T) {
	const evil = "\x1b]0;x\x07Ann\u202e \u009b31mLee"
	if got := roster(t, "name,section\n"+evil+",a\x1b[2J\n").Students[0]; got.Name != "]0;xAnn 31mLee" || got.Section != "a[2J" {
		t.Errorf("roster: %q of %q", got.Name, got.Section)
	}
	sheets, err := marks.ReadSheets("paper.csv", strings.NewReader("student,1\n"+evil+",b\n"), []*quiz.Form{exam(t)})
	if err != nil || sheets[0].Student != "]0;xAnn 31mLee" {
		t.Errorf("sheets: %v, %+v", err, sheets)
	}
}

// Tables of many rows, columns or answers are refused before they fill the memory.
func TestTablesHaveLimits(t *testing.T) {
	form := exam(t)
	wide := form.Versions(1)[0]
	for len(wide.Questions) < quiz.MaxQuestions {
		wide.Questions = append(wide.Questions, wide.Questions[0])
	}
	commas := "name" + strings.Repeat(",", 1<<20) + "\n"
	for want, read := range map[string]func() error{
		"class.csv:1: a table has at most": func() error { _, err := marks.ReadRoster("class.csv", strings.NewReader(commas)); return err },
		"class.csv:3: a table has at most": func() error {
			_, err := marks.ReadRoster("class.csv", strings.NewReader("name\nann\n"+commas))
			return err
		},
		"class.csv:100002: a list has at most": func() error {
			_, err := marks.ReadRoster("class.csv", strings.NewReader("name\n"+strings.Repeat("a\n", 2<<20)))
			return err
		},
		"paper.csv:1002: a table holds at most": func() error {
			_, err := marks.ReadSheets("paper.csv", strings.NewReader("student,1\n"+strings.Repeat("a,b\n", 1<<20)), []*quiz.Form{wide})
			return err
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := read()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 300 {
			t.Errorf("%s: %d MiB", want, used)
		}
	}
}

// Students whom a list gives one name to hand in under are named: their codes
// are the same, and so would their results be.
func TestDoubledNames(t *testing.T) {
	r := roster(t, "name,pseudonym\nAnn Lee,heron\nBob Ray,wren\nAnn Lee,crow\nCat Fox, HERON\nDan,heron\n")
	if diff := cmp.Diff([]string{"heron"}, r.Doubled()); diff != "" {
		t.Error(diff)
	}
}

// A student is the same under each name that only they have on the list.
func TestOneStudentUnderEachName(t *testing.T) {
	r := roster(t, "username,name,email,section,time\nannl,Ann Lee,ann@x.org,a,90m\nbobr,Ann Lee,bob@x.org,b,\n")
	got := map[string]string{}
	for name, e := range r.Named() {
		got[name] = e.Login
	}
	want := map[string]string{"annl": "annl", "ann@x.org": "annl", "bobr": "bobr", "bob@x.org": "bobr"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Moodle gets nobody whom it could not find.
func TestMoodleFindsEach(t *testing.T) {
	list := roster(t, "pseudonym,name,email\nheron,Ann,a@x\nwren,Bob,\n")
	l := marks.NewList(students(exam(t), "heron", "wren"), list, marks.Options{})
	var b bytes.Buffer
	if err := l.Write(&b, marks.Moodle); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "\r\n") != 2 || !strings.Contains(b.String(), ",,a@x,") {
		t.Errorf("%q", b.String())
	}
	if diff := cmp.Diff([]string{"wren"}, l.Nameless(marks.Moodle)); diff != "" {
		t.Error(diff)
	}
	if got := l.Nameless(marks.Canvas); len(got) > 0 {
		t.Errorf("Canvas: %v", got)
	}
}

// More parts than a set asks for are not cut off unsaid.
func TestTooManyParts(t *testing.T) {
	sheets, err := marks.ReadSheets("paper.csv", strings.NewReader("student,4\nann,red; green; blue\n"), []*quiz.Form{exam(t)})
	if err != nil || sheets[0].Err == nil || !strings.Contains(sheets[0].Err.Error(), "question 4 asks for 2 parts, and ann has 3") {
		t.Errorf("%v, %+v", err, sheets)
	}
}
