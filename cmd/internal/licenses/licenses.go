// Package licenses holds the notices that those who wrote the libraries in the
// program ask for: one for each module that is linked on any system, and Go's own.
package licenses

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

//go:generate go run generate.go

// packed is NOTICES.txt.
//
//go:embed notices.txt.gz
var packed []byte

// Write writes all notices.
func Write(w io.Writer) error {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		_, err = io.Copy(w, z)
	}
	return err
}
