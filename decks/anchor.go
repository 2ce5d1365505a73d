package decks

import (
	"cmp"
	"slices"
	"sort"
)

// anchors finds the facts that have the answer of an old one and stand in its
// place, however their question is worded: it may be in another language now. An
// answer is an anchor if it cannot be mistaken, if the anchors keep their order,
// and if they are many among the facts that wait at their place: where all is
// new, a year that was asked for before is nothing but chance.
func (s *search) anchors(x *index, new []*newEntry) map[*newEntry]*oldEntry {
	byGap := map[[2]int][]*newEntry{}
	var gaps [][2]int
	for _, n := range new {
		gap := [2]int{n.before, n.after}
		if byGap[gap] == nil {
			gaps = append(gaps, gap)
		}
		byGap[gap] = append(byGap[gap], n)
	}
	anchors := map[*newEntry]*oldEntry{}
	for _, gap := range gaps {
		from := sort.Search(len(x.inOrder), func(i int) bool { return x.inOrder[i].Position > gap[0] })
		to := sort.Search(len(x.inOrder), func(i int) bool { return x.inOrder[i].Position >= gap[1] })
		if from >= to {
			continue
		}
		here := slices.DeleteFunc(slices.Clone(x.inOrder[from:to]),
			func(o *oldEntry) bool { return o.taken || o.Retired })
		found := s.inGap(here, byGap[gap])
		if 2*len(found) >= min(len(here), len(byGap[gap])) {
			for _, c := range found {
				anchors[c.new] = c.old
			}
		}
	}
	return anchors
}

// inGap returns the longest list of facts with unmistakable answers that keep their
// order.
func (s *search) inGap(old []*oldEntry, new []*newEntry) []candidate {
	byAnswer := make(map[string]*oldEntry, len(old))
	for _, o := range old {
		byAnswer[o.answer] = o
	}
	var all []candidate
	for _, n := range new {
		if o := byAnswer[n.answer]; o != nil && s.answers(n.answer) == 1 && telling(n.answer) {
			all = append(all, candidate{old: o, new: n})
		}
	}
	return rising(all)
}

// rising returns a longest part of the list in which the old positions rise.
func rising(all []candidate) []candidate {
	ends, before := []int{}, make([]int, len(all)) // by length: where the best part so far ends
	for i, c := range all {
		at, _ := slices.BinarySearchFunc(ends, c.old.Position,
			func(end, position int) int { return cmp.Compare(all[end].old.Position, position) })
		if before[i] = -1; at > 0 {
			before[i] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, i)
		} else {
			ends[at] = i
		}
	}
	part := make([]candidate, len(ends))
	for i, n := len(ends)-1, -1; i >= 0; i-- {
		if n < 0 {
			n = ends[i]
		}
		part[i] = all[n]
		n = before[n]
	}
	return part
}
