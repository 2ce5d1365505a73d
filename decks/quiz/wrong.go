package quiz

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/spelling"
	"kartei/decks/syntax"
)

// Pools are the places of a deck where wrong answers are looked for.
type pools struct {
	lang    string
	cards   map[string][]sibling     // by pool
	prompts map[string][]*decks.Card // by prompt: cards that ask the same
}

// A sibling is a card that may lend its answer.
type sibling struct {
	*decks.Card
	length int    // of the answer, in letters
	lot    uint64 // decides between siblings that are as good
}

func newPools(deck *decks.Deck, seed Seed) *pools {
	p := &pools{lang: deck.Lang, cards: map[string][]sibling{}, prompts: map[string][]*decks.Card{}}
	for i := range deck.Facts {
		fact := &deck.Facts[i]
		for j := range fact.Cards {
			c := &fact.Cards[j]
			if name := p.name(fact, c); name != "" {
				lot := diceFor(seed, "rival", identity(c)).next()
				p.cards[name] = append(p.cards[name], sibling{c, utf8.RuneCountInString(c.Answer), lot})
			}
			p.prompts[plain(c.Prompt)] = append(p.prompts[plain(c.Prompt)], c)
		}
	}
	return p
}

// name is the pool of a card: the one that its table gives it; for a term, the
// other terms of its section; for a number, the deck's other numbers of as many
// digits in the same unit (a year beside a year); for a formula, a picture or
// code, the deck's others. Without one, only wrong
// answers that were written or logged are plausible.
func (p *pools) name(fact *decks.Fact, c *decks.Card) string {
	section := strings.Join(fact.Section, "\x00")
	switch {
	case c.Answer == "":
		return ""
	case c.Pool != "":
		return "table " + c.Pool
	case c.Name == "forward" || c.Name == "reverse":
		return c.Name + " " + section
	}
	if shape := shape(c.Answer); shape != "" && !answer.OneWay(c.Answer) {
		return shape
	}
	value, unit, ok := answer.Value(c.Answer, p.lang)
	if !ok {
		return ""
	}
	return "number " + strconv.Itoa(len(strconv.FormatInt(int64(value), 10))) + " " + unit
}

// shape tells answers apart that nobody can type: a formula beside formulas, a
// picture beside pictures, code beside code. It is empty for words.
func shape(text string) string {
	switch {
	case strings.Contains(text, "!["):
		return "picture"
	case strings.Contains(text, "`"):
		return "code"
	case syntax.HasMath(text):
		return "formula"
	}
	return ""
}

// A rival is a wrong answer that might be offered.
type rival struct {
	decks.Option
	tier   int // 0 the author's, 1 learners', 2 siblings'
	tags   int // shared with the card
	far    int // in letters, from the right answer
	breaks uint64
}

// nearest is how many siblings are compared letter by letter.
const nearest = 64

// wrong returns up to n wrong answers, the most plausible first: misconceptions
// that the author named, confusions from the log, then answers of siblings,
// by shared tags and by closeness (Little and Bjork 2015: close rivals make
// one think why each is wrong). None of them would be right, no two are
// alike, and the right answer is not given away by its length; nil if fewer
// than two such are found.
func (p *pools) wrong(fact *decks.Fact, c *decks.Card, confused []string, n int) []decks.Option {
	right := p.right(c)
	var found []rival
	taken := map[string]bool{}
	add := func(all []rival) {
		for _, r := range all {
			if key := plain(r.Text); key != "" && !taken[key] && !right.accepts(r.Text) {
				taken[key] = true
				found = append(found, r)
			}
		}
	}
	var told []rival
	for _, o := range c.Options {
		if !o.Right {
			told = append(told, rival{Option: o})
		}
	}
	add(told)
	told = nil
	for _, text := range confused[:min(len(confused), nearest)] {
		told = append(told, rival{Option: decks.Option{Text: strings.TrimSpace(norm.NFC.String(text))}, tier: 1})
	}
	add(told)
	add(p.siblings(fact, c))
	found = withoutCue(c.Answer, found, n)
	if len(found) < 2 {
		return nil
	}
	options := make([]decks.Option, len(found))
	for i, r := range found {
		options[i] = r.Option
	}
	return options
}

// siblings are the answers of the card's pool, the closest first.
func (p *pools) siblings(fact *decks.Fact, c *decks.Card) []rival {
	pool := p.cards[p.name(fact, c)]
	self := slices.IndexFunc(pool, func(s sibling) bool { return s.Card == c })
	var best []rival
	sorted := false // the first are the nearest of all before
	for _, s := range pool {
		if s.Answer == c.Answer || slices.Contains(s.Accept, c.Answer) {
			continue // the same thing, perhaps under another name
		}
		r := rival{Option: decks.Option{Text: s.Answer}, tier: 2, tags: shared(c.Tags, s.Tags),
			far: abs(s.length - pool[self].length), breaks: s.lot ^ pool[self].lot}
		if sorted && closer(best[nearest-1], r) < 0 {
			continue
		}
		if best = append(best, r); len(best) == 8*nearest {
			best = closest(best)
			sorted = len(best) == nearest
		}
	}
	best = closest(best)
	for i := range best {
		best[i].far = spelling.Distance(letters(best[i].Text), letters(c.Answer), nearest, 1)
	}
	slices.SortFunc(best, closer)
	return best
}

func closer(a, b rival) int {
	return cmp.Or(cmp.Compare(b.tags, a.tags), cmp.Compare(a.far, b.far), cmp.Compare(a.breaks, b.breaks),
		strings.Compare(a.Text, b.Text))
}

// closest returns the nearest few, each text once.
func closest(all []rival) []rival {
	slices.SortFunc(all, closer)
	seen := map[string]bool{}
	all = slices.DeleteFunc(all, func(r rival) bool {
		again := seen[r.Text]
		seen[r.Text] = true
		return again
	})
	return all[:min(len(all), nearest)]
}

// withoutCue takes the best n, and the best long one in place of the last where
// the right answer would stand out as the longest: by more than 8 letters and
// by more than 30 %, as the rule length-cue has it.
func withoutCue(right string, found []rival, n int) []rival {
	length := utf8.RuneCountInString(right)
	long := func(r rival) bool {
		other := utf8.RuneCountInString(r.Text)
		return float64(length) <= 1.3*float64(other) || length-other <= 8
	}
	best := found[:min(len(found), n)]
	if slices.ContainsFunc(best, long) {
		return best
	}
	i := slices.IndexFunc(found, long)
	if i < 0 {
		return nil
	}
	return append(slices.Clone(best[:len(best)-1]), found[i])
}

// What is right for a prompt: the answers of every card that asks the same.
type rightAnswers []answer.Wanted

func (p *pools) right(c *decks.Card) rightAnswers {
	var all rightAnswers
	for _, same := range p.prompts[plain(c.Prompt)] {
		for _, o := range same.Options {
			if o.Right {
				all = append(all, answer.Wanted{Text: o.Text, Lang: p.lang})
			}
		}
		for _, item := range same.Items {
			all = append(all, answer.Wanted{Text: item, Lang: p.lang})
		}
		if same.Answer != "" {
			all = append(all, answer.Wanted{Text: same.Answer, Accept: same.Accept, Tolerance: same.Tolerance,
				Lang: p.lang})
		}
		if len(all) > nearest {
			break
		}
	}
	return all
}

// accepts reports whether text would count as right. What is but a slip away is
// another answer here: Kingston is a good wrong answer for Kingstown.
func (all rightAnswers) accepts(text string) bool {
	return slices.ContainsFunc(all, func(w answer.Wanted) bool {
		v := w.Compare(text)
		return v.Right && v.Rule != answer.Typo
	})
}

// plain is the form in which texts are the same to a reader.
func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
}

// letters are as much of a text as is worth comparing.
func letters(s string) []rune {
	r := []rune(plain(s))
	return r[:min(len(r), nearest)]
}

func shared(a, b []string) int {
	n := 0
	for _, tag := range a {
		if slices.Contains(b, tag) {
			n++
		}
	}
	return n
}

func abs(n int) int { return max(n, -n) }
