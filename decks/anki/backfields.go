package anki

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
)

// fields are what an edited fact makes of fields of its note.
func (e *editedFact) fields(writer *noteMaker, f *decks.Fact, origin *Origin, kept KeptNote) (map[int]string, error) {
	writer.media.kept = strings.Join(kept.Fields, "\x1f")
	defer func() { writer.media.kept = "" }()
	n, err := origin.note(writer, f)
	if err != nil {
		return nil, err
	}
	places, html := settled(origin.Places, partSums(f)), n.parts()
	fields, inner := map[int]string{}, map[int]string{}
	for i := range places {
		p := &places[i]
		was := origin.said(p.Part)
		switch {
		case p.Sum == was:
			continue
		case p.Field == noField && was == "": // Anki has no place for it, and may show it with another
			p.Field = homeOf(p.Part, places)
		case p.Field == noField:
			if field, text, ok := innerEdit(origin.text(p.Part), partText(&f.Cards[0], p.Part), kept, p.Of); ok {
				inner[field] = page{media: writer.media, dir: path.Dir(f.File)}.html(text)
				continue
			}
		}
		if p.Field == noField {
			return nil, fmt.Errorf("its %s is made of several fields of its note, or of words of the template, and was edited in more than one field; edit it in Anki", p.Part.Name())
		}
		fields[p.Field] = ""
	}
	for i := range fields {
		fields[i] = compose(i, places, origin, html, kept)
	}
	for i, field := range inner {
		if other, taken := fields[i]; taken && other != field {
			return nil, errors.New("its question and its answer make two things of one field of its note; let them agree")
		}
		fields[i] = field
	}
	for i := range fields {
		e.lose(i, kept.field(i))
	}
	return fields, nil
}

// note makes the one note of a fact that its origin can be.
func (o *Origin) note(writer *noteMaker, f *decks.Fact) (*note, error) {
	notes, err := writer.notes(f)
	switch {
	case err != nil:
		return nil, err
	case o.Cloze && len(o.Cards) > 0 && !strings.HasPrefix(o.Cards[0].Name, "cloze-"):
		return nil, errors.New("its card is of a covered part of a picture or of a deletion elsewhere in the note, which Anki makes; edit it in Anki")
	case len(notes) == 0 || notes[0].cloze != o.Cloze:
		return nil, errors.New("no note with deletions becomes one without in Anki, or the other way round; write a fact of its own")
	case !o.Cloze && len(f.Cards) > max(len(o.Cards), 1):
		return nil, errors.New("its note has no place for more cards; write a fact of its own")
	}
	return notes[0], nil
}

// innerEdit finds the one field that was edited in a text that several make together:
// before and after it nothing is. Of are those that make it. It returns what the field says now.
func innerEdit(was, is string, kept KeptNote, of []int) (field int, text string, ok bool) {
	if was == "" || is == "" {
		return 0, "", false
	}
	start, end := 0, 0 // of what is the same in front and behind
	for start < min(len(was), len(is)) && was[start] == is[start] {
		start++
	}
	for end < min(len(was), len(is))-start && was[len(was)-1-end] == is[len(is)-1-end] {
		end++
	}
	found := noField
	for _, i := range of {
		if i >= len(kept.Fields) {
			break
		}
		said := asCompiled(newConverter("media/").markdown(kept.Fields[i], false))
		at := strings.Index(was, said)
		if said == "" || at < 0 {
			continue
		}
		if at > start || at+len(said) < len(was)-end {
			continue // the edit is not in it
		}
		if found != noField || strings.Count(was, said) > 1 {
			return 0, "", false // it cannot be told which
		}
		found, text = i, is[at:len(is)-(len(was)-at-len(said))]
	}
	return found, text, found != noField && utf8.ValidString(text) && strings.TrimSpace(text) != ""
}

// asCompiled is a text of the fact language as a card has it.
func asCompiled(text string) string {
	var scratch deckFileMaker
	scratch.fact([]line{{key: syntax.Question, value: strings.TrimSpace(text)}, {key: syntax.Answer, value: "—"}})
	c, err := decks.Compile(memfs.Files{"fact.md": []byte(scratch.out.String())})
	if err != nil || len(c.Decks) == 0 || len(c.Decks[0].Facts) == 0 {
		return ""
	}
	return c.Decks[0].Facts[0].Cards[0].Prompt
}

// Name is what users call a part.
func (p Part) Name() string {
	return map[Part]string{Front: "question", Back: "answer", Hint: "hint", Extra: "note", Source: "source"}[p]
}

// lose notes what an edited field loses that no fact can hold.
func (e *editedFact) lose(field int, was string) {
	c := newConverter("")
	c.markdown(was, true)
	if losses := c.losses.list(); len(losses) > 0 {
		e.lost = append(e.lost, Lost{e.File, e.Line, field + 1, losses})
	}
}

// Arrived reports whether what goes home of an edited fact is what its note says by
// now; was is the note as the fact came.
func Arrived(deck *decks.Deck, f *decks.Fact, o *Origin, was, is KeptNote) bool {
	if f == nil || len(o.Places) == 0 {
		return false
	}
	fields, err := (&editedFact{}).fields(newNoteMaker(deck), f, o, was)
	if err != nil || len(fields) == 0 {
		return false
	}
	for i := range is.Fields {
		want := ""
		if i < len(was.Fields) {
			want = was.Fields[i]
		}
		if field, edited := fields[i]; edited {
			want = field
		}
		if norm.NFC.String(want) != norm.NFC.String(is.Fields[i]) {
			return false
		}
	}
	return true
}

// Arrive says that a fact's edits are in its note: what has no place of its own there
// stands with another part. Before is where the parts had their places.
func (o *Origin) Arrive(f *decks.Fact, before Origin) {
	o.Sum, o.Tags, o.Both = FactSum(f), tagSum(f), ""
	o.Places = settled(before.Places, partSums(f))
	for i := range o.Places {
		if p := &o.Places[i]; p.Field == noField && before.said(p.Part) == "" {
			p.Field = homeOf(p.Part, o.Places)
		}
	}
}

// homeOf is the field that shows a part of which Anki knows nothing: hints stand with
// the question, all else with the answer.
func homeOf(part Part, places []Place) int {
	for _, with := range map[Part][]Part{Hint: {Front}, Extra: {Back, Source}, Source: {Extra, Back}}[part] {
		for _, p := range places {
			if p.Part == with && p.Field != noField {
				return p.Field
			}
		}
	}
	return noField
}

// parts are the parts of a note as HTML.
func (n *note) parts() map[Part]string {
	return map[Part]string{Front: n.front, Back: n.back, Hint: n.hint, Extra: n.extra, Source: n.source}
}

// compose is a field of the parts that stand in it. It stays as Anki has it, where
// something is only added to it.
func compose(field int, places []Place, origin *Origin, html map[Part]string, kept KeptNote) string {
	rewritten := slices.ContainsFunc(places, func(p Place) bool {
		was := origin.said(p.Part)
		return p.Field == field && was != "" && was != p.Sum
	})
	out := ""
	if !rewritten && field < len(kept.Fields) && !blank(kept.Fields[field]) {
		out = kept.Fields[field]
	}
	for _, p := range places {
		block := html[p.Part]
		switch {
		case p.Field != field || block == "" || !rewritten && origin.said(p.Part) != "":
		case out == "":
			out = block
		default:
			out += framed(p.Part, block)
		}
	}
	return out
}

// framed is a part that stands with another in a field.
func framed(part Part, html string) string {
	switch part {
	case Hint:
		return "<details><summary>…</summary>" + html + "</details>"
	case Extra:
		return "<div>" + html + "</div>"
	case Source:
		return "<div><small>" + html + "</small></div>"
	}
	return "<br>" + html
}

// editedTags are the tags of a note whose fact has other ones than it came with. Those
// that stayed are as Anki writes them.
func editedTags(kept KeptNote, f *decks.Fact) []string {
	tags := []string{}
	came := map[string]bool{}
	for _, t := range kept.Tags {
		plain := plainTags([]string{t}, newLossList())
		if len(plain) == 0 || slices.Contains(f.Cards[0].Tags, plain[0]) {
			tags = append(tags, t) // no fact can have it, or it has
		}
		if len(plain) > 0 {
			came[plain[0]] = true
		}
	}
	for _, t := range f.Cards[0].Tags {
		if !came[t] {
			tags = append(tags, tag(t))
		}
	}
	return tags
}
