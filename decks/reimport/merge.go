package reimport

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"kartei/decks/syntax"
)

// A Kind says what became of a fact.
type Kind string

// What becomes of facts.
const (
	Added   Kind = "added"
	Changed Kind = "changed"
	Gone    Kind = "gone"
	Kept    Kind = "kept" // as the author has it, though the source says something else

	Withdrawn Kind = "withdrawn" // by the author, though the source has it
)

// A Change is what became of one fact.
type Change struct {
	Kind Kind
	ID   string
	Line int    // in the deck as it was; 0 where it is new
	Old  string // what it said: question → answer
	New  string // what the source says; empty where it has it no more
	Why  string // of what is kept
}

// A Result is a deck that is up to date.
type Result struct {
	Text    []byte
	Changes []Change
	Same    int               // facts of the source that are as they were
	Base    Base              // to be kept until the next time
	Edited  map[string]bool   // ids of the facts that say something else than the source
	Both    map[string]bool   // ids of those of them that the source has changed, too
	IDs     map[string]string // ids that the facts of the source have in the deck, by those that they have there
}

// Why a fact is kept.
const (
	bothChanged = "changed here and there"
	goneButOwn  = "gone there, edited here"
	unknownBase = "it is not known who changed it"
	inTable     = "it stands in a table"
	otherForm   = "it has another form there"
	notInSource = "it is not in this file; --update takes it out"
)

// Merge brings a deck up to date with its source. Base is what the source said
// when it was last brought in, nil if that was not kept: then nothing is changed
// or taken out, for it may be the author's, and each difference is named. An error
// is one in a text.
func Merge(deck, source []byte, base Base) (Result, error) {
	return MergeWith(deck, source, base, Options{})
}

// Options say how [MergeWith] goes about it.
type Options struct {
	// ByID says that the ids of the source are what it knows its facts by: others
	// are not the same, however alike, but for what says the very same and has no
	// base.
	ByID bool

	// Elsewhere are ids of facts that are kept in another file: they are not added.
	Elsewhere map[string]bool

	// LeaveDeleted says that what the author took out is not added again, as long as
	// the source says of it what it said.
	LeaveDeleted bool
	// Withdrawn are ids of facts that the author took out: they are not added again.
	Withdrawn map[string]bool

	// Partial are ids of facts that stay if the source lacks them, for it may be a part
	// of what there is.
	Partial map[string]bool

	// Choose, if not nil, is asked about each part that changed here and there.
	Choose func(Conflict) (Side, error)
}

// A Conflict is a part of a fact that its author changed, and the source, too.
type Conflict struct {
	ID          string
	Line        int // in the deck as it was
	Here, There string
}

// A Side is whose part of a conflict counts.
type Side int

// Whose part counts.
const (
	Neither Side = iota // it stays, as a conflict
	Here
	There
)

// MergeWith is [Merge] with options.
func MergeWith(deck, source []byte, base Base, options Options) (Result, error) {
	have, err := readSheet(deck)
	if err != nil {
		return Result{}, err
	}
	now, err := readSheet(source)
	if err != nil {
		return Result{}, err
	}
	m := &merger{deck: have, source: now, base: base, options: options, names: syntax.NewNames(have.IDs()...),
		result: Result{Base: Base{}, Edited: map[string]bool{}, Both: map[string]bool{}, IDs: map[string]string{}}}
	m.match()
	m.take()
	if m.err != nil {
		return Result{}, m.err
	}
	m.drop()
	m.result.Text = m.splice()
	if err := mergeRows(&m.result, now.File, base); err != nil {
		return Result{}, err
	}
	slices.SortStableFunc(m.result.Changes, func(a, b Change) int { return cmp.Compare(a.Line, b.Line) })
	return m.result, nil
}

// A merger goes through the facts.
type merger struct {
	deck, source *sheet
	base         Base
	options      Options
	names        *syntax.Names
	pairs        map[*fact]*fact // the deck's by the source's
	taken        map[*fact]bool  // of the deck
	edits        []edit
	result       Result
	err          error // of who was asked
}

// An edit replaces a piece of the deck's text.
type edit struct {
	syntax.Span
	text string
}

// match finds the facts of the source in the deck.
func (m *merger) match() {
	m.pairs, m.taken = map[*fact]*fact{}, map[*fact]bool{}
	for _, by := range m.keys() {
		have, wanted := m.waiting(by.key)
		for key, facts := range wanted {
			found := have[key]
			if key == "" || by.unique && (len(found) != 1 || len(facts) != 1) {
				continue
			}
			for i := range min(len(found), len(facts)) {
				m.pairs[facts[i]], m.taken[found[i]] = found[i], true
			}
		}
	}
}

// A matchKey is what facts may have in common.
type matchKey struct {
	key    func(*fact) string
	unique bool // of several with one key none is taken
}

// keys are what facts are known by, the surest first.
func (m *merger) keys() []matchKey {
	id := func(f *fact) string { return f.id }
	if m.options.ByID {
		return []matchKey{{id, true}, {func(f *fact) string {
			if m.base[f.id] != "" {
				return ""
			}
			return f.whole()
		}, true}}
	}
	return []matchKey{
		{func(f *fact) string { return f.id + "\x00" + f.whole() }, false},
		{(*fact).whole, false},
		{id, true},
		{func(f *fact) string { return f.question }, true},
		{(*fact).telling, true},
	}
}

// waiting are the facts that have no partner yet, by a key.
func (m *merger) waiting(key func(*fact) string) (have, wanted map[string][]*fact) {
	have, wanted = map[string][]*fact{}, map[string][]*fact{}
	for _, f := range m.deck.facts {
		if !m.taken[f] {
			have[key(f)] = append(have[key(f)], f)
		}
	}
	for _, f := range m.source.facts {
		if m.pairs[f] == nil {
			wanted[key(f)] = append(wanted[key(f)], f)
		}
	}
	return have, wanted
}

// take brings what the source says into the deck, fact by fact.
func (m *merger) take() {
	at, before := m.end(), false
	if first := slices.IndexFunc(m.source.facts, func(f *fact) bool { return m.pairs[f] != nil }); first > 0 {
		at, before = m.pairs[m.source.facts[first]].span.Start, true
	}
	for _, now := range m.source.facts {
		old := m.pairs[now]
		switch {
		case old != nil:
			m.update(old, now)
			at, before = old.span.End, false
		case m.deck.rows[now.question] > 0:
			m.inTable(now)
		case m.options.Elsewhere[now.id]:
			m.result.Same++
		case m.options.LeaveDeleted && m.base[now.id] == now.sums():
			m.result.Base[now.id] = now.sums()
			m.result.Same++
		case m.options.Withdrawn[now.id]:
			m.result.Changes = append(m.result.Changes, Change{Kind: Withdrawn, ID: now.id, New: now.said()})
		default:
			id := m.names.New(now.id)
			m.result.IDs[now.id] = id
			m.result.Base[id] = now.sums()
			m.result.Changes = append(m.result.Changes, Change{Kind: Added, ID: id, New: now.said()})
			m.insert(at, before, now.text(id))
		}
	}
}

// end is where facts go that follow on none.
func (m *merger) end() int { return len(bytes.TrimRight([]byte(m.deck.Text), " \t\r\n")) }

// insert puts a fact behind what ends there, or before what begins there.
func (m *merger) insert(at int, before bool, text string) {
	if text = "\n\n" + text[:len(text)-1]; before {
		text = text[2:] + "\n\n"
	}
	m.edits = append(m.edits, edit{syntax.Span{Start: at, End: at}, text})
}

// inTable names what the source says otherwise than a row of a table.
func (m *merger) inTable(now *fact) {
	line := m.deck.rows[now.question]
	if now.answer == "" || m.deck.rows[now.answer] > 0 {
		m.result.Same++
		return
	}
	m.result.Changes = append(m.result.Changes, Change{Kept, "", line, now.question, now.said(), inTable})
}

// update brings one fact up to date, part by part.
func (m *merger) update(old, now *fact) {
	sums, known := m.base[old.id]
	m.result.Base[old.id], m.result.IDs[now.id] = now.sums(), old.id
	merged, changed, why := old, false, ""
	switch {
	case known && sums == now.sums(): // nothing new
	case old.head == now.head:
		merged, changed, why = m.mergeParts(old, now, sums, known)
	case known && sums == old.sums():
		merged, changed = now, true
	case known && sums.of(old.head) != "" && old.plain() && now.plain(): // as a question that becomes a term
		merged, _, why = m.mergeParts(old, now.as(old.head), sums, known)
		merged, changed = merged.as(now.head), true
	default:
		why = otherForm
	}
	if merged.sums() != now.sums() {
		m.result.Edited[old.id] = true
	}
	if changed {
		m.edits = append(m.edits, edit{old.span, trimEnd(merged.text(old.id))})
	}
	switch {
	case why != "":
		m.result.Both[old.id] = why == bothChanged
		m.result.Changes = append(m.result.Changes, Change{Kept, old.id, old.line, old.said(), now.said(), why})
	case changed:
		m.result.Changes = append(m.result.Changes, Change{Changed, old.id, old.line, old.said(), now.said(), ""})
	default:
		m.result.Same++
	}
}

// mergeParts takes from the source what changed there since the base, and from the
// author what changed here. Why says why some of it is the author's all the same.
func (m *merger) mergeParts(old, now *fact, sums Sums, known bool) (merged *fact, changed bool, why string) {
	merged = &fact{head: old.head, parts: map[syntax.Key]string{}}
	for key := range keysOf(old.parts, now.parts) {
		mine, theirs := old.parts[key], now.parts[key]
		switch {
		case mine == theirs, known && hashOf(theirs) == sums.of(key):
		case known && hashOf(mine) == sums.of(key):
			mine, changed = theirs, true
		case !known && theirs == "": // more than the source ever said
		case known:
			switch m.choose(Conflict{old.id, old.line, mine, theirs}) {
			case There:
				mine, changed = theirs, true
			case Neither:
				why = bothChanged
			}
		default:
			why = unknownBase
		}
		if mine != "" {
			merged.parts[key] = mine
		}
	}
	return merged, changed, why
}

// choose asks whose part counts.
func (m *merger) choose(c Conflict) Side {
	if m.options.Choose == nil || m.err != nil {
		return Neither
	}
	side, err := m.options.Choose(c)
	m.err = err
	return side
}

func trimEnd(text string) string { return string(bytes.TrimRight([]byte(text), "\n")) }

// drop takes out what the source has no more, unless the author edited it. What
// the source never had stays.
func (m *merger) drop() {
	for _, f := range m.deck.facts {
		sums, known := m.base[f.id]
		if m.taken[f] || !known {
			continue
		}
		why := ""
		switch {
		case sums != f.sums():
			why = goneButOwn
		case m.options.Partial[f.id]:
			why = notInSource
		}
		if why != "" {
			m.result.Changes = append(m.result.Changes, Change{Kept, f.id, f.line, f.said(), "", why})
			continue
		}
		m.result.Changes = append(m.result.Changes, Change{Gone, f.id, f.line, f.said(), "", ""})
		end := f.span.End
		for end < len(m.deck.Text) && m.deck.Text[end] == '\n' {
			end++
		}
		m.edits = append(m.edits, edit{syntax.Span{Start: f.span.Start, End: end}, ""})
	}
}

// ends and begins count line ends, up to the two that part facts.
func ends(text []byte) int   { return min(len(text)-len(bytes.TrimRight(text, "\n")), 2) }
func begins(text string) int { return min(len(text)-len(strings.TrimLeft(text, "\n")), 2) }

// splice makes the edits.
func (m *merger) splice() []byte {
	slices.SortStableFunc(m.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	var out bytes.Buffer
	at := 0
	for _, e := range m.edits {
		if e.Start < at {
			e.Start = at
		}
		out.WriteString(m.deck.Text[at:e.Start])
		out.WriteString(e.text[min(ends(out.Bytes()), begins(e.text)):])
		at = max(at, e.End)
	}
	out.WriteString(m.deck.Text[at:])
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}
