package check

import (
	"strings"

	"kartei/decks"
	"kartei/decks/wordset"
)

var negativeStem = Rule{
	Name:     "negative-stem",
	Title:    "a “not” in the question is overlooked, and then the learner fails for reading, not for knowing",
	Severity: decks.Warning,
	Text: `
"Which of these is not …" turns the task round with one small word. Ask for what is so; where the
exception is the point, make the word stand out: **not**, NOT, **except**.
(Haladyna, Downing and Rodriguez 2002, rule 17.)

Looked at are choices only, and only the main clause of a question for which, what or who: in "Why
does ice not sink?" and "What happens if a key is not found?" the negation is the fact itself.`,
	Bad: `
Q: Which of these is not a noble gas?
- [x] Nitrogen
- [ ] Neon
- [ ] Argon`,
	Good: `
Q: Which of these is **not** a noble gas?
- [x] Nitrogen
- [ ] Neon
- [ ] Argon`,
	card: func(it *item) {
		if !it.choice() {
			return
		}
		if w, ok := it.negation(); ok {
			it.report(atQuestion.at(w, it.card.Prompt),
				quote(w.text)+" turns the question round and is easily overlooked",
				"ask for what is so, or write **"+w.text+"**")
		}
	},
	fix: fixBold,
}

var (
	negations = newLexicon(
		"not except isn't aren't wasn't weren't doesn't don't didn't cannot can't hasn't haven't wouldn't couldn't shouldn't never excluding",
		"nicht kein keine keinen keinem keiner keines außer niemals nie ausgenommen")
	asksForOne = newLexicon("which what who whom",
		"welche welcher welches welchen welchem was wer wen wem")
	asksOtherwise = newLexicon("why how", "warum wieso weshalb wie weswegen")
	subordinators = newLexicon("if when that because although unless while whether who where whose until after before since",
		"wenn falls dass weil obwohl sofern sobald ob da bis nachdem bevor solange indem damit")
	exceptions = newLexicon("except excluding", "außer ausgenommen")
	leastOf    = wordset.New("likely probable common important suitable appropriate useful typical")
	softened   = newLexicon("only just until necessarily yet", "nur zuletzt mehr einmal")
)

// negation returns the word that turns the question round, if it does not
// stand out already.
func (it *item) negation() (word, bool) {
	asked, ended := false, false // ended: a relative clause follows, not another question
	for i, w := range it.prompt {
		if w.is(mentioned) {
			continue
		}
		if i > 0 && endsClause(it.card.Prompt[it.prompt[i-1].end:w.start]) {
			asked, ended = asked && exceptions.has(it.lang, w.fold),
				!endsSentence(it.card.Prompt[it.prompt[i-1].end:w.start])
		}
		switch {
		case asksOtherwise.has(it.lang, w.fold) && !asked:
			return word{}, false
		case asksForOne.has(it.lang, w.fold) && !asked && !ended:
			asked = true
		case asked && subordinators.has(it.lang, w.fold):
			asked = false
		case it.negates(i) && (asked || exceptions.has(it.lang, w.fold)):
			return w, !w.is(strong) && !w.shouted()
		}
	}
	return word{}, false
}

// endsClause reports whether what stands between two words ends a clause. In
// German a comma may begin a relative clause, so every comma counts.
func endsClause(between string) bool { return strings.ContainsAny(between, ",;.:?!—–(") }

// negates reports whether the word at i is a negation that is not softened by
// the next word ("not only").
func (it *item) negates(i int) bool {
	if it.lang&english != 0 && it.prompt[i].fold == "least" {
		return i+1 < len(it.prompt) && leastOf.Has(it.prompt[i+1].fold) // "least likely", but not "at least" or "the least mass"
	}
	if !negations.has(it.lang, apostrophe(it.prompt[i].fold)) {
		return false
	}
	if i > 0 && it.prompt[i-1].fold == "als" {
		return false // "gilt als nicht rein": a property
	}
	return i+1 == len(it.prompt) || !softened.has(it.lang, it.prompt[i+1].fold)
}

func apostrophe(w string) string { return strings.ReplaceAll(w, "’", "'") }
