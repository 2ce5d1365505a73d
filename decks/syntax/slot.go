package syntax

import "strings"

// maxSlot limits the name between the braces, in bytes.
const maxSlot = 200

// A Slot is a column's name in braces in a template: `{region}`. Offsets are
// bytes of the text.
type Slot struct {
	Start, End int // with the braces
	Name       string
	Quoted     bool // in code or mathematics, where braces may also be just braces
}

// Slots finds what stands in single braces in a text, in order. It takes time
// in proportion to the text.
func Slots(text string) []Slot {
	if strings.IndexByte(text, '{') < 0 {
		return nil
	}
	var slots []Slot
	for p := range Pieces(text) {
		if p.Kind != Escape {
			slots = slotsIn(slots, text, p)
		}
	}
	return slots
}

func slotsIn(slots []Slot, text string, p Piece) []Slot {
	open := -1
	for i := p.Start; i < p.End; i++ {
		switch text[i] {
		case '{':
			open = i
		case '\n':
			open = -1
		case '}':
			if open < 0 || i-open > maxSlot {
				break
			}
			if name := strings.TrimSpace(text[open+1 : i]); name != "" {
				slots = append(slots, Slot{open, i + 1, name, p.Kind != Words})
			}
			open = -1
		}
	}
	return slots
}

func hasSlot(text string) bool { return len(Slots(text)) > 0 }

// FieldSlots returns the slots of a field's value, with deletions of a sentence
// read first: `{{…}}` is not a slot, what stands in it may be.
func FieldSlots(f *Field) []Slot {
	if f.Key != Cloze {
		return Slots(f.Value.Text)
	}
	return ClozeSlots(f.Value.Text)
}

// ClozeSlots returns the slots of a sentence, those in its deletions included.
func ClozeSlots(text string) []Slot {
	var slots []Slot
	add := func(from, to int) {
		for _, s := range Slots(text[from:to]) {
			s.Start, s.End = s.Start+from, s.End+from
			slots = append(slots, s)
		}
	}
	from := 0
	for _, d := range Deletions(text) {
		add(from, d.Start)
		add(d.Answer.Start, d.Answer.End)
		add(d.Hint.Start, d.Hint.End)
		from = d.End
	}
	add(from, len(text))
	return slots
}
