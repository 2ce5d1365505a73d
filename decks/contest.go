package decks

// A contest is between old facts for a new one, or between new ones for an old
// one: one of the two has the same question, the other the same answer, which no
// other fact has.
type contest struct {
	*search
	question, answer     map[*newEntry]*oldEntry // by the new fact
	questionOf, answerOf map[*oldEntry]*newEntry // by the old one
	lost                 map[candidate]bool      // pairs that are out of question
	visited              map[*newEntry]bool
}

// contests finds the pairs of facts that one side speaks for and that are not one.
// Where words are written otherwise, as when a homonym is made clear, a question
// may stand over another answer than it did. Of the facts that hang together so,
// either the questions count or the answers, whichever makes more of them known
// again; the questions, if all are known either way; else what makes them more
// alike in the other side, too; and nothing if that is open.
func (s *search) contests(old []*oldEntry, new []*newEntry) map[candidate]bool {
	c := contest{s, map[*newEntry]*oldEntry{}, map[*newEntry]*oldEntry{}, map[*oldEntry]*newEntry{},
		map[*oldEntry]*newEntry{},
		map[candidate]bool{}, map[*newEntry]bool{}}
	byQuestion, byAnswer := map[string]*oldEntry{}, map[string]*oldEntry{}
	for _, o := range old {
		if !o.Retired && !o.taken {
			byQuestion[o.question], byAnswer[o.answer] = o, o
		}
	}
	for _, n := range new {
		if o := byQuestion[n.question]; o != nil && s.asks(n.question) == 1 {
			c.question[n], c.questionOf[o] = o, n
		}
		if o := byAnswer[n.answer]; o != nil && s.answers(n.answer) == 1 {
			c.answer[n], c.answerOf[o] = o, n
		}
	}
	for _, n := range new {
		if !c.visited[n] {
			c.settle(n)
		}
	}
	return c.lost
}

// settle decides among the facts that hang together with one.
func (c *contest) settle(n *newEntry) {
	var questions, answers []candidate
	waiting, olds := []*newEntry{n}, map[*oldEntry]bool{}
	c.visited[n] = true
	facts := 0
	visit := func(o *oldEntry) {
		olds[o] = true
		for _, next := range []*newEntry{c.questionOf[o], c.answerOf[o]} {
			if next != nil && !c.visited[next] {
				c.visited[next] = true
				waiting = append(waiting, next)
			}
		}
	}
	for ; len(waiting) > 0; waiting = waiting[1:] {
		n := waiting[0]
		facts++
		if o := c.question[n]; o != nil {
			questions = append(questions, candidate{old: o, new: n})
			visit(o)
		}
		if o := c.answer[n]; o != nil {
			answers = append(answers, candidate{old: o, new: n})
			visit(o)
		}
	}
	if len(questions) == 0 || len(answers) == 0 || facts == 1 && len(olds) == 1 {
		return
	}
	ring := len(questions) == facts && len(answers) == facts && len(olds) == facts
	lead := float64(len(questions) - len(answers))
	if lead == 0 && !ring {
		lead = c.rest(questions) - c.rest(answers)
	}
	if lead < decided && !ring {
		c.lose(questions)
	}
	if lead > -decided || ring {
		c.lose(answers)
	}
}

// decided is by how much more the other sides of facts must be alike.
const decided = 0.2

// rest tells how much facts with one side in common are alike in the other.
func (c *contest) rest(pairs []candidate) (sum float64) {
	for _, p := range pairs {
		c.weigh(&p.old.features)
		c.weigh(&p.new.features)
		if p.old.named() && p.old.Key == p.new.Key {
			sum++ // so says its id
		}
		sum += alike(p.old.questions, p.new.questions) + alike(p.old.answers, p.new.answers)
	}
	return sum
}

func (c *contest) lose(pairs []candidate) {
	for _, p := range pairs {
		if c.question[p.new] != c.answer[p.new] { // a pair that both sides speak for belongs to neither
			c.lost[p] = true
		}
	}
}
