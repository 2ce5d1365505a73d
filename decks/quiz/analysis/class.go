package analysis

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"time"

	"kartei/decks/quiz"
	"kartei/decks/quiz/result"
)

// MaxStudents limits a class.
const MaxStudents = 100_000

// ErrNoKey is the error of a form that cannot be marked.
var ErrNoKey = errors.New("this form has no key")

// A Class is the results of one test, in one or several versions.
type Class struct {
	Rules Rules // what results are held to; set before the first Add

	versions []*version
	students []student
	names    map[string][]int  // of students, by pseudonym
	digests  map[string]string // files, by digest
	refused  int
	file     bytes.Buffer // that was read last
}

// A version is a form of the test.
type version struct {
	form   *quiz.Form
	id     string     // of the form
	before *quiz.Form // with the key before it was mended; nil if it was not
	reader *result.Reader
	open   bool             // students had it without its key
	texts  []string         // that were rejected, each once: a class types much alike
	known  map[string]int32 // of them, where they are
	pool   *quiz.Form       // the first version that asks the same
	order  quiz.Order       // where this one has the questions of the pool
}

// A student is what is kept of a result: about 20 bytes an answer. Questions
// and options are those of the first version that asks the same.
type student struct {
	name     string
	file     string
	section  string
	version  *version
	began    time.Time
	ended    time.Time
	limit    time.Duration
	code     codeState
	granted  time.Duration // by a code
	withheld int           // typed answers whose texts were
	attempts []string      // files of further ones
	twin     bool          // another student has this name
	paper    bool          // nothing is known of times
	work     uint64        // a digest of all answers and times; 0 if no time was taken
	marks    []float64
	before   []float64 // before the key was mended; nil if it was not
	chosen   []uint32  // bits of options
	took     []int32   // milliseconds
	flags    []flags
	rejected []rejection
}

// A rejection is a typed answer that counted as wrong.
type rejection struct {
	question int32
	text     int32 // of the version's texts
	disputed bool
}

// Flags are what else is kept of an answer.
type flags uint8

const (
	sureBits flags = 3 // how sure the student was
	answered flags = 4
)

// NewClass begins a class of a test, whose versions must have their keys.
func NewClass(versions ...*quiz.Form) (*Class, error) {
	c := &Class{names: map[string][]int{}, digests: map[string]string{}}
	for _, f := range versions {
		if !f.Keyed {
			return nil, ErrNoKey
		}
		v := &version{form: f, known: map[string]int32{}, id: f.ID(), reader: result.NewReader(f), pool: f}
		v.order, _ = f.Same(f)
		for _, other := range c.versions {
			if order, ok := f.Same(other.pool); ok && other.pool == other.form {
				v.pool, v.order = other.form, order
				break
			}
		}
		c.versions = append(c.versions, v)
	}
	return c, nil
}

// Open tells that students had a version without its key.
func (c *Class) Open(form string) {
	if v := c.version(form); v != nil {
		v.open = true
	}
}

// Before returns the key that a version had before it was mended, so that what
// changed for whom is known. It must come before the results.
func (c *Class) Before(keyed *quiz.Form) {
	if v := c.version(keyed.ID()); v != nil {
		v.before = keyed
	}
}

func (c *Class) version(form string) *version {
	for _, v := range c.versions {
		if v.id == form {
			return v
		}
	}
	return nil
}

// Add takes a result file of a section of the class, which may be empty. What
// is refused has an error that names the file and the line, and counts for
// nothing: what cannot be read, what was added before, and a second attempt of
// a student (the one that began first counts, whichever comes first). Two
// results under one name in two sections, or from the same minutes, are of two
// students, who are both counted and both remarked upon.
func (c *Class) Add(file, section string, in io.Reader) error {
	err := c.add(file, section, in)
	if err != nil {
		c.refused++
	}
	return err
}

func (c *Class) add(file, section string, in io.Reader) error {
	if len(c.students) == MaxStudents {
		return fmt.Errorf("%s: a class has at most %d students", file, MaxStudents)
	}
	c.file.Reset()
	if _, err := c.file.ReadFrom(io.LimitReader(in, result.MaxSize+1)); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	data := c.file.Bytes()
	v := c.version(result.FormOf(data))
	if v == nil {
		v = c.versions[0] // whose reader says what is wrong
	}
	r, err := v.reader.Parse(file, data)
	if err != nil {
		return err
	}
	if other, ok := c.digests[r.Digest]; ok {
		return refusal(file, r.Line, "the same result as %s", other)
	}
	c.digests[r.Digest] = file
	s := v.student(file, section, r)
	if err := c.Rules.refuse(&s, r.Line); err != nil {
		return err
	}
	return c.take(s, r.Line)
}

// AddPaper takes what a student wrote on paper, from a line of a table. Two
// sheets under one name are of two students.
func (c *Class) AddPaper(
	file string, line int, section, student string, f *quiz.Form, responses []quiz.Response,
) error {
	if len(c.students) == MaxStudents {
		return fmt.Errorf("%s: a class has at most %d students", file, MaxStudents)
	}
	v := c.version(f.ID())
	r := &result.Result{Student: student, Texts: true, Responses: responses, Marks: make([]quiz.Mark, len(responses))}
	for i := range responses {
		r.Marks[i] = v.form.Questions[i].Mark(responses[i])
	}
	s := v.student(fmt.Sprintf("%s:%d", file, line), section, r)
	s.paper = true
	return c.take(s, line)
}

// Refuse counts a file or sheet that was refused before it came here.
func (c *Class) Refuse() { c.refused++ }

// take adds a student, unless the name is known.
func (c *Class) take(s student, line int) error {
	name := quiz.Pseudonym(s.name)
	for _, i := range c.names[name] {
		known := &c.students[i]
		if known.section != s.section || known.meets(&s) {
			continue
		}
		if known.earlier(&s) {
			known.attempts = append(known.attempts, s.file)
			return refusal(s.file, line, "a second attempt of %s, after %s", s.name, known.file)
		}
		s.attempts = append(known.attempts, known.file)
		s.twin = known.twin
		later := known.file
		*known = s
		return refusal(later, line, "a second attempt of %s, after %s", s.name, s.file)
	}
	c.names[name] = append(c.names[name], len(c.students))
	c.students = append(c.students, s)
	if same := c.names[name]; len(same) > 1 {
		c.students[same[0]].twin, c.students[same[len(same)-1]].twin = true, true
	}
	return nil
}

// refusal is the error of a file whose student does not count, at that line.
func refusal(file string, line int, format string, args ...any) error {
	return &quiz.SyntaxError{File: file, Line: line, Problem: fmt.Sprintf(format, args...)}
}

// earlier orders attempts; the file's name decides between equal times.
func (s *student) earlier(other *student) bool {
	if !s.began.Equal(other.began) {
		return s.began.Before(other.began)
	}
	return s.file < other.file
}

// meets reports whether two results are from the same minutes: nobody takes a
// test twice at once.
func (s *student) meets(other *student) bool {
	return s.began.Equal(other.began) || s.began.Before(other.ended) && other.began.Before(s.ended)
}

// student packs a result.
func (v *version) student(file, section string, r *result.Result) student {
	n := len(v.form.Questions)
	s := student{name: r.Student, file: file, section: section, version: v, began: r.Began, ended: r.Ended,
		limit: r.Limit,
		marks: make([]float64, n), chosen: make([]uint32, n), took: make([]int32, n), flags: make([]flags, n)}
	s.code, s.granted = v.codeOf(r)
	if v.before != nil {
		s.before = make([]float64, n)
	}
	for j, i := range v.order.Question {
		s.pack(j, i, r)
	}
	s.work, s.rejected = s.digest(r), slices.Clone(s.rejected)
	return s
}

// once says where a text is among those of the version.
func (v *version) once(text string) int32 {
	if known, ok := v.known[text]; ok {
		return known
	}
	text = strings.Clone(text)
	v.known[text] = int32(len(v.texts))
	v.texts = append(v.texts, text)
	return v.known[text]
}

// digest is one of all answers and times: two students share it only if one
// file was made of the other.
func (s *student) digest(r *result.Result) uint64 {
	if s.working() == 0 {
		return 0
	}
	h := fnv.New64a()
	var buf []byte
	for i := range r.Responses {
		a := &r.Responses[i]
		buf = binary.AppendVarint(buf[:0], a.Took.Milliseconds())
		for _, option := range a.Chosen {
			buf = append(buf, byte(option), 0)
		}
		for _, text := range a.Typed {
			buf = append(append(buf, text...), 1)
		}
		h.Write(append(buf, byte(a.Sure)))
	}
	return h.Sum64()
}

// pack keeps the answer to question i of the form, which is question j of the
// pool.
func (s *student) pack(j, i int, r *result.Result) {
	v := s.version
	a, m, q := &r.Responses[i], r.Marks[i], &v.form.Questions[i]
	s.marks[j], s.took[j] = m.Share, int32(a.Took.Milliseconds())
	for option, here := range v.order.Option[j] {
		if slices.Contains(a.Chosen, here) {
			s.chosen[j] |= 1 << option
		}
	}
	s.flags[j] = flags(a.Sure)
	if a.Answered() || m.Rule != "" {
		s.flags[j] |= answered
	}
	if !r.Texts && m.Rule != "" {
		s.withheld++
	}
	if q.Kind == quiz.Typed && m.Share == 0 && a.Answered() {
		s.rejected = append(s.rejected, rejection{int32(j), v.once(strings.Join(strings.Fields(a.Typed[0]), " ")), a.Disputed})
	}
	if q.Key.Excused {
		s.marks[j] = 0
	}
	if s.before != nil {
		s.before[j] = v.markBefore(i, a, m)
	}
}

// markBefore is what an answer was worth before the key was mended.
func (v *version) markBefore(i int, a *quiz.Response, m quiz.Mark) float64 {
	q := &v.before.Questions[i]
	switch {
	case q.Key.Excused:
		return 0
	case !a.Answered():
		return m.Share // withheld, or nothing
	}
	return q.Mark(*a).Share
}

// Size is how many results count, and how many were refused.
func (c *Class) Size() (counted, refused int) { return len(c.students), c.refused }

// pools are the forms of the test that ask something else: one, if its versions
// ask the same.
func (c *Class) pools() []*quiz.Form {
	var pools []*quiz.Form
	for _, v := range c.versions {
		if v.pool == v.form {
			pools = append(pools, v.form)
		}
	}
	return pools
}

// of returns the students of a pool in an order that does not depend on how they
// came.
func (c *Class) of(pool *quiz.Form) []student {
	var students []student
	for _, s := range c.students {
		if s.version.pool == pool {
			students = append(students, s)
		}
	}
	slices.SortFunc(students, compareStudents)
	return students
}

func compareStudents(a, b student) int {
	if n := strings.Compare(a.name, b.name); n != 0 {
		return n
	}
	return strings.Compare(a.file, b.file)
}

// scoresOf are the marks in the columns that count, as statistics need them. A
// question that was left out earned nothing, as in Moodle.
func scoresOf(students []student, columns []int) *Scores {
	marks := make([][]float64, len(students))
	for i := range students {
		marks[i] = students[i].marks
		if len(columns) < len(marks[i]) {
			marks[i] = make([]float64, len(columns))
			for k, j := range columns {
				marks[i][k] = students[i].marks[j]
			}
		}
	}
	return NewScores(marks)
}

// counting are the questions of a form that are not excused.
func counting(f *quiz.Form) []int {
	var columns []int
	for j := range f.Questions {
		if !f.Questions[j].Key.Excused {
			columns = append(columns, j)
		}
	}
	return columns
}
