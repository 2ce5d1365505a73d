package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/takequiz"
	"kartei/decks/quiz"
	"kartei/store"
)

type quizOptions struct {
	drawOptions
	form    string
	code    string
	resume  bool
	sure    bool
	pretest bool
	feed    bool
	plain   bool
	report  string
}

func newQuizCmd(e *env) *cobra.Command {
	var opts quizOptions
	cmd := &cobra.Command{
		Use:   "quiz [DECK…]",
		Short: "Take a scored test that never touches the schedule",
		Long: `Quiz asks a fixed number of questions from decks, each fact once, and scores them.
Go back and forth, mark questions, change answers until you hand in. Every answer
is on disk before the next question: a quiz that you leave waits for --resume.

Among the wrong answers of a choice are those that you gave before. With --seed
they are not: it makes the same quiz of the same decks on any machine. Instructors
write one as a file with kartei quiz make, and everyone takes it with --form.

  kartei quiz nato-en --questions 10 --time 10m
  kartei quiz --form exam.form` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Newer, fault.Damaged, fault.Interrupted),
		ValidArgsFunction: deckNames(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.decks = args
			opts.personal = opts.seed == ""
			return runQuiz(cmd.Context(), e, opts)
		},
	}
	opts.flags(cmd, e.opener)
	f := cmd.Flags()
	f.StringVar(&opts.form, "form", "", "take the form in this `file`")
	f.StringVar(&opts.code, "code", "", "the `code` that your instructor hands out at the start")
	f.BoolVar(&opts.resume, "resume", false, "go on with the quiz that you left")
	f.BoolVar(&opts.sure, "confidence", false, "say after each answer how sure you are: 1, 2 or 3")
	f.BoolVar(&opts.pretest, "pretest", false, "before learning: see the right answer at once, without a score")
	f.BoolVar(&opts.feed, "feed-misses", false, "put the cards that you missed into the review queue")
	f.StringVar(&opts.report, "report", "", "write the score and what was missed to this text `file`, too")
	f.BoolVar(&opts.plain, "plain", false, "talk in plain lines, for pipes and screen readers")
	cmd.AddCommand(newQuizMakeCmd(e), newQuizPrintCmd(e), newQuizResultsCmd(e), newQuizCodesCmd(e),
		newQuizAnswersCmd(e), newQuizExportCmd(e))
	return cmd
}

func runQuiz(ctx context.Context, e *env, opts quizOptions) error {
	switch {
	case opts.form != "" && len(opts.decks) > 0:
		return fault.Usagef("kartei quiz --form "+opts.form,
			"a form has its own questions; leave %q out", opts.decks[0])
	case opts.code != "" && opts.form == "":
		return fault.Usagef("kartei quiz --form exam.form --code "+opts.code, "a code goes with a form")
	case opts.resume && (opts.form != "" || len(opts.decks) > 0):
		return fault.Usagef("kartei quiz --resume", "resume goes on with what was begun; leave forms and decks out")
	}
	take := func(st *store.Store) error { return takeQuiz(ctx, e.Console, e.Clock, e.settings, st, opts) }
	if opts.form != "" || opts.resume { // the questions are drawn already
		return e.with(ctx, take)
	}
	return withFresh(ctx, e, take)
}

func takeQuiz(
	ctx context.Context, con *console.Console, clk *clock.Clock, set *settings, st *store.Store, opts quizOptions,
) (err error) {
	plain := opts.plain || con.Plain || !con.AtTerminal()
	asker, closeAsker, err := con.Asker(plain)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAsker()) }()
	if err := opts.offerToResume(ctx, con, st, asker, plain); errors.Is(err, ask.ErrQuit) {
		return nil
	} else if err != nil {
		return err
	}
	q, attempt, err := opts.begin(ctx, con, clk, st)
	if err != nil {
		return err
	}
	s := &takequiz.Run{
		Attempt: attempt, Ask: asker, Now: clk.Now, Sure: opts.sure || askedSure(attempt),
		Pretest: q.Mode == store.QuizPretest, Plain: plain,
		Record: func(ctx context.Context, event store.QuizEvent) error { return st.RecordQuiz(ctx, q.ID, event) },
		Page:   &takequiz.Page{Out: con.Out, Palette: con.Palette(), Width: con.Width},
	}
	s.Draw, s.View = drawingForm(con, set, plain)
	if limit := attempt.Form.Time; limit > 0 {
		s.Left = max(limit-spent(attempt), time.Second)
	}
	done, err := s.Loop(ctx)
	if err != nil {
		return err
	}
	if !done {
		con.Say("the quiz waits for you: kartei quiz --resume")
		return nil
	}
	if s.Pretest {
		con.Say("now learn them: kartei review")
		return nil
	}
	if err := s.Results(ctx); err != nil && !errors.Is(err, ask.ErrQuit) {
		return err
	}
	if opts.report != "" {
		if err := con.WriteFile(opts.report, func(w io.Writer) error { s.Report(w); return nil }); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if opts.feed {
		return feedMisses(ctx, con, clk, st, attempt)
	}
	return nil
}

// check refuses what the quiz cannot do with its options, before it is begun.
func (o quizOptions) check(form *quiz.Form, mode store.QuizMode) error {
	switch {
	case mode == store.QuizPretest && !form.Keyed:
		return fault.Usagef("leave --pretest out", "the form has no key, so no answer could be told")
	case mode == store.QuizPretest && (o.report != "" || o.feed):
		return fault.Usagef("leave --report and --feed-misses out", "a pretest has no score: nothing counts as missed")
	case !form.Keyed && (o.report != "" || o.feed):
		return fault.Usagef("leave --report and --feed-misses out",
			"the form has no key, so nobody knows yet what was missed")
	}
	return nil
}

// offerToResume speaks of a quiz that was left, if it is the newest. At a
// terminal it may go on instead of a new one.
func (o *quizOptions) offerToResume(
	ctx context.Context, con *console.Console, st *store.Store, asker ask.Asker, plain bool,
) error {
	all, err := st.Quizzes(ctx)
	if err != nil || o.resume || len(all) == 0 || !all[0].Ended.IsZero() {
		return err
	}
	attempt, err := replayQuiz(ctx, st, all[0])
	if err != nil {
		return err
	}
	n := len(attempt.Responses)
	about := fmt.Sprintf("A quiz of %s waits, %d of %d answered", all[0].Began.Format("2 January 15:04"),
		n-len(attempt.Open()), n)
	if plain {
		con.Say("%s: kartei quiz --resume goes on with it", about)
		return nil
	}
	o.resume, err = asker.Confirm(ctx, about+". Go on with it?", o.form == "" && len(o.decks) == 0)
	return err
}

// askedSure reports whether the quiz was begun with --confidence.
func askedSure(a *quiz.Attempt) bool {
	return slices.ContainsFunc(a.Responses, func(r quiz.Response) bool { return r.Sure > 0 })
}

// begin opens a quiz: the one that was left, that of a file, or a new one.
func (o quizOptions) begin(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store,
) (store.Quiz, *quiz.Attempt, error) {
	if o.resume {
		q, attempt, err := resumeQuiz(ctx, st)
		if err == nil {
			err = o.check(attempt.Form, q.Mode)
		}
		return q, attempt, err
	}
	form, err := o.chosen(ctx, con, clk, st)
	if err != nil {
		return store.Quiz{}, nil, err
	}
	var text strings.Builder
	if err := form.Write(&text); err != nil {
		return store.Quiz{}, nil, err
	}
	mode := store.QuizTest
	if o.pretest {
		mode = store.QuizPretest
	}
	if err := o.check(form, mode); err != nil {
		return store.Quiz{}, nil, err
	}
	q, err := st.BeginQuiz(ctx, form, text.String(), mode, clk.Now())
	return q, quiz.NewAttempt(form), err
}

// chosen is the form of the file, or one that is drawn.
func (o quizOptions) chosen(
	ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store,
) (*quiz.Form, error) {
	if o.form == "" {
		return o.draw(ctx, con, clk, st)
	}
	form, err := readForm(o.form)
	if err != nil || o.code == "" {
		return form, err
	}
	return withCode(form, o.code)
}

// withCode gives a form as a code grants it: with its time, in its version.
func withCode(form *quiz.Form, text string) (*quiz.Form, error) {
	code, granted, err := quiz.ParseCode(text)
	switch {
	case err != nil:
		return nil, fault.Usagef("type it as your instructor wrote it", "%w", err)
	case form.Old:
		return nil, fault.Usagef("leave --code out", "this form was made by an older kartei, which knew no codes")
	case granted.Version != "" && granted.Version != form.Version:
		return nil, fault.Usagef("take the form of version "+granted.Version,
			"this code is for version %s, and not for this form", granted.Version)
	}
	own := *form
	own.Code = code
	if granted.Time > 0 {
		own.Time = granted.Time
	}
	return &own, nil
}

// resumeQuiz opens the newest quiz that was not handed in.
func resumeQuiz(ctx context.Context, st *store.Store) (store.Quiz, *quiz.Attempt, error) {
	all, err := st.Quizzes(ctx)
	if err != nil {
		return store.Quiz{}, nil, err
	}
	i := slices.IndexFunc(all, func(q store.Quiz) bool { return q.Ended.IsZero() })
	if i < 0 {
		return store.Quiz{}, nil, fault.Failf("kartei quiz DECK begins one", "no quiz waits to go on")
	}
	attempt, err := replayQuiz(ctx, st, all[i])
	return all[i], attempt, err
}

// replayQuiz brings a quiz to where it was left.
func replayQuiz(ctx context.Context, st *store.Store, q store.Quiz) (*quiz.Attempt, error) {
	form, err := quiz.Parse(fmt.Sprintf("quiz %d", q.ID), strings.NewReader(q.Text))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrDamaged, err)
	}
	events, err := st.QuizEvents(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	attempt := quiz.NewAttempt(form)
	_, err = store.ReplayQuiz(attempt, events)
	return attempt, err
}

// spent is the time that was taken for answers so far.
func spent(a *quiz.Attempt) time.Duration {
	var sum time.Duration
	for _, r := range a.Responses {
		sum += r.Took
	}
	return sum
}
