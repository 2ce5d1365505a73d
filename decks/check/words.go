package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordFlags say how a word stands in its text.
type wordFlags uint8

// A quoted word is mentioned, not used; so are words in code and formulas.
// Rules that look for words pass over all of them.
const (
	quoted  wordFlags = 1 << iota // between quotation marks
	code                          // a code span or a fence, as one word
	formula                       // $maths$, as one word
	strong                        // emphasised with * or _
	picture                       // the alt text of an image
)

// mentioned are the marks of words that the author talks about, not with.
const mentioned = quoted | code | formula | picture

// A word is a run of letters and digits; hyphens, apostrophes and the points
// of numbers belong to it when they stand inside.
type word struct {
	text       string // as written
	fold       string // in lower case
	start, end int    // bytes in the text
	marks      wordFlags
}

func (w word) is(m wordFlags) bool { return w.marks&m != 0 }

// shouted reports whether the word is written in capitals: NOT, AUSSER.
func (w word) shouted() bool {
	return len(w.text) > 1 && w.text != w.fold && strings.ToUpper(w.text) == w.text
}

// capital reports whether the word begins with a capital letter.
func (w word) capital() bool {
	r, _ := utf8.DecodeRuneInString(w.text)
	return unicode.IsUpper(r)
}

// numeral reports whether the word begins with a digit.
func (w word) numeral() bool { return w.text != "" && w.text[0] >= '0' && w.text[0] <= '9' }

// The rules look at so much of a text and no more: far more than a learner would.
const (
	mostWords = 300
	mostBytes = 8 << 10
)

// words cuts the beginning of a Markdown text into words and appends them to
// buf. It takes time in proportion to the length of s, whatever s is.
func words(buf []word, s string) []word {
	if len(s) > mostBytes {
		end := mostBytes
		for end > mostBytes-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	sc := scanner{s: s, lower: strings.ToLower(s)}
	if len(sc.lower) != len(s) {
		sc.lower = "" // rare letters such as İ: fold word by word
	}
	for sc.at < len(s) && len(buf) < mostWords {
		buf = sc.step(buf)
	}
	return buf
}

// saidWords says how many words there are, as far as they were counted.
func saidWords(n int) string {
	if n >= mostWords {
		return fmt.Sprintf("%d words or more", n)
	}
	return fmt.Sprintf("%d words", n)
}

// A scanner walks over Markdown text. A span (quotation, emphasis) is held by
// where it ends: a word that starts before is inside.
type scanner struct {
	s, lower                        string
	at                              int
	quoteEnd, strongEnd, pictureEnd int
	next                            map[string]int // where a closer comes next
}

func (sc *scanner) step(buf []word) []word {
	r, size := rune(sc.s[sc.at]), 1
	if r >= utf8.RuneSelf {
		r, size = utf8.DecodeRuneInString(sc.s[sc.at:])
	}
	switch {
	case r == '`':
		return sc.whole(buf, sc.run('`'), code)
	case r == '$':
		return sc.whole(buf, sc.run('$'), formula)
	case r == '*' || r == '_':
		sc.emphasis(r)
	case r == '!' && strings.HasPrefix(sc.s[sc.at:], "!["):
		if end := sc.find(sc.at+2, "]"); end > 0 {
			sc.pictureEnd = end
		}
		sc.at += 2
	case r == ']' && strings.HasPrefix(sc.s[sc.at:], "]("):
		if end := sc.find(sc.at+2, ")"); end > 0 {
			sc.at = end // the address is not text
		}
		sc.at++
	case strings.HasPrefix(sc.s[sc.at:], `\(`):
		return sc.brackets(buf)
	case r == '\\':
		sc.at += size
		if sc.at < len(sc.s) && sc.s[sc.at] < utf8.RuneSelf && !inWord(rune(sc.s[sc.at])) {
			sc.at++
		}
	case inWord(r):
		return sc.word(buf)
	default:
		sc.quotation(r, size)
		sc.at += size
	}
	return buf
}

// run returns the run of c that starts here.
func (sc *scanner) run(c byte) string {
	end := sc.at
	for end < len(sc.s) && sc.s[end] == c {
		end++
	}
	return sc.s[sc.at:end]
}

// find is where closer next stands at or after from, or -1. What was found is
// remembered, so that a text full of openers without closers is searched once.
func (sc *scanner) find(from int, closer string) int {
	if next, ok := sc.next[closer]; ok && next >= from {
		return sc.found(next)
	}
	if from > len(sc.s) {
		return -1
	}
	next := len(sc.s)
	if i := strings.Index(sc.s[from:], closer); i >= 0 {
		next = from + i
	}
	if sc.next == nil {
		sc.next = map[string]int{}
	}
	sc.next[closer] = next
	return sc.found(next)
}

func (sc *scanner) found(at int) int {
	if at == len(sc.s) {
		return -1
	}
	return at
}

// whole takes everything up to the closing delimiter as one word.
func (sc *scanner) whole(buf []word, delimiter string, m wordFlags) []word {
	from := sc.at + len(delimiter)
	end := -1
	if len(delimiter) <= 8 {
		end = sc.find(from, delimiter)
	}
	if end < 0 || m == formula && !formulaLike(sc.s[from:end]) {
		sc.at = from
		return buf
	}
	inner := strings.TrimSpace(sc.s[from:end])
	sc.at = end + len(delimiter)
	if inner == "" {
		return buf
	}
	return append(buf, word{inner, inner, from, end, m | sc.marks(from)})
}

// brackets takes the formula that stands between \( and \), if it is one.
func (sc *scanner) brackets(buf []word) []word {
	from := sc.at + len(`\(`)
	end := sc.find(from, `\)`)
	if end < 0 || strings.TrimSpace(sc.s[from:end]) == "" {
		sc.at = from
		return buf
	}
	sc.at = end + len(`\)`)
	inner := strings.TrimSpace(sc.s[from:end])
	return append(buf, word{inner, inner, from, end, formula | sc.marks(from)})
}

// formulaLike keeps "costs $5 and $6" from being read as maths, as Pandoc does.
func formulaLike(s string) bool {
	return s != "" && s[0] != ' ' && s[len(s)-1] != ' '
}

func (sc *scanner) emphasis(r rune) {
	delimiter := sc.run(byte(r))
	from := sc.at + len(delimiter)
	closes := sc.strongEnd > 0 && sc.at <= sc.strongEnd
	opens := from < len(sc.s) && sc.s[from] != ' ' && (r == '*' || sc.at == 0 || !letterBefore(sc.s, sc.at))
	if !closes && opens && len(delimiter) <= 3 {
		if end := sc.find(from, delimiter); end > 0 {
			sc.strongEnd = end
		}
	}
	sc.at = from
}

func letterBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return inWord(r)
}

// closers gives for an opening quotation mark the marks that may close it.
// German „…“ and »…«, English “…” and ‘…’, French «…», and the straight ones.
var closers = map[rune][]string{
	'"': {`"`}, '“': {"”"}, '„': {"“", "”", `"`}, '«': {"»"}, '»': {"«"}, '‘': {"’"}, '‚': {"‘", "’"}, '\'': {"'"},
}

func (sc *scanner) quotation(r rune, size int) {
	if sc.at < sc.quoteEnd || closers[r] == nil {
		return
	}
	if sc.at > 0 && letterBefore(sc.s, sc.at) { // an apostrophe, or an inch
		return
	}
	for _, closer := range closers[r] {
		if end := sc.find(sc.at+size, closer); end > 0 && (sc.quoteEnd <= sc.at || end < sc.quoteEnd) {
			sc.quoteEnd = end
		}
	}
}

func (sc *scanner) marks(at int) (m wordFlags) {
	if at < sc.quoteEnd {
		m |= quoted
	}
	if at < sc.strongEnd {
		m |= strong
	}
	if at < sc.pictureEnd {
		m |= picture
	}
	return m
}

func (sc *scanner) word(buf []word) []word {
	start := sc.at
	for sc.at < len(sc.s) {
		r, size := utf8.DecodeRuneInString(sc.s[sc.at:])
		if !inWord(r) && !joins(sc.s, sc.at, r, size) {
			break
		}
		sc.at += size
	}
	text := sc.s[start:sc.at]
	w := word{text: text, start: start, end: sc.at, marks: sc.marks(start)}
	if sc.lower != "" {
		w.fold = sc.lower[start:sc.at]
	} else {
		w.fold = strings.ToLower(text)
	}
	return append(buf, w)
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// joins reports whether the mark r at i stands inside a word: in "e-mail",
// "don't", "1,000.5".
func joins(s string, i int, r rune, size int) bool {
	switch r {
	case '-', '\'', '’', '‑':
		next, _ := utf8.DecodeRuneInString(s[i+size:])
		return inWord(next)
	case '.', ',':
		return i > 0 && isDigit(s[i-1]) && i+1 < len(s) && isDigit(s[i+1])
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
