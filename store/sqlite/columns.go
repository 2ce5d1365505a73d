package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A Column is a column of a table, and where its value is in a T.
type Column[T any] struct {
	Name  string
	At    func(*T) any // a target of Scan, and the value: see [Number], [Millis], [JSON] and [Blob]
	Words string       // what it is to a reader
	Empty string       // in SQL: its value where there is no row
	Key   string       // what it is called in a collection as text; empty: not there
}

// Value is what the column is to hold.
func (c *Column[T]) Value(t *T) any { return valueOf(c.At(t)) }

// Columns are the columns of a table that make a T. Whatever reads or writes all of
// them follows from this: their names in SQL, what is scanned into, and the values.
type Columns[T any] []Column[T]

// Of are columns that make a part of an outer value.
func Of[Outer, T any](c Columns[T], part func(*Outer) *T) Columns[Outer] {
	outer := make(Columns[Outer], len(c))
	for i, column := range c {
		outer[i] = Column[Outer]{Name: column.Name, At: func(o *Outer) any { return column.At(part(o)) },
			Words: column.Words, Empty: column.Empty, Key: column.Key}
	}
	return outer
}

// Each is a form for every column, which takes the place of each % in it.
func (c Columns[T]) Each(form, between string) string {
	parts := make([]string, len(c))
	for i := range c {
		parts[i] = strings.ReplaceAll(form, "%", c[i].Name)
	}
	return strings.Join(parts, between)
}

// Names are the columns, each with a prefix such as "m.".
func (c Columns[T]) Names(prefix string) string { return c.Each(prefix+"%", ", ") }

// OrEmpty are the columns where there may be no row, each with a prefix.
func (c Columns[T]) OrEmpty(prefix string) string {
	parts := make([]string, len(c))
	for i := range c {
		parts[i] = "coalesce(" + prefix + c[i].Name + ", " + c[i].Empty + ")"
	}
	return strings.Join(parts, ", ")
}

// In are those of the columns that a table has: one of an older schema may lack some.
func (c Columns[T]) In(ctx context.Context, q Reader, table string) (Columns[T], error) {
	rows, err := q.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, table)
	has, err := Collect(rows, err, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) })
	return slices.DeleteFunc(slices.Clone(c), func(column Column[T]) bool { return !slices.Contains(has, column.Name) }), err
}

// Targets appends to others what the columns are scanned into.
func (c Columns[T]) Targets(t *T, others ...any) []any {
	for i := range c {
		others = append(others, c[i].At(t))
	}
	return others
}

// Values appends to others what the columns are to hold.
func (c Columns[T]) Values(t *T, others ...any) []any {
	for i := range c {
		others = append(others, valueOf(c[i].At(t)))
	}
	return others
}

// valueOf is what is scanned into at present, as SQLite takes it.
func valueOf(at any) any {
	switch at := at.(type) {
	case driver.Valuer:
		value, _ := at.Value() // ours never fail
		return value
	case *int64:
		return *at
	case *string:
		return *at
	case *float64:
		return *at
	}
	return reflect.ValueOf(at).Elem().Interface()
}

// Differences calls found with every column in which two differ.
func (c Columns[T]) Differences(a, b *T, found func(words string, a, b any)) {
	for i := range c {
		if a, b := asIs(c[i].At(a)), asIs(c[i].At(b)); a != b {
			found(c[i].Words, a, b)
		}
	}
}

// asIs is what is scanned into at present, as Go has it.
func asIs(at any) any {
	if n, ok := at.(interface{ asIs() any }); ok {
		return n.asIs()
	}
	return reflect.ValueOf(at).Elem().Interface()
}

// Marks are so many question marks.
func Marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }

type whole interface {
	~int | ~int32 | ~uint8 | ~uint32
}

// A number is a column of whole numbers that are kept in fewer bits than SQLite has.
type number[N whole] struct{ at *N }

// Number is such a column. It refuses what it cannot hold, and takes values as they
// come: database/sql would write each as a text and read that.
func Number[N whole](at *N) any { return number[N]{at} }

// Scan implements sql.Scanner.
func (n number[N]) Scan(value any) error {
	number, ok := value.(int64)
	if *n.at = N(number); !ok || int64(*n.at) != number {
		return fmt.Errorf("%w: a number is too large: %v", ErrDamaged, value)
	}
	return nil
}

// Value implements driver.Valuer.
func (n number[N]) Value() (driver.Value, error) { return int64(*n.at), nil }

func (n number[N]) asIs() any { return *n.at }

// Millis is a column of whole milliseconds.
type Millis time.Duration

// Scan implements sql.Scanner.
func (m *Millis) Scan(value any) error {
	number, ok := value.(int64)
	if *m = Millis(number) * Millis(time.Millisecond); !ok || time.Duration(*m).Milliseconds() != number {
		return fmt.Errorf("%w: a number is too large: %v", ErrDamaged, value)
	}
	return nil
}

// Value implements driver.Valuer.
func (m *Millis) Value() (driver.Value, error) { return time.Duration(*m).Milliseconds(), nil }

// JSON is a column of JSON as text.
type JSON string

// Scan implements sql.Scanner.
func (j *JSON) Scan(value any) error {
	text, ok := value.(string)
	if *j = JSON(text); !ok {
		return fmt.Errorf("%w: a value is not a text: %v", ErrDamaged, value)
	}
	return nil
}

// Value implements driver.Valuer.
func (j *JSON) Value() (driver.Value, error) { return string(*j), nil }

// Blob is a column of so many bytes.
type Blob []byte

// Scan implements sql.Scanner.
func (b Blob) Scan(value any) error {
	from, ok := value.([]byte)
	if !ok || len(from) != len(b) {
		return fmt.Errorf("%w: a value does not have %d bytes", ErrDamaged, len(b))
	}
	copy(b, from)
	return nil
}

// Value implements driver.Valuer.
func (b Blob) Value() (driver.Value, error) { return bytes.Clone(b), nil }
