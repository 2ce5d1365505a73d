package check

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
)

var numericOrder = Rule{
	Name:     "numeric-order",
	Title:    "numbers to choose from stand in no order, which makes learners search instead of think",
	Severity: decks.Warning,
	Text: `
Options that are numbers (years, amounts, measures in one unit) are easiest to read from the smallest
to the largest, or the other way round, and they are shown in that order. Write them so.
(Haladyna, Downing and Rodriguez 2002, rule 21.)

Numbers in code are left alone: there they are text.`,
	Bad: `
Q: In which year did the First World War begin?
- [x] 1914
- [ ] 1918
- [ ] 1912`,
	Good: `
Q: In which year did the First World War begin?
- [ ] 1912
- [x] 1914
- [ ] 1918`,
	card: func(it *item) {
		ranges, ok := it.ranges()
		if !ok || slices.IsSortedFunc(ranges, byLow) {
			return
		}
		slices.Reverse(ranges)
		if !slices.IsSortedFunc(ranges, byLow) && !versions(it.card.Options) {
			it.report(atOption(0), "the options are numbers in no order", "write them from the smallest to the largest")
		}
	},
	fix: fixSortOptions,
}

func byLow(a, b numericRange) int {
	return cmp.Or(cmp.Compare(a.low, b.low), cmp.Compare(a.high, b.high))
}

// versions reports whether the options are in order when read as versions:
// 1.5, 1.11, 1.18.
func versions(options []decks.Option) bool {
	var last []int
	for _, o := range options {
		parts, ok := version(o.Text)
		if !ok || slices.Compare(last, parts) > 0 {
			return false
		}
		last = parts
	}
	return true
}

func version(s string) (parts []int, ok bool) {
	for _, p := range strings.Split(s, ".") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, len(parts) > 1
}

// ranges reads every option of a choice as a number or range in one unit.
func (it *item) ranges() ([]numericRange, bool) {
	if !it.choice() || len(it.options) < 3 || len(it.options) > mostCompared {
		return nil, false
	}
	ranges := make([]numericRange, len(it.options))
	for i, o := range it.card.Options {
		r, ok := parseRange(it.lang, o.Text)
		if !ok || r.unit != ranges[0].unit && i > 0 {
			return nil, false
		}
		ranges[i] = r
	}
	return ranges, true
}
