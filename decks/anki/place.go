package anki

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// A Part of a note is what one of its fields may hold.
type Part string

// The parts of a note. Of a sentence with deletions the front is the sentence.
const (
	Front  Part = "front"
	Back   Part = "back"
	Hint   Part = "hint"
	Extra  Part = "extra" // what is said after the answer
	Source Part = "source"
)

// A Place is where a part of a fact is in the note that it came from.
type Place struct {
	Part  Part
	Field int    // its number, from 0; noField where it is not just one field
	Sum   string // of the part as it came

	// Of a part that has no field of its own: its text as it came, and the fields that
	// its template names.
	Text string
	Of   []int
}

// noField is the number of the field of a part that several fields, or a template,
// make together.
const noField = -1

// placeCell says where the parts are: "front=0:1a2b back=1+2:3c4d extra=+:5e6f".
func placeCell(places []Place) string {
	words := make([]string, len(places))
	for i, p := range places {
		numbers := "+" // of no one field
		switch {
		case p.Field != noField:
			numbers = strconv.Itoa(p.Field)
		case len(p.Of) == 1:
			numbers += strconv.Itoa(p.Of[0])
		case len(p.Of) > 1:
			numbers = strings.Trim(strings.ReplaceAll(fmt.Sprint(p.Of), " ", "+"), "[]")
		}
		words[i] = string(p.Part) + "=" + numbers + ":" + p.Sum
	}
	return strings.Join(words, " ")
}

func readPlaceCell(cell string) (places []Place, err error) {
	for _, word := range strings.Fields(cell) {
		p := Place{Field: noField}
		name, rest, _ := strings.Cut(word, "=")
		numbers, sum, found := strings.Cut(rest, ":")
		if p.Part, p.Sum = Part(name), sum; !found {
			return nil, strconv.ErrSyntax
		}
		for number := range strings.SplitSeq(numbers, "+") {
			if number == "" {
				continue
			}
			field, err := strconv.ParseUint(number, 10, 15)
			if err != nil {
				return nil, err
			}
			p.Of = append(p.Of, int(field))
		}
		if !strings.Contains(numbers, "+") && len(p.Of) == 1 {
			p.Field, p.Of = p.Of[0], nil
		}
		places = append(places, p)
	}
	return places, nil
}

// Settle says that a fact is, now, what its note says: what it says later by
// another name is an edit.
func (o *Origin) Settle(f *decks.Fact) {
	o.Sum, o.Tags, o.Both = FactSum(f), tagSum(f), ""
	o.Places = settled(o.Places, f)
	for i := range o.Places {
		p := &o.Places[i]
		p.Text = ""
		if p.Field == noField && len(f.Cards) > 0 {
			p.Text = partText(&f.Cards[0], p.Part)
		}
	}
}

// partText is the text of a part; empty where it is not one text.
func partText(c *decks.Card, part Part) string {
	switch {
	case part == Front && c.Kind != decks.Choice && c.Kind != decks.Sequence && c.Kind != decks.Cloze:
		return c.Prompt
	case part == Back && c.Kind == decks.Recall:
		return c.Answer
	case part == Hint:
		return c.Hint
	case part == Extra && len(c.Accept)+len(c.Options) == 0:
		return c.Note
	}
	return ""
}

// said is the sum of a part as it came; empty where there was none.
func (o *Origin) said(part Part) string {
	for _, p := range o.Places {
		if p.Part == part {
			return p.Sum
		}
	}
	return ""
}

// text is a part as it came, where it has no field of its own.
func (o *Origin) text(part Part) string {
	for _, p := range o.Places {
		if p.Part == part {
			return p.Text
		}
	}
	return ""
}

// PartOf is the part of a note that a line of a fact belongs to; empty for what stands
// in none.
func PartOf(key syntax.Key) Part {
	switch key {
	case syntax.Question, syntax.Term, syntax.Cloze:
		return Front
	case syntax.Answer, syntax.Definition:
		return Back
	case syntax.Hint:
		return Hint
	case syntax.Note, syntax.Not, syntax.Accept:
		return Extra
	case syntax.Source, syntax.AsOf:
		return Source
	case syntax.Tags:
		return tagsPart
	}
	return ""
}

// tagsPart are the tags, which are no field.
const tagsPart Part = "tags"

// AsItCame reports whether a fact says in a part what it came with.
func (o *Origin) AsItCame(part Part, f *decks.Fact) bool {
	if part == tagsPart {
		return o.Tags == tagSum(f)
	}
	return o.said(part) == partSum(f, part)
}

// SameThere reports whether a note says in a part what it said.
func (o *Origin) SameThere(part Part, was, is KeptNote) bool {
	if part == tagsPart {
		return slices.Equal(was.Tags, is.Tags)
	}
	for _, p := range o.Places {
		if p.Part != part {
			continue
		}
		for _, field := range append([]int{p.Field}, p.Of...) {
			if field != noField && was.field(field) != is.field(field) {
				return false
			}
		}
	}
	return true
}

// settled are the places of what a fact says in its parts: those of a note, and of what
// has no place.
func settled(places []Place, f *decks.Fact) (now []Place) {
	for _, part := range parts {
		p := Place{Part: part, Field: noField, Sum: partSum(f, part)}
		at := slices.IndexFunc(places, func(p Place) bool { return p.Part == part })
		if at >= 0 {
			p.Field, p.Of = places[at].Field, places[at].Of
		}
		if at >= 0 && p.Sum == places[at].Sum {
			p.Text = places[at].Text
		}
		if p.Sum != "" || p.Field != noField {
			now = append(now, p)
		}
	}
	return now
}

var parts = []Part{Front, Back, Hint, Extra, Source}

// partSum is a hash of what a fact says in a part; empty where it says nothing. As
// [FactSum], it must never change for the same fact.
func partSum(f *decks.Fact, part Part) string {
	if len(f.Cards) == 0 {
		return ""
	}
	texts := partTexts(&f.Cards[0], part)
	if !slices.ContainsFunc(texts, func(text string) bool { return text != "" }) {
		return ""
	}
	return textSum(texts)
}

// partTexts are all texts of a part.
func partTexts(c *decks.Card, part Part) []string {
	switch part {
	case Front:
		switch c.Kind {
		case decks.Cloze:
			return []string{c.Text}
		case decks.Choice:
			return append([]string{c.Prompt}, optionTexts(c)...)
		case decks.Sequence: // which shows its items in another order
			return append([]string{c.Prompt}, c.Items...)
		}
		return []string{c.Prompt}
	case Back:
		switch c.Kind {
		case decks.Cloze:
			return nil
		case decks.Choice:
			return slices.Concat([]string{c.Answer}, optionTexts(c), c.Items)
		case decks.Sequence:
			return slices.Concat([]string{c.Answer}, c.Items, []string{string(c.Kind)})
		}
		return append([]string{c.Answer}, c.Items...)
	case Hint:
		return []string{c.Hint}
	case Extra:
		texts := append([]string{c.Note}, c.Accept...)
		if c.Kind != decks.Choice { // wrong answers
			texts = append(texts, optionTexts(c)...)
		}
		return texts
	case Source:
		return []string{c.Source, c.AsOf}
	}
	return nil
}

func optionTexts(c *decks.Card) []string {
	texts := make([]string, len(c.Options))
	for i, o := range c.Options {
		texts[i] = fmt.Sprintf("%q %t %q", o.Text, o.Right, o.Why)
	}
	return texts
}

// tagSum is a hash of a fact's tags.
func tagSum(f *decks.Fact) string {
	if len(f.Cards) == 0 {
		return ""
	}
	return textSum(f.Cards[0].Tags)
}

// textSum is a short hash of texts.
func textSum(texts []string) string {
	sum := sha256.Sum256(appendTexts(nil, texts...))
	return hex.EncodeToString(sum[:8])
}

// appendTexts appends texts so that no others look the same.
func appendTexts(to []byte, texts ...string) []byte {
	for _, text := range texts {
		to = append(strconv.AppendInt(to, int64(len(text)), 10), ' ')
		to = append(to, text...)
	}
	return to
}

// A placer finds the fields that parts of a fact show.
type placer struct {
	convert func(string) string
	tells   func(string) bool          // that HTML shows a letter; false also where it is hard to tell
	neutral map[[2]string]bool         // what stands around a field, and shows nothing
	named   map[string]map[string]bool // names that a template has in braces
	alike   map[string][]Place         // places of notes, by what a file says of them
}

const (
	maxAround  = 4 << 10 // bytes that may stand around a field
	maxNeutral = 1 << 10 // pairs that are remembered
	probe      = "kartei"
)

// place finds the field of a note that a part shows, and nothing else, of those that
// its template names and no other part shows.
func (p *placer) place(n *foreignNote, part Part, shown, template string) {
	place := Place{Part: part, Field: noField}
	trimmed := strings.TrimSpace(shown)
	for i, name := range n.kind.fields {
		if i >= len(n.fields) || n.placed(i) || !p.names(template)[name] {
			continue
		}
		empty := strings.TrimSpace(n.fields[i]) == ""
		if trimmed != "" && !empty || trimmed == "" && empty {
			place.Of = append(place.Of, i)
		}
		if place.Field == noField && trimmed != "" && p.shows(trimmed, strings.TrimSpace(n.fields[i])) {
			place.Field = i
		}
	}
	if trimmed == "" && len(place.Of) == 1 { // it would show that one if it said something
		place.Field = place.Of[0]
	}
	if place.Field != noField {
		place.Of = nil
	}
	n.places = append(n.places, place)
}

// shared are places that the facts of notes of a type have in common, most of them.
func (p *placer) shared(places []Place) []Place {
	key := placeCell(places)
	same, known := p.alike[key]
	if !known {
		same = places
		if len(p.alike) < maxNeutral {
			p.alike[key] = same
		}
	}
	return same
}

// placed reports whether a part shows a field.
func (n *foreignNote) placed(field int) bool {
	return slices.ContainsFunc(n.places, func(p Place) bool { return p.Field == field })
}

// names are the names that a template has in braces.
func (p *placer) names(template string) map[string]bool {
	names, known := p.named[template]
	if !known {
		names = map[string]bool{}
		for _, tag := range fieldTag.FindAllStringSubmatch(template, -1) {
			names[strings.TrimSpace(tag[1][strings.LastIndexByte(tag[1], ':')+1:])] = true
		}
		if len(p.named) < maxNeutral {
			p.named[template] = names
		}
	}
	return names
}

var fieldTag = lazyregexp.New(`\{\{([^#^/!{}][^{}]*)\}\}`)

// shows reports whether HTML shows a field and nothing else.
func (p *placer) shows(html, field string) bool {
	if html == field {
		return true
	}
	at := strings.Index(html, field)
	if field == "" || at < 0 || len(html)-len(field) > maxAround {
		return false
	}
	around := [2]string{html[:at], html[at+len(field):]}
	shows, known := p.neutral[around]
	if !known {
		if p.tells(around[0]) || p.tells(around[0]+" "+around[1]) { // most do
			return false
		}
		shows = p.convert(around[0]+probe+around[1]) == probe
		if len(p.neutral) < maxNeutral {
			p.neutral[around] = shows
		}
	}
	return shows
}
