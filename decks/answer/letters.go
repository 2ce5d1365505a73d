package answer

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// everywhere are letters that are not a base and a mark, and what is typed for
// them on a keyboard that lacks them.
var everywhere = strings.NewReplacer(
	"œ", "oe", "æ", "ae", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "ß", "ss", "þ", "th", "ı", "i", "ħ", "h", "ŋ", "ng",
	"ŧ", "t",
	"ɓ", "b", "ɗ", "d", "ƙ", "k", "ƴ", "y", "ə", "e", "ſ", "s",
	"ک", "ك", "ی", "ي", "ى", "ي", "ہ", "ه", "ە", "ه", "ۃ", "ة",
)

// A digraph is a way in which a language writes letters that a keyboard lacks.
type digraph struct {
	languages []string
	write     func(string) string
}

// digraphs are beside everywhere.
var digraphs = []digraph{
	{[]string{"de", "gsw", "lb"}, replace("ä", "ae", "ö", "oe", "ü", "ue")},
	{[]string{"da", "nb", "nn", "no", "sv", "fo"}, replace("å", "aa", "ø", "oe", "ä", "ae", "ö", "oe")},
	{[]string{"fi", "et"}, replace("ä", "ae", "ö", "oe", "õ", "o")},
	{[]string{"hr", "sr", "bs"}, replace("đ", "dj")},
	{[]string{"eo"}, replace("ĉ", "cx", "ĝ", "gx", "ĥ", "hx", "ĵ", "jx", "ŝ", "sx", "ŭ", "ux")},
	{[]string{"eo"}, replace("ĉ", "ch", "ĝ", "gh", "ĥ", "hh", "ĵ", "jh", "ŝ", "sh", "ŭ", "u")},
	{[]string{"ja"}, replace("ā", "aa", "ī", "ii", "ū", "uu", "ē", "ei", "ō", "ou")},
	{[]string{"ja"}, replace("ā", "aa", "ī", "ii", "ū", "uu", "ē", "ee", "ō", "oo")},
	{[]string{"la"}, replace("j", "i", "v", "u")},
	{[]string{"ro", "mo"}, replace("ş", "ș", "ţ", "ț", "â", "î")},
	{[]string{"it"}, finalAccents},
	{[]string{"zh", "cmn"}, toneDigits},
}

func replace(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

// variants counts the ways in which a language writes such letters.
func variants(r Rule, lang string) int {
	n := 1
	if r.rank() < Letters.rank() {
		return n
	}
	for _, d := range digraphs {
		if inLanguage(lang, d.languages...) {
			n++
		}
	}
	return n
}

// plainLetters writes letters as a plain keyboard has them, in one of the ways
// of the language.
func plainLetters(s, lang string, variant int) string {
	if d := digraphOf(lang, variant); d != nil {
		s = d.write(s)
	}
	return everywhere.Replace(s)
}

func digraphOf(lang string, variant int) *digraph {
	for i := range digraphs {
		if inLanguage(lang, digraphs[i].languages...) {
			if variant--; variant == 0 {
				return &digraphs[i]
			}
		}
	}
	return nil
}

// keepsApostrophes tells of the variant in which an apostrophe is an accent.
func keepsApostrophes(lang string, variant int) bool {
	return variant == 1 && inLanguage(lang, "it")
}

// finalAccents writes città as citta'.
func finalAccents(s string) string {
	fields := strings.Fields(s)
	for i, word := range fields {
		decomposed := norm.NFD.String(word)
		if n := len(decomposed); strings.HasSuffix(decomposed, "\u0300") || strings.HasSuffix(decomposed, "\u0301") {
			fields[i] = norm.NFC.String(decomposed[:n-2]) + "'"
		}
	}
	return strings.Join(fields, " ")
}

// tones are the marks of Chinese in Latin letters.
var tones = map[rune]rune{'\u0304': '1', '\u0301': '2', '\u030c': '3', '\u0300': '4'}

// toneDigits writes nǐ hǎo as ni hao, and behind it the tones: where a syllable
// ends need not be known. v stands for ü.
func toneDigits(s string) string {
	var letters, all strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch tone, ok := tones[r]; {
		case ok:
			all.WriteRune(tone)
		case r >= '1' && r <= '4':
			all.WriteRune(r)
		case r == '5' || r == '0':
		case r == 'v':
			letters.WriteString("u\u0308")
		default:
			letters.WriteRune(r)
		}
	}
	if all.Len() == 0 || !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
		return s
	}
	return norm.NFC.String(strings.ReplaceAll(letters.String(), " ", "")) + "=" + all.String()
}
