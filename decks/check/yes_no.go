package check

import "kartei/decks"

var yesNo = Rule{
	Name:     "yes-no",
	Title:    "the answer is yes or no, so half of all guesses are right and little is recalled",
	Severity: decks.Warning,
	Text: `
A yes-or-no card is answered by the ring of the question, and nobody learns why. Ask for the fact
behind it: not whether, but which, when, or how.

Cards that ask what a word means ("What is *sí* in English?"), terms with definitions, and values
in code are left alone: there "yes" or "true" is the thing to know.`,
	Bad: `
Q: Is Iceland a member of the European Union?
A: No`,
	Good: `
Q: Through which agreement does Iceland take part in the single market?
A: The EEA Agreement`,
	card: func(it *item) {
		if isYesNoChoice(it) {
			it.report(atQuestion, "the choice is between yes and no", "ask for the fact behind it")
			return
		}
		if it.card.Kind != decks.Recall || it.termOrDefinition() || it.asksForWord() {
			return
		}
		if startsYesNo(it.lang, it.card.Answer, it.answer) {
			it.report(atAnswer, "the answer is only "+quote(it.answer[0].text),
				"ask for the fact behind it: which, when, how")
		}
	},
}

var yesNoWords = newLexicon("yes no true false", "ja nein wahr falsch richtig stimmt")

// startsYesNo reports whether an answer is one of the words, alone or with an
// explanation after a comma, dash or full stop.
func startsYesNo(l language, text string, answer []word) bool {
	if len(answer) == 0 || answer[0].is(mentioned) || !yesNoWords.has(l, answer[0].fold) {
		return false
	}
	if len(answer) == 1 {
		return true
	}
	between := text[answer[0].end:answer[1].start]
	for _, r := range between {
		switch r {
		case ',', '.', '-', '–', '—', ';', ':', '(', '!':
			return true
		}
	}
	return false
}

// isYesNoChoice reports whether a choice is between two such words. Among three
// or more with reasons ("Yes, because …") it is the reasons that count.
func isYesNoChoice(it *item) bool {
	if !it.choice() || len(it.options) != 2 || it.asksForWord() {
		return false
	}
	for i, option := range it.options {
		if !startsYesNo(it.lang, it.card.Options[i].Text, option) {
			return false
		}
	}
	return true
}

// asksForWord reports whether the question wants a word or value to which "yes"
// is the answer: it quotes or shows code, or begins with a question word and
// emphasises what it is about. A mere yes-or-no question begins with its verb.
func (it *item) asksForWord() bool {
	for _, w := range it.prompt {
		if w.is(quoted|code) || w.is(strong) && openQuestion.has(english|german, it.prompt[0].fold) {
			return true
		}
	}
	return false
}

var openQuestion = newLexicon("what which how", "was welche welcher welches wie")
