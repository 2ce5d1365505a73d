package answer

import (
	"slices"
	"strings"
	"sync"

	"kartei/decks/lazyregexp"
)

// A Set is what a card wants typed that has several parts, in any order. Texts
// are Markdown.
type Set struct {
	Parts  []string
	Lang   string
	Strict bool
	Rivals []string // of other cards, and what the author calls wrong
}

// A SetVerdict is the result of a comparison with a set.
type SetVerdict struct {
	Met  []bool // for each part: whether it was typed
	Rule Rule   // the most lenient rule by which one was; Wrong if none was
}

// Count is how many parts were met.
func (v *SetVerdict) Count() int {
	n := 0
	for _, met := range v.Met {
		if met {
			n++
		}
	}
	return n
}

// Compare meets each part with at most one of the typed texts, the strictest
// matches first. A text that is not a part may hold several, as in "B and A" or
// "B, A". Only as many texts count as there are parts.
func (s *Set) Compare(typed []string) SetVerdict {
	best := s.match(typed)
	for _, at := range divisions {
		if best.Count() == len(s.Parts) {
			return best
		}
		var pieces []string
		for _, line := range typed {
			pieces = append(pieces, split(line, s.Lang, at)...)
		}
		if v := s.match(pieces); v.Count() > best.Count() {
			best = v
		}
	}
	return best
}

// match meets the parts with texts that are not divided.
func (s *Set) match(typed []string) SetVerdict {
	typed = slices.DeleteFunc(slices.Clone(typed), func(text string) bool { return tidy(text) == "" })
	typed = typed[:min(len(typed), len(s.Parts))]
	v := SetVerdict{Met: make([]bool, len(s.Parts)), Rule: Exact}
	rules := make([][]Rule, len(s.Parts))
	for i := range s.Parts {
		want := Wanted{Text: s.Parts[i], Lang: s.Lang, Strict: s.Strict,
			Rivals: slices.Concat(s.Parts[:i], s.Parts[i+1:], s.Rivals)}
		for _, text := range typed {
			rules[i] = append(rules[i], want.Compare(text).Rule)
		}
	}
	used := make([]bool, len(typed))
	for _, rule := range Rules[:len(Rules)-1] {
		for i := range s.Parts {
			j := slices.Index(rules[i], rule)
			for j >= 0 && used[j] {
				rules[i][j] = Wrong
				j = slices.Index(rules[i], rule)
			}
			if j >= 0 && !v.Met[i] {
				used[j], v.Met[i] = true, true
				v.Rule = Laxer(v.Rule, rule)
			}
		}
	}
	if v.Count() == 0 {
		v.Rule = Wrong
	}
	return v
}

// divisions begin with the signs that are in no part and go on to those that may
// be: research and development, C++, AT&T, 1,5.
var divisions = []division{
	{lazyregexp.New(`[;；\n，、،]|,\s`), false},
	{lazyregexp.New(`[;；\n]|\s[&+]\s`), true},
	{lazyregexp.New(`[;；\n，、،]|\s[&+]\s|,\s`), true},
	{lazyregexp.New(`[;；\n，、،,]|\s[&+]\s`), true},
	{lazyregexp.New(`[;；\n，、،,&+]`), true},
}

// A division is where a line of several parts is divided.
type division struct {
	signs *lazyregexp.Regexp
	words bool // at conjunctions, too
}

// split divides a line.
func split(line, lang string, at division) []string {
	line = at.signs.ReplaceAllString(line, ";")
	words := conjunctions(lang)
	var parts []string
	for piece := range strings.SplitSeq(line, ";") {
		var part []string
		for _, word := range strings.Fields(piece) {
			if w := strings.ToLower(word); at.words && (w == "and" || slices.Contains(words, w)) { // in decks of a foreign language, too
				parts, part = append(parts, strings.Join(part, " ")), nil
				continue
			}
			part = append(part, word)
		}
		parts = append(parts, strings.Join(part, " "))
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// conjunctions are the words that join two parts in a language; the first of
// them is how "&" is read.
func conjunctions(lang string) []string {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if words, ok := joining()[base]; ok {
		return words
	}
	return joining()["en"]
}

var joining = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"":   {"and", "or", "plus", "und", "oder", "sowie"},
		"en": {"and", "or", "plus"}, "de": {"und", "oder", "sowie", "bzw."}, "fr": {"et", "ou"},
		"es": {"y", "e", "o", "u"}, "it": {"e", "ed", "o", "oppure"},
		"pt": {"e", "ou"}, "nl": {"en", "of"}, "sv": {"och", "eller"}, "da": {"og", "eller"}, "nb": {"og", "eller"},
		"no": {"og", "eller"}, "nn": {"og", "eller"},
		"is": {"og", "eða"}, "pl": {"i", "oraz", "lub", "albo"}, "cs": {"a", "i", "nebo"}, "sk": {"a", "i", "alebo"},
		"hr": {"i", "ili"}, "sr": {"и", "i", "или", "ili"},
		"ro": {"și", "şi", "si", "sau"}, "tr": {"ve", "veya", "ile"}, "el": {"και", "ή"}, "ru": {"и", "или"},
		"uk": {"і", "й", "та", "або"}, "bg": {"и", "или"},
		"la": {"et", "atque", "ac"}, "ca": {"i", "o"}, "hu": {"és", "vagy"}, "fi": {"ja", "tai"}, "et": {"ja", "või"},
		"vi": {"và", "hoặc"}, "eo": {"kaj", "aŭ"},
		"id": {"dan", "atau"}, "he": {"או"}, "ar": {"و", "أو"}, "fa": {"و", "یا"}, "hi": {"और", "या"}, "ja": {"と"},
		"zh": {"和", "与", "跟"}, "ko": {"및", "그리고"},
	}
})

// Joins reports whether a word joins two parts of an answer in a language.
func Joins(lang, word string) bool {
	return slices.Contains(conjunctions(lang), strings.ToLower(word))
}
