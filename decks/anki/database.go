package anki

import (
	"context"
	"sync"

	"kartei/decks/foreigndb"
)

// databaseTables are the tables that Anki has ever had, with the columns that
// are read of them.
var databaseTables = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"col":   {"crt", "ver", "conf", "models", "decks", "dconf"},
		"notes": {"id", "guid", "mid", "mod", "tags", "flds"},
		"cards": {"id", "nid", "did", "ord", "type", "queue", "due", "ivl", "factor", "reps", "lapses", "left",
			"odue", "odid", "flags", "data"},
		"revlog":       {"id", "cid", "ease", "ivl", "lastIvl", "factor", "time", "type"},
		"notetypes":    {"id", "name", "config"},
		"fields":       {"ntid", "ord", "name"},
		"templates":    {"ntid", "ord", "name", "config"},
		"decks":        {"id", "name", "kind"},
		"config":       {"key", "val"},
		"deck_config":  {"id", "name", "config"},
		"tags":         nil,
		"graves":       nil,
		"sqlite_stat1": nil, "sqlite_stat4": nil, "sqlite_sequence": nil,
		"android_metadata": nil, // by AnkiDroid
	}
})

// databaseMagic is how a database file begins.
const databaseMagic = foreigndb.Magic

// openDatabase takes over the bytes of a database file.
func openDatabase(ctx context.Context, data []byte) (*foreigndb.DB, error) {
	return foreigndb.Open(ctx, data, foreigndb.Schema{Program: "Anki", Tables: databaseTables(),
		Needed: []string{"col", "notes", "cards", "revlog"},
		Mend:   "check it in Anki with Tools > Check Database, and export it again"})
}
