package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var spelled = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l",
	"đ", "d", "ð", "d", "þ", "th", "ı", "i")

// Slug makes an id of a text: lower-case words of a-z and 0-9 joined by "-", at
// most 64 bytes, cut between words where it can be. It is empty for a text
// without a Latin letter or digit.
func Slug(text string) string { return slug(text, func(rune) bool { return false }) }

// DeckWord makes a word of a deck's name of a text: as Slug does, but the letters
// and digits of other scripts stay as they are. It is empty for a text without a
// letter or digit.
func DeckWord(text string) string {
	word := slug(text, isForeign)
	for len(word) > maxDeckWord {
		_, last := utf8.DecodeLastRuneInString(word)
		word = strings.TrimRight(word[:len(word)-last], "-")
	}
	return word
}

// slug keeps the letters and digits that foreign says, with their marks.
func slug(text string, foreign func(rune) bool) string {
	text = spelled.Replace(norm.NFC.String(strings.ToLower(firstBytes(text, 4*maxID))))
	var out strings.Builder
	gap, kept := false, false // kept: the last character was foreign
	add := func(r rune) {
		if gap && out.Len() > 0 {
			out.WriteByte('-')
		}
		gap = false
		out.WriteRune(r)
	}
	for _, c := range text {
		if kept = foreign(c) || kept && isAccent(c); kept {
			add(c)
			continue
		}
		for _, r := range norm.NFD.String(string(c)) {
			switch {
			case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
				add(r)
			case isApostrophe(r) || unicode.Is(unicode.Mn, r):
			default:
				gap = true
			}
		}
	}
	return cutSlug(norm.NFC.String(out.String()), maxID)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// isForeign reports whether a letter or digit of another script than the Latin one
// may be in a deck's name: one that has no capital about it, looks like itself
// (the halves and doubles of Unicode's compatibility forms do not) and is seen
// at all.
func isForeign(r rune) bool {
	const modifiers, after = 'ʰ', '\u0300'
	return r > unicode.MaxLatin1 && (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Latin, r) &&
		(r < modifiers || r >= after) &&
		r == unicode.ToLower(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) &&
		norm.NFKC.IsNormalString(string(r))
}

// isAccent reports whether a character belongs to the letter before it.
func isAccent(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Mc) &&
		!unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// maxID and maxDeckWord limit an id, and a word of a deck's name, in bytes.
const (
	maxID       = 64
	maxDeckWord = 128
)

// firstBytes returns at most the first n bytes of s, whole characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// cutSlug returns at most the first n characters of a slug, whole words if they
// are more than half of that.
func cutSlug(slug string, n int) string {
	end, count := 0, 0
	for end = range slug {
		if count++; count > n {
			break
		}
	}
	if count <= n {
		return slug
	}
	if slug[end] == '-' {
		return slug[:end]
	}
	if i := strings.LastIndexByte(slug[:end], '-'); utf8.RuneCountInString(slug[:max(i, 0)]) > n/2 {
		return slug[:i]
	}
	return slug[:end]
}
