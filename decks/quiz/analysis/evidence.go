package analysis

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/decks/quiz"
	"kartei/decks/quiz/result"
)

// Rules are what results are held to. What a file claims about its times is its
// student's own clock; breaking a rule is remarked upon, and refused only where
// the rule says that it is required.
type Rules struct {
	Time         map[string]time.Duration // that students have, by pseudonym, in place of the form's
	Opens, Due   time.Time                // zero: any time
	Now          time.Time                // zero: unknown
	RequireTexts bool                     // refuse marks of texts that were withheld
	RequireCode  bool                     // refuse files without a right code
}

// A Remark is something that a result file claims or leaves open, and that no
// file can prove.
type Remark struct {
	Rule    string `json:"rule"`
	Student string `json:"student"`
	File    string `json:"file"`
	Message string `json:"message"`
}

// codeState says what a file shows of a code.
type codeState uint8

const (
	codeless codeState = iota
	codeWrong
	codeOfClass   // one that the whole class was told
	codeOfStudent // one that was made for the student
)

// codeOf tells which code a result shows, and the time that it grants.
func (v *version) codeOf(r *result.Result) (codeState, time.Duration) {
	if !r.Coded() {
		return codeless, 0
	}
	for _, claim := range r.Claims(v.form.Version) {
		if v.form.Seed != (quiz.Seed{}) && r.Knows(v.form.Seed.Code(claim)) {
			if claim.Student == "" {
				return codeOfClass, claim.Time
			}
			return codeOfStudent, claim.Time
		}
	}
	return codeWrong, 0
}

func (r *Rules) refuse(s *student, line int) error {
	switch {
	case r.RequireTexts && s.withheld > 0:
		return refusal(s.file, line, "its texts are withheld, and with them what its marks rest on")
	case r.RequireCode && s.code < codeOfClass:
		return refusal(s.file, line, "it does not show a code of this test and name")
	}
	return nil
}

// What is forgiven: a program takes a moment to hand in.
const (
	moments  = time.Minute
	tooQuick = time.Second // an answer, on average
)

// allowed is the time that a student had; 0 without a limit.
func (r *Rules) allowed(s *student) time.Duration {
	if d, ok := r.Time[quiz.Pseudonym(s.name)]; ok {
		return d
	}
	if s.granted > 0 {
		return s.granted
	}
	return s.version.form.Time
}

// working is the time in front of the questions.
func (s *student) working() (d time.Duration) {
	for _, ms := range s.took {
		d += time.Duration(ms) * time.Millisecond
	}
	return d
}

// span is the time from the beginning to the end.
func (s *student) span() time.Duration { return s.ended.Sub(s.began) }

func (s *student) answers() (n int) {
	for _, f := range s.flags {
		if f&answered != 0 {
			n++
		}
	}
	return n
}

// Remarks are about all results that count, by student.
func (c *Class) Remarks() []Remark {
	students := slices.SortedFunc(slices.Values(c.students), compareStudents)
	coded := slices.ContainsFunc(students, func(s student) bool { return s.code >= codeOfClass })
	same := map[uint64][]string{} // files, by the work in them
	for i := range students {
		if work := students[i].work; work != 0 {
			same[work] = append(same[work], students[i].file)
		}
	}
	remarks := []Remark{}
	for i := range students {
		s := &students[i]
		remarks = append(remarks, c.remarks(s, coded)...)
		if files := same[s.work]; len(files) > 1 {
			remarks = append(remarks, Remark{"copied", s.name, s.file,
				"it has the answers and the times of another, to the millisecond: " +
					others(len(files), s.file, func(i int) string { return files[i] })})
		}
	}
	return remarks
}

func (c *Class) remarks(s *student, coded bool) (all []Remark) {
	add := func(rule, format string, args ...any) {
		all = append(all, Remark{rule, s.name, s.file, fmt.Sprintf(format, args...)})
	}
	if s.twin {
		add("one-name", "another student has this name, too (%s)", c.twins(s))
	}
	if s.paper {
		return all
	}
	if s.withheld > 0 {
		open := ""
		if s.version.open {
			open = ", though students had no key to mark them with"
		}
		add("own-word", "it withholds texts: %s its own word%s", count(s.withheld, "mark is", "marks are"), open)
	}
	switch {
	case s.code == codeWrong:
		add("wrong-code", "it shows a code that was not made for this test, name and time")
	case s.code == codeless && coded:
		add("no-code", "it shows no code; others do")
	}
	s.clock(add)
	c.Rules.times(s, add)
	return all
}

// twins names the files of others with the same name.
func (c *Class) twins(s *student) string {
	same := c.names[quiz.Pseudonym(s.name)]
	return others(len(same), s.file, func(i int) string { return c.students[same[i]].file })
}

// others names the first files of n that are not the student's own, and counts
// the rest: what each of thousands has in common with all is not told in full.
func others(n int, own string, file func(int) string) string {
	const most = 5
	var named []string
	for i := 0; i < n && len(named) < most; i++ {
		if f := file(i); f != own {
			named = append(named, f)
		}
	}
	text := strings.Join(named, ", ")
	if more := n - 1 - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// clock remarks on times that do not go together.
func (s *student) clock(add func(rule, format string, args ...any)) {
	n, working, span := s.answers(), s.working(), s.span()
	switch {
	case n == 0:
	case working == 0 && span == 0:
		add("still-clock", "its clock stood still: %s in no time", count(n, "answer", "answers"))
	case working == 0:
		add("still-clock", "it counts no time for any of %s", count(n, "answer", "answers"))
	case working < time.Duration(n)*tooQuick:
		add("quick", "it gave %s in %s", count(n, "answer", "answers"), short(working))
	}
	if working > span+moments {
		add("moved-clock", "it worked for %s between a beginning and an end that are %s apart: an answer after the end, or a clock that was moved", short(working), short(span))
	}
}

// times remarks on limits.
func (r *Rules) times(s *student, add func(rule, format string, args ...any)) {
	allowed := r.allowed(s)
	_, named := r.Time[quiz.Pseudonym(s.name)]
	switch {
	case allowed == 0:
	case s.working() > allowed+moments:
		add("overtime", "it worked for %s; %s were allowed", short(s.working()), short(allowed))
	case s.span() > allowed+moments:
		add("pause", "it was open for %s, of which it counts %s as work; %s were allowed", short(s.span()),
			short(s.working()), short(allowed))
	}
	if allowed > 0 && s.limit > allowed && s.granted == 0 && !named {
		add("own-limit", "it had a limit of %s, which no code grants; %s were allowed", short(s.limit), short(allowed))
	}
	if !r.Opens.IsZero() && s.began.Before(r.Opens) {
		add("early", "it began at %s, before the test was opened", s.began.Format(minutes))
	}
	if late := r.late(s); late > 0 {
		add("late", "it was handed in at %s, %s late", s.ended.Format(minutes), short(late))
	}
	if !r.Now.IsZero() && s.ended.After(r.Now.Add(moments)) {
		add("future", "it was handed in at %s, which is still to come", s.ended.Format(minutes))
	}
}

const minutes = "2006-01-02 15:04"

// late is by how much a result was handed in after its time; extra time that a
// student has puts the end off.
func (r *Rules) late(s *student) time.Duration {
	if r.Due.IsZero() || s.paper {
		return 0
	}
	due := r.Due
	if usual := s.version.form.Time; usual > 0 {
		due = due.Add(max(0, r.allowed(s)-usual))
	}
	return max(0, s.ended.Sub(due))
}

// short writes a duration as people say it.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second)/time.Second))
	case d < 3*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
	}
	return fmt.Sprintf("%d h", int(d.Round(time.Hour)/time.Hour))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
