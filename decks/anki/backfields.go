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
	places, html := settled(origin.Places, f), n.parts()
	fields, inner := map[int]string{}, map[int]string{}
	for i := range places {
		p := &places[i]
		if p.Sum == origin.said(p.Part) {
			continue
		}
		field, text, err := e.within(writer, f, origin, kept, p)
		switch {
		case err != nil:
			return nil, err
		case field != noField:
			inner[field] = text
			continue
		case p.Field == noField && origin.said(p.Part) == "": // Anki has no place for it, and may show it with another
			p.Field = homeOf(p.Part, places)
		}
		switch {
		case p.Field == noField && origin.covered():
			return nil, fmt.Errorf("its %s shows a covered part of a picture, which Anki makes: only words that stand in one field of its note go home; edit it in Anki", p.Part.Name())
		case p.Field == noField:
			return nil, fmt.Errorf("its %s is made of several fields of its note, or of words of the template, and the edit is not clearly in one of them; edit it in Anki", p.Part.Name())
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
	writer.media.keepNamed(fields)
	return fields, nil
}

// within is the field that an edited part is in with something else, and what that field says
// now; noField where there is none.
func (e *editedFact) within(writer *noteMaker, f *decks.Fact, origin *Origin, kept KeptNote, p *Place) (int, string, error) {
	page := page{media: writer.media, dir: path.Dir(f.File)}
	switch was := origin.text(p.Part); {
	case p.Field != noField && p.Part == Front && origin.Cloze:
		text, shared, err := origin.sharedSentence(f, kept.field(p.Field))
		if err != nil || !shared {
			return noField, "", err
		}
		var numbers []int
		for _, d := range syntax.Deletions(text) {
			numbers = append(append(numbers, d.Number), d.More...)
		}
		return p.Field, page.cloze(text, numbers), nil
	case p.Field == noField && was != "":
		for _, media := range mediaFolders(f.File) {
			if field, text, ok := innerEdit(was, partText(&f.Cards[0], p.Part), kept, p.Of, media); ok {
				return field, page.html(text), nil
			}
		}
	}
	return noField, "", nil
}

// mediaFolders are the folders in which the pictures of an imported deck file may be: one of
// its own, where it was named as a file.
func mediaFolders(file string) []string {
	return []string{"media/", syntax.DeckWord(strings.TrimSuffix(path.Base(file), ".md")) + "-media/"}
}

// note makes the one note of a fact that its origin can be.
func (o *Origin) note(writer *noteMaker, f *decks.Fact) (*note, error) {
	notes, err := writer.notes(f)
	switch {
	case err != nil:
		return nil, err
	case o.covered() && len(notes) == 1 && !notes[0].cloze:
		return notes[0], nil
	case len(notes) == 0 || notes[0].cloze != o.Cloze:
		return nil, errors.New("no note with deletions becomes one without in Anki, or the other way round; write a fact of its own")
	case !o.Cloze && len(f.Cards) > max(len(o.Cards), 1):
		return nil, errors.New("its note has no place for more cards; write a fact of its own")
	}
	return notes[0], nil
}

// covered reports whether a fact is of a covered part of a picture, which is a deletion to Anki.
func (o *Origin) covered() bool {
	return o.Cloze && len(o.Cards) == 1 && !strings.HasPrefix(o.Cards[0].Name, "cloze-")
}

// innerEdit finds the one field that was edited in a text that several make together:
// before and after it nothing is. Of are those that make it. It returns what the field says now.
func innerEdit(was, is string, kept KeptNote, of []int, media string) (field int, text string, ok bool) {
	if was == "" || is == "" {
		return 0, "", false
	}
	start, end := edited(was, is)
	found := noField
	for _, i := range of {
		if i >= len(kept.Fields) {
			break
		}
		said := asCompiled(newConverter(media).markdown(kept.Fields[i], false))
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
	return compiled(line{key: syntax.Question, value: strings.TrimSpace(text)}, line{key: syntax.Answer, value: "—"}).Prompt
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
	o.Places = settled(before.Places, f)
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
