package check

import (
	"math"
	"strconv"
	"strings"
)

// A numericRange is what an option such as "1914", "10–20 km" or "at least
// 5 %" says. A single number is a range of no width.
type numericRange struct {
	low, high float64
	unit      string
}

// overlaps reports whether two ranges have more than a border in common, or
// one number lies inside the other.
func (r numericRange) overlaps(o numericRange) bool {
	return r.low < o.high && o.low < r.high
}

// thresholds reports whether all ranges are open at the same end.
func thresholds(ranges []numericRange) bool {
	up, down := 0, 0
	for _, r := range ranges {
		if math.IsInf(r.high, 1) {
			up++
		}
		if math.IsInf(r.low, -1) {
			down++
		}
	}
	return up == len(ranges) || down == len(ranges)
}

var openings = []struct {
	text string
	up   bool
}{
	{"less than ", false}, {"fewer than ", false}, {"under ", false}, {"below ", false}, {"at most ", false},
	{"up to ", false}, {"<", false}, {"≤", false},
	{"weniger als ", false}, {"unter ", false}, {"höchstens ", false}, {"bis zu ", false}, {"maximal ", false},
	{"more than ", true}, {"over ", true}, {"above ", true}, {"at least ", true}, {">", true}, {"≥", true},
	{"mehr als ", true}, {"über ", true}, {"mindestens ", true}, {"ab ", true},
}

// parseRange reads an option that is a number or a range of numbers with or
// without a unit, and nothing else.
func parseRange(l language, s string) (numericRange, bool) {
	if !strings.ContainsAny(s, "0123456789") {
		return numericRange{}, false
	}
	s = strings.ToLower(strings.TrimSuffix(collapse(s), "."))
	for _, about := range []string{"about ", "approximately ", "around ", "circa ", "ca. ", "c. ", "etwa ", "rund ",
		"ungefähr ", "~", "≈"} {
		s = strings.TrimPrefix(s, about)
	}
	for _, o := range openings {
		rest, ok := strings.CutPrefix(s, o.text)
		if !ok {
			continue
		}
		n, unit, ok := parseNumber(l, strings.TrimSpace(rest))
		if o.up {
			return numericRange{n, math.Inf(1), unit}, ok && unitLike(unit)
		}
		return numericRange{math.Inf(-1), n, unit}, ok && unitLike(unit)
	}
	low, rest, ok := parseNumber(l, s)
	if !ok {
		return numericRange{}, false
	}
	for _, dash := range []string{"–", "-", "—", "to ", "bis ", "… "} {
		if second, found := strings.CutPrefix(rest, dash); found {
			high, unit, ok := parseNumber(l, strings.TrimSpace(second))
			return numericRange{low, high, unit}, ok && unitLike(unit) && low <= high
		}
	}
	return numericRange{low, low, rest}, unitLike(rest)
}

// unitLike reports whether what follows a number can be its unit: a word or
// two, or a sign; "1949, in Bonn" and "3/4" have none.
func unitLike(s string) bool {
	if len(s) > 24 || strings.ContainsAny(s, ",;:/()[]+=*") && !strings.Contains(s, "/h") &&
		!strings.Contains(s, "/s") {
		return false
	}
	for i := range len(s) {
		if isDigit(s[i]) {
			return false
		}
	}
	return strings.Count(s, " ") < 2
}

// parseNumber reads the number at the beginning of s and returns what follows.
// A point or comma groups digits or begins a fraction as the language has it;
// in an unknown language "1.000" is not read.
func parseNumber(l language, s string) (n float64, rest string, ok bool) {
	end := 0
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		end = 1
	} else if rest, found := strings.CutPrefix(s, "−"); found {
		s = "-" + rest
		end = 1
	}
	for end < len(s) && (isDigit(s[end]) || numberMark(s, end)) {
		end++
	}
	digits := s[:end]
	point := '.'
	if l == german {
		point = ','
	}
	if l != english && l != german && strings.ContainsAny(digits, ".,") {
		return 0, "", false
	}
	n, err := strconv.ParseFloat(strings.Map(func(r rune) rune {
		switch {
		case r == point:
			return '.'
		case strings.ContainsRune(".,' ", r):
			return -1
		}
		return r
	}, digits), 64)
	return n, strings.TrimSpace(s[end:]), err == nil
}

// numberMark reports whether a mark at i stands between digits of one number.
func numberMark(s string, i int) bool {
	if i == 0 || !isDigit(s[i-1]) || i+1 >= len(s) || !isDigit(s[i+1]) {
		return false
	}
	switch s[i] {
	case '.', ',':
		return true
	case ' ', '\'':
		return i+3 < len(s) && isDigit(s[i+2]) && isDigit(s[i+3]) && (i+4 == len(s) || !isDigit(s[i+4]))
	}
	return false
}
