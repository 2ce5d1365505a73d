package answer

import (
	"slices"
	"strings"
	"unicode"

	"kartei/decks/lazyregexp"
	"kartei/decks/spelling"
)

// The most slips that are forgiven in one answer.
const mostSlips = 2

// slipped reports whether given is want but for a slip or two of the finger, in
// words long enough that a slip is not another word, and not as near to a rival.
func (w *Wanted) slipped(given, want *text) bool {
	p := newPair(given, want)
	if p.code || want.verbatim || len(given.tidy) > MaxLength || len(want.tidy) > MaxLength {
		return false
	}
	typed, right := tokens(given.unspaced(Accents, p, 0), p), tokens(want.unspaced(Accents, p, 0), p)
	at := differences(typed, right)
	if len(at) == 0 || len(at) > mostSlips {
		return false
	}
	capitals := tokens(want.tidy, p)
	total := 0
	for _, i := range at {
		if len(capitals) == len(right) && isAbbreviation(capitals[i]) {
			return false
		}
		n := slipsBetween(typed[i], right[i], w.Lang)
		if n == 0 {
			return false
		}
		total += n
	}
	return total <= mostSlips && !w.nearRival(typed, right, at, total)
}

// tokens are the words of a folded text, and the signs that carry meaning.
func tokens(s string, p pair) []string {
	var all []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			all, word = append(all, string(word)), word[:0]
		}
	}
	for _, r := range s {
		switch {
		case isApostrophe(r) || r == zeroWidthJoiner || r == zeroWidthNonJoiner:
			// in the word
		case isLetter(r) || unicode.IsNumber(r):
			word = append(word, r)
		case means(r, p):
			end()
			all = append(all, string(r))
		default:
			end()
		}
	}
	end()
	return all
}

// differences are the places where two lists of as many tokens differ; nil if
// they have not as many.
func differences(a, b []string) []int {
	if len(a) != len(b) {
		return nil
	}
	var at []int
	for i := range a {
		if a[i] != b[i] {
			at = append(at, i)
		}
	}
	return at
}

// isAbbreviation tells of a word in capitals, of which each letter is a word.
func isAbbreviation(word string) bool {
	n := 0
	for _, r := range word {
		if !unicode.IsUpper(r) {
			return false
		}
		n++
	}
	return n >= 2 && n <= 6
}

// roman finds the numerals, in small letters.
var roman = lazyregexp.New(`^m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$`)

// slipsBetween counts the slips that make one word another, 0 if it is more than
// slips. The first letter and the last are never slips: at the one stands what
// negates or reverses, at the other number, gender, case and person.
func slipsBetween(typed, right, lang string) int {
	a, b := []rune(typed), []rune(right)
	n := min(len(a), len(b))
	if n < 4 || !alphabetic(typed) || !alphabetic(right) || roman.MatchString(typed) || roman.MatchString(right) {
		return 0
	}
	limit := 1
	if n >= 9 {
		limit = mostSlips
	}
	d := spelling.Distance(a, b, mostSlips, 1)
	if d > mostSlips || a[0] != b[0] || a[len(a)-1] != b[len(b)-1] || opposed(typed, right, lang) {
		return 0
	}
	if n >= 6 && moved(a, b) {
		return 1
	}
	if d > limit {
		return 0
	}
	if spelling.Distance(a, b, d+1, 2) > d+1 || d == 1 && !isSlip(a, b, lang) {
		return 0 // two letters are others, or one where it makes another word
	}
	return d
}

// germanNoun finds words of which ei and ie make no others, as they do of schreiben
// and schrieben, Reise and Riese.
var germanNoun = lazyregexp.New(`(?:ung|heit|keit|schaft|ion)(?:en)?$`)

// isSlip judges one slip by what it does.
func isSlip(a, b []rune, lang string) bool {
	english := lang == "" || inLanguage(lang, "en")
	n := min(len(a), len(b))
	from := 0
	for from < n && a[from] == b[from] {
		from++
	}
	if len(a) == len(b) {
		if from+1 < n && a[from] == b[from+1] && a[from+1] == b[from] {
			return !inLanguage(lang, "de") || a[from]+a[from+1] != 'e'+'i' || germanNoun.MatchString(string(b)) // two letters have changed places
		}
		return n >= 6 && (english || from < n-2)
	}
	long := a
	if len(b) > len(a) {
		long = b
	}
	if long[from] == long[from-1] || from+1 < len(long) && long[from] == long[from+1] { // a doubled letter
		switch {
		case inLanguage(lang, "it", "fi", "et", "hu", "ja"):
			return false // a long sound is another
		case inLanguage(lang, "nl"):
			return n >= 9
		}
		return english || n >= 6
	}
	if !english && from == len(long)-2 && strings.ContainsRune("aeiouyаеиоуыэюяіїєαεηιουω", long[from]) {
		return false // an ending has a vowel more, or less
	}
	return n >= 5
}

// moved reports whether one letter within a word stands two or three places from
// where it should.
func moved(a, b []rune) bool {
	if len(a) != len(b) {
		return false
	}
	from, to := 0, len(a)-1
	for from <= to && a[from] == b[from] {
		from++
	}
	for to > from && a[to] == b[to] {
		to--
	}
	if from == 0 || to == len(a)-1 || to-from < 2 || to-from > 3 {
		return false
	}
	x, y := a[from:to+1], b[from:to+1]
	last := len(x) - 1
	return x[0] == y[last] && slices.Equal(x[1:], y[:last]) || x[last] == y[0] && slices.Equal(x[:last], y[1:])
}

// alphabetic reports whether a word is of the scripts whose words are spelt
// letter by letter: in others a letter less, or another, is another word.
func alphabetic(word string) bool {
	for _, r := range word {
		if !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian) {
			return false
		}
	}
	return true
}

// nearRival reports whether a rival is as near to what was typed, or so near to
// the answer that a slip might have led to either.
func (w *Wanted) nearRival(typed, right []string, at []int, slips int) bool {
	joined := []rune(strings.Join(typed, ""))
	whole := []rune(strings.Join(right, ""))
	for _, rival := range w.Rivals {
		other := newAnswer(rival, w.Lang)
		theirs := tokens(other.unspaced(Accents, pair{}, 0), pair{})
		if len(theirs) == 0 || slices.Equal(theirs, right) {
			continue
		}
		apart := []rune(strings.Join(theirs, ""))
		if spelling.Distance(joined, apart, slips, 1) <= slips {
			return true
		}
		if len(theirs) != len(right) {
			if spelling.Distance(whole, apart, mostSlips, 1) <= mostSlips {
				return true
			}
			continue
		}
		for _, i := range at {
			if theirs[i] != right[i] && spelling.Distance([]rune(theirs[i]), []rune(right[i]), mostSlips,
				1) <= mostSlips {
				return true
			}
		}
	}
	return false
}

func abs(n int) int { return max(n, -n) }
