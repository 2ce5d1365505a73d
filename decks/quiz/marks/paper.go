package marks

import (
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
	rows, err := readTable(file, in)
	if err != nil {
		return nil, err
	}
	t := paperTable{file: file, forms: forms, place: map[string]int{}, numbers: map[int]int{}, at: map[string]int{}}
	if len(rows) == 0 {
		return nil, t.fail(1, "this table is empty")
	}
	for i, title := range rows[0].cells {
		if column, ok := paper[strings.ToLower(strings.TrimSpace(title))]; ok {
			t.place[column] = i
		} else if n := questionNumber(title); n > 0 {
			t.numbers[i] = n
		}
	}
	_, student := t.place["student"]
	_, question := t.place["question"]
	_, answer := t.place["answer"]
	t.long = question && answer
	if !student || !t.long && len(t.numbers) == 0 {
		return nil, t.fail(rows[0].line, "a table of answer sheets has a column student, and a column for each question (1, 2, 3 and so on) or the columns question and answer")
	}
	for _, row := range rows[1:] {
		t.row(row)
	}
	return t.sheets, nil
}

// A paperTable is a table of answer sheets that is being read.
type paperTable struct {
	file    string
	forms   []*quiz.Form
	place   map[string]int // of columns, by what they are
	numbers map[int]int    // questions, by column
	long    bool           // a row for each answer
	sheets  []Sheet
	at      map[string]int // of sheets, by student, where there is a row for each answer
}

func (t *paperTable) fail(line int, format string, args ...any) error {
	return &quiz.SyntaxError{File: t.file, Line: line, Problem: fmt.Sprintf(format, args...)}
}

func (t *paperTable) row(row row) {
	cell := func(column string) string {
		i, ok := t.place[column]
		if !ok || i >= len(row.cells) {
			return ""
		}
		return strings.TrimSpace(row.cells[i])
	}
	student := cell("student")
	if student == "" {
		return
	}
	s := t.sheet(student, cell("section"), cell("version"), row.line)
	if s.Err != nil {
		return
	}
	if t.long {
		n := questionNumber(cell("question"))
		if n == 0 {
			s.Err = t.fail(row.line, "%q is not the number of a question", cell("question"))
			return
		}
		t.answer(s, n, cell("answer"), row.line)
		return
	}
	for i, n := range t.numbers {
		if i < len(row.cells) {
			t.answer(s, n, strings.TrimSpace(row.cells[i]), row.line)
		}
	}
}

// sheet begins a sheet, or goes on with one where there is a row for each answer.
func (t *paperTable) sheet(student, section, version string, line int) *Sheet {
	key := quiz.Pseudonym(student) + "\x00" + section
	if at, ok := t.at[key]; ok && t.long {
		return &t.sheets[at]
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
		s.Responses = make([]quiz.Response, len(s.Form.Questions))
	}
	t.sheets = append(t.sheets, s)
	return &t.sheets[len(t.sheets)-1]
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
		r.Typed = parts(text)
		if len(r.Typed) > q.Parts {
			r.Typed = r.Typed[:q.Parts] // only as many count
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
