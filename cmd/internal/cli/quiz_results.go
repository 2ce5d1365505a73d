package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/cmd/internal/takequiz"
	"kartei/decks/quiz"
	"kartei/decks/quiz/page"
	"kartei/decks/quiz/result"
	"kartei/store"
)

type quizResultsOptions struct {
	asJSON bool
	export string
	name   string
	texts  bool
	quiz   int64
	code   string
	key    string
	html   string
	feed   bool
}

func newQuizResultsCmd(e *env) *cobra.Command {
	var opts quizResultsOptions
	cmd := &cobra.Command{
		Use:   "results",
		Short: "List the quizzes that you took, or write one for your instructor",
		Long: `Results lists the quizzes that you took, the newest first. --export writes the
newest one that you handed in (or --quiz N) as a file for your instructor, under a
name that you choose: it need not be your own. The file says what you chose, how
long it took and how sure you were. What you typed goes along only with --texts.

  kartei quiz results --export heron.result --name heron` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Newer, fault.Damaged),
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runQuizResults(cmd.Context(), e, opts) },
	}
	f := cmd.Flags()
	f.BoolVar(&opts.asJSON, "json", false, "one JSON object a line")
	f.StringVar(&opts.export, "export", "", "write a result `file`; - is stdout")
	f.StringVar(&opts.name, "name", "", "the `name` in the file")
	f.BoolVar(&opts.texts, "texts", false, "let what you typed go along")
	f.StringVar(&opts.code, "code", "", "the `code` that was handed out, if you did not type it at the start")
	f.StringVar(&opts.key, "key", "", "show what is right, by the key in this `file`")
	f.StringVar(&opts.html, "html", "", "with --key: write it as a page to this `file`, too")
	f.BoolVar(&opts.feed, "feed-misses", false, "with --key: put the cards that you missed into the review queue")
	f.Int64Var(&opts.quiz, "quiz", 0, "the quiz with this `number`; else the newest")
	return cmd
}

func runQuizResults(ctx context.Context, e *env, opts quizResultsOptions) error {
	if err := opts.check(); err != nil {
		return err
	}
	return e.with(ctx, func(st *store.Store) error {
		all, err := st.Quizzes(ctx)
		if err != nil {
			return err
		}
		switch {
		case opts.export != "":
			return opts.write(ctx, e.Console, st, all)
		case opts.key != "":
			return opts.learn(ctx, e.Console, e.Clock, e.settings, st, all)
		}
		return opts.list(ctx, e.Console, st, all)
	})
}

func (o quizResultsOptions) check() error {
	switch {
	case o.export != "" && o.key != "":
		return fault.Usagef("leave --export out", "a result is for the instructor, who has the key")
	case o.key == "" && (o.html != "" || o.feed):
		return fault.Usagef("--key exam.answers", "without a key nobody knows what was missed")
	case o.export == "":
		return nil
	}
	if err := result.CheckName(o.name); err != nil {
		return fault.Usagef("--name heron-42", "%w", err)
	}
	if _, _, err := quiz.ParseCode(o.code); o.code != "" && err != nil {
		return fault.Usagef("type it as your instructor wrote it", "%w", err)
	}
	return nil
}

// handedIn is the quiz that was asked for, or the newest that was handed in and
// that keyed, where it is given, is a key of.
func (o quizResultsOptions) handedIn(
	ctx context.Context, st *store.Store, all []store.Quiz, fits func(*quiz.Form) (*quiz.Form, error),
) (store.Quiz, *quiz.Attempt, error) {
	var unfit error
	for _, q := range all {
		if q.Ended.IsZero() || q.Mode != store.QuizTest || o.quiz != 0 && q.ID != o.quiz {
			continue
		}
		attempt, err := replayQuiz(ctx, st, q)
		if err != nil {
			return q, nil, err
		}
		form, err := fits(attempt.Form)
		if err == nil {
			attempt.Form = form
			return q, attempt, nil
		}
		if unfit == nil {
			unfit = err
		}
	}
	if unfit != nil {
		return store.Quiz{}, nil, unfit
	}
	return store.Quiz{}, nil, fault.Failf("kartei quiz results lists them", "there is no such quiz that was handed in")
}

// learn shows a quiz that was handed in beside its key.
func (o quizResultsOptions) learn(
	ctx context.Context, con *console.Console, clk *clock.Clock, set *settings, st *store.Store, all []store.Quiz,
) error {
	q, attempt, err := o.handedIn(ctx, st, all, func(f *quiz.Form) (*quiz.Form, error) { return withKey(f, []string{o.key}) })
	if err != nil {
		return err
	}
	s := &takequiz.Run{Attempt: attempt, Now: func() time.Time { return q.Ended },
		Page: &takequiz.Page{Out: con.Out, Palette: con.Palette(), Width: con.Width}}
	s.Draw, _ = drawingForm(con, set, false)
	s.Review()
	if o.html != "" {
		taken := &page.Taken{Form: attempt.Form, Name: q.Ended.Format("2006-01-02 15:04"), Responses: attempt.Responses}
		if err := con.WritePrivate(o.html, func(w io.Writer) error { return page.Student(w, taken) }); err != nil {
			return fmt.Errorf("write the page: %w", err)
		}
	}
	if o.feed {
		return feedMisses(ctx, con, clk, st, attempt)
	}
	return nil
}

// write exports one quiz that was handed in.
func (o quizResultsOptions) write(ctx context.Context, con *console.Console, st *store.Store, all []store.Quiz) error {
	q, attempt, err := o.handedIn(ctx, st, all, func(f *quiz.Form) (*quiz.Form, error) { return f, nil })
	if err != nil {
		return err
	}
	form := attempt.Form
	r := &result.Result{Student: o.name, Began: q.Began.Truncate(time.Second), Ended: q.Ended.Truncate(time.Second),
		Limit: form.Time, Code: form.Code, Texts: o.texts, Marked: form.Keyed, Responses: attempt.Responses}
	if o.code != "" {
		r.Code, _, _ = quiz.ParseCode(o.code) // it was checked
	}
	if form.Keyed {
		r.Marks = form.Score(attempt.Responses).Marks
	} else if !o.texts && slices.ContainsFunc(attempt.Responses, func(r quiz.Response) bool { return len(r.Typed) > 0 }) {
		return fault.Usagef("add --texts", "the form had no key, so nobody could mark what you typed without seeing it")
	}
	if err := con.WritePrivate(o.export, func(w io.Writer) error { return result.Write(w, form, r) }); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	if o.export != "-" {
		con.Say("quiz %d of form %s as %q: send %s to your instructor", q.ID, form.ID(), o.name, show.Line(o.export))
	}
	return nil
}

// quizJSON is a line of `quiz results --json`.
type quizJSON struct {
	ID        int64          `json:"id"`
	Form      string         `json:"form"`
	Title     string         `json:"title"`
	Mode      store.QuizMode `json:"mode"`
	Began     string         `json:"began"`
	Ended     *string        `json:"ended"`
	Answered  int            `json:"answered"`
	Questions int            `json:"questions"`
	Points    *float64       `json:"points"` // null while it is open, for a pretest, and without a key
}

func (o quizResultsOptions) list(ctx context.Context, con *console.Console, st *store.Store, all []store.Quiz) error {
	t := show.Table{Columns: []show.Column{{Title: "#", Right: true}, {Title: "Began"}, {Title: "Score", Right: true},
		{Title: "Quiz"}}}
	for _, q := range all {
		attempt, err := replayQuiz(ctx, st, q)
		if err != nil {
			return err
		}
		line := quizLine(q, attempt)
		if o.asJSON {
			if err := show.JSON(con.Out, line); err != nil {
				return err
			}
			continue
		}
		score := fmt.Sprintf("%d of %d answered", line.Answered, line.Questions)
		if line.Points != nil {
			score = fmt.Sprintf("%s of %d", takequiz.Points(*line.Points), line.Questions)
		}
		title := line.Title
		if title == "" {
			title = "form " + line.Form
		}
		if q.Mode == store.QuizPretest {
			title += " (pretest)"
		}
		t.Rows = append(t.Rows, []show.Cell{{Text: fmt.Sprint(q.ID)}, {Text: q.Began.Format("2006-01-02 15:04")},
			{Text: score}, {Text: title}})
	}
	switch {
	case o.asJSON:
		return nil
	case len(all) == 0:
		con.Say("no quiz was taken yet; kartei quiz DECK begins one")
		return nil
	}
	for _, l := range (show.Page{Width: con.Width(), Palette: con.Palette()}).Table(t) {
		if _, err := fmt.Fprintln(con.Out, l); err != nil {
			return err
		}
	}
	return nil
}

func quizLine(q store.Quiz, a *quiz.Attempt) quizJSON {
	line := quizJSON{ID: q.ID, Form: q.Form, Title: a.Form.Title, Mode: q.Mode, Began: q.Began.Format(time.RFC3339),
		Questions: len(a.Responses), Answered: len(a.Responses) - len(a.Open())}
	if q.Ended.IsZero() {
		return line
	}
	ended := q.Ended.Format(time.RFC3339)
	line.Ended = &ended
	if a.Form.Keyed && q.Mode == store.QuizTest {
		points := a.Form.Score(a.Responses).Points
		line.Points = &points
	}
	return line
}
