package answer_test

import (
	"fmt"
	"testing"

	"kartei/decks"
	"kartei/decks/answer"
)

func Example() {
	want := answer.Wanted{Text: "Yamoussoukro", Lang: "en"}
	v := want.Compare("yamousoukro")
	fmt.Println(v.Right, v.Rule)
	// Output: true typo
}

func TestCompare(t *testing.T) {
	percent := &decks.Tolerance{Amount: 1, Percent: true}
	five := &decks.Tolerance{Amount: 5}
	for _, c := range []struct {
		about string
		want  answer.Wanted
		typed string
		rule  answer.Rule
	}{
		{"the same", answer.Wanted{Text: "Article 5"}, "Article 5", answer.Exact},
		{"composed and decomposed letters are one", answer.Wanted{Text: "Café"}, "Cafe\u0301", answer.Exact},
		{"space around and between", answer.Wanted{Text: "Jens Stoltenberg"}, "  Jens   Stoltenberg ", answer.Exact},
		{"capitals", answer.Wanted{Text: "Jens Stoltenberg"}, "jens stoltenberg", answer.Case},
		{"sharp s", answer.Wanted{Text: "Straße"}, "STRASSE", answer.Case},
		{"hyphen", answer.Wanted{Text: "burden-sharing"}, "burden sharing", answer.Spacing},
		{"full stops of an abbreviation", answer.Wanted{Text: "U.S."}, "US", answer.Spacing},
		{"accents", answer.Wanted{Text: "mañana"}, "manana", answer.Accents},
		{"umlauts", answer.Wanted{Text: "Türkei"}, "turkei", answer.Accents},
		{"Hebrew points", answer.Wanted{Text: "שָׁלוֹם"}, "שלום", answer.Points},
		{"one slip in four letters", answer.Wanted{Text: "Bern"}, "Bren", answer.Typo},
		{"no slip in three", answer.Wanted{Text: "CIA"}, "CIB", answer.Wrong},
		{"two slips in nine letters", answer.Wanted{Text: "Luxembourg"}, "Luxenburg", answer.Typo},
		{"a slip that is another card's answer", answer.Wanted{Text: "Kingston", Rivals: []string{"Kingstown"}}, "Kingstown", answer.Wrong},
		{"any slip between close rivals", answer.Wanted{Text: "Berlin", Rivals: []string{"Merlin"}}, "Berlim", answer.Wrong},
		{"a digit is never a slip", answer.Wanted{Text: "Article 5"}, "Article 4", answer.Wrong},
		{"an alternative", answer.Wanted{Text: "Article 5", Accept: []string{"5", "Art. 5"}}, "art 5", answer.Spacing},
		{"thousands in four spellings", answer.Wanted{Text: "100 000", Lang: "en"}, "100,000", answer.Number},
		{"… with points in an English deck", answer.Wanted{Text: "100 000", Lang: "en"}, "100.000", answer.Number},
		{"… with a narrow space", answer.Wanted{Text: "100,000", Lang: "en"}, "100\u202f000", answer.Number},
		{"… in a German deck", answer.Wanted{Text: "100.000", Lang: "de"}, "100000", answer.Number},
		{"a German decimal comma", answer.Wanted{Text: "1,5", Lang: "de"}, "1,50", answer.Number},
		{"an English decimal point is not a thousands sign", answer.Wanted{Text: "15", Lang: "en"}, "1.5", answer.Wrong},
		{"a German decimal comma is not a thousands sign", answer.Wanted{Text: "1,5", Lang: "de"}, "15", answer.Wrong},
		{"another number is not a slip", answer.Wanted{Text: "1949"}, "1948", answer.Wrong},
		{"the unit may be left out", answer.Wanted{Text: "2 %"}, "2", answer.Number},
		{"the unit may not be another", answer.Wanted{Text: "2 km"}, "2 m", answer.Wrong},
		{"a currency before the number", answer.Wanted{Text: "€ 500"}, "500", answer.Number},
		{"within the tolerance", answer.Wanted{Text: "8849", Tolerance: five}, "8850", answer.Number},
		{"outside the tolerance", answer.Wanted{Text: "8849", Tolerance: five}, "8860", answer.Wrong},
		{"within one per cent", answer.Wanted{Text: "300000", Tolerance: percent}, "298,000", answer.Number},
		{"a minus sign", answer.Wanted{Text: "−40"}, "-40", answer.Number},
		{"nothing", answer.Wanted{Text: "x"}, "  ", answer.Wrong},
		{"only punctuation", answer.Wanted{Text: "::="}, ":=", answer.Wrong},
		{"another script", answer.Wanted{Text: "東京"}, "京都", answer.Wrong},
		{"C++ is not C", answer.Wanted{Text: "C++"}, "C", answer.Wrong},
	} {
		if got := c.want.Compare(c.typed); got.Rule != c.rule || got.Right != (c.rule != answer.Wrong) {
			t.Errorf("%s: %q for %q: got %s, want %s", c.about, c.typed, c.want.Text, got.Rule, c.rule)
		}
	}
}
