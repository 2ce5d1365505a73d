package syntax

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Deletion is one `{{…}}` of a sentence. Offsets are bytes of the text.
type Deletion struct {
	Start, End int   // with the braces
	Number     int   // 1 to 999; deletions with one number are hidden together
	More       []int // the further numbers of "{{c1,2::…}}", none of them twice
	Written    bool  // the number stands in the text
	Answer     Part
	Hint       Part // empty without one
}

// Has reports whether the card of a number hides the deletion.
func (d Deletion) Has(number int) bool {
	return d.Number == number || slices.Contains(d.More, number)
}

// Numbers is what stands before the answer: "1", and "c1,2" where there are more.
func (d Deletion) Numbers() string {
	if len(d.More) == 0 {
		return strconv.Itoa(d.Number)
	}
	text := "c" + strconv.Itoa(d.Number)
	for _, n := range d.More {
		text += "," + strconv.Itoa(n)
	}
	return text
}

// Deletions finds the deletions of a sentence. Braces in code and mathematics
// are text. A deletion without a number gets the least one that is free, in
// order. It takes time in proportion to the text.
func Deletions(text string) []Deletion {
	deletions, _ := readCloze(text, nil)
	return deletions
}

// A clozeFault is a brace without its partner.
type clozeFault struct {
	at     int
	opened bool // it opens and is not closed
}

// readCloze reads a sentence into room that may be used again.
func readCloze(text string, room []Deletion) (found []Deletion, faults []clozeFault) {
	found = room[:0]
	if !strings.Contains(text, "{{") && !strings.Contains(text, "}}") {
		return found, nil
	}
	s := scanner{text: text}
	open, depth, colons := -1, 0, -1
	for i := 0; i < len(text); {
		if _, end := s.opaque(i); end > 0 {
			i = end
			continue
		}
		pair := i+1 < len(text) && text[i] == text[i+1]
		switch b := text[i]; {
		case b == '{' && pair && (open < 0 || depth == 0):
			if open >= 0 {
				faults = append(faults, clozeFault{open, true})
			}
			open, depth, colons = i, 0, -1
			i += 2
			if _, _, n := clozeNumber(text[i:]); n > 0 {
				i += n
			}
			continue
		case open < 0 && b == '}' && pair:
			faults = append(faults, clozeFault{i, false})
			i++
		case open < 0:
		case b == '{':
			depth++
		case b == '}' && depth > 0:
			depth--
		case b == '}' && pair:
			found = append(found, deletion(text, open, i+2, colons))
			open = -1
			i++
		case b == ':' && pair && depth == 0 && colons < 0:
			colons = i
			i++
		}
		i++
	}
	if open >= 0 {
		faults = append(faults, clozeFault{open, true})
	}
	numberDeletions(found)
	return found, faults
}

func deletion(text string, start, end, colons int) Deletion {
	d := Deletion{Start: start, End: end}
	from, to := start+2, end-2
	if number, more, n := clozeNumber(text[from:]); n > 0 {
		d.Number, d.More, d.Written = number, more, true
		from += n
	}
	if colons >= from {
		d.Hint = trimPart(text, colons+2, to)
		to = colons
	}
	d.Answer = trimPart(text, from, to)
	return d
}

// maxNumber is the greatest number that an author can give a deletion.
const maxNumber = 999

// clozeNumber reads "1::", "c1::" and, with the letter alone, "c1,2::": "3,14::" is a
// number of many languages.
func clozeNumber(s string) (number int, more []int, length int) {
	anki := strings.HasPrefix(s, "c")
	if anki {
		length = 1
	}
	number, n := oneNumber(s[length:])
	if n == 0 {
		return 0, nil, 0
	}
	length += n
	for anki && strings.HasPrefix(s[length:], ",") {
		another, n := oneNumber(s[length+1:])
		if n == 0 {
			return 0, nil, 0
		}
		if another != number && !slices.Contains(more, another) {
			more = append(more, another)
		}
		length += 1 + n
	}
	if !strings.HasPrefix(s[length:], "::") {
		return 0, nil, 0
	}
	return number, more, length + 2
}

// oneNumber reads a number of a deletion, of up to three digits.
func oneNumber(s string) (number, length int) {
	for length < len(s) && isDigit(s[length]) && length < 4 {
		number = number*10 + int(s[length]-'0')
		length++
	}
	if length > 3 || number == 0 {
		return 0, 0
	}
	return number, length
}

// noNumber returns "c0" of "c0::" and "c1000" of "c1000::", which look like the number
// of a deletion and are none.
func noNumber(s string) string {
	name, _, found := strings.Cut(s, "::")
	if found && len(name) > 1 && name[0] == 'c' && strings.Trim(name[1:], "0123456789,") == "" {
		return name
	}
	return ""
}

func numberDeletions(found []Deletion) {
	var taken [maxNumber/64 + 1]uint64 // a bit for each number
	for i := range found {
		taken[found[i].Number/64] |= 1 << (found[i].Number % 64)
		for _, n := range found[i].More {
			taken[n/64] |= 1 << (n % 64)
		}
	}
	next := 1
	for i := range found {
		if found[i].Written {
			continue
		}
		for next <= maxNumber && taken[next/64]&(1<<(next%64)) != 0 {
			next++
		}
		found[i].Number = next
		next++
	}
}

// maxFaults limits how many braces of one sentence are spoken of: one that is
// missing makes many that seem wrong.
const maxFaults = 2

// checkCloze reports a sentence whose deletions can not be read.
func (p *parser) checkCloze(v Value) {
	found, faults := readCloze(v.Text, p.deletions)
	p.deletions = found
	if len(faults) > maxFaults {
		faults = faults[:maxFaults]
	}
	for _, f := range faults {
		if f.opened {
			p.error(v.Range(f.at, f.at+2), "unclosed-cloze", "this deletion is not closed",
				`write "}}" behind the hidden words; one deletion can not stand in another`)
		} else {
			p.error(v.Range(f.at, f.at+2), "unclosed-cloze", `this "}}" closes nothing`,
				`write "{{" before the hidden words, or "\}}" for two braces`)
		}
	}
	for _, d := range found {
		at := v.Range(d.Start, d.End)
		switch {
		case d.Answer.Start == d.Answer.End:
			p.error(at, "empty-cloze", "this deletion hides nothing", "write the hidden words between the braces")
		case d.Written && d.Number > len(found)+8:
			p.warn(at, "cloze-number", fmt.Sprintf("%d is read as the number of this deletion", d.Number),
				fmt.Sprintf(`if %d is the hidden answer, write "{{1::%d::…}}"`, d.Number, d.Number))
		case !d.Written && noNumber(v.Text[d.Start+2:d.End]) != "":
			name := noNumber(v.Text[d.Start+2 : d.End])
			p.warn(at, "cloze-number", fmt.Sprintf("%q is not a number of a deletion: it is hidden as the answer", name),
				fmt.Sprintf(`write a number from 1 to %d, as in "{{1::…}}"`, maxNumber))
		}
	}
	if len(found) == 0 && len(faults) == 0 && v.Text != "" {
		p.error(Span{v.Start, v.Start + 1}, "no-deletion", "this sentence hides nothing",
			`put "{{" and "}}" around the words to be recalled`)
	}
}
