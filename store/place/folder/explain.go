package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"kartei/store/place"
	"kartei/store/plainfile"
)

// gone is the error of a folder that cannot be opened: if it is not there, it may be
// there later.
func gone(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: there is no folder %s", place.ErrUnreachable, path)
	}
	return kindOf(err)
}

// explain says of what kind a failure in the folder is.
func (f *Folder) explain(err error) error {
	if err == nil {
		return nil
	}
	if _, away := os.Stat(f.path); away != nil {
		return gone(f.path, away)
	}
	return kindOf(err)
}

// kindOf names the kind of a failure. The cause is said and not wrapped: it is that of
// the place, and nothing is wrong with the disk of the collection.
func kindOf(err error) error {
	for _, k := range []struct {
		kind error
		is   []error
	}{
		{place.ErrNotFound, []error{fs.ErrNotExist, plainfile.ErrNotPlain}},
		{place.ErrExists, []error{fs.ErrExist}},
		{place.ErrRefused, append(refused, fs.ErrPermission)},
		{place.ErrFull, full},
		{place.ErrUnreachable, away},
	} {
		if slices.ContainsFunc(k.is, func(is error) bool { return errors.Is(err, is) }) {
			return fmt.Errorf("%w: %v", k.kind, err)
		}
	}
	return err
}
