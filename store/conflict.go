package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/store/sqlite"
)

// skipOwnedElsewhere takes the decks out of c that another root holds and has still.
func (tx *readTx) skipOwnedElsewhere(ctx context.Context, c Compiled) (mine Compiled, held []Conflict, err error) {
	if c.StillExists == nil || c.TakeOver {
		return c, nil, nil
	}
	others, err := tx.others(ctx, c.Root)
	if err != nil || len(others) == 0 {
		return c, nil, err
	}
	mine = c
	mine.Decks = nil
	for _, d := range c.Decks {
		root, err := tx.holder(ctx, others[d.ID], c, d)
		if err != nil {
			return c, nil, err
		}
		if root == "" {
			mine.Decks = append(mine.Decks, d)
		} else {
			held = append(held, Conflict{d.Name, root})
		}
	}
	if c.Below && len(held) > 0 {
		below, err := tx.leaveBelow(ctx, &mine, held)
		return mine, append(held, below...), err
	}
	return mine, held, nil
}

// leaveBelow takes the decks below those that another root holds out of c, but for
// those that the root has had: what is one deck there is not to be asked twice.
func (tx *readTx) leaveBelow(ctx context.Context, c *Compiled, held []Conflict) (more []Conflict, err error) {
	had := map[string]bool{}
	rows, err := tx.QueryContext(ctx, `SELECT deck FROM decks WHERE root = ? AND retired = 0`, c.Root)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck string
		err := rows.Scan(&deck)
		had[deck] = true
		return err
	})
	c.Decks = slices.DeleteFunc(c.Decks, func(d *decks.Deck) bool {
		i := slices.IndexFunc(held, func(h Conflict) bool { return within(d.Name, h.Deck) })
		if i < 0 || had[d.ID] {
			return false
		}
		more = append(more, Conflict{d.Name, held[i].Root})
		return true
	})
	return more, err
}

// others returns the living decks of other roots, by their permanent identities.
func (tx *readTx) others(ctx context.Context, root string) (map[string]int64, error) {
	others := map[string]int64{}
	rows, err := tx.QueryContext(ctx, `SELECT deck, id FROM decks WHERE root <> ? AND retired = 0`, root)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck string
		var id int64
		err := rows.Scan(&deck, &id)
		others[deck] = id
		return err
	})
	return others, err
}

// holder returns the root that has the deck d still, as the one with the row id;
// nothing if there is none.
func (tx *readTx) holder(ctx context.Context, id int64, c Compiled, d *decks.Deck) (root string, err error) {
	if id == 0 {
		return "", nil
	}
	rows, err := tx.QueryContext(ctx, selectDecks+` WHERE id = ?`, id)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		other, err := scanDeck(rows)
		if err == nil && c.StillExists(other.Root, other.Files, d.Files) {
			root = other.Root
		}
		return err
	})
	return root, err
}

// goneNear returns the decks that were compiled last from a folder in the root, or
// around it, and whose files were all in the root and are there no more.
func (tx *readTx) goneNear(ctx context.Context, c Compiled) (gone []goneDeck, err error) {
	if c.StillExists == nil {
		return nil, nil
	}
	const separator = string(filepath.Separator)
	rows, err := tx.QueryContext(ctx, selectDecks+` WHERE root <> ?1 AND retired = 0
		AND (substr(root, 1, length(?1) + 1) = ?1 || ?2 OR substr(?1, 1, length(root) + 1) = root || ?2) ORDER BY name`, c.Root, separator)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		d, err := scanDeck(rows)
		outside := func(file string) bool {
			return !strings.HasPrefix(filepath.Join(d.Root, filepath.FromSlash(file)), c.Root+separator)
		}
		if err == nil && !slices.ContainsFunc(d.Files, outside) && !c.StillExists(d.Root, d.Files, nil) {
			gone = append(gone, goneDeck{d.id, d.ID, d.Name})
		}
		return err
	})
	return gone, err
}
