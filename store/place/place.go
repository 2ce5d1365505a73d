// Package place is what several machines can all reach, and through which they
// exchange what they have: a folder that some program carries from one to the other, a
// bucket of an object store. A place keeps objects under names and knows nothing of
// what is in them; what that is, package segment says. The folders below are its kinds.
//
// An object is written once, whole, by one machine, and never changed. So any dumb
// store will do, and no two machines can be at odds about one.
package place

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Place keeps objects. It may be used by several goroutines, and by other machines at
// any time. It is not trusted: what it gives back may be cut, old, another's, or gone.
type Place interface {
	// List returns the objects whose names begin with a prefix, sorted by name: also
	// those that others put there and that have names which [CheckName] would refuse,
	// as the copies that a file syncer makes of what it takes for a conflict. One that
	// is being written may be among them, cut, or not. Of a place with more than
	// [MaxObjects] of them the error wraps [ErrTooLarge].
	List(ctx context.Context, prefix string) ([]Object, error)

	// Get reads an object whole. The error wraps [ErrNotFound] if there is none, and
	// [ErrTooLarge], before it is in memory, if it has more than limit bytes. Where
	// objects are sealed it wraps [ErrBroken] if this one cannot be opened.
	Get(ctx context.Context, name string, limit int64) ([]byte, error)

	// Put writes an object and returns when it is there to stay. If there is one of
	// that name, whatever is in it, the error wraps [ErrExists] and nothing is done. Of
	// a Put that failed otherwise, or was broken off, there may be the whole object or
	// none of it.
	Put(ctx context.Context, name string, data []byte) error

	// Delete removes an object that this machine put there. That there is none is not
	// an error.
	Delete(ctx context.Context, name string) error
}

// An Object is one as List tells of it.
type Object struct {
	Name string
	Size int64 // in bytes
}

// Kinds of failure. Errors of a Place wrap one of them where it is one.
var (
	ErrNotFound    = errors.New("it is not there")
	ErrExists      = errors.New("it is there already")
	ErrTooLarge    = errors.New("it is larger than it may be")
	ErrUnreachable = errors.New("the place cannot be reached")  // now: later it may
	ErrRefused     = errors.New("the place does not let us in") // a person has to do something
	ErrFull        = errors.New("the place is full")
	ErrBroken      = errors.New("it is cut, or was sealed with another key")
)

// Objects that are read before anything else is known of a place. Whatever seals the
// others lets them through as they are.
const (
	SetName = "kartei-sync.json" // says what the place is for
	KeyName = "kartei-key.age"   // where the others are sealed: the key, sealed with a passphrase
)

// MaxObjects is how many objects List returns at most.
const MaxObjects = 1_000_000

// maxName is the length of the longest name, in bytes.
const maxName = 200

// CheckName refuses names that are not the same on every file system and in every
// object store: parts of small letters, digits, `-` and `.`, which begin with a letter
// or a digit and do not end with a dot, with `/` between them.
func CheckName(name string) error {
	ok := len(name) <= maxName
	for part := range strings.SplitSeq(name, "/") {
		ok = ok && part != "" && part[0] != '-' && part[0] != '.' && part[len(part)-1] != '.'
		for _, c := range []byte(part) {
			ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.')
		}
	}
	if !ok {
		return fmt.Errorf("%q cannot be the name of an object", name)
	}
	return nil
}
