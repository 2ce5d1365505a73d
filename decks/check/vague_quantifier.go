package check

import "kartei/decks"

var vagueQuantifier = Rule{
	Name:     "vague-quantifier",
	Title:    "often, usually and sometimes mean something else to everyone, so the option cannot be judged",
	Severity: decks.Warning,
	Text: `
How often is often? Such words make an option hard to refute, and learners know that hedged options
are right. Say how many, or say it without. (Case and Swanson, Constructing Written Test Questions for
the Basic and Clinical Sciences, National Board of Medical Examiners, 2002.)

Options that are one or two words, such as adverbs to choose from, and choices in which every option
is hedged are left alone.`,
	Bad: `
Q: How do whales breathe?
- [x] They usually come up for air
- [ ] They have gills
- [ ] They breathe through their skin`,
	Good: `
Q: How do whales breathe?
- [x] They come up for air
- [ ] They have gills
- [ ] They breathe through their skin`,
	card: func(it *item) {
		if !it.choice() {
			return
		}
		vague, said, at := 0, word{}, atQuestion
		for i, option := range it.options {
			if w, ok := vagueIn(it.lang, option); ok {
				if vague == 0 {
					said, at = w, atOption(i).at(w, it.card.Options[i].Text)
				}
				vague++
			}
		}
		if vague > 0 && vague < len(it.options) {
			it.report(at, quote(said.text)+" means something else to everyone", "say how many, or leave it out")
		}
	},
}

var vagueWords = newLexicon("often usually sometimes frequently occasionally rarely seldom generally typically mostly",
	"oft häufig manchmal meist meistens gelegentlich selten mitunter bisweilen üblicherweise normalerweise gewöhnlich meistenteils")

func vagueIn(l language, option []word) (word, bool) {
	if len(option) < 3 {
		return word{}, false
	}
	for _, w := range option {
		if !w.is(mentioned) && vagueWords.has(l, w.fold) {
			return w, true
		}
	}
	return word{}, false
}
