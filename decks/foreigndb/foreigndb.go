// Package foreigndb opens the database files of other programs, which come from
// strangers.
package foreigndb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
	"modernc.org/sqlite/vfs"
)

// A DB is somebody else's database. SQLite's own checks find
// nothing wrong with a view that never ends, a column that computes half a
// gigabyte or a trigger, so it is read under these rules:
//
//   - it is a private copy in memory, without the files that may come beside it;
//   - nothing is written, no function of the schema's is trusted, and values,
//     expressions and statements have limits of size;
//   - its schema holds the tables of the program as tables, with the columns that are
//     read, other tables, which are not read, and nothing else but indexes, of
//     which none is to be used; no column of any is computed;
//   - no page is reached twice, and no table has more rows than there is room for;
//   - the context bounds how long reading takes.
type DB struct {
	ctx    context.Context
	schema Schema
	size   int     // of the database, in bytes
	files  *vfs.FS // holds it
	db     *sql.DB
	conn   *sql.Conn
	has    map[string]bool // tables
}

// A Schema is what a program's database holds.
type Schema struct {
	Program string              // its name, for errors
	Tables  map[string][]string // by their names, the columns that are read
	Needed  []string            // tables that are not missing in any
	Mend    string              // what to do about a damaged one
}

// ErrHostile is the error of a file that looks made to do harm.
var ErrHostile = errors.New("refused, as it looks made to do harm")

// Limits on what a foreign database may hold.
const (
	maxValue      = 16 << 20 // bytes of a text or blob: schema 11 keeps all note types in one
	maxStatement  = 64 << 10 // bytes of a statement, also of those in the schema
	maxSchemaRows = 100
)

// unicase is the collation of names in schema 18. SQLite does not read some of
// its tables without one; in which order it puts names is nothing to us.
var unicase = sync.OnceValue(func() error {
	return sqlite.RegisterCollationUtf8("unicase", func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
})

// Magic is how a database file begins.
const Magic = "SQLite format 3\x00"

// Open takes over the bytes of a database file.
func Open(ctx context.Context, data []byte, schema Schema) (*DB, error) {
	if len(data) < 100 || !bytes.HasPrefix(data, []byte(Magic)) {
		return nil, errors.New("it is not a database")
	}
	// A database whose header asks for a write-ahead log cannot be opened
	// in memory. The log itself is not part of a package.
	data[18], data[19] = 1, 1
	if err := unicase(); err != nil {
		return nil, err
	}
	name, files, err := vfs.New(image(data))
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+imageName+"?mode=ro&immutable=1&_dqs=0&_defensive=1&vfs="+name)
	if err != nil {
		files.Close()
		return nil, err
	}
	f := &DB{ctx: ctx, schema: schema, size: len(data), files: files, db: db, has: map[string]bool{}}
	if err := f.open(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close closes it.
func (f *DB) Close() {
	if f.conn != nil {
		f.conn.Close()
	}
	f.db.Close()
	f.files.Close()
}

const imageName = "collection"

// An image is a database in memory, as a folder with the one file. SQLite reads
// it where it is: a copy of its own it would keep to the end of the program.
type image []byte

func (i image) Open(name string) (fs.File, error) {
	if name != imageName {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return imageFile{bytes.NewReader(i)}, nil
}

// An imageFile is its own description.
type imageFile struct{ *bytes.Reader }

func (f imageFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f imageFile) Close() error               { return nil }
func (f imageFile) Name() string               { return imageName }
func (f imageFile) Mode() fs.FileMode          { return 0o400 }
func (f imageFile) ModTime() time.Time         { return time.Time{} }
func (f imageFile) IsDir() bool                { return false }
func (f imageFile) Sys() any                   { return nil }

func (f *DB) open() (err error) {
	if f.conn, err = f.db.Conn(f.ctx); err != nil {
		return err
	}
	for limit, value := range map[int]int{
		sqlite3.SQLITE_LIMIT_LENGTH:              maxValue,
		sqlite3.SQLITE_LIMIT_SQL_LENGTH:          maxStatement,
		sqlite3.SQLITE_LIMIT_COLUMN:              64,
		sqlite3.SQLITE_LIMIT_EXPR_DEPTH:          20,
		sqlite3.SQLITE_LIMIT_COMPOUND_SELECT:     2,
		sqlite3.SQLITE_LIMIT_ATTACHED:            0,
		sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH:       1,
		sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
	} {
		if _, err := sqlite.Limit(f.conn, limit, value); err != nil {
			return err
		}
	}
	const pragmas = "PRAGMA trusted_schema=0; PRAGMA cell_size_check=1; PRAGMA mmap_size=0; PRAGMA cache_size=-8000; PRAGMA temp_store=2; PRAGMA query_only=1"
	ctx, cancel := context.WithTimeoutCause(f.ctx, checkAtLeast+time.Duration(f.size/checkBytes)*time.Second, errSlow)
	defer cancel()
	all := f.ctx
	defer func() { f.ctx = all }()
	f.ctx = ctx
	if _, err := f.conn.ExecContext(f.ctx, pragmas); err != nil {
		return f.failed(err)
	}
	if err := f.check(); err != nil {
		return err
	}
	return f.checkPages()
}

// Limits on what checking a database may take: it takes a hundredth of it.
const (
	checkAtLeast = time.Second
	checkBytes   = 4 << 20 // for so many more bytes there is another second
)

var errSlow = fmt.Errorf("%w: its database takes too long to check", ErrHostile)

// checkPages refuses a database in which a page is reached twice: five pages can
// hold a billion rows so. SQLite looks at the pages of all tables before it looks
// at any row, and stops at the first fault.
func (f *DB) checkPages() error {
	return f.Query(func(row *sql.Rows) error {
		var found string
		switch err := row.Scan(&found); {
		case err != nil:
			return err
		case found == "ok", strings.Contains(found, " value in "): // a text where a number should be, which reading copes with
			return nil
		case strings.Contains(found, "2nd reference"):
			return fmt.Errorf("%w: its database reaches a page twice", ErrHostile)
		}
		return f.damaged()
	}, "PRAGMA quick_check(1)")
}

// damaged is the error of a database that is.
func (f *DB) damaged() error { return errors.New("its database is damaged: " + f.schema.Mend) }

// failed says in plain words why the database could not be read: those of the
// driver say nothing to whoever imports.
func (f *DB) failed(err error) error {
	var e *sqlite.Error
	switch {
	case f.ctx.Err() != nil:
		return context.Cause(f.ctx)
	case errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB):
		return f.damaged()
	case errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_TOOBIG:
		return fmt.Errorf("%w: a value of its database has more than %d MiB", ErrHostile, maxValue>>20)
	}
	return fmt.Errorf("its database cannot be read: it is not one of %s's, or is damaged", f.schema.Program)
}

// check compares the schema with what it may be.
func (f *DB) check() error {
	var tables []string
	count := 0
	err := f.Query(func(row *sql.Rows) error {
		var kind, name, statement string
		if err := row.Scan(&kind, &name, &statement); err != nil {
			return err
		}
		if count++; count > maxSchemaRows {
			return fmt.Errorf("%w: its database holds more than %d tables and indexes", ErrHostile, maxSchemaRows)
		}
		name = strings.ToLower(name)
		switch {
		case kind == "index":
		case kind != "table" || !strings.HasPrefix(strings.ToUpper(statement), "CREATE TABLE"):
			return fmt.Errorf("%w: its database holds a %s %.40q", ErrHostile, kind, name)
		default:
			tables = append(tables, name)
			f.has[name] = true // add-ons bring tables of their own, which nobody reads
		}
		return nil
	}, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema LIMIT 1000")
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := f.checkColumns(table); err != nil {
			return err
		}
	}
	for _, table := range f.schema.Needed {
		if !f.has[table] {
			return fmt.Errorf("its database lacks the table %s of %s's", table, f.schema.Program)
		}
	}
	return nil
}

// checkColumns refuses columns that are computed and misses none that is read.
func (f *DB) checkColumns(table string) error {
	var columns []string
	err := f.Query(func(row *sql.Rows) error {
		var name string
		var hidden int
		if err := row.Scan(&name, &hidden); err != nil {
			return err
		}
		if hidden != 0 {
			return fmt.Errorf("%w: its database computes the column %.40q", ErrHostile, name)
		}
		columns = append(columns, strings.ToLower(name))
		return nil
	}, "SELECT name, hidden FROM pragma_table_xinfo(?)", table)
	if err != nil {
		return err
	}
	for _, column := range f.schema.Tables[table] {
		if !slices.Contains(columns, strings.ToLower(column)) {
			return fmt.Errorf("its database lacks the column %s of %s's table %s", column, f.schema.Program, table)
		}
	}
	return nil
}

// Query calls each with every row.
func (f *DB) Query(each func(row *sql.Rows) error, query string, args ...any) error {
	rows, err := f.conn.QueryContext(f.ctx, query, args...)
	if err != nil {
		return f.failed(err)
	}
	defer rows.Close()
	for left := f.size / leastRow; rows.Next(); left-- {
		if left == 0 {
			return fmt.Errorf("%w: its database has more rows than room for them", ErrHostile)
		}
		if err := each(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return f.failed(err)
	}
	return nil
}

// leastRow is how many bytes of a database a row takes, as far as any is read
// here: its header alone takes more.
const leastRow = 4

// Scan reads the columns of a row, and says in which table something else stands
// than the program puts there.
func (f *DB) Scan(row *sql.Rows, table string, into ...any) error {
	if err := row.Scan(into...); err != nil {
		return fmt.Errorf("its table %s holds something that is not %s's, such as a text where a number should be",
			table, f.schema.Program)
	}
	return nil
}

// Has reports whether there is a table.
func (f *DB) Has(table string) bool { return f.has[table] }

// Size is how many bytes it has.
func (f *DB) Size() int { return f.size }
