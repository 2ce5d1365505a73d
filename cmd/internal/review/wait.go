package review

import (
	"context"
	"errors"
	"fmt"

	"kartei/cmd/internal/ask"
	"kartei/scheduler"
	"kartei/store"
	"kartei/store/journal"
)

// A listener hears Ctrl-C while work goes on; see [ask.Terminal.While].
type listener interface {
	While(ctx context.Context, work func(context.Context) error) error
}

// write records something. Where another program keeps the collection locked the
// learner may end the wait: then nothing is recorded, and the error is
// [store.ErrBusy].
func (r *Run) write(ctx context.Context, work func(context.Context) error) error {
	if r.Unrecorded {
		return errUnrecorded
	}
	terminal, ok := r.Ask.(listener)
	if !ok {
		return work(ctx)
	}
	err := terminal.While(ctx, work)
	if errors.Is(err, ask.ErrInterrupted) {
		return fmt.Errorf("you did not wait: %w", store.ErrBusy)
	}
	return err
}

// append records an entry and what came with it.
func (r *Run) append(ctx context.Context, e journal.Entry, after scheduler.Memory, with ...journal.Entry) error {
	return r.write(ctx, func(ctx context.Context) error {
		_, err := r.Store.Append(ctx, e, after, with...)
		return err
	})
}

// errUnrecorded is the error of what is to be recorded where nothing can be.
var errUnrecorded = errors.New("nothing can be recorded now")
