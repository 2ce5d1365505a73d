package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// An idea is what a fact is about, whatever its words, its id and its place are. A
// card belongs to an idea and asks for one of its two sides.
type idea struct {
	id    int
	sides [2]string // "" is a side that waits to be worded
	both  bool      // asked both ways
	back  bool      // of a term and its definition: the second side is the term
	key   string    // its id, or a row's number; "" without
}

// A chapter is a file of an author's: a deck.
type chapter struct {
	name  string
	form  form
	ideas []*idea
}

// form is how a chapter writes its facts.
type form int

const (
	questions form = iota // Q and A
	terms                 // T and D
	rows                  // a table whose first column asks
	numbers               // a table whose first column is a running number
	forms
)

// An author writes chapters, and edits them as authors do.
type author struct {
	*rand.Rand
	chapters []*chapter
	ids      bool // facts have ids
	counted  bool // that are numbers
	gone     []*idea
	ideas    int
	touched  map[*idea]bool // ideas whose words were edited: they are no homonyms any more
	clear    map[*idea]bool // homonyms that were made clear: their words are not edited any more
}

func newAuthor(seed uint64) *author {
	a := &author{Rand: rand.New(rand.NewPCG(seed, 7)), touched: map[*idea]bool{}, clear: map[*idea]bool{}}
	a.ids, a.counted = a.IntN(3) > 0, a.IntN(2) == 0
	for i := range 1 + a.IntN(3) {
		c := &chapter{name: fmt.Sprint("deck", i), form: form(a.IntN(int(forms)))}
		for range 2 + a.IntN(6) {
			c.ideas = append(c.ideas, a.idea(c))
		}
		if a.IntN(3) == 0 {
			c.ideas[1].sides[0] = c.ideas[0].sides[0] + " (" + a.word() + ")"
		}
		a.chapters = append(a.chapters, c)
		a.number(c)
	}
	return a
}

// idea thinks of something new.
func (a *author) idea(c *chapter) *idea {
	a.ideas++
	i := &idea{id: a.ideas, both: c.form == terms || a.IntN(4) == 0}
	i.sides = [2]string{a.question(c), a.answer()}
	return i
}

var syllables = strings.Fields("ka lo mi ren tu sal vor ne dis pa gro em fi zan ul qui be tor ash wy ok che lin dra mu")

// word makes a word that was hardly there before.
func (a *author) word() string {
	var w strings.Builder
	for range 2 + a.IntN(3) {
		w.WriteString(syllables[a.IntN(len(syllables))])
	}
	return w.String()
}

func (a *author) question(c *chapter) string {
	if c.form == rows || c.form == terms {
		return a.word() + a.word()
	}
	frames := []string{"Which %s does the %s of %s have", "When did the %s %s %s", "Who was the %s of the %s in %s", "What does %s mean for %s and %s"}
	return fmt.Sprintf(frames[a.IntN(len(frames))], a.word(), a.word(), a.word())
}

func (a *author) answer() string {
	switch a.IntN(6) {
	case 0:
		return []string{"yes", "no"}[a.IntN(2)]
	case 1:
		return fmt.Sprint(100 + a.IntN(9900))
	case 2:
		return a.word()
	}
	return a.word() + " " + a.word() + " " + a.word()
}

// telling reports whether a side can be known by itself, as readers know it.
func tellingSide(text string) bool { return text != "yes" && text != "no" }

// number gives ids to the ideas of a chapter: numbers by their place, or words.
func (a *author) number(c *chapter) {
	for i, one := range c.ideas {
		switch {
		case c.form == numbers && !a.ids:
			one.key = fmt.Sprint(i + 1)
		case !a.ids:
			one.key = ""
		case a.counted:
			one.key = fmt.Sprint("q", i+1)
		case one.key == "":
			one.key = a.word() + a.word()
		}
	}
}

// print writes the chapter's file.
func (c *chapter) print(ids bool) string {
	var out strings.Builder
	fmt.Fprintf(&out, "---\ndeck: %s\n---\n\n", c.name)
	if c.form == rows || c.form == numbers {
		c.printTable(&out, ids)
		return out.String()
	}
	for _, i := range c.ideas {
		first, second := i.sides[0], i.sides[1]
		switch {
		case c.form == questions:
			fmt.Fprintf(&out, "Q: %s\nA: %s\n", first, second)
		case i.back:
			fmt.Fprintf(&out, "T: %s\nD: %s\n", second, first)
		default:
			fmt.Fprintf(&out, "T: %s\nD: %s\n", first, second)
		}
		if ids {
			fmt.Fprintf(&out, "Id: %s\n", i.key)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func (c *chapter) printTable(out *strings.Builder, ids bool) {
	if len(c.ideas) == 0 {
		return
	}
	lead, rule := "", ""
	switch {
	case ids:
		lead, rule = "| id ", "|---"
	case c.form == numbers:
		lead, rule = "| nr ", "|---"
	}
	fmt.Fprintf(out, "%s| asked | wanted |\n%s|---|---|\n", lead, rule)
	for _, i := range c.ideas {
		if lead != "" {
			fmt.Fprintf(out, "| %s ", i.key)
		}
		fmt.Fprintf(out, "| %s | %s |\n", i.sides[0], i.sides[1])
	}
	out.WriteString("\nQ: What is said of {asked}?\nA: {wanted}\n\n")
}

// asked gives the cards of an idea, by what they are called in this test: the side
// that they ask.
func (c *chapter) asked(i *idea) (sides []int) {
	if c.form == terms {
		return []int{0, 1}
	}
	return []int{0}
}

// edit does one of the things that authors do.
func (a *author) edit() {
	edits := []func(){a.slip, a.reword, a.rewordBoth, a.drop, a.insert, a.shuffle, a.renumber, a.exchangeIDs, a.overwrite, a.renameID,
		a.turnIDs, a.turnTerms, a.move, a.renameDeck, a.exchangeDecks, a.merge, a.comeBack, a.homonym}
	edits[a.IntN(len(edits))]()
}

func (a *author) chapter() *chapter { return a.chapters[a.IntN(len(a.chapters))] }

func (a *author) one() (*chapter, *idea) {
	c := a.chapter()
	if len(c.ideas) == 0 {
		return c, a.idea(c) // of no chapter: to edit it does nothing
	}
	return c, c.ideas[a.IntN(len(c.ideas))]
}

// words picks an idea to edit its words.
func (a *author) words() (*chapter, *idea) {
	c, i := a.one()
	if a.clear[i] {
		return c, a.idea(c)
	}
	a.touched[i] = true
	return c, i
}

// slip mends or makes a slip of the pen.
func (a *author) slip() {
	_, i := a.words()
	side := a.IntN(2)
	if text := []rune(i.sides[side]); len(text) > 5 && tellingSide(i.sides[side]) {
		at := 1 + a.IntN(len(text)-3)
		text[at], text[at+1] = text[at+1], text[at]
		i.sides[side] = strings.Join(strings.Fields(string(text)), " ")
	}
}

// reword says one side in other words, or in another language.
func (a *author) reword() {
	c, i := a.words()
	if a.IntN(2) == 0 {
		i.sides[0] = a.question(c)
	} else {
		i.sides[1] = a.answer()
	}
}

func (a *author) rewordBoth() {
	c, i := a.words()
	i.sides = [2]string{a.question(c), a.answer()}
}

func (a *author) drop() {
	c, i := a.words()
	if at := slices.Index(c.ideas, i); at >= 0 {
		c.ideas = slices.Delete(c.ideas, at, at+1)
		a.gone = append(a.gone, i)
		a.recount(c)
	}
}

// recount numbers the ideas anew where they are counted, as after an insertion.
func (a *author) recount(c *chapter) {
	if c.form == numbers && !a.ids || a.ids && a.counted && a.IntN(2) == 0 {
		a.number(c)
	}
	a.distinct(c)
}

// distinct gives every idea of a chapter an id of its own.
func (a *author) distinct(c *chapter) {
	seen := map[string]bool{}
	for n, i := range c.ideas {
		if a.ids && i.key == "" {
			i.key = fmt.Sprint("q", n+1)
		}
		for a.ids && seen[i.key] {
			i.key = a.word() + a.word()
		}
		if c.form == numbers && !a.ids {
			i.key = fmt.Sprint(n + 1)
		}
		seen[i.key] = true
	}
	cells := map[string]bool{}
	for _, i := range c.ideas {
		for c.form == rows && !a.ids && cells[i.sides[0]] {
			i.sides[0] += " " + a.word()
		}
		cells[i.sides[0]] = true
	}
}

func (a *author) insert() {
	c := a.chapter()
	c.ideas = slices.Insert(c.ideas, a.IntN(len(c.ideas)+1), a.idea(c))
	a.recount(c)
}

func (a *author) shuffle() {
	c := a.chapter()
	switch a.IntN(3) {
	case 0:
		slices.Reverse(c.ideas)
	case 1:
		slices.SortFunc(c.ideas, func(x, y *idea) int { return strings.Compare(x.sides[1], y.sides[1]) })
	default:
		a.Shuffle(len(c.ideas), func(i, j int) { c.ideas[i], c.ideas[j] = c.ideas[j], c.ideas[i] })
	}
	a.recount(c)
}

func (a *author) renumber() {
	c := a.chapter()
	a.number(c)
	a.distinct(c)
}

func (a *author) exchangeIDs() {
	c, i := a.one()
	if len(c.ideas) > 1 && c.form != numbers {
		j := c.ideas[a.IntN(len(c.ideas))]
		i.key, j.key = j.key, i.key
	}
}

// overwrite puts a new idea in the place of another, and leaves the id as it is.
func (a *author) overwrite() {
	c, i := a.words()
	if at := slices.Index(c.ideas, i); at >= 0 {
		new := a.idea(c)
		new.key = i.key
		c.ideas[at] = new
		a.gone = append(a.gone, i)
	}
}

func (a *author) renameID() {
	c, i := a.one()
	if a.ids {
		i.key = a.word() + a.word()
	}
	a.distinct(c)
}

// turnIDs gives ids to all facts, or takes them away.
func (a *author) turnIDs() {
	a.ids = !a.ids
	for _, c := range a.chapters {
		a.number(c)
		a.distinct(c)
	}
}

// turnTerms exchanges terms and their definitions.
func (a *author) turnTerms() {
	for _, c := range a.chapters {
		for _, i := range c.ideas {
			i.back = !i.back
		}
	}
}

func (a *author) move() {
	from, i := a.one()
	to := a.chapter()
	at := slices.Index(from.ideas, i)
	if at < 0 || (from.form == terms) != (to.form == terms) {
		return
	}
	if from.form != to.form { // in a table the template is a part of the question
		return
	}
	from.ideas = slices.Delete(from.ideas, at, at+1)
	to.ideas = append(to.ideas, i)
	a.distinct(from)
	a.distinct(to)
}

func (a *author) renameDeck() { a.chapter().name = a.word() + a.word() }

func (a *author) exchangeDecks() {
	c, d := a.chapter(), a.chapter()
	c.name, d.name = d.name, c.name
}

// merge puts one chapter into another of the same form, whose ids may clash.
func (a *author) merge() {
	c, d := a.chapter(), a.chapter()
	if c == d || c.form != d.form {
		return
	}
	c.ideas, d.ideas = append(c.ideas, d.ideas...), nil
	a.distinct(c)
}

// comeBack writes again what was dropped before.
func (a *author) comeBack() {
	if len(a.gone) == 0 {
		return
	}
	at := a.IntN(len(a.gone))
	i := a.gone[at]
	a.gone = slices.Delete(a.gone, at, at+1)
	c := a.chapter()
	c.ideas = append(c.ideas, i)
	a.distinct(c)
}

// homonym makes two words clear that were written alike but for a note in brackets.
// Of two that are also reworded nobody could tell which is which.
func (a *author) homonym() {
	for _, c := range a.chapters {
		for n := 1; n < len(c.ideas); n++ {
			x, y := c.ideas[n-1], c.ideas[n]
			word, _, noted := strings.Cut(y.sides[0], " (")
			if noted && word == x.sides[0] && !a.touched[x] && !a.touched[y] && tellingSide(x.sides[1]) && tellingSide(y.sides[1]) {
				x.sides[0], y.sides[0] = word+" ("+a.word()+")", word
				a.clear[x], a.clear[y] = true, true
				return
			}
		}
	}
}
