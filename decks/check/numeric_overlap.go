package check

import (
	"fmt"

	"kartei/decks"
)

var numericOverlap = Rule{
	Name:     "numeric-overlap",
	Title:    "ranges to choose from overlap, so two of them can be right at once",
	Severity: decks.Warning,
	Text: `
With "10–20" and "15–30" a value of 17 makes both right. Make the ranges follow each other.
(Haladyna, Downing and Rodriguez 2002, rule 22.)

Ranges that only touch (10–20, 20–30) are left alone: for measures that is how they are written. So
are thresholds, "at least 16" beside "at least 18", where the question is where the line lies.`,
	Bad: `
Q: How many bones has an adult human?
- [ ] 100–180
- [x] 150–220
- [ ] 220–300`,
	Good: `
Q: How many bones has an adult human?
- [ ] 100–150
- [x] 150–220
- [ ] 220–300`,
	card: func(it *item) {
		ranges, ok := it.ranges()
		if !ok || thresholds(ranges) {
			return
		}
		for j, b := range ranges {
			for i, a := range ranges[:j] {
				if a.overlaps(b) {
					it.report(atOption(j), fmt.Sprintf("this range overlaps with option %d", i+1),
						"let the ranges follow each other")
					return
				}
			}
		}
	},
}
