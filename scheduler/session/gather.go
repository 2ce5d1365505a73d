package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// A gathering collects the cards of a session from its source, deck by deck.
type gathering struct {
	context.Context
	Settings
	*tree
	source   Source
	now      scheduler.Moment
	answered []Answered
	done     [3]map[int64]int // of each kind, by deck: cards answered today
	standing []ranked         // that the queue has already
	asked    siblings         // of today
	cards    map[string]bool  // that are placed already
	reviews  allowance
	news     allowance
	counting bool           // it is not asked which cards, only how many
	guess    map[int64]Left // of a day of which not every card was looked at
}

func newGathering(ctx context.Context, source Source, t *tree, set Settings, now scheduler.Moment) (*gathering, error) {
	answered, err := source.Done(ctx, now.Day)
	if err != nil {
		return nil, fmt.Errorf("count what was done today: %w", err)
	}
	g := &gathering{Context: ctx, Settings: set, tree: t, source: source, now: now, answered: answered,
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

// A gathered session is what the queues begin with.
type gathered struct {
	learning []ranked // in their steps, and missed today; earliest due first
	queue    []ranked // reviews and new cards, mixed
}

// gather asks the source for everything that the session may ask.
func (g *gathering) gather() (gathered, error) {
	if g.Cram {
		queue, err := g.cram()
		return gathered{queue: queue}, err
	}
	var out gathered
	if err := g.limits(); err != nil {
		return out, err
	}
	g.stand()
	var err error
	if g.guess, err = g.hurry(); err != nil {
		return out, err
	}
	if out.learning, err = g.learning(); err != nil {
		return out, err
	}
	if g.guess != nil && g.counting {
		return out, nil
	}
	due, err := g.reviewing()
	if err != nil {
		return out, err
	}
	fresh, err := g.introduce()
	if g.guess != nil {
		out.queue = first(g.lead().Mix, due, fresh, g.guess)
	} else {
		out.queue = mix(g.lead().Mix, due, fresh)
	}
	return out, err
}

// lead is the options that rule the whole session: those of the first deck.
func (g *gathering) lead() scheduler.Options { return g.options(g.chosen[0]) }

// limits finds how many cards each deck may give. An exam ahead stretches its
// deck's limits, and those of the decks around it.
func (g *gathering) limits() error {
	need, err := g.needs()
	if err != nil {
		return err
	}
	g.reviews = g.allow(func(d int) int { return scheduler.Stretch(g.options(d).Reviews, need[d].Reviews) }, g.done[reviews])
	if g.Ahead > 0 {
		g.reviews = g.allowTotal(maxCards)
	}
	g.news = g.allow(func(d int) int { return scheduler.Stretch(g.options(d).New, need[d].New) }, g.done[news])
	if g.New != nil {
		g.news = g.allowTotal(*g.New - g.sum(g.done[news]))
	}
	return nil
}

// needs are what exams need of the day, by deck with all decks in it.
func (g *gathering) needs() ([]scheduler.Limits, error) {
	need := make([]scheduler.Limits, len(g.decks))
	for _, d := range g.chosen {
		o, id := g.options(d), g.decks[d].ID
		if o.Exam <= g.now.Day {
			continue
		}
		waiting, err := g.waiting(d, math.MaxInt32)
		if err != nil {
			return nil, err
		}
		waiting.Unseen += g.done[news][id]
		waiting.Due += g.done[reviews][id]
		n, r := o.Needs(g.now.Day, waiting)
		for around := d; around < len(g.decks); around = g.parent[around] {
			need[around].New += n
			need[around].Reviews += r
		}
	}
	return need, nil
}

// waiting counts a deck's cards, up to limit of each kind.
func (g *gathering) waiting(deck, limit int) (scheduler.Waiting, error) {
	q := Query{Deck: g.decks[deck].ID, Day: g.now.Day, Until: g.now.Day, Limit: limit}
	w, err := g.source.Waiting(g, q)
	if err != nil {
		return w, fmt.Errorf("count the cards of deck %d: %w", q.Deck, err)
	}
	return w, nil
}

// want is how many cards a deck can place. In a hurry one is enough.
func (g *gathering) want(a allowance, deck int) int {
	switch {
	case g.guess != nil:
		return min(a.of(deck), 1)
	case g.Limit > 0:
		return min(a.of(deck), g.Limit)
	}
	return a.of(deck)
}

// learning gives the cards in their steps, and those that were missed today and
// whose schedule keeps them for another day.
func (g *gathering) learning() (out []ranked, err error) {
	for _, d := range g.chosen {
		of, err := g.inSteps(d)
		if err != nil {
			return nil, err
		}
		out = append(out, of...)
	}
	missed, err := g.missed()
	if err != nil {
		return nil, err
	}
	out = append(out, missed...)
	slices.SortFunc(out, func(a, b ranked) int { return cmp.Or(cmp.Compare(g.turn(a), g.turn(b)), compareRanked(a, b)) })
	return out, nil
}

// turn is when a card that is gathered by learning comes, in Unix milliseconds.
func (g *gathering) turn(r ranked) int64 {
	switch {
	case r.missed:
		return r.Memory.Last + retry
	case r.Memory.DueDay > g.now.Day: // the learner wants it ahead of its day
		return g.now.At
	}
	return r.Memory.Due
}

// inSteps gives a deck's cards in their steps. Those answered today are always
// asked; what is left of an earlier day keeps away from siblings.
func (g *gathering) inSteps(deck int) (out []ranked, err error) {
	o := g.options(deck)
	q := Query{Deck: g.decks[deck].ID, Day: g.now.Day, Until: g.now.Day + scheduler.Day(g.Ahead), Limit: maxCards,
		Now: g.now.At, Far: g.now.At + time.Duration(o.LongestStep()).Milliseconds()}
	got, err := g.source.Learning(g, q)
	if err != nil {
		return nil, fmt.Errorf("gather learning cards: %w", err)
	}
	for i, c := range got {
		today := c.Memory.LastDay >= g.now.Day && !q.Astray(c.Memory)
		switch {
		case g.cards[c.Card], today && c.Memory.DueDay > g.now.Day, !today && g.keepAway(deck, steps, c):
			continue
		case !today:
			g.asked.add(c.Fact, steps, c.Card)
		}
		g.cards[c.Card] = true
		out = append(out, ranked{Candidate: c, deck: deck, place: i})
	}
	return out, nil
}

// missed gives the cards whose last answer today was Again, but which have no
// step left today: the day does not end before they were recalled once.
func (g *gathering) missed() (out []ranked, err error) {
	var ids []string
	for _, a := range g.answered {
		if a.Missed && !g.cards[a.Card] && slices.ContainsFunc(g.chosen, func(d int) bool { return g.decks[d].ID == a.Deck }) {
			ids = append(ids, a.Card)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	got, err := g.source.Cards(g, g.now.Day, ids)
	if err != nil {
		return nil, fmt.Errorf("gather missed cards: %w", err)
	}
	for _, c := range got {
		if c.Memory.State != scheduler.New && c.Memory.LastDay == g.now.Day && c.Memory.DueDay > g.now.Day {
			g.cards[c.Card] = true
			out = append(out, ranked{Candidate: c, deck: g.index[c.Deck], missed: true})
		}
	}
	return out, nil
}

// keepAway reports whether a sibling keeps a card of a kind away from the day.
func (g *gathering) keepAway(deck int, k kind, c Candidate) bool {
	return g.asked.keepAway(c.Fact, k, c.Card, g.apart(deck))
}

// apart says of each kind of cards whether a deck keeps siblings apart.
func (g *gathering) apart(deck int) [3]bool {
	o := g.options(deck)
	return [3]bool{steps: o.BuryLearning, reviews: o.BuryReviews, news: o.BuryNew}
}

// A reading is what was read of a deck's reviews.
type reading struct {
	deck      int
	want      int      // as many as the limits let in
	quota     int      // as many as were asked for
	late, due []ranked // from the source
}

// reviewing gives the day's reviews in their order. Decks that share a limit
// give few each at first; one that places all of these gives more, until each
// has given all that it can place.
func (g *gathering) reviewing() ([]ranked, error) {
	before := g.sum(g.done[reviews])
	for _, r := range g.standing {
		if r.Memory.State == scheduler.Review {
			before++
		}
	}
	asked, cards := maps.Clone(g.asked), maps.Clone(g.cards)
	share := 2*g.reviews.clone().capacity(g.chosen)/len(g.chosen) + 1
	decks := make([]*reading, len(g.chosen))
	for i, d := range g.chosen {
		r := &reading{deck: d, want: g.want(g.reviews, d)}
		r.quota = min(r.want, share)
		if err := errors.Join(g.overlong(r), g.due(r)); err != nil {
			return nil, err
		}
		decks[i] = r
	}
	for {
		var all, waiting []ranked
		for _, r := range decks {
			all, waiting = append(append(all, r.late...), r.due...), append(waiting, r.late...)
		}
		taken, refused := take(arrange(all, waiting, g.now.Day, before), g.reviews.clone())
		enough := true
		for _, r := range decks {
			if r.quota == r.want || len(r.due) < r.quota || refused[r.deck] {
				continue
			}
			enough, r.quota = false, min(2*r.quota, r.want)
			if err := g.due(r); err != nil {
				return nil, err
			}
		}
		if enough {
			g.asked, g.cards = asked, cards // a late card that found no place keeps none away
			g.mark(taken)
			return taken, nil
		}
	}
}

// overlong reads the reviews that have waited so long that the lane is theirs.
func (g *gathering) overlong(r *reading) (err error) {
	if g.order() == Oldest {
		return nil
	}
	want := (r.want + laneEvery - 1) / laneEvery
	q := Query{Until: g.now.Day - patience, Order: Oldest, Partial: g.sketchy(r.deck), Limit: want}
	r.late, err = g.fill(g.source.Due, q, r.deck, want, reviews, g.reviewKey(r.deck))
	g.mark(r.late)
	return err
}

// due reads as many reviews as the quota says. In random order all of them are
// drawn from, whatever the quota.
func (g *gathering) due(r *reading) (err error) {
	q := Query{Until: g.now.Day + scheduler.Day(g.Ahead), Order: g.order(), Seed: g.reviewSeed(), Partial: g.sketchy(r.deck), Limit: r.quota}
	if q.Order == Shuffled {
		q.Limit = maxCards
	}
	r.due, err = g.fill(g.source.Due, q, r.deck, r.quota, reviews, g.reviewKey(r.deck))
	return err
}

// sketchy reports whether partial candidates of a deck can be put in order: the
// difficulty is not among what is known of them, nor the other parts of the
// memory that FSRS-7 needs to predict recall.
func (g *gathering) sketchy(deck int) bool {
	order := g.order()
	return g.options(deck).Model == fsrs.FSRS6 && order != Hardest && order != Easiest
}

func (g *gathering) order() Order { return sourceOrder(g.lead().Order) }

// reviewSeed turns with the day, so that a limit does not keep the same cards
// out for ever.
func (g *gathering) reviewSeed() uint64 { return g.Seed + uint64(g.now.Day) }

func (g *gathering) reviewKey(deck int) func(Candidate) float64 {
	return func(c Candidate) float64 {
		return reviewKey(g.order(), g.decks[deck].Policy, c, g.now, g.reviewSeed())
	}
}

// introduce gives the new cards: deck after deck, those first whose exam is
// nearest, or, if all decks are in random order, shuffled over all of them.
func (g *gathering) introduce() ([]ranked, error) {
	shuffled := !slices.ContainsFunc(g.chosen, func(d int) bool { return g.newOrder(d) != Shuffled })
	var all, out []ranked
	for _, d := range g.byExam() {
		o := g.options(d)
		if o.New == 0 && g.New == nil {
			continue // not even to know that there are some
		}
		order := g.newOrder(d)
		want := g.want(g.news, d)
		q := Query{Order: order, Seed: g.Seed, Partial: true, Limit: 2 * want}
		got, err := g.fill(g.source.New, q, d, want, news, g.newKey(order))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(got, compareRanked)
		if shuffled {
			all = append(all, got...)
		} else {
			out = append(out, g.take(got, g.news)...)
		}
	}
	slices.SortFunc(all, compareRanked)
	return append(out, g.take(all, g.news)...), nil
}

// byExam are the chosen decks, those with an exam ahead first.
func (g *gathering) byExam() []int {
	exam := func(deck int) scheduler.Day {
		if day := g.options(deck).Exam; day > g.now.Day {
			return day
		}
		return math.MaxInt32
	}
	return slices.SortedStableFunc(slices.Values(g.chosen), func(a, b int) int { return cmp.Compare(exam(a), exam(b)) })
}

func (g *gathering) newKey(o Order) func(Candidate) float64 {
	return func(c Candidate) float64 {
		if o == Shuffled {
			return shuffle(g.Seed, c.Card)
		}
		return 0
	}
}

// take keeps cards as far as the allowance goes.
func (g *gathering) take(cards []ranked, allowed allowance) []ranked {
	taken, _ := take(cards, allowed)
	g.mark(taken)
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
func (g *gathering) mark(cards []ranked) {
	for _, c := range cards {
		g.cards[c.Card] = true
		g.asked.add(c.Fact, kindOf(c.Memory.State), c.Card)
	}
}

func (g *gathering) newOrder(deck int) Order {
	o := g.options(deck).NewOrder
	if o == scheduler.NewRandom || o == scheduler.NewAsDeck && g.decks[deck].Random {
		return Shuffled
	}
	return Authored
}

// cram gives cards of every state, shuffled; siblings are welcome.
func (g *gathering) cram() ([]ranked, error) {
	allowed := g.allowTotal(maxCards)
	var out []ranked
	for _, d := range g.chosen {
		want := g.want(allowed, d)
		got, err := g.fill(g.source.Any, Query{Order: Shuffled, Seed: g.Seed, Limit: want}, d, want, anyKind, g.newKey(Shuffled))
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	slices.SortFunc(out, compareRanked)
	return g.take(out, allowed), nil
}

// fill asks for more and more cards of a kind of a deck, q.Limit at first, until
// it has as many as wanted that keep apart from their siblings, or there are no
// more.
func (g *gathering) fill(
	from func(context.Context, Query) ([]Candidate, error), q Query, deck, want int, k kind, key func(Candidate) float64,
) (kept []ranked, err error) {
	if want == 0 {
		return nil, nil
	}
	q.Deck, q.Day = g.decks[deck].ID, g.now.Day
	for q.Limit = min(q.Limit, maxCards); ; {
		got, err := from(g, q)
		if err != nil {
			return nil, fmt.Errorf("gather cards of deck %d: %w", q.Deck, err)
		}
		all := make([]ranked, len(got))
		for i, c := range got {
			all[i] = ranked{Candidate: c, deck: deck, key: key(c), place: i}
		}
		if q.Order == Shuffled {
			slices.SortFunc(all, compareRanked)
		}
		kept = g.single(all, want, deck, k)
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
func (g *gathering) single(cards []ranked, want, deck int, k kind) (kept []ranked) {
	facts := make(map[int64]bool)
	apart := k != anyKind && g.apart(deck)[k]
	for _, c := range cards {
		switch {
		case len(kept) == want:
			return kept
		case g.cards[c.Card], apart && (facts[c.Fact] || g.keepAway(deck, k, c.Candidate)), g.Ahead > 0 && c.Memory.LastDay == g.now.Day:
			continue
		}
		facts[c.Fact] = true
		kept = append(kept, c)
	}
	return kept
}
