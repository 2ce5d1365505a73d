package journal

import (
	"iter"
	"sort"
)

// Names follows cards through their names, from the alias rows of the log.
//
// A card keeps its old names: rows that still use one, written by a device
// that had not heard of the new one, are about the card. A name is free again
// only when another card takes it, by an alias or by a row that renames it to
// itself. A card that takes a name which is not free is joined with its bearer.
type Names map[string][]segment

// A segment of a name begins at a clock and ends where the next one begins.
type segment struct {
	since int64
	*identity
}

// An identity is what stays the same while names change.
type identity struct {
	present string
	joined  *identity // it has become part of another
}

func (id *identity) root() *identity {
	for id.joined != nil {
		id = id.joined
	}
	return id
}

// bearer is the identity that has a name now.
func (n Names) bearer(name string) *identity {
	if n[name] == nil {
		n[name] = []segment{{0, &identity{present: name}}}
	}
	s := n[name]
	return s[len(s)-1].root()
}

// Rename takes an alias row; rows come in the order of a replay. A card that is
// renamed to the name that it has is a new one, which takes the name.
func (n Names) Rename(from, to string, clock int64) {
	if from == to {
		n[to] = append(n[to], segment{clock, &identity{present: to}})
		return
	}
	card, other := n.bearer(from), n.bearer(to)
	switch {
	case other == card:
	case other.present == to:
		other.joined = card
	default:
		n[to] = append(n[to], segment{clock, card})
	}
	card.present = to
}

// Present is the name by which a row's card is known now.
func (n Names) Present(name string, clock int64) string {
	s := n[name]
	if s == nil {
		return name
	}
	i := sort.Search(len(s), func(i int) bool { return s[i].since > clock })
	return s[max(i-1, 0)].root().present
}

// An Alias says which card a name means in rows from a clock on.
type Alias struct {
	Name  string
	Since int64
	Card  string // its present name
}

// Plain reports whether the alias says only what holds without it.
func (a Alias) Plain() bool { return a.Since == 0 && a.Name == a.Card }

// Aliases are what the alias rows came to, in no order.
func (n Names) Aliases() iter.Seq[Alias] {
	return func(yield func(Alias) bool) {
		for name, segments := range n {
			for _, s := range segments {
				if !yield(Alias{name, s.since, s.root().present}) {
					return
				}
			}
		}
	}
}
