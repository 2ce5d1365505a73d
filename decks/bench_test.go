//go:build unix

package decks_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"kartei/decks"
	"kartei/decks/check"
)

// writeTree writes files of 200 facts each: questions, terms, sentences,
// choices and rows, 241 cards a file.
func writeTree(tb testing.TB, files int) fs.FS {
	tb.Helper()
	dir := tb.TempDir()
	for n := range files {
		name := filepath.Join(dir, fmt.Sprintf("part-%d", n%10), fmt.Sprintf("deck-%d.md", n))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(deckText(n)), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return os.DirFS(dir)
}

func deckText(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "---\ntitle: Deck %d\nlang: en\ntags: made benchmark\nsource log: The log of the benchmark\n---\n\n# Deck %d\n\n", n, n)
	for i := range 160 {
		switch i % 8 {
		case 0:
			fmt.Fprintf(&b, "T: term %d of deck %d\nD: what the %dth word of it means to a reader\nSource: log %d\n", i, n, i, i)
		case 1:
			fmt.Fprintf(&b, "C: The {{harbour %d}} lies on the coast of {{2::country %d}} and has no ice in winter.\nSource: log %d\n", i, n, i)
		case 2:
			fmt.Fprintf(&b, "Q: Which of these ships left harbour %d in year %d?\n- [x] ship %d\n- [ ] ship %d -- it left later\n- [ ] ship %d\nSource: log %d\n", i, n, i, i+1, i+2, i)
		default:
			fmt.Fprintf(&b, "Q: Which captain commanded the ship number %d of fleet %d on its first voyage?\nA: Captain %d of %d\nAccept: captain %d | number %d\nNote: It took many weeks.\nSource: log %d\nTags: fleet-%d\n", i, n, i, n, i, i, i, i%7)
		}
		b.WriteByte('\n')
	}
	b.WriteString("## Ports\n\n| id | port | sea | source |\n|---|---|---|---|\n")
	for i := range 40 {
		fmt.Fprintf(&b, "| port-%d | Port %d of %d | Sea %d | log %d |\n", i, i, n, i%9, i)
	}
	b.WriteString("\nQ: On which sea does {port} lie?\nA: {sea}\n")
	return b.String()
}

// compileTree compiles a tree and fails on any problem.
func compileTree(tb testing.TB, fsys fs.FS, known []decks.Stamp) *decks.Compilation {
	tb.Helper()
	c, err := decks.CompileWith(fsys, decks.Options{Known: known})
	if err != nil {
		tb.Fatal(err)
	}
	if len(c.Diagnostics) > 0 {
		tb.Fatal(c.Diagnostics[0])
	}
	return c
}

// BenchmarkCompile compiles 100,000 facts in 500 files that nobody has compiled
// before; with the rules of package check, too; and once more with nothing
// changed. Live is the memory that the result holds, peak what the runtime took
// from the system.
func BenchmarkCompile(b *testing.B) {
	fsys := writeTree(b, 500)
	b.Run("cold", func(b *testing.B) {
		var c *decks.Compilation
		start := processorTime()
		for b.Loop() {
			c = compileTree(b, fsys, nil)
		}
		reportProcessor(b, start)
		reportMemory(b)
		runtime.KeepAlive(c)
	})
	b.Run("cold and checked", func(b *testing.B) {
		start := processorTime()
		for b.Loop() {
			check.Run(compileTree(b, fsys, nil), check.Options{})
		}
		reportProcessor(b, start)
		reportMemory(b)
	})
	b.Run("cold and matched", func(b *testing.B) {
		start := processorTime()
		for b.Loop() {
			decks.Match(nil, compileTree(b, fsys, nil).Decks)
		}
		reportProcessor(b, start)
	})
	b.Run("unchanged", func(b *testing.B) {
		stamps := compileTree(b, fsys, nil).Stamps
		start := processorTime()
		for b.Loop() {
			if c := compileTree(b, fsys, stamps); len(c.Unchanged) != 500 {
				b.Fatalf("%d decks unchanged, want 500", len(c.Unchanged))
			}
		}
		reportProcessor(b, start)
	})
}

// BenchmarkFacts compiles, checks and matches ever more facts, 200 in a file: the
// time for each of them is to stay the same.
func BenchmarkFacts(b *testing.B) {
	for _, facts := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(facts), func(b *testing.B) {
			fsys := writeTree(b, facts/200)
			start := processorTime()
			for b.Loop() {
				c := compileTree(b, fsys, nil)
				check.Run(c, check.Options{})
				decks.Match(nil, c.Decks)
			}
			used := (processorTime() - start).Seconds() / float64(b.N)
			b.ReportMetric(used, "cpu-s/op")
			b.ReportMetric(used/float64(facts)*1e6, "cpu-µs/fact")
			reportMemory(b)
		})
	}
}

// reportProcessor reports the time that the processors have worked for each
// round since start.
func reportProcessor(b *testing.B, start time.Duration) {
	b.ReportMetric((processorTime()-start).Seconds()/float64(b.N), "cpu-s/op")
}

func reportMemory(b *testing.B) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "live-MB")
	b.ReportMetric(float64(m.Sys)/1e6, "peak-MB")
}

// BenchmarkMatch matches one deck of 100,000 facts with itself, and with itself
// after every question was edited.
func BenchmarkMatch(b *testing.B) {
	deck := func(word string) *decks.Deck {
		d := &decks.Deck{ID: "d"}
		for i := range 100_000 {
			card := decks.Card{Name: "card", Kind: decks.Recall, Prompt: fmt.Sprintf("%s captain commanded ship %d of fleet %d?", word, i, i%97), Answer: fmt.Sprintf("Captain %d", i*7919%100_003)}
			d.Facts = append(d.Facts, decks.Fact{Cards: []decks.Card{card}})
		}
		return d
	}
	first := deck("Which")
	decks.Match(nil, []*decks.Deck{first})
	var old []decks.OldFact
	for i := range first.Facts {
		old = append(old, decks.Remember("d", &first.Facts[i], i, false))
	}
	for _, word := range []string{"Which", "What"} {
		b.Run(map[string]string{"Which": "unchanged", "What": "all edited"}[word], func(b *testing.B) {
			kept := 0
			start := processorTime()
			for b.Loop() {
				d := deck(word)
				decks.Match(old, []*decks.Deck{d})
				kept = 0
				for i := range d.Facts {
					if d.Facts[i].Key == old[i].Key {
						kept++
					}
				}
			}
			reportProcessor(b, start)
			b.ReportMetric(float64(kept), "kept")
		})
	}
}

// repeated are kinds of lines and bytes that a naive reader is slow on.
func repeated() map[string]string {
	all := map[string]string{
		"question": "Q: x\n", "answer": "A: x\n", "fact": "Q: x\nA: y\n\n", "cloze": "C: {{x}}\n\n", "open cloze": "C: {{x\n", "item": "- [ ] x\n",
		"heading": "# x\n", "row": "| x |\n", "rule": "|---|\n", "table": "| x |\n|---|\n", "template": "Q: {x}\nA: {x}\n\n", "comment": "<!-- x -->\n",
		"open comment": "<!--\n", "allow": "<!-- kartei: allow x -->\n", "fence": "```\n", "open fence": "```x\n", "indented": "  x\n", "dashes": "---\n",
		"header": "deck: x\n", "misspelt": "Sorce: x\n", "number": "1. x\n", "maths": "$x ", "words": "x ", "escapes": `\{`, "code": "`x", "runs": "`x``", "slots": "{x}",
		"groups": "({x})", "accents": "e\u0301", "wide": "日", "cr": "\r\n", "why": " -- ", "blank fact": "Q: x\n\n  y\n", "not": "Not: x -- y\n", "flags": "\U0001F3F4\U000E0067",
	}
	for i := range 256 {
		all[fmt.Sprintf("byte %02x", i)] = string([]byte{byte(i)})
	}
	return all
}

// wrappings put a repeated text where a fact, a sentence or a table is read.
var wrappings = map[string][2]string{
	"alone": {}, "in a question": {"Q: ", "\nA: x\n"}, "in a sentence": {"C: {{x}} ", "\n"}, "in a value": {"Q: x\nA: y\nNote:\n  ", "\n"},
	"in a cell": {"| x |\n|---|\n| ", " |\n\nQ: {x}\nA: {x}\n"}, "below a table": {"| x |\n|---|\n| y |\n\nQ: {x} ", "\nA: {x}\n"},
}

// BenchmarkGrowth compiles every kind of repeated text, in every place, at two
// sizes, and reports the worst growth of the time for each byte: 1 is a reader
// whose time grows with the size, 16 one whose time grows with its square.
func BenchmarkGrowth(b *testing.B) {
	const small, factor = 50_000, 16
	for where, around := range wrappings {
		b.Run(where, func(b *testing.B) {
			worst := 0.0
			for b.Loop() {
				for kind, unit := range repeated() {
					measure := func(size int) time.Duration {
						text := []byte(around[0] + strings.Repeat(unit, size/len(unit)) + around[1])
						start := processorTime()
						compileText(text)
						return processorTime() - start
					}
					large := measure(factor * small)
					if large < 50*time.Millisecond {
						continue // 10 MB take less than a second
					}
					if growth := float64(large) / float64(measure(small)) / factor; growth > worst {
						worst = growth
						b.Logf("%s %s: growth %.1f, %v", kind, where, growth, large)
					}
				}
			}
			b.ReportMetric(worst, "growth")
		})
	}
}

// processorTime returns what the process has used, so that a busy machine does
// not count.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func compileText(text []byte) {
	c, err := decks.Compile(oneFile(string(text)))
	if err != nil {
		panic(err)
	}
	decks.Match(nil, c.Decks)
}

// BenchmarkRepeated compiles 10 MB of the kinds of lines and bytes that mean
// something.
func BenchmarkRepeated(b *testing.B) {
	for kind, unit := range repeated() {
		if strings.HasPrefix(kind, "byte") && !strings.Contains("`~$\\{}[]()|#-:*_<>!\n\t\r ", unit) && unit != "\xff" && unit != "\x00" {
			continue
		}
		b.Run(kind, func(b *testing.B) {
			text := []byte(strings.Repeat(unit, 10_000_000/len(unit)))
			b.SetBytes(int64(len(text)))
			start := processorTime()
			for b.Loop() {
				compileText(text)
			}
			reportProcessor(b, start)
		})
	}
}
