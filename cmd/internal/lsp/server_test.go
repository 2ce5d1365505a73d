package lsp

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/jsonrpc2"
)

const rivers = `---
title: Rivers
lang: en
source atlas: An Atlas of Rivers, 2024
---

## Europe

Q: Which river crosses Vienna?
A: The Danube 🏞
Source: atlas 12
Id: vienna

| id   | river  | city  | source   |
|------|--------|-------|----------|
| bonn | Rhine  | Bonn  | atlas 13 |
| rome | Tiber  | Rome  | atlas 14 |

Q: Which river crosses {city}?
A: {river}
Id: river
`

// A mistake is shown where it stands, and goes when it is mended; what is wrong
// only beside another file is found as well.
func TestDiagnostics(t *testing.T) {
	for _, encoding := range []string{"utf-16", "utf-8"} {
		t.Run(encoding, func(t *testing.T) {
			c := start(t, &Server{}, encoding, map[string]string{"rivers.md": rivers, "closed.md": "Q: Which city is old?\n"})
			c.diagnostics("closed.md", "no-answer")
			c.open("rivers.md", rivers)
			c.diagnostics("rivers.md")
			from := position{9, 14} // behind "A: The Danube "
			to := position{9, 16}   // the picture is one character and two units
			if encoding == "utf-8" {
				to.Character = 18
			}
			c.change("rivers.md", 2, contentChange{Range: &textRange{from, to}, Text: "\nNte: x"})
			found := c.diagnostics("rivers.md", "misspelt-key")
			if found[0].Range.Start != (position{10, 0}) || !strings.Contains(found[0].Message, "Nte") {
				t.Errorf("got %+v", found[0])
			}
			c.change("rivers.md", 3, contentChange{Text: rivers})
			c.diagnostics("rivers.md")
			c.open("closed.md", "Q: Which city is old?\nA: Rome\n")
			c.diagnostics("closed.md")
		})
	}
}

// Two files that cannot both be right name each other.
func TestRelatedPlaces(t *testing.T) {
	c := start(t, &Server{}, "utf-16", map[string]string{"a.md": "---\ndeck: one\n---\n\nQ: One?\nA: 1\nId: x\n"})
	c.open("b.md", "---\ndeck: one\n---\n\nQ: Two?\nA: 2\nId: x\n")
	found := c.diagnostics("b.md", "duplicate-id")
	if len(found[0].Related) != 1 || found[0].Related[0].Location.URI != c.uri("a.md") || found[0].Related[0].Location.Range.Start.Line != 4 {
		t.Errorf("got %+v", found[0].Related)
	}
}

// Every action is about the version of the document that the client has.
func TestCodeActions(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	text := "Q: Which river crosses Vienna?\nA: The Danube\nNte: an atlas\n\nQ: Is Vienna on the Danube?\nA: Yes\n"
	c.open("a.md", text)
	c.diagnostics("a.md", "misspelt-key", "yes-no")
	actions := func(line int, only ...string) map[string]codeAction {
		var all []codeAction
		c.call("textDocument/codeAction", map[string]any{"textDocument": documentID{URI: c.uri("a.md")},
			"range": textRange{position{line, 0}, position{line, 30}}, "context": map[string]any{"diagnostics": []diagnostic{}, "only": only}}, &all)
		byTitle := map[string]codeAction{}
		for _, a := range all {
			if v := a.Edit.DocumentChanges[0].TextDocument.Version; v == nil || *v != 1 {
				t.Errorf("%s is for version %v", a.Title, v)
			}
			byTitle[a.Title] = a
		}
		return byTitle
	}
	fix, ok := actions(2)[`Write "Note:"`]
	if !ok || !fix.IsPreferred {
		t.Fatalf("got %v", actions(2))
	}
	if got := edited(t, text, *fix.Edit); got != strings.Replace(text, "Nte:", "Note:", 1) {
		t.Errorf("got %q", got)
	}
	allow := edited(t, text, *actions(5)["Allow yes-no here"].Edit)
	c.change("a.md", 1, contentChange{Text: strings.Replace(allow, "Nte", "Note", 1)})
	c.diagnostics("a.md")
	if got := actions(4, "source"); len(got) != 1 || got["Make all ids of this file permanent"].Kind != "source.kartei.ids" {
		t.Errorf("of the kind source: %v", got)
	}
	mended := strings.Replace(allow, "Nte", "Note", 1)
	ids := edited(t, mended, *actions(0)["Give this fact the id the-danube"].Edit)
	if !strings.Contains(ids, "Note: an atlas\nId: the-danube\n") {
		t.Errorf("got %q", ids)
	}
}

// A hover shows the cards that a fact makes, a rule, or a citation.
func TestHover(t *testing.T) {
	server := &Server{Cards: func(_ context.Context, deck string) ([]Standing, error) {
		if deck != "rivers" {
			return nil, errors.New("no such deck")
		}
		return []Standing{{Prompt: "Which river crosses Bonn?", Answer: "Rhine", Text: "due tomorrow · asked 14 times", Due: true}}, nil
	}}
	c := start(t, server, "utf-16", nil)
	c.open("rivers.md", rivers)
	for mark, want := range map[string][]string{
		"Which river crosses Vienna": {"**Which river crosses Vienna?**", "The Danube"},
		"bonn":                       {"**Which river crosses Bonn?**", "Rhine", "due tomorrow · asked 14 times"},
		"Which river crosses {":      {"crosses Bonn", "crosses Rome"},
		"atlas 12":                   {"An Atlas of Rivers, 2024"},
	} {
		var h *hover
		c.call("textDocument/hover", c.place("rivers.md", at(rivers, mark)), &h)
		for _, w := range want {
			if h == nil || !strings.Contains(h.Contents.Value, w) {
				t.Errorf("at %q: got %+v, want %q", mark, h, w)
			}
		}
	}
	var none *hover
	c.call("textDocument/hover", c.place("rivers.md", at(rivers, "## Europe")), &none)
	if none != nil {
		t.Errorf("a heading has the hover %+v", none)
	}
	var lenses []codeLens
	c.call("textDocument/codeLens", map[string]any{"textDocument": documentID{URI: c.uri("rivers.md")}}, &lenses)
	if len(lenses) != 2 || lenses[0].Command.Title != "2 cards · 1 due" || lenses[1].Command.Title != "3 cards · 1 due" {
		t.Errorf("got %+v", lenses)
	}
}

// Completion proposes what may stand at the cursor, and nothing else.
func TestCompletion(t *testing.T) {
	c := start(t, &Server{}, "utf-16", map[string]string{"maps/rhine.png": "x", "other.md": "---\ntags: water\n---\n\nQ: Is it wet?\nA: Yes\n"})
	c.diagnostics("other.md", "yes-no")
	for text, want := range map[string]string{
		"Q: One?\n|":         "A Accept Not Hint Note Source Evidence As-of Tags Id Type Tolerance",
		"Q: One?\nA: 1\nNo|": "Not Note",
		"|":                  "Q T C",
		"---\nsource fes: A Study\n---\n\nQ: One?\nA: 1\nSource: f|":  "fes",
		"---\ntitle: x\nor|\n---\n":                                   "order",
		"---\norder: |\n---\n":                                        "authored random",
		"Q: One?\nA: 1\nType: c|":                                     "choice",
		"Q: One?\nA: 1\nTags: wa|":                                    "water",
		"<!-- kartei: allow neg|":                                     "negative-stem",
		"Q: ![the Rhine](maps/|":                                      "rhine.png",
		"| id | city |\n|---|---|\n| a | Rome |\n\nQ: Where is {c|\n": "city",
	} {
		before, after, _ := strings.Cut(text, "|")
		if strings.HasPrefix(text, "| id") {
			before, after, _ = strings.Cut(text, "{c|")
			before += "{c"
		}
		c.open("c.md", before+after)
		var list completionList
		c.call("textDocument/completion", c.place("c.md", newText(before, false).position(len(before))), &list)
		var got []string
		for _, i := range list.Items {
			got = append(got, i.Label)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: (-want +got)\n%s", text, diff)
		}
		c.notify("textDocument/didClose", map[string]any{"textDocument": documentID{URI: c.uri("c.md")}})
	}
}

// Names are found and renamed wherever they stand; a name that the language
// does not take is refused.
func TestNames(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	c.open("rivers.md", rivers)
	var home location
	c.call("textDocument/definition", c.place("rivers.md", at(rivers, "atlas 13")), &home)
	if home.Range.Start != (position{3, 7}) {
		t.Errorf("the source is declared at %+v", home.Range)
	}
	var uses []location
	params := c.place("rivers.md", at(rivers, "city}"))
	params["context"] = map[string]bool{"includeDeclaration": true}
	c.call("textDocument/references", params, &uses)
	if len(uses) != 2 {
		t.Errorf("the column is used at %+v", uses)
	}
	rename := func(mark, name string) (workspaceEdit, error) {
		p := c.place("rivers.md", at(rivers, mark))
		p["newName"] = name
		var e workspaceEdit
		return e, c.conn.Call(context.Background(), "textDocument/rename", p, &e)
	}
	e := must(rename2(c, "atlas 12", "map"))
	if got := edited(t, rivers, e); strings.Count(got, "map") != 4 || strings.Contains(got, "atlas ") {
		t.Errorf("got\n%s", got)
	}
	e = must(rename2(c, "city}", "town"))
	if got := edited(t, rivers, e); !strings.Contains(got, "| town  |") || !strings.Contains(got, "{town}") {
		t.Errorf("got\n%s", got)
	}
	e = must(rename2(c, "vienna\n", "wien"))
	if got := edited(t, rivers, e); !strings.Contains(got, "Id: wien\n") {
		t.Errorf("got\n%s", got)
	}
	for mark, name := range map[string]string{"vienna\n": "Not An Id", "atlas 12": "two words", "bonn": "rome", "city}": "{x}", "## Europe": "x"} {
		if _, err := rename(mark, name); err == nil {
			t.Errorf("%q became %q", mark, name)
		}
	}
}

func rename2(c *client, mark, name string) (e workspaceEdit, err error) {
	p := c.place("rivers.md", at(rivers, mark))
	p["newName"] = name
	return e, c.conn.Call(context.Background(), "textDocument/rename", p, &e)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The outline, folds, selections, tokens and the form are of this text.
func TestStructure(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	untidy := strings.Replace(rivers, "| rome | Tiber  | Rome  | atlas 14 |", "|rome|Tiber|Rome|atlas 14|", 1)
	c.open("rivers.md", untidy)
	doc := map[string]any{"textDocument": documentID{URI: c.uri("rivers.md")}}
	var outline []symbol
	c.call("textDocument/documentSymbol", doc, &outline)
	if len(outline) != 1 || outline[0].Name != "Europe" || len(outline[0].Children) != 3 || outline[0].Children[0].Name != "Which river crosses Vienna?" {
		t.Errorf("got %+v", outline)
	}
	var folds []foldingRange
	c.call("textDocument/foldingRange", doc, &folds)
	if len(folds) != 5 {
		t.Errorf("got %+v", folds)
	}
	var edits []textEdit
	c.call("textDocument/formatting", map[string]any{"textDocument": documentID{URI: c.uri("rivers.md")}, "options": map[string]any{}}, &edits)
	if len(edits) != 1 || edits[0].Range.Start.Line < 13 || edits[0].Range.End.Line > 18 {
		t.Errorf("got %+v", edits)
	}
	whole := withEdits(untidy, edits)
	c.call("textDocument/rangeFormatting", map[string]any{"textDocument": documentID{URI: c.uri("rivers.md")}, "range": textRange{position{14, 0}, position{15, 0}}, "options": map[string]any{}}, &edits)
	if part := withEdits(untidy, edits); part != whole {
		t.Errorf("of the range\n%s\nof the file\n%s", part, whole)
	}
	var tokens semanticTokens
	c.call("textDocument/semanticTokens/full", doc, &tokens)
	if len(tokens.Data)%5 != 0 || len(tokens.Data) < 5*15 {
		t.Errorf("got %d numbers", len(tokens.Data))
	}
	var ranges []selectionRange
	c.call("textDocument/selectionRange", map[string]any{"textDocument": documentID{URI: c.uri("rivers.md")}, "positions": []position{at(untidy, "Danube")}}, &ranges)
	if len(ranges) != 1 || ranges[0].Parent == nil || ranges[0].Parent.Parent == nil {
		t.Errorf("got %+v", ranges)
	}
	var found []symbolInformation
	c.call("workspace/symbol", map[string]string{"query": "vienna"}, &found)
	if len(found) != 1 || found[0].Name != "Which river crosses Vienna?" {
		t.Errorf("got %+v", found)
	}
}

// A client that sends nonsense gets an error, and the server goes on.
func TestNonsense(t *testing.T) {
	c := start(t, &Server{}, "utf-16", nil)
	ctx := context.Background()
	c.open("a.md", "Q: One?\nA: 1 😀\n")
	for _, bad := range []struct {
		method string
		params any
	}{
		{"textDocument/hover", map[string]any{"textDocument": documentID{URI: "file:///nowhere.md"}, "position": position{}}},
		{"textDocument/hover", []int{1, 2}},
		{"textDocument/hover", nil},
		{"textDocument/fly", map[string]any{}},
		{"textDocument/rename", c.place("a.md", position{0, 0})},
	} {
		if err := c.conn.Call(ctx, bad.method, bad.params, nil); err == nil {
			t.Errorf("%s with %v was answered", bad.method, bad.params)
		}
	}
	for _, p := range []position{{-1, -1}, {99, 0}, {1, 99}, {1, 6}, {1, 7}, {0, 1 << 40}} {
		c.call("textDocument/hover", c.place("a.md", p), nil)
		c.call("textDocument/completion", c.place("a.md", p), nil)
		c.call("textDocument/selectionRange", map[string]any{"textDocument": documentID{URI: c.uri("a.md")}, "positions": []position{p}}, nil)
		c.call("textDocument/codeAction", map[string]any{"textDocument": documentID{URI: c.uri("a.md")}, "range": textRange{p, position{}}, "context": map[string]any{}}, nil)
	}
	c.notify("textDocument/didChange", "nonsense")
	c.notify("$/unknown", nil)
	c.change("a.md", 2, contentChange{Range: &textRange{position{1, 6}, position{1, 6}}, Text: "x"}) // within the surrogate pair
	c.change("a.md", 3, contentChange{Range: &textRange{position{5, 0}, position{0, 0}}, Text: "y"}) // ends before it begins
	c.call("shutdown", nil, nil)
	var after *jsonrpc2.Error
	if err := c.conn.Call(ctx, "textDocument/hover", c.place("a.md", position{}), nil); !errors.As(err, &after) {
		t.Errorf("after shutdown: %v", err)
	}
	c.notify("exit", nil)
	if err := <-c.end; err != nil {
		t.Errorf("an orderly end gave %v", err)
	}
}

// A request that was taken back before its turn is not answered.
func TestCancel(t *testing.T) {
	s := &Server{}
	s.cancelled.ids = map[jsonrpc2.ID]bool{}
	params := rawJSON(`{"id": 7}`)
	s.cancelled.add(&params)
	if id := (jsonrpc2.ID{Num: 7}); !s.cancelled.take(id) || s.cancelled.take(id) {
		t.Error("it is remembered once")
	}
	for i := range 3 * mostCancelled {
		_ = i
		p := rawJSON(`{"id": "x` + strings.Repeat("y", i%50) + `"}`)
		s.cancelled.add(&p)
	}
	if len(s.cancelled.ids) > mostCancelled {
		t.Errorf("%d are remembered", len(s.cancelled.ids))
	}
}
