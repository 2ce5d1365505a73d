package reimport

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/shorthash"
	"kartei/decks/syntax"
)

// A fact is one of a file, in parts.
type fact struct {
	span  syntax.Span // in the file
	line  int         // from 1
	id    string
	parts map[syntax.Key]string // as [syntax.Format] writes them, without the id
	head  syntax.Key            // of the first part
	list  bool                  // its answer is one

	question, answer string // in one line
}

// said is what the fact says, for somebody to know it by.
func (f *fact) said() string {
	if f.answer == "" {
		return f.question
	}
	return f.question + " → " + f.answer
}

// whole is what the fact asks and answers.
func (f *fact) whole() string { return f.question + "\x00" + f.answer }

// telling is the answer of a fact, if it tells which fact it is: many have the
// answer yes, or 4.
func (f *fact) telling() string {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, f.answer)
	latin := letters != "" && letters[0] < utf8.RuneSelf
	if letters == "" || latin && len(letters) < 4 ||
		slices.Contains([]string{"true", "false", "truefalse", "none", "both"}, letters) {
		return ""
	}
	return f.answer
}

// A sheet is a file with its facts, those of tables apart.
type sheet struct {
	*syntax.File
	facts []*fact
	rows  map[string]int // lines of rows of tables, by what their cells say
}

func readSheet(text []byte) (*sheet, error) {
	s := &sheet{File: syntax.Parse("", text), rows: map[string]int{}}
	for _, p := range s.Problems {
		if p.Severity == syntax.Error {
			line, _ := s.Position(p.Start)
			return nil, fmt.Errorf("line %d: %s [%s]", line, p.Message, p.Rule)
		}
	}
	for _, b := range s.Blocks {
		switch b := b.(type) {
		case *syntax.Fact:
			if b.Table != nil {
				continue
			}
			f, err := s.fact(b)
			if err != nil {
				return nil, err
			}
			s.facts = append(s.facts, f)
		case *syntax.Table:
			for i := range b.Rows {
				for _, cell := range b.Rows[i].Cells {
					s.rows[oneLine(cell.Text)] = s.LineAt(b.Rows[i].Start) + 1
				}
			}
		}
	}
	return s, nil
}

// fact takes a fact of the file apart.
func (s *sheet) fact(b *syntax.Fact) (*fact, error) {
	f := &fact{span: b.Span, line: s.LineAt(b.Start) + 1, id: b.Text(syntax.ID), parts: map[syntax.Key]string{}}
	text, err := syntax.Format([]byte(s.Slice(b.Span) + "\n"))
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", f.line, err)
	}
	tree := syntax.Parse("", text)
	if len(tree.Blocks) != 1 {
		return nil, fmt.Errorf("line %d: this fact is none by itself", f.line)
	}
	b, ok := tree.Blocks[0].(*syntax.Fact)
	if !ok {
		return nil, fmt.Errorf("line %d: this fact is none by itself", f.line)
	}
	f.head = b.Fields[0].Key
	for i := range b.Fields {
		end := len(tree.Text)
		if i+1 < len(b.Fields) {
			end = b.Fields[i+1].Start
		}
		if key := b.Fields[i].Key; key != syntax.ID {
			f.parts[key] += tree.Text[b.Fields[i].Start:end]
		}
	}
	f.say(b)
	return f, nil
}

// say finds the two sides of the fact.
func (f *fact) say(b *syntax.Fact) {
	f.question = oneLine(b.Fields[0].Value.Text)
	answer := []string{b.Text(syntax.Answer), b.Text(syntax.Definition)}
	_, items := b.Items()
	f.list = len(items) > 0
	for _, item := range items {
		mark := ""
		if item.Right {
			mark = "✓ "
		}
		answer = append(answer, mark+item.Value.Text)
	}
	answer = slices.DeleteFunc(answer, func(s string) bool { return s == "" })
	f.answer = oneLine(strings.Join(answer, "; "))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// text writes a fact.
func (f *fact) text(id string) string {
	parts := f.parts
	if id != "" {
		parts = map[syntax.Key]string{syntax.ID: syntax.ID.String() + ": " + id + "\n"}
		for key, text := range f.parts {
			parts[key] = text
		}
	}
	var out strings.Builder
	for key := range keysOf(parts) {
		out.WriteString(parts[key])
	}
	return out.String()
}

// plain reports whether the fact is a question with an answer or a term with its
// definition, neither of them a list.
func (f *fact) plain() bool {
	answer := f.parts[syntax.Answer] + f.parts[syntax.Definition]
	return (f.head == syntax.Question || f.head == syntax.Term) && !f.list && answer != ""
}

// as is a plain fact in the form that begins with a key.
func (f *fact) as(head syntax.Key) *fact {
	if f.head == head {
		return f
	}
	other := map[syntax.Key]syntax.Key{syntax.Question: syntax.Term, syntax.Answer: syntax.Definition,
		syntax.Term: syntax.Question, syntax.Definition: syntax.Answer}
	g := *f
	g.head, g.parts = head, map[syntax.Key]string{}
	for key, text := range f.parts {
		if to, ok := other[key]; ok {
			text = to.String() + strings.TrimPrefix(text, key.String())
			key = to
		}
		g.parts[key] = text
	}
	return &g
}

// keysOf returns the keys of parts in the order of the fact language.
func keysOf(all ...map[syntax.Key]string) func(yield func(syntax.Key) bool) {
	var keys []syntax.Key
	for _, parts := range all {
		for key := range parts {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Values(slices.Compact(keys))
}

// A Base is what the source said when it was last brought in: by the id of a fact,
// hashes of its parts by key.
type Base map[string]Sums

// Sums are hashes of the parts of a fact, by key: "Q=abcdefgh A=…". A part that is
// missing has none.
type Sums string

// A Deck is a text whose facts were taken apart, which takes longer than all that is
// asked of it then.
type Deck struct{ sheet *sheet }

// Read takes the facts of a text apart.
func Read(text []byte) (Deck, error) {
	s, err := readSheet(text)
	return Deck{s}, err
}

// Base is what the text says.
func (d Deck) Base() Base {
	base := Base{}
	for _, f := range d.sheet.facts {
		base[f.id] = f.sums()
	}
	base.addRows(d.sheet.File)
	return base
}

// Edited are the ids of the facts that their author changed since they came as the base
// says.
func (d Deck) Edited(base Base) map[string]bool {
	edited := map[string]bool{}
	for _, f := range d.sheet.facts {
		if sums, known := base[f.id]; known && sums != f.sums() {
			edited[f.id] = true
		}
	}
	return edited
}

// BaseOf returns what a text says that an import wrote.
func BaseOf(text []byte) (Base, error) {
	d, err := Read(text)
	if err != nil {
		return nil, err
	}
	return d.Base(), nil
}

func (f *fact) sums() Sums {
	var words []string
	for key := range keysOf(f.parts) {
		words = append(words, key.String()+"="+hashOf(f.parts[key]))
	}
	return Sums(strings.Join(words, " "))
}

// Between is a base that was not kept, where it is known part by part whose text is
// still what it was: the deck's (Here), the source's (There), or none.
func Between(here, there Sums, still func(syntax.Key) Side) Sums {
	var words []string
	for key := syntax.Question; key <= syntax.Draft; key++ {
		sum := here.of(key)
		switch still(key) {
		case There:
			sum = there.of(key)
		case Neither:
			sum = "?"
		}
		if sum != "" {
			words = append(words, key.String()+"="+sum)
		}
	}
	return Sums(strings.Join(words, " "))
}

// of is the hash of one part.
func (s Sums) of(key syntax.Key) string {
	for word := range strings.FieldsSeq(string(s)) {
		if sum, ok := strings.CutPrefix(word, key.String()+"="); ok {
			return sum
		}
	}
	return ""
}

func hashOf(part string) string {
	if part == "" {
		return ""
	}
	return shorthash.Of(part, 12)
}
