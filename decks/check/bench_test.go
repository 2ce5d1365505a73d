package check_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"kartei/decks"
	"kartei/decks/check"
)

// BenchmarkRun applies all rules that are on by default to 100,000 facts in 500
// files: one deck of chapters, so that the rules about whole decks have the most
// to compare. Compile is the part before it; both together may take 1.5 s.
func BenchmarkRun(b *testing.B) {
	for _, facts := range []int{10_000, 100_000} {
		fsys := chapters(facts, facts/200)
		b.Run(fmt.Sprintf("compile/%d", facts), func(b *testing.B) {
			for b.Loop() {
				compile(b, fsys)
			}
		})
		c := compile(b, fsys)
		b.Run(fmt.Sprintf("check/%d", facts), func(b *testing.B) {
			for b.Loop() {
				check.Run(c, check.Options{})
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(facts), "µs/fact")
		})
	}
}

// BenchmarkAlike applies the rules to decks in which everything is like
// everything else, which is where comparing all with all would show.
func BenchmarkAlike(b *testing.B) {
	for name, line := range map[string]func(i int) string{
		"one question": func(i int) string { return fmt.Sprintf("Q: What is it called?\nA: answer %d\n", i) },
		"one answer":   func(i int) string { return fmt.Sprintf("Q: Which thing has the number %d?\nA: the same\n", i) },
		"one fact":     func(int) string { return "Q: Which city is the capital of the same country?\nA: Kingston\n" },
		"close answers": func(i int) string {
			return fmt.Sprintf("Q: What is the capital of state %d?\nA: King%cst%co%cwn\n", i, 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26)
		},
	} {
		var text strings.Builder
		for i := range 50_000 {
			text.WriteString(line(i) + "\n")
		}
		c := compile(b, fstest.MapFS{"deck.md": {Data: []byte(text.String())}})
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				check.Run(c, check.Options{All: true})
			}
		})
	}
}

func compile(t testing.TB, fsys fstest.MapFS) *decks.Compilation {
	t.Helper()
	c, err := decks.Compile(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Diagnostics {
		if d.Severity == decks.Error {
			t.Fatalf("%s:%d: %s", d.File, d.Line, d.Message)
		}
	}
	return c
}

// chapters makes facts of all kinds from made-up words.
func chapters(facts, files int) fstest.MapFS {
	dice := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		var w strings.Builder
		for range 2 + dice.IntN(3) {
			w.WriteByte("bdfghklmnprstvw"[dice.IntN(15)])
			w.WriteByte("aeiou"[dice.IntN(5)])
		}
		return w.String()
	}
	fsys := fstest.MapFS{}
	for f := range files {
		var text strings.Builder
		text.WriteString("---\ndeck: large\nlang: en\nsource book: A book\n---\n\n")
		for i := range facts / files {
			switch i % 5 {
			case 0:
				fmt.Fprintf(&text, "Q: Which treaty did %s and %s sign in the city of %s in %d?\nA: the treaty of %s\nSource: book %d\n", word(), word(), word(), 1500+dice.IntN(500), word(), i)
			case 1:
				fmt.Fprintf(&text, "T: %s\nD: %s %s\nSource: book %d\n", word(), word(), word(), i)
			case 2:
				fmt.Fprintf(&text, "C: The %s of %s lies {{between %s}} and the river {{%s}}.\nSource: book %d\n", word(), word(), word(), word(), i)
			case 3:
				fmt.Fprintf(&text, "Q: Which of these is a kind of %s?\n- [x] %s %s\n- [ ] %s %s\n- [ ] %s %s\nSource: book %d\n", word(), word(), word(), word(), word(), word(), word(), i)
			case 4:
				fmt.Fprintf(&text, "Q: What is the capital of %s?\nA: %s\nSource: book %d\n", word(), word(), i)
			}
			text.WriteString("\n")
		}
		fsys[fmt.Sprintf("chapter-%03d.md", f)] = &fstest.MapFile{Data: []byte(text.String())}
	}
	return fsys
}

// BenchmarkHostile applies all rules to 10 MB of one kind of text, all in at
// most a second. Deletions, of which each makes a card of the whole sentence,
// are 1 MB.
func BenchmarkHostile(b *testing.B) {
	for name, fact := range map[string]string{
		"words":     "Q: " + strings.Repeat("a ", 30<<10) + "\nA: " + strings.Repeat("b ", 30<<10),
		"capitals":  "Q: " + strings.Repeat("A, ", 20<<10) + "?\nA: " + strings.Repeat("B, ", 20<<10),
		"quotes":    "Q: " + strings.Repeat("„“", 10<<10) + "x\nA: " + strings.Repeat("`$*_", 15<<10) + "x",
		"images":    "Q: " + strings.Repeat("![](x.png) ", 5<<10) + "\nA: b",
		"options":   "Q: which\n" + strings.Repeat("- [ ] A and B\n", 4<<10) + "- [x] the which of A",
		"long key":  "Q: which\n- [x] " + strings.Repeat("word ", 6<<10) + "\n" + strings.Repeat("- [ ] sword\n", 2<<10),
		"accepts":   "Q: which\nA: a\nAccept: " + strings.Repeat("b | ", 14<<10) + "c\n" + strings.Repeat("Not: d\n", 1<<10),
		"deletions": "C: " + strings.Repeat("{{1::aaaa}} bbbb ", 200) + "\n\nC: " + strings.Repeat("{{aaaa}} bbbb ", 250),
	} {
		size := 10 << 20
		if name == "deletions" {
			size = 1 << 20
		}
		text := strings.Repeat(fact+"\n\n", size/len(fact))
		c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte("---\nlang: en\n---\n\n" + text)}})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				check.Run(c, check.Options{All: true, Images: fstest.MapFS{}})
			}
		})
	}
}
