package anki

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// TestDayStarts asks cards at which hours days may turn.
func TestDayStarts(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	begun := time.Date(2026, 1, 10, 4, 0, 0, 0, berlin)
	card := func(month time.Month, hour, minute, due int) Schedule {
		at := time.Date(2026, month, 20, hour, minute, 0, 0, berlin)
		day := int(time.Date(2026, month, 20, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
		return Schedule{State: Reviewing, DueDay: day + due, Interval: 5, Reviews: []Review{{At: at.UnixMilli(), Kind: PlainReview, Grade: 3, Interval: 5}}}
	}
	set := card(1, 12, 0, 4)
	set.Reviews = append(set.Reviews, Review{Kind: ManualReview, Interval: 5})
	all := make([]int, 24)
	for hour := range all {
		all[hour] = hour
	}
	for _, test := range []struct {
		name  string
		told  string // creationOffset
		cards []Schedule
		want  []int
		first int
	}{
		{"nothing", "-60", nil, all, 4},
		{"set by hand", "-60", []Schedule{set}, all, 4},
		{"a day that had turned", "-60", []Schedule{card(1, 2, 59, 5)}, []int{0, 1, 2}, 2},
		{"in summer", "-60", []Schedule{card(7, 2, 59, 5)}, []int{0, 1, 2}, 2},
		{"a day that had not", "-60", []Schedule{card(1, 22, 0, 4)}, []int{23}, 23},
		{"both", "-60", []Schedule{card(1, 3, 0, 4), card(1, 5, 0, 5)}, []int{4, 5}, 4},
		{"most", "-60", []Schedule{card(1, 12, 0, 4), card(1, 12, 0, 5), card(1, 13, 0, 5)}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, 4},
		{"no sense", "-60", []Schedule{card(1, 12, 0, 9)}, all, 4},
		{"elsewhere", "300", []Schedule{card(1, 22, 0, 4)}, all, 4},
		{"an old one", "", []Schedule{card(1, 22, 0, 4)}, []int{23}, 23},
	} {
		settings := map[string]json.RawMessage{}
		if test.told != "" {
			settings["creationOffset"] = json.RawMessage(test.told)
		}
		b, _ := beginning(begun.Unix(), settings, berlin)
		votes := newDayVote(begun.Unix(), settings, b, berlin)
		for i := range test.cards {
			votes.see(&test.cards[i])
		}
		if got := votes.hours(); !slices.Equal(got, test.want) || likeliest(got) != test.first {
			t.Errorf("%s: %v, %d; want %v, %d", test.name, got, likeliest(got), test.want, test.first)
		}
	}
}
