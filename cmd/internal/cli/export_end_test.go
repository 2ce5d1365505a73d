package cli

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/fault"
)

// exports are all that export can write.
func exports() (all [][]string) {
	for _, format := range going.names() {
		command := []string{"export", "--format", format, "-o", "-"}
		switch format {
		case "json":
			all = append(all, command)
		case "anki-apkg":
			all = append(all, append(command, "many"), append(command, "many", "--history"))
		default:
			all = append(all, append(command, "many"))
		}
	}
	return all
}

// Whatever fails on the way, an export ends, and says what failed: a card that
// cannot be read, a picture, an option, a pipe that is closed at any byte.
func TestExportsEndOnAnyError(t *testing.T) {
	const many = `(SELECT id FROM decks WHERE name = 'many')`
	collection := manyCards(t)
	for _, command := range exports() {
		t.Run(strings.Join(command[2:3], " ")+strings.Join(command[5:], " "), func(t *testing.T) {
			var whole bytes.Buffer
			if err := runOn(t, &whole, collection(), command); err != nil {
				t.Fatal(err)
			}
			for _, part := range []int{0, 1, whole.Len() / 3, whole.Len() - 1} {
				if err := runOn(t, &closing{left: part}, collection(), command); !errors.Is(err, errClosed) {
					t.Errorf("a pipe that is closed after %d of %d bytes gives %v", part, whole.Len(), err)
				}
			}
			for _, fault := range []string{
				`UPDATE cards SET content = '{' WHERE id = (SELECT min(id) FROM cards WHERE deck = ` + many + `)`,
				`UPDATE cards SET content = '{' WHERE id = (SELECT min(id) + 70 FROM cards WHERE deck = ` + many + `)`,
				`UPDATE cards SET content = '{' WHERE id = (SELECT max(id) FROM cards WHERE deck = ` + many + `)`,
				`UPDATE facts SET section = '{' WHERE id = (SELECT max(id) FROM facts WHERE deck = ` + many + `)`,
				`UPDATE decks SET content = '{' WHERE name = 'many'`,
			} {
				damaged := collection(fault)
				if err := runOn(t, io.Discard, damaged, command); err == nil || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("after %s it gives %v", fault, err)
				}
				expectNoPart(t, damaged, command)
			}
		})
	}
}

// expectNoPart lets an export into a file fail, which is to leave what was there
// before, and nothing else.
func expectNoPart(t *testing.T, collection string, command []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(file, []byte("older"), 0o644); err != nil {
		t.Fatal(err)
	}
	command = slices.Clone(command)
	command[slices.Index(command, "-o")+1] = file
	err := runOn(t, io.Discard, collection, command)
	if code := fault.Code(err); code == fault.Done {
		t.Errorf("%v ends with %d", command, code)
	}
	old, err := os.ReadFile(file)
	there, bad := os.ReadDir(filepath.Dir(file))
	if err != nil || bad != nil || string(old) != "older" || len(there) != 1 {
		t.Errorf("%v leaves %v and %.20q, %v", command, there, old, errors.Join(err, bad))
	}
}

var errClosed = errors.New("the pipe is closed")

// A closing writer fails after so many bytes.
type closing struct{ left int }

func (c *closing) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, errClosed
	}
	return len(p), nil
}

// runOn runs a command on a collection, and stops it should it hang.
func runOn(t *testing.T, out io.Writer, collection string, command []string) error {
	t.Helper()
	e, err := newEnv(strings.NewReader(""), out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	root := newRootCmd(e, commands)
	root.SetArgs(append([]string{"--collection", collection}, command...))
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		t.Fatalf("%v does not end", command)
		return nil
	}
}

// manyCards makes a deck with a picture, and returns what gives a copy of its
// collection in which faults were made.
func manyCards(t *testing.T) func(faults ...string) string {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", home)
	var deck strings.Builder
	for i := range 120 {
		fmt.Fprintf(&deck, "Q: Which number follows %d? ![](dot.png)\nA: %d\n\n", i, i+1)
	}
	deck.WriteString("Q: Which is even?\n- [x] 2\n- [ ] 3\n- [ ] 5\n")
	good := filepath.Join(home, "good.db")
	file := filepath.Join(home, "many.md")
	for name, text := range map[string]string{file: deck.String(), filepath.Join(home, "dot.png"): dot} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := runOn(t, io.Discard, good, []string{"compile", file}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return func(faults ...string) string {
		n++
		copied := filepath.Join(home, fmt.Sprintf("copy-%d.db", n))
		if err := os.WriteFile(copied, data, 0o644); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", copied)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, fault := range faults {
			if _, err := db.Exec(fault); err != nil {
				t.Fatal(err)
			}
		}
		return copied
	}
}

// dot is a picture of one point.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
