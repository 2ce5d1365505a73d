package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/lazyregexp"
	"kartei/decks/wordset"
)

// Words at the head of a sentence that lean on the sentence before it.
var (
	leaningHeads = map[Lang]*wordset.Set{
		English: phraseSet(`it|they|he|she|this|that|these|those|such|its|their|his|her|hers|him|them|here|then|so|both|another|others|one|we|i|our|my|us|me|you|your|let's|nor|also|later|afterwards|
earlier|there|neither|either|same|similar|other|doing|thereby|therein|afterward|meanwhile|now|today|currently|recently|below|above|what|why|how|which|because|please|note|see|e.g|again|instead`),
		German: phraseSet(`er|sie|es|dies|diese|dieser|dieses|diesem|diesen|jene|jener|jenes|jenem|jenen|deren|dessen|ihr|ihre|ihren|ihrem|ihrer|ihres|sein|seine|seinen|seinem|seiner|seines|solche|solcher|solches|solchen|damit|dabei|
dadurch|darüber|daher|deshalb|deswegen|danach|dazu|darin|dafür|daraus|daran|darauf|dagegen|davon|davor|dahinter|darum|darunter|dort|hier|hierzu|hierfür|hierbei|hiermit|letztere|letzterer|letzteres|erstere|ersterer|beide|
so|wir|ich|du|unser|unsere|unseren|mein|dann|da|ebenso|ebenfalls|insofern|somit|folglich|demnach|gleiches|ähnlich|anders|andere|einige|viele|manche|das|welche|was|wie|warum|ob|wo|entsprechend|
stattdessen|trotzdem|dennoch|also|nun|jetzt|sonst|dementsprechend|infolgedessen|währenddessen|seitdem|seither|damals|inzwischen|mittlerweile|daneben|siehe|vgl|weitere|zuvor|vorher|nachher|später|gemeint|sondern|statt`),
	}
	// two words that lean although the first may stand alone
	leaningPairs = phraseSet(`the former|the latter|the same|the other|the second|the first|the third|the following|the above|the next|in this|in that|in these|in such|at this|at that|for this|for that|for these|with this|of these|on this|to this|under this|from this|after this|after that|during this|
the resulting|as such|as a|as part|in doing|in response|in both|in addition|in contrast|in fact|in particular|in other|for example|for instance|at present|at the|one of|each of|most of|some of|none of|all of|both of|two of|
die erste|die zweite|das erste|das zweite|der erste|der zweite|die dritte|die beiden|der andere|die andere|das andere|die anderen|die folgenden|der folgende|in diesem|in dieser|in diesen|aus diesem|aus dieser|aus diesen|mit diesem|mit dieser|mit diesen|auf diese|auf diesem|bei diesem|bei dieser|zu diesem|zu dieser|unter diesem|
nach diesem|nach dieser|vor diesem|zum beispiel|auf der|im folgenden|im gegensatz|im gegenteil|für diese|für diesen|durch diese|von diesen|wie oben|das gleiche|der gleiche|gleiche gilt|auf diese|an dieser|unter anderem|einer unserer|eine weitere|ein weiterer|ein weiteres`)
	// openings that are taken off, as the rest is a sentence all the same
	looseHeads = lazyregexp.New(`^(?:However|Moreover|Furthermore|Additionally|In addition|For example|For instance|Therefore|Thus|Consequently|Nevertheless|Nonetheless|Similarly|Finally|Incidentally|In fact|Indeed|Notably|Of course|Hence|As a result|Also|In particular|Specifically|In other words), |^(?:And|But|Or|Yet|Aber|Und|Denn|Doch|Sondern) `)
)

// Words anywhere in a sentence that make it doubtful, and how much, by language.
var (
	pointing = map[Lang]*wordset.Set{ // out of the sentence
		English: wordset.New("this these those such aforementioned above below following former latter previous previously here then we our us my respectively"),
		German: wordset.New(`dies diese dieser dieses diesem diesen jene jener jenes jenem jenen solche solcher solches solchen derartige derartiger derartigen oben unten folgende folgender folgendes folgenden
hier dort damals seitdem seither inzwischen genannte genannten genannter obige obigen wir uns unser unsere unseren unserem unserer deshalb daher dabei damit hierfür dazu danach insoweit ebenso
erwähnt erwähnte erwähnten letzterer letztere letzteren dafür davon daran`),
	}
	persons = map[Lang]*wordset.Set{ // who or what, a sentence before may say
		English: wordset.New("he she him they them their its"),
		German:  wordset.New("er sie ihm ihn ihnen"),
	}
	monthName = wordset.New("January February March April May June July August September October November December")
	people    = wordset.New("he she him his her hers")
	linking   = wordset.New(`zudem außerdem weiterhin ferner allerdings dennoch zwar auch ebenfalls hingegen jedoch aber zugleich schließlich also too though however moreover still yet`)
	shaky     = wordset.New(`could may might perhaps possibly probably apparently allegedly könnte könnten möglicherweise vielleicht vermutlich wohl offenbar angeblich dürfte dürften würde würden sei seien solle habe hätte hätten
werde müsse wolle bedeute unklar opinion beispiel beispielsweise example ago yesterday tomorrow nowadays gestern kürzlich jüngst neulich`)
	addressing = wordset.New("you your du dein deine deinen deinem deiner dir dich")
	elsewhere  = wordset.New("figure fig table abbildung tabelle chapter kapitel page seite screenshot click klicke klicken")

	// what a law or rule says of itself does not point out of it
	ownText     = lazyregexp.New(`\b(?:dieses Gesetzes|diesem Gesetz|dieses Gesetz|dieser Verordnung|diese Verordnung|dieser Satzung|[Tt]his (?:Act|Regulation|Agreement|Treaty|Constitution)|such as)\b`)
	crossRefs   = lazyregexp.New(`\b(?:Satz(?:es)?|Abs(?:atz(?:es)?|ätzen?|\.)|Nr\.|Nummer|Buchstabe|§§|[Pp]aragraph|[Ss]ubsection|[Ss]ub-?paragraph)\s*\d`)
	boilerplate = lazyregexp.New(`[Cc]opyright|©|[Aa]ll rights reserved|fair dealing|[Cc]ookies?\b|[Nn]ewsletter|[Bb]ookmark|[Rr]etrieved|et al\.|\bdoi\b|DOI|ISBN|ISSN|Ebd\.|[Zz]uletzt (?:geändert|aktualisiert|erschienen)|[Ll]ast (?:modified|updated|month|week|year)|\bcomments\b|[Ll]etzte[nrs]? (?:Woche|Monat|Jahr)`)
	speech      = lazyregexp.New(`^[“"„»][^”"“«]{40,}|[,.!?]”|\b(?:I|I’d|I'd|I’m|I'm)\b`)
	webOrMail   = lazyregexp.New(`https?:|www\.|\w@\w|\.html?\b`)
)

// leans reports whether a sentence cannot be understood by itself, judged by how it
// begins.
func leans(s string, lang Lang) bool {
	first, rest := nextWord(s)
	second, _ := nextWord(rest)
	a, b := strings.ToLower(first), strings.ToLower(second)
	if lang == English && a == "there" || lang == German && a == "es" && (b == "gibt" || b == "gab") {
		return false
	}
	if lang == English && a == "as" && b == "of" ||
		a == "in" && lang == English && isNumber(strings.Trim(second, ",")) {
		return false
	}
	if lang == German && (a == "dem" || a == "den" || a == "der" || a == "die" || a == "das") && opensPhrase(b) {
		return leaningPairs.Has(a + " " + b)
	}
	if lang == German && (a == "dem" || a == "den" || a == "der" || a == "die") {
		return !startsUpper(second) && b != "" && !strings.HasSuffix(b, "e") && !strings.HasSuffix(b, "en") &&
			!strings.HasSuffix(b, "er") && second[0] >= 'a'
	}
	if lang == German && (a == "das" || a == "alle" || a == "einige" || a == "viele" || a == "weitere") {
		return !startsUpper(second) && b != "von" && !strings.HasSuffix(b, "e") // the article with its noun
	}
	return leaningHeads[lang].Has(a) || leaningPairs.Has(a+" "+b)
}

// opensPhrase reports whether a word behind an article may open a phrase before its
// noun: "the in 2014 adopted plan", as German has it.
func opensPhrase(w string) bool {
	return isNumber(w) || phraseOpeners.Has(w)
}

var phraseOpeners = wordset.New("in im auf aus bei beim an am mit von vom zu zur zum für über unter seit ab nach vor derzeit bisher heute erstmals neu stark besonders sehr zwei drei vier fünf sechs sieben acht neun zehn zwölf")

func nextWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return strings.Trim(word, ".,;:!?()»«„“”\"'"), rest
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// wholeSentence reports whether a text has the form of a statement that may be shown by
// itself: its head and end, its brackets, its length and letters.
func wholeSentence(s string) bool {
	const shortest, longest = 4, 60
	n := len(strings.Fields(s))
	if n < shortest || n > longest || len(s) > 600 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	bare := strings.TrimRight(s, `»«”“")]'`)
	last, _ := utf8.DecodeLastRuneInString(bare)
	return !unicode.IsSymbol(first) && (last == '.' || last == '!') && !strings.HasSuffix(bare, "…") &&
		!strings.HasSuffix(bare, "...") &&
		!strings.Contains(s, "?") && balanced(s) && lettered(s)
}

// balanced reports whether brackets and quotation marks come in pairs.
func balanced(s string) bool {
	for _, pair := range []string{"()", "[]", "{}", "»«", "„“"} {
		runes := []rune(pair)
		opened, closed := strings.Count(s, string(runes[0])), strings.Count(s, string(runes[1]))
		if opened != closed && !(pair == "„“" && (opened == 0 || opened == strings.Count(s, "”"))) {
			return false
		}
	}
	return strings.Count(s, `"`)%2 == 0
}

// lettered reports whether a text is mostly of words.
func lettered(s string) bool {
	letters, upper, all := 0, 0, 0
	for _, r := range s {
		if r == ' ' {
			continue
		}
		all++
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	return 10*letters > 6*all && 2*upper < letters
}

// doubt measures how much a sentence points out of itself, or is not a plain
// statement: 0 for none.
func doubt(s string, lang Lang) (points float64) {
	plain := s
	if strings.Contains(s, "ies") || strings.Contains(s, "his ") || strings.Contains(s, "such as") {
		plain = ownText.ReplaceAllString(s, "")
	}
	at, before := 0, ""
	if lang == English && unnamed(s) {
		points += 1.5
	}
	for token := range strings.FieldsSeq(plain) {
		at += len(token) + 1
		points += wordDoubt(strings.ToLower(strings.TrimFunc(token, notOfWord)), lang, 3*at < len(plain), at)
		if lang == German && before == "das" && pronounBefore(token) {
			points += 2
		}
		before = token
	}
	if digits.MatchString(s) {
		points += 0.4 * float64(len(crossRefs.FindAllStringIndex(s, 3)))
	}
	if strings.ContainsAny(s, ":@.") && webOrMail.MatchString(s) {
		points += 1.2
	}
	if boilerplate.MatchString(s) {
		points += 2
	}
	if strings.ContainsAny(s, "“\"„»I") && speech.MatchString(s) {
		points += 1.5
	}
	if strings.HasSuffix(s, "!") {
		points++
	}
	return points
}

// pronounBefore reports whether a German "das" before this word is a pronoun and no
// article: no noun follows, nor what may stand before one.
func pronounBefore(word string) bool {
	w := strings.Trim(word, ".,;:")
	r, _ := utf8.DecodeRuneInString(w)
	for _, ending := range []string{"e", "en", "er", "es"} {
		if strings.HasSuffix(w, ending) {
			return false
		}
	}
	return unicode.IsLower(r) && !opensPhrase(w)
}

// unnamed reports whether an English sentence speaks of him or her before it has named
// anybody.
func unnamed(s string) bool {
	named := false
	for token := range strings.FieldsSeq(s) {
		w := strings.TrimFunc(token, notOfWord)
		if people.Has(strings.ToLower(w)) {
			return !named
		}
		named = named || startsUpper(w) && !englishWords.Has(strings.ToLower(w)) && !articles.Has(strings.ToLower(w)) &&
			!monthName.Has(w)
	}
	return false
}

// wordDoubt is how much one word adds, early in its sentence or not; at is where it
// ends.
func wordDoubt(w string, lang Lang, early bool, at int) float64 {
	const head = 60 // bytes in which an English pronoun has nothing to stand for yet
	switch {
	case pointing[lang].Has(w) && early:
		return 1.3
	case pointing[lang].Has(w):
		return 1
	case persons[lang].Has(w) && (lang == German || at < head):
		return 1.4
	case elsewhere.Has(w):
		return 1.2
	case shaky.Has(w):
		return 0.5
	case linking.Has(w):
		return 0.3
	case addressing.Has(w):
		return 0.15
	}
	return 0
}
