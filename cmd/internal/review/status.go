package review

import (
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
)

// status prints the line above a question: what is left, and for how long. In a
// narrow window it says less, but nothing half. The count that the card belongs
// to stands out.
func (q *question) status() {
	p := q.Page
	left := q.Session.Left()
	kinds := []string{fmt.Sprintf("new %d", left.New), fmt.Sprintf("learning %d", left.Learning),
		fmt.Sprintf("due %d", left.Due)}
	if q.Session.Cram() {
		kinds = []string{"", "", fmt.Sprintf("to cram %d", left.Total())}
	}
	counts := joined(kinds)
	spent, ahead, soon := "", "", ""
	if took := q.Session.Summary().Time; took >= time.Minute {
		spent = show.Minutes(took)
	}
	if estimate, ok := q.Session.TimeLeft(); ok {
		ahead, soon = "about "+show.Minutes(estimate)+" left", show.Minutes(estimate)+" left"
	}
	var line string
	for _, parts := range [][]string{{counts, spent, ahead}, {counts, ahead}, {counts, soon}, {counts}} {
		if line = joined(parts); show.Width(line) <= p.columns() {
			break
		}
	}
	switch state := q.step.Card.Memory.State; {
	case q.Session.Cram():
		p.stressed(line, kinds[2], show.Bold|show.Green)
	case state == scheduler.New && left.New > 0:
		p.stressed(line, kinds[0], show.Bold|show.Blue)
	case state == scheduler.Learning, state == scheduler.Relearning:
		p.stressed(line, kinds[1], show.Bold|show.Magenta)
	default:
		p.stressed(line, kinds[2], show.Bold|show.Green)
	}
}

// joined puts what there is of parts on one line.
func joined(parts []string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, " · ")
}
