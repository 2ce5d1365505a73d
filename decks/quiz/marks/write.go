package marks

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"kartei/decks/spreadsheet"
)

// A Layout is whom a list is for.
type Layout string

// The layouts of lists.
const (
	Own    Layout = ""       // all there is, for a spreadsheet
	Moodle Layout = "moodle" // Moodle's "import grades from CSV"
	Canvas Layout = "canvas" // Canvas's gradebook import
)

// Layouts are those that are for a platform.
var Layouts = []Layout{Moodle, Canvas}

// Write writes the list as CSV (RFC 4180). In a platform's layout are only
// students who are surely meant: [List.In] tells the others. No text of a
// student is taken for a formula.
func (l *List) Write(w io.Writer, layout Layout) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	switch layout {
	case Moodle:
		l.moodle(out)
	case Canvas:
		l.canvas(out)
	default:
		l.own(out)
	}
	out.Flush()
	return out.Error()
}

var ownColumns = []string{"student", "name", "id", "email", "section", "version", "total", "of", "percent", "mark",
	"minutes", "allowed", "late", "lost", "more_attempts", "state", "remarks", "file"}

func (l *List) own(out *csv.Writer) {
	head := ownColumns
	for i := range l.questions {
		head = append(head[:len(head):len(head)], "q"+strconv.Itoa(i+1))
	}
	out.Write(head)
	for i := range l.Rows {
		row := &l.Rows[i]
		cells := append(l.who(row), l.how(row)...)
		out.Write(append(cells, l.each(row)...))
	}
}

// who are the cells that tell the student.
func (l *List) who(row *Row) []string {
	e := row.Entry
	if e == nil {
		e = &Entry{}
	}
	version := e.Version
	if row.Result != nil {
		version = row.Result.Version
	}
	return []string{Cell(row.name()), Cell(e.Name), Cell(e.ID), Cell(e.Email), Cell(row.section()), version}
}

// how are the cells that tell what was reached.
func (l *List) how(row *Row) []string {
	s := row.Result
	if s == nil {
		return []string{"", "", "", "", "", "", "", "", "", string(row.State), "", ""}
	}
	points, of := l.Points(row), float64(s.Of)
	var remarks []string
	for _, r := range s.Remarks {
		remarks = append(remarks, r.Message)
	}
	percent := ""
	if of > 0 {
		percent = decimal(100 * points / of)
	}
	return []string{decimal(points), strconv.Itoa(s.Of), percent, Cell(l.Scale.Mark(points, of)), Minutes(s.Working),
		Minutes(s.Allowed), Minutes(s.Late),
		decimal(s.Total() - points), strconv.Itoa(s.Attempts), string(row.State), Cell(strings.Join(remarks, "; ")),
		Cell(s.File)}
}

// each are the marks of questions; empty for those that were left out.
func (l *List) each(row *Row) []string {
	cells := make([]string, l.questions)
	if row.Result == nil {
		return cells
	}
	for j, m := range row.Result.Marks {
		switch {
		case row.Result.Form.Questions[j].Key.Excused:
			cells[j] = "excused"
		case row.Result.Answered[j]:
			cells[j] = strconv.FormatFloat(m, 'f', -1, 64)
		}
	}
	return cells
}

// Minutes writes a time in minutes; empty if it is none.
func Minutes(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return decimal(d.Minutes())
}

// Cell is a text that no spreadsheet takes for a formula.
func Cell(text string) string { return spreadsheet.Guard(text) }

// sure reports whether a row can go to a platform without a doubt whose it is.
func (r *Row) sure() bool { return r.State == Fine }

// Nameless are students whom a platform could not find: Moodle goes by what the
// list tells of them, and nothing that it takes is there.
func (l *List) Nameless(layout Layout) (names []string) {
	for i := range l.Rows {
		if row := &l.Rows[i]; layout == Moodle && row.sure() && row.nameless() {
			names = append(names, row.name())
		}
	}
	return names
}

func (r *Row) nameless() bool {
	return r.Entry != nil && r.Entry.Login == "" && r.Entry.ID == "" && r.Entry.Email == ""
}

// moodle writes what "Import > CSV file" maps: a column that names the student,
// and the points. Which one names is chosen there.
func (l *List) moodle(out *csv.Writer) {
	title := cmp.Or(l.Title, "Quiz")
	out.Write([]string{"Username", "ID number", "Email address", Cell(title), Cell(title + " (feedback)")})
	for i := range l.Rows {
		row := &l.Rows[i]
		if !row.sure() || row.nameless() {
			continue
		}
		e := Entry{Login: row.name()}
		if row.Entry != nil {
			e = *row.Entry
		}
		points, of := l.Points(row), float64(row.Result.Of)
		out.Write([]string{Cell(e.Login), Cell(e.ID), Cell(e.Email), decimal(l.Scale.points(points, of)),
			Cell(feedback(l, points, of))})
	}
}

func feedback(l *List, points, of float64) string {
	text := fmt.Sprintf("%s of %s", decimal(points), decimal(of))
	if len(l.Scale.steps) > 0 {
		text += ": " + l.Scale.Mark(points, of)
	}
	return text
}

// canvas writes the columns of Canvas's own export, with its row of points.
func (l *List) canvas(out *csv.Writer) {
	out.Write([]string{"Student", "ID", "SIS User ID", "SIS Login ID", "Section", Cell(cmp.Or(l.Title, "Quiz"))})
	best := 0.0
	for i := range l.Rows {
		if r := l.Rows[i].Result; r != nil {
			best = max(best, l.Scale.best(float64(r.Of)))
		}
	}
	out.Write([]string{"    Points Possible", "", "", "", "", decimal(best)})
	for i := range l.Rows {
		row := &l.Rows[i]
		if !row.sure() {
			continue
		}
		e := Entry{Name: row.name(), Login: row.name()}
		if row.Entry != nil {
			e = *row.Entry
		}
		points, of := l.Points(row), float64(row.Result.Of)
		out.Write([]string{Cell(e.Name), Cell(e.Canvas), Cell(e.ID), Cell(e.Login), Cell(row.section()),
			decimal(l.Scale.points(points, of))})
	}
}
