package session

import (
	"errors"
	"maps"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// A reading is what was read of a deck's reviews.
type reading struct {
	deck      int
	want      int      // as many as the limits let in
	quota     int      // as many as were asked for
	late, due []ranked // from the source
}

// reviewing returns the day's reviews in their order. Decks that share a limit
// give few each at first; one that places all of these gives more, until each
// has given all that it can place.
func (p *planner) reviewing() ([]ranked, error) {
	before := p.sum(p.done[reviews])
	for _, r := range p.reserved {
		if r.Memory.State == scheduler.Review {
			before++
		}
	}
	asked, cards := maps.Clone(p.asked), maps.Clone(p.cards)
	share := 2*p.reviews.clone().capacity(p.chosen)/len(p.chosen) + 1
	decks := make([]*reading, len(p.chosen))
	for i, d := range p.chosen {
		r := &reading{deck: d, want: p.want(p.reviews, d)}
		r.quota = min(r.want, share)
		if err := errors.Join(p.overlong(r), p.due(r)); err != nil {
			return nil, err
		}
		decks[i] = r
	}
	for {
		var all, waiting []ranked
		for _, r := range decks {
			all, waiting = append(append(all, r.late...), r.due...), append(waiting, r.late...)
		}
		taken, refused := take(arrange(all, waiting, p.now.Day, before), p.reviews.clone())
		enough := true
		for _, r := range decks {
			if r.quota == r.want || len(r.due) < r.quota || refused[r.deck] {
				continue
			}
			enough, r.quota = false, min(2*r.quota, r.want)
			if err := p.due(r); err != nil {
				return nil, err
			}
		}
		if enough {
			p.asked, p.cards = asked, cards // a late card that found no place keeps none away
			p.mark(taken)
			return taken, nil
		}
	}
}

// overlong reads the reviews that have waited so long that every tenth place is theirs.
func (p *planner) overlong(r *reading) (err error) {
	if p.order() == Oldest {
		return nil
	}
	want := (r.want + overdueEvery - 1) / overdueEvery
	q := Query{Until: p.now.Day - overdueDays, Order: Oldest, Partial: p.allowsPartial(r.deck), Limit: want}
	r.late, err = p.fill(p.source.Due, q, r.deck, want, reviews, p.reviewKey(r.deck))
	p.mark(r.late)
	return err
}

// due reads as many reviews as the quota says. In random order all of them are
// drawn from, whatever the quota.
func (p *planner) due(r *reading) (err error) {
	q := Query{Until: p.now.Day + scheduler.Day(p.Ahead), Order: p.order(), Seed: p.reviewSeed(),
		Partial: p.allowsPartial(r.deck), Limit: r.quota}
	if q.Order == Shuffled {
		q.Limit = maxCards
	}
	r.due, err = p.fill(p.source.Due, q, r.deck, r.quota, reviews, p.reviewKey(r.deck))
	return err
}

// allowsPartial reports whether partial candidates of a deck can be put in order: the
// difficulty is not among what is known of them, nor the other parts of the
// memory that FSRS-7 needs to predict recall.
func (p *planner) allowsPartial(deck int) bool {
	order := p.order()
	return p.options(deck).Model == fsrs.FSRS6 && order != Hardest && order != Easiest
}

// reviewSeed turns with the day, so that a limit does not keep the same cards
// out for ever.
func (p *planner) reviewSeed() uint64 { return p.Seed + uint64(p.now.Day) }

func (p *planner) reviewKey(deck int) func(Candidate) float64 {
	return func(c Candidate) float64 {
		return reviewKey(p.order(), p.decks[deck].Policy, c, p.now, p.reviewSeed())
	}
}
