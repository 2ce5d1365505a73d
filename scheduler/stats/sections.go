package stats

import (
	"cmp"
	"slices"
)

// A Section is what is known of a part of a deck today.
type Section struct {
	Deck  string
	Path  []string // its headings; none: what stands before the first
	Cards int
	Seen  int     // of them, those that were answered
	Known float64 // of these, how many would be recalled today, in the mean
}

// Recall is the mean recall of the cards that were seen.
func (s *Section) Recall() float64 { return s.Known / float64(max(s.Seen, 1)) }

// fewSeen are too few cards to call their section weak.
const fewSeen = 3

// Weakest are the sections of which least is recalled, the weakest first; such as are
// hardly begun, and such as are all but known, are left out.
func Weakest(all []Section, n int) []Section {
	var weak []Section
	for _, s := range all {
		if s.Seen >= fewSeen && s.Recall() < 0.95 {
			weak = append(weak, s)
		}
	}
	slices.SortStableFunc(weak, func(a, b Section) int { return cmp.Compare(a.Recall(), b.Recall()) })
	return weak[:min(n, len(weak))]
}

// A Scale parts numbers into bins: below its first bound, below the next, …, and
// from the last on.
type Scale []float64

// Count counts how many values each bin has.
func (s Scale) Count(values []float64) []int {
	bins := make([]int, len(s)+1)
	for _, v := range values {
		i := 0
		for i < len(s) && v >= s[i] {
			i++
		}
		bins[i]++
	}
	return bins
}

// WithoutTitles leaves out a heading below which all of a deck stands: its title.
func WithoutTitles(all []Section) []Section {
	title := map[string]string{} // by deck; empty: there is none
	for _, s := range all {
		first := ""
		if len(s.Path) > 0 {
			first = s.Path[0]
		}
		if before, known := title[s.Deck]; known && before != first {
			first = ""
		}
		title[s.Deck] = first
	}
	all = slices.Clone(all)
	for i, s := range all {
		if title[s.Deck] != "" {
			all[i].Path = s.Path[1:]
		}
	}
	return all
}

// Chapters joins sections by their first heading, and all of a deck that is not
// told apart.
func Chapters(all []Section, apart func(deck string) bool) []Section {
	var chapters []Section
	for _, s := range all {
		depth := 0
		if apart(s.Deck) {
			depth = 1
		}
		s.Path = s.Path[:min(depth, len(s.Path))]
		if last := len(chapters) - 1; last >= 0 && chapters[last].Deck == s.Deck &&
			slices.Equal(chapters[last].Path, s.Path) {
			chapters[last].Cards += s.Cards
			chapters[last].Seen += s.Seen
			chapters[last].Known += s.Known
			continue
		}
		chapters = append(chapters, s)
	}
	return chapters
}
