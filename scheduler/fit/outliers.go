package fit

import (
	"cmp"
	"slices"

	"kartei/scheduler/fsrs"
)

// A firstInterval is how a card began: its first grade, and the days until it
// was asked on a later day for the first time.
type firstInterval struct {
	grade fsrs.Grade
	days  float64
}

// A group are the cards that began alike.
type group struct {
	firstInterval
	count, recalled int
}

// Cards that begin in a way that few cards do are left out, and so are very
// long first intervals (fsrs-rs dataset.rs).
const (
	rareCards     = 20  // per first grade, or
	rareShare     = 20  // one card of so many
	fewCards      = 6   // that must begin alike
	longFirst     = 100 // days
	longFirstEasy = 365
)

// firstIntervals groups the items that ended a first interval by how their
// cards began, and tells those to learn from apart from outliers.
func (h *histories) firstIntervals(items []item) (kept []group, outliers map[firstInterval]bool) {
	found := map[firstInterval]*group{}
	for _, it := range items {
		if h.firsts[it.card] != it.review {
			continue
		}
		begin := h.begin(it.card)
		g := found[begin]
		if g == nil {
			g = &group{firstInterval: begin}
			found[begin] = g
		}
		g.count++
		if h.reviews[it.review].Grade > fsrs.Again {
			g.recalled++
		}
	}
	outliers = map[firstInterval]bool{}
	for grade := fsrs.Again; grade <= fsrs.Easy; grade++ {
		var groups []group
		for _, g := range found {
			if g.grade == grade {
				groups = append(groups, *g)
			}
		}
		kept = append(kept, sift(groups, outliers)...)
	}
	return kept, outliers
}

// sift goes from the smallest group to the largest, of those of a size from the
// longest interval to the shortest, and keeps what is not an outlier, in the
// order of the interval.
func sift(groups []group, outliers map[firstInterval]bool) (kept []group) {
	total := 0
	for _, g := range groups {
		total += g.count
	}
	slices.SortFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.count, b.count), cmp.Compare(b.days, a.days))
	})
	removed := 0
	for _, g := range groups {
		longest := float64(longFirst)
		if g.grade == fsrs.Easy {
			longest = longFirstEasy
		}
		switch {
		case removed+g.count < max(rareCards, total/rareShare):
			removed += g.count
			outliers[g.firstInterval] = true
		case g.count >= fewCards && g.days <= longest:
			kept = append(kept, g)
		default:
			outliers[g.firstInterval] = true
		}
	}
	slices.SortFunc(kept, func(a, b group) int { return cmp.Compare(a.days, b.days) })
	return kept
}
