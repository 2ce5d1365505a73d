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
