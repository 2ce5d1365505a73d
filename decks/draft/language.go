package draft

import (
	"strings"

	"kartei/decks/wordset"
)

// A Lang is a language that the rules know; "" is any other.
type Lang string

// The languages of the rules.
const (
	English Lang = "en"
	German  Lang = "de"
)

// Words that are frequent in one of the two languages and not in the other.
var (
	englishWords = wordset.New("the of and to is are was were that it for with as on by this be at from which or an has have had not but its their can will been they")
	germanWords  = wordset.New("der die das und ist sind war waren von zu mit den dem des für auf im eine ein einer einem einen nicht sich als auch wird werden wurde hat haben bei nach aus oder zum zur")
)

// languageOf reports which language a text is in, by its most frequent words.
func languageOf(text string) Lang {
	english, german, all := 0, 0, 0
	for w := range strings.FieldsSeq(text) {
		all++
		w = strings.ToLower(strings.Trim(w, ".,;:!?()\"»«„“”"))
		if englishWords.Has(w) {
			english++
		}
		if germanWords.Has(w) {
			german++
		}
	}
	switch {
	case english > 2*german && english*12 > all:
		return English
	case german > 2*english && german*12 > all:
		return German
	}
	return ""
}
