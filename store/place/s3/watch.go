package s3

import (
	"context"
	"errors"
	"io"
	"time"
)

// silence is how long a server may say and take nothing.
const silence = 30 * time.Second

var errSilent = errors.New("it does not answer")

// A watch ends a call of which nothing is heard any more.
type watch struct {
	ctx   context.Context
	stop  context.CancelCauseFunc
	timer *time.Timer
}

func watched(ctx context.Context) *watch {
	w := &watch{}
	w.ctx, w.stop = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(silence, func() { w.stop(errSilent) })
	return w
}

func (w *watch) alive() { w.timer.Reset(silence) }

func (w *watch) end() {
	w.timer.Stop()
	w.stop(nil)
}

// sleep waits; it tells whether the call goes on.
func (w *watch) sleep(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-w.ctx.Done():
		return false
	}
}

// reading returns what tells the watch of each byte that goes out or comes in.
func (w *watch) reading(r io.Reader) io.Reader { return watchedReader{r, w} }

type watchedReader struct {
	io.Reader
	*watch
}

func (r watchedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.alive()
	return n, err
}
