package check

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// marked writes words as the test tables do: each with letters for its marks.
func marked(words []word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.fold)
		for _, m := range []struct {
			mark   wordFlags
			letter string
		}{{quoted, "q"}, {code, "c"}, {formula, "f"}, {strong, "s"}, {picture, "p"}} {
			if w.is(m.mark) {
				b.WriteString("/" + m.letter)
			}
		}
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"Who wrote Faust?", "who wrote faust"},
		{"an e-mail, don't", "an e-mail don't"},
		{"1,000.5 m and 3,5", "1,000.5 m and 3,5"},
		{"Äpfel über Öl", "äpfel über öl"},
		{"İstanbul ist groß", "istanbul ist groß"},
		{"which is **not** *so*", "which is not/s so/s"},
		{"**not**", "not/s"},
		{"2 * 3 * 4 is", "2 3 4 is"},
		{"snake_case_name _so_", "snake case name so/s"},
		{"what is `x := 1` here", "what is x := 1/c here"},
		{"an unclosed ` tick", "an unclosed tick"},
		{"``a ` b`` c", "a ` b/c c"},
		{"$a^2 + b$ is", "a^2 + b/f is"},
		{"costs $5 and $6", "costs 5 and 6"},
		{`a "quoted word" b`, "a quoted/q word/q b"},
		{"„ein Wort“ und “a word” und »noch« und «un»", "ein/q wort/q und a/q word/q und noch/q und un/q"},
		{"the dog's 'own' bone", "the dog's own/q bone"},
		{"don't say 'don't' twice", "don't say don't/q twice"},
		{"an unclosed “quotation", "an unclosed quotation"},
		{"see [the page](https://example.org/not) now", "see the page now"},
		{"![a red flag](x/not.png) which", "a/p red/p flag/p which"},
		{`\*not strong\* \`, "not strong"},
		{"日本語 です", "日本語 です"},
		{"", ""},
	} {
		if got := marked(words(nil, test.text)); got != test.want {
			t.Errorf("words(%q):\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

// FuzzWords checks that words stand in the text where they say, in order and
// apart from each other.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"a **b** `c` $d$ “e” ![f](g) [h](i) \\j", "``` `` ` „ “ ” \" ' * ** _ $", "İ\x00\xff\u202e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, w := range words(nil, s) {
			if w.start < end || w.end <= w.start || w.end > len(s) {
				t.Fatalf("%q: the word %q says that it stands at %d to %d, the last ended at %d", s, w.text, w.start, w.end, end)
			}
			if w.text == "" || !w.is(code|formula) && s[w.start:w.end] != w.text {
				t.Fatalf("%q: the word %q stands at %q", s, w.text, s[w.start:w.end])
			}
			if utf8.ValidString(s) && !utf8.ValidString(w.text) {
				t.Fatalf("%q: the word %q is cut through a character", s, w.text)
			}
			end = w.end
		}
	})
}

// BenchmarkWords reads long runs of the marks that open something, which a
// careless scanner would search for their ends again and again.
func BenchmarkWords(b *testing.B) {
	for _, mark := range []string{"a ", "`", "` ", "``` ", "*a ", "_a ", "$a ", "\" ", "„a ", "“a ", "' ", "![", "](", "\\"} {
		text := strings.Repeat(mark, 1<<20/len(mark))
		b.Run(mark, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				words(nil, text)
			}
		})
	}
}

func TestImages(t *testing.T) {
	for _, test := range []struct {
		text string
		want []image
	}{
		{"no image", nil},
		{"![a flag](fr.svg)", []image{{"a flag", "fr.svg"}}},
		{`![](fr.svg "a title") and ![ ](<a b.png>)`, []image{{"", "fr.svg"}, {"", "a b.png"}}},
		{"`![](code.png)` and \\![](escaped.png)", nil},
		{"![never closed](a.png", nil},
		{"![", nil},
	} {
		if diff := cmp.Diff(test.want, images(test.text), cmp.AllowUnexported(image{})); diff != "" {
			t.Errorf("images(%q): (-want +got)\n%s", test.text, diff)
		}
	}
}

func TestClozeParts(t *testing.T) {
	got := clozeParts("a {{1::b::h}} c {{2::d}} e")
	want := []clozePart{{text: "a "}, {number: 1, text: "b", hint: "h"}, {text: " c "}, {number: 2, text: "d"}, {text: " e"}}
	for i := range got {
		if text := marked(got[i].words); text != strings.TrimSpace(got[i].text) {
			t.Errorf("the words of %q are %q", got[i].text, text)
		}
		got[i].words = nil
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(clozePart{}, word{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if parts := clozeParts("braces in `{{code}}` and $\\frac{{a}}{b}$ are text"); len(parts) != 1 {
		t.Errorf("%d parts, want 1: %v", len(parts), parts)
	}
}

func TestParseRange(t *testing.T) {
	inf := 1e300
	for _, test := range []struct {
		lang language
		text string
		want numericRange
		ok   bool
	}{
		{english, "1914", numericRange{1914, 1914, ""}, true},
		{english, "1,000 km", numericRange{1000, 1000, "km"}, true},
		{german, "1.000 km", numericRange{1000, 1000, "km"}, true},
		{german, "3,5 %", numericRange{3.5, 3.5, "%"}, true},
		{german, "500 000", numericRange{500000, 500000, ""}, true},
		{english | german, "1.000", numericRange{}, false},
		{english, "10–20 %", numericRange{10, 20, "%"}, true},
		{english, "−40 °C", numericRange{-40, -40, "°c"}, true},
		{english, "about 5 m/s", numericRange{5, 5, "m/s"}, true},
		{english, "more than 5 years", numericRange{5, inf, "years"}, true},
		{german, "bis zu 5 Jahre", numericRange{-inf, 5, "jahre"}, true},
		{english, "1949, in Bonn", numericRange{}, false},
		{english, "3/4", numericRange{}, false},
		{english, "May", numericRange{}, false},
		{english, "", numericRange{}, false},
	} {
		got, ok := parseRange(test.lang, test.text)
		got.low, got.high = max(got.low, -inf), min(got.high, inf)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("parseRange(%q) = %v, %v, want %v, %v", test.text, got, ok, test.want, test.ok)
		}
	}
}
