package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

var findHistory = `SELECT ` + table.RowColumns + ` FROM ` + table.RowTables + `
	WHERE l.card IN (SELECT ?1 UNION SELECT old FROM aliases WHERE card = ?1) AND ` + table.PresentName + ` = ?1`

// history returns all rows about a card, undone ones too, in the order of a replay.
func history(ctx context.Context, q sqlite.Reader, card string) ([]journal.Row, error) {
	rows, err := q.QueryContext(ctx, findHistory, card)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	slices.SortFunc(all, func(a, b journal.Row) int { return journal.Compare(&a, &b) })
	return all, err
}

// recall recomputes what the log says of one card.
func (tx *tx) recall(ctx context.Context, card string) error {
	p, _, err := tx.findCard(ctx, card)
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
	var st journal.CardState
	for i := range rows {
		if !rows[i].Undone {
			st.Replay(&rows[i], policy)
		}
	}
	return tx.save(ctx, p, st)
}

// recallCost is how many rows a replay of the whole log takes in the time in which the
// memory of one card is recomputed alone.
const recallCost = 40

// recallThose recomputes what the log says of cards, by names that they have or had, as
// far as they are here: one by one or, if they are many, by a replay of the whole log.
func (tx *tx) recallThose(ctx context.Context, names []string) error {
	text, err := json.Marshal(names)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT card FROM cards WHERE card IN (SELECT value FROM json_each(?1)
		UNION SELECT card FROM aliases WHERE old IN (SELECT value FROM json_each(?1))) ORDER BY card`, string(text))
	here, err := sqlite.Collect(rows, err, scanText)
	if err != nil {
		return err
	}
	total, err := table.NewestRow(ctx, tx)
	if err != nil {
		return err
	}
	if int64(len(here))*recallCost < total {
		for _, card := range here {
			if err := tx.recall(ctx, card); err != nil {
				return err
			}
		}
		return nil
	}
	if len(here) == 0 {
		return nil
	}
	replay, err := tx.fullReplay(ctx, nil, nil)
	if err == nil {
		text, err = json.Marshal(here)
	}
	if err != nil {
		return err
	}
	return tx.remember(ctx, replay, `c.card IN (SELECT value FROM json_each(?))`, string(text))
}

// replan recomputes all cards of a deck and the decks below it.
func (tx *tx) replan(ctx context.Context, deck string) error {
	replay, err := tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return tx.remember(ctx, replay, `c.deck IN (SELECT id FROM decks WHERE ?1 = '' OR name = ?1 OR substr(name, 1, length(?1) + 1) = ?1 || '/')`, deck)
}

// Retrace replays the log, under the present options, and shows its rows in the
// order of the replay. Rows about cards that were never compiled here are left
// out, as are those that were undone. What a step points to is the reader's
// only until show returns. Other methods may be called in between.
func (s *Store) Retrace(ctx context.Context, show func(journal.Step) error) error {
	defer s.config.Progress.Over()
	err := s.readApart(ctx, func(tx *readTx) error {
		_, err := tx.fullReplay(ctx, nil, show)
		return err
	})
	return sqlite.Explain("replay the log", err)
}

// fullReplay replays the whole log: what every table that is a cache must say. Check
// sees every row first, show what the rows do; either may be nil.
func (tx *readTx) fullReplay(
	ctx context.Context, check func(*journal.Row), show func(journal.Step) error,
) (*journal.Replay, error) {
	return tx.replayBy(ctx, (*journal.CardState).Replay, check, show)
}

// replayBy is fullReplay, with what a row does to a card.
func (tx *readTx) replayBy(ctx context.Context, by func(*journal.CardState, *journal.Row, *scheduler.Policy),
	check func(*journal.Row), show func(journal.Step) error,
) (*journal.Replay, error) {
	special, err := tx.specialRows(ctx)
	if err != nil {
		return nil, err
	}
	policyOf, err := tx.policyOfCard(ctx)
	if err != nil {
		return nil, err
	}
	logs, err := table.Cursors(ctx, tx, check != nil || show != nil)
	if err != nil {
		return nil, err
	}
	total, err := table.NewestRow(ctx, tx)
	if err != nil {
		return nil, err
	}
	replay := journal.NewReplay(special, policyOf)
	replay.By = by
	return replay, journal.Merge(ctx, logs, func(r *journal.Row) error {
		tx.config.Progress.Row("replaying the log", int64(replay.Rows), total)
		if check != nil {
			check(r)
		}
		return replay.Take(r, show)
	})
}

// specialRows are those that say how to read the others. Undos name what they take back
// as it is called now.
func (tx *readTx) specialRows(ctx context.Context) ([]journal.Row, error) {
	return table.SpecialRows(ctx, tx, `l.kind IN ('undo', 'alias')`)
}

// policyOfCard returns what finds the policy of a card; nil if the card was never
// compiled here. The decks of cards that have a memory are read at once.
func (tx *readTx) policyOfCard(ctx context.Context) (func(card string) (*scheduler.Policy, error), error) {
	decks := map[string]int64{}
	rows, err := tx.QueryContext(ctx, `SELECT c.card, c.deck FROM memory m JOIN cards c ON c.id = m.card`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		var deck int64
		err := rows.Scan(&card, &deck)
		decks[card] = deck
		return err
	})
	return func(card string) (*scheduler.Policy, error) {
		deck, ok := decks[card]
		if !ok {
			err := tx.Scan(ctx, `SELECT deck FROM cards WHERE card = ?`, []any{card}, &deck)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
		}
		return tx.policy(ctx, deck)
	}, err
}
