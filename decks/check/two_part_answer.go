package check

import (
	"strings"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/syntax"
)

// longestPart is how many words one of two parts has at most; longer ones are
// clauses of a sentence.
const longestPart = 8

var twoPartAnswer = Rule{
	Name:     "two-part-answer",
	Title:    "a question for two things has one answer of both, and who names them the other way round is wrong",
	Severity: decks.Warning,
	Text: `
"Unilateralism and decisionism" is two answers. Typed as "decisionism and unilateralism" it counts as
wrong, for in prose the order of words means something. Written as a list ("- " on each line after
"A:") it is a set: learners name its parts in any order, and are told which one they missed. In a
table, end the column's name in [] and put a semicolon between the parts.

The rule speaks where the question asks for two or both. "kartei fmt --sets -w" writes such answers
as sets; read what it wrote, for a part may need its own article.`,
	Bad: `
Q: Which two rivers meet at Koblenz?
A: Rhine and Moselle`,
	Good: `
Q: Which two rivers meet at Koblenz?
A:
- Rhine
- Moselle`,
	card: func(it *item) {
		if it.card.Kind != decks.Recall || it.card.Type == decks.AnswerRecall || !asksForTwo(it.prompt, it.deck.Lang) {
			return
		}
		first, second, ok := twoParts(it.card.Answer, it.deck.Lang)
		if !ok || acceptsReverse(it.card.Accept, first, second, it.deck.Lang) {
			return
		}
		hint := "write it as a set, one \"- \" a line: \"- " + clipped(first) + "\" and \"- " + clipped(second) +
			"\"; kartei fmt --sets does it"
		if it.origin.Fact.Table != nil {
			hint = `end the name of the answer's column in [], and write "` + clipped(first) + "; " + clipped(second) +
				`"`
		}
		it.report(atAnswer, "this answer has two parts, and only their order as written is right", hint)
	},
	fix: fixTwoParts,
}

// asksForTwo reports whether a prompt asks for two things.
func asksForTwo(prompt []word, lang string) bool {
	for i, w := range prompt {
		if !w.is(mentioned) && twos.has(english|german, w.fold) &&
			(i == 0 || !ofThose.has(english|german, prompt[i-1].fold)) {
			return true
		}
	}
	return asksIn(prompt, otherTwos[baseLanguage(lang)])
}

// twos are the words by which a question asks for two things; behind ofThose
// they say of how many one is asked for.
var (
	twos    = newLexicon("two both", "zwei beide beiden")
	ofThose = newLexicon("the these those their its of other last first",
		"der dieser den diesen deren seiner ihrer anderen letzten ersten")
)

// otherTwos are those of other languages.
var otherTwos = map[string]string{
	"fr": "deux", "es": "dos", "it": "due", "pt": "dois duas", "nl": "twee", "sv": "två", "da": "to", "nb": "to",
	"pl": "dwa dwie dwaj", "cs": "dva dvě",
	"ro": "două doi", "tr": "iki", "el": "δύο δυο", "ru": "два две двое", "uk": "два дві", "la": "duo duae",
	"ca": "dos dues", "hu": "két kettő", "fi": "kaksi",
}

func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return base
}

func asksIn(prompt []word, words string) bool {
	for _, w := range prompt {
		for two := range strings.FieldsSeq(words) {
			if w.fold == two && !w.is(mentioned) {
				return true
			}
		}
	}
	return false
}

// twoParts divides an answer of two parts that one conjunction joins. What is
// a sentence, a list of more, or a title is not one.
func twoParts(text, lang string) (first, second string, ok bool) {
	if strings.ContainsAny(text, "\n*_`$[;:()“”„\"«»") || strings.ContainsAny(strings.TrimSuffix(text, "."), ".!?") {
		return "", "", false
	}
	words := strings.Fields(strings.TrimSuffix(text, "."))
	at := -1
	for i, w := range words {
		if w != "&" && !answer.Joins(lang, w) {
			continue
		}
		if at >= 0 {
			return "", "", false
		}
		at = i
	}
	if at < 1 || at == len(words)-1 || at > longestPart || len(words)-at-1 > longestPart {
		return "", "", false
	}
	words[at-1] = strings.TrimSuffix(words[at-1], ",")
	first, second = strings.Join(words[:at], " "), strings.Join(words[at+1:], " ")
	return first, second, !strings.Contains(first+second, ", ") &&
		!pairing.has(english|german, strings.ToLower(words[0]))
}

// acceptsReverse reports whether the author accepts the parts the other way
// round already.
func acceptsReverse(accept []string, first, second, lang string) bool {
	for _, a := range accept {
		if x, y, ok := twoParts(a, lang); ok && x == second && y == first {
			return true
		}
	}
	return false
}

// pairing are words that hold the two parts together; who takes one of the parts
// away has to write the other anew.
var pairing = newLexicon("both either neither between", "sowohl entweder weder zwischen")

// clipped is a part as a hint shows it.
func clipped(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:29]) + "…"
	}
	return s
}

// fixTwoParts writes an answer of two parts as a set.
func fixTwoParts(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil || fact.Table != nil || fact.Get(syntax.Accept) != nil {
		return Fix{}, false
	}
	field := fact.Get(syntax.Answer)
	if field == nil || field.List != syntax.NoList {
		return Fix{}, false
	}
	first, second, ok := twoParts(field.Value.Text, languageTag(f))
	if !ok {
		return Fix{}, false
	}
	return replace(syntax.Span{Start: field.Name().End + 1, End: field.Value.End}, "\n- "+first+"\n- "+second,
		"make it a set", false)
}

// WriteSets writes every answer of two parts in a deck file as a set, and
// returns the text with the number of those that it wrote. What a comment
// allows stays.
func WriteSets(f *syntax.File) (text string, made int) {
	var edits []Edit
	for _, block := range f.Blocks {
		fact, ok := block.(*syntax.Fact)
		if !ok || fact.Fields[0].Key != syntax.Question || fact.Text(syntax.Type) == string(decks.AnswerRecall) {
			continue
		}
		prompt := words(nil, fact.Fields[0].Value.Text)
		field := fact.Get(syntax.Answer)
		if field == nil || !asksForTwo(prompt, languageTag(f)) ||
			f.Allowed(syntax.Problem{Span: field.Value.Span, Rule: twoPartAnswer.Name}) {
			continue
		}
		if fix, ok := fixTwoParts(f, field.Value.Span); ok {
			edits, made = append(edits, fix.Edits...), made+1
		}
	}
	return Apply(f.Text, edits), made
}

// languageTag is what the header of a file says of its language.
func languageTag(f *syntax.File) string {
	if entry := f.Header.Get("lang"); entry != nil {
		return entry.Value.Text
	}
	return ""
}
