package scheduler_test

import (
	"fmt"
	"time"

	"kartei/scheduler"
)

// A card's life: what the buttons say, and what a replay of the log makes of
// the answers.
func Example() {
	options, err := scheduler.Resolve(map[string]string{"retention": "0.9", "fuzz": "off"})
	if err != nil {
		fmt.Println(err)
		return
	}
	calendar := scheduler.DefaultCalendar
	policy, err := scheduler.NewPolicy(options, calendar)
	if err != nil {
		fmt.Println(err)
		return
	}

	var memory scheduler.Memory // a new card
	now := calendar.Moment(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	for i, outcome := range policy.Preview("card", memory, now, scheduler.Load{}) {
		fmt.Println(i+1, scheduler.FormatInterval(outcome.Wait(now)))
	}

	answered := policy.Apply("card", memory, scheduler.Easy, now, scheduler.Load{})
	fmt.Println("due", answered.DueDay)
	replayed := policy.Replay("card", memory, scheduler.Easy, now, answered.Days)
	fmt.Println("replayed", replayed == answered.Memory)
	// Output:
	// 1 1m
	// 2 6m
	// 3 10m
	// 4 8d
	// due 2026-12-01
	// replayed true
}

func ExamplePolicy_PlanExam() {
	options, err := scheduler.Resolve(map[string]string{"exam": "2026-12-15", "new": "5", "exam-pace": "limit"})
	if err != nil {
		fmt.Println(err)
		return
	}
	policy, err := scheduler.NewPolicy(options, scheduler.DefaultCalendar)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := scheduler.DefaultCalendar.Moment(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	plan, err := policy.PlanExam(make([]scheduler.Memory, 240), nil, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("goal met:", plan.Met(), "- met too late:", plan.Late)
	for _, r := range plan.Remedies {
		fmt.Println("it takes", r.Option, r.Value)
	}
	// Output:
	// goal met: false - met too late: 145
	// it takes exam-pace plan
}
