package review

import (
	"fmt"
	"strings"
	"time"

	"kartei/cmd/internal/show"
)

// status is the line above a question: what is left, and for how long. In a
// narrow window it says less, but nothing half.
func (s *Sitting) status(width int) string {
	now := s.Now()
	left := s.Session.Left(now)
	counts := fmt.Sprintf("new %d · learning %d · due %d", left.New, left.Learning, left.Due)
	spent, ahead, soon := "", "", ""
	if took := s.Session.Summary(now).Time; took >= time.Minute {
		spent = minutes(took)
	}
	if estimate, ok := s.Session.Estimate(now); ok {
		ahead, soon = "about "+minutes(estimate)+" left", minutes(estimate)+" left"
	}
	var line string
	for _, parts := range [][]string{{counts, spent, ahead}, {counts, ahead}, {counts, soon}, {counts}} {
		if line = joined(parts); show.Width(line) <= width {
			break
		}
	}
	return line
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

// minutes writes a time as people say it.
func minutes(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%d min", max(1, int(d.Round(time.Minute).Minutes())))
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
