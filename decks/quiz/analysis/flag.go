package analysis

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/quiz"
)

// A Flag is something that deserves a look, in words.
type Flag struct {
	Rule     string `json:"rule"`
	Question int    `json:"question"` // from 1; 0 is the test as a whole
	Place    string `json:"place"`    // file:line of the fact; empty for the test
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

// The thresholds of flags. Those about single questions need 30 results.
const (
	tooHard      = 0.20 // facility
	tooEasy      = 0.95
	weak         = 0.20 // discrimination
	rare         = 0.05 // share of an option, with 60 results
	guessable    = 0.40 // random-guess score
	unreliable   = 0.64 // alpha
	enoughForBad = 3    // students who dispute one answer
)

// flags looks the figures through, the test first, then question by question.
func (r *Report) flags() []Flag {
	flags := r.testFlags()
	for i := range r.Items {
		item := &r.Items[i]
		add := func(rule, hint, format string, args ...any) {
			flags = append(flags, Flag{rule, item.Number, item.Place, fmt.Sprintf(format, args...), hint})
		}
		if r.Students >= enoughToDiscriminate {
			item.flagKey(add)
			item.flagFacility(add)
			item.flagOptions(r.Students, add)
		}
		item.flagVersions(add)
		for _, a := range item.Rejected {
			if a.Disputed >= enoughForBad {
				add("missing-accept", "add it to Accept, and mark the results again",
					"%q was rejected, and %d students say that it is right", a.Text, a.Disputed)
			}
		}
	}
	return flags
}

func (r *Report) testFlags() []Flag {
	var flags []Flag
	if g := r.Test.Guess; g > guessable {
		flags = append(flags, Flag{Rule: "guessable",
			Message: fmt.Sprintf("blind guessing earns %.0f %% of the marks", 100*g),
			Hint:    "ask for typed answers, or offer more options"})
	}
	if a := r.Test.Alpha; a != nil && r.Students >= enoughToDiscriminate && a.Value < unreliable {
		flags = append(flags, Flag{Rule: "unreliable",
			Message: fmt.Sprintf("the totals are not reliable (α = %.0f %%)", 100*a.Value),
			Hint:    "mend the questions flagged below, or ask more questions"})
	}
	return flags
}

type addFlag func(rule, hint, format string, args ...any)

// flagKey looks for a key that is wrong and for a second right answer: an
// option that students choose who do well elsewhere.
func (item *Item) flagKey(add addFlag) {
	d := item.Discrimination
	if d == nil {
		return
	}
	rival := item.rival()
	switch {
	case rival != nil && d.Value < 0:
		add("key", "look whether the key should be "+rival.Letter,
			"the key may be wrong: students who do well choose %s (%q), not the key", rival.Letter, rival.Text)
	case rival != nil:
		add("second-right", "look whether "+rival.Letter+" is right too",
			"students who do well also choose %s (%q)", rival.Letter, rival.Text)
	case d.High < 0:
		add("key", "check the key, and what the question takes for granted",
			"the key may be wrong: students who do well get this wrong")
	case d.Value < 0:
		add("negative", "check the key", "students who do well get this wrong more often than others; it may be chance")
	case d.Value < weak && (item.Facility == nil || item.Facility.Value <= tooEasy):
		add("weak", "look for an unclear wording",
			"this question hardly tells those who do well from the rest (%.0f %%)", 100*d.Value)
	}
}

// rival is the wrong option with the strongest claim to be right, if it is
// surely chosen by those who do well.
func (item *Item) rival() *Option {
	var best *Option
	for i := range item.Options {
		o := &item.Options[i]
		if !o.Right && o.Correlation != nil && o.Correlation.Low > 0 &&
			(best == nil || o.Correlation.Value > best.Correlation.Value) {
			best = o
		}
	}
	return best
}

func (item *Item) flagFacility(add addFlag) {
	switch f := item.Facility; {
	case f == nil:
	case f.Value < tooHard:
		add("hard", "check that it was taught, and the key",
			"hardly anyone knows this (%.0f %% of the marks)", 100*f.Value)
	case f.Value > tooEasy:
		add("easy", "keep it as a warm-up, or ask for more",
			"nearly everyone knows this (%.0f %% of the marks)", 100*f.Value)
	}
}

func (item *Item) flagOptions(students int, add addFlag) {
	if item.Kind != quiz.Choice || item.Facility != nil && item.Facility.Value > tooEasy {
		return
	}
	for _, o := range item.Options {
		switch n := *o.Students; {
		case o.Right:
		case n == 0:
			add("unused", "write a wrong answer that one could believe", "nobody chose %s (%q)", o.Letter, o.Text)
		case students >= enoughForRare && float64(n) < rare*float64(students):
			add("rare", "write a wrong answer that one could believe",
				"hardly anyone chose %s (%q): %d of %d", o.Letter, o.Text, n, students)
		}
	}
}

// notes says what was left out.
func (a *analyst) notes() []string {
	n := len(a.students)
	notes := []string{}
	switch x := a.excused(); {
	case len(x) == 1:
		notes = append(notes, fmt.Sprintf("Question %d is excused: it counts for nobody.", x[0]))
	case len(x) > 1:
		notes = append(notes, fmt.Sprintf("Questions %s are excused: they count for nobody.", numbers(x)))
	}
	switch {
	case n == 0:
		return append(notes, "No result counts.")
	case a.Shared && n < leastCell:
		return append(notes, fmt.Sprintf("Fewer than %d results count: a report to share would say more about persons than about questions.", leastCell))
	case a.Small:
		return notes
	}
	if n < enoughToDiscriminate {
		notes = append(notes, fmt.Sprintf("%s too few for discrimination and reliability, which take %d.", results(n),
			enoughToDiscriminate))
	}
	if n < enoughForLogits {
		notes = append(notes, fmt.Sprintf("%s too few for difficulties in logits, which take %d.", results(n),
			enoughForLogits))
	}
	return notes
}

func numbers(x []int) string {
	words := make([]string, len(x))
	for i, n := range x {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

func results(n int) string {
	if n == 1 {
		return "1 result is"
	}
	return fmt.Sprintf("%d results are", n)
}

// fold makes one of answers that differ in capitals, spaces and the like.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }
