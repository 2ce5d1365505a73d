package draft

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

// A Kind says by which rule a candidate was found.
type Kind string

// The kinds of candidates.
const (
	Definition   Kind = "definition"
	Abbreviation Kind = "abbreviation"
	Date         Kind = "date"
	Figure       Kind = "figure"
	Name         Kind = "name"
	List         Kind = "list"
	Contrast     Kind = "contrast"
	Term         Kind = "term"
	Answered     Kind = "question" // that the document itself asks
	Proposed     Kind = "proposed" // by a program of the author's
)

// A target is words of a sentence that may be asked for.
type target struct {
	start, end int
	kind       Kind
	weight     float64
}

const (
	months = `(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)`
	year   = `(?:1[0-9]\d\d|20\d\d)`
	number = `(?:\d{1,3}(?:[ .,\x{00a0}\x{202f}]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)`
	words  = `(?:(?:one|two|three|five|ten) (?:hundred|thousand)|(?:four|fif|six|seven|eigh|nine)teen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\p{Ll}+)?|` +
		`(?:drei|vier|fünf|sech|sieb|acht|neun)zehn|(?:\p{Ll}+und)?(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|\p{Ll}*(?:hundert|tausend)|` +
		`[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|[Zz]wei|[Dd]rei|[Vv]ier|[Ff]ünf|[Ss]echs|[Ss]ieben|[Aa]cht|[Nn]eun|[Zz]ehn|[Ee]lf|[Zz]wölf)`
	scale = `(?:\s?(?:million|billion|trillion|thousand|Millionen|Million|Milliarden|Milliarde|Mio\.|Mrd\.|Tausend|Prozent|percent|per cent|%|‰|€|Euro|euros|dollars|Dollar))`
)

var (
	dates = []*lazyregexp.Regexp{
		lazyregexp.New(`\b\d{1,2}\.? ` + months + `(?: ` + year + `)?\b`),
		lazyregexp.New(`\b` + months + ` \d{1,2}(?:, ` + year + `)?\b`),
		lazyregexp.New(`\b` + months + ` ` + year + `\b`),
		lazyregexp.New(`\b` + year + `\s?[–-]\s?(?:` + year + `|\d\d)\b`),
		lazyregexp.New(`\b(?:\d{1,2}\. Jahrhunderts?|\d{1,2}(?:st|nd|rd|th) century|` + year + `er[ -]Jahren?|` + year +
			`s)\b`),
		lazyregexp.New(`\b` + year + `\b`),
	}
	figure = lazyregexp.New(`(?:(?:US)?[$€£]\s?)?\b(?:` + number + `|` + words +
		`)(?:\s?(?:–|-|bis|to|bis zu)\s?(?:` + number + `|` + words + `))?(?:` + scale + `)?(?:\+|\b|$)?`)
	justYear    = lazyregexp.New(`^` + year + `(?:\s?[–-]\s?(?:` + year + `|\d\d))?$`)
	numbered    = lazyregexp.New(`\p{Lu}{2,} $`)
	reference   = lazyregexp.New(`(?i)(?:§+|abs\.|absatz|absatzes|absätzen?|nr\.|nummern?|satz|satzes|sätzen?|artikels?|art\.|articles?|sections?|paragra(?:ph|f)(?:en|s)?|kapitel|chapters?|figure|fig\.|table|tabelle|abbildung|titels?|buchstabe|teil|no\.|#|seite|pages?|p\.|s\.|anhang|annex)\s*(?:\d+[a-z]?\s*(?:(?:abs|nr)\.\s*\d+[a-z]?\s*)?(?:,|und|bis|oder|and|or|to|–|-)\s*(?:§+\s*)?)*$`)
	afterRef    = lazyregexp.New(`^\s?(?:Abs\.|Absatz|Nr\.|Satz|S\.)`)
	quotation   = lazyregexp.New(`»[^»«]*«|“[^“”]*”|„[^„“]*“`)
	quoted      = lazyregexp.New(`[»„“"]([^»«„“”"]{2,60})[«“”"]`)
	roles       = `(?:Generalsekretär(?:in)?|Präsident(?:in)?|Ministerpräsident(?:in)?|Premierminister(?:in)?|\p{L}*[Mm]inister(?:s|in)?|Bundeskanzler(?:in)?|Kanzler(?:in)?|Vorsitzender?|Direktor(?:in)?|Gründer(?:in)?|General|Admiral|König(?:in)?|Kaiser(?:in)?|Papst|Erfinder(?:in)?|Sonderbeauftragten?|[Pp]resident|[Ss]ecretary(?: General)?|[Cc]hair(?:man|woman|person)?|CEO|CTO|[Ff]ounder|co-founder|[Dd]irector|[Cc]hancellor|[Kk]ing|[Qq]ueen|[Ii]nventor|[Dd]eveloper|[Aa]uthor|Prime Minister|Emperor|Pope)`
	properName  = lazyregexp.New(`\p{Lu}[\p{L}\p{M}'’-]+(?: (?:von der |van der |van den |von |van |de |of the |of |for the |for |du |la |di )?\p{Lu}[\p{L}\p{M}'’.-]*[\p{L}]){1,7}`)
	roleName    = lazyregexp.New(`\b` + roles + `,? (\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+){0,2})`)
	nameRole    = lazyregexp.New(`(\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+), (?:der |die |the |an? |ehemalige |former )?(?:[\p{L}-]+ )?` + roles)
	capitalWord = lazyregexp.New(`\b\p{Lu}[\p{L}\d]+(?:[+-][\p{L}\d+]+)*\b`)
	ordinary    = lazyregexp.New(`(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|nis|nisse|nissen|tum|ling|geber|nehmer|gesetz|zeit|zeiten|recht|rechts|stelle|stellen|ien|[äöü]\p{Ll}*e)s?$`)
	acronym     = lazyregexp.New(`\b[\p{Lu}][\p{Lu}\d]{1,9}(?:-\p{L}+)?\b`)
	contrasts   = map[Lang]*lazyregexp.Regexp{
		English: lazyregexp.New(`\b(?:not|rather than|instead of|as opposed to)\b[^,.;]{3,80}, but (?:also )?([^,.;()]{3,60})|\b(?:rather than|instead of|as opposed to|unlike|in contrast to) ([^,.;()]{3,60})`),
		German:  lazyregexp.New(`\b(?:nicht|keine?n?)\b[^.;]{3,120}, sondern (?:auch )?([^,.;()]{3,60})|\b(?:im Gegensatz zu|anders als|statt) ([^,.;()]{3,60})`),
	}
	contrasting = lazyregexp.New(`sondern| but |Gegensatz|ontrast|anders als|statt|nlike|nstead|rather|opposed`)
	enumeration = lazyregexp.New(`((?:[\p{L}\d][\p{L}\p{M}\d'’/.+-]*)(?: [\p{L}\d][\p{L}\p{M}\d'’/.+-]*){0,4}(?:, (?:[\p{L}\d][\p{L}\p{M}\d'’/.+-]*)(?: [\p{L}\d][\p{L}\p{M}\d'’/.+-]*){0,4}){1,6},? (?:und|sowie|oder|and|or|as well as) (?:[\p{L}\d][\p{L}\p{M}\d'’/.+-]*)(?: [\p{L}\d][\p{L}\p{M}\d'’/+-]*){0,4})`)
)

// targets finds what may be asked for in a sentence, best first, none within
// another.
func (p *proposer) targets(s string, lang Lang, terms []string) []target {
	var found []target
	add := func(start, end int, kind Kind, weight float64) {
		if start < end {
			found = append(found, target{start, end, kind, weight})
		}
	}
	digit := strings.ContainsAny(s, "0123456789")
	for i, re := range dates {
		if !digit {
			break
		}
		for _, at := range re.FindAllStringIndex(s, 4) {
			if plainDate(s, at) {
				add(at[0], at[1], Date, []float64{3, 3, 2.8, 2.7, 2.4, 2.6}[i])
			}
		}
	}
	for _, at := range figures(s, digit) {
		if w := figureWeight(s, at[0], at[1]); w > 0 && !justYear.MatchString(s[at[0]:at[1]]) {
			add(at[0], trimEnd(s, at[0], at[1]), Figure, w)
		}
	}
	p.nameTargets(s, lang, add)
	for _, term := range terms {
		if i := wholeIndex(s, term); i >= 0 && len(strings.Fields(term)) <= 5 && ofWords(term) && !p.everywhere(term) {
			add(i, i+len(term), Term, 2.3)
		}
	}
	for _, at := range quoted.FindAllStringSubmatchIndex(s, 4) {
		if q := s[at[2]:at[3]]; len(strings.Fields(q)) <= 5 && !strings.ContainsAny(q, ".,;…") {
			add(at[2], at[3], Term, 2.2)
		}
	}
	if re := contrasts[lang]; re != nil && contrasting.MatchString(s) {
		for _, at := range re.FindAllStringSubmatchIndex(s, 2) {
			for g := 2; g < len(at); g += 2 {
				if at[g] >= 0 && len(strings.Fields(s[at[g]:at[g+1]])) <= mostContrast && at[g+1] < len(s) &&
					strings.ContainsRune(",.;", rune(s[at[g+1]])) {
					add(at[g], at[g+1], Contrast, 1.9)
				}
			}
		}
	}
	return apart(found)
}

// figures are the places of the numbers in a sentence, in digits or words.
func figures(s string, digit bool) [][]int {
	const most = 6
	if !digit && !numeral(s) {
		return nil
	}
	return figure.FindAllStringIndex(s, most)
}

// numeral reports whether a word of the sentence may be a number.
func numeral(s string) bool {
	for w := range strings.FieldsSeq(s) {
		w = strings.ToLower(strings.TrimFunc(w, notOfWord))
		if numerals.Has(w) || strings.HasSuffix(w, "hundert") || strings.HasSuffix(w, "tausend") ||
			strings.HasSuffix(w, "teen") || strings.HasSuffix(w, "zehn") || strings.HasSuffix(w, "ig") ||
			strings.Contains(w, "ty") {
			return true
		}
	}
	return false
}

var numerals = wordset.New("two three four five six seven eight nine ten eleven twelve hundred thousand zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreißig")

// nameTargets finds people with their roles, and names of several words.
func (p *proposer) nameTargets(s string, lang Lang, add func(start, end int, kind Kind, weight float64)) {
	for _, re := range []*lazyregexp.Regexp{roleName, nameRole} {
		for _, at := range re.FindAllStringSubmatchIndex(s, 3) {
			if name := s[at[2]:at[3]]; p.isName(name, lang) && (lang == German || strings.Contains(name, " ")) {
				add(at[2], at[3], Name, 2.7)
			}
		}
	}
	for _, at := range properName.FindAllStringIndex(s, 5) {
		start := at[0]
		for {
			first, rest := nextWord(s[start:at[1]])
			if rest == "" || !((start == 0 || opensStatement(s[:start])) && p.plainWord(first, lang) ||
				articles.Has(strings.ToLower(first)) || p.noun(first, lang)) {
				break
			}
			start = at[1] - len(rest)
		}
		name := strings.TrimRight(s[start:at[1]], ".'’")
		for i := strings.LastIndexByte(name, ' '); i > 0 &&
			p.noun(name[i+1:], lang); i = strings.LastIndexByte(name, ' ') {
			name = name[:i]
		}
		for i := strings.LastIndexByte(name, ' '); i > 0 &&
			!startsUpper(name[i+1:]); i = strings.LastIndexByte(name, ' ') {
			name = name[:i] // a connection to what was cut off
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, "'s"), "’s")
		if words := strings.Fields(name); len(words) > 0 && loud.Has(words[len(words)-1]) {
			continue
		}
		if strings.Contains(name, " ") && startsUpper(name) && !p.everywhere(name) && p.isName(name, lang) {
			add(start, start+len(name), Name, p.nameWeight(name, lang))
		}
	}
	if lang == English {
		for _, at := range capitalWord.FindAllStringIndex(s, 8) {
			if w := s[at[0]:at[1]]; at[0] > 0 && !inCompound(s, at) && !opensStatement(s[:at[0]]) &&
				!p.plainWord(w, lang) && !p.everywhere(w) && !loud.Has(w) && !besideCapital(s, at) {
				add(at[0], at[1], Name, 1.7)
			}
		}
	}
	for _, at := range acronym.FindAllStringIndex(s, 4) {
		if inCompound(s, at) {
			continue
		}
		if w := s[at[0]:at[1]]; !romanNumeral(w) && !loud.Has(w) && !p.everywhere(w) {
			add(at[0], at[1], Name, 1.2)
		}
	}
}

var articles = wordset.New("the a an der die das den dem des ein eine einen einem einer eines in im on at by for from to of with als bei am auf mit von vom zu zum zur nach für unter when while after before since during although and und oder or as if")

// opensStatement reports whether a word behind this text may have its capital for
// being the first of a quotation, or behind a colon.
func opensStatement(before string) bool {
	before = strings.TrimRight(before, " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	return strings.ContainsRune(":“\"„»—.!?", last)
}

// inCompound reports whether a dash joins a word to what stands beside it.
func inCompound(s string, at []int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
	after, _ := utf8.DecodeRuneInString(s[at[1]:])
	return before == '-' || before == '–' || before == '/' || after == '–' || after == '-' || after == '/'
}

// besideCapital reports whether a word is only a part of a name.
func besideCapital(s string, at []int) bool {
	before := s[strings.LastIndexByte(strings.TrimRight(s[:at[0]], " "), ' ')+1 : at[0]]
	after, _ := strings.CutPrefix(s[at[1]:], " ")
	return strings.HasSuffix(before, " ") && startsUpper(before) && !strings.ContainsAny(before, ",.;:") &&
		len(before) < at[0] || after != s[at[1]:] && startsUpper(after)
}

// nameWeight says how surely words with capitals are a name. In German two nouns may
// stand beside each other.
func (p *proposer) nameWeight(name string, lang Lang) float64 {
	if lang != German || strings.Count(name, " ") > 1 {
		return 2.1
	}
	return 1.7
}

// noun reports whether a German word with a capital is a noun by what stands before it
// elsewhere, or by its form.
func (p *proposer) noun(w string, lang Lang) bool {
	return lang == German && (p.nouns[w] || utf8.RuneCountInString(w) > 11 ||
		ordinary.MatchString(strings.ToLower(w)) || len(w) > 7 && strings.HasSuffix(w, "en"))
}

func romanNumeral(w string) bool { return strings.Trim(w, "IVXLC") == "" }

// mostContrast is how many words of a contrast are asked for.
const mostContrast = 7

// loud are words that are written in capitals to be heard, and are not names.
var loud = wordset.New("MUST SHOULD MAY NOT SHALL REQUIRED OPTIONAL RECOMMENDED AND OR NOTE WARNING TODO NO ONLY NICHT HINWEIS ACHTUNG WICHTIG")

// isName reports whether capitals make a name of these words: in German, where
// every noun has one, by whether the document has them in other company, too.
func (p *proposer) isName(name string, lang Lang) bool {
	for w := range strings.FieldsSeq(name) {
		if startsUpper(w) && (p.plainWord(w, lang) || p.nouns[w]) {
			return lang == English && p.names[w] && strings.Contains(name, " ") // a plain word may be part of one
		}
	}
	return true
}

// plainWord reports whether a word with a capital is an ordinary one.
func (p *proposer) plainWord(w string, lang Lang) bool {
	lower := strings.ToLower(w)
	return englishWords.Has(lower) || germanWords.Has(lower) || articles.Has(lower) ||
		leaningHeads[English].Has(lower) || leaningHeads[German].Has(lower) || p.lower[lower] ||
		lang == German && strings.HasSuffix(lower, "ung")
}

// plainDate reports whether what looks like a date stands as one: a year that
// counts things is a figure.
func plainDate(s string, at []int) bool {
	if reference.MatchString(lastBytes(s[:at[0]], 40)) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
	after, _ := utf8.DecodeRuneInString(s[at[1]:])
	if strings.ContainsRune("$€£.,-/§", before) && at[0] > 0 || after == '%' || after == '/' ||
		unicode.IsLetter(after) {
		return false
	}
	return !strings.HasPrefix(s[at[1]:], ".0") && !strings.HasPrefix(s[at[1]:], ",0")
}

// figureWeight says how well a number can be asked for; 0 not at all.
func figureWeight(s string, start, end int) float64 {
	text := s[start:end]
	before := lastBytes(s[:start], 40)
	r, _ := utf8.DecodeLastRuneInString(before)
	if unicode.IsLetter(r) || r == '-' && start > 0 || r == '/' || r == '.' && start > 0 || r == ':' {
		return 0
	}
	after := s[end:]
	next, rest := nextWord(strings.TrimLeft(after, " "))
	second, _ := nextWord(rest)
	tail, _ := utf8.DecodeRuneInString(after)
	if afterRef.MatchString(after) || unicode.IsLetter(tail) || tail == '/' ||
		strings.HasPrefix(after, ".") && len(after) > 1 && after[1] >= '0' && after[1] <= '9' {
		return 0
	}
	if reference.MatchString(before) || len(text) < 3 && numbered.MatchString(before) {
		return 0
	}
	if strings.HasPrefix(after, ". ") && startsUpper(next) && len(text) <= 3 { // "28. Februar" and "50. Lebensjahr"
		if digits.MatchString(text) {
			return 0
		}
	}
	counted := next != "" && (startsUpper(next) || startsUpper(second) ||
		len(next) > 2 && !englishWords.Has(next) && !germanWords.Has(next))
	digit := digits.MatchString(text)
	switch {
	case strings.ContainsAny(text, "$€£%") || strings.ContainsFunc(text, unicode.IsLetter) && digit:
		return 2.9
	case digit && len(text) == 1 && !counted:
		return 0
	case digit && counted:
		return 2.7
	case digit:
		return 1.9
	case counted && (strings.EqualFold(text, "zwei") || strings.EqualFold(text, "two") ||
		strings.EqualFold(text, "drei") || strings.EqualFold(text, "three")):
		return 2.0
	case counted:
		return 2.5
	}
	return 0
}

// lastBytes is the end of a text, from a word's beginning on.
func lastBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[len(s)-n+strings.IndexByte(s[len(s)-n:], ' ')+1:]
}

func trimEnd(s string, start, end int) int {
	return start + len(strings.TrimRight(s[start:end], " .,"))
}

// everywhere reports whether words are what the whole document is about, so that
// every sentence gives them away.
func (p *proposer) everywhere(words string) bool {
	common := false
	for w := range strings.FieldsSeq(words) {
		t := topic(strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s"))
		if common = 2*p.freq[t] > p.most; t != "" && !common {
			return false
		}
	}
	return common
}

// ofWords reports whether a term is more than a label: two letters or digits, or the
// signs of a pattern.
func ofWords(term string) bool {
	n := 0
	for _, r := range term {
		if !notOfWord(r) {
			n++
		}
	}
	return n > 1 || strings.HasPrefix(term, "*")
}

// wholeIndex is where words stand in a text that are not part of longer ones; -1 if
// they do not.
func wholeIndex(s, words string) int {
	for from := 0; ; {
		i := strings.Index(s[from:], words)
		if i < 0 || words == "" {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		first, _ := utf8.DecodeRuneInString(words)
		after, _ := utf8.DecodeRuneInString(s[i+len(words):])
		last, _ := utf8.DecodeLastRuneInString(words)
		if (i == 0 || notOfWord(before) || notOfWord(first)) &&
			(i+len(words) == len(s) || notOfWord(after) || notOfWord(last)) {
			return i
		}
		from = i + 1
	}
}

// apart keeps the best of those targets that share words, best first.
func apart(found []target) []target {
	slices.SortStableFunc(found, func(a, b target) int {
		switch {
		case a.weight != b.weight:
			if a.weight > b.weight {
				return -1
			}
			return 1
		case a.start != b.start:
			return a.start - b.start
		}
		return b.end - a.end
	})
	var kept []target
	for _, t := range found {
		if !slices.ContainsFunc(kept, func(k target) bool { return t.start < k.end && k.start < t.end }) {
			kept = append(kept, t)
		}
	}
	return kept
}
