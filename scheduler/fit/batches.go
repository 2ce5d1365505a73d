package fit

import (
	"math/rand/v2"
	"slices"

	"kartei/scheduler/fsrs"
)

const (
	batchItems = 512 // predictions in a batch, as near as whole cards come
	shards     = 4   // of a batch, whatever the number of processors
	maxHistory = 256 // answers to a card that are learned from
)

// A batch is what one step of training learns from. Its trees can be computed
// at the same time.
type batch struct {
	items int
	trees [shards][]fsrs.Node
}

// A lesson is a card with its part of the log to learn from.
type lesson struct {
	history []fsrs.Review
	items   int
}

// batches deals lessons to batches at random. (fsrs-rs puts those of about the
// same length together; then no batch is like the log, and the last ones decide.
// On logs of 100,000 answers that costs .002 of the log loss.)
func batches(lessons []lesson, dice *rand.Rand) []batch {
	lessons = slices.Clone(lessons)
	dice.Shuffle(len(lessons), func(i, j int) { lessons[i], lessons[j] = lessons[j], lessons[i] })
	var all []batch
	var p planter
	for len(lessons) > 0 {
		n, size := 0, 0
		for n < len(lessons) && (n == 0 || size+lessons[n].items <= batchItems) {
			size += lessons[n].items
			n++
		}
		all = append(all, p.batch(lessons[:n]))
		lessons = lessons[n:]
	}
	return all
}

// lessons are the cards of the items, with the weights of the items. Those of
// cards that have been answered too often to teach anything new are left out.
func (h *histories) lessons(items []item, weights []float64) []lesson {
	reviews := slices.Clone(h.reviews)
	counts := make([]int, len(h.cards))
	ends := make([]int32, len(h.cards))
	for i, it := range items {
		if it.review-h.cards[it.card].start >= maxHistory {
			continue
		}
		reviews[it.review].Weight = weights[i]
		counts[it.card]++
		ends[it.card] = max(ends[it.card], it.review+1)
	}
	var all []lesson
	for c, n := range counts {
		if n > 0 {
			all = append(all, lesson{reviews[h.cards[c].start:ends[c]], n})
		}
	}
	return all
}

// A planter makes trees of histories.
type planter struct {
	nodes map[nodeKey]int32
	last  []int32 // by card: the node of its answer on the level above
}

// A nodeKey tells the answers after the same answer apart.
type nodeKey struct {
	parent int32
	grade  fsrs.Grade
	days   float64
}

// batch deals lessons to trees, those that begin alike to the same one, about as
// many answers to each. It sorts the lessons.
func (p *planter) batch(lessons []lesson) (b batch) {
	slices.SortStableFunc(lessons, func(a, b lesson) int { return compare(a.history, b.history) })
	left := 0
	for _, l := range lessons {
		b.items += l.items
		left += len(l.history)
	}
	for i := range b.trees {
		n, size := 0, 0
		for n < len(lessons) && size*(shards-i) < left {
			size += len(lessons[n].history)
			n++
		}
		b.trees[i] = p.tree(lessons[:n])
		lessons, left = lessons[n:], left-size
	}
	return b
}

// tree puts histories into one tree, level by level: so neighbours seldom
// depend on each other.
func (p *planter) tree(lessons []lesson) []fsrs.Node {
	if p.nodes == nil {
		p.nodes = map[nodeKey]int32{}
	}
	clear(p.nodes)
	p.last = p.last[:0]
	for range lessons {
		p.last = append(p.last, -1)
	}
	var tree []fsrs.Node
	for level, more := 0, true; more; level++ {
		more = false
		for i := range lessons {
			if level >= len(lessons[i].history) {
				continue
			}
			more = true
			r := &lessons[i].history[level]
			key := nodeKey{p.last[i], r.Grade, r.Days}
			n, shared := p.nodes[key]
			if !shared {
				n = int32(len(tree))
				p.nodes[key] = n
				tree = append(tree, fsrs.Node{Review: fsrs.Review{Grade: r.Grade, Days: r.Days}, Parent: key.parent})
			}
			tree[n].Weight += r.Weight
			p.last[i] = n
		}
	}
	return slices.Clip(tree)
}
