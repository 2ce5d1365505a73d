package quiz

import (
	"encoding/hex"
	"fmt"
	"kartei/decks/shorthash"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/lazyregexp"
)

// An Allowance is what a code grants. The zero Allowance grants nothing: its
// code only shows that the class was told it.
type Allowance struct {
	Student string        // the only one that it is for; empty: the whole class
	Version string        // of the test; empty: any
	Time    time.Duration // in place of the form's; 0: the form's
}

// Code signs an allowance with the seed that the key holds: "heron" with 90
// minutes for version A has "A90m-k3f7-q2xm". Its last eight characters are 40
// bits of HMAC-SHA256; only who has the key can make or check one.
func (s Seed) Code(a Allowance) string {
	head := a.Version
	if a.Time > 0 {
		head += shortTime(a.Time)
	}
	tail := shorthash.Encode(s.sign("kartei code", Pseudonym(a.Student), head))[:8]
	if head != "" {
		head += "-"
	}
	return head + tail[:4] + "-" + tail[4:]
}

// Pseudonym is the form in which students' names are compared.
func Pseudonym(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(name)), " "))
}

// shortTime writes 90 minutes as "90m"; what is not whole minutes in seconds.
func shortTime(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%dm", int(d/time.Minute))
	}
	return fmt.Sprintf("%ds", int(d/time.Second))
}

var codeForm = lazyregexp.New(`^(?:([A-Z])?([0-9]{1,5}[ms])?-)?([a-z2-7]{4})-?([a-z2-7]{4})$`)

// ParseCode reads a code as students type it, and tells what it says that it
// grants. Only the key can report whether that is so.
func ParseCode(text string) (code string, a Allowance, err error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "")
	head, tail := "", strings.ToLower(text)
	if i := strings.IndexByte(text, '-'); i >= 0 && strings.Count(text, "-") == 2 {
		head, tail = text[:i], strings.ToLower(text[i+1:])
		head = strings.ToUpper(head[:min(1, len(head))]) + strings.ToLower(head[min(1, len(head)):]) + "-"
	}
	m := codeForm.FindStringSubmatch(head + tail)
	if m == nil {
		return "", a, fmt.Errorf("%q is not a code: it looks like k3f7-q2xm or A90m-k3f7-q2xm", text)
	}
	a.Version = m[1]
	if m[2] != "" {
		if a.Time, err = time.ParseDuration(m[2]); err != nil || a.Time < time.Second || a.Time > maxTime {
			return "", a, fmt.Errorf("%q is not a code: it grants %s", text, m[2])
		}
	}
	if head != "" {
		head = m[1] + m[2] + "-"
	}
	return head + m[3] + "-" + m[4], a, nil
}

// Proof is what a file that was written by who knows a code can carry without
// telling the code: HMAC-SHA256 of the file's digest, 128 bits.
func Proof(code string, digest []byte) string {
	var s Seed
	copy(s[:], Seed{}.sign("kartei proof", code))
	return hex.EncodeToString(s.sign(string(digest))[:16])
}
