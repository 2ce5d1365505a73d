package result

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kartei/decks/answer"
	"kartei/decks/quiz"
)

// A Reader reads results of one form.
type Reader struct {
	form  *quiz.Form
	id    string
	items []string
	marks []map[string]quiz.Mark // of what was typed, by question: a class types much alike
}

// maxMarks is how many texts of a question have their marks kept.
const maxMarks = 10_000

// mark marks a response to question i.
func (r *Reader) mark(i int, response quiz.Response) quiz.Mark {
	q := &r.form.Questions[i]
	if len(response.Typed) == 0 {
		return q.Mark(response)
	}
	text := strings.Join(response.Typed, "\x00")
	if mark, ok := r.marks[i][text]; ok {
		return mark
	}
	mark := q.Mark(response)
	if r.marks[i] == nil {
		r.marks[i] = map[string]quiz.Mark{}
	}
	if len(r.marks[i]) < maxMarks {
		r.marks[i][text] = mark
	}
	return mark
}

// NewReader prepares to read results of a form.
func NewReader(f *quiz.Form) *Reader {
	r := &Reader{form: f, id: f.ID(), marks: make([]map[string]quiz.Mark, len(f.Questions))}
	for i := range f.Questions {
		r.items = append(r.items, f.Questions[i].Item())
	}
	return r
}

// IsResult tells by its beginning whether a file is a result.
func IsResult(start []byte) bool {
	return bytes.HasPrefix(start, []byte(head+"\n")) || bytes.HasPrefix(start, []byte(old+"\n"))
}

// Read reads one file. An error of its content is a [*quiz.SyntaxError]. Where
// the form has its key, the marks are worked out by it; only of texts that were
// withheld are they taken from the file.
func (r *Reader) Read(file string, in io.Reader) (*Result, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return r.Parse(file, data)
}

// Parse is [Reader.Read] of what was read; it keeps nothing of the data.
func (r *Reader) Parse(file string, data []byte) (*Result, error) {
	p := &parser{Reader: r, file: file, data: data}
	if len(data) > MaxSize {
		return nil, p.fail("the file has more than %d MiB", MaxSize>>20)
	}
	if !utf8.Valid(data) {
		return nil, p.fail("the file is not UTF-8")
	}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return &p.result, nil
}

// A parser reads the records of one file.
type parser struct {
	*Reader
	file   string
	data   []byte
	old    bool // of format 1
	at     int  // where the next record begins
	line   int  // of the present record
	result Result
	total  float64 // of the marks in the file
	fields []string
}

func (p *parser) fail(format string, args ...any) error {
	return &quiz.SyntaxError{File: p.file, Line: max(p.line, 1), Problem: fmt.Sprintf(format, args...)}
}

func (p *parser) parse() error {
	steps := []func() error{p.head, p.student, p.times, p.limit, p.texts, p.answers, p.score, p.end}
	if p.old = bytes.HasPrefix(p.data, []byte(old)); p.old {
		steps = []func() error{p.head, p.decks, p.student, p.times, p.texts, p.answers, p.score, p.end}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// next reads the record that must come now, of so many fields or more.
func (p *parser) next(name string, fields int) error {
	p.line++
	end := bytes.IndexByte(p.data[p.at:], '\n')
	if end < 0 {
		return p.fail("the file is cut short: %q is missing", name)
	}
	text := string(p.data[p.at : p.at+end])
	p.at += end + 1
	p.fields = p.fields[:0]
	for field := range strings.SplitSeq(text, "\t") {
		if len(p.fields) > 10+quiz.MaxOptions {
			return p.fail("this line has too many fields")
		}
		field, ok := unescape(field)
		if !ok {
			return p.fail("a stray character stands in this line")
		}
		p.fields = append(p.fields, field)
	}
	if p.fields[0] != name {
		return p.fail("%q stands where %q should", shorten(p.fields[0]), name)
	}
	if n := len(p.fields); n < fields || n > fields && name != "answer" {
		return p.fail("%q has %d fields, not %d", name, n, fields)
	}
	return nil
}

// unescape reads a field; controls never stand in one as they are.
func unescape(field string) (string, bool) {
	if strings.IndexFunc(field, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) >= 0 {
		return "", false
	}
	if !strings.Contains(field, `\`) {
		return field, true
	}
	var b strings.Builder
	for i := 0; i < len(field); i++ {
		if field[i] != '\\' {
			b.WriteByte(field[i])
			continue
		}
		if i++; i == len(field) {
			return "", false
		}
		switch field[i] {
		case 't':
			b.WriteByte('\t')
		case 'n':
			b.WriteByte('\n')
		case '\\':
			b.WriteByte('\\')
		default:
			return "", false
		}
	}
	return b.String(), true
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}

func (p *parser) head() error {
	if !IsResult(p.data) {
		p.line = 1
		return p.fail("this is not a result of a quiz")
	}
	first := head
	if p.old {
		first = old
	}
	if err := p.next(first, 1); err != nil {
		return err
	}
	if err := p.next("form", 2); err != nil {
		return err
	}
	if p.fields[1] != p.id {
		return p.fail("this is a result of form %s, not of %s", shorten(p.fields[1]), p.id)
	}
	return nil
}

func (p *parser) decks() error {
	for _, d := range p.form.Decks {
		if err := p.next("deck", 3); err != nil {
			return err
		}
		if p.fields[1] != d.Deck || p.fields[2] != d.Digest {
			return p.fail("the form is drawn from another deck, or another version of it")
		}
	}
	return nil
}

func (p *parser) student() error {
	if err := p.next("student", 2); err != nil {
		return err
	}
	p.result.Student, p.result.Line = p.fields[1], p.line
	if err := CheckName(p.result.Student); err != nil {
		return p.fail("%v", err)
	}
	return nil
}

func (p *parser) times() error {
	for _, record := range []struct {
		name   string
		target *time.Time
	}{{"began", &p.result.Began}, {"ended", &p.result.Ended}} {
		if err := p.next(record.name, 2); err != nil {
			return err
		}
		t, err := time.Parse(time.RFC3339, p.fields[1])
		if err != nil || t.Format(time.RFC3339) != p.fields[1] {
			return p.fail("%q is not a time", shorten(p.fields[1]))
		}
		*record.target = t
	}
	if p.result.Ended.Before(p.result.Began) {
		return p.fail("it ended before it began")
	}
	return nil
}

// limit reads the time limit that the student's program kept to.
func (p *parser) limit() error {
	if err := p.next("limit", 2); err != nil || p.fields[1] == "-" {
		return err
	}
	d, err := time.ParseDuration(p.fields[1])
	if err != nil || d < time.Second || d > 24*time.Hour || d.String() != p.fields[1] {
		return p.fail("%q is not a time limit", shorten(p.fields[1]))
	}
	p.result.Limit = d
	return nil
}

func (p *parser) texts() error {
	if err := p.next("texts", 2); err != nil {
		return err
	}
	p.result.Texts = p.fields[1] == "kept"
	if !p.result.Texts && p.fields[1] != "withheld" {
		return p.fail("texts are kept or withheld, not %q", shorten(p.fields[1]))
	}
	return nil
}

func (p *parser) answers() error {
	n := len(p.form.Questions)
	p.result.Responses, p.result.Marks = make([]quiz.Response, n), make([]quiz.Mark, n)
	for i := range p.form.Questions {
		if err := p.next("answer", 9); err != nil {
			return err
		}
		if err := p.answer(i); err != nil {
			return err
		}
	}
	return nil
}

// answer reads the record of question i.
func (p *parser) answer(i int) error {
	q := &p.form.Questions[i]
	f := p.fields
	if f[1] != strconv.Itoa(i+1) {
		return p.fail("the answer to question %q stands where that to %d should", shorten(f[1]), i+1)
	}
	if f[2] != p.items[i] {
		return p.fail("question %d was shown otherwise than in this form", i+1)
	}
	mark, err := p.mark(f[4], f[5], i)
	if err != nil {
		return err
	}
	response, err := p.response(q)
	if err != nil {
		return err
	}
	p.result.Responses[i] = response
	p.result.Marks[i], err = p.trust(i, f[3], response, mark)
	return err
}

// trust returns the mark that counts: the one that the key gives, where there is
// a key and all that it takes.
func (p *parser) trust(i int, given string, r quiz.Response, mark quiz.Mark) (quiz.Mark, error) {
	q := &p.form.Questions[i]
	withheld := given == "typed" && !p.result.Texts
	right := mark.Rule != "" && mark.Rule != answer.Wrong
	switch {
	case p.form.Keyed && !withheld:
		return p.Reader.mark(i, r), nil
	case withheld && !p.result.Marked:
		return mark, p.fail("a typed answer is neither marked nor kept")
	case given == "-" && mark != quiz.Mark{}, withheld && right != (mark.Share > 0),
		withheld && q.Kind == quiz.Typed && mark.Share > 0 && mark.Share < 1:
		return mark, p.fail("this answer can not have earned that mark")
	}
	return mark, nil
}

// mark reads what the file says a response was worth.
func (p *parser) mark(text, rule string, i int) (quiz.Mark, error) {
	r, ok := rules[rule]
	if !ok {
		return quiz.Mark{}, p.fail("%q is not a rule", shorten(rule))
	}
	if marked := text != "-"; i == 0 {
		p.result.Marked = marked
	} else if marked != p.result.Marked {
		return quiz.Mark{}, p.fail("some answers are marked, others not")
	}
	if text == "-" {
		return quiz.Mark{}, nil
	}
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || !(share >= 0 && share <= 1) || number(share) != text {
		return quiz.Mark{}, p.fail("%q is not a mark from 0 to 1", shorten(text))
	}
	p.total += share
	return quiz.Mark{Share: share, Rule: r}, nil
}

// confidence are the words for how sure a student was.
var confidence = map[string]int{"-": 0, "1": 1, "2": 2, "3": 3}

// response reads what was answered.
func (p *parser) response(q *quiz.Question) (r quiz.Response, err error) {
	given, texts := p.fields[3], p.fields[9:]
	typing := q.Kind == quiz.Typed || q.Kind == quiz.Set
	switch {
	case given == "-", given == "typed" && typing:
	case !typing:
		for name := range strings.SplitSeq(given, ",") {
			option, ok := quiz.ParseLetter(name)
			if !ok || len(r.Chosen) == quiz.MaxOptions {
				return r, p.fail("%q names no option", shorten(name))
			}
			r.Chosen = append(r.Chosen, option)
		}
	default:
		return r, p.fail("%q is not a typed answer", shorten(given))
	}
	milliseconds, err := strconv.ParseInt(p.fields[6], 10, 64)
	if err != nil || milliseconds < 0 || milliseconds > math.MaxInt32 {
		return r, p.fail("%q is not a time in milliseconds", shorten(p.fields[6]))
	}
	r.Took = time.Duration(milliseconds) * time.Millisecond
	var ok bool
	if r.Sure, ok = confidence[p.fields[7]]; !ok {
		return r, p.fail("%q is not a confidence: 1, 2 or 3", shorten(p.fields[7]))
	}
	switch p.fields[8] {
	case "yes":
		r.Disputed = true
	case "-":
	default:
		return r, p.fail("disputed is yes or -, not %q", shorten(p.fields[8]))
	}
	if len(texts) > 0 && !p.result.Texts {
		return r, p.fail("a text stands here, though texts are withheld")
	}
	for _, text := range texts {
		if len(text) > MaxText && utf8.RuneCountInString(text) > MaxText {
			return r, p.fail("a text of more than %d characters", MaxText)
		}
	}
	r.Typed = append([]string(nil), texts...)
	if err := q.Check(r); err != nil {
		return r, p.fail("%v", err)
	}
	if p.result.Texts && (given == "typed") != (typing && r.Answered()) {
		return r, p.fail("%q is said to be given, and the texts say otherwise", given)
	}
	return r, nil
}

// score checks that the file counts right.
func (p *parser) score() error {
	if err := p.next("score", 3); err != nil {
		return err
	}
	if p.fields[2] != strconv.Itoa(len(p.form.Questions)) {
		return p.fail("%q questions are counted, the form has %d", shorten(p.fields[2]), len(p.form.Questions))
	}
	if want := number(p.total); p.fields[1] != want {
		return p.fail("a score of %q is claimed, the marks add up to %s", shorten(p.fields[1]), want)
	}
	return nil
}

func (p *parser) end() error {
	sum := sha256.New()
	sum.Write(p.data[:p.at])
	digest := short(sum)
	if !p.old {
		if err := p.next("code", 2); err != nil {
			return err
		}
		if p.result.proof = p.fields[1]; p.result.proof == "-" {
			p.result.proof = ""
		}
	}
	if err := p.next("end", 2); err != nil {
		return err
	}
	if p.fields[1] != digest {
		return p.fail("the file was changed after it was written")
	}
	if p.at != len(p.data) {
		p.line++
		return p.fail("something stands after the end")
	}
	p.result.Digest = p.fields[1]
	return nil
}

// FormOf is the form that a result says it is of; empty if it says nothing.
func FormOf(data []byte) string {
	_, rest, _ := bytes.Cut(data[:min(len(data), 256)], []byte("\n"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	id, ok := bytes.CutPrefix(line, []byte("form\t"))
	if !ok {
		return ""
	}
	return string(id)
}
