package session

import (
	"cmp"
	"slices"

	"kartei/scheduler"
)

// sourceOrder is the order in which a source is to give reviews.
func sourceOrder(o scheduler.Order) Order {
	switch o {
	case scheduler.OrderOldest:
		return Oldest
	case scheduler.OrderShortest:
		return Shortest
	case scheduler.OrderLongest:
		return Longest
	case scheduler.OrderHardest:
		return Hardest
	case scheduler.OrderEasiest:
		return Easiest
	case scheduler.OrderRandom:
		return Shuffled
	}
	return Urgent
}

// A ranked candidate sorts by its key, then by its deck, and then as the source
// gave it: so a limit keeps the same cards out, however many the source was
// asked for.
type ranked struct {
	Candidate
	deck   int // index in the tree
	key    float64
	rank   int  // among those that the source gave
	missed bool // today, and not recalled since
}

func compareRanked(a, b ranked) int {
	return cmp.Or(
		cmp.Compare(a.key, b.key),
		cmp.Compare(a.deck, b.deck),
		cmp.Compare(a.rank, b.rank),
		cmp.Compare(a.Card, b.Card),
	)
}

// reviewKey ranks a review, the lowest first.
func reviewKey(o Order, p *scheduler.Policy, c Candidate, now scheduler.Moment, seed uint64) float64 {
	switch o {
	case Oldest:
		return float64(c.Memory.DueDay)
	case Shortest:
		return float64(c.Memory.Interval())
	case Longest:
		return -float64(c.Memory.Interval())
	case Hardest:
		return -c.Memory.Difficulty
	case Easiest:
		return c.Memory.Difficulty
	case Shuffled:
		return scheduler.Dice(c.Card, seed)
	}
	return p.Recall(c.Memory, now)
}

// Every tenth review belongs to the card that waits longest, once it has waited
// for a season. Without that an order such as "shortest interval
// first" would let some cards of a standing backlog wait for ever.
const (
	overdueEvery = 10
	overdueDays  = 90 // days
)

// overdueTurn reports whether the nth review of a day belongs to those that
// waited too long. Its place shifts from day to day, so that also a learner of one
// review a day gets there.
func overdueTurn(day scheduler.Day, nth int) bool {
	return (nth+7*(int(day)%overdueEvery+overdueEvery))%overdueEvery == overdueEvery-1
}

// arrange sorts reviews into their order, with those that have waited too
// long in the places that are theirs. before is how many were answered today.
func arrange(reviews, waiting []ranked, day scheduler.Day, before int) []ranked {
	slices.SortFunc(reviews, compareRanked)
	slices.SortFunc(waiting, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.Memory.DueDay, b.Memory.DueDay), compareRanked(a, b))
	})
	placed := make(map[string]bool, len(reviews))
	out := make([]ranked, 0, len(reviews))
	for len(reviews) > 0 {
		from := &reviews
		if len(waiting) > 0 && overdueTurn(day, before+len(out)) {
			from = &waiting
		}
		r := (*from)[0]
		*from = (*from)[1:]
		if !placed[r.Card] {
			placed[r.Card] = true
			out = append(out, r)
		}
	}
	return out
}

// mix merges reviews and new cards; mixed means evenly, beginning with a review.
func mix(m scheduler.Mix, reviews, newCards []ranked) []ranked {
	switch m {
	case scheduler.NewFirst:
		return slices.Concat(newCards, reviews)
	case scheduler.NewLast:
		return slices.Concat(reviews, newCards)
	}
	out := make([]ranked, 0, len(reviews)+len(newCards))
	for r, n := 0, 0; r < len(reviews) || n < len(newCards); {
		if n == len(newCards) || r < len(reviews) && (r+1)*(len(newCards)+1) <= (n+1)*(len(reviews)+1) {
			out = append(out, reviews[r])
			r++
		} else {
			out = append(out, newCards[n])
			n++
		}
	}
	return out
}
