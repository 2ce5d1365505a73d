package obsidian

import (
	"math"
	"strconv"
	"strings"
	"time"

	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

var scheduleComment = lazyregexp.New(`\s?<!--SR:.*?-->`)

// A schedule is what the plugin knows of a card: by SM-2 with a date, days and an ease
// in per cent, or by FSRS.
type schedule struct {
	year, month, day int
	interval, ease   float64

	fsrs                  bool
	due, last             time.Time
	stability, difficulty float64
	phase, reps, lapses   int
}

// readSchedules reads the schedules of the cards of a text, nil for a card that is
// new, and returns the comment if one of them is no schedule.
func readSchedules(text string) (all []*schedule, bad string) {
	comment := scheduleComment.FindString(text)
	_, inner, ok := strings.Cut(comment, "<!--SR:")
	if !ok {
		return nil, ""
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(inner, "-->"), "!") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		s, ok := readSchedule(part)
		if !ok {
			bad = strings.TrimSpace(comment)
		}
		all = append(all, s)
	}
	return all, bad
}

// newCard is the day that stands for a card that was not asked yet, among siblings
// that were.
const newCard = "2000-01-01"

// readSchedule reads "2023-10-16,34,290", or what FSRS keeps.
func readSchedule(text string) (*schedule, bool) {
	fields := strings.Split(text, ",")
	if fields[0] == "fsrs" {
		return readFSRS(fields)
	}
	if len(fields) < 3 {
		return nil, false
	}
	if fields[0] == newCard {
		return nil, true
	}
	for _, layout := range []string{time.DateOnly, "02-01-2006", "Mon Jan 02 2006"} {
		if at, err := time.Parse(layout, fields[0]); err == nil {
			interval, ok1 := number(fields[1])
			ease, ok2 := number(fields[2])
			return &schedule{year: at.Year(), month: int(at.Month()), day: at.Day(), interval: interval, ease: ease / 100}, ok1 && ok2
		}
	}
	return nil, false
}

// readFSRS reads the fields of FSRS: due, interval, stability, difficulty, state, reps,
// lapses, learning steps, last review.
func readFSRS(fields []string) (*schedule, bool) {
	if len(fields) < 10 {
		return nil, false
	}
	due, err := time.Parse(time.RFC3339, fields[1])
	if err != nil {
		return nil, false
	}
	s := &schedule{fsrs: true, due: due}
	good := true
	for i, to := range []*float64{&s.interval, &s.stability, &s.difficulty} {
		var ok bool
		*to, ok = number(fields[2+i])
		good = good && ok
	}
	for i, to := range []*int{&s.phase, &s.reps, &s.lapses} {
		n, err := strconv.Atoi(strings.TrimSpace(fields[5+i]))
		*to, good = n, good && err == nil
	}
	if s.phase == 0 {
		return nil, good // new
	}
	s.last, _ = time.Parse(time.RFC3339, strings.TrimSpace(fields[9]))
	return s, good
}

func number(text string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) && n >= 0
}

// state is where the card stands. By SM-2 a card was answered its interval before it
// is due (src/scheduling/algorithms/osr).
func (s *schedule) state(zone *time.Location) *notebook.State {
	if !s.fsrs {
		due := notebook.Noon(s.year, time.Month(s.month), s.day, zone)
		return &notebook.State{Due: due, Interval: s.interval, Ease: s.ease, Last: due.AddDate(0, 0, -int(min(s.interval, 36500)))}
	}
	st := &notebook.State{Due: s.due.In(zone), Interval: s.interval, Stability: s.stability, Difficulty: s.difficulty,
		Reps: s.reps, Lapses: s.lapses}
	if !s.last.IsZero() {
		st.Last = s.last.In(zone)
	}
	switch s.phase { // as ts-fsrs numbers them
	case 1:
		st.Phase = notebook.Learning
	case 3:
		st.Phase = notebook.Relearning
	}
	return st
}
