package check

import (
	"slices"
	"strings"
	"sync"

	"kartei/decks/wordset"
)

// A language is a set of languages whose words a rule may look for.
type language uint8

const (
	english language = 1 << iota
	german
)

// languageOf reads a BCP 47 tag. A deck that does not say its language is
// checked for both; in any other language rules about words keep silent.
func languageOf(tag string) language {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	switch primary {
	case "en":
		return english
	case "de":
		return german
	case "":
		return english | german
	}
	return 0
}

// A lexicon is a set of lower-case words in each language.
type lexicon struct{ english, german *wordset.Set }

// newLexicon makes a lexicon of words separated by spaces.
func newLexicon(en, de string) *lexicon {
	return &lexicon{wordset.New(en), wordset.New(de)}
}

// has reports whether w is a word of the lexicon in one of the languages l.
func (x *lexicon) has(l language, w string) bool {
	return l&english != 0 && x.english.Has(w) || l&german != 0 && x.german.Has(w)
}

// A phrasebook is a set of phrases of lower-case words in each language, one a line.
type phrasebook struct {
	en, de          string
	once            sync.Once
	english, german map[string][]string // by their first word
}

func newPhrasebook(en, de string) *phrasebook { return &phrasebook{en: en, de: de} }

func phrases(list string) map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" {
			first, _, _ := strings.Cut(line, " ")
			m[first] = append(m[first], line)
		}
	}
	return m
}

// opens reports whether the words begin with one of the phrases, used and not
// mentioned.
func (b *phrasebook) opens(l language, words []word) bool {
	if len(words) == 0 {
		return false
	}
	b.once.Do(func() { b.english, b.german = phrases(b.en), phrases(b.de) })
	begins := func(phrase string) bool { return beginsWith(words, phrase) }
	return l&english != 0 && slices.ContainsFunc(b.english[words[0].fold], begins) ||
		l&german != 0 && slices.ContainsFunc(b.german[words[0].fold], begins)
}

func beginsWith(words []word, phrase string) bool {
	for phrase != "" {
		if len(words) == 0 || words[0].is(mentioned) {
			return false
		}
		w, rest, _ := strings.Cut(phrase, " ")
		if words[0].fold != w {
			return false
		}
		words, phrase = words[1:], rest
	}
	return true
}

// functionWords carry grammar and no topic: two texts that share them share nothing.
var functionWords = newLexicon(`
a about above across after again against all almost along also although always among an and another any anyone anything are around as at away
be became because become becomes been before behind being below best between both but by call called can cannot case cases caused causes
certain come comes correct correctly could did do does doing done down during each either else enough even ever every example except few first
following for form former from further gave get gets give given gives goes got had happen happened happens has have having he held help her
here him his how however if in instead into is it its itself just keep kind know known large largest last later least less let like likely
made main mainly make makes making many may mean meaning means might more most much must name named names near nearly never new next no none
nor not nothing now number of off often on once one only onto or order other others our out over own part per play played plays possible put
rather right role said same say says second see seen several shall she should show shows since so some something sort statement statements
still such take taken takes tell term than that the their them then there therefore these they thing things third this those though three
through thus time to together too toward towards true two type under until up upon us use used uses using usually value very via was way ways
we well went were what when where whether which while who whom whose why will with within without word work works would year years yet you your`, `
ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus außer außerdem bei beide beiden beim bereits
besonders bestimmte bestimmten bevor bezeichnet bezeichnete bin bis bisher bist da dabei dadurch dafür dagegen daher damit danach daran darauf
daraus darf darin darüber darum das dass davon dazu dein dem den denen denn dennoch der deren derer des dessen deshalb dich die dient dienen
dies diese diesem diesen dieser dieses dir doch dort du durch dürfen ein eine einem einen einer eines einige einigen er erst erste ersten
erster erstes es etwa etwas euch euer falls fand finden findet folgende folgenden folgender für gab ganz ganze gegen gehört gehören genannt
genau gibt gilt ging gleich gut hat hatte hatten haben handelt heißt heißen hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im
immer in indem ins ist ja jede jedem jeden jeder jedes jedoch jene kam kann kein keine keinem keinen keiner können könnte lassen lässt liegt
machen macht man mehr mein meist meisten mit möglich muss müssen nach nachdem neben nennt nennen neue neuen nicht nichts nie noch nur ob oben
obwohl oder oft ohne pro richtig richtige richtigen schon sehr sein seine seinem seinen seiner seit seitdem selbst sich sie sieht sind so
sogar solche solchen soll sollen sollte sondern sonst sowie spielt steht stehen tritt trotz über um und uns unser unter versteht viel viele
vielen vom von vor während war waren warum was wegen weil weit welche welchem welchen welcher welches wem wen wenig wenn wer werden wessen
wie wieder will wird wo wofür wohin woher wodurch womit worauf woraus worden worin wurde wurden zeit zu zum zur zwar zwei zweite zweiten
zwischen`)
