package decks

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// An index finds old facts by question, answer, words and place.
type index struct {
	byQuestion map[string][]*oldEntry
	byAnswer   map[string][]*oldEntry
	byWord     map[string][]*oldEntry
	inOrder    []*oldEntry // by position
}

func newIndex(old []*oldEntry) *index {
	x := &index{byQuestion: map[string][]*oldEntry{}, byAnswer: map[string][]*oldEntry{},
		byWord: map[string][]*oldEntry{}, inOrder: old}
	for _, o := range old {
		x.byQuestion[o.question] = append(x.byQuestion[o.question], o)
		x.byAnswer[o.answer] = append(x.byAnswer[o.answer], o)
		for word := range wordsOf(&o.features) {
			x.byWord[word] = append(x.byWord[word], o)
		}
	}
	return x
}

// wordsOf returns the words of a fact, each once.
func wordsOf(f *features) map[string]bool {
	words := map[string]bool{}
	for _, text := range []string{f.question, f.answer} {
		for word := range strings.FieldsSeq(justWords(text)) {
			words[word] = true
		}
	}
	return words
}

// candidates returns the old facts that a new one may have been, each once.
func (x *index) candidates(n *newEntry, here []*oldEntry) []*oldEntry {
	seen := map[*oldEntry]bool{}
	var found []*oldEntry
	add := func(some []*oldEntry) {
		for i, o := range some {
			if i == maxCandidates {
				return
			}
			if !seen[o] && !o.taken {
				seen[o] = true
				found = append(found, o)
			}
		}
	}
	add(x.byQuestion[n.question])
	add(here)
	add(x.byAnswer[n.answer])
	if !slices.ContainsFunc(found, func(o *oldEntry) bool { return o.question == n.question || o.answer == n.answer }) {
		add(x.sharing(n))
	}
	return found
}

// sharing returns the old facts that share the most and rarest words.
func (x *index) sharing(n *newEntry) []*oldEntry {
	votes := map[*oldEntry]float64{}
	var found []*oldEntry
	for word := range wordsOf(&n.features) {
		posting := x.byWord[word]
		if len(posting) > maxPosting {
			continue
		}
		for _, o := range posting {
			if votes[o] == 0 {
				found = append(found, o)
			}
			votes[o] += 1 / float64(len(posting))
		}
	}
	slices.SortFunc(found, func(a, b *oldEntry) int {
		return cmp.Or(cmp.Compare(votes[b], votes[a]), cmp.Compare(a.Position, b.Position))
	})
	return found[:min(len(found), maxCandidates)]
}

// around returns the old facts that stood where the new one stands: between the
// old facts of its nearest neighbours.
func (x *index) around(n *newEntry, moved bool) []*oldEntry {
	if moved {
		return nil
	}
	from, to := n.before, n.after
	if from >= to {
		return nil
	}
	i := sort.Search(len(x.inOrder), func(i int) bool { return x.inOrder[i].Position > from })
	j := sort.Search(len(x.inOrder), func(i int) bool { return x.inOrder[i].Position >= to })
	if j-i > maxCandidates {
		return nil
	}
	return x.inOrder[i:j]
}
