package analysis

import (
	"slices"
	"strings"
	"time"

	"kartei/decks/quiz"
)

// A Student is one result that counts, as a list of marks has it.
type Student struct {
	Name     string
	File     string
	Section  string // of the class
	Version  string // of the test
	Form     *quiz.Form
	Began    time.Time
	Ended    time.Time
	Working  time.Duration // in front of the questions
	Allowed  time.Duration // 0: no limit
	Late     time.Duration
	Attempts int       // further ones, which do not count
	Twin     bool      // another student has this name
	Marks    []float64 // one for each question of the first version that asks the same; 0 for an excused one
	Answered []bool    // likewise
	Before   []float64 // the marks before the key was mended; nil if it was not
	Of       int       // questions that count
	OfBefore int       // questions that counted before the key was mended
	Remarks  []Remark
}

// Total is the sum of the marks.
func (s *Student) Total() float64 { return sum(s.Marks) }

// TotalBefore is the sum of the marks before the key was mended.
func (s *Student) TotalBefore() float64 { return sum(s.Before) }

func sum(marks []float64) (total float64) {
	for _, m := range marks {
		total += m
	}
	return total
}

// Students are those whose results count, by name.
func (c *Class) Students() []Student {
	remarks := map[string][]Remark{} // by file
	for _, r := range c.Remarks() {
		remarks[r.File] = append(remarks[r.File], r)
	}
	packed := slices.SortedFunc(slices.Values(c.students), compareStudents)
	all := make([]Student, len(packed))
	for i := range packed {
		s := &packed[i]
		all[i] = Student{Name: s.name, File: s.file, Section: s.section, Version: s.version.form.Version,
			Form:  s.version.pool,
			Began: s.began, Ended: s.ended, Working: s.working(), Allowed: c.Rules.allowed(s), Late: c.Rules.late(s),
			Attempts: len(s.attempts), Twin: s.twin, Marks: s.marks, Before: s.before,
			Of: len(counting(s.version.form)), Remarks: remarks[s.file]}
		all[i].OfBefore = all[i].Of
		if s.version.before != nil {
			all[i].OfBefore = len(counting(s.version.before))
		}
		all[i].Answered = make([]bool, len(s.flags))
		for j, f := range s.flags {
			all[i].Answered[j] = f&answered != 0
		}
	}
	return all
}

// A Change is what a mended key changed for a student.
type Change struct {
	Student  string      `json:"student"`
	File     string      `json:"file"`
	Before   float64     `json:"before"` // the total
	After    float64     `json:"after"`
	OfBefore int         `json:"of_before"` // questions that counted
	Of       int         `json:"of"`
	Items    []ItemShift `json:"items"`
}

// An ItemShift is a question whose mark changed.
type ItemShift struct {
	Number int     `json:"number"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// Changes are what mended keys changed, for those for whom they did.
func (c *Class) Changes() []Change {
	changes := []Change{}
	if !slices.ContainsFunc(c.versions, func(v *version) bool { return v.before != nil }) {
		return changes
	}
	for _, s := range c.Students() {
		if s.Before == nil {
			continue
		}
		change := Change{Student: s.Name, File: s.File, Before: s.TotalBefore(), After: s.Total(), OfBefore: s.OfBefore,
			Of: s.Of}
		for j := range s.Marks {
			if s.Marks[j] != s.Before[j] {
				change.Items = append(change.Items, ItemShift{j + 1, s.Before[j], s.Marks[j]})
			}
		}
		if len(change.Items) > 0 || change.Of != change.OfBefore {
			changes = append(changes, change)
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return strings.Compare(a.Student, b.Student) })
	return changes
}
