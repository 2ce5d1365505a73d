package draft

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

const termWords = `((?:[\p{L}\d][\p{L}\p{M}\d.'’/+-]*)(?: [\p{L}\d][\p{L}\p{M}\d.'’/+-]*){0,4})`

var (
	// says plainly what a term means: the term and its meaning
	explicit = map[Lang][]*lazyregexp.Regexp{
		English: {
			lazyregexp.New(`^(?:The term |An? |The )?[“"]?` + termWords +
				`[”"]? (?:means|refers to|denotes|is defined as|is short for) (.+)\.$`),
			lazyregexp.New(`^` + termWords + ` stands for (.+)\.$`),
		},
		German: {
			lazyregexp.New(`^(?:Der Begriff |Die Bezeichnung |Das Wort )?[„»"]?` + termWords +
				`[“«"]? (?:bedeutet|bezeichnet|meint)(?:,)? (.+)\.$`),
			lazyregexp.New(`^Unter (?:einem |einer |dem |der |den )?[„»"]?` + termWords +
				`[“«"]? versteht man (.+)\.$`),
			lazyregexp.New(`^Als [„»"]?` + termWords + `[“«"]? bezeichnet man (.+)\.$`),
			lazyregexp.New(`^(?:Eine? |Der |Die |Das )?` + termWords +
				` im Sinne (?:dieses Gesetzes|dieser Verordnung|dieser Vorschriften?) (?:ist|sind) (.+)\.$`),
			lazyregexp.New(`^` + termWords + ` steht für (.+?)(?: [–-] .*)?[.]?$`),
		},
	}
	// says what kind of thing the subject is
	isA = map[Lang]*lazyregexp.Regexp{
		English: lazyregexp.New(`^(?:The |An? )?` + termWords +
			`(?: \([^()]{2,50}\))?(?:, [^,]{2,50},)? (?:is|are|was|were) (?:an?|the|one of|any|a type of) `),
		German: lazyregexp.New(`^(?:Der |Die |Das |Ein |Eine )?` + termWords +
			`(?: \([^()]{2,50}\))?(?: im Sinne (?:dieses Gesetzes|dieser Verordnung|dieser Vorschriften?))? (?:ist|sind|war|waren) (?:eine?|der|die|das|jeder|jede|jedes|alle|Arbeit\p{L}*|\p{Lu}\p{L}+e) `),
	}
	notTerms = wordset.New("purpose aim goal result reason name example problem question way most first last main only key idea concept time case number difference zweck ziel grund folge ergebnis aufgabe name beispiel problem frage reihe fall anzahl unterschied voraussetzung wichtigste there it what here this default")
)

// termLike reports whether words may be a term: short, and no sentence with a verb.
func (p *proposer) termLike(words string, lang Lang) bool {
	first, _ := nextWord(words)
	lower := strings.ToLower(first)
	fields := strings.Fields(words)
	last := strings.ToLower(fields[len(fields)-1])
	if leaningHeads[lang].Has(lower) || linking.Has(lower) || notTerms.Has(lower) || notTerms.Has(last) ||
		isNumber(first) {
		return false
	}
	for i, w := range fields {
		lower := strings.ToLower(w)
		if englishWords.Has(lower) && lower != "of" && lower != "for" && lower != "the" && lower != "and" ||
			germanWords.Has(lower) && i > 0 && lower != "und" && lower != "der" && lower != "des" && lower != "für" &&
				lower != "von" {
			return false
		}
		if prepositions.Has(lower) {
			return false
		}
		if lang == German && i > 0 && !startsUpper(w) && !germanWords.Has(lower) && i == len(fields)-1 {
			return false // it ends with a verb or an adjective
		}
	}
	return true
}

var prepositions = wordset.New("in im an am auf bei beim mit nach aus über unter vor seit on at by from with into during after before as")

// onlyAtHeads reports whether a German word has its capital only because it begins
// sentences: then it is not a noun.
func (p *proposer) onlyAtHeads(w string) bool {
	return p.lower[strings.ToLower(w)] || !p.nouns[w] && !p.names[w]
}

// definition makes a term with its definition of a sentence that says plainly what
// the term means.
func (p *proposer) definition(s string, lang Lang, alone bool) (Candidate, bool) {
	if !alone {
		return Candidate{}, false
	}
	for _, re := range explicit[lang] {
		m := re.FindStringSubmatch(s)
		if m == nil || !p.termLike(m[1], lang) || strings.Contains(m[2], m[1]) {
			continue
		}
		meaning := strings.Trim(m[2], `"„“»«”`)
		if len(strings.Fields(meaning)) > mostAnswer || strings.HasPrefix(meaning, "dass ") ||
			strings.HasPrefix(meaning, "that ") || strings.Contains(meaning, ";") {
			return Candidate{}, false
		}
		return Candidate{Kind: Definition, Score: 3, Fact: Fact{Term: m[1], Answers: []string{meaning}}}, true
	}
	return Candidate{}, false
}

var (
	longThenShort = lazyregexp.New(`((?:[\p{L}][\p{L}\p{M}'’-]*[ ]){0,9}[\p{L}][\p{L}\p{M}'’-]*) \((?:kurz |short |abgekürzt |hereafter |im Folgenden )?[»„"“]?(\p{L}{0,2}\p{Lu}[\p{L}\d]{0,8}\p{Lu}\d?)[«“"”]?\)`)
	longColon     = lazyregexp.New(`\(((?:[\p{L}][\p{L}\p{M}'’-]*[ ]){1,9}[\p{L}][\p{L}\p{M}'’-]*): (\p{L}{0,2}\p{Lu}[\p{L}\d]{0,8}\p{Lu}\d?)\)`)
	shortThenLong = lazyregexp.New(`\b(\p{Lu}[\p{L}\d]{0,8}\p{Lu}) \(((?:[\p{L}][\p{L}\p{M}'’-]*[ ]?){2,9})\)`)
)

// abbreviation makes terms of the abbreviations whose long form stands beside them.
func (p *proposer) abbreviation(s string) {
	if !strings.Contains(s, "(") {
		return
	}
	for _, re := range []*lazyregexp.Regexp{longThenShort, longColon} {
		for _, m := range re.FindAllStringSubmatch(s, 4) {
			if long, ok := longForm(m[1], m[2]); ok {
				p.proposeShort(s, m[2], long)
			}
		}
	}
	for _, m := range shortThenLong.FindAllStringSubmatch(s, 4) {
		if long, ok := longForm(m[2], m[1]); ok {
			p.proposeShort(s, m[1], long)
		}
	}
}

func (p *proposer) proposeShort(s, short, long string) {
	record := short + " = " + long
	if p.known[short] || strings.EqualFold(short, long) {
		return
	}
	p.known[short] = true
	score := 2.6
	if p.freq[topic(short)] > 2 {
		score = 3.2
	}
	p.propose(Candidate{Kind: Abbreviation, Score: score,
		Fact: Fact{Term: short, Answers: []string{uninflected(long, p.languageOf(s))}}, said: long}, record)
}

// longForm finds the words at the end of a text that an abbreviation is made of: each
// gives its first letter or more, small ones and a few others give none.
func longForm(text, short string) (string, bool) {
	const mostSkipped = 2
	letters := strings.ToLower(short)
	words := strings.Fields(text)
	skipped := 0
	for n := len(words) - 1; n >= 0; n-- {
		took := false
		pieces := strings.Split(strings.ToLower(words[n]), "-")
		for k := len(pieces) - 1; k >= 0; k-- {
			i := givenBy(letters, pieces[k])
			took = took || i < len(letters)
			letters = letters[:i]
		}
		if letters == "" {
			long := strings.TrimSuffix(strings.TrimSuffix(strings.Join(words[n:], " "), "’s"), "'s")
			return long, len(words)-n > 1 || strings.Contains(words[n], "-")
		}
		if !took && !small.Has(strings.ToLower(words[n])) {
			if skipped++; skipped > mostSkipped || !startsUpper(words[n]) || n == len(words)-1 {
				return "", false
			}
		}
	}
	return "", false
}

// givenBy is where the letters end that are not the beginning of a word.
func givenBy(letters, word string) int {
	for i := range letters {
		if strings.HasPrefix(word, letters[i:]) {
			return i
		}
	}
	return len(letters)
}

var small = wordset.New("of the and for in on to a der die das und für des von zu in im")

// uninflected puts the adjective at the head of a German long form into the form
// that stands with an article in the nominative.
func uninflected(long string, lang Lang) string {
	first, rest, more := strings.Cut(long, " ")
	if lang == German && more && strings.HasSuffix(first, "en") && startsUpper(first) && len(first) > 5 {
		return strings.TrimSuffix(first, "n") + " " + rest
	}
	return long
}

// answered makes a question of a heading that is one, if the first sentence below
// it answers it in a few words.
func (p *proposer) answered(s *Section) {
	title := tidy(s.Title())
	if !strings.HasSuffix(title, "?") || len(s.Paragraphs) == 0 || len(strings.Fields(title)) < 3 {
		return
	}
	first, _ := nextWord(title)
	if personal.MatchString(title) || !questionWords.Has(strings.ToLower(first)) {
		return
	}
	p.paragraph = &s.Paragraphs[0]
	all := sentences(s.Paragraphs[0].Text, p.lang)
	if len(all) == 0 {
		return
	}
	answer := strings.TrimSuffix(tidy(all[0]), ".")
	if n := len(strings.Fields(answer)); n == 0 || n > mostAnswer+4 || n == 1 && !startsUpper(answer) ||
		leans(answer, p.lang) || strings.HasSuffix(answer, ":") || !balanced(answer) {
		return
	}
	p.propose(Candidate{Kind: Answered, Score: 2.6, Fact: Fact{Question: title, Answers: []string{answer}},
		said: answer}, title+" "+answer)
}

var personal = lazyregexp.New(`\b(?:I|my|me|ich|mein\p{Ll}*|mir)\b`)

var questionWords = wordset.New("what which who whom whose when where how why was welche welcher welches welchen wer wen wem wann wo wie warum wieviel wofür woraus womit")

// list makes a question of a paragraph that announces a list of a few short items.
func (p *proposer) list(paragraphs []Paragraph) {
	if !strings.HasSuffix(paragraphs[0].Text, ":") || len(paragraphs) == 1 || paragraphs[1].Mark == "" {
		return
	}
	intro := tidy(paragraphs[0].Text)
	if all := sentences(intro, p.lang); len(all) > 0 {
		intro = all[len(all)-1]
	}
	lang := p.languageOf(intro)
	if !strings.HasSuffix(intro, ":") || leans(intro, lang) || doubt(intro, lang) > 0.8 ||
		len(strings.Fields(intro)) < 3 || !p.begins(intro) || !balanced(intro) {
		return
	}
	const fewest, most = 2, 7
	var items []string
	for _, item := range paragraphs[1:] {
		if item.Mark == "" {
			break
		}
		text := strings.TrimRight(tidy(item.Text), ".;,")
		for _, joint := range []string{" and", " or", " und", " oder", ";", ","} {
			text = strings.TrimSuffix(text, joint)
		}
		if len(strings.Fields(text)) > mostAnswer || text == "" || !balanced(text) {
			return
		}
		if items = append(items, text); len(items) > most {
			return
		}
	}
	if len(items) < fewest {
		return
	}
	ask := "Which %d items complete the list? “%s”"
	if lang == German {
		ask = "Welche %d Punkte vervollständigen die Aufzählung? „%s“"
	}
	question := fmt.Sprintf(ask, len(items), strings.TrimSuffix(intro, ":")+": …")
	p.propose(Candidate{Kind: List, Score: 2.5, Fact: Fact{Question: question, Answers: items},
		said: strings.TrimSuffix(intro, ":")}, intro)
}

// item makes candidates of an item of a list: a term with what it is, a sentence,
// or, in a law, what the paragraph above begins and the item ends.
func (p *proposer) item(s *Section, i int) {
	text := tidy(p.paragraph.Text)
	p.abbreviation(text)
	if p.described(text) {
		return
	}
	intro := p.introduction(s, i)
	if intro == "" || strings.HasSuffix(intro, ":") && len(sentences(text, p.lang)) > 1 {
		p.sentences(p.paragraph.Text, false)
		return
	}
	end := strings.TrimRight(text, ".;,")
	for _, joint := range []string{" and", " or", " und", " oder", " sowie"} {
		end = strings.TrimRight(strings.TrimSuffix(end, joint), ",;")
	}
	if intro == "" || end == "" || leans(intro, p.lang) || !p.begins(intro) || p.lang != German && startsUpper(end) {
		return
	}
	if lacksVerb(intro, end) {
		after := p.conclusion(s, i)
		if after == "" {
			return
		}
		end += " " + strings.TrimSuffix(after, ".")
	}
	whole := strings.TrimSuffix(intro, ":") + " " + end + "."
	if len(strings.Fields(whole)) > mostWords || !wholeSentence(whole) {
		return
	}
	context := strings.TrimSuffix(intro, ":") + " "
	c, ok := p.gaps(context, end+".", p.languageOf(whole))
	if !ok || c.Kind == Term && c.Score < 1 {
		return
	}
	c.Score += p.worth(whole, p.languageOf(whole), false) - 0.3
	p.propose(c, text)
}

// farthest is how many paragraphs above an item its beginning may stand.
const farthest = 40

// introduction is the beginning of the sentence that an item ends; empty if the
// paragraph above is whole by itself.
func (p *proposer) introduction(s *Section, i int) string {
	level := markLevel(s.Paragraphs[i].Mark)
	var parts []string
	for n := i - 1; n >= max(0, i-farthest); n-- {
		above := s.Paragraphs[n]
		l := 0
		if above.Mark != "" {
			l = markLevel(above.Mark)
		}
		if l >= level {
			continue
		}
		text := tidy(above.Text)
		if all := sentences(text, p.lang); len(all) > 0 {
			text = all[len(all)-1]
		}
		if finished(text) && !strings.HasSuffix(text, ":") || strings.HasSuffix(text, ";") ||
			l > 0 && strings.HasSuffix(text, ",") {
			return ""
		}
		parts = append([]string{text}, parts...)
		if level = l; level == 0 {
			break
		}
	}
	return strings.Join(parts, " ")
}

// conclusion is how the sentence of a list goes on below its items: "may … 1. bake,
// 2. cook … until ten"; empty where it does not.
func (p *proposer) conclusion(s *Section, i int) string {
	for n := i + 1; n < min(len(s.Paragraphs), i+farthest); n++ {
		if below := s.Paragraphs[n]; below.Mark == "" {
			r, _ := utf8.DecodeRuneInString(below.Text)
			if all := sentences(below.Text, p.lang); unicode.IsLower(r) && len(all) > 0 {
				return tidy(all[0])
			}
			return ""
		}
	}
	return ""
}

var modal = lazyregexp.New(`\b(?:darf|dürfen|kann|können|muss|müssen|muß|soll|sollen)\b`)

// lacksVerb reports whether a German sentence of an introduction and an item has a
// modal verb and no other, which stands at the end of one or the other.
func lacksVerb(intro, item string) bool {
	last := func(s string) string {
		words := strings.Fields(strings.TrimRight(s, ",:;. "))
		if len(words) == 0 {
			return ""
		}
		return words[len(words)-1]
	}
	verb := func(w string) bool { return strings.HasSuffix(w, "n") && !startsUpper(w) && !modal.MatchString(w) }
	return modal.MatchString(intro) && !verb(last(intro)) && !verb(last(item))
}

// markLevel is how deep an item lies by its mark: numbers, letters, double letters.
func markLevel(mark string) int {
	mark = strings.Trim(mark, "().")
	switch {
	case mark == "" || !unicode.IsLetter(rune(mark[0])):
		return 1
	case len(mark) == 1:
		return 2
	}
	return 3
}

// described makes a term with its description of an item that begins with a word
// that is marked as a term.
func (p *proposer) described(text string) bool {
	if len(p.paragraph.Terms) == 0 {
		return false
	}
	term := p.paragraph.Terms[0]
	rest, ok := strings.CutPrefix(text, term)
	if !ok || !ofWords(term) {
		return false
	}
	rest = strings.TrimLeft(rest, " :–—-=")
	rest = strings.TrimSuffix(rest, ".")
	n := len(strings.Fields(rest))
	if n < 2 || !balanced(rest) || len(sentences(rest, p.lang)) > 2 {
		return false
	}
	c := Candidate{Kind: Definition, Score: 2.9, said: term}
	if n <= mostAnswer && !strings.Contains(rest, term) && len(sentences(rest, p.lang)) == 1 {
		c.Fact = Fact{Term: term, Answers: []string{rest}}
	} else {
		whole := text
		if len(strings.Fields(whole)) > mostWords || strings.Contains(rest, term) {
			return false
		}
		c.Fact = Fact{Sentence: whole, Gaps: []Gap{{0, len(term)}}}
	}
	p.propose(c, text)
	return true
}
