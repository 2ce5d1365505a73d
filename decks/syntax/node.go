package syntax

// A File is a deck source as a tree of positioned nodes. [Parse] never fails:
// what is wrong stands in Problems, and the tree holds the rest.
type File struct {
	Name     string    // as given to Parse: slash-separated, relative to the compiled folder
	Text     string    // the source as read; every Span points into it
	Header   *Header   // nil without one
	Blocks   []Block   // headings, facts, tables and prose, in file order
	Allows   []Allow   // comments that silence a warning
	Problems []Problem // in file order
	Unmerged bool      // git left conflicts in it, and Problems are these alone

	lines  []int             // offset at which each line begins
	silent map[string][]Span // by rule, sorted: where it is silenced
}

// A Span is a range of bytes in a file: from Start up to, not including, End.
type Span struct {
	Start, End int
}

// Extent returns the range itself; nodes have it by embedding their Span.
func (s Span) Extent() Span { return s }

// A Block is a *[Heading], *[Fact], *[Table] or *[Prose].
type Block interface{ Extent() Span }

// A Header is the lines between the two "---" at the head of a file.
type Header struct {
	Span
	Entries []Entry
}

// An Entry is a line of the header: `deck: nato-en` or `source fes: Dembinski …`.
type Entry struct {
	Span
	Key   string // "deck", "source" …
	Name  string // of a source; else empty
	Value Value
}

// Get returns the first entry with the key, or nil. A nil header has none.
func (h *Header) Get(key string) *Entry {
	if h == nil {
		return nil
	}
	for i := range h.Entries {
		if h.Entries[i].Key == key {
			return &h.Entries[i]
		}
	}
	return nil
}

// A Heading opens a section.
type Heading struct {
	Span
	Level int // 1 to 6
	Title string
}

// Prose is whatever else stands in a file: paragraphs, lists, fenced code,
// comments. It means nothing to the compiler.
type Prose struct {
	Span
	Verbatim bool // fenced code or a comment, in which white space counts
}

// A Fact is a block of `Key: value` lines. Its first field is a [Question], a
// [Term] or a [Cloze]; without one the parser reports a problem and the fact
// holds what it found.
type Fact struct {
	Span
	Fields  []Field // in file order
	Table   *Table  // the table whose columns the fact names in braces, or nil
	Remarks []Span  // comments between its lines, which belong to no value
}

// Get returns the fact's first field with the key, or nil.
func (f *Fact) Get(key Key) *Field {
	for i := range f.Fields {
		if f.Fields[i].Key == key {
			return &f.Fields[i]
		}
	}
	return nil
}

// Text returns the value of the fact's first field with the key, escapes still
// in it; empty without one.
func (f *Fact) Text(key Key) string {
	if field := f.Get(key); field != nil {
		return field.Value.Text
	}
	return ""
}

// IsDraft reports whether the fact is a draft, which its author has not accepted:
// no cards are made of it.
func (f *Fact) IsDraft() bool { return f.Get(Draft) != nil }

// Items returns the fact's answer list and its form, wherever it stands: the
// options under the question or the parts under the answer.
func (f *Fact) Items() (List, []Item) {
	for i := range f.Fields {
		if f.Fields[i].List != NoList {
			return f.Fields[i].List, f.Fields[i].Items
		}
	}
	return NoList, nil
}

// A Field is one key of a fact with its value.
type Field struct {
	Span
	Key   Key
	List  List // Q: Options; A: Bullets or Numbers; else NoList
	name  uint8
	Value Value  // for Not: without the reason
	Why   *Value // Not: the part after "--", or nil
	Items []Item // of the list, in file order
}

// Name returns where the key stands as written, without the colon.
func (f *Field) Name() Span { return Span{f.Start, f.Start + int(f.name)} }

// List is the form of an answer list.
type List uint8

// The forms that an answer list takes.
const (
	NoList  List = iota
	Options      // "- [x] right", "- [ ] wrong -- why": a choice
	Bullets      // "- part": a set
	Numbers      // "1. first": a sequence
)

// An Item is one line of an answer list with the lines that belong to it.
type Item struct {
	Span
	Right bool   // Options: marked [x]
	Value Value  // for an option: without the reason
	Why   *Value // Options: the part after "--", or nil
}

// A Value is a text of the author, cleaned: no white space around it, lines
// dedented and joined by "\n", NFC; escapes are still in it (see [Plain]).
type Value struct {
	Span          // in the file; empty and at the place where it would stand if there is none
	Text  string  // at most as long as the file
	lines *[]Span // where each line of Text stands, or nil if Text is simply the span
	below bool    // it was cut from a text where it begins a line, but not the first
}

// String returns the text; nothing for a value that is missing.
func (v *Value) String() string {
	if v == nil {
		return ""
	}
	return v.Text
}

// A Table is a pipe table. It holds facts if Templates is not empty; else it is
// a table to read, and nothing in it is checked.
type Table struct {
	Span
	Columns   []Column
	Rule      Span // the line of dashes
	Rows      []Row
	Templates []*Fact // the facts below it, in its section, that name its columns

	added int // columns that the line of dashes lacks: see [FormatWithIDs]
}

// A Column is a header cell, read by its role.
type Column struct {
	Value
	Role  Role
	Name  string // as in a template's braces; for Accepts and Rejects, the column they speak of
	List  bool   // the header ends in "[]": cells hold sets, ";"-separated
	Align Align
}

// Role says what the cells of a column are for.
type Role uint8

// The roles of columns. A column of any role but Data,
// Accepts and Rejects acts as the key of the same name for its row; all may be
// named by templates.
const (
	Data Role = iota
	RowID
	RowSource
	RowEvidence
	RowHint
	RowNote
	RowTags
	RowAsOf
	Accepts // "accept NAME": further right answers where NAME is the answer
	Rejects // "not NAME": misconceptions where NAME is the answer
)

// Align is how a column is aligned on a rendered page.
type Align uint8

// The alignments that the line of dashes can ask for.
const (
	AlignNone Align = iota
	AlignLeft
	AlignCenter
	AlignRight
)

// A Row is one line of a table below the line of dashes.
type Row struct {
	Span
	Cells []Value // "\|" still in them
}

// An Allow is a comment `<!-- kartei: allow NAME … -->`: it silences warnings
// of the named rules in what begins on the next line, or, with allow-file, in all
// of the file.
type Allow struct {
	Span
	Rules  []string
	File   bool
	Covers Span // the block, field or item that begins on the next line, or all
}

// FactAt returns the fact whose lines hold an offset, or nil.
func (f *File) FactAt(offset int) *Fact {
	for _, b := range f.Blocks {
		if fact, ok := b.(*Fact); ok && fact.Start <= offset && offset <= fact.End {
			return fact
		}
	}
	return nil
}
