package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/decks/plural"
	"kartei/store"
	"kartei/store/journal"
)

type logOptions struct {
	asJSON bool
	limit  int
	query  []string
}

func newLogCmd(e *env) *cobra.Command {
	var opts logOptions
	cmd := &cobra.Command{
		Use:   "log [SEARCH]",
		Short: "Show the review log, newest first",
		Long: `Log shows what you answered, newest first. SEARCH picks cards as in
kartei cards, for instance: kartei log deck:nato-en is:leech` + exitStatus(fault.Done, fault.Failed, fault.Usage),
		ValidArgsFunction: searchTerms(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.query = args
			return runLog(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "one JSON object a line")
	cmd.Flags().IntVar(&opts.limit, "limit", 0, "at most `N` rows (default all)")
	return cmd
}

func runLog(ctx context.Context, e *env, opts logOptions) error {
	if opts.limit < 0 {
		return fault.Usagef("--limit 20", "there is no list of %d rows", opts.limit)
	}
	q := store.LogQuery{}
	if len(opts.query) > 0 {
		cards, err := parseQuery(opts.query)
		if err != nil {
			return err
		}
		q.Cards = &cards
	}
	return e.with(ctx, func(st *store.Store) error {
		return paged(e, !opts.asJSON, func() error { return printLog(ctx, e, st, q, opts) })
	})
}

func printLog(ctx context.Context, e *env, st *store.Store, q store.LogQuery, opts logOptions) error {
	n := 0
	for r, err := range st.Log(ctx, q, e.Moment()) {
		if err != nil {
			return err
		}
		switch {
		case opts.asJSON:
			err = show.JSON(e.Out, logJSON(r))
		case r.Kind == journal.KindOrigin, r.Kind == journal.KindEdition, r.Kind == journal.KindShown, r.Kind == journal.KindBranch: // nothing that somebody did
			continue
		default:
			err = printRow(ctx, e.Console, st, r)
		}
		if err != nil {
			return err
		}
		if n++; n == opts.limit {
			break
		}
	}
	if n == 0 && !opts.asJSON {
		e.Say("the log is empty; kartei review fills it")
	}
	return nil
}

func parseQuery(words []string) (store.Query, error) {
	q, err := store.ParseQuery(strings.Join(words, " "))
	var wrong *store.QueryError
	if errors.As(err, &wrong) {
		return q, fault.WithPlace(wrong.Query, wrong.From, wrong.To, wrong, "kartei cards --help explains searches")
	}
	return q, err
}

// rowJSON is a line of `log --json`.
type rowJSON struct {
	Seq        int64    `json:"seq"`
	Device     string   `json:"device"`
	Time       string   `json:"time"`
	Kind       string   `json:"kind"`
	Card       string   `json:"card"` // as it is named now
	CardThen   string   `json:"card_then"`
	Mode       string   `json:"mode"`
	Grade      int      `json:"grade"`
	DurationMS int64    `json:"duration_ms"`
	Typed      string   `json:"typed"`
	Options    []string `json:"options"`
	Chosen     []int    `json:"chosen"`
	Undone     bool     `json:"undone"`

	From   string            `json:"from,omitempty"` // alias
	To     string            `json:"to,omitempty"`
	Follow *journal.Followed `json:"follow,omitempty"`
	Shown  *journal.Shown    `json:"shown,omitempty"` // an introduction
}

func logJSON(r journal.Row) rowJSON {
	j := rowJSON{
		Seq: r.Seq, Device: r.Device, Time: r.Moment.Time().Format(time.RFC3339), Kind: string(r.Kind), Card: r.Now,
		CardThen: r.Card, Follow: r.Detail.Follow, Shown: r.Detail.Shown,
		Mode: string(r.Mode), Grade: int(r.Grade), DurationMS: r.Duration.Milliseconds(), Typed: r.Detail.Typed,
		Options: orEmpty(r.Detail.Options), Chosen: orEmpty(r.Detail.Chosen), Undone: r.Undone,
	}
	if r.Kind == journal.KindAlias {
		j.From, j.To = r.Card, r.Detail.To
	}
	return j
}

// orEmpty makes a missing list "[]" in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// rowColumns are those of a row of the log for people.
var rowColumns = []show.Column{{Whole: true, Width: len("2006-01-02 15:04")}, {Width: 14}, {}}

func printRow(ctx context.Context, con *console.Console, st *store.Store, r journal.Row) error {
	prompt := r.Now
	if f := r.Detail.Fitted; r.Kind == journal.KindFit && f != nil {
		prompt = "from " + plural.Count(f.Answers, "answer")
		if f.Model == "" {
			prompt = "given up"
		}
	}
	if said := review.Said(ctx, st, &r); said != "" {
		prompt = said
	} else if card, err := st.Card(ctx, r.Now); err == nil {
		prompt = card.Prompt
	}
	if r.Undone {
		prompt = "undone: " + prompt
	}
	return con.PrintTable(show.Table{Columns: rowColumns, Rows: [][]show.Cell{
		{{Text: r.Moment.Time().Format("2006-01-02 15:04"), Style: show.Dim}, {Text: review.Act(&r)},
			{Text: prompt + namesThen(&r)}},
	}})
}

// namesThen tells of the names of a row's card, where they are not the present one.
func namesThen(r *journal.Row) string {
	switch {
	case r.Kind == journal.KindAlias && r.Card != r.Detail.To:
		return fmt.Sprintf("  (%s → %s)", r.Card, r.Detail.To)
	case r.Card != r.Now:
		return fmt.Sprintf("  (then %s)", r.Card)
	}
	return ""
}
