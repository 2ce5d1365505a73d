package transfer

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

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
