package lsp

import (
	"testing"
	"unicode/utf8"
)

// FuzzChanges lets a client edit with any positions, and compares the server's
// text with the client's: a second implementation, which counts units in a slice.
func FuzzChanges(f *testing.F) {
	f.Add("Q: One?\nA: 1 😀\n", []byte{0, 3, 1, 2, 'x', 1, 6, 1, 7, 'y'}, false)
	f.Add("a\r\nb\rc", []byte{0, 0, 9, 9, 'z'}, true)
	f.Fuzz(func(t *testing.T, content string, script []byte, bytes bool) {
		if !utf8.ValidString(content) || len(content) > 1<<12 {
			return
		}
		server := newText(content, bytes)
		for len(script) >= 5 {
			step := script[:5]
			script = script[5:]
			change := contentChange{Text: string(rune(step[4])), Range: &textRange{
				position{int(step[0]) - 1, int(step[1]) - 1}, position{int(step[2]) - 1, int(step[3]) - 1}}}
			content = clientApply(content, change, bytes)
			server = server.apply([]contentChange{change})
			if server.content != content {
				t.Fatalf("after %+v the server has %q, the client %q", *change.Range, server.content, content)
			}
			if !utf8.ValidString(content) {
				t.Fatalf("a character was cut: %q", content)
			}
		}
		for i := range content {
			if utf8.RuneStart(content[i]) && !(content[i] == '\n' && i > 0 && content[i-1] == '\r') {
				if back := server.offset(server.position(i)); back != i {
					t.Fatalf("byte %d of %q became byte %d", i, content, back)
				}
			}
		}
	})
}

// clientApply edits a text as a careful client would, a unit at a time.
func clientApply(content string, c contentChange, bytes bool) string {
	from, to := clientOffset(content, c.Range.Start, bytes), clientOffset(content, c.Range.End, bytes)
	if to < from {
		to = from
	}
	return content[:from] + c.Text + content[to:]
}

func clientOffset(content string, p position, bytes bool) int {
	if p.Line < 0 {
		return 0
	}
	line, i := 0, 0
	for line < p.Line {
		if i == len(content) {
			return i
		}
		switch {
		case content[i] == '\r' && i+1 < len(content) && content[i+1] == '\n':
			i += 2
			line++
		case content[i] == '\r' || content[i] == '\n':
			i++
			line++
		default:
			i++
		}
	}
	units := 0
	for i < len(content) && content[i] != '\n' && content[i] != '\r' {
		r, size := utf8.DecodeRuneInString(content[i:])
		width := size
		if !bytes {
			width = 1
			if r > 0xffff {
				width = 2
			}
		}
		if units+width > p.Character {
			break
		}
		units += width
		i += size
	}
	return i
}

// FuzzMessages sends any methods with any parameters about an open document:
// the server answers each, and its text stays the client's.
func FuzzMessages(f *testing.F) {
	methodNames := []string{"textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/references",
		"textDocument/prepareRename", "textDocument/rename", "textDocument/codeAction", "textDocument/formatting", "textDocument/rangeFormatting",
		"textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/selectionRange", "textDocument/codeLens",
		"textDocument/inlayHint", "textDocument/semanticTokens/full", "workspace/symbol"}
	f.Add(rivers, uint16(3), 9, 14, "x")
	f.Add("Q: {{c1::a}}\n| a |\n|---|\n| b |\n\nQ: {a}\nA: {a}\n", uint16(6), 0, 4, "id")
	f.Fuzz(func(t *testing.T, content string, which uint16, line, character int, word string) {
		if !utf8.ValidString(content) || !utf8.ValidString(word) || len(content) > 1<<14 {
			return
		}
		s := &Server{lens: true}
		s.space.init()
		s.space.openDocument(documentItem{URI: "untitled:deck", Version: 1, Text: content})
		d := s.space.open["untitled:deck"]
		s.space.analyse(d)
		p := position{line, character}
		params := map[string]any{"textDocument": documentID{URI: d.uri}, "position": p, "newName": word, "query": word,
			"range": textRange{p, position{line + 1, character}}, "positions": []position{p, {}}, "context": map[string]any{}}
		result, err := methods[methodNames[int(which)%len(methodNames)]](s, t.Context(), mustJSON(params))
		if err == nil {
			mustJSON(result)
		}
		if d.text.content != content {
			t.Fatal("the text was changed")
		}
		if edits, ok := result.([]textEdit); ok {
			withEdits(content, edits)
		}
	})
}
