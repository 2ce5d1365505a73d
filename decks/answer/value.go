package answer

import "strings"

// Value reads an answer in the given language as a number and its unit, in
// lower case: "−1 234,5 km" is −1234.5 and "km" in German. ok is false for an
// answer that does not compare as a number.
func Value(text, lang string) (value float64, unit string, ok bool) {
	value, unit, ok = parseNumber(tidy(text), commaDecimal(lang))
	return value, strings.ToLower(unit), ok
}
