package store

import (
	"errors"

	"kartei/store/migrations"
	"kartei/store/sqlite"
)

// What can be wrong with a collection. Errors of this package wrap one of
// these where a caller can do something about it.
var (
	ErrNewer       = migrations.ErrNewer
	ErrNotDatabase = sqlite.ErrNotDatabase
	ErrDamaged     = sqlite.ErrDamaged
	ErrReadOnly    = sqlite.ErrReadOnly
	ErrFull        = sqlite.ErrFull
	ErrDisk        = sqlite.ErrDisk
	ErrGone        = errors.New("the collection's file was removed or replaced")
	ErrBeside      = sqlite.ErrBeside
	ErrBusy        = sqlite.ErrBusy
	ErrNotFound    = errors.New("not found")
	ErrNothing     = errors.New("nothing to undo")
)
