package anki

import (
	"bytes"
	"strings"
)

// An ankiFile is what Anki makes of a text file: a model of its reader, written
// from the rules of the csv-core library as Anki sets it up (a comment
// character, quotes doubled, any number of fields, any line end), and shown by
// TestAnki to agree with the real one.
type ankiFile struct {
	headers map[string]string
	rows    [][]string
}

func readAsAnki(data []byte) ankiFile {
	file := ankiFile{headers: map[string]string{}}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for bytes.HasPrefix(data, []byte("#")) {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		key, value, _ := strings.Cut(string(line[1:]), ":")
		file.headers[strings.ToLower(key)] = value
		data = rest
	}
	for len(data) > 0 {
		switch data[0] {
		case '\r', '\n':
			data = data[1:]
		case '#':
			if end := bytes.IndexByte(data, '\n'); end >= 0 {
				data = data[end+1:]
			} else {
				data = nil
			}
		default:
			var row []string
			row, data = readRow(data)
			file.rows = append(file.rows, row)
		}
	}
	return file
}

func readRow(data []byte) (row []string, rest []byte) {
	for {
		var field []byte
		quoted := len(data) > 0 && data[0] == '"'
		if quoted {
			data = data[1:]
		}
		for len(data) > 0 {
			c := data[0]
			switch {
			case quoted && c == '"' && len(data) > 1 && data[1] == '"':
				data = data[1:]
			case quoted && c == '"':
				quoted = false
				data = data[1:]
				continue
			case !quoted && (c == '\t' || c == '\n' || c == '\r'):
				goto end
			}
			field = append(field, c)
			data = data[1:]
		}
	end:
		row = append(row, string(field))
		if len(data) == 0 {
			return row, nil
		}
		c := data[0]
		data = data[1:]
		if c != '\t' {
			return row, data
		}
	}
}
