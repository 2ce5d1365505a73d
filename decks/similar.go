package decks

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kartei/decks/shorthash"
	"kartei/decks/syntax"
)

// Limits that keep matching in proportion to the number of facts.
const (
	maxCandidates = 12   // old facts that are compared with one new fact, by each way to find them
	maxPosting    = 64   // facts that share a word; a commoner word finds nothing
	maxSample     = 2000 // facts from which it is learnt how common a trait is
	maxTraits     = 2000 // bytes of a text that are compared
)

// How alike two facts must be, from 0 to 1, to be one fact. The values are the
// middle of the range in which the test of random edits finds no wrong match
// and few missed ones.
const (
	enoughOfQuestion = 0.45 // the answer is the same, and the fact stands elsewhere
	enoughHere       = 0.30 // the answer is the same, at the same place
	enoughOfBoth     = 0.55 // of the question and of the answer
	enoughOfCommon   = 0.70 // the answer is the same, but other facts have it, too
	enoughElsewhere  = 0.80 // of both, in another deck
	enoughOfCard     = 0.40 // of both sides, for two cards of one fact and one name
	enoughOfCell     = 0.20 // of the first cells of two rows that were reworded
	placeCounts      = 0.08
)

// features is what is compared of a fact. Most facts are as they were, which
// the hash tells: the rest is made when it is needed.
type features struct {
	text               [16]byte // hash of all that is asked and answered, as written
	cards              []OldCard
	question, answer   string // words: letters and digits only, lower case, parted by spaces; then signs: see read
	questions, answers traits // see weigh
}

func makeFeatures(cards []OldCard) features {
	if slices.ContainsFunc(cards, func(c OldCard) bool { return c.Gone }) {
		cards = slices.DeleteFunc(slices.Clone(cards), func(c OldCard) bool { return c.Gone })
	}
	f := features{cards: cards}
	if len(cards) < 2 {
		f.text = hashCards(cards)
		return f
	}
	// In any order: a fact whose two directions are exchanged is the same.
	sorted := slices.Clone(cards)
	slices.SortFunc(sorted, func(a, b OldCard) int {
		return cmp.Or(cmp.Compare(a.Prompt, b.Prompt), cmp.Compare(a.Answer, b.Answer))
	})
	f.text = hashCards(sorted)
	return f
}

// inOrder hashes the cards as they stand, of which keys are made.
func (f *features) inOrder() []byte {
	sum := hashCards(f.cards)
	return sum[:]
}

func hashCards(cards []OldCard) [16]byte {
	texts := make([]string, 0, 8)
	for _, c := range cards {
		texts = append(texts, c.Prompt, c.Answer)
	}
	return hashTexts(texts...)
}

// textHash is the hash of the text as logs have it.
func (f *features) textHash() string { return shorthash.Encode(f.text[:]) }

// learnedAs takes the hash of the text that the fact was learned with, if there
// is one.
func (f *features) learnedAs(hash string) {
	if sum, err := shorthash.Decode(hash); err == nil && len(sum) == len(f.text) {
		copy(f.text[:], sum)
	}
}

// Text is a hash of all that the fact asks and answers, in any order.
func (f *Fact) Text() string {
	features := makeFeatures(oldCards(f))
	return features.textHash()
}

// Text is a hash of all that the fact asked and answered, as [Fact.Text].
func (f *OldFact) Text() string {
	features := makeFeatures(f.Cards)
	return features.textHash()
}

// read makes the words of the question and the answer.
func (f *features) read() {
	cards := f.cards
	if f.question != "" || f.answer != "" {
		return
	}
	if f.bothWays() {
		cards = cards[:1] // the other direction says nothing new
	}
	var question, answer, asked, answered strings.Builder
	for i, c := range cards {
		prompt := c.Prompt
		if c.Text != "" && i == 0 {
			prompt = sentence(c.Text)
		} else if c.Text != "" { // the other deletions of a sentence ask the same words
			prompt = ""
		}
		plainWords(&question, prompt)
		plainSigns(&asked, prompt)
		plainWords(&answer, c.Answer)
		plainSigns(&answered, c.Answer)
	}
	f.question, f.answer = question.String()+asked.String(), answer.String()+answered.String()
}

// bothWays reports whether the fact has two cards, of which each asks what the other
// wants to hear.
func (f *features) bothWays() bool {
	c := f.cards
	return len(c) == 2 && c[1].Prompt == c[0].Answer && c[0].Prompt == c[1].Answer
}

// turn exchanges the question and the answer.
func (f *features) turn() {
	f.question, f.answer = f.answer, f.question
	f.questions, f.answers = f.answers, f.questions
}

// sentence returns the whole words of a sentence with deletions.
func sentence(text string) string {
	var out strings.Builder
	from := 0
	for _, d := range syntax.Deletions(text) {
		out.WriteString(text[from:d.Start])
		out.WriteString(text[d.Answer.Start:d.Answer.End])
		from = d.End
	}
	out.WriteString(text[from:])
	return out.String()
}

// plainWords writes the words of a text, each with a space before it.
func plainWords(out *strings.Builder, text string) {
	gap := true
	for _, r := range text {
		if out.Len() > maxTraits {
			return
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteRune(unicode.ToLower(r))
	}
}

// beforeSigns parts the signs of a text from its words.
const beforeSigns = '\x00'

// plainSigns writes the signs of a text that are not mere print: C is not C++, nor
// 3 + 4 the same as 3 - 4. Marks of sentences, quotes and emphasis are print, and so
// is a dash, but before a number.
func plainSigns(out *strings.Builder, text string) {
	for i, r := range text {
		switch {
		case out.Len() > maxTraits:
			return
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			continue
		case r == '*' && strings.HasSuffix(text[:i], " ") && strings.HasPrefix(text[i+1:], " "):
		case unicode.Is(unicode.Pd, r) || r == '−':
			if !takesAway(text[:i], text[i+utf8.RuneLen(r):]) {
				continue
			}
			r = '-'
		case unicode.IsPunct(r) && !strings.ContainsRune("%&#@/", r), strings.ContainsRune("`´¨", r):
			continue
		}
		if out.Len() == 0 {
			out.WriteRune(beforeSigns)
		}
		out.WriteRune(r)
	}
}

// takesAway reports whether a dash between two texts may be a minus.
func takesAway(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " "))
	return unicode.IsDigit(first) && !unicode.IsLetter(last)
}

// justWords returns the words without the signs.
func justWords(plain string) string {
	words, _, _ := strings.Cut(plain, string(beforeSigns))
	return words
}

// traits are the three-letter stretches of a text, sorted, with the weight of
// each: the rarer the more.
type traits []trait

type trait struct {
	stretch uint64 // three letters of 21 bits
	weight  float32
}

// stretches calls yield for every three letters of a text of words, with a
// space at either end of a word.
func stretches(words string, yield func(uint64)) {
	const letter = 1<<21 - 1
	var last uint64
	n := 0
	for _, r := range words {
		if last = last<<21 | uint64(r)&letter; r == ' ' {
			if n > 0 {
				yield(last & (1<<63 - 1))
			}
			last, n = ' ', 0
		} else if n++; n > 1 {
			yield(last & (1<<63 - 1))
		}
	}
	if n > 0 {
		yield((last<<21 | ' ') & (1<<63 - 1))
	}
}

// A search finds the old facts that a new one may have been.
type search struct {
	facts    int               // in the sample
	common   [1 << 16]uint16   // by hash of a stretch: how many facts of the sample have it
	asked    map[[2]string]int // by "old" or "new" and question: how many facts ask it
	answered map[[2]string]int // likewise by answer
	pending  []candidate
	deferred map[candidate]bool // pairs of one name against which something speaks: see claimed
	lost     map[candidate]bool // pairs that are out of question: see contests
}

func bucket(stretch uint64) uint64 { return stretch * 0x9e3779b97f4a7c15 >> 48 }

func newSearch(old []*oldEntry, new []*newEntry) *search {
	s := &search{asked: map[[2]string]int{}, answered: map[[2]string]int{}, lost: map[candidate]bool{},
		deferred: map[candidate]bool{}}
	for _, o := range old {
		o.read()
	}
	for _, n := range new {
		n.read()
	}
	turnBack(old, new)
	step := (len(old)+len(new))/maxSample + 1
	for i := 0; i < len(old); i += step {
		s.learn(&old[i].features)
	}
	for i := 0; i < len(new); i += step {
		s.learn(&new[i].features)
	}
	for _, o := range old {
		if !o.Retired {
			s.asked[[2]string{"old", o.question}]++
			s.answered[[2]string{"old", o.answer}]++
		}
	}
	for _, n := range new {
		s.asked[[2]string{"new", n.question}]++
		s.answered[[2]string{"new", n.answer}]++
	}
	return s
}

// turnBack turns the new facts that are asked both ways and whose sides are known
// only from the other side of old ones: terms and definitions were exchanged.
func turnBack(old []*oldEntry, new []*newEntry) {
	questions, answers := map[string]bool{}, map[string]bool{}
	for _, o := range old {
		if o.bothWays() {
			questions[o.question], answers[o.answer] = true, true
		}
	}
	for _, n := range new {
		if n.bothWays() && !questions[n.question] && !answers[n.answer] &&
			(questions[n.answer] || answers[n.question]) {
			n.turn()
		}
	}
}

func (s *search) learn(f *features) {
	s.facts++
	seen := map[uint64]bool{}
	for _, text := range []string{f.question, f.answer} {
		stretches(justWords(text), func(stretch uint64) {
			if b := bucket(stretch); !seen[b] {
				seen[b] = true
				s.common[b]++
			}
		})
	}
}

func (s *search) traitsOf(words string) traits {
	t := make(traits, 0, len(words)+1)
	stretches(words, func(stretch uint64) {
		weight := math.Log(1 + float64(s.facts+1)/float64(s.common[bucket(stretch)]+1))
		t = append(t, trait{stretch, float32(weight)})
	})
	slices.SortFunc(t, func(a, b trait) int { return cmp.Compare(a.stretch, b.stretch) })
	return t
}

func (s *search) weigh(f *features) {
	if f.questions == nil {
		f.questions, f.answers = s.traitsOf(justWords(f.question)), s.traitsOf(justWords(f.answer))
	}
}

// alike compares two texts by their traits: 1 if they have the same, 0 if they
// share none.
func alike(a, b traits) float64 {
	var shared, all float32
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i].stretch < b[j].stretch:
			all += a[i].weight
			i++
		case i == len(a) || b[j].stretch < a[i].stretch:
			all += b[j].weight
			j++
		default:
			shared += 2 * a[i].weight
			all += 2 * a[i].weight
			i, j = i+1, j+1
		}
	}
	if all == 0 {
		return 0
	}
	return float64(shared / all)
}

// likeness is alike for two single texts, where all stretches weigh the same.
func likeness(a, b string) float64 {
	return alike(plainTraits(a), plainTraits(b))
}

func plainTraits(text string) traits {
	var words strings.Builder
	plainWords(&words, text)
	var t traits
	stretches(words.String(), func(stretch uint64) { t = append(t, trait{stretch, 1}) })
	slices.SortFunc(t, func(a, b trait) int { return cmp.Compare(a.stretch, b.stretch) })
	return t
}

// A candidate is a pair that may be one fact.
type candidate struct {
	old   *oldEntry
	new   *newEntry
	score float64
}

// pairSimilar pairs the facts that are alike enough, the surest pairs first.
func (s *search) pairSimilar(old []*oldEntry, new []*newEntry, moved bool) {
	x := newIndex(old)
	var anchors map[*newEntry]*oldEntry
	if !moved {
		anchors = s.anchors(x, new)
	}
	maps.Copy(s.lost, s.contests(old, new))
	for _, n := range new {
		here := x.around(n, moved)
		for _, o := range x.candidates(n, here) {
			if apart(o, n) || o.named() && n.named() && o.Key == n.Key && o.Deck == n.deck.ID &&
				!s.deferred[candidate{old: o, new: n}] {
				continue // it was weighed before
			}
			if s.lost[candidate{old: o, new: n}] {
				continue
			}
			if score := s.score(o, n, slices.Contains(here, o), moved, anchors[n] == o); score > 0 {
				s.pending = append(s.pending, candidate{o, n, score})
			}
		}
	}
	slices.SortStableFunc(s.pending, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, c := range s.pending {
		if !c.old.taken && c.new.old == nil {
			c.new.pair(c.old)
		}
	}
	s.pending = nil
}

// recognises reports whether the facts of one name are one fact that was reworded on
// both sides, or on one side while the other is the same but says little.
func (s *search) recognises(o *oldEntry, n *newEntry) bool {
	s.weigh(&o.features)
	s.weigh(&n.features)
	question, answer := alike(o.questions, n.questions), alike(o.answers, n.answers)
	enough := enoughOfBoth
	if o.answer == n.answer && o.Cell && n.Cell {
		enough = enoughOfCommon
	}
	return min(question, answer) >= enough
}

// score says how surely two facts are one; 0 if they are not.
func (s *search) score(o *oldEntry, n *newEntry, here, moved, anchored bool) float64 {
	s.weigh(&o.features)
	s.weigh(&n.features)
	question := alike(o.questions, n.questions)
	answer := alike(o.answers, n.answers)
	place := 0.0
	if here {
		place = placeCounts
	}
	sameQuestion := o.question == n.question && s.asks(o.question) <= 1 && telling(o.question)
	sameAnswer := o.answer == n.answer
	unmistakable := sameAnswer && s.answers(o.answer) <= 1 && telling(o.answer)
	both := enoughOfBoth
	if o.named() || n.named() {
		both = enoughElsewhere // its name says that it is another
	}
	counted := numbersIn(o.question) == numbersIn(n.question) && numbersIn(o.answer) == numbersIn(n.answer)
	switch {
	case !counted && !sameQuestion && !unmistakable:
		return 0
	case moved && min(question, answer) >= enoughElsewhere:
	case moved && (o.Retired || !sameQuestion && (!unmistakable || question < enoughOfQuestion)):
		return 0
	case sameQuestion:
		return 2 + answer
	case anchored, unmistakable && !moved && !o.Retired && long(o.answer):
		return 1 + question + place
	case sameAnswer:
		if question < enoughHere || !here && question < enoughOfQuestion || o.Retired && question < enoughElsewhere ||
			!unmistakable && question < enoughOfCommon {
			return 0
		}
		return 1 + question + place
	case o.Retired && !moved:
		return 0
	case min(question, answer) < both || o.Cell && n.Cell && likeness(o.Key, n.Key) < enoughOfCell:
		return 0 // in rows of one table the template makes the questions alike
	}
	return (question+answer)/2 + place
}

// numbersIn returns the numbers in a text of plain words: facts that differ in one are
// hardly ever one fact, however alike.
func numbersIn(plain string) string {
	words := justWords(plain)
	if !strings.ContainsFunc(words, unicode.IsDigit) {
		return ""
	}
	numbers := slices.DeleteFunc(strings.Fields(words),
		func(word string) bool { return !strings.ContainsFunc(word, unicode.IsDigit) })
	return strings.Join(numbers, " ")
}

// asks counts the facts that ask a question, and answers those that have an
// answer, before or now: the greater of the two.
func (s *search) asks(question string) int {
	return max(s.asked[[2]string{"old", question}], s.asked[[2]string{"new", question}])
}

func (s *search) answers(answer string) int {
	return max(s.answered[[2]string{"old", answer}], s.answered[[2]string{"new", answer}])
}
