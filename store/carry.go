package store

import (
	"context"
	"database/sql"
	"strings"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// A loss is what a deck lost to a compile.
type loss struct {
	deck    int64
	name    string
	gone    bool // with its files
	before  int  // live cards before
	retired int
	learned int           // of the retired: the log says something of them
	went    map[int64]int // by row id of a deck: cards that are there now
}

// losses are those of all decks that took part.
type losses struct {
	all  []*loss
	came []arrival
}

// An arrival says that cards came to a deck from another.
type arrival struct {
	from  string // permanent identity
	to    int64
	cards int
}

func (l *losses) add(one *loss) { l.all = append(l.all, one) }

func (l *losses) went(came map[string]int, to int64) {
	for from, cards := range came {
		l.came = append(l.came, arrival{from, to, cards})
	}
}

// of returns what a deck lost; nil if it took no part.
func (l *losses) of(deck int64) *loss {
	for _, one := range l.all {
		if one.deck == deck {
			return one
		}
	}
	return nil
}

// mendLosses looks where what is gone went, and gives it back what belongs to it:
// histories, and what the learner set. What is still lost is for the plan to say.
func (tx *tx) mendLosses(ctx context.Context, losses *losses, plan *Plan, now scheduler.Moment) error {
	for _, a := range losses.came {
		var from int64
		if err := tx.Scan(ctx, `SELECT id FROM decks WHERE deck = ?`, []any{a.from}, &from); err != nil {
			return err
		}
		if l := losses.of(from); l != nil {
			l.before += a.cards
			l.goes(a.to, a.cards)
		}
	}
	found, err := tx.reunite(ctx, losses.all, now)
	if err != nil {
		return err
	}
	for _, r := range found {
		l := losses.of(r.from.deck)
		l.retired--
		l.learned--
		l.goes(r.to.deck, 1)
		plan.reunited(r)
	}
	for _, l := range losses.all {
		plan.Shrunk = append(plan.Shrunk, shrunk(l.name, l.retired, l.before, l.learned)...)
	}
	return tx.carry(ctx, losses.all, now)
}

func (l *loss) goes(to int64, cards int) {
	if l.went == nil {
		l.went = map[int64]int{}
	}
	l.went[to] += cards
}

// carry takes what the learner set for a deck that is gone to the one that most
// of its cards went to, and that is most of that one: the deck was renamed. So it
// is with folders of decks. Decks below a deck into which it was divided are put away
// if it had been; its options hold for them by its name.
func (tx *tx) carry(ctx context.Context, losses []*loss, now scheduler.Moment) error {
	renamed := map[string]string{}
	for _, l := range losses {
		for to, cards := range l.went {
			name, most, err := tx.madeOf(ctx, to, cards)
			if err != nil {
				return err
			}
			divided := within(name, l.name)
			if !most || !divided && (!l.gone || 2*cards <= l.before) {
				continue
			}
			if err := tx.putAwayLike(ctx, l.deck, to, now); err != nil {
				return err
			}
			if !divided {
				renamed[l.name] = name
			}
		}
	}
	if len(renamed) == 0 {
		return nil
	}
	return tx.carryOptions(ctx, renamed, now)
}

// madeOf returns the name of a deck, and whether so many cards are most of it.
func (tx *readTx) madeOf(ctx context.Context, deck int64, cards int) (name string, most bool, err error) {
	var live int
	err = tx.Scan(ctx, `SELECT name, (SELECT count(*) FROM cards WHERE deck = decks.id AND retired = 0) FROM decks WHERE id = ?`, []any{deck}, &name, &live)
	return name, 2*cards > live, err
}

// putAwayLike puts a deck away if another had been put away.
func (tx *tx) putAwayLike(ctx context.Context, other, deck int64, now scheduler.Moment) error {
	var id string
	var away bool
	err := tx.Scan(ctx, `SELECT deck, (SELECT shelved FROM decks WHERE id = ?) AND shelved = 0 FROM decks WHERE id = ?`,
		[]any{other, deck}, &id, &away)
	if err == nil && away {
		err = tx.pushArchived(ctx, now, journal.Archived{Deck: id, Away: true, Auto: true})
	}
	return err
}

// carryOptions moves the options of decks, and of folders in which all decks were
// renamed alike, to their new names. What was set there already stays.
func (tx *tx) carryOptions(ctx context.Context, renamed map[string]string, now scheduler.Moment) error {
	live, err := tx.liveNames(ctx)
	if err != nil {
		return err
	}
	kept, err := tx.keptSettings(ctx)
	if err != nil {
		return err
	}
	names, err := deckNames(ctx, tx)
	if err != nil {
		return err
	}
	set := map[string]bool{}
	for i := range kept {
		set[names.of(&kept[i])] = true
	}
	for _, s := range kept {
		scope := names.of(&s)
		to := renamed[scope]
		if to == "" {
			to = folderNow(scope, renamed, live)
		}
		if scope == "" || to == "" || set[to] {
			continue
		}
		if err := tx.carryOption(ctx, s, to, now); err != nil {
			return err
		}
	}
	return nil
}

// carryOption moves a setting to another deck or folder, by name.
func (tx *tx) carryOption(ctx context.Context, s journal.Setting, to string, now scheduler.Moment) error {
	goes, err := scopeOf(ctx, tx, to)
	if err != nil {
		return err
	}
	goes.Name, goes.Value, goes.Auto = s.Name, s.Value, true
	s.Value, s.Auto = "", true
	for _, s := range []journal.Setting{s, goes} {
		if _, err := tx.pushOption(ctx, now, s, 0); err != nil {
			return err
		}
	}
	if err := tx.newPolicies(ctx); err != nil {
		return err
	}
	return tx.refit(ctx, to, now)
}

func (tx *readTx) liveNames(ctx context.Context) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM decks WHERE retired = 0`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) })
}

// folderNow returns the new name of a folder that has no deck any more; "" if its
// decks did not all go to one.
func folderNow(folder string, renamed map[string]string, live []string) (now string) {
	for _, name := range live {
		if within(name, folder) {
			return ""
		}
	}
	for from, to := range renamed {
		rest, below := strings.CutPrefix(from, folder+"/")
		if !below {
			continue
		}
		base, alike := strings.CutSuffix(to, "/"+rest)
		if !alike || now != "" && now != base {
			return ""
		}
		now = base
	}
	return now
}
