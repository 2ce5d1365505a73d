package quiz

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/lazyregexp"
)

// A Correction mends the key of one question of a test.
type Correction struct {
	Version string // of the test that numbers the question; empty: the first
	Number  int    // from 1
	Excuse  bool   // it counts for nobody
	Right   []int  // options that are right in place of those of the key; of a choice of one any of them
	Accept  string // what is right, too
}

var questionName = lazyregexp.New(`^([A-Za-z])?([1-9][0-9]{0,3})$`)

// ParseQuestion reads how people call a question: "7", or "B7" in version B.
func ParseQuestion(text string) (version string, number int, err error) {
	m := questionName.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", 0, fmt.Errorf("%q is not a question: write 7, or B7 for version B", text)
	}
	number, err = strconv.Atoi(m[2])
	return strings.ToUpper(m[1]), number, err
}

// ParseRight reads the options of a corrected key: "b", "a,c", "cab".
func ParseRight(text string) ([]int, error) {
	var right []int
	for _, c := range strings.ToLower(text) {
		if strings.ContainsRune(" ,;", c) {
			continue
		}
		option, ok := ParseLetter(string(c))
		if !ok || slices.Contains(right, option) {
			return nil, fmt.Errorf("%q does not name options, each once", text)
		}
		right = append(right, option)
	}
	if len(right) == 0 {
		return nil, fmt.Errorf("no option is named")
	}
	return right, nil
}

// Correct mends a question in all versions of a test that ask it, and returns
// the versions with the mended keys; the forms themselves stay as they are.
func Correct(versions []*Form, c Correction) ([]*Form, error) {
	at := 0
	if c.Version != "" {
		at = slices.IndexFunc(versions, func(f *Form) bool { return f.Version == c.Version })
	}
	if at < 0 || c.Number < 1 || c.Number > len(versions[at].Questions) {
		return nil, fmt.Errorf("there is no question %s%d", c.Version, c.Number)
	}
	named := versions[at]
	mended := make([]*Form, len(versions))
	for i, f := range versions {
		mended[i] = f
		order, same := f.Same(named)
		if !same {
			continue
		}
		copied := *f
		copied.Questions = slices.Clone(f.Questions)
		mended[i] = &copied
		j := c.Number - 1
		if err := copied.Questions[order.Question[j]].correct(c, order.Option[j]); err != nil {
			return nil, fmt.Errorf("question %s%d: %w", c.Version, c.Number, err)
		}
	}
	return mended, nil
}

// correct mends the key of a question that has the named options at places.
func (q *Question) correct(c Correction, places []int) error {
	if c.Excuse {
		q.Key.Excused = true
	}
	if c.Accept != "" {
		if q.Kind != Typed {
			return fmt.Errorf("only a typed answer is accepted in several forms")
		}
		q.Key.Accept = append(slices.Clone(q.Key.Accept), tidy(c.Accept))
	}
	if len(c.Right) == 0 {
		return nil
	}
	right := make([]int, len(c.Right))
	for i, option := range c.Right {
		if option >= len(places) {
			return fmt.Errorf("there is no option %s", optionName(option))
		}
		right[i] = places[option]
	}
	switch {
	case q.Kind == Choice && q.Several && len(right) < 2:
		return fmt.Errorf("several options are right in it; excuse it, or name at least two")
	case q.Kind == Sequence && len(right) != len(q.Options):
		return fmt.Errorf("all %d items have to be put in order", len(q.Options))
	case q.Kind == Choice:
		slices.Sort(right)
	}
	q.Key.Right = right
	return nil
}
