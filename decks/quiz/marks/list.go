package marks

import (
	"slices"
	"strings"

	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
)

// Options say how a list is made.
type Options struct {
	Title string
	Scale Scale
	Late  Late
}

// A List is the marks of a class: a row for each student of the roster and each
// result that counts.
type List struct {
	Options
	Rows      []Row
	joined    bool // with a roster
	questions int  // columns: the most that a version has
}

// State says what is odd about a row.
type State string

// The states of a row.
const (
	Fine    State = ""
	Missing State = "missing"         // on the list, and handed in nothing
	Unknown State = "not on the list" // handed in, and not on the list
	Twin    State = "name used twice" // by two students who handed in
	Listed  State = "listed twice"    // two on the list could be meant
)

// A Row is one student.
type Row struct {
	State  State
	Entry  *Entry            // nil if not on the list
	Result *analysis.Student // nil if missing
}

// NewList joins students who handed in with a roster, which may be nil.
func NewList(students []analysis.Student, roster *Roster, o Options) *List {
	l := &List{Options: o, joined: roster != nil}
	if roster == nil {
		roster = &Roster{}
	}
	here := make([]bool, len(roster.Students))
	for i := range students {
		s := &students[i]
		l.questions = max(l.questions, len(s.Marks))
		row := Row{Result: s}
		found := roster.Find(s.Name)
		for _, at := range found {
			here[at] = true
		}
		switch {
		case s.Twin:
			row.State = Twin
		case len(found) == 1:
			row.Entry = &roster.Students[found[0]]
		case len(found) > 1:
			row.State = Listed
		case l.joined:
			row.State = Unknown
		}
		l.Rows = append(l.Rows, row)
	}
	l.twiceTheSame()
	for at := range roster.Students {
		if !here[at] {
			l.Rows = append(l.Rows, Row{State: Missing, Entry: &roster.Students[at]})
		}
	}
	slices.SortStableFunc(l.Rows, func(a, b Row) int {
		if n := strings.Compare(a.section(), b.section()); n != 0 {
			return n
		}
		return strings.Compare(quiz.Pseudonym(a.name()), quiz.Pseudonym(b.name()))
	})
	return l
}

// twiceTheSame finds students of the roster who handed in under two names.
func (l *List) twiceTheSame() {
	seen := map[*Entry][]int{}
	for i, row := range l.Rows {
		if row.Entry != nil {
			seen[row.Entry] = append(seen[row.Entry], i)
		}
	}
	for _, rows := range seen {
		if len(rows) > 1 {
			for _, i := range rows {
				l.Rows[i].State = Twin
			}
		}
	}
}

// In are the names of the students of a state.
func (l *List) In(state State) (names []string) {
	for _, row := range l.Rows {
		if row.State == state {
			names = append(names, row.name())
		}
	}
	return names
}

func (r *Row) name() string {
	if r.Result != nil {
		return r.Result.Name
	}
	return r.Entry.Pseudonym
}

// section is that of the list, else the folder of the result.
func (r *Row) section() string {
	if r.Entry != nil && r.Entry.Section != "" {
		return r.Entry.Section
	}
	if r.Result != nil {
		return r.Result.Section
	}
	return ""
}

// Points are what counts: the total, less what late work loses.
func (l *List) Points(r *Row) float64 {
	return r.Result.Total() * (1 - l.Late.Lost(r.Result.Late))
}

// Doubtful counts results of which it is not sure whose they are.
func (l *List) Doubtful() (n int) {
	for i := range l.Rows {
		if l.Rows[i].Result != nil && !l.Rows[i].sure() {
			n++
		}
	}
	return n
}
