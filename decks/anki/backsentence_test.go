package anki

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestEditsOfSplitNotes edits facts of notes of which each card became a fact of its own:
// sentences with sections of single cards, and covered pictures. What lies in one field goes
// into that field, with all that the fact does not say of it.
func TestEditsOfSplitNotes(t *testing.T) {
	cloze := foreignType{id: 1, number: "1", name: "Conjugation", cloze: true, fields: []string{"Text", "One", "Two"},
		templates: []template{{"Cloze", "{{cloze:Text}}", "{{cloze:Text}}<hr>{{#c1}}{{One}}{{/c1}}{{#c2}}{{Two}}{{/c2}}"}}}
	verbs := []string{"<i>Yo</i> {{c1::hablo::form}}, tú {{c2::<b>hablas</b>}}, él {{c1,2::habla}}.", "first", "second"}
	occluded := foreignType{id: 2, number: "2", name: "Image Occlusion", cloze: true,
		fields: []string{"Occlusion", "Image", "Header", "Back Extra", "Comments"},
		templates: []template{{"Image Occlusion",
			"{{#Header}}<div>{{Header}}</div>{{/Header}}<div style=\"display: none\">{{cloze:Occlusion}}</div><div>{{Image}}</div>",
			"{{#Header}}<div>{{Header}}</div>{{/Header}}<div style=\"display: none\">{{cloze:Occlusion}}</div><div>{{Image}}</div>{{#Back Extra}}<div>{{Back Extra}}</div>{{/Back Extra}}"}}}
	covers := "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}{{c2::image-occlusion:rect:left=.5:top=.1:width=.2:height=.2}}"
	skull := []string{covers, `<img src="skull.png">`, "<b>Skull</b> from above", "see <u>atlas</u>", ""}
	bare := []string{covers, `<img src="skull.png">`, "", "", ""}
	for _, test := range []struct {
		kind     foreignType
		fields   []string
		fact     int
		from, to string // in the deck file
		field    int
		want     string // of the field; empty: left out
	}{
		{cloze, verbs, 0, "tú", "vos", 0, "<i>Yo</i> {{c1::hablo::form}}, vos {{c2::<b>hablas</b>}}, él {{c1,2::habla}}."},
		{cloze, verbs, 0, "hablas", "hablás", 0, "<i>Yo</i> {{c1::hablo::form}}, tú {{c2::<b>hablás</b>}}, él {{c1,2::habla}}."},
		{cloze, verbs, 1, "hablo", "platico", 0, "<i>Yo</i> {{c1::platico::form}}, tú {{c2::<b>hablas</b>}}, él {{c1,2::habla}}."},
		{cloze, verbs, 0, "tú **hablas**", "vos **hablás**", 0, ""},
		{cloze, verbs, 0, "{{1::hablo::form}}", "{{1::digo::form}}", 0, "<i>Yo</i> {{c1::digo::form}}, tú {{c2::<b>hablas</b>}}, él {{c1,2::habla}}."},
		{cloze, verbs, 0, "first", "uno", 1, "uno"},
		{cloze, verbs, 1, "second", "dos", 2, "dos"},
		{occluded, skull, 0, "from above", "from below", 2, "<b>Skull</b> from below"},
		{occluded, skull, 1, "Note: see", "Note: look at", 3, "look at <i>atlas</i>"},
		{occluded, bare, 0, "A:", "Note: frontal\nA:", 3, "frontal"},
		{occluded, skull, 0, "\nA: ![", "\nA: head ![", 1, ""},
		{occluded, skull, 0, "what is covered", "something", 2, ""},
	} {
		name := fmt.Sprintf("%s: %s → %s", test.kind.name, test.from, test.to)
		im := newImporter(ImportOptions{Media: "media/"})
		im.note(foreignNote{guid: "g", named: test.kind.number, kind: &test.kind, fields: test.fields,
			cards: []foreignCard{{ordinal: 0, deck: "d"}, {ordinal: 1, deck: "d"}}})
		result := im.finish()
		d, home := came(t, result)
		if rows, report := back(t, d, home); len(rows.rows) > 0 || len(report.Refused) > 0 || report.Same != 2 {
			t.Errorf("%s: as they came %q go home, %v", name, rows.rows, report.Refused)
		}
		facts := strings.Split(string(result.DeckFiles[0].Text), "\nId: ")
		was := facts[test.fact]
		if facts[test.fact] = strings.Replace(was, test.from, test.to, 1); facts[test.fact] == was {
			t.Errorf("%s: not in\n%s", name, was)
		}
		result.DeckFiles[0].Text = []byte(strings.Join(facts, "\nId: "))
		now, _ := came(t, result)
		rows, report := back(t, now, home)
		if test.want == "" {
			if len(rows.rows) > 0 || len(report.Refused) != 1 {
				t.Errorf("%s: %q go home, %v", name, rows.rows, report.Refused)
			}
			continue
		}
		want := slices.Clone(test.fields[:test.field+1])
		want[test.field] = test.want
		if len(rows.rows) != 1 || !slices.Equal(rows.rows[0][3:], want) || len(report.Media) > 0 {
			t.Errorf("%s:\ngot  %q\nwant %q\n%v %v", name, rows.rows, want, report.Refused, report.Media)
		}
	}
}

// TestOwnSentence holds that an edit is made in the place that it has among other
// cards' deletions.
func TestOwnSentence(t *testing.T) {
	const full = "{{1::a}} b {{2::c::h}}{{3::d}} e {{c3,1::f::g}}"
	cards := []OriginCard{{Ordinal: 0}}
	own, _ := ownSentence(full, cards)
	if own != "{{1::a}} b cd e {{1::f::g}}" {
		t.Fatal(own)
	}
	for is, want := range map[string]string{
		"{{1::a}} bb cd e {{1::f::g}}":       "{{1::a}} bb {{2::c::h}}{{3::d}} e {{c3,1::f::g}}",
		"{{1::a}} b xd e {{1::f::g}}":        "{{1::a}} b {{2::x::h}}{{3::d}} e {{c3,1::f::g}}",
		"{{1::a}} b cx e {{1::f::g}}":        "{{1::a}} b {{2::c::h}}{{3::x}} e {{c3,1::f::g}}",
		"{{1::a}} b c e {{1::f::g}}":         "{{1::a}} b {{2::c::h}}{{3::}} e {{c3,1::f::g}}",
		"{{1::a}} b cd e! {{1::f::g}}":       "{{1::a}} b {{2::c::h}}{{3::d}} e! {{c3,1::f::g}}",
		"{{1::a}} b x e {{1::f::g}}":         "",
		"{{1::é}} b cd e {{1::f::g}}":        "{{1::é}} b {{2::c::h}}{{3::d}} e {{c3,1::f::g}}",
		"new":                                "",
		"{{1::a}} {{4::b}} cd e {{1::f::g}}": "",
		"{{1::a}} b cd e {{1::ff::g}}":       "{{1::a}} b {{2::c::h}}{{3::d}} e {{c3,1::ff::g}}",
		"{{1::a}} b cd e {{2::f::g}}":        "",
	} {
		if got, ok := inPiece(full, is, cards); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, want %q", is, got, want)
		}
	}
}

// TestEditAmongDeletions holds that what is made of a field says to its card what its
// author wrote, and to the other cards that too, in place of what was there.
func TestEditAmongDeletions(t *testing.T) {
	pieces := []string{"a", "bb", " ", "é", "日本", "{{1::x}}", "{{2::y::hint}}", "{{3::zz}}", "{{c1,2::both}}", "{{c2,3::others}}", "::", "}"}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, most int) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, most).Draw(t, name), "")
		}
		full := "w" + draw("field", 8)
		cards := []OriginCard{{Ordinal: rapid.IntRange(0, 2).Draw(t, "card")}}
		own, _ := ownSentence(full, cards)
		at := rapid.IntRange(0, len(own)).Draw(t, "from")
		to := min(len(own), at+rapid.IntRange(0, 4).Draw(t, "bytes"))
		is := own[:at] + rapid.SampledFrom([]string{"", "new", "日", "x y"}).Draw(t, "edit") + own[to:]
		if !utf8.ValidString(is) {
			t.Skip("half a sign")
		}
		text, ok := inPiece(full, is, cards)
		if !ok {
			return
		}
		if got, _ := ownSentence(text, cards); got != is {
			t.Fatalf("of %q was made %q, which says %q, not %q", full, text, got, is)
		}
		if len(text)-len(full) != len(is)-len(own) {
			t.Fatalf("of %q was made %q for %q", full, text, is)
		}
	})
}
