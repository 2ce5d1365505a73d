package analysis

import (
	"math"
	"slices"

	"kartei/decks/quiz"
)

// How many results a figure takes. With fewer its interval is so wide that it
// would only mislead: the standard error of a correlation of .3 is .17 at 30
// students.
const (
	enoughToDiscriminate = 30
	enoughForRare        = 60
	enoughForLogits      = 100
)

// Options say what a report leaves out.
type Options struct {
	Small  bool // give every figure, however few the results
	Shared bool // for others than the instructor: no cell of fewer than 10 students, no typed text

	Section map[string]string // of the class, by pseudonym, in place of the folder's
}

// A Report is the analysis of a class. Figures that are nil are undefined, or
// left out; Notes say why.
type Report struct {
	Form      string   `json:"form"`
	Title     string   `json:"title"`
	Version   string   `json:"version"` // that numbers the questions; empty if there is one version
	Students  int      `json:"students"`
	Refused   int      `json:"refused"`
	Questions int      `json:"questions"` // that count
	Excused   []int    `json:"excused"`   // numbers of those that do not
	Shared    bool     `json:"shared"`
	Notes     []string `json:"notes"`
	Test      Test     `json:"test"`
	Items     []Item   `json:"items"`
	Flags     []Flag   `json:"flags"`
	Groups    []Group  `json:"groups"`  // versions and sections, where there are several
	Remarks   []Remark `json:"remarks"` // on what files claim; empty in a shared report
	Changes   []Change `json:"changes"` // by mended keys; empty in a shared report

	Pictures []quiz.Picture `json:"-"` // that texts show
}

// Test is about the form as a whole, in marks where nothing else is said.
type Test struct {
	Mean          *Figure    `json:"mean"`
	Median        float64    `json:"median"`
	Deviation     *float64   `json:"deviation"`      // standard, of the totals
	Skewness      *float64   `json:"skewness"`       // of the totals
	Kurtosis      *float64   `json:"kurtosis"`       // of the totals, 0 for a normal distribution
	Alpha         *Figure    `json:"alpha"`          // 0 to 1
	KR20          *float64   `json:"kr20"`           // 0 to 1; only if every mark is 0 or 1
	ErrorRatio    *float64   `json:"error_ratio"`    // 0 to 1
	StandardError *float64   `json:"standard_error"` //
	Guess         float64    `json:"guess"`          // what blind guessing earns, as a share of all marks
	Totals        []int      `json:"totals"`         // students by total, in equal steps from 0 to all marks
	Sections      []Section  `json:"sections"`
	Confidence    []Sureness `json:"confidence"` // empty if students were not asked
}

// A Section is a part of the form.
type Section struct {
	Name      string  `json:"name"`
	Questions int     `json:"questions"`
	Facility  float64 `json:"facility"`
}

// Sureness says how often answers of one confidence were right.
type Sureness struct {
	Sure    int `json:"sure"` // 1 to 3
	Answers int `json:"answers"`
	Right   int `json:"right"`
}

// An Item is a question of the form.
type Item struct {
	Number         int           `json:"number"` // from 1
	Kind           quiz.Kind     `json:"kind"`
	Card           string        `json:"card"`
	CardThen       string        `json:"card_then,omitempty"` // what it was called when the form was made, if its name is another now
	Place          string        `json:"place"`               // file:line of the fact
	Section        string        `json:"section"`
	Prompt         string        `json:"prompt"`
	Facility       *Figure       `json:"facility"`       // mean mark, 0 to 1
	Deviation      *float64      `json:"deviation"`      // standard, of the marks, 0 to 1
	Intended       float64       `json:"intended"`       // weight, as a share of all marks
	Effective      *float64      `json:"effective"`      // weight, as a share of what the totals vary by; nil if those who do well get it wrong
	Discrimination *Figure       `json:"discrimination"` // correlation with the rest score, -1 to 1
	Efficiency     *float64      `json:"efficiency"`     // -1 to 1
	UpperLower     *float64      `json:"upper_lower"`    // -1 to 1
	Difficulty     *float64      `json:"difficulty"`     // Rasch, in logits
	Guess          float64       `json:"guess"`
	Seconds        float64       `json:"seconds"` // median time
	Blank          *int          `json:"blank"`   // students who did not answer; nil: hidden
	SureButWrong   int           `json:"sure_but_wrong"`
	Versions       []ItemVersion `json:"versions,omitempty"`
	Options        []Option      `json:"options,omitempty"`
	Rejected       []Rejected    `json:"rejected,omitempty"` // typed answers, the most frequent first
}

// An Option is one answer of a choice.
type Option struct {
	Letter      string  `json:"letter"`
	Text        string  `json:"text"`
	Right       bool    `json:"right"`
	Students    *int    `json:"students"` // nil: hidden, see Options.Shared
	Share       *Figure `json:"share"`
	Correlation *Figure `json:"correlation"` // of choosing it, with the rest score
}

// Rejected is a typed answer that counted as wrong.
type Rejected struct {
	Text     string `json:"text"` // as one of them typed it
	Students int    `json:"students"`
	Disputed int    `json:"disputed"` // of them say that it is right
}

// maxRejected is how many rejected answers an item lists.
const maxRejected = 10

// Report analyses a class whose versions ask the same.
func (c *Class) Report(o Options) *Report { return c.Reports(o)[0] }

// Reports analyse the class as it stands: one report for all versions that ask
// the same.
func (c *Class) Reports(o Options) []*Report {
	var reports []*Report
	for _, pool := range c.pools() {
		reports = append(reports, c.report(pool, o))
	}
	return reports
}

func (c *Class) report(pool *quiz.Form, o Options) *Report {
	students, columns := c.of(pool), counting(pool)
	a := &analyst{Options: o, form: pool, students: students, columns: columns, scores: scoresOf(students, columns)}
	r := &Report{Pictures: pool.Pictures, Form: pool.ID(), Title: pool.Title, Version: pool.Version,
		Students: len(students), Refused: c.refused, Questions: len(columns), Shared: o.Shared,
		Notes: a.notes(), Excused: a.excused(), Items: []Item{}, Flags: []Flag{}, Groups: []Group{},
		Remarks: []Remark{}, Changes: []Change{}}
	if len(students) == 0 || len(columns) == 0 || o.Shared && len(students) < leastCell {
		return r
	}
	r.Test = a.test()
	for k := range columns {
		r.Items = append(r.Items, a.item(k))
	}
	a.weights(r.Items)
	a.difficulties(r.Items)
	r.Groups = a.groups()
	r.Flags = append(r.Flags, r.flags()...)
	if o.Shared {
		r.suppress()
		return r
	}
	r.Remarks, r.Changes = c.remarksOf(students), c.changesOf(students)
	return r
}

// remarksOf and changesOf are those about some of the students.
func (c *Class) remarksOf(students []student) []Remark {
	files := filesOf(students)
	return slices.DeleteFunc(c.Remarks(), func(r Remark) bool { return !files[r.File] })
}

func (c *Class) changesOf(students []student) []Change {
	files := filesOf(students)
	return slices.DeleteFunc(c.Changes(), func(ch Change) bool { return !files[ch.File] })
}

func filesOf(students []student) map[string]bool {
	files := map[string]bool{}
	for i := range students {
		files[students[i].file] = true
	}
	return files
}

// An analyst works out the figures of one report.
type analyst struct {
	Options
	form     *quiz.Form
	students []student
	columns  []int   // questions that count
	scores   *Scores // in these columns
}

// excused are the numbers of questions that do not count.
func (a *analyst) excused() []int {
	numbers := []int{}
	for j := range a.form.Questions {
		if !slices.Contains(a.columns, j) {
			numbers = append(numbers, j+1)
		}
	}
	return numbers
}

func (a *analyst) enough(n int) bool { return a.Small || len(a.students) >= n }

func (a *analyst) test() Test {
	k := float64(len(a.columns))
	s := a.scores
	t := Test{Median: median(s.totals), Deviation: known(s.Deviation()), Skewness: known(s.Skewness()),
		Kurtosis: known(s.Kurtosis()), Totals: a.totals()}
	m, half := mean(s.totals), z*s.Deviation()/math.Sqrt(float64(s.students()))
	t.Mean = figure(m, math.Max(0, m-half), math.Min(k, m+half))
	for _, j := range a.columns {
		t.Guess += a.form.Questions[j].Guess() / k
	}
	if a.enough(enoughToDiscriminate) {
		t.Alpha = reliability(s.Alpha(), s.students(), s.questions())
		t.KR20, t.ErrorRatio, t.StandardError = known(s.KR20()), known(s.ErrorRatio()), known(s.StandardError())
	}
	t.Sections, t.Confidence = a.sections(), a.confidence()
	return t
}

// totals counts students by total, in as many steps as there are marks, at
// most 20.
func (a *analyst) totals() []int {
	k := len(a.columns)
	steps := min(k, 20)
	counts := make([]int, steps+1)
	for _, t := range a.scores.totals {
		counts[int(t/float64(k)*float64(steps)+1e-9)]++
	}
	return counts
}

func (a *analyst) sections() []Section {
	var all []Section
	for k, j := range a.columns {
		name := a.form.Questions[j].Section
		i := slices.IndexFunc(all, func(s Section) bool { return s.Name == name })
		if i < 0 {
			i, all = len(all), append(all, Section{Name: name})
		}
		all[i].Questions++
		all[i].Facility += a.scores.Facility(k)
	}
	for i := range all {
		all[i].Facility /= float64(all[i].Questions)
	}
	return all
}

func (a *analyst) confidence() []Sureness {
	levels := []Sureness{{Sure: 1}, {Sure: 2}, {Sure: 3}}
	for _, s := range a.students {
		for _, j := range a.columns {
			f := s.flags[j]
			if level := int(f & sureBits); level > 0 && f&answered != 0 {
				levels[level-1].Answers++
				if s.marks[j] == 1 {
					levels[level-1].Right++
				}
			}
		}
	}
	return slices.DeleteFunc(levels, func(l Sureness) bool { return l.Answers == 0 })
}

// item is the question of column k.
func (a *analyst) item(k int) Item {
	j := a.columns[k]
	q := &a.form.Questions[j]
	marks, rest := a.scores.column(k)
	n := len(a.students)
	item := Item{Number: j + 1, Kind: q.Kind, Card: q.Card, Place: q.Place, Section: q.Section, Prompt: q.Prompt,
		Guess:     q.Guess(),
		Deviation: known(a.scores.MarkDeviation(k)), Versions: a.itemVersions(k)}
	if a.scores.binary(k) {
		item.Facility = share(mean(marks), float64(n))
	} else {
		item.Facility = average(marks)
	}
	if a.enough(enoughToDiscriminate) {
		item.Discrimination = correlated(a.scores.Discrimination(k), n)
		item.Efficiency, item.UpperLower = known(a.scores.Efficiency(k)), known(a.scores.UpperLower(k))
	}
	var seconds []float64
	blank := 0
	for _, s := range a.students {
		seconds = append(seconds, float64(s.took[j])/1000)
		if s.flags[j]&answered == 0 {
			blank++
		}
		if s.flags[j]&sureBits == 3 && s.marks[j] == 0 {
			item.SureButWrong++
		}
	}
	item.Blank, item.Seconds = &blank, median(seconds)
	if q.Kind == quiz.Choice {
		item.Options = a.options(j, rest)
	}
	item.Rejected = a.rejected(j)
	return item
}

func (a *analyst) options(j int, rest []float64) []Option {
	q := &a.form.Questions[j]
	options := make([]Option, len(q.Options))
	chose := make([]float64, len(a.students))
	for o := range options {
		count := 0
		for i, s := range a.students {
			chose[i] = float64(s.chosen[j] >> o & 1)
			count += int(chose[i])
		}
		options[o] = Option{Letter: quiz.Letter(o), Text: q.Options[o], Right: slices.Contains(q.Key.Right, o),
			Students: &count}
		options[o].Share = share(float64(count)/float64(len(a.students)), float64(len(a.students)))
		if a.enough(enoughToDiscriminate) {
			options[o].Correlation = correlated(correlation(chose, rest), len(a.students))
		}
	}
	return options
}

func (a *analyst) rejected(j int) []Rejected {
	groups := map[string]*Rejected{}
	var order []*Rejected
	for _, s := range a.students {
		for _, r := range s.rejected {
			if int(r.question) != j {
				continue
			}
			text := s.version.texts[r.text]
			g := groups[fold(text)]
			if g == nil {
				g = &Rejected{Text: text}
				groups[fold(text)], order = g, append(order, g)
			}
			g.Students++
			if r.disputed {
				g.Disputed++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b *Rejected) int { return b.Students + b.Disputed - a.Students - a.Disputed })
	var all []Rejected
	for _, g := range order[:min(len(order), maxRejected)] {
		all = append(all, *g)
	}
	return all
}

// difficulties fills in Rasch difficulties: they need a class of some size and
// are of all questions or of none.
func (a *analyst) difficulties(items []Item) {
	if !a.enough(enoughForLogits) || len(items) < 2 {
		return
	}
	for j, d := range a.scores.Difficulties() {
		items[j].Difficulty = known(d)
	}
}

// weights fills in what each question was to weigh, and what it does: of some
// use only where figures of single questions are.
func (a *analyst) weights(items []Item) {
	effective := a.scores.EffectiveWeights()
	for k := range items {
		items[k].Intended = 1 / float64(len(items))
		if a.enough(enoughToDiscriminate) {
			items[k].Effective = known(effective[k])
		}
	}
}

// known returns nil for a figure that is not defined.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}
