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
// by one. Cards are planned anew where that makes a difference; the log is
// untouched. An error about a value is a [scheduler.OptionError].
func (s *Store) Set(ctx context.Context, deck string, values map[string]string) error {
	defer s.config.Progress.Over()
	err := s.record(ctx, func(tx *tx) error {
		broken := tx.checkScopes(ctx, deck)
		for name, value := range values {
			if err := tx.set(ctx, deck, name, value); err != nil {
				return err
			}
		}
		switch still := tx.checkScopes(ctx, deck); {
		case still != nil && broken != nil && takesAway(values):
			return tx.newPolicies(ctx) // the cards are planned once all is valid
		case still != nil:
			return still
		}
		if err := tx.newPolicies(ctx); err != nil || broken == nil && !replans(values) {
			return err
		}
		return tx.replan(ctx, deck)
	})
	return sqlite.Explain("set options", err)
}

func (tx *tx) set(ctx context.Context, deck, name, value string) (err error) {
	switch {
	case value == "":
		_, err = tx.exec(ctx, `DELETE FROM options WHERE scope = ? AND name = ?`, deck, name)
	case !scheduler.Known(name):
		var o scheduler.Options
		err = o.Set(name, value) // says so
	default:
		_, err = tx.exec(ctx, `INSERT OR REPLACE INTO options (scope, name, value) VALUES (?, ?, ?)`, deck, name, value)
	}
	return err
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
	all := scopes{}
	rows, err := q.QueryContext(ctx, `SELECT scope, name, value FROM options WHERE name <> ?`, dayStart)
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

// inQueue are the options that decide which cards are asked, not when they are due.
var inQueue = map[string]bool{
	"new": true, "reviews": true, "learn-ahead": true, "answer-cap": true, "order": true, "new-order": true,
	"mix":      true,
	"bury-new": true, "bury-reviews": true, "bury-learning": true, "leech": true, "leech-suspend": true,
	"exam-pace": true,
}

func replans(values map[string]string) bool {
	for name := range values {
		if !inQueue[name] {
			return true
		}
	}
	return false
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
