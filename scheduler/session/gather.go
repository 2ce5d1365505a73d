package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

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
	done     Done
	standing []ranked       // that the queue has already
	seen     map[int64]bool // facts that are asked today
	cards    map[string]bool
	more     bool // cards were left for another day
	reviews  allowance
	news     allowance
	guess    map[int64]Left // of a long day, of which only the first card is wanted
}

// A gathered session is what the queues begin with.
type gathered struct {
	learning []ranked // earliest due first
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
	for _, d := range g.chosen {
		learning, err := g.learning(d)
		if err != nil {
			return out, err
		}
		out.learning = append(out.learning, learning...)
	}
	slices.SortFunc(out.learning, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.Memory.Due, b.Memory.Due), compareRanked(a, b))
	})
	reviews, err := g.reviewing()
	if err != nil {
		return out, err
	}
	news, err := g.introduce()
	if g.guess != nil {
		out.queue = first(g.lead().Mix, reviews, news, g.guess)
	} else {
		out.queue = mix(g.lead().Mix, reviews, news)
	}
	return out, err
}

// lead is the options that rule the whole session: those of the first deck.
func (g *gathering) lead() scheduler.Options { return g.options(g.chosen[0]) }

// limits finds how many cards each deck may give. An exam ahead stretches its
// deck's limits, and those of the decks around it.
func (g *gathering) limits() error {
	news, reviews, err := g.needs()
	if err != nil {
		return err
	}
	g.reviews = g.allow(func(d int) int { return scheduler.Stretch(g.options(d).Reviews, reviews[d]) }, g.done.Reviews)
	if g.Ahead > 0 {
		g.reviews = g.allowTotal(maxCards)
	}
	g.news = g.allow(func(d int) int { return scheduler.Stretch(g.options(d).New, news[d]) }, g.done.New)
	if g.New != nil {
		g.news = g.allowTotal(*g.New - g.sum(g.done.New))
	}
	return nil
}

// needs are what exams need of the day, by deck with all decks in it.
func (g *gathering) needs() (news, reviews []int, err error) {
	news, reviews = make([]int, len(g.decks)), make([]int, len(g.decks))
	for _, d := range g.chosen {
		o, id := g.options(d), g.decks[d].ID
		if o.Exam <= g.now.Day {
			continue
		}
		waiting, err := g.waiting(d, math.MaxInt32)
		if err != nil {
			return nil, nil, err
		}
		waiting.Unseen += g.done.New[id]
		waiting.Due += g.done.Reviews[id]
		n, r := o.Needs(g.now.Day, waiting)
		for around := d; around < len(g.decks); around = g.parent[around] {
			news[around] += n
			reviews[around] += r
		}
	}
	return news, reviews, nil
}

// waiting counts a deck's cards, up to limit of each kind.
func (g *gathering) waiting(deck, limit int) (scheduler.Waiting, error) {
	q := Query{Deck: g.decks[deck].ID, Day: g.now.Day, Limit: limit}
	w, err := g.source.Waiting(g, q)
	if err != nil {
		return w, fmt.Errorf("count the cards of deck %d: %w", q.Deck, err)
	}
	return w, nil
}

// want is how many cards a deck can place; one more than the session's limit,
// to know whether there is more to ask today. In a hurry one is enough.
func (g *gathering) want(a allowance, deck int) int {
	if g.guess != nil {
		return min(a.of(deck), 1)
	}
	if g.Limit > 0 {
		return min(a.of(deck), g.Limit+1)
	}
	return a.of(deck)
}

// learning gives a deck's cards in their steps. Those answered today are always
// asked; what is left of an earlier day keeps away from siblings answered today.
func (g *gathering) learning(deck int) ([]ranked, error) {
	q := Query{Deck: g.decks[deck].ID, Day: g.now.Day, Limit: maxCards}
	got, err := g.source.Learning(g, q)
	if err != nil {
		return nil, fmt.Errorf("gather learning cards: %w", err)
	}
	bury := g.options(deck).BuryLearning
	var out []ranked
	for _, overnight := range []bool{false, true} {
		for _, c := range got {
			if overnight != (c.Memory.LastDay < g.now.Day) || g.cards[c.Card] {
				continue
			}
			if overnight && bury && g.seen[c.Fact] {
				g.more = true
				continue
			}
			g.seen[c.Fact] = true
			out = append(out, ranked{Candidate: c, deck: deck})
		}
	}
	return out, nil
}

// A reading is what was read of a deck's reviews.
type reading struct {
	deck      int
	want      int      // as many as the limits let in
	quota     int      // as many as were asked for
	late, due []ranked // from the source
	more      bool     // there are some for another day
}

// reviewing gives the day's reviews in their order. Decks that share a limit
// give few each at first; one that places all of these gives more, until each
// has given all that it can place.
func (g *gathering) reviewing() ([]ranked, error) {
	before := g.sum(g.done.Reviews)
	for _, r := range g.standing {
		if r.Memory.State == scheduler.Review {
			before++
		}
	}
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
			g.more = g.more || len(refused) > 0 || slices.ContainsFunc(decks, func(r *reading) bool { return r.more })
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
	q := Query{Until: g.now.Day - patience, Order: Oldest, Partial: g.sketchy(r.deck), Limit: want + 1}
	r.late, r.more, err = g.fill(g.source.Due, q, r.deck, want, g.options(r.deck).BuryReviews, g.reviewKey(r.deck))
	g.mark(r.late)
	return err
}

// due reads as many reviews as the quota says.
func (g *gathering) due(r *reading) error {
	q := Query{Until: g.now.Day + scheduler.Day(g.Ahead), Order: g.order(), Seed: g.reviewSeed(), Partial: g.sketchy(r.deck), Limit: r.quota + 1}
	due, more, err := g.fill(g.source.Due, q, r.deck, r.quota, g.options(r.deck).BuryReviews, g.reviewKey(r.deck))
	r.due, r.more = due, r.more || more
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
		q := Query{Order: order, Seed: g.Seed, Partial: true, Limit: 2*want + 1}
		got, more, err := g.fill(g.source.New, q, d, want, o.BuryNew, g.newKey(order))
		if err != nil {
			return nil, err
		}
		g.more = g.more || more
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
	taken, refused := take(cards, allowed)
	g.more = g.more || len(refused) > 0
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
		g.seen[c.Fact], g.cards[c.Card] = true, true
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
		got, more, err := g.fill(g.source.Any, Query{Order: Shuffled, Seed: g.Seed, Limit: want + 1}, d, want, false, g.newKey(Shuffled))
		if err != nil {
			return nil, err
		}
		g.more = g.more || more
		out = append(out, got...)
	}
	slices.SortFunc(out, compareRanked)
	return g.take(out, allowed), nil
}

// fill asks for more and more cards of a deck, q.Limit at first, until it has
// as many as wanted that keep apart from their siblings, or there are no more.
// More tells whether it left some for another day: a deck that can place none
// is asked for one, to know that.
func (g *gathering) fill(
	from func(context.Context, Query) ([]Candidate, error), q Query, deck, want int, bury bool, key func(Candidate) float64,
) (kept []ranked, more bool, err error) {
	q.Deck, q.Day = g.decks[deck].ID, g.now.Day
	for q.Limit = min(q.Limit, maxCards); ; {
		got, err := from(g, q)
		if err != nil {
			return nil, false, fmt.Errorf("gather cards of deck %d: %w", q.Deck, err)
		}
		apart, left := g.apart(got, want, bury)
		if len(apart) < want && len(got) >= q.Limit && q.Limit < maxCards {
			q.Limit = further(q.Limit, len(apart), want)
			continue
		}
		kept = make([]ranked, len(apart))
		for i, c := range apart {
			kept[i] = ranked{Candidate: c, deck: deck, key: key(c)}
		}
		return kept, left, nil
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

// apart keeps the cards, at most want, whose fact is not asked today, and tells
// whether it left cards that are due. A review ahead of its day is not asked on
// the day of its last answer.
func (g *gathering) apart(cards []Candidate, want int, bury bool) (kept []Candidate, left bool) {
	facts := make(map[int64]bool)
	for _, c := range cards {
		if g.cards[c.Card] {
			continue
		}
		if len(kept) == want || bury && (g.seen[c.Fact] || facts[c.Fact]) || g.Ahead > 0 && c.Memory.LastDay == g.now.Day {
			left = left || c.Memory.DueDay <= g.now.Day
			continue
		}
		facts[c.Fact] = true
		kept = append(kept, c)
	}
	return kept, left
}
