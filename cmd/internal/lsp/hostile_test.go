package lsp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/memfs"
)

// A message that is not one is left out, and the next is answered; behind a
// frame without its length nothing can be read, and the end says why.
func TestUnreadable(t *testing.T) {
	frame := func(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }
	hello := frame(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`)
	for _, bad := range []string{"{nope", "{}", "null", "42", "", `[{"jsonrpc":"2.0","id":7,"method":"shutdown"}]`,
		`{"jsonrpc":"2.0","id":1.5,"method":"shutdown"}`, `{"jsonrpc":"2.0","id":2,"method":5}`, strings.Repeat("[", 20_000)} {
		said, err := talk(t, hello+frame(bad)+strings.Replace(frame(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`), "Content-Length", "content-length", 1)+frame(`{"jsonrpc":"2.0","method":"exit"}`))
		if err != nil || !strings.Contains(said, `"id":3,"result":null`) || !strings.Contains(said, "window/logMessage") {
			t.Errorf("after %.20q: %v, and said was %q", bad, err, said)
		}
	}
	for _, bad := range []string{"hello\r\n\r\n", "Content-Length: -5\r\n\r\n{}", "Content-Length: 99999999999999\r\n\r\n{}", strings.Repeat("x", 5000)} {
		if _, err := talk(t, hello+bad); err == nil || strings.Contains(err.Error(), "goodbye") {
			t.Errorf("after %.20q: %v", bad, err)
		}
	}
	if said, err := talk(t, hello+hello+frame(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`)+frame(`{"jsonrpc":"2.0","method":"exit"}`)); err != nil || !strings.Contains(said, "initialize comes once") {
		t.Errorf("got %v, and said was %q", err, said)
	}
}

// talk sends bytes to a server, and returns those that it answered before its end.
func talk(t *testing.T, sent string) (said string, err error) {
	t.Helper()
	here, there := net.Pipe()
	end := make(chan error, 1)
	go func() { end <- (&Server{}).Serve(context.Background(), there); there.Close() }()
	go here.Write([]byte(sent))
	var b strings.Builder
	bufio.NewReader(here).WriteTo(&b)
	here.Close()
	return b.String(), <-end
}

// What can not be read in a folder does not hide the rest of it, and is named;
// what git leaves out is left out.
func TestOddFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "decks")
	for name, content := range map[string]string{"n.md": "Q: Which?\n", "parts/x.md": "Q: Which?\n", ".gitignore": "parts\n", "../secret.md": "Q: Who?\n"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"gone.md": "nowhere.md", "out.md": "../secret.md"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	c := start(t, &Server{}, "utf-16", nil)
	c.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": []workspaceFolder{{URI: uriOf(dir)}}}})
	c.dir = dir
	c.diagnostics("n.md", "no-answer")
	c.diagnostics("gone.md", "unreadable")
	c.diagnostics("out.md", "link-outside")
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.said[c.uri("parts/x.md")]; ok {
		t.Errorf("of what git leaves out was said %+v", found)
	}
}

// Of a file in a folder within another only the inner one speaks: an open text
// is not overruled by the one on disk.
func TestNestedFolders(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "in")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(inner, "b.md"), filepath.Join(dir, "z.md")} {
		if err := os.WriteFile(name, []byte("Q: Which?\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var w workspace
	w.init()
	w.addFolder(uriOf(dir))
	w.addFolder(uriOf(inner))
	w.openDocument(documentItem{URI: uriOf(filepath.Join(inner, "b.md")), Version: 1, Text: "Q: Which?\nA: This\n"})
	done := make(chan scanned, 1)
	w.scan(t.Context(), done)
	w.take(<-done)
	said := w.tidings()
	if len(said) != 1 || said[0].uri != uriOf(filepath.Join(dir, "z.md")) {
		t.Errorf("of files that are not open was said %+v", said)
	}
}

// A document that was alone belongs to a folder that is opened around it; of a
// folder that is gone nothing is left.
func TestFoldersComeAndGo(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	dir := t.TempDir()
	c.dir = filepath.Join(dir, "decks")
	deck := "---\ndeck: one\n---\n\n"
	if err := os.MkdirAll(filepath.Join(c.dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "a.md"), []byte(deck+"Q: Which?\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.open("in/b.md", deck+"Q: Who?\nA: He\n")
	c.diagnostics("in/b.md")
	c.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": []workspaceFolder{{URI: uriOf(c.dir)}}}})
	c.diagnostics("in/b.md", "deck-in-two-folders")
	c.diagnostics("a.md", "no-answer")
	if err := os.RemoveAll(c.dir); err != nil {
		t.Fatal(err)
	}
	c.notify("workspace/didChangeWatchedFiles", map[string]any{})
	c.diagnostics("a.md")
}

// actionsIn asks for the actions of a whole text.
func (c *client) actionsIn(name string) (all []codeAction) {
	c.t.Helper()
	c.call("textDocument/codeAction", map[string]any{"textDocument": documentID{URI: c.uri(name)},
		"range": textRange{position{}, position{1000, 0}}, "context": map[string]any{}}, &all)
	return all
}

// A draft is accepted or refused by an action on any of its lines' problem; what
// stands around it stays as it was.
func TestDrafts(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	for _, end := range []string{"\n", "\r\n"} {
		lines := func(s ...string) string { return strings.Join(s, end) + end }
		text := lines("Q: One?", "A: 1", "", "Q: Two?", "A: 2", "Draft: yes", "", "Q: Three?", "A: 3")
		c.open("a.md", text)
		for title, want := range map[string]string{
			"Accept the draft": lines("Q: One?", "A: 1", "", "Q: Two?", "A: 2", "", "Q: Three?", "A: 3"),
			"Refuse the draft": lines("Q: One?", "A: 1", "", "Q: Three?", "A: 3"),
		} {
			all := c.actionsIn("a.md")
			i := slices.IndexFunc(all, func(a codeAction) bool { return a.Title == title })
			if i < 0 {
				t.Fatalf("no %q in %+v", title, all)
			}
			if got := edited(t, text, *all[i].Edit); got != want || len(all[i].Diagnostics) != 1 || all[i].Diagnostics[0].Code != "draft" {
				t.Errorf("%s: got %q, want %q, of %+v", title, got, want, all[i].Diagnostics)
			}
		}
		if slices.ContainsFunc(c.actionsIn("a.md"), func(a codeAction) bool { return a.Title == "Allow draft here" }) {
			t.Error("a draft could be allowed")
		}
	}
}

// A comment that allows a rule silences it, and breaks nothing: not the header
// that begins a file, nor what a byte order mark stands before.
func TestAllowHere(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	texts := []string{"\ufeff---\ntitle: x\n---\n\nQ: Is it wet?\nA: Yes\n", "\ufeffQ: Is it wet?\nA: Yes\n", "---\r\ntitle: x\r\n---\r\n\r\nQ: One?\r\nA: 1\r\n",
		"Q: One?\nA: 1\nQ: Is it wet?\nA: Yes\n"}
	for _, rule := range check.Rules() {
		texts = append(texts, strings.TrimPrefix(rule.Bad, "\n"))
	}
	offered := 0
	for _, text := range texts {
		c.open("a.md", text)
		before := problems(text)
		for _, a := range c.actionsIn("a.md") {
			rule, ok := strings.CutPrefix(a.Title, "Allow ")
			if !ok {
				continue
			}
			offered++
			rule = strings.TrimSuffix(rule, " here")
			got := edited(t, text, *a.Edit)
			after := problems(got)
			if after[rule] >= before[rule] {
				t.Errorf("%s is not silenced in %q", rule, got)
			}
			for r, n := range after {
				if n > before[r] {
					t.Errorf("to allow %s brought %s: %q", rule, r, got)
				}
			}
		}
	}
	if offered < 30 {
		t.Errorf("%d were offered", offered)
	}
}

// problems counts what is wrong with a text by rule.
func problems(text string) map[string]int {
	n := map[string]int{}
	c, err := decks.Compile(memfs.Files{"a.md": []byte(text)})
	if err != nil {
		panic(err)
	}
	for _, d := range append(check.Run(c, check.Options{}), c.Diagnostics...) {
		n[d.Rule]++
	}
	return n
}

// A name under which the text would not mean the same is refused.
func TestSpoiledNames(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	c.open("rivers.md", rivers)
	for mark, names := range map[string][]string{
		"city}":    {"river", "id", "tags", "note", "not river", " x ", "\u202e", "\a", "x\u200b"},
		"atlas 12": {"a{b", `a"b`, "\a", "\u00a0"},
	} {
		for _, name := range names {
			if e, err := rename2(c, mark, name); err == nil {
				t.Errorf("%q became %q: %+v", mark, name, e)
			}
		}
	}
	for mark, name := range map[string]string{"city}": "große Stadt", "atlas 12": "ä-1"} {
		if _, err := rename2(c, mark, name); err != nil {
			t.Errorf("%q became not %q: %v", mark, name, err)
		}
	}
}

// A part of a file with line ends of Windows keeps them.
func TestFormatRangeCRLF(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	text := "Q:  One?\r\nA: 1\r\n\r\nQ:  Two?\r\nA: 2\r\n"
	c.open("a.md", text)
	var edits []textEdit
	c.call("textDocument/rangeFormatting", map[string]any{"textDocument": documentID{URI: c.uri("a.md")}, "range": textRange{position{}, position{1, 1}}, "options": map[string]any{}}, &edits)
	if got := withEdits(text, edits); strings.Contains(strings.ReplaceAll(got, "\r\n", ""), "\n") {
		t.Errorf("got %q", got)
	}
}

// A fault of the server's own while it looks at a document is told, and the
// server goes on.
func TestFaultOfItsOwn(t *testing.T) {
	here, there := net.Pipe()
	s := &Server{ready: true}
	s.space.init()
	s.space.open["file:///a.md"] = &document{uri: "file:///a.md"} // has no text: nothing can be found in it
	s.conn = jsonrpc2.NewConn(t.Context(), jsonrpc2.NewBufferedStream(there, &framed{}), handler{s})
	defer s.conn.Close()
	go func() { s.settle(t.Context()); s.conn.Close() }()
	said, _ := io.ReadAll(here)
	if !strings.Contains(string(said), "window/logMessage") {
		t.Errorf("said was %q", said)
	}
}
