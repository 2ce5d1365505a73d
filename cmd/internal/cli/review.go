package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/heap"
	"kartei/cmd/internal/review"
	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/queue"
)

type reviewOptions struct {
	limit, newCards, ahead int
	ownNew                 bool // as many new cards as the decks' own limits allow
	typed, strict          bool
	cram, plain            bool
	tags, sections         []string
	until                  string
	wanted                 []string // decks, folders, files, a search
	decks                  []string // names
	only                   queue.Only
}

func newReviewCmd(e *env) *cobra.Command {
	var opts reviewOptions
	cmd := &cobra.Command{
		Use:   "review [DECK|FOLDER|FILE|SEARCH…]",
		Short: "Review what is due today",
		Long: `Review asks for the cards that are due today, and for some new ones. Every
answer is on disk before the next question, so leave whenever you like.

Space shows the answer; 1 2 3 4 grade it: Again, Hard, Good, Easy. ? shows all
keys. Without anything named, at a terminal, you choose a deck.

A name is that of a deck, or of a folder of decks; a path has a "/" or ends in .md,
and is compiled if it is new. What has a colon, quotes, brackets or an operator is
a search, as kartei cards --help explains it; the cards that it finds at the start
are asked. What it finds and is not due is asked with --cram.` + exitStatus(fault.Done, fault.Failed, fault.Usage, fault.Newer, fault.Damaged, fault.Interrupted),
		Example:           "  kartei review nato-en\n  kartei review ~/decks/rivers.md\n  kartei review nato-en --section Ukraine\n  kartei review --cram 'deck:nato-en (is:leech or prop:lapses>3)'",
		ValidArgsFunction: reviewed(e.opener),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.wanted = args
			opts.useSettings(e, cmd.Flags())
			return runReview(cmd.Context(), e, opts)
		},
	}
	f := cmd.Flags()
	f.IntVar(&opts.limit, "limit", 0, "ask at most `N` cards")
	f.IntVar(&opts.newCards, "new", 0, "`N` new cards today, instead of the decks' own limits")
	f.BoolVar(&opts.typed, "typed", false, "type short answers instead of judging yourself")
	f.BoolVar(&opts.strict, "strict", false, "of typed answers forgive only capitals, spaces and signs of print")
	f.BoolVar(&opts.cram, "cram", false, "any cards, in random order; the schedule stays as it is")
	f.IntVar(&opts.ahead, "ahead", 0, "also what is due in the next `N` days")
	f.StringArrayVar(&opts.tags, "tag", nil, "only cards with this `tag`; may be repeated")
	f.StringArrayVar(&opts.sections, "section", nil, "only below the heading with this `name`, or with these words; may be repeated")
	f.StringVar(&opts.until, "until", "", "stop at this `time`, such as 22:30, or after one, such as 20m")
	f.BoolVar(&opts.plain, "plain", false, "talk in plain lines, for pipes and screen readers")
	completeFlag(cmd, "tag", tagNames(e.opener))
	completeFlag(cmd, "section", sectionNamesFor(e.opener))
	return cmd
}

// useSettings fills in what no flag says.
func (o *reviewOptions) useSettings(e *env, flags *pflag.FlagSet) {
	o.ownNew = !flags.Changed("new")
	if !flags.Changed("limit") {
		o.limit = e.settings.limit()
	}
	if !flags.Changed("typed") {
		o.typed = e.settings.get(setTyped) == "yes"
	}
	if !flags.Changed("strict") {
		o.strict = e.settings.get(setStrict) == "yes"
	}
	o.plain = o.plain || e.Plain && !flags.Changed("plain")
}

func runReview(ctx context.Context, e *env, opts reviewOptions) error {
	if _, err := opts.settings(e.Clock); err != nil { // said before anything is asked
		return err
	}
	return withExchanged(ctx, e, func(st *store.Store) (err error) {
		sel, err := sortOut(ctx, e, st, opts.wanted)
		if err != nil {
			return err
		}
		if opts.only, err = sel.search(ctx, e, st, opts.sections); err != nil {
			return err
		}
		opts.decks = sel.decks
		plain := opts.plain || !e.AtTerminal()
		asker, closeAsker, err := e.Asker(plain)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, closeAsker()) }()
		if len(opts.decks) == 0 && !plain {
			if opts.decks, err = pickDeck(ctx, e.Clock, st, asker); err != nil {
				return ask.QuitIsFine(err)
			}
			if err := updateFolders(ctx, e, st, asker); err != nil { // the choice may have taken its time
				return err
			}
		}
		opts.plain = plain
		return runSession(ctx, e, st, asker, opts)
	})
}

// runSession lets the learner review.
func runSession(ctx context.Context, e *env, st *store.Store, asker ask.Asker, opts reviewOptions) error {
	if st.ReadOnly() {
		if yes, err := opts.unrecorded(ctx, asker); err != nil || !yes {
			return ask.QuitIsFine(err)
		}
	}
	settings, err := opts.settings(e.Clock)
	if err != nil {
		return err
	}
	tree, names, err := st.Tree(ctx)
	if err != nil {
		return err
	}
	if settings.Decks, err = deckIDs(ctx, st, opts.decks, names); err != nil {
		return err
	}
	if err := findTags(ctx, st, opts.tags); err != nil {
		return err
	}
	if settings.Pace, err = st.AnswerTime(ctx); err != nil {
		return err
	}
	opts.only.Tags = opts.tags
	ses, err := session.Open(ctx, st.Source(opts.only), tree, settings, e.Moment())
	if err != nil {
		return err
	}
	opts.sayNotDue(e.Console, ses)
	defer heap.SetAfter(settled, heap.Session)()
	run := &review.Run{
		Store: st, Session: ses, Ask: asker, Keys: e.settings.keys(), Now: e.Moment, Seed: e.Seed,
		Unrecorded: st.ReadOnly(), Typed: opts.typed, Strict: opts.strict, Plain: opts.plain, Decks: opts.decks,
		Only: opts.only, Policies: map[int64]*scheduler.Policy{},
		Clear: e.settings.get(setScreen) == "clear" && !opts.plain, TwoGrades: e.settings.get(setGrades) == "two",
		Page: &review.Page{Out: e.Out, Palette: e.Palette(), Width: e.Width},
		Edit: editing(e, st, asker), Draw: drawing(e.Console, e.settings, opts.plain),
	}
	if e.AtTerminal() {
		run.View, run.Play = viewing, playing(e.settings)
	}
	if !opts.plain {
		run.Page.Height = e.Height
		if run.Footer, err = footer(ctx, e.settings, st); err != nil {
			return err
		}
	}
	for _, d := range tree {
		run.Policies[d.ID] = d.Policy
	}
	if err := run.Loop(ctx); err != nil || st.ReadOnly() {
		return err
	}
	return fitAfterSession(ctx, e, st, asker, opts.plain)
}

// sayNotDue says how to be asked what a search found, if none of it is due.
func (o *reviewOptions) sayNotDue(con *console.Console, ses *session.Session) {
	if o.only.Found != nil && !o.cram && ses.Left().Total() == 0 {
		again := "kartei review --cram"
		if len(o.wanted) > 0 {
			again += " " + shellWords(o.wanted)
		}
		for _, name := range o.sections {
			again += " --section " + fault.ShellWord(name)
		}
		con.Say("%s found, none to ask today; all the same: %s", plural.Count(len(o.only.Found), "card"), again)
	}
}

// firstDays is on how many study days a learner is shown the first keys.
const firstDays = 3

// footer reports whether the keys stand below each question.
func footer(ctx context.Context, set *settings, st *store.Store) (bool, error) {
	if mode := set.get(setFooter); mode != "auto" {
		return mode == "on", nil
	}
	days, err := st.AnsweredDays(ctx, firstDays+1)
	return days <= firstDays, err
}

// unrecorded asks whether to go through the cards though no answer can be kept. Where
// nobody can be asked, --cram has to say so.
func (o *reviewOptions) unrecorded(ctx context.Context, asker ask.Asker) (yes bool, err error) {
	if o.cram {
		return true, nil
	}
	if o.plain {
		return false, fault.Failf("kartei review --cram asks all the same, and keeps nothing",
			"no answer could be kept: %w", store.ErrReadOnly)
	}
	o.cram, err = asker.Confirm(ctx, "No answer can be kept now. Go through the cards all the same, as with --cram?",
		true)
	return o.cram, err
}

// settled is after how long the first question stands, and its memory can be cut.
const settled = time.Second / 10

// longDay is of how many cards a day is planned only behind its first question.
const longDay = 200

// settings turns the flags into what a session is opened with.
func (o reviewOptions) settings(clk *clock.Clock) (session.Settings, error) {
	s := session.Settings{Limit: o.limit, Ahead: o.ahead, Cram: o.cram, Seed: clk.Order, Defer: longDay}
	if o.cram {
		s.Seed = clk.Seed
	}
	if o.limit < 0 || o.ahead < 0 || o.newCards < 0 {
		return s, fault.Usagef("kartei review --help", "a number of cards or days is not below 0")
	}
	if o.cram && o.ahead > 0 {
		return s, fault.Usagef("--cram asks all cards, due or not", "--cram and --ahead exclude each other")
	}
	if !o.ownNew {
		s.New = &o.newCards
	}
	if o.until != "" {
		end, err := untilTime(o.until, clk)
		if err != nil {
			return s, err
		}
		s.Until = end.UnixMilli()
	}
	return s, nil
}

// untilTime reads when a session ends: a time of day that the study day still holds,
// or how long it lasts.
func untilTime(text string, clk *clock.Clock) (time.Time, error) {
	const hint = "--until 22:30 or --until 20m"
	now := clk.Now()
	if lasts, err := time.ParseDuration(text); err == nil {
		if lasts <= 0 {
			return now, fault.Usagef(hint, "%q is not longer than nothing", text)
		}
		return now.Add(lasts), nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return now, fault.Usagef(hint, "%q is neither a time of day nor a time that something lasts", text)
	}
	end := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
	if !end.After(now) {
		end = end.AddDate(0, 0, 1)
	}
	if end.UnixMilli() > clk.Calendar.Ends(clk.Moment()) {
		return now, fault.Usagef(hint, "%s is over: it is %s", text, now.Format("15:04"))
	}
	return end, nil
}

// findTags refuses a tag that no card has: it is misspelt.
func findTags(ctx context.Context, st *store.Store, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	all, err := st.Tags(ctx)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if !slices.Contains(all, tag) {
			return fault.Failf(fault.DidYouMean("--tag ", tag, all, "kartei cards tag:NAME lists the cards of a tag"),
				"no card has the tag %q", tag)
		}
	}
	return nil
}

// shellWords quotes words as they are to be typed.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = fault.ShellWord(w)
	}
	return strings.Join(quoted, " ")
}

// deckIDs returns the ids of decks by name, with those below them; none means all.
func deckIDs(ctx context.Context, st *store.Store, wanted []string, names map[int64]string) ([]int64, error) {
	var ids []int64
	for _, deck := range wanted {
		if err := knowDeck(ctx, st, deck); err != nil {
			return nil, err
		}
		before := len(ids)
		for id, name := range names {
			if within(name, deck) {
				ids = append(ids, id)
			}
		}
		if len(ids) == before {
			return nil, fault.Failf("kartei decks unarchive "+deck,
				"deck %s is put away: its cards are not asked", deck)
		}
	}
	return ids, nil
}
