package store

import (
	"errors"
	"os"
	"path/filepath"

	"kartei/store/exchange"
	"kartei/store/progress"
)

// Progress implements [exchange.Collection].
func (x exchanging) Progress() progress.Func { return x.config.Progress }

// Spool implements [exchange.Collection]: it makes a file beside the collection, which
// lies on a disk with room for what is in it, and is for the same eyes.
func (x exchanging) Spool() (exchange.Spool, error) {
	f, err := os.CreateTemp(filepath.Dir(x.path), filepath.Base(x.path)+"-sync-*")
	if err != nil {
		return nil, err
	}
	// Where a file that is open cannot be removed it is when it is closed.
	return spool{f, os.Remove(f.Name()) == nil}, nil
}

type spool struct {
	*os.File
	removed bool
}

func (s spool) Close() error {
	err := s.File.Close()
	if !s.removed {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}
