package lsp

import (
	"context"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/syntax"
)

// codeActions offers what mends the problems in a range, silences them, and
// makes ids permanent.
func (s *Server) codeActions(_ context.Context, d *document, p codeActionParams) (any, error) {
	a := actions{d: d, only: p.Context.Only, from: d.text.offset(p.Range.Start), to: d.text.offset(p.Range.End)}
	first, _ := d.text.line(d.text.position(a.from).Line)
	_, last := d.text.line(d.text.position(a.to).Line)
	for _, found := range d.own { // of all its lines: nobody looks for the letter
		if found.Start <= last && first <= found.End {
			a.mend(found, s.space.translate(d.text, d.folder, found))
		}
	}
	a.mendAll()
	a.ids()
	if a.list == nil {
		a.list = []codeAction{}
	}
	return a.list, nil
}

// actions gathers what can be offered for a range of a document.
type actions struct {
	d        *document
	only     []string // kinds that the client wants; none means all
	from, to int
	list     []codeAction
}

// add offers edits to the document, if the client wants their kind.
func (a *actions) add(title, kind string, preferred bool, about []diagnostic, edits ...check.Edit) {
	wanted := len(a.only) == 0 || slices.ContainsFunc(a.only,
		func(k string) bool { return kind == k || strings.HasPrefix(kind, k+".") })
	if !wanted || len(edits) == 0 {
		return
	}
	a.list = append(a.list, codeAction{Title: title, Kind: kind, IsPreferred: preferred, Diagnostics: about,
		Edit: a.d.edit(edits)})
}

// edit wraps edits so that they fit this version of the document only.
func (d *document) edit(edits []check.Edit) *workspaceEdit {
	var all []textEdit
	for _, e := range edits {
		all = append(all, textEdit{d.text.textRange(e.Start, e.End), e.Text})
	}
	version := d.version
	return &workspaceEdit{[]documentEdit{{versionedID{d.uri, &version}, all}}}
}

func (a *actions) mend(d decks.Diagnostic, shown diagnostic) {
	offer := func(fix check.Fix, ok bool) {
		if ok {
			a.add(strings.ToUpper(fix.Title[:1])+fix.Title[1:], "quickfix", fix.Sure, []diagnostic{shown}, fix.Edits...)
		}
	}
	offer(check.FixOf(a.d.file, d))
	offer(check.RefuseDraft(a.d.file, d))
	if at, ok := a.d.aboveBlock(d.Start); ok && d.Severity == decks.Warning && d.Rule != "draft" {
		a.add("Allow "+d.Rule+" here", "quickfix", false, []diagnostic{shown},
			check.Edit{Span: syntax.Span{Start: at, End: at}, Text: "<!-- kartei: allow " + d.Rule + " -->\n"})
	}
}

// mendAll offers every sure fix of the file at once.
func (a *actions) mendAll() {
	if text, made := check.ApplySure(a.d.file, a.d.own); made > 0 && text != a.d.text.content {
		a.add("Mend all problems that have a sure mend",
			"source.fixAll.kartei", false, nil, changes(a.d.text.content, text)...)
	}
}

// ids offers to write ids, which keep learners' histories whatever is edited.
func (a *actions) ids() {
	out, err := syntax.FormatWithIDs([]byte(a.d.text.content), syntax.NewNames(a.d.file.IDs()...))
	if err != nil || string(out) == a.d.text.content {
		return
	}
	formatted, err := syntax.Format([]byte(a.d.text.content))
	if err != nil || string(out) == string(formatted) {
		return // only the form would change
	}
	a.add("Make all ids of this file permanent", "source.kartei.ids", false, nil,
		changes(a.d.text.content, string(out))...)
	fact := a.d.file.FactAt(a.from)
	if fact == nil || fact.Get(syntax.ID) != nil || fact.Table != nil {
		return
	}
	if id := a.newID(fact); id != "" {
		end := fact.Fields[len(fact.Fields)-1].End
		a.add("Give this fact the id "+id, "quickfix", false, nil,
			check.Edit{Span: syntax.Span{Start: end, End: end}, Text: "\nId: " + id})
	}
}

// newID is the id that `fmt --ids` would give a fact that stands alone.
func (a *actions) newID(fact *syntax.Fact) string {
	alone, err := syntax.FormatWithIDs([]byte(a.d.file.Slice(fact.Span)+"\n"), syntax.NewNames(a.d.file.IDs()...))
	if err != nil {
		return ""
	}
	ids := syntax.Parse("fact.md", alone).IDs()
	if len(ids) != 1 {
		return ""
	}
	return ids[0]
}

// changes are the edits that make one text of another, line by line at both
// ends: an editor keeps its cursor and folds where nothing changed.
func changes(before, after string) []check.Edit {
	start := 0
	for start < len(before) && start < len(after) && before[start] == after[start] {
		start++
	}
	start = strings.LastIndexByte(before[:start], '\n') + 1
	end := 0
	for end < len(before)-start && end < len(after)-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	if i := strings.IndexByte(before[len(before)-end:], '\n'); i >= 0 {
		end -= i + 1
	} else {
		end = 0
	}
	if start == len(before)-end && start == len(after)-end {
		return nil
	}
	return []check.Edit{{Span: syntax.Span{Start: start, End: len(before) - end}, Text: after[start : len(after)-end]}}
}

// tableAt returns the table whose lines hold the offset, or nil.
func (d *document) tableAt(offset int) *syntax.Table {
	for _, b := range d.file.Blocks {
		if t, ok := b.(*syntax.Table); ok && t.Start <= offset && offset <= t.End {
			return t
		}
	}
	return nil
}

// aboveBlock returns where the first line of the block that holds the offset
// begins, behind a byte order mark. What stands in no block (in the header, say)
// has no place above it for a comment, nor has a comment.
func (d *document) aboveBlock(offset int) (at int, ok bool) {
	for _, b := range d.file.Blocks {
		if e := b.Extent(); e.Start <= offset && offset <= e.End {
			if prose, ok := b.(*syntax.Prose); ok && prose.Verbatim {
				return 0, false
			}
			at = d.lineStart(e.Start)
			if at == 0 && strings.HasPrefix(d.text.content, byteOrderMark) {
				at = len(byteOrderMark)
			}
			return at, true
		}
	}
	return 0, false
}

const byteOrderMark = "\ufeff"

// lineStart returns where the line of an offset begins.
func (d *document) lineStart(offset int) int {
	return strings.LastIndexByte(d.text.content[:offset], '\n') + 1
}
