package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"

	"github.com/sourcegraph/jsonrpc2"

	"kartei/decks"
)

// A Server answers one client.
type Server struct {
	// Version is what the client is told about the program.
	Version string

	// Cards, if not nil, tells how a learner stands with the cards of a deck. It
	// is asked once for each time that a file is opened or saved.
	Cards func(ctx context.Context, deck string) ([]Standing, error)

	conn      *jsonrpc2.Conn
	space     workspace
	lens      bool
	ready     bool // initialize was answered
	ended     bool // shutdown was asked for
	watchable bool // the client can watch files for the server

	queue     chan message
	cancelled requests
	scans     chan scanned
}

// A message is a request or a notification on its way to be answered.
type message struct {
	request *jsonrpc2.Request
}

// Error codes of JSON-RPC and LSP.
const (
	codeNotInitialized   = -32002
	codeRequestCancelled = -32800
	codeRequestFailed    = -32803
)

// Serve talks to the client until it says exit, the stream ends or ctx is done.
// The error is nil after an orderly end: a shutdown, and then exit.
func (s *Server) Serve(ctx context.Context, stream io.ReadWriteCloser) error {
	s.lens = true
	s.queue = make(chan message, 1024)
	s.scans = make(chan scanned, 1)
	s.cancelled.ids = map[jsonrpc2.ID]bool{}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.space.init()
	codec := &framed{}
	s.conn = jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(stream, codec), handler{s}, jsonrpc2.SetLogger(silent{}))
	defer s.conn.Close()
	for {
		if len(s.queue) == 0 {
			s.settle(ctx)
		}
		select {
		case m := <-s.queue:
			if m.request.Method == "exit" {
				return s.orderly()
			}
			s.take(ctx, m)
		case found := <-s.scans:
			s.space.take(found)
		case <-s.conn.DisconnectNotify():
			if codec.err != nil && codec.err != io.EOF {
				return codec.err
			}
			return s.orderly()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *Server) orderly() error {
	if s.ended {
		return nil
	}
	return errors.New("the editor left without saying goodbye")
}

// A handler puts messages into the server's queue as they come, so that one
// that takes another back is seen before the other is answered.
type handler struct{ s *Server }

// Handle implements [jsonrpc2.Handler].
func (h handler) Handle(ctx context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) {
	if r.Method == "$/cancelRequest" {
		h.s.cancelled.add(r.Params)
		return
	}
	select {
	case h.s.queue <- message{r}:
	case <-ctx.Done():
	}
}

// requests are those that the client took back.
type requests struct {
	sync.Mutex
	ids map[jsonrpc2.ID]bool
}

// mostCancelled limits how many are remembered: a client may take back what
// was answered long ago.
const mostCancelled = 1000

func (q *requests) add(params *json.RawMessage) {
	var p struct {
		ID jsonrpc2.ID `json:"id"`
	}
	if params == nil || json.Unmarshal(*params, &p) != nil {
		return
	}
	q.Lock()
	defer q.Unlock()
	if len(q.ids) >= mostCancelled {
		clear(q.ids)
	}
	q.ids[p.ID] = true
}

// take reports whether a request was taken back, and forgets it.
func (q *requests) take(id jsonrpc2.ID) bool {
	q.Lock()
	defer q.Unlock()
	defer delete(q.ids, id)
	return q.ids[id]
}

// take answers one message. A fault of the server's own becomes an error of
// that one request.
func (s *Server) take(ctx context.Context, m message) {
	r := m.request
	defer func() {
		if p := recover(); p != nil {
			s.reply(ctx, r, nil, fmt.Errorf("internal: %v\n%s", p, debug.Stack()))
		}
	}()
	if !r.Notif && s.cancelled.take(r.ID) {
		s.reply(ctx, r, nil, &jsonrpc2.Error{Code: codeRequestCancelled, Message: "cancelled"})
		return
	}
	answer, ok := methods[r.Method]
	switch {
	case !ok && r.Notif:
		return
	case !ok:
		s.reply(ctx, r, nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound,
			Message: "method not supported: " + r.Method})
		return
	case !s.ready && r.Method != "initialize":
		s.reply(ctx, r, nil, &jsonrpc2.Error{Code: codeNotInitialized, Message: "initialize comes first"})
		return
	case s.ended:
		s.reply(ctx, r, nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server has shut down"})
		return
	}
	params := json.RawMessage("null")
	if r.Params != nil {
		params = *r.Params
	}
	result, err := answer(s, ctx, params)
	s.reply(ctx, r, result, err)
}

// reply answers a request; nobody waits for an answer to a notification.
func (s *Server) reply(ctx context.Context, r *jsonrpc2.Request, result any, err error) {
	if r.Notif {
		return
	}
	if err == nil {
		s.conn.Reply(ctx, r.ID, result)
		return
	}
	var known *jsonrpc2.Error
	if !errors.As(err, &known) {
		known = &jsonrpc2.Error{Code: codeRequestFailed, Message: err.Error()}
	}
	s.conn.ReplyWithError(ctx, r.ID, known)
}

// methods are what the server answers, by name.
var methods map[string]func(*Server, context.Context, json.RawMessage) (any, error)

func init() { // the table names functions that look the table up
	methods = map[string]func(*Server, context.Context, json.RawMessage) (any, error){
		"initialize":  with((*Server).initialize),
		"initialized": with((*Server).initialized),
		"shutdown":    with((*Server).shutdown),

		"$/unreadable": with((*Server).unreadable),

		"textDocument/didOpen":                with((*Server).didOpen),
		"textDocument/didChange":              with((*Server).didChange),
		"textDocument/didSave":                with((*Server).didSave),
		"textDocument/didClose":               with((*Server).didClose),
		"workspace/didChangeWatchedFiles":     with((*Server).didChangeWatchedFiles),
		"workspace/didChangeConfiguration":    with((*Server).didChangeConfiguration),
		"workspace/didChangeWorkspaceFolders": with((*Server).didChangeWorkspaceFolders),

		"textDocument/codeAction":          onDocument((*Server).codeActions),
		"textDocument/hover":               onDocument((*Server).hover),
		"textDocument/completion":          onDocument((*Server).complete),
		"textDocument/definition":          onDocument((*Server).definition),
		"textDocument/references":          onDocument((*Server).references),
		"textDocument/prepareRename":       onDocument((*Server).prepareRename),
		"textDocument/rename":              onDocument((*Server).rename),
		"textDocument/formatting":          onDocument((*Server).format),
		"textDocument/rangeFormatting":     onDocument((*Server).formatRange),
		"textDocument/documentSymbol":      onDocument((*Server).symbols),
		"textDocument/foldingRange":        onDocument((*Server).folds),
		"textDocument/selectionRange":      onDocument((*Server).selections),
		"textDocument/codeLens":            onDocument((*Server).lenses),
		"textDocument/inlayHint":           onDocument((*Server).inlays),
		"textDocument/semanticTokens/full": onDocument((*Server).tokens),
		"workspace/symbol":                 with((*Server).workspaceSymbols),
	}
}

// with reads the parameters of a method.
func with[P any](
	method func(*Server, context.Context, P) (any, error),
) func(*Server, context.Context, json.RawMessage) (any, error) {
	return func(s *Server, ctx context.Context, raw json.RawMessage) (any, error) {
		var p P
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
		}
		return method(s, ctx, p)
	}
}

// onDocument reads the parameters of a method that is about an open document,
// whose analysis is up to date when the method is called.
func onDocument[P interface{ document() string }](
	method func(*Server, context.Context, *document, P) (any, error),
) func(*Server, context.Context, json.RawMessage) (any, error) {
	return with(func(s *Server, ctx context.Context, p P) (any, error) {
		d := s.space.open[p.document()]
		if d == nil {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams,
				Message: "no such document is open: " + p.document()}
		}
		s.space.analyse(d)
		return method(s, ctx, d, p)
	})
}

func (p placeParams) document() string      { return p.TextDocument.URI }
func (p documentParams) document() string   { return p.TextDocument.URI }
func (p rangeParams) document() string      { return p.TextDocument.URI }
func (p codeActionParams) document() string { return p.TextDocument.URI }
func (p selectionParams) document() string  { return p.TextDocument.URI }

// unreadable tells the client of a message that is not one.
func (s *Server) unreadable(ctx context.Context, _ any) (any, error) {
	s.conn.Notify(ctx, "window/logMessage", logParams{messageError,
		"a message of the editor is not JSON-RPC and was left out"})
	return nil, nil
}

func (s *Server) initialize(_ context.Context, p initializeParams) (any, error) {
	if s.ready {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "initialize comes once"}
	}
	s.ready = true
	encoding := "utf-16"
	for _, e := range p.Capabilities.General.PositionEncodings {
		if e == "utf-8" {
			encoding, s.space.utf8 = "utf-8", true
			break
		}
	}
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []workspaceFolder{{URI: p.RootURI}}
	}
	for _, f := range folders {
		s.space.addFolder(f.URI)
	}
	s.configure(p.InitializationOptions)
	s.watchable = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	return map[string]any{
		"serverInfo": map[string]string{"name": "kartei", "version": s.Version},
		"capabilities": map[string]any{
			"positionEncoding": encoding,
			"textDocumentSync": map[string]any{"openClose": true, "change": 2, "save": true},
			"codeActionProvider": map[string]any{"codeActionKinds": []string{"quickfix", "source",
				"source.fixAll"}},
			"hoverProvider":                   true,
			"completionProvider":              map[string]any{"triggerCharacters": []string{":", " ", "{", "(", "/"}},
			"definitionProvider":              true,
			"referencesProvider":              true,
			"renameProvider":                  map[string]bool{"prepareProvider": true},
			"documentFormattingProvider":      true,
			"documentRangeFormattingProvider": true,
			"documentSymbolProvider":          true,
			"workspaceSymbolProvider":         true,
			"foldingRangeProvider":            true,
			"selectionRangeProvider":          true,
			"codeLensProvider":                map[string]bool{},
			"inlayHintProvider":               true,
			"semanticTokensProvider": map[string]any{
				"legend": map[string]any{"tokenTypes": tokenTypes, "tokenModifiers": []string{}},
				"full":   true,
			},
			"workspace": map[string]any{"workspaceFolders": map[string]bool{"supported": true,
				"changeNotifications": true}},
		},
	}, nil
}

// initialized asks to be told of files that change outside of the editor.
func (s *Server) initialized(ctx context.Context, _ struct{}) (any, error) {
	if s.watchable {
		watch := map[string]any{"watchers": []map[string]string{{"globPattern": "**/*.{md,MD}"}}}
		params := registrationParams{[]registration{{"decks", "workspace/didChangeWatchedFiles", watch}}}
		go s.conn.Call(ctx, "client/registerCapability", params, nil)
	}
	return nil, nil
}

func (s *Server) shutdown(context.Context, struct{}) (any, error) {
	s.ended = true
	return nil, nil
}

func (s *Server) didOpen(_ context.Context, p struct {
	TextDocument documentItem `json:"textDocument"`
}) (any, error) {
	s.space.openDocument(p.TextDocument)
	return nil, nil
}

func (s *Server) didChange(_ context.Context, p changeParams) (any, error) {
	if d := s.space.open[p.TextDocument.URI]; d != nil {
		d.text = d.text.apply(p.ContentChanges)
		d.version = p.TextDocument.Version
		s.space.touch(d)
	}
	return nil, nil
}

func (s *Server) didSave(_ context.Context, p documentParams) (any, error) {
	s.space.stale = true
	if d := s.space.open[p.TextDocument.URI]; d != nil {
		d.standing = nil
	}
	return nil, nil
}

// didClose goes back to what is on disk.
func (s *Server) didClose(ctx context.Context, p documentParams) (any, error) {
	if d := s.space.open[p.TextDocument.URI]; d != nil {
		s.publish(ctx, d.uri, nil, nil)
		s.space.closeDocument(d)
	}
	return nil, nil
}

func (s *Server) didChangeWatchedFiles(context.Context, watchedParams) (any, error) {
	s.space.stale = true
	for _, d := range s.space.open {
		s.space.touch(d) // another file of its deck may have changed
	}
	return nil, nil
}

func (s *Server) didChangeConfiguration(_ context.Context, p configurationParams) (any, error) {
	s.configure(p.Settings.Kartei)
	return nil, nil
}

func (s *Server) configure(c *settings) {
	if c != nil && c.CodeLens != nil {
		s.lens = *c.CodeLens
	}
}

func (s *Server) didChangeWorkspaceFolders(_ context.Context, p foldersParams) (any, error) {
	for _, f := range p.Event.Removed {
		s.space.removeFolder(f.URI)
	}
	for _, f := range p.Event.Added {
		s.space.addFolder(f.URI)
	}
	return nil, nil
}

// settle does what there is time for once no message waits: it tells the client
// what is wrong with the documents that changed, and has the rest of the
// folders looked through.
func (s *Server) settle(ctx context.Context) {
	if !s.ready || s.ended {
		return
	}
	for _, d := range s.space.inOrder() {
		s.say(ctx, d)
	}
	for _, said := range s.space.tidings() {
		s.publish(ctx, said.uri, nil, said.found)
	}
	s.space.scan(ctx, s.scans)
}

// say tells the client what is wrong with a document that changed. A fault of the
// server's own is that document's alone.
func (s *Server) say(ctx context.Context, d *document) {
	defer func() {
		if p := recover(); p != nil {
			s.conn.Notify(ctx, "window/logMessage",
				logParams{messageError, fmt.Sprintf("internal: %v\n%s", p, debug.Stack())})
		}
	}()
	if s.space.analyse(d); d.unsaid {
		d.unsaid = false
		s.publish(ctx, d.uri, &d.version, d.found)
	}
}

// publish tells the client everything that is wrong with one file.
func (s *Server) publish(ctx context.Context, uri string, version *int, found []diagnostic) {
	if found == nil {
		found = []diagnostic{}
	}
	s.conn.Notify(ctx, "textDocument/publishDiagnostics", publishParams{uri, version, found})
}

// silent keeps the library from writing to stderr, which editors show.
type silent struct{}

func (silent) Printf(string, ...any) {}

// severityOf is LSP's number of a severity.
func severityOf(s decks.Severity) int {
	if s == decks.Error {
		return 1
	}
	return 2
}
