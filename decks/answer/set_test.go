package answer_test

import (
	"strings"
	"testing"

	"kartei/decks/answer"
)

// TestSetOnOneLine divides one typed line where its parts are divided, and not
// within a part.
func TestSetOnOneLine(t *testing.T) {
	for _, c := range []struct {
		lang, parts, typed string
		count              int
		rule               answer.Rule
	}{
		{"en", "salt;pepper", "pepper and salt", 2, answer.Exact},
		{"en", "salt;pepper", "pepper&salt", 2, answer.Exact},
		{"en", "salt;pepper", "pepper,salt", 2, answer.Exact},
		{"en", "C++;Java", "Java, C++", 2, answer.Exact},
		{"en", "C++;Java", "C++ and Java", 2, answer.Exact},
		{"en", "C++;Java", "C and Java", 1, answer.Exact},
		{"en", "Na⁺;Cl⁻", "Cl- + Na+", 2, answer.Forms},
		{"en", "Na⁺;K⁺", "Na+,K+", 2, answer.Forms},
		{"en", "Na⁺;Cl⁻", "Na and Cl", 0, answer.Wrong},
		{"en", "AT&T;Verizon", "Verizon, AT&T", 2, answer.Exact},
		{"en", "R&D;sales", "sales & R&D", 2, answer.Exact},
		{"en", "research and development;sales", "sales, research and development", 2, answer.Exact},
		{"en", "1,000;2,000", "2,000, 1,000", 2, answer.Exact},
		{"de", "1,5;2,5", "2,5, 1,5", 2, answer.Exact},
		{"de", "Bundestag;Bundesrat", "Bundestag und Bundestag", 1, answer.Exact},
		{"de", "rot;gold;schwarz", "gold, rot & schwarz", 3, answer.Exact},
		{"en", "$x^2$;$x^3$", "x^3, x^2", 2, answer.Forms},
		{"en", `\(x^2\);\( x^3 \)`, "x^3, x^2", 2, answer.Forms},
		{"en", "mitosis;meiosis", "meiosis, mitosos", 1, answer.Exact}, // as near to the other,
		{"en", "hypertension;hypotension", "hypertension", 1, answer.Exact},
	} {
		set := answer.Set{Parts: strings.Split(c.parts, ";"), Lang: c.lang}
		if v := set.Compare([]string{c.typed}); v.Count() != c.count || v.Rule != c.rule {
			t.Errorf("%q typed for %q: %d by %s, want %d by %s", c.typed, c.parts, v.Count(), v.Rule, c.count, c.rule)
		}
	}
}
