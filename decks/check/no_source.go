package check

import "kartei/decks"

var noSource = Rule{
	Name:     "no-source",
	Title:    "this deck cites its sources, but not for this fact",
	Severity: decks.Warning,
	Text: `
A fact with a source can be checked, corrected and defended; one without ages unnoticed. In a deck
that names sources in its header, or cites any, every fact should cite one.
(Wozniak, Twenty rules of formulating knowledge, rule 18.)

A deck that cites nothing at all, such as a list of words, is left alone.`,
	Bad: `
---
source wb: Weather Book, 3rd edition
---
Q: What is measured with a hygrometer?
A: Humidity`,
	Good: `
---
source wb: Weather Book, 3rd edition
---
Q: What is measured with a hygrometer?
A: Humidity
Source: wb 41`,
	deck: func(s *survey) {
		if !cites(s.deck) {
			return
		}
		var last *decks.Fact
		for v := range s.cards() {
			if v.fact != last && v.card.Source == "" {
				s.report(v, atFact, "this fact names no source", "add \"Source: NAME page\"")
			}
			last = v.fact
		}
	},
	fix: fixAddSource,
}

func cites(d *decks.Deck) bool {
	if len(d.Sources) > 0 {
		return true
	}
	for i := range d.Facts {
		for j := range d.Facts[i].Cards {
			if d.Facts[i].Cards[j].Source != "" {
				return true
			}
		}
	}
	return false
}
