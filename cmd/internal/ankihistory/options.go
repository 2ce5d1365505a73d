package ankihistory

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"kartei/decks/anki"
	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// OptionsFromAnki returns the options that a preset of Anki's amounts to, and in words
// what it says that has none.
func OptionsFromAnki(p anki.Preset) (options map[string]string, lost []string) {
	o, all := scheduler.Defaults(), map[string]string{}
	set := func(name, value, lose string) {
		if err := o.Set(name, value); err != nil {
			lost = append(lost, fmt.Sprintf("%s %s: %v", lose, value, err))
			return
		}
		all[name], _ = o.Get(name)
	}
	set("new", strconv.Itoa(p.New), "new cards a day")
	set("reviews", strconv.Itoa(p.Reviews), "reviews a day")
	set("max-interval", strconv.Itoa(p.MaxInterval), "longest interval")
	set("steps", steps(p.LearnSteps), "learning steps")
	set("relearning", steps(p.RelearnSteps), "relearning steps")
	set("leech", strconv.Itoa(p.Leech), "lapses of a leech")
	set("leech-suspend", toggle(p.LeechSuspend), "")
	set("bury-new", toggle(p.BuryNew), "")
	set("bury-reviews", toggle(p.BuryReviews), "")
	set("bury-learning", toggle(p.BuryLearning), "")
	set("answer-cap", scheduler.Delay(time.Duration(p.AnswerCap)*time.Second).String(), "longest answer")
	set("easy-days", easyDays(p.EasyDays), "easy days")
	lose := func(is bool, what string) {
		if is {
			lost = append(lost, what)
		}
	}
	if order := orders[p.ReviewOrder]; order != "" {
		set("order", string(order), "order of reviews")
	} else {
		lose(true, "the order of reviews")
	}
	if p.NewMix >= 0 && p.NewMix < len(mixes) {
		set("mix", string(mixes[p.NewMix]), "mix")
	}
	if p.NewInsert == 1 || p.NewGather >= 3 || p.NewSort >= 2 {
		set("new-order", string(scheduler.NewRandom), "order of new cards")
	}
	lose(p.NewGather == 2, "new cards from the last to the first")
	lose(p.LearningMix != 0, "where steps of a day or more stand among the reviews")
	lose(p.Shows, "timers, and what it shows and plays by itself")
	lose(p.IgnoreBefore != "", "that answers before "+p.IgnoreBefore+" do not count")
	if !p.FSRS {
		lose(!p.UsualSM2(), "the numbers of SM-2: Kartei plans by FSRS")
		return all, lost
	}
	set("retention", strconv.FormatFloat(p.Retention, 'g', -1, 64), "retention")
	if len(p.Parameters) > 0 {
		set("parameters", parameters(p.Parameters), "parameters")
		if _, err := fsrs.New(fsrs.FSRS6, o.Parameters); err != nil {
			delete(all, "parameters")
			lose(true, fmt.Sprintf("its %d parameters: %v", len(p.Parameters), err))
		}
	}
	lose(p.HistoricalRetention != 0.9, "the historical retention")
	return all, lost
}

// orders are Anki's orders of reviews, by their numbers.
var orders = map[int]scheduler.Order{0: scheduler.OrderOldest, 1: scheduler.OrderOldest, 2: scheduler.OrderOldest,
	3: scheduler.OrderShortest, 4: scheduler.OrderLongest, 5: scheduler.OrderHardest, 6: scheduler.OrderEasiest,
	7: scheduler.OrderUrgent, 8: scheduler.OrderRandom, 12: scheduler.OrderUrgent}

var mixes = []scheduler.Mix{scheduler.Mixed, scheduler.NewLast, scheduler.NewFirst}

// weekdays are those of Anki's easy days.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func easyDays(shares []float64) string {
	var words []string
	for i, share := range shares {
		switch {
		case i >= len(weekdays) || share >= 1:
		case share > 0:
			words = append(words, weekdays[i]+"=reduced")
		default:
			words = append(words, weekdays[i]+"=minimum")
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, " ")
}

// steps writes minutes as steps.
func steps(minutes []float64) string {
	if len(minutes) == 0 {
		return "none"
	}
	words := make([]string, len(minutes))
	for i, m := range minutes {
		words[i] = scheduler.Delay(time.Duration(math.Round(min(max(m, 0), 1e8)*60)) * time.Second).String()
	}
	return strings.Join(words, " ")
}

func toggle(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func parameters(all []float64) string {
	words := make([]string, len(all))
	for i, p := range all {
		words[i] = strconv.FormatFloat(p, 'g', -1, 64)
	}
	return strings.Join(words, " ")
}

// OptionsToAnki returns the preset that options amount to, and in words what they say
// that Anki has no place for.
func OptionsToAnki(o scheduler.Options) (p anki.Preset, lost []string) {
	p = anki.Preset{LearnSteps: minutes(o.Steps), RelearnSteps: minutes(o.Relearning), New: o.New, Reviews: o.Reviews,
		MaxInterval: o.MaxInterval, Leech: o.Leech, LeechSuspend: o.LeechSuspend, BuryNew: o.BuryNew,
		BuryReviews: o.BuryReviews, BuryLearning: o.BuryLearning,
		AnswerCap: int(time.Duration(o.AnswerCap) / time.Second), Retention: o.Retention, FSRS: true}
	for _, number := range []int{7, 0, 3, 4, 5, 6, 8} { // the urgent are those of the lowest recall
		if orders[number] == o.Order {
			p.ReviewOrder = number
		}
	}
	p.NewMix = max(0, slices.Index(mixes, o.Mix))
	if o.NewOrder == scheduler.NewRandom {
		p.NewInsert, p.NewGather, p.NewSort = 1, 3, 1
	}
	for _, day := range []time.Weekday{1, 2, 3, 4, 5, 6, 0} {
		p.EasyDays = append(p.EasyDays, []float64{1, 0.5, 0}[min(int(o.EasyDays[day]), 2)])
	}
	switch {
	case o.Model != fsrs.FSRS6:
		lost = append(lost, "the model "+o.Model)
	default:
		p.Parameters = o.Parameters
	}
	if o.Exam != 0 {
		lost = append(lost, "the exam of "+o.Exam.String())
	}
	if d := scheduler.Defaults(); o.LearnAhead != d.LearnAhead || o.Fuzz != d.Fuzz || o.Balance != d.Balance {
		lost = append(lost, "learn-ahead, fuzz and balance, which Anki has for all decks")
	}
	return p, lost
}

func minutes(steps scheduler.Steps) (all []float64) {
	for _, s := range steps {
		all = append(all, time.Duration(s).Minutes())
	}
	return all
}
