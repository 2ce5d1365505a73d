package answer

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"kartei/decks"
)

// A Rule names why a typed answer counts as right, or that it does not. It is
// kept in the log, so the words never change.
type Rule string

// The rules, from the strictest to the most lenient.
const (
	Exact   Rule = "exact"
	Number  Rule = "number"  // equal as numbers, within the tolerance
	Case    Rule = "case"    // equal but for capitals
	Spacing Rule = "spacing" // … and spaces, hyphens and punctuation
	Accents Rule = "accents" // … and accents
	Typo    Rule = "typo"    // … and a slip or two
	Wrong   Rule = "wrong"
)

// A Verdict is the result of a comparison.
type Verdict struct {
	Right bool
	Rule  Rule
	Want  string // the wanted answer that came closest
}

// MaxLength bounds what is compared, in runes; anything longer is wrong.
const MaxLength = 10_000

// Wanted is what a card wants typed.
type Wanted struct {
	Text      string           // the answer, plain text
	Accept    []string         // other answers that are right
	Tolerance *decks.Tolerance // for numbers; nil means equal
	Lang      string           // BCP 47, settles "." and "," in numbers
	Rivals    []string         // answers of other cards, which no slip may reach
}

// Compare judges typed against the answer and every accepted alternative and
// returns the strictest rule under which one of them is met.
func (w Wanted) Compare(typed string) Verdict {
	best := Verdict{Rule: Wrong, Want: w.Text}
	if len(typed) > 4*MaxLength || tidy(typed) == "" {
		return best
	}
	for _, want := range append([]string{w.Text}, w.Accept...) {
		if r := w.rule(tidy(typed), tidy(want)); rank[r] < rank[best.Rule] {
			best = Verdict{Right: true, Rule: r, Want: want}
		}
	}
	return best
}

var rank = map[Rule]int{Exact: 0, Number: 1, Case: 2, Spacing: 3, Accents: 4, Typo: 5, Wrong: 6}

func (w Wanted) rule(typed, want string) Rule {
	if typed == want {
		return Exact
	}
	if equal, numbers := sameNumber(typed, want, w.Lang, w.Tolerance); numbers {
		if equal {
			return Number
		}
		return Wrong
	}
	steps := []struct {
		rule Rule
		fold func(string) string
	}{{Case, foldCase}, {Spacing, letters}, {Accents, unaccented}}
	for _, s := range steps {
		typed, want = s.fold(typed), s.fold(want)
		if want != "" && typed == want {
			return s.rule
		}
	}
	if w.slip(typed, want) {
		return Typo
	}
	return Wrong
}

// slip reports whether typed is want but for a slip of the finger: both are
// already folded. Digits are never slips, and neither is a slip that comes as
// close to the answer of another card.
func (w Wanted) slip(typed, want string) bool {
	allowed := slips(want)
	if allowed == 0 || digits(typed) != digits(want) {
		return false
	}
	d := distance([]rune(typed), []rune(want), allowed)
	if d > allowed {
		return false
	}
	for _, rival := range w.Rivals {
		rival = unaccented(letters(foldCase(tidy(rival))))
		if rival == want || rival == "" {
			continue
		}
		if distance([]rune(rival), []rune(want), allowed) <= allowed || distance([]rune(typed), []rune(rival), d) <= d {
			return false
		}
	}
	return true
}

// Near tells whether two texts look alike enough for their difference to teach
// something: at most every third letter is another one.
func Near(typed, want string) bool {
	a, b := []rune(foldCase(tidy(typed))), []rune(foldCase(tidy(want)))
	if len(a) > 200 || len(b) > 200 {
		return false
	}
	limit := (max(len(a), len(b)) + 1) / 3
	return distance(a, b, limit) <= limit
}

// slips is how many slips an answer of this length forgives: none in three
// letters, where a slip makes another word, two from nine letters on.
func slips(want string) int {
	switch n := len([]rune(want)); {
	case n < 4:
		return 0
	case n < 9:
		return 1
	default:
		return 2
	}
}

// tidy is the form in which answers are compared: NFC, one space between words.
func tidy(s string) string {
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

func foldCase(s string) string { return cases.Fold().String(s) }

// letters keeps what carries meaning: letters, marks and digits, and symbols
// such as "+" or "°" that distinguish answers; spaces and punctuation go.
func letters(s string) string {
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
	if !strings.ContainsFunc(s, word) {
		return s // an answer of nothing but signs means every one of them
	}
	return keep(s, func(r rune) bool { return word(r) || unicode.IsMark(r) || unicode.IsSymbol(r) })
}

// unaccented drops the marks that sit on Latin, Greek and Cyrillic letters;
// elsewhere (Hebrew points, Indic vowels) a mark is part of the word.
func unaccented(s string) string {
	var b strings.Builder
	simple := false
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) && simple {
			continue
		}
		simple = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func digits(s string) string { return keep(s, unicode.IsNumber) }

func keep(s string, ok func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if ok(r) {
			return r
		}
		return -1
	}, s)
}

// distance is the optimal string alignment distance of a and b (insertions,
// deletions, substitutions and swaps of neighbours), or limit+1 if it is more
// than limit. It takes time in proportion to len(a)·limit.
func distance(a, b []rune, limit int) int {
	if abs(len(a)-len(b)) > limit {
		return limit + 1
	}
	far := limit + 1
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[0] {
		rows[0][j] = min(j, far)
	}
	for i := 1; i <= len(a); i++ {
		row, above, twice := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		from, to := max(1, i-limit), min(len(b), i+limit)
		for j := range row {
			if j < from || j > to {
				row[j] = far
			}
		}
		if i <= limit {
			row[0] = i
		}
		for j := from; j <= to; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost, far)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], twice[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}

func abs(n int) int { return max(n, -n) }
