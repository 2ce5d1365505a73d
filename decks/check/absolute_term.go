package check

import "kartei/decks"

var absoluteTerm = Rule{
	Name:     "absolute-term",
	Title:    "one option alone says always or never, and learners know that such options are wrong",
	Severity: decks.Warning,
	Text: `
Few things are always or never so. A learner who knows nothing strikes out the one option that says
always, never, only or all (immer, nie, nur, alle) and has a better chance. Give every option the
same force. (Haladyna, Downing and Rodriguez 2002, rule 28a.)

"Always" and "never" count wherever they stand, the others only where an option begins with them,
since in the middle of a sentence they rarely claim much. Options that quote the word, and options
of which several are absolute, are left alone.`,
	Bad: `
Q: What do catalysts do to a reaction?
- [x] They lower its activation energy
- [ ] They always raise its temperature
- [ ] They shift its equilibrium`,
	Good: `
Q: What do catalysts do to a reaction?
- [x] They lower its activation energy
- [ ] They raise its temperature
- [ ] They shift its equilibrium`,
	card: func(it *item) {
		if !it.choice() || len(it.options) < 3 {
			return
		}
		at, found := -1, word{}
		for i, option := range it.options {
			w, ok := absolute(it.lang, option)
			if !ok || aboutOptions(it.lang, option) {
				continue
			}
			if at >= 0 {
				return
			}
			at, found = i, w
		}
		if at >= 0 {
			it.report(atOption(at).at(found, it.card.Options[at].Text), "only this option says "+quote(found.text),
				"say it without, or give the other options the same force")
		}
	},
}

var (
	absoluteAnywhere = newLexicon("always never invariably", "immer nie niemals stets ausnahmslos")
	absoluteFirst    = newLexicon("only all solely", "nur alle ausschließlich")
)

// absolute returns the word by which an option of some length claims to hold
// without exception. Shorter options are answers such as "Always" on a scale,
// or names; a title (All Quiet on …) goes on with a capital.
func absolute(l language, option []word) (word, bool) {
	if len(option) < 3 {
		return word{}, false
	}
	first := option[0]
	if !first.is(mentioned) && absoluteFirst.has(l, first.fold) &&
		(!option[1].capital() || !absoluteFirst.english.Has(first.fold)) {
		return first, true
	}
	for i, w := range option {
		if w.is(mentioned) || !absoluteAnywhere.has(l, w.fold) {
			continue
		}
		if w.fold == "immer" && i+1 < len(option) && comparesOn(option[i+1].fold) {
			continue // "immer wieder", "immer nur", "immer größer"
		}
		return w, true
	}
	return word{}, false
}

func comparesOn(w string) bool {
	return w == "wieder" || w == "nur" || w == "noch" || w == "mehr" || w == "weniger" ||
		len(w) > 4 && w[len(w)-2:] == "er"
}
