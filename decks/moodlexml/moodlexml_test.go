package moodlexml_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/memfs"
	"kartei/decks/moodlexml"
)

func read(text string) (*foreign.Reading, error) {
	return moodlexml.Read(strings.NewReader(text), foreign.ReadOptions{File: "x.xml", Media: "x-media/"})
}

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

const bank = `<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Rome/Kings // Queens</text></category></question>
<question type="multichoice">
  <name><text>Founder</text></name>
  <questiontext format="html"><text><![CDATA[<p>Who <b>founded</b> it?<br/><img src="@@PLUGINFILE@@/my%20map.png" alt="a map"></p>]]></text>
    <file name="my map.png" path="/" encoding="base64">` + png + `</file></questiontext>
  <generalfeedback format="html"><text>&lt;p&gt;By legend.&lt;/p&gt;</text></generalfeedback>
  <defaultgrade>2.0000000</defaultgrade><idnumber>r-1</idnumber><single>true</single>
  <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
  <answer fraction="100" format="html"><text>Romulus</text><feedback format="html"><text>Yes</text></feedback></answer>
  <answer fraction="0" format="html"><text><![CDATA[<p>Remus</p>]]></text><feedback format="html"><text></text></feedback></answer>
  <answer fraction="50" format="html"><text>Both</text></answer>
  <hint format="html"><text>The older one.</text></hint>
  <tags><tag><text>old rome</text></tag></tags>
</question>
<question type="truefalse">
  <name><text>Hills</text></name><questiontext format="plain_text"><text>It has 7 &lt; 8 hills.</text></questiontext>
  <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
  <answer fraction="100"><text>true</text><feedback><text>Count them.</text></feedback></answer><answer fraction="0"><text>false</text></answer>
</question>
<question type="shortanswer">
  <name><text>q 3</text></name><questiontext format="markdown"><text>So \\(a\_1\\) is</text></questiontext><usecase>1</usecase>
  <correctfeedback format="html"><text>Your answer is correct.</text></correctfeedback>
  <answer fraction="100"><text>x</text><feedback><text>Right</text></feedback></answer><answer fraction="80"><text>y</text></answer><answer fraction="0"><text>*</text><feedback><text>Look again</text></feedback></answer>
</question>
<question type="numerical">
  <name><text>n</text></name><questiontext format="html"><text>How much is \(\pi\)?</text></questiontext>
  <answer fraction="100"><text>3.14</text><tolerance>0.01</tolerance></answer>
  <answer fraction="0"><text>3</text><tolerance>0</tolerance><feedback><text>Not in Indiana.</text></feedback></answer>
  <units><unit><multiplier>1</multiplier><unit_name>rad</unit_name></unit></units>
</question>
<question type="matching">
  <name><text>m</text></name><questiontext format="html"><text>Match</text></questiontext>
  <subquestion format="html"><text><![CDATA[<p>H<sub>2</sub>O</p>]]></text><answer><text>water</text></answer></subquestion>
  <subquestion format="html"><text>NaCl</text><answer><text>salt</text></answer></subquestion>
  <subquestion format="html"><text></text><answer><text>lead</text></answer></subquestion>
</question>
<question type="ordering"><name><text>o</text></name><questiontext format="html"><text>Order</text></questiontext><answer><text>first</text></answer><answer><text>second</text></answer></question>
<question type="essay"><name><text>e</text></name><questiontext format="html"><text>Discuss</text></questiontext><graderinfo format="html"><text>Look for the one and the other</text></graderinfo></question>
<question type="description"><name><text>d</text></name><questiontext format="html"><text>Read this</text></questiontext></question>
<question type="cloze"><name><text>c</text></name><questiontext format="html"><text>In {1:SHORTANSWER:=476}</text></questiontext></question>
<question type="calculated"><name><text>k</text></name><questiontext format="html"><text>{a}+{b}</text></questiontext></question>
</quiz>
`

// What a bank holds is a deck that the check takes; the rest is named.
func TestRead(t *testing.T) {
	r, err := read(bank)
	if err != nil {
		t.Fatal(err)
	}
	d := r.Decks[0]
	d.Name = "rome"
	var out strings.Builder
	if err := factfile.Write(&out, d); err != nil {
		t.Fatal(err)
	}
	for _, l := range r.Left {
		fmt.Fprintf(&out, "%v\n", l)
	}
	const want = `---
deck: rome
---

## Rome

### Kings / Queens

Q: Who **founded** it?\
  ![a map](x-media/my-map.png)
- [x] Romulus -- Yes
- [ ] Remus
- [ ] Both
Hint: The older one.
Note: By legend.
Tags: old-rome
Id: r-1

Q: It has 7 < 8 hills.
- [x] True -- Count them.
- [ ] False
Id: hills

Q: So $a_1$ is
A: x
Accept: y
Note: Right

  Look again
Id: x

Q: How much is $\pi$?
A: 3.14
Not: 3 -- Not in Indiana.
Id: n
Tolerance: ± 0.01

Q: Match

  - H₂O
  - NaCl

  lead · salt · water
A:
- H₂O → water
- NaCl → salt
Id: m
Type: recall

Q: Order
A:
1. first
2. second
Id: o

Q: Discuss
A: Look for the one and the other
Id: e
x.xml:4: "Both" earned 50 % of the mark, and counts as wrong now
x.xml:4: what 3 questions say after an answer: Your answer is correct.
x.xml:4: in 1 question: what the question is worth
x.xml:22: "y" earned 80 % of the mark, and counts as right now
x.xml:22: in 1 question: capitals count in the answer
x.xml:27: the units rad
x.xml:41: a description asks nothing
x.xml:42: a question of the kind "cloze" cannot be asked here
x.xml:43: a question of the kind "calculated" cannot be asked here
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(r.Media) != 1 || r.Media[0].Name != "my-map.png" {
		t.Fatalf("media %v", r.Media)
	}
	in, err := r.Media[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	data, _ := io.ReadAll(in)
	if base64.StdEncoding.EncodeToString(data) != png {
		t.Error("the picture is another")
	}
}

var phrase = rapid.OneOf(rapid.SampledFrom([]string{"plain", "a < b & c", "two\nlines", "a\n\nb", "*em* **b**", "`a*b`", "$x_1*y$ and $$z$$", "\\$5", "]]>", "<![CDATA[", "{=a}", "é 日本", "- a", "a\\\nb", "\n```\na {b}\n```"}),
	rapid.StringOf(rapid.RuneFrom([]rune(`ab <>&"'{}=~#:%/*`))))

var card = rapid.Custom(func(t *rapid.T) decks.Card {
	n := 0
	text := func(name string) string { n++; return strings.TrimSpace(fmt.Sprint("x", n, phrase.Draw(t, name))) }
	word := func(name string) string {
		n++
		return factfile.Literal(fmt.Sprint("w", n, "&<") + rapid.SampledFrom([]string{"", "a*", "<b>", "é"}).Draw(t, name))
	}
	c := decks.Card{Name: "card", Prompt: text("prompt"), Note: text("note"), Hint: text("hint"), Tags: []string{"a", "b-c"}}
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		c.Kind, c.Answer, c.Accept, c.Options = decks.Recall, word("answer"), []string{word("accept")}, []decks.Option{{Text: word("not"), Why: text("why")}}
	case 1:
		c.Kind, c.Answer, c.Tolerance = decks.Recall, fmt.Sprint(rapid.IntRange(-99, 99).Draw(t, "number")), &decks.Tolerance{Amount: .25}
		c.Options = []decks.Option{{Text: "1000", Why: text("why")}}
	case 2:
		c.Kind, c.Answer, c.Note = decks.Recall, "an answer of more than four words "+text("answer"), ""
	case 3:
		c.Kind, c.Items = decks.Sequence, []string{word("one"), word("two")}
	case 4:
		c.Kind, c.Type, c.Items = decks.Set, decks.AnswerRecall, []string{word("left") + " → " + word("right"), word("left") + " → " + word("right")}
	default:
		c.Kind = decks.Choice
		for i := range 4 {
			c.Options = append(c.Options, decks.Option{Text: text("option"), Right: i < rapid.IntRange(1, 3).Draw(t, "right"), Why: text("why")})
		}
		c.Options[0].Right = true
	}
	return c
})

// What was written is read as the same cards.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := card.Draw(t, "card")
		d := &decks.Deck{Name: "d", Lang: "en", Facts: []decks.Fact{{Key: "f", File: "d.md", Line: 7, Cards: []decks.Card{c}}}}
		var out bytes.Buffer
		left, err := moodlexml.Write(&out, foreign.WriteOptions{}, foreign.Of(d))
		if err != nil || len(left) > 0 {
			t.Fatal(left, err)
		}
		r, err := read(out.String())
		if err != nil || len(r.Left) > 0 || len(r.Decks[0].Facts) != 1 || r.Decks[0].Facts[0].Key != "f" {
			t.Fatalf("%v %v\n%s", err, r, out.String())
		}
		back := r.Decks[0].Facts[0].Cards[0]
		if c.Kind == decks.Set { // the sides to choose from are shown
			if !strings.HasPrefix(back.Prompt, c.Prompt+"\n\n- ") {
				t.Fatalf("%q is asked as %q", c.Prompt, back.Prompt)
			}
			back.Prompt = c.Prompt
		}
		shown := cmp.Transformer("shown", func(s string) string { return strings.Join(strings.Fields(factfile.Plain(s)), " ") })
		if diff := cmp.Diff(c, back, cmpopts.EquateEmpty(), shown); diff != "" {
			t.Fatalf("(-card +read)\n%s\n%s", diff, out.String())
		}
		var again bytes.Buffer
		r.Decks[0].Name, r.Decks[0].Lang = "d", "en"
		if _, err := moodlexml.Write(&again, foreign.WriteOptions{}, foreign.Of(r.Decks[0])); err != nil || c.Kind == decks.Set && !strings.Contains(again.String(), `type="matching"`) {
			t.Fatalf("%v\n%s", err, again.String())
		}
	})
}

// Pictures of a deck go along and come back.
func TestPictures(t *testing.T) {
	data, _ := base64.StdEncoding.DecodeString(png)
	files := memfs.Files{"geo/pic/a map.png": data}
	contents := foreign.Of(&decks.Deck{Name: "geo", Facts: []decks.Fact{{Key: "f", File: "geo/geo.md", Line: 3, Cards: []decks.Card{{
		Kind: decks.Recall, Prompt: "Which? ![the map](pic/a%20map.png) ![gone](gone.png) [site](https://x.org)", Answer: "Rome"}}}}})
	contents.Files = files
	var out bytes.Buffer
	left, err := moodlexml.Write(&out, foreign.WriteOptions{}, contents)
	if err != nil || len(left) != 1 || !left[0].Part || !strings.Contains(left[0].Error(), "geo/geo.md:3: the file gone.png (it is not there) is left out") {
		t.Fatal(left, err)
	}
	if err := xml.Unmarshal(out.Bytes(), new(struct{ XMLName xml.Name })); err != nil {
		t.Fatal(err)
	}
	r, err := read(out.String())
	if err != nil || len(r.Left) > 0 || len(r.Media) != 1 {
		t.Fatal(r, err)
	}
	if got, want := r.Decks[0].Facts[0].Cards[0].Prompt, "Which? ![the map](x-media/a-map.png) gone [site](https://x.org)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A file may be in an encoding with a byte a letter.
func TestEncodings(t *testing.T) {
	for label, text := range map[string]string{"ISO-8859-1": "\xd6l", "windows-1252": "\xd6l", "KOI8-R": "\xef\xcb"} {
		r, err := read(`<?xml version="1.0" encoding="` + label + `"?><quiz><question type="shortanswer"><questiontext><text>` +
			text + `</text></questiontext><answer fraction="100"><text>yes</text></answer></question></quiz>`)
		want := map[string]string{"KOI8-R": "Ок"}[label]
		if want == "" {
			want = "Öl"
		}
		if err != nil || len(r.Decks[0].Facts) != 1 || !strings.Contains(r.Decks[0].Facts[0].Cards[0].Prompt, want) {
			t.Errorf("%s: %+v, %v", label, r, err)
		}
	}
}

// Two pictures of one name stay two.
func TestPicturesOfOneName(t *testing.T) {
	data, _ := base64.StdEncoding.DecodeString(png)
	contents := foreign.Of(&decks.Deck{Name: "d", Facts: []decks.Fact{{Key: "f", File: "d.md", Cards: []decks.Card{{
		Kind: decks.Recall, Prompt: "![one](a/x.png) ![two](b/x.png) ![one](a/x.png)", Answer: "Rome"}}}}})
	contents.Files = memfs.Files{"a/x.png": data, "b/x.png": append(data[:len(data):len(data)], 0)}
	var out bytes.Buffer
	if left, err := moodlexml.Write(&out, foreign.WriteOptions{}, contents); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	r, err := read(out.String())
	if err != nil || len(r.Media) != 2 {
		t.Fatal(r, err)
	}
	if got := r.Decks[0].Facts[0].Cards[0].Prompt; got != "![one](x-media/x.png) ![two](x-media/2-x.png) ![one](x-media/x.png)" {
		t.Errorf("%q", got)
	}
}

// Files of strangers do no harm.
func TestHostile(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no XML":          {"<quiz><question", "XML syntax error"},
		"an unknown code": {`<?xml version="1.0" encoding="x-none"?><quiz/>`, `the encoding "x-none" is not known`},
		"a deep nesting":  {"<quiz><question>" + strings.Repeat("<a>", 20_000), "XML syntax error"},
		"an entity":       {`<!DOCTYPE q [<!ENTITY a "b">]><quiz><question type="&a;"/></quiz>`, "invalid character entity"},
	} {
		if _, err := read(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	evil := `<quiz><question type="truefalse"><questiontext format="html"><text>a &lt;img src="@@PLUGINFILE@@/../../x.png"&gt; b &lt;img src="@@PLUGINFILE@@/CON.png"&gt;</text>` +
		`<file name="../../x.png" encoding="base64">` + png + `</file><file name="CON.png" encoding="base64">` + png + `</file></questiontext>` +
		`<answer fraction="100"><text>true</text></answer><answer><text>false</text></answer></question></quiz>`
	r, err := read(evil)
	if err != nil || len(r.Decks[0].Facts) != 1 {
		t.Fatal(r, err)
	}
	for _, m := range r.Media {
		if strings.ContainsAny(m.Name, `/\`) || strings.EqualFold(m.Name, "con.png") || strings.HasPrefix(m.Name, ".") {
			t.Errorf("a file is named %q", m.Name)
		}
	}
}

// FuzzRead: whatever a file holds, the deck of it has no errors.
func FuzzRead(f *testing.F) {
	f.Add(bank)
	f.Add(`<quiz><question type="matching"><questiontext><text>m</text></questiontext><subquestion><text>a</text><answer><text>b</text></answer></subquestion></question></quiz>`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := read(text)
		if err != nil || len(r.Decks[0].Facts) == 0 {
			return
		}
		r.Decks[0].Name = "x"
		var out bytes.Buffer
		if err := factfile.Write(&out, r.Decks[0]); err != nil {
			t.Fatal(err)
		}
		files := memfs.Files{"x.md": out.Bytes()}
		for _, m := range r.Media {
			in, _ := m.Open()
			files["x-media/"+m.Name], _ = io.ReadAll(in)
		}
		c, err := decks.Compile(files, "x.md")
		if err != nil || len(c.Broken) > 0 {
			t.Fatalf("%v %v\n%s", err, c.Diagnostics, out.String())
		}
	})
}
