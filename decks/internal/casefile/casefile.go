// Package casefile reads and compares test cases that are one file each: a txtar
// archive of what goes in, and of what has to come out. Only tests import it.
package casefile

import (
	"bytes"
	"flag"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what is expected anew")

// A Case is one file of a test.
type Case struct {
	t       testing.TB
	path    string
	archive *txtar.Archive
	changed bool
}

// Open reads a case. With -update one that is not there is a new one.
func Open(t testing.TB, path string) *Case {
	t.Helper()
	c := &Case{t: t, path: path, archive: &txtar.Archive{}}
	text, err := os.ReadFile(path)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	if err == nil {
		c.archive = txtar.Parse(text)
	}
	return c
}

// FS returns the files of the case, those that are expected among them.
func (c *Case) FS() fstest.MapFS {
	files := fstest.MapFS{}
	for _, f := range c.archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

// Compare compares with a file of the case, or puts it there with -update; see Close.
func (c *Case) Compare(name string, got []byte) {
	c.t.Helper()
	file := c.find(name)
	if *update {
		c.changed = c.changed || !bytes.Equal(file.Data, got)
		file.Data = got
		return
	}
	if diff := cmp.Diff(string(file.Data), string(got)); diff != "" {
		c.t.Errorf("%s: %s (-want +got; -update writes it):\n%s", c.path, name, diff)
	}
}

func (c *Case) find(name string) *txtar.File {
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == name {
			return &c.archive.Files[i]
		}
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: name})
	return &c.archive.Files[len(c.archive.Files)-1]
}

// Close writes the case with -update if something in it has changed.
func (c *Case) Close() {
	c.t.Helper()
	if !c.changed {
		return
	}
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

// CompareFile compares with a whole file, or writes it with -update.
func CompareFile(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", path, diff)
	}
}
