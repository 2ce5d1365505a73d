package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/simulate"
	"kartei/store"
)

type planOptions struct {
	deck   string // "" is all decks
	days   int
	away   string
	yes    bool
	asJSON bool
}

func newPlanCmd(e *env) *cobra.Command {
	var opts planOptions
	cmd := &cobra.Command{
		Use:   "plan [DECK]",
		Short: "Find a way out of a backlog, or plan around a break",
		Long: `Plan looks at the cards that wait. Where more wait than a day's limit it says what
it would cost to work them off over some days, the most urgent first: how many a
day, and how many would be forgotten meanwhile. It changes nothing.

With --away it moves the cards that fall due while you are away: half to the days
before, those that would be forgotten soonest, the others to the days after, evenly.
It says what that means, asks, and kartei undo takes it back.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei plan\n  kartei plan nato-en --days 14\n  kartei plan --away 2026-12-20..2027-01-03",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			return runPlan(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.IntVar(&opts.days, "days", 0, "work a backlog off over `N` days (default several are compared)")
	f.StringVar(&opts.away, "away", "", "the `days` on which you will not learn: 2026-12-20..2027-01-03")
	f.BoolVar(&opts.yes, "yes", false, "do not ask before cards are moved")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

// parseAway reads the first and the last day of a break.
func parseAway(text string) (first, last scheduler.Day, err error) {
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		to = from
	}
	if first, err = scheduler.ParseDay(strings.TrimSpace(from)); err == nil {
		last, err = scheduler.ParseDay(strings.TrimSpace(to))
	}
	switch {
	case err != nil:
		return 0, 0, fault.Usagef("--away 2026-12-20..2027-01-03", "%w", err)
	case last < first:
		return 0, 0, fault.Usagef("--away 2026-12-20..2027-01-03",
			"a break that ends on %s does not begin on %s", last, first)
	case last-first >= mostAway:
		return 0, 0, fault.Usagef("--away 2026-12-20..2027-01-03",
			"a break of more than %d days is not planned around; come back, and kartei plan finds a way out of the backlog", mostAway)
	}
	return first, last, nil
}

const mostAway = 60 // days

func runPlan(ctx context.Context, e *env, opts planOptions) error {
	if opts.days < 0 || opts.days > mostDays {
		return fault.Usagef("--days 14", "a backlog is worked off over 1 to %d days", mostDays)
	}
	if opts.away != "" {
		if opts.days != 0 {
			return fault.Usagef("kartei plan --help", "--days and --away exclude each other")
		}
		if _, _, err := parseAway(opts.away); err != nil {
			return err
		}
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		if err := knowScope(ctx, st, opts.deck); err != nil {
			return err
		}
		waiting, err := readWaiting(ctx, e, st, opts.deck)
		if err != nil {
			return err
		}
		if opts.away != "" {
			return planAway(ctx, e, st, opts, waiting)
		}
		return planBacklog(ctx, e, st, opts, waiting)
	})
}

// waitingCards are those in review that are asked some day.
type waitingCards struct {
	cards    []store.Card
	policies map[string]*scheduler.Policy // by deck
	now      scheduler.Moment
}

func readWaiting(ctx context.Context, e *env, st *store.Store, deck string) (*waitingCards, error) {
	w := &waitingCards{policies: map[string]*scheduler.Policy{}, now: e.Moment()}
	for c, err := range st.Cards(ctx, store.Query{}, w.now) {
		if err != nil {
			return nil, err
		}
		if _, waits := c.Due(); waits && c.State == scheduler.Review && (deck == "" || within(c.Deck, deck)) {
			w.cards = append(w.cards, c)
			w.policies[c.Deck] = nil
		}
	}
	for name := range w.policies {
		options, err := st.Options(ctx, name)
		if err != nil {
			return nil, err
		}
		if w.policies[name], err = scheduler.NewPolicy(options, st.Calendar()); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// recall is how likely a card is recalled on a day ahead.
func (w *waitingCards) recall(c *store.Card, day scheduler.Day) float64 {
	then := w.now
	then.At += int64(day-then.Day) * 24 * 3600 * 1000
	then.Day = day
	return w.policies[c.Deck].Recall(c.Memory, then)
}

func planBacklog(ctx context.Context, e *env, st *store.Store, opts planOptions, w *waitingCards) error {
	var due []*store.Card
	for i := range w.cards {
		if w.cards[i].DueDay <= w.now.Day {
			due = append(due, &w.cards[i])
		}
	}
	options, err := st.Options(ctx, opts.deck)
	if err != nil {
		return err
	}
	pace, err := st.AnswerTime(ctx)
	if err != nil {
		return err
	}
	days := []int{1, 3, 7, 14, 30}
	if opts.days > 0 {
		days = []int{opts.days}
	}
	var ways []simulate.Way
	for _, n := range days {
		ways = append(ways, simulate.WayOut(len(due), n, w.now.Day,
			func(i int, day scheduler.Day) float64 { return w.recall(due[i], day) }))
	}
	if opts.asJSON {
		return show.JSON(e.Out, newBacklogJSON(opts.deck, len(due), options.Reviews, ways))
	}
	coming := w.coming(ways[len(ways)/2].Days)
	return printLines(e.Console, backlogLines(reportPage(e.Console), opts, len(due), options.Reviews, coming,
		float64(pace)/60_000, ways)...)
}

// coming is how many cards fall due on each of the next days, in the mean.
func (w *waitingCards) coming(days int) int {
	n := 0
	for i := range w.cards {
		if ahead := int(w.cards[i].DueDay - w.now.Day); ahead > 0 && ahead <= days {
			n++
		}
	}
	return (n + days - 1) / days
}

// backlogLines say what each way costs. coming is how many cards fall due on a day
// besides, pace how many minutes an answer takes.
func backlogLines(p show.Page, opts planOptions, due, limit, coming int, pace float64, ways []simulate.Way) []string {
	lines := p.Text(show.Bold, scopeName(opts.deck))
	if due <= limit && opts.days == 0 {
		return append(lines, p.Text(0, fmt.Sprintf("There is no backlog: %s wait today, and your limit is %s a day. kartei review asks them.", show.Number(due, "review"), show.Thousands(limit)))...)
	}
	lines = append(lines, p.Text(show.Dim, fmt.Sprintf("%s wait today; your limit is %s a day. The most urgent are asked first.", show.Number(due, "review"), show.Thousands(limit)))...)
	t := show.Table{Columns: []show.Column{{Title: "days", Right: true}, {Title: "a day", Right: true},
		{Title: "minutes", Right: true}, {Title: "known when asked", Right: true}, {Title: "lost", Right: true}}}
	if p.Width < 60 {
		t.Columns[2].Title, t.Columns[3].Title = "min", "known"
	}
	for _, w := range ways {
		minutes := "–"
		if pace > 0 {
			minutes = fmt.Sprintf("%.0f", float64(w.ADay)*pace)
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: fmt.Sprint(w.Days)}, {Text: show.Thousands(w.ADay)}, {Text: minutes},
			{Text: show.Percent(w.Asked)}, {Text: fmt.Sprintf("%.1f", w.Lost)}})
	}
	lines = append(append(lines, ""), p.Table(t)...)
	last := ways[len(ways)/2]
	lines = append(lines, p.Text(show.Dim, "Lost: how many more cards you will have forgotten, for they waited. What falls due meanwhile comes on top.")...)
	return append(append(lines, ""), p.Text(0, fmt.Sprintf("Over %s, for instance, with %s a day that fall due besides: %s --reviews %d",
		show.Number(last.Days, "day"), show.Thousands(coming), withScope("kartei decks options", opts.deck),
		max(last.ADay+coming, 1)))...)
}

func planAway(ctx context.Context, e *env, st *store.Store, opts planOptions, w *waitingCards) error {
	first, last, err := parseAway(opts.away)
	if err != nil {
		return err
	}
	if last < w.now.Day {
		return fault.Failf("kartei plan finds a way out of what waits since", "the break is over since %s", last)
	}
	first = max(first, w.now.Day)
	var inside []*store.Card
	var due []scheduler.Day
	load := map[scheduler.Day]int{}
	for i := range w.cards {
		c := &w.cards[i]
		if day := max(c.DueDay, w.now.Day); day >= first && day <= last {
			inside, due = append(inside, c), append(due, day)
		} else {
			load[day]++
		}
	}
	to, lost := simulate.Break(due, first, last, w.now.Day, func(day scheduler.Day) int { return load[day] },
		func(i int, day scheduler.Day) float64 { return w.recall(inside[i], day) })
	moves, before := []store.Move{}, 0
	for i, c := range inside {
		moves = append(moves, store.Move{Card: c.ID, From: c.DueDay, To: to[i], Last: c.Last})
		if to[i] < first {
			before++
		}
	}
	if opts.asJSON {
		err = show.JSON(e.Out, awayJSON{opts.deck, first.String(), last.String(), len(moves), before,
			len(moves) - before, lost})
	} else {
		err = printLines(e.Console, awayLines(reportPage(e.Console), opts, first, last, len(moves), before, lost)...)
	}
	if err != nil || len(moves) == 0 {
		return err
	}
	if yes, err := confirmMove(ctx, e, opts); err != nil || !yes {
		return ask.QuitIsFine(err)
	}
	if err := st.Move(ctx, moves, e.Moment()); err != nil {
		return err
	}
	e.Say("%s moved; kartei undo takes it back", show.Number(len(moves), "card"))
	return nil
}

func awayLines(p show.Page, opts planOptions, first, last scheduler.Day, n, before int, lost float64) []string {
	lines := p.Text(show.Bold, scopeName(opts.deck))
	if n == 0 {
		return append(lines, p.Text(0, fmt.Sprintf("No review falls due from %s to %s: nothing to move.", first,
			last))...)
	}
	return append(lines, p.Text(0, fmt.Sprintf("%s due from %s to %s: %s would be asked before, %s after. By waiting you would forget %.1f more. Answers that you give until then may fall into the break, too: look again before you leave.",
		show.Number(n, "review"), first, last, show.Thousands(before), show.Thousands(n-before), lost))...)
}

func confirmMove(ctx context.Context, e *env, opts planOptions) (yes bool, err error) {
	if opts.yes {
		return true, nil
	}
	if !e.AtTerminal() {
		return false, fault.Failf(withScope("kartei plan", opts.deck)+" --away "+fault.ShellWord(opts.away)+" --yes",
			"nobody can be asked whether to move the cards")
	}
	asker, closeAsker, err := e.Asker(false)
	if err != nil {
		return false, err
	}
	yes, err = asker.Confirm(ctx, "Move them?", true)
	return yes, errors.Join(err, closeAsker())
}

// backlogJSON is what `plan --json` prints.
type backlogJSON struct {
	Deck  string    `json:"deck"` // empty: all decks
	Due   int       `json:"due"`  // reviews that wait today
	Limit int       `json:"limit"`
	Ways  []wayJSON `json:"ways"`
}

type wayJSON struct {
	Days  int     `json:"days"`
	ADay  int     `json:"a_day"`
	Asked float64 `json:"recall_when_asked"`
	Lost  float64 `json:"lost"`
}

func newBacklogJSON(deck string, due, limit int, ways []simulate.Way) backlogJSON {
	j := backlogJSON{Deck: deck, Due: due, Limit: limit}
	for _, w := range ways {
		j.Ways = append(j.Ways, wayJSON(w))
	}
	return j
}

// awayJSON is what `plan --away --json` prints.
type awayJSON struct {
	Deck   string  `json:"deck"` // empty: all decks
	First  string  `json:"first"`
	Last   string  `json:"last"`
	Cards  int     `json:"cards"`
	Before int     `json:"before"`
	After  int     `json:"after"`
	Lost   float64 `json:"lost"`
}
