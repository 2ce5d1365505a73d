package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/simulate"
	"kartei/store"
)

type simulateOptions struct {
	deck      string // "" is all decks
	retention string
	days      int
	fresh     int // below 0: the deck's own limit
	asJSON    bool
}

func newSimulateCmd(e *env) *cobra.Command {
	opts := simulateOptions{}
	cmd := &cobra.Command{
		Use:   "simulate [DECK]",
		Short: "See what a retention would cost you",
		Long: `Simulate plays your days ahead, once for each retention, with your cards, your
options and memory, and your own grades and seconds: how many answers and minutes a
day would bring, and how much you would know at the end. It changes nothing.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei simulate\n  kartei simulate nato-en --retention 0.8,0.9,0.95 --days 90",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			return runSimulate(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opts.retention, "retention", "0.8,0.85,0.9,0.95", "the `retentions` to try, 0.7 to 0.99")
	f.IntVar(&opts.days, "days", 365, "play `N` days, 3650 at most")
	f.IntVar(&opts.fresh, "new", -1, "`N` new cards a day (default the deck's own limit)")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

const mostDays = 3650

// retentions reads a list of retentions: 0.9 or 90%.
func (o simulateOptions) retentions() ([]float64, error) {
	var all []float64
	for word := range strings.SplitSeq(o.retention, ",") {
		var try scheduler.Options
		if err := try.Set("retention", word); err != nil {
			return nil, fault.Usagef("--retention 0.8,0.9,0.95", "%w", err)
		}
		all = append(all, try.Retention)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

func runSimulate(ctx context.Context, e *env, opts simulateOptions) error {
	retentions, err := opts.retentions()
	if err != nil {
		return err
	}
	if opts.days < 1 || opts.days > mostDays {
		return fault.Usagef("--days 365", "%d days cannot be played: it is 1 to %d", opts.days, mostDays)
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		if err := knowScope(ctx, st, opts.deck); err != nil {
			return err
		}
		plan, err := planOf(ctx, e, st, opts)
		if err != nil {
			return err
		}
		if len(plan.Cards) == 0 {
			return fault.Failf("kartei decks lists the decks and their cards",
				"%s has no cards to play with", scopeWords(opts.deck))
		}
		outcomes, err := play(ctx, plan, retentions)
		if err != nil {
			return err
		}
		if opts.asJSON {
			return show.JSON(e.Out, newSimulateJSON(opts, plan, retentions, outcomes))
		}
		return printLines(e.Console, simulationLines(reportPage(e.Console), opts, plan, retentions, outcomes)...)
	})
}

// planOf gathers the cards that are asked, and the habits of who answers them.
func planOf(ctx context.Context, e *env, st *store.Store, opts simulateOptions) (simulate.Plan, error) {
	learned, err := readLearning(ctx, st, opts.deck)
	if err != nil {
		return simulate.Plan{}, err
	}
	p := simulate.Plan{Calendar: st.Calendar(), Today: e.Moment(), Days: opts.days, Habits: &learned.habits, Seed: 1}
	if p.Options, err = st.Options(ctx, opts.deck); err != nil {
		return p, err
	}
	p.Options.Exam = 0
	if opts.fresh >= 0 {
		if err := p.Options.Set("new", strconv.Itoa(opts.fresh)); err != nil {
			return p, fault.Usagef("--new 20", "%w", err)
		}
	}
	archived := map[string]bool{}
	decks, err := st.Decks(ctx)
	if err != nil {
		return p, err
	}
	for _, d := range decks {
		archived[d.Name] = !d.Live()
	}
	for c, err := range st.Cards(ctx, store.Query{}, p.Today) {
		if err != nil {
			return p, err
		}
		if !c.Retired && !c.Suspended && !archived[c.Deck] && (opts.deck == "" || within(c.Deck, opts.deck)) {
			p.Cards = append(p.Cards, c.Memory)
		}
	}
	return p, nil
}

// play plays a plan for each retention, side by side.
func play(ctx context.Context, plan simulate.Plan, retentions []float64) ([]*simulate.Outcome, error) {
	outcomes, errs := make([]*simulate.Outcome, len(retentions)), make([]error, len(retentions))
	var all sync.WaitGroup
	for i, r := range retentions {
		all.Go(func() {
			p := plan
			p.Options.Retention = r
			outcomes[i], errs[i] = simulate.Run(ctx, p)
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

func simulationLines(
	p show.Page, opts simulateOptions, plan simulate.Plan, retentions []float64, outcomes []*simulate.Outcome,
) []string {
	lines := p.Text(show.Bold, scopeName(opts.deck))
	lines = append(lines, p.Text(show.Dim, fmt.Sprintf("%s, %d days, at most %d new and %d reviews a day. You would know %s today.",
		show.Number(len(plan.Cards), "card"), opts.days, plan.Options.New, plan.Options.Reviews,
		show.Thousands(int(outcomes[0].Before+0.5))))...)
	if n := plan.Habits.Answers(); n < fewHabits {
		lines = append(lines, p.Text(show.Dim, fmt.Sprintf("There are %s to take your grades and seconds from; until there are %d, much is what others take.", show.Number(n, "answer"), fewHabits))...)
	}
	lines = append(append(lines, ""), p.Table(outcomeTable(p.Width, plan, retentions, outcomes))...)
	lines = append(lines, "", "Minutes a day")
	var bars []show.Bar
	for i, o := range outcomes {
		bars = append(bars, show.Bar{Label: show.Percent(retentions[i]), Value: minutes(o),
			Text: fmt.Sprintf("%.1f", minutes(o))})
	}
	lines = append(append(lines, p.Bars(bars)...), "")
	lines = append(lines, p.Text(0, simulationWords(opts, plan, retentions, outcomes))...)
	return lines
}

// fewHabits are too few answers to know a learner's habits by.
const fewHabits = 100

func minutes(o *simulate.Outcome) float64 { return 60 * o.Hours() / float64(len(o.Days)) }

// anHour is how many of the cards known at the end an hour of work kept.
func anHour(o *simulate.Outcome) float64 { return o.Known / o.Hours() }

// idle reports whether a retention asks for no answer in all the days.
func idle(o *simulate.Outcome) bool { return o.Hours() == 0 }

func outcomeTable(width int, plan simulate.Plan, retentions []float64, outcomes []*simulate.Outcome) show.Table {
	narrow := width < 60
	t := show.Table{Columns: []show.Column{{Title: "retention", Right: true}, {Title: "answers a day", Right: true},
		{Title: "min", Right: true}, {Title: "known", Right: true}, {Title: "an hour", Right: true}}}
	if narrow {
		t.Columns[1].Title = "a day"
	} else {
		t.Columns[2].Title, t.Columns[3].Title, t.Columns[4].Title = "minutes a day", "known at the end",
			"known an hour"
	}
	for i, o := range outcomes {
		retention := show.Cell{Text: show.Percent(retentions[i])}
		if retentions[i] == plan.Options.Retention {
			retention.Text += " *"
			retention.Style = show.Bold
		}
		t.Rows = append(t.Rows, []show.Cell{retention,
			{Text: fmt.Sprintf("%.0f", float64(o.Answers())/float64(len(o.Days)))},
			{Text: fmt.Sprintf("%.1f", minutes(o))}, {Text: show.Thousands(int(o.Known + 0.5))},
			{Text: "–"}})
		if !idle(o) {
			t.Rows[i][4].Text = fmt.Sprintf("%.1f", anHour(o))
		}
	}
	return t
}

// simulationWords say which retention teaches most, where the price rises, and how to
// choose one.
func simulationWords(
	opts simulateOptions, plan simulate.Plan, retentions []float64, outcomes []*simulate.Outcome,
) string {
	if slices.ContainsFunc(outcomes, idle) {
		return fmt.Sprintf("No card falls due within %s, by some retentions or by all: that says nothing of which is best. Try more days: %s --days %d",
			show.Number(opts.days, "day"), withScope("kartei simulate", opts.deck), min(max(365, 4*opts.days), mostDays))
	}
	best := 0
	for i, o := range outcomes {
		if anHour(o) > anHour(outcomes[best]) {
			best = i
		}
	}
	says := fmt.Sprintf("%s keeps most cards known for an hour of work.", show.Percent(retentions[best]))
	for i := 1; i < len(outcomes); i++ {
		before, o := outcomes[i-1], outcomes[i]
		hours, known := o.Hours()-before.Hours(), o.Known-before.Known
		if known > 0 && hours/known > steep/anHour(before) {
			says += fmt.Sprintf(" From %s to %s each further card costs %.0f times what one costs at %s.",
				show.Percent(retentions[i-1]), show.Percent(retentions[i]), hours/known*anHour(before),
				show.Percent(retentions[i-1]))
			break
		}
	}
	if slices.Contains(retentions, plan.Options.Retention) {
		says += " * is yours now."
	}
	for _, o := range outcomes {
		if o.Waits > 0 {
			says += fmt.Sprintf(" Where your limit of %d reviews a day is too low, up to %s wait at the end.",
				plan.Options.Reviews, show.Number(mostWaiting(outcomes), "card"))
			break
		}
	}
	return says + " To choose: " + withScope("kartei decks options", opts.deck) + fmt.Sprintf(" --retention %v",
		retentions[best])
}

// steep is how many times the price of a card is called so.
const steep = 3

func mostWaiting(outcomes []*simulate.Outcome) (most int) {
	for _, o := range outcomes {
		most = max(most, o.Waits)
	}
	return most
}

// simulateJSON is what `simulate --json` prints.
type simulateJSON struct {
	Deck     string        `json:"deck"` // empty: all decks
	Cards    int           `json:"cards"`
	Days     int           `json:"days"`
	New      int           `json:"new"` // a day
	Known    float64       `json:"known"`
	Habits   int           `json:"habits"` // answers that grades and seconds are taken from
	Outcomes []outcomeJSON `json:"outcomes"`
}

type outcomeJSON struct {
	Retention float64   `json:"retention"`
	Answers   int       `json:"answers"`
	Hours     float64   `json:"hours"`
	Known     float64   `json:"known"` // at the end
	Seen      int       `json:"seen"`
	Waiting   int       `json:"waiting"`
	Minutes   []float64 `json:"minutes"` // of each day
}

func newSimulateJSON(
	opts simulateOptions, plan simulate.Plan, retentions []float64, outcomes []*simulate.Outcome,
) simulateJSON {
	j := simulateJSON{Deck: opts.deck, Cards: len(plan.Cards), Days: opts.days, New: plan.Options.New,
		Known: outcomes[0].Before, Habits: plan.Habits.Answers()}
	for i, o := range outcomes {
		one := outcomeJSON{Retention: retentions[i], Answers: o.Answers(), Hours: o.Hours(), Known: o.Known,
			Seen: o.Seen, Waiting: o.Waits}
		for _, d := range o.Days {
			one.Minutes = append(one.Minutes, d.Seconds/60)
		}
		j.Outcomes = append(j.Outcomes, one)
	}
	return j
}
