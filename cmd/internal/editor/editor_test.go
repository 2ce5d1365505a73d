package editor_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/editor"
)

func TestSplit(t *testing.T) {
	for command, want := range map[string][]string{
		"vim":                                   {"vim"},
		"  emacs  -nw ":                         {"emacs", "-nw"},
		`"/opt/my editor/ed" -c 'set ft=md' ''`: {"/opt/my editor/ed", "-c", "set ft=md", ""},
		`C:\Programs\np.exe -x`:                 {`C:\Programs\np.exe`, "-x"},
		"vi; rm -rf $HOME `x` | y":              {"vi;", "rm", "-rf", "$HOME", "`x`", "|", "y"}, // no shell
		`a"b c"d`:                               {"ab cd"},
	} {
		got, err := editor.Split(command)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", command, err, diff)
		}
	}
	for _, command := range []string{"", "   ", `"open`, "'", `""`} {
		if got, err := editor.Split(command); err == nil {
			t.Errorf("%q gave %q", command, got)
		}
	}
}

func TestFind(t *testing.T) {
	env := func(visual, ed string) func(string) string {
		return func(name string) string { return map[string]string{"VISUAL": visual, "EDITOR": ed}[name] }
	}
	for _, c := range []struct{ visual, editor, want string }{{"code", "vi", "code"}, {"", "vi -n", "vi"}, {" ", "ed", "ed"}} {
		if got, err := editor.Find(env(c.visual, c.editor)); err != nil || got[0] != c.want {
			t.Errorf("%+v: got %q, %v", c, got, err)
		}
	}
	if _, err := editor.Find(env("'", "")); err == nil {
		t.Error("an open quote went unnoticed")
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := editor.Find(env("", "")); !errors.Is(err, editor.ErrNone) {
		t.Errorf("without any editor: %v", err)
	}
}

func TestCommand(t *testing.T) {
	for _, c := range []struct {
		words []string
		line  int
		want  []string
	}{
		{[]string{"vim", "-n"}, 12, []string{"vim", "-n", "+12", "/d/a b.md"}},
		{[]string{"/usr/bin/nano"}, 1, []string{"/usr/bin/nano", "+1", "/d/a b.md"}},
		{[]string{"vi"}, 0, []string{"vi", "/d/a b.md"}},
		{[]string{"hx"}, 3, []string{"hx", "/d/a b.md:3"}},
		{[]string{"code"}, 3, []string{"code", "--wait", "--goto", "/d/a b.md:3"}},
		{[]string{"Notepad.exe"}, 3, []string{"Notepad.exe", "/d/a b.md"}},
	} {
		if got := editor.Command(c.words, "/d/a b.md", c.line).Args; !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.words, got, c.want)
		}
	}
}
