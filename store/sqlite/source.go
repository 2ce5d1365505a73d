package sqlite

import (
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// A Source says which file is opened, and how. It is a file URL, as SQLite drops
// its options from anything else.
type Source string

// Memory is an empty database that is gone when it is closed.
const Memory Source = "file::memory:"

// Own is a file that is written: a commit returns once it is on disk.
func Own(path string) Source { return FileURL(path, append(shared(), "_journal_mode=WAL")...) }

// Shared is a file that is read while others may write it.
func Shared(path string) Source {
	return FileURL(path, append(shared(), "mode=ro", "_query_only=1")...)
}

func shared() []string {
	options := []string{
		"_busy_timeout=" + fmt.Sprint(busyTimeout.Milliseconds()),
		"_foreign_keys=on", "_synchronous=FULL", "_txlock=immediate", "_dqs=0", "_defensive=1",
	}
	if runtime.GOOS == "darwin" { // where a sync alone leaves it in the disk's own memory
		options = append(options, "_pragma=fullfsync(1)", "_pragma=checkpoint_fullfsync(1)")
	}
	return options
}

// Still is a whole file that nobody writes, also on a disk that takes nothing.
func Still(path string) Source { return FileURL(path, "mode=ro", "immutable=1", "_query_only=1") }

// Copied is a private copy of a file and of the write-ahead log beside it, which
// is read.
func Copied(path string) Source { return FileURL(path, "_query_only=1") }

// Foreign is a file from a stranger, without what may lie beside it; see
// [OpenForeign].
func foreign(path string) Source {
	return FileURL(path, "mode=ro", "immutable=1", "_query_only=1", "_dqs=0", "_defensive=1",
		"_pragma=trusted_schema(0)", "_pragma=cell_size_check(1)", "_pragma=mmap_size(0)")
}

// FileURL is a file with options of the driver's.
func FileURL(path string, options ...string) Source {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(options, "&")}
	return Source(u.String())
}
