package answer

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

// IsNumber reports whether an answer in the given language compares as a
// number: digits with separators, and at most a short unit.
func IsNumber(text, lang string) bool {
	_, _, ok := parseNumber(tidy(text), commaDecimal(lang))
	return ok
}

// sameNumber compares two texts as numbers. The second result is false if want
// is not a number; a typed text that is none is then simply not equal to it.
func (w *Wanted) sameNumber(given, want *text) (equal, numbers bool) {
	if want.code && w.Tolerance == nil {
		return false, false // in code 10 is not 10.0
	}
	comma := commaDecimal(w.Lang)
	target, unit, ok := parseNumber(narrow(want.tidy), comma)
	if !ok {
		return w.sameFraction(given, want), false
	}
	typed := withoutZeros(nativeNumber(given.tidy))
	if head, dot := strings.CutSuffix(typed, "."); dot && head != "" && !isDigit(head[len(head)-1]) {
		typed = head
	}
	got, typedUnit, ok := parseNumber(typed, comma)
	if ok && w.sameUnit(typedUnit, unit) && within(got, target, w.Tolerance) {
		return true, true
	}
	// The other language's reading counts where its separator groups thousands,
	// or the language's own can make nothing of it: "100.000" is 100 000 for an
	// English deck, "1,5" one and a half, but "1.5" is not 15.
	other, typedUnit, read := parseNumber(typed, !comma)
	if read && (!ok || groups(typed, !comma)) && w.sameUnit(typedUnit, unit) {
		return within(other, target, w.Tolerance), true
	}
	return false, true
}

// sameFraction reports whether a decimal fraction was typed that is the one
// wanted, which stands on one place: 2½ and 2.5.
func (w *Wanted) sameFraction(given, want *text) bool {
	m := fraction.FindStringSubmatch(norm.NFKC.String(want.tidy))
	if m == nil || !strings.ContainsFunc(want.tidy, isFraction) {
		return false
	}
	whole, _ := strconv.ParseFloat("0"+m[1], 64)
	over, _ := strconv.ParseFloat(m[2], 64)
	under, _ := strconv.ParseFloat(m[3], 64)
	for _, comma := range []bool{true, false} {
		if got, unit, ok := parseNumber(nativeNumber(given.tidy), comma); ok && unit == "" &&
			within(got, whole+over/under, w.Tolerance) {
			return true
		}
	}
	return false
}

// fraction is what NFKC makes of 2½: a digit less, for there is nothing between.
var fraction = lazyregexp.New(`^(\d*) ?([1-9])⁄(\d{1,2})$`)

// narrow writes wide digits and signs as ours.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}

// nativeNumber writes digits of all scripts as ours.
func nativeNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if value, ok := digit(r); ok {
			return '0' + value
		}
		return r
	}, narrow(s))
}

// withoutZeros takes away zeros before a number.
func withoutZeros(s string) string {
	for len(s) > 1 && s[0] == '0' && isDigit(s[1]) {
		s = s[1:]
	}
	return s
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// sameUnit reports whether a unit was typed that is the wanted one, or none
// where it may be left out.
func (w *Wanted) sameUnit(typed, want string) bool {
	if typed == "" {
		return want == "" || !w.Strict && mayLeaveOut(want)
	}
	a, b := plainUnit(typed), plainUnit(want)
	if x, y := strings.ToLower(a), strings.ToLower(b); scales.Has(x) && scales.Has(y) &&
		(x == y && len(x) > 1 || (strings.HasPrefix(x, y) || strings.HasPrefix(y, x)) && len(x) > 2 && len(y) > 2) {
		return true // million, millions; pm, PM
	}
	return a == b || strings.EqualFold(a, b) && !caseOfUnit(a, b)
}

// plainUnit writes a unit on a plain keyboard.
func plainUnit(s string) string {
	s = unmarked(plainForms(s, "", pair{}), power.MatchString(s))
	if currency, ok := currencies[strings.ToLower(s)]; ok {
		return currency
	}
	if strings.HasPrefix(s, "°") && len(s) == len("°C") {
		return s[len("°"):]
	}
	return strings.ReplaceAll(s, " ", "")
}

var currencies = map[string]string{"eur": "€", "euro": "€", "euros": "€", "gbp": "£", "jpy": "¥", "円": "¥", "usd": "$",
	"inr": "₹"}

// caseOfUnit reports whether capitals make one unit another: mega and milli,
// bytes and bits.
func caseOfUnit(a, b string) bool {
	if len(a) < 2 || len(b) < 2 {
		return len(a) == 1 && strings.ContainsAny(a, "sSgGkKtTbB")
	}
	return a[0] != b[0] && strings.ContainsAny(a[:1], "mMpP") || bits.MatchString(a) && a[len(a)-1] != b[len(b)-1]
}

var bits = lazyregexp.New(`^[kKMGTP]i?[bB]$`)

// mayLeaveOut tells of units that go without saying: not of a million, of an
// age, or of the unknown in 2x.
func mayLeaveOut(unit string) bool {
	lower := strings.ToLower(unit)
	if scales.Has(lower) || strings.ContainsAny(unit, "πφ∞√") {
		return false
	}
	if runes := []rune(unit); len(runes) == 1 && runes[0] < 0x80 && unicode.IsLetter(runes[0]) {
		return strings.ContainsAny(unit, "mgslLhtVWNJKAFCT")
	}
	return true
}

// scales are words behind a number that are part of it.
var scales = wordset.New(`thousand million millions billion billions trillion trillions dozen k mio mrd tsd
		tausend millionen milliarde milliarden billionen dutzend mille milliard milliards millones millón mil miliardi miliardo milioni milione
		milhão milhões bilhão miljoen miljard miljon miljoner miljard tysiąc milion milionów miliard тысяч тысяча миллион миллионов миллиард млн млрд тыс
		lakh crore 千 万 萬 億 亿 兆 천 만 억 bc bce ad ce am pm ac dc`)

func within(got, target float64, tolerance *decks.Tolerance) bool {
	slack := 1e-9 * math.Abs(target) // decimal fractions are not exact in binary
	if tolerance != nil {
		slack += tolerance.Amount
		if tolerance.Percent {
			slack = math.Abs(target) * (tolerance.Amount/100 + 1e-9)
		}
	}
	return math.Abs(got-target) <= slack
}

// numberSigns are written in numbers in place of those of the keyboard.
var numberSigns = strings.NewReplacer("\u2212", "-", "\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'")

// parseNumber reads "−1 234,5 km" as −1234.5 and "km". With comma the comma is
// the decimal sign and the point groups thousands, else the other way round;
// spaces and apostrophes group in both.
func parseNumber(s string, comma bool) (value float64, unit string, ok bool) {
	s = numberSigns.Replace(s)
	start := strings.IndexAny(s, "0123456789")
	if start > 0 && (s[start-1] == '-' || s[start-1] == '+') {
		start--
	}
	if start < 0 {
		return 0, "", false
	}
	prefix := strings.TrimSpace(s[:start])
	s = s[start:]
	if prefix != "" && !isUnit(prefix, true) {
		return 0, "", false
	}
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789 .,'+-", r) })
	if end < 0 {
		end = len(s)
	}
	end = strings.LastIndexAny(s[:end], "0123456789") + 1
	if end > 64 {
		return 0, "", false
	}
	unit = strings.TrimSpace(s[end:])
	if undotted := strings.ReplaceAll(unit, ".", ""); scales.Has(strings.ToLower(undotted)) {
		unit = undotted // B.C., p.m.
	}
	if unit == "s" && decade.MatchString(s) {
		return 0, "", false
	}
	if unit != "" && (prefix != "" || !isUnit(unit, false)) {
		return 0, "", false
	}
	digits, ok := plainDigits(s[:end], comma)
	if !ok {
		return 0, "", false
	}
	if len(digits) > 1 && digits[0] == '0' && isDigit(digits[1]) {
		return 0, "", false // 007 is a name
	}
	value, err := strconv.ParseFloat(digits, 64)
	return value, prefix + unit, err == nil && !math.IsInf(value, 0)
}

// decade finds "1980s", which is not a number of seconds.
var decade = lazyregexp.New(`^[12]\d\d0s$`)

// isUnit accepts one short word of letters and unit signs: "km", "%", "°C",
// "km/h". A currency sign may stand before the number.
func isUnit(s string, before bool) bool {
	if len([]rune(s)) > 12 {
		return false
	}
	for i, r := range s {
		currency := unicode.Is(unicode.Sc, r)
		if before && !currency {
			return false
		}
		word := unicode.IsLetter(r) || unicode.IsMark(r) || currency || strings.ContainsRune("%‰°℃℉", r)
		if !word && (i == 0 || !strings.ContainsRune("/·²³⁻¹−-^1234", r)) {
			return false
		}
	}
	return true
}

// plainDigits takes the grouping out and makes the decimal sign a point.
func plainDigits(s string, comma bool) (string, bool) {
	decimal, group := ".", ","
	if comma {
		decimal, group = ",", "."
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], strings.TrimSpace(s[1:])
	}
	whole, fraction, hasFraction := strings.Cut(s, decimal)
	if hasFraction && !allDigits(fraction) {
		return "", false
	}
	parts := strings.FieldsFunc(whole, func(r rune) bool { return r == ' ' || r == '\'' || string(r) == group })
	if strings.Trim(whole, " '"+group+"0123456789") != "" || len(parts) == 0 {
		return "", false
	}
	for i, p := range parts {
		if !allDigits(p) || i > 0 && len(p) != 3 || i == 0 && len(parts) > 1 && len(p) > 3 {
			return "", false
		}
	}
	if hasFraction {
		fraction = "." + fraction
	}
	return sign + strings.Join(parts, "") + fraction, true
}

// groups reports whether s uses the thousands sign of the given reading.
func groups(s string, comma bool) bool {
	if comma {
		return strings.Contains(s, ".")
	}
	return strings.Contains(s, ",")
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// commaDecimal says whether a language writes 1,5 for one and a half. The list
// is CLDR's main decimal signs for the languages that use the point; most of
// the rest of the world uses the comma. Unknown means English.
func commaDecimal(lang string) bool {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "", "en", "zh", "ja", "ko", "th", "he", "iw", "hi", "bn", "ta", "te", "ur", "ms", "fil", "tl", "ga", "cy",
		"mt", "sw", "am", "yo", "ig", "ha", "my", "km", "lo", "si", "ne", "mr", "gu", "pa", "ar", "fa", "yue", "mi":
		return false
	}
	return strings.ToLower(lang) != "de-ch" && strings.ToLower(lang) != "es-mx"
}
