package check_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/check"
)

// What is asked of a rule that is on by default.
const (
	wantPrecision = 0.9
	wantRecall    = 0.8
	fewestLabels  = 5
)

// unlabelled are the rules in which there is nothing to judge: they look up, or
// test a hypothesis (see TestLongestIsRightKeepsStillByChance).
var unlabelled = map[string]bool{"answer-and-options": true, "asked-elsewhere": true, "running-number": true, "evidence": true, "unknown-allow": true, "draft": true, "longest-is-right": true}

// want labels the fact on the next line or, as no comment can stand in a table, so many
// lines below.
var want = regexp.MustCompile(`^<!-- want(?: \+(\d+))?: ([a-z -]+) -->$`)

// TestCorpus measures every rule on decks in which each fact is labelled with
// the rules that a good instructor would raise: a comment on the line above
// names them, and a fact without one must pass in silence.
func TestCorpus(t *testing.T) {
	fsys := os.DirFS("testdata/corpus")
	c, err := decks.Compile(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	reportBroken(t, c)
	scores := map[string]*score{}
	for _, r := range check.Rules() {
		scores[r.Name] = &score{}
	}
	labels := readLabels(t, scores)
	for _, d := range check.Run(c, check.Options{All: true, Images: fsys}) {
		at := factAt(c, d)
		label := labels[at]
		if label == nil {
			label = map[string]bool{}
			labels[at] = label
		}
		switch wanted, labelled := label[d.Rule]; {
		case !labelled:
			scores[d.Rule].wrong++
			t.Logf("%s:%d: not wanted: %s [%s]", d.File, d.Line, d.Message, d.Rule)
		case wanted:
			scores[d.Rule].right++
		}
		label[d.Rule] = false // found
	}
	for at, label := range labels {
		for rule, missing := range label {
			if missing {
				t.Logf("%v: missed: %s", at, rule)
			}
		}
	}
	logScores(t, scores)
	for name, s := range scores {
		r, _ := check.Find(name)
		if r.Off || r.Form || unlabelled[name] {
			continue
		}
		if s.labelled < fewestLabels {
			t.Errorf("%s has %d labels, too few to measure it", name, s.labelled)
		}
		if s.precision() < wantPrecision {
			t.Errorf("%s is on by default with a precision of %.2f", name, s.precision())
		}
		if s.recall() < wantRecall {
			t.Errorf("%s finds %.2f of what it should", name, s.recall())
		}
	}
}

// A score counts what a rule found in the corpus.
type score struct{ labelled, right, wrong int }

func (s score) precision() float64 {
	if s.right+s.wrong == 0 {
		return 1
	}
	return float64(s.right) / float64(s.right+s.wrong)
}

func (s score) recall() float64 { return float64(s.right) / float64(max(s.labelled, 1)) }

func logScores(t *testing.T, scores map[string]*score) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-20s %8s %6s %6s %9s %7s\n", "rule", "labelled", "right", "wrong", "precision", "recall")
	for _, r := range check.Rules() {
		if s := scores[r.Name]; s.labelled+s.wrong > 0 {
			off := ""
			if r.Off {
				off = "  (off)"
			}
			fmt.Fprintf(&b, "%-20s %8d %6d %6d %9.2f %7.2f%s\n", r.Name, s.labelled, s.right, s.wrong, s.precision(), s.recall(), off)
		}
	}
	t.Log(b.String())
}

// A factPlace is where a fact begins.
type factPlace struct {
	file string
	line int
}

// readLabels reads the labels of all facts of the corpus; each is true until
// its rule is found.
func readLabels(t *testing.T, scores map[string]*score) map[factPlace]map[string]bool {
	t.Helper()
	labels := map[factPlace]map[string]bool{}
	entries, err := os.ReadDir("testdata/corpus")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile("testdata/corpus/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			m := want.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			label := map[string]bool{}
			for _, rule := range strings.Fields(m[2]) {
				if scores[rule] == nil {
					t.Fatalf("%s:%d: there is no rule %q", e.Name(), i+1, rule)
				}
				label[rule] = true
				scores[rule].labelled++
			}
			below := 1
			if m[1] != "" {
				below, _ = strconv.Atoi(m[1])
			}
			labels[factPlace{e.Name(), i + 1 + below}] = label
		}
	}
	return labels
}

// factAt is where the fact begins that a diagnostic is about.
func factAt(c *decks.Compilation, d decks.Diagnostic) factPlace {
	at := factPlace{d.File, 0}
	for _, traced := range c.Traced {
		for _, f := range traced.Deck.Facts {
			if f.File == d.File && f.Line <= d.Line {
				at.line = max(at.line, f.Line)
			}
		}
	}
	return at
}

func reportBroken(t *testing.T, c *decks.Compilation) {
	t.Helper()
	for _, d := range c.Diagnostics {
		if d.Severity == decks.Error {
			t.Errorf("%s:%d: %s [%s]", d.File, d.Line, d.Message, d.Rule)
		}
	}
}

// TestExamples checks that each rule finds its bad example and passes its good
// one, and that neither example breaks another rule.
func TestExamples(t *testing.T) {
	for _, r := range check.Rules() {
		if r.Bad == "" {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			if found := rulesIn(t, r.Bad); !slices.Contains(found, r.Name) {
				t.Errorf("the bad example is not flagged; found %v", found)
			}
			if found := rulesIn(t, r.Good); slices.Contains(found, r.Name) {
				t.Errorf("the good example is flagged")
			} else if len(found) > 0 {
				t.Errorf("the good example breaks %v", found)
			}
		})
	}
}

// rulesIn names the rules that a deck breaks, its form included.
func rulesIn(t *testing.T, deck string) []string {
	t.Helper()
	c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte(strings.TrimLeft(deck, "\n") + "\n")}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range append(c.Diagnostics, check.Run(c, check.Options{All: true})...) {
		names = append(names, d.Rule)
	}
	return names
}
