package anki

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A table is a text file as Anki reads it: headers, then records.
type table struct {
	separator byte
	html      bool
	tags      []string // for all notes
	deck      string   // for notes that name none
	notetype  string   // likewise
	// Columns that are not fields, from 1; 0 where there is none.
	guidColumn, notetypeColumn, deckColumn, tagsColumn int

	rows     [][]string
	comments []string // lines that begin with "#" and are no headers
}

// Limits of a text file.
const (
	maxRows    = 1_000_000
	maxColumns = 256 // of a record: what is more is dropped as it is read, but for one
)

// readTable reads a text file. Leading lines that begin with "#" are headers.
func readTable(data []byte) (*table, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8 text")
	}
	t := &table{}
	data, htmlGiven := t.readHeaders(data)
	if t.separator == 0 {
		t.separator = guessSeparator(data)
	}
	for len(data) > 0 {
		if data[0] == '#' {
			line, _, _ := bytes.Cut(data, []byte("\n"))
			t.comment(line)
		}
		var row []string
		row, data = readRecord(data, t.separator)
		if row == nil {
			continue
		}
		if len(t.rows) == maxRows {
			return nil, fmt.Errorf("the file has more than %d records", maxRows)
		}
		t.rows = append(t.rows, row)
	}
	if !htmlGiven {
		t.html = looksLikeHTML(t.rows)
	}
	return t, nil
}

// readHeaders reads "#key:value" lines up to the first other line. Values follow
// their colon without a space, as Anki has it; unknown keys are comments.
func (t *table) readHeaders(data []byte) (rest []byte, htmlGiven bool) {
	for bytes.HasPrefix(data, []byte("#")) || bytes.HasPrefix(data, []byte("tags:")) {
		line, after, _ := bytes.Cut(data, []byte("\n"))
		data = after
		key, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimRight(string(line), "\r"), "#"), ":")
		index, _ := strconv.Atoi(strings.TrimRight(value, ",;\t "))
		switch strings.ToLower(key) {
		case "separator":
			t.separator = separatorNamed(value)
		case "html":
			switch strings.TrimRight(value, ",;\t ") {
			case "true":
				t.html, htmlGiven = true, true
			case "false":
				t.html, htmlGiven = false, true
			}
		case "tags":
			t.tags = strings.Fields(value)
		case "deck":
			t.deck = strings.TrimRight(value, ",;\t ")
		case "notetype":
			t.notetype = strings.TrimRight(value, ",;\t ")
		case "guid column":
			t.guidColumn = max(index, 0)
		case "notetype column":
			t.notetypeColumn = max(index, 0)
		case "deck column":
			t.deckColumn = max(index, 0)
		case "tags column":
			t.tagsColumn = max(index, 0)
		case "columns", "if matches", "match scope":
		default: // a header of a later Anki's, or a row of the list
			if !bytes.ContainsRune(line, ':') || bytes.ContainsRune(line, '\t') {
				t.comment(line)
			}
		}
	}
	return data, htmlGiven
}

// maxComments is how many comments are kept, to be named.
const maxComments = 10_000

func (t *table) comment(line []byte) {
	if line = bytes.TrimRight(line, "\r"); len(line) > 1 && len(t.comments) < maxComments {
		t.comments = append(t.comments, string(line))
	}
}

func separatorNamed(name string) byte {
	names := map[string]byte{"comma": ',', "semicolon": ';', "tab": '\t', "space": ' ', "pipe": '|', "colon": ':',
		`\t`: '\t'}
	if c, ok := names[strings.ToLower(strings.TrimRight(name, ",;"))]; ok {
		return c
	}
	if len(name) > 0 && strings.IndexByte(",;\t |:", name[0]) >= 0 {
		return name[0]
	}
	return 0
}

// guessSeparator takes the first of Anki's separators that the beginning of the
// file has, in Anki's order but for the colon, which any address on the web has.
func guessSeparator(data []byte) byte {
	data = data[:min(len(data), 8<<10)]
	for _, c := range []byte("\t|;,:") {
		if bytes.IndexByte(data, c) >= 0 {
			return c
		}
	}
	return ' '
}

// readRecord reads one record; nil for a blank line or a comment. Quotes
// around a field are doubled within it and may hold line ends. Of too many
// columns one is kept.
func readRecord(data []byte, separator byte) (row []string, rest []byte) {
	switch data[0] {
	case '\n', '\r':
		return nil, data[1:]
	case '#':
		_, rest, _ = bytes.Cut(data, []byte("\n"))
		return nil, rest
	}
	for {
		var field []byte
		if len(data) > 0 && data[0] == '"' {
			field, data = readQuoted(data[1:])
		}
		end := bytes.IndexFunc(data, func(r rune) bool { return r == rune(separator) || r == '\n' || r == '\r' })
		if end < 0 {
			end = len(data)
		}
		field = append(field, data[:end]...)
		if len(row) <= maxColumns {
			row = append(row, string(field))
		}
		if end == len(data) {
			return row, nil
		}
		last := data[end] != separator
		data = data[end+1:]
		if last {
			return row, data
		}
	}
}

// readQuoted reads up to the closing quote.
func readQuoted(data []byte) (field, rest []byte) {
	for {
		end := bytes.IndexByte(data, '"')
		if end < 0 {
			return append(field, data...), nil
		}
		field = append(field, data[:end]...)
		data = data[end+1:]
		if len(data) == 0 || data[0] != '"' {
			return field, data
		}
		field = append(field, '"')
		data = data[1:]
	}
}

// looksLikeHTML says that one of the first five records has a tag.
func looksLikeHTML(rows [][]string) bool {
	for _, row := range rows[:min(len(rows), 5)] {
		for _, field := range row {
			if anyTag.MatchString(field) {
				return true
			}
		}
	}
	return false
}
