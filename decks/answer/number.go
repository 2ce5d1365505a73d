package answer

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"kartei/decks"
)

// IsNumber reports whether an answer in the given language compares as a
// number: digits with separators, and at most a short unit.
func IsNumber(text, lang string) bool {
	_, _, ok := parseNumber(tidy(text), commaDecimal(lang))
	return ok
}

// sameNumber compares two answers as numbers. The second result is false if
// want is no number; a typed text that is none is then simply not equal to it.
func sameNumber(typed, want, lang string, tolerance *decks.Tolerance) (equal, numbers bool) {
	comma := commaDecimal(lang)
	target, unit, ok := parseNumber(want, comma)
	if !ok {
		return false, false
	}
	for _, reading := range []bool{comma, !comma} {
		got, typedUnit, ok := parseNumber(typed, reading)
		if !ok || typedUnit != "" && typedUnit != unit {
			continue
		}
		// The other language's reading counts only where its separator groups
		// thousands: "100.000" is 100 000 for an English deck, "1.5" is not 15.
		if reading != comma && !grouped(typed, reading) {
			continue
		}
		if within(got, target, tolerance) {
			return true, true
		}
	}
	return false, true
}

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

// parseNumber reads "−1 234,5 km" as −1234.5 and "km". With comma the comma is
// the decimal sign and the point groups thousands, else the other way round;
// spaces and apostrophes group in both.
func parseNumber(s string, comma bool) (value float64, unit string, ok bool) {
	s = strings.NewReplacer("\u2212", "-", "\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'").Replace(s)
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
	end := strings.LastIndexAny(s, "0123456789") + 1
	if end > 64 {
		return 0, "", false
	}
	unit = strings.TrimSpace(s[end:])
	if unit != "" && (prefix != "" || !isUnit(unit, false)) {
		return 0, "", false
	}
	digits, ok := plainDigits(s[:end], comma)
	if !ok {
		return 0, "", false
	}
	value, err := strconv.ParseFloat(digits, 64)
	return value, strings.ToLower(prefix + unit), err == nil && !math.IsInf(value, 0)
}

// isUnit accepts one short word of letters and unit signs: "km", "%", "°C",
// "km/h". A currency sign may stand before the number.
func isUnit(s string, before bool) bool {
	if len([]rune(s)) > 12 {
		return false
	}
	for _, r := range s {
		if before && !unicode.Is(unicode.Sc, r) {
			return false
		}
		if !unicode.IsLetter(r) && !unicode.IsSymbol(r) && !strings.ContainsRune("%‰/²³·", r) {
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

// grouped reports whether s uses the thousands sign of the given reading.
func grouped(s string, comma bool) bool {
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
	case "", "en", "zh", "ja", "ko", "th", "he", "iw", "hi", "bn", "ta", "te", "ur", "ms", "fil", "tl", "ga", "cy", "mt", "sw", "am", "yo", "ig", "ha", "my", "km", "lo", "si", "ne", "mr", "gu", "pa", "ar", "fa", "yue", "mi":
		return false
	}
	return strings.ToLower(lang) != "de-ch" && strings.ToLower(lang) != "es-mx"
}
