package anki

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"kartei/decks/foreign"
	"kartei/decks/hostile"
)

// An entry is a file of a package in the making.
type entry struct {
	name string
	data []byte
	mode fs.FileMode
	pack bool // compress it
}

func pack(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Store}
		if e.pack {
			h.Method = zip.Deflate
		}
		h.SetMode(0o644 | e.mode)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// goodCollection is a small database as we write it.
func goodCollection(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := WritePackage(t.Context(), &out, packageOptions(everyKind()), foreign.Of(everyKind())); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(z, "collection.anki21")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// altered is a collection after some statements of SQL.
func altered(t testing.TB, statements ...string) []byte {
	t.Helper()
	db, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var data []byte
	err = conn.Raw(func(driver any) error {
		return driver.(interface{ Deserialize([]byte) error }).Deserialize(goodCollection(t))
	})
	for _, s := range statements {
		if err == nil {
			_, err = conn.ExecContext(t.Context(), s)
		}
	}
	if err == nil {
		err = conn.Raw(func(driver any) error {
			data, err = driver.(interface{ Serialize() ([]byte, error) }).Serialize()
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t testing.TB, data []byte) (*Import, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return ReadPackage(ctx, bytes.NewReader(data), int64(len(data)), ImportOptions{})
}

func compressed(t testing.TB, data []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(data, nil)
}

// TestHostilePackages reads packages that are made to do harm. They are refused
// as such, without using the memory that they ask for.
func TestHostilePackages(t *testing.T) {
	zeros := make([]byte, 24<<20)
	many := make([]entry, 0, maxEntries+1)
	for i := range maxEntries + 1 {
		many = append(many, entry{name: fmt.Sprint(i)})
	}
	const endless = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT sum(i) FROM n)"
	tests := map[string][]byte{
		"bomb":             pack(t, entry{name: "collection.anki2", data: zeros, pack: true}),
		"zstd bomb":        pack(t, entry{name: "meta", data: []byte{8, 3}}, entry{name: "collection.anki21b", data: compressed(t, zeros)}),
		"media list bomb":  pack(t, entry{name: "collection.anki2", data: goodCollection(t)}, entry{name: "media", data: zeros, pack: true}),
		"many files":       pack(t, many...),
		"long names":       pack(t, longNames()...),
		"a name twice":     pack(t, entry{name: "collection.anki2"}, entry{name: "collection.anki2"}),
		"view":             pack(t, entry{name: "collection.anki2", data: altered(t, "ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT *, "+endless+" FROM n")}),
		"view beside":      pack(t, entry{name: "collection.anki2", data: altered(t, "CREATE VIEW x AS SELECT "+endless)}),
		"trigger":          pack(t, entry{name: "collection.anki2", data: altered(t, "CREATE TRIGGER x AFTER INSERT ON notes BEGIN SELECT zeroblob(5e8); END")}),
		"computed column":  pack(t, entry{name: "collection.anki2", data: altered(t, "ALTER TABLE notes ADD COLUMN x AS (zeroblob(500000000))")}),
		"virtual table":    pack(t, entry{name: "collection.anki2", data: altered(t, "CREATE VIRTUAL TABLE tags USING fts5(x)")}),
		"computed beside":  pack(t, entry{name: "collection.anki2", data: altered(t, "CREATE TABLE x (y, z AS (zeroblob(500000000)))")}),
		"schema of a view": pack(t, entry{name: "collection.anki2", data: altered(t, "DROP TABLE notes", "PRAGMA writable_schema=1", "INSERT INTO sqlite_schema VALUES ('view', 'notes', 'notes', 0, 'CREATE VIEW notes AS SELECT 1')")}),
	}
	tests["schema reached 200^4 times"] = pack(t, entry{name: "collection.anki2", data: neverEnding(t, "sqlite_schema", 4)})
	for _, table := range []string{"notes", "cards", "revlog", "graves"} {
		for _, depth := range []int{2, 4, 8} {
			tests[fmt.Sprintf("table %s reached 200^%d times", table, depth)] = pack(t, entry{name: "collection.anki2", data: neverEnding(t, table, depth)})
		}
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			im, err := read(t, data)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrHostile) {
				t.Errorf("import %v, error %v", im, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 100<<20 {
				t.Errorf("%d MiB were allocated", used>>20)
			}
			t.Logf("refused after %v, %d MiB allocated: %v", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

// TestEmptiedCollection reads a collection of which most was deleted: it packs to less
// than a hundredth, and harms nobody.
func TestEmptiedCollection(t *testing.T) {
	emptied := altered(t, "INSERT INTO graves VALUES (zeroblob(10000000), 0, 0)", "DELETE FROM graves")
	if len(emptied) < 10_000_000 {
		t.Fatalf("%d bytes", len(emptied))
	}
	for name, data := range map[string][]byte{
		"legacy": pack(t, entry{name: "collection.anki2", data: emptied, pack: true}),
		"latest": pack(t, entry{name: "meta", data: []byte{8, 3}}, entry{name: "collection.anki21b", data: compressed(t, emptied)}),
	} {
		if im, err := read(t, data); err != nil || im.Notes == 0 || len(emptied) < maxRatio*len(data) {
			t.Errorf("%s: %d bytes in %d: %v", name, len(emptied), len(data), err)
		}
	}
}

// neverEnding is a collection of one note in which the pages of a table never end.
func neverEnding(t testing.TB, table string, depth int) []byte {
	t.Helper()
	few := altered(t, "DELETE FROM notes WHERE id > (SELECT min(id) FROM notes)", "DELETE FROM cards WHERE nid NOT IN (SELECT id FROM notes)",
		"DELETE FROM revlog WHERE id > (SELECT min(id) FROM revlog)", "PRAGMA page_size = 65536", "VACUUM")
	root := 1
	if table != "sqlite_schema" {
		root = rootPage(t, few, table)
	}
	return hostile.Endless(few, root, depth)
}

func rootPage(t testing.TB, data []byte, table string) (root int) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "few.db")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = ?", table).Scan(&root); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestSidecarsAreNotRead puts the files beside a package's database that SQLite
// would take for its own.
func TestSidecarsAreNotRead(t *testing.T) {
	good := goodCollection(t)
	want, err := read(t, pack(t, entry{name: "collection.anki2", data: good}))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"-wal", "-journal", "-shm"} {
		im, err := read(t, pack(t, entry{name: "collection.anki2", data: good}, entry{name: "collection.anki2" + kind, data: altered(t, "DELETE FROM notes")}))
		if err != nil || im.Notes == 0 || im.Notes != want.Notes || len(im.Cards) != len(want.Cards) {
			t.Errorf("with a %s beside it: %+v, %v, want %d notes", kind, im, err, want.Notes)
		}
	}
}

// TestTablesOfAddOnsAreNotRead holds that a collection is one of Anki's though an
// add-on keeps a table of its own in it.
func TestTablesOfAddOnsAreNotRead(t *testing.T) {
	im, err := read(t, pack(t, entry{name: "collection.anki2", data: altered(t, "CREATE TABLE x (y)", "INSERT INTO x VALUES (1)")}))
	if err != nil || im.Notes == 0 {
		t.Errorf("%+v, %v", im, err)
	}
}

// longNames fill the list of contents and nothing else.
func longNames() []entry {
	var entries []entry
	for i := range 200 {
		entries = append(entries, entry{name: strings.Repeat("x", 60_000) + fmt.Sprint(i)})
	}
	return entries
}

// TestDamagedPackages reads packages that are broken in other ways: each has an
// error of its own.
func TestDamagedPackages(t *testing.T) {
	good := goodCollection(t)
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"nothing", "no Anki package", nil},
		{"a text", "no Anki package", []byte("hello")},
		{"an empty archive", "collection.anki2 is missing", pack(t)},
		{"no collection", "collection.anki2 is missing", pack(t, entry{name: "x"})},
		{"no database", "is not a database", pack(t, entry{name: "collection.anki2", data: []byte("hello")})},
		{"a newer layout", "made by a newer Anki", pack(t, entry{name: "meta", data: []byte{8, 4}}, entry{name: "collection.anki21b"})},
		{"a broken meta", "damaged", pack(t, entry{name: "meta", data: []byte("x")})},
		{"broken zstd", "unpack", pack(t, entry{name: "meta", data: []byte{8, 3}}, entry{name: "collection.anki21b", data: []byte("hello")})},
		{"a table less", "lacks the table cards", pack(t, entry{name: "collection.anki2", data: altered(t, "DROP TABLE cards")})},
		{"a column less", "lacks the column flds", pack(t, entry{name: "collection.anki2", data: altered(t, "ALTER TABLE notes DROP COLUMN flds")})},
		{"a broken list of media", "its list of media is not written as Anki writes it", pack(t, entry{name: "collection.anki2", data: good}, entry{name: "media", data: []byte("{")})},
		{"no note types", "note types", pack(t, entry{name: "collection.anki2", data: altered(t, "UPDATE col SET models = 'x'")})},
		{"half a database", "is damaged", pack(t, entry{name: "collection.anki2", data: good[:len(good)/2]})},
		{"a value too long", "has more than 16 MiB", pack(t, entry{name: "collection.anki2", data: altered(t, "UPDATE notes SET flds = printf('%.*c', 17000000, 'x') WHERE id = (SELECT min(id) FROM notes)")})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			im, err := read(t, test.data)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("import %v, error %v, want one about %q", im, err, test.want)
			}
		})
	}
}

// TestNamesOfMedia holds that no name leads out of the folder of media or to a
// device, and that a link packed as a file is a file.
func TestNamesOfMedia(t *testing.T) {
	data := altered(t, `UPDATE notes SET flds = '<img src="good.png"><img src="../bad.png"><img src="/etc/passwd"><img src="C:\x"><img src="NUL.png"><img src="link"><img src="gone.png">' || char(31) || 'x' || char(31, 31, 31) WHERE id = (SELECT min(id) FROM notes)`)
	packed := pack(t, entry{name: "collection.anki2", data: data},
		entry{name: "media", data: []byte(`{"0":"good.png","1":"../bad.png","2":"/etc/passwd","3":"C:\\x","4":"NUL.png","5":"link","6":"a\\..\\b"}`)},
		entry{name: "0", data: []byte("picture")}, entry{name: "1"}, entry{name: "2"}, entry{name: "3"}, entry{name: "4"},
		entry{name: "5", data: []byte("/etc/passwd"), mode: fs.ModeSymlink}, entry{name: "6"})
	im, err := read(t, packed)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range im.Media {
		names = append(names, m.Name)
		r, err := im.OpenMedium(m)
		if err != nil {
			t.Fatal(err)
		}
		if data, err := io.ReadAll(r); err != nil || strings.Contains(string(data), "root:") {
			t.Errorf("%s holds %q, %v", m.Name, data, err)
		}
		r.Close()
	}
	if got := strings.Join(names, " "); got != "good.png link" {
		t.Errorf("media %s", got)
	}
	var lost strings.Builder
	for _, l := range im.Losses {
		fmt.Fprintf(&lost, "%d %s; ", l.Count, l.Kind)
	}
	for _, want := range []string{"5 picture or sound with an unusable name", "4 picture with an unusable name", "1 picture that is not in the package"} {
		if !strings.Contains(lost.String(), want) {
			t.Errorf("losses %s lack %q", lost.String(), want)
		}
	}
}

// TestCutAndFlippedPackages damages a package in a thousand ways.
func TestCutAndFlippedPackages(t *testing.T) {
	good, err := os.ReadFile("testdata/packages/latest.apkg")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 150 {
		if _, err := read(t, good[:len(good)*i/150]); err == nil {
			t.Errorf("the first %d of %d bytes were read as a package", len(good)*i/150, len(good))
		}
		flipped := bytes.Clone(good)
		flipped[len(good)*i/150] ^= 1 << (i % 8)
		read(t, flipped) // it may be in a part that nobody reads
	}
}

// TestDeadline holds that reading ends when its time is over.
func TestDeadline(t *testing.T) {
	data := pack(t, entry{name: "collection.anki2", data: goodCollection(t)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadPackage(ctx, bytes.NewReader(data), int64(len(data)), ImportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// FuzzCollection reads any bytes as the database of a package: an error or an
// import whose facts compile.
func FuzzCollection(f *testing.F) {
	f.Add(goodCollection(f))
	f.Add(altered(f, "UPDATE notes SET flds = '{{c1::' || flds", "UPDATE cards SET due = -1, data = '{', ord = 600"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, _ := z.CreateHeader(&zip.FileHeader{Name: "collection.anki2", Method: zip.Store})
		w.Write(data)
		z.Close()
		im, err := read(t, out.Bytes())
		if err != nil {
			return
		}
		compileAny(t, im)
	})
}
