package check

import (
	"slices"
	"strings"
	"unicode"

	"kartei/decks"
)

var abbreviationOrder = Rule{
	Name:     "abbreviation-order",
	Title:    "an abbreviation is used before the deck explains it",
	Severity: decks.Warning,
	Text: `
New cards come in the order of the file. Who meets "VJTF" on the third day and learns on the thirtieth
what it stands for has answered ten cards about a word without a meaning. Put the fact that explains an
abbreviation above the first that uses it, write it out there, or say it in the prose above:
"the Very High Readiness Task Force (VJTF)".

Only abbreviations that the deck explains somewhere are looked at, as the answer, the term, the
definition or in brackets. USA, EU, NATO and a few more are known to everybody, and a deck in random
order has no before.`,
	Bad: `
Q: Which force is ready within days, by the plans for the VJTF?
A: its first brigade

Q: What does VJTF stand for?
A: Very High Readiness Task Force`,
	Good: `
Q: What does VJTF stand for?
A: Very High Readiness Task Force

Q: Which force is ready within days, by the plans for the VJTF?
A: its first brigade`,
	deck: func(s *survey) {
		if s.deck.Order == decks.Random {
			return
		}
		explained := s.explained()
		if len(explained) == 0 {
			return
		}
		said := map[string]bool{}
		for i := range s.views {
			v := &s.views[i]
			for _, text := range []string{v.card.Prompt, v.card.Answer} {
				for _, short := range abbreviationsIn(text) {
					at, ok := explained[short]
					if !ok || said[short] || at.card <= i || at.fact == v.fact {
						continue
					}
					said[short] = true
					s.reportAbbreviation(v, short, at)
				}
			}
		}
	},
}

// An explanation is where an abbreviation is explained first.
type explanation struct {
	card int         // index of the view
	fact *decks.Fact // nil: in the prose above that card
	view *view
}

func (s *survey) reportAbbreviation(v *view, short string, at explanation) {
	spot := atQuestion
	if !slices.Contains(abbreviationsIn(v.card.Prompt), short) {
		spot = atAnswer
	}
	hint := "move the fact that explains it above this one, or write it out here"
	if at.fact == nil {
		s.report(v, spot, quote(short)+" is used here, and explained only in the prose below", hint)
		return
	}
	s.reportBeside(v, at.view, spot, quote(short)+" is used here, and explained only in line "+at.view.line(v), hint)
}

// explained finds the abbreviations that the deck explains, and where first.
func (s *survey) explained() map[string]explanation {
	found := map[string]explanation{}
	add := func(short string, at explanation) {
		if _, known := found[short]; !known && !wellKnown[short] {
			found[short] = at
		}
	}
	passages, fact, facts := s.deck.Passages, (*decks.Fact)(nil), -1
	for i := range s.views {
		v := &s.views[i]
		if v.fact != fact {
			fact, facts = v.fact, facts+1
		}
		for ; len(passages) > 0 && passages[0].Fact <= facts; passages = passages[1:] {
			for _, short := range inBrackets(passages[0].Text) {
				add(short, explanation{card: i})
			}
		}
		at := explanation{i, v.fact, v}
		for _, short := range explainedBy(v.card) {
			add(short, at)
		}
	}
	return found
}

// wellKnown are abbreviations that nobody has to explain.
var wellKnown = map[string]bool{"USA": true, "US": true, "UK": true, "EU": true, "UN": true, "UNO": true, "TV": true,
	"PC": true, "CD": true, "DVD": true, "NATO": true, "AM": true, "PM": true, "AD": true, "BC": true, "BBC": true}

// explainedBy are the abbreviations that a card explains: it asks what they stand for,
// or its answer and its question are the two forms, or one stands in brackets.
func explainedBy(c *decks.Card) (found []string) {
	asked, shorts := abbreviationsIn(c.Prompt), abbreviationsIn(c.Answer)
	asks := len(asked)+len(shorts) > 0 && asksWhatItStandsFor(c.Prompt)
	for _, short := range asked {
		if asks || strings.TrimSpace(c.Prompt) == short || expands(c.Answer, short) {
			found = append(found, short)
		}
	}
	if len(shorts) == 1 && shorts[0] == strings.TrimSpace(c.Answer) &&
		(asks || hasExpansion(c.Prompt, shorts[0])) {
		found = append(found, shorts[0])
	}
	for _, text := range []string{c.Prompt, c.Answer, c.Note, c.Hint} {
		found = append(found, inBrackets(text)...)
	}
	return found
}

// standsFor are the ways to ask for the long form, or for the short one.
var standsFor = []string{"stand for", "stands for", "short for", "abbreviat", "acronym", "wofür steht", "steht für",
	"abkürzung", "abgekürzt", "ausgeschrieben"}

func asksWhatItStandsFor(prompt string) bool {
	prompt = strings.ToLower(prompt)
	return slices.ContainsFunc(standsFor, func(words string) bool { return strings.Contains(prompt, words) })
}

// abbreviationsIn are the words of a text that are abbreviations: two capitals at
// least, and not two small letters beside each other.
func abbreviationsIn(text string) (found []string) {
	for word := range strings.FieldsFuncSeq(text, parts) {
		if isAbbreviation(word) {
			found = append(found, word)
		}
	}
	return found
}

func isAbbreviation(word string) bool {
	const longest = 10 // letters
	capitals, small, letters := 0, 0, 0
	for _, r := range word {
		letters++
		switch {
		case unicode.IsUpper(r):
			capitals, small = capitals+1, 0
		case unicode.IsNumber(r):
			small = 0
		default:
			if small++; small > 1 {
				return false
			}
		}
	}
	return capitals > 1 && letters <= longest
}

// inBrackets are the abbreviations that a text explains: one stands in brackets behind
// its long form, or that behind it.
func inBrackets(all string) (found []string) {
	for rest := all; ; {
		text, after, ok := strings.Cut(rest, "(")
		if !ok {
			return found
		}
		inside, behind, ok := strings.Cut(after, ")")
		if !ok {
			return found
		}
		rest = behind
		short := strings.TrimSpace(inside)
		if isAbbreviation(short) && endsInExpansion(text, short) {
			found = append(found, short)
			continue
		}
		if words := abbreviationsIn(text); len(words) > 0 {
			if last := words[len(words)-1]; strings.HasSuffix(strings.TrimSpace(text), last) && expands(inside, last) {
				found = append(found, last)
			}
		}
	}
}

// Limits of where a long form is looked for.
const (
	searched = 60 // words of a question
	closeBy  = 12 // words before a bracket
)

// endsInExpansion reports whether a text ends in what an abbreviation stands for.
func endsInExpansion(text, short string) bool {
	words := wordsOf(text)
	for i := max(0, len(words)-closeBy); i < len(words); i++ {
		if spells(words[i:], lowered(short)) {
			return true
		}
	}
	return false
}

// hasExpansion reports whether some words of a text that follow each other are what an
// abbreviation stands for.
func hasExpansion(text, short string) bool {
	words := wordsOf(text)
	words = words[:min(len(words), searched)]
	for i := range words {
		for j := i + 1; j <= min(len(words), i+2*len(short)); j++ {
			if spells(words[i:j], lowered(short)) {
				return true
			}
		}
	}
	return false
}

// expands reports whether a text, but for an article, is what an abbreviation stands
// for.
func expands(text, short string) bool {
	words := wordsOf(text)
	for len(words) > 0 && articles.has(english|german, strings.ToLower(words[0])) {
		words = words[1:]
	}
	return spells(words, lowered(short))
}

func wordsOf(text string) []string { return strings.FieldsFunc(text, parts) }

// parts reports whether a character stands between words.
func parts(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// lowered is an abbreviation as it is spelt: in small letters.
func lowered(short string) []rune { return []rune(strings.ToLower(short)) }

// spells reports whether words give an abbreviation with the letters that they begin
// with, one word at least one letter. Small words may give none, and in German a
// letter may stand within the last: Bundesverfassungsgericht.
func spells(words []string, short []rune) bool {
	given := make([]bool, len(short)+1) // so many letters
	given[0] = true
	for i, w := range words {
		next := make([]bool, len(given))
		word := []rune(strings.ToLower(w))
		small := unicode.IsLower([]rune(w)[0]) && len(word) <= 4
		for k := range given {
			if !given[k] {
				continue
			}
			next[k] = next[k] || small && i > 0
			for n := 1; n <= min(len(word), len(short)-k) && word[n-1] == short[k+n-1]; n++ {
				next[k+n] = true
				if i == len(words)-1 && within(word[n:], short[k+n:]) {
					return true
				}
			}
		}
		given = next
	}
	return given[len(short)]
}

// within reports whether letters stand in a word in their order.
func within(word, short []rune) bool {
	for _, r := range word {
		if len(short) > 0 && r == short[0] {
			short = short[1:]
		}
	}
	return len(short) == 0
}
