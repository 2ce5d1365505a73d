package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// caches compares what is computed from the log with a replay of it.
func (e *Examination) caches(ctx context.Context, replay *journal.Replay) error {
	compare := func(check func(context.Context, *journal.Replay) error) func(context.Context) error {
		return func(ctx context.Context) error { return check(ctx, replay) }
	}
	return e.all(ctx, compare(e.memories), compare(e.aliases), compare(e.voided), compare(e.options),
		compare(e.archived), e.load)
}

// memories compares every card's memory with what the replay came to, bit for bit.
func (e *Examination) memories(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT c.card, c.retired, c.fresh, coalesce(m.hidden, 0), coalesce(m.deck, c.deck) = c.deck, `+table.CardState.OrEmpty("m.")+`
		FROM cards c LEFT JOIN memory m ON m.card = c.id`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var card string
		var retired, fresh, hidden, home bool
		var st journal.CardState
		if err = rows.Scan(table.CardState.Targets(&st, &card, &retired, &fresh, &hidden, &home)...); err != nil {
			return err
		}
		want := replay.State(card)
		switch {
		case st != want:
			e.Found("memory", "card "+card, difference(&st, &want))
		case fresh != (!retired && want.Fresh()), st != journal.CardState{} && hidden != (want.Suspended || retired),
			!home:
			e.Found("memory", "card "+card, "the queue has it in the wrong place")
		}
		return err
	})
	return err
}

// difference says in words in what a stored state differs from the log's.
func difference(stored, want *journal.CardState) string {
	var parts []string
	table.CardState.Differences(stored, want, func(words string, is, to any) {
		parts = append(parts, fmt.Sprintf("%s is %v, by the log %v", words, is, to))
	})
	return strings.Join(parts, "; ")
}

func (e *Examination) aliases(ctx context.Context, replay *journal.Replay) error {
	type key struct {
		old   string
		since int64
	}
	want := map[key]string{}
	for a := range replay.Names.Aliases() {
		want[key{a.Name, a.Since}] = a.Card
	}
	rows, err := e.tx.QueryContext(ctx, `SELECT old, since, card FROM aliases`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var at key
		var card string
		err := rows.Scan(&at.old, &at.since, &card)
		if want[at] != card {
			e.Found("names", "card "+at.old, fmt.Sprintf("it is known as %q, the log says %q", card, want[at]))
		}
		delete(want, at)
		return err
	})
	for at, card := range want {
		if at.since != 0 || at.old != card {
			e.Found("names", "card "+at.old, fmt.Sprintf("that it is now called %q is forgotten", card))
		}
	}
	return err
}

func (e *Examination) voided(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT v.name, l.seq FROM voided u JOIN log l ON l.id = u.id JOIN devices v ON v.id = l.device`)
	undone := map[journal.Ref]bool{}
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var ref journal.Ref
		err := rows.Scan(&ref.Device, &ref.Seq)
		undone[ref] = true
		return err
	})
	for ref := range replay.Undone {
		if !undone[ref] {
			e.Found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq), "the log says that it was undone")
		}
	}
	for ref := range undone {
		if !replay.Undone[ref] {
			e.Found("undone", fmt.Sprintf("log of %s, row %d", ref.Device, ref.Seq),
				"the log does not say that it was undone")
		}
	}
	return err
}

// options compares what is set with what rows say.
func (e *Examination) options(ctx context.Context, replay *journal.Replay) error {
	want := maps.Clone(replay.Shared.Options)
	rows, err := e.tx.QueryContext(ctx, `SELECT deck, folder, name, value FROM options`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var of journal.OptionOf
		var value string
		err := rows.Scan(&of.Deck, &of.Folder, &of.Name, &value)
		if want[of] != value {
			e.Found("settings", whose(of), fmt.Sprintf("option %s is %q, by the log %q", of.Name, value, want[of]))
		}
		delete(want, of)
		return err
	})
	for of, value := range want {
		e.Found("settings", whose(of), fmt.Sprintf("that option %s is %q is forgotten", of.Name, value))
	}
	return err
}

func whose(of journal.OptionOf) string {
	switch {
	case of.Deck != "":
		return "deck " + of.Deck
	case of.Folder != "":
		return "folder " + of.Folder
	}
	return "all decks"
}

// archived compares which decks are put away with what rows say.
func (e *Examination) archived(ctx context.Context, replay *journal.Replay) error {
	rows, err := e.tx.QueryContext(ctx, `SELECT deck, shelved FROM decks`)
	return sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck string
		var away bool
		err := rows.Scan(&deck, &away)
		switch want := replay.Shared.Archived[deck]; {
		case want && !away:
			e.Found("settings", "deck "+deck, "it is asked, by the log it was put away")
		case away && !want:
			e.Found("settings", "deck "+deck, "it is put away, by the log it is asked")
		}
		return err
	})
}

// load compares the counts of the days ahead.
func (e *Examination) load(ctx context.Context) error {
	counted := `SELECT due_day AS day, deck, count(*) AS cards FROM memory WHERE ` + table.Reviews("") +
		` GROUP BY due_day, deck`
	var wrong int
	err := e.tx.QueryRowContext(ctx, `SELECT count(*) FROM (
		SELECT * FROM (`+counted+` EXCEPT SELECT day, deck, cards FROM load)
		UNION ALL SELECT * FROM (SELECT day, deck, cards FROM load EXCEPT `+counted+`))`).Scan(&wrong)
	if wrong > 0 {
		e.Found("load", "the days ahead", fmt.Sprintf("%d counts are wrong", wrong))
	}
	return err
}

// Caches returns all in which what is computed from the log differs from a replay.
func Caches(ctx context.Context, tx *sqlite.ReadTx, replay *journal.Replay) ([]Finding, error) {
	e := &Examination{tx: tx, every: true}
	err := errors.Join(e.references(ctx), e.caches(ctx, replay))
	return slices.DeleteFunc(e.Findings, func(f Finding) bool { return !f.inCache() }), err
}
