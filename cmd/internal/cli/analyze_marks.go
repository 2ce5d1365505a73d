package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/decks/quiz/analysis"
	"kartei/decks/quiz/marks"
	"kartei/decks/quiz/page"
	"kartei/decks/quiz/result"
)

// listOptions say what is written about each student.
type listOptions struct {
	students, layout, roster, scale, late, pages string
}

func (o *listOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.students, "students", "", "write the marks of the students as CSV to this `file`; - is stdout")
	f.StringVar(&o.layout, "for", "", "the columns that a platform imports: moodle or canvas (`platform`)")
	f.StringVar(&o.roster, "roster", "", "the list of the class, as CSV: names, sections, more time (`file`)")
	f.StringVar(&o.scale, "scale", "", "marks: the points of the best, or from how many per cent on, as in \"90=A, 80=B, 0=F\"")
	f.StringVar(&o.late, "late", "keep", "what late work loses: keep, refuse, 20% or 10%/day (min, hour, day)")
	f.StringVar(&o.pages, "pages", "", "write a page for each student, with their answers and what is right, into this `folder`")
	completeFlag(cmd, "for", cobra.FixedCompletions([]string{"moodle", "canvas"}, cobra.ShellCompDirectiveNoFileComp))
}

// joined is what the marks of a class are made with.
type joined struct {
	roster   *marks.Roster     // empty if there is none
	sections map[string]string // of the class, by pseudonym
	options  marks.Options
}

// read reads the roster and the rules, before any work is done.
func (o *listOptions) read(forms []*quiz.Form) (j joined, err error) {
	j = joined{roster: &marks.Roster{}, sections: map[string]string{}, options: marks.Options{Title: forms[0].Title}}
	if o.layout != "" && !slices.Contains(marks.Layouts, marks.Layout(o.layout)) {
		return j, fault.Usagef("--for moodle, or --for canvas", "%q is not a platform that is known", o.layout)
	}
	if o.layout != "" && o.students == "" {
		return j, fault.Usagef("--students marks.csv --for "+o.layout, "into which file?")
	}
	if j.options.Late, err = marks.ParseLate(o.late); err != nil {
		return j, fault.Usagef("--late 10%/day", "%w", err)
	}
	if o.scale != "" {
		if j.options.Scale, err = marks.ParseScale(o.scale); err != nil {
			return j, fault.Usagef(`--scale 15, or --scale "90=A, 80=B, 0=F"`, "%w", err)
		}
	}
	if o.roster == "" {
		return j, nil
	}
	if j.roster, err = readRoster(o.roster); err != nil {
		return j, err
	}
	for name, s := range j.roster.Named() {
		j.sections[name] = s.Section
	}
	return j, nil
}

// onlyOut reports whether stdout is taken.
func (o *listOptions) onlyOut() bool { return o.students == "-" }

// write writes the list of marks and the pages, and says who is odd.
func (o *listOptions) write(
	out *console.Console, class *analysis.Class, set *testFiles, forms []*quiz.Form, j joined,
) error {
	roster := j.roster
	if o.roster == "" {
		roster = nil
	}
	list := marks.NewList(class.Students(), roster, j.options)
	nothing := "handed in nothing"
	if _, refused := class.Size(); refused > 0 {
		nothing += " that counts" // what was refused may be theirs
	}
	sayNames(out, list.In(marks.Missing), nothing, nothing)
	sayNames(out, list.In(marks.Unknown), "is not on the list", "are not on the list")
	sayNames(out, list.In(marks.Listed), "could be two on the list", "could each be two on the list")
	sayNames(out, list.In(marks.Twin), "shares a name with another", "share a name with another")
	if o.students != "" {
		if err := out.WritePrivate(o.students, func(w io.Writer) error { return list.Write(w, marks.Layout(o.layout)) }); err != nil {
			return fmt.Errorf("write the marks: %w", err)
		}
		if left := list.Doubtful(); o.layout != "" && left > 0 {
			out.Warn("%s left out of %s: a platform would give them to the wrong person; without --for they are listed",
				plural.Count(left, "result"), o.students)
		}
		sayNames(out, list.Nameless(marks.Layout(o.layout)), "has neither username, ID number nor email on the list, so Moodle cannot find them: left out",
			"have neither username, ID number nor email on the list, so Moodle cannot find them: left out")
	}
	if o.pages == "" {
		return nil
	}
	return o.writePages(out, class, set, forms, j)
}

// writePages writes a page for each student. Those whose name is there twice
// get a number behind it.
func (o *listOptions) writePages(
	out *console.Console, class *analysis.Class, set *testFiles, forms []*quiz.Form, j joined,
) error {
	if err := os.MkdirAll(o.pages, 0o700); err != nil {
		return fmt.Errorf("make the folder of pages: %w", err)
	}
	taken := map[string]bool{}
	written := 0
	scaled := map[string]string{} // marks, by file
	list := marks.NewList(class.Students(), j.roster, j.options)
	for i := range list.Rows {
		if r := &list.Rows[i]; r.Result != nil && o.scale != "" {
			scaled[r.Result.File] = j.options.Scale.Mark(list.Points(r), float64(r.Result.Of))
		}
	}
	write := func(file string, t *page.Taken) error {
		t.Mark = scaled[file]
		name := pageName(t.Name, taken)
		written++
		return out.WritePrivate(filepath.Join(o.pages, name), func(w io.Writer) error { return page.Student(w, t) })
	}
	counted := map[string]bool{}
	for _, s := range class.Students() {
		counted[s.File] = true
	}
	for _, r := range set.results {
		if !counted[r.name] {
			continue
		}
		t, err := takenOf(r.name, forms)
		if err == nil {
			err = write(r.name, t)
		}
		if err != nil {
			return fmt.Errorf("write the page of %s: %w", r.name, err)
		}
	}
	if err := o.paperPages(set, forms, write); err != nil {
		return err
	}
	out.Say("%s in %s", plural.Count(written, "page"), o.pages)
	return nil
}

// paperPages writes the pages of those who wrote on paper.
func (o *listOptions) paperPages(
	set *testFiles, forms []*quiz.Form, write func(file string, t *page.Taken) error,
) error {
	for _, name := range set.sheets {
		sheets, err := sheetsOf(name, forms)
		if err != nil {
			continue // it was refused by name
		}
		for _, s := range sheets {
			if s.Err != nil {
				continue
			}
			t := &page.Taken{Form: s.Form, Name: s.Student, Responses: s.Responses}
			if err := write(fmt.Sprintf("%s:%d", name, s.Line), t); err != nil {
				return fmt.Errorf("write the page of %s: %w", s.Student, err)
			}
		}
	}
	return nil
}

func sheetsOf(name string, forms []*quiz.Form) ([]marks.Sheet, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return marks.ReadSheets(name, f, forms)
}

// takenOf reads a result again, with all that was answered.
func takenOf(name string, forms []*quiz.Form) (*page.Taken, error) {
	f, err := openRegular(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, result.MaxSize+1))
	if err != nil {
		return nil, err
	}
	form := forms[0]
	for _, other := range forms {
		if other.ID() == result.FormOf(data) {
			form = other
		}
	}
	r, err := result.NewReader(form).Read(name, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return &page.Taken{Form: form, Name: r.Student, Responses: r.Responses, Marks: r.Marks}, nil
}

// pageName is a file's name for a student, another for each.
func pageName(student string, taken map[string]bool) string {
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, student)
	base = strings.TrimLeft(base, ".")
	name := base
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name + ".html"
}
