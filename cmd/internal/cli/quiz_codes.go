package cli

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/quiz"
	"kartei/decks/quiz/marks"
)

// allowances reads "heron=90m".
func allowances(texts []string) ([]quiz.Allowance, error) {
	const hint = "--for heron=90m"
	var all []quiz.Allowance
	for _, text := range texts {
		name, limit, ok := cutLast(text, "=")
		d, err := time.ParseDuration(limit)
		if !ok || strings.TrimSpace(name) == "" || err != nil || d < time.Second || d > 24*time.Hour ||
			d%time.Second != 0 {
			return nil, fault.Usagef(hint, "%q does not say who has how much time", text)
		}
		all = append(all, quiz.Allowance{Student: strings.TrimSpace(name), Time: d})
	}
	return all, nil
}

type quizCodesOptions struct {
	roster, output string
	extra          []string
}

func newQuizCodesCmd(e *env) *cobra.Command {
	var opts quizCodesOptions
	cmd := &cobra.Command{
		Use:   "codes FORM… KEY",
		Short: "Make the codes that you hand out at the start",
		Long: `Codes makes what students type at the start: kartei quiz --form exam.form --code CODE.
Without --roster it prints one code for the whole class. With a list of students
(CSV) it writes a table with a code for each: their version, and more time where the
list has a column time (90m, or a factor as 1.5).

A result shows that its writer knew a code, and never tells it: kartei analyze, which
has the key, says whose result shows none, a wrong one, or more time than was
granted. No code shows who sat at the keyboard.

  kartei quiz codes exam.form exam.key
  kartei quiz codes exam-A.form exam-B.form exam.key --roster class.csv -o codes.csv` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args: nArgs(2, -1, "a form and its key"),
		RunE: func(_ *cobra.Command, args []string) error { return runQuizCodes(e.Console, opts, args) },
	}
	f := cmd.Flags()
	f.StringVar(&opts.roster, "roster", "", "the list of students: a CSV `file`")
	f.StringVarP(&opts.output, "output", "o", "-", "the `file` to write; - is stdout")
	f.StringArrayVar(&opts.extra, "for", nil, "more time for a student, as in heron=90m; may be repeated (`NAME=TIME`)")
	return cmd
}

func runQuizCodes(out *console.Console, opts quizCodesOptions, args []string) error {
	set, err := sortFiles(args)
	if err != nil {
		return err
	}
	forms, err := set.keyed()
	if err != nil {
		return err
	}
	if forms[0].Seed == (quiz.Seed{}) {
		return fault.Failf("name the key that kartei quiz make wrote", "this key has no seed, so it signs nothing")
	}
	extra, err := allowances(opts.extra)
	if err != nil {
		return err
	}
	roster := &marks.Roster{}
	if opts.roster != "" {
		if roster, err = readRoster(opts.roster); err != nil {
			return err
		}
		if len(roster.Students) == 0 {
			out.Warn("%s names no student: this is a code for all", opts.roster)
		}
		for _, name := range roster.Doubled() {
			out.Warn("%s is the pseudonym of several students on the list, who cannot be told apart: give each another", name)
		}
	}
	return out.WritePrivate(opts.output, func(w io.Writer) error { return writeCodes(w, forms, roster, extra) })
}

// writeCodes writes a table of students with their codes. Students without a
// version of their own take them in turn.
func writeCodes(w io.Writer, forms []*quiz.Form, roster *marks.Roster, extra []quiz.Allowance) error {
	seed, usual := forms[0].Seed, forms[0].Time
	table := csv.NewWriter(w)
	table.Write([]string{"student", "section", "version", "time", "code"}) // Error tells of errors
	write := func(name, section string, a quiz.Allowance) {
		limit := ""
		if a.Time > 0 {
			limit = marks.Minutes(a.Time)
		}
		table.Write([]string{marks.Cell(name), marks.Cell(section), a.Version, limit, seed.Code(a)})
	}
	if len(roster.Students) == 0 {
		write("(the whole class)", "", quiz.Allowance{})
	}
	for i, s := range roster.Students {
		a := quiz.Allowance{Student: s.Pseudonym, Version: s.Version, Time: s.Allowed(usual)}
		if a.Version == "" {
			a.Version = forms[i%len(forms)].Version
		}
		if at := slices.IndexFunc(extra, func(x quiz.Allowance) bool { return quiz.Pseudonym(x.Student) == quiz.Pseudonym(s.Pseudonym) }); at >= 0 {
			a.Time = extra[at].Time
			extra = slices.Delete(extra, at, at+1)
		}
		write(s.Pseudonym, s.Section, a)
	}
	for _, a := range extra {
		write(a.Student, "", a)
	}
	table.Flush()
	return table.Error()
}
