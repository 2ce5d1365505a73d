package review

import (
	"testing"
	"time"

	"kartei/scheduler"
	"kartei/store/journal"
)

func TestRowWords(t *testing.T) {
	grade := journal.Entry{Kind: journal.KindGrade, Mode: journal.ModeReview, Grade: scheduler.Good, Days: 3, Duration: 4 * time.Second}
	asked, typed, crammed := grade, grade, grade
	asked.Detail.Format = "recall"
	typed.Detail = journal.Detail{Format: "typed", Typed: "Köln"}
	crammed.Mode, crammed.Days = journal.ModeCram, 0
	untimed := grade
	untimed.Duration = 0
	for want, row := range map[string]journal.Row{
		"Good, for 3 days, recall in 4 s":      {Entry: asked},
		"Good, for 3 days, typed in 4 s: Köln": {Entry: typed},
		"Good, for 3 days, in 4 s":             {Entry: grade}, // in another program
		"Good, for 3 days":                     {Entry: untimed},
		"Good, in 4 s, cramming (taken back)":  {Entry: crammed, Undone: true},
		"suspension":                           {Entry: journal.Entry{Kind: journal.KindSuspend}},
		"new name":                             {Entry: journal.Entry{Kind: journal.KindAlias, Card: "old", Detail: journal.Detail{To: "new"}}},
		"import":                               {Entry: journal.Entry{Kind: journal.KindPlace}},
		"import, due 4 Jan 1970":               {Entry: journal.Entry{Kind: journal.KindPlace, Detail: journal.Detail{Placed: &scheduler.ImportedState{State: scheduler.Review, DueDay: 3}}}},
	} {
		if got := rowWords(&row); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
