package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

const queryHelp = `SEARCH is any number of terms, all of which must hold:

  deck:nato-en       the deck, with its sub-decks
  tag:eu             carries the tag
  is:due             also new, learning, review, suspended, buried, leech, flagged, retired
  prop:lapses>3      also reps, interval, stability, difficulty, due (days from today)
  kind:choice        also recall, set, sequence, cloze
  section:Ukraine    below a heading of that name; section:before-you-start, section:*ship*
  card:ID fact:KEY   by identity
  "free text"        the card says so

"or" between terms means one of them, brackets hold terms together, and "-" before
a term or a bracket means not. * stands for any text, ? for one character; in quotes
they are themselves:

  deck:nato-* (is:leech or prop:lapses>3) -tag:easy`

func newCardsCmd(e *env) *cobra.Command {
	var opts cardsOptions
	cmd := &cobra.Command{
		Use:   "cards [SEARCH]",
		Short: "Search the cards",
		Long: `Cards lists the cards that a search finds.

--hardest lists those of them that gave you the most trouble, with what you took
the answers for. Their difficulty is an Elo rating in logits that allows for the
time since the last answer: at 0 you would know the card half of the time when you
first see it, at +1 a quarter of the time. All of it is exploratory: reviews are no
test.

` + queryHelp + exitStatus(fault.Done, fault.Failed, fault.Usage),
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: searchTerms(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.query = args
			return runCards(cmd.Context(), e, opts)
		},
	}
	cmd.Flags().BoolVar(&opts.asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&opts.hardest, "hardest", false, "those that give the most trouble first")
	cmd.Flags().IntVar(&opts.limit, "limit", 0, "at most `N` cards (default all, or 20 of the hardest)")
	cmd.AddCommand(cardActs(e)...)
	return cmd
}

type cardsOptions struct {
	query           []string
	asJSON, hardest bool
	limit           int
}

func runCards(ctx context.Context, e *env, opts cardsOptions) error {
	q, err := parseQuery(opts.query)
	if err != nil {
		return err
	}
	if opts.limit < 0 {
		return fault.Usagef("--limit 20", "there is no list of %d cards", opts.limit)
	}
	return withFresh(ctx, e, func(st *store.Store) error {
		if opts.hardest {
			return showHardest(ctx, e.Console, e.Clock, st, q, cmp.Or(opts.limit, 20), opts.asJSON)
		}
		return paged(e, !opts.asJSON, func() error { return listCards(ctx, e, st, q, opts) })
	})
}

func listCards(ctx context.Context, e *env, st *store.Store, q store.Query, opts cardsOptions) (err error) {
	recall := recaller{store: st, now: e.Moment()}
	if opts.asJSON {
		if recall.formerly, err = st.Formerly(ctx); err != nil {
			return err
		}
	}
	n := 0
	for card, err := range st.Cards(ctx, q, e.Moment()) {
		if err != nil {
			return err
		}
		if opts.asJSON {
			err = recall.write(ctx, e.Console, card)
		} else {
			err = e.PrintTable(show.Table{Columns: cardColumns, Rows: [][]show.Cell{
				{{Text: card.ID, Style: show.Dim}, {Text: stateName(card)}, {Text: card.Prompt}},
			}})
		}
		if err != nil {
			return err
		}
		if n++; n == opts.limit {
			break
		}
	}
	if n == 0 && !opts.asJSON {
		return sayNothingFound(ctx, e, st, opts.query)
	}
	return nil
}

// cardColumns are those of a card for people. Its id is what other commands take.
var cardColumns = []show.Column{{Whole: true, Width: 20}, {Width: len("relearning")}, {}}

// cardJSON is a line of `cards --json`.
type cardJSON struct {
	ID             string   `json:"id"`
	Deck           string   `json:"deck"`
	Section        []string `json:"section"`
	Fact           string   `json:"fact"`
	Card           string   `json:"card"`
	Kind           string   `json:"kind"`
	Prompt         string   `json:"prompt"`
	Answer         string   `json:"answer"`
	Note           string   `json:"note"`
	State          string   `json:"state"`
	Due            *string  `json:"due"`
	IntervalDays   int      `json:"interval_days"`
	Stability      float64  `json:"stability"`
	Difficulty     float64  `json:"difficulty"`
	Retrievability float64  `json:"retrievability"`
	Reps           uint32   `json:"reps"`
	Lapses         uint32   `json:"lapses"`
	Suspended      bool     `json:"suspended"`
	Flag           int      `json:"flag"`
	Tags           []string `json:"tags"`
	Source         string   `json:"source"`
	File           string   `json:"file"`
	Line           int      `json:"line"`
	Formerly       []string `json:"formerly,omitempty"` // other ids that it had
}

// A recaller writes cards as JSON; it keeps the policy of each deck.
type recaller struct {
	store    *store.Store
	formerly map[string][]string // see store.Formerly
	now      scheduler.Moment
	policies map[string]*scheduler.Policy
}

func (r *recaller) write(ctx context.Context, con *console.Console, c store.Card) error {
	p, err := r.policy(ctx, c.Deck)
	if err != nil {
		return err
	}
	return show.JSON(con.Out, cardJSON{
		ID: c.ID, Deck: c.Deck, Section: orEmpty(c.Section), Fact: c.Fact, Card: c.Name, Kind: string(c.Kind), Prompt: c.Prompt,
		Answer: answerText(c.Card), Note: c.Note, State: memoryState(c.State), Due: due(c, r.now),
		IntervalDays: c.Interval(), Stability: c.Stability, Difficulty: c.Difficulty,
		Retrievability: p.Recall(c.Memory, r.now),
		Reps:           c.Reps, Lapses: c.Lapses, Suspended: c.Suspended, Flag: c.Flag, Tags: orEmpty(c.Tags),
		Source: c.Source,
		File:   c.File, Line: c.Line, Formerly: r.formerly[c.ID],
	})
}

func (r *recaller) policy(ctx context.Context, deck string) (*scheduler.Policy, error) {
	if p := r.policies[deck]; p != nil {
		return p, nil
	}
	options, err := r.store.Options(ctx, deck)
	if err != nil {
		return nil, err
	}
	p, err := scheduler.NewPolicy(options, r.store.Calendar())
	if err != nil {
		return nil, err
	}
	if r.policies == nil {
		r.policies = map[string]*scheduler.Policy{}
	}
	r.policies[deck] = p
	return p, nil
}

// answerText is a card's answer in one text, whatever its kind.
func answerText(c decks.Card) string {
	switch c.Kind {
	case decks.Choice:
		var right []string
		for _, o := range c.Options {
			if o.Right {
				right = append(right, o.Text)
			}
		}
		return strings.Join(right, "; ")
	case decks.Set, decks.Sequence:
		return strings.Join(c.Items, "; ")
	}
	return c.Answer
}

// due is a day for a card in review, an instant for one in its steps.
func due(c store.Card, now scheduler.Moment) *string {
	var s string
	switch c.State {
	case scheduler.New:
		return nil
	case scheduler.Review:
		s = c.DueDay.String()
	default:
		s = time.UnixMilli(c.Memory.Due).In(now.Time().Location()).Format(time.RFC3339)
	}
	return &s
}

func memoryState(s scheduler.State) string {
	return [...]string{scheduler.New: "new", scheduler.Learning: "learning", scheduler.Review: "review",
		scheduler.Relearning: "relearning"}[s]
}

// stateName is what a person wants to know first of a card.
func stateName(c store.Card) string {
	switch {
	case c.Retired:
		return "retired"
	case c.Suspended:
		return "suspended"
	}
	return memoryState(c.State)
}
