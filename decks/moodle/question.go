package moodle

import "slices"

// A Question is one of a question bank.
type Question struct {
	Kind    Kind
	Name    string   // as its author calls it
	Number  string   // its id in the bank ("idnumber"); may be empty
	Tags    []string // as written
	Section []string // the categories around it, outermost first
	Line    int      // where it begins, from 1

	Stem    Text
	General Text   // said after any answer ("general feedback")
	Hints   []Text // shown after a wrong answer
	Said    []Text // after answers that are right, partly right, wrong ("combined feedback")
	Grader  Text   // what an essay's grader reads

	Single  bool     // of a multiple choice: one answer may be chosen
	Answers []Answer // of a choice, a short answer, a number
	Pairs   []Pair   // of a matching
	Items   []Text   // of an ordering, in their order
	Points  float64  // that it is worth; 0 and 1 are the same

	Beyond []string // what else it has, in words; it is left out
	Common []string // likewise, but named once for all questions that have it
}

// A Kind is how a question asks.
type Kind string

// The kinds of questions that become cards, and those that ask nothing.
const (
	Choice      Kind = "multichoice"
	TrueFalse   Kind = "truefalse" // its answers are "true" and "false"
	ShortAnswer Kind = "shortanswer"
	Numerical   Kind = "numerical"
	Matching    Kind = "matching"
	Ordering    Kind = "ordering"
	Essay       Kind = "essay"
	Description Kind = "description"
)

// A Text is a text in one of Moodle's formats.
type Text struct {
	Text   string
	Format Format
	Files  []File // that it shows as "@@PLUGINFILE@@/name"
}

// A Format is how a text is to be read, as Moodle calls it.
type Format string

// The formats.
const (
	Auto     Format = "moodle_auto_format" // words, with perhaps some HTML
	HTML     Format = "html"
	Plain    Format = "plain_text"
	Markdown Format = "markdown"
)

// A File is a picture, a sound or another file.
type File struct {
	Name string
	Data []byte
}

// An Answer is one that a question knows.
type Answer struct {
	Text     Text // of a number: the number
	Feedback Text
	Percent  float64 // of the mark
	Slack    float64 // of a number: how far off it may be
}

// A Pair is two things that belong together. Without a left side its right side
// belongs to none.
type Pair struct {
	Left  Text
	Right Text
}

// right reports whether the answer earns all of the mark.
func (a *Answer) right() bool { return a.Percent >= 99.9 }

// whole reports whether some answer earns all of the mark.
func (q *Question) whole() bool {
	return slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.right() })
}
