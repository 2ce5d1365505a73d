package analysis

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/quiz"
	"kartei/decks/quiz/result"
)

// MaxStudents limits a class.
const MaxStudents = 100_000

// ErrNoKey is the error of a form that cannot be marked.
var ErrNoKey = errors.New("this form has no key")

// A Class is the results of one form.
type Class struct {
	form     *quiz.Form
	reader   *result.Reader
	students []student
	names    map[string]int    // of students, by pseudonym
	digests  map[string]string // files, by digest
	refused  int
}

// A student is what is kept of a result: about 20 bytes an answer.
type student struct {
	name     string
	file     string
	began    time.Time
	marks    []float64
	chosen   []uint32 // bits of options
	took     []int32  // milliseconds
	flags    []flags
	rejected []rejection
}

// A rejection is a typed answer that counted as wrong.
type rejection struct {
	question int
	text     string
	disputed bool
}

// Flags are what else is kept of an answer.
type flags uint8

const (
	sureBits flags = 3 // how sure the student was
	answered flags = 4
)

// NewClass begins a class. The form must have its key.
func NewClass(f *quiz.Form) (*Class, error) {
	if !f.Keyed {
		return nil, ErrNoKey
	}
	return &Class{form: f, reader: result.NewReader(f), names: map[string]int{}, digests: map[string]string{}}, nil
}

// Add takes a result file. What is refused has an error that names the file
// and the line, and counts for nothing: what cannot be read, what was
// added before, and a second attempt of a student (the one that began first
// counts, whichever comes first).
func (c *Class) Add(file string, in io.Reader) error {
	err := c.add(file, in)
	if err != nil {
		c.refused++
	}
	return err
}

func (c *Class) add(file string, in io.Reader) error {
	if len(c.students) == MaxStudents {
		return fmt.Errorf("%s: a class has at most %d students", file, MaxStudents)
	}
	r, err := c.reader.Read(file, in)
	if err != nil {
		return err
	}
	if other, ok := c.digests[r.Digest]; ok {
		return c.refuse(file, "the same result as %s", other)
	}
	c.digests[r.Digest] = file
	name := strings.ToLower(norm.NFC.String(r.Student))
	s := c.student(file, r)
	i, known := c.names[name]
	switch {
	case !known:
		c.names[name] = len(c.students)
		c.students = append(c.students, s)
		return nil
	case c.students[i].earlier(&s):
		return c.refuse(file, "a second attempt of %s, after %s", r.Student, c.students[i].file)
	}
	later := c.students[i].file
	c.students[i] = s
	return c.refuse(later, "a second attempt of %s, after %s", r.Student, file)
}

// refuse is the error of a file whose student does not count, at that line.
func (c *Class) refuse(file, format string, args ...any) error {
	return &quiz.SyntaxError{File: file, Line: result.StudentLine(c.form), Problem: fmt.Sprintf(format, args...)}
}

// earlier orders attempts; the file's name decides between equal times.
func (s *student) earlier(other *student) bool {
	if !s.began.Equal(other.began) {
		return s.began.Before(other.began)
	}
	return s.file < other.file
}

// student packs a result.
func (c *Class) student(file string, r *result.Result) student {
	n := len(c.form.Questions)
	s := student{name: r.Student, file: file, began: r.Began,
		marks: make([]float64, n), chosen: make([]uint32, n), took: make([]int32, n), flags: make([]flags, n)}
	for i := range r.Responses {
		a, m := &r.Responses[i], r.Marks[i]
		s.marks[i], s.took[i] = m.Share, int32(a.Took.Milliseconds())
		for _, option := range a.Chosen {
			s.chosen[i] |= 1 << option
		}
		s.flags[i] = flags(a.Sure)
		if a.Answered() || m.Rule != "" {
			s.flags[i] |= answered
		}
		if c.form.Questions[i].Kind == quiz.Typed && m.Share == 0 && a.Answered() {
			s.rejected = append(s.rejected, rejection{i, strings.Join(strings.Fields(a.Typed[0]), " "), a.Disputed})
		}
	}
	return s
}

// Size is how many results count, and how many were refused.
func (c *Class) Size() (counted, refused int) { return len(c.students), c.refused }

// sorted puts students in an order that does not depend on how they came.
func (c *Class) sorted() []student {
	return slices.SortedFunc(slices.Values(c.students), func(a, b student) int { return strings.Compare(a.name, b.name) })
}

// scoresOf are the marks as statistics need them. A question that was left out
// earned nothing, as in Moodle.
func scoresOf(students []student) *Scores {
	marks := make([][]float64, len(students))
	for i := range students {
		marks[i] = students[i].marks
	}
	return NewScores(marks)
}
