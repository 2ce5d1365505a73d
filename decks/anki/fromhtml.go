package anki

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A converter makes card text of the HTML of Anki's fields, and counts what
// card text has no room for.
type converter struct {
	media  string          // folder of the pictures and sounds, as written in links
	used   map[string]bool // names of those that were met
	missed map[string]bool // those of them that are told of already
	// picture says why a picture cannot be shown, in words of a loss; nil knows none.
	picture func(name string) string
	losses  *lossList
	spent   int64 // bytes of HTML that were converted
}

// markdown converts a field. With deletions, "{{c1::…}}" become deletions of
// the fact language, and other braces are literal.
func (c *converter) markdown(source string, deletions bool) string {
	c.spent += int64(len(source))
	source = hide.Replace(clean(source))
	d := textBuilder{converter: c, deletions: deletions}
	if deletions {
		source = c.markDeletions(source)
	}
	source = d.takeFormulas(source)
	for _, t := range tokens(source) {
		if t.name == "" {
			d.write(t.text)
		} else {
			d.tag(t)
		}
	}
	d.endBlock()
	text := d.out.String()
	if d.single != "" {
		text = d.single
	}
	return unhide.Replace(unmark(text))
}

// unmark writes deletions in the way of the fact language.
func unmark(text string) string { return braces.Replace(text) }

var braces = strings.NewReplacer(string(markOpen), "{{", string(markSplit), "::", string(markClose), "}}")

var deletionStart = regexp.MustCompile(`^\{\{c(\d{1,3})(?:,\d+)*::`)

// markDeletions puts marks in the place of the braces of deletions. Deletions
// within deletions, which the fact language does not have, lose their braces.
func (c *converter) markDeletions(source string) string {
	var out strings.Builder
	depth, split := 0, false
	for len(source) > 0 {
		i := strings.IndexAny(source, "{}:")
		if i < 0 {
			break
		}
		out.WriteString(source[:i])
		source = source[i:]
		if at := deletionStart.FindStringSubmatchIndex(source); at != nil {
			if depth++; depth == 1 {
				number, _ := strconv.Atoi(source[at[2]:at[3]])
				fmt.Fprintf(&out, "%c%d%c", markOpen, number, markSplit)
				split = false
			} else {
				c.losses.add("deletion within a deletion", source)
			}
			source = source[at[1]:]
			continue
		}
		switch {
		case depth > 0 && strings.HasPrefix(source, "}}"):
			if depth--; depth == 0 {
				out.WriteRune(markClose)
			}
			source = source[2:]
		case depth == 1 && !split && strings.HasPrefix(source, "::"):
			out.WriteRune(markSplit)
			split = true
			source = source[2:]
		case depth > 1 && strings.HasPrefix(source, "::"): // the hint of an inner one
			end := strings.Index(source, "}}")
			if end < 0 {
				end = len(source)
			}
			source = source[end:]
		default:
			out.WriteByte(source[0])
			source = source[1:]
		}
	}
	out.WriteString(source)
	if depth > 0 {
		out.WriteRune(markClose)
	}
	return out.String()
}
