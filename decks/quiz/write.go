package quiz

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
)

// The first lines of the two parts of a form file.
const (
	formHead = "kartei form 1"
	keyHead  = "kartei key 1"
)

// Write writes the form and, if it has one, its key after it. Each value stands
// on a line of its own behind its name; a value of several lines goes on in
// lines that begin with "|":
//
//	kartei form 1
//	title: Mid-term
//	seed: 42
//	time: 20m0s
//	deck: nato-en 3f7kq2xma5zvw4bd
//
//	question: 1 choice
//	card: k3v7q2xmabcdefghijkl
//	section: nato-en: Joint Force Commands
//	from: nato.md:14
//	ask: Which command plans for Northern Europe?
//	a) Norfolk
//	b) Brunssum
//	c) Naples
//
//	kartei key 1
//	form: 7ykq2xmab3cdefgh
//
//	key: 1
//	right: a
//	why c: it has the south
//	source: fes 10
func (f *Form) Write(w io.Writer) error {
	var b strings.Builder
	f.writePublic(&b)
	if f.Keyed {
		b.WriteByte('\n')
		f.writeKey(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteKey writes the key alone. Put after the form, it is the form with its key.
func (f *Form) WriteKey(w io.Writer) error {
	var b strings.Builder
	f.writeKey(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *Form) writePublic(b *strings.Builder) {
	b.WriteString(formHead + "\n")
	line(b, "title", f.Title)
	line(b, "seed", strconv.FormatUint(f.Seed, 10))
	if f.Time > 0 {
		line(b, "time", f.Time.String())
	}
	for _, d := range f.Decks {
		line(b, "deck", d.Deck+" "+d.Digest)
	}
	for i := range f.Questions {
		q := &f.Questions[i]
		kind := string(q.Kind)
		if q.Several {
			kind = several
		}
		fmt.Fprintf(b, "\nquestion: %d %s\n", i+1, kind)
		line(b, "card", q.Card)
		line(b, "section", q.Section)
		line(b, "from", q.Place)
		line(b, "lang", q.Lang)
		if q.Kind == Set {
			line(b, "parts", strconv.Itoa(q.Parts))
		}
		line(b, "ask", q.Prompt)
		for j, option := range q.Options {
			lines(b, Letter(j)+")", option)
		}
	}
}

// several is how the file calls a choice with more than one right option.
const several = "choices"

func (f *Form) writeKey(b *strings.Builder) {
	b.WriteString(keyHead + "\n")
	line(b, "form", f.ID())
	for i := range f.Questions {
		fmt.Fprintf(b, "\nkey: %d\n", i+1)
		f.Questions[i].Key.write(b)
	}
}

func (k *Key) write(b *strings.Builder) {
	if len(k.Right) > 0 {
		line(b, "right", letterList(k.Right, " "))
	}
	for j, why := range k.Why {
		line(b, "why "+Letter(j), why)
	}
	line(b, "answer", k.Answer)
	for _, a := range k.Accept {
		line(b, "accept", a)
	}
	if k.Tolerance != nil {
		line(b, "tolerance", tolerance(k.Tolerance))
	}
	for _, p := range k.Parts {
		line(b, "part", p)
	}
	for _, r := range k.Rivals {
		line(b, "rival", r)
	}
	if k.Strict {
		line(b, "strict", "yes")
	}
	line(b, "note", k.Note)
	line(b, "source", k.Source)
}

func tolerance(t *decks.Tolerance) string {
	s := strconv.FormatFloat(t.Amount, 'g', -1, 64)
	if t.Percent {
		s += "%"
	}
	return s
}

// Letters names chosen options: "a,c".
func Letters(chosen []int) string { return letterList(chosen, ",") }

func letterList(chosen []int, between string) string {
	names := make([]string, len(chosen))
	for i, c := range chosen {
		names[i] = Letter(c)
	}
	return strings.Join(names, between)
}

// line writes a value under its name, or nothing if it is empty.
func line(b *strings.Builder, name, value string) {
	if value != "" {
		lines(b, name+":", value)
	}
}

func lines(b *strings.Builder, name, value string) {
	for i, part := range strings.Split(tidy(value), "\n") {
		mark := name
		if i > 0 {
			mark = "|"
		}
		b.WriteString(strings.TrimRight(mark+" "+part, " ") + "\n")
	}
}

// tidy is a value as a form file can hold it: without space at the ends of its
// lines, and without control characters, which no study note has.
func tidy(value string) string {
	value = strings.ReplaceAll(strings.ToValidUTF8(value, "\uFFFD"), "\r\n", "\n")
	value = strings.Map(func(r rune) rune {
		if control(r) {
			return ' '
		}
		return r
	}, value)
	parts := strings.Split(value, "\n")
	for i, part := range parts {
		parts[i] = strings.TrimRight(part, " ")
	}
	parts[0] = strings.TrimLeft(parts[0], " ")
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = slices.Delete(parts, len(parts)-1, len(parts))
	}
	return strings.Join(parts, "\n")
}

// control tells of the characters that a form file may not hold: tabs and the
// other controls of C0 and C1, and the separators that some editors break
// lines at.
func control(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029
}
