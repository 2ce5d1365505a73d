package cli

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"kartei/cmd/internal/clock"
	"kartei/cmd/internal/console"
	"kartei/cmd/internal/fault"
	"kartei/decks/check"
)

// watchEvery is how often the files are looked at. Looking at times and sizes
// also sees what editors do that save by renaming, which a watch on the file
// itself would lose.
const watchEvery = 100 * time.Millisecond

// watchFolders checks again whenever a file has changed, until it is interrupted.
func watchFolders(
	ctx context.Context, con *console.Console, clk *clock.Clock, opts checkOptions, against map[string]*check.Reference,
) error {
	checker := newChecker(con, against)
	for {
		if checker.changed(opts.paths) {
			if err := checkAgain(con, clk, checker, opts); err != nil {
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
func checkAgain(con *console.Console, clk *clock.Clock, checker *checker, opts checkOptions) error {
	sum, err := checker.check(opts.paths)
	if err == nil {
		if err = printDiagnostics(con, sum.found, opts.asJSON); err != nil {
			return err
		}
		err = sumUp(con, sum, opts)
	}
	if !errors.Is(err, context.Canceled) {
		fault.Report(con.Err, err)
	}
	con.Say("-- %s, watching; Ctrl-C ends", clk.Now().Format("15:04:05"))
	return nil
}

// changed reports whether anything has changed since it was asked last.
func (k *checker) changed(paths []string) bool {
	before := k.seen
	k.seen = look(paths)
	if k.seen.pictures != before.pictures {
		clear(k.known) // a deck may be wrong now though it is as it was
	}
	return k.seen != before
}

// A sight changes when a deck file or a picture does.
type sight struct{ decks, pictures uint64 }

// look looks at the times and sizes of the files below the paths that a check
// depends on. What editors keep beside a file is none of them.
func look(paths []string) sight {
	decks, pictures := fnv.New64a(), fnv.New64a()
	for _, p := range paths {
		filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				fmt.Fprintln(decks, name, err)
				return nil
			}
			hidden := name != p && strings.HasPrefix(d.Name(), ".")
			if hidden && d.IsDir() {
				return fs.SkipDir
			}
			seen := decks
			if check.IsImage(name) {
				seen = pictures
			} else if name != p && !strings.EqualFold(filepath.Ext(name), ".md") {
				return nil
			}
			if info, err := d.Info(); err == nil && !hidden && !d.IsDir() {
				fmt.Fprintln(seen, name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return sight{decks.Sum64(), pictures.Sum64()}
}
