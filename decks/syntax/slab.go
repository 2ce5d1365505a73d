package syntax

// A slab hands out room for nodes of a tree that live and die together, many at
// a time: a source has far more small nodes than the runtime likes to be asked
// for one by one.
type slab[T any] struct{ room []T }

// slabSize is for how many nodes room is made at a time.
const slabSize = 64

// next gives room for one more.
func (s *slab[T]) next() *T {
	if len(s.room) == 0 {
		s.room = make([]T, slabSize)
	}
	own := &s.room[0]
	s.room = s.room[1:]
	return own
}

// clone copies a list into room that nothing else uses.
func (s *slab[T]) clone(list []T) []T {
	if len(list) > slabSize/2 {
		return append([]T(nil), list...)
	}
	if len(list) > len(s.room) {
		s.room = make([]T, slabSize)
	}
	own := s.room[:len(list):len(list)]
	s.room = s.room[len(list):]
	copy(own, list)
	return own
}
