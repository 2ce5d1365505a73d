package session

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"kartei/scheduler"
)

// A planner collects the cards of a session from its source, deck by deck.
type planner struct {
	context.Context
	Settings
	*tree
	source   Source
	heads    map[int64]Head
	now      scheduler.Moment
	answered []Answered
	done     [3]map[int64]int // of each kind, by deck: cards answered today
	reserved []ranked         // that the queue has already
	asked    siblings         // of today
	cards    map[string]bool  // that are placed already
	reviews  allowance
	newCards allowance
	counting bool           // it is not asked which cards, only how many
	estimate map[int64]Left // of a day of which not every card was looked at
}

func newPlanner(ctx context.Context, source Source, t *tree, set Settings, now scheduler.Moment) (*planner, error) {
	answered, err := source.Done(ctx, now.Day)
	if err != nil {
		return nil, fmt.Errorf("count what was done today: %w", err)
	}
	heads, err := source.Heads(ctx, t.ids())
	if err != nil {
		return nil, fmt.Errorf("look at the decks: %w", err)
	}
	g := &planner{Context: ctx, Settings: set, tree: t, source: source, heads: heads, now: now, answered: answered,
		asked: make(siblings), cards: make(map[string]bool)}
	for k := range g.done {
		g.done[k] = make(map[int64]int)
	}
	for _, a := range answered {
		g.done[kindOf(a.State)][a.Deck]++
		g.asked.add(a.Fact, kindOf(a.State), a.Card)
	}
	return g, nil
}

// A plan is what the queues begin with.
type plan struct {
	learning []ranked // in their steps, and missed today; earliest due first
	queue    []ranked // reviews and new cards, mixed
}

// plan asks the source for everything that the session may ask.
func (p *planner) plan() (plan, error) {
	if p.Cram {
		queue, err := p.cram()
		return plan{queue: queue}, err
	}
	var out plan
	if err := p.limits(); err != nil {
		return out, err
	}
	p.reserve()
	var err error
	if p.estimate, err = p.deferred(); err != nil {
		return out, err
	}
	if out.learning, err = p.learning(); err != nil {
		return out, err
	}
	if p.estimate != nil && p.counting {
		return out, nil
	}
	due, err := p.reviewing()
	if err != nil {
		return out, err
	}
	fresh, err := p.introduce()
	if p.estimate != nil {
		out.queue = first(p.lead().Mix, due, fresh, p.estimate)
	} else {
		out.queue = mix(p.lead().Mix, due, fresh)
	}
	return out, err
}

// lead is the options that rule the whole session: those of the first deck.
func (p *planner) lead() scheduler.Options { return p.options(p.chosen[0]) }

// limits finds how many cards each deck may give. An exam ahead stretches its
// deck's limits, and those of the decks around it.
func (p *planner) limits() error {
	need, err := p.needs()
	if err != nil {
		return err
	}
	p.reviews = p.allow(func(d int) int { return scheduler.Stretch(p.options(d).Reviews, need[d].Reviews) },
		p.done[reviews])
	if p.Ahead > 0 {
		p.reviews = p.allowTotal(maxCards)
	}
	p.newCards = p.allow(func(d int) int { return scheduler.Stretch(p.options(d).New, need[d].New) }, p.done[newCards])
	if p.New != nil {
		p.newCards = p.allowTotal(*p.New - p.sum(p.done[newCards]))
	}
	return nil
}

// A commonExam is one that a deck and those in it have, or some of them.
type commonExam struct {
	deck int // with all decks in it
	day  scheduler.Day
	pace scheduler.Pace
}

// needs are what exams need of the day, by deck with all decks in it: a deck that was
// divided needs as much as it did.
func (p *planner) needs() ([]scheduler.Limits, error) {
	exams := map[commonExam]scheduler.Waiting{}
	for _, d := range p.chosen {
		o, id := p.options(d), p.decks[d].ID
		if o.Exam <= p.now.Day {
			continue
		}
		waiting, err := p.waiting(d, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		waiting.Unseen += p.done[newCards][id]
		waiting.Due += p.done[reviews][id]
		for around := d; around < len(p.decks); around = p.parent[around] {
			e := commonExam{around, o.Exam, o.Pace}
			w := exams[e]
			exams[e] = scheduler.Waiting{Unseen: w.Unseen + waiting.Unseen, Due: w.Due + waiting.Due}
		}
	}
	need := make([]scheduler.Limits, len(p.decks))
	for e, w := range exams {
		n, r := scheduler.Options{Exam: e.day, Pace: e.pace}.Needs(p.now.Day, w)
		need[e.deck].New += n
		need[e.deck].Reviews += r
	}
	return need, nil
}

// waiting counts a deck's cards, up to limit of each kind.
func (p *planner) waiting(deck, limit int) (w scheduler.Waiting, err error) {
	q := Query{Deck: p.decks[deck].ID, Day: p.now.Day, Until: p.now.Day, Limit: limit}
	if !p.heads[q.Deck].waiting(q.Until) {
		return w, nil
	}
	if w, err = p.source.Waiting(p, q); err != nil {
		return w, fmt.Errorf("count the cards of deck %d: %w", q.Deck, err)
	}
	return w, nil
}

// want is how many cards a deck can place. Of a day that is planned later one is enough.
func (p *planner) want(a allowance, deck int) int {
	switch {
	case p.estimate != nil:
		return min(a.of(deck), 1)
	case p.Limit > 0:
		return min(a.of(deck), p.Limit)
	}
	return a.of(deck)
}

// learning returns the cards in their steps, and those that were missed today and
// whose schedule keeps them for another day.
func (p *planner) learning() (out []ranked, err error) {
	for _, d := range p.chosen {
		of, err := p.inSteps(d)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	missed, err := p.missed()
	if err != nil {
		return nil, err
	}
	out = append(out, missed...)
	slices.SortFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(p.dueAt(a), p.dueAt(b)), compareRanked(a, b)) })
	return out, nil
}

// dueAt is when a card that learning returns comes, in Unix milliseconds.
func (p *planner) dueAt(r ranked) int64 {
	switch {
	case r.missed:
		return r.Memory.Last + retry
	case r.Memory.DueDay > p.now.Day: // the learner wants it ahead of its day
		return p.now.At
	}
	return r.Memory.Due
}

// inSteps returns a deck's cards in their steps. Those answered today are always
// asked; what is left of an earlier day keeps away from siblings.
func (p *planner) inSteps(deck int) (out []ranked, err error) {
	o := p.options(deck)
	q := Query{Deck: p.decks[deck].ID, Day: p.now.Day, Until: p.now.Day + scheduler.Day(p.Ahead), Limit: maxCards,
		Now: p.now.At, Far: p.now.At + time.Duration(o.LongestStep()).Milliseconds()}
	if !p.heads[q.Deck].Steps {
		return nil, nil
	}
	got, err := p.source.Learning(p, q)
	if err != nil {
		return nil, fmt.Errorf("gather learning cards: %w", err)
	}
	for i, c := range got {
		today := c.Memory.LastDay >= p.now.Day && !q.Astray(c.Memory)
		switch {
		case p.cards[c.Card], today && c.Memory.DueDay > p.now.Day, !today && p.keepAway(deck, steps, c):
			continue
		case !today:
			p.asked.add(c.Fact, steps, c.Card)
		}
		p.cards[c.Card] = true
		out = append(out, ranked{Candidate: c, deck: deck, rank: i})
	}
	return out, nil
}

// missed returns the cards whose last answer today was Again, but which have no
// step left today: the day does not end before they were recalled once.
func (p *planner) missed() (out []ranked, err error) {
	var ids []string
	for _, a := range p.answered {
		if a.Missed && !p.cards[a.Card] && slices.ContainsFunc(p.chosen,
			func(d int) bool { return p.decks[d].ID == a.Deck }) {
			ids = append(ids, a.Card)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	got, err := p.source.Cards(p, p.now.Day, ids)
	if err != nil {
		return nil, fmt.Errorf("gather missed cards: %w", err)
	}
	for _, c := range got {
		if c.Memory.State != scheduler.New && c.Memory.LastDay == p.now.Day && c.Memory.DueDay > p.now.Day {
			p.cards[c.Card] = true
			out = append(out, ranked{Candidate: c, deck: p.index[c.Deck], missed: true})
		}
	}
	return out, nil
}

// keepAway reports whether a sibling keeps a card of a kind away from the day.
func (p *planner) keepAway(deck int, k kind, c Candidate) bool {
	return p.asked.keepAway(c.Fact, k, c.Card, p.apart(deck))
}

// apart says of each kind of cards whether a deck keeps siblings apart.
func (p *planner) apart(deck int) [3]bool {
	o := p.options(deck)
	return [3]bool{steps: o.BuryLearning, reviews: o.BuryReviews, newCards: o.BuryNew}
}

func (p *planner) order() Order { return sourceOrder(p.lead().Order) }

// introduce returns the new cards: deck after deck, those first whose exam is
// nearest, or, if all decks are in random order, shuffled over all of them.
func (p *planner) introduce() ([]ranked, error) {
	shuffled := !slices.ContainsFunc(p.chosen, func(d int) bool { return p.newOrder(d) != Shuffled })
	var all, out []ranked
	for _, d := range p.byExam() {
		o := p.options(d)
		if o.New == 0 && p.New == nil {
			continue // not even to know that there are some
		}
		order := p.newOrder(d)
		want := p.want(p.newCards, d)
		q := Query{Order: order, Seed: p.Seed, Partial: true, Limit: 2 * want}
		got, err := p.fill(p.source.New, q, d, want, newCards, p.newKey(order))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(got, compareRanked)
		if shuffled {
			all = append(all, got...)
		} else {
			out = append(out, p.take(got, p.newCards)...)
		}
	}
	slices.SortFunc(all, compareRanked)
	return append(out, p.take(all, p.newCards)...), nil
}

// byExam are the chosen decks, those with an exam ahead first.
func (p *planner) byExam() []int {
	exam := func(deck int) scheduler.Day {
		if day := p.options(deck).Exam; day > p.now.Day {
			return day
		}
		return math.MaxInt32
	}
	return slices.SortedStableFunc(slices.Values(p.chosen), func(a, b int) int { return cmp.Compare(exam(a), exam(b)) })
}

func (p *planner) newKey(o Order) func(Candidate) float64 {
	return func(c Candidate) float64 {
		if o == Shuffled {
			return scheduler.Dice(c.Card, p.Seed)
		}
		return 0
	}
}

// take keeps cards as far as the allowance goes.
func (p *planner) take(cards []ranked, allowed allowance) []ranked {
	taken, _ := take(cards, allowed)
	p.mark(taken)
	return taken
}

// take keeps cards as far as the allowance goes, and tells which decks had
// more. A deck that was refused one card is refused all that come after it.
func take(cards []ranked, allowed allowance) (taken []ranked, refused map[int]bool) {
	refused = make(map[int]bool)
	for _, r := range cards {
		if allowed.of(r.deck) == 0 {
			refused[r.deck] = true
			continue
		}
		allowed.take(r.deck)
		taken = append(taken, r)
	}
	return taken, refused
}

// mark keeps the siblings of cards away from the day.
func (p *planner) mark(cards []ranked) {
	for _, c := range cards {
		p.cards[c.Card] = true
		p.asked.add(c.Fact, kindOf(c.Memory.State), c.Card)
	}
}

func (p *planner) newOrder(deck int) Order {
	o := p.options(deck).NewOrder
	if o == scheduler.NewRandom || o == scheduler.NewAsDeck && p.decks[deck].Random {
		return Shuffled
	}
	return Authored
}

// cram returns cards of every state, shuffled; siblings are welcome.
func (p *planner) cram() ([]ranked, error) {
	allowed := p.allowTotal(maxCards)
	var out []ranked
	for _, d := range p.chosen {
		want := p.want(allowed, d)
		got, err := p.fill(p.source.Any, Query{Order: Shuffled, Seed: p.Seed, Limit: want}, d, want, anyKind,
			p.newKey(Shuffled))
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	slices.SortFunc(out, compareRanked)
	return p.take(out, allowed), nil
}

// fill asks for more and more cards of a kind of a deck, q.Limit at first, until
// it has as many as wanted that keep apart from their siblings, or there are no
// more.
func (p *planner) fill(
	from func(context.Context, Query) ([]Candidate, error), q Query, deck, want int, k kind, key func(Candidate) float64,
) (kept []ranked, err error) {
	q.Deck, q.Day = p.decks[deck].ID, p.now.Day
	head := p.heads[q.Deck]
	if want == 0 || k == newCards && !head.New || k == reviews && !head.due(q.Until) {
		return nil, nil
	}
	for q.Limit = min(q.Limit, maxCards); ; {
		got, err := from(p, q)
		if err != nil {
			return nil, fmt.Errorf("gather cards of deck %d: %w", q.Deck, err)
		}
		all := make([]ranked, len(got))
		for i, c := range got {
			all[i] = ranked{Candidate: c, deck: deck, key: key(c), rank: i}
		}
		if q.Order == Shuffled {
			slices.SortFunc(all, compareRanked)
		}
		kept = p.single(all, want, deck, k)
		if len(kept) == want || len(got) < q.Limit || q.Limit == maxCards {
			return kept, nil
		}
		q.Limit = further(q.Limit, len(kept), want)
	}
}

// further is how many cards to ask for when so many had too many siblings among
// them: what is wanted and a fourth more if they go on like this, at least twice
// as many and at most four times.
func further(asked, kept, want int) int {
	enough := 4 * asked
	if kept > 0 {
		enough = min(enough, asked*want/kept*5/4)
	}
	return min(max(enough, 2*asked), maxCards)
}

// single keeps the cards, at most want, that no sibling keeps away. A review
// ahead of its day is not asked on the day of its last answer.
func (p *planner) single(cards []ranked, want, deck int, k kind) (kept []ranked) {
	facts := make(map[int64]bool)
	apart := k != anyKind && p.apart(deck)[k]
	for _, c := range cards {
		switch {
		case len(kept) == want:
			return kept
		case p.cards[c.Card], apart && (facts[c.Fact] || p.keepAway(deck, k, c.Candidate)),
			p.Ahead > 0 && c.Memory.LastDay == p.now.Day:
			continue
		}
		facts[c.Fact] = true
		kept = append(kept, c)
	}
	return kept
}
