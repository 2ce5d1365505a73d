package anki

import (
	"fmt"
	"strings"

	"kartei/decks/lazy"
)

// takeFormulas replaces formulas, whose HTML is no markup, by places that write
// fills in.
func (d *textBuilder) takeFormulas(source string) string {
	if !strings.ContainsAny(source, `\[`) {
		return source
	}
	return formulaPattern().ReplaceAllStringFunc(source, func(match string) string {
		at := formulaPattern().FindStringSubmatch(match)
		display, text := false, ""
		switch {
		case at[1] != "":
			text = at[1]
		case at[2] != "":
			display, text = true, at[2]
		case at[3] != "":
			text = at[3]
		case at[4] != "":
			display, text = true, at[4]
		default:
			text = strings.Trim(strings.TrimSpace(at[5]), "$")
			d.losses.add("LaTeX", match)
		}
		var plain strings.Builder
		for _, t := range tokens(text) {
			plain.WriteString(t.text)
			if t.name == "br" || t.name == "div" {
				plain.WriteByte(' ')
			}
		}
		d.formulas = append(d.formulas, formulaText(plain.String(), display))
		return fmt.Sprintf("\uFDD5%d\uFDD6", len(d.formulas)-1)
	})
}

var (
	formulaPattern = lazy.Regexp(`(?s)\\\((.*?)\\\)|\\\[(.*?)\\\]|\[\$\](.*?)\[/\$\]|\[\$\$\](.*?)\[/\$\$\]|\[latex\](.*?)\[/latex\]`)
	formulaPlace   = lazy.Regexp("\uFDD5([0-9]+)\uFDD6|\\[sound:([^\\]]+)\\]")
)

// formulaText writes a formula between dollars, or as code where it has some
// itself. A deletion within it, which the fact language does not see, becomes
// one of the whole formula.
func formulaText(text string, display bool) string {
	before, after := "", ""
	if i := strings.IndexRune(text, markOpen); i >= 0 {
		number, _, _ := strings.Cut(text[i+len(string(markOpen)):], string(markSplit))
		before, after = string(markOpen)+number+string(markSplit), string(markClose)
		text = openPattern().ReplaceAllString(text, "")
		text = strings.NewReplacer(string(markSplit), "", string(markClose), "").Replace(text)
	}
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return ""
	case strings.Contains(text, "$"):
		return before + codeSpan(text) + after
	case display:
		return before + "$$" + text + "$$" + after
	}
	return before + "$" + text + "$" + after
}

var openPattern = lazy.Regexp(string(markOpen) + "[0-9]+" + string(markSplit))
