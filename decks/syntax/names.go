package syntax

import "strconv"

// Names gives out names, none of them twice. It remembers how far it counted for
// each, so that a million equal ones cost no more than a million different ones.
type Names struct {
	taken map[string]bool
	next  map[string]int // by the name that is taken: the number to try next
}

// NewNames returns Names of which some are taken.
func NewNames(taken ...string) *Names {
	n := &Names{taken: map[string]bool{}, next: map[string]int{}}
	for _, name := range taken {
		n.Take(name)
	}
	return n
}

// Take makes a name one that is taken.
func (n *Names) Take(name string) { n.taken[name] = true }

// Has reports whether a name is taken.
func (n *Names) Has(name string) bool { return n.taken[name] }

// New returns name, or where that is taken, name-2, name-3 and so on, and takes it.
func (n *Names) New(name string) string {
	free := name
	for i := max(n.next[name], 2); n.taken[free]; i++ {
		free = name + "-" + strconv.Itoa(i)
		n.next[name] = i + 1
	}
	n.Take(free)
	return free
}
