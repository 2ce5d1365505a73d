package quiz

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
)

// The first lines of the two parts of a form file. In format 1 the form told
// its seed, and cards, places and digests of decks, from which answers could be
// worked out.
const (
	formHead = "kartei form 2"
	keyHead  = "kartei key 2"
	oldForm  = "kartei form 1"
	oldKey   = "kartei key 1"
)

// Write writes the form and, if it has one, its key after it. Each value stands
// on a line of its own behind its name; a value of several lines goes on in
// lines that begin with "|":
//
//	kartei form 2
//	title: Mid-term
//	version: A
//	time: 20m0s
//	deck: nato-en
//
//	question: 1 choice
//	section: nato-en: Joint Force Commands
//	ask: Which command plans for Northern Europe? ![](k3f7q2xmabcd2345.png)
//	a) Norfolk
//	b) Brunssum
//	c) Naples
//
//	picture: k3f7q2xmabcd2345.png
//	| iVBORw0KGgo=
//
//	kartei key 2
//	form: 7ykq2xmab3cdefgh
//	seed: 1f0e8a6b5c4d3e2f1a0b9c8d7e6f5a4b
//	deck: nato-en 3f7kq2xma5zvw4bd
//
//	key: 1
//	card: k3v7q2xmabcdefghijkl
//	from: nato.md:14
//	right: a
//	why c: it has the south
//	source: fes 10
//
// A form of format 1 is written as one: it keeps its ID.
func (f *Form) Write(w io.Writer) error {
	var b strings.Builder
	f.writePublic(&b, true)
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

// writePublic writes what everyone sees. All of it, that is with what is not part
// of the form's name: a time limit and a code, which may be other ones for each
// student, and the bytes of pictures, whose names are digests.
func (f *Form) writePublic(b *strings.Builder, all bool) {
	if f.Old {
		f.writeOld(b)
		return
	}
	b.WriteString(formHead + "\n")
	line(b, "title", f.Title)
	line(b, "version", f.Version)
	if all && f.Time > 0 {
		line(b, "time", f.Time.String())
	}
	if all {
		line(b, "code", f.Code)
	}
	for _, d := range f.Decks {
		line(b, "deck", d.Deck)
	}
	for i := range f.Questions {
		f.Questions[i].write(b, i, false)
	}
	for _, p := range f.Pictures {
		fmt.Fprintf(b, "\npicture: %s\n", p.Name)
		if all {
			p.write(b)
		}
	}
}

// write writes the bytes in base64, 76 characters a line.
func (p *Picture) write(b *strings.Builder) {
	text := base64.StdEncoding.EncodeToString(p.Data)
	for len(text) > 0 {
		n := min(76, len(text))
		b.WriteString("| " + text[:n] + "\n")
		text = text[n:]
	}
}

// writeOld writes format 1.
func (f *Form) writeOld(b *strings.Builder) {
	b.WriteString(oldForm + "\n")
	line(b, "title", f.Title)
	line(b, "seed", f.Seed.String())
	if f.Time > 0 {
		line(b, "time", f.Time.String())
	}
	for _, d := range f.Decks {
		line(b, "deck", d.Deck+" "+d.Digest)
	}
	for i := range f.Questions {
		f.Questions[i].write(b, i, true)
	}
}

// write writes question i; told tells its card and place, too.
func (q *Question) write(b *strings.Builder, i int, told bool) {
	kind := string(q.Kind)
	if q.Several {
		kind = several
	}
	fmt.Fprintf(b, "\nquestion: %d %s\n", i+1, kind)
	if told {
		line(b, "card", q.Card)
	}
	line(b, "section", q.Section)
	if told {
		line(b, "from", q.Place)
	}
	line(b, "lang", q.Lang)
	if q.Kind == Set {
		line(b, "parts", strconv.Itoa(q.Parts))
	}
	line(b, "ask", q.Prompt)
	for j, option := range q.Options {
		lines(b, Letter(j)+")", option)
	}
}

// several is how the file calls a choice with more than one right option.
const several = "choices"

func (f *Form) writeKey(b *strings.Builder) {
	if f.Old {
		b.WriteString(oldKey + "\n")
	} else {
		b.WriteString(keyHead + "\n")
	}
	line(b, "form", f.ID())
	if !f.Old {
		if f.Seed != (Seed{}) {
			line(b, "seed", f.Seed.String())
		}
		for _, d := range f.Decks {
			if d.Digest != "" {
				line(b, "deck", d.Deck+" "+d.Digest)
			}
		}
	}
	for i := range f.Questions {
		q := &f.Questions[i]
		fmt.Fprintf(b, "\nkey: %d\n", i+1)
		if !f.Old {
			line(b, "card", q.Card)
			line(b, "from", q.Place)
		}
		q.Key.write(b)
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
	if k.Excused {
		line(b, "excused", "yes")
	}
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
