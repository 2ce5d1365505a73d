package anki

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/html"
	"kartei/decks/lazyregexp"
	"kartei/decks/syntax"
)

// A converter makes card text of the HTML of Anki's fields, and counts what
// card text has no room for.
type converter struct {
	html   html.Converter
	media  string          // folder of the pictures and sounds, as written in links
	used   map[string]bool // names of those that were met
	missed map[string]bool // those of them that were reported
	// picture says why a picture cannot be shown, in words of a loss; nil knows none.
	picture func(name string) string
	losses  *lossList
	only    int   // the number of the deletions that are some; 0: all are, below 0: none is
	spent   int64 // bytes of HTML that were converted
}

func newConverter(media string) *converter {
	c := &converter{media: media, used: map[string]bool{}, missed: map[string]bool{}, losses: newLossList()}
	c.html = html.Converter{Sounds: true, File: c.file, Lost: c.losses.add}
	return c
}

// markdown converts a field. With deletions, "{{c1::…}}" become deletions of
// the fact language, and other braces are literal.
func (c *converter) markdown(source string, deletions bool) string {
	source = emptyDrawings(source)
	c.spent += int64(len(source))
	source = clean(source)
	c.html.Deletions = deletions
	if !deletions {
		return syntax.Quote(c.html.Text(source))
	}
	source = c.markDeletions(hideReferences(hide.Replace(source)))
	return unhide.Replace(unmark(syntax.Quote(c.html.Text(source), '{', '}')))
}

// speaks reports whether the text of a field has a letter, where that is plain to see.
func (c *converter) speaks(source string) bool {
	control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }
	return !strings.Contains(source, "</svg>") && !strings.ContainsFunc(source, control) && c.html.Speaks(source)
}

// emptyDrawings leaves of drawings within a text the tags: nothing in them is shown
// here, and some are longer than all the text around them.
func emptyDrawings(source string) string {
	if !strings.Contains(source, "</svg>") {
		return source
	}
	var out strings.Builder
	for {
		start := strings.Index(source, "<svg")
		if start < 0 {
			break
		}
		end := strings.Index(source[start:], "</svg>")
		if end < 0 {
			break
		}
		out.WriteString(source[:start] + "<svg></svg>")
		source = source[start+end+len("</svg>"):]
	}
	out.WriteString(source)
	return out.String()
}

// hideReferences keeps references to the characters of marks apart from marks.
func hideReferences(source string) string {
	if !strings.Contains(source, "&#") {
		return source
	}
	return markReference.ReplaceAllStringFunc(source,
		func(reference string) string { return hide.Replace(html.Words(reference, 0)) })
}

var markReference = lazyregexp.New(`&#(?:[xX]0*298[234]|0*1062[678])(?:;|\b)`)

// file is what a picture or a sound of a field is here.
func (c *converter) file(kind html.FileKind, source string) html.File {
	what := map[html.FileKind]string{html.Picture: "picture", html.Sound: "sound", html.Linked: "linked file"}[kind]
	if strings.HasPrefix(source, "data:") {
		c.losses.add(what+" within the text", "")
		return html.File{Told: true}
	}
	if kind == html.Linked {
		return html.File{}
	}
	if name, err := url.PathUnescape(source); err == nil && kind == html.Picture {
		source = name
	}
	source = clean(source)
	if !flat(source) {
		c.losses.add(what+" with an unusable name", source)
		return html.File{Told: true}
	}
	c.used[source] = true
	f := html.File{Path: parentheses.Replace((&url.URL{Path: c.media + source}).EscapedPath()), Label: source}
	if kind == html.Picture && c.picture != nil {
		if problem := c.picture(source); problem != "" {
			f.Link = true
			if !c.missed[source] {
				c.losses.add(problem, source)
				c.missed[source] = true
			}
		}
	}
	return f
}

var parentheses = strings.NewReplacer("(", "%28", ")", "%29")

// unmark writes deletions in the way of the fact language.
func unmark(text string) string { return braces.Replace(text) }

var braces = strings.NewReplacer(string(markOpen), "{{", string(markSplit), "::", string(markClose), "}}")

var deletionStart = lazyregexp.New(`^\{\{c(\d+(?:,\d+)*)::`)

// numbersOf writes the numbers of a deletion in the way of the fact language; "" where
// none of them makes a card.
func numbersOf(numbers string) string {
	kept := slices.DeleteFunc(strings.Split(numbers, ","), func(n string) bool {
		return len(n) > 3 || strings.Trim(n, "0") == ""
	})
	if len(kept) > 1 {
		return "c" + strings.Join(kept, ",")
	}
	return strings.Join(kept, "")
}

// asked leaves of a deletion's numbers the one that is asked for.
func (c *converter) asked(numbers string) string {
	only := strconv.Itoa(c.only)
	switch {
	case c.only == 0:
		return numbers
	case slices.Contains(strings.Split(strings.TrimPrefix(numbers, "c"), ","), only):
		return only
	}
	return ""
}

// reveal is a field with what its deletions hide.
func reveal(field string) string {
	if !strings.Contains(field, "{{c") {
		return field
	}
	return (&converter{only: -1, losses: newLossList()}).markDeletions(field)
}

// markDeletions puts marks in the place of the braces of deletions. Deletions
// within deletions, which the fact language does not have, lose their braces.
func (c *converter) markDeletions(source string) string {
	var out strings.Builder
	depth, split, shown := 0, false, false // shown: by every card
	for len(source) > 0 {
		i := strings.IndexAny(source, "{}:")
		if i < 0 {
			break
		}
		out.WriteString(source[:i])
		source = source[i:]
		if at := deletionStart.FindStringSubmatchIndex(source); at != nil {
			if depth++; depth == 1 {
				numbers := c.asked(numbersOf(source[at[2]:at[3]]))
				split, shown = false, numbers == ""
				if !shown {
					fmt.Fprintf(&out, "%c%s%c", markOpen, numbers, markSplit)
				} else if c.only == 0 {
					c.losses.add("deletion whose number makes no card", source)
				}
			} else {
				c.losses.add("deletion within a deletion", source)
			}
			source = source[at[1]:]
			continue
		}
		switch {
		case depth > 0 && strings.HasPrefix(source, "}}"):
			if depth--; depth == 0 && !shown {
				out.WriteRune(markClose)
			}
			source = source[2:]
		case depth == 1 && !shown && !split && strings.HasPrefix(source, "::"):
			out.WriteRune(markSplit)
			split = true
			source = source[2:]
		case (depth > 1 || depth > 0 && shown) && strings.HasPrefix(source, "::"): // the hint of one that is shown
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
	if depth > 0 && !shown {
		out.WriteRune(markClose)
	}
	return out.String()
}
