package answer

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A pair is what two texts that are compared say about each other's signs: the
// same key types an apostrophe and a prime, a hyphen and a minus.
type pair struct {
	code   bool // all signs count
	primes bool // "'" is a prime: f′
	minus  bool // "-" is a minus: Cl⁻, Rh−
	maths  bool // parentheses count
	shout  bool // "!" ends a sentence
	power  bool // raised letters are exponents: eˣ, not 1ᵉʳ
}

// newPair looks at both texts.
func newPair(a, b *text) pair {
	x, y := a.alone(), b.alone()
	return pair{x.code || y.code, x.primes || y.primes, x.minus || y.minus, x.maths || y.maths, x.shout || y.shout,
		x.power || y.power}
}

// alone is what a text says of its own signs.
func (t *text) alone() *pair {
	if t.signs == nil {
		t.signs = &pair{code: t.code, primes: hasPrime(t.tidy), minus: t.formula || hasMinus(t.tidy),
			maths: isMaths(t.tidy), shout: shouts(t.tidy), power: t.formula ||
				strings.ContainsAny(t.tidy, "^ⁿⁱ") && power.MatchString(t.tidy)}
	}
	return t.signs
}

// meet reports whether two texts are the same under a rule that folds.
func meet(r Rule, given, want *text) bool {
	if want.verbatim || len(given.tidy) > MaxLength || len(want.tidy) > MaxLength {
		return false
	}
	p := newPair(given, want)
	p.primes = p.primes && r.rank() >= Forms.rank()
	if r == Case && (inCapitals(given, want) || inCapitals(want, given)) {
		return true
	}
	if p.code && !sameLetters(given.tidy, want.tidy) {
		return false
	}
	for v := range variants(r, given.lang) {
		if keepsApostrophes(given.lang, v) && !strings.ContainsFunc(given.tidy+want.tidy, isApostrophe) {
			continue
		}
		if meetForms(r, given, want, p, v) {
			return true
		}
	}
	return false
}

// meetForms compares the texts with raised and lowered characters marked, and
// then without those marks that one of them leaves out.
func meetForms(r Rule, given, want *text, p pair, variant int) bool {
	a, b := given.foldedBy(r, p, variant), want.foldedBy(r, p, variant)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	if r.rank() < Forms.rank() || p.code {
		return false
	}
	return leavesOut(b, a, p.power) || leavesOut(a, b, p.power)
}

// inCapitals reports whether a is b in capital letters, as its language writes
// them: "STRASSE", "ΑΘΗΝΑ".
func inCapitals(a, b *text) bool {
	return strings.ToUpper(a.tidy) == a.tidy && capitals(a.tidy, a.lang) == capitals(b.tidy, a.lang)
}

// capitals writes a text in capital letters: with SS for ß, and as its language does,
// Turkish with a dot on its İ and Greek without accents. (The tables of all languages
// that a library has for it would be a hundredth of the program.)
func capitals(s, lang string) string {
	s = strings.ReplaceAll(s, "ß", "ss")
	switch base, _, _ := strings.Cut(lang, "-"); base {
	case "tr", "az":
		return strings.ToUpperSpecial(unicode.TurkishCase, s)
	case "el":
		var before rune
		accent := func(r rune) rune {
			if r == '\u0301' && unicode.Is(unicode.Greek, before) {
				return -1
			}
			before = r
			return r
		}
		return norm.NFC.String(strings.Map(accent, norm.NFD.String(strings.ToUpper(s))))
	}
	return strings.ToUpper(s)
}

// sameLetters reports whether words of one letter are the same, capitals
// included: "-r" is not "-R", and "select" is "SELECT".
func sameLetters(a, b string) bool {
	x, y := words(a), words(b)
	if len(x) != len(y) {
		return true
	}
	for i := range x {
		if len([]rune(x[i])) == 1 && x[i] != y[i] {
			return false
		}
	}
	return true
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// foldedBy is folded, which a text that is compared often remembers.
func (t *text) foldedBy(r Rule, p pair, variant int) string {
	key := folding{r, p, variant}
	if s, ok := t.folds[key]; ok {
		return s
	}
	s := t.fold(r, p, variant)
	if t.folds != nil {
		t.folds[key] = s
	}
	return s
}

// fold applies all rungs up to the rule's.
func (t *text) fold(r Rule, p pair, variant int) string {
	s := t.unspaced(r, p, variant)
	if r.rank() >= Spacing.rank() {
		s = squeeze(s, p, r.rank() >= Letters.rank() && !keepsApostrophes(t.lang, variant), commaDecimal(t.lang))
	}
	return s
}

// unspaced is fold but for spaces and signs.
func (t *text) unspaced(r Rule, p pair, variant int) string {
	s := t.tidy
	if isASCII(s) && !p.code {
		return t.unspacedASCII(r, variant)
	}
	if r.rank() >= Forms.rank() {
		s = plainForms(s, t.lang, p)
	}
	s = foldCase(s, t.lang)
	if r.rank() >= Letters.rank() && !p.code {
		s = plainLetters(s, t.lang, variant)
	}
	if r.rank() >= Points.rank() && !p.code {
		s = WithoutPoints(s)
	}
	if r.rank() >= Accents.rank() && !p.code {
		s = unaccented(s)
	}
	return s
}

// unspacedASCII is unspaced for a text without any character that most rungs are
// about.
func (t *text) unspacedASCII(r Rule, variant int) string {
	s := t.tidy
	if r.rank() >= Forms.rank() && strings.ContainsAny(s, "^_&*") {
		s = unusual(conjunction(marked(s), t.lang))
	}
	if inLanguage(t.lang, "tr", "az") {
		s = foldCase(s, t.lang)
	} else {
		s = strings.ToLower(s)
	}
	if r.rank() >= Letters.rank() {
		s = plainLetters(s, t.lang, variant)
	}
	if r.rank() >= Accents.rank() && !isASCII(s) { // nv is nü in Chinese
		s = unaccented(s)
	}
	return s
}

// foldCase makes small letters, one for one: ß is not ss here. Turkish has an i
// with a dot and one without.
func foldCase(s, lang string) string {
	turkish := inLanguage(lang, "tr", "az")
	if turkish {
		s = strings.ReplaceAll(s, "i\u0307", "i")
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case turkish && r == 'I':
			out.WriteRune('ı')
		case turkish && r == 'İ':
			out.WriteRune('i')
		case r == 'İ':
			out.WriteString("i\u0307")
		case r == 'ı':
			out.WriteRune(r)
		default:
			out.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return out.String()
}

// inLanguage reports whether a tag is of one of the languages.
func inLanguage(tag string, languages ...string) bool {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	for _, l := range languages {
		if base == l {
			return true
		}
	}
	return false
}

// Signs that stand for many.
const (
	apostrophe = '\''
	raised     = '^' // before what is raised
	lowered    = '_' // before what is lowered
)

// isApostrophe lists what is typed, or drawn, where an apostrophe is meant; the
// last are letters of Ukrainian, Hawaiian and Hebrew.
func isApostrophe(r rune) bool { return strings.ContainsRune("'’‘‛´`＇ʼʻʹʾʿˈ׳", r) }

// means tells of signs that carry meaning, and are never folded away.
func means(r rune, p pair) bool {
	switch {
	case strings.ContainsRune("#*&%@/\\_′″‴‰‱§¶†‡", r):
		return true
	case r == '!':
		return !p.shout
	case p.code:
		return !unicode.IsSpace(r)
	case p.maths && strings.ContainsRune("()[]{}|", r):
		return true
	}
	return unicode.IsSymbol(r) && !isApostrophe(r)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// squeeze takes spaces away, and signs that do not carry meaning. Between digits
// something stays of what parted them: 10:30 is not 1030.
func squeeze(s string, p pair, dropApostrophes, comma bool) string {
	word := func(r rune) bool { return isLetter(r) || unicode.IsNumber(r) }
	if !strings.ContainsFunc(s, word) {
		return strings.ReplaceAll(s, " ", "") // an answer of nothing but signs means every one of them
	}
	if !p.code {
		s = ungrouped(dates(s), comma)
	}
	q := squeezer{pair: p, runes: []rune(s), bare: dropApostrophes}
	for i := range q.runes {
		q.take(i)
	}
	return q.out.String()
}

// A squeezer writes what is left of a text.
type squeezer struct {
	pair
	runes []rune
	bare  bool // without apostrophes
	out   strings.Builder
	last  rune   // written
	left  []rune // away since then
}

func (q *squeezer) take(i int) {
	r := q.runes[i]
	switch {
	case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
		return
	case unicode.IsDigit(r) && unicode.IsDigit(q.last) && len(q.left) > 0:
		if len(q.left) > 1 || q.left[0] != ')' { // Al₂(SO₄)₃
			q.write(q.parting())
		}
		q.write(r)
	case isLetter(r) && !isApostrophe(r) || unicode.IsNumber(r):
		q.write(r)
	case isApostrophe(r) && !q.code:
		q.apostrophe()
	case isDash(r) && !q.code:
		if q.dashCounts(i) {
			q.write('-')
		} else {
			q.left = append(q.left, '-')
		}
	case r == '"' && q.primes:
		q.write('′')
		q.write('′')
	case r == '~' && !q.code && (eastAsian(q.at(i-1)) || eastAsian(q.at(i+1))):
	case means(r, q.pair):
		q.write(r)
	case q.code && unicode.IsSpace(r) && q.partsWords(i):
		q.write(' ')
	default:
		q.left = append(q.left, r)
	}
}

// partsWords tells of a space in code that stands between two words, or before
// what a command is given: "git commit", "ls -l", "cd ..".
func (q *squeezer) partsWords(i int) bool {
	word := func(r rune) bool { return isLetter(r) || unicode.IsNumber(r) || r == '_' }
	after, beyond := q.at(i+1), q.at(i+2)
	if strings.ContainsRune("-.~/", after) {
		return word(q.at(i-1)) && (isLetter(beyond) || beyond == after)
	}
	return word(q.at(i-1)) && word(after)
}

func (q *squeezer) write(r rune) {
	q.out.WriteRune(r)
	q.last, q.left = r, q.left[:0]
}

func (q *squeezer) apostrophe() {
	switch {
	case q.primes:
		q.write('′')
	case !q.bare:
		q.write(apostrophe)
	case unicode.IsDigit(q.last):
		q.left = append(q.left, apostrophe) // 6'2" is not 62
	}
}

func (q *squeezer) at(i int) rune {
	return at(q.runes, i)
}

// isDash lists hyphens, dashes and minus signs.
func isDash(r rune) bool { return unicode.Is(unicode.Pd, r) || r == '−' || r == '‐' }

// dashCounts tells of a dash that is a minus: where signs do so, and before a
// digit or a single letter that nothing stands before.
func (q *squeezer) dashCounts(i int) bool {
	if q.minus {
		return true
	}
	before, after, beyond := q.at(i-1), q.at(i+1), q.at(i+2)
	if q.last == 0 && (unicode.IsSymbol(after) || after == '(' ||
		function.MatchString(string(q.runes[i+1:min(i+8, len(q.runes))]))) {
		return true
	}
	if isLetter(before) || unicode.IsNumber(before) || before == ' ' && q.last != 0 && unicode.IsNumber(q.last) {
		return false
	}
	return unicode.IsDigit(after) || unicode.In(after, unicode.Latin, unicode.Greek) && !isLetter(beyond)
}

// parting is what stays of the signs between two digits: the class that they
// are of.
func (q *squeezer) parting() rune {
	only := rune(0)
	for _, r := range q.left {
		if r == ' ' {
			continue
		}
		if only != 0 {
			return ' '
		}
		only = r
	}
	switch {
	case (only == '.' || only == '·') && len(q.left) == 1, only == ',' && (len(q.left) == 1 || q.maths):
		return '.'
	case only == ':' || only == '-':
		return only
	}
	return ' '
}

func eastAsian(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// hasMinus tells of a minus sign, raised or not, and of a hyphen behind what
// looks like the formula of an ion or a blood group, or between letters: "Cl-",
// "AB-", "a - b".
func hasMinus(s string) bool {
	return strings.ContainsAny(s, "−⁻₋") || strings.Contains(s, "-") &&
		(ion.MatchString(s) || difference.MatchString(s))
}

// hasPrime tells of primes, and of apostrophes that stand where primes do: f'(x),
// y' = 2x, P(A').
func hasPrime(s string) bool {
	return strings.ContainsAny(s, "′″‴") || strings.ContainsAny(s, "'’") && prime.MatchString(s)
}

// isMaths tells of texts in which parentheses count: intervals, formulas with an
// operator, and sums that are raised or lowered.
func isMaths(s string) bool {
	if strings.ContainsAny(s, "⁺⁻₊₋") {
		if m := marked(s); strings.Contains(m, "^(") || strings.Contains(m, "_(") {
			return true // xⁿ⁻¹ is not xⁿ − 1
		}
	}
	return strings.ContainsAny(s, "([]") && (interval.MatchString(s) || operators.MatchString(s))
}

// shouts tells of an exclamation mark that ends a sentence, and is not a factorial
// and no part of a name: it stands behind a word of several letters, and behind
// several words or a capital letter.
func shouts(s string) bool {
	if strings.ContainsRune(s, '¡') || strings.ContainsRune(s, '！') {
		return true
	}
	head, ok := strings.CutSuffix(s, "!")
	if !ok {
		return false
	}
	all := words(head)
	if len(all) == 0 || len([]rune(all[len(all)-1])) < 2 || strings.ContainsFunc(all[len(all)-1], unicode.IsNumber) {
		return false
	}
	return len(all) > 1 || unicode.IsUpper([]rune(all[0])[0])
}

// unaccented drops the marks that sit on Latin, Greek and Cyrillic letters, and
// what Arabic and Hindi write or leave out as they like. Elsewhere a mark is part
// of the word, and so are й, ї and their like.
func unaccented(s string) string {
	var out strings.Builder
	var base rune
	for _, r := range norm.NFD.String(s) {
		switch {
		case !unicode.Is(unicode.Mn, r):
			base = r
			if base == 'ٱ' {
				r = 'ا'
			}
		case base == 'ا' && strings.ContainsRune("\u0653\u0654\u0655", r):
			continue
		case strings.ContainsRune("\u0915\u0916\u0917\u091c\u092b", base) && r == '\u093c': // क ख ग ज फ and the dot
			continue
		case r == '\u0901':
			r = '\u0902'
		case unicode.Is(unicode.Cyrillic, base) && isCyrillicLetter(base, r):
		case unicode.In(base, unicode.Latin, unicode.Greek, unicode.Cyrillic):
			continue
		}
		out.WriteRune(r)
	}
	return norm.NFC.String(out.String())
}

func isCyrillicLetter(base, mark rune) bool {
	switch mark {
	case '\u0306': // й, ў
		return base == 'и' || base == 'у'
	case '\u0308': // ї
		return base == 'і'
	case '\u0301': // ѓ, ќ
		return base == 'г' || base == 'к'
	}
	return false
}

// WithoutPoints drops the points of Hebrew, Arabic and Syriac, the signs for reading
// aloud, and the stroke that stretches a word.
func WithoutPoints(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x591 && r <= 0x5c7 && unicode.Is(unicode.Mn, r),
			r >= 0x64b && r <= 0x652, r >= 0x656 && r <= 0x65f, r == 0x670,
			r >= 0x610 && r <= 0x61a, r >= 0x6d6 && r <= 0x6ed && unicode.Is(unicode.Mn, r),
			r >= 0x730 && r <= 0x74a, r == 'ـ':
			return -1
		}
		return r
	}, s)
}
