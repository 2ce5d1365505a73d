package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/store/place"
	"kartei/store/place/folder"
)

// placeAddress is what is kept of a place that was typed: of a folder its path, whole.
func placeAddress(word string) (string, error) {
	if strings.Contains(word, "://") {
		return word, nil
	}
	return filepath.Abs(word)
}

// openPlace opens the place at an address.
func openPlace(_ context.Context, address string) (place.Place, error) {
	if scheme, _, found := strings.Cut(address, "://"); found {
		return nil, fault.Usagef("a place is a folder", "%s:// is not a kind of place", scheme)
	}
	return folder.Open(address)
}

// makePlace makes the folder of a place that is to begin, if only that is not there.
func makePlace(address string) error {
	if strings.Contains(address, "://") {
		return nil
	}
	if err := os.Mkdir(address, 0o777); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}
