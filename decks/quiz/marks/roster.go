package marks

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kartei/decks/quiz"
	"kartei/decks/textfile"
)

// Limits on a table.
const (
	maxTable    = 16 << 20 // bytes
	maxColumns  = 2000
	maxStudents = 100_000
)

// A Roster is the list of a class.
type Roster struct {
	Students []Entry
	names    map[string][]int // entries, by each of their names
}

// An Entry is a student of a list; what it does not tell is empty.
type Entry struct {
	Pseudonym string // under which results are handed in
	Name      string
	Email     string
	ID        string // number at the school, as Moodle's "ID number" and Canvas's "SIS User ID"
	Login     string
	Canvas    string // Canvas's own number
	Section   string
	Version   string // of the test
	Time      time.Duration
	Factor    float64 // of the usual time
}

// Allowed is the time that the student has where others have the usual one; 0
// is that one.
func (e *Entry) Allowed(usual time.Duration) time.Duration {
	if e.Factor > 0 {
		return time.Duration(float64(usual) * e.Factor).Round(time.Second)
	}
	return e.Time
}

// names are the columns that are known, by what lists call them.
var columns = map[string]string{
	"pseudonym": "pseudonym", "alias": "pseudonym", "nickname": "pseudonym", "result": "pseudonym",
	"name": "name", "full name": "name", "student": "name", "student name": "name",
	"first name": "first", "vorname": "first", "last name": "last", "surname": "last", "nachname": "last",
	"email": "email", "e-mail": "email", "email address": "email", "e-mail-adresse": "email", "mail": "email",
	"id number": "number", "student id": "number", "student number": "number", "sis user id": "number",
	"matrikelnummer": "number", "id-nummer": "number",
	"id": "id", "username": "login", "login": "login", "sis login id": "login", "anmeldename": "login",
	"benutzername": "login",
	"section":      "section", "group": "section", "groups": "section", "gruppe": "section", "gruppen": "section",
	"kurs":    "section",
	"version": "version", "time": "time", "extra time": "time", "factor": "time", "zeit": "time", "faktor": "time",
}

// naming are the columns any of which tells who a student is.
var naming = []string{"pseudonym", "name", "last", "email", "number", "id", "login"}

// ReadRoster reads a list of students: CSV with a header, separated by commas,
// semicolons or tabs, as Moodle and Canvas write it or as one writes it by hand.
// Columns that are not known are left alone. An error is a [*quiz.SyntaxError].
func ReadRoster(file string, in io.Reader) (*Roster, error) {
	r := &Roster{names: map[string][]int{}}
	var place map[string]int
	err := readTable(file, in, func(row row) error {
		if place == nil {
			place = row.places(columns)
			if !slices.ContainsFunc(naming, func(c string) bool { _, ok := place[c]; return ok }) {
				return errors.New("no column of this list names students: call one pseudonym, name, email or username")
			}
			return nil
		}
		entry, err := row.entry(place)
		switch {
		case err != nil:
			return err
		case !entry.named():
			return nil
		case len(r.Students) == maxStudents:
			return fmt.Errorf("a list has at most %d students", maxStudents)
		}
		r.add(entry)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if place == nil {
		return nil, &quiz.SyntaxError{File: file, Line: 1, Problem: "this list is empty"}
	}
	return r, nil
}

// named reports whether a row names a student: Canvas has a row of points
// possible, and a student who tries things out.
func (e *Entry) named() bool {
	return e.Pseudonym != "" && !strings.HasPrefix(e.Name, "Points Possible") && e.Name != "Student, Test"
}

func (r *Roster) add(e Entry) {
	at := len(r.Students)
	r.Students = append(r.Students, e)
	for _, name := range []string{e.Pseudonym, e.Login, e.ID, e.Email, e.Name, e.Canvas} {
		key := quiz.Pseudonym(name)
		if same := r.names[key]; key != "" && (len(same) == 0 || same[len(same)-1] != at) {
			r.names[key] = append(same, at)
		}
	}
}

// Find returns the entries that a name could be of.
func (r *Roster) Find(name string) []int { return r.names[quiz.Pseudonym(name)] }

// Named gives each entry by each name that is its alone, as [quiz.Pseudonym]
// writes it.
func (r *Roster) Named() iter.Seq2[string, *Entry] {
	return func(yield func(string, *Entry) bool) {
		for name, at := range r.names {
			if len(at) == 1 && !yield(name, &r.Students[at[0]]) {
				return
			}
		}
	}
}

// Doubled are the names under which more than one student would hand in.
func (r *Roster) Doubled() (names []string) {
	first, count := map[string]string{}, map[string]int{}
	for _, e := range r.Students {
		key := quiz.Pseudonym(e.Pseudonym)
		switch count[key]++; count[key] {
		case 1:
			first[key] = e.Pseudonym
		case 2:
			names = append(names, first[key])
		}
	}
	return names
}

// entry makes a student of a row.
func (row row) entry(place map[string]int) (e Entry, err error) {
	cell := func(column string) string {
		i, ok := place[column]
		if !ok || i >= len(row.cells) {
			return ""
		}
		return strings.TrimSpace(row.cells[i])
	}
	e = Entry{Pseudonym: cell("pseudonym"), Name: cell("name"), Email: cell("email"), ID: cell("number"),
		Login: cell("login"), Section: cell("section"), Version: strings.ToUpper(cell("version"))}
	if full := strings.TrimSpace(cell("first") + " " + cell("last")); e.Name == "" {
		e.Name = full
	}
	if _, canvas := place["number"]; canvas {
		e.Canvas = cell("id")
	} else {
		e.ID = cell("id")
	}
	for _, name := range []string{e.Login, e.Name, e.ID, e.Email} {
		if e.Pseudonym == "" {
			e.Pseudonym = name
		}
	}
	if e.Version != "" && !quiz.IsVersion(e.Version) {
		return e, fmt.Errorf("%q is not a version: write A or B", e.Version)
	}
	return e, e.setTime(cell("time"))
}

// setTime reads "90m", "90 min", "1.5", "1,5" or "150 %".
func (e *Entry) setTime(text string) error {
	text = strings.ToLower(strings.ReplaceAll(text, " ", ""))
	if text == "" {
		return nil
	}
	number, percent := strings.CutSuffix(text, "%")
	if f, err := strconv.ParseFloat(strings.ReplaceAll(number, ",", "."), 64); err == nil && f > 0 {
		if percent {
			f /= 100
		}
		if f < 1 || f > 10 {
			return fmt.Errorf("%q is not a factor of time from 1 to 10: write 1.5, or 90m for minutes", text)
		}
		e.Factor = f
		return nil
	}
	d, err := time.ParseDuration(strings.TrimSuffix(text, "in"))
	if err != nil || d < time.Second || d > 24*time.Hour {
		return fmt.Errorf("%q is not a time: write 90m, or a factor as 1.5", text)
	}
	e.Time = d
	return nil
}

// A row is a record of a table and the line that it begins in.
type row struct {
	line  int
	cells []string
}

// places tells which column is which, by what they are called; the first of a
// kind counts.
func (row row) places(columns map[string]string) map[string]int {
	place := map[string]int{}
	for i, title := range row.cells {
		if column, ok := columns[strings.ToLower(strings.TrimSpace(title))]; ok {
			if _, twice := place[column]; !twice {
				place[column] = i
			}
		}
	}
	return place
}

// readTable reads CSV whose separator is the one of , ; and tab that its first
// line has most of, without the characters that steer a terminal. The cells of
// a row are only lent; an error of each gets its line.
func readTable(file string, in io.Reader, each func(row) error) error {
	fail := func(line int, problem string) error {
		return &quiz.SyntaxError{File: file, Line: line, Problem: problem}
	}
	data, err := io.ReadAll(io.LimitReader(in, maxTable+1))
	switch {
	case err != nil:
		return fmt.Errorf("read %s: %w", file, err)
	case len(data) > maxTable:
		return fail(1, fmt.Sprintf("the file has more than %d MiB", maxTable>>20))
	case !utf8.Valid(data):
		return fail(1+bytes.Count(data[:firstInvalid(data)], []byte("\n")),
			"this line is not UTF-8: save the table as CSV UTF-8")
	}
	text := textfile.Clean(string(data))
	comma := separator(text)
	line := 0
	for text := range strings.Lines(text) {
		if line++; strings.Count(text, string(comma)) > maxColumns {
			return fail(line, fmt.Sprintf("a table has at most %d columns", maxColumns))
		}
	}
	table := csv.NewReader(strings.NewReader(text))
	table.Comma, table.FieldsPerRecord, table.LazyQuotes, table.ReuseRecord = comma, -1, true, true
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fail(1, err.Error())
		}
		line, _ := table.FieldPos(0)
		if err := each(row{line, cells}); err != nil {
			return fail(line, err.Error())
		}
	}
}

// separator is the one of , ; and tab that the first line has most of.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	comma := ','
	for _, c := range ";\t" {
		if strings.Count(first, string(c)) > strings.Count(first, string(comma)) {
			comma = c
		}
	}
	return comma
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}
