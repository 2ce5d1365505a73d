package syntax

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var spelled = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// Slug makes an id of a text: lower-case words of a-z and 0-9 joined by "-", at
// most 64 bytes, cut between words where it can be. It is empty for a text
// without a Latin letter or digit.
func Slug(text string) string {
	text = spelled.Replace(norm.NFC.String(strings.ToLower(firstBytes(text, 4*maxID))))
	var out strings.Builder
	gap := false
	for _, r := range norm.NFD.String(text) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			gap = false
			out.WriteRune(r)
		case r == '\'' || r == '’' || unicode.Is(unicode.Mn, r):
		default:
			gap = true
		}
	}
	return cutSlug(out.String(), maxID)
}

const maxID = 64

// firstBytes gives at most the first n bytes of s, whole characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

func cutSlug(slug string, n int) string {
	if len(slug) <= n {
		return slug
	}
	slug = slug[:n+1]
	if i := strings.LastIndexByte(slug, '-'); i > n/2 {
		return slug[:i]
	}
	return strings.TrimRight(slug[:n], "-")
}
