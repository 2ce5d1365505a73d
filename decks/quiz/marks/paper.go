package marks

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/quiz"
)

// A Sheet is what stood on a student's answer sheet.
type Sheet struct {
	Student   string
	Section   string
	Form      *quiz.Form
	Responses []quiz.Response
	Line      int // of the table, where the student is first named
	Err       error
}

// paper are the columns of a table of answer sheets, by what people call them.
var paper = map[string]string{
	"student": "student", "name": "student", "pseudonym": "student", "section": "section", "group": "section",
	"gruppe":  "section",
	"version": "version", "question": "question", "frage": "question", "answer": "answer", "antwort": "answer",
}

// IsSheet reports by its first line whether a CSV file holds answer sheets.
func IsSheet(head []byte) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(string(head), "\ufeff"), "\n")
	student, answers := false, false
	for _, title := range strings.FieldsFunc(first, func(r rune) bool { return strings.ContainsRune(",;\t\r", r) }) {
		title = strings.ToLower(strings.Trim(title, `" `))
		student = student || paper[title] == "student"
		answers = answers || paper[title] == "answer" || questionNumber(title) == 1
	}
	return student && answers
}

// questionNumber reads "7" or "q7"; 0 is none.
func questionNumber(title string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(title)), "q"))
	if err != nil || n < 1 || n > quiz.MaxQuestions {
		return 0
	}
	return n
}

// ReadSheets reads a table of what stood on answer sheets: a row for each
// student, with a column for each question by its number; or a row for each
// answer, with the columns student, question and answer. Letters name options,
// in the order given for a sequence; parts of a set are separated by ";"; all
// else is what was written. A test of several versions takes a column version.
// A sheet that cannot be read has an Err; an error is of the whole table.
func ReadSheets(file string, in io.Reader, forms []*quiz.Form) ([]Sheet, error) {
	t := paperTable{file: file, forms: forms, at: map[string]int{}}
	err := readTable(file, in, func(row row) error {
		if t.place == nil {
			return t.head(row)
		}
		return t.row(row)
	})
	if err != nil {
		return nil, err
	}
	if t.place == nil {
		return nil, t.fail(1, "this table is empty")
	}
	return t.sheets, nil
}

// A paperTable is a table of answer sheets that is being read.
type paperTable struct {
	file    string
	forms   []*quiz.Form
	place   map[string]int // of columns, by what they are
	numbers []numbered     // columns that are questions
	long    bool           // a row for each answer
	sheets  []Sheet
	at      map[string]int // of sheets, by student, where there is a row for each answer
	room    int            // answers that all sheets have room for
}

// maxAnswers limits the answers that a table has room for, given or not.
const maxAnswers = 1_000_000

// numbered is a column of answers to a question.
type numbered struct{ column, question int }

// head reads which column is which.
func (t *paperTable) head(row row) error {
	t.place = row.places(paper)
	for i, title := range row.cells {
		if n := questionNumber(title); n > 0 {
			t.numbers = append(t.numbers, numbered{i, n})
		}
	}
	_, student := t.place["student"]
	_, question := t.place["question"]
	_, answer := t.place["answer"]
	t.long = question && answer
	if !student || !t.long && len(t.numbers) == 0 {
		return errors.New("a table of answer sheets has a column student, and a column for each question (1, 2, 3 and so on) or the columns question and answer")
	}
	return nil
}

func (t *paperTable) fail(line int, format string, args ...any) error {
	return &quiz.SyntaxError{File: t.file, Line: line, Problem: fmt.Sprintf(format, args...)}
}

func (t *paperTable) row(row row) error {
	cell := func(column string) string {
		i, ok := t.place[column]
		if !ok || i >= len(row.cells) {
			return ""
		}
		return strings.TrimSpace(row.cells[i])
	}
	student := cell("student")
	if student == "" {
		return nil
	}
	s, err := t.sheet(student, cell("section"), cell("version"), row.line)
	if err != nil || s.Err != nil {
		return err
	}
	if t.long {
		n := questionNumber(cell("question"))
		if n == 0 {
			s.Err = t.fail(row.line, "%q is not the number of a question", cell("question"))
			return nil
		}
		t.answer(s, n, cell("answer"), row.line)
		return nil
	}
	for _, c := range t.numbers {
		if c.column < len(row.cells) {
			t.answer(s, c.question, strings.TrimSpace(row.cells[c.column]), row.line)
		}
	}
	return nil
}

// sheet begins a sheet, or goes on with one where there is a row for each answer.
func (t *paperTable) sheet(student, section, version string, line int) (*Sheet, error) {
	key := quiz.Pseudonym(student) + "\x00" + section
	if at, ok := t.at[key]; ok && t.long {
		return &t.sheets[at], nil
	}
	if len(t.sheets) == maxStudents {
		return nil, fmt.Errorf("a table holds at most %d students", maxStudents)
	}
	t.at[key] = len(t.sheets)
	s := Sheet{Student: student, Section: section, Line: line}
	i := slices.IndexFunc(t.forms, func(f *quiz.Form) bool { return strings.EqualFold(f.Version, version) })
	switch {
	case len(t.forms) == 1 && version == "":
		i = 0
	case i < 0:
		s.Err = t.fail(line, "version %q of %s is none of the forms", version, student)
	}
	if s.Err == nil {
		s.Form = t.forms[i]
		if t.room += len(s.Form.Questions); t.room > maxAnswers {
			return nil, fmt.Errorf("a table holds at most %d answers: split it", maxAnswers)
		}
		s.Responses = make([]quiz.Response, len(s.Form.Questions))
	}
	t.sheets = append(t.sheets, s)
	return &t.sheets[len(t.sheets)-1], nil
}

// answer takes what was written to question n; a dash and nothing are nothing.
func (t *paperTable) answer(s *Sheet, n int, text string, line int) {
	switch {
	case s.Err != nil || text == "" || text == "-" || text == "–":
		return
	case n > len(s.Form.Questions):
		s.Err = t.fail(line, "there is no question %d", n)
		return
	}
	q, r := &s.Form.Questions[n-1], &s.Responses[n-1]
	if r.Answered() {
		s.Err = t.fail(line, "question %d of %s is answered twice", n, s.Student)
		return
	}
	switch q.Kind {
	case quiz.Typed:
		r.Typed = []string{text}
	case quiz.Set:
		if r.Typed = parts(text); len(r.Typed) > q.Parts {
			s.Err = t.fail(line, "question %d asks for %d parts, and %s has %d", n, q.Parts, s.Student, len(r.Typed))
		}
	default:
		t.letters(s, n, text, line)
	}
}

func parts(text string) []string {
	between := ";"
	if !strings.Contains(text, between) {
		between = ","
	}
	var all []string
	for part := range strings.SplitSeq(text, between) {
		all = append(all, strings.TrimSpace(part))
	}
	return all
}

// letters reads "b", "a, c" or "CAB". Two letters where one is right stay two:
// they earn nothing.
func (t *paperTable) letters(s *Sheet, n int, text string, line int) {
	q, r := &s.Form.Questions[n-1], &s.Responses[n-1]
	for _, c := range strings.ToLower(text) {
		if strings.ContainsRune(" ,;.)>", c) {
			continue
		}
		option, ok := quiz.ParseLetter(string(c))
		if !ok || option >= len(q.Options) || slices.Contains(r.Chosen, option) {
			s.Err = t.fail(line, "%q of %s does not name options of question %d, which has %s to %s", text, s.Student,
				n, quiz.Letter(0), quiz.Letter(len(q.Options)-1))
			return
		}
		r.Chosen = append(r.Chosen, option)
	}
	if q.Kind == quiz.Choice {
		slices.Sort(r.Chosen)
	}
}
