package answer_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kartei/decks/answer"
)

// The languages that laws are tried in: those with letters of their own.
var languages = []string{"", "en", "de", "tr", "it", "ja", "zh", "la", "ro", "eo", "da", "ar", "he", "el", "ru", "hi"}

// folds are the rules that only fold, so that they hold both ways round.
var folds = map[answer.Rule]bool{answer.Exact: true, answer.Case: true, answer.Spacing: true, answer.Forms: true, answer.Letters: true, answer.Points: true, answer.Accents: true}

// FuzzCompare tries the laws of the ladder on two texts and a third, which is
// once a rival and once an alternative.
func FuzzCompare(f *testing.F) {
	for _, p := range pairs(f) {
		f.Add(p.want.Text, p.typed, strings.Join(p.want.Rivals, " "), uint8(p.line))
	}
	f.Add("100,000", "100.000 km", "1", uint8(0))
	f.Add("שלום", "a"+strings.Repeat("\u0300\u0301", 40), "שׁ", uint8(7))
	f.Fuzz(func(t *testing.T, want, typed, other string, n uint8) {
		if !utf8.ValidString(want+typed+other) || len(want)+len(typed)+len(other) > 600 {
			return
		}
		laws(t, languages[int(n)%len(languages)], want, typed, other)
	})
}

func laws(t *testing.T, lang, want, typed, other string) {
	t.Helper()
	reads, _ := answer.Plain(want)
	w := answer.Wanted{Text: want, Lang: lang, Rivals: []string{other}}
	if seen(reads) {
		for _, same := range []string{reads, "  " + reads + " ", want} {
			if v := w.Compare(same); v.Rule != answer.Exact {
				t.Fatalf("%q typed for %q (%s) is %s: exact always wins", same, want, lang, v.Rule)
			}
		}
	}
	v := w.Compare(typed)
	if v.Right == (v.Rule == answer.Wrong) || v.Right && v.Rival != "" {
		t.Fatalf("the verdict contradicts itself: %+v", v)
	}
	w.Rivals = nil
	without := w.Compare(typed)
	if v.Right && v.Rule != without.Rule {
		t.Fatalf("%q typed for %q (%s) is %s, and %s with a rival", typed, want, lang, without.Rule, v.Rule)
	}
	w.Accept = []string{other}
	if more := w.Compare(typed); without.Right && !more.Right {
		t.Fatalf("%q typed for %q (%s) is %s, and wrong if %q is right, too", typed, want, lang, without.Rule, other)
	}
	strict := answer.Wanted{Text: want, Lang: lang, Strict: true}
	if s := strict.Compare(typed); s.Right && s.Rule != without.Rule {
		t.Fatalf("%q typed for %q (%s) is %s, and %s if it is to be strict", typed, want, lang, without.Rule, s.Rule)
	}
	if plainText(want) && plainText(typed) && folds[without.Rule] {
		back := answer.Wanted{Text: typed, Lang: lang}
		if b := back.Compare(want); b.Rule != without.Rule && b.Rule != answer.Number && !answer.IsNumber(typed, lang) {
			t.Fatalf("%q typed for %q (%s) is %s, and %s the other way round", typed, want, lang, without.Rule, b.Rule)
		}
	}
}

// seen reports whether a text has anything that is seen.
func seen(s string) bool {
	w := answer.Wanted{Text: s}
	return w.Compare(s).Right
}

// plainText reports whether a text has no Markdown in it.
func plainText(s string) bool {
	reads, code := answer.Plain(s)
	return reads == s && !code
}

// TestLaws tries the laws on each pair with the pairs around it.
func TestLaws(t *testing.T) {
	all := pairs(t)
	for i, p := range all {
		for _, q := range []labelled{p, all[(i+1)%len(all)], all[(i+7)%len(all)]} {
			laws(t, p.lang, p.want.Text, p.typed, q.typed)
			laws(t, p.lang, p.want.Text, q.typed, p.typed)
			laws(t, p.lang, p.typed, p.want.Text, q.want.Text)
		}
	}
}

// What strangers write costs no more than its length: judged in the square of
// it, this test would not end.
func TestHostile(t *testing.T) {
	long := strings.Repeat("Wörter ohne Ende, ", 64<<10/19)
	word := strings.Repeat("ab", 32<<10)
	for _, c := range []struct {
		about, want, typed string
		rule               answer.Rule
	}{
		{"64 KiB, the same", long, long, answer.Exact},
		{"64 KiB but for capitals", long, strings.ToLower(long), answer.Case},
		{"64 KiB but for a slip", long, strings.Replace(long, "Wörter", "Wröter", 1), answer.Typo},
		{"64 KiB of another text", long, strings.Repeat("Nichts als Worte; ", 64<<10/18), answer.Wrong},
		{"a word of 64 KiB", word, "b" + word[1:], answer.Wrong},
		{"more than may be", word + word, strings.ToUpper(word + word), answer.Wrong},
		{"marks without end", "e" + strings.Repeat("\u0301", 30_000), "e" + strings.Repeat("\u0301", 30_000), answer.Exact},
		{"marks without end, and none", "e" + strings.Repeat("\u0301", 30_000), "e", answer.Accents},
		{"marks and nothing else", strings.Repeat("\u0301", 30_000), strings.Repeat("\u0300", 30_000), answer.Wrong},
		{"signs without end", strings.Repeat("^(", 30_000), strings.Repeat("^{", 30_000), answer.Wrong},
		{"digits without end", strings.Repeat("1,000", 10_000), strings.Repeat("2.000", 10_000), answer.Wrong},
		{"raised without end", "x" + strings.Repeat("²₃", 10_000), "x" + strings.Repeat("23", 10_000), answer.Forms},
		{"stars without end", strings.Repeat("*a", 20_000), "a", answer.Wrong},
	} {
		w := answer.Wanted{Text: c.want, Lang: "de"}
		if v := w.Compare(c.typed); v.Rule != c.rule {
			t.Errorf("%s: got %s, want %s", c.about, v.Rule, c.rule)
		}
	}
	w := answer.Wanted{Text: "Yamoussoukro", Lang: "en"}
	for i := range 10_000 {
		w.Accept = append(w.Accept, "Ouagadougou "+strings.Repeat("o", i%97))
		w.Rivals = append(w.Rivals, "Ougadougou "+strings.Repeat("o", i%89))
	}
	if v := w.Compare("yamousoukro"); v.Rule != answer.Typo {
		t.Errorf("beside 10,000 alternatives: %+v", v)
	}
}

func BenchmarkCompare(b *testing.B) {
	w := answer.Wanted{Text: "North Atlantic and Northern Europe", Accept: []string{"the North"}, Lang: "en", Rivals: []string{"Central Europe", "Southern Europe and the Mediterranean"}}
	for b.Loop() {
		w.Compare("north atlantic and nothern europe")
	}
}

// BenchmarkLength shows that the time grows in proportion to the length.
func BenchmarkLength(b *testing.B) {
	for _, kib := range []int{8, 16, 32, 64} {
		w := answer.Wanted{Text: strings.Repeat("Wörter ", kib<<10/8), Lang: "de"}
		typed := strings.Replace(w.Text, "Wö", "W", 1)
		b.Run(strings.Repeat("I", kib/8), func(b *testing.B) {
			for b.Loop() {
				w.Compare(typed)
			}
		})
	}
}
