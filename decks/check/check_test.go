package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"kartei/decks"
	"kartei/decks/check"
)

func Example() {
	c, err := decks.Compile(fstest.MapFS{"lakes.md": {Data: []byte(`
Q: Which of these lakes is not in Africa?
- [x] Baikal
- [ ] Chad
- [ ] Malawi
`)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range check.Run(c, check.Options{}) {
		fmt.Printf("%s:%d:%d: %s [%s]\n", d.File, d.Line, d.Column, d.Message, d.Rule)
	}
	// Output: lakes.md:2:28: “not” turns the question round and is easily overlooked [negative-stem]
}

func ExampleFind() {
	rule, _ := check.Find("numeric-overlap")
	fmt.Println(rule.Title)
	// Output: ranges to choose from overlap, so two of them can be right at once
}

// found runs the rules over one deck file and names what they found, by line.
func found(t *testing.T, options check.Options, deck string) []string {
	t.Helper()
	c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte(deck)}})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, d := range check.Run(c, options) {
		all = append(all, fmt.Sprintf("%d %s", d.Line, d.Rule))
	}
	return all
}

func TestAllowSilencesWhereItStands(t *testing.T) {
	got := found(t, check.Options{}, `
<!-- kartei: allow yes-no -->
Q: Is glass a crystal?
A: No

Q: Is ice a crystal?
A: Yes

<!-- kartei: allow long-answer volatile -->
Q: Is salt a crystal?
A: Yes

Q: Which of these is rising?
<!-- kartei: allow absolute-term -->
- [ ] It always is the sea
- [x] It is the tide
- [ ] It is the moon
`)
	want := []string{"7 yes-no", "11 yes-no"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTemplateIsReportedOnceAndRowsEach(t *testing.T) {
	got := found(t, check.Options{}, `
| metal   | use                                                                             |
|---------|---------------------------------------------------------------------------------|
| copper  | wires and pipes in houses and machines that have to conduct heat or electricity |
| gold    | coins                                                                           |
| iron    | rails and bridges and ships and whatever else has to be both strong and cheap   |

Q: When was it that {metal} was first used for {use}, and why did it take so very long until people who had known the metal for many hundreds of years, and had looked for such a thing in vain, at last came upon the idea, which seems so very simple to us now?
A: Nobody knows
Id: first

Q: What is {metal} good for?
A: {use}
`)
	want := []string{"4 long-answer", "6 long-answer", "8 long-stem"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestBrokenDecksAreCheckedToo(t *testing.T) {
	got := found(t, check.Options{}, "\nQ: No answer here?\n\nQ: Is ice a crystal?\nA: Yes\n")
	if diff := cmp.Diff([]string{"5 yes-no"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFindingsOfARuleAreLimitedAFile(t *testing.T) {
	var text strings.Builder
	for i := range 250 {
		fmt.Fprintf(&text, "Q: Is the number %d even?\nA: Yes\n\n", i)
	}
	c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte(text.String())}})
	if err != nil {
		t.Fatal(err)
	}
	all := check.Run(c, check.Options{})
	if len(all) != 100 {
		t.Fatalf("%d findings", len(all))
	}
	if last := all[99].Message; !strings.HasSuffix(last, "(and in 150 more places)") {
		t.Errorf("the last says %q", last)
	}
}

// TestManyFacts has more facts than one goroutine takes.
func TestManyFacts(t *testing.T) {
	fsys := fstest.MapFS{}
	const files, each = 60, 100
	for f := range files {
		var text strings.Builder
		text.WriteString("---\ndeck: large\nlang: en\n---\n\n")
		for i := range each {
			fmt.Fprintf(&text, "Q: Is the number %d even?\nA: Yes\n\n", f*each+i)
		}
		fsys[fmt.Sprintf("part-%d.md", f)] = &fstest.MapFile{Data: []byte(text.String())}
	}
	c, err := decks.Compile(fsys)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, d := range check.Run(c, check.Options{}) {
		if d.Rule != "yes-no" {
			t.Fatalf("%s: %s", d.Rule, d.Message)
		}
		seen[fmt.Sprint(d.File, ":", d.Line)] = true
	}
	if len(seen) != files*each {
		t.Errorf("%d of %d facts are reported", len(seen), files*each)
	}
}

// TestLongestIsRightKeepsStillByChance draws decks in which the right option is
// as often the longest as chance has it: at most one in fifty may be reported.
func TestLongestIsRightKeepsStillByChance(t *testing.T) {
	reported := 0
	const trials = 200
	for trial := range trials {
		var text strings.Builder
		for i := range 40 {
			fmt.Fprintf(&text, "Q: What has the number %d?\n", i)
			right := dice(trial, i, 3) % 3
			for o := range 3 {
				mark := " "
				if o == right {
					mark = "x"
				}
				fmt.Fprintf(&text, "- [%s] %s%d\n", mark, strings.Repeat("m", 5+dice(trial, i, o)%20), o)
			}
			text.WriteString("\n")
		}
		for _, f := range found(t, check.Options{}, text.String()) {
			if strings.HasSuffix(f, "longest-is-right") {
				reported++
			}
		}
	}
	if reported > trials/50 {
		t.Errorf("%d of %d decks of chance are reported", reported, trials)
	}
}

// dice throws the same number for the same numbers.
func dice(numbers ...int) int {
	x := uint64(88172645463325252)
	for _, n := range numbers {
		x ^= uint64(n+1) * 0x9e3779b97f4a7c15
		x ^= x >> 30
		x *= 0xbf58476d1ce4e5b9
		x ^= x >> 27
	}
	return int(x >> 33)
}

// FuzzRun checks that no deck makes a rule fail, and that what is found lies in
// the file, in order, and is the same again.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.md")
	if err != nil {
		f.Fatal(err)
	}
	more, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if files := txtar.Parse(text).Files; len(files) > 0 {
			text = files[0].Data
		}
		if len(text) < 2000 {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{"deck.md": {Data: []byte(text)}}
		options := check.Options{All: true, Images: fsys, Against: map[string]*check.Reference{"book": check.NewReference("a book")}}
		run := func() []decks.Diagnostic {
			c, err := decks.Compile(fsys)
			if err != nil {
				t.Fatal(err)
			}
			return check.Run(c, options)
		}
		all := run()
		lines := strings.Count(text, "\n") + 1
		for i, d := range all {
			if d.Line < 1 || d.Line > lines || d.Column < 1 {
				t.Fatalf("%s is found at %d:%d of %d lines", d.Rule, d.Line, d.Column, lines)
			}
			if i > 0 && d.Line < all[i-1].Line {
				t.Fatalf("%s on line %d comes after line %d", d.Rule, d.Line, all[i-1].Line)
			}
			if r, ok := check.Find(d.Rule); !ok || r.Form || r.Severity != d.Severity {
				t.Fatalf("there is no rule %s", d.Rule)
			}
		}
		if diff := cmp.Diff(all, run()); diff != "" {
			t.Fatalf("the second time: %s", diff)
		}
	})
}
