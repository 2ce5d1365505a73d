package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/content"
	"kartei/store/doctor"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A stray is what an import put on a card that it is not about: all that one
// import wrote of one card, for it took the card for another; or answers that
// stand twice, and count twice.
type stray struct {
	from, to string // cards, by present names; equal for what stands twice
	rows     []journal.Row
}

// answers is how many of the rows are answers.
func (s *stray) answers() (n int) {
	for i := range s.rows {
		if s.rows[i].Kind == journal.KindGrade {
			n++
		}
	}
	return n
}

// A review names a row of another program's log where its note is not known: no
// two answers there have the same millisecond and the same terms.
type review struct {
	at    int64
	grade scheduler.Grade
	terms journal.Foreign // without the origin
}

// reviewOf is false for rows that another program did not write.
func reviewOf(e *journal.Entry) (review, bool) {
	if e.Detail.Foreign == nil || e.Kind == journal.KindOrigin {
		return review{}, false
	}
	terms := *e.Detail.Foreign
	terms.Origin = journal.Origin{Program: terms.Program}
	return review{e.Moment.At, e.Grade, terms}, true
}

// A portion is what one import wrote of one card.
type portion struct {
	card string // present name
	rows []journal.Row
}

// strays finds what imports put on wrong cards: what rows say that name a note of
// which another card came; and rows that an earlier import, or the cards that are
// being imported now, have of another card. Cards may be nil. Rows without a note
// are those of earlier versions, which found cards by the text of their
// questions.
func (tx *readTx) strays(ctx context.Context, cards []CardHistory) ([]stray, error) {
	f := &strayFinder{readTx: tx, owners: map[review][]string{}, certain: map[review]bool{}, vague: map[review]bool{},
		written: map[string]writtenCard{}}
	var err error
	if f.origins, err = tx.origins(ctx); err != nil {
		return nil, err
	}
	cards = slices.DeleteFunc(slices.Clone(cards), func(c CardHistory) bool { return c.Origin.Note == "" }) // of which nothing is certain
	suspects, err := f.suspects(ctx, cards)
	if err != nil || len(suspects) == 0 {
		return nil, err
	}
	portions, err := f.portions(ctx, suspects)
	if err != nil {
		return nil, err
	}
	f.trust(portions, cards)
	return f.find(ctx, portions)
}

// A spot is where an import put rows: a device and a card.
type spot struct {
	device int64
	card   string
}

// suspects are the spots of which something speaks against them: an answer that
// stands at another one too, or that is another card's. While cards are being
// imported, only those of earlier versions are looked at.
func (f *strayFinder) suspects(ctx context.Context, cards []CardHistory) (map[spot]bool, error) {
	rows, err := f.QueryContext(ctx, `SELECT l.at, l.device, `+table.PresentName+`, CASE WHEN instr(l.detail, '"note"') THEN l.detail END FROM `+table.RowTables+`
		WHERE v.own = 0 AND l.kind IN ('grade', 'reset', 'place') AND instr(l.detail, '"program"') AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id)
		AND NOT (?1 AND instr(l.detail, '"note"'))`, len(cards) > 0)
	suspects, first := map[spot]bool{}, map[int64]spot{} // by time
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var at int64
		var here spot
		var detail sql.NullString
		if err := rows.Scan(&at, &here.device, &here.card, &detail); err != nil {
			return err
		}
		switch there, ok := first[at]; {
		case !ok:
			first[at] = here
		case there.device == here.device: // two answers, or two copies of a card
			first[at] = spot{here.device, ""}
		case there.card != "":
			suspects[there], suspects[here] = true, true
		}
		if detail.Valid && f.elsewhere(here.card, detail.String) {
			suspects[here] = true
		}
		return nil
	})
	for i := range cards {
		for j := 0; len(first) > 0 && j < pastLen(cards[i].Past); j++ {
			if there, ok := first[cards[i].Past.Entry(j).Moment.At]; ok && there.card != "" &&
				there.card != cards[i].Card {
				suspects[there] = true
			}
		}
	}
	return suspects, err
}

// elsewhere reports whether a row names a note of which only other cards came.
func (f *strayFinder) elsewhere(card, detail string) bool {
	var d journal.Detail
	if json.Unmarshal([]byte(detail), &d) != nil || d.Foreign == nil {
		return false
	}
	home := f.origins[d.Foreign.Origin]
	return len(home) > 0 && !slices.Contains(home, card)
}

// portions reads all that stands at the spots, in the order in which it came.
func (f *strayFinder) portions(ctx context.Context, spots map[spot]bool) (all []portion, err error) {
	read := map[string]bool{}
	for s := range spots {
		if read[s.card] {
			continue
		}
		read[s.card] = true
		rows, err := history(ctx, f, s.card)
		if err != nil {
			return nil, err
		}
		byDevice := map[string]int{}
		for _, r := range rows {
			if r.Undone || r.Kind == journal.KindOrigin || r.Kind == journal.KindUndo || r.Kind == journal.KindAlias {
				continue
			}
			i, ok := byDevice[r.Device]
			if !ok {
				i = len(all)
				byDevice[r.Device], all = i, append(all, portion{card: s.card})
			}
			all[i].rows = append(all[i].rows, r)
		}
	}
	all = slices.DeleteFunc(all, func(p portion) bool {
		return !slices.ContainsFunc(p.rows, func(r journal.Row) bool { return r.Detail.Foreign != nil })
	})
	slices.SortFunc(all, func(a, b portion) int { return cmp.Compare(a.rows[0].ID, b.rows[0].ID) })
	return all, nil
}

// A strayFinder knows whose reviews are.
type strayFinder struct {
	*readTx
	origins map[journal.Origin][]string
	owners  map[review][]string // cards; the first that had it, unless it is certain
	certain map[review]bool
	vague   map[review]bool // one import has it of several cards
	written map[string]writtenCard
}

// trust learns what is certain: from rows that name their note, and from the cards
// that are being imported.
func (f *strayFinder) trust(portions []portion, cards []CardHistory) {
	by := map[review]map[string]string{} // cards by devices
	for _, p := range portions {
		for i := range p.rows {
			r, ok := reviewOf(&p.rows[i].Entry)
			if !ok {
				continue
			}
			if home := f.origins[p.rows[i].Detail.Foreign.Origin]; len(home) > 0 {
				f.owners[r], f.certain[r] = append(f.owners[r], home...), true
			}
			if card, ok := by[r][p.rows[i].Device]; ok && card != p.card {
				f.vague[r] = true
			}
			if by[r] == nil {
				by[r] = map[string]string{}
			}
			by[r][p.rows[i].Device] = p.card
		}
	}
	for i := range cards {
		for j := range pastLen(cards[i].Past) {
			e := cards[i].Past.Entry(j)
			if r, ok := reviewOf(&e); ok && by[r] != nil {
				f.owners[r], f.certain[r] = append(f.owners[r], cards[i].Card), true
			}
		}
	}
}

// find goes through the imports in their order: what one put on the right card
// tells of the next.
func (f *strayFinder) find(ctx context.Context, portions []portion) (found []stray, err error) {
	seen := map[review]map[string]*journal.Row{} // by card: what is kept of it; nil: what comes home
	twice := map[string]int{}                    // by card: where it is in found
	for _, p := range portions {
		home, err := f.home(ctx, &p)
		if err != nil {
			return nil, err
		}
		for i := range p.rows {
			row := &p.rows[i]
			r, ok := reviewOf(&row.Entry)
			if !ok {
				continue
			}
			if !f.certain[r] && f.owners[r] == nil {
				f.owners[r] = []string{home}
			}
			if seen[r] == nil {
				seen[r] = map[string]*journal.Row{}
			}
			kept, again := seen[r][home]
			if home != p.card {
				row = nil
			} else if again {
				var spare *journal.Row
				if row, spare = oneOf(kept, row); twice[home] == 0 {
					found = append(found, stray{from: home, to: home})
					twice[home] = len(found)
				}
				at := &found[twice[home]-1]
				at.rows = append(at.rows, *spare)
			}
			if row != nil || !again {
				seen[r][home] = row
			}
		}
		if home != p.card {
			found = append(found, stray{p.card, home, p.rows})
		}
	}
	return found, nil
}

// oneOf picks the row that stays of two that are one answer: every machine the same,
// whichever of the imports came there first, or two that repair would take both back.
func oneOf(kept, row *journal.Row) (stays, spare *journal.Row) {
	if kept == nil || cmp.Or(cmp.Compare(kept.Device, row.Device), cmp.Compare(kept.Seq, row.Seq)) < 0 {
		return kept, row
	}
	return row, kept
}

// home is the card that a portion is about: another than it stands on only if all
// that is known of its rows agrees on that.
func (f *strayFinder) home(ctx context.Context, p *portion) (string, error) {
	home := ""
	for i := range p.rows {
		r, ok := reviewOf(&p.rows[i].Entry)
		owners := f.owners[r]
		switch {
		case !ok || len(owners) == 0 || f.vague[r] && !f.certain[r]:
			continue
		case slices.Contains(owners, p.card):
			return p.card, nil
		}
		owner := owners[len(owners)-1]
		copied, err := f.copied(ctx, p.card, owner)
		if err != nil {
			return "", err
		}
		if copied || home != "" && home != owner {
			return p.card, nil
		}
		home = owner
	}
	if home == "" {
		return p.card, nil
	}
	return home, nil
}

// copied reports whether two cards are one that was imported into two decks.
func (f *strayFinder) copied(ctx context.Context, a, b string) (bool, error) {
	one, err := f.card(ctx, a)
	if err != nil {
		return false, err
	}
	other, err := f.card(ctx, b)
	if err != nil {
		return false, err
	}
	return one.hash == other.hash || one.deck != other.deck && one.fact == other.fact && one.name == other.name, nil
}

// A writtenCard is what tells copies of a card.
type writtenCard struct {
	deck             int64
	fact, name, hash string
}

func (f *strayFinder) card(ctx context.Context, id string) (writtenCard, error) {
	if c, ok := f.written[id]; ok {
		return c, nil
	}
	var c writtenCard
	err := f.Scan(ctx, `SELECT c.deck, f.key, c.name, c.hash FROM cards c JOIN facts f ON f.id = c.fact WHERE c.card = ?`, []any{id},
		&c.deck, &c.fact, &c.name, &c.hash)
	if errors.Is(err, sql.ErrNoRows) {
		c, err = writtenCard{hash: id}, nil // no card of this collection
	}
	f.written[id] = c
	return c, err
}

// takeBack takes strays back where they are, and keeps them for the cards that
// they are about.
func (h *historian) takeBack(ctx context.Context, strays []stray) error {
	for _, s := range strays {
		for i := range s.rows {
			if _, err := h.void(ctx, &s.rows[i], h.now); err != nil {
				return err
			}
		}
		if s.from == s.to {
			continue
		}
		k, err := h.taken(ctx, &s)
		if err != nil || k == nil {
			return err
		}
		h.report.Moved += s.answers()
		for i := range s.rows {
			if e := s.rows[i].Entry; e.Detail.Foreign != nil {
				k.home = append(k.home, e)
			}
		}
	}
	return nil
}

// taken is what is known of the card that a stray is about, which stands where
// the stray says, unless it is being imported itself; nil if there is no such card.
func (h *historian) taken(ctx context.Context, s *stray) (*knownCard, error) {
	if k := h.known[s.to]; k != nil {
		return k, nil
	}
	p, st, err := h.findCard(ctx, s.to)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k := &knownCard{suspended: st.Suspended, flag: st.Flag}
	c := CardHistory{Card: p.name, Suspended: st.Suspended, Flag: st.Flag}
	for i := range s.rows {
		switch e := &s.rows[i].Entry; {
		case e.Detail.Placed != nil:
			c.Place = e.Detail.Placed
		case e.Kind == journal.KindSuspend:
			c.Suspended = true
		case e.Kind == journal.KindUnsuspend:
			c.Suspended = false
		case e.Kind == journal.KindFlag:
			c.Flag = e.Detail.Flag
		}
	}
	h.known[p.name] = k
	h.cards = append(h.cards, c)
	return k, nil
}

// Imports implements [doctor.Collection]: it finds what imports put on wrong cards.
func (x examinee) Imports(ctx context.Context, e *doctor.Examination) error {
	all, err := x.tx.strays(ctx, nil)
	if err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		what := fmt.Sprintf("%d of its answers are those of another card, %s: an import took the one for the other",
			s.answers(), x.tx.prompt(ctx, s.to))
		if s.from == s.to {
			what = fmt.Sprintf("%d of its answers stand in the log twice", len(s.rows))
		}
		e.Found("imports", "card "+x.tx.prompt(ctx, s.from), what)
	}
	e.Looked("that imported answers are on the cards that they are about")
	return nil
}

// prompt is what a card asks, for somebody to know it by, or its name.
func (tx *readTx) prompt(ctx context.Context, card string) string {
	var text string
	var c decks.Card
	if err := tx.Scan(ctx, `SELECT content FROM cards WHERE card = ?`, []any{card}, &text); err != nil ||
		content.ReadCard(&c, text, "") != nil {
		return card
	}
	words := strings.Join(strings.Fields(c.Prompt+" "+c.Text), " ")
	if c.Answer != "" {
		words += " → " + strings.Join(strings.Fields(c.Answer), " ")
	}
	return words
}

// bringHome gives what imports put on wrong cards to the right ones: by rows that
// take the old ones back, and by new ones.
func (s *Store) bringHome(ctx context.Context, now scheduler.Moment) (changes []string, err error) {
	err = s.record(ctx, func(tx *tx) error {
		strays, err := tx.strays(ctx, nil)
		if err != nil {
			return err
		}
		for i := range strays {
			s := &strays[i]
			change := fmt.Sprintf("gave %d of its answers to %s", s.answers(), tx.prompt(ctx, s.to))
			if s.from == s.to {
				change = fmt.Sprintf("took %d of its answers back, which stood twice", len(s.rows))
			}
			changes = append(changes, tx.prompt(ctx, s.from)+": "+change)
		}
		var report HistoryReport
		h := &historian{tx: tx, made: now, now: now, report: &report}
		if err := h.read(ctx, nil); err != nil {
			return err
		}
		return h.run(ctx, strays)
	})
	return changes, err
}

// takeDoublesBack takes back, of answers that two imports wrote, the one that every
// machine takes back, so that they count once from the merge on that brings them
// together. Imports are the devices as which those came that are new.
func (s *Store) takeDoublesBack(ctx context.Context, imports map[string]bool) (answers int, err error) {
	err = s.record(ctx, func(tx *tx) error {
		if some, err := tx.importedBefore(ctx, imports); err != nil || !some && len(imports) == 1 {
			return err
		}
		strays, err := tx.strays(ctx, nil)
		if err != nil {
			return err
		}
		now := tx.calendar.Moment(tx.config.Now())
		var cards []string
		for _, twice := range strays {
			if twice.from != twice.to {
				continue // which card is right somebody has to look at: see bringHome
			}
			cards = append(cards, twice.to)
			for i := range twice.rows {
				if _, err := tx.void(ctx, &twice.rows[i], now); err != nil {
					return err
				}
			}
			answers += twice.answers()
		}
		return tx.recallThose(ctx, cards)
	})
	return answers, err
}

// importedBefore reports whether other devices than these have rows of imports.
func (tx *readTx) importedBefore(ctx context.Context, but map[string]bool) (some bool, err error) {
	names, err := json.Marshal(slices.Collect(maps.Keys(but)))
	if err != nil {
		return false, err
	}
	err = tx.Scan(ctx, `SELECT EXISTS (SELECT 1 FROM log l JOIN devices v ON v.id = l.device WHERE l.kind = 'origin'
		AND v.name NOT IN (SELECT value FROM json_each(?)))`, []any{string(names)}, &some)
	return some, err
}
