// Package wordset has sets of words that are written as one text, and made when they
// are first asked.
package wordset

import (
	"strings"
	"sync"
)

// A Set is a set of words.
type Set struct {
	text  string
	split func(string) []string // nil: at spaces
	once  sync.Once
	words map[string]bool
}

// New returns the set of the words in a text, with spaces between. As a package's
// variable it costs nothing at the start: the compiler lays it out.
func New(text string) *Set { return &Set{text: text} }

// Split is New for phrases: split returns those of the text.
func Split(text string, split func(text string) []string) *Set {
	return &Set{text: text, split: split}
}

// Has reports whether a word is in the set. No set, nil, has none.
func (s *Set) Has(word string) bool { return s != nil && s.Words()[word] }

// Words returns the words, which are not to be changed.
func (s *Set) Words() map[string]bool {
	s.once.Do(s.read)
	return s.words
}

func (s *Set) read() {
	split := s.split
	if split == nil {
		split = strings.Fields
	}
	s.words = map[string]bool{}
	for _, w := range split(s.text) {
		s.words[w] = true
	}
}
