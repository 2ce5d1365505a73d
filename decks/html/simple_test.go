package html

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode"
)

// drawHTML draws HTML of all kinds, well made or not.
func drawHTML(draw *rand.Rand) string {
	pieces := []string{"a", "Ä", " ", "\n", "<b>", "</b>", "<br>", "<br/>", "<br />", "</div>", `<div class="x">`, `<p id='x'>`,
		`<i style="display: none">`, `<span hidden>`, `<b style="color:red"  class="y z">`, `<img src="a.png" />`, "<table>", "<tr>",
		"<td>", "</table>", `<ul type="a">`, "<li>", "<select>", "<style>", "</style>", "<STYLE>", "<title>", "<!--", "-->", "<", ">", "/>",
		`"`, "'", "=", "&nbsp;", "&lt;", "&auml;", "[sound:", "]", "[latex]", "[/latex]", `\(`, `\)`, "$$", "<svg>", "</svg>",
		`<a href="https://x.org/a?b=1">`, "<a b=c>", `<p a="&amp;">`, `<p a="1"b="2">`, `<hr a="1" a="2">`, "<ruby>", "<rt>", "1", ".", "-"}
	var out strings.Builder
	for range draw.IntN(9) {
		out.WriteString(pieces[draw.IntN(len(pieces))])
	}
	return out.String()
}

// Tags that are read without a tokenizer are what a tokenizer makes of them.
func TestSimpleTokens(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		source := drawHTML(draw)
		if strings.Contains(source, `a="1" a="2"`) {
			continue // a tokenizer leaves the second out, as all who ask for an attribute do
		}
		var got, want []token
		tokens(source, func(t token) bool { got = append(got, t); return true })
		allTokens(source, 0, func(t token) bool { want = append(want, t); return true })
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q\n got %+v\nwant %+v", source, got, want)
		}
	}
}

// What is said to speak does.
func TestSpeaks(t *testing.T) {
	for source, want := range map[string]bool{
		"": false, "1 &lt; 2": false, `<div class="w">a</div>`: true, `<img src="a.png"><br/>`: false, "<!-- a -->": false,
		`<div style="display:none">a</div>`: false, "<style>a</style>": false, "[ka]": true, "[sound:a]": false,
	} {
		if got := (&Converter{}).Speaks(source); got != want {
			t.Errorf("%q: %t", source, got)
		}
	}
	draw := rand.New(rand.NewPCG(5, 6))
	speaking := 0
	for range 20_000 {
		source := drawHTML(draw)
		c := Converter{Sounds: true, File: func(FileKind, string) File { return File{Told: true} }}
		if !c.Speaks(source) {
			continue
		}
		speaking++
		if text := c.Text(source); !strings.ContainsFunc(text, unicode.IsLetter) {
			t.Errorf("%q became %q, which has no letter", source, text)
		}
	}
	if speaking < 2000 {
		t.Errorf("%d speak", speaking)
	}
}

func BenchmarkText(b *testing.B) {
	const side = `<div class="word">casa</div> <span style="color: red">[ka&zwj;za]</span><br />
		<div class="example"><b>A casa</b> é grande.</div>`
	b.ReportAllocs()
	for b.Loop() {
		new(Converter).Text(side)
	}
}
