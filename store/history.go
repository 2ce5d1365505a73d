package store

import (
	"context"
	"slices"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// A CardHistory is what another program knows of a card.
type CardHistory struct {
	Card      string                   // decks.Card.ID; empty: the collection has no such card
	Origin    journal.Origin           // how the other program knows it
	Past      Past                     // nil: nothing
	Place     *scheduler.ImportedState // where the card stands; nil: where Past leads to
	Anew      bool                     // Place counts also where an earlier import said another day
	Suspended bool
	Buried    bool
	Flag      int // 0 to 7
}

// A Past is what another program's log says of a card: grades, resets and
// placements, the oldest first, which need no Card. They are made when they are
// asked for, the same each time: a log is long, and entries are large.
type Past interface {
	Len() int
	Entry(i int) journal.Entry
}

// Entries are a Past that is in memory.
type Entries []journal.Entry

// Len is how many entries there are.
func (e Entries) Len() int { return len(e) }

// Entry is one of them, from 0.
func (e Entries) Entry(i int) journal.Entry { return e[i] }

// A HistoryReport tells what an import of histories came to.
type HistoryReport struct {
	Cards   int // that stand now where the other program says
	Grades  int // answers that are new to the log
	Rows    int // in the log, of all kinds but origins
	Known   int // cards of which the log knew all already
	Behind  int // cards that were answered here since: the answers are kept, the schedule too
	Moved   int // answers that an earlier import had put on other cards
	Unknown int // cards that the collection does not have
	Future  int // entries that are left out, for they are later than now
}

// ImportHistory writes what another program's log knows of cards into the log,
// as that of a device of its own: all of it, or nothing. Rows are in their
// place in time, so answers here and there are replayed in the order in which
// they were given. What is there stays as it is, and what the log knows already
// (an answer to a card at one time) is not written again: to import the same
// twice changes nothing, and to import it elsewhere makes the same rows, if made,
// the time of the export, is the same.
//
// A card is placed where the other program says, unless its newest answer is one
// of this collection. Answers that an earlier import put on other cards are
// taken back there. Where each card came from is kept, see [Store.Origins].
func (s *Store) ImportHistory(
	ctx context.Context, cards []CardHistory, made, now scheduler.Moment,
) (HistoryReport, error) {
	defer s.config.Progress.Over()
	var report HistoryReport
	err := s.record(ctx, func(tx *tx) (err error) {
		report, err = tx.importHistory(ctx, cards, made, now)
		return err
	})
	return report, sqlite.Explain("import the history", err)
}

func (tx *tx) importHistory(
	ctx context.Context, cards []CardHistory, made, now scheduler.Moment,
) (report HistoryReport, err error) {
	h := &historian{tx: tx, made: made, now: now, report: &report}
	if made.At <= 0 || made.At > now.At {
		h.made = now
	}
	if err := h.read(ctx, cards); err != nil {
		return report, err
	}
	var strays []stray
	if slices.ContainsFunc(h.cards, func(c CardHistory) bool { return c.Origin.Note != "" }) {
		if strays, err = tx.strays(ctx, h.cards); err != nil {
			return report, err
		}
	}
	return report, h.run(ctx, strays)
}
