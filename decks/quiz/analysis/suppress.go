package analysis

import "slices"

// leastCell is the smallest group of students that a shared report counts: the
// most common rule for publishing results of schools (NCES 2011-603). No
// student at all is not a group.
const leastCell = 10

func few(students int) bool { return students > 0 && students < leastCell }

// suppress takes out of a report what could be about a few students who might
// be known: counts below leastCell, and where just one count of a question is
// hidden a second one, or the first would follow from the others. Figures from
// which such a count follows go with it, and so do typed texts.
func (r *Report) suppress() {
	r.Test.Totals, r.Test.Sections, r.Test.Confidence = nil, nil, nil
	hidden := 0
	for i := range r.Items {
		item := &r.Items[i]
		item.Rejected, item.SureButWrong, item.Versions = nil, 0, nil
		item.suppressCounts()
		if right := item.right(r.Students); few(right) || few(r.Students-right) {
			item.hideFacility()
		}
		if item.Facility == nil {
			hidden++
		}
	}
	if hidden == 1 { // it would follow from the mean of all
		r.leastFacility().hideFacility()
	}
	r.Groups = slices.DeleteFunc(r.Groups, func(g Group) bool { return few(g.Students) })
	if len(r.Groups) == 1 {
		r.Groups = nil
	}
	kept := []Flag{}
	for _, f := range r.Flags {
		switch f.Rule {
		case "missing-accept", "rare", "hard", "easy", "versions":
		default:
			kept = append(kept, f)
		}
	}
	r.Flags = kept
	r.Notes = append(r.Notes, "Counts of fewer than 10 students are hidden, with others from which they would follow.")
}

// right is how many students had the question right, or about so many where
// parts of a mark are given; 0 if that is hidden.
func (item *Item) right(students int) int {
	if item.Facility == nil {
		return 0
	}
	return int(item.Facility.Value*float64(students) + 0.5)
}

// hideFacility hides all from which the number of students follows who had the
// question right.
func (item *Item) hideFacility() {
	item.Facility, item.Difficulty, item.Deviation, item.Effective = nil, nil, nil, nil
	for i := range item.Options {
		if item.Options[i].Right {
			item.Options[i].hide()
		}
	}
	item.suppressCounts()
}

// leastFacility is the item with the fewest students who had it right, of
// those that show it.
func (r *Report) leastFacility() *Item {
	least := &r.Items[0]
	for i := range r.Items {
		item := &r.Items[i]
		if item.Facility != nil && (least.Facility == nil || item.Facility.Value < least.Facility.Value) {
			least = item
		}
	}
	return least
}

// suppressCounts hides small counts. Those who chose an option and those who
// left the question blank add up to the class, so one hidden count is none.
func (item *Item) suppressCounts() {
	hidden := 0
	if item.Blank == nil || few(*item.Blank) {
		item.Blank = nil
		hidden++
	}
	least := -1
	for i := range item.Options {
		o := &item.Options[i]
		if o.Students != nil && few(*o.Students) {
			o.hide()
		}
		if o.Students == nil {
			hidden++
			continue
		}
		if *o.Students > 0 && (least < 0 || *o.Students < *item.Options[least].Students) {
			least = i
		}
	}
	if hidden == 1 && least >= 0 {
		item.Options[least].hide()
		if item.Options[least].Right {
			item.Facility, item.Difficulty, item.Deviation, item.Effective = nil, nil, nil, nil
		}
	}
}

func (o *Option) hide() { o.Students, o.Share, o.Correlation = nil, nil, nil }
