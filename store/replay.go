package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kartei/scheduler"
	"kartei/store/sqlite"
)

// compareRows is the order of a replay, the same on every machine.
func compareRows(a, b *Row) int {
	switch {
	case a.Clock != b.Clock:
		return int(min(max(a.Clock-b.Clock, -1), 1))
	case a.Device != b.Device:
		return strings.Compare(a.Device, b.Device)
	}
	return int(min(max(a.Seq-b.Seq, -1), 1))
}

// replayRow is what a row of the log does to a standing under a policy.
func (st *Standing) replay(r *Row, policy *scheduler.Policy) {
	var after scheduler.Memory
	switch {
	case r.Kind == KindGrade && r.Mode == ModeReview:
		after = policy.Replay(r.Card, st.Memory, r.Grade, r.Moment, r.Days)
	case r.Kind == KindPlace && r.Detail.Placed != nil:
		after = policy.Import(st.Memory, *r.Detail.Placed)
	}
	st.take(&r.Entry, after)
}

// presentName is the name under which the card of a row l is known now.
const presentName = `coalesce((SELECT a.card FROM aliases a WHERE a.old = l.card AND a.since <= l.clock ORDER BY a.since DESC LIMIT 1), l.card)`

const findHistory = `SELECT ` + rowColumns + ` FROM ` + rowTables + `
	WHERE l.card IN (SELECT ?1 UNION SELECT old FROM aliases WHERE card = ?1) AND ` + presentName + ` = ?1`

// history gives all rows about a card, undone ones too, in the order of a replay.
func history(ctx context.Context, q sqlite.Reader, card string) ([]Row, error) {
	rows, err := q.QueryContext(ctx, findHistory, card)
	all, err := collect(rows, err, scanRow)
	slices.SortFunc(all, func(a, b Row) int { return compareRows(&a, &b) })
	return all, err
}

// recall recomputes what the log says of one card.
func (tx *tx) recall(ctx context.Context, card string) error {
	p, _, err := tx.standing(ctx, card)
	if errors.Is(err, ErrNotFound) {
		return nil // the log knows cards that were never compiled here
	}
	if err != nil {
		return err
	}
	policy, err := tx.policy(ctx, p.deck)
	if err != nil {
		return err
	}
	rows, err := history(ctx, tx, p.name)
	if err != nil {
		return err
	}
	var st Standing
	for i := range rows {
		if !rows[i].Undone {
			st.replay(&rows[i], policy)
		}
	}
	return tx.save(ctx, p, st)
}

// replan recomputes all cards of a deck and the decks below it.
func (tx *tx) replan(ctx context.Context, deck string) error {
	k, err := tx.reckon(ctx, nil)
	if err != nil {
		return err
	}
	return tx.remember(ctx, k, `c.deck IN (SELECT id FROM decks WHERE ?1 = '' OR name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '/')`, deck)
}
