package library_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"kartei/decks"
)

// abbreviation is a word of capitals, as NRF, eFP and AP4.
var abbreviation = regexp.MustCompile(`\b[a-z]?[A-Z]{2,}[0-9]?\b`)

// known are the abbreviations that nobody needs to be told.
var known = strings.Fields("NATO USA US EU UN JD")

// spelledOut are those that are explained without a row of their own, by what explains them.
var spelledOut = map[string]string{
	"AP": "Asia-Pacific four", "AP4": "Asia-Pacific four", "MC": "Military Committee", "ITA": "NATO Rapid Deployable Corps Italy",
	"ISAF": "International Security Assistance Force", "OSCE": "Organization for Security and Co-operation in Europe",
	"OSZE": "Organisation für Sicherheit und Zusammenarbeit in Europa",
}

// learnt returns the cards of a language in the order in which they are learnt.
func learnt(t *testing.T, lang string) (all []decks.Card) {
	t.Helper()
	compiled := compiled(t)
	for _, name := range tiers {
		for _, f := range tier(t, compiled, lang, name).Facts {
			all = append(all, f.Cards...)
		}
	}
	return all
}

// said is all that a learner is shown of a card.
func said(c *decks.Card) string {
	parts := append([]string{c.Prompt, c.Answer, c.Hint, c.Note}, c.Items...)
	for _, o := range c.Options {
		parts = append(parts, o.Text, o.Why)
	}
	return strings.Join(parts, "\n")
}

// No card uses an abbreviation before the card that explains it, which may be the card
// itself.
func TestAbbreviationsAreExplainedFirst(t *testing.T) {
	for _, lang := range languages {
		all := learnt(t, lang)
		expansions := map[string]string{}
		for short, full := range spelledOut {
			expansions[short] = full
		}
		for i := range all {
			c := &all[i]
			if short := abbreviation.FindAllString(c.Prompt, -1); c.Name == "full" && len(short) > 0 {
				expansions[short[0]] = c.Answer
			}
		}
		explained := map[string]bool{}
		for i := range all {
			c := &all[i]
			text := said(c)
			for _, short := range abbreviation.FindAllString(text, -1) {
				if slices.Contains(known, short) || explained[short] {
					continue
				}
				full := expansions[short]
				explained[short] = full != "" && strings.Contains(text, full)
				if !explained[short] {
					t.Errorf("%s: %s is not explained yet (%q): %s", lang, short, full, text)
				}
			}
		}
		if len(explained) < 15 {
			t.Errorf("%s: only %d abbreviations were met", lang, len(explained))
		}
	}
}

// everybody knows these by their surnames.
var everybody = strings.Fields("Trump Putin")

// A person is named in full before, or on, the first card that has the surname alone.
func TestPeopleAreNamedInFullFirst(t *testing.T) {
	for _, lang := range languages {
		all := learnt(t, lang)
		full := map[string]string{} // by surname
		for i := range all {
			c := &all[i]
			names := strings.Fields(c.Answer)
			if c.Name == "person" && len(names) == 2 && strings.ToUpper(names[0][:1]) == names[0][:1] {
				full[names[1]] = c.Answer
			}
		}
		if len(full) < 9 {
			t.Errorf("%s: only %d people", lang, len(full))
		}
		met := map[string]bool{}
		for i := range all {
			text := said(&all[i])
			for surname, name := range full {
				if met[surname] || slices.Contains(everybody, surname) || !strings.Contains(text, surname) {
					continue
				}
				if met[surname] = true; !strings.Contains(text, name) {
					t.Errorf("%s: %s is not introduced yet: %s", lang, surname, text)
				}
			}
		}
	}
}

// The summits stand on a line before any card speaks of what one of them did.
func TestSummitsAreIntroducedFirst(t *testing.T) {
	for _, lang := range languages {
		var summits []string
		for _, c := range learnt(t, lang) {
			if c.Kind == decks.Sequence && summits == nil {
				if len(c.Items) != 7 {
					t.Fatalf("%s: the first sequence has %d items, want the seven summits", lang, len(c.Items))
				}
				summits = c.Items
			}
			for _, place := range []string{"Vilnius", "Madrid", "Wales"} {
				if summits == nil && strings.Contains(said(&c), place) {
					t.Errorf("%s: the summit of %s is not introduced yet: %s", lang, place, c.Prompt)
				}
			}
		}
	}
}
