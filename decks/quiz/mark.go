package quiz

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/decks/answer"
)

// A Response is what a student answered to one question. The zero Response is
// no answer.
type Response struct {
	Chosen   []int         `json:"chosen,omitempty"`   // choice: ascending; sequence: the options in the order given
	Typed    []string      `json:"typed,omitempty"`    // typed: one text; set: one for each part
	Sure     int           `json:"sure,omitempty"`     // 1 to 3, as the student felt; 0 if not asked
	Took     time.Duration `json:"took,omitempty"`     // in front of the question, all visits together, in ns
	Disputed bool          `json:"disputed,omitempty"` // the student says that a rejected answer is right
}

// Answered reports whether there is an answer at all.
func (r *Response) Answered() bool {
	return len(r.Chosen) > 0 || slices.ContainsFunc(r.Typed, func(s string) bool { return strings.TrimSpace(s) != "" })
}

// A Mark is what a response is worth.
type Mark struct {
	Share float64     `json:"share"`          // of the question's one point, 0 to 1
	Rule  answer.Rule `json:"rule,omitempty"` // typed: why; set: the most lenient rule of the parts that were met; else empty
}

// Right reports whether nothing was missing.
func (m Mark) Right() bool { return m.Share == 1 }

// Mark marks a response. A choice is right or wrong; where several options are
// to be chosen, each of them earns its share and each wrong one takes one away, down
// to nothing. A set earns its share for each part, and only as many answers
// count as it has parts. A sequence earns a share for each pair of neighbours.
func (q *Question) Mark(r Response) Mark {
	switch q.Kind {
	case Typed:
		if len(r.Typed) == 0 || strings.TrimSpace(r.Typed[0]) == "" {
			return Mark{}
		}
		want := q.Wanted()
		v := want.Compare(r.Typed[0])
		if v.Right {
			return Mark{1, v.Rule}
		}
		return Mark{0, answer.Wrong}
	case Set:
		return q.markSet(r.Typed)
	case Sequence:
		return Mark{Share: neighbours(q.Key.Right, r.Chosen)}
	}
	return Mark{Share: q.markChoice(r.Chosen)}
}

func (q *Question) markChoice(chosen []int) float64 {
	if len(chosen) == 0 {
		return 0
	}
	if !q.Several {
		return share(len(chosen) == 1 && slices.Contains(q.Key.Right, chosen[0]), 1)
	}
	points := 0
	for _, option := range chosen {
		if slices.Contains(q.Key.Right, option) {
			points++
		} else {
			points--
		}
	}
	return float64(max(points, 0)) / float64(len(q.Key.Right))
}

func share(earned bool, of float64) float64 {
	if earned {
		return of
	}
	return 0
}

// markSet meets each part with at most one answer.
func (q *Question) markSet(typed []string) Mark {
	if !slices.ContainsFunc(typed, func(s string) bool { return strings.TrimSpace(s) != "" }) {
		return Mark{}
	}
	want := answer.Set{Parts: q.Key.Parts, Lang: q.Lang, Strict: q.Key.Strict, Rivals: q.Key.Rivals}
	v := want.Compare(typed)
	return Mark{float64(v.Count()) / float64(len(q.Key.Parts)), v.Rule}
}

// neighbours is the share of pairs that follow each other as they should.
func neighbours(right, given []int) float64 {
	if len(given) != len(right) || len(right) < 2 {
		return 0
	}
	after := make(map[int]int, len(given))
	for i := 1; i < len(given); i++ {
		after[given[i-1]] = given[i]
	}
	met := 0
	for i := 1; i < len(right); i++ {
		if next, ok := after[right[i-1]]; ok && next == right[i] {
			met++
		}
	}
	return float64(met) / float64(len(right)-1)
}

// Check tells what is wrong with a response that did not come from an
// [Attempt]: one that the question could not have been given.
func (q *Question) Check(r Response) error {
	n := len(q.Options)
	if q.Kind == Typed || q.Kind == Set {
		n = 0
	}
	seen := make([]bool, n)
	for _, option := range r.Chosen {
		if option < 0 || option >= n {
			return fmt.Errorf("there is no option %s", optionName(option))
		}
		if seen[option] {
			return fmt.Errorf("option %s is chosen twice", optionName(option))
		}
		seen[option] = true
	}
	switch {
	case q.Kind == Choice && !q.Several && len(r.Chosen) > 1:
		return fmt.Errorf("%d options are chosen where one is right", len(r.Chosen))
	case q.Kind == Choice && !slices.IsSorted(r.Chosen):
		return fmt.Errorf("the chosen options are not in order")
	case q.Kind == Sequence && len(r.Chosen) != 0 && len(r.Chosen) != n:
		return fmt.Errorf("%d of %d items are put in order", len(r.Chosen), n)
	case n > 0 && len(r.Typed) > 0, q.Kind == Typed && len(r.Typed) > 1, q.Kind == Set && len(r.Typed) > q.Parts:
		return fmt.Errorf("%d texts are typed where %d could be", len(r.Typed), q.maxTexts())
	case r.Sure < 0 || r.Sure > 3:
		return fmt.Errorf("a confidence of %d is none of 0 to 3", r.Sure)
	case r.Took < 0:
		return fmt.Errorf("a negative time was taken")
	}
	return nil
}

// optionName names an option that may not exist.
func optionName(i int) string {
	if i >= 0 && i < MaxOptions {
		return Letter(i)
	}
	return fmt.Sprint(i + 1)
}

// maxTexts is how many texts may be typed.
func (q *Question) maxTexts() int {
	switch q.Kind {
	case Typed:
		return 1
	case Set:
		return q.Parts
	}
	return 0
}
