package review

import (
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/store"
)

func TestRowWords(t *testing.T) {
	grade := store.Entry{Kind: store.KindGrade, Mode: store.ModeReview, Grade: scheduler.Good, Days: 3, Duration: 4 * time.Second}
	asked, typed, crammed := grade, grade, grade
	asked.Detail.Format = "recall"
	typed.Detail = store.Detail{Format: "typed", Typed: "Köln"}
	crammed.Mode, crammed.Days = store.ModeCram, 0
	untimed := grade
	untimed.Duration = 0
	for want, row := range map[string]store.Row{
		"Good, for 3 days, recall in 4 s":      {Entry: asked},
		"Good, for 3 days, typed in 4 s: Köln": {Entry: typed},
		"Good, for 3 days, in 4 s":             {Entry: grade}, // in another program
		"Good, for 3 days":                     {Entry: untimed},
		"Good, in 4 s, cramming (taken back)":  {Entry: crammed, Undone: true},
		"suspension":                           {Entry: store.Entry{Kind: store.KindSuspend}},
		"new name":                             {Entry: store.Entry{Kind: store.KindAlias, Card: "old", Detail: store.Detail{To: "new"}}},
		"import":                               {Entry: store.Entry{Kind: store.KindPlace}},
		"import, due 4 Jan 1970":               {Entry: store.Entry{Kind: store.KindPlace, Detail: store.Detail{Placed: &scheduler.ImportedState{State: scheduler.Review, DueDay: 3}}}},
	} {
		if got := rowWords(&row); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
