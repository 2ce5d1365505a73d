package html

import "strings"

// pre writes text that keeps its lines, as a block of code.
func (w *writer) pre(n *node) {
	if w.code != nil {
		w.endLine()
		w.children(n)
		w.endLine()
		return
	}
	w.endBlock()
	w.code = &strings.Builder{}
	w.children(n)
	code := strings.Trim(strings.ReplaceAll(w.code.String(), "\u00a0", " "), "\n")
	w.code = nil
	switch {
	case strings.TrimSpace(code) == "":
	case w.marked(code):
		w.lost("deletion within code", code)
		w.codeAsLines(code)
	case len(w.boxes) == 0 || w.boxes[len(w.boxes)-1].indent != "> " || !strings.Contains(code, "\n\n"):
		fence := "```"
		for strings.Contains(code, fence) {
			fence += "`"
		}
		w.add(fence + "\n" + code + "\n" + fence)
	default:
		w.codeAsLines(code)
	}
}

func (w *writer) codeAsLines(code string) {
	for line := range strings.SplitSeq(code, "\n") {
		w.write(line, 0)
		w.endLine()
	}
	w.endBlock()
}

// inCode writes code within a line, or a block of it where it has lines.
func (w *writer) inCode(n *node) {
	if w.code == nil && n.has("br", "div", "p", "pre") {
		w.pre(n)
		return
	}
	w.children(n)
}

// codeSpan puts code between more backquotes than it holds in a row.
func codeSpan(code string) string {
	fence := "`"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	if strings.HasPrefix(code, "`") || strings.HasSuffix(code, "`") {
		code = " " + code + " "
	}
	return fence + code + fence
}
