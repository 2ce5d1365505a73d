package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Settings returns what was set for a deck itself: option names (see
// scheduler.Names) and values. Deck "" stands for all decks.
func (s *Store) Settings(ctx context.Context, deck string) (map[string]string, error) {
	scopes, err := readScopes(ctx, s.db)
	if err != nil {
		return nil, sqlite.Explain("read the options", err)
	}
	if own := scopes[deck]; own != nil {
		return own, nil
	}
	return map[string]string{}, nil
}

// Options returns the options that hold for a deck: what was set for it, else
// for the deck around it, and so on outwards, else the defaults.
func (s *Store) Options(ctx context.Context, deck string) (scheduler.Options, error) {
	var o scheduler.Options
	err := s.read(ctx, func(tx *readTx) error {
		scopes, err := readScopes(ctx, tx)
		if err != nil {
			return err
		}
		fits, err := readFits(ctx, tx)
		if err != nil {
			return err
		}
		o, err = scopes.resolve(deck, fits)
		return err
	})
	return o, sqlite.Explain("read the options", err)
}

// Set changes settings of a deck; an empty value takes the deck's own setting
// away, also one that this version does not know. Nothing changes if the options
// of any deck would become invalid; what is invalid already can be taken away one
// by one. They act from the next answer on: every card stays due when it was. Undo
// takes all of them back at once. An error about a value is a [scheduler.OptionError].
func (s *Store) Set(ctx context.Context, deck string, values map[string]string, now scheduler.Moment) error {
	defer s.config.Progress.Over()
	err := s.record(ctx, func(tx *tx) error {
		_, err := tx.set(ctx, deck, values, false, now)
		return err
	})
	return sqlite.Explain("set options", err)
}

// SetAndMove is Set, and puts the cards of the deck on the days that the options choose,
// as [Store.Reschedule] does. Undo takes back both. A dry run only tells what moves.
func (s *Store) SetAndMove(
	ctx context.Context, deck string, values map[string]string, now scheduler.Moment, dry bool,
) (moves []Move, err error) {
	defer s.config.Progress.Over()
	err = s.record(ctx, func(tx *tx) error {
		cause, err := tx.set(ctx, deck, values, false, now)
		if err != nil {
			return err
		}
		if moves, err = tx.moves(ctx, deck); err == nil {
			err = tx.move(ctx, moves, now, cause)
		}
		if err == nil && dry {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return moves, sqlite.Explain("set options", err)
}

// set writes the rows of settings that differ from what is set, and returns the number
// of the first, 0 if there is none. Auto are those that nobody asked for.
func (tx *tx) set(
	ctx context.Context, deck string, values map[string]string, auto bool, now scheduler.Moment,
) (first int64, err error) {
	broken := tx.checkScopes(ctx, deck)
	settings, err := tx.changes(ctx, deck, values)
	if err != nil || len(settings) == 0 {
		return 0, err
	}
	for _, s := range settings {
		s.Auto = auto
		r, err := tx.pushOption(ctx, now, s, first)
		if err != nil {
			return 0, err
		}
		if first == 0 {
			first = r.Seq
		}
	}
	if err := tx.newPolicies(ctx); err != nil {
		return 0, err
	}
	switch still := tx.checkScopes(ctx, deck); {
	case still != nil && broken != nil && takesAway(values):
		return first, nil // the cards are planned once all is valid
	case still != nil:
		return 0, still
	case broken == nil && !remembers(values):
		return first, nil
	}
	return first, tx.refit(ctx, deck, now)
}

// changes returns the settings that make the values those of a deck, by name.
func (tx *readTx) changes(ctx context.Context, deck string, values map[string]string) ([]journal.Setting, error) {
	own, err := scopeOf(ctx, tx, deck)
	if err != nil {
		return nil, err
	}
	kept, err := tx.keptSettings(ctx)
	if err != nil {
		return nil, err
	}
	names, err := deckNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	var changes []journal.Setting
	for _, name := range slices.Sorted(maps.Keys(values)) {
		s := own
		s.Name, s.Value = name, values[name]
		if s.Value != "" && !scheduler.Known(name) {
			var o scheduler.Options
			return nil, o.Set(name, s.Value) // says so
		}
		if s.Value != "" && !slices.Contains(kept, s) {
			changes = append(changes, s)
		}
		// What is set elsewhere under the deck's name would hold, too.
		for _, k := range kept {
			if k.Name == name && names.of(&k) == deck && (s.Value == "" || k.Of() != s.Of()) {
				k.Value = ""
				changes = append(changes, k)
			}
		}
	}
	return changes, nil
}

// namesOfDecks are the names of decks, by permanent identity.
type namesOfDecks map[string]string

func deckNames(ctx context.Context, q sqlite.Reader) (namesOfDecks, error) {
	names := namesOfDecks{}
	rows, err := q.QueryContext(ctx, `SELECT deck, name FROM decks`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck, name string
		err := rows.Scan(&deck, &name)
		names[deck] = name
		return err
	})
	return names, err
}

// of is the name of the deck or folder of a setting; a deck that is not here has none
// that could be one.
func (names namesOfDecks) of(s *journal.Setting) string {
	if s.Deck == "" {
		return s.Folder
	}
	if name, ok := names[s.Deck]; ok {
		return name
	}
	return "\x00" + s.Deck
}

func takesAway(values map[string]string) bool {
	for _, value := range values {
		if value != "" {
			return false
		}
	}
	return true
}

// A Setting is the value of an option that was set for a deck; "" is all decks.
type Setting struct{ Deck, Name, Value string }

// UnknownSettings are those of options that this version does not have: a newer
// one may have written them. They are kept and ignored.
func (s *Store) UnknownSettings(ctx context.Context) ([]Setting, error) {
	all, err := readScopes(ctx, s.db)
	return all.unknown(), sqlite.Explain("read the options", err)
}

func (all scopes) unknown() (unknown []Setting) {
	for _, deck := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[deck])) {
			if !scheduler.Known(name) {
				unknown = append(unknown, Setting{deck, name, all[deck][name]})
			}
		}
	}
	return unknown
}

// scopes are all settings, by deck name and option name.
type scopes map[string]map[string]string

func readScopes(ctx context.Context, q sqlite.Reader) (scopes, error) {
	return readScopesBy(ctx, q, selectScopes)
}

// selectScopes reads the settings of decks that are here, by their names, those that
// count last at the end: where decks and a folder share a name it is the deck that is
// not gone. Those of before migration 9 are by name.
const (
	selectScopes = `SELECT coalesce(d.name, o.folder), o.name, o.value FROM options o LEFT JOIN decks d ON d.deck = o.deck
		WHERE o.name <> ? AND (o.deck = '' OR d.id IS NOT NULL) ORDER BY d.retired IS NOT 1, o.deck <> ''`
	selectNamedScopes = `SELECT scope, name, value FROM options WHERE name <> ?`
)

func readScopesBy(ctx context.Context, q sqlite.Reader, query string) (scopes, error) {
	all := scopes{}
	rows, err := q.QueryContext(ctx, query, dayStart)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var scope, name, value string
		err := rows.Scan(&scope, &name, &value)
		if all[scope] == nil {
			all[scope] = map[string]string{}
		}
		all[scope][name] = value
		return err
	})
	return all, err
}

// resolve lays the settings for a deck over those of the decks around it. Those
// of unknown options are left out. Parameters that were fitted for a deck hold
// where none were set for it, and no model.
func (all scopes) resolve(deck string, fits fits) (scheduler.Options, error) {
	outer := []string{""}
	for i := range deck {
		if deck[i] == '/' {
			outer = append(outer, deck[:i])
		}
	}
	if deck != "" {
		outer = append(outer, deck)
	}
	var levels []map[string]string
	fitted := ""
	for _, scope := range outer {
		level := all.known(scope)
		_, model := level["model"]
		_, parameters := level["parameters"]
		switch f := fits[scope]; {
		case model || parameters:
			fitted = ""
		case f != nil:
			level, fitted = f.over(level), f.Name()
		}
		levels = append(levels, level)
	}
	o, err := scheduler.Resolve(levels...)
	if err != nil {
		return o, fmt.Errorf("options of %s: %w", nameOfScope(deck), err)
	}
	o.Fitted = fitted
	return o, nil
}

// known are the settings of a deck itself whose options this version has.
func (all scopes) known(deck string) map[string]string {
	known := maps.Clone(all[deck])
	maps.DeleteFunc(known, func(name, _ string) bool { return !scheduler.Known(name) })
	return known
}

func nameOfScope(deck string) string {
	if deck == "" {
		return "all decks"
	}
	return "deck " + deck
}

// within reports whether a deck is another, or below it.
func within(deck, outer string) bool {
	return outer == "" || deck == outer || strings.HasPrefix(deck, outer+"/")
}

// checkScopes validates every scope that a change to one touches.
func (tx *readTx) checkScopes(ctx context.Context, changed string) error {
	_, err := tx.wrongScope(ctx, changed)
	return err
}

// wrongScope returns the first scope whose options cannot be, and why.
func (tx *readTx) wrongScope(ctx context.Context, changed string) (scope string, err error) {
	all, err := readScopes(ctx, tx)
	if err != nil {
		return "", err
	}
	return tx.wrongOf(ctx, all, changed)
}

func (tx *readTx) wrongOf(ctx context.Context, all scopes, changed string) (scope string, err error) {
	fits, err := readFits(ctx, tx)
	if err != nil {
		return "", err
	}
	for _, scope := range append(slices.Sorted(maps.Keys(all)), changed) {
		if !within(scope, changed) {
			continue
		}
		o, err := all.resolve(scope, fits)
		if err == nil {
			_, err = scheduler.NewPolicy(o, tx.config.Calendar)
		}
		if err != nil {
			return scope, err
		}
	}
	return "", nil
}

// ofMemory are the options by which what is known of a card, or whether it is in its
// steps, follows from its answers: where there are no steps, retention decides how long
// a card waits within the day. The others act when it is answered or asked.
var ofMemory = []string{"model", "parameters", "steps", "relearning", "max-interval", "retention"}

func remembers(values map[string]string) bool {
	return slices.ContainsFunc(ofMemory, func(name string) bool { _, set := values[name]; return set })
}

// policies are the policies of all decks as of one state of the options.
type policies struct {
	version int64
	byDeck  map[int64]*scheduler.Policy
	fits    *fits // once they were read
}

// newPolicies says that options or deck names changed. Every process notices
// at its next transaction.
func (tx *tx) newPolicies(ctx context.Context) error {
	tx.policies = nil
	_, err := tx.exec(ctx, `INSERT INTO settings (name, value) VALUES ('policies', '1')
		ON CONFLICT (name) DO UPDATE SET value = value + 1`)
	return err
}

// policy returns the policy of a deck.
func (tx *readTx) policy(ctx context.Context, deck int64) (*scheduler.Policy, error) {
	if tx.policies == nil {
		if err := tx.usePolicies(ctx); err != nil {
			return nil, err
		}
	}
	if p := tx.policies.byDeck[deck]; p != nil {
		return p, nil
	}
	var name string
	if err := tx.Scan(ctx, `SELECT name FROM decks WHERE id = ?`, []any{deck}, &name); err != nil {
		return nil, err
	}
	all, err := readScopes(ctx, tx)
	if err != nil {
		return nil, err
	}
	if tx.policies.fits == nil {
		fits, err := readFits(ctx, tx)
		if err != nil {
			return nil, err
		}
		tx.policies.fits = &fits
	}
	o, err := all.resolve(name, *tx.policies.fits)
	if err != nil {
		return nil, err
	}
	calendar, err := readCalendar(tx.QueryRowContext(ctx, findDayStart), tx.config.Calendar)
	if err != nil {
		return nil, err
	}
	p, err := scheduler.NewPolicy(o, calendar)
	if err == nil {
		tx.policies.byDeck[deck] = p
	}
	return p, err
}

// usePolicies takes over the store's policies if the options are still the same.
func (tx *readTx) usePolicies(ctx context.Context) error {
	var text string
	err := tx.Scan(ctx, findPolicies, nil, &text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	version, _ := strconv.ParseInt(text, 10, 64) // none yet: 0
	tx.policies = &policies{version: version, byDeck: map[int64]*scheduler.Policy{}}
	if p := tx.known; p != nil && p.version == version {
		tx.policies.byDeck = maps.Clone(p.byDeck)
	}
	return nil
}

// keepPolicies saves the next transaction the work, if the options stay.
func (s *Store) keepPolicies(p *policies) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.policies = p
}

const findPolicies = `SELECT value FROM settings WHERE name = 'policies'`

// checkOptions refuses options that would fail every command.
func (tx *readTx) checkOptions(ctx context.Context) error {
	if _, err := readCalendar(tx.QueryRowContext(ctx, findDayStart), tx.config.Calendar); err != nil {
		return err
	}
	return tx.checkScopes(ctx, "")
}
