package table

import (
	"reflect"
	"testing"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// What the columns of an entity keep is the whole of it: all its fields, filled, come
// back from a table of these columns. Fields of a row that are no columns of the log
// are named.
func TestColumnsKeepTheWhole(t *testing.T) {
	roundTrip(t, Memory, func(*scheduler.Memory) {})
	roundTrip(t, CardState, func(*journal.CardState) {})
	roundTrip(t, Log, func(r *journal.Row) {
		r.ID, r.Device, r.Undone, r.Now, r.Detail = 0, "", false, "", journal.Detail{}
	})
}

func roundTrip[T any](t *testing.T, columns sqlite.Columns[T], without func(*T)) {
	t.Helper()
	db, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var want, got T
	n := 0
	fill(reflect.ValueOf(&want).Elem(), &n)
	without(&want)
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE t (`+columns.Names("")+`)`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), `INSERT INTO t VALUES (`+sqlite.Marks(len(columns))+`)`, columns.Values(&want)...); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), `SELECT `+columns.Names("")+` FROM t`).Scan(columns.Targets(&got)...); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%T comes back as\n%+v, and was\n%+v", want, got, want)
	}
}

// fill gives every field a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32:
		v.SetInt(int64(*n))
	case reflect.Int64:
		v.SetInt(int64(*n) * 1_000_000) // also a duration in whole milliseconds
	case reflect.Uint8, reflect.Uint32:
		v.SetUint(uint64(*n % 256))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 3)
	case reflect.String:
		v.SetString(string(rune('a' + *n%26)))
	}
}

// Of a table of an older schema only the columns that it has are asked for.
func TestColumnsOfAnOlderTable(t *testing.T) {
	db, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	older := Log[:len(Log)-2]
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE log (id INTEGER, `+older.Names("")+`)`); err != nil {
		t.Fatal(err)
	}
	if got, err := Log.In(t.Context(), db, "log"); err != nil || got.Names("") != older.Names("") {
		t.Errorf("the columns are %s, %v; want %s", got.Names(""), err, older.Names(""))
	}
}
