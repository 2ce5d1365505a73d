package quiz

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kartei/decks"
)

// A SyntaxError is the first thing in a file that could not be read.
type SyntaxError struct {
	File    string
	Line    int // 1-based
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
}

// ErrNotForm is the error of a file that does not begin as a form does.
var ErrNotForm = errors.New("this is not a form")

// IsForm tells by its beginning whether a file is a form.
func IsForm(head []byte) bool { return begins(head, formHead, oldForm) }

// IsKey tells by its beginning whether a file is a key that was cut off.
func IsKey(head []byte) bool { return begins(head, keyHead, oldKey) }

func begins(head []byte, lines ...string) bool {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return slices.Contains(lines, strings.TrimSuffix(string(first), "\r"))
}

// Parse reads a form, with its key or without. The name is for errors, which
// are of type [*SyntaxError]; a file that is not a form at all gives [ErrNotForm].
func Parse(name string, r io.Reader) (*Form, error) {
	p := &parser{reader: newReader(name, r), form: &Form{}}
	if first, _ := p.in.Peek(len(formHead) + 2); !IsForm(first) {
		return nil, fmt.Errorf("%s: %w", name, ErrNotForm)
	}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return p.form, nil
}

// ParseKey reads a key that was cut off, and gives the form with it. A file may
// hold the keys of several forms, such as the versions of a test.
func ParseKey(name string, r io.Reader, f *Form) (*Form, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxForm+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	key, before := keyOf(text, f.ID())
	p := &parser{reader: newReader(name, bytes.NewReader(key)), form: f.WithoutKey()}
	p.read = before
	if err := p.parse(); err != nil {
		return nil, err
	}
	if !p.form.Keyed {
		return nil, p.fail("this file holds no key")
	}
	return p.form, nil
}

// keyOf returns the key of a form among those of a file, and how many lines stand
// before it; the whole text if it is not there, where parsing says what is wrong.
func keyOf(text []byte, form string) (key []byte, before int) {
	var starts []int // of keys, in lines
	wanted := -1
	lines := bytes.SplitAfter(text, []byte("\n"))
	for i, l := range lines {
		switch l := strings.TrimRight(string(l), " \r\n"); {
		case l == keyHead || l == oldKey:
			starts = append(starts, i)
		case l == "form: "+form && wanted < 0 && len(starts) > 0:
			wanted = len(starts) - 1
		}
	}
	if wanted < 0 || len(starts) == 1 {
		return text, 0
	}
	end := len(lines)
	if wanted+1 < len(starts) {
		end = starts[wanted+1]
	}
	return bytes.Join(lines[starts[wanted]:end], nil), starts[wanted]
}

// A reader gives the entries of a file: a name and its value.
type reader struct {
	file  string
	in    *bufio.Reader
	limit *io.LimitedReader
	line  int    // of the present entry
	read  int    // lines
	name  string // "title", "a)", or the whole line for heads
	value string
}

func newReader(file string, r io.Reader) *reader {
	limit := &io.LimitedReader{R: r, N: MaxForm + 1}
	return &reader{file: file, in: bufio.NewReaderSize(limit, maxLine), limit: limit}
}

func (r *reader) fail(format string, args ...any) error {
	return &SyntaxError{r.file, max(r.line, 1), fmt.Sprintf(format, args...)}
}

// next reads an entry; io.EOF ends the file.
func (r *reader) next() error {
	text := ""
	for text == "" {
		var err error
		if text, err = r.readLine(); err != nil {
			return err
		}
	}
	r.line = r.read
	switch text {
	case formHead, keyHead, oldForm, oldKey:
		r.name, r.value = text, ""
		return nil
	}
	end := strings.IndexAny(text, ":)")
	if end < 0 || strings.HasPrefix(text, "|") {
		return r.fail("this line has no name")
	}
	r.name, r.value = text[:end], strings.Trim(text[end+1:], " ")
	if text[end] == ')' {
		r.name += ")"
	}
	return r.more()
}

// more adds the lines that go on with the present value.
func (r *reader) more() error {
	var value strings.Builder
	value.WriteString(r.value)
	most := maxLine
	if r.name == "picture" {
		most = 2 * MaxPicture // in base64
	}
	for {
		head, _ := r.in.Peek(1)
		if len(head) == 0 || head[0] != '|' {
			r.value = value.String()
			return nil
		}
		text, err := r.readLine()
		if err != nil {
			return err
		}
		value.WriteString("\n" + strings.TrimPrefix(strings.TrimPrefix(text, "|"), " "))
		if value.Len() > most {
			return r.fail("this value has more than %d KiB", most>>10)
		}
	}
}

func (r *reader) readLine() (string, error) {
	text, err := r.in.ReadSlice('\n')
	r.read++
	switch {
	case r.limit.N == 0:
		r.line = r.read
		return "", r.fail("the file has more than %d MiB", MaxForm>>20)
	case errors.Is(err, bufio.ErrBufferFull):
		r.line = r.read
		return "", r.fail("this line has more than %d KiB", maxLine>>10)
	case err == io.EOF && len(text) == 0:
		r.read--
		return "", io.EOF
	case err != nil && err != io.EOF:
		return "", fmt.Errorf("read %s: %w", r.file, err)
	}
	line := strings.TrimRight(string(text), " \r\n")
	if !utf8.ValidString(line) {
		r.line = r.read
		return "", r.fail("this line is not UTF-8")
	}
	if i := strings.IndexFunc(line, control); i >= 0 {
		r.line = r.read
		return "", r.fail("a control character (%U) stands in this line", []rune(line[i:])[0])
	}
	return line, nil
}

// A parser fills a form from entries.
type parser struct {
	*reader
	form *Form
	seen map[string]bool // entries of the present block that may stand once
	key  int             // the question whose key is read, from 1
}

func (p *parser) parse() error {
	block := p.head
	p.seen = map[string]bool{}
	for {
		err := p.next()
		switch {
		case err == io.EOF:
			return p.finish()
		case err != nil:
			return err
		}
		switch p.name {
		case formHead, oldForm:
			p.form.Old = p.name == oldForm
			p.name = formHead
			err = p.once("this form begins twice")
			block = p.head
		case keyHead, oldKey:
			err = p.beginKey()
			block = p.keyHead
		case "question":
			err = p.beginQuestion()
			block = p.question
		case "picture":
			err = p.picture()
			block = p.unknown
		case "key":
			err = p.beginOneKey()
			block = p.oneKey
		default:
			err = block()
		}
		if err != nil {
			return err
		}
	}
}

// once refuses a second entry of one name.
func (p *parser) once(problem string) error {
	if p.seen[p.name] {
		return p.fail("%s", problem)
	}
	p.seen[p.name] = true
	return nil
}

func (p *parser) set(target *string) error {
	if err := p.once(fmt.Sprintf("a second %q", p.name)); err != nil {
		return err
	}
	if p.value == "" {
		return p.fail("%q has no value", p.name)
	}
	*target = p.value
	return nil
}

func (p *parser) unknown() error { return p.fail("%q does not belong here", p.name) }

func (p *parser) head() error {
	var text string
	switch {
	case p.name == "title":
		return p.set(&p.form.Title)
	case p.name == "seed" && p.form.Old:
		return p.seed()
	case p.name == "version" && !p.form.Old:
		err := p.set(&p.form.Version)
		if err == nil && !IsVersion(p.form.Version) {
			return p.fail("%q is not a version: write a capital letter", p.form.Version)
		}
		return err
	case p.name == "code" && !p.form.Old:
		if err := p.set(&text); err != nil {
			return err
		}
		code, _, err := ParseCode(text)
		if p.form.Code = code; err != nil {
			return p.fail("%v", err)
		}
		return nil
	case p.name == "time":
		return p.time()
	case p.name == "deck":
		return p.deck()
	}
	return p.unknown()
}

// IsVersion reports whether a text names a version of a test: "A" to "Z".
func IsVersion(text string) bool { return len(text) == 1 && text[0] >= 'A' && text[0] <= 'Z' }

func (p *parser) seed() error {
	var text string
	err := p.set(&text)
	if err != nil {
		return err
	}
	if p.form.Seed, err = ParseSeed(text); err != nil || p.form.Old && !p.form.Seed.Guessable() {
		return p.fail("%q is not a seed", text)
	}
	return nil
}

func (p *parser) time() error {
	var text string
	if err := p.set(&text); err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > maxTime || d%time.Second != 0 {
		return p.fail("%q is not a time limit: write 20m or 1h30m", text)
	}
	p.form.Time = d
	return nil
}

// deck reads the name of a deck, in format 1 with its digest.
func (p *parser) deck() error {
	name, digest, digested := strings.Cut(p.value, " ")
	if name == "" || digested != p.form.Old || len(p.form.Decks) == MaxQuestions {
		return p.fail("a deck is written as its name%s", map[bool]string{true: " and digest"}[p.form.Old])
	}
	p.form.Decks = append(p.form.Decks, Edition{name, digest})
	return nil
}

// picture reads a file that texts of the form show: its name is its digest.
func (p *parser) picture() error {
	if p.key > 0 || p.form.Keyed || p.form.Old {
		return p.unknown()
	}
	if err := p.endQuestion(); err != nil {
		return err
	}
	name, text, _ := strings.Cut(p.value, "\n")
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, "\n", ""))
	switch picture, ok := NewPicture(data); {
	case len(p.form.Pictures) == MaxQuestions:
		return p.fail("more than %d pictures", MaxQuestions)
	case err != nil:
		return p.fail("the picture %q is not whole", shortened(name))
	case !ok || picture.Name != name:
		return p.fail("the picture %q is another one, or of a kind that is not shown", shortened(name))
	default:
		p.form.Pictures = append(p.form.Pictures, picture)
	}
	return nil
}

func (p *parser) beginQuestion() error {
	if p.key > 0 || p.form.Keyed {
		return p.fail("a question after the key")
	}
	if err := p.endQuestion(); err != nil {
		return err
	}
	n := len(p.form.Questions) + 1
	number, kind, _ := strings.Cut(p.value, " ")
	if n > MaxQuestions {
		return p.fail("more than %d questions", MaxQuestions)
	}
	if number != strconv.Itoa(n) {
		return p.fail("question %d is called %q", n, number)
	}
	q := Question{Kind: Kind(kind)}
	switch kind {
	case several:
		q.Kind, q.Several = Choice, true
	case string(Choice), string(Typed), string(Set), string(Sequence):
	default:
		return p.fail("%q is not a kind of question: write choice, choices, typed, set or sequence", kind)
	}
	p.seen = map[string]bool{}
	p.form.Questions = append(p.form.Questions, q)
	return nil
}

func (p *parser) question() error {
	q := &p.form.Questions[len(p.form.Questions)-1]
	switch {
	case p.name == "card" && p.form.Old:
		return p.set(&q.Card)
	case p.name == "section":
		return p.set(&q.Section)
	case p.name == "from" && p.form.Old:
		return p.set(&q.Place)
	case p.name == "lang":
		return p.set(&q.Lang)
	case p.name == "ask":
		return p.set(&q.Prompt)
	case p.name == "parts":
		var text string
		if err := p.set(&text); err != nil {
			return err
		}
		n, err := strconv.Atoi(text)
		if err != nil || q.Kind != Set || n < 1 || n > MaxOptions {
			return p.fail("a set has 1 to %d parts", MaxOptions)
		}
		q.Parts = n
		return nil
	}
	if len(p.name) == 2 && p.name[1] == ')' && (q.Kind == Choice || q.Kind == Sequence) {
		return p.option(q)
	}
	return p.unknown()
}

func (p *parser) option(q *Question) error {
	switch {
	case len(q.Options) == MaxOptions:
		return p.fail("more than %d options", MaxOptions)
	case p.name != Letter(len(q.Options))+")":
		return p.fail("option %q stands where %q should", p.name, Letter(len(q.Options))+")")
	case p.value == "":
		return p.fail("option %q is empty", p.name)
	}
	q.Options = append(q.Options, p.value)
	return nil
}

// endQuestion checks the question that ends here.
func (p *parser) endQuestion() error {
	if len(p.form.Questions) == 0 {
		return nil
	}
	q := &p.form.Questions[len(p.form.Questions)-1]
	n := len(p.form.Questions)
	switch {
	case q.Prompt == "":
		return p.fail("question %d asks nothing", n)
	case (q.Kind == Choice || q.Kind == Sequence) && len(q.Options) < 2:
		return p.fail("question %d has fewer than two options", n)
	case q.Kind == Set && q.Parts == 0:
		return p.fail("question %d does not say how many parts it has", n)
	}
	return nil
}

func (p *parser) finish() error {
	p.line = p.read
	if p.form.Keyed {
		return p.endKeys()
	}
	if len(p.form.Questions) == 0 {
		return p.fail("this form has no questions")
	}
	return p.endQuestion()
}

// parseTolerance reads "5" or "1%".
func parseTolerance(text string) (*decks.Tolerance, bool) {
	number, percent := strings.CutSuffix(text, "%")
	amount, err := strconv.ParseFloat(number, 64)
	if err != nil || !(amount >= 0 && amount <= 1e300) {
		return nil, false
	}
	return &decks.Tolerance{Amount: amount, Percent: percent}, true
}
