package check

import (
	"fmt"
	"strings"
	"unicode"

	"kartei/decks"
	"kartei/decks/spelling"
)

var closeSiblings = Rule{
	Name:     "close-siblings",
	Title:    "two answers to one kind of question differ by a letter or two, so learners mix them up",
	Severity: decks.Warning,
	Text: `
Memories interfere most where question and answer are both alike: Kingston and Kingstown are both
capitals. A slip of the finger in one is the other, too, so typed answers cannot be forgiving here.
Add a card that sets the two side by side, or a Note to each that says what tells them apart.

Compared are answers of at least four letters to questions of the same shape: of one table column,
or sharing half of their words. One letter may differ in words of up to five, two in longer ones, and
short words begin with the same letter. Numbers, which are typed exactly, and terms with definitions
are not compared. (Wozniak, Twenty rules, rule 11.)`,
	Bad: `
Q: Which city is the capital of Jamaica?
A: Kingston

Q: Which city is the capital of Saint Vincent?
A: Kingstown`,
	Good: `
Q: Which city is the capital of Jamaica?
A: Kingston
Note: Kingstown, with a w, is in Saint Vincent.

Q: Which city is the capital of Saint Vincent?
A: Kingstown
Note: Kingston, without a w, is in Jamaica.`,
	deck: func(s *survey) {
		index := neighbours{byPiece: map[hash][]sibling{}, budget: comparisons * len(s.views)}
		for v := range s.cards() {
			frame := frameOf(v)
			if frame == "" || !nameLike(v.card) {
				continue
			}
			n := sibling{v, frame, []rune(bare(v.card.Answer))}
			if other := index.near(n); other != nil {
				s.reportBeside(v, other, atAnswer,
					fmt.Sprintf("%s is close to %s, the answer on line %s", quote(v.card.Answer),
						quote(other.card.Answer), other.line(v)),
					"say in a Note to each what tells them apart")
			}
			index.add(n)
		}
	},
}

// Bounds of what is compared.
const (
	shortestSibling = 4  // letters: shorter words are all close to each other
	longSibling     = 10 // letters: from here on the first one may differ
	longestSibling  = 40 // letters: longer answers are sentences, not names
	pieces          = 3  // one more than the edits looked for
	fullBucket      = 32 // words kept for one piece; see neighbours
	comparisons     = 8  // on average for each card
)

// nameLike reports whether the answer is a name or term that could be mistaken
// for another: letters only, not told apart by a note yet.
func nameLike(c *decks.Card) bool {
	if c.Kind != decks.Recall || c.Note != "" {
		return false
	}
	n := 0
	for _, r := range c.Answer {
		if !unicode.IsLetter(r) && r != ' ' && r != '-' && r != '\'' && r != '’' {
			return false
		}
		n++
	}
	return shortestSibling <= n && n <= longestSibling
}

// slips is how many letters two names may differ in and still be taken for each
// other. Names are told apart by how they begin: nobody mixes Romania up with
// Somalia, or a mouse with a house, but North and South Korea.
func slips(a, b []rune) int {
	n := min(len(a), len(b))
	switch {
	case n >= longSibling:
		return 2
	case n == 0 || a[0] != b[0]:
		return 0
	case n <= 5:
		return 1
	}
	return 2
}

// A sibling is a view with what is compared of it.
type sibling struct {
	*view
	frame string // see frameOf
	name  []rune // the answer in lower case, without its article
}

// frameOf is what two questions of one shape have in common: the table column
// that they ask for, or else the first two words. It is empty for terms, whose
// questions have no shape.
func frameOf(v *view) string {
	if isTerm(v.origin) {
		return ""
	}
	if v.card.Pool != "" {
		return v.card.Pool
	}
	prompt := v.card.Prompt
	rest := prompt
	for n := range 3 {
		i := strings.IndexByte(rest, ' ')
		if i < 0 {
			return ""
		}
		if rest = rest[i+1:]; n == 1 {
			return prompt[:len(prompt)-len(rest)]
		}
	}
	return ""
}

// neighbours finds answers at a small edit distance in about constant time. Cut
// one word into three pieces: if another differs by at most two edits, one of
// the pieces stands in it unchanged, and at few possible places (Li, Deng, Wang
// and Feng, Pass-Join, VLDB 2011). A piece in which too many words
// agree takes no more of them, and the budget bounds the comparisons of a deck:
// the rule may miss a pair, never a deadline.
type neighbours struct {
	byPiece map[hash][]sibling
	budget  int
}

func (x *neighbours) add(s sibling) {
	for i := range pieces {
		from, to := piece(len(s.name), i)
		key := pieceHash(s, from, to, len(s.name), i)
		if len(x.byPiece[key]) < fullBucket {
			x.byPiece[key] = append(x.byPiece[key], s)
		}
	}
}

// piece bounds the i-th piece of a word of n letters.
func piece(n, i int) (from, to int) { return n * i / pieces, n * (i + 1) / pieces }

func pieceHash(s sibling, from, to, n, i int) hash {
	h := emptyHash.text(s.frame).number(n<<2 | i)
	for _, r := range s.name[from:to] {
		h = h.number(int(r))
	}
	return h
}

// near returns an added view whose answer may be mistaken for that of s.
func (x *neighbours) near(s sibling) *view {
	const most = pieces - 1 // edits
	for n := max(len(s.name)-most, 1); n <= len(s.name)+most; n++ {
		longer := len(s.name) - n
		for i := range pieces {
			from, to := piece(n, i)
			first := max(from-i, from+longer-(most-i), 0)
			last := min(from+i, from+longer+(most-i), len(s.name)-(to-from))
			for at := first; at <= last; at++ {
				if other := x.among(x.byPiece[pieceHash(s, at, at+to-from, n, i)], s); other != nil {
					return other
				}
			}
		}
	}
	return nil
}

func (x *neighbours) among(bucket []sibling, s sibling) *view {
	for _, other := range bucket {
		if x.budget--; x.budget < 0 {
			return nil
		}
		limit := slips(s.name, other.name) + 1
		if d := spelling.Distance(s.name, other.name, limit-1, 1); d > 0 && d < limit && other.fact != s.fact &&
			other.frame == s.frame && alike(s.card, other.card) {
			return other.view
		}
	}
	return nil
}

// alike reports whether two cards of one frame ask the same kind of question: of
// one table column, or beginning and ending with the same words, at least half
// of the words of each.
func alike(a, b *decks.Card) bool {
	if a.Pool != "" {
		return true
	}
	x, y := strings.Fields(a.Prompt), strings.Fields(b.Prompt)
	n := min(len(x), len(y))
	head, tail := 0, 0
	for head < n && x[head] == y[head] {
		head++
	}
	for tail < n-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	return 2*(head+tail) >= max(len(x), len(y))
}
