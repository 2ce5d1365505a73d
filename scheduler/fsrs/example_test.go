package fsrs_test

import (
	"fmt"

	"kartei/scheduler/fsrs"
)

// A card is met, recalled, and forgotten; intervals are for 90 % recall.
func Example() {
	model, err := fsrs.New(fsrs.FSRS6, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var s fsrs.State
	days := 0.0
	for _, g := range []fsrs.Grade{fsrs.Good, fsrs.Good, fsrs.Good, fsrs.Again} {
		recall := model.Recall(s, days)
		s = model.Step(s, g, days)
		days = float64(int(model.Interval(s, 0.9)))
		fmt.Printf("recall %.2f, grade %d: stability %.1f days, difficulty %.1f\n", recall, g, s.Stability, s.Difficulty)
	}
	// Output:
	// recall 0.00, grade 3: stability 2.3 days, difficulty 2.1
	// recall 0.91, grade 3: stability 11.0 days, difficulty 2.1
	// recall 0.91, grade 3: stability 43.9 days, difficulty 2.1
	// recall 0.90, grade 1: stability 2.9 days, difficulty 7.4
}
