package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/fit"
	"kartei/scheduler/simulate"
	"kartei/scheduler/stats"
	"kartei/store"
)

var updateScreens = flag.Bool("update-screens", false, "write the screens anew")

// The screens of optimize, evaluate and simulate in few, usual and many columns, as
// testdata/learning.txt has them; -update-screens writes them. No line is too long.
func TestLearningScreens(t *testing.T) {
	figure := func(x float64) fit.Estimate { return fit.Estimate{Value: x, Low: x - 0.012, High: x + 0.014} }
	evaluation := &fit.Evaluation{Answers: 12_580, Items: 6_276, Judged: 5_230, Cards: 1_204}
	for i, name := range []string{fit.Average, fit.FSRS6, fit.InUse, fit.Fitted, fit.FSRS7, fit.Predicted} {
		evaluation.Methods = append(evaluation.Methods, fit.Method{Name: name, Loss: figure(0.5 - 0.01*float64(i)), RMSE: figure(0.1 - 0.01*float64(i)), AUC: figure(0.5 + 0.04*float64(i))})
	}
	for _, n := range [][2]int{{80, 215}, {585, 679}, {1494, 1684}} {
		evaluation.Curve = append(evaluation.Curve, fit.Bin{Expected: float64(n[0]) / float64(n[1]), Recalled: stats.ShareOf(n[0], n[1])})
	}
	dice := &fit.Evaluation{Answers: 290, Items: 240, Judged: 200, Cards: 3} // nothing beats the average
	for _, m := range evaluation.Methods {
		m.Loss = fit.Estimate{Value: 0.94 - m.Loss.Value, Low: math.NaN(), High: math.NaN()}
		m.RMSE.Low, m.AUC.Low = math.NaN(), math.NaN()
		dice.Methods = append(dice.Methods, m)
	}
	if text, err := json.Marshal(newEvaluateJSON("", dice)); err != nil || bytes.Contains(text, []byte("low")) {
		t.Errorf("a range in %s (%v)", text, err)
	}
	result := &fit.Result{Model: "fsrs-6", Answers: 12_580, Items: 6_276, Unseen: 1_255, Chosen: fit.All, Before: 0.4516, After: 0.4487,
		Candidates: []fit.Candidate{{Name: fit.Present, Loss: 0.4516}, {Name: fit.Defaults, Loss: 0.4516}, {Name: fit.First, Loss: 0.4513}, {Name: fit.All, Loss: 0.4487}}}
	little := &fit.Result{Model: "fsrs-6", Answers: 90, Items: 63, Missing: 1}
	plan := simulate.Plan{Options: scheduler.Defaults(), Cards: make([]scheduler.Memory, 2_930), Days: 365, Habits: &simulate.Habits{}}
	var outcomes []*simulate.Outcome
	for i, hours := range []float64{150, 169, 203, 267} {
		days := make([]simulate.Day, 365)
		for d := range days {
			days[d] = simulate.Day{Answers: 116 + 30*i, Seconds: hours * 3600 / 365}
		}
		outcomes = append(outcomes, &simulate.Outcome{Days: days, Before: 1108, Known: []float64{2589, 2700, 2781, 2849}[i], Seen: 2930, Waits: 40 * (i / 3)})
	}
	var b strings.Builder
	for _, width := range []int{40, 80, 120} {
		p := show.Page{Width: width, Palette: show.Plain}
		for _, lines := range [][]string{
			fitLines(p, optimizeOptions{}, result, make([]store.Move, 1_412)),
			fitLines(p, optimizeOptions{deck: "nato-en"}, little, nil),
			evaluationLines(p, "", evaluation),
			evaluationLines(p, "dice", dice),
			evaluationLines(p, "nato-en", &fit.Evaluation{Items: 20, Missing: 100}),
			backlogLines(p, planOptions{}, 340, 200, 38, 0.18, []simulate.Way{{Days: 1, ADay: 340, Asked: 0.84}, {Days: 7, ADay: 49, Asked: 0.81, Lost: 11.1}, {Days: 14, ADay: 25, Asked: 0.78, Lost: 19.2}}),
			awayLines(p, planOptions{}, 20_800, 20_814, 158, 79, 1.4),
			simulationLines(p, simulateOptions{deck: "nato-en", days: 365}, plan, []float64{0.8, 0.85, 0.9, 0.95}, outcomes),
		} {
			fmt.Fprintf(&b, "--- %d columns\n", width)
			for _, l := range lines {
				fmt.Fprintln(&b, l)
				if show.Width(l) > width {
					t.Errorf("wider than %d columns: %s", width, l)
				}
			}
		}
	}
	const file = "testdata/learning.txt"
	if *updateScreens {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}
