package transfer

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// WriteRow writes a row as a line of an export.
func WriteRow(lines *json.Encoder, r *journal.Row) error {
	line, err := lineOf(r)
	if err != nil {
		return err
	}
	return lines.Encode(formLine{Row: line})
}

// ReadRow reads a line of an export that is a row, but for what the row before says.
// Whether it is what was written is for [journal.Tip.Follow] to say.
func ReadRow(line []byte) (r journal.Row, err error) {
	var l struct {
		Row *rowLine `json:"row"`
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&l); err != nil {
		return r, err
	}
	if l.Row == nil {
		return r, errors.New("the line is not a row")
	}
	return l.Row.row()
}

// fields calls each with every column that a line has, and its field there.
func (l *rowLine) fields(each func(c *sqlite.Column[journal.Row], field reflect.Value) error) error {
	line, i := reflect.ValueOf(l).Elem(), 1 // after the device
	for n := range table.Log {
		if c := &table.Log[n]; c.Key != "" {
			if err := each(c, line.Field(i)); err != nil {
				return err
			}
			i++
		}
	}
	return nil
}

// lineOf is a row as a line.
func lineOf(r *journal.Row) (*rowLine, error) {
	l := &rowLine{Device: r.Device}
	return l, l.fields(func(c *sqlite.Column[journal.Row], field reflect.Value) error {
		switch value := c.Value(r).(type) {
		case int64:
			field.SetInt(value)
		case []byte:
			field.SetString(hex.EncodeToString(value))
		case string:
			if field.Kind() == reflect.String {
				field.SetString(value)
			} else {
				field.SetBytes([]byte(value))
			}
		}
		return nil
	})
}

// row is a line as a row, but for what the row before says.
func (l *rowLine) row() (r journal.Row, err error) {
	r.Device = l.Device
	err = l.fields(func(c *sqlite.Column[journal.Row], field reflect.Value) error {
		switch at := c.At(&r).(type) {
		case *int64:
			*at = field.Int()
		case *string:
			*at = field.String()
		case *sqlite.JSON:
			*at = sqlite.JSON(compact(field.Bytes()))
		case sqlite.Blob:
			if text := field.String(); hex.EncodedLen(len(at)) == len(text) {
				_, _ = hex.Decode(at, []byte(text)) // what is not one is not the row's
			}
		case interface{ Scan(any) error }:
			if err := at.Scan(field.Int()); err != nil {
				return fmt.Errorf("%s: %w", c.Key, err)
			}
		}
		return nil
	})
	if err == nil {
		err = json.Unmarshal([]byte(r.Written), &r.Detail)
	}
	return r, err
}
