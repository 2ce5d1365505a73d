package result

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kartei/decks/answer"
	"kartei/decks/quiz"
)

const (
	head = "kartei result 2"
	old  = "kartei result 1"
)

// Limits of a result file.
const (
	MaxSize = 8 << 20 // bytes
	MaxText = 1000    // runes of a typed text; longer ones are cut when written
	maxName = 64      // runes of a pseudonym
)

// A Result is how one student answered a form.
type Result struct {
	Student   string // a pseudonym
	Began     time.Time
	Ended     time.Time
	Limit     time.Duration   // that the student's program kept to; 0: none, or it is not told
	Code      string          // that the student typed, when writing; a file never tells it, see Knows
	Texts     bool            // typed texts are kept
	Marked    bool            // the student's form had its key
	Responses []quiz.Response // one for each question
	Marks     []quiz.Mark     // one for each question; zero if not Marked
	Digest    string          // of the file; set by [Reader.Read]
	Line      int             // where the file names the student; set by [Reader.Read]

	proof string // that the writer knew a code; empty without one
}

// Coded reports whether the file claims that its writer knew a code.
func (r *Result) Coded() bool { return r.proof != "" }

// Knows reports whether whoever wrote the file knew a code.
func (r *Result) Knows(code string) bool {
	return r.Coded() && quiz.Proof(code, []byte(r.Digest)) == r.proof
}

// Claims are the allowances that a code of this result could be of.
func (r *Result) Claims(version string) []quiz.Allowance {
	var all []quiz.Allowance
	for _, student := range []string{r.Student, ""} {
		for _, v := range []string{version, ""} {
			for _, limit := range []time.Duration{r.Limit, 0} {
				all = append(all, quiz.Allowance{Student: student, Version: v, Time: limit})
			}
		}
	}
	return all
}

// CheckName reports whether a pseudonym may stand in a result file.
func CheckName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxName {
		return fmt.Errorf("a name has 1 to %d characters, not %d", maxName, n)
	}
	for i, r := range name {
		word := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
		if !word && (i == 0 || !strings.ContainsRune(" ._-", r)) {
			return fmt.Errorf("a name is of letters and digits, with . _ - and spaces between: not %q", r)
		}
	}
	return nil
}

// Write writes the result of a form. Texts are withheld unless the result
// keeps them.
func Write(w io.Writer, f *quiz.Form, r *Result) error {
	if err := CheckName(r.Student); err != nil {
		return err
	}
	if len(r.Responses) != len(f.Questions) || r.Marked && len(r.Marks) != len(f.Questions) {
		return fmt.Errorf("%d answers to %d questions", len(r.Responses), len(f.Questions))
	}
	out := &writer{buf: bufio.NewWriter(w), sum: sha256.New()}
	out.line(head)
	out.line("form", f.ID())
	out.line("student", r.Student)
	out.line("began", r.Began.Format(time.RFC3339))
	out.line("ended", r.Ended.Format(time.RFC3339))
	limit := "-"
	if r.Limit > 0 {
		limit = r.Limit.String()
	}
	out.line("limit", limit)
	out.line("texts", either(r.Texts, "kept", "withheld"))
	total := 0.0
	for i := range f.Questions {
		mark := "-"
		if r.Marked {
			share := round(r.Marks[i].Share)
			mark, total = number(share), total+share
		}
		out.line(r.fields(&f.Questions[i], i, mark)...)
	}
	out.line("score", number(total), strconv.Itoa(len(f.Questions)))
	digest, proof := out.digest(), "-"
	if r.Code != "" {
		proof = quiz.Proof(r.Code, []byte(digest))
	}
	out.line("code", proof)
	out.line("end", digest)
	return out.buf.Flush()
}

// fields are those of the answer to question i.
func (r *Result) fields(q *quiz.Question, i int, mark string) []string {
	a := &r.Responses[i]
	rule := ""
	if r.Marked {
		rule = string(r.Marks[i].Rule)
	}
	sure := ""
	if a.Sure > 0 {
		sure = strconv.Itoa(a.Sure)
	}
	fields := []string{"answer", strconv.Itoa(i + 1), q.Item(), given(a), mark, dash(rule),
		strconv.FormatInt(a.Took.Milliseconds(), 10), dash(sure), either(a.Disputed, "yes", "-")}
	if r.Texts {
		for _, t := range a.Typed {
			fields = append(fields, cut(t))
		}
	}
	return fields
}

func given(a *quiz.Response) string {
	switch {
	case len(a.Chosen) > 0:
		return quiz.Letters(a.Chosen)
	case a.Answered():
		return "typed"
	}
	return "-"
}

func cut(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if r := []rune(text); len(r) > MaxText {
		return string(r[:MaxText])
	}
	return text
}

// number writes a mark or a sum of marks with at most four decimals.
func number(points float64) string { return strconv.FormatFloat(round(points), 'f', -1, 64) }

func round(points float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(points, 'f', 4, 64), 64)
	return rounded
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func dash(s string) string { return either(s == "", "-", s) }

// A writer writes records and keeps their digest.
type writer struct {
	buf *bufio.Writer
	sum hash.Hash
}

var escape = strings.NewReplacer("\\", `\\`, "\t", `\t`, "\n", `\n`, "\r", ``)

func (w *writer) line(fields ...string) {
	for i, f := range fields {
		fields[i] = escape.Replace(f)
	}
	text := strings.Join(fields, "\t") + "\n"
	w.buf.WriteString(text) // Flush tells of errors
	io.WriteString(w.sum, text)
}

func (w *writer) digest() string { return short(w.sum) }

func short(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:32] }

// rules are the words that may stand for a rule.
var rules = func() map[string]answer.Rule {
	all := map[string]answer.Rule{"-": ""}
	for _, r := range answer.Rules {
		all[string(r)] = r
	}
	return all
}()
