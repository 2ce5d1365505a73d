package cli

import (
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"kartei/cmd/internal/fault"
	"kartei/cmd/internal/show"
	"kartei/store/exchange"
	"kartei/store/place"
	"kartei/store/place/folder"
	"kartei/store/place/s3"
)

// placeAddress is what is kept of a place that was typed: of a folder its path, whole.
func placeAddress(word string) (string, error) {
	if strings.Contains(word, "://") {
		return word, nil
	}
	return filepath.Abs(word)
}

// openOwnPlace opens the place of a collection.
func openOwnPlace(state *exchange.State) (place.Place, error) {
	p, err := openPlace(state.Place)
	if err == nil && state.Sealed {
		return openSealed(p, state.Place, state.Set)
	}
	return p, err
}

// openPlace opens the place at an address. What is there may be encrypted.
func openPlace(address string) (place.Place, error) {
	if s3.Is(address) {
		log.SetOutput(io.Discard) // where net/http writes what it wonders about
		bucket, err := s3.Open(address)
		if errors.As(err, new(s3.AddressError)) {
			return nil, fault.WithHint(fault.Usage, err, "kartei sync init --help shows an address")
		}
		return bucket, err
	}
	if scheme, _, found := strings.Cut(address, "://"); found {
		return nil, fault.Usagef("a place is a folder, or a bucket: s3://HOST/BUCKET/PREFIX", "%s:// is not a kind of place", scheme)
	}
	return folder.Open(address)
}

// makePlace makes the folder of a place that is to begin, if only that is not there.
func makePlace(address string) error {
	if strings.Contains(address, "://") {
		return nil
	}
	switch err := os.Mkdir(address, 0o777); {
	case errors.Is(err, os.ErrExist):
		return nil
	case errors.Is(err, os.ErrNotExist):
		folder := filepath.Dir(address)
		return fault.Failf("mend the name, or make it: mkdir -p "+shellWords([]string{folder}), "there is no folder %s", show.Line(folder))
	default:
		return err
	}
}
