//go:build unix

package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Texts that a stranger may have made to take time: of each kind one of n parts.
// They are equal where people's differ, and one where people's are many.
var hostileTexts = []struct {
	name, file string
	command    []string // FILE is the file
	text       func(n int) string
}{
	{"gift, equal questions", "q.gift", importTo, repeat("q {=a}\n\n")},
	{"gift, equal lines that are no question", "q.gift", importTo, repeat("q {=a\n\n")},
	{"gift, equal categories", "q.gift", importTo, repeat("$CATEGORY: a/b/c/d\n\nq {=a}\n\n")},
	{"gift, one line of braces", "q.gift", importTo, repeat("{")},
	{"gift, questions of equal answers", "q.gift", importTo, func(n int) string { return strings.Repeat("q {"+strings.Repeat("=a ", 100)+"}\n\n", n/100) }},
	{"aiken, equal questions", "q.aiken", importTo, repeat("q\nA. a\nB. b\nANSWER: A\n\n")},
	{"aiken, one question of lines", "q.aiken", importTo, repeat("q\n")},
	{"quizlet, equal pairs", "q.tsv", importTo, repeat("a\tb\n")},
	{"quizlet, lines without a tab", "q.tsv", importTo, repeat("a\n")},
	{"quizlet, one line of marks", "q.tsv", importTo, repeat("*_`[a](b)\\")},
	{"anki text, equal records", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat("a\tb\n", n) }},
	{"anki text, one record of columns", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat("a\t", n) + "\n" }},
	{"anki text, records of 250 columns", "q.txt", ankiTo, func(n int) string {
		return "#separator:tab\n#html:true\n" + strings.Repeat(strings.Repeat("a\t", 249)+"\n", n/250)
	}},
	{"anki text, one field of tags", "q.txt", ankiTo, func(n int) string {
		return "#separator:tab\n#html:true\n#tags column:3\na\tb\t" + tags(n) + "\n"
	}},
	{"anki text, tags for all", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n#tags:" + tags(n) + "\na\tb\n" }},
	{"anki text, decks of no name", "q.txt", ankiTo, func(n int) string {
		var b strings.Builder
		b.WriteString("#separator:tab\n#html:true\n#deck column:3\n")
		for i := range n {
			fmt.Fprintf(&b, "a\tb\t%s\n", strings.Repeat("!", i%100+1)+strings.Repeat("?", i/100))
		}
		return b.String()
	}},
	{"anki text, elements within each other", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat("<b>", n) + "\tb\n" }},
	{"anki text, lists within each other", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat("<ul><li>", n) + "\tb\n" }},
	{"anki text, one field of entities", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat("&amp;", n) + "\tb\n" }},
	{"anki text, deletions", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n#notetype:Cloze\n" + deletions(n) + "\n" }},
	{"anki text, deletions within each other", "q.txt", ankiTo, func(n int) string {
		return "#separator:tab\n#html:true\n#notetype:Cloze\n" + strings.Repeat("{{c1::", n) + "\n"
	}},
	{"anki text, quotes", "q.txt", ankiTo, func(n int) string { return "#separator:tab\n#html:true\n" + strings.Repeat(`"""`, n) + "\n" }},
	{"deck, equal facts: compile", "q.md", []string{"compile", "FILE"}, repeat("Q: a\nA: b\n\n")},
	{"deck, equal facts: check", "q.md", []string{"check", "FILE"}, repeat("Q: a\nA: b\n\n")},
	{"deck, equal facts: fmt --ids", "q.md", []string{"fmt", "--ids", "-l", "FILE"}, repeat("Q: a\nA: b\n\n")},
	{"deck, equal rows: compile", "q.md", []string{"compile", "FILE"}, func(n int) string {
		return "| a | b |\n|---|---|\n" + strings.Repeat("| x | y |\n", n) + "\nQ: What is {a}?\nA: {b}\n"
	}},
	{"deck, equal rows: fmt --ids", "q.md", []string{"fmt", "--ids", "-l", "FILE"}, func(n int) string {
		return "| a | b |\n|---|---|\n" + strings.Repeat("| x | y |\n", n) + "\nQ: What is {a}?\nA: {b}\n"
	}},
	{"deck, one choice of equal options: check", "q.md", []string{"check", "FILE"}, func(n int) string { return "Q: a\n- [x] b\n" + strings.Repeat("- [ ] c\n", n) }},
	{"deck, one set of equal parts: check", "q.md", []string{"check", "FILE"}, func(n int) string { return "Q: a\nA:\n" + strings.Repeat("- c\n", n) }},
	{"deck, one fact of keys: check", "q.md", []string{"check", "FILE"}, func(n int) string { return "Q: a\nA: b\n" + strings.Repeat("Accept: c\n", n) }},
	{"deck, tags in its header: check", "q.md", []string{"check", "FILE"}, func(n int) string { return "---\ntags: " + tags(n) + "\n---\n\nQ: a\nA: b\n" }},
}

var (
	importTo = []string{"import", "FILE", "-o", "OUT.md"}
	ankiTo   = []string{"import", "FILE", "--format", "anki-csv", "-o", "OUT"}
)

func repeat(part string) func(int) string {
	return func(n int) string { return strings.Repeat(part, n) }
}

func tags(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("t" + strconv.Itoa(i) + " ")
	}
	return b.String()
}

func deletions(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{{c%d::a}} ", i+1)
	}
	return b.String()
}

// TestCost prints what each of the hostile texts costs at one size and at the
// double of it, in processor time of the whole command: KARTEI_COST=20000 is a
// size that says something. Nothing here is judged by a clock: the sizes of the
// usual run only show that each ends.
func TestCost(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	size := 200
	if s := os.Getenv("KARTEI_COST"); s != "" {
		size, _ = strconv.Atoi(s)
	}
	t.Logf("%-45s %10s %12s %12s %6s  %s", "text", "bytes", "once", "doubled", "ratio", "says")
	for i, h := range hostileTexts {
		if only := os.Getenv("KARTEI_COST_OF"); !strings.Contains(h.name, only) {
			continue
		}
		var took [2]time.Duration
		var says error
		var bytes int
		for double := range took {
			dir := filepath.Join(home, fmt.Sprint(i, double))
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			text := h.text(size << double)
			bytes = len(text)
			if err := os.WriteFile(filepath.Join(dir, h.file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			command := append([]string{}, h.command...)
			for j, word := range command {
				command[j] = strings.NewReplacer("FILE", filepath.Join(dir, h.file), "OUT", filepath.Join(dir, "out")).Replace(word)
			}
			before := processorTime(t)
			says = runOn(t, io.Discard, filepath.Join(dir, "c.db"), command)
			took[double] = processorTime(t) - before
		}
		said := "done"
		if says != nil {
			said = fmt.Sprintf("%.60s", strings.ReplaceAll(says.Error(), home, ""))
		}
		t.Logf("%-45s %10d %12v %12v %6.2f  %s", h.name, bytes, took[0].Round(time.Millisecond), took[1].Round(time.Millisecond), float64(took[1])/float64(took[0]), said)
	}
}

func processorTime(t *testing.T) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
