package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/compiler"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/fit"
	"kartei/scheduler/fsrs"
	"kartei/store"
	"kartei/store/journal"
)

type optimizeOptions struct {
	deck       string // "" is all decks
	dryRun     bool
	reschedule bool
	reset      bool
	yes        bool
	model      string
	asJSON     bool
}

func newOptimizeCmd(e *env) *cobra.Command {
	var opts optimizeOptions
	cmd := &cobra.Command{
		Use:   "optimize [DECK]",
		Short: "Fit the memory model to your own answers",
		Long: `Optimize learns from your answers how you remember. It trains the parameters of
the memory model on the older part of the log, judges them on the newest fifth,
which they have not seen, and keeps them only if they foretell it clearly better
than those in use. Without a DECK they hold for all decks.

No due day moves: a card keeps the day that its button said, and the new
parameters count from its next answer on. --reschedule plans all cards anew, says
first how the next thirty days change, and asks. kartei undo takes either back.

It happens by itself after a session in which the log has grown by a twentieth:
kartei config optimize auto, ask or off.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei optimize\n  kartei optimize nato-en --dry-run",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			return runOptimize(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opts.dryRun, "dry-run", false, "say what would be kept, and keep nothing")
	f.BoolVar(&opts.reschedule, "reschedule", false, "plan all cards anew, too")
	f.BoolVar(&opts.reset, "reset", false, "give up what was fitted")
	f.BoolVar(&opts.yes, "yes", false, "do not ask before cards are planned anew")
	f.StringVar(&opts.model, "model", "", "fit this memory `model`: fsrs-6, or fsrs-7, which is experimental (default the one in use)")
	f.BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

func runOptimize(ctx context.Context, e *env, opts optimizeOptions) error {
	if opts.model != "" && !slices.Contains([]string{fsrs.FSRS6, fsrs.FSRS7}, opts.model) {
		return fault.Usagef("--model fsrs-6 or --model fsrs-7", "unknown memory model %q", opts.model)
	}
	if opts.reset && (opts.reschedule || opts.model != "") {
		return fault.Usagef("kartei optimize --reset", "--reset goes alone")
	}
	return e.with(ctx, func(st *store.Store) error {
		if err := knowScope(ctx, st, opts.deck); err != nil {
			return err
		}
		if err := notByHand(ctx, st, opts.deck); err != nil {
			return err
		}
		if opts.reset {
			return resetFit(ctx, e, st, opts)
		}
		learned, err := readLearning(ctx, st, opts.deck)
		if err != nil {
			return err
		}
		result, err := fitTo(ctx, st, opts.deck, opts.model, learned)
		if err != nil {
			return err
		}
		if result.Changed() && !opts.dryRun {
			if err := keepFit(ctx, e, st, opts.deck, result, false); err != nil {
				return err
			}
		}
		if opts.deck == "" && !opts.dryRun { // sessions need not try so soon again
			if err := st.Taught(ctx); err != nil {
				return err
			}
		}
		moves, err := st.Moves(ctx, opts.deck)
		if err != nil {
			return err
		}
		if opts.asJSON {
			err = show.JSON(e.Out, newOptimizeJSON(opts, result, moves))
		} else {
			err = printLines(e.Console, fitLines(reportPage(e.Console), opts, result, moves)...)
		}
		if err != nil || !opts.reschedule {
			return err
		}
		return reschedule(ctx, e, st, opts, moves)
	})
}

// notByHand refuses to fit where the learner has chosen the parameters.
func notByHand(ctx context.Context, st *store.Store, deck string) error {
	own, err := st.Settings(ctx, deck)
	if err != nil {
		return err
	}
	if own["parameters"] != "" {
		return fault.Failf(withScope("kartei decks options", deck)+" --parameters= leaves them to optimize",
			"the parameters of %s were set by hand", scopeWords(deck))
	}
	if own["model"] != "" {
		return fault.Failf(withScope("kartei decks options",
			deck)+" --model= leaves it to optimize --model "+own["model"],
			"the memory model of %s was set by hand", scopeWords(deck))
	}
	return nil
}

func scopeWords(deck string) string {
	if deck == "" {
		return "all decks"
	}
	return deck
}

// fitTo fits a model to what was read; "" is the model in use.
func fitTo(ctx context.Context, st *store.Store, deck, model string, learned *learning) (*fit.Result, error) {
	options, err := st.Options(ctx, deck)
	if err != nil {
		return nil, err
	}
	o := fit.Options{Model: options.Model, Present: options.Parameters, Relearning: len(options.Relearning)}
	fits, err := st.Fits(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range fits {
		if options.Fitted != "" && f.Name() == options.Fitted {
			o.Seen = max(o.Seen, f.At.At)
		}
	}
	if model != "" && model != options.Model {
		o.Model, o.Present, o.Seen = model, nil, 0
	}
	result, err := fit.Fit(ctx, &learned.log, o)
	if err == nil && o.Model != options.Model && result.Missing == 0 {
		result.Chosen = insteadOf(result) // the model was asked for: its best parameters are kept
	}
	return result, err
}

// insteadOf is the best candidate of a model that was not in use.
func insteadOf(r *fit.Result) string {
	if r.Chosen == fit.Present {
		return fit.Defaults
	}
	return r.Chosen
}

func keepFit(ctx context.Context, e *env, st *store.Store, deck string, r *fit.Result, auto bool) error {
	return st.Fit(ctx, deck, journal.Fitted{
		Model: r.Model, Parameters: r.Parameters, Answers: r.Answers, Items: r.Items, Before: r.Before, After: r.After,
		Auto: auto,
	}, e.Moment())
}

// fitAfterSession fits the parameters of all decks, quietly, where the log has grown
// enough since that was last tried.
func fitAfterSession(ctx context.Context, e *env, st *store.Store, asker ask.Asker, plain bool) error {
	mode := e.settings.get(setOptimize)
	if mode == compiler.Off || mode == compiler.Ask && plain {
		return nil
	}
	answers, since, err := st.Untaught(ctx)
	if err != nil || since < fit.Least || since*growth < answers {
		return err
	}
	if notByHand(ctx, st, "") != nil {
		return nil
	}
	if mode == compiler.Ask {
		question := fmt.Sprintf("The log has grown by %s. Fit the memory model to your answers?",
			show.Number(int(since), "answer"))
		switch yes, err := asker.Confirm(ctx, question, true); {
		case err != nil:
			return ask.QuitIsFine(err)
		case !yes:
			return st.Taught(ctx) // not asked again until it has grown again
		}
	}
	learned, err := readLearning(ctx, st, "")
	if err != nil {
		return err
	}
	result, err := fitTo(ctx, st, "", "", learned)
	if err != nil {
		if ctx.Err() != nil {
			return nil // whoever does not want to wait leaves it to the next session
		}
		return err
	}
	if result.Changed() {
		if err := keepFit(ctx, e, st, "", result, true); err != nil {
			return err
		}
		gain := fmt.Sprintf("it foretells them better (log loss %.3f, before %.3f)", result.After, result.Before)
		if slices.ContainsFunc(result.Candidates, func(c fit.Candidate) bool { return c.Seen }) {
			gain = "the newest count now, too"
		}
		e.Say("fitted the memory model to your %s: %s. No due day moves; kartei optimize says more",
			show.Number(result.Answers, "answer"), gain)
	}
	return st.Taught(ctx)
}

// growth is the part by which a log has grown when it is worth while to fit anew: one
// answer of so many.
const growth = 20

func resetFit(ctx context.Context, e *env, st *store.Store, opts optimizeOptions) error {
	fits, err := st.Fits(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(fits, func(f store.Fit) bool { return f.Scope == opts.deck }) {
		return fault.Failf(withScope("kartei optimize", opts.deck)+" fits them",
			"no parameters are fitted for %s", scopeWords(opts.deck))
	}
	if opts.dryRun {
		return printLines(e.Console, "The fitted parameters of "+scopeWords(opts.deck)+
			" would be given up; no due day would move.")
	}
	if err := st.Fit(ctx, opts.deck, journal.Fitted{}, e.Moment()); err != nil {
		return err
	}
	return printLines(e.Console, "The fitted parameters of "+scopeWords(opts.deck)+
		" are given up. No due day moves; kartei undo takes this back.")
}

// candidateWords say what each candidate is.
var candidateWords = map[string]string{
	fit.Present:  "those in use",
	fit.Defaults: "the defaults",
	fit.First:    "first stabilities fitted",
	fit.All:      "all fitted",
}

func fitLines(p show.Page, opts optimizeOptions, r *fit.Result, moves []store.Move) []string {
	lines := p.Text(show.Bold, scopeName(opts.deck))
	lines = append(lines, p.Text(show.Dim, fmt.Sprintf("%s, %s of them %s; %s.",
		show.Number(r.Answers, "answer"), show.Thousands(r.Items), itemWords(r.Model), r.Model))...)
	if r.Missing > 0 {
		return append(append(lines, ""), p.Text(0,
			tooLittle("learn from", r.Items, r.Missing)+" The parameters stay as they are.")...)
	}
	t := show.Table{Columns: []show.Column{{Title: "parameters"}, {Title: "log loss", Right: true}, {Title: ""}}}
	for _, c := range r.Candidates {
		row := []show.Cell{{Text: candidateWords[c.Name]}, {Text: fmt.Sprintf("%.4f", c.Loss)}, {}}
		switch {
		case c.Seen:
			row[2].Text = "has seen them"
		case c.Name == r.Chosen:
			row[0].Style, row[2].Text = show.Bold, "best"
		}
		t.Rows = append(t.Rows, row)
	}
	lines = append(append(lines, ""), p.Table(t)...)
	lines = append(lines, p.Text(show.Dim, fmt.Sprintf("How well each foretells your newest %s, unseen; lower is better.", show.Number(r.Unseen, "answer")))...)
	lines = append(append(lines, ""), p.Text(0, fitWords(opts, r))...)
	if len(moves) > 0 && !opts.reschedule {
		lines = append(lines, p.Text(0, fmt.Sprintf("Planned anew, %s would be due on another day: %s --reschedule shows how.", show.Number(len(moves), "card"), withScope("kartei optimize", opts.deck)))...)
	}
	return lines
}

// itemWords say which answers a model can foretell.
func itemWords(model string) string {
	if model == fsrs.FSRS7 {
		return "not the first to their card"
	}
	return "on a later day than the one before"
}

func fitWords(opts optimizeOptions, r *fit.Result) string {
	switch {
	case !r.Changed():
		return "None is clearly better than those in use: nothing changes."
	case opts.dryRun:
		return "They would be fitted to the whole log and kept (--dry-run: nothing was). No due day would move."
	}
	return "They were fitted to the whole log and are kept. No due day moves: they count from each card's next answer on. kartei undo takes this back."
}

// reschedule plans cards anew, after it has said what that means and asked.
func reschedule(ctx context.Context, e *env, st *store.Store, opts optimizeOptions, moves []store.Move) error {
	yes, err := sayMoves(ctx, e, st, movesOptions{deck: opts.deck, yes: opts.yes, asJSON: opts.asJSON, dryRun: opts.dryRun,
		question: "Plan them anew?", anyway: withScope("kartei optimize", opts.deck) + " --reschedule --yes"}, moves)
	if err != nil || !yes {
		return err
	}
	done, err := st.Reschedule(ctx, opts.deck, e.Moment())
	if err == nil {
		e.Say("%s planned anew; kartei undo takes it back", show.Number(len(done), "card"))
	}
	return err
}

// movesOptions say how somebody is asked about cards that are to move.
type movesOptions struct {
	deck     string
	yes      bool // do not ask
	asJSON   bool // print nothing
	dryRun   bool // only say
	question string
	anyway   string // the command for where nobody can be asked
}

// sayMoves says what it means that cards move, and asks.
func sayMoves(
	ctx context.Context, e *env, st *store.Store, opts movesOptions, moves []store.Move,
) (yes bool, err error) {
	if len(moves) == 0 {
		e.Say("every card is due when it would be, planned anew: nothing to do")
		return false, nil
	}
	before, after, err := dueDays(ctx, e, st, opts.deck, moves)
	if err != nil {
		return false, err
	}
	sooner := 0
	for _, m := range moves {
		if m.To < m.From {
			sooner++
		}
	}
	if !opts.asJSON {
		p := reportPage(e.Console)
		lines := append([]string{""}, p.Text(0, fmt.Sprintf("Planned anew, %s move: %s sooner, %s later.",
			show.Number(len(moves), "card"), show.Thousands(sooner), show.Thousands(len(moves)-sooner)))...)
		lines = append(lines, p.Text(0, fmt.Sprintf("Due in the next thirty days: %s now, %s then; on the fullest day %s, then %s.",
			show.Thousands(sum(before)), show.Thousands(sum(after)), show.Thousands(slices.Max(before)),
			show.Thousands(slices.Max(after))))...)
		if err := printLines(e.Console, lines...); err != nil {
			return false, err
		}
	}
	if opts.dryRun {
		return false, nil
	}
	yes, err = sure(ctx, e, opts)
	return yes, ask.QuitIsFine(err)
}

// sure asks, where somebody can be asked.
func sure(ctx context.Context, e *env, opts movesOptions) (yes bool, err error) {
	if opts.yes {
		return true, nil
	}
	if !e.AtTerminal() {
		return false, fault.Failf(opts.anyway, "nobody can be asked whether to plan the cards anew")
	}
	asker, closeAsker, err := e.Asker(false)
	if err != nil {
		return false, err
	}
	yes, err = asker.Confirm(ctx, opts.question, false)
	return yes, errors.Join(err, closeAsker())
}

// dueDays counts the cards due on each of the next thirty days, today with all
// that waits, as they are and as they would be.
func dueDays(
	ctx context.Context, e *env, st *store.Store, deck string, moves []store.Move,
) (before, after []int, err error) {
	const days = 30
	before, after = make([]int, days), make([]int, days)
	today, to := e.Moment().Day, map[string]scheduler.Day{}
	for _, m := range moves {
		to[m.Card] = m.To
	}
	count := func(due []int, day scheduler.Day) {
		if i := max(0, int(day-today)); i < days {
			due[i]++
		}
	}
	for c, err := range st.Cards(ctx, store.Query{}, e.Moment()) {
		if err != nil {
			return nil, nil, err
		}
		day, waits := c.Due()
		if !waits || deck != "" && !within(c.Deck, deck) {
			continue
		}
		count(before, day)
		if moved, ok := to[c.ID]; ok {
			day = moved
		}
		count(after, day)
	}
	return before, after, nil
}

func sum(all []int) (n int) {
	for _, x := range all {
		n += x
	}
	return n
}

// optimizeJSON is what `optimize --json` prints.
type optimizeJSON struct {
	Deck       string       `json:"deck"` // empty: all decks
	Model      string       `json:"model"`
	Answers    int          `json:"answers"`
	Items      int          `json:"items"`   // answers of a later day than the one before
	Missing    int          `json:"missing"` // items it would take to learn anything
	Unseen     int          `json:"unseen"`  // newest items, which judged
	Candidates []fittedJSON `json:"candidates"`
	Chosen     string       `json:"chosen"`
	Changed    bool         `json:"changed"`
	Kept       bool         `json:"kept"`
	Parameters []float64    `json:"parameters"`
	Before     float64      `json:"log_loss_before"`
	After      float64      `json:"log_loss_after"`
	Moves      int          `json:"moves"` // cards that a reschedule would put on another day
}

type fittedJSON struct {
	Name string  `json:"name"`
	Loss float64 `json:"log_loss"`
	Seen bool    `json:"seen"` // it was fitted to some of the answers that judge
}

func newOptimizeJSON(opts optimizeOptions, r *fit.Result, moves []store.Move) optimizeJSON {
	j := optimizeJSON{
		Deck: opts.deck, Model: r.Model, Answers: r.Answers, Items: r.Items, Missing: r.Missing, Unseen: r.Unseen,
		Candidates: []fittedJSON{},
		Chosen:     r.Chosen, Changed: r.Changed(), Kept: r.Changed() && !opts.dryRun, Parameters: r.Parameters,
		Before: r.Before, After: r.After, Moves: len(moves),
	}
	for _, c := range r.Candidates {
		j.Candidates = append(j.Candidates, fittedJSON(c))
	}
	return j
}
