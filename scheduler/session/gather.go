package session

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kartei/scheduler"
)

// A gathering collects the cards of a session from its source, deck by deck.
type gathering struct {
	context.Context
	Settings
	*tree
	source  Source
	now     scheduler.Moment
	done    Done
	seen    map[int64]bool // facts that are asked today
	cards   map[string]bool
	more    bool // cards were left for another day
	reviews allowance
	news    allowance
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
	g.limits()
	var out gathered
	var reviews, waiting []ranked
	for _, d := range g.chosen {
		learning, err := g.learning(d)
		if err != nil {
			return out, err
		}
		late, err := g.overlong(d)
		if err != nil {
			return out, err
		}
		due, err := g.due(d)
		if err != nil {
			return out, err
		}
		out.learning = append(out.learning, learning...)
		waiting = append(waiting, late...)
		reviews = append(append(reviews, late...), due...)
	}
	news, err := g.introduce()
	if err != nil {
		return out, err
	}
	reviews = g.take(arrange(reviews, waiting, g.now.Day, g.sum(g.done.Reviews)), g.reviews)
	slices.SortFunc(out.learning, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.Memory.Due, b.Memory.Due), compareRanked(a, b))
	})
	out.queue = mix(g.lead().Mix, reviews, news)
	return out, nil
}

// lead is the options that rule the whole session: those of the first deck.
func (g *gathering) lead() scheduler.Options { return g.options(g.chosen[0]) }

func (g *gathering) limits() {
	g.reviews = g.allow(func(o scheduler.Options) int { return o.Reviews }, g.done.Reviews)
	if g.Ahead > 0 {
		g.reviews = g.allowTotal(maxCards)
	}
	g.news = g.allow(func(o scheduler.Options) int { return o.New }, g.done.New)
	if g.New != nil {
		g.news = g.allowTotal(*g.New - g.sum(g.done.New))
	}
}

// want is how many cards a deck can place; one more than the session's limit,
// to know whether there is more to ask today.
func (g *gathering) want(a allowance, deck int) int {
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
			if overnight != (c.Memory.LastDay < g.now.Day) {
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

// overlong gives the reviews that have waited so long that the lane is theirs.
func (g *gathering) overlong(deck int) ([]ranked, error) {
	if g.order() == Oldest {
		return nil, nil
	}
	q := Query{Until: g.now.Day - patience, Order: Oldest}
	return g.fill(g.source.Due, q, deck, (g.want(g.reviews, deck)+laneEvery-1)/laneEvery, g.options(deck).BuryReviews, g.reviewKey(deck))
}

func (g *gathering) due(deck int) ([]ranked, error) {
	q := Query{Until: g.now.Day + scheduler.Day(g.Ahead), Order: g.order(), Seed: g.reviewSeed()}
	return g.fill(g.source.Due, q, deck, g.want(g.reviews, deck), g.options(deck).BuryReviews, g.reviewKey(deck))
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

// introduce gives the new cards: deck after deck, or, if all decks are in
// random order, shuffled over all of them.
func (g *gathering) introduce() ([]ranked, error) {
	shuffled := !slices.ContainsFunc(g.chosen, func(d int) bool { return g.newOrder(d) != Shuffled })
	var all, out []ranked
	for _, d := range g.chosen {
		o := g.options(d)
		if o.New == 0 && g.New == nil {
			continue
		}
		order := g.newOrder(d)
		got, err := g.fill(g.source.New, Query{Order: order, Seed: g.Seed}, d, g.want(g.news, d), o.BuryNew, g.newKey(order))
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
	var out []ranked
	for _, r := range cards {
		if allowed.of(r.deck) == 0 {
			g.more = true
			continue
		}
		allowed.take(r.deck)
		out = append(out, r)
	}
	return out
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
		got, err := g.fill(g.source.Any, Query{Order: Shuffled, Seed: g.Seed}, d, g.want(allowed, d), false, g.newKey(Shuffled))
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	slices.SortFunc(out, compareRanked)
	return g.take(out, allowed), nil
}

// fill asks for more and more cards of a deck until it has as many as wanted
// that keep apart from their siblings, or there are no more. A deck that can
// place none is asked for one, to know whether there are some for another day.
func (g *gathering) fill(
	from func(context.Context, Query) ([]Candidate, error), q Query, deck, want int, bury bool, key func(Candidate) float64,
) ([]ranked, error) {
	q.Deck, q.Day = g.decks[deck].ID, g.now.Day
	for q.Limit = min(2*want+1, maxCards); ; q.Limit = min(4*q.Limit, maxCards) {
		got, err := from(g, q)
		if err != nil {
			return nil, fmt.Errorf("gather cards of deck %d: %w", q.Deck, err)
		}
		kept := g.apart(got, want, bury)
		if len(kept) < want && len(got) >= q.Limit && q.Limit < maxCards {
			continue
		}
		out := make([]ranked, len(kept))
		for i, c := range kept {
			g.seen[c.Fact], g.cards[c.Card] = true, true
			out[i] = ranked{Candidate: c, deck: deck, key: key(c)}
		}
		g.more = g.more || slices.ContainsFunc(got, func(c Candidate) bool {
			return !g.cards[c.Card] && c.Memory.DueDay <= g.now.Day
		})
		return out, nil
	}
}

// apart keeps the cards, at most want, whose fact is not asked today. A review
// ahead of its day is not asked on the day of its last answer.
func (g *gathering) apart(cards []Candidate, want int, bury bool) []Candidate {
	var kept []Candidate
	facts := make(map[int64]bool)
	for _, c := range cards {
		if len(kept) == want {
			break
		}
		if bury && (g.seen[c.Fact] || facts[c.Fact]) || g.Ahead > 0 && c.Memory.LastDay == g.now.Day {
			continue
		}
		facts[c.Fact] = true
		kept = append(kept, c)
	}
	return kept
}
