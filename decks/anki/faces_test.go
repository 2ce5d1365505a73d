package anki

import (
	"strings"
	"testing"
)

// imported is the text of the facts that a note becomes; ordinals are its cards.
func imported(t *testing.T, kind foreignType, tags []string, fields map[string]string, ordinals ...int) string {
	t.Helper()
	im := newImporter(ImportOptions{Media: "media/"})
	n := foreignNote{guid: "g", kind: &kind, tags: tags}
	for _, name := range kind.fields {
		n.fields = append(n.fields, fields[name])
	}
	for _, o := range ordinals {
		n.cards = append(n.cards, foreignCard{ordinal: o, deck: "A::B"})
	}
	im.note(n)
	var all strings.Builder
	result := im.finish()
	compileAny(t, result)
	for _, f := range result.DeckFiles {
		_, facts, _ := strings.Cut(string(f.Text)[4:], "---\n\n")
		all.WriteString(facts)
	}
	for _, l := range result.Losses {
		all.WriteString("lost: " + l.Kind + "\n")
	}
	return all.String()
}

// TestFaces holds what cards become of what templates show: what is typed is compared
// with one field, and what the back says beside the answer is not lost.
func TestFaces(t *testing.T) {
	type fields = map[string]string
	for name, test := range map[string]struct {
		question, answer string
		fields           fields
		want             string
	}{
		"typed, with more on the back": {
			"{{Front}}<br>{{type:Word}}", "{{FrontSide}}<hr id=answer>{{type:Word}}<br>{{Extra}}",
			fields{"Front": "house (de)", "Word": "Haus", "Extra": "das Haus, die Häuser [sound:haus.mp3]"},
			"Q: house (de)\nA: Haus\nNote: das Haus, die Häuser [haus.mp3](media/haus.mp3)\nType: typed\n",
		},
		"typed, without a rule": {
			"{{Front}} {{type:Word}}", "{{Front}}: {{type:Word}}", fields{"Front": "tree (de)", "Word": "Baum"},
			"Q: tree (de)\nA: Baum\nType: typed\n",
		},
		"typed, compared within what repeats the question": {
			"{{Front}}{{type:Word}}", "{{FrontSide}}<hr id=answer>{{Extra}}", fields{"Front": "ka", "Word": "カ", "Extra": "[sound:ka.mp3]"},
			"Q: ka\nA: カ\nNote: [ka.mp3](media/ka.mp3)\nType: typed\n",
		},
		"typed without accents, sound and lines": {
			"{{Front}}{{type:nc:Word}}", "{{FrontSide}}<hr id=answer>{{Word}}", fields{"Front": "f", "Word": "<b>Ünï</b><br>x [sound:a.mp3]"},
			"Q: f\nA: **Ünï** x\nNote: **Ünï**\\\n  x [a.mp3](media/a.mp3)\nType: typed\n",
		},
		"nothing to compare with": {
			"{{Front}}{{type:Word}}", "{{FrontSide}}<hr id=answer>{{Extra}}", fields{"Front": "f", "Extra": "e"},
			"Q: f\nA: e\n",
		},
		"only the back would compare": {
			"{{Front}}", "{{FrontSide}}<hr id=answer>{{type:Word}}{{Extra}}", fields{"Front": "f", "Word": "w", "Extra": "e"},
			"Q: f\nA: e\n",
		},
		"above the rule": {
			"{{kanji:Front}}", "{{furigana:Front}}<hr id=answer>{{Word}}", fields{"Front": "日本[にほん]に", "Word": "to Japan"},
			"Q: 日本に\nA: to Japan\nNote: 日本（にほん）に\n",
		},
		"only above the rule": {
			"{{Front}}", "{{Word}}<hr id=answer>{{FrontSide}}", fields{"Front": "f", "Word": "w"},
			"Q: f\nA: w\n",
		},
		"above the rule is the question with other markup": {
			"<b>{{Front}}</b>", "<i>{{Front}}</i><br>{{Extra}}<hr id=answer>{{Word}}", fields{"Front": "f", "Word": "w", "Extra": "e"},
			"Q: **f**\nA: w\nNote: e\n",
		},
		"no rule": {
			"{{Front}}", "{{Front}}<br><br>{{Word}}", fields{"Front": "f", "Word": "w"},
			"Q: f\nA: w\n",
		},
		"a word that begins as the question does": {
			"{{Front}}", "{{Word}}", fields{"Front": "form", "Word": "formula"},
			"Q: form\nA: formula\n",
		},
		"what Anki says of the card": {
			"{{Front}}", "{{Deck}} {{Subdeck}} {{Tags}} {{Type}} {{Card}} {{CardFlag}}", fields{"Front": "f"},
			"Q: f\nA: A::B B t1 t2 Kind One flag0\nTags: t1 t2\n",
		},
		"a field that has the name of what Anki says": {
			"{{Front}}", "{{Type}} {{Card}}", fields{"Front": "f", "Type": "verb"},
			"Q: f\nA: verb One\n",
		},
		"a sound behind an exclamation mark": { // together they would be a picture
			"{{Front}}", "{{Word}}", fields{"Front": "Waitress![sound:w.mp3]", "Word": "here!<a href=\"https://example.org/\">x</a>"},
			"Q: Waitress! [w.mp3](media/w.mp3)\nA: here! [x](https://example.org/)\n",
		},
		"the same letters with other signs": {
			"{{Front}}{{type:Word}}", "{{FrontSide}}<hr id=answer>{{Word}}<br>{{Extra}}", fields{"Front": "(so)", "Word": "Somalia", "Extra": "/so.ma.li.a/"},
			"Q: (so)\nA: Somalia\nNote: /so.ma.li.a/\nType: typed\n",
		},
		"sections of fields and of what Anki says": {
			"{{Front}}{{#Tags}}!{{/Tags}}{{^Extra}}?{{/Extra}}{{#c1}}no{{/c1}}", "{{Word}}", fields{"Front": "f", "Word": "w"},
			"Q: f!?\nA: w\nTags: t1 t2\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			kind := foreignType{id: 1, name: "Kind", fields: []string{"Front", "Word", "Extra"}, templates: []template{{"One", test.question, test.answer}}}
			if _, has := test.fields["Type"]; has {
				kind.fields = append(kind.fields, "Type")
			}
			var tags []string
			if strings.Contains(test.want, "Tags:") {
				tags = []string{"t1", "t2"}
			}
			lines, typed := strings.CutSuffix(test.want, "Type: typed\n")
			want := lines + "Id: " + noteID("g") + "\n"
			if typed {
				want += "Type: typed\n"
			}
			if got := imported(t, kind, tags, test.fields, 0); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// TestClozeFaces holds what facts become of the cards of deletions.
func TestClozeFaces(t *testing.T) {
	const text = "A {{c1::one}} and {{c2::two::hint}}."
	for name, test := range map[string]struct{ question, answer, want string }{
		"all alike": {
			"{{cloze:Text}}", "{{cloze:Text}}<br>{{More}}",
			"C: A {{1::one}} and {{2::two::hint}}.\nNote: more\nId: ID\n",
		},
		"sections of single cards": {
			"{{cloze:Text}}{{#c1}}<br>only the first{{/c1}}", "{{cloze:Text}}{{#c2}}<br>{{More}}{{/c2}}",
			"C: A {{1::one}} and two.\\\n  only the first\nId: ID\n\nC: A one and {{2::two::hint}}.\nNote: more\nId: ID-2\n",
		},
		"sections that say the same": {
			"{{#c1}}{{cloze:Text}}{{/c1}}{{#c2}}{{cloze:Text}}{{/c2}}", "{{cloze:Text}}",
			"C: A {{1::one}} and {{2::two::hint}}.\nId: ID\n",
		},
		"typed": {
			"{{cloze:Text}} {{type:cloze:Text}}", "{{cloze:Text}} {{type:cloze:Text}}<br>{{More}}",
			"C: A {{1::one}} and {{2::two::hint}}.\nNote: more\nId: ID\nType: typed\n",
		},
		"only typed": {
			"{{type:cloze:Text}}", "{{type:cloze:Text}}<br>{{More}}",
			"C: A {{1::one}} and {{2::two::hint}}.\nNote: more\nId: ID\nType: typed\n",
		},
		"a second field that only the answer shows": {
			"{{cloze:Text}}", "{{cloze:Text}}<br>{{cloze:Also}}",
			"C: A {{1::one}} and {{2::two::hint}}.\nNote: x y\nId: ID\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			kind := foreignType{id: 1, name: "Kind", cloze: true, fields: []string{"Text", "More", "Also"}, templates: []template{{"One", test.question, test.answer}}}
			want := strings.ReplaceAll(test.want, "ID", noteID("g"))
			if got := imported(t, kind, nil, map[string]string{"Text": text, "More": "more", "Also": "{{c1::x}} {{c2::y::h}}"}, 0, 1); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// TestDrawingsAreNotRead holds that what is within a drawing costs nothing.
func TestDrawingsAreNotRead(t *testing.T) {
	if got := emptyDrawings("a<svg x><path/><text>b</text></svg>c<svg>d"); got != "a<svg></svg>c<svg>d" {
		t.Error(got)
	}
}
