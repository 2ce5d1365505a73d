package quiz

import (
	"fmt"
	"strings"
	"time"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/shorthash"
)

// Limits on forms, which may come from strangers.
const (
	MaxQuestions = 1000
	MaxOptions   = 26        // of a choice, or parts of a set or sequence
	MaxForm      = 16 << 20  // bytes of a form file
	maxLine      = 128 << 10 // bytes of one line of it: a card text and its name
	maxTime      = 24 * time.Hour
)

// A Form is a test: the same questions for everyone.
type Form struct {
	Title     string
	Version   string        // of the test, if there are several: "A"
	Time      time.Duration // 0: no limit; it may be another for each student, so it is not part of ID
	Code      string        // that a student typed at the start; only in the copy that an attempt keeps
	Decks     []Edition     // that it was drawn from
	Questions []Question
	Pictures  []Picture // that its texts show, by name
	Seed      Seed      // zero if the form is not keyed, or its key does not tell
	Keyed     bool      // the answers are known; false after parsing a form without its key

	Old bool // of format 1, whose ID covers the seed and the time limit
}

// An Edition names a deck and what it held when the form was drawn.
type Edition struct {
	Deck   string // name
	Digest string // of its cards' ids and item hashes; part of the key: who knows the questions could try out answers
}

// A Picture is a file that texts of a form show.
type Picture struct {
	Name string // as texts call it: a digest of Data and an ending
	Data []byte
}

// Kind is the way in which a question is answered.
type Kind string

// The kinds of questions.
const (
	Choice   Kind = "choice"   // pick one of the options, or several where several are right
	Typed    Kind = "typed"    // type a short answer
	Set      Kind = "set"      // type the parts, in any order
	Sequence Kind = "sequence" // put the options in order
)

// Kinds are all kinds, in the order in which they are listed to people.
var Kinds = []Kind{Choice, Typed, Set, Sequence}

// A Question is one item of a form. Texts are Markdown, as in decks.Card.
type Question struct {
	Kind    Kind
	Card    string   // decks.Card.ID; part of the key
	Section string   // the deck, and the part of it: "nato-en: Joint Force Commands"
	Place   string   // where the fact stands: "nato.md:14"; part of the key
	Lang    string   // of the deck: settles "." and "," in typed numbers
	Prompt  string   //
	Options []string // choice and sequence: in the order shown
	Several bool     // choice: any number of options may be right
	Parts   int      // set: how many there are

	Key Key // the zero Key if the form is not keyed
}

// A Key is what is right, and what is said afterwards.
type Key struct {
	Right     []int            // choice: the right options, ascending, any of them if not Several; sequence: all options in the right order
	Excused   bool             // the question counts for nobody
	Why       []string         // choice: said of the option that was chosen; empty, or as long as Options
	Answer    string           // typed
	Accept    []string         // typed: what else is right
	Tolerance *decks.Tolerance // typed numbers
	Parts     []string         // set
	Rivals    []string         // typed and set: answers of other cards that could be taken for these
	Strict    bool             // typed and set: of the deck
	Note      string
	Source    string
}

// ID names the form by all that students see of it, whoever holds the key.
func (f *Form) ID() string {
	var b strings.Builder
	f.writePublic(&b, false)
	return digest(b.String())
}

// Lang is the language of most questions; empty if none says.
func (f *Form) Lang() string {
	count, most := map[string]int{}, ""
	for i := range f.Questions {
		lang := f.Questions[i].Lang
		if count[lang]++; count[lang] > count[most] {
			most = lang
		}
	}
	return most
}

// Item is a digest of what a student sees of the question, the order of the
// options included: results for different items are never added up.
func (q *Question) Item() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s\x00%t\x00%d\x00%s", q.Kind, q.Prompt, q.Several, q.Parts, strings.Join(q.Options, "\x00"))
	return digest(b.String())
}

// Guess is the mark that blind guessing earns on average: the share of right
// options in a choice of one, and 1/options for a sequence, whose pairs fall
// into place as often. The other kinds count as 0.
func (q *Question) Guess() float64 {
	switch n := float64(len(q.Options)); {
	case q.Kind == Choice && !q.Several && n > 0:
		return max(1, float64(len(q.Key.Right))) / n
	case q.Kind == Sequence && n > 0:
		return 1 / n
	}
	return 0
}

// Wanted is what a typed question wants.
func (q *Question) Wanted() answer.Wanted {
	return answer.Wanted{Text: q.Key.Answer, Accept: q.Key.Accept, Tolerance: q.Key.Tolerance, Lang: q.Lang,
		Rivals: q.Key.Rivals, Strict: q.Key.Strict}
}

// WithoutKey returns the form as students may have it.
func (f *Form) WithoutKey() *Form {
	open := *f
	open.Keyed = false
	open.Questions = make([]Question, len(f.Questions))
	for i, q := range f.Questions {
		q.Key = Key{}
		if !f.Old {
			q.Card, q.Place = "", ""
		}
		open.Questions[i] = q
	}
	if f.Old {
		return &open
	}
	open.Seed, open.Decks = Seed{}, nil
	for _, d := range f.Decks {
		open.Decks = append(open.Decks, Edition{Deck: d.Deck})
	}
	return &open
}

// Answers returns the form with its answers, as students may have them after the
// test: without the seed that signs codes.
func (f *Form) Answers() *Form {
	told := *f
	told.Seed = Seed{}
	return &told
}

func digest(text string) string { return shorthash.Of(text, 16) }

// Letter names an option: "a" is the first.
func Letter(i int) string { return string(rune('a' + i)) }
