package answer_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"kartei/decks/answer"
)

// A labelled is a line of testdata/pairs.tsv.
type labelled struct {
	line        int
	lang, typed string
	want        answer.Wanted
	rule        answer.Rule
	open        bool // not judged so yet, for a reason that the line gives
}

func pairs(t testing.TB) (all []labelled) {
	t.Helper()
	data, err := os.ReadFile("testdata/pairs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 8 {
			t.Fatalf("line %d has %d fields", i+1, len(f))
		}
		p := labelled{line: i + 1, lang: f[0], typed: f[2], rule: answer.Rule(f[3]), want: answer.Wanted{Text: f[1], Lang: f[0], Strict: f[5] == "strict"}}
		if f[4] != "" {
			p.want.Rivals = strings.Split(f[4], ";")
		}
		if _, p.open = strings.CutPrefix(f[3], "open:"); !p.open && !slices.Contains(answer.Rules, p.rule) {
			t.Fatalf("line %d: no rule is called %q", i+1, p.rule)
		}
		all = append(all, p)
	}
	return all
}

// TestPairs judges every pair of testdata as its line says. With -v it prints
// how many of each language were met by which rule.
func TestPairs(t *testing.T) {
	counts := map[string]map[answer.Rule]int{}
	open, refused := 0, 0
	all := pairs(t)
	for _, p := range all {
		got := p.want.Compare(p.typed)
		if got.Right == (got.Rule == answer.Wrong) {
			t.Errorf("line %d: the verdict contradicts itself: %+v", p.line, got)
		}
		if p.open {
			if open++; got.Right == (p.rule == "open:right") {
				t.Errorf("line %d is not open any more: %q typed for %q is %s", p.line, p.typed, p.want.Text, got.Rule)
			}
			continue
		}
		if got.Rule != p.rule {
			t.Errorf("line %d (%s): %q typed for %q: got %s, want %s", p.line, p.lang, p.typed, p.want.Text, got.Rule, p.rule)
		}
		if counts[p.lang] == nil {
			counts[p.lang] = map[answer.Rule]int{}
		}
		counts[p.lang][p.rule]++
		if p.rule == answer.Wrong {
			refused++
		}
	}
	if len(all) < 500 || len(counts) < 15 || 2*refused < len(all) || 50*open > len(all) {
		t.Errorf("%d pairs in %d languages, %d refused, %d open", len(all), len(counts), refused, open)
	}
	t.Logf("%d pairs, %d refused, %d open\n%s", len(all), refused, open, table(counts))
}

// TestAttack judges pairs that were thought of after the ladder stood.
func TestAttack(t *testing.T) {
	data, err := os.ReadFile("testdata/attack.tsv")
	if err != nil {
		t.Fatal(err)
	}
	all, open := 0, 0
	for i, line := range strings.Split(string(data), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			continue
		}
		all++
		w := answer.Wanted{Text: f[1], Lang: f[0]}
		if f[4] != "" {
			w.Rivals = strings.Split(f[4], ";")
		}
		v := w.Compare(f[2])
		switch agrees := v.Right == (f[3] == "right"); {
		case f[5] != "" && agrees:
			t.Errorf("line %d is not open any more", i+1)
		case f[5] != "":
			open++
		case !agrees:
			t.Errorf("line %d (%s): %q typed for %q is %s, should be %s", i+1, f[0], f[2], f[1], v.Rule, f[3])
		}
	}
	if all < 500 || 50*open > all {
		t.Errorf("%d pairs, %d open", all, open)
	}
}

func table(counts map[string]map[answer.Rule]int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-4s", "")
	for _, r := range answer.Rules {
		fmt.Fprintf(&out, "%9s", r)
	}
	langs := make([]string, 0, len(counts))
	for l := range counts {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		fmt.Fprintf(&out, "\n%-4s", l)
		for _, r := range answer.Rules {
			fmt.Fprintf(&out, "%9d", counts[l][r])
		}
	}
	return out.String()
}
