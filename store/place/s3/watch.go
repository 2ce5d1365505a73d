package s3

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
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

// watchKey is where the context of a call has its watch.
type watchKey struct{}

func watched(ctx context.Context) *watch {
	w := &watch{}
	w.ctx, w.stop = context.WithCancelCause(context.WithValue(ctx, watchKey{}, w))
	w.timer = time.AfterFunc(silence, func() { w.stop(errSilent) })
	return w
}

func (w *watch) alive() { w.timer.Reset(silence) }

func (w *watch) end() {
	w.timer.Stop()
	w.stop(nil)
}

// seeking and reading return what tells the watch of each byte that goes out or comes in.
func (w *watch) seeking(r io.ReadSeeker) io.ReadSeeker {
	return struct {
		io.Reader
		io.Seeker
	}{w.reading(r), r}
}

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

// giveUp ends a call at its first attempt where there is nobody to call. The library
// would try again, as it does when a server is busy.
type giveUp struct{ http.RoundTripper }

func (g giveUp) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := g.RoundTripper.RoundTrip(req)
	var dial *net.OpError
	if w, ok := req.Context().Value(watchKey{}).(*watch); ok && errors.As(err, &dial) && dial.Op == "dial" {
		w.stop(err)
	}
	return res, err
}
