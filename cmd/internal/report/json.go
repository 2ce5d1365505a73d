package report

import (
	"kartei/scheduler"
	"kartei/scheduler/stats"
)

// The JSON of a report has every figure. Times are in milliseconds, shares of 1.
type reportJSON struct {
	Decks       []string        `json:"decks"` // none: all decks
	Day         scheduler.Day   `json:"day"`
	Streak      int             `json:"streak"`
	BestStreak  int             `json:"best_streak"`
	LearnedOf30 int             `json:"days_learned_of_30"`
	Today       workJSON        `json:"today"`
	Total       workJSON        `json:"total"`
	TypicalMS   int64           `json:"typical_answer_ms"`
	Calendar    []dayJSON       `json:"calendar"` // days with answers
	Ahead       []aheadJSON     `json:"ahead"`
	Retention   []retentionJSON `json:"retention"`
	Goal        float64         `json:"retention_asked_for,omitempty"`
	Calibration *sureJSON       `json:"calibration,omitempty"`
	Recall      string          `json:"recall_from"`               // predictor or model
	Missing     int             `json:"answers_missing,omitempty"` // until it is the predictor
	Sections    []sectionJSON   `json:"sections"`
	Cards       cardsJSON       `json:"cards"`
	Buttons     []buttonJSON    `json:"buttons"`
	Hours       []hourJSON      `json:"hours"`
	Leeches     []costJSON      `json:"leeches"`
	Costs       []costJSON      `json:"costs"`
}

type workJSON struct {
	Answers int   `json:"answers"`
	Right   int   `json:"right"`
	TimeMS  int64 `json:"time_ms"`
}

type dayJSON struct {
	Day scheduler.Day `json:"day"`
	workJSON
}

type aheadJSON struct {
	Day      scheduler.Day `json:"day"`
	New      int           `json:"new"`
	Learning int           `json:"learning"`
	Due      int           `json:"due"`
	Mature   *int          `json:"mature"` // of due; null: not told, as very many cards wait
	TimeMS   int64         `json:"time_ms"`
}

type retentionJSON struct {
	Days   int       `json:"days"`
	Young  shareJSON `json:"young"`
	Mature shareJSON `json:"mature"`
}

type shareJSON struct {
	Part int     `json:"recalled"`
	Of   int     `json:"of"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

type sureJSON struct {
	Expected float64 `json:"expected"`
	shareJSON
}

type sectionJSON struct {
	Deck    string   `json:"deck"`
	Section []string `json:"section"`
	Cards   int      `json:"cards"`
	Seen    int      `json:"seen"`
	Known   float64  `json:"known"` // of those seen, how many would be recalled now
}

type cardsJSON struct {
	New        int        `json:"new"`
	Learning   int        `json:"learning"`
	Young      int        `json:"young"`
	Mature     int        `json:"mature"`
	Suspended  int        `json:"suspended"` // of them
	Stability  scaledJSON `json:"stability"`
	Difficulty scaledJSON `json:"difficulty"`
	Recall     scaledJSON `json:"recall"`
}

type scaledJSON struct {
	Bounds stats.Scale `json:"bounds"` // between the bins
	Cards  []int       `json:"cards"`  // in each bin
}

type buttonJSON struct {
	Grade  int `json:"grade"`
	Begun  int `json:"begun"`
	Young  int `json:"young"`
	Mature int `json:"mature"`
}

type hourJSON struct {
	Hour int `json:"hour"`
	workJSON
}

type costJSON struct {
	ID     string `json:"id"`
	Deck   string `json:"deck"`
	Prompt string `json:"prompt"`
	Lapses int    `json:"lapses"`
	workJSON
	Taken []takenJSON `json:"taken_for"`
}

type takenJSON struct {
	Text  string `json:"text"`
	Times int    `json:"times"`
}

// JSON is the report for a program.
func (r *Report) JSON() any {
	h := r.History
	j := reportJSON{Decks: append([]string{}, r.Decks...), Day: r.Day, Streak: r.Streak, BestStreak: r.Best,
		LearnedOf30: h.Learned(30),
		Today:       newWork(h.Today()), Total: newWork(h.Total), TypicalMS: h.Typical().Milliseconds(), Goal: r.Goal,
		Recall: "model", Missing: r.Needed,
		Calendar: []dayJSON{}, Ahead: []aheadJSON{}, Sections: []sectionJSON{}, Hours: []hourJSON{},
		Leeches: newCosts(r.Leeches), Costs: newCosts(r.Costs)}
	if r.Predicted {
		j.Recall = "predictor"
	}
	for i, w := range h.Days {
		if w.Answers > 0 {
			j.Calendar = append(j.Calendar, dayJSON{r.Day - scheduler.Day(len(h.Days)-1-i), newWork(w)})
		}
	}
	for _, a := range r.Ahead {
		one := aheadJSON{Day: a.Day, New: a.New, Learning: a.Learning, Due: a.Due, TimeMS: a.Time.Milliseconds()}
		if a.Mature >= 0 {
			one.Mature = &a.Mature
		}
		j.Ahead = append(j.Ahead, one)
	}
	for _, w := range h.Windows {
		j.Retention = append(j.Retention, retentionJSON{w.Days, shareJSON(w.Share(stats.Young)),
			shareJSON(w.Share(stats.Mature))})
	}
	if h.Sure.Of > 0 {
		j.Calibration = &sureJSON{h.Sure.Expected, shareJSON(h.Sure.Share)}
	}
	for _, s := range r.Sections {
		j.Sections = append(j.Sections, sectionJSON{s.Deck, append([]string{}, s.Path...), s.Cards, s.Seen, s.Known})
	}
	j.Cards = cardsJSON{r.Cards.New, r.Cards.Learning, r.Cards.Young, r.Cards.Mature, r.Cards.Suspended,
		newScaled(stability, r.Cards.Stability), newScaled(difficulty, r.Cards.Difficulty),
		newScaled(recall, r.Cards.Recall)}
	for g := range 4 {
		j.Buttons = append(j.Buttons, buttonJSON{g + 1, h.Buttons[stats.Begun][g], h.Buttons[stats.Young][g],
			h.Buttons[stats.Mature][g]})
	}
	for hour, w := range h.Hours {
		if w.Answers > 0 {
			j.Hours = append(j.Hours, hourJSON{hour, newWork(w)})
		}
	}
	return j
}

func newWork(w stats.Work) workJSON { return workJSON{w.Answers, w.Right, w.Time.Milliseconds()} }

func newScaled(s scale, values []float64) scaledJSON {
	return scaledJSON{s.bounds, s.bounds.Count(values)}
}

func newCosts(cards []Card) []costJSON {
	all := []costJSON{}
	for _, c := range cards {
		one := costJSON{ID: c.ID, Deck: c.Deck, Prompt: c.Prompt, Lapses: c.Lapses,
			workJSON: workJSON{c.Answers, c.Answers - c.Missed, c.Time.Milliseconds()}, Taken: []takenJSON{}}
		for _, t := range c.Taken {
			one.Taken = append(one.Taken, takenJSON(t))
		}
		all = append(all, one)
	}
	return all
}
