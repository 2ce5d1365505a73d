package anki

// Our note types have ids of their own, the same in every collection, so that
// a package always finds them and a text file can name them in any language.
const (
	basicType int64 = 1_700_000_000_101
	typedType int64 = 1_700_000_000_102
	clozeType int64 = 1_700_000_000_103
)

// A notetype is a note type of Anki as a package of schema 11 describes it.
// Ids of fields and templates let Anki follow a later renaming.
type notetype struct {
	id        int64
	name      string
	cloze     bool
	fields    []string
	templates []template
}

type template struct{ name, question, answer string }

const (
	hintPart  = `{{#Hint}}<div class="hint">{{hint:Hint}}</div>{{/Hint}}`
	afterPart = `{{#Extra}}<div class="extra">{{Extra}}</div>{{/Extra}}{{#Source}}<div class="source">{{Source}}</div>{{/Source}}`
)

var notetypes = []notetype{
	{
		id: basicType, name: "Kartei Basic",
		fields: []string{"Front", "Back", "Hint", "Extra", "Source"},
		templates: []template{{"Card 1", `{{Front}}` + hintPart,
			`{{Front}}<hr id=answer>{{Back}}` + afterPart}},
	},
	{
		id: typedType, name: "Kartei Typed",
		fields: []string{"Front", "Back", "Hint", "Extra", "Source"},
		templates: []template{{"Card 1", `{{Front}}` + hintPart + `<br>{{type:Back}}`,
			`{{Front}}<hr id=answer>{{type:Back}}` + afterPart}},
	},
	{
		id: clozeType, name: "Kartei Cloze", cloze: true,
		fields: []string{"Text", "Hint", "Extra", "Source"},
		templates: []template{{"Cloze", `{{cloze:Text}}` + hintPart,
			`{{cloze:Text}}` + afterPart}},
	},
}

const style = `.card { font-family: system-ui, sans-serif; font-size: 20px; text-align: center; }
ul, ol, pre { display: inline-block; text-align: left; }
.cloze { font-weight: bold; color: #2a6edd; }
.extra { margin-top: 1em; }
.hint, .source { margin-top: 1em; font-size: 80%; color: gray; }
img { max-width: 100%; }
`

// json is the note type as the column models of schema 11 holds it.
func (n notetype) json() map[string]any {
	var fields, templates []any
	for i, name := range n.fields {
		fields = append(fields, map[string]any{
			"id": n.id*100 + int64(i), "name": name, "ord": i,
			"sticky": false, "rtl": false, "font": "Arial", "size": 20, "media": []any{},
		})
	}
	for i, t := range n.templates {
		templates = append(templates, map[string]any{
			"id": n.id*100 + 50 + int64(i), "name": t.name, "ord": i, "qfmt": t.question, "afmt": t.answer,
			"did": nil, "bqfmt": "", "bafmt": "",
		})
	}
	kind := 0
	if n.cloze {
		kind = 1
	}
	return map[string]any{
		"id": n.id, "name": n.name, "type": kind, "mod": n.id / 1000, "usn": -1, "sortf": 0, "did": 1,
		"flds": fields, "tmpls": templates, "css": style,
		"latexPre":  "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n",
		"latexPost": "\\end{document}", "vers": []any{}, "tags": []any{},
	}
}

// ownType is the note type of ours that a note has, and ownFields its fields.
func (n *note) ownType() int64 {
	switch {
	case n.cloze:
		return clozeType
	case n.typed:
		return typedType
	}
	return basicType
}

func (n *note) ownFields() []string {
	if n.cloze {
		return []string{n.front, n.hint, n.extra, n.source}
	}
	return []string{n.front, n.back, n.hint, n.extra, n.source}
}
