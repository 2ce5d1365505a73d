package lsp

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// A client is an editor: it speaks to a server over a real connection, and
// keeps what it is told.
type client struct {
	t    testing.TB
	conn *jsonrpc2.Conn
	dir  string
	end  chan error

	mu    sync.Mutex
	said  map[string]publishParams // by URI
	heard chan string              // URIs of publishDiagnostics
}

// start begins a server in a folder with some files, in UTF-16 or UTF-8.
func start(t testing.TB, server *Server, encoding string, files map[string]string) *client {
	t.Helper()
	c := &client{t: t, dir: t.TempDir(), said: map[string]publishParams{}, heard: make(chan string, 10_000), end: make(chan error, 1)}
	for name, content := range files {
		path := filepath.Join(c.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here, there := net.Pipe()
	go func() { c.end <- server.Serve(context.Background(), there) }()
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(here, jsonrpc2.VSCodeObjectCodec{}), c, jsonrpc2.SetLogger(silent{}))
	t.Cleanup(func() { c.conn.Close() })
	c.call("initialize", map[string]any{
		"capabilities":     map[string]any{"general": map[string]any{"positionEncodings": []string{encoding}}},
		"workspaceFolders": []workspaceFolder{{URI: uriOf(c.dir)}},
	}, nil)
	c.notify("initialized", struct{}{})
	return c
}

// Handle implements [jsonrpc2.Handler].
func (c *client) Handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) {
	if r.Method != "textDocument/publishDiagnostics" {
		if !r.Notif {
			conn.Reply(ctx, r.ID, nil)
		}
		return
	}
	var p publishParams
	if err := json.Unmarshal(*r.Params, &p); err != nil {
		c.t.Error(err)
	}
	c.mu.Lock()
	c.said[p.URI] = p
	c.mu.Unlock()
	select {
	case c.heard <- p.URI:
	default:
	}
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	if err := c.conn.Call(context.Background(), method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) uri(name string) string { return uriOf(filepath.Join(c.dir, name)) }

func (c *client) open(name, content string) {
	c.t.Helper()
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "version": 1, "languageId": "markdown", "text": content}})
}

func (c *client) change(name string, version int, changes ...contentChange) {
	c.t.Helper()
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "version": version}, "contentChanges": changes})
}

// diagnostics waits until the client was told of exactly the rules wanted.
func (c *client) diagnostics(name string, want ...string) []diagnostic {
	c.t.Helper()
	limit := time.After(2 * time.Minute) // of a hang; nothing waits for it otherwise
	for {
		c.mu.Lock()
		p, ok := c.said[c.uri(name)]
		c.mu.Unlock()
		var rules []string
		for _, d := range p.Diagnostics {
			rules = append(rules, d.Code)
		}
		if ok && strings.Join(rules, " ") == strings.Join(want, " ") {
			return p.Diagnostics
		}
		select {
		case <-c.heard:
		case <-limit:
			c.t.Fatalf("%s has the problems %q, want %q", name, rules, want)
		}
	}
}

// at finds the position of a mark in a text: where the character after it stands.
func at(content, mark string) position {
	before, _, ok := strings.Cut(content, mark)
	if !ok {
		panic("no " + mark)
	}
	return newText(content, false).position(len(before))
}

func (c *client) place(name string, p position) map[string]any {
	return map[string]any{"textDocument": documentID{URI: c.uri(name)}, "position": p}
}

// edited applies a workspace edit to a text.
func edited(t testing.TB, content string, e workspaceEdit) string {
	t.Helper()
	if len(e.DocumentChanges) != 1 {
		t.Fatalf("%d documents are edited, want 1", len(e.DocumentChanges))
	}
	return withEdits(content, e.DocumentChanges[0].Edits)
}

// withEdits applies edits as a client does: all of them speak of the text as it was.
func withEdits(content string, edits []textEdit) string {
	text := newText(content, false)
	for i := len(edits) - 1; i >= 0; i-- {
		from, to := text.offset(edits[i].Range.Start), text.offset(edits[i].Range.End)
		content = content[:from] + edits[i].NewText + content[to:]
	}
	return content
}

func rawJSON(s string) json.RawMessage { return json.RawMessage(s) }

func mustJSON(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}
