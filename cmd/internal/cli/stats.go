package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/report"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/fit"
	"kartei/scheduler/fsrs"
	"kartei/scheduler/stats"
	"kartei/store"
	"kartei/store/journal"
)

type statsOptions struct {
	decks         []string // none: all
	days          int
	html          string
	asJSON, plain bool
}

func newStatsCmd(e *env) *cobra.Command {
	var opts statsOptions
	cmd := &cobra.Command{
		Use:   "stats [DECK…]",
		Short: "See what you did, what you know, and what comes",
		Long: `Stats shows the run and the year, what the next days bring, how well you recall,
what you know of each section of your decks, and which cards cost most. Answers of
cram sessions and such as were taken back do not count.

  young, mature  cards that wait less than 21 days for their next review, or longer
  (84–91)        a range that holds in 19 of 20 cases, where there are few answers
  known          the share of the cards that you have seen that you would recall now

In a pipe, and with --plain, there are words and numbers alone.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei stats\n  kartei stats nato-en --days 30\n  kartei stats --html stats.html",
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks = args
			return runStats(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.IntVar(&opts.days, "days", 365, "look `N` days back: for the calendar, buttons, hours and costs")
	f.StringVar(&opts.html, "html", "", "write a page for a browser to `FILE`; - is stdout")
	f.BoolVar(&opts.plain, "plain", false, "words and numbers alone, for screen readers")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

func runStats(ctx context.Context, e *env, opts statsOptions) error {
	if opts.days < 1 || opts.days > 36500 {
		return fault.Usagef("--days 365", "there is no looking %d days back: it is 1 to 36500", opts.days)
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		for _, deck := range opts.decks {
			if err := knowDeck(ctx, st, deck); err != nil {
				return err
			}
		}
		r, err := newReport(ctx, e.Clock, st, opts)
		if err != nil {
			return err
		}
		switch {
		case opts.html != "":
			return e.WritePrivate(opts.html, r.HTML)
		case opts.asJSON:
			return show.JSON(e.Out, r.JSON())
		case opts.plain || !console.IsTerminal(e.Out):
			return printLines(e.Console, r.Plain()...)
		}
		return printLines(e.Console, r.Text(show.Page{Width: e.Width(), Palette: e.Palette()})...)
	})
}

// A statistician reads a collection for a report.
type statistician struct {
	*store.Store
	now       scheduler.Moment
	decks     []string
	policies  map[int64]*scheduler.Policy // of live decks
	history   *stats.History
	predictor *fit.Predictor
	items     int            // answers that the predictor foretold
	apart     map[int64]bool // cards that were learned elsewhere: the predictor does not know them
	report    *report.Report
	seats     []seat
	caps      map[int64]time.Duration // how long an answer counts, where that is not the default
	others    map[int64]bool          // cards that the report is not about
}

// A seat is where a card is in the report.
type seat struct {
	card    int64
	id      string
	section int     // -1: none
	recall  float64 // now, by the model
}

func newReport(ctx context.Context, clk *clock.Clock, st *store.Store, opts statsOptions) (*report.Report, error) {
	now := clk.Moment()
	s := &statistician{Store: st, now: now, decks: opts.decks, policies: map[int64]*scheduler.Policy{},
		history: stats.NewHistory(now.Day, opts.days), apart: map[int64]bool{}, caps: map[int64]time.Duration{}, others: map[int64]bool{}}
	s.report = &report.Report{Decks: opts.decks, Day: now.Day, History: s.history}
	for _, read := range []func(context.Context) error{s.readPolicies, s.readCards, s.readLog, s.readAhead, s.readCosts} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	return s.report, nil
}

// readPolicies reads what is set for the decks.
func (s *statistician) readPolicies(ctx context.Context) error {
	tree, names, err := s.Tree(ctx)
	if err != nil {
		return err
	}
	goals := map[float64]bool{}
	for _, d := range tree {
		s.policies[d.ID] = d.Policy
		if s.about(names[d.ID]) {
			goals[d.Policy.Options().Retention] = true
			s.report.Goal = d.Policy.Options().Retention
		}
	}
	if len(goals) > 1 {
		s.report.Goal = 0
	}
	o, err := s.Options(ctx, "")
	if o.Model == fsrs.FSRS7 {
		s.predictor = fit.NewPredictor(nil, o.Parameters)
	} else {
		s.predictor = fit.NewPredictor(o.Parameters, nil)
	}
	return err
}

// about reports whether a deck is one of those that the report is about.
func (s *statistician) about(deck string) bool {
	return len(s.decks) == 0 || slices.ContainsFunc(s.decks, func(name string) bool { return within(deck, name) })
}

// readLog goes through all of the log: the run, and what the predictor learns, are of
// all decks. While one part of it is read, the part before is summed up.
func (s *statistician) readLog(ctx context.Context) error {
	parts, summed := make(chan []logged, 2), make(chan struct{})
	go func() {
		defer close(summed)
		for part := range parts {
			for i := range part {
				s.take(&part[i])
			}
		}
	}()
	const size = 4096
	part := make([]logged, 0, size)
	err := s.AllReviews(ctx, func(card int64, r *journal.Row) {
		part = append(part, logged{card, r.Kind, r.Detail.Placed, stats.Review{Card: card, Moment: r.Moment,
			Before: r.State, Grade: r.Grade, Days: r.Days, Took: r.Duration}})
		if len(part) == size {
			parts <- part
			part = make([]logged, 0, size)
		}
	})
	parts <- part
	close(parts)
	<-summed
	if err != nil {
		return err
	}
	s.history.End()
	s.report.Streak, s.report.Best = s.history.Streak()
	s.report.Needed = max(0, fit.Least-s.items)
	s.report.Predicted = s.report.Needed == 0
	s.know()
	return nil
}

// A logged row is what a report needs of it.
type logged struct {
	card   int64
	kind   journal.Kind
	placed *scheduler.ImportedState
	stats.Review
}

// take takes the next row of the log.
func (s *statistician) take(r *logged) {
	longest, ok := s.caps[r.card]
	if !ok {
		longest = defaultCap
	}
	r.Took = min(r.Took, longest)
	switch {
	case r.kind == journal.KindReset:
		s.predictor.Reset(r.card)
		s.history.Reset(r.card)
		delete(s.apart, r.card)
	case r.kind == journal.KindPlace:
		s.place(r)
	default:
		r.Expected = s.foretell(r)
		if s.others[r.card] || r.card == 0 && len(s.decks) > 0 {
			s.history.Learnt(r.Moment.Day)
			return
		}
		s.history.Add(r.Review)
	}
}

// know sums up what is known of each section: by the predictor once it has learned.
func (s *statistician) know() {
	for _, at := range s.seats {
		if at.section < 0 {
			continue
		}
		recall := at.recall
		if s.report.Predicted && !s.apart[at.card] {
			if foretold, ok := s.predictor.Recall(at.card, s.now); ok {
				recall = foretold
			}
		}
		s.report.Sections[at.section].Known += recall
		s.report.Cards.Recall = append(s.report.Cards.Recall, recall)
	}
	slices.SortStableFunc(s.report.Sections, func(a, b stats.Section) int { return decks.CompareNames(a.Deck, b.Deck) })
}

// place takes that a card was learned elsewhere.
func (s *statistician) place(r *logged) {
	if r.placed == nil {
		return
	}
	if !r.placed.Whole {
		s.apart[r.card] = true
	}
	s.history.Place(r.card, r.placed.LastDay, r.placed.Interval)
}

// foretell tells the predictor of an answer, and returns the recall that it expected;
// 0 while it is too new to be believed.
func (s *statistician) foretell(r *logged) float64 {
	if r.card == 0 || s.apart[r.card] {
		return 0
	}
	expected, ok := s.predictor.Add(fit.Answer{Card: r.card, Moment: r.Moment, Grade: r.Grade, Seconds: r.Took.Seconds()})
	if !ok {
		return 0
	}
	if s.items++; s.items <= fit.Least {
		return 0
	}
	return expected
}

// defaultCap is how long an answer counts where no deck says otherwise.
var defaultCap = time.Duration(scheduler.Defaults().AnswerCap)

// readCards reads where the cards stand.
func (s *statistician) readCards(ctx context.Context) error {
	return s.Places(ctx, func(p *store.Place) {
		policy := s.policies[p.DeckID]
		if policy != nil && time.Duration(policy.Options().AnswerCap) != defaultCap {
			s.caps[p.Card] = time.Duration(policy.Options().AnswerCap)
		}
		if !s.about(p.Deck) {
			s.others[p.Card] = true
			return
		}
		at := seat{card: p.Card, id: p.ID, section: -1}
		if p.Live && policy != nil {
			at.section, at.recall = s.count(p, policy)
		}
		if p.State != scheduler.New {
			s.seats = append(s.seats, at)
		}
	})
}

// count counts a card that is asked, and returns its section and recall.
func (s *statistician) count(p *store.Place, policy *scheduler.Policy) (section int, recall float64) {
	all, cards := s.report.Sections, &s.report.Cards
	if section = len(all) - 1; section < 0 || all[section].Deck != p.Deck || !slices.Equal(all[section].Path, p.Section) {
		s.report.Sections = append(all, stats.Section{Deck: p.Deck, Path: p.Section})
		section++
	}
	of := &s.report.Sections[section]
	of.Cards++
	if p.Suspended {
		cards.Suspended++
	}
	switch {
	case p.State == scheduler.New:
		cards.New++
		return section, 0
	case p.State != scheduler.Review:
		cards.Learning++
	case p.Interval() >= scheduler.Mature:
		cards.Mature++
	default:
		cards.Young++
	}
	of.Seen++
	cards.Stability = append(cards.Stability, policy.Stability(p.Memory))
	cards.Difficulty = append(cards.Difficulty, p.Difficulty)
	if limit := policy.Options().Leech; limit > 0 && int(p.Lapses) >= limit {
		s.report.Leeches = append(s.report.Leeches, report.Card{ID: p.ID, Deck: p.Deck, Lapses: int(p.Lapses)})
	}
	return section, policy.Recall(p.Memory, s.now)
}

// daysAhead is how many days the report looks ahead.
const daysAhead = 30

func (s *statistician) readAhead(ctx context.Context) (err error) {
	s.report.Ahead, err = s.Ahead(ctx, s.decks, s.now, daysAhead)
	return err
}

// costly is how many cards are listed that cost most.
const costly = 10

// readCosts finds out which cards cost most, and what they are taken for.
func (s *statistician) readCosts(ctx context.Context) error {
	ids := make(map[int64]string, len(s.seats))
	took := map[string]stats.Work{}
	for _, at := range s.seats {
		ids[at.card] = at.id
	}
	for i, c := range s.history.Costliest(len(ids)) {
		id := ids[c.Card]
		if took[id] = c.Work; i < costly && id != "" {
			s.report.Costs = append(s.report.Costs, report.Card{ID: id})
		}
	}
	slices.SortStableFunc(s.report.Leeches, func(a, b report.Card) int { return b.Lapses - a.Lapses })
	s.report.Leeches = s.report.Leeches[:min(len(s.report.Leeches), costly)]
	for _, list := range [][]report.Card{s.report.Leeches, s.report.Costs} {
		for i := range list {
			c := &list[i]
			w := took[c.ID]
			c.Answers, c.Missed, c.Time = w.Answers, w.Answers-w.Right, w.Time
			if err := s.describe(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// describe tells what a card asks, and what it is taken for.
func (s *statistician) describe(ctx context.Context, c *report.Card) error {
	card, err := s.Card(ctx, c.ID)
	if err != nil {
		return err
	}
	c.Deck, c.Prompt, c.Lapses = card.Deck, show.Inline(card.Prompt), int(card.Lapses)
	var taken stats.Confusions
	for r, err := range s.Log(ctx, store.LogQuery{Card: c.ID, Kinds: []journal.Kind{journal.KindGrade}}, s.now) {
		if err != nil {
			return err
		}
		if !r.Undone {
			taken.Add(c.ID, wrongAnswer(store.Answer{Grade: r.Grade, Detail: r.Detail})...)
		}
	}
	c.Taken = taken.Of(c.ID)
	c.Taken = c.Taken[:min(len(c.Taken), 3)]
	return nil
}
