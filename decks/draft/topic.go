package draft

import (
	"strings"
	"unicode/utf8"

	"kartei/decks/wordset"
)

// topic is a word without its ending, if it carries a topic.
func topic(w string) string {
	w = strings.ToLower(w)
	if len(w) < 4 || englishWords.Has(w) || germanWords.Has(w) || leaningHeads[English].Has(w) ||
		leaningHeads[German].Has(w) || articles.Has(w) {
		return ""
	}
	if len(w) > 6 {
		for _, ending := range []string{"es", "en", "er", "em", "s", "e", "n"} {
			if stem, ok := strings.CutSuffix(w, ending); ok {
				return stem
			}
		}
	}
	return w
}

// topicWords are the two words to ask for where no rule finds any: nouns, rare but
// not without weight.
func (p *proposer) topicWords(s string, lang Lang) (found []target) {
	for i := 0; i < len(s); {
		if r, size := utf8.DecodeRuneInString(s[i:]); notOfWord(r) {
			i += size
			continue
		}
		end := i
		for end < len(s) {
			r, size := utf8.DecodeRuneInString(s[end:])
			if notOfWord(r) {
				break
			}
			end += size
		}
		if v := p.nounWorth(s[i:end], lang, i); v > 0 {
			found = append(found, target{i, end, Term, v / 10}) // to be sorted by, and far below the rules'
		}
		i = end
	}
	found = apart(found)
	const most = 2
	found = found[:min(len(found), most)]
	for i := range found {
		found[i].weight = 0.7
	}
	return found
}

// hollow are words that are parts of phrases more often than matters of their own.
var hollow = wordset.New("course example instance fact facts case addition order terms kind sort number part rest purpose purposes result reason beispiel folge regel grund fall zusammenhang rahmen sinne bezug hinblick")

// nounWorth says how good a word is as a gap.
func (p *proposer) nounWorth(w string, lang Lang, at int) float64 {
	lower := strings.ToLower(w)
	if at == 0 || hollow.Has(lower) || utf8.RuneCountInString(w) < 5 || topic(w) == "" || strings.HasSuffix(w, "-") {
		return 0
	}
	switch {
	case startsUpper(w):
	case lang == German:
		return 0
	case strings.HasSuffix(lower, "ly"), strings.HasSuffix(lower, "ed"), strings.HasSuffix(lower, "ing"):
		return 0
	}
	v := 1.0 + float64(min(utf8.RuneCountInString(w), 14))/14
	if n := p.freq[topic(w)]; n > 8 {
		v /= 2
	}
	if startsUpper(w) && lang == English {
		v++
	}
	return v + float64(at)/1000
}
