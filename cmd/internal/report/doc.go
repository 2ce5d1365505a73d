// Package report shows what a learner has learned: at a terminal, to a screen reader,
// as JSON, and as a page for a browser.
//
// A [Report] holds numbers. [Report.figures] makes of them what all but JSON show:
// words, tables with bars beside their figures, and a calendar. No bar is the only
// carrier of a figure.
package report

import (
	"time"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/scheduler/stats"
)

// A Report is what is known of a learner and some decks.
type Report struct {
	Decks     []string // names; none: all decks
	Day       scheduler.Day
	History   *stats.History
	Streak    int // days in a row, of all decks
	Best      int // the longest run
	Left      session.Left
	Ahead     []session.Forecast // tomorrow, the day after, …
	Goal      float64            // recall asked for; 0: decks ask for different ones
	Predicted bool               // Known of the sections, and Recalls, are the predictor's, not the model's
	Needed    int                // answers of later days that the predictor still lacks
	Sections  []stats.Section
	Cards     Cards
	Leeches   []Card
	Costs     []Card // the longest first
}

// Cards are the live cards, by where they stand.
type Cards struct {
	New, Learning, Young, Mature int
	Suspended                    int       // of them
	Stability                    []float64 // days, of each card that was met
	Difficulty                   []float64 // 1 to 10
	Recall                       []float64 // today
}

// A Card is a card that costs much.
type Card struct {
	ID      string
	Deck    string
	Prompt  string // on one line
	Lapses  int
	Answers int // of the days looked at
	Missed  int // of them
	Time    time.Duration
	Taken   []stats.Confusion // what it is taken for, the most frequent first
}
