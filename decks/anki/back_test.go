package anki

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/memfs"
)

// came compiles what was imported, with its home.
func came(t interface{ Fatalf(string, ...any) }, im *Import) (*decks.Deck, Home) {
	files := memfs.Files{}
	for _, f := range im.DeckFiles {
		files[f.Name] = f.Text
	}
	c, err := decks.Compile(files)
	if err != nil || len(c.Decks) != 1 {
		t.Fatalf("%v, %d decks", err, len(c.Decks))
	}
	d := c.Decks[0]
	var origins []Origin
	for _, o := range im.Origins {
		for i := range d.Facts {
			if d.Facts[i].Key == o.Fact {
				o.Settle(&d.Facts[i])
				origins = append(origins, o)
			}
		}
	}
	var text, notes bytes.Buffer
	if err := WriteOrigins(&text, slices.Values(origins)); err != nil {
		t.Fatalf("%v", err)
	}
	notes.Write(im.Kept[d.Name])
	read, err := ReadOrigins(&text)
	if err != nil {
		t.Fatalf("%v", err)
	}
	kept, err := ReadKept(&notes)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return d, Home{read, kept}
}

// back sends a deck home.
func back(t interface{ Fatalf(string, ...any) }, d *decks.Deck, home Home) (*table, BackReport) {
	var out bytes.Buffer
	report, err := WriteBack(&out, BackOptions{Homes: map[string]Home{d.Name: home}}, foreign.Of(d))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if out.Len() == 0 {
		return &table{}, report
	}
	rows, err := readTable(out.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	return rows, report
}

// someHTML are pieces of fields, most of which no fact can hold.
var someHTML = []string{"word", "H<sub>2</sub>O", "10<sup>-3</sup>", `<span style="color:red">red</span>`, "&nbsp;", "<br>", " ",
	"<u>under</u>", "<table><tr><td>a</td><td>b</td></tr></table>", `<img src="a b.png">`, "[sound:x.mp3]", `\(x^2\)`, "<ul><li>a</li><li>b</li></ul>",
	"日本", "e\u0301", `"quoted"`, "<div>x</div>", "{{x}}", "\t", "\n", `\t`, "</b>", "<!-- no -->", "<script>1</script>", "#", "'"}

// TestBackChangesOnlyWhatWasEdited holds, for notes of any HTML, that nothing goes
// home of a deck as it came, and that of one that was edited each field that was not
// goes as Anki has it.
func TestBackChangesOnlyWhatWasEdited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text bytes.Buffer
		text.WriteString("#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n")
		raw := map[string][]string{}
		for i := range rapid.IntRange(1, 5).Draw(t, "notes") {
			field := func(name string) string {
				return "w" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(someHTML), 0, 5).Draw(t, name), "")
			}
			guid := fmt.Sprintf("guid %d", i)
			raw[guid] = []string{field("front"), field("back")}
			kind := rapid.SampledFrom([]string{"Basic", "Basic (and reversed card)", "Basic (type in the answer)"}).Draw(t, "type")
			row := []string{guid, kind, "deck", raw[guid][0], raw[guid][1], rapid.SampledFrom([]string{"", "[a],b", "x y"}).Draw(t, "tags")}
			for i, cell := range row {
				row[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			text.WriteString(strings.Join(row, "\t") + "\n")
		}
		im, err := ReadText(&text, ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if im.Notes == 0 {
			t.Skip("no note can be asked")
		}
		d, home := came(t, im)
		if rows, report := back(t, d, home); len(rows.rows) > 0 || len(report.Refused) > 0 || report.Same != len(d.Facts) {
			t.Fatalf("of %d facts as they came, %q go home, and %v do not", len(d.Facts), rows.rows, report.Refused)
		}
		f := &d.Facts[rapid.IntRange(0, len(d.Facts)-1).Draw(t, "fact")]
		c := &f.Cards[0]
		at := 1
		if c.Kind != decks.Recall || rapid.Bool().Draw(t, "in the question") {
			c.Prompt, at = "edited", 0
		} else {
			c.Answer = "edited"
		}
		rows, report := back(t, d, home)
		if len(rows.rows)+len(report.Refused) != 1 {
			t.Fatalf("one fact was edited, and %q go home, %v do not", rows.rows, report.Refused)
		}
		for _, no := range report.Refused {
			if !strings.Contains(no.Err.Error(), "is made of several fields") {
				t.Fatal(no.Err)
			}
		}
		for _, row := range rows.rows {
			want := slices.Clone(raw[row[0]])
			want[at] = "edited"
			if got := row[3:]; !slices.Equal(got, want[:len(got)]) || len(got) != at+1 {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})
}

// TestInnerEdit holds where an edit within a text of several fields belongs.
func TestInnerEdit(t *testing.T) {
	kept := KeptNote{Fields: []string{"go", "to go", "ging", "gehen<br>laufen", "x"}}
	const was = "**ging**\\\ngehen\\\nlaufen (x)"
	for _, c := range []struct {
		is    string
		field int
		text  string
	}{
		{"**gang**\\\ngehen\\\nlaufen (x)", 2, "gang"},
		{"**ging**\\\ngehen\\\nschnell laufen (x)", 3, "gehen\\\nschnell laufen"},
		{"**ging**\\\ngehen\\\nlaufen (yy)", 4, "yy"},
		{"**gang**\\\ngehen\\\nlaufen (y)", noField, ""},    // in two
		{"*ging*\\\ngehen\\\nlaufen (x)", noField, ""},      // around one
		{"**ging**\\\ngehen\\\nlaufen (x) zz", noField, ""}, // behind all
		{"**ging**\\\n(x)", noField, ""},                    // all of one, with what is around
		{"**ging**\\\ngehen\\\nlaufen ()", noField, ""},     // nothing is left of it
		{"new", noField, ""},
	} {
		field, text, ok := innerEdit(was, c.is, kept, []int{2, 3, 4}, "media/")
		if ok != (c.field != noField) || ok && (field != c.field || text != c.text) {
			t.Errorf("%q: field %d says %q, %v, want field %d, %q", c.is, field, text, ok, c.field, c.text)
		}
	}
	for _, fields := range [][]string{{"go", "go"}, {"go"}} {
		if _, _, ok := innerEdit("go (go)", "went (go)", KeptNote{Fields: fields}, []int{0, 1}, "media/"); ok {
			t.Errorf("of two places that say the same one was chosen: %q", fields)
		}
	}
}

// TestInnerEditWithPictures edits beside a picture, whose folder is the deck file's own
// where the import named one.
func TestInnerEditWithPictures(t *testing.T) {
	kind := foreignType{id: 1, number: "1", name: "Word", fields: []string{"Front", "Back", "Example"},
		templates: []template{{"Card", "{{Front}}", "{{Back}}<br>Such as: {{Example}}"}}}
	fields := []string{"oasis", `<img src="an oasis.png"> with <u>palms</u>`, "a rest"}
	for file, media := range map[string]string{"d.md": "media/", "dry lands.md": "dry-lands-media/"} {
		im := newImporter(ImportOptions{Media: media})
		im.note(foreignNote{guid: "g", named: "1", kind: &kind, fields: fields, cards: []foreignCard{{deck: "d"}}})
		result := im.finish()
		result.DeckFiles[0].Name = file
		_, home := came(t, result)
		text := string(result.DeckFiles[0].Text)
		edited := strings.Replace(text, "with", "under", 1)
		result.DeckFiles[0].Text = []byte(edited)
		d, _ := came(t, result)
		rows, report := back(t, d, home)
		want := []string{"oasis", `<img src="an oasis.png"> under <i>palms</i>`}
		if len(rows.rows) != 1 || !slices.Equal(rows.rows[0][3:], want) || len(report.Media) > 0 {
			t.Errorf("%s: %q, %v, %v of\n%s", file, rows.rows, report.Refused, report.Media, edited)
		}
	}
}

// TestCompose holds what becomes of parts for which a note has no field.
func TestCompose(t *testing.T) {
	places := []Place{{Part: Front, Field: 0, Sum: "f"}, {Part: Back, Field: 1, Sum: "b"}, {Part: Extra, Field: 1, Sum: "e"}}
	html := map[Part]string{Front: "front", Back: "back", Extra: "extra"}
	kept := KeptNote{Fields: []string{"<i>front</i>", "<i>back</i>"}}
	for _, c := range []struct {
		came []Place
		kept KeptNote
		want string
	}{
		{[]Place{{Part: Back, Field: 1, Sum: "b"}}, kept, "<i>back</i><div>extra</div>"},                               // the note is new
		{[]Place{{Part: Back, Field: 1, Sum: "was"}}, kept, "back<div>extra</div>"},                                    // both are
		{[]Place{{Part: Back, Field: 1, Sum: "b"}, {Part: Extra, Field: 1, Sum: "was"}}, kept, "back<div>extra</div>"}, // it stood there already
		{[]Place{{Part: Back, Field: 1, Sum: "b"}}, KeptNote{Fields: []string{"x", ""}}, "extra"},                      // there was nothing
	} {
		if got := compose(1, places, &Origin{Places: c.came}, html, c.kept); got != c.want {
			t.Errorf("%v: got %q, want %q", c.came, got, c.want)
		}
	}
}

// TestTagsBesideLongerRows edits the tags of one note, and a field of another that lies further
// back: the fields of the first are not emptied by the cells before its tags.
func TestTagsBesideLongerRows(t *testing.T) {
	text := "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n" +
		"one\tBasic\tdeck\tfront\t<u>back</u>\ta\ntwo\tBasic\tdeck\tsecond\tas it came\tb\n"
	im, err := ReadText(strings.NewReader(text), ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d, home := came(t, im)
	d.Facts[0].Cards[0].Tags = []string{"a", "new"}
	d.Facts[1].Cards[0].Answer = "edited"
	rows, _ := back(t, d, home)
	want := [][]string{{"one", "Basic", "deck", "front", "<u>back</u>", "a new"}, {"two", "Basic", "deck", "second", "edited"}}
	if !slices.EqualFunc(rows.rows, want, slices.Equal[[]string]) {
		t.Errorf("got %q, want %q", rows.rows, want)
	}
}

// FuzzKept holds that notes come back as they were kept, whatever they say, and that no
// file of a stranger's does more than fail.
func FuzzKept(f *testing.F) {
	f.Add("guid", "a tag", "<b>x</b>", "line\nline\ttab\\n\r")
	f.Add("#guid", "", "", "\\")
	f.Fuzz(func(t *testing.T, guid, tags, first, second string) {
		if _, err := ReadKept(strings.NewReader(tags)); err == nil {
			_, err = ReadOrigins(strings.NewReader(tags))
			_ = err
		}
		if keptKey(guid) == "" || strings.Contains(keptKey(guid), "\t") || !utf8.ValidString(guid) {
			t.Skip()
		}
		n := KeptNote{Tags: strings.Fields(tags), Fields: []string{first, second}}
		var out bytes.Buffer
		origins := []Origin{{GUID: guid}, {GUID: guid}}
		if err := WriteKept(&out, KeptNotes{keptKey(guid): n.line()}, slices.Values(origins)); err != nil {
			t.Fatal(err)
		}
		notes, err := ReadKept(&out)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := notes.Note(guid); !ok || !got.Same(n) {
			t.Errorf("kept %q, got %q", n, got)
		}
	})
}

// TestKeptNotesHaveALimit holds that a note whose cards lie in many decks does not fill
// a disk with what is kept of it in each.
func TestKeptNotesHaveALimit(t *testing.T) {
	im := newImporter(ImportOptions{})
	n := foreignNote{guid: "g", fields: []string{strings.Repeat("x", 1<<20)}}
	for i := range leastText >> 20 {
		im.keep(n, im.deckFile(fmt.Sprint("deck ", i)))
	}
	if err := im.checkSize(1 << 20); err == nil {
		t.Error("it is kept without a limit")
	}
}

// TestCoveredPictureStaysOut edits a fact that Anki makes of a covered picture: it is
// left out with the reason, and its picture is not said to be copied.
func TestCoveredPictureStaysOut(t *testing.T) {
	c, err := decks.Compile(memfs.Files{"d.md": []byte("---\ndeck: d\n---\n\nQ: new head ![a](media/a.png)\nA: b\nId: x\n")})
	if err != nil || len(c.Decks) != 1 {
		t.Fatal(c.Broken, err)
	}
	kept, err := ReadKept(strings.NewReader("g\t\tcover\thead\n"))
	if err != nil {
		t.Fatal(err)
	}
	origin := Origin{Deck: "d", Fact: "x", GUID: "g", Notetype: "1", Cloze: true, Sum: "another",
		Cards: []OriginCard{{Name: "card"}}, Places: []Place{{Part: Front, Field: noField, Sum: "another"}}}
	rows, report := back(t, c.Decks[0], Home{map[string]Origin{"x": origin}, kept})
	if len(report.Refused) != 1 || !strings.Contains(report.Refused[0].Err.Error(), "covered part of a picture") {
		t.Errorf("refused: %v", report.Refused)
	}
	if len(report.Media) != 0 || rows != nil && len(rows.rows) != 0 {
		t.Errorf("copied: %v, rows %v", report.Media, rows)
	}
}
