package store

import (
	"cmp"
	"context"
	"database/sql"
	"sync"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A Choice is an author's word on one fact.
type Choice struct {
	Deck   string // permanent identity
	Key    string // the id
	Follow journal.Follow
}

// A follower knows what a compile is to follow where ids and texts do not agree.
type follower struct {
	follow  journal.Follow
	choices map[choiceOf]journal.Follow
	made    func() ([]journal.Followed, error) // what the log says, the oldest first; read when it is needed
	err     error
}

type choiceOf struct{ deck, key string }

func (tx *readTx) follower(ctx context.Context, c Compiled) *follower {
	f := &follower{follow: c.Follow, choices: map[choiceOf]journal.Follow{}}
	for _, choice := range c.Choices {
		f.choices[choiceOf{choice.Deck, choice.Key}] = choice.Follow
	}
	f.made = sync.OnceValues(func() ([]journal.Followed, error) {
		rows, err := tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+
			` WHERE l.kind = 'follow' ORDER BY l.clock, v.name, l.seq`)
		return sqlite.Collect(rows, err, func(rows *sql.Rows) (made journal.Followed, err error) {
			r, err := table.ScanRow(rows)
			if err == nil && r.Detail.Follow != nil {
				made = *r.Detail.Follow
			}
			return made, err
		})
	})
	return f
}

// byID reports whether a history stays with its id, though the text is another.
func (f *follower) byID(deck, key, was, now string) bool {
	if by := f.told(deck, key); by != "" {
		return by == journal.FollowIDs
	}
	return f.chosen(deck, key, was, now) == journal.FollowIDs
}

// told returns what this compile is told to follow; "" if it is told nothing.
func (f *follower) told(deck, key string) journal.Follow {
	return cmp.Or(f.choices[choiceOf{deck, key}], f.follow)
}

// chosen returns what was followed before, where the same two texts stood under one
// id; "" if that is new.
func (f *follower) chosen(deck, key, was, now string) (by journal.Follow) {
	made, err := f.made()
	for _, m := range made {
		if m.Deck == deck && m.From == key && m.Was == was && m.Now == now {
			by = m.By
		}
	}
	f.err = err
	return by
}

// takeBack tells the facts of what an earlier compile followed, if this one is told
// to follow the other: nothing is lost meanwhile.
func (f *follower) takeBack(old []decks.OldFact) {
	if f.follow == "" {
		return
	}
	var made []journal.Followed
	made, f.err = f.made()
	newest := map[choiceOf]*journal.Followed{} // by the id in question
	for i := range made {
		newest[choiceOf{made[i].Deck, made[i].From}] = &made[i]
	}
	last := map[choiceOf]*journal.Followed{} // by where the history is now
	for i := range made {
		m := &made[i]
		if m != newest[choiceOf{m.Deck, m.From}] {
			continue
		}
		at := choiceOf{m.Deck, m.To}
		switch {
		case m.By == journal.FollowIDs:
			at.key = m.From
		case m.In != "":
			at.deck = m.In
		}
		last[at] = m
	}
	for i := range old {
		o := &old[i]
		m := last[choiceOf{o.Deck, o.Key}]
		switch {
		case m == nil || m.By == f.follow:
		case m.By == journal.FollowIDs:
			o.FormerText = m.Was
		default:
			o.FormerDeck, o.FormerKey = m.Deck, m.From
		}
	}
}

// recordDoubts writes what was followed where an id and its text do not agree, and
// gives those of which somebody had learned the card.
func (tx *tx) recordDoubts(
	ctx context.Context, f *follower, found []decks.Doubt, now scheduler.Moment,
) (doubts []Doubt, err error) {
	if len(found) == 0 {
		return nil, nil // also where no follower is, in tests
	}
	for _, d := range found {
		answers, err := tx.answersOf(ctx, d.Was)
		if err != nil {
			return nil, err
		}
		told := f.told(d.Deck, d.Key)
		if answers == 0 || told == "" && f.chosen(d.Deck, d.Key, d.WasText, d.NowText) == journal.FollowText {
			continue
		}
		by := journal.Followed{By: journal.FollowText, Deck: d.Deck, From: d.Key, Was: d.WasText, Now: d.NowText}
		switch {
		case d.ByID:
			by.By, by.To = journal.FollowIDs, d.Key
		case d.To != nil:
			by.To, by.In = d.To.Key, d.ToDeck
		default:
			by.To = d.Aside
		}
		if by.In == d.Deck {
			by.In = ""
		}
		if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindFollow, Card: d.Now.Cards[0].ID,
			Detail: journal.Detail{Follow: &by}}); err != nil {
			return nil, err
		}
		if !d.ByID && told == "" {
			doubts = append(doubts, doubtOf(d, answers))
		}
	}
	return doubts, f.err
}

// answersOf counts the answers to a fact's cards. It is asked before they are
// renamed.
func (tx *readTx) answersOf(ctx context.Context, f *decks.OldFact) (answers int, err error) {
	for _, c := range f.Cards {
		var n int
		err = tx.Scan(ctx, `SELECT coalesce(sum(m.reps), 0) FROM cards c JOIN memory m ON m.card = c.id WHERE c.card = ?`, []any{c.ID}, &n)
		if answers += n; err != nil {
			break
		}
	}
	return answers, err
}

// moveKeys gives facts the keys that they have now: all at once.
func (tx *tx) moveKeys(ctx context.Context, moves []decks.KeyMove) error {
	type moved struct {
		id, deck int64
		to       string
	}
	var all []moved
	for _, m := range moves {
		one := moved{to: m.To}
		err := tx.Scan(ctx, `SELECT f.id, f.deck FROM facts f JOIN decks d ON d.id = f.deck WHERE d.deck = ? AND f.key = ?`, []any{m.Deck, m.From}, &one.id, &one.deck)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE facts SET key = '~~' || id WHERE id = ?`, one.id); err != nil {
			return err
		}
		all = append(all, one)
	}
	for _, m := range all {
		_, err := tx.exec(ctx, `DELETE FROM facts WHERE deck = ?1 AND key = ?2 AND NOT EXISTS (SELECT 1 FROM cards WHERE fact = facts.id)`, m.deck, m.to)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE facts SET key = ?1, written = written AND substr(?1, 1, 1) <> '~', cell = cell AND substr(?1, 1, 1) <> '~' WHERE id = ?2`, m.to, m.id); err != nil {
			return err
		}
	}
	return nil
}
