package analysis

import (
	"fmt"
	"math"
	"slices"

	"kartei/decks/quiz"
)

// A Group is the students of a version of the test or a section of the class,
// beside the first of its kind.
type Group struct {
	Kind       string   `json:"kind"` // "version" or "section"
	Name       string   `json:"name"`
	Students   int      `json:"students"`
	Mean       *Figure  `json:"mean"`       // in marks
	Deviation  *float64 `json:"deviation"`  // standard, in marks
	Difference *Figure  `json:"difference"` // of the mean from the first group's, by Welch; nil for that one
}

// groups compares versions and sections, where there are several.
func (a *analyst) groups() []Group {
	groups := []Group{}
	groups = append(groups, a.grouped("version", func(s *student) string { return s.version.form.Version })...)
	return append(groups, a.grouped("section", func(s *student) string { return a.sectionOf(s) })...)
}

func (a *analyst) sectionOf(s *student) string {
	if section, ok := a.Section[quiz.Pseudonym(s.name)]; ok && section != "" {
		return section
	}
	return s.section
}

func (a *analyst) grouped(kind string, of func(*student) string) []Group {
	totals := map[string][]float64{}
	for i := range a.students {
		name := of(&a.students[i])
		totals[name] = append(totals[name], a.scores.totals[i])
	}
	if len(totals) < 2 {
		return nil
	}
	var names []string
	for name := range totals {
		names = append(names, name)
	}
	slices.Sort(names)
	var groups []Group
	for i, name := range names {
		x := totals[name]
		g := Group{Kind: kind, Name: name, Students: len(x), Deviation: known(math.Sqrt(covariance(x, x)))}
		half := z * math.Sqrt(covariance(x, x)/float64(len(x)))
		g.Mean = figure(mean(x), math.Max(0, mean(x)-half), math.Min(float64(len(a.columns)), mean(x)+half))
		if i > 0 {
			g.Difference = welch(x, totals[names[0]])
		}
		groups = append(groups, g)
	}
	return groups
}

// welch is the difference of two means with its interval, by the normal
// quantile, for groups that may spread differently (Welch 1938).
func welch(x, y []float64) *Figure {
	d := mean(x) - mean(y)
	half := z * math.Sqrt(covariance(x, x)/float64(len(x))+covariance(y, y)/float64(len(y)))
	return figure(d, d-half, d+half)
}

// An ItemVersion is how a question did in one version of the test.
type ItemVersion struct {
	Version  string  `json:"version"`
	Number   int     `json:"number"` // there
	Students int     `json:"students"`
	Facility float64 `json:"facility"`
}

// itemVersions are nil for a test of one version.
func (a *analyst) itemVersions(k int) []ItemVersion {
	j := a.columns[k]
	var all []ItemVersion
	for i := range a.students {
		v := a.students[i].version
		at := slices.IndexFunc(all, func(iv ItemVersion) bool { return iv.Version == v.form.Version })
		if at < 0 {
			at, all = len(all), append(all, ItemVersion{Version: v.form.Version, Number: v.order.Question[j] + 1})
		}
		all[at].Students++
		all[at].Facility += a.students[i].marks[j]
	}
	if len(all) < 2 {
		return nil
	}
	for i := range all {
		all[i].Facility /= float64(all[i].Students)
	}
	slices.SortFunc(all, func(a, b ItemVersion) int {
		if a.Version < b.Version {
			return -1
		}
		return 1
	})
	return all
}

// How far apart two versions may be: 3.29 standard errors happen by chance to
// one question in a thousand.
const (
	farApart       = 3.290526731491926
	enoughVersions = 10 // students of each
)

// flagVersions finds a question that one version asks, or marks, otherwise.
func (item *Item) flagVersions(add addFlag) {
	for _, v := range item.Versions[min(1, len(item.Versions)):] {
		first := item.Versions[0]
		n, m := float64(first.Students), float64(v.Students)
		p := (first.Facility*n + v.Facility*m) / (n + m)
		if math.Min(n, m) < enoughVersions || p == 0 || p == 1 {
			continue
		}
		if math.Abs(first.Facility-v.Facility)/math.Sqrt(p*(1-p)*(1/n+1/m)) > farApart {
			add("versions", fmt.Sprintf("compare question %d of version %s with question %d of version %s, and their keys", first.Number, first.Version, v.Number, v.Version),
				"version %s earned %.0f %% here, version %s %.0f %%", first.Version, 100*first.Facility, v.Version,
				100*v.Facility)
		}
	}
}
