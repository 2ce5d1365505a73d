package check

import (
	"strings"

	"kartei/decks"
)

var articleCue = Rule{
	Name:     "article-cue",
	Title:    "the question ends in an article that fits some of the options only",
	Severity: decks.Warning,
	Text: `
A question that ends in "an" rules out every option that begins with a consonant, and one that ends
in "die" every option that is not feminine. The learner answers by ear. Put the article into each
option, or write a(n), ein(e).

In German only options whose ending shows their gender (-ung, -heit, -ismus, -chen …) are judged.
The rule also looks whether a question that asks for "two" has two right options.
(Haladyna, Downing and Rodriguez 2002, rule 28c.)`,
	Bad: `
Q: An animal that eats plants and meat is an
- [x] omnivore
- [ ] carnivore
- [ ] herbivore`,
	Good: `
Q: What is an animal called that eats plants and meat?
- [x] omnivore
- [ ] carnivore
- [ ] herbivore`,
	card: func(it *item) {
		if !it.choice() || len(it.prompt) == 0 {
			return
		}
		last := it.prompt[len(it.prompt)-1]
		if strings.ContainsAny(it.card.Prompt[last.end:], "()") || last.is(mentioned) {
			return
		}
		if it.lang&english != 0 && (last.fold == "a" || last.fold == "an") {
			it.judgeArticle(last, func(w word) bool { return fitsEnglish(last.fold, w) })
		}
		if genders, ok := articleGenders[last.fold]; ok && it.lang&german != 0 {
			it.judgeArticle(last, func(w word) bool {
				g := genderOf(w.fold)
				return g == 0 || strings.IndexByte(genders, g) >= 0
			})
		}
		it.judgeCount()
	},
}

// judgeArticle reports the article if an option's noun does not fit it.
func (it *item) judgeArticle(article word, fits func(noun word) bool) {
	for _, option := range it.options {
		if len(option) == 0 || option[0].is(mentioned) {
			return
		}
	}
	for i, option := range it.options {
		noun := option[0]
		if article.fold != "a" && article.fold != "an" {
			noun = option[len(option)-1]
		}
		if !fits(noun) {
			it.report(atQuestion.at(article, it.card.Prompt),
				quote(article.text)+" does not fit "+quote(it.card.Options[i].Text)+" and so gives it away",
				"put the article into each option")
			return
		}
	}
}

// fitsEnglish reports whether a word may follow the article. What is spelt
// with a number or capitals may be read either way.
func fitsEnglish(article string, w word) bool {
	if w.numeral() || w.shouted() || len(w.text) == 1 {
		return true
	}
	return vowelSound(w.fold) == (article == "an")
}

func vowelSound(w string) bool {
	for _, silent := range []string{"hour", "hono", "heir", "honest"} {
		if strings.HasPrefix(w, silent) {
			return true
		}
	}
	for _, consonant := range []string{"uni", "use", "usu", "eu", "one", "once", "ura", "ubi", "utop", "uter", "ute"} {
		if strings.HasPrefix(w, consonant) {
			return strings.HasPrefix(w, "unin") || strings.HasPrefix(w, "unim") || strings.HasPrefix(w, "oner")
		}
	}
	return strings.IndexByte("aeiou", w[0]) >= 0 || strings.HasPrefix(w, "ä") || strings.HasPrefix(w, "ö") ||
		strings.HasPrefix(w, "ü")
}

// articleGenders gives for a German article the genders of the nouns that may
// follow it in the singular. "Die" and "der" also stand for plurals and cases,
// so only nouns of a gender that no case of theirs allows count as misfits.
var articleGenders = map[string]string{
	"ein": "mn", "eine": "f", "einen": "m", "einem": "mn", "einer": "f", "das": "n", "dem": "mn",
}

// genderOf reads the gender off a noun's ending: 'm', 'f', 'n', or 0.
func genderOf(noun string) byte {
	for _, e := range endings {
		if len(noun) > len(e.suffix)+2 && strings.HasSuffix(noun, e.suffix) {
			return e.gender
		}
	}
	return 0
}

var endings = []struct {
	suffix string
	gender byte
}{
	{"sprung", 0}, {"schwung", 0}, {"aum", 0}, {"gei", 0}, {"itur", 0},
	{"ung", 'f'}, {"heit", 'f'}, {"keit", 'f'}, {"schaft", 'f'}, {"tion", 'f'}, {"sion", 'f'}, {"tät", 'f'},
	{"enz", 'f'}, {"ik", 'f'},
	{"ie", 'f'}, {"ur", 'f'}, {"ei", 'f'}, {"ismus", 'm'}, {"ling", 'm'}, {"chen", 'n'}, {"lein", 'n'}, {"ment", 'n'},
	{"tum", 'n'}, {"um", 'n'},
}

var numbersInWords = map[string]int{"two": 2, "three": 3, "four": 4, "zwei": 2, "drei": 3, "vier": 4}

// judgeCount compares "Which two …" with the number of right options.
func (it *item) judgeCount() {
	if len(it.prompt) < 2 {
		return
	}
	want, ok := numbersInWords[it.prompt[1].fold]
	if !ok || !strings.HasPrefix(it.prompt[0].fold, "which") && !strings.HasPrefix(it.prompt[0].fold, "welche") {
		return
	}
	right := 0
	for _, o := range it.card.Options {
		if o.Right {
			right++
		}
	}
	if right > 1 && right != want || right == 1 && singular(it) {
		it.report(atQuestion.at(it.prompt[1], it.card.Prompt),
			"the question asks for "+it.prompt[1].text+" and another number of options is right", "make the two agree")
	}
}

// singular reports whether each option holds one thing: "Which two gases …"
// may well offer pairs.
func singular(it *item) bool {
	for _, option := range it.options {
		for _, w := range option {
			if w.fold == "and" || w.fold == "und" {
				return false
			}
		}
	}
	for _, o := range it.card.Options {
		if strings.ContainsAny(o.Text, ",;&+/–") {
			return false
		}
	}
	return true
}
