package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/scheduler/fit"
	"kartei/store"
)

type evaluateOptions struct {
	deck   string // "" is all decks
	asJSON bool
}

func newEvaluateCmd(e *env) *cobra.Command {
	var opts evaluateOptions
	cmd := &cobra.Command{
		Use:   "evaluate [DECK]",
		Short: "See how well Kartei foretells your answers",
		Long: `Evaluate goes through your log as if it were the past: of each of five parts it
foretells the answers from what came before them, by several methods, and compares
that with what you did.

  log loss  how far off, on the whole; lower is better
  RMSE      how far a group of cards is recalled more or less often than foretold
  AUC       how well it tells what you will know from what you will not: 0.5 is
            chance, 1 is perfect
  predictor what Kartei shows as expected recall
  in use    may have seen the answers that it foretells here, if it was fitted

Figures in brackets are a range that holds in 19 of 20 cases. Of fewer than twenty
cards the methods have none.` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Example:           "  kartei evaluate\n  kartei evaluate nato-en --json",
		Args:              nArgs(0, 1, "one deck"),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.deck = args[0]
			}
			return runEvaluate(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "print one JSON object")
	return cmd
}

func runEvaluate(ctx context.Context, e *env, opts evaluateOptions) error {
	return e.with(ctx, func(st *store.Store) error {
		if err := knowScope(ctx, st, opts.deck); err != nil {
			return err
		}
		learned, err := readLearning(ctx, st, opts.deck)
		if err != nil {
			return err
		}
		options, err := st.Options(ctx, opts.deck)
		if err != nil {
			return err
		}
		progress := e.Progress("%d %% foretold")
		defer progress.End()
		o := fit.Options{Model: options.Model, Present: options.Parameters, Relearning: len(options.Relearning)}
		found, err := fit.Evaluate(ctx, &learned.log, o, func(share float64) { progress.At(int(100*share), 0) })
		if err != nil {
			return err
		}
		progress.End()
		if opts.asJSON {
			return show.JSON(e.Out, newEvaluateJSON(opts.deck, found))
		}
		return printLines(e.Console, evaluationLines(reportPage(e.Console), opts.deck, found)...)
	})
}

// methodWords say what each method is.
var methodWords = map[string]string{
	fit.Average:   "average recall",
	fit.FSRS6:     "FSRS-6, defaults",
	fit.InUse:     "in use",
	fit.Fitted:    "FSRS-6, fitted",
	fit.FSRS7:     "FSRS-7, fitted",
	fit.Predicted: "predictor",
}

func evaluationLines(p show.Page, deck string, e *fit.Evaluation) []string {
	lines := p.Text(show.Bold, scopeName(deck))
	if e.Missing > 0 {
		return append(lines, p.Text(0, tooLittle("evaluate", e.Items, e.Missing))...)
	}
	lines = append(lines, p.Text(show.Dim, fmt.Sprintf("%s; %s of later days foretold from what came before.",
		show.Number(e.Answers, "answer"), show.Thousands(e.Judged)))...)
	lines = append(append(lines, ""), p.Table(methodTable(e, p.Width))...)
	if e.Cards < fit.LeastToRange {
		are := "are"
		if e.Cards == 1 {
			are = "is"
		}
		lines = append(lines, p.Text(show.Dim, fmt.Sprintf("No ranges: they take %d cards, and there %s %d.",
			fit.LeastToRange, are, e.Cards))...)
	}
	lines = append(lines, "", "Foretold   recalled")
	var bars []show.Bar
	for _, b := range e.Curve {
		known := float64(b.Recalled.Part) / float64(b.Recalled.Of)
		bars = append(bars, show.Bar{
			Label: fmt.Sprintf("%8s", show.Percent(b.Expected)), Value: 100 * known,
			Text: fmt.Sprintf("%s (%.0f to %.0f) of %s", show.Percent(known), 100*b.Recalled.Low, 100*b.Recalled.High,
				show.Thousands(b.Recalled.Of)),
		})
	}
	lines = append(append(lines, p.Bars(bars)...), "")
	lines = append(lines, p.Text(0, evaluationWords(e))...)
	return lines
}

// methodTable has as many figures as there is room for.
func methodTable(e *fit.Evaluation, width int) show.Table {
	narrow, wide := width < 60, width >= 100
	t := show.Table{Columns: []show.Column{{Title: "method"}, {Title: "log loss", Right: true}}}
	if !narrow {
		t.Columns = append(t.Columns, show.Column{Title: "RMSE", Right: true})
	}
	t.Columns = append(t.Columns, show.Column{Title: "AUC", Right: true})
	for _, m := range e.Methods {
		name := show.Cell{Text: methodWords[m.Name]}
		if m.Name == fit.Predicted {
			name.Style = show.Bold
		}
		row := []show.Cell{name, {Text: estimate(m.Loss, 4, !narrow)}}
		if !narrow {
			row = append(row, show.Cell{Text: estimate(m.RMSE, 4, wide)})
		}
		t.Rows = append(t.Rows, append(row, show.Cell{Text: estimate(m.AUC, 3, wide)}))
	}
	return t
}

// estimate writes a figure, with its range if there is room, and one.
func estimate(x fit.Estimate, digits int, ranged bool) string {
	text := fmt.Sprintf("%.*f", digits, x.Value)
	if ranged && x.Ranged() {
		text += fmt.Sprintf(" (%.*f to %.*f)", digits, x.Low, digits, x.High)
	}
	return text
}

// evaluationWords say in words what the figures mean.
func evaluationWords(e *fit.Evaluation) string {
	var says []string
	if b, ok := nearest(e.Curve, 0.9); ok {
		says = append(says, fmt.Sprintf("When Kartei says %s, you know %.0f to %.0f %%.", show.Percent(b.Expected),
			100*b.Recalled.Low, 100*b.Recalled.High))
	}
	by := map[string]fit.Method{}
	for _, m := range e.Methods {
		by[m.Name] = m
	}
	switch gain := by[fit.FSRS6].Loss.Value - by[fit.Fitted].Loss.Value; {
	case gain > 0.001:
		says = append(says, "Parameters fitted to you foretell your answers better than the defaults.")
	case gain < -0.001:
		says = append(says, "Parameters fitted to you foretell your answers no better than the defaults.")
	default:
		says = append(says, "Parameters fitted to you and the defaults foretell your answers alike.")
	}
	if !slices.ContainsFunc(e.Methods, func(m fit.Method) bool { return m.Loss.Value < by[fit.Average].Loss.Value-0.001 }) {
		says = append(says, "Your average recall foretells them as well as any of these.")
	}
	return strings.Join(says, " ")
}

// nearest is the bin nearest to an expected recall.
func nearest(curve []fit.Bin, expected float64) (found fit.Bin, ok bool) {
	for _, b := range curve {
		if !ok || math.Abs(b.Expected-expected) < math.Abs(found.Expected-expected) {
			found, ok = b, true
		}
	}
	return found, ok
}

// evaluateJSON is what `evaluate --json` prints.
type evaluateJSON struct {
	Deck        string            `json:"deck"` // empty: all decks
	Answers     int               `json:"answers"`
	Items       int               `json:"items"`   // answers of a later day than the one before
	Missing     int               `json:"missing"` // items it would still take
	Judged      int               `json:"judged"`
	Cards       int               `json:"cards"` // that the items judged are about
	Methods     []methodJSON      `json:"methods"`
	Calibration []calibrationJSON `json:"calibration"` // of the predictor
}

type methodJSON struct {
	Name string       `json:"name"`
	Loss estimateJSON `json:"log_loss"`
	RMSE estimateJSON `json:"rmse_bins"`
	AUC  estimateJSON `json:"auc"`
}

type estimateJSON struct {
	Value float64  `json:"value"`
	Low   *float64 `json:"low,omitempty"` // neither end: too few cards
	High  *float64 `json:"high,omitempty"`
}

func newEstimateJSON(x fit.Estimate) estimateJSON {
	if !x.Ranged() {
		return estimateJSON{Value: x.Value}
	}
	return estimateJSON{x.Value, &x.Low, &x.High}
}

type calibrationJSON struct {
	Expected float64 `json:"expected"`
	Recalled int     `json:"recalled"`
	Answers  int     `json:"answers"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

func newEvaluateJSON(deck string, e *fit.Evaluation) evaluateJSON {
	j := evaluateJSON{Deck: deck, Answers: e.Answers, Items: e.Items, Missing: e.Missing, Judged: e.Judged,
		Cards: e.Cards, Methods: []methodJSON{}, Calibration: []calibrationJSON{}}
	for _, m := range e.Methods {
		j.Methods = append(j.Methods, methodJSON{m.Name, newEstimateJSON(m.Loss), newEstimateJSON(m.RMSE),
			newEstimateJSON(m.AUC)})
	}
	for _, b := range e.Curve {
		j.Calibration = append(j.Calibration, calibrationJSON{b.Expected, b.Recalled.Part, b.Recalled.Of,
			b.Recalled.Low, b.Recalled.High})
	}
	return j
}
