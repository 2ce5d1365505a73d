package migrations

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"kartei/store/sqlite"
)

// A Schema is what a database says of its tables, indexes and triggers.
type Schema struct {
	texts []string // sorted
	Roots []int    // the first pages of tables and indexes
}

// schemaTime is how long reading it may take, once nobody keeps it locked: it
// takes some microseconds, unless its pages lead in circles.
const schemaTime = 2 * time.Second

var errEndlessSchema = fmt.Errorf("%w: reading which tables it has takes more than %v", sqlite.ErrDamaged, schemaTime)

func schemaOf(ctx context.Context, q sqlite.Reader) (s Schema, err error) {
	limited, cancel := context.WithTimeoutCause(ctx, schemaTime, errEndlessSchema)
	defer cancel()
	defer func() {
		if err != nil && limited.Err() != nil && ctx.Err() == nil {
			err = errEndlessSchema
		}
	}()
	rows, err := q.QueryContext(limited, `SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, ''), coalesce(rootpage, 0)
		FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' LIMIT ?`, maxSchema)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var text string
		var root int
		err := rows.Scan(&text, &root)
		s.texts = append(s.texts, text)
		if root > 0 {
			s.Roots = append(s.Roots, root)
		}
		return err
	})
	slices.Sort(s.texts)
	return s, err
}

// maxSchema is more than any collection's schema has rows.
const maxSchema = 1000

// digest is the hash of the texts.
func (s Schema) digest() string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(s.texts, "\x00"))))
}

// ErrLacks is the error of a schema of which something is missing, and which has
// nothing that it should not have: it can be examined.
var ErrLacks = errors.New("it lacks what every collection has")

// CheckSchema compares a database's schema with that of a new collection of the
// same version, before anything else is asked of it. A file from elsewhere could
// bring triggers, or views and columns that compute without end.
func CheckSchema(ctx context.Context, q sqlite.Reader, version int) (Schema, error) {
	got, err := schemaOf(ctx, q)
	if err != nil || got.digest() == knownDigests()[version] {
		return got, err
	}
	want, err := newSchema(ctx, version)
	if err != nil {
		return got, err
	}
	for _, text := range got.texts {
		if !slices.Contains(want.texts, text) {
			return got, fmt.Errorf("%w: it has something that no collection has: %.80q", sqlite.ErrDamaged, text)
		}
	}
	for _, text := range want.texts {
		if !slices.Contains(got.texts, text) {
			return got, fmt.Errorf("%w: %w: %.80q", sqlite.ErrDamaged, ErrLacks, text)
		}
	}
	return got, nil
}

// digestsFile has a line for each schema: its number and its digest. A schema that
// it lacks is made in memory to compare with, which takes a millisecond of every
// start; TestSchemasAreKnown writes it.
const digestsFile = "schemas.txt"

// knownDigests are the digests of the schemas in [digestsFile].
func knownDigests() map[int]string {
	text, err := fs.ReadFile(Files, digestsFile)
	if err != nil {
		return nil
	}
	known := map[int]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		var version int
		var digest string
		if n, _ := fmt.Sscan(lines.Text(), &version, &digest); n == 2 {
			known[version] = digest
		}
	}
	return known
}

// schemas are what newSchema found, by version: it is always the same.
var schemas sync.Map

// newSchema makes an empty collection in memory.
func newSchema(ctx context.Context, version int) (Schema, error) {
	if known, ok := schemas.Load(version); ok {
		return known.(Schema), nil
	}
	db, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		return Schema{}, err
	}
	defer db.Close()
	var all Schema
	err = db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if err := run(ctx, tx, 0, version); err != nil {
			return err
		}
		all, err = schemaOf(ctx, tx)
		return err
	})
	if err == nil {
		schemas.Store(version, all)
	}
	return all, err
}
