package reading

import (
	"strings"

	"kartei/cmd/internal/show"
	"kartei/decks"
)

// Passage lays a passage out. The rows of a table that are facts have a mark, if there
// are marks.
func Passage(page show.Page, p *decks.Passage, marks map[string]Mark) []string {
	if !p.IsTable() {
		return page.Markdown(p.Text)
	}
	t, wide := tableOf(p, marks, page.Bare)
	if page.Bare || wide <= page.Width {
		return page.Table(t)
	}
	return records(page, p, marks)
}

const gutter = 2 // between two columns of a table: see show.Table

// tableOf makes a table as show draws it, and says how many columns of a terminal it
// takes. Marks are words where signs would not be heard.
func tableOf(p *decks.Passage, marks map[string]Mark, inWords bool) (t show.Table, wide int) {
	marked := marks != nil && hasFacts(p)
	if marked {
		t.Columns = append(t.Columns, show.Column{Whole: true})
	}
	for _, title := range p.Columns {
		t.Columns = append(t.Columns, show.Column{Title: show.Inline(title), Whole: true})
	}
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = show.Width(c.Title)
	}
	for _, r := range p.Rows {
		var row []show.Cell
		if marked {
			mark := markOf(r, marks)
			sign := signs[mark]
			if inWords {
				sign = mark.String()
			}
			row = append(row, show.Cell{Text: sign, Style: styles[mark]})
		}
		for _, cell := range r.Cells {
			row = append(row, show.Cell{Text: show.Inline(cell)})
		}
		for i, c := range row {
			widths[i] = max(widths[i], show.Width(c.Text))
		}
		t.Rows = append(t.Rows, row)
	}
	for _, w := range widths {
		wide += w + gutter
	}
	return t, wide - gutter
}

func hasFacts(p *decks.Passage) bool {
	for _, r := range p.Rows {
		if r.Key != "" {
			return true
		}
	}
	return false
}

func markOf(r decks.Row, marks map[string]Mark) Mark {
	if r.Key == "" {
		return NoMark
	}
	return max(marks[r.Key], Unseen)
}

// records lays a table out that is too wide for the page: for each row its first cell,
// and below it the others with their titles.
func records(page show.Page, p *decks.Passage, marks map[string]Mark) []string {
	var lines []string
	for _, r := range p.Rows {
		mark := NoMark
		if marks != nil {
			mark = markOf(r, marks)
		}
		sign := signs[mark] + " "
		inner := page
		inner.Width -= show.Width(sign)
		for i, l := range inner.Styled(show.Bold, r.Cells[0]) {
			before := strings.Repeat(" ", show.Width(sign))
			if i == 0 {
				before = page.Palette.Paint(styles[mark], sign)
			}
			lines = append(lines, before+l)
		}
		for i, cell := range r.Cells[1:] {
			if cell != "" {
				lines = append(lines, indented(narrower(page).Markdown(p.Columns[i+1]+": "+cell))...)
			}
		}
	}
	return lines
}
