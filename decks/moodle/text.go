package moodle

import (
	"fmt"
	stdhtml "html"
	"net/url"
	"path"
	"strings"

	"kartei/decks/factfile"
	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// pluginFile stands before the names of files in a text.
const pluginFile = "@@PLUGINFILE@@/"

// A textReader makes card text of Moodle's texts, and notes what of them is lost.
type textReader struct {
	media *media
	files []File // of the present text
	lost  []lostPart
}

// A lostPart is a part of a text that no card has.
type lostPart struct {
	reason string
	text   string // words that are lost; may be empty
}

// silent are the losses of looks, of which no word and no picture is lost.
var silent = map[string]bool{
	"table": true, "strike-through": true, "LaTeX": true, "bold or italic": true, "colour": true,
}

// read returns a text as card text.
func (r *textReader) read(t Text) string {
	r.files = t.Files
	switch t.Format {
	case Markdown:
		return factfile.Tidy(r.pictures(fromMoodle(factfile.Tidy(t.Text))))
	case HTML:
		return r.html(t.Text, false)
	case Plain:
		return r.html(fromPlain(t.Text), false)
	}
	if !strings.ContainsAny(t.Text, "<&") {
		return r.html(fromPlain(t.Text), false)
	}
	lost := len(r.lost)
	text := r.html(lineTags.ReplaceAllString(strings.TrimSpace(t.Text), "$1<br>$2"), true)
	if text == "" && len(r.lost) == lost { // it speaks of tags: "<a>"
		return r.html(fromPlain(t.Text), false)
	}
	return text
}

// lineTags are line ends that Moodle shows: those that stand beside no tag.
var lineTags = lazyregexp.New(`([^>\s])[ \t]*\n[ \t]*([^<\s])`)

// plain returns a text that Moodle shows as it is written, in one line.
func (r *textReader) plain(text string) string {
	return r.html(stdhtml.EscapeString(factfile.OneLine(text)), false)
}

// Words returns a text without markup as card text, with the formulas that Moodle
// shows in it.
func Words(text string) string {
	return (&textReader{}).read(Text{Text: text, Format: Plain})
}

func fromPlain(text string) string {
	return strings.ReplaceAll(stdhtml.EscapeString(strings.TrimSpace(factfile.Tidy(text))), "\n", "<br>")
}

func (r *textReader) html(source string, literal bool) string {
	c := html.Converter{File: r.file, Literal: literal, Lost: func(kind, example string) {
		if !silent[kind] {
			r.lost = append(r.lost, lostPart{kind, example})
		}
	}}
	return factfile.Tidy(c.Text(factfile.Tidy(source)))
}

// file is what a picture or a sound of the text is beside the deck.
func (r *textReader) file(kind html.FileKind, source string) html.File {
	name, local := strings.CutPrefix(source, pluginFile)
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if data, ok := embedded(source); ok {
		return r.keep(kind, data.Name, data)
	}
	for _, f := range r.files {
		if local && f.Name == name || !local && f.Name == path.Base(name) {
			return r.keep(kind, f.Name, f)
		}
	}
	if kind == html.Linked && !local {
		return html.File{}
	}
	what := map[html.FileKind]string{html.Picture: "picture", html.Sound: "sound or film", html.Linked: "file"}[kind]
	if strings.HasPrefix(source, "data:") {
		name, _, _ = strings.Cut(source, ",")
	}
	r.lost = append(r.lost, lostPart{reason: fmt.Sprintf("the %s %q is not in the file", what, name)})
	return html.File{Told: true}
}

func (r *textReader) keep(kind html.FileKind, label string, f File) html.File {
	kept, problem := r.media.keep(f, kind == html.Picture)
	if problem != nil {
		r.lost = append(r.lost, lostPart{reason: fmt.Sprintf("the file %q %v", f.Name, problem)})
		return html.File{Told: true}
	}
	return html.File{Path: kept.path, Label: label, Link: kept.link}
}

var mediaLink = lazyregexp.New(`(!?)\[((?:[^\]\\]|\\.)*)\]\((@@PLUGINFILE@@/[^)\s]+)\)`)

// anyLink is a link or a picture without a title.
var anyLink = lazyregexp.New(`(!?)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)`)

// pictures gives links to files of the text their paths here.
func (r *textReader) pictures(text string) string {
	if !strings.Contains(text, pluginFile) {
		return text
	}
	return mediaLink.ReplaceAllStringFunc(text, func(link string) string {
		at := mediaLink.FindStringSubmatch(link)
		kind := html.Linked
		if at[1] != "" {
			kind = html.Picture
		}
		f := r.file(kind, at[3])
		switch {
		case f.Path == "":
			return at[2]
		case f.Link:
			return "[" + at[2] + "](" + f.Path + ")"
		}
		return at[1] + "[" + at[2] + "](" + f.Path + ")"
	})
}

// Moodle's Markdown has formulas between "\\(" and "\\)": MathJax reads what
// Markdown leaves of them.

// forMoodle writes card text as Moodle's Markdown.
func forMoodle(text string) string {
	if !strings.ContainsAny(text, `$\`) {
		return text
	}
	var out strings.Builder
	for piece := range syntax.Pieces(text) {
		part := text[piece.Start:piece.End]
		switch {
		case piece.Kind == syntax.Math && part != "$$$$":
			open, shut := `\\(`, `\\)`
			tex, display := syntax.TeX(part)
			if display {
				open, shut = `\\[`, `\\]`
			}
			out.WriteString(open + texSigns.Replace(tex) + shut)
		case piece.Kind == syntax.Escape && part == `\\` && piece.End < len(text) &&
			(text[piece.End] == '(' || text[piece.End] == '['):
			out.WriteString(`\\\`) // a backslash and a bracket, which are not a formula
		default:
			out.WriteString(part)
		}
	}
	return out.String()
}

var texSigns = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "`", "\\`")

// fromMoodle reads the formulas of Moodle's Markdown.
func fromMoodle(text string) string {
	if !strings.Contains(text, `\\`) {
		return text
	}
	var out strings.Builder
	from := 0
	for piece := range syntax.Pieces(text) {
		if piece.Kind == syntax.Code && piece.Start >= from {
			withFormulas(&out, text[from:piece.Start])
			out.WriteString(text[piece.Start:piece.End])
			from = piece.End
		}
	}
	withFormulas(&out, text[from:])
	return out.String()
}

func withFormulas(out *strings.Builder, text string) {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out.WriteByte(text[i])
			continue
		}
		switch rest := text[i+1:]; {
		case strings.HasPrefix(rest, `\(`), strings.HasPrefix(rest, `\[`):
			shut, dollars := `\\)`, "$"
			if rest[1] == '[' {
				shut, dollars = `\\]`, "$$"
			}
			if end := strings.Index(rest[:min(len(rest), maxFormula)], shut); end > 2 {
				out.WriteString(dollars + strings.TrimSpace(markdownEscape.ReplaceAllString(rest[2:end],
					"$1")) + dollars)
				i += end + len(shut)
				continue
			}
		case strings.HasPrefix(rest, `\\(`), strings.HasPrefix(rest, `\\[`):
			out.WriteString(`\\` + rest[2:3])
			i += 3
			continue
		}
		out.WriteString(text[i : i+2])
		i++
	}
}

// maxFormula bounds a formula, in bytes.
const maxFormula = 4 << 10

var markdownEscape = lazyregexp.New(`\\([!-/:-@\[-` + "`" + `{-~])`)

// hasFormula reports whether card text has mathematics in it, a picture, or lines.
func untypable(text string) bool {
	if strings.Contains(text, "\n") {
		return true
	}
	return syntax.HasMath(text) || strings.Contains(text, "![")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
