package compiler

import (
	"kartei/cmd/internal/console"
	"kartei/decks/plural"
	"kartei/store"
)

// SayHistory says what an import of histories came to.
func SayHistory(con *console.Console, r store.HistoryReport) {
	switch {
	case r.Rows == 0:
		con.Say("history: nothing new")
	default:
		stand := "stand"
		if r.Cards == 1 {
			stand = "stands"
		}
		con.Say("history: %s, and where %s %s", plural.Count(r.Grades, "review"), plural.Count(r.Cards, "card"), stand)
	}
	if r.Moved > 0 {
		con.Say("mended: %s that an earlier import had put on other cards", plural.Count(r.Moved, "review"))
	}
	if r.Behind > 0 {
		con.Say("%s: reviewed here since, so they keep the schedule that they have here",
			plural.Count(r.Behind, "card"))
	}
	if r.Unknown > 0 {
		con.Say("left out: %s that the collection does not have; --update brings their decks up to date",
			plural.Count(r.Unknown, "card"))
	}
	if r.Future > 0 {
		con.Say("left out: %s later than now", plural.Count(r.Future, "review"))
	}
}
