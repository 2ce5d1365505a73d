package quiz

import (
	"slices"
	"strconv"

	"kartei/decks"
)

// Versions returns versions A, B, C and so on of a test: the same questions in
// another order, with their options in another order. Version A is the form.
func (f *Form) Versions(n int) []*Form {
	versions := make([]*Form, n)
	for i := range versions {
		versions[i] = f.version(string(rune('A'+i)), i == 0)
	}
	return versions
}

// version returns the form under a letter, reordered unless it is the first.
func (f *Form) version(letter string, first bool) *Form {
	v := *f
	v.Version = letter
	v.Questions = slices.Clone(f.Questions)
	if first {
		return &v
	}
	seed := f.Seed.Of(letter)
	for i := range v.Questions {
		q := &v.Questions[i]
		q.reorder(diceFor(seed, "options", strconv.Itoa(i)))
	}
	v.Questions = shuffled(diceFor(seed, "questions", ""), v.Questions)
	return &v
}

// reorder puts the options in another order; numbers stay in theirs.
func (q *Question) reorder(d *dice) {
	if len(q.Options) == 0 || q.Kind == Choice && sortNumbers(asOptions(q.Options), q.Lang) {
		return
	}
	order := make([]int, len(q.Options)) // of the new options: what they were
	for i := range order {
		order[i] = i
	}
	order = shuffled(d, order)
	at := make([]int, len(order)) // of the old options: where they are now
	options, why := make([]string, len(order)), make([]string, len(order))
	for i, was := range order {
		at[was], options[i] = i, q.Options[was]
		if len(q.Key.Why) > 0 {
			why[i] = q.Key.Why[was]
		}
	}
	q.Options = options
	if len(q.Key.Why) > 0 {
		q.Key.Why = why
	}
	q.Key.Right = slices.Clone(q.Key.Right)
	for i, was := range q.Key.Right {
		q.Key.Right[i] = at[was]
	}
	if q.Kind == Choice {
		slices.Sort(q.Key.Right)
	}
}

func asOptions(texts []string) []decks.Option {
	options := make([]decks.Option, len(texts))
	for i, text := range texts {
		options[i].Text = text
	}
	return options
}

// An Order tells where a version has the questions and options of another.
type Order struct {
	Question []int   // by question of the other: its place here
	Option   [][]int // by question and option of the other: its place here
}

// Same compares two versions of a test. If they ask the same questions, in any
// order and with their options in any order, it tells where this one has what
// the other has.
func (f *Form) Same(other *Form) (Order, bool) {
	order := Order{make([]int, len(other.Questions)), make([][]int, len(other.Questions))}
	if len(f.Questions) != len(other.Questions) {
		return order, false
	}
	places := map[string][]int{}
	for i := range f.Questions {
		id := f.Questions[i].asked()
		places[id] = append(places[id], i)
	}
	for j := range other.Questions {
		q := &other.Questions[j]
		id := q.asked()
		if len(places[id]) == 0 {
			return order, false
		}
		order.Question[j] = places[id][0]
		places[id] = places[id][1:]
		order.Option[j] = optionPlaces(f.Questions[order.Question[j]].Options, q.Options)
	}
	return order, true
}

// optionPlaces returns for each option where the same text stands here.
func optionPlaces(here, there []string) []int {
	places := make([]int, len(there))
	taken := make([]bool, len(here))
	for j, text := range there {
		for i := range here {
			if !taken[i] && here[i] == text {
				places[j], taken[i] = i, true
				break
			}
		}
	}
	return places
}

// asked is what a question asks, whatever the order of its options.
func (q *Question) asked() string {
	sorted := *q
	sorted.Options = slices.Sorted(slices.Values(q.Options))
	return sorted.Item()
}

// SameParts is a blueprint of the form: as many questions of each section, for
// versions that ask other questions.
func (f *Form) SameParts() []Part {
	var parts []Part
	for i := range f.Questions {
		section := f.Questions[i].Section
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Section == section })
		if at < 0 {
			at, parts = len(parts), append(parts, Part{Name: section, Section: section})
		}
		parts[at].Questions++
	}
	return parts
}

// AsAsked is the text by which it is known again that a form asked a prompt: as
// forms hold it, without pictures, which they call otherwise.
func AsAsked(prompt string) string { return imageSource.ReplaceAllString(tidy(prompt), "![]()") }
