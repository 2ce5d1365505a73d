package check

import (
	"slices"
	"strings"

	"kartei/decks"
)

var volatile = Rule{
	Name:     "volatile",
	Title:    "the answer changes over the years, and the card does not say when it was so",
	Severity: decks.Warning,
	Text: `
Office holders, populations, prices and records change while the card stays. Say the date with
"As-of: 2025-06", so that both the learner and whoever keeps the deck know what was meant, or ask
for something that lasts. (Wozniak, Twenty rules of formulating knowledge, rule 19.)

The rule looks for "currently", for the current or latest holder of an office or state of a figure,
for "Who is the president …" answered by a name, and for numbers of inhabitants. A year in the
question or answer counts as a date. A current in physics and the current directory stay as they are.`,
	Bad: `
Q: How many members does NATO currently have?
A: 32`,
	Good: `
Q: How many members does NATO currently have?
A: 32
As-of: 2025-06`,
	card: func(it *item) {
		if it.card.AsOf != "" || it.termOrDefinition() || dated(it.prompt) || dated(it.answer) {
			return
		}
		for _, cue := range []func() (word, bool){it.nowadays, it.currentHolder, it.whoIs, it.inhabitants} {
			if w, ok := cue(); ok {
				it.report(atQuestion.at(w, it.card.Prompt), quote(w.text)+": the answer changes with time",
					"add \"As-of: YYYY-MM\", or ask for something that lasts")
				return
			}
		}
	},
}

var (
	nowWords = newLexicon("currently nowadays presently", "derzeit zurzeit momentan gegenwärtig aktuell")
	current  = newLexicon("current latest newest incumbent reigning sitting",
		"derzeitige derzeitiger derzeitigen aktuelle aktueller aktuellen aktuelles amtierende amtierender amtierenden gegenwärtige gegenwärtiger gegenwärtigen jetzige jetziger jetzigen neueste neuesten neuester")
	figures = newLexicon(`president chancellor minister king queen monarch pope ceo chair chairman chairwoman chairperson leader head government secretary
		mayor champion champions holder record population price rate inflation version release director governor commissioner members emperor premier coalition`,
		`präsident präsidentin bundespräsident bundespräsidentin kanzler kanzlerin bundeskanzler bundeskanzlerin minister ministerin ministerpräsident
		ministerpräsidentin außenminister außenministerin könig königin papst vorsitzende vorsitzender generalsekretär generalsekretärin regierung
		bürgermeister bürgermeisterin weltmeister weltmeisterin rekord einwohnerzahl preis inflationsrate version mindestlohn leitzins oberhaupt
		staatsoberhaupt regierungschef regierungschefin bundesregierung koalition beitragssatz kaiser chef chefin trainer trainerin`)
	offices = newLexicon(`president chancellor minister king queen pope ceo mayor secretary-general secretary general premier governor chair director speaker head leader`,
		`präsident präsidentin bundespräsident bundespräsidentin kanzler kanzlerin bundeskanzler bundeskanzlerin ministerpräsident ministerpräsidentin
		außenminister außenministerin innenminister innenministerin finanzminister finanzministerin verteidigungsminister verteidigungsministerin könig königin
		papst generalsekretär generalsekretärin bürgermeister bürgermeisterin oberbürgermeister oberbürgermeisterin präsidenten vorsitzender vorsitzende`)
)

// dated reports whether a year stands among the words.
func dated(words []word) bool {
	for _, w := range words {
		if len(w.text) >= 4 && w.numeral() && (w.text[:2] == "19" || w.text[:2] == "20" || w.text[:2] == "18") &&
			isDigit(w.text[2]) && isDigit(w.text[3]) {
			return true
		}
	}
	return false
}

// nowadays finds "currently" and its like, in a question about the world: what
// speaks to "you" or shows code is about a program's state.
func (it *item) nowadays() (word, bool) {
	var found word
	for _, w := range it.prompt {
		switch {
		case w.is(code) || w.fold == "you" || w.fold == "du" || w.fold == "man":
			return word{}, false
		case !w.is(mentioned) && nowWords.has(it.lang, w.fold):
			found = w
		}
	}
	return found, found.text != "" && !contains(it.answer, found.fold) // unless it is the word itself that is asked for
}

// currentHolder finds "the current president" and "der aktuelle Weltmeister".
// In "Aktuelle Stunde", a name, the adjective has a capital.
func (it *item) currentHolder() (word, bool) {
	for i, w := range it.prompt {
		if w.is(mentioned) || !current.has(it.lang, w.fold) || i > 0 && w.capital() {
			continue
		}
		for _, next := range it.prompt[i+1 : min(i+4, len(it.prompt))] {
			if next.is(code) {
				return word{}, false
			}
			if figures.has(it.lang, next.fold) {
				return w, true
			}
		}
	}
	return word{}, false
}

// whoIs finds "Who is the president of France?" answered by a person's name.
// Answered by an office ("the Federal President"), it asks for a constitution.
func (it *item) whoIs() (word, bool) {
	p := it.prompt
	if len(p) < 3 || !(p[0].fold == "who" && p[1].fold == "is") && !(p[0].fold == "wer" && p[1].fold == "ist") {
		return word{}, false
	}
	if !personName(it.lang, it.rightWords()) {
		return word{}, false
	}
	for _, w := range p[2:min(len(p), 7)] {
		if offices.has(it.lang, w.fold) && !w.is(mentioned) {
			return w, true
		}
	}
	return word{}, false
}

// personName reports whether the words look like a person's name: two to four,
// all with capitals, none an office.
func personName(l language, words []word) bool {
	if len(words) < 2 || len(words) > 4 {
		return false
	}
	for _, w := range words {
		if !w.capital() || offices.has(l, w.fold) || articles.has(l, w.fold) {
			return false
		}
	}
	return true
}

// rightWords are the words of the answer, for a choice of the right option.
func (it *item) rightWords() []word {
	if key := it.key(); it.choice() && key >= 0 {
		return it.options[key]
	}
	return it.answer
}

// inhabitants finds "How many people live in …?" and "What is the population
// of …?" answered by a number.
func (it *item) inhabitants() (word, bool) {
	numeric := false
	for _, w := range it.rightWords() {
		numeric = numeric || w.numeral()
	}
	if !numeric {
		return word{}, false
	}
	text := strings.ToLower(it.card.Prompt)
	for _, cue := range populationCues {
		i := slices.IndexFunc(it.prompt, func(w word) bool { return w.fold == cue.word })
		if i >= 0 && it.lang&cue.lang != 0 && strings.Contains(text, cue.asked) {
			return it.prompt[i], true
		}
	}
	return word{}, false
}

// populationCues are the ways of asking for a number of inhabitants, each with
// the word that shows it.
var populationCues = []struct {
	lang        language
	word, asked string
}{
	{english, "population", "what is the population"}, {english, "population", "how large is the population"},
	{english, "inhabitants", "how many inhabitants does"}, {english, "people", "how many people live"},
	{german, "einwohner", "wie viele einwohner hat "}, {german, "einwohner", "wie viele einwohner leben"},
	{german, "menschen", "wie viele menschen leben"}, {german, "einwohnerzahl", "wie hoch ist"},
	{german, "einwohnerzahl", "wie groß ist"},
}
