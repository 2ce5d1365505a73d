package cli

import (
	"context"
	"errors"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/decks/plural"
	"kartei/decks/quiz"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// feedMisses grades the cards that were missed Again, as a review would.
func feedMisses(ctx context.Context, con *console.Console, clk *clock.Clock, st *store.Store, a *quiz.Attempt) error {
	tree, _, err := st.Tree(ctx)
	if err != nil {
		return err
	}
	policies := map[int64]*scheduler.Policy{}
	for _, d := range tree {
		policies[d.ID] = d.Policy
	}
	fed := 0
	for i, m := range a.Form.Score(a.Responses).Marks {
		if m.Right() || a.Form.Questions[i].Key.Excused {
			continue
		}
		ok, err := feedCard(ctx, clk, st, policies, a.Form.Questions[i].Card)
		if err != nil {
			return err
		}
		if ok {
			fed++
		}
	}
	con.Say("%s put into the review queue", plural.Count(fed, "card"))
	return nil
}

// feedCard grades one card Again; false if the collection does not ask it.
func feedCard(
	ctx context.Context, clk *clock.Clock, st *store.Store, policies map[int64]*scheduler.Policy, id string,
) (bool, error) {
	card, err := st.Card(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil &&
		(card.Retired || card.Suspended || policies[card.DeckID] == nil) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	now := clk.Moment()
	outcome := policies[card.DeckID].Apply(card.ID, card.Memory, scheduler.Again, now, scheduler.Load{})
	entry := journal.Entry{
		Moment: now, Kind: journal.KindGrade, Card: card.ID, Mode: journal.ModeReview, Grade: scheduler.Again,
		State: card.Memory.State, Days: outcome.Days, Item: card.Hash, Detail: journal.Detail{Format: "quiz"},
	}
	_, err = st.Append(ctx, entry, outcome.Memory)
	return err == nil, err
}
