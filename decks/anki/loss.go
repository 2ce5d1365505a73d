package anki

import (
	"cmp"
	"maps"
	"slices"
)

// A Loss is a kind of thing that an import could not keep, how often it was
// met, and one example.
type Loss struct {
	Kind    string
	Count   int
	Example string
}

type lossList struct {
	kinds map[string]*Loss
}

func newLossList() *lossList { return &lossList{kinds: map[string]*Loss{}} }

func (l *lossList) add(kind, example string) {
	loss := l.kinds[kind]
	if loss == nil {
		loss = &Loss{Kind: kind, Example: shorten(example)}
		l.kinds[kind] = loss
	}
	loss.Count++
}

// shorten keeps the beginning of an example.
func shorten(example string) string {
	const most = 60
	count := 0
	for i := range example {
		if count++; count > most {
			return example[:i] + "…"
		}
	}
	return example
}

// list returns the losses, the most frequent first.
func (l *lossList) list() []Loss {
	var losses []Loss
	for _, kind := range slices.Sorted(maps.Keys(l.kinds)) {
		losses = append(losses, *l.kinds[kind])
	}
	slices.SortStableFunc(losses, func(a, b Loss) int { return cmp.Compare(b.Count, a.Count) })
	return losses
}
