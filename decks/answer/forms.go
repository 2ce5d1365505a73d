package answer

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/lazyregexp"
)

var (
	ion        = lazyregexp.New(`(?:^| )(?:[A-Z][a-z]?[0-9]*){1,4} ?-(?:$| )`)
	difference = lazyregexp.New(`^\pL(?: ?[-+*/=] ?\pL| [-+*/=] \d+)+$`)
	interval   = lazyregexp.New(`^[\[\](][^\[\]()]*[,;][^\[\]()]*[\]\[)]$`)
	prime      = lazyregexp.New(`(?:^|[^\pL'’])\pL['’]+(?:$|[()]| ?[-+*/=<>−])|\d['’](?:$|[^\pL\d'’])`)
	power      = lazyregexp.New(`\^[-+]?\pL|[ⁿⁱ]`)
	function   = lazyregexp.New(`^(?:(?:sin|cos|tan)h?|cot|sec|csc|log|ln|lg|exp|lim)(?:[^\pL]|$)`)
	operators  = lazyregexp.New(`[-+*/=^−×÷·<>≤≥]`)
	thousands  = lazyregexp.New(`\d{1,3}(?:[ ,.'’\x{a0}\x{202f}\x{2009}]\d{3})+`)
	clock      = lazyregexp.New(`^\d{1,2}\.\d{2} ?(?:uhr|h)$`)
	date       = lazyregexp.New(`^(\d{1,4}) ?([./-]) ?(\d{1,2}) ?([./-]) ?(\d{1,4})\.?$`)
)

// plainForms writes characters as a plain keyboard has them: NFKC, with what is
// raised or lowered marked, fractions as 1/2, and signs that no keyboard has.
func plainForms(s, lang string, p pair) string {
	s = strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return apostrophe
		}
		return r
	}, signs.Replace(s))
	s = nativeDigits(s)
	if p.code {
		return norm.NFKC.String(s)
	}
	s = marked(s)
	s = strings.ReplaceAll(norm.NFKC.String(s), "\u2044", "/")
	return unusual(conjunction(s, lang))
}

// signs are written in other signs that mean the same.
var signs = strings.NewReplacer("～", "〜", "♯", "#", "→", "->", "⇒", "=>", "←", "<-", "↔", "<->", "≤", "<=", "≥", ">=",
	"≠", "!=", "⩽", "<=", "⩾", ">=", "×", "x", "÷", "/", "⋅", "·", "เเ", "แ")

// marked puts a mark before each run of raised and of lowered characters, and
// parentheses round a run of several; a fraction behind a digit is set apart. What
// is marked already, as in m^2 or x^{n-1}, gets the same form.
func marked(s string) string {
	if isASCII(s) && !strings.ContainsAny(s, "^_") {
		return s
	}
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); {
		r := runes[i]
		mark, what, next := run(runes, i)
		switch {
		case mark != 0:
			out.WriteRune(mark)
			out.WriteString(inGroup(what))
			i = next
			continue
		case isFraction(r) && i > 0 && unicode.IsDigit(runes[i-1]):
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		i++
	}
	return out.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// run finds a run of raised or lowered characters at i, be it by their own form
// or by a mark; mark is 0 without one.
func run(runes []rune, i int) (mark rune, text string, next int) {
	if r := runes[i]; (r == raised || r == lowered) && i+1 < len(runes) {
		return markedRun(runes, i)
	}
	for next = i; next < len(runes); next++ {
		m := height(runes[next])
		if m == 0 || mark != 0 && m != mark {
			break
		}
		mark = m
	}
	if mark == 0 {
		return 0, "", i
	}
	return mark, norm.NFKC.String(string(runes[i:next])), next
}

// markedRun reads ^2, ^-3, ^n, ^(n-1) and ^{n-1}; "_" marks a digit or a group
// only, for it stands in names, too.
func markedRun(runes []rune, i int) (mark rune, text string, next int) {
	mark, next = runes[i], i+1
	if closing := map[rune]rune{'(': ')', '{': '}'}[runes[next]]; closing != 0 {
		for end := next + 1; end < len(runes) && end < next+40; end++ {
			if runes[end] == closing {
				return mark, string(runes[next+1 : end]), end + 1
			}
		}
		return 0, "", i
	}
	if mark == lowered && !unicode.IsDigit(runes[next]) {
		return 0, "", i
	}
	if isDash(runes[next]) || runes[next] == '+' {
		next++
	}
	for next < len(runes) && unicode.IsDigit(runes[next]) {
		next++
	}
	if next == i+1 || !unicode.IsDigit(runes[next-1]) && next < len(runes) && unicode.IsLetter(runes[next]) {
		next++
	}
	return mark, string(runes[i+1 : next]), next
}

// inGroup is what is raised: in parentheses if it has an operator within.
func inGroup(s string) string {
	runes := []rune(strings.TrimSpace(s))
	for i := 1; i < len(runes)-1; i++ {
		if isDash(runes[i]) || runes[i] == '+' {
			return "(" + string(runes) + ")"
		}
	}
	return string(runes)
}

// height is the mark of a raised or lowered character; 0 for others.
func height(r rune) rune {
	switch {
	case r == '²' || r == '³' || r == '¹' || r >= 0x2070 && r <= 0x207f, r == 'ⁱ':
		return raised
	case strings.ContainsRune("ʰʲʳʷʸˡˢˣ", r), r >= 'ᴬ' && r <= 'ᵡ' && unicode.Is(unicode.Lm, r), r >= 'ᶛ' && r <= 'ᶿ':
		return raised
	case r >= 0x2080 && r <= 0x209c:
		return lowered
	}
	return 0
}

// unmarked takes the marks away where raised and lowered characters stand
// behind a letter, or a parenthesis: m², Ca(OH)₂, never 10².
func unmarked(s string, power bool) string {
	var out []rune
	runes := []rune(s)
	walkMarks(runes, power, func(i int, optional bool) bool {
		if !optional {
			out = append(out, runes[i])
		}
		return true
	})
	return string(out)
}

// leavesOut reports whether a is b without some marks that may be left out, or
// with a space for one, as in SO4 2-.
func leavesOut(a, b string, power bool) bool {
	if len(a) >= len(b) && !strings.Contains(a, " ") {
		return false
	}
	less, at := []rune(a), 0
	more := []rune(b)
	same := walkMarks(more, power, func(i int, optional bool) bool {
		switch {
		case at < len(less) && less[at] == more[i]:
			at++
		case optional && more[i] == raised && at < len(less) && less[at] == ' ':
			at++
		case !optional:
			return false
		}
		return true
	})
	return same && at == len(less)
}

// walkMarks calls see with the place of each character, and whether it is a mark
// that may be left out, until it returns false.
func walkMarks(s []rune, power bool, see func(i int, optional bool) bool) bool {
	after, within := false, false // a letter; what is raised or lowered behind one
	for i, r := range s {
		optional := false
		switch {
		case r == raised || r == lowered:
			optional = mayLeaveMark(s, i, after || within, power)
			within = within || after
		case unicode.IsDigit(r):
			after = false
		default:
			after, within = isLetter(r) || r == ')' || r == ']', false
		}
		if !see(i, optional) {
			return false
		}
	}
	return true
}

// mayLeaveMark judges the mark at i: behind a letter only, never before an
// exponent that would become a factor (eˣ, e⁻ˣ, sin²x) or a difference (x⁻¹).
func mayLeaveMark(s []rune, i int, behind, power bool) bool {
	next, beyond := at(s, i+1), at(s, i+2)
	switch {
	case next == '(':
		return false
	case isLetter(next):
		return !power || s[i] == lowered
	case s[i] == lowered || !behind:
		return behind
	case isDash(next) && isLetter(beyond):
		return !power
	case isDash(next) && unicode.IsDigit(beyond):
		return !power && (!strings.ContainsRune("abcfnpqrtuvxyz", at(s, i-1)) || isLetter(at(s, i-2)))
	}
	end := i + 1
	for unicode.IsDigit(at(s, end)) {
		end++
	}
	if power && end > i+1 && isLetter(at(s, end)) {
		return false // e²ˣ
	}
	return !raisedFunction.MatchString(string(s[max(0, i-4):i]))
}

var raisedFunction = lazyregexp.New(`(?:sin|cos|tan|cot|sec|csc|log|ln)h?$`)

// at is the character at i, a space outside.
func at(s []rune, i int) rune {
	if i < 0 || i >= len(s) {
		return ' '
	}
	return s[i]
}

func isFraction(r rune) bool {
	return r >= '¼' && r <= '¾' || r >= 0x2150 && r <= 0x215f || r == '↉'
}

// nativeDigits writes the digits of other scripts as ours, in texts with letters;
// an answer of nothing but such digits asks for them. The two kinds of Arabic
// digits are one.
func nativeDigits(s string) string {
	if isASCII(s) {
		return s
	}
	letters := strings.ContainsFunc(s, unicode.IsLetter)
	return strings.Map(func(r rune) rune {
		switch value, ok := digit(r); {
		case !ok || r < 0x80:
			return r
		case letters:
			return '0' + value
		case r >= 0x660 && r <= 0x669:
			return 0x6f0 + value
		}
		return r
	}, s)
}

// digit is the value of a decimal digit of any script.
func digit(r rune) (value rune, ok bool) {
	if !unicode.IsDigit(r) {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if r >= rune(block.Lo) && r <= rune(block.Hi) {
			return (r - rune(block.Lo)) % 10, true
		}
	}
	return 0, false
}

// unusual writes signs of units, notes and sums as a keyboard has them.
func unusual(s string) string {
	for _, u := range unusuals {
		if strings.ContainsAny(s, u.signs) {
			s = u.pattern.ReplaceAllString(s, u.plain)
		}
	}
	return s
}

var unusuals = []struct {
	signs   string // what the pattern is about: it is looked for where one is
	pattern *lazyregexp.Regexp
	plain   string
}{
	{"μµ", lazyregexp.New(`[μµ](m|g|s|l|L|A|F|V|W|Pa|Hz|mol)\b`), "u$1"}, // of a unit
	{"♭", lazyregexp.New(`\b([A-Ha-h])♭`), "${1}b"},                      // behind the name of a note
	{"*", lazyregexp.New(`(\d) ?\* ?(\d)`), "${1}x${2}"},                 // typed for ×
}

// conjunction writes "&" between words as the word that it is read as.
func conjunction(s, lang string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return ampersand.ReplaceAllString(s, "${1} "+conjunctions(lang)[0]+" ${2}")
}

var ampersand = lazyregexp.New(`(\pL) ?& ?(\pL)`)

// ungrouped writes 1,000 in a sentence as 1000, by the sign that groups in its
// language.
func ungrouped(s string, comma bool) string {
	if !strings.ContainsAny(s, "0123456789") {
		return s
	}
	decimal := byte('.')
	if comma {
		decimal = ','
	}
	var out strings.Builder
	from := 0
	for _, m := range thousands.FindAllStringIndex(s, -1) {
		number := s[m[0]:m[1]]
		inLonger := m[0] > 0 && strings.IndexByte("0123456789.,", s[m[0]-1]) >= 0 || m[1] < len(s) && isDigit(s[m[1]])
		if inLonger || strings.IndexByte(number, decimal) >= 0 {
			continue
		}
		out.WriteString(s[from:m[0]])
		out.WriteString(strings.Map(onlyDigits, number))
		from = m[1]
	}
	return out.String() + s[from:]
}

func onlyDigits(r rune) rune {
	if unicode.IsDigit(r) {
		return r
	}
	return -1
}

// dates writes a date of three numbers in one way, 01.02.2024 as 1-2-2024, and
// 10.30 Uhr as 10:30 Uhr.
func dates(s string) string {
	if s == "" || !isDigit(s[0]) {
		return s
	}
	if clock.MatchString(s) {
		return strings.Replace(s, ".", ":", 1)
	}
	m := date.FindStringSubmatch(s)
	if m == nil || m[2] != m[4] || len(m[1]) == 3 || len(m[5]) == 3 || len(m[1])+len(m[5]) < 3 {
		return s
	}
	plain := func(number string) string {
		n, _ := strconv.Atoi(number)
		return strconv.Itoa(n)
	}
	return plain(m[1]) + "-" + plain(m[3]) + "-" + plain(m[5])
}
