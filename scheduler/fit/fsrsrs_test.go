package fit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// bigLogs are synthetic logs of 100,000 and 500,000 answers, and a real one
// where it is there.
func bigLogs(t *testing.T) map[string]*Log {
	logs := map[string]*Log{
		"hundred": learner{answers: 100_000, fresh: 40, truth: steady(parameters(0.5, -0.3))}.log(t, 1),
	}
	if !testing.Short() {
		logs["fivehundred"] = learner{answers: 500_000, fresh: 200, truth: steady(parameters(0.5, -0.3))}.log(t, 2)
	}
	if l := josh(t); l != nil {
		logs["josh"] = l
	}
	return logs
}

// Trained on the same log, our parameters are at least as good as those of
// fsrs-rs 6.5.0 (npm binding 0.5.0), in sample and on answers that neither has
// seen. testdata/fsrs-rs.mjs says how its parameters were made.
func TestAgreesWithFSRSRS(t *testing.T) {
	dump := os.Getenv("KARTEI_FIT_LOGS")
	theirs := map[string][]float64{}
	text, err := os.ReadFile("testdata/fsrs-rs.json")
	if err == nil {
		err = json.Unmarshal(text, &theirs)
	}
	if err != nil && dump == "" {
		t.Fatal(err)
	}
	for name, l := range bigLogs(t) {
		head, whole, tail := l.head(0.8)
		if dump != "" {
			write(t, filepath.Join(dump, name+".log"), l)
			write(t, filepath.Join(dump, name+"-head.log"), head)
			continue
		}
		compareLosses(t, name+" in sample", l, whole, whole.items, theirs[name])
		compareLosses(t, name+" held out", head, whole, tail, theirs[name+"-head"])
	}
}

// compareLosses trains on a log and compares the losses of items.
func compareLosses(t *testing.T, name string, l *Log, h *histories, items []item, theirs []float64) {
	t.Helper()
	tr, err := newTrainer(context.Background(), l, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.team.dismiss()
	ours, err := tr.train(All, tr.items)
	if err != nil {
		t.Fatal(err)
	}
	tr.method.steps = 0
	epochs, err := tr.train(All, tr.items)
	if err != nil {
		t.Fatal(err)
	}
	a, b, c := meanLoss(t, h, items, ours), meanLoss(t, h, items, theirs), meanLoss(t, h, items, epochs)
	t.Logf("%-22s ours %.5f, after the same epochs %.5f, fsrs-rs %.5f", name, a, c, b)
	if a > b+0.0005 {
		t.Errorf("%s: ours %.5f, fsrs-rs %.5f", name, a, b)
	}
}

func write(t *testing.T, file string, l *Log) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	for _, a := range l.answers {
		fmt.Fprintln(w, a.card, a.day, int(a.grade))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
