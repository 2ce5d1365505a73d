package draft

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/check"
	"kartei/decks/wordset"
)

// A Candidate is a fact that an author may want.
type Candidate struct {
	Kind     Kind
	Section  []string // titles, outermost first
	Page     int      // 0 without pages
	Fact     Fact
	Evidence string  // words that stand in the document
	Sentence string  // of the document, which it was made of: by it a candidate is known again
	Score    float64 // the higher, the better; between candidates of one document

	place int  // in the document
	weak  bool // no rule says what to ask for
	said  string
}

// A Fact is what a candidate asks: a sentence with gaps, a term with its
// definition, or a question with an answer or several.
type Fact struct {
	Gaps     []Gap // for a sentence: what it hides, in order
	Sentence string
	Term     string
	Question string
	Answers  []string // one for a term or question; more are a list
}

// A Gap is a range of bytes of a sentence.
type Gap struct{ Start, End int }

// Limits of what is proposed.
const (
	mostHidden = 3  // gaps of a sentence, which package check holds good
	mostWords  = 40 // shown at once
	mostAnswer = 12 // words of an answer
)

// Propose makes candidates of a document, best first. It takes time in proportion
// to the document; progress, if not nil, is called with the number of paragraphs that
// have been looked at, and ends the work by returning false.
func Propose(d *Document, progress func(done, total int) bool) []Candidate {
	p := newProposer(d)
	total, done := 0, 0
	for i := range d.Sections {
		total += len(d.Sections[i].Paragraphs)
	}
	p.goesOn = func() bool {
		done++
		return progress == nil || progress(done-1, total)
	}
	for i := range d.Sections {
		p.section(&d.Sections[i])
	}
	return p.ranked()
}

// A proposer walks through a document.
type proposer struct {
	doc   *Document
	names map[string]bool // words that have a capital within a sentence
	lower map[string]bool // words that the document writes with a small letter
	nouns map[string]bool // German: words with a capital that stand behind an article
	freq  map[string]int  // of words that carry a topic
	most  int             // of freq
	found []Candidate
	known map[string]bool // abbreviations and sentences that were proposed

	at        *Section
	paragraph *Paragraph
	lang      Lang

	goesOn    func() bool // is asked before each paragraph
	continued bool        // the paragraph above it is not at its end

	looked    *Paragraph // of which reference is the text
	reference *check.Reference
}

func newProposer(d *Document) *proposer {
	p := &proposer{doc: d, names: map[string]bool{}, lower: map[string]bool{}, nouns: map[string]bool{},
		freq: map[string]int{}, known: map[string]bool{}, lang: d.Lang, most: 1}
	for _, s := range d.Sections {
		for i := range s.Paragraphs {
			p.learn(s.Paragraphs[i].Text)
		}
	}
	return p
}

// learn takes note of the words of a paragraph.
func (p *proposer) learn(text string) {
	before := ""
	for token := range strings.FieldsSeq(text) {
		w := strings.TrimFunc(token, notOfWord)
		r, _ := utf8.DecodeRuneInString(w)
		determined := p.doc.Lang == German && (determiners.Has(strings.ToLower(before)) ||
			strings.HasSuffix(before, "em"))
		switch first, _ := utf8.DecodeRuneInString(before); {
		case unicode.IsLower(r):
			p.lower[w] = true
		case determined:
			p.nouns[w] = true
		case unicode.IsLower(first):
			p.names[w] = true
		}
		if before = w; strings.ContainsAny(token, ".!?:;»«“”\"") {
			before = "" // what follows may begin a sentence
		}
		for part := range strings.FieldsFuncSeq(w, notOfWord) {
			if stem := topic(part); stem != "" {
				p.freq[stem]++
				p.most = max(p.most, p.freq[stem])
			}
		}
	}
}

var determiners = wordset.New(`der die das den dem des ein eine einen einem einer eines kein keine keinen keiner dieser diese dieses diesem diesen jeder jede jedes jedem jeden
sein seine seinen seinem seiner seines welche welcher welches welchen welchem ihr ihre ihren ihrem ihrer ihres zum zur beim vom am`)

func notOfWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\''
}

// section makes candidates of the paragraphs of a section, one at a time with what
// stands above it.
func (p *proposer) section(s *Section) {
	p.at = s
	p.answered(s)
	for i := range s.Paragraphs {
		if !p.goesOn() {
			return
		}
		p.paragraph = &s.Paragraphs[i]
		p.continued = i > 0 && !finished(s.Paragraphs[i-1].Text) ||
			i > 0 && strings.HasSuffix(s.Paragraphs[i-1].Text, ":")
		if p.paragraph.Mark == "" {
			p.list(s.Paragraphs[i:])
			p.sentences(p.paragraph.Text, i == 0)
			continue
		}
		p.item(s, i)
	}
}

// sentences makes candidates of a paragraph's sentences.
func (p *proposer) sentences(text string, first bool) {
	before := ""
	for i, raw := range sentences(text, p.lang) {
		s := tidy(raw)
		p.abbreviation(s)
		for _, clause := range clauses(p.unannounced(s)) {
			p.sentence(clause, before, i == 0 && first)
		}
		before = s
	}
}

// contextOf is the sentence before one that leans on it, with a space, if the two
// may be shown together; else empty.
func (p *proposer) contextOf(s, before string, lang Lang) string {
	before = upperFirst(looseHeads.ReplaceAllString(before, ""))
	if !wholeSentence(before) || !p.begins(before) || leans(before, lang) || lang == English && unnamed(before) ||
		len(strings.Fields(before+" "+s)) > mostWords {
		return ""
	}
	return before + " "
}

// clauses cuts a sentence at its semicolons into sentences, where each is long enough
// to be one.
func clauses(s string) []string {
	const fewest = 5
	parts := strings.Split(strings.TrimSuffix(s, "."), "; ")
	if len(parts) == 1 || !strings.HasSuffix(s, ".") {
		return []string{s}
	}
	for i, part := range parts {
		if len(strings.Fields(part)) < fewest || !balanced(part) {
			return []string{s}
		}
		parts[i] = upperFirst(part) + "."
	}
	return parts
}

// sentence makes a candidate of a sentence that can stand by itself, or of one
// that can behind the sentence before it.
func (p *proposer) sentence(s, before string, first bool) {
	record := s
	if p.known[recordKey(record)] {
		return
	}
	lang := p.languageOf(s)
	if head := looseHeads.FindString(s); head != "" {
		s = upperFirst(s[len(head):])
	}
	if !wholeSentence(s) || !p.begins(s) {
		return
	}
	context := ""
	if leaning := leans(s, lang); leaning || lang == English && unnamed(s) {
		context = p.contextOf(s, before, lang)
		if leaning && context == "" {
			return
		}
	}
	score := p.worth(context+s, lang, first && context == "")
	if context != "" {
		score -= 0.8
	}
	if c, ok := p.definition(s, lang, context == ""); ok {
		c.Score += score
		p.propose(c, record)
		return
	}
	c, ok := p.gaps(context, s, lang)
	if !ok {
		return
	}
	c.Score += score
	p.propose(c, record)
}

// languageOf is the language of a sentence: that of the document, if the sentence
// is not plainly in the other.
func (p *proposer) languageOf(s string) Lang {
	if strings.ContainsAny(s, "»„“") {
		s = quotation.ReplaceAllString(s, "")
	}
	if l := languageOf(s); l != "" {
		return l
	}
	return p.lang
}

// begins reports whether a sentence begins as one: with a capital, or with a term
// that is written small.
func (p *proposer) begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.IsLower(r) && p.continued {
		return false
	}
	if unicode.IsLower(r) {
		w, _ := nextWord(s)
		return strings.ContainsAny(w, "-_.") || p.everywhere(w) ||
			slices.ContainsFunc(p.paragraph.Terms, func(t string) bool { return strings.HasPrefix(s, t) })
	}
	return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("»„“\"§-'", r)
}

func upperFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// gaps hides what is best to ask for in a sentence, behind a context that is shown.
func (p *proposer) gaps(context, s string, lang Lang) (Candidate, bool) {
	targets := p.targets(s, lang, p.paragraph.Terms)
	if t, ok := p.subject(s, lang); ok {
		targets = apart(append(targets, t))
	}
	targets = append(targets, p.parts(s)...)
	targets = apart(targets)
	if len(targets) == 0 || targets[0].weight < 1.5 {
		targets = append(targets, p.topicWords(s, lang)...)
	}
	n := len(strings.Fields(s))
	most := min(mostHidden, 1+n/8)
	whole := context + s
	var chosen []target
	hidden := 0
	for _, t := range targets {
		words := len(strings.Fields(s[t.start:t.end]))
		if len(chosen) == most || len(chosen) > 0 && chosen[0].weight > 1 &&
			(t.weight < 1.2 || t.weight < chosen[0].weight-1.5) {
			break
		}
		if words > mostAnswer || 5*(hidden+words) > 2*n || shown(whole, context, t) {
			continue
		}
		chosen, hidden = append(chosen, t), hidden+words
	}
	if len(chosen) == 0 {
		return Candidate{}, false
	}
	c := Candidate{Kind: chosen[0].kind, Score: chosen[0].weight, Fact: Fact{Sentence: whole}}
	c.said = s[chosen[0].start:chosen[0].end]
	c.weak = chosen[0].weight < 1
	for _, t := range chosen[1:] {
		if t.weight >= 1.9 {
			c.Score += 0.2
		}
	}
	for _, t := range chosen {
		c.Fact.Gaps = append(c.Fact.Gaps, Gap{len(context) + t.start, len(context) + t.end})
	}
	slices.SortFunc(c.Fact.Gaps, func(a, b Gap) int { return a.Start - b.Start })
	return c, true
}

// shown reports whether the words of a target also stand elsewhere in what is shown.
func shown(whole, context string, t target) bool {
	start, end := len(context)+t.start, len(context)+t.end
	words := strings.ToLower(whole[start:end])
	rest := strings.ToLower(whole[:start]) + "\x00" + strings.ToLower(whole[end:])
	for from := 0; ; {
		i := strings.Index(rest[from:], words)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		after, _ := utf8.DecodeRuneInString(rest[i+len(words):])
		if notOfWord(before) && (notOfWord(after) || after == '\'' || after == '-' || after == 's') || after == '-' {
			return true
		}
		from = i + 1
	}
}

// subject is the term that a sentence says what it is.
func (p *proposer) subject(s string, lang Lang) (target, bool) {
	re := isA[lang]
	if re == nil {
		return target{}, false
	}
	at := re.FindStringSubmatchIndex(s)
	if at == nil || !p.termLike(s[at[2]:at[3]], lang) || strings.HasPrefix(s[at[1]:], "eine,") {
		return target{}, false
	}
	if lang == German && at[2] == 0 && !strings.Contains(s[at[2]:at[3]], " ") && p.onlyAtHeads(s[at[2]:at[3]]) {
		return target{}, false
	}
	return target{at[2], at[3], Definition, 2.4}, true
}

// parts are the members of an enumeration of three or more.
func (p *proposer) parts(s string) []target {
	if !strings.Contains(s, ", ") {
		return nil
	}
	at := enumeration.FindStringIndex(s)
	if at == nil || strings.Count(s[:at[0]], "(") > strings.Count(s[:at[0]], ")") {
		return nil
	}
	list := s[at[0]:at[1]]
	var found []target
	from := 0
	for from < len(list) {
		end := len(list)
		for _, sep := range separators {
			if i := strings.Index(list[from:], sep); i >= 0 {
				end = min(end, from+i)
			}
		}
		part := list[from:end]
		if from == 0 || end == len(list) { // its border with the rest of the sentence is not known
			part = strings.Trim(capitals(part, end == len(list) && from > 0), ".,")
		}
		i := strings.Index(list[from:], part)
		first, _ := nextWord(part)
		last := part[strings.LastIndexByte(part, ' ')+1:]
		if r := strings.ToLower(first); part != "" && !strings.HasSuffix(part, "-") && !articles.Has(r) &&
			startsUpper(part) && startsUpper(last) && !(at[0]+from == 0 && p.plainWord(first, p.lang)) &&
			!p.everywhere(part) && !englishWords.Has(r) && !germanWords.Has(r) && len(part) > 2 {
			found = append(found, target{at[0] + from + i, at[0] + from + i + len(part), List, 1.8})
		}
		from = end
		for _, sep := range separators {
			if strings.HasPrefix(list[from:], sep) {
				from += len(sep)
				break
			}
		}
		if end == from {
			break
		}
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

var separators = []string{", und ", ", and ", ", or ", " sowie ", " und ", " oder ", " and ", " or ", ", "}

// capitals returns the words with capitals at the end of a part, or at its beginning.
func capitals(part string, beginning bool) string {
	words := strings.Fields(part)
	if !beginning {
		n := len(words)
		for n > 0 && startsUpper(words[n-1]) {
			n--
		}
		return strings.Join(words[n:], " ")
	}
	n := 0
	for n < len(words) && startsUpper(words[n]) {
		n++
	}
	return strings.Join(words[:n], " ")
}

// propose keeps a candidate, if its evidence stands in the document and it was not
// proposed before.
func (p *proposer) propose(c Candidate, record string) {
	if c.said == "" {
		c.said = c.Fact.answer()
	}
	key := recordKey(record)
	if key == "" || p.known[key] {
		return
	}
	if p.looked != p.paragraph {
		p.looked, p.reference = p.paragraph, check.NewReference(p.paragraph.Raw)
	}
	evidence, ok := evidenceFor(p.reference, record, c)
	if !ok {
		return
	}
	p.known[key] = true
	c.Section, c.Page, c.Evidence, c.Sentence = p.at.Titles, p.paragraph.Page, evidence, record
	c.place = len(p.found)
	p.found = append(p.found, c)
}

// answer is the first thing that a fact asks for.
func (f *Fact) answer() string {
	if len(f.Gaps) > 0 {
		return f.Sentence[f.Gaps[0].Start:f.Gaps[0].End]
	}
	return f.Answers[0]
}
