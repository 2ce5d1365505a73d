package store

import (
	"context"
	"database/sql"
	"errors"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

// rename gives cards their new names, in an order in which no name is given
// before its bearer has left it. It gives the facts that cards may have left.
func (tx *tx) rename(
	ctx context.Context, aliases []decks.Alias, now scheduler.Moment,
) (left map[int64]bool, err error) {
	left = map[int64]bool{}
	for _, a := range order(aliases) {
		fact, err := tx.renameCard(ctx, a, now)
		if err != nil {
			return nil, err
		}
		left[fact] = true
	}
	return left, nil
}

// order sorts aliases so that a name is free when it is given. Cards that swap
// names do so by way of a third.
func order(aliases []decks.Alias) []decks.Alias {
	next := make(map[string]string, len(aliases))
	for _, a := range aliases {
		if a.From != a.To {
			next[a.From] = a.To
		}
	}
	var out []decks.Alias
	for _, a := range aliases {
		var chain []decks.Alias
		for from := a.From; next[from] != ""; {
			to := next[from]
			delete(next, from)
			chain = append(chain, decks.Alias{From: from, To: to})
			from = to
		}
		n := len(chain)
		if n > 1 && chain[n-1].To == a.From {
			aside := "~" + a.From
			out = append(out, decks.Alias{From: a.From, To: aside})
			chain[0].From = aside
		}
		for i := n - 1; i >= 0; i-- {
			out = append(out, chain[i])
		}
	}
	return out
}

// renameCard gives one card its new name. It gives the card's fact, or 0 if
// there is no such card. If another card has the name already, the two become
// one, with the history of both.
func (tx *tx) renameCard(ctx context.Context, a decks.Alias, now scheduler.Moment) (fact int64, err error) {
	var id int64
	err = tx.Scan(ctx, `SELECT id, fact FROM cards WHERE card = ?`, []any{a.From}, &id, &fact)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindAlias, Card: a.From,
		Detail: journal.Detail{To: a.To}})
	if err != nil {
		return 0, err
	}
	if _, err := tx.exec(ctx, `DELETE FROM memory WHERE card = (SELECT id FROM cards WHERE card = ?)`, a.To); err != nil {
		return 0, err
	}
	other, err := tx.exec(ctx, `DELETE FROM cards WHERE card = ?`, a.To)
	if err != nil {
		return 0, err
	}
	if _, err := tx.exec(ctx, `UPDATE cards SET card = ? WHERE id = ?`, a.To, id); err != nil {
		return 0, err
	}
	if err := tx.alias(ctx, a, r.Clock); err != nil {
		return 0, err
	}
	if n, err := other.RowsAffected(); err != nil || n == 0 {
		return fact, err
	}
	return fact, tx.recall(ctx, a.To)
}

// alias keeps the cache of names as [journal.Names.Rename] does in a replay.
func (tx *tx) alias(ctx context.Context, a decks.Alias, clock int64) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		// A name that another card has left begins anew.
		{`INSERT INTO aliases (old, since, card) SELECT ?1, ?2, ?1 WHERE
			(SELECT card FROM aliases WHERE old = ?1 ORDER BY since DESC LIMIT 1) NOT IN (?1, ?3)`, []any{a.To, clock, a.From}},
		// All names of the card lead to the new one.
		{`INSERT INTO aliases (old, since, card) SELECT ?1, 0, ?1 WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE old = ?1)`, []any{a.From}},
		{`UPDATE aliases SET card = ? WHERE card = ?`, []any{a.To, a.From}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// reuse says in the log that a new card takes a name that another card had.
func (tx *tx) reuse(ctx context.Context, card string, now scheduler.Moment) error {
	r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindAlias, Card: card,
		Detail: journal.Detail{To: card}})
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO aliases (old, since, card) VALUES (?, ?, ?)`, card, r.Clock, card)
	return err
}

// follow moves the cards that were put aside to where the others of their fact
// went, so that they are found again there. A fact that has others still keeps
// them.
func (tx *tx) follow(ctx context.Context, moved map[int64]cardColumns) error {
	for fact, to := range moved {
		const aside = `fact = ?1 AND NOT EXISTS (SELECT 1 FROM cards WHERE fact = ?1 AND retired = 0)`
		_, err := tx.exec(ctx, `UPDATE memory SET deck = ?2 WHERE card IN (SELECT id FROM cards WHERE `+aside+`)`, fact,
			to.deck)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE cards SET fact = ?2, deck = ?3 WHERE `+aside, fact, to.fact, to.deck); err != nil {
			return err
		}
	}
	return nil
}

// dropEmptyFacts deletes facts whose cards all went to other facts.
func (tx *tx) dropEmptyFacts(ctx context.Context, facts map[int64]bool) error {
	for fact := range facts {
		if _, err := tx.exec(ctx, `DELETE FROM facts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM cards WHERE fact = ?1)`, fact); err != nil {
			return err
		}
	}
	return nil
}
