package anki

import (
	"encoding/json"
	"time"
)

// A dayVote finds out at which hour the learner's days turn. A package of decks does not
// say it (and Anki's own import takes it for four in the morning), but each card does
// that was due so many days after its last answer: it tells on which day that was.
type dayVote struct {
	zone *time.Location // where the answers were given; nil: nobody knows
	turn [25]int        // how many cards more, or fewer, speak for an hour than for the one before
}

// newDayVote asks cards if the learner is where the collection began: hours are those
// of the place, and in packages from elsewhere they say nothing.
func newDayVote(crt int64, settings map[string]json.RawMessage, begun Beginning, zone *time.Location) dayVote {
	began := time.Unix(crt, 0).In(zone)
	_, here := began.Zone()
	if _, told := settings["creationOffset"]; told && here == begun.Zone || !told && began.Hour() == Plain.Rollover {
		return dayVote{zone: zone}
	}
	return dayVote{}
}

// see lets a card speak.
func (v *dayVote) see(s *Schedule) {
	if v.zone == nil || s.State != Reviewing || len(s.Reviews) == 0 {
		return
	}
	last := &s.Reviews[len(s.Reviews)-1]
	if last.Grade == 0 || last.Kind == ExtraReview || s.Interval == 0 || int(last.Interval) != s.Interval {
		return
	}
	at := time.UnixMilli(last.At).In(v.zone)
	_, offset := at.Zone()
	switch floorDiv(at.Unix()+int64(offset), 86_400) - int64(s.DueDay-s.Interval) {
	case 0: // the day had turned
		v.turn[0]++
		v.turn[at.Hour()+1]--
	case 1: // it had not
		v.turn[at.Hour()+1]++
		v.turn[24]--
	}
}

// hours are those for which most cards speak; all of them where none does.
func (v *dayVote) hours() (all []int) {
	votes, most := 0, -1
	for hour := range 24 {
		votes += v.turn[hour]
		if votes > most {
			most, all = votes, nil
		}
		if votes == most {
			all = append(all, hour)
		}
	}
	return all
}

// likeliest is the hour that Anki itself takes, or else the one next to it.
func likeliest(hours []int) int {
	best := hours[0]
	for _, hour := range hours {
		if max(hour-Plain.Rollover, Plain.Rollover-hour) < max(best-Plain.Rollover, Plain.Rollover-best) {
			best = hour
		}
	}
	return best
}

// dayStarts are the hours at which the learner's days may turn.
func (s *catalogue) dayStarts(named *int) []int {
	switch {
	case named != nil:
		return []int{*named}
	case s.told:
		return []int{s.begun.Rollover}
	}
	return s.votes.hours()
}
