package sqlite

import (
	"database/sql"
	"reflect"
	"slices"
	"testing"
)

// A function that is handed a ReadTx cannot change anything: neither by a method
// of it, nor by what a method of it returns.
func TestAReadTxHasNoMethodThatWrites(t *testing.T) {
	reader := reflect.TypeFor[*ReadTx]()
	var names []string
	for m := range reader.Methods() {
		names = append(names, m.Name)
		for i := range m.Type.NumOut() {
			if out := m.Type.Out(i); writes(out) {
				t.Errorf("ReadTx.%s returns a %s", m.Name, out)
			}
		}
	}
	if want := []string{"Query", "QueryContext", "QueryRowContext", "Scan"}; !slices.Equal(names, want) {
		t.Errorf("ReadTx has the methods %q, want %q", names, want)
	}
	for field := range reader.Elem().Fields() {
		if field.IsExported() {
			t.Errorf("ReadTx shows its %s", field.Name)
		}
	}
	if !writes(reflect.TypeFor[*Tx]()) || !writes(reflect.TypeFor[*sql.Tx]()) || !writes(reflect.TypeFor[*sql.Stmt]()) {
		t.Error("the test does not know what writes")
	}
}

// writes reports whether a type has a method by which a database is changed.
func writes(typ reflect.Type) bool {
	for _, name := range []string{"Exec", "ExecContext", "Commit", "Prepare", "PrepareContext"} {
		if _, ok := typ.MethodByName(name); ok {
			return true
		}
	}
	return false
}

var _ = []Reader{(*sql.DB)(nil), (*ReadTx)(nil), (*Tx)(nil)}
