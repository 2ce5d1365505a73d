package syntax_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"kartei/decks/syntax"
)

// meaning writes down all of a file that formatting must not change.
func meaning(f *syntax.File) string {
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	if f.Header != nil {
		var lines []string
		for _, e := range f.Header.Entries {
			value := e.Value.Text
			if e.Key == "tags" {
				value = fmt.Sprint(syntax.SplitTags(value))
			}
			line := fmt.Sprintf("header %s %q %q", e.Key, e.Name, value)
			if e.Key == "source" {
				say("%s", line)
				continue
			}
			lines = append(lines, line)
		}
		slices.Sort(lines)
		say("%s", strings.Join(lines, "\n"))
	}
	var prose strings.Builder
	for _, b := range f.Blocks {
		switch b := b.(type) {
		case *syntax.Heading:
			say("heading %d %q", b.Level, b.Title)
		case *syntax.Fact:
			sayFact(say, b)
		case *syntax.Table:
			sayTable(say, b)
		case *syntax.Prose:
			say("prose")
			for line := range strings.SplitSeq(f.Slice(b.Span), "\n") {
				line = strings.TrimSuffix(line, "\r")
				if !b.Verbatim {
					line = norm.NFC.String(strings.TrimRight(line, " \t"))
				}
				fmt.Fprintf(&prose, "%q\n", line)
			}
		}
	}
	out.WriteString(prose.String())
	for _, a := range f.Allows {
		covered, _, _ := strings.Cut(f.Slice(a.Covers), "\n")
		word, _, _ := strings.Cut(strings.TrimLeft(covered, " \t"), " ")
		say("allow %q over %v", a.Rules, word != "")
	}
	return out.String()
}

func sayFact(say func(string, ...any), fact *syntax.Fact) {
	say("fact, of a table: %v", fact.Table != nil)
	fields := make([]*syntax.Field, len(fact.Fields))
	for i := range fields {
		fields[i] = &fact.Fields[i]
	}
	slices.SortStableFunc(fields, func(a, b *syntax.Field) int { return strings.Compare(a.Key.String(), b.Key.String()) })
	for _, f := range fields {
		switch text := f.Value.Text; f.Key {
		case syntax.Tags:
			say("  tags %q", syntax.SplitTags(text))
		case syntax.Accept:
			for _, p := range syntax.Split(text, '|') {
				say("  accept %q", text[p.Start:p.End])
			}
		case syntax.Tolerance:
			amount, percent, _ := syntax.ParseTolerance(text)
			say("  tolerance %v %v", amount, percent)
		case syntax.Cloze:
			from := 0
			for _, d := range syntax.Deletions(text) {
				say("  plain %q", text[from:d.Start])
				say("  hidden %s %q %q", d.Numbers(), text[d.Answer.Start:d.Answer.End], text[d.Hint.Start:d.Hint.End])
				from = d.End
			}
			say("  plain %q", text[from:])
		default:
			say("  %s %q because %q", f.Key, text, f.Why.String())
		}
		for _, item := range f.Items {
			say("    %d %v %q because %q", f.List, item.Right, item.Value.Text, item.Why.String())
		}
	}
}

func sayTable(say func(string, ...any), t *syntax.Table) {
	say("table")
	for _, c := range t.Columns {
		say("  column %d %q %v %v", c.Role, c.Name, c.List, c.Align)
	}
	for _, r := range t.Rows {
		say("  row")
		for _, c := range r.Cells {
			say("    %q", c.Text)
		}
	}
}

// checkTree checks what holds of every tree: spans lie in the file, blocks
// follow each other, and every problem has a rule, a message and a place.
func checkTree(t *testing.T, f *syntax.File) {
	t.Helper()
	within := func(what string, s syntax.Span) {
		if s.Start < 0 || s.End < s.Start || s.End > len(f.Text) {
			t.Fatalf("%s has the span %v in a file of %d bytes", what, s, len(f.Text))
		}
	}
	last := 0
	for _, b := range f.Blocks {
		s := b.Extent()
		within(fmt.Sprintf("%T", b), s)
		if s.Start < last {
			t.Fatalf("%T begins at %d, in the block before it, which ends at %d", b, s.Start, last)
		}
		last = s.End
		if fact, ok := b.(*syntax.Fact); ok {
			for i := range fact.Fields {
				field := &fact.Fields[i]
				within(field.Key.String(), field.Span)
				within(field.Key.String()+" name", field.Name())
				within(field.Key.String()+" value", field.Value.Span)
				for j := range field.Value.Text {
					within("a character", syntax.Span{Start: field.Value.At(j), End: field.Value.At(j)})
				}
				for _, item := range field.Items {
					within("item", item.Span)
					within("item's value", item.Value.Span)
				}
			}
		}
	}
	for _, p := range f.Problems {
		if p.Start < 0 || p.Start > len(f.Text) || p.Rule == "" || p.Message == "" {
			t.Fatalf("problem %+v in a file of %d bytes", p, len(f.Text))
		}
		if line, column := f.Position(p.Start); line < 1 || column < 1 {
			t.Fatalf("problem %+v is at %d:%d", p, line, column)
		}
	}
}

// checkFormat checks that formatting keeps the meaning, is stable, and makes no
// new problems.
func checkFormat(t *testing.T, src []byte) {
	t.Helper()
	before := syntax.Parse("", src)
	checkTree(t, before)
	once, err := syntax.Format(src)
	if err != nil {
		return
	}
	after := syntax.Parse("", once)
	if a, b := meaning(before), meaning(after); a != b {
		t.Fatalf("formatting changed the meaning\n-- source\n%q\n-- formatted\n%q\n-- before\n%s\n-- after\n%s\n-- problems\n%v", src, once, a, b, after.Problems)
	}
	twice, err := syntax.Format(once)
	if err != nil {
		t.Fatalf("what was formatted can not be formatted: %v\n-- source\n%q\n-- formatted\n%q", err, src, once)
	}
	if string(once) != string(twice) {
		t.Fatalf("formatting is not stable\n-- source\n%q\n-- once\n%q\n-- twice\n%q", src, once, twice)
	}
}

func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.md")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
		for block := range strings.SplitSeq(string(src), "\n\n") {
			f.Add([]byte(block + "\n"))
		}
	}
}

func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) { checkFormat(t, src) })
}

func FuzzFormatWithIDs(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		once, err := syntax.FormatWithIDs(src, syntax.NewNames())
		if err != nil {
			return
		}
		words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		for _, id := range syntax.Parse("", once).IDs() { // an author's own may be none, over several lines even
			if !syntax.IsID(id) && !strings.Contains(words(string(src)), words(id)) && id != "" {
				t.Fatalf("%q is not an id", id)
			}
		}
		checkFormat(t, once)
		twice, err := syntax.FormatWithIDs(once, syntax.NewNames())
		if err != nil || string(once) != string(twice) {
			t.Fatalf("a second time makes other ids: %v\n-- once\n%q\n-- twice\n%q", err, once, twice)
		}
	})
}
