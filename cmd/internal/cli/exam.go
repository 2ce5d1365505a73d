package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store"
)

// printExam says what the days until a deck's exam bring, and plainly when the
// goal cannot be met, and what would do it.
func printExam(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, deck string, o scheduler.Options,
) error {
	if o.Exam == 0 || deck == "" {
		return nil
	}
	policy, err := scheduler.NewPolicy(o, st.Calendar())
	if err != nil {
		return err
	}
	cards, facts, err := memories(ctx, st, deck, clk.Moment())
	if err != nil {
		return err
	}
	if left := o.Exam - clk.Moment().Day; left == 0 || left == 1 {
		return printEvening(ctx, con, clk, st, deck, policy, cards, facts)
	}
	around, err := limitsAround(ctx, st, deck)
	if err != nil {
		return err
	}
	plan, err := policy.PlanExam(cards, facts, clk.Moment(), around.limits...)
	if err != nil {
		con.Say("%v; take it away with: kartei decks options %s --exam none", err, deck)
		return nil
	}
	fmt.Fprintf(con.Out, "\nExam on %s, in %s, for %s.\n", plan.Exam.Midnight().Format("Monday, 2 January 2006"),
		plural.Count(len(plan.Days), "day"), plural.Count(plan.Cards, "card"))
	printLoad(con, plan)
	printPace(con, plan, append(around.limits, scheduler.Limits{New: o.New, Reviews: o.Reviews}))
	printVerdict(con, plan, append([]string{deck}, around.names...))
	return nil
}

// An evening before an exam, and how long an answer takes where nobody knows yet.
const (
	evening    = 90 * time.Minute
	usualPace  = 10 * time.Second
	evenAtMost = 10_000 // answers
)

// printEvening says what can still be done for an exam tomorrow, or today, and how.
func printEvening(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, deck string,
	policy *scheduler.Policy, cards []scheduler.Memory, facts []int64) error {
	median, err := st.AnswerTime(ctx)
	if err != nil {
		return err
	}
	pace := cmp.Or(time.Duration(median)*time.Millisecond, usualPace)
	room := min(int(evening/pace), evenAtMost)
	plan := policy.PlanEvening(cards, facts, clk.Moment(), room)
	when := "tomorrow"
	if policy.Options().Exam == clk.Moment().Day {
		when = "today"
	}
	took := time.Duration(plan.Weak+2*plan.New) * pace
	lines := []string{"", fmt.Sprintf("The exam is %s, for %s. As things stand you will recall about %.0f %% (goal %.0f %%).",
		when, plural.Count(len(cards), "card"), 100*plan.Before, 100*policy.Options().Goal)}
	word := fault.ShellWord(deck)
	if plan.Weak+plan.New > 0 {
		command := fmt.Sprintf("kartei review %s --new %d", word, plan.New)
		if plan.Ahead > 0 {
			command += fmt.Sprintf(" --ahead %d", plan.Ahead)
		}
		if plan.Weak >= room {
			command += fmt.Sprintf(" --limit %d", room)
		}
		var parts []string
		if plan.Weak > 0 {
			parts = append(parts, plural.Count(plan.Weak, "card")+" that you would forget")
		}
		if plan.New > 0 {
			parts = append(parts, plural.Count(plan.New, "new card"))
		}
		lines = append(lines, fmt.Sprintf("The best that one evening can do, in about %d min: %s. Then it is about %.0f %%.",
			int(took.Minutes()+0.999), strings.Join(parts, " and "), 100*plan.After), "  "+command)
	}
	lines = append(lines, "Just before it, once more through all that you have met:", fmt.Sprintf("  kartei review --cram %s", fault.ShellWord("deck:"+deck+" -is:new")))
	for _, line := range lines {
		if strings.HasPrefix(line, "  ") { // a command is never cut
			fmt.Fprintln(con.Out, line)
			continue
		}
		for _, l := range (show.Page{Width: con.Width(), Palette: con.Palette()}).Text(0, line) {
			fmt.Fprintln(con.Out, l)
		}
	}
	return nil
}

// refusePast refuses an exam on a day that is over.
func refusePast(clk *clock.Clock, values map[string]string) error {
	day, err := scheduler.ParseDay(values["exam"])
	if err != nil || day >= clk.Moment().Day { // whatever else is wrong with it is said later
		return nil
	}
	return fault.Usagef("--exam "+(clk.Moment().Day+14).String()+", or --exam none", "the exam of %v is over", day)
}

// bounds are the limits around a deck, from the nearest outwards, and whose
// they are.
type bounds struct {
	names  []string
	limits []scheduler.Limits
}

func limitsAround(ctx context.Context, st *store.Store, deck string) (b bounds, err error) {
	tree, names, err := st.Tree(ctx)
	for _, d := range slices.Backward(tree) { // each before the deck around it
		if name := names[d.ID]; name != deck && within(deck, name) {
			o := d.Policy.Options()
			b.names, b.limits = append(b.names, name),
				append(b.limits, scheduler.Limits{New: o.New, Reviews: o.Reviews})
		}
	}
	return b, err
}

// memories are the memories of a deck's cards, in authored order, and the fact of each.
func memories(
	ctx context.Context, st *store.Store, deck string, now scheduler.Moment,
) (all []scheduler.Memory, facts []int64, err error) {
	q, err := store.ParseQuery("-is:suspended deck:" + deck)
	if err != nil {
		return nil, nil, err
	}
	for card, err := range st.Cards(ctx, q, now) {
		if err != nil {
			return nil, nil, err
		}
		all, facts = append(all, card.Memory), append(facts, card.FactID)
	}
	return all, facts, nil
}

// manyDays is from how many days on the load is drawn by the week.
const manyDays = 21

// printLoad draws what each day, or the average day of each week, brings.
func printLoad(con *console.Console, plan scheduler.ExamPlan) {
	step, unit := 1, "a day"
	if len(plan.Days) > manyDays {
		step, unit = 7, "a day, week by week"
	}
	fmt.Fprintf(con.Out, "Cards %s:\n", unit)
	var bars []show.Bar
	for i := 0; i < len(plan.Days); i += step {
		week := plan.Days[i:min(i+step, len(plan.Days))]
		news, reviews := 0, 0
		for _, d := range week {
			news += d.New
			reviews += d.Reviews
		}
		n := len(week)
		bars = append(bars, show.Bar{
			Label: week[0].Day.Midnight().Format("02 Jan"), Value: float64(news+reviews) / float64(n),
			Text: fmt.Sprintf("%d (%d new)", (news+reviews+n-1)/n, (news+n-1)/n),
		})
	}
	for _, l := range (show.Page{Width: min(con.Width(), 72), Palette: con.Palette()}).Bars(bars) {
		fmt.Fprintln(con.Out, l)
	}
}

// printPace says where the plan asks for more than the limits let in.
func printPace(con *console.Console, plan scheduler.ExamPlan, limits []scheduler.Limits) {
	limit := limits[0]
	for _, l := range limits {
		limit.New, limit.Reviews = min(limit.New, l.New), min(limit.Reviews, l.Reviews)
	}
	news, reviews := 0, 0
	for _, d := range plan.Days {
		news, reviews = max(news, d.New), max(reviews, d.Reviews)
	}
	var over []string
	if news > limit.New {
		over = append(over, fmt.Sprintf("%s a day (your limit is %d)", plural.Count(news, "new card"), limit.New))
	}
	if reviews > limit.Reviews {
		over = append(over, fmt.Sprintf("%s a day (your limit is %d)", plural.Count(reviews, "review"), limit.Reviews))
	}
	if len(over) > 0 {
		fmt.Fprintf(con.Out, "Until then the plan takes up to %s.\n--exam-pace limit would keep to your limits.\n",
			strings.Join(over, " and "))
	}
}

// printVerdict says whether the plan brings the deck, the first of those named, to
// the goal, and what would; the others are those around it.
func printVerdict(con *console.Console, plan scheduler.ExamPlan, decks []string) {
	if plan.Kept > 0 {
		fmt.Fprintf(con.Out, "%s will not be met before: other cards of the same fact come first (--bury-new no lets them in).\n", plural.Count(plan.Kept, "new card"))
	}
	fmt.Fprintf(con.Out, "On the day you will recall about %.0f %% (goal %.0f %%).\n", 100*plan.Recall, 100*plan.Goal)
	if plan.Met() {
		fmt.Fprintln(con.Out, "The goal is met if you review on each of these days.")
		return
	}
	fmt.Fprintln(con.Out, "The goal cannot be met like this:")
	if plan.Late > 0 {
		fmt.Fprintf(con.Out, "  %s would come too late to be recalled three times; the last day to begin one is %s\n",
			plural.Count(plan.Late, "card"), plan.LastStart)
	}
	if plan.Undone > 0 {
		fmt.Fprintf(con.Out, "  %s would be left undone\n", plural.Count(plan.Undone, "review"))
	}
	if len(plan.Remedies) == 0 {
		fmt.Fprintln(con.Out, "No setting would meet it: learn fewer cards (kartei cards suspend), or lower --goal.")
		return
	}
	var lines []string
	for i, deck := range decks {
		line := ""
		for _, r := range plan.Remedies {
			if r.Around == i {
				line += fmt.Sprintf(" --%s %s", r.Option, r.Value)
			}
		}
		if line != "" {
			lines = append(lines, "kartei decks options "+deck+line)
		}
	}
	if len(lines) == 1 {
		fmt.Fprintf(con.Out, "This would do it: %s\n", lines[0])
		return
	}
	fmt.Fprintf(con.Out, "Together these would do it:\n  %s\n", strings.Join(lines, "\n  "))
}
