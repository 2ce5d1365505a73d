package answer

// Value reads an answer in the given language as a number and its unit, in
// lower case: "−1 234,5 km" is −1234.5 and "km" in German. ok is false for an
// answer that does not compare as a number.
func Value(text, lang string) (value float64, unit string, ok bool) {
	return parseNumber(tidy(text), commaDecimal(lang))
}

// Laxer gives the more lenient of two rules.
func Laxer(a, b Rule) Rule {
	if rank[b] > rank[a] {
		return b
	}
	return a
}
