package draft

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

// abbreviations end with a full stop and no sentence does.
var abbreviations = wordset.New(`
abb abk abl abs anm art aufl bd bes betr bgbl bsp bspw bzw ca chr dgl dr ebd etc evtl exkl ff fr geb gem ggf hg hl hr hrsg inkl insb jh kap lit max mind min mio mrd nr
ob od prof rd red rn s sog st std str tab tel u usf usw v vgl vol z zit ziff zzt
al approx apr aug ave cf co corp dec dept ed eds eg esp est ex feb fig figs gen gov inc jan jr jul jun ltd maj messrs mr mrs ms mt no nos nov oct op para pp
pres pt rep rev sec sen sept sep sgt sr vs viz approx i.e e.g d.h z.b u.a o.ä i.d.r p p.a u.s u.k u.n`)

var initial = lazyregexp.New(`^\p{Lu}$`)

// mostBracket is how long a text in brackets may be, in bytes.
const mostBracket = 300

// sentences cuts a paragraph into sentences, in time proportional to its length.
func sentences(text string, lang Lang) (all []string) {
	from := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if r != '.' && r != '!' && r != '?' && r != '…' ||
			strings.HasSuffix(text[from:i-size], "(") && strings.HasPrefix(text[i:], ")") {
			continue // "(!)" is a remark
		}
		end := closers(text, i)
		near := max(from, i-mostBracket)
		if open := strings.LastIndexByte(text[near:i], '('); open >= 0 && !strings.Contains(text[near+open:end], ")") &&
			strings.Contains(text[end:min(len(text), end+mostBracket)], ")") {
			i = end
			continue // within brackets
		}
		if end == len(text) || ends(text[from:i], text[end:], r, lang) {
			if s := strings.TrimSpace(text[from:end]); s != "" {
				all = append(all, s)
			}
			from = end
		}
		i = end
	}
	if s := strings.TrimSpace(text[from:]); s != "" {
		all = append(all, s)
	}
	return all
}

// closers steps over what closes a sentence behind its full stop: quotation marks,
// brackets, and the number of a note.
func closers(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !strings.ContainsRune(`.!?…"'”“’»«)]`, r) ||
			(r == '“' || r == '«' || r == '»') && opensQuote(text[i+size:]) {
			break
		}
		i += size
	}
	n := i
	for n < len(text) && n-i < 3 && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n > i && (n == len(text) || text[n] == ' ') && i > 0 && !(text[i-1] >= '0' && text[i-1] <= '9') {
		return n
	}
	return i
}

// opensQuote reports whether a quotation mark before this text opens a quotation.
func opensQuote(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(r)
}

// ends reports whether a full stop after before, with rest behind it, ends a
// sentence.
func ends(before, rest string, stop rune, lang Lang) bool {
	if rest != "" && rest[0] != ' ' {
		return false
	}
	next := strings.TrimLeft(rest, " ")
	r, _ := utf8.DecodeRuneInString(next)
	if unicode.IsLower(r) || strings.ContainsRune(",;:)", r) {
		return false
	}
	if stop != '.' {
		return true
	}
	last := before[strings.LastIndexAny(before[:len(before)-1], " (»„“\"\u00a0\u202f")+1:]
	last = strings.TrimLeftFunc(last, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	last = strings.TrimSuffix(last, ".")
	switch {
	case abbreviations.Has(strings.ToLower(last)), initial.MatchString(last):
		return false
	case lang == German && len(last) <= 2 && isNumber(last): // the 11th of something
		word, _ := nextWord(next)
		return germanWords.Has(strings.ToLower(word)) || leaningHeads[German].Has(strings.ToLower(word))
	}
	return true
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

var (
	// author and year, as in "(Hurt & Lawrence 2021: 5; Tardy 2022)"
	citation  = lazyregexp.New(`\s*\((?:vgl\. |Vgl\. |siehe |see |cf\. |e\.g\. )?(?:[\p{Lu}»][\p{L}\p{M}.,&’' -]{1,60}(?: et al\.)? (?:1[89]|20)\d\d(?:/\d\d)?[a-z]?(?:: ?[\p{L}\d–, -]{1,20})?(?:; )?){1,6}\)`)
	noteSign  = lazyregexp.New(`(\p{L}{2}[.,;:!?»«”“")]{1,3}|[)»«”“"][.,;:!?»«”“")]{1,2}|\d[)»«”“"!?][.,;:]?)\d{1,3}( |$)`)
	noteAtEnd = lazyregexp.New(`(\d{3}\.)\d{1,3}$`) // behind a year, say
	bracketed = lazyregexp.New(`\s*\[(?:\d{1,3}|[a-z]|edit|Bearbeiten|Quelltext bearbeiten|citation needed|note \d+|Anm\. \d+)\]`)
	label     = lazyregexp.New(`^(?:\(\d{1,2}[a-z]?\)|\d{1,2}[.)]|[a-z]{1,2}\)|[FQA]:)\s+`)
	hintLabel = lazyregexp.New(`^(?:Note|Hinweis|HINWEIS|NOTE|Important|Wichtig|Tip|Tipp):\s+`)
)

// tidy takes off a sentence what stands in the document's apparatus: numbers of
// paragraphs and notes, and citations.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	for range 2 {
		s = label.ReplaceAllString(s, "")
	}
	s = hintLabel.ReplaceAllString(s, "")
	if strings.Contains(s, "[") {
		s = bracketed.ReplaceAllString(s, "")
	}
	if strings.ContainsAny(s, "0123456789") {
		s = citation.ReplaceAllString(s, "")
		s = noteSign.ReplaceAllString(s, "$1$2")
		s = noteAtEnd.ReplaceAllString(s, "$1")
	}
	return oneLine(s)
}

// announces is how a sentence ends that an example follows.
var announces = lazyregexp.New(`,? (?:e\.g\.|for example|like this|like so|as follows|wie folgt|zum Beispiel|so)(?: [^.:]{1,40})?:$`)

var pointsDown = lazyregexp.New(`(?i)\b(?:following|below|folgende[nrms]?|unten)\b`)

// unannounced makes a statement of a sentence that names a term and ends with a
// colon, before code or an example.
func (p *proposer) unannounced(s string) string {
	if !strings.HasSuffix(s, ":") || pointsDown.MatchString(s) ||
		!slices.ContainsFunc(p.paragraph.Terms, func(t string) bool { return strings.Contains(s, t) }) {
		return s
	}
	return strings.TrimRight(strings.TrimSuffix(announces.ReplaceAllString(s, ""), ":"), " ,") + "."
}
