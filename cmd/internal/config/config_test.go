package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/config"
)

func settings() []config.Setting {
	any := func(string) error { return nil }
	return []config.Setting{
		{Name: "color", Default: "auto", Check: any},
		{Name: "limit", Default: "0", Check: func(v string) error {
			if strings.Trim(v, "0123456789") != "" {
				return errors.New("a whole number")
			}
			return nil
		}},
		{Name: "key.undo", Default: "u", Check: any},
	}
}

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "kartei", "config")
	if text != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ about, text, color, limit, wrong string }{
		{"no file", "", "auto", "0", ""},
		{"as people write", "# mine\n\n color=never \r\nlimit = 20", "never", "20", ""},
		{"a value may hold anything", "color = a = b # c", "a = b # c", "0", ""},
		{"no setting", "color = never\ncolour = red", "never", "0", `config:2: no such setting: "colour"`},
		{"a bad value", "\nlimit = many", "auto", "0", "config:2: limit: a whole number"},
		{"no equals sign", "color never", "auto", "0", `config:1: "color never" is not a setting: write name = value`},
		{"twice", "color = a\ncolor = b", "a", "0", "config:2: color is set in line 1 already"},
		{"all faults", "x\ny = 1", "auto", "0", "config:2: no such setting"},
		{"too long", strings.Repeat("#\n", 40_000), "auto", "0", "longer than 64 KiB"},
	} {
		conf, err := config.Read(file(t, c.text), settings())
		if color, _ := conf.Get("color"); color != c.color {
			t.Errorf("%s: color is %q", c.about, color)
		}
		if limit, _ := conf.Get("limit"); limit != c.limit {
			t.Errorf("%s: limit is %q", c.about, limit)
		}
		if (err == nil) != (c.wrong == "") || !strings.Contains(fmt.Sprint(err), c.wrong) && c.wrong != "" {
			t.Errorf("%s: got %v", c.about, err)
		}
	}
	if _, err := config.Read(t.TempDir(), settings()); err == nil {
		t.Error("a folder was read")
	}
}

func TestSet(t *testing.T) {
	path := file(t, "# mine\ncolor = never\n# end\n")
	conf, err := config.Read(path, settings())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, value, file string }{
		{"limit", " 20 ", "# mine\ncolor = never\n# end\nlimit = 20\n"},
		{"color", "always", "# mine\ncolor = always\n# end\nlimit = 20\n"},
		{"limit", "", "# mine\ncolor = always\n# end\n"},
		{"limit", "", "# mine\ncolor = always\n# end\n"},
		{"limit", "x", "# mine\ncolor = always\n# end\n"},
		{"colour", "red", "# mine\ncolor = always\n# end\n"},
		{"color", "a\nlimit = 3", "# mine\ncolor = always\n# end\n"},
	} {
		err := conf.Set(c.name, c.value)
		if bad := c.value == "x" || c.name == "colour" || strings.Contains(c.value, "\n"); (err != nil) != bad {
			t.Errorf("%s = %q: %v", c.name, c.value, err)
		}
		text, err := os.ReadFile(path)
		if diff := cmp.Diff(c.file, string(text)); diff != "" || err != nil {
			t.Errorf("%s = %q: %v (-want +got):\n%s", c.name, c.value, err, diff)
		}
	}
	fresh, _ := config.Read(file(t, ""), settings())
	if err := fresh.Set("color", "never"); err != nil {
		t.Error(err)
	}
	if v, set := fresh.Get("color"); v != "never" || !set {
		t.Errorf("color is %q, %t", v, set)
	}
	if all, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(all) != 1 {
		t.Errorf("files were left behind: %q", all)
	}
}

// Whatever stands in the file, reading it ends, and what is set then is there.
func FuzzSet(f *testing.F) {
	f.Add("# a\ncolor = x\nlimit=", "never")
	f.Add("color\ncolor = \x00 = \r\r\n", "=#")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, value string) {
		path := filepath.Join(dir, "config")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		conf, _ := config.Read(path, settings())
		if conf.Set("color", value) != nil || strings.TrimSpace(value) == "" {
			return
		}
		again, _ := config.Read(path, settings())
		if got, set := again.Get("color"); !set || got != strings.TrimSpace(value) {
			t.Fatalf("set %q, read %q", value, got)
		}
	})
}
