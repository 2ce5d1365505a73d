package cli

import (
	"context"
	"fmt"
	"strings"

	"kartei/cmd/internal/console"
	"kartei/cmd/internal/show"
	"kartei/scheduler"
	"kartei/scheduler/fit"
	"kartei/scheduler/simulate"
	"kartei/store"
	"kartei/store/journal"
)

// A learning is what the log says of how somebody learns.
type learning struct {
	log    fit.Log
	habits simulate.Habits
}

// readLearning reads the log of a deck and those below it; "" is all decks.
func readLearning(ctx context.Context, st *store.Store, deck string) (*learning, error) {
	l := &learning{}
	options, err := st.Options(ctx, deck)
	if err != nil {
		return nil, err
	}
	longest := float64(options.AnswerCap) / float64(scheduler.Second)
	return l, st.Reviews(ctx, deck, func(card int64, r *journal.Row) {
		switch {
		case r.Kind == journal.KindReset:
			l.log.Reset(card)
		case r.Kind == journal.KindPlace:
			if p := r.Detail.Placed; p != nil && !p.Whole {
				l.log.Forget(card)
			}
		default:
			seconds := min(r.Duration.Seconds(), longest)
			l.log.Add(fit.Answer{Card: card, Moment: r.Moment, Grade: r.Grade, Seconds: seconds})
			l.habits.Add(r.State, r.Grade, seconds)
		}
	})
}

// knowScope fails if a deck that is named is not there.
func knowScope(ctx context.Context, st *store.Store, deck string) error {
	if deck == "" {
		return nil
	}
	return knowDeck(ctx, st, deck)
}

// scopeName is what a person calls a deck, or all of them.
func scopeName(deck string) string {
	if deck == "" {
		return "All decks"
	}
	return deck
}

// withScope adds a deck to a command.
func withScope(command, deck string) string {
	return strings.TrimSpace(command + " " + deck)
}

// printLines prints lines of a page.
func printLines(con *console.Console, lines ...string) error {
	_, err := fmt.Fprintln(con.Out, strings.Join(lines, "\n"))
	return err
}

// reportPage is the page of a report: never wider than one reads well.
func reportPage(con *console.Console) show.Page {
	return show.Page{Width: min(con.Width(), 120), Palette: con.Palette()}
}

// tooLittle says what is missing for a command to be of use.
func tooLittle(what string, items, missing int) string {
	return fmt.Sprintf("Too little to %s: it takes %s to cards that were answered on an earlier day; there are %s, so %s %s missing. kartei review fills the log.",
		what, show.Number(items+missing, "answer"), show.Thousands(items), show.Thousands(missing), areOrIs(missing))
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
