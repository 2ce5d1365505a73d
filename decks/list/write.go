package list

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/spreadsheet"
)

// written are the columns of a list that goes out; those that stay empty are left
// out.
var written = []Role{ID, Front, Back, Tags, Note, Hint, Source}

// Write writes decks as one list with a header, one row a card; a card and its
// reverse make one row.
func Write(w io.Writer, separator byte, all ...foreign.Contents) (left []foreign.Left, err error) {
	var rows []map[Role]string
	used := map[Role]bool{Front: true, Back: true}
	for _, c := range all {
		for fact, err := range c.Facts {
			if err != nil {
				return left, err
			}
			for i := range fact.Cards {
				if isReverse(fact, i) {
					continue
				}
				row, lost := rowOf(fact, &fact.Cards[i])
				if lost != nil {
					left = append(left, *lost)
				}
				if row == nil {
					continue
				}
				for role, cell := range row {
					used[role] = used[role] || cell != ""
				}
				rows = append(rows, row)
			}
		}
	}
	out := bufio.NewWriter(w)
	columns := slices.DeleteFunc(slices.Clone(written), func(r Role) bool { return !used[r] })
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = string(c)
	}
	writeLine(out, separator, line)
	for _, row := range rows {
		for i, c := range columns {
			line[i] = guard(unlikeHTML(row[c]))
		}
		writeLine(out, separator, line)
	}
	return left, out.Flush()
}

// isReverse reports whether a card asks the other way round what one before it asks.
func isReverse(f *decks.Fact, i int) bool {
	c := &f.Cards[i]
	return c.Kind == decks.Recall && slices.ContainsFunc(f.Cards[:i], func(before decks.Card) bool {
		return before.Kind == decks.Recall && before.Prompt == c.Answer && before.Answer == c.Prompt
	})
}

// rowOf is the row of a card, and what of it is left out.
func rowOf(f *decks.Fact, c *decks.Card) (map[Role]string, *foreign.Left) {
	var right []string
	wrong := 0
	switch c.Kind {
	case decks.Set, decks.Sequence:
		right = c.Items
	default:
		if c.Answer != "" {
			right = append(right, c.Answer)
		}
		for _, o := range c.Options {
			if o.Right {
				right = append(right, o.Text)
			} else {
				wrong++
			}
		}
	}
	for i := range right {
		right[i] = factfile.Plain(right[i])
	}
	id := f.Key
	if len(f.Cards) > 1 && !isReverse(f, len(f.Cards)-1) {
		id += "-" + c.Name
	}
	row := map[Role]string{ID: id, Front: factfile.Plain(c.Prompt), Back: strings.Join(right, "; "),
		Tags: strings.Join(c.Tags, " "),
		Note: factfile.Plain(c.Note), Hint: factfile.Plain(c.Hint), Source: c.Source}
	if row[Front] == "" || row[Back] == "" {
		lost := foreign.LeftCard(f, fmt.Errorf("nothing is left of a text without pictures"))
		return nil, &lost
	}
	if wrong > 0 {
		lost := foreign.LeftCard(f, fmt.Errorf("a list has no room for wrong answers"))
		lost.Part = true
		return row, &lost
	}
	return row, nil
}

func writeLine(out *bufio.Writer, separator byte, cells []string) {
	for i, c := range cells {
		if i > 0 {
			out.WriteByte(separator)
		}
		if strings.ContainsAny(c, "\"\n\r\t,;") && (separator != '\t' || strings.ContainsAny(c, "\"\n\r\t")) ||
			strings.TrimSpace(c) != c {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		out.WriteString(c)
	}
	out.WriteString("\n")
}

// unlikeHTML writes a text that would be read as HTML as the HTML that shows it.
func unlikeHTML(text string) string {
	if looksLikeHTML(text) {
		return strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text)
	}
	return text
}

// guard keeps a spreadsheet from taking a cell for a formula; unguard takes that
// back.
func guard(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok &&
		spreadsheet.Guard(strings.TrimLeft(rest, "'")) != strings.TrimLeft(rest, "'") {
		return "'" + cell
	}
	return spreadsheet.Guard(cell)
}

func unguard(cell string) string {
	rest, ok := strings.CutPrefix(cell, "'")
	if bare := strings.TrimLeft(rest, "'"); ok && spreadsheet.Guard(bare) != bare {
		return rest
	}
	return cell
}
