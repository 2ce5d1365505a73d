package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"time"

	"kartei/decks/check"
)

// watchEvery is how often the files are looked at. Looking at times and sizes
// also sees what editors do that save by renaming, which a watch on the file
// itself would lose.
const watchEvery = 100 * time.Millisecond

// watch checks again whenever a file has changed, until it is interrupted.
func (e *env) watch(ctx context.Context, opts checkOptions, against map[string]*check.Reference) error {
	seen := uint64(0)
	for first := true; ; first = false {
		if now := fingerprint(opts.paths); first || now != seen {
			seen = now
			if err := e.checkAgain(opts, against); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(watchEvery):
		}
	}
}

// checkAgain prints one round. What is wrong with the decks does not end the
// watch, and neither does a file that is being written.
func (e *env) checkAgain(opts checkOptions, against map[string]*check.Reference) error {
	sum, err := checkOnce(opts.paths, against)
	if err == nil {
		if err = e.printDiagnostics(sum.found, opts.asJSON); err != nil {
			return err
		}
		err = e.sumUp(sum, opts)
	}
	if !errors.Is(err, context.Canceled) {
		report(e.err, err)
	}
	e.say("-- %s, watching; Ctrl-C ends", e.now().Format("15:04:05"))
	return nil
}

// fingerprint changes when a file below the paths does.
func fingerprint(paths []string) uint64 {
	h := fnv.New64a()
	for _, p := range paths {
		filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				fmt.Fprintln(h, name, err)
				return nil
			}
			if info, err := d.Info(); err == nil && !d.IsDir() {
				fmt.Fprintln(h, name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return h.Sum64()
}
