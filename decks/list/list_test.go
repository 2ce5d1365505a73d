package list_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/list"
)

// sure answers no question, and remembers what was not certain.
type sure struct{ unsure []string }

func (s *sure) show(g foreign.Guess) error {
	s.unsure = g.Unsure
	return nil
}

func read(text string, flags foreign.Flags) (*foreign.Reading, []string, error) {
	s := &sure{}
	r, err := list.CSV.Read(strings.NewReader(text), foreign.ReadOptions{File: "x.csv", Flags: flags, Show: s.show})
	return r, s.unsure, err
}

// deckText is the deck file that a reading makes.
func deckText(t interface{ Fatal(...any) }, r *foreign.Reading) string {
	var b bytes.Buffer
	r.Decks[0].Name = "x"
	if err := factfile.WriteWith(&b, r.Decks[0], r.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// cards are those of a reading, as question=answer.
func cards(t interface{ Fatal(...any) }, r *foreign.Reading) (all []string, facts []decks.Fact) {
	text := deckText(t, r)
	c, err := decks.Compile(fstest.MapFS{"x.md": {Data: []byte(text)}})
	if err != nil || len(c.Broken) > 0 {
		var b bytes.Buffer
		decks.Render(&b, c.Diagnostics)
		t.Fatal(fmt.Sprint("does not compile: ", err, "\n", b.String(), text))
	}
	for _, d := range c.Decks {
		facts = append(facts, d.Facts...)
		for _, f := range d.Facts {
			for _, c := range f.Cards {
				all = append(all, factfile.Plain(c.Prompt)+"="+factfile.Plain(c.Answer))
			}
		}
	}
	slices.Sort(all)
	return all, facts
}

// A list becomes a table as an author would write it.
func TestTable(t *testing.T) {
	r, unsure, err := read("Vokabel;Bedeutung;Lektion;Tags\nHaus;house|home;1;noun, neuter gender\n\"das {x};\";\"the \"\"x\"\"\";2;\n", foreign.Flags{"both": "true"})
	if err != nil || len(unsure) > 0 || len(r.Left) > 0 {
		t.Fatal(err, unsure, r.Left)
	}
	const want = `---
deck: x
---

| id    | Vokabel  | Bedeutung   | Lektion | tags               |
|-------|----------|-------------|---------|--------------------|
| haus  | Haus     | house\|home | 1       | noun neuter-gender |
| das-x | das {x}; | the "x"     | 2       |                    |

Q: {Vokabel}
A: {Bedeutung}

Q: {Bedeutung}
A: {Vokabel}
`
	if diff := cmp.Diff(want, deckText(t, r)); diff != "" {
		t.Error(diff)
	}
	if got, _ := cards(t, r); !slices.Equal(got, []string{"Haus=house|home", "das {x};=the \"x\"", "house|home=Haus", "the \"x\"=das {x};"}) {
		t.Errorf("%q", got)
	}
	if want := []string{"in the table, but on no card: Lektion"}; !slices.Equal(r.Remarks, want) {
		t.Errorf("remarks %q, want %q", r.Remarks, want)
	}
}

// A title above the list is not a fact, and columns without a cell are not in the table.
func TestTitlesAndEmptyColumns(t *testing.T) {
	r, unsure, err := read("Unit 5;;;\n;;;\nWord;Meaning;;\nchien;dog;;\nchat;cat;;\n;;;\n", nil)
	if err != nil || len(unsure) > 0 {
		t.Fatal(err, unsure)
	}
	if len(r.Left) != 1 || r.Left[0].Line != 1 || r.Left[0].Text != "Unit 5" || !r.Left[0].Part {
		t.Errorf("left out: %+v", r.Left)
	}
	if got, _ := cards(t, r); !slices.Equal(got, []string{"chat=cat", "chien=dog"}) || len(r.Remarks) > 0 {
		t.Errorf("%q %q", got, r.Remarks)
	}
	r, _, err = read("chien;;\nchat;cat;\noiseau;bird;\n", nil)
	if err != nil || len(r.Left) != 1 || r.Left[0].Part {
		t.Errorf("a row without an answer is not a title: %v, %+v", err, r.Left)
	}
}

// A list without a row says so.
func TestNothingInIt(t *testing.T) {
	for text, want := range map[string]string{"\ufeff\n": "the file is empty", "word,meaning\n": "no row below them"} {
		if _, _, err := read(text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// The file of a spreadsheet is told what to do, and no format of archives takes it.
func TestOfficeFiles(t *testing.T) {
	for _, head := range []string{"PK\x03\x04" + strings.Repeat("\x00", 26) + "[Content_Types].xml",
		"PK\x03\x04" + strings.Repeat("\x00", 26) + "mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"} {
		if list.CSV.Sniff([]byte(head)) != foreign.Certain || anki.PackageFormat.Sniff([]byte(head)) != foreign.No {
			t.Errorf("%.40q is not known", head)
		}
		if _, _, err := read(head, nil); err == nil || !strings.Contains(err.Error(), "as CSV (UTF-8)") {
			t.Errorf("%.40q: %v", head, err)
		}
	}
	packed := "PK\x03\x04" + strings.Repeat("\x00", 26) + "collection.anki2"
	if list.CSV.Sniff([]byte(packed)) != foreign.No || anki.PackageFormat.Sniff([]byte(packed)) != foreign.Certain {
		t.Error("a package of Anki's is not known")
	}
}

// A definition of several lines tells terms with definitions from a list.
func TestSniffPairs(t *testing.T) {
	for text, want := range map[string]foreign.Likeness{
		"Question?\t- part 1\n- part 2\nNext\tanswer\n": foreign.Perhaps,
		"part 2\nNext\tanswer\nmore\tx\n":               foreign.No,
		"a\tb\tc\nd\te\n":                               foreign.No,
		"a\tb\nprose\nprose\nd\te\nprose\n":             foreign.No,
		"Some prose.\n":                                 foreign.No,
	} {
		if got := list.SniffPairs([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// What a list does not say is not guessed in silence.
func TestGuesses(t *testing.T) {
	const header, columns = "whether the first row is names of columns", "which column asks and which one answers"
	for _, c := range []struct {
		text   string
		flags  foreign.Flags
		cards  string // "question=answer", with bars between
		unsure []string
	}{
		{"expression,meaning\n会う,\"to meet; to see\"\n青,blue\n", nil, "会う=to meet; to see|青=blue", nil},
		{"front\tback\na, b\tc; d\n", nil, "a, b=c; d", nil},
		{"battle,fought in\nWW I,1914\nWW II,1939\n", nil, "WW I=1914|WW II=1939", []string{header, columns}},
		{"a\tb\nc\td\na\te\n", nil, "a=b|a=e|c=d", []string{columns}},
		{"Haus\thouse\nHund\tdog\n", nil, "Haus=house|Hund=dog", []string{header, columns}},
		{"Haus\thouse\nHund\tdog\n", foreign.Flags{"header": "no", "columns": "front=2,back=1"}, "dog=Hund|house=Haus", nil},
		{"Deutsch;Englisch\nHaus;house\n", nil, "Haus=house", []string{columns}},
		{"Deutsch;Englisch\nHaus;house\n", foreign.Flags{"columns": "front=englisch,back=deutsch"}, "house=Haus", nil},
		{"//Words\n山\t山\tshān\tmountain\n口\t口\tkǒu\tmouth\n木\t木\tmù\ttree\n", nil, "口=kǒu|山=shān|木=mù", []string{columns}},
		{"1949\tBonn\n1990\tBerlin\n", nil, "1949=Bonn|1990=Berlin", []string{columns}},
		{"no,word,meaning,tags,notes\n1,a,b,x y,z\n", nil, "a=b", nil},
		{"What is it? - a thing\nWho is it? - a man\n", nil, "What is it?=a thing|Who is it?=a man", []string{columns}},
		{"sep=;\nword;meaning\na,b;c\n", nil, "a,b=c", nil},
		{"word,meaning\na,\"b\nc\"\n", nil, "a=b\nc", nil},
		{"word,meaning\n\"a,b\n5\" disk,c\n", nil, "\"a=b|5\" disk=c", nil},
		{"word,meaning,\na,b,\n", nil, "a=b", nil},
		{"word,meaning\na,<b>b</b><br>c\n", nil, "a=b\nc", nil},
		{"a#b\nc#d\n", foreign.Flags{"separator": "#", "header": "no", "columns": "front=1,back=2"}, "a=b|c=d", nil},
	} {
		r, unsure, err := read(c.text, c.flags)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		want := strings.Split(c.cards, "|")
		slices.Sort(want)
		if got, _ := cards(t, r); !slices.Equal(got, want) || !slices.Equal(unsure, c.unsure) {
			t.Errorf("%q: %q, unsure %q; want %q, %q", c.text, got, unsure, want, c.unsure)
		}
	}
}

// What one reading settled reads the list the same again, with nothing unsure.
func TestSettled(t *testing.T) {
	for _, text := range []string{"Haus\thouse\tx\nHund\tdog\ty\n", "Deutsch;Englisch\nHaus;house\n", "no,word,meaning,tags,notes\n1,a,b,x y,z\n"} {
		first, _, err := read(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		again, unsure, err := read(text, first.Settled)
		if err != nil || len(unsure) > 0 {
			t.Fatalf("%q: %v, unsure %q with %v", text, err, unsure, first.Settled)
		}
		if diff := cmp.Diff(deckText(t, first), deckText(t, again)); diff != "" {
			t.Error(diff)
		}
	}
}

// Whichever program saved it, the text is the same.
func TestEncodings(t *testing.T) {
	const text = "word,meaning\r\nmûr,ripe\r\nétang,pond – lake\r\n"
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, encode := range map[string]func(string) (string, error){
		"BOM":                   func(s string) (string, error) { return "\ufeff" + s, nil },
		"UTF-16":                utf16.NewEncoder().String,
		"UTF-16 without a mark": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String,
		"old Windows":           charmap.Windows1252.NewEncoder().String,
		"old Mac line ends":     func(s string) (string, error) { return strings.ReplaceAll(s, "\r\n", "\r"), nil },
	} {
		data, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := read(data, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, _ := cards(t, r); !slices.Equal(got, []string{"mûr=ripe", "étang=pond – lake"}) {
			t.Errorf("%s: %q", name, got)
		}
		if said := strings.Join(r.Remarks, ""); strings.Contains(said, "Windows-1252") != (name == "old Windows") {
			t.Errorf("%s: said %q", name, said)
		}
	}
}

// What is lost is named with its place and its reason, and takes nothing with it.
func TestLeft(t *testing.T) {
	r, _, err := read("id,front,back,tags\nx,a,b,\nx,c,,\ny,d\nz,e,f,g,h\nw,a,b,\nv,i,j,k\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range r.Left {
		got = append(got, fmt.Sprint(l, l.Part))
	}
	want := []string{"x.csv:3: its back is empty false", "x.csv:4: its back is empty false", "x.csv:5: this row has 5 cells, and the others have 4 false", "x.csv:6: it says the same as line 2 true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, _ := cards(t, r); !slices.Equal(got, []string{"a=b", "i=j"}) {
		t.Errorf("%q", got)
	}
}

var word = rapid.StringOf(rapid.RuneFrom([]rune("ab äß日 .,;:|'\"\\{}[]()*_`$#<>&=+-@!~1/\n")))

// A list that goes out comes back: the same questions and answers, hints, notes and
// tags, whatever stands in them.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &decks.Deck{Name: "x"}
		seen := map[string]bool{}
		for i := range rapid.IntRange(1, 6).Draw(t, "rows") {
			text := func(name string) string { return factfile.Literal(factfile.Tidy(word.Draw(t, name))) }
			c := decks.Card{Name: "card", Kind: decks.Recall, Prompt: text("front"), Answer: text("back"), Note: text("note"), Hint: text("hint")}
			says := factfile.Plain(c.Prompt) + "\x00" + factfile.Plain(c.Answer)
			if strings.TrimSpace(factfile.Plain(c.Prompt)) == "" || strings.TrimSpace(factfile.Plain(c.Answer)) == "" || seen[says] {
				continue
			}
			seen[says] = true
			d.Facts = append(d.Facts, decks.Fact{Key: fmt.Sprintf("f-%d", i), Cards: []decks.Card{c}})
		}
		if len(d.Facts) == 0 {
			return
		}
		separator := rapid.SampledFrom([]byte(",\t")).Draw(t, "separator")
		var out bytes.Buffer
		left, err := list.Write(&out, separator, foreign.Of(d))
		if err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
		r, unsure, err := read(out.String(), foreign.Flags{"separator": map[byte]string{',': "comma", '\t': "tab"}[separator]})
		if err != nil || len(unsure) > 0 || len(r.Left) > 0 {
			t.Fatalf("%v, unsure %q, left %v\n%s", err, unsure, r.Left, out.String())
		}
		_, facts := cards(t, r)
		words := func(f []decks.Fact) (all []string) {
			for i := range f {
				c := &f[i].Cards[0]
				var one []string
				for _, s := range []string{c.Prompt, c.Answer, c.Note, c.Hint} {
					one = append(one, strings.Join(strings.Fields(factfile.Plain(s)), " "))
				}
				all = append(all, f[i].Key+": "+strings.Join(one, "|"))
			}
			slices.Sort(all)
			return all
		}
		if diff := cmp.Diff(words(d.Facts), words(facts)); diff != "" {
			t.Fatalf("%s\n%s\n%s", diff, out.String(), deckText(t, r))
		}
	})
}

// Every letter of a list is in its deck, or named as left out.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []string
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			cells := strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "cells"), ",")
			rows = append(rows, strings.ReplaceAll(cells, "<", "")) // what HTML does not show is lost by right
		}
		text := strings.Join(rows, "\n")
		r, _, err := read(text, nil)
		if err != nil {
			return
		}
		kept := deckText(t, r)
		for _, l := range r.Left {
			kept += l.Text
		}
		for _, name := range r.Settled {
			kept += name
		}
		for _, letter := range "aäß日1" {
			if got, want := strings.Count(kept, string(letter)), strings.Count(text, string(letter)); got < want {
				t.Fatalf("%d of %d %q are left of %q in\n%s\nand %v", got, want, letter, text, kept, r.Left)
			}
		}
	})
}

// Whatever a stranger's list holds, its deck compiles.
func FuzzRead(f *testing.F) {
	f.Add("a,b\n- [x] c,A: d\n| e,{f}\n", true)
	f.Add("a;b;c\n\"d;e\nf;g;h\n", false)
	f.Fuzz(func(t *testing.T, text string, both bool) {
		r, _, err := read(text, foreign.Flags{"both": fmt.Sprint(both)})
		if err != nil {
			if strings.Contains(err.Error(), "check what was read") || strings.Contains(err.Error(), "wrong together") {
				t.Fatal(err)
			}
			return
		}
		cards(t, r)
	})
}

// A hundred thousand rows come in, as fast as they are many.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("word,meaning,note\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "word number %d,\"what it means, %d\",more on it\n", i, i*7)
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := list.CSV.Read(strings.NewReader(text.String()), foreign.ReadOptions{File: "x.csv"})
		if err != nil || r.Rows != 100_000 {
			b.Fatal(err)
		}
		if err := factfile.WriteWith(io.Discard, r.Decks[0], r.Body); err != nil {
			b.Fatal(err)
		}
	}
}
